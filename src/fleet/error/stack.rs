//! What can be wrong with `stack`.

/// What can be wrong with the furniture of stacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StackFault {
    /// All names would be one.
    #[error("`{{resource}}` stands in the names {count} times")]
    Resource {
        /// How often it does.
        count: usize,
    },
    /// The names are those of other fleets too.
    #[error("another fleet in the account may have the same names")]
    NotOwn,
    /// A tag that AWS keeps for itself.
    #[error("tags that begin with `{0}` are made by AWS only")]
    ReservedTag(&'static str),
    /// A boundary that is no policy of the account.
    #[error("the boundary is no policy of account {account}")]
    Boundary {
        /// The account.
        account: Box<str>,
    },
    /// A role that is no role of the account.
    #[error("it is no role of account {account}")]
    Role {
        /// The account.
        account: Box<str>,
    },
    /// A name of no method, or of one that has no table.
    #[error("no method `{method}` has such a thing")]
    Method {
        /// What is written.
        method: Box<str>,
        /// The name that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A key, queue or topic that is elsewhere.
    #[error("it is no {what} in Region {region} of account {account}")]
    Elsewhere {
        /// What it should be.
        what: &'static str,
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// A number of days that CloudWatch Logs does not know.
    #[error("a log is not kept for {days} days")]
    Retention {
        /// What is written.
        days: u32,
        /// The numbers around it.
        near: Vec<u32>,
    },
}

impl StackFault {
    /// How to put it right.
    pub fn help(&self) -> String {
        match self {
            StackFault::Resource { .. } => {
                "write it once, e.g. `{fleet}-{env}-{resource}`".to_owned()
            }
            StackFault::NotOwn => "let `{fleet}` or a word of your own stand in them".to_owned(),
            StackFault::ReservedTag(_) => "choose another name".to_owned(),
            StackFault::Boundary { account } => format!(
                "name one, e.g. `arn:{{partition}}:iam::{account}:policy/boundary`; `{{account}}` is the account's number"
            ),
            StackFault::Role { account } => format!(
                "name one, e.g. `arn:{{partition}}:iam::{account}:role/provisioning`; `{{account}}` is the account's number"
            ),
            StackFault::Method { nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => {
                    "name an entry of `provision`; a table has one with an `allowList`".to_owned()
                }
            },
            StackFault::Elsewhere { .. } => {
                "name one that is there; `{region}` and `{account}` are those of the stack"
                    .to_owned()
            }
            StackFault::Retention { near, .. } => {
                let near: Vec<String> = near.iter().map(|it| format!("`{it}`")).collect();
                format!("say {}", near.join(" or "))
            }
        }
    }
}
