//! What can be wrong with a CA in AWS Private CA.

use crate::model::Date;

/// What can be wrong with a CA in AWS Private CA.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivateCaFault {
    /// Of root and signing CA one is made, and the other is there.
    #[error("the stack makes root and signing CA together, or neither of them")]
    HalfMade,
    /// An ARN of a CA that is not there yet.
    #[error("`arn` is that of a signing CA that is there, and the stack makes this one")]
    MadeHasArn,
    /// A factory role for a CA that is not known.
    #[error("the factory role is for one CA, and nothing says which one it is")]
    FactoryNeedsArn,
    /// Someone who can't take a role, or everyone.
    #[error("`{0}` is no account of this spec, and no ARN of a role or user of IAM")]
    Taker(Box<str>),
    /// A text that is no ARN of a private CA.
    #[error("`{0}` is no ARN of a private CA")]
    NotAnArn(Box<str>),
    /// A CA without a name.
    #[error("the CA has no common name")]
    NoCommonName,
    /// A part of a name that not every output can write.
    #[error("the name of a CA has no `{0}` here: Terraform can't write it")]
    Field(&'static str),
    /// Two CAs of one name.
    #[error("two CAs of the stack would be called `{0}`")]
    SameName(Box<str>),
    /// Something that would be valid longer than who signs it.
    #[error("{what} is valid for {days} days, and {issuer} for {limit}: it could not be issued")]
    Outlives {
        /// What would be.
        what: &'static str,
        /// How long.
        days: u32,
        /// Who signs it.
        issuer: &'static str,
        /// How long that is valid.
        limit: u32,
    },
    /// Something that would be valid longer than a CA whose certificate is known.
    #[error("the CA is valid until {until}: today it can't issue a certificate of {days} days")]
    NotIssued {
        /// How long it would be valid.
        days: u32,
        /// The last day of the CA's certificate.
        until: Date,
    },
    /// A long-lived certificate of a CA for short-lived ones.
    #[error(
        "a CA in the mode `short-lived` issues certificates of at most {limit} days, not {days}"
    )]
    ShortLived {
        /// How long it would be valid.
        days: u32,
        /// The limit.
        limit: u64,
    },
}

impl PrivateCaFault {
    /// How to put it right, if that is known.
    pub(super) fn help(&self) -> Option<&'static str> {
        match self {
            PrivateCaFault::HalfMade => Some(
                "name the file of the signing CA's certificate and where its root is, or say of both what is made",
            ),
            PrivateCaFault::MadeHasArn => Some("leave it out"),
            PrivateCaFault::FactoryNeedsArn => Some("say the signing CA's `arn`"),
            PrivateCaFault::Taker(_) => Some(
                "name the role that the factory has, e.g. `arn:aws:iam::111111111111:role/factory`",
            ),
            PrivateCaFault::NoCommonName => Some("say `CN`"),
            PrivateCaFault::SameName(_) => Some("let `CN` differ"),
            PrivateCaFault::Outlives { .. } | PrivateCaFault::NotIssued { .. } => Some(
                "leave room: a certificate that is signed years from now must end before its CA",
            ),
            PrivateCaFault::ShortLived { .. } => Some("say fewer `validDays`, or leave out `mode`"),
            PrivateCaFault::NotAnArn(_) | PrivateCaFault::Field(_) => None,
        }
    }
}
