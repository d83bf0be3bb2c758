//! Resources of Terraform that Cloud Control makes: they are what CloudFormation calls them, with the
//! properties that CloudFormation knows.

use serde_json::Value;

use super::Setting;
use super::kind::Language;
use super::reader::Reader;
use crate::artifact::StackResource;
use crate::model::{Expression, ExpressionKind};
use crate::source::{Source, SourceId, Span, Spanned, Text};

/// The type of such a resource.
const TYPE: &str = "aws_cloudcontrolapi_resource";
/// What it is.
const KIND: &str = "type_name";
/// What it says.
const STATE: &str = "desired_state";
/// Tags, in the spelling of CloudFormation and of Terraform.
const TAGS: [&str; 2] = ["Tags", "tags"];

/// A resource that Cloud Control makes, as what it is. `None` for another, and for one that is not
/// understood: it stays as it is, and so is another resource than any that was planned.
pub(super) fn made(reader: &Reader<'_>, resource: &StackResource) -> Option<StackResource> {
    if reader.language != Language::Terraform || *resource.kind.value != *TYPE {
        return None;
    }
    let kind = resource.property(KIND)?.as_str()?;
    let Setting::Value(Value::Object(state)) = reader.document(resource.property(STATE)?) else {
        return None;
    };
    let mut read = resource.clone();
    read.kind.value = kind.into();
    read.properties
        .retain(|(name, _)| *name.value != *KIND && *name.value != *STATE);
    let [cloudformation, terraform] = TAGS;
    for (name, value) in &state {
        let name = if name == cloudformation {
            terraform
        } else {
            name.as_str()
        };
        let name = Spanned::new(name.into(), resource.span);
        read.properties
            .push((name, expression(value, resource.span)));
    }
    Some(read)
}

/// A value as it would be written. Recursion is bounded by what serde_json reads.
fn expression(value: &Value, span: Span) -> Expression {
    let kind = match value {
        Value::Null => ExpressionKind::Null,
        Value::Bool(value) => ExpressionKind::Bool(*value),
        Value::Number(number) => ExpressionKind::Number(number.to_string().into()),
        Value::String(text) => {
            let source = Source::new("desired_state", text.as_str());
            ExpressionKind::Text(Text::of_source(SourceId::new(0), &source))
        }
        Value::Array(items) => {
            ExpressionKind::List(items.iter().map(|it| expression(it, span)).collect())
        }
        Value::Object(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(name, value)| {
                let name = Spanned::new(name.as_str().into(), span);
                (name, expression(value, span))
            });
            ExpressionKind::Map(entries.collect())
        }
    };
    Expression { span, kind }
}
