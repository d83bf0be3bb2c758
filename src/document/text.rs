//! From a string node back to its characters and their places.

use super::json::decode_escape;
use super::yaml;
use super::{Node, Scalar, Style};
use crate::source::{Text, TextBuilder};

impl Node<'_> {
    /// The characters of a string, each with its place in the file.
    pub(super) fn decode(self, scalar: &Scalar) -> Text {
        let text = &self.tree.text;
        let (start, end) = (self.data.local.0 as usize, self.data.local.1 as usize);
        let mut builder = TextBuilder::new(self.data.span, text.depth());
        match scalar.style {
            Style::Verbatim => builder.verbatim(text, start..end),
            Style::Json => decode_json(text, start, end, &mut builder),
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted | Style::Block(_) => {
                yaml::decode(text, start..end, scalar.style, &mut builder);
            }
        }
        builder.finish()
    }
}

fn decode_json(text: &Text, start: usize, end: usize, builder: &mut TextBuilder) {
    let mut at = start;
    while let Some(rest) = text.as_str().get(at..end).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        builder.piece(text, at..at + plain);
        at += plain;
        let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) else {
            break;
        };
        let (length, character) = decode_escape(escape).unwrap_or_else(|| {
            let length = escape.chars().take(2).map(char::len_utf8).sum();
            (length, char::REPLACEMENT_CHARACTER)
        });
        builder.escape(text, at..at + length, character.encode_utf8(&mut [0; 4]));
        at += length;
    }
    builder.holes_at(text, end);
}
