//! The logical address of a node.

use std::fmt;

use super::{Kind, Node};

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
                    let index = parent.items().position(|item| item == child);
                    steps.push(Step::Index(index.unwrap_or(0)));
                }
                Kind::Mapping => {
                    let entry = parent
                        .entries()
                        .find(|(key, value)| *value == child || *key == child);
                    // A mapping behind a merge key is no entry; its entries are those of the parent.
                    if let Some((key, _)) = entry {
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
