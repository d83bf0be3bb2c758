//! Reads HCL, the language of Terraform, into the tree that Terraform's JSON syntax would give.
//!
//! A body is a mapping, an attribute an entry, and a block an entry with a mapping for each label:
//! `resource "a" "b" { … }` is `{"resource": {"a": {"b": { … }}}}`. Every block is an entry of its
//! own, so keys of blocks repeat. Calls are calls with the list of their arguments; what is computed
//! in another way is a hole, with a reference when it is a plain traversal (`var.region`). Nothing is
//! evaluated here.
//!
//! The reader is our own. hcl-edit, with which tests compare it, loses a file with its first error,
//! reports an unclosed string at the start of the file, takes time with the square of an object's keys
//! and up to 80 times the memory of the text. Behind an error reading goes on at the next line that
//! begins with a name.

use super::build::Builder;
use super::{
    Comment, Document, Entry, Error, ErrorKind, Found, MAX_DEPTH, MAX_NODES, NodeId, NodeKind,
    Scalar, Style, Syntax,
};
use crate::source::{Hole, Text};

mod expression;
mod scan;
mod template;
#[cfg(test)]
mod tests;

use expression::{Value, ValueKind};

/// So many attributes and blocks that could not be read are reported; then reading ends.
const MAX_FAILURES: usize = 100;

/// Reads a body.
pub fn parse(text: &Text) -> Document {
    let mut reader = Reader {
        builder: Builder::new(text),
        input: text.as_str(),
        at: 0,
        skips_line_breaks: false,
        depth: 0,
        counted: 0,
        failures: 0,
        has_ended: false,
        comments: Vec::new(),
    };
    reader.file();
    reader.report_holes();
    reader.place_comments();
    reader.builder.finish(Syntax::Hcl)
}

struct Reader<'a> {
    builder: Builder<'a>,
    input: &'a str,
    at: usize,
    /// Inside of brackets other than those of an object.
    skips_line_breaks: bool,
    /// Levels of the tree above what is read.
    depth: usize,
    /// Values, pieces of strings, and comments.
    counted: usize,
    failures: usize,
    /// Whether a limit was hit.
    has_ended: bool,
    comments: Vec<(usize, usize)>,
}

/// Something could not be read and was reported.
struct Failed;

/// The entries of a body; a repeated attribute is an error, a repeated block is not.
#[derive(Default)]
struct Body {
    entries: Vec<Entry>,
    attributes: Vec<Entry>,
}

