//! Policies, statements, and the set of policies in force.

use super::{ActionPattern, Arn, Condition, Dialect, Pattern, Piece};
use crate::source::{Span, Spanned, Text};

/// A policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `Version`, as written.
    pub version: Option<Spanned<Box<str>>>,
    /// The language that the version chooses.
    pub dialect: Dialect,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The whole document.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`, which has no effect on decisions.
    pub sid: Option<Spanned<Box<str>>>,
    /// Allow or Deny.
    pub effect: Spanned<Effect>,
    /// `Action` or `NotAction`.
    pub actions: Clause<Spanned<ActionPattern>>,
    /// `Resource` or `NotResource`.
    pub resources: Clause<Resource>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The whole statement.
    pub span: Span,
}

/// What a statement does when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Allows, unless something denies.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

/// A list that says what is meant, or what is not.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause<T> {
    /// `Action`, `Resource`: one of these.
    Only(Vec<T>),
    /// `NotAction`, `NotResource`: none of these.
    AllBut(Vec<T>),
}

impl<T> Clause<T> {
    /// The entries as written, whichever way they are meant.
    pub fn entries(&self) -> &[T] {
        match self {
            Clause::Only(entries) | Clause::AllBut(entries) => entries,
        }
    }

    /// The entries of `Action` or `Resource`; none for the negated form.
    pub fn only(&self) -> &[T] {
        match self {
            Clause::Only(entries) => entries,
            Clause::AllBut(_) => &[],
        }
    }
}

/// An entry of `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The entry as written.
    pub text: Text,
    /// What it means.
    pub pattern: Pattern,
    /// Its six segments, if it has them.
    pub arn: Option<Arn>,
    /// Where it stands.
    pub span: Span,
}

impl Resource {
    /// The resource that `text`, standing at `span`, writes.
    pub fn new(text: Text, span: Span, dialect: Dialect) -> Resource {
        let pattern = Pattern::parse(&text, dialect);
        let arn = Arn::parse(&pattern);
        Resource {
            text,
            pattern,
            arn,
            span,
        }
    }

    /// Whether what the resource is about is left open, behind partition, Region and account.
    pub fn has_open_name(&self) -> bool {
        match &self.arn {
            Some(arn) => arn.resource().has_reference(),
            None => self.pattern.has_reference(),
        }
    }

    /// Whether even the type of the resource is left open.
    pub fn is_open(&self) -> bool {
        let Some(arn) = &self.arn else {
            return self.pattern.has_reference();
        };
        let first = arn.resource().pieces().first();
        first.is_some_and(|piece| matches!(piece.value, Piece::Reference(_)))
    }
}

impl Statement {
    /// Whether a value is left open in it.
    pub fn has_open_part(&self) -> bool {
        let mut actions = self.actions.entries().iter();
        let mut resources = self.resources.entries().iter();
        actions.any(|it| it.value.known().is_none())
            || resources.any(|it| it.pattern.has_reference())
            || self.conditions.iter().any(Condition::has_open_value)
    }

    /// Whether `Action` covers, or `NotAction` leaves, this action.
    pub fn covers_action(&self, action: &str) -> bool {
        let is_listed = |list: &[Spanned<ActionPattern>]| {
            list.iter().any(|pattern| pattern.value.matches(action))
        };
        match &self.actions {
            Clause::Only(list) => is_listed(list),
            Clause::AllBut(list) => !is_listed(list),
        }
    }
}

/// What a policy is attached to; decides for which requests it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attachment {
    /// An X.509 certificate.
    Certificate,
    /// A thing group of the device: in force only while the connection is tied to the thing.
    ThingGroup,
    /// An Amazon Cognito identity.
    CognitoIdentity,
    /// The IAM role of a Cognito identity pool.
    CognitoRole,
    /// The answer of a custom authorizer.
    CustomAuthorizer,
    /// An IAM user or role (requests signed with SigV4).
    Iam,
}

/// A policy and what it is attached to.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// The policy.
    pub policy: Policy,
    /// What it is attached to.
    pub attachment: Attachment,
}

/// The policies in force for one device; without any, everything is implicitly denied.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PolicySet {
    /// The policies, in the order in which they were given.
    pub policies: Vec<Attached>,
}

/// A statement of a [`PolicySet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementId {
    /// Index of the policy.
    pub policy: usize,
    /// Index of the statement in it.
    pub statement: usize,
}

impl PolicySet {
    /// The set of policies that are all attached to one certificate.
    pub fn of_certificate(policies: impl IntoIterator<Item = Policy>) -> PolicySet {
        let attach = |policy| Attached {
            policy,
            attachment: Attachment::Certificate,
        };
        PolicySet {
            policies: policies.into_iter().map(attach).collect(),
        }
    }

    /// All statements with their ids.
    pub fn statements(&self) -> impl Iterator<Item = (StatementId, &Statement)> {
        self.policies
            .iter()
            .enumerate()
            .flat_map(|(policy, attached)| {
                let numbered = attached.policy.statements.iter().enumerate();
                numbered.map(move |(statement, it)| (StatementId { policy, statement }, it))
            })
    }

    /// The statement of an id of this set.
    pub fn statement(&self, id: StatementId) -> Option<&Statement> {
        self.policies
            .get(id.policy)?
            .policy
            .statements
            .get(id.statement)
    }
}
