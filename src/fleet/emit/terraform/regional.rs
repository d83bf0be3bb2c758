//! One text for all Regions of an environment.

use super::REGION;
use crate::document::print::{Block, Body, Content, Item, Part, Value};

/// What is opened in the texts of a module.
#[derive(Clone, Copy)]
pub(super) struct Regional<'r> {
    /// The Region that becomes a variable.
    pub region: &'r str,
    /// Texts that mean the Region that they name, wherever the stack is.
    pub fixed: &'r [Box<str>],
}

impl Regional<'_> {
    /// The body with a variable wherever a string names the Region.
    pub(super) fn body(self, body: Body) -> Body {
        let item = |item| match item {
            Item::Attribute { name, value } => Item::Attribute {
                name,
                value: self.open(value),
            },
            Item::Block(block) => Item::Block(Block {
                body: self.body(block.body),
                ..block
            }),
        };
        Body {
            items: body.items.into_iter().map(item).collect(),
        }
    }

    /// Recursion is bounded by the depth of what emitters make.
    fn open(self, value: Value) -> Value {
        let content = match value.content {
            Content::String(text) => self.text_content(text),
            Content::Sequence(items) => {
                Content::Sequence(items.into_iter().map(|item| self.open(item)).collect())
            }
            Content::Mapping(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, value)| (key, self.open(value)));
                Content::Mapping(entries.collect())
            }
            Content::Call { function, argument } => Content::Call {
                function,
                argument: Box::new(self.open(*argument)),
            },
            Content::Template(parts) => {
                let open = |part| match part {
                    Part::Text(text) => self.parts(&text),
                    Part::Reference(_) => vec![part],
                };
                Content::Template(parts.into_iter().flat_map(open).collect())
            }
            other @ (Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)) => other,
        };
        Value { content, ..value }
    }

    fn text_content(self, text: String) -> Content {
        let parts = self.parts(&text);
        match parts.iter().any(|it| matches!(it, Part::Reference(_))) {
            true => Content::Template(parts),
            false => Content::String(text),
        }
    }

    fn parts(self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let fixed = self.fixed.iter().filter(|it| rest.starts_with(&***it));
            let longest = fixed.map(|it| it.len()).max();
            let length = match longest {
                Some(length) => length,
                None => match rest.strip_prefix(self.region) {
                    Some(behind) => {
                        if !literal.is_empty() {
                            parts.push(Part::Text(std::mem::take(&mut literal)));
                        }
                        parts.push(Part::Reference(format!("var.{REGION}")));
                        rest = behind;
                        continue;
                    }
                    None => next.len_utf8(),
                },
            };
            // INVARIANT: each of these lengths is that of a prefix.
            let (taken, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            literal.push_str(taken);
            rest = behind;
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::print::hcl;

    #[test]
    fn the_region_becomes_a_variable() {
        let body = Body::default()
            .with("a", "arn:aws:iot:eu-west-1:1:topic/${iot:ClientId}")
            .with("b", Value::sequence(["eu-west-1"]))
            .with("c", "eu-west-2");
        let expected = "a = \"arn:aws:iot:${var.region}:1:topic/$${iot:ClientId}\"\n\
                        b = [var.region]\n\
                        c = \"eu-west-2\"\n";
        let regional = Regional {
            region: "eu-west-1",
            fixed: &[],
        };
        assert_eq!(hcl(&regional.body(body), None), expected);
    }

    #[test]
    fn what_names_a_region_itself_means_it() {
        let body = Body::default()
            .with("a", "eu-west-1:pool in eu-west-1")
            .with("b", "eu-west-1:pool");
        let expected = "a = \"eu-west-1:pool in ${var.region}\"\nb = \"eu-west-1:pool\"\n";
        let regional = Regional {
            region: "eu-west-1",
            fixed: &["eu-west-1:pool".into()],
        };
        assert_eq!(hcl(&regional.body(body), None), expected);
    }
}
