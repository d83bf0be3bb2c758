//! From a string node back to its characters and their places.

use super::json::decode_escape;
use super::yaml;
use super::{MAX_TEXT_BYTES, Node, Scalar, Style};
use crate::source::{Text, TextBuilder};

impl Node<'_> {
    /// The characters of a string, each with its place in the file; of a very long one the start.
    pub(super) fn decode(self, scalar: &Scalar) -> Text {
        let text = &self.tree.text;
        let (start, end) = (self.data.local.0 as usize, self.data.local.1 as usize);
        let mut builder = TextBuilder::new(self.span(), text.depth());
        let cut = cut(text.as_str(), start, end);
        if cut == end
            && scalar.decoded.is_none()
            && matches!(scalar.style, Style::Json | Style::Verbatim)
        {
            return text.slice(start..end);
        }
        match scalar.style {
            Style::Verbatim => builder.verbatim(text, start..cut),
            Style::Json => decode_json(text, start, cut, &mut builder),
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted | Style::Block(_) => {
                yaml::decode(text, start..cut, scalar.style, &mut builder);
            }
        }
        if cut < end {
            builder.cut(text.span(cut..end).at_start());
        }
        builder.finish()
    }
}

/// Where the reading of a string ends: at its end, or behind [`MAX_TEXT_BYTES`].
fn cut(text: &str, start: usize, end: usize) -> usize {
    if end - start <= MAX_TEXT_BYTES {
        return end;
    }
    let mut cut = start + MAX_TEXT_BYTES;
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    cut
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
