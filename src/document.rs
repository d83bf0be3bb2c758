//! Reads JSON, YAML and HCL into trees whose nodes know their span.
//!
//! A [`Document`] keeps what was written: key order, duplicate keys, comments, short tags as calls.
//! A broken text still gives the part that was read, beside its [`Error`]s. This module knows no
//! CloudFormation and no policies, and resolves no reference: an open value is a hole.

use std::fmt;

use crate::source::{Hole, Span, Text};

mod build;
pub mod decode;
pub mod hcl;
pub mod json;
mod overlay;
mod path;
pub mod print;
pub mod spelling;
mod text;
pub mod yaml;

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

/// Something wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub span: Span,
}

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// e.g. a `}` where a value should stand.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could stand here, e.g. `a value`.
        expected: &'static str,
        /// What stands here.
        found: Found,
    },
    /// `[1,]`, which JSON does not allow.
    #[error("trailing comma")]
    TrailingComma,
    /// `["a" "b"]`
    #[error("missing comma")]
    MissingComma,
    /// A string without its closing quote, or a heredoc without its last line.
    #[error("string is not closed")]
    UnclosedString,
    /// `/*` without `*/`.
    #[error("comment is not closed")]
    UnclosedComment,
    /// A line break or another control character inside a JSON string.
    #[error("control character in a string")]
    ControlCharacter,
    /// e.g. `\x`, or half of a surrogate pair.
    #[error("invalid escape")]
    InvalidEscape,
    /// e.g. `01` or `1.`
    #[error("invalid number")]
    InvalidNumber,
    /// Something behind the end of the value.
    #[error("text behind the end of the document")]
    TrailingText,
    /// No value at all.
    #[error("no value")]
    Empty,
    /// A key that stands twice in a mapping; both are kept.
    #[error("key `{key}` stands twice; only the last one counts")]
    DuplicateKey {
        /// The key.
        key: Box<str>,
        /// The span of the earlier one.
        first: Span,
    },
    /// An alias of an anchor that does not stand before it.
    #[error("alias `*{0}` has no anchor before it")]
    UnknownAlias(Box<str>),
    /// A merge key whose value is no mapping.
    #[error("merge key `<<` needs a mapping or a list of mappings")]
    InvalidMerge,
    /// What the YAML scanner says.
    #[error("{0}")]
    Yaml(Box<str>),
    /// Nesting beyond [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// More than [`MAX_NODES`].
    #[error("more than {MAX_NODES} values")]
    TooManyNodes,
    /// More than [`MAX_ERRORS`]; those behind are not kept.
    #[error("more than {MAX_ERRORS} errors; those behind here are not shown")]
    TooManyErrors,
    /// More than [`MAX_ALIASED_NODES`].
    #[error("aliases stand for more than {MAX_ALIASED_NODES} values")]
    TooManyAliasedNodes,
}

impl ErrorKind {
    /// Whether some of the text is left out because of it, so that what is missing in the tree may
    /// stand in the text.
    pub fn loses_text(&self) -> bool {
        match self {
            ErrorKind::Unexpected { .. }
            | ErrorKind::UnclosedString
            | ErrorKind::UnclosedComment
            | ErrorKind::InvalidNumber
            | ErrorKind::TrailingText
            | ErrorKind::Empty
            | ErrorKind::UnknownAlias(_)
            | ErrorKind::InvalidMerge
            | ErrorKind::Yaml(_)
            | ErrorKind::TooDeep
            | ErrorKind::TooManyNodes
            | ErrorKind::TooManyErrors
            | ErrorKind::TooManyAliasedNodes => true,
            ErrorKind::TrailingComma
            | ErrorKind::MissingComma
            | ErrorKind::ControlCharacter
            | ErrorKind::InvalidEscape
            | ErrorKind::DuplicateKey { .. } => false,
        }
    }
}

/// What a parser found instead of what it expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A character.
    Character(char),
    /// A value that is left open, e.g. by `!Sub`.
    Hole,
    /// The end of the text.
    End,
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Character('`') => formatter.write_str("a backtick"),
            Found::Character(character) if character.is_control() => {
                write!(formatter, "`{}`", character.escape_default())
            }
            Found::Character(character) => write!(formatter, "`{character}`"),
            Found::Hole => formatter.write_str("a reference"),
            Found::End => formatter.write_str("the end of the text"),
        }
    }
}

/// An index into a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    fn index(self) -> usize {
        self.0 as usize
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

#[derive(Debug)]
struct NodeData {
    /// In the file.
    span: Span,
    /// In [`Tree::text`].
    local: (u32, u32),
    parent: Option<NodeId>,
    kind: NodeKind,
}

#[derive(Debug)]
enum NodeKind {
    Null,
    Bool(bool),
    Number,
    String(Scalar),
    /// A string of an HCL text with escapes, marks or several lines. The parser found its holes, so it
    /// is kept decoded.
    Template(Text),
    Sequence(Box<[NodeId]>),
    Mapping(Box<[Entry]>),
    Call {
        function: Box<str>,
        argument: NodeId,
    },
    Hole(Hole),
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
        (0..self.nodes.len() as u32).map(|index| self.node(NodeId(index)))
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
    data: &'t NodeData,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} at {:?}", self.kind(), self.data.local)
    }
}

