//! What can be wrong with a text.

use std::fmt;

use super::{MAX_ALIASED_NODES, MAX_DEPTH, MAX_ERRORS, MAX_NODES, MAX_TEXT_BYTES};
use crate::source::Span;

/// Something wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub span: Span,
}

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// e.g. a `}` where a value should stand.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could stand here, e.g. `a value`.
        expected: &'static str,
        /// What stands here.
        found: Found,
    },
    /// `[1,]`, which JSON does not allow.
    #[error("trailing comma")]
    TrailingComma,
    /// `["a" "b"]`
    #[error("missing comma")]
    MissingComma,
    /// A string without its closing quote, or a heredoc without its last line.
    #[error("string is not closed")]
    UnclosedString,
    /// `/*` without `*/`.
    #[error("comment is not closed")]
    UnclosedComment,
    /// A line break or another control character inside a JSON string.
    #[error("control character in a string")]
    ControlCharacter,
    /// e.g. `\x`, or half of a surrogate pair.
    #[error("invalid escape")]
    InvalidEscape,
    /// e.g. `01` or `1.`
    #[error("invalid number")]
    InvalidNumber,
    /// Something behind the end of the value.
    #[error("text behind the end of the document")]
    TrailingText,
    /// No value at all.
    #[error("no value")]
    Empty,
    /// A key that stands twice in a mapping; both are kept.
    #[error("key `{key}` stands twice; only the last one counts")]
    DuplicateKey {
        /// The key.
        key: Box<str>,
        /// The span of the earlier one.
        first: Span,
    },
    /// An alias of an anchor that does not stand before it.
    #[error("alias `*{0}` has no anchor before it")]
    UnknownAlias(Box<str>),
    /// A merge key whose value is no mapping.
    #[error("merge key `<<` needs a mapping or a list of mappings")]
    InvalidMerge,
    /// What the YAML scanner says.
    #[error("{0}")]
    Yaml(Box<str>),
    /// Nesting beyond [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// More than [`MAX_NODES`].
    #[error("more than {MAX_NODES} values")]
    TooManyNodes,
    /// More than [`MAX_ERRORS`]; those behind are not kept.
    #[error("more than {MAX_ERRORS} errors; those behind here are not shown")]
    TooManyErrors,
    /// More than [`MAX_ALIASED_NODES`].
    #[error("aliases stand for more than {MAX_ALIASED_NODES} values")]
    TooManyAliasedNodes,
    /// A text inside a string, beyond [`MAX_TEXT_BYTES`].
    #[error("a text inside a string is read up to {} KiB, and goes on behind here", MAX_TEXT_BYTES / 1024)]
    TextTooLong,
    /// The texts inside the strings of a file together, or the resources in it, beyond a limit of the
    /// reader that takes them out.
    #[error("{what} are read up to {} KiB of a file, and go on behind here", limit_bytes / 1024)]
    TooMuch {
        /// e.g. `texts inside strings`
        what: &'static str,
        /// How much is read.
        limit_bytes: usize,
    },
}

impl ErrorKind {
    /// Whether some of the text is left out because of it, so that what is missing in the tree may
    /// stand in the text.
    pub fn loses_text(&self) -> bool {
        match self {
            ErrorKind::Unexpected { .. }
            | ErrorKind::UnclosedString
            | ErrorKind::UnclosedComment
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
            | ErrorKind::TooMuch { .. } => true,
            ErrorKind::TrailingComma
            | ErrorKind::MissingComma
            | ErrorKind::ControlCharacter
            | ErrorKind::InvalidEscape
            | ErrorKind::DuplicateKey { .. } => false,
        }
    }
}

/// What a parser found instead of what it expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A character.
    Character(char),
    /// A value that is left open, e.g. by `!Sub`.
    Hole,
    /// The end of the text.
    End,
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Character('`') => formatter.write_str("a backtick"),
            Found::Character(character) if character.is_control() => {
                write!(formatter, "`{}`", character.escape_default())
            }
            Found::Character(character) => write!(formatter, "`{character}`"),
            Found::Hole => formatter.write_str("a reference"),
            Found::End => formatter.write_str("the end of the text"),
        }
    }
}
