//! Joins what documents declare into one graph: what a stack deploys, whichever language says it.
//!
//! Two stacks are compared by what AWS will have after them, not by their text: policies by the
//! engine, documents as values, references by what they lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::artifact::terraform::Module;
use crate::artifact::{StackOutput, StackResource};

mod compare;
mod control;
mod kind;
mod order;
mod reader;

pub use compare::{Difference, compare};
pub use kind::Kind;

use kind::Language;
use order::Order;
use reader::Reader;

/// What a stack deploys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The resources, sorted by kind and name.
    pub resources: Vec<Resource>,
    /// What is told of them, by name: lower case, without `_`, so that the same name in the style of
    /// either language is one.
    pub outputs: BTreeMap<Box<str>, Setting>,
    /// Which resources come after which; `None` where no document says it.
    order: Option<Order>,
    /// Addresses that several resources have.
    repeated: BTreeSet<Box<str>>,
}

/// A resource as AWS will have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// What it is.
    pub kind: Kind,
    /// What AWS knows it by: its name, or the certificate of a CA.
    pub name: Box<str>,
    /// What is said of it, by name.
    pub settings: BTreeMap<Box<str>, Setting>,
}

/// A setting of a [`Resource`].
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// Text, a list or a document; lists whose order means nothing are sorted.
    Value(Value),
    /// The id that AWS gives another resource of the same stack.
    Id {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
    },
    /// Another resource of the same stack.
    Link {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
    },
    /// What another resource of the same stack will have, e.g. the certificate of a CA that is made.
    Part {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
        /// What of it, in lower case and without signs: the languages write names in different ways.
        part: Box<str>,
    },
    /// Something that the documents do not tell.
    Open,
}

/// What stands in a document for the ARN of a resource of the same stack.
pub fn arn_of(kind: &Kind, name: &str) -> Value {
    serde_json::json!({ "arn": [kind.to_string(), name] })
}

impl Project {
    /// What the resources and outputs of a CloudFormation template come to.
    pub fn of_stack(resources: &[StackResource], outputs: &[StackOutput]) -> Project {
        Project::of(resources, outputs, Language::CloudFormation)
    }

    /// What a Terraform module deploys, as it is called, and tells.
    pub fn of_module(module: &Module) -> Project {
        let outputs = module.outputs.iter().filter_map(|output| {
            Some(StackOutput {
                name: output.name.clone(),
                value: output.value.clone()?,
            })
        });
        let outputs: Vec<StackOutput> = outputs.collect();
        Project::of(&module.resources, &outputs, Language::Terraform)
    }

    fn of(resources: &[StackResource], outputs: &[StackOutput], language: Language) -> Project {
        let reader = Reader::new(resources, language);
        let whole = resources.iter().filter_map(|it| reader.resource(it));
        let outputs = outputs.iter();
        let outputs = outputs.map(|it| (output_name(&it.name.value), reader.output(&it.value)));
        let mut project = Project {
            resources: whole.collect(),
            outputs: outputs.collect(),
            order: Some(reader.order(resources)),
            repeated: reader.repeated.clone(),
        };
        for resource in resources {
            reader.add_role_policy(resource, &mut project);
        }
        project.sort();
        project
    }

    /// A project of these resources and outputs.
    pub fn new(
        resources: Vec<Resource>,
        outputs: impl IntoIterator<Item = (Box<str>, Setting)>,
    ) -> Project {
        let outputs = outputs.into_iter();
        let mut project = Project {
            resources,
            outputs: outputs
                .map(|(name, value)| (output_name(&name), value))
                .collect(),
            order: None,
            repeated: BTreeSet::new(),
        };
        project.sort();
        project
    }

    fn sort(&mut self) {
        let key = |it: &Resource| (it.kind.clone(), it.name.clone());
        self.resources.sort_by_key(key);
    }
}

/// A name of an output in the style of neither language.
fn output_name(name: &str) -> Box<str> {
    name.replace('_', "").to_ascii_lowercase().into()
}

/// The name of the setting that a policy of a role is.
pub fn role_policy(name: &str) -> Box<str> {
    format!("policy {name}").into()
}

/// What happens to a resource when it is taken away.
pub const DELETION: &str = "deletion";
/// What happens to a resource when another takes its place.
pub const REPLACEMENT: &str = "replacement";
/// It stays, or Terraform refuses.
pub const KEPT: &str = "kept";

/// For private use, and so in no id and no ARN.
const NO_CHARACTER: char = '\u{e000}';

/// What stands for the id that AWS gives to a resource.
pub fn given_id(kind: &Kind, name: &str) -> String {
    format!("{NO_CHARACTER}{kind} {name}{NO_CHARACTER}")
}
