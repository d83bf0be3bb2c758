//! Scalars: where their characters are written, and what they are.

use std::ops::Range;

use granit_parser::{ScalarStyle, Span as Place};

use super::resolve::{Type, resolve};
use super::{
    BlockStyle, Chomping, Error, ErrorKind, MAX_DEPTH, Meaning, NodeKind, Origin, Reader, Scalar,
    Style, Value, decode,
};
use crate::source::TextBuilder;

/// A long string behind aliases counts as one node for each of so many bytes: whoever reads the
/// document copies it for each of them.
const BYTES_PER_NODE: usize = 64;

impl Reader<'_> {
    pub(super) fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        meaning: Meaning,
        anchor: usize,
        place: &Place,
    ) -> Result<(), Error> {
        let reported = place.byte_range().unwrap_or(self.at..self.at);
        let (range, style) = match style {
            ScalarStyle::Plain => {
                let is_untagged = matches!(meaning, Meaning::Untagged);
                if is_untagged && value == "<<" && self.awaits_key() {
                    self.merge_key(reported.end);
                    return Ok(());
                }
                return self.plain(value, meaning, anchor, reported);
            }
            ScalarStyle::SingleQuoted => (inside_quotes(reported), Style::SingleQuoted),
            ScalarStyle::DoubleQuoted => (inside_quotes(reported), Style::DoubleQuoted),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let folded = style == ScalarStyle::Folded;
                let indentation = place.start.col();
                let (range, block) = self.block(value, folded, indentation, reported);
                (range, Style::Block(block))
            }
        };
        let end = range.end + usize::from(style.is_quoted());
        let kind = self.string(value, style, range.clone());
        self.leaf(range, end, kind, meaning, anchor)
    }

    fn plain(
        &mut self,
        value: &str,
        meaning: Meaning,
        anchor: usize,
        range: Range<usize>,
    ) -> Result<(), Error> {
        let end = range.end;
        if range.is_empty() {
            let (range, kind) = self.empty(&meaning, range.start);
            let end = end.max(range.end);
            return self.leaf(range, end, kind, meaning, anchor);
        }
        // A key is the string that is written, and so is what a short tag stands before: both are
        // what the readers of CloudFormation templates make of `012: x` and `!Sub 012`.
        let is_text = !matches!(meaning, Meaning::Untagged) || self.awaits_key();
        let is_open = self.mark_holes(range.start, range.end);
        let kind = match if is_text || is_open {
            Type::String
        } else {
            resolve(value)
        } {
            Type::Null => NodeKind::Null,
            Type::Bool(value) => NodeKind::Bool(value),
            Type::Number => NodeKind::Number,
            Type::String => self.string(value, Style::Plain, range.clone()),
        };
        self.leaf(range, end, kind, meaning, anchor)
    }

    /// A value that is not there, or that the text around it leaves open.
    fn empty(&mut self, meaning: &Meaning, at: usize) -> (Range<usize>, NodeKind) {
        if self.has_holes {
            let rest = self.input.get(at..).unwrap_or("");
            let gap = rest.len() - rest.trim_start_matches([':', ' ', '\t']).len();
            let holes = self.builder.text.holes_within(at..at + gap);
            if let [first, others @ ..] = holes {
                let place = first.offset as usize;
                // Others may follow directly; behind a blank they are not read.
                let range = place..place;
                return match others {
                    [second, ..] if second.offset == first.offset => {
                        let kind = self.string("", Style::Plain, range.clone());
                        (range, kind)
                    }
                    _ => {
                        self.mark_holes(place, place);
                        (range, NodeKind::Hole(first.clone().into()))
                    }
                };
            }
        }
        let kind = match meaning {
            Meaning::Text => self.string("", Style::Plain, at..at),
            Meaning::Untagged | Meaning::Call(..) => NodeKind::Null,
        };
        (at..at, kind)
    }

    fn string(&mut self, value: &str, style: Style, range: Range<usize>) -> NodeKind {
        let written = self.input.get(range.clone()).unwrap_or("");
        let has_holes = self.mark_holes(range.start, range.end);
        let decoded = if has_holes {
            // The scanner does not see that a line with nothing but a reference has content.
            let text = self.builder.text;
            let mut builder = TextBuilder::new(text.span(range.clone()), text.depth());
            decode(text, range, style, &mut builder);
            Some(builder.finish().as_str().into())
        } else {
            (written != value).then(|| value.into())
        };
        NodeKind::String(Scalar {
            decoded,
            style,
            has_holes,
        })
    }

    fn leaf(
        &mut self,
        range: Range<usize>,
        end: usize,
        kind: NodeKind,
        meaning: Meaning,
        anchor: usize,
    ) -> Result<(), Error> {
        self.at = self.at.max(end);
        let mut id = self.builder.add((range.start, range.end), kind)?;
        let mut height = 0;
        let mut place = range.start..end;
        if let Meaning::Call(function, start) = meaning {
            if self.depth >= MAX_DEPTH {
                return Err(self.error(ErrorKind::TooDeep, start, start + 1));
            }
            place.start = start;
            id = self.call(function, place.clone(), id)?;
            height = 1;
        }
        let value = Value {
            id,
            size: 1 + height + place.len() / BYTES_PER_NODE,
            height,
            place,
            origin: Origin::Here,
        };
        let value = self.anchored(value, anchor);
        self.put(value)
    }

    /// The lines of a block scalar: from its first content byte, or from the end of the first of
    /// the blank lines before it, to its last content byte.
    ///
    /// The scanner's range leaves out leading blank lines, and runs through the indentation of the
    /// line behind.
    fn block(
        &self,
        value: &str,
        folded: bool,
        indentation: usize,
        reported: Range<usize>,
    ) -> (Range<usize>, BlockStyle) {
        let content = value.trim_start_matches('\n');
        let leading = value.len() - content.len();
        let breaks = content.len() - content.trim_end_matches('\n').len();
        let chomping = |breaks: usize| match breaks {
            0 => Chomping::Strip,
            1 => Chomping::Clip,
            _ => Chomping::Keep,
        };
        if content.is_empty() {
            let at = self.empty_block(leading > 0, &reported);
            let block = BlockStyle {
                folded,
                indentation: 0,
                chomping: if leading > 0 {
                    Chomping::Keep
                } else {
                    Chomping::Strip
                },
            };
            return (at..at, block);
        }
        let mut start = reported.start;
        let mut line = start.saturating_sub(indentation);
        for _ in 0..leading {
            let before = without_break(self.input.get(..line).unwrap_or(""));
            start = before.len();
            line = before.trim_end_matches(' ').len();
        }
        let block = BlockStyle {
            folded,
            indentation: indentation as u32,
            chomping: chomping(breaks),
        };
        (start..self.block_end(indentation, &reported), block)
    }

    /// The end of the last line that has more than its indentation.
    fn block_end(&self, indentation: usize, reported: &Range<usize>) -> usize {
        let mut region = self.input.get(reported.clone()).unwrap_or("");
        while let Some(line) = region.rfind(['\n', '\r']) {
            let last = region.get(line + 1..).unwrap_or("");
            let spaces = last.bytes().take_while(|byte| *byte == b' ').count();
            if last.len() > spaces.min(indentation) {
                break;
            }
            region = without_break(region.get(..=line).unwrap_or(""));
        }
        reported.start + region.len()
    }

    /// The place of a block scalar without content: behind its header, or at the start of the line
    /// behind when blank lines are kept.
    fn empty_block(&self, is_kept: bool, reported: &Range<usize>) -> usize {
        let rest = self.input.get(reported.start..).unwrap_or("");
        // At the end of the text the whole scalar is reported, from its `|` or `>`; elsewhere the
        // place of the next token.
        let header = if !reported.is_empty() {
            reported.start + rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else {
            let before = self.input.get(..reported.start).unwrap_or("");
            let before = before.trim_end_matches([' ', '\n', '\r']);
            let behind = self.input.get(before.len()..).unwrap_or("");
            before.len() + behind.find(['\n', '\r']).unwrap_or(0)
        };
        if !is_kept {
            let before = self.input.get(..header).unwrap_or("");
            return before.trim_end_matches([' ', '\t']).len();
        }
        let behind = self.input.get(header..).unwrap_or("");
        header + decode::break_length(behind)
    }
}

fn inside_quotes(range: Range<usize>) -> Range<usize> {
    let start = range.start + 1;
    start..range.end.saturating_sub(1).max(start)
}

/// `text` without the line break at its end.
fn without_break(text: &str) -> &str {
    match text.strip_suffix('\n') {
        Some(text) => text.strip_suffix('\r').unwrap_or(text),
        None => text.strip_suffix('\r').unwrap_or(text),
    }
}
