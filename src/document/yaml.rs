//! Reads YAML 1.2 with the short tags of CloudFormation, without recursion.
//!
//! The scanner is granit-parser's; types of plain scalars, short tags, aliases, merge keys, spans
//! and limits are ours. An alias gives the node of its anchor again, so a document is a graph
//! without cycles; it is never copied out. An error ends the YAML document it stands in; reading
//! goes on at the next `---`.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use granit_parser::{Event, Parser, ScanError, Span as Place, Tag, options};

use super::{
    BlockStyle, Builder, Chomping, Comment, Document, Entry, Error, ErrorKind, Found,
    MAX_ALIASED_NODES, MAX_DEPTH, NodeId, NodeKind, Scalar, Style, Syntax,
};
use crate::source::Text;

mod collection;
mod decode;
mod resolve;
mod scalar;
#[cfg(test)]
mod tests;

pub(super) use decode::decode;

use collection::{Open, Shared};

/// Nesting beyond which the scanner stops, also while it looks for the next document.
const SCANNER_DEPTH: usize = 4096;

/// Reads a YAML stream.
pub fn parse(text: &Text) -> Document {
    let mut reader = Reader {
        builder: Builder::new(text),
        input: text.as_str(),
        open: Vec::new(),
        depth: 0,
        anchors: HashMap::new(),
        aliases: Vec::new(),
        shared_nodes: 0,
        at: 0,
        comments: Vec::new(),
        has_holes: !text.holes().is_empty(),
        read_holes: BTreeSet::new(),
        gave_up: false,
    };
    reader.stream();
    reader.report_holes();
    reader.place_comments();
    reader.builder.finish(Syntax::Yaml)
}

struct Reader<'a> {
    builder: Builder<'a>,
    input: &'a str,
    /// The collections whose end was not read yet.
    open: Vec<Open>,
    /// Levels of the tree above the next node; a call is a level of its own.
    depth: usize,
    /// The finished nodes of the scanner's anchor numbers.
    anchors: HashMap<usize, Shared>,
    /// Where aliases are written, and the nodes that they stand for.
    aliases: Vec<(usize, NodeId)>,
    /// How many nodes the aliases and merge keys stand for.
    shared_nodes: usize,
    /// The end of what was read last.
    at: usize,
    comments: Vec<(usize, usize)>,
    has_holes: bool,
    /// Offsets of the holes that are in a node or a comment.
    read_holes: BTreeSet<usize>,
    /// Whether a part of the text was not read at all.
    gave_up: bool,
}

/// A node with what its parent needs to know of it.
struct Value {
    id: NodeId,
    /// Nodes below and including it, aliases followed.
    size: usize,
    /// Levels below it, aliases followed.
    height: usize,
    /// Where it, or its alias, is written; with its tag and quotes.
    place: Range<usize>,
    origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Written here, without an anchor.
    Here,
    /// Written here, with an anchor.
    Anchored,
    /// Written elsewhere.
    Alias,
    /// A null in the place of an alias that could not be followed.
    Broken,
}

/// What a node's tag means.
enum Meaning {
    /// No tag, or one that changes nothing here.
    Untagged,
    /// `!!str`, or the tag `!`.
    Text,
    /// `!Sub`: a call of this function, with the start of the tag.
    Call(Box<str>, usize),
}

