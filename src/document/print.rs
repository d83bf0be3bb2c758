//! Trees to be written, and the texts that they become.
//!
//! Emitters build a [`Value`] and never format text, so that quoting has one home. The same tree
//! gives the same bytes. This module knows the syntax of functions (`!Sub` and `Fn::Sub`), and no
//! function's meaning.

use crate::source::Span;

mod hcl;
mod json;
mod yaml;

pub use hcl::{Block, Body, Item, hcl};
pub use json::{json, json_compact, to_json};
pub use yaml::yaml;

/// A value to be written.
///
/// Other than a [`super::Node`] it stands in no text: it may know where it comes from, and brings
/// its comment along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What is written.
    pub content: Content,
    /// Written as `# …` in front, in a syntax that has comments: one comment for each line.
    pub comment: Option<String>,
    /// What asked for this value, e.g. the place in a fleet spec; not written.
    pub origin: Option<Span>,
}

/// What a [`Value`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// e.g. `-12`
    Integer(i64),
    /// A number with one decimal, counted in tenths: 15 is `1.5`. Not a multiple of ten.
    Tenths(i64),
    /// Characters, whatever they look like: `"012"` is written such that it stays a string.
    String(String),
    /// A string that other values stand in: a quoted template in HCL, `!Sub` in CloudFormation.
    Template(Vec<Part>),
    /// A list.
    Sequence(Vec<Value>),
    /// Keys and values in this order. The emitter keeps keys apart.
    Mapping(Vec<(String, Value)>),
    /// A function and its argument: `!Sub "…"` in YAML, `{"Fn::Sub": "…"}` in JSON.
    Call {
        /// The key of the long form, e.g. `Fn::Sub`, `Ref`, `Condition`.
        function: String,
        /// What the function is applied to.
        argument: Box<Value>,
    },
}

/// A part of a [`Content::Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Characters.
    Text(String),
    /// The name of a value, e.g. `var.region`.
    Reference(String),
}

impl Value {
    /// A value without comment and origin.
    pub fn new(content: Content) -> Value {
        Value {
            content,
            comment: None,
            origin: None,
        }
    }

    /// `null`
    pub fn null() -> Value {
        Value::new(Content::Null)
    }

    /// A list of these values.
    ///
    /// # Examples
    /// ```
    /// use fleetwright::document::print::{Value, json_compact};
    /// let actions = Value::sequence(["iot:Connect", "iot:Publish"]);
    /// assert_eq!(json_compact(&actions), r#"["iot:Connect","iot:Publish"]"#);
    /// ```
    pub fn sequence<V: Into<Value>>(items: impl IntoIterator<Item = V>) -> Value {
        Value::new(Content::Sequence(
            items.into_iter().map(Into::into).collect(),
        ))
    }

    /// A mapping of these keys and values, in this order.
    ///
    /// # Examples
    /// ```
    /// use fleetwright::document::print::{Value, yaml};
    /// let policy = Value::mapping([
    ///     ("Version", Value::from("2012-10-17")),
    ///     ("Statement", Value::sequence::<Value>([])),
    /// ]);
    /// assert_eq!(yaml(&policy), "Version: \"2012-10-17\"\nStatement: []\n");
    /// ```
    pub fn mapping<K: Into<String>, V: Into<Value>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Value {
        let entries = entries.into_iter();
        let entries = entries.map(|(key, value)| (key.into(), value.into()));
        Value::new(Content::Mapping(entries.collect()))
    }

    /// A function applied to `argument`; `function` is the key of its long form.
    ///
    /// # Examples
    /// ```
    /// use fleetwright::document::print::{Value, json_compact, yaml};
    /// let arn = Value::call("Fn::GetAtt", "Role.Arn");
    /// assert_eq!(yaml(&arn), "!GetAtt Role.Arn\n");
    /// assert_eq!(json_compact(&arn), r#"{"Fn::GetAtt":["Role","Arn"]}"#);
    /// ```
    pub fn call(function: impl Into<String>, argument: impl Into<Value>) -> Value {
        Value::new(Content::Call {
            function: function.into(),
            argument: Box::new(argument.into()),
        })
    }

    /// A number counted in tenths: of 15 it is `1.5`, of 20 it is `2`.
    pub fn tenths(tenths: i64) -> Value {
        match tenths % 10 {
            0 => Value::from(tenths / 10),
            _ => Value::new(Content::Tenths(tenths)),
        }
    }

    /// The value of this name, e.g. `aws_iam_role.factory.arn`.
    pub fn reference(name: impl Into<String>) -> Value {
        Value::new(Content::Template(vec![Part::Reference(name.into())]))
    }

    /// This value with a comment in front; line breaks begin further comments.
    ///
    /// In front of the entry or item that the value is of. The root's comment heads the text.
    #[must_use]
    pub fn with_comment(self, comment: impl Into<String>) -> Value {
        Value {
            comment: Some(comment.into()),
            ..self
        }
    }

    /// This value with the place that asked for it.
    #[must_use]
    pub fn with_origin(self, origin: Span) -> Value {
        Value {
            origin: Some(origin),
            ..self
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::new(Content::String(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::new(Content::String(text))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::new(Content::Bool(value))
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Value {
        Value::new(Content::Integer(integer))
    }
}

impl From<i32> for Value {
    fn from(integer: i32) -> Value {
        Value::from(i64::from(integer))
    }
}

impl From<u32> for Value {
    fn from(integer: u32) -> Value {
        Value::from(i64::from(integer))
    }
}

/// A number counted in tenths, in digits.
fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// The function whose argument has a form of its own in each syntax.
const GET_ATTRIBUTE: &str = "Fn::GetAtt";

/// Resource and attribute of a `Fn::GetAtt`, of `["A", "B.C"]` as of `"A.B.C"`.
///
/// JSON wants the list and the short tag wants the dots, so that either reads as people write it.
fn attribute<'v>(function: &str, argument: &'v Value) -> Option<(&'v str, &'v str)> {
    if function != GET_ATTRIBUTE {
        return None;
    }
    match &argument.content {
        Content::String(text) => text.split_once('.'),
        Content::Sequence(items) => match &**items {
            [
                Value {
                    content: Content::String(resource),
                    ..
                },
                Value {
                    content: Content::String(attribute),
                    ..
                },
            ] if !resource.contains('.') => Some((resource, attribute)),
            _ => None,
        },
        Content::Null
        | Content::Bool(_)
        | Content::Integer(_)
        | Content::Tenths(_)
        | Content::Template(_)
        | Content::Mapping(_)
        | Content::Call { .. } => None,
    }
}

/// The function that puts values into a string.
const SUBSTITUTE: &str = "Fn::Sub";

/// The argument of `Fn::Sub` that writes a template.
fn substitution(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.replace("${", "${!"),
        Part::Reference(name) => format!("${{{name}}}"),
    };
    parts.iter().map(part).collect()
}
