//! Reads YAML.

use std::ops::Range;

use super::{Builder, Document, Style};
use crate::source::{Text, TextBuilder};

/// Reads a YAML stream.
pub fn parse(text: &Text) -> Document {
    Builder::new(text).finish()
}

/// Adds the characters of the scalar that is written at `range` of `text` in `style`.
pub(super) fn decode(text: &Text, range: Range<usize>, _style: Style, builder: &mut TextBuilder) {
    builder.piece(text, range);
}
