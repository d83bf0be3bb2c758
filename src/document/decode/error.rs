//! What can be wrong with a value of a readable text, and how to say it.

use std::fmt::{self, Write as _};

use serde::de;

use super::super::{Kind, MAX_DEPTH};
use crate::document::spelling::closest;
use crate::source::Span;

/// A value that is not what its place asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The token that is meant: the key of an unknown or repeated key, the mapping of a missing
    /// one, else the value.
    pub span: Span,
}

impl std::error::Error for DecodeError {}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)?;
        match self.kind.help() {
            Some(help) => write!(formatter, "; {help}"),
            None => Ok(()),
        }
    }
}

/// What can be wrong with a value. Displays the problem alone; see [`DecodeErrorKind::help`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeErrorKind {
    /// A key that nothing reads, e.g. `polices`.
    #[error("unknown key {}", Quoted(name))]
    UnknownField {
        /// The key.
        name: Box<str>,
        /// The known key that was probably meant.
        nearest: Option<&'static str>,
        /// All known keys.
        expected: &'static [&'static str],
    },
    /// A word, or the key of a mapping with one key, that is none of the known ones.
    #[error("unknown value {}", Quoted(name))]
    UnknownVariant {
        /// The word.
        name: Box<str>,
        /// The known word that was probably meant.
        nearest: Option<&'static str>,
        /// All known words.
        expected: &'static [&'static str],
    },
    /// A key that has to be there.
    #[error("missing key `{name}`")]
    MissingField {
        /// The key.
        name: &'static str,
    },
    /// e.g. a number where a string should stand.
    #[error("expected {expected}, found {}", words(*found))]
    InvalidType {
        /// What should stand here, e.g. `a string`.
        expected: Box<str>,
        /// What stands here; [`Kind::Hole`] also for a string with a hole in it.
        found: Kind,
    },
    /// e.g. `300` where a number of one byte should stand.
    #[error("expected {expected}, found {found}")]
    InvalidValue {
        /// What should stand here, e.g. `an integer from 0 to 255`.
        expected: Box<str>,
        /// What stands here, in backticks if it is the user's text.
        found: Box<str>,
    },
    /// A key that stands twice in one mapping.
    #[error("key {} stands twice", Quoted(key))]
    DuplicateKey {
        /// The key.
        key: Box<str>,
        /// The earlier one; unknown when it has another spelling.
        first: Option<Span>,
    },
    /// Nesting beyond [`MAX_DEPTH`], which aliases can build from shallow parts.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// What the type itself found wrong, e.g. a malformed topic filter.
    #[error("{0}")]
    Custom(Box<str>),
}

impl DecodeErrorKind {
    /// How to put it right, if that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            DecodeErrorKind::UnknownField {
                nearest, expected, ..
            } => propose(*nearest, "known keys", expected),
            DecodeErrorKind::UnknownVariant {
                nearest, expected, ..
            } => propose(*nearest, "known values", expected),
            DecodeErrorKind::InvalidType { expected, found } => match found {
                Kind::Call | Kind::Hole => Some("a reference can't stand here".to_owned()),
                Kind::Null | Kind::Bool | Kind::Number if **expected == *STRING => {
                    Some("put it in quotes".to_owned())
                }
                Kind::Null
                | Kind::Bool
                | Kind::Number
                | Kind::String
                | Kind::Sequence
                | Kind::Mapping => None,
            },
            DecodeErrorKind::MissingField { .. }
            | DecodeErrorKind::InvalidValue { .. }
            | DecodeErrorKind::DuplicateKey { .. }
            | DecodeErrorKind::TooDeep
            | DecodeErrorKind::Custom(_) => None,
        }
    }
}

/// What a string target asks for.
pub(super) const STRING: &str = "a string";

fn propose(nearest: Option<&str>, what: &str, known: &[&str]) -> Option<String> {
    match nearest {
        Some(nearest) => Some(format!("did you mean `{nearest}`?")),
        None if known.is_empty() => None,
        None => Some(format!("{what}: {}", listed(known))),
    }
}

