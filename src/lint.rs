//! Findings, and the rules that make them.
//!
//! [`check`] takes files that were read and gives findings in a fixed order. It also turns what
//! lower layers could not read into findings, so that nothing is passed over in silence.

use crate::artifact::{self, Artifacts};
use crate::document::{Document, Syntax};
use crate::source::{SourceId, Sources, Span, Text};

mod crossing;
mod finding;
mod rule;
mod rules;
mod set;

pub use finding::{Confidence, Edit, Finding, Findings, Fix, Label, Safety};
pub use rule::{Check, Context, Rule, RuleMeta, Severity, Status};
pub use rules::RULES;
pub use set::AccessSet;

/// A file as the rules see it.
#[derive(Debug)]
pub struct File {
    /// Which file.
    pub source: SourceId,
    /// What was read of it.
    pub document: Document,
    /// What was recognized in it.
    pub artifacts: Artifacts,
    /// Whether its errors are findings.
    pub errors: ErrorScope,
}

/// Whose errors are worth a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorScope {
    /// All: the user named the file, or it speaks of AWS IoT.
    All,
    /// None: the file was met in a folder, and nothing in it is ours.
    Foreign,
}

/// How a file came to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// The user named it.
    ByName,
    /// It was met in a folder.
    ByFolder,
}

impl File {
    /// Reads the file `source`.
    pub fn read(sources: &Sources, source: SourceId, syntax: Syntax, given: Given) -> Option<File> {
        let text = Text::of_source(source, sources.get(source)?);
        let mut file = File::of(source, Document::parse(&text, syntax));
        let is_ours = || !file.artifacts.list.is_empty() || speaks_of_iot(text.as_str());
        file.errors = match given {
            Given::ByName => ErrorScope::All,
            Given::ByFolder if is_ours() => ErrorScope::All,
            Given::ByFolder => ErrorScope::Foreign,
        };
        Some(file)
    }

    /// The file that `document` is of; all that is wrong with it is told.
    pub fn of(source: SourceId, document: Document) -> File {
        File {
            source,
            artifacts: artifact::read(&document),
            document,
            errors: ErrorScope::All,
        }
    }
}

impl File {
    /// Whether the texts around a place were read whole: only then is missing what the tree does
    /// not have.
    pub fn is_whole_at(&self, span: Span) -> bool {
        let is_whole =
            |document: &Document| !document.errors().iter().any(|it| it.kind.loses_text());
        let mut around = self.artifacts.texts_around(span);
        is_whole(&self.document) && around.all(|it| is_whole(&it.document))
    }
}

/// Whether a text that can't be read has the marks of our subjects.
fn speaks_of_iot(text: &str) -> bool {
    crate::facts::MARKS.iter().any(|mark| text.contains(mark))
}

/// The findings of one file, in the order of the text.
pub fn check(file: &File) -> Vec<Finding> {
    let context = Context { file };
    let mut found: Vec<Findings<'_>> = RULES.iter().map(|rule| Findings::new(rule, file)).collect();
    for (rule, found) in RULES.iter().zip(&mut found) {
        match rule.check {
            Check::Document(check) => check(file, found),
            Check::Policy(check) => {
                let policies = file.artifacts.policies();
                policies.for_each(|policy| check(policy, &context, found));
            }
            Check::Template(check) => {
                let templates = file.artifacts.templates();
                templates.for_each(|template| check(template, &context, found));
            }
            // All rules on one set, then the next set: what the engine makes of it is not kept.
            Check::Access(_) => {}
        }
    }
    for shown in set::shown(&file.artifacts) {
        let set = shown.set();
        for (rule, found) in RULES.iter().zip(&mut found) {
            if let Check::Access(check) = rule.check {
                check(&set, &context, found);
            }
        }
    }
    let mut findings: Vec<Finding> = found.into_iter().flat_map(Findings::into_list).collect();
    findings.sort_by(Finding::in_text_order);
    findings.dedup_by(|b, a| a.is_same_as(b));
    findings
}
