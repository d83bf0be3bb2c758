//! `jsonencode`: the JSON text of a value, as far as it is known.

use super::{Evaluator, Expression, ExpressionKind};
use crate::source::{Span, Text, TextBuilder};

impl Evaluator<'_> {
    /// The text of `jsonencode(x)`. Keys stay in the order in which they are written, and not in that
    /// of the alphabet as Terraform's: so the places in the text follow each other.
    pub(super) fn json_encode(&self, argument: &Expression) -> Option<Expression> {
        let [value] = argument.items() else {
            return None;
        };
        let mut builder = TextBuilder::new(value.span, 0);
        self.write_json(value, &mut builder)?;
        Some(super::text_at(value.span, builder.finish()))
    }

    /// Adds the JSON of a value. What is open becomes a hole, with quotes when it is part of a string.
    fn write_json(&self, value: &Expression, builder: &mut TextBuilder) -> Option<()> {
        let evaluator = self.deeper()?;
        let value = evaluator.evaluate(value);
        self.spend(&value)?;
        match &value.kind {
            ExpressionKind::Null => builder.written(value.span, "null"),
            ExpressionKind::Bool(true) => builder.written(value.span, "true"),
            ExpressionKind::Bool(false) => builder.written(value.span, "false"),
            ExpressionKind::Number(number) => builder.written(value.span, number),
            ExpressionKind::Text(text) => match (text.as_str(), text.holes()) {
                // What is nothing but one reference need not be a string.
                ("", [hole]) => builder.hole(hole.span, hole.reference.clone()),
                _ => write_string(text, value.span, builder),
            },
            ExpressionKind::List(items) => {
                builder.written(value.span, "[");
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        builder.written(start_of(item.span), ",");
                    }
                    evaluator.write_json(item, builder)?;
                }
                builder.written(value.span, "]");
            }
            ExpressionKind::Map(entries) => {
                builder.written(value.span, "{");
                let mut is_first = true;
                for (place, (key, item)) in entries.iter().enumerate() {
                    // Of a repeated key the last one counts.
                    let mut later = entries.iter().skip(place + 1);
                    if entries.len() <= MAX_COMPARED && later.any(|(it, _)| it.value == key.value) {
                        continue;
                    }
                    self.budget
                        .set(self.budget.get().checked_sub(key.value.len())?);
                    if !std::mem::take(&mut is_first) {
                        builder.written(start_of(key.span), ",");
                    }
                    write_key(&key.value, key.span, builder);
                    builder.written(start_of(item.span), ":");
                    evaluator.write_json(item, builder)?;
                }
                builder.written(value.span, "}");
            }
            ExpressionKind::Reference(reference) => builder.hole(value.span, reference.name()),
            ExpressionKind::Call { .. } => builder.hole(value.span, None),
        }
        Some(())
    }
}

/// Mappings with more entries keep their repeated keys.
const MAX_COMPARED: usize = 1 << 10;

fn start_of(span: Span) -> Span {
    Span::new(span.source(), span.start(), span.start())
}

fn end_of(span: Span) -> Span {
    Span::new(span.source(), span.end(), span.end())
}

/// A string with its quotes; the holes in it stay.
fn write_string(text: &Text, span: Span, builder: &mut TextBuilder) {
    builder.written(start_of(span), "\"");
    let characters = text.as_str();
    let mut at = 0;
    while let Some(rest) = characters.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find(|it| escape(it).is_some()).unwrap_or(rest.len());
        builder.piece(text, at..at + plain);
        at += plain;
        if let Some(character) = characters.get(at..).and_then(|rest| rest.chars().next())
            && let Some(escaped) = escape(character)
        {
            let end = at + character.len_utf8();
            builder.escape(text, at..end, &escaped);
            at = end;
        }
    }
    builder.holes_at(text, characters.len());
    builder.written(end_of(span), "\"");
}

fn write_key(key: &str, span: Span, builder: &mut TextBuilder) {
    builder.written(start_of(span), "\"");
    let escaped: String = key
        .chars()
        .map(|it| escape(it).unwrap_or_else(|| it.to_string()))
        .collect();
    builder.written(span, &escaped);
    builder.written(end_of(span), "\"");
}

/// How Terraform writes a character of a JSON string, if not as itself.
fn escape(character: char) -> Option<String> {
    match character {
        '"' => Some("\\\"".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
            Some(format!("\\u{:04x}", u32::from(character)))
        }
        _ => None,
    }
}