impl Reader<'_> {
    fn stream(&mut self) {
        let options = options! {
            emit_unresolved_aliases: true,
            // A value may stand behind any number of comment lines.
            max_buffered_comment_events: usize::MAX,
            // The scanner looks 1024 characters ahead for the end of a key, and so as many levels
            // ahead: our own limit is to come first.
            flow_nesting_limit: SCANNER_DEPTH,
            block_nesting_limit: SCANNER_DEPTH,
            // As PyYAML and SnakeYAML, and so that every character has its place in the text.
            block_scalar_eof_without_line_feed: true
        };
        let mut parser = Parser::new_from_str_with_options(self.input, options);
        while let Some(event) = parser.next_event() {
            let result = match event {
                Ok((event, place)) => self.event(event, &place),
                Err(error) => Err(self.scan_error(&error)),
            };
            let Err(error) = result else { continue };
            let is_full = error.kind == ErrorKind::TooManyNodes;
            self.give_up(error);
            if is_full || !parser.proceed_next_document().unwrap_or(false) {
                break;
            }
        }
    }

    fn event(&mut self, event: Event<'_>, place: &Place) -> Result<(), Error> {
        let range = place.byte_range().unwrap_or(self.at..self.at);
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Anchor(..) => {}
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Comment(..) => {
                self.at = self.at.max(range.end);
                self.mark_holes(range.start, range.end);
                self.comments.push((range.start, range.end));
            }
            Event::Alias(anchor) => self.alias(Some(anchor), range)?,
            Event::UnresolvedAlias(_) => self.alias(None, range)?,
            Event::Scalar(value, style, anchor, tag) => {
                let meaning = self.meaning(tag.as_deref(), place);
                self.scalar(&value, style, meaning, anchor, place)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                let meaning = self.meaning(tag.as_deref(), place);
                let start = self.sequence_start(range.start, place);
                self.open(Open::sequence(start, anchor), meaning)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                let meaning = self.meaning(tag.as_deref(), place);
                self.open(Open::mapping(range.start, anchor), meaning)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // The end of a block collection is reported at the next token, without width.
                let end = (range.start < range.end).then_some(range.end);
                let value = self.close(end)?;
                self.put(value)?;
            }
            // A later version of the scanner may know more; a node must not be lost unnoticed.
            _ => {
                let unknown = ErrorKind::Yaml("this syntax is not supported".into());
                return Err(self.error(unknown, range.start, range.end));
            }
        }
        Ok(())
    }

    fn meaning(&self, tag: Option<&Tag>, place: &Place) -> Meaning {
        let Some(tag) = tag else {
            return Meaning::Untagged;
        };
        if tag.core_suffix() == Some("str") || tag.parts() == ("", "!") {
            return Meaning::Text;
        }
        let name = match tag.parts() {
            ("!", name) => name,
            ("", name) => name.strip_prefix('!').unwrap_or(""),
            _ => "",
        };
        let function = match name {
            "" => return Meaning::Untagged,
            "Ref" | "Condition" => name.into(),
            _ => format!("Fn::{name}").into(),
        };
        let start = place.tag_start().and_then(|marker| marker.byte_offset());
        Meaning::Call(function, start.unwrap_or(self.at))
    }

    /// Where a sequence begins. The scanner reports one whose dashes stand no deeper than the key
    /// above at its first item.
    fn sequence_start(&self, reported: usize, place: &Place) -> usize {
        let is_start = |rest: &str| {
            rest.starts_with('[')
                || rest
                    .strip_prefix('-')
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        };
        if self.input.get(reported..).is_some_and(is_start) {
            return reported;
        }
        let tag_end = place
            .tag_span()
            .and_then(|span| span.byte_range())
            .map_or(0, |range| range.end);
        let from = self.at.max(tag_end);
        let mut at = from;
        let mut is_behind_space = true;
        while let Some(rest) = self.input.get(at..reported)
            && let Some(character) = rest.chars().next()
        {
            if is_behind_space && is_start(rest) {
                return at;
            }
            at += match character {
                '#' if is_behind_space => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                other => other.len_utf8(),
            };
            is_behind_space = character.is_whitespace() || character == '#';
        }
        reported
    }

    fn scan_error(&self, error: &ScanError) -> Error {
        let start = error.marker().byte_offset().unwrap_or(self.at);
        let rest = self.input.get(start..).unwrap_or("");
        let length = rest
            .chars()
            .next()
            .filter(|character| !matches!(character, '\n' | '\r'))
            .map_or(0, char::len_utf8);
        let message = error.kind().to_string();
        let message = message.trim_end_matches('.');
        // The scanner quotes with `'`, this program with backticks. An odd one is an apostrophe.
        let message = match message.matches('\'').count() % 2 {
            0 => message.replace('\'', "`"),
            _ => message.to_owned(),
        };
        self.error(ErrorKind::Yaml(message.into()), start, start + length)
    }

    /// Keeps what was read of this YAML document.
    fn give_up(&mut self, error: Error) {
        self.gave_up = true;
        self.builder.error(error);
        self.builder.make_room();
        while !self.open.is_empty() {
            let Ok(value) = self.close(None) else { break };
            if self.put(value).is_err() {
                break;
            }
        }
        self.open.clear();
        self.depth = 0;
    }

    /// Remembers that the holes at these offsets are in a node or a comment.
    fn mark_holes(&mut self, start: usize, end: usize) -> bool {
        if !self.has_holes {
            return false;
        }
        let holes = self.builder.text.holes_within(start..end);
        self.read_holes
            .extend(holes.iter().map(|hole| hole.offset as usize));
        !holes.is_empty()
    }

    /// Reports the open values that are no part of a node: anything could be meant there.
    fn report_holes(&mut self) {
        if self.gave_up {
            return;
        }
        for hole in self.builder.text.holes() {
            if !self.read_holes.contains(&(hole.offset as usize)) {
                self.builder.error(Error {
                    kind: ErrorKind::Unexpected {
                        expected: "YAML syntax",
                        found: Found::Hole,
                    },
                    span: hole.span,
                });
            }
        }
    }

    /// Finds the node that each comment stands before: the next scalar, alias or empty collection.
    fn place_comments(&mut self) {
        if self.comments.is_empty() {
            return;
        }
        let mut leaves: Vec<(usize, NodeId)> = self.builder.leaves().collect();
        leaves.append(&mut self.aliases);
        leaves.sort_by_key(|(start, _)| *start);
        self.comments.sort_unstable();
        for (start, end) in std::mem::take(&mut self.comments) {
            let next = leaves.partition_point(|(leaf, _)| *leaf < end);
            let written = self.input.get(start..end).unwrap_or("");
            self.builder.comment(Comment {
                span: self.builder.text.span(start..end),
                text: written.strip_prefix('#').unwrap_or(written).trim().into(),
                before: leaves.get(next).map(|(_, id)| *id),
            });
        }
    }

    fn error(&self, kind: ErrorKind, start: usize, end: usize) -> Error {
        Error {
            kind,
            span: self.builder.text.span(start..end),
        }
    }
}
