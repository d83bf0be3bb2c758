//! The arena while it grows: the limits, parents and duplicate keys of every syntax.

use std::collections::HashMap;

use super::{
    Comment, Document, Entry, Error, ErrorKind, MAX_DEPTH, MAX_ERRORS, MAX_NODES, NodeData, NodeId,
    NodeKind, Style, Syntax, Tree,
};
use crate::source::{Span, Text};

/// Mappings with more entries than this look for duplicates in a table.
const SMALL_MAPPING: usize = 16;

pub(super) struct Builder<'a> {
    pub(super) text: &'a Text,
    nodes: Vec<NodeData>,
    roots: Vec<NodeId>,
    comments: Vec<Comment>,
    errors: Vec<Error>,
    max_nodes: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a Text) -> Builder<'a> {
        // A node of a policy takes about 24 bytes of text.
        let nodes = Vec::with_capacity((text.as_str().len() / 24).min(MAX_NODES));
        Builder {
            text,
            nodes,
            roots: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            max_nodes: MAX_NODES,
        }
    }

    /// Adds a node that stands at `local` of the text.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyNodes`], at the node.
    pub(super) fn add(&mut self, local: (usize, usize), kind: NodeKind) -> Result<NodeId, Error> {
        if self.nodes.len() >= self.max_nodes {
            return Err(Error {
                kind: ErrorKind::TooManyNodes,
                span: self.text.span(local.0..local.1),
            });
        }
        let id = NodeId::new(self.nodes.len());
        self.adopt(id, &kind);
        let local = (local.0 as u32, local.1 as u32);
        self.nodes.push(NodeData {
            local,
            parent: None,
            kind,
        });
        Ok(id)
    }

    /// Lets the collections that are still open be added, after an error that ends the reading.
    pub(super) fn make_room(&mut self) {
        // Each may be the argument of a call.
        self.max_nodes = self.max_nodes.max(self.nodes.len() + 2 * MAX_DEPTH);
    }

    pub(super) fn add_root(&mut self, id: NodeId) {
        self.roots.push(id);
    }

    pub(super) fn comment(&mut self, comment: Comment) {
        self.comments.push(comment);
    }

    pub(super) fn error(&mut self, error: Error) {
        match self.errors.len() {
            0..MAX_ERRORS => self.errors.push(error),
            MAX_ERRORS => self.errors.push(Error {
                kind: ErrorKind::TooManyErrors,
                span: error.span,
            }),
            _ => {}
        }
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&NodeData> {
        self.nodes.get(id.index())
    }

    /// Reports the keys that stand twice among a mapping's own entries.
    pub(super) fn check_duplicates(&mut self, entries: &[Entry]) {
        let own = || entries.iter().filter(|entry| !entry.merged);
        let mut found = Vec::new();
        if entries.len() <= SMALL_MAPPING {
            for (place, entry) in own().enumerate() {
                if let Some(key) = self.key(entry)
                    && let Some(first) = own().take(place).find(|e| self.key(e) == Some(key))
                {
                    found.push((key.into(), first.key, entry.key));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(entries.len());
            for entry in own() {
                let Some(key) = self.key(entry) else { continue };
                if let Some(first) = seen.insert(key, entry.key) {
                    found.push((key.into(), first, entry.key));
                }
            }
        }
        for (key, first, second) in found {
            let (first, span) = (self.span(first), self.span(second));
            self.error(Error {
                kind: ErrorKind::DuplicateKey { key, first },
                span,
            });
        }
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).and_then(|node| node.parent)
    }

    pub(super) fn set_parent(&mut self, id: NodeId, parent: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.parent = Some(parent);
        }
    }

    /// Takes back that `parent`, which holds an alias of the node only, is its parent.
    pub(super) fn disown(&mut self, id: NodeId, parent: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index())
            && node.parent == Some(parent)
        {
            node.parent = None;
        }
    }

    /// The nodes without children and where they begin, in the order in which they were added.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (usize, NodeId)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(index, node)| {
            let is_leaf = match &node.kind {
                NodeKind::Sequence(items) => items.is_empty(),
                NodeKind::Mapping(entries) => entries.is_empty(),
                NodeKind::Call { .. } => false,
                NodeKind::Null
                | NodeKind::Bool(_)
                | NodeKind::Number
                | NodeKind::String(_)
                | NodeKind::Template(_)
                | NodeKind::Hole(_) => true,
            };
            is_leaf.then_some((node.local.0 as usize, NodeId::new(index)))
        })
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.node(id)
            .map_or(self.text.whole(), |node| node.span(self.text))
    }

    /// The characters of a string key without holes.
    pub(super) fn key(&self, entry: &Entry) -> Option<&str> {
        let node = self.node(entry.key)?;
        match &node.kind {
            NodeKind::String(scalar) if !scalar.has_holes => match &scalar.decoded {
                Some(decoded) => Some(decoded),
                None => self
                    .text
                    .as_str()
                    .get(node.local.0 as usize..node.local.1 as usize),
            },
            NodeKind::Template(text) => text.known(),
            _ => None,
        }
    }

    pub(super) fn finish(self, syntax: Syntax) -> Document {
        let mut errors = self.errors;
        errors.sort_by_key(|error| (error.span.start(), error.span.end()));
        let tree = Tree {
            syntax,
            text: self.text.clone(),
            nodes: self.nodes,
            roots: self.roots,
        };
        Document {
            tree,
            comments: self.comments,
            errors,
        }
    }

    /// Sets the parent of new children; one that has a parent (behind an alias) keeps it.
    fn adopt(&mut self, parent: NodeId, kind: &NodeKind) {
        let mut set = |child: NodeId| {
            if let Some(node) = self.nodes.get_mut(child.index()) {
                node.parent.get_or_insert(parent);
            }
        };
        match kind {
            NodeKind::Sequence(items) => items.iter().for_each(|item| set(*item)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|entry| {
                set(entry.key);
                set(entry.value);
            }),
            NodeKind::Call { argument, .. } => set(*argument),
            NodeKind::Null
            | NodeKind::Bool(_)
            | NodeKind::Number
            | NodeKind::String(_)
            | NodeKind::Template(_)
            | NodeKind::Hole(_) => {}
        }
    }
}

impl Style {
    /// Whether the span of such a string is inside quotes.
    pub(super) fn is_quoted(self) -> bool {
        match self {
            Style::Json | Style::SingleQuoted | Style::DoubleQuoted => true,
            Style::Verbatim | Style::Plain | Style::Block(_) => false,
        }
    }
}
