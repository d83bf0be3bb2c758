//! Reads mappings with known keys, and says what is wrong with the others.

use serde::de::DeserializeOwned;

use super::ask::{UnknownAction, did_you_mean};
use super::region::InvalidRegion;
use crate::document::decode::{DecodeError, decode};
use crate::document::spelling::closest;
use crate::document::{self, Document, Kind, Node, Syntax};
use crate::source::{Span, Spanned, Text};

/// Something wrong with a file of questions, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub span: Span,
}

/// What can be wrong with a file of questions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The text itself.
    #[error("{0}")]
    Syntax(document::ErrorKind),
    /// A key that cases don't have.
    #[error("unknown key `{name}`{}", did_you_mean(*nearest))]
    UnknownKey {
        /// As written.
        name: Box<str>,
        /// The nearest that they have.
        nearest: Option<&'static str>,
    },
    /// A key that must be there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A value of another kind than it must be.
    #[error("`{key}` must be {expected}")]
    WrongKind {
        /// The key.
        key: Box<str>,
        /// e.g. `a string`
        expected: &'static str,
    },
    /// A word that the key does not know.
    #[error("`{found}` is no `{key}`; it can be {}", listed(expected))]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// As written.
        found: Box<str>,
        /// What it can be.
        expected: &'static [&'static str],
    },
    /// A short name of an action that is none.
    #[error("{0}")]
    UnknownAction(#[from] UnknownAction),
    /// A source address that is none.
    #[error("`{0}` is no IP address")]
    NotAnAddress(Box<str>),
    /// A key of `extra` that has its own key.
    #[error("`{0}` is not read from `extra`: the context has a key for it")]
    NotExtra(Box<str>),
    /// Two keys of which only one may stand.
    #[error("`{0}` and `{1}` exclude each other")]
    Both(&'static str, &'static str),
    /// A resource whose name is not that of the short form beside it.
    #[error("`{0}` is not what `resource` names")]
    Disagreement(&'static str),
    /// A statement that can't be read, so that no decision is to be trusted.
    #[error("the policy can't be read from here; `fleetwright lint` says what is wrong")]
    UnreadablePolicy,
    /// A value that is not what its place asks for.
    #[error("{0}")]
    Value(DecodeError),
    /// A file that is no list.
    #[error("expected a list")]
    NoList,
    /// A list or mapping without entries, so that a file cut short does not stay green.
    #[error("nothing is asked")]
    NothingAsked,
    /// More than is read of one file.
    #[error("more than {most} {what}")]
    TooMany {
        /// e.g. `cases`
        what: &'static str,
        /// How many are read.
        most: usize,
    },
    /// Names that are none.
    #[error("{0}")]
    Region(#[from] InvalidRegion),
    /// A day that is none.
    #[error("`{0}` is no day; it is written as 2026-11-24")]
    NoDay(Box<str>),
}

impl ErrorKind {
    /// This error, at a place.
    pub(super) fn at(self, span: Span) -> Error {
        Error { kind: self, span }
    }
}

/// Entries of one file that are read.
const MAX_ENTRIES: usize = 2_000;

/// The entries of a file that is a list, each with its place, and what is wrong with the others.
pub(super) fn entries<T: DeserializeOwned>(
    text: &Text,
    syntax: Syntax,
) -> (Vec<Spanned<T>>, Vec<Error>) {
    let document = Document::parse(text, syntax);
    let syntax = document.errors().iter();
    let mut errors: Vec<Error> = syntax
        .map(|error| ErrorKind::Syntax(error.kind.clone()).at(error.span))
        .collect();
    let mut entries = Vec::new();
    for root in document.roots() {
        if let Some(item) = root.items().nth(MAX_ENTRIES) {
            let (what, most) = ("entries", MAX_ENTRIES);
            errors.push(ErrorKind::TooMany { what, most }.at(item.span().at_start()));
            continue;
        }
        match root.kind() {
            Kind::Sequence if root.items().len() == 0 => {
                errors.push(ErrorKind::NothingAsked.at(root.span()));
            }
            Kind::Sequence => {}
            _ => errors.push(ErrorKind::NoList.at(root.span().at_start())),
        }
        for item in root.items() {
            match decode(item) {
                Ok(entry) => entries.push(Spanned::new(entry, item.span())),
                Err(error) => {
                    let span = error.span;
                    errors.push(ErrorKind::Value(error).at(span));
                }
            }
        }
    }
    (entries, errors)
}

fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// A mapping with known keys.
pub(super) struct Fields<'t, 'e> {
    pub(super) node: Node<'t>,
    pub(super) errors: &'e mut Vec<Error>,
}

impl<'t, 'e> Fields<'t, 'e> {
    /// The mapping of `node`, whose keys must be among `known`; `None` when it is none.
    pub(super) fn new(
        node: Node<'t>,
        name: &str,
        known: &'static [&'static str],
        errors: &'e mut Vec<Error>,
    ) -> Option<Fields<'t, 'e>> {
        if node.kind() != Kind::Mapping {
            errors.push(Error {
                kind: ErrorKind::WrongKind {
                    key: name.into(),
                    expected: "a mapping",
                },
                span: node.span(),
            });
            return None;
        }
        for (key, _) in node.entries() {
            let written = key.visible_str().unwrap_or("");
            if !known.contains(&written) {
                let nearest = closest(written, known.iter().copied());
                errors.push(Error {
                    kind: ErrorKind::UnknownKey {
                        name: written.into(),
                        // The names live as long as the program; `closest` can't know.
                        nearest: known.iter().copied().find(|it| Some(*it) == nearest),
                    },
                    span: key.span(),
                });
            }
        }
        Some(Fields { node, errors })
    }

    pub(super) fn error(&mut self, kind: ErrorKind, span: Span) {
        self.errors.push(Error { kind, span });
    }

    /// The value of a key; a `null` is as good as none.
    pub(super) fn get(&self, key: &str) -> Option<Node<'t>> {
        self.node.get(key).filter(|it| it.kind() != Kind::Null)
    }

    /// The value of a key that must be there.
    pub(super) fn required(&mut self, key: &'static str) -> Option<Node<'t>> {
        let found = self.get(key);
        if found.is_none() {
            self.error(ErrorKind::Missing(key), self.node.span().at_start());
        }
        found
    }

    /// The text of a key, if it is there.
    pub(super) fn text(&mut self, key: &str) -> Option<Spanned<Box<str>>> {
        let node = self.get(key)?;
        let text = scalar(node);
        if text.is_none() {
            self.wrong(key, "a string", node.span());
        }
        text.map(|text| Spanned::new(text, node.span()))
    }

    /// The text of a key, without its place.
    pub(super) fn plain(&mut self, key: &str) -> Option<Box<str>> {
        self.text(key).map(|text| text.value)
    }

    /// One of several words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &'static [&'static str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let found = self.text(key)?;
        match parse(&found.value) {
            Some(value) => Some(Spanned::new(value, found.span)),
            None => {
                let kind = ErrorKind::UnknownWord {
                    key,
                    found: found.value,
                    expected: words,
                };
                self.error(kind, found.span);
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        let value = node.as_bool();
        if value.is_none() {
            self.wrong(key, "`true` or `false`", node.span());
        }
        value
    }

    /// A list of texts, or one.
    pub(super) fn texts(&mut self, key: &str) -> Vec<Box<str>> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        texts(node).unwrap_or_else(|| {
            self.wrong(key, "a string or a list of strings", node.span());
            Vec::new()
        })
    }

    /// A mapping of names to texts, or lists of them; whatever the names.
    pub(super) fn named(&mut self, key: &str) -> Vec<Named> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        let read = node.entries().map(|(name, value)| {
            let place = name.span();
            Some((Spanned::new(name.as_str()?.into(), place), texts(value)?))
        });
        let found = match node.kind() {
            Kind::Mapping => read.collect::<Option<Vec<_>>>(),
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.wrong(key, "a mapping of strings", node.span());
            Vec::new()
        })
    }

    fn wrong(&mut self, key: &str, expected: &'static str, span: Span) {
        let key = key.into();
        self.error(ErrorKind::WrongKind { key, expected }, span);
    }
}

/// A name of the user's choice, and its texts.
pub(super) type Named = (Spanned<Box<str>>, Vec<Box<str>>);

/// The text of a string, number or truth value.
fn scalar(node: Node<'_>) -> Option<Box<str>> {
    let truth = node.as_bool().map(|it| if it { "true" } else { "false" });
    let text = node.as_str().or(node.number()).or(truth);
    text.map(Into::into)
}

fn texts(node: Node<'_>) -> Option<Vec<Box<str>>> {
    match node.kind() {
        Kind::Sequence => node.items().map(scalar).collect(),
        _ => Some(vec![scalar(node)?]),
    }
}
