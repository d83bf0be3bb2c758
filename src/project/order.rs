//! Which resources of a stack come after which.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Kind, Resource, Setting};

/// A resource by kind and name.
type Node = (Kind, Box<str>);

/// The order that references and explicit dependencies give. A resource may have several blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Order {
    /// The blocks of each resource, by address.
    blocks: BTreeMap<Node, BTreeSet<Box<str>>>,
    /// What each block comes after.
    after: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
}

impl Order {
    pub(super) fn add(
        &mut self,
        address: &str,
        node: Node,
        after: impl IntoIterator<Item = Box<str>>,
    ) {
        let blocks = self.blocks.entry(node).or_default();
        blocks.insert(address.into());
        let known = self.after.entry(address.into()).or_default();
        known.extend(after);
    }

    /// Whether some block of `later` comes after all blocks of `earlier`.
    pub(super) fn has(&self, earlier: &Resource, later: &Resource) -> bool {
        let node = |it: &Resource| (it.kind.clone(), it.name.clone());
        let (Some(first), Some(last)) = (
            self.blocks.get(&node(earlier)),
            self.blocks.get(&node(later)),
        ) else {
            return false;
        };
        last.iter().any(|block| {
            let before = self.before(block);
            first.iter().all(|it| before.contains(&**it))
        })
    }

    /// All that a block comes after, directly or not.
    fn before<'o>(&'o self, block: &'o str) -> BTreeSet<&'o str> {
        let mut found = BTreeSet::new();
        let mut open = vec![block];
        while let Some(next) = open.pop() {
            for block in self.after.get(next).into_iter().flatten() {
                if found.insert(&**block) {
                    open.push(block);
                }
            }
        }
        found
    }
}

/// Whether `later` can't be made before `earlier` is there: AWS looks at it, or makes one of its own.
pub(super) fn waits(later: &Resource, earlier: &Resource) -> bool {
    if !later.kind.waits_for().contains(&earlier.kind) {
        return false;
    }
    match earlier.kind {
        // Its name is the ARN of the template.
        Kind::Permission => is_of_template(&earlier.name, &later.name),
        // A CA signs nothing before it has a certificate of its own; its own it signs before.
        Kind::Activation => {
            let signer = later.settings.get("authority");
            let is_signer = signer.is_some_and(
                |it| matches!(it, Setting::Link { name, .. } if *name == earlier.name),
            );
            is_signer && later.name != earlier.name
        }
        Kind::Log => *earlier.name == *format!("/aws/lambda/{}", later.name),
        _ => later.settings.values().any(|it| mentions(it, earlier)),
    }
}

fn is_of_template(arn: &str, template: &str) -> bool {
    let name = arn.rsplit_once(":provisioningtemplate/");
    name.is_some_and(|(_, name)| name == template)
}

fn mentions(setting: &Setting, other: &Resource) -> bool {
    match setting {
        Setting::Link { kind, name }
        | Setting::Id { kind, name }
        | Setting::Part { kind, name, .. } => *kind == other.kind && *name == other.name,
        Setting::Value(value) => holds(value, &other.name),
        Setting::Open => false,
    }
}

/// Whether a text stands in a value. Recursion is bounded by the depth of documents.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(items) => items.iter().any(|it| holds(it, text)),
        Value::Object(entries) => entries.values().any(|it| holds(it, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
