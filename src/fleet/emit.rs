//! From plans to trees. Emitters decide nothing and format no text.

use crate::fleet::plan::{Origin, Resource};
use crate::source::Span;

mod cloudformation;
mod iam;
mod iot;
mod readme;
mod terraform;

pub use cloudformation::stack;
pub use iam::{role_document, trust_document};
pub use iot::{policy_document, template_body};
pub use readme::Page;
pub use terraform::{ModuleFile, SharedModule, modules, root};

/// The languages of stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One template for each environment and Region.
    CloudFormation,
    /// A module for each environment, and a root for each of its Regions.
    Terraform,
}

/// `Version` of every policy document.
const POLICY_VERSION: &str = "2012-10-17";

/// The name of the policy in a provisioning role.
pub const ROLE_POLICY: &str = "provisioning";

/// What a provisioning role is for.
const ROLE_PURPOSE: &str = "AWS IoT takes this role to run the template, for this account only";

/// What in the spec asked for something: `topics.reading (fleet.yaml:22)`.
fn asked(path: &str, span: Span, place: &dyn Fn(Span) -> String) -> String {
    format!("{path} ({})", place(span))
}

/// All that asked for a resource of a statement.
fn asked_by(resource: &Resource, place: &dyn Fn(Span) -> String) -> String {
    let origin = |origin: &Origin| asked(&origin.path, origin.span, place);
    let origins: Vec<String> = resource.origins.iter().map(origin).collect();
    origins.join(", ")
}
