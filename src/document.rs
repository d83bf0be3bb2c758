//! Reads JSON, YAML and HCL into trees whose nodes know their span.
//!
//! A [`Document`] keeps what was written: key order, duplicate keys, comments, short tags as calls.
//! A broken text still gives the part that was read, beside its [`Error`]s. This module knows no
//! CloudFormation and no policies, and resolves no reference: an open value is a hole.

use std::num::NonZeroU32;

use crate::source::{Hole, Span, Text};

mod build;
pub mod decode;
mod error;
pub mod hcl;
pub mod json;
mod node;
mod overlay;
mod path;
pub mod print;
pub mod spelling;
mod text;
pub mod yaml;

pub use error::{Error, ErrorKind, Found};
pub use node::Node;
pub use overlay::overlay;
pub use path::{Path, Step};

use build::Builder;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
/// The most nodes that one document may hold.
pub const MAX_NODES: usize = 2_000_000;
/// Errors that are kept; behind them one more says that there are others.
pub const MAX_ERRORS: usize = 10_000;
/// The most nodes that aliases and merge keys may stand for; a long string counts as several.
pub const MAX_ALIASED_NODES: usize = 100_000;
/// The most strings that a text may be inside of.
pub const MAX_EMBEDDING: u8 = 4;
/// Bytes, as written, of one string that are read out of it with their places: as many as the largest
/// template of CloudFormation has. What is behind them stays open.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// RFC 8259.
    Json,
    /// YAML 1.2 with the short tags of CloudFormation.
    Yaml,
    /// The native syntax of Terraform.
    Hcl,
}

/// What was read of one text.
#[derive(Debug)]
pub struct Document {
    tree: Tree,
    comments: Vec<Comment>,
    errors: Vec<Error>,
}

impl Document {
    /// Reads `text`; never fails: what could not be read is in [`Document::errors`].
    pub fn parse(text: &Text, syntax: Syntax) -> Document {
        match syntax {
            Syntax::Json => json::parse(text),
            Syntax::Yaml => yaml::parse(text),
            Syntax::Hcl => hcl::parse(text),
        }
    }

    /// The language in which it is written.
    pub fn syntax(&self) -> Syntax {
        self.tree.syntax
    }

    /// The nodes.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The top-level values: one for JSON and HCL, one for each YAML document of a stream.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.tree.roots.iter().map(|id| self.tree.node(*id))
    }

    /// The first top-level value.
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots().next()
    }

    /// The comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What is wrong with the text, in order. Duplicate keys are among them.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }
}

/// A comment of a YAML or HCL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` or `//` to the end of the line, or from `/*` to `*/`.
    pub span: Span,
    /// What stands behind or between these marks, trimmed.
    pub text: Box<str>,
    /// The node that it stands before: the next one that begins behind it, if any.
    pub before: Option<NodeId>,
}

/// An index into a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NonZeroU32);

impl NodeId {
    /// The id of the node at an index of the arena, which holds less than [`u32::MAX`].
    fn new(index: usize) -> NodeId {
        NodeId(NonZeroU32::MIN.saturating_add(index as u32))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The nodes of a document, in one arena: nothing is recursive, also not dropping it.
#[derive(Debug)]
pub struct Tree {
    syntax: Syntax,
    text: Text,
    nodes: Vec<NodeData>,
    roots: Vec<NodeId>,
}

/// Small, because there may be two million: what is seldom is boxed, and where in the file it stands is
/// asked of the text.
#[derive(Debug)]
struct NodeData {
    /// In [`Tree::text`].
    local: (u32, u32),
    parent: Option<NodeId>,
    kind: NodeKind,
}

impl NodeData {
    /// Where it stands in the file; `text` is that of its tree.
    fn span(&self, text: &Text) -> Span {
        text.span(self.local.0 as usize..self.local.1 as usize)
    }
}

#[derive(Debug)]
enum NodeKind {
    Null,
    Bool(bool),
    Number,
    String(Scalar),
    /// A string of an HCL text with escapes, marks or several lines. The parser found its holes, so it
    /// is kept decoded.
    Template(Box<Text>),
    Sequence(Box<[NodeId]>),
    Mapping(Box<[Entry]>),
    Call {
        function: Box<str>,
        argument: NodeId,
    },
    Hole(Box<Hole>),
}

/// A string: its characters, and how they are written.
#[derive(Debug)]
struct Scalar {
    /// Decoded; `None` when the characters are those of the local range.
    decoded: Option<Box<str>>,
    style: Style,
    has_holes: bool,
}

/// How a string is written; says how its characters map to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Inside the quotes of a JSON string.
    Json,
    /// Characters of an HCL text that stand for themselves.
    Verbatim,
    /// A plain YAML scalar.
    Plain,
    /// Inside the quotes of a `'…'` YAML scalar.
    SingleQuoted,
    /// Inside the quotes of a `"…"` YAML scalar.
    DoubleQuoted,
    /// The lines of a `|` or `>` YAML scalar.
    Block(BlockStyle),
}

/// The header of a YAML block scalar, and its indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct BlockStyle {
    folded: bool,
    /// Spaces that every line loses.
    indentation: u32,
    chomping: Chomping,
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chomping {
    /// One is kept.
    Clip,
    /// `-`: none is kept.
    Strip,
    /// `+`: all are kept.
    Keep,
}

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    key: NodeId,
    value: NodeId,
    /// Whether the entry comes from a merge key (`<<`). Such entries stand behind the own ones.
    merged: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number; see [`Node::number`].
    Number,
    /// A string; see [`Node::as_str`] and [`Node::text`].
    String,
    /// A list.
    Sequence,
    /// Keys and values.
    Mapping,
    /// A function with its argument, written as a YAML tag: `!Sub "…"`, or as an HCL call, whose
    /// argument is the list of what stands in the parentheses. See [`Node::call`].
    Call,
    /// A value that the surrounding text leaves open, or that an HCL expression computes.
    Hole,
}

impl Tree {
    /// The node of an id of this tree.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a NodeId is made by this tree's builder only, which never removes a node"
    )]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node {
            tree: self,
            id,
            data: &self.nodes[id.index()],
        }
    }

    /// The text that was parsed.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The innermost node that holds `span`, searched from the roots down.
    pub fn innermost(&self, span: Span) -> Option<Node<'_>> {
        let starts_before = |id: &NodeId| self.node(*id).span().start() <= span.start();
        let behind = self.roots.partition_point(starts_before);
        let root = self.roots.get(behind.checked_sub(1)?)?;
        let mut found = self.node(*root);
        if !found.span().contains(span) {
            return None;
        }
        while let Some(child) = found.child_at(span) {
            found = child;
        }
        Some(found)
    }

    /// All nodes, in the order in which they were read. Keys are among them.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|index| self.node(NodeId::new(index)))
    }
}
