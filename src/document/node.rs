//! A node of a tree, and what it can be asked.

use std::fmt;

use super::{Entry, Kind, NodeData, NodeId, NodeKind, Path, Scalar, Tree};
use crate::source::{Hole, Span, Text};

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) id: NodeId,
    pub(super) data: &'t NodeData,
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
        self.data.span(&self.tree.text)
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
            NodeKind::Template(text) => Some(Text::clone(text)),
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
    pub(super) fn child_at(self, span: Span) -> Option<Node<'t>> {
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

    pub(super) fn characters(self, scalar: &'t Scalar) -> &'t str {
        scalar.decoded.as_deref().unwrap_or_else(|| self.written())
    }
}
