//! Recognizes what a document is, by content and not by file name, and extracts the policies and
//! provisioning templates in it, however they are embedded.
//!
//! This module reads; it does not judge. What AWS would refuse is kept as a [`Problem`] with its
//! place, and what a document leaves open is counted.

use std::fmt;

use crate::document::{self, Document, Path};
use crate::model::{Expression, Policy, Template};
use crate::source::{Span, Spanned, Text};

mod cloudformation;
mod detect;
mod expression;
mod policy;
mod provisioning;
mod reader;

pub use expression::expression;
pub use policy::Problem;
pub use reader::{policy_at, read};

/// What was recognized in one document.
#[derive(Debug, Default)]
pub struct Artifacts {
    /// The recognized things, in the order of the text.
    pub list: Vec<Artifact>,
    /// The texts inside strings that were read.
    pub embedded: Vec<Embedded>,
    /// Places where a value that matters is left open.
    pub unresolved: Vec<Span>,
}

impl Artifacts {
    /// All policies, also those inside templates.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyDocument> {
        self.list.iter().flat_map(|artifact| &artifact.policies)
    }

    /// All provisioning templates.
    pub fn templates(&self) -> impl Iterator<Item = &TemplateDocument> {
        self.list.iter().flat_map(|artifact| &artifact.templates)
    }

    /// The logical address of a span: from the root of the file, through the texts inside strings.
    pub fn address(&self, document: &Document, span: Span) -> Path {
        // The deepest embedded text that holds the span was added last.
        let inner = self.embedded.iter().rev().find_map(|embedded| {
            let node = embedded.document.tree().innermost(span)?;
            Some(embedded.path.join(&node.path()))
        });
        let outer = || document.tree().innermost(span).map(document::Node::path);
        inner.or_else(outer).unwrap_or_default()
    }
}

/// A text inside a string.
#[derive(Debug)]
pub struct Embedded {
    /// What was read of it.
    pub document: Document,
    /// The address of the string.
    pub path: Path,
}

/// Something that fleetwright knows.
#[derive(Debug)]
pub struct Artifact {
    /// What it is.
    pub kind: ArtifactKind,
    /// The policies in it, those of its templates included.
    pub policies: Vec<PolicyDocument>,
    /// The provisioning templates in it.
    pub templates: Vec<TemplateDocument>,
    /// The resources of AWS IoT that it declares.
    pub resources: Vec<StackResource>,
    /// The whole of it.
    pub span: Span,
}

/// What an [`Artifact`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArtifactKind {
    /// A policy document, or an API request or answer with one.
    Policy,
    /// A provisioning template.
    ProvisioningTemplate,
    /// A `templateBody` with its role: a registration configuration, or a request for a template.
    RegistrationConfig,
    /// A CloudFormation template, SAM and CDK output included.
    CloudFormation,
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ArtifactKind::Policy => "policy",
            ArtifactKind::ProvisioningTemplate => "provisioning template",
            ArtifactKind::RegistrationConfig => "registration configuration",
            ArtifactKind::CloudFormation => "CloudFormation template",
        })
    }
}

/// A policy and where it came from.
#[derive(Debug)]
pub struct PolicyDocument {
    /// What was read; statements that could not be read are left out.
    pub policy: Policy,
    /// Its name, if it is given one.
    pub name: Option<Text>,
    /// What AWS would refuse.
    pub problems: Vec<Spanned<Problem>>,
    /// How long it is.
    pub size: Size,
    /// What it is attached to or named by in the same document.
    pub holder: Holder,
}

/// Which set of policies in force a policy belongs to, as far as its document shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// Nothing is shown: it is read alone.
    Alone,
    /// The things that this template registers; the index counts the templates of the artifact.
    Template(usize),
    /// Attached to the principal of this name.
    Principal(Box<str>),
}

/// Characters of a policy document, white space not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many are known.
    pub chars: usize,
    /// Whether that is all; otherwise a value is left open and there may be more.
    pub is_exact: bool,
}

/// A provisioning template and where it came from.
#[derive(Debug)]
pub struct TemplateDocument {
    /// What was read.
    pub template: Template,
    /// Its name, if it is given one.
    pub name: Option<Spanned<Text>>,
}

/// A resource of a stack.
#[derive(Debug)]
pub struct StackResource {
    /// Its logical name.
    pub name: Spanned<Box<str>>,
    /// Its type, e.g. `AWS::IoT::ProvisioningTemplate`.
    pub kind: Spanned<Box<str>>,
    /// Its properties.
    pub properties: Vec<(Spanned<Box<str>>, Expression)>,
    /// The whole resource.
    pub span: Span,
}

impl StackResource {
    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&Expression> {
        self.properties
            .iter()
            .find(|(key, _)| &*key.value == name)
            .map(|(_, value)| value)
    }
}