impl Reader<'_> {
    fn file(&mut self) {
        let mut body = Body::default();
        self.depth = 1;
        loop {
            let result = self.body(&mut body);
            if self.is_at_end() || self.has_ended || self.failures >= MAX_FAILURES {
                break;
            }
            if result.is_ok() {
                self.unexpected("an attribute or a block");
            }
            self.skip_to_next();
        }
        if let Some(root) = self.close(body, 0, self.input.len()) {
            self.builder.add_root(root);
        }
    }

    /// Goes to the next line that begins with a name, as the first line of a block does.
    fn skip_to_next(&mut self) {
        self.depth = 1;
        self.skips_line_breaks = false;
        while let Some(length) = self.rest().find('\n') {
            self.at += length + 1;
            if self.rest().starts_with(scan::is_name_start) {
                return;
            }
        }
        self.at = self.input.len();
    }

    /// Attributes and blocks up to a `}` or the end of the text.
    fn body(&mut self, body: &mut Body) -> Result<(), Failed> {
        loop {
            self.skip_lines()?;
            if self.is_at_end() || self.starts_with("}") {
                return Ok(());
            }
            self.structure(body)?;
            self.skip_space()?;
            match self.line_break() {
                0 if self.is_at_end() => return Ok(()),
                0 => return Err(self.unexpected("a new line")),
                length => self.at += length,
            }
        }
    }

    /// An attribute or a block.
    fn structure(&mut self, body: &mut Body) -> Result<(), Failed> {
        let start = self.at;
        if self.name().is_empty() {
            return Err(self.unexpected("an attribute or a block"));
        }
        let key = self.verbatim(start, self.at)?;
        self.skip_space()?;
        match self.take("=") {
            true => self.attribute(key, body),
            false => self.block(key, body),
        }
    }

    fn attribute(&mut self, key: NodeId, body: &mut Body) -> Result<(), Failed> {
        self.skip_space()?;
        let value = self.expression()?;
        let value = self.node(value)?;
        let entry = Entry {
            key,
            value,
            merged: false,
        };
        body.attributes.push(entry);
        body.entries.push(entry);
        Ok(())
    }

    /// The labels and the body of a block. What was read of a broken one is kept.
    fn block(&mut self, key: NodeId, outer: &mut Body) -> Result<(), Failed> {
        let mut labels = Vec::new();
        while !self.starts_with("{") {
            let start = self.at;
            let label = match self.starts_with("\"") {
                true => self.label()?,
                false if self.name().is_empty() => {
                    return Err(self.unexpected("`=`, a label or `{`"));
                }
                false => Value {
                    range: start..self.at,
                    kind: ValueKind::Verbatim,
                },
            };
            self.enter(1)?;
            labels.push((start, self.node(label)?));
            self.skip_space()?;
        }
        self.enter(1)?;
        let start = self.at;
        self.at += 1;
        let mut body = Body::default();
        let result = self.block_body(&mut body);
        let Some(mut value) = self.close(body, start, self.at) else {
            return Err(Failed);
        };
        self.leave(labels.len() + 1);
        while let Some((start, label)) = labels.pop() {
            let entry = Entry {
                key: label,
                value,
                merged: false,
            };
            let kind = NodeKind::Mapping([entry].into());
            value = self.add(start, self.at, kind)?;
        }
        outer.entries.push(Entry {
            key,
            value,
            merged: false,
        });
        result
    }

    /// A label in quotes, in which nothing may be open.
    fn label(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        let label = self.quoted()?;
        if let ValueKind::Template(text) = &label.kind
            && !text.holes().is_empty()
        {
            let kind = ErrorKind::Unexpected {
                expected: "a label without references",
                found: Found::Hole,
            };
            self.report(kind, start, self.at);
        }
        Ok(label)
    }

    /// Lines up to a `}`, or at most one attribute on the line of the block.
    fn block_body(&mut self, body: &mut Body) -> Result<(), Failed> {
        self.skip_space()?;
        if self.line_break() > 0 {
            self.body(body)?;
        } else if !self.starts_with("}") {
            let start = self.at;
            if self.name().is_empty() {
                return Err(self.unexpected("an attribute, `}` or a new line"));
            }
            let key = self.verbatim(start, self.at)?;
            self.skip_space()?;
            self.expect("=", "`=`")?;
            self.attribute(key, body)?;
            self.skip_space()?;
        }
        self.expect("}", "`}`")
    }

    /// The mapping of a body.
    fn close(&mut self, body: Body, start: usize, end: usize) -> Option<NodeId> {
        self.builder.check_duplicates(&body.attributes);
        let kind = NodeKind::Mapping(body.entries.into());
        self.add(start, end, kind).ok()
    }

    /// The node of a value, and those below it. Recursion is bounded by the depth of the text.
    fn node(&mut self, value: Value) -> Result<NodeId, Failed> {
        let (start, end) = (value.range.start, value.range.end);
        let kind = match value.kind {
            ValueKind::Null => NodeKind::Null,
            ValueKind::Bool(value) => NodeKind::Bool(value),
            ValueKind::Number => NodeKind::Number,
            ValueKind::Verbatim => return self.verbatim(start, end),
            ValueKind::Template(text) => NodeKind::Template(text),
            ValueKind::List(items) => NodeKind::Sequence(self.nodes(items)?),
            ValueKind::Map(map) => {
                let mut entries = Vec::with_capacity(map.len());
                for (key, value) in map {
                    entries.push(Entry {
                        key: self.node(key)?,
                        value: self.node(value)?,
                        merged: false,
                    });
                }
                self.builder.check_duplicates(&entries);
                NodeKind::Mapping(entries.into())
            }
            ValueKind::Call {
                function,
                arguments,
                list,
            } => {
                let arguments = NodeKind::Sequence(self.nodes(arguments)?);
                let argument = self.add(list.start, list.end, arguments)?;
                NodeKind::Call { function, argument }
            }
            ValueKind::Open(reference) => NodeKind::Hole(Box::new(Hole {
                offset: start as u32,
                span: self.builder.text.span(start..end),
                reference,
            })),
        };
        self.add(start, end, kind)
    }

    fn nodes(&mut self, values: Vec<Value>) -> Result<Box<[NodeId]>, Failed> {
        values.into_iter().map(|it| self.node(it)).collect()
    }

    /// A string that is written as it is.
    fn verbatim(&mut self, start: usize, end: usize) -> Result<NodeId, Failed> {
        let scalar = Scalar {
            decoded: None,
            style: Style::Verbatim,
            has_holes: false,
        };
        self.add(start, end, NodeKind::String(scalar))
    }

    fn add(&mut self, start: usize, end: usize, kind: NodeKind) -> Result<NodeId, Failed> {
        match self.builder.add((start, end), kind) {
            Ok(id) => Ok(id),
            Err(error) => {
                // The open blocks are kept all the same.
                self.builder.make_room();
                self.builder.error(error);
                self.has_ended = true;
                Err(Failed)
            }
        }
    }

    /// Reports the values that the text around this one leaves open: anything could be meant.
    fn report_holes(&mut self) {
        for hole in self.builder.text.holes() {
            self.builder.error(Error {
                kind: ErrorKind::Unexpected {
                    expected: "HCL syntax",
                    found: Found::Hole,
                },
                span: hole.span,
            });
        }
    }

    /// Finds the node that each comment stands before: the next one that is written in one piece.
    fn place_comments(&mut self) {
        if self.comments.is_empty() {
            return;
        }
        let mut leaves: Vec<(usize, NodeId)> = self.builder.leaves().collect();
        leaves.sort_by_key(|(start, _)| *start);
        for (start, end) in std::mem::take(&mut self.comments) {
            let next = leaves.partition_point(|(leaf, _)| *leaf < end);
            let written = self.input.get(start..end).unwrap_or("");
            let text = match written.strip_prefix("/*") {
                Some(block) => block.strip_suffix("*/").unwrap_or(block),
                None => written.trim_start_matches(['#', '/']),
            };
            self.builder.comment(Comment {
                span: self.builder.text.span(start..end),
                text: text.trim().into(),
                before: leaves.get(next).map(|(_, id)| *id),
            });
        }
    }
}
