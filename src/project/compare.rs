//! What two projects deploy differently.

use std::collections::BTreeSet;

use serde_json::Value;

use super::order::waits;
use super::{Kind, Project, Resource, Setting};
use crate::artifact;
use crate::document::{Document, Syntax};
use crate::engine;
use crate::model::{Attached, Attachment, PolicySet};
use crate::source::{Source, SourceId, Text};

/// Something that two projects deploy differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Difference {
    /// A resource that the other has not.
    #[error("the {kind} `{name}` is in one only")]
    Alone {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
    },
    /// A setting.
    #[error("the {kind} `{name}` differs in its {setting}")]
    Setting {
        /// What it is of.
        kind: Kind,
        /// Its name.
        name: Box<str>,
        /// Which.
        setting: Box<str>,
    },
    /// An output.
    #[error("the output `{name}` differs")]
    Output {
        /// Its name, in lower case without `_`.
        name: Box<str>,
    },
    /// Something that may be made too early.
    #[error("the {later} `{later_name}` may be made before the {earlier} `{earlier_name}`")]
    Order {
        /// What has to be there.
        earlier: Kind,
        /// Its name.
        earlier_name: Box<str>,
        /// What needs it.
        later: Kind,
        /// Its name.
        later_name: Box<str>,
    },
    /// An address that several resources have.
    #[error("several resources are called `{name}`")]
    Repeated {
        /// The address.
        name: Box<str>,
    },
}

/// Steps that comparing two policies may take.
const WORK: u64 = 500_000;

/// What two projects deploy differently, sorted. Policies are compared by what they allow devices
/// of one place, `head`: partition, Region and account, as in [`engine::Isolation`]. What is left
/// open in either is different.
pub fn compare(one: &Project, other: &Project, head: &str) -> Vec<Difference> {
    let mut differences = BTreeSet::new();
    for (here, there) in [(one, other), (other, one)] {
        for resource in &here.resources {
            let same = |it: &&Resource| it.kind == resource.kind && it.name == resource.name;
            let copies = here.resources.iter().filter(same).count();
            match there.resources.iter().filter(same).count() {
                found if found == copies => {}
                _ => {
                    differences.insert(Difference::Alone {
                        kind: resource.kind.clone(),
                        name: resource.name.clone(),
                    });
                }
            }
            if let Some(found) = there.resources.iter().find(same) {
                differences.extend(settings(resource, found, head));
            }
        }
        differences.extend(unordered(here, there));
        let repeated = here.repeated.iter().cloned();
        differences.extend(repeated.map(|name| Difference::Repeated { name }));
        for (name, value) in &here.outputs {
            if *value == Setting::Open || there.outputs.get(name) != Some(value) {
                differences.insert(Difference::Output { name: name.clone() });
            }
        }
    }
    differences.into_iter().collect()
}

/// What has to come after something in `here`, and does not in `there`.
fn unordered(here: &Project, there: &Project) -> Vec<Difference> {
    let Some(order) = &there.order else {
        return Vec::new();
    };
    let mut differences = Vec::new();
    let latter = here.resources.iter();
    for later in latter.filter(|it| !it.kind.waits_for().is_empty()) {
        let former = here.resources.iter().filter(|it| waits(later, it));
        let former = former.filter(|it| !order.has(it, later));
        differences.extend(former.map(|earlier| Difference::Order {
            earlier: earlier.kind.clone(),
            earlier_name: earlier.name.clone(),
            later: later.kind.clone(),
            later_name: later.name.clone(),
        }));
    }
    differences
}

fn settings(one: &Resource, other: &Resource, head: &str) -> Vec<Difference> {
    let names: BTreeSet<&str> = one
        .settings
        .keys()
        .chain(other.settings.keys())
        .map(|it| &**it)
        .collect();
    let differs = |name: &&str| {
        let (Some(one_setting), Some(other_setting)) =
            (one.settings.get(*name), other.settings.get(*name))
        else {
            return true;
        };
        match (one_setting, other_setting) {
            (Setting::Open, _) | (_, Setting::Open) => true,
            (Setting::Value(first), Setting::Value(second)) if first != second => {
                !(one.kind == Kind::Policy
                    && *name == "document"
                    && is_equivalent(first, second, head))
            }
            (first, second) => first != second,
        }
    };
    let difference = |name: &str| Difference::Setting {
        kind: one.kind.clone(),
        name: one.name.clone(),
        setting: name.into(),
    };
    names.into_iter().filter(differs).map(difference).collect()
}

/// Whether two policy documents are proved to allow the same.
fn is_equivalent(one: &Value, other: &Value, head: &str) -> bool {
    let (Some(one), Some(other)) = (policies(one), policies(other)) else {
        return false;
    };
    let diff = engine::diff(&one, &other, head, WORK);
    diff.gained.is_empty() && diff.lost.is_empty() && diff.unknown.is_empty()
}

fn policies(document: &Value) -> Option<PolicySet> {
    let source = Source::new("policy", document.to_string());
    let text = Text::of_source(SourceId::new(0), &source);
    let document = Document::parse(&text, Syntax::Json);
    let artifacts = artifact::read(&document);
    let policy = artifacts.policies().next()?;
    let is_whole = policy.problems.is_empty() && artifacts.unresolved.is_empty();
    is_whole.then(|| PolicySet {
        policies: vec![Attached {
            policy: policy.policy.clone(),
            attachment: Attachment::Certificate,
        }],
    })
}
