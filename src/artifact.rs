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
mod problem;
mod provisioning;
mod reader;
mod size;
pub mod terraform;
mod write;

pub use cloudformation::{stack_outputs, stack_resources};
pub use expression::expression;
pub use problem::{Problem, Whole};
pub use reader::{policy_at, read};
pub use write::{policy_chars, policy_value};

/// Bytes of the texts of one policy that are read: 32 times what AWS IoT takes.
pub const MAX_POLICY_BYTES: usize = 64 * 1024;
/// Bytes of the texts of all policies in one file that are read: as many as the largest template of
/// CloudFormation has.
pub const MAX_POLICIES_BYTES: usize = 1024 * 1024;
/// A shorter text counts as one of so many bytes: it takes as much memory.
pub const MIN_TEXT_BYTES: usize = 16;
/// A shorter policy counts as one of so many bytes: it takes as much memory.
pub const MIN_POLICY_BYTES: usize = 128;
/// Bytes of the texts inside strings, all those of a file together, that are read.
pub const MAX_EMBEDDED_BYTES: usize = 2 * 1024 * 1024;
/// Bytes, as written, of the resources in a file that are read beside policies and texts in strings.
pub const MAX_RESOURCES_BYTES: usize = 1024 * 1024;
/// A shorter resource counts as one of so many bytes.
const MIN_RESOURCE_BYTES: usize = 64;

/// What was recognized in one document.
#[derive(Debug, Default)]
pub struct Artifacts {
    /// The recognized things, in the order of the text.
    pub list: Vec<Artifact>,
    /// The texts inside strings that were read, in the order of the file.
    pub embedded: Vec<Embedded>,
    /// Places where a value that matters is left open.
    pub unresolved: Vec<Span>,
    /// Where the file holds more than is read: of each kind the first place.
    pub limits: Vec<document::Error>,
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
        for embedded in self.texts_around(span) {
            if let Some(node) = embedded.document.tree().innermost(span) {
                return embedded.path.join(&node.path());
            }
        }
        let outer = document.tree().innermost(span);
        outer.map(document::Node::path).unwrap_or_default()
    }

    /// The texts inside strings that hold a span, the innermost first.
    pub fn texts_around(&self, span: Span) -> impl Iterator<Item = &Embedded> {
        // Strings hold each other or stand apart, so the last one that begins before the span is in
        // all those that hold it.
        let starts_before = |embedded: &Embedded| embedded.span.start() <= span.start();
        let last = self
            .embedded
            .partition_point(starts_before)
            .checked_sub(1)
            .and_then(|at| self.embedded.get(at));
        let outward = |inner: &&Embedded| inner.around.and_then(|at| self.embedded.get(at));
        std::iter::successors(last, outward).filter(move |it| it.span.contains(span))
    }

    /// Puts the texts inside strings into the order of the file, each behind those that it is in.
    fn sort_embedded(&mut self) {
        self.embedded
            .sort_by_key(|it| (it.span.start(), std::cmp::Reverse(it.span.end())));
        let mut open: Vec<(usize, Span)> = Vec::new();
        for (index, embedded) in self.embedded.iter_mut().enumerate() {
            // One string that is read twice, behind an alias, is not inside of itself.
            let is_around = |outer: Span| outer != embedded.span && outer.contains(embedded.span);
            while open.last().is_some_and(|(_, outer)| !is_around(*outer)) {
                open.pop();
            }
            embedded.around = open.last().map(|(at, _)| *at);
            open.push((index, embedded.span));
        }
    }
}

/// A text inside a string.
#[derive(Debug)]
pub struct Embedded {
    /// What was read of it.
    pub document: Document,
    /// The address of the string.
    pub path: Path,
    /// Where the string, or the expression that makes it, stands.
    span: Span,
    /// Index of the text that the string is in, if it is in one.
    around: Option<usize>,
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
    /// The resources that it declares: those of AWS IoT in a stack, all in a Terraform file.
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
    /// A file of a Terraform module.
    Terraform,
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ArtifactKind::Policy => "policy",
            ArtifactKind::ProvisioningTemplate => "provisioning template",
            ArtifactKind::RegistrationConfig => "registration configuration",
            ArtifactKind::CloudFormation => "CloudFormation template",
            ArtifactKind::Terraform => "Terraform configuration",
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

/// A resource of a stack or of a Terraform module.
#[derive(Clone, Debug)]
pub struct StackResource {
    /// Its logical name, or its second label in Terraform.
    pub name: Spanned<Box<str>>,
    /// Its type, e.g. `AWS::IoT::ProvisioningTemplate` or `aws_iot_policy`.
    pub kind: Spanned<Box<str>>,
    /// Its properties.
    pub properties: Vec<(Spanned<Box<str>>, Expression)>,
    /// In CloudFormation what stands beside type and properties, e.g. `DeletionPolicy`.
    pub attributes: Vec<(Spanned<Box<str>>, Expression)>,
    /// What it refers to, and so comes after: logical names, or addresses in Terraform. Each once, sorted;
    /// names of parameters and the like may be among them.
    pub after: Vec<Box<str>>,
    /// The whole resource.
    pub span: Span,
}

/// An output of a stack or of a Terraform module.
#[derive(Clone, Debug)]
pub struct StackOutput {
    /// Its name.
    pub name: Spanned<Box<str>>,
    /// Its value.
    pub value: Expression,
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
