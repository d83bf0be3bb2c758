//! The characters of a scalar, each with its place in the text.
//!
//! What a scanner drops or folds stands in one piece: a space for a line break and the
//! indentation behind it, a line break for the blank lines that it stands for. A hole counts as a
//! character that is not blank.

use std::ops::Range;

use super::{BlockStyle, Chomping, Style};
use crate::document::json;
use crate::source::{Text, TextBuilder};

/// Adds the characters of the scalar that is written at `range` of `text` in `style`, and the
/// holes in it and at its ends.
pub(in crate::document) fn decode(
    text: &Text,
    range: Range<usize>,
    style: Style,
    builder: &mut TextBuilder,
) {
    let mut decoder = Decoder {
        text,
        end: range.end,
        at: range.start,
        builder,
    };
    match style {
        Style::Plain | Style::Verbatim | Style::Json => decoder.flow(None),
        Style::SingleQuoted => decoder.flow(Some('\'')),
        Style::DoubleQuoted => decoder.flow(Some('\\')),
        Style::Block(block) => decoder.block(block),
    }
}

/// The length of the line break that `text` begins with; 0 when it begins with none.
pub(super) fn break_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// What a `#` at the start of a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comments {
    /// A character of a quoted scalar.
    Content,
    /// A comment: the scanner reads over one behind a tab, and goes on with a plain scalar.
    Skipped,
}

struct Decoder<'a> {
    text: &'a Text,
    at: usize,
    end: usize,
    builder: &'a mut TextBuilder,
}

