//! From plans to trees. Emitters decide nothing and format no text.

mod cloudformation;
mod iot;
mod readme;

pub use cloudformation::stack;
pub use iot::{policy_document, template_body};
pub use readme::readme;

/// `Version` of every policy document.
const POLICY_VERSION: &str = "2012-10-17";
