//! One text for all Regions of an environment.

use super::REGION;
use crate::document::print::{Block, Body, Content, Item, Part, Value};

/// The body with a variable wherever a string names `region`.
pub(super) fn regional(body: Body, region: &str) -> Body {
    let item = |item| match item {
        Item::Attribute { name, value } => Item::Attribute {
            name,
            value: open(value, region),
        },
        Item::Block(block) => Item::Block(Block {
            body: regional(block.body, region),
            ..block
        }),
    };
    Body {
        items: body.items.into_iter().map(item).collect(),
    }
}

/// Recursion is bounded by the depth of what emitters make.
fn open(value: Value, region: &str) -> Value {
    let content = match value.content {
        Content::String(text) => text_content(text, region),
        Content::Sequence(items) => {
            Content::Sequence(items.into_iter().map(|item| open(item, region)).collect())
        }
        Content::Mapping(entries) => {
            let entries = entries.into_iter();
            let entries = entries.map(|(key, value)| (key, open(value, region)));
            Content::Mapping(entries.collect())
        }
        Content::Call { function, argument } => Content::Call {
            function,
            argument: Box::new(open(*argument, region)),
        },
        Content::Template(parts) => {
            let open = |part| match part {
                Part::Text(text) => text_parts(&text, region),
                Part::Reference(_) => vec![part],
            };
            Content::Template(parts.into_iter().flat_map(open).collect())
        }
        other @ (Content::Null | Content::Bool(_) | Content::Integer(_) | Content::Tenths(_)) => {
            other
        }
    };
    Value { content, ..value }
}

fn text_content(text: String, region: &str) -> Content {
    match text.contains(region) {
        true => Content::Template(text_parts(&text, region)),
        false => Content::String(text),
    }
}

fn text_parts(text: &str, region: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (place, piece) in text.split(region).enumerate() {
        if place > 0 {
            parts.push(Part::Reference(format!("var.{REGION}")));
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece.to_owned()));
        }
    }
    parts
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
        assert_eq!(hcl(&regional(body, "eu-west-1"), None), expected);
    }
}