impl PartialEq for Node<'_> {
    /// The same node of the same tree.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl<'t> Node<'t> {
    /// Its id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree it is in.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Where it is written, in the file: inside the quotes for a quoted string.
    pub fn span(self) -> Span {
        self.data.span
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match &self.data.kind {
            NodeKind::Null => Kind::Null,
            NodeKind::Bool(_) => Kind::Bool,
            NodeKind::Number => Kind::Number,
            NodeKind::String(_) | NodeKind::Template(_) => Kind::String,
            NodeKind::Sequence(_) => Kind::Sequence,
            NodeKind::Mapping(_) => Kind::Mapping,
            NodeKind::Call { .. } => Kind::Call,
            NodeKind::Hole(_) => Kind::Hole,
        }
    }

    /// The characters of a string in which no value is left open.
    pub fn as_str(self) -> Option<&'t str> {
        match &self.data.kind {
            NodeKind::String(scalar) if !scalar.has_holes => Some(self.characters(scalar)),
            NodeKind::Template(text) => text.known(),
            _ => None,
        }
    }

    /// The characters of a string with the place of each, and the holes in it.
    pub fn text(self) -> Option<Text> {
        match &self.data.kind {
            NodeKind::String(scalar) => Some(self.decode(scalar)),
            NodeKind::Template(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The characters of a string, holes left out; for a first look only.
    pub fn visible_str(self) -> Option<&'t str> {
        match &self.data.kind {
            NodeKind::String(scalar) => Some(self.characters(scalar)),
            NodeKind::Template(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// `true` or `false`.
    pub fn as_bool(self) -> Option<bool> {
        match self.data.kind {
            NodeKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A number as it is written, e.g. `012` or `1e3`.
    pub fn number(self) -> Option<&'t str> {
        match self.data.kind {
            NodeKind::Number => Some(self.written()),
            _ => None,
        }
    }

    /// The open value that this node is.
    pub fn hole(self) -> Option<&'t Hole> {
        match &self.data.kind {
            NodeKind::Hole(hole) => Some(hole),
            _ => None,
        }
    }

    /// The items of a sequence; none for another node.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'t>> + DoubleEndedIterator {
        let items: &[NodeId] = match &self.data.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |id| self.tree.node(*id))
    }

    /// The entries of a mapping, duplicates and merged ones included; none for another node.
    pub fn entries(
        self,
    ) -> impl ExactSizeIterator<Item = (Node<'t>, Node<'t>)> + DoubleEndedIterator {
        let entries: &[Entry] = match &self.data.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        };
        entries
            .iter()
            .map(move |entry| (self.tree.node(entry.key), self.tree.node(entry.value)))
    }

    /// The value of a key: of duplicates the last one, of a merged and an own one the own one.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key and value of a key, as [`Node::get`] chooses them.
    pub fn entry(self, key: &str) -> Option<(Node<'t>, Node<'t>)> {
        let entries: &[Entry] = match &self.data.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        };
        let named = |entry: &&Entry| self.tree.node(entry.key).as_str() == Some(key);
        let own = entries
            .iter()
            .rev()
            .filter(|entry| !entry.merged)
            .find(named);
        let chosen = own.or_else(|| entries.iter().filter(|entry| entry.merged).find(named))?;
        Some((self.tree.node(chosen.key), self.tree.node(chosen.value)))
    }

    /// The function and argument of a call: a YAML tag (`!Sub x`), or its long form
    /// (`{"Fn::Sub": x}`, `{"Ref": x}`, `{"Condition": x}` stays a mapping).
    pub fn call(self) -> Option<(&'t str, Node<'t>)> {
        match &self.data.kind {
            NodeKind::Call { function, argument } => Some((function, self.tree.node(*argument))),
            NodeKind::Mapping(entries) => {
                let [entry] = &**entries else { return None };
                let name = self.tree.node(entry.key).as_str()?;
                let is_function = name == "Ref" || name.starts_with("Fn::");
                is_function.then(|| (name, self.tree.node(entry.value)))
            }
            _ => None,
        }
    }

    /// The child that holds `span`. Children stand in the order of the text, but for those behind
    /// an alias, which stand elsewhere and are not found.
    fn child_at(self, span: Span) -> Option<Node<'t>> {
        let starts_before = |id: NodeId| self.tree.node(id).span().start() <= span.start();
        let holds = |id: NodeId| {
            let node = self.tree.node(id);
            node.span().contains(span).then_some(node)
        };
        match &self.data.kind {
            NodeKind::Sequence(items) => {
                let behind = items.partition_point(|id| starts_before(*id));
                items.get(behind.checked_sub(1)?).and_then(|id| holds(*id))
            }
            NodeKind::Mapping(entries) => {
                let own = entries.partition_point(|entry| !entry.merged);
                let own = entries.get(..own).unwrap_or(&[]);
                let behind = own.partition_point(|entry| starts_before(entry.key));
                let entry = own.get(behind.checked_sub(1)?)?;
                holds(entry.value).or_else(|| holds(entry.key))
            }
            NodeKind::Call { argument, .. } => holds(*argument),
            NodeKind::Null
            | NodeKind::Bool(_)
            | NodeKind::Number
            | NodeKind::String(_)
            | NodeKind::Template(_)
            | NodeKind::Hole(_) => None,
        }
    }

    /// The node that holds this one; `None` for a root.
    pub fn parent(self) -> Option<Node<'t>> {
        self.data.parent.map(|id| self.tree.node(id))
    }

    /// Keys and indices from the root to this node. A node behind an alias has the path of its
    /// anchor.
    pub fn path(self) -> Path {
        Path::of(self)
    }

    /// The part of the text that it stands in, as written; holes left out.
    pub(crate) fn written(self) -> &'t str {
        let (start, end) = self.data.local;
        self.tree
            .text
            .as_str()
            .get(start as usize..end as usize)
            .unwrap_or("")
    }

    fn characters(self, scalar: &'t Scalar) -> &'t str {
        scalar.decoded.as_deref().unwrap_or_else(|| self.written())
    }
}
