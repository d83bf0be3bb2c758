//! What a rule is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{AccessSet, File, Findings};
use crate::artifact::{PolicyDocument, TemplateDocument};

/// A rule: what it is (`rules/<id>.yaml`) and how it is found.
pub struct Rule {
    text: &'static str,
    meta: OnceLock<RuleMeta>,
    /// How it is found.
    pub check: Check,
}

/// At which granularity a rule is run.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Once per file.
    Document(fn(&File, &mut Findings<'_>)),
    /// Once per policy document: its form.
    Policy(fn(&PolicyDocument, &Context<'_>, &mut Findings<'_>)),
    /// Once per set of policies in force: what a device can do.
    Access(fn(&AccessSet<'_>, &Context<'_>, &mut Findings<'_>)),
    /// Once per provisioning template.
    Template(fn(&TemplateDocument, &Context<'_>, &mut Findings<'_>)),
}

/// What a check may ask for beside its subject.
#[derive(Debug)]
pub struct Context<'a> {
    /// The file that the subject is in.
    pub file: &'a File,
}

/// How bad what a rule finds is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Most likely not what was meant, or wider than it needs to be.
    Warning,
    /// AWS refuses it, it breaks in the field, or it gives one device the rights of another.
    Error,
}

impl Severity {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How far a rule is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Status {
    /// May change or go; the version that brought it.
    Preview(String),
    /// Kept; the version since which.
    Stable(String),
}

/// `rules/<id>.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleMeta {
    /// The file's stem: what is allowed when the rule is switched off, in kebab case.
    pub id: String,
    /// One sentence of at most 90 characters.
    pub summary: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it looks at: `policy`, `template`, `file`.
    pub applies_to: Vec<String>,
    /// How far it is in its life.
    #[serde(deserialize_with = "serde_yaml::with::singleton_map::deserialize")]
    pub status: Status,
    /// Why it matters.
    pub why: String,
    /// What to write instead.
    pub fix: String,
    /// When it is quiet although it could speak, and the reverse.
    pub limits: String,
    /// Pages that say so.
    pub references: Vec<String>,
    /// Options with their defaults.
    pub options: BTreeMap<String, String>,
}

impl Rule {
    /// The rule that `text`, the contents of `rules/<id>.yaml`, describes.
    pub const fn new(text: &'static str, check: Check) -> Rule {
        Rule {
            text,
            meta: OnceLock::new(),
            check,
        }
    }

    /// The id: the stem of its files. Read from the first line of the rule's file, `id: …`, since
    /// findings are sorted by it and most runs need nothing else of the file.
    pub fn id(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or("");
        first.strip_prefix("id: ").unwrap_or(first)
    }

    /// What the rule's file says. Parsed on first use.
    pub fn meta(&self) -> &RuleMeta {
        self.meta
            .get_or_init(|| match serde_yaml::from_str(self.text) {
                Ok(meta) => meta,
                // tests/catalogue.rs parses every file, so that this is never seen.
                Err(error) => RuleMeta::broken(self.id(), &error),
            })
    }
}

impl RuleMeta {
    fn broken(id: &str, error: &serde_yaml::Error) -> RuleMeta {
        RuleMeta {
            id: id.to_owned(),
            summary: error.to_string(),
            severity: Severity::Error,
            applies_to: Vec::new(),
            status: Status::Preview(String::new()),
            why: String::new(),
            fix: String::new(),
            limits: String::new(),
            references: Vec::new(),
            options: BTreeMap::new(),
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}
