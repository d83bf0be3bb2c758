//! Lays one mapping over another.

use super::{Document, Entry, Kind, MAX_DEPTH, Node, NodeData, NodeId, NodeKind, Scalar, Tree};
use crate::source::TextBuilder;

/// The mapping `base` with the entries of `over` laid over it, at the same places.
///
/// Where both hold a mapping, entries are joined, those of `base` first; anything else of `over`
/// replaces what `base` has. The entries of `over` named in `left_out` are not taken. Every value
/// keeps the span of where it is written, also when the two are of different files; the whole is then
/// where `over` is.
pub fn overlay(base: Node<'_>, over: Node<'_>, left_out: &[&str]) -> Document {
    let tree = base.tree();
    let is_one = std::ptr::eq(tree, over.tree());
    let (text, offset) = match is_one {
        true => (tree.text.clone(), 0),
        false => {
            let mut both = TextBuilder::new(over.tree().text.whole(), 0);
            both.verbatim(&tree.text, 0..tree.text.as_str().len());
            let offset = both.len() as u32;
            both.verbatim(&over.tree().text, 0..over.tree().text.as_str().len());
            (both.finish(), offset)
        }
    };
    let mut copy = Copy {
        base: tree,
        offset,
        nodes: Vec::new(),
        left_out,
    };
    let root = copy.node(base, Some(over), None, 0);
    if !is_one {
        let local = copy.local(over);
        if let Some(data) = copy.nodes.get_mut(root.index()) {
            data.local = local;
        }
    }
    Document {
        tree: Tree {
            syntax: tree.syntax,
            text,
            nodes: copy.nodes,
            roots: vec![root],
        },
        comments: Vec::new(),
        errors: Vec::new(),
    }
}

struct Copy<'t> {
    base: &'t Tree,
    /// How far behind the text of `base` that of another tree begins.
    offset: u32,
    nodes: Vec<NodeData>,
    left_out: &'t [&'t str],
}

impl<'t> Copy<'t> {
    /// Where a node stands in the text of the result.
    fn local(&self, node: Node<'t>) -> (u32, u32) {
        let (start, end) = node.data.local;
        let offset = match std::ptr::eq(node.tree(), self.base) {
            true => 0,
            false => self.offset,
        };
        (start.saturating_add(offset), end.saturating_add(offset))
    }

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
            local: self.local(from),
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
                    items.map(|item| self.node(from.tree().node(*item), None, Some(id), depth + 1));
                NodeKind::Sequence(items.collect())
            }
            NodeKind::Call { function, argument } => NodeKind::Call {
                function: function.clone(),
                argument: self.node(from.tree().node(*argument), None, Some(id), depth + 1),
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
    use crate::source::{Source, SourceId, Sources, Text};

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
    #[test]
    fn values_of_two_files_keep_their_places() {
        let mut sources = Sources::default();
        let mut read = |path: &str, text: &str, syntax| {
            let id = sources.add(Source::new(path, text));
            Document::parse(&Text::of_source(id, sources.get(id).unwrap()), syntax)
        };
        let base = read(
            "base.yaml",
            "a: {b: 1, c: 'it''s'}\nd: [x, \"y\\n\"]",
            Syntax::Yaml,
        );
        let over = read(
            "over.json",
            r#"{"a": {"c": 2, "e": "\u0041"}, "own": 6}"#,
            Syntax::Json,
        );
        let (base, over) = (base.root().unwrap(), over.root().unwrap());
        let joined = overlay(base, over, &["own"]);
        let joined = joined.root().unwrap();
        let expected = serde_json::json!({"a": {"b": 1, "c": 2, "e": "A"}, "d": ["x", "y\n"]});
        assert_eq!(to_json(joined), expected);
        let at = |node: Node<'_>, path: &[&str]| {
            let found = path.iter().try_fold(node, |node, key| node.get(key));
            found.unwrap().span()
        };
        assert_eq!(at(joined, &["a", "b"]), at(base, &["a", "b"]));
        assert_eq!(at(joined, &["d"]), at(base, &["d"]));
        assert_eq!(at(joined, &["a", "c"]), at(over, &["a", "c"]));
        assert_eq!(at(joined, &["a", "e"]), at(over, &["a", "e"]));
        assert_eq!(joined.span(), over.span());
        // What was joined once is joined again.
        let third = read("third.yaml", "a: {b: 3}\n", Syntax::Yaml);
        let twice = overlay(joined, third.root().unwrap(), &[]);
        let twice = twice.root().unwrap();
        assert_eq!(at(twice, &["a", "e"]), at(over, &["a", "e"]));
        assert_eq!(
            at(twice, &["a", "b"]),
            at(third.root().unwrap(), &["a", "b"])
        );
    }
}
