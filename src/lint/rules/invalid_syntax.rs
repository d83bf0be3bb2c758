//! Texts that can't be read, and keys that stand twice.

use crate::document::{Error, ErrorKind, Found};
use crate::lint::{Check, Confidence, ErrorScope, File, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/invalid-syntax.yaml"),
    Check::Document(check),
);

/// One finding per error of the file and of the texts inside its strings.
fn check(file: &File, findings: &mut Findings<'_>) {
    match file.errors {
        ErrorScope::All => file
            .document
            .errors()
            .iter()
            .for_each(|error| report(error, findings)),
        ErrorScope::Foreign => {}
    }
    file.artifacts
        .limits
        .iter()
        .for_each(|error| report(error, findings));
    for embedded in &file.artifacts.embedded {
        embedded
            .document
            .errors()
            .iter()
            .for_each(|error| report(error, findings));
    }
}

fn report(error: &Error, findings: &mut Findings<'_>) {
    let finding = findings.add(Confidence::High, error.span, error.to_string());
    match &error.kind {
        ErrorKind::DuplicateKey { first, .. } => {
            finding
                .related(*first, "it stands here first")
                .help("keep one of the two");
        }
        ErrorKind::TrailingComma => {
            finding.help("remove the comma");
        }
        ErrorKind::MissingComma => {
            finding.help("write a comma here");
        }
        ErrorKind::Unexpected {
            found: Found::Character('/'),
            ..
        } => {
            finding.help("JSON has no comments");
        }
        ErrorKind::Unexpected {
            found: Found::Character('\''),
            ..
        } => {
            finding.help("JSON strings stand in double quotes");
        }
        ErrorKind::Unexpected { .. }
        | ErrorKind::UnclosedString
        | ErrorKind::UnclosedComment
        | ErrorKind::ControlCharacter
        | ErrorKind::InvalidEscape
        | ErrorKind::InvalidNumber
        | ErrorKind::TrailingText
        | ErrorKind::Empty
        | ErrorKind::UnknownAlias(_)
        | ErrorKind::InvalidMerge
        | ErrorKind::Yaml(_)
        | ErrorKind::TooDeep
        | ErrorKind::TooManyNodes
        | ErrorKind::TooManyErrors
        | ErrorKind::TooManyAliasedNodes
        | ErrorKind::TextTooLong
        | ErrorKind::TooMuch { .. } => {}
    }
}
