//! The logical address of a node.

use std::fmt;

use super::{Entry, Kind, Node, NodeKind};

/// Keys and indices from the root, e.g. `Resources.Policy.Properties.PolicyDocument.Statement[0]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into the value of a key.
    Key(Box<str>),
    /// To an item, from 0.
    Index(usize),
}

impl Path {
    /// The path of a node.
    pub(super) fn of(node: Node<'_>) -> Path {
        let mut steps = Vec::new();
        let mut child = node;
        while let Some(parent) = child.parent() {
            match parent.kind() {
                Kind::Sequence => {
                    steps.push(Step::Index(child.index_in(parent).unwrap_or(0)));
                }
                Kind::Mapping => {
                    // A mapping behind a merge key is no entry; its entries are those of the parent.
                    if let Some(key) = child.key_in(parent) {
                        steps.push(Step::Key(key.visible_str().unwrap_or("").into()));
                    }
                }
                Kind::Call => {
                    let function = parent.call().map_or("", |(function, _)| function);
                    steps.push(Step::Key(function.into()));
                }
                Kind::Null | Kind::Bool | Kind::Number | Kind::String | Kind::Hole => {}
            }
            child = parent;
        }
        steps.reverse();
        Path { steps }
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// This path, continued by that of a document inside the node.
    pub fn join(&self, inner: &Path) -> Path {
        Path {
            steps: self.steps.iter().chain(&inner.steps).cloned().collect(),
        }
    }
}

impl<'t> Node<'t> {
    /// Its place among the items of `parent`. They stand in the order of the text, but for those
    /// behind an alias, so that a long list is not searched from its beginning.
    fn index_in(self, parent: Node<'t>) -> Option<usize> {
        let NodeKind::Sequence(items) = &parent.data.kind else {
            return None;
        };
        let start = self.data.local.0;
        let at = items.partition_point(|id| parent.tree.node(*id).data.local.0 < start);
        if items.get(at) == Some(&self.id) {
            return Some(at);
        }
        items.iter().position(|id| *id == self.id)
    }

    /// Its key in `parent`; itself when it is a key. As [`Node::index_in`].
    fn key_in(self, parent: Node<'t>) -> Option<Node<'t>> {
        let NodeKind::Mapping(entries) = &parent.data.kind else {
            return None;
        };
        let start = self.data.local.0;
        let own = entries.partition_point(|entry| !entry.merged);
        let own = entries.get(..own).unwrap_or(&[]);
        let behind = own.partition_point(|entry| parent.tree.node(entry.key).data.local.0 <= start);
        let holds = |entry: &&Entry| entry.key == self.id || entry.value == self.id;
        let near = behind
            .checked_sub(1)
            .and_then(|at| own.get(at))
            .filter(holds);
        let entry = near.or_else(|| entries.iter().find(holds))?;
        Some(parent.tree.node(entry.key))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if place == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
