//! Reports for people.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles,
};

use super::snippet::Snippet;
use super::{Counts, Summary};
use crate::lint::{Finding, Label, Severity};
use crate::source::{Source, SourceId, Sources, is_unprintable};

mod advice;
mod diff;
mod prove;
mod witness;

pub use advice::advice;
pub use diff::diff;
pub use prove::prove;
pub use witness::in_words;

/// Findings that are shown with their source lines; the others are one line each.
const MOST_SHOWN: usize = 200;
/// Of these so many are listed.
const MOST_LISTED: usize = 10_000;

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub colour: Colour,
    /// Whether to draw with Unicode.
    pub drawing: Drawing,
    /// Columns of the terminal.
    pub width: usize,
}

/// Whether a report has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// ANSI escape sequences.
    Ansi,
    /// None.
    None,
}

/// What the lines of a report are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Box-drawing characters.
    Unicode,
    /// `|` and `-`.
    Ascii,
}

impl Style {
    /// Without colours and in ASCII, 100 columns wide: what a file or pipe gets.
    pub fn plain() -> Style {
        Style {
            colour: Colour::None,
            drawing: Drawing::Ascii,
            width: 100,
        }
    }
}

/// What stands before the words of a witness, in line with miette's help.
const WITNESS: &str = "  witness: ";
/// What miette puts before the help.
const HELP: &str = "  help: ";
/// What miette puts before the message.
const BULLET: &str = "  x ";

/// Every finding with its source lines, and the footer.
pub fn full(findings: &[Finding], summary: &Summary, sources: &Sources, style: Style) -> String {
    let mut report = Full::new(style);
    report.add(findings, sources);
    report.finish(summary)
}

/// A report with source lines that is put together file by file, so that no text is held longer than it
/// is looked at.
#[derive(Debug)]
pub struct Full {
    style: Style,
    handler: GraphicalReportHandler,
    text: String,
    shown: usize,
    /// The findings behind those that are shown, each on a line.
    rest: String,
    rest_count: usize,
    counts: Counts,
}

impl Full {
    /// A report without findings.
    pub fn new(style: Style) -> Full {
        Full {
            style,
            handler: handler(style),
            text: String::new(),
            shown: 0,
            rest: String::new(),
            rest_count: 0,
            counts: Counts::default(),
        }
    }

    /// Adds the findings of some files.
    pub fn add(&mut self, findings: &[Finding], sources: &Sources) {
        self.counts.add(findings);
        let room = MOST_SHOWN - self.shown;
        let (shown, rest) = findings.split_at(room.min(findings.len()));
        self.shown += shown.len();
        let mut printable: BTreeMap<SourceId, Option<Source>> = BTreeMap::new();
        for finding in shown {
            let id = finding.primary.span.source();
            if let Some(source) = sources.get(id) {
                let replaced = printable
                    .entry(id)
                    .or_insert_with(|| printable_copy(source));
                let source = replaced.as_ref().unwrap_or(source);
                self.show(finding, Snippet { source }, sources);
            }
        }
        let listed = (MOST_LISTED - self.rest_count.min(MOST_LISTED)).min(rest.len());
        self.rest_count += rest.len();
        if let Some(rest) = rest.get(..listed) {
            self.rest += &lines(rest, sources);
        }
    }

    fn show(&mut self, finding: &Finding, snippet: Snippet<'_>, sources: &Sources) {
        let out = &mut self.text;
        let width = self.style.width;
        let shown = Shown {
            finding,
            snippet,
            sources,
            width,
        };
        // Writing to a string does not fail.
        let _ = self.handler.render_report(out, &shown);
        if let Some(witness) = &finding.witness {
            let indentation = WITNESS.len();
            let lines = fold(&in_words(witness), width.saturating_sub(indentation));
            let words = lines.join(&format!("\n{:indentation$}", ""));
            let _ = writeln!(out, "{WITNESS}{words}");
        }
        out.push('\n');
    }

    /// The report, with its footer.
    pub fn finish(self, summary: &Summary) -> String {
        let mut out = self.text;
        if self.rest_count > 0 {
            let _ = writeln!(out, "{} more findings:", self.rest_count);
            out.push_str(&self.rest);
            if self.rest_count > MOST_LISTED {
                out.push_str("and others: `--format concise` prints all of them\n");
            }
            out.push('\n');
        }
        out.push_str(&footer(&self.counts, summary));
        out
    }
}

/// The same file with marks in place of what must not reach a terminal; `None` when it has nothing of
/// the kind. A mark has the length of what it stands for, so that all places stay.
fn printable_copy(source: &Source) -> Option<Source> {
    let is_bad = |character: char| is_unprintable(character) && !"\n\r\t".contains(character);
    if !source.text().contains(is_bad) {
        return None;
    }
    let mark = |character: char| match (is_bad(character), character.len_utf8()) {
        (false, _) => character,
        (true, 1) => '?',
        (true, 2) => '\u{bf}',
        (true, _) => char::REPLACEMENT_CHARACTER,
    };
    let text: String = source.text().chars().map(mark).collect();
    Some(Source::new(source.path(), text))
}

/// A line for each finding: `path:line:column: severity[rule] message`.
pub fn lines(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for finding in findings {
        let span = finding.primary.span;
        let start = sources.start(span);
        let _ = writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            sources.path(span.source()),
            start.line,
            start.column,
            finding.rule.meta().severity.as_str(),
            finding.rule.id(),
            finding.message
        );
    }
    out
}

