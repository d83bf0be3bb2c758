//! Lays one mapping over another.

use super::{Document, Entry, Kind, MAX_DEPTH, Node, NodeData, NodeId, NodeKind, Scalar, Tree};

/// The mapping `base` with the entries of `over` laid over it, at the same places.
///
/// Where both hold a mapping, entries are joined, those of `base` first; anything else of `over`
/// replaces what `base` has. The entries of `over` named in `left_out` are not taken. Every value
/// keeps the span of where it is written. Both nodes are of the same tree; with nodes of two
/// trees the result is `base` alone.
pub fn overlay(base: Node<'_>, over: Node<'_>, left_out: &[&str]) -> Document {
    let tree = base.tree();
    let mut copy = Copy {
        tree,
        nodes: Vec::new(),
        left_out,
    };
    let over = std::ptr::eq(tree, over.tree()).then_some(over);
    let root = copy.node(base, over, None, 0);
    Document {
        tree: Tree {
            syntax: tree.syntax,
            text: tree.text.clone(),
            nodes: copy.nodes,
            roots: vec![root],
        },
        comments: Vec::new(),
        errors: Vec::new(),
    }
}

struct Copy<'t> {
    tree: &'t Tree,
    nodes: Vec<NodeData>,
    left_out: &'t [&'t str],
}

impl<'t> Copy<'t> {
    fn node(
        &mut self,
        base: Node<'t>,
        over: Option<Node<'t>>,
        parent: Option<NodeId>,
        depth: usize,
    ) -> NodeId {
        let is_joined = base.kind() == Kind::Mapping;
        let (from, over) = match over {
            Some(over) if is_joined && over.kind() == Kind::Mapping => (base, Some(over)),
            Some(over) => (over, None),
            None => (base, None),
        };
        let id = NodeId::new(self.nodes.len());
        self.nodes.push(NodeData {
            local: from.data.local,
            parent,
            kind: NodeKind::Null,
        });
        let kind = self.kind(from, over, id, depth);
        if let Some(data) = self.nodes.get_mut(id.index()) {
            data.kind = kind;
        }
        id
    }

    fn kind(
        &mut self,
        from: Node<'t>,
        over: Option<Node<'t>>,
        id: NodeId,
        depth: usize,
    ) -> NodeKind {
        // Only aliases lead deeper than a text may be nested.
        if depth > MAX_DEPTH {
            return NodeKind::Null;
        }
        match &from.data.kind {
            NodeKind::Null => NodeKind::Null,
            NodeKind::Bool(value) => NodeKind::Bool(*value),
            NodeKind::Number => NodeKind::Number,
            NodeKind::String(scalar) => NodeKind::String(Scalar {
                decoded: scalar.decoded.clone(),
                style: scalar.style,
                has_holes: scalar.has_holes,
            }),
            NodeKind::Template(text) => NodeKind::Template(text.clone()),
            NodeKind::Hole(hole) => NodeKind::Hole(hole.clone()),
            NodeKind::Sequence(items) => {
                let items = items.iter();
                let items =
                    items.map(|item| self.node(self.tree.node(*item), None, Some(id), depth + 1));
                NodeKind::Sequence(items.collect())
            }
            NodeKind::Call { function, argument } => NodeKind::Call {
                function: function.clone(),
                argument: self.node(self.tree.node(*argument), None, Some(id), depth + 1),
            },
            NodeKind::Mapping(_) => NodeKind::Mapping(self.entries(from, over, id, depth)),
        }
    }

    fn entries(
        &mut self,
        base: Node<'t>,
        over: Option<Node<'t>>,
        id: NodeId,
        depth: usize,
    ) -> Box<[Entry]> {
        let left_out = if depth == 0 { self.left_out } else { &[] };
        let laid = |key: &str| {
            let entry = over.and_then(|over| over.entry(key));
            entry.filter(|_| !left_out.contains(&key))
        };
        let mut entries = Vec::new();
        for (key, value) in base.entries() {
            let name = key.visible_str().unwrap_or("");
            // Of a key that stands twice, or is merged in, one entry counts.
            if base.entry(name).is_some_and(|(chosen, _)| chosen != key) {
                continue;
            }
            let over = laid(name);
            let key = over.map_or(key, |(key, _)| key);
            entries.push(Entry {
                key: self.node(key, None, Some(id), depth + 1),
                value: self.node(value, over.map(|(_, value)| value), Some(id), depth + 1),
                merged: false,
            });
        }
        for (key, value) in over.into_iter().flat_map(Node::entries) {
            let name = key.visible_str().unwrap_or("");
            let counts = laid(name).is_some_and(|(chosen, _)| chosen == key);
            if !counts || base.entry(name).is_some() {
                continue;
            }
            entries.push(Entry {
                key: self.node(key, None, Some(id), depth + 1),
                value: self.node(value, None, Some(id), depth + 1),
                merged: false,
            });
        }
        entries.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, decode::to_json};
    use crate::source::{Source, SourceId, Text};

    #[test]
    fn mappings_are_joined_and_all_else_is_replaced() {
        let text = r#"{"base": {"a": {"b": 1, "c": [1, 2]}, "d": 1},
            "over": {"a": {"c": [3], "e": 4}, "d": {"f": 5}, "own": 6, "g": 7}}"#;
        let text = Text::of_source(SourceId::new(0), &Source::new("a", text));
        let document = Document::parse(&text, Syntax::Json);
        let root = document.root().unwrap();
        let (base, over) = (root.get("base").unwrap(), root.get("over").unwrap());
        let joined = overlay(base, over, &["own"]);
        let joined = joined.root().unwrap();
        let expected = serde_json::json!(
            {"a": {"b": 1, "c": [3], "e": 4}, "d": {"f": 5}, "g": 7}
        );
        assert_eq!(to_json(joined), expected);
        let span = |node: Node<'_>| node.get("a").and_then(|a| a.get("e")).unwrap().span();
        assert_eq!(span(joined), span(over));
        assert_eq!(joined.get("g").unwrap().path().to_string(), "g");
    }
}
