//! What a rule says of a place.

use std::cmp::Ordering;

use super::{File, Rule};
use crate::document::Path;
use crate::engine::Witness;
use crate::source::{Span, is_unprintable};

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It hangs on something that AWS does not say, or that other files may settle.
    Low,
    /// It follows from AWS's documentation.
    High,
    /// A replayed witness, or a documented limit.
    Proven,
}

impl Confidence {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::High => "high",
            Confidence::Proven => "proven",
        }
    }
}

/// A place and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Why here; may be empty for a primary label.
    pub message: String,
}

impl Label {
    /// A label at `span`.
    pub fn new(span: Span, message: impl Into<String>) -> Label {
        Label {
            span,
            message: one_line(message.into()),
        }
    }
}

/// The longest message, in characters: user text in it may be of any length.
const MOST_CHARS: usize = 400;

/// A message without line breaks and other control characters, which user text may bring in: one
/// line of a report is one finding, and no file writes to the terminal of who lints it.
fn one_line(message: String) -> String {
    let is_short = message.len() <= MOST_CHARS || message.chars().count() <= MOST_CHARS;
    if is_short && !message.contains(is_unprintable) {
        return message;
    }
    let mut line = String::new();
    for character in message.chars().take(MOST_CHARS) {
        match is_unprintable(character) {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    if !is_short {
        line.push('…');
    }
    line
}

/// A change that makes a finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it keeps what the file means.
    pub safety: Safety,
    /// The replacements, none overlapping.
    pub edits: Vec<Edit>,
}

/// Whether a fix can be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// It does what was meant, and nothing else.
    Safe,
    /// A person should look at it.
    Unsafe,
}

/// A replacement of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what, as it has to stand in the file.
    pub text: String,
}

/// One finding. It has exactly one primary place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong: lower case, one line, no full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// Requests that show it.
    pub witness: Option<Witness>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// The logical address of the primary place.
    pub address: Path,
}

impl Finding {
    /// Adds another place.
    pub fn related(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.related.push(Label::new(span, message));
        self
    }

    /// Sets what is said at the primary place itself.
    pub fn label(&mut self, message: impl Into<String>) -> &mut Finding {
        self.primary.message = one_line(message.into());
        self
    }

    /// Sets what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Finding {
        self.help = Some(one_line(help.into()));
        self
    }

    /// Sets the requests that show it.
    pub fn witness(&mut self, witness: Witness) -> &mut Finding {
        self.witness = Some(witness);
        self
    }

    /// Sets the change that mends it.
    pub fn fix(&mut self, fix: Fix) -> &mut Finding {
        self.fix = Some(fix);
        self
    }

    /// By file, place and rule.
    pub(super) fn in_text_order(&self, other: &Finding) -> Ordering {
        let key = |it: &Finding| (it.primary.span, it.rule.id());
        key(self)
            .cmp(&key(other))
            .then_with(|| self.message.cmp(&other.message))
    }

    /// Whether two findings say the same of the same place: a node behind an alias is met twice.
    pub(super) fn is_same_as(&self, other: &Finding) -> bool {
        self.primary == other.primary
            && self.rule.id() == other.rule.id()
            && self.message == other.message
    }
}

/// Where a rule puts its findings.
#[derive(Debug)]
pub struct Findings<'a> {
    rule: &'static Rule,
    file: &'a File,
    list: Vec<Finding>,
    /// Takes what is found beyond [`MAX_FINDINGS`], and is not kept.
    beyond: Option<Box<Finding>>,
}

/// Findings of one rule in one file that are kept; behind them one more says that there are others.
const MAX_FINDINGS: usize = 10_000;

impl<'a> Findings<'a> {
    pub(super) fn new(rule: &'static Rule, file: &'a File) -> Findings<'a> {
        Findings {
            rule,
            file,
            list: Vec::new(),
            beyond: None,
        }
    }

    /// Adds a finding at `span` and returns it for its details.
    pub fn add(
        &mut self,
        confidence: Confidence,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding {
        if self.list.len() == MAX_FINDINGS {
            let why = "this rule has more findings in the file, which are not shown";
            let last = self.finding(confidence, span, why);
            self.list.push(last);
        }
        let finding = self.finding(confidence, span, message);
        if self.list.len() > MAX_FINDINGS {
            return self.beyond.insert(Box::new(finding));
        }
        self.list.push(finding);
        let last = self.list.len() - 1;
        #[expect(
            clippy::indexing_slicing,
            reason = "INVARIANT: the line above pushed it"
        )]
        &mut self.list[last]
    }

    fn finding(&self, confidence: Confidence, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.rule,
            confidence,
            message: one_line(message.into()),
            primary: Label::new(span, ""),
            related: Vec::new(),
            help: None,
            witness: None,
            fix: None,
            address: self.file.artifacts.address(&self.file.document, span),
        }
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_CHARS, one_line};

    #[test]
    fn a_message_stays_one_line_of_plain_characters() {
        let message = "`a\nb\u{1b}[31m` is no action; \"c\"".to_owned();
        assert_eq!(one_line(message), "`a\\nb\\u{1b}[31m` is no action; \"c\"");
        let long = one_line("é".repeat(3_000_000));
        assert_eq!(long.chars().count(), MOST_CHARS + 1);
    }
}