/// What was found, what was read and what was passed over.
pub fn footer(counts: &Counts, summary: &Summary) -> String {
    let mut out = String::new();
    let counts = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.notes, "note"),
    ];
    let found: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural(*count, what))
        .collect();
    let found = if found.is_empty() {
        "no findings".to_owned()
    } else {
        found.join(", ")
    };
    let _ = writeln!(
        out,
        "{found} in {} with {} and {}",
        plural(summary.files, "file"),
        plural_y(summary.policies, "polic"),
        plural(summary.templates, "provisioning template")
    );
    if summary.policies + summary.templates == 0 {
        let _ = writeln!(out, "nothing of AWS IoT was found");
    }
    if summary.unresolved > 0 {
        let _ = writeln!(
            out,
            "{} left open by the files and not known here",
            plural(summary.unresolved, "value")
        );
    }
    // Alone, a file is named; many with one reason are counted.
    let mut reasons: Vec<(&str, &str, usize)> = Vec::new();
    for skipped in &summary.skipped {
        match reasons.iter_mut().find(|(why, ..)| *why == skipped.why) {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((&skipped.why, &skipped.path, 1)),
        }
    }
    for (why, path, count) in reasons {
        let _ = match count {
            1 => writeln!(out, "skipped {path}: {why}"),
            _ => writeln!(out, "skipped {}: {why}", plural(count, "file")),
        };
    }
    out
}

/// `1 file`, `2 files`
fn plural(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

/// `1 policy`, `2 policies`
fn plural_y(count: usize, stem: &str) -> String {
    let end = if count == 1 { "y" } else { "ies" };
    format!("{count} {stem}{end}")
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: match style.drawing {
            Drawing::Unicode => ThemeCharacters::unicode(),
            Drawing::Ascii => ThemeCharacters::ascii(),
        },
        styles: match style.colour {
            Colour::Ansi => ThemeStyles::ansi(),
            Colour::None => ThemeStyles::none(),
        },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(0)
        .with_links(false)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
}

/// A finding as miette sees it.
struct Shown<'a> {
    finding: &'a Finding,
    snippet: Snippet<'a>,
    sources: &'a Sources,
    /// Columns of the terminal.
    width: usize,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.finding, formatter)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.width.saturating_sub(BULLET.len());
        formatter.write_str(&fold(&self.finding.message, width).join("\n"))
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'s>(&'s self) -> Option<Box<dyn fmt::Display + 's>> {
        let severity = self.finding.rule.meta().severity.as_str();
        Some(Box::new(format!("{severity}[{}]", self.finding.rule.id())))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.rule.meta().severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'s>(&'s self) -> Option<Box<dyn fmt::Display + 's>> {
        let mut lines: Vec<String> = self.finding.help.iter().cloned().collect();
        for label in self
            .finding
            .related
            .iter()
            .filter(|label| !self.is_here(label))
        {
            let start = self.sources.start(label.span);
            let path = self.sources.path(label.span.source());
            lines.push(format!(
                "{path}:{}:{}: {}",
                start.line, start.column, label.message
            ));
        }
        if lines.is_empty() {
            return None;
        }
        // miette indents these lines itself.
        let fold = |line: &String| fold(line, self.width.saturating_sub(HELP.len()));
        let lines: Vec<String> = lines.iter().flat_map(fold).collect();
        Some(Box::new(lines.join("\n")))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let source: &Source = self.snippet.source;
        let label = |label: &Label, primary: bool| {
            let range = label.span.range();
            let length = range
                .len()
                .min(source.text().len().saturating_sub(range.start));
            let message = (!label.message.is_empty()).then(|| label.message.clone());
            match primary {
                true => LabeledSpan::new_primary_with_span(message, (range.start, length)),
                false => LabeledSpan::new_with_span(message, (range.start, length)),
            }
        };
        let primary = label(&self.finding.primary, true);
        let related = self.finding.related.iter().filter(|it| self.is_here(it));
        let related: Vec<_> = related.map(|it| label(it, false)).collect();
        Some(Box::new(std::iter::once(primary).chain(related)))
    }
}

impl Shown<'_> {
    /// Whether a label is in the file of the primary one.
    fn is_here(&self, label: &Label) -> bool {
        label.span.source() == self.finding.primary.span.source()
    }
}

/// A text in lines of at most `width` characters where spaces allow it. What stands in backticks is
/// kept in one piece, so that it can be copied; miette's own folding also breaks behind a `/`.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut chars = 0;
    let mut is_code = false;
    let is_break = |character: char| {
        is_code ^= character == '`';
        character == ' ' && !is_code
    };
    for word in text.split(is_break) {
        let added = word.chars().count();
        if chars > 0 && chars + 1 + added > width {
            lines.push(std::mem::take(&mut line));
            chars = 0;
        }
        if chars > 0 {
            line.push(' ');
            chars += 1;
        }
        line.push_str(word);
        chars += added;
    }
    lines.push(line);
    lines
}

/// A text without what speaks to the terminal: names of policies and topics may hold it.
fn printable(text: &str) -> String {
    let mut printed = String::with_capacity(text.len());
    for character in text.chars() {
        match is_unprintable(character) && character != '\n' {
            true => printed.extend(character.escape_default()),
            false => printed.push(character),
        }
    }
    printed
}
