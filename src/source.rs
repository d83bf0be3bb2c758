//! Owns file texts and turns byte offsets into lines and columns.
//!
//! A [`Span`] always names bytes of a real file, also for text that was written inside a string of
//! that file: [`Text`] carries the map from what a parser reads to where it stands. This module
//! reads no files and knows no syntax.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

mod text;

pub use text::{Hole, Text, TextBuilder};

/// The largest file that is read, in bytes. Keeps every offset within `u32`.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;

/// A file's place in the list of sources; orders output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The id of the source at `index` of a [`Sources`] list.
    pub fn new(index: u32) -> SourceId {
        SourceId(index)
    }

    /// The place in the list of sources, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a file, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    source: SourceId,
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes `start..end` of `source`; an end before the start gives an empty span.
    pub fn new(source: SourceId, start: u32, end: u32) -> Span {
        Span {
            source,
            start,
            end: end.max(start),
        }
    }

    /// The file.
    pub fn source(self) -> SourceId {
        self.source
    }

    /// The first byte.
    pub fn start(self) -> u32 {
        self.start
    }

    /// The byte behind the last one.
    pub fn end(self) -> u32 {
        self.end
    }

    /// The bytes as a range, e.g. for `str::get`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both; `self` when they are of different files.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span::new(
            self.source,
            self.start.min(other.start),
            self.end.max(other.end),
        )
    }

    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span::new(self.source, self.start, self.start)
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            span: self.span,
        }
    }
}

/// A place for people: lines and columns are 1-based, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
    /// 0-based byte offset in the file.
    pub byte: u32,
}

/// One file: its path as the user gave it, and its text.
#[derive(Debug)]
pub struct Source {
    path: String,
    text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
    characters: OnceLock<Vec<u32>>,
}

/// Bytes between two entries of the character index.
const CHARACTER_STRIDE: usize = 4096;

impl Source {
    /// A source of the text `text`.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// The path as the user gave it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, a byte order mark included.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The number of lines, at least 1.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The bytes of a 1-based line, without its line break.
    pub fn line_range(&self, line: u32) -> Option<Range<usize>> {
        let starts = self.line_starts();
        let index = (line as usize).checked_sub(1)?;
        let start = *starts.get(index)? as usize;
        let end = match starts.get(index + 1) {
            Some(next) => *next as usize - 1,
            None => self.text.len(),
        };
        let line = self.text.get(start..end)?;
        Some(start..start + line.strip_suffix('\r').unwrap_or(line).len())
    }

    /// The position of a byte offset; offsets past the end are those of the end.
    pub fn position(&self, byte: u32) -> Position {
        let byte = (byte as usize).min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= byte);
        let start = line
            .checked_sub(1)
            .and_then(|index| starts.get(index))
            .copied()
            .unwrap_or(0);
        let column = self.characters_before(byte) - self.characters_before(start as usize);
        Position {
            line: line as u32,
            column: column + 1,
            byte: byte as u32,
        }
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self
                .text
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0)
                .chain(breaks.map(|(at, _)| at as u32 + 1))
                .collect()
        })
    }

    /// Characters in front of a byte. Indexed, because a minified file is one line and counting
    /// from its start for every finding would be quadratic.
    fn characters_before(&self, byte: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let count = |range: &[u8]| range.iter().filter(|b| (**b & 0xC0) != 0x80).count() as u32;
        let index = self.characters.get_or_init(|| {
            let mut sum = 0;
            let blocks = bytes.chunks(CHARACTER_STRIDE).map(|block| {
                sum += count(block);
                sum
            });
            std::iter::once(0).chain(blocks).collect()
        });
        let block = byte / CHARACTER_STRIDE;
        let before = index.get(block).copied().unwrap_or(0);
        before + bytes.get(block * CHARACTER_STRIDE..byte).map_or(0, count)
    }
}

/// Whether a character is not shown as itself: it moves the cursor, speaks to the terminal, or
/// changes the order of what stands beside it.
pub(crate) fn is_unprintable(character: char) -> bool {
    let reorders = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks_line = matches!(character, '\u{2028}' | '\u{2029}');
    character.is_control() || reorders || breaks_line
}

/// All files of one run, in the order that fixes the output.
#[derive(Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// The sources in this order.
    pub fn new(list: Vec<Source>) -> Sources {
        Sources { list }
    }

    /// Adds a source and returns its id.
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(self.list.len() as u32);
        self.list.push(source);
        id
    }

    /// Lets go of the text of a source, of which nothing is to be said any more; its path is kept.
    pub fn forget(&mut self, id: SourceId) {
        if let Some(source) = self.list.get_mut(id.index()) {
            *source = Source::new(std::mem::take(&mut source.path), "");
        }
    }

    /// The source of an id, if the id is from this list.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.index())
    }

    /// All sources with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list
            .iter()
            .enumerate()
            .map(|(index, source)| (SourceId(index as u32), source))
    }

    /// Where the span starts.
    pub fn start(&self, span: Span) -> Position {
        self.position(span.source, span.start)
    }

    /// Where the span ends: the position behind its last character.
    pub fn end(&self, span: Span) -> Position {
        self.position(span.source, span.end)
    }

    /// The path of the file that a span is in; empty for a foreign id.
    pub fn path(&self, id: SourceId) -> &str {
        self.get(id).map_or("", Source::path)
    }

    /// The characters that a span covers; empty when it is not of these sources.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source)
            .and_then(|source| source.text.get(span.range()))
            .unwrap_or("")
    }

    fn position(&self, id: SourceId, byte: u32) -> Position {
        match self.get(id) {
            Some(source) => source.position(byte),
            None => Position {
                line: 1,
                column: 1,
                byte,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let source = Source::new("a", "é\r\nab\n");
        let at = |byte| {
            let position = source.position(byte);
            (position.line, position.column)
        };
        assert_eq!(
            [at(0), at(2), at(4), at(5), at(7)],
            [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]
        );
        assert_eq!(source.line_range(1), Some(0..2));
        assert_eq!(source.line_range(3), Some(7..7));
        assert_eq!(source.line_range(4), None);
    }

    #[test]
    fn a_column_behind_many_blocks_is_exact() {
        let text = "ü".repeat(10_000);
        let source = Source::new("a", text.as_str());
        assert_eq!(source.position(19_998).column, 10_000);
    }
}
