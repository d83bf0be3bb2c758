//! From plans to trees. Emitters decide nothing and format no text.

use crate::document::print::Value;
use crate::fleet::plan::{Deployment, Exemption, Function, Furniture, Origin, Resource, Setting};
use crate::source::Span;

mod account;
mod cloudformation;
mod device;
mod furniture;
mod iam;
mod iot;
mod job;
mod private_ca;
mod readme;
mod rendering;
mod scripts;
mod terraform;

pub use account::{AUDIT_TYPE, LOGGING_TYPE, audit, logging};
pub use cloudformation::{stack, stack_for_json};
pub use device::device;
pub use iam::{
    access_document, key_document, rights_document, role_document, session_seconds, trust_document,
};
pub use iot::{policy_document, template_body};
pub use job::{JOB_TYPE, job_template};
pub use private_ca::{
    ROOT_TEMPLATE, SIGNING_TEMPLATE, factory_document, factory_trust, subject_names,
};
pub use readme::Page;
pub(crate) use rendering::Template;
pub use scripts::scripts;
pub use terraform::{FunctionSource, ModuleFile, SharedModule, function_sources, modules, root};

/// The languages of stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One template for each environment and Region.
    CloudFormation,
    /// A module for each environment, and a root for each of its Regions.
    Terraform,
}

impl Format {
    /// The folder of an environment and Region: what is deployed, and what is for it only.
    pub fn folder(self, deployment: &Deployment) -> String {
        match self {
            Format::CloudFormation => deployment.folder(),
            Format::Terraform => format!("environments/{}", deployment.folder()),
        }
    }
}

/// A file that is for people or their tools, and not deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its path below the folder of its environment and Region.
    pub path: String,
    /// What it holds.
    pub contents: Contents,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Prose or a program.
    Text(String),
    /// A tree, written as JSON.
    Json(Value),
    /// A tree, written as YAML.
    Yaml(Value),
}

/// `Version` of every policy document.
const POLICY_VERSION: &str = "2012-10-17";

/// Who asks the function that decides whether a device may register.
pub const ASKER: &str = "iot.amazonaws.com";

/// The file that a hook is in, without its extension, and its function.
pub const HANDLER: &str = "index.handler";

/// The variable that tells a hook its settings; see `templates/hook.py`.
const SETTINGS: &str = "SETTINGS";

/// Who asks the function that makes claims for installers.
pub const API_ASKER: &str = "apigateway.amazonaws.com";

/// The version of what an API sends a function.
pub const API_PAYLOAD: &str = "2.0";

/// What a function has to know; `None` when it takes no settings.
pub fn settings(function: &Function) -> Option<Value> {
    let setting = |setting: &Setting| match setting {
        Setting::Text(text) => Value::from(text.as_str()),
        Setting::Names(names) => Value::sequence(names.iter().map(|it| &**it)),
    };
    let settings = function.settings.iter();
    let settings = settings.map(|(name, value)| (*name, setting(value)));
    (!function.settings.is_empty()).then(|| Value::mapping(settings))
}

/// Comments that tell checkov what is meant to be as it is.
/// What the furniture meets is not left out.
fn skipped(exemptions: &[Exemption], furniture: &Furniture) -> Option<String> {
    let line = |it: &Exemption| format!("checkov:skip={}:{}", it.check, it.reason);
    let exemptions = exemptions.iter().filter(|it| !furniture.meets(it.check));
    let lines: Vec<String> = exemptions.map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The value with a comment, if there is one.
fn commented(value: Value, comment: Option<String>) -> Value {
    Value { comment, ..value }
}

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
