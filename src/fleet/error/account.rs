//! What can be wrong with account specs, and with fleets that name one.

/// What can be wrong with account specs, and with fleets that name one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// An account spec that a fleet names and that can't be used.
    #[error("`{path}`: {fault}")]
    Unusable {
        /// Its file.
        path: Box<str>,
        /// Why not.
        fault: Box<str>,
    },
    /// A place that the account spec does not have.
    #[error("`{path}` has no settings for account `{account}`, `{region}`")]
    NotCovered {
        /// Its file.
        path: Box<str>,
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// One place in two environments.
    #[error("account `{account}` has its settings in `{region}` once, and these are the second")]
    Twice {
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// No setting.
    #[error("no setting is asked for: `logging`, `indexing` or `audit`")]
    Nothing,
    /// A Region without audits.
    #[error("`{0}` has no resource for audits")]
    NoAudit(Box<str>),
    /// A check that Device Defender does not know.
    #[error("there is no check `{name}` of Device Defender")]
    UnknownCheck {
        /// Its name.
        name: Box<str>,
        /// The nearest known one.
        nearest: Option<Box<str>>,
    },
}

impl AccountFault {
    /// How to put it right.
    pub fn help(&self) -> Option<String> {
        match self {
            AccountFault::UnknownCheck {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            AccountFault::NotCovered { .. } => {
                Some("add an environment with them to the account spec".to_owned())
            }
            AccountFault::Unusable { .. }
            | AccountFault::Twice { .. }
            | AccountFault::Nothing
            | AccountFault::NoAudit(_)
            | AccountFault::UnknownCheck { nearest: None, .. } => None,
        }
    }
}