impl<'a> Decoder<'a> {
    /// Plain and quoted scalars; `escape` begins an escape.
    fn flow(&mut self, escape: Option<char>) {
        let is_special =
            |character: char| matches!(character, '\n' | '\r') || Some(character) == escape;
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(is_special) else {
                self.builder.piece(self.text, self.at..self.end);
                break;
            };
            let special = self.at + length;
            match rest.as_bytes().get(length) {
                Some(b'\\') => {
                    self.piece(special);
                    self.escape();
                }
                Some(b'\'') => {
                    self.piece(special);
                    let length = 2.min(self.end - special);
                    self.builder
                        .escape(self.text, special..special + length, "'");
                    self.at = special + length;
                }
                _ => {
                    let blanks = rest.get(..length).unwrap_or("");
                    let content = self.at + blanks.trim_end_matches([' ', '\t']).len();
                    let holes = self.text.holes_within(self.at..special);
                    let hole = holes.last().map_or(0, |hole| hole.offset as usize);
                    self.piece(content.max(hole));
                    let comments = match escape {
                        None => Comments::Skipped,
                        Some(_) => Comments::Content,
                    };
                    self.fold(special, " ", comments);
                }
            }
        }
        self.builder.holes_at(self.text, self.end);
    }

    /// Adds what stands before `to`.
    fn piece(&mut self, to: usize) {
        self.builder.piece(self.text, self.at..to);
        self.at = to;
    }

    /// The line break at `line_break` and the blank lines behind it: `single` when there are none.
    fn fold(&mut self, line_break: usize, single: &str, comments: Comments) {
        let mut from = self.at;
        self.at = line_break + self.break_length(line_break);
        let mut is_single = true;
        loop {
            let line = self.at;
            self.at = self.skip(&[' ', '\t'], usize::MAX);
            if comments == Comments::Skipped && self.rest().starts_with('#') {
                let rest = self.rest();
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            }
            let length = self.break_length(self.at);
            if length == 0 || !self.text.holes_within(line..self.at).is_empty() {
                break;
            }
            self.at += length;
            self.builder.escape(self.text, from..self.at, "\n");
            from = self.at;
            is_single = false;
        }
        if is_single {
            self.builder.escape(self.text, from..self.at, single);
        }
    }

    /// The escape at `at`.
    fn escape(&mut self) {
        let rest = self.rest();
        let line_break = self.at + 1;
        if self.break_length(line_break) > 0 {
            self.fold(line_break, "", Comments::Content);
            return;
        }
        let (length, character) = decode_escape(rest).unwrap_or_else(|| {
            let length = rest.chars().take(2).map(char::len_utf8).sum();
            (length, char::REPLACEMENT_CHARACTER)
        });
        let range = self.at..self.at + length;
        self.at = range.end;
        self.builder
            .escape(self.text, range, character.encode_utf8(&mut [0; 4]));
    }

    /// The lines of a block scalar. They begin behind the indentation of the first.
    fn block(&mut self, style: BlockStyle) {
        let mut breaks: Vec<Range<usize>> = Vec::new();
        let mut is_foldable = false;
        let mut has_content = false;
        loop {
            let rest = self.rest();
            let line = self.at;
            let end = line + rest.find(['\n', '\r']).unwrap_or(rest.len());
            if end > line || !self.text.holes_within(line..end).is_empty() {
                let is_text = !rest.starts_with([' ', '\t'])
                    || !self.text.holes_within(line..line).is_empty();
                self.breaks(&breaks, style.folded && is_foldable && is_text);
                breaks.clear();
                self.piece(end);
                has_content = true;
                is_foldable = is_text;
            }
            let length = self.break_length(end);
            if length == 0 {
                break;
            }
            breaks.push(end..end + length);
            self.at = end + length;
            self.at = self.skip(&[' '], style.indentation as usize);
        }
        let content_end = self.end;
        self.at = content_end;
        self.end = self.text.as_str().len();
        self.tail(style.chomping, has_content);
        // A line break takes the holes before it along.
        if self.at == content_end {
            self.builder.holes_at(self.text, content_end);
        }
    }

    /// The line breaks before the line that begins at `at`.
    fn breaks(&mut self, breaks: &[Range<usize>], is_folded: bool) {
        match breaks {
            [only] if is_folded => self.builder.escape(self.text, only.start..self.at, " "),
            [first, second, rest @ ..] if is_folded => {
                self.line_feed(first.start..second.end);
                rest.iter().for_each(|line| self.line_feed(line.clone()));
            }
            _ => breaks.iter().for_each(|line| self.line_feed(line.clone())),
        }
    }

    /// The line breaks behind the last line with content.
    fn tail(&mut self, chomping: Chomping, has_content: bool) {
        let most = match chomping {
            Chomping::Strip => 0,
            Chomping::Clip => usize::from(has_content),
            Chomping::Keep => usize::MAX,
        };
        for place in 0..most {
            if place > 0 || !has_content {
                self.at = self.skip(&[' '], usize::MAX);
            }
            let length = self.break_length(self.at);
            if length == 0 {
                break;
            }
            self.line_feed(self.at..self.at + length);
            self.at += length;
        }
    }

    fn line_feed(&mut self, range: Range<usize>) {
        if range.len() == 1 && self.text.as_str().get(range.clone()) == Some("\n") {
            self.builder.piece(self.text, range);
        } else {
            self.builder.escape(self.text, range, "\n");
        }
    }

    /// Behind at most `most` of these characters at `at`, and not behind a hole.
    fn skip(&self, characters: &[char], most: usize) -> usize {
        let is_skipped = |character: &char| characters.contains(character);
        let length = self
            .rest()
            .chars()
            .take(most)
            .take_while(is_skipped)
            .count();
        let holes = self.text.holes_within(self.at..self.at + length);
        let hole = holes.first().map(|hole| hole.offset as usize);
        hole.unwrap_or(self.at + length)
    }

    /// The length of the line break at `at`, inside the scalar.
    fn break_length(&self, at: usize) -> usize {
        let rest = self.text.as_str().get(at..self.end).unwrap_or("");
        break_length(rest)
    }

    fn rest(&self) -> &'a str {
        self.text.as_str().get(self.at..self.end).unwrap_or("")
    }
}

/// The escape at the start of `rest`: its length in bytes and its character.
fn decode_escape(rest: &str) -> Option<(usize, char)> {
    let character = match rest.as_bytes().get(1)? {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'v' => '\u{b}',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'\t' => '\t',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' => return decode_hex(rest, 2),
        b'U' => return decode_hex(rest, 8),
        // The others are those of JSON, pairs of surrogates included.
        _ => return json::decode_escape(rest),
    };
    Some((2, character))
}

fn decode_hex(rest: &str, digits: usize) -> Option<(usize, char)> {
    let value = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
    Some((2 + digits, char::from_u32(value)?))
}
