//! What a policy takes while it grows, in characters.

use super::super::grants::Grant;
use super::{POLICY, RIGHTS, Writer, arn_chars, chars};
use crate::fleet::plan::Right;

/// What the parts of a policy take, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// A policy without statements.
    empty: usize,
    /// The statement that lets a device connect.
    connect: usize,
    /// A statement of each right, without its resources, in the order of [`RIGHTS`].
    statements: [usize; RIGHTS.len()],
}

/// The size of a policy that grows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growing {
    /// Its characters.
    pub(super) chars: usize,
    statements: usize,
    /// The right of the last statement, and how many resources it has.
    last: Option<(Right, usize)>,
}

impl Sizes {
    pub(super) fn of(writer: &Writer<'_>) -> Sizes {
        let empty = chars(&writer.policy(POLICY, &[], false));
        let statement = |right: Right| {
            let nothing = Grant {
                right,
                levels: Vec::new(),
                origin: writer.connect.clone(),
                may_cross: false,
                over_https: false,
                is_will: false,
            };
            let of_arn = arn_chars(&writer.arn(&nothing));
            chars(&writer.policy(POLICY, &[nothing], false)) - empty - of_arn
        };
        let first = 1 + writer.aliases.len();
        Sizes {
            empty,
            connect: chars(&writer.policy(POLICY, &[], true)) - empty + first * writer.widening,
            statements: RIGHTS.map(statement),
        }
    }

    pub(super) fn begin(&self, connects: bool) -> Growing {
        let connect = if connects { self.connect } else { 0 };
        Growing {
            chars: self.empty + connect,
            statements: usize::from(connects),
            last: None,
        }
    }

    /// The policy with one resource more; rights come in the order of [`RIGHTS`].
    pub(super) fn with(&self, policy: Growing, right: Right, chars: usize) -> Growing {
        // `"`, `"` and `,` around a further resource; brackets around more than one.
        match policy.last {
            Some((last, resources)) if last == right => Growing {
                chars: policy.chars + chars + 3 + if resources == 1 { 2 } else { 0 },
                last: Some((right, resources + 1)),
                ..policy
            },
            _ => {
                let own = RIGHTS.iter().zip(self.statements);
                let own: usize = own.filter(|it| *it.0 == right).map(|it| it.1).sum();
                Growing {
                    chars: policy.chars + own + chars + usize::from(policy.statements > 0),
                    statements: policy.statements + 1,
                    last: Some((right, 1)),
                }
            }
        }
    }
}
