//! Words of the deployment, and names that AWS accepts.

use crate::document::spelling::closest;
use crate::facts::{NameFault, NameKind, name_limit};
use crate::fleet::composed::{Composed, Part};
use crate::fleet::plan::Deployment;
use crate::fleet::spec::Name;
use crate::fleet::{Error, ErrorKind};
use crate::source::Span;

/// The words that a deployment decides.
pub(super) const DEPLOYMENT_WORDS: [&str; 5] = ["env", "region", "account", "partition", "fleet"];

/// The value of a word of the deployment.
pub(super) fn deployment_word<'d>(word: &str, deployment: &'d Deployment) -> Option<&'d str> {
    match word {
        "env" => Some(&deployment.environment),
        "region" => Some(&deployment.region),
        "account" => Some(&deployment.account),
        "partition" => Some(&deployment.partition),
        "fleet" => Some(&deployment.fleet),
        _ => None,
    }
}

/// The text with words of the deployment filled in; fields stay holes.
pub(super) fn deployed(text: &Name, deployment: &Deployment) -> String {
    filled(&text.value, deployment)
}

/// The text with words of the deployment filled in; other braces stay.
pub(super) fn filled(text: &str, deployment: &Deployment) -> String {
    let mut filled = text.to_owned();
    for word in DEPLOYMENT_WORDS {
        if let Some(value) = deployment_word(word, deployment) {
            filled = filled.replace(&format!("{{{word}}}"), value);
        }
    }
    filled
}

/// A text in which only words of the deployment are holes; `other` tells what another hole is.
pub(super) fn expand(
    text: &Name,
    deployment: &Deployment,
    other: impl Fn(&str) -> ErrorKind,
    errors: &mut Vec<Error>,
) -> Option<String> {
    let composed = parse(text, errors)?;
    let mut expanded = String::new();
    for part in &composed.parts {
        match &part.value {
            Part::Literal(literal) => expanded.push_str(literal),
            Part::Hole(name) => match deployment_word(name, deployment) {
                Some(value) => expanded.push_str(value),
                None => {
                    errors.push(Error::new(other(name), part.span));
                    return None;
                }
            },
        }
    }
    Some(expanded)
}

/// The parts of a text.
pub(super) fn parse(text: &Name, errors: &mut Vec<Error>) -> Option<Composed> {
    let composed = Composed::parse(text);
    if composed.is_err() {
        errors.push(Error::new(ErrorKind::UnpairedBrace, text.span));
    }
    composed.ok()
}

/// A hole that stands for nothing.
pub(super) fn unknown_hole(name: &str, known: &[&str]) -> ErrorKind {
    ErrorKind::UnknownHole {
        name: name.into(),
        nearest: closest(name, known.iter().copied()).map(Into::into),
        known: known.iter().map(|name| (*name).into()).collect(),
    }
}

/// Whether AWS accepts a name; if not, an error says why.
pub(super) fn check_name(
    kind: NameKind,
    what: &'static str,
    name: &str,
    span: Span,
    errors: &mut Vec<Error>,
) {
    if let Some(fault) = name_limit(kind).fault(name) {
        let kind = ErrorKind::Name {
            what,
            name: name.into(),
            fault: format!("such a name {}", name_fault(fault)).into(),
        };
        errors.push(Error::new(kind, span));
    }
}

/// Why AWS refuses a name, in words that follow the name of its kind.
pub(super) fn name_fault(fault: NameFault) -> String {
    match fault {
        NameFault::TooShort { min_chars: 1 } => "can't be empty".to_owned(),
        NameFault::TooShort { min_chars } => format!("has at least {min_chars} characters"),
        NameFault::TooLong { max_chars, .. } => format!("has at most {max_chars} characters"),
        NameFault::Character { character, .. } => format!("can't hold {}", shown(character)),
    }
}

/// A character in words, when it cannot be seen.
pub(super) fn shown(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '`' => "a backtick".to_owned(),
        '!'..='~' => format!("`{character}`"),
        _ => "a character that is not printable ASCII".to_owned(),
    }
}
