//! What AWS IoT would refuse in a policy document.

use std::fmt;

/// Something in a policy document that AWS IoT would refuse, or read in another way than meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The document, or a statement of it, is no object.
    NotAnObject(Part),
    /// `Version` is missing, or an old one.
    OldVersion {
        /// Whether the document has `${…}`, which then is plain text.
        has_variables: bool,
        /// What stands there.
        found: Option<Box<str>>,
    },
    /// A `Version` that is none.
    UnknownVersion(Box<str>),
    /// An element that the statement or document needs.
    Missing {
        /// e.g. `Effect`
        element: &'static str,
        /// Where it is missing.
        part: Part,
    },
    /// An element and its negation, e.g. `Action` and `NotAction`.
    Both(&'static str, &'static str),
    /// An element that policies don't have.
    UnknownElement {
        /// As written.
        name: Box<str>,
        /// The nearest that they have.
        nearest: Option<&'static str>,
    },
    /// `Principal`, which is for IAM.
    Principal,
    /// An `Effect` other than `Allow` and `Deny`.
    UnknownEffect(Box<str>),
    /// A value of the wrong kind.
    WrongKind {
        /// e.g. `Action`
        element: &'static str,
        /// e.g. `a string or a list of strings`
        expected: &'static str,
    },
    /// A list without entries.
    EmptyList(&'static str),
    /// An operator that IAM does not have.
    UnknownOperator {
        /// As written.
        name: Box<str>,
        /// The nearest that it has.
        nearest: Option<&'static str>,
    },
    /// A resource that is neither `*` nor an ARN.
    NotAnArn,
    /// The Region stands where the account belongs.
    RegionAsAccount(Box<str>),
    /// From here on nothing is read: the policy, or all those of the file, are longer than any that
    /// AWS takes.
    TooLong(Whole),
}

/// What is longer than it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whole {
    /// A policy, over [`super::MAX_POLICY_BYTES`].
    Policy,
    /// The policies of one file together, over [`super::MAX_POLICIES_BYTES`]; those behind are left
    /// out.
    File,
}

/// Where an element is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The whole policy.
    Document,
    /// A statement.
    Statement,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Part::Document => "policy",
            Part::Statement => "statement",
        })
    }
}

impl Problem {
    /// Whether a statement, or all of them, are left out because of it.
    pub(super) fn loses_statement(&self) -> bool {
        match self {
            Problem::NotAnObject(_)
            | Problem::Missing { .. }
            | Problem::Both(..)
            | Problem::UnknownEffect(_)
            | Problem::WrongKind { .. }
            | Problem::TooLong(_) => true,
            Problem::OldVersion { .. }
            | Problem::UnknownVersion(_)
            | Problem::UnknownElement { .. }
            | Problem::Principal
            | Problem::EmptyList(_)
            | Problem::UnknownOperator { .. }
            | Problem::NotAnArn
            | Problem::RegionAsAccount(_) => false,
        }
    }
}