/// The words in backticks, with commas.
pub(super) fn listed(words: &[&str]) -> String {
    let mut list = String::new();
    for word in words {
        let comma = if list.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{comma}`{word}`");
    }
    list
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::String => STRING,
        Kind::Sequence => "a list",
        Kind::Mapping => "a mapping",
        Kind::Call | Kind::Hole => "a reference",
    }
}

/// The longest user text in a message, in characters.
const QUOTED_CHARACTERS: usize = 60;

/// A user's text in backticks, on one line and not longer than a message should be.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_char('`')?;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(QUOTED_CHARACTERS) {
            match character {
                '`' => formatter.write_char('\'')?,
                '"' | '\'' | '\\' => formatter.write_char(character)?,
                _ => write!(formatter, "{}", character.escape_debug())?,
            }
        }
        if characters.next().is_some() {
            formatter.write_char('…')?;
        }
        formatter.write_char('`')
    }
}

/// An error on its way out, before the innermost value around it gives it a place: serde's
/// visitors make errors, but know no spans.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: DecodeErrorKind,
    pub(super) span: Option<Span>,
}

impl Failure {
    pub(super) fn new(kind: DecodeErrorKind) -> Failure {
        Failure { kind, span: None }
    }

    /// This error, at `span` unless it has a place.
    pub(super) fn at(self, span: Span) -> Failure {
        Failure {
            kind: self.kind,
            span: Some(self.span.unwrap_or(span)),
        }
    }

    /// The finished error, at `span` unless it has a place.
    pub(super) fn finish(self, span: Span) -> DecodeError {
        DecodeError {
            kind: self.kind,
            span: self.span.unwrap_or(span),
        }
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)
    }
}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Failure {
        Failure::new(DecodeErrorKind::Custom(message.to_string().into()))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Failure {
        let found = match found {
            de::Unexpected::Bool(_) => Kind::Bool,
            de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) | de::Unexpected::Float(_) => {
                Kind::Number
            }
            de::Unexpected::Char(_)
            | de::Unexpected::Str(_)
            | de::Unexpected::Bytes(_)
            | de::Unexpected::UnitVariant => Kind::String,
            de::Unexpected::Unit | de::Unexpected::Option => Kind::Null,
            de::Unexpected::Seq => Kind::Sequence,
            de::Unexpected::Map
            | de::Unexpected::Enum
            | de::Unexpected::NewtypeVariant
            | de::Unexpected::TupleVariant
            | de::Unexpected::StructVariant => Kind::Mapping,
            de::Unexpected::NewtypeStruct | de::Unexpected::Other(_) => {
                return Failure::invalid_value(found, expected);
            }
        };
        Failure::new(DecodeErrorKind::InvalidType {
            expected: expected.to_string().into(),
            found,
        })
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Failure {
        let found = match found {
            de::Unexpected::Str(text) => Quoted(text).to_string(),
            de::Unexpected::Bool(value) => format!("`{value}`"),
            de::Unexpected::Unsigned(number) => format!("`{number}`"),
            de::Unexpected::Signed(number) => format!("`{number}`"),
            de::Unexpected::Float(number) => format!("`{number}`"),
            other => other.to_string(),
        };
        Failure::new(DecodeErrorKind::InvalidValue {
            expected: expected.to_string().into(),
            found: found.into(),
        })
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Failure {
        Failure::new(DecodeErrorKind::InvalidValue {
            expected: expected.to_string().into(),
            found: format!("{length} items").into(),
        })
    }

    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Failure {
        Failure::new(DecodeErrorKind::UnknownVariant {
            name: name.into(),
            nearest: closest(name, expected.iter().copied()),
            expected,
        })
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Failure {
        Failure::new(DecodeErrorKind::UnknownField {
            name: name.into(),
            nearest: closest(name, expected.iter().copied()),
            expected,
        })
    }

    fn missing_field(name: &'static str) -> Failure {
        Failure::new(DecodeErrorKind::MissingField { name })
    }

    fn duplicate_field(name: &'static str) -> Failure {
        Failure::new(DecodeErrorKind::DuplicateKey {
            key: name.into(),
            first: None,
        })
    }
}
