//! Values that a document leaves open: what is known of them, and what they keep from being proved.
//!
//! To the engine an open value of a resource is any text, in an Allow; in a Deny it reaches nothing.
//! So a proof that something can't be done holds whatever the value is. Two things it does not
//! cover, and they are found here: what may be a whole statement or action, and proofs that
//! something *can* be done.

use super::Place;
use crate::facts;
use crate::model::{
    Arn, Attached, Clause, Condition, Effect, Pattern, Piece, Policy, PolicySet, Resource,
    Statement,
};
use crate::source::{Span, Spanned};

impl Place {
    /// The same policies, deployed in this place: what is left open in the head of an ARN is the
    /// place's partition, Region and account. What is left open behind it stays so.
    pub fn fill(&self, set: &PolicySet) -> PolicySet {
        let mut set = set.clone();
        for attached in &mut set.policies {
            for statement in &mut attached.policy.statements {
                match &mut statement.resources {
                    Clause::Only(list) | Clause::AllBut(list) => {
                        list.iter_mut().for_each(|it| self.fill_resource(it));
                    }
                }
            }
        }
        set
    }

    fn fill_resource(&self, resource: &mut Resource) {
        let has_slash = |segment: &Pattern| {
            let mut pieces = segment.pieces().iter();
            pieces.any(|it| matches!(&it.value, Piece::Literal(text) if text.contains('/')))
        };
        let is_open = |arn: &&Arn| arn.head().iter().any(Pattern::has_reference);
        let filled = match &resource.arn {
            // With a slash in front of the fifth colon, an open value hides some of them.
            Some(arn) if !arn.head().iter().any(has_slash) => Some(arn)
                .filter(is_open)
                .map(|arn| self.filled_arn(arn, resource.span)),
            Some(_) | None => self.filled_prefix(&resource.pattern, resource.span),
        };
        if let Some(pattern) = filled {
            resource.arn = Arn::parse(&pattern);
            resource.pattern = pattern;
        }
    }

    /// An ARN in which each segment of the head that is one open value is the place's own.
    fn filled_arn(&self, arn: &Arn, span: Span) -> Pattern {
        let Place {
            partition,
            region: (region, _),
            account: (account, _),
        } = self;
        let own = ["arn", partition, facts::SERVICE, region, account];
        let mut pieces = Vec::new();
        for (segment, own) in arn.head().iter().zip(own) {
            match segment.pieces() {
                [only] if is_open(only) => pieces.push(literal(own, span)),
                several => pieces.extend(several.iter().cloned()),
            }
            pieces.push(literal(":", span));
        }
        pieces.extend(arn.resource().pieces().iter().cloned());
        Pattern::from_pieces(pieces)
    }

    /// A pattern of fewer than six segments, as `arn:aws:iot:{Place}:topic/a`: an open value before
    /// the last colon of the head hides the others.
    fn filled_prefix(&self, pattern: &Pattern, span: Span) -> Option<Pattern> {
        let pieces = pattern.pieces();
        let (at, rest) = behind_last_colon(pieces)?;
        let head = self.head();
        let is_own = match &pieces.first()?.value {
            Piece::Literal(start) => head.starts_with(&**start),
            Piece::Reference(_) => true,
            Piece::AnyChar | Piece::AnyRun | Piece::Variable(_) => false,
        };
        if !is_own || !pieces.iter().take(at).any(is_open) {
            return None;
        }
        let filled = [literal(&head, span), literal(rest, span)];
        let behind = pieces.iter().skip(at + 1).cloned();
        Some(Pattern::from_pieces(filled.into_iter().chain(behind)))
    }
}

fn literal(text: &str, span: Span) -> Spanned<Piece> {
    Spanned::new(Piece::Literal(text.into()), span)
}

fn is_open(piece: &Spanned<Piece>) -> bool {
    matches!(piece.value, Piece::Reference(_))
}

/// The last colon before the first slash, with the index of its piece and what follows it there.
fn behind_last_colon(pieces: &[Spanned<Piece>]) -> Option<(usize, &str)> {
    let mut found = None;
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Literal(text) = &piece.value else {
            continue;
        };
        let head = text.split('/').next().unwrap_or("");
        if let Some(colon) = head.rfind(':') {
            found = text.get(colon + 1..).map(|rest| (at, rest));
        }
        if head.len() < text.len() {
            break;
        }
    }
    found
}

/// Where policies are left open such that something can't be proved of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// A place that may be a statement or an action: nothing is proved.
    pub statements: Option<Span>,
    /// A place that may deny, or allow in some deployments only: nothing is proved to be possible.
    pub grants: Option<Span>,
}

impl Gaps {
    /// The gaps of policies that were filled for a place. `open` are the places that their documents
    /// leave open.
    pub fn of(set: &PolicySet, open: &[Span]) -> Gaps {
        let statements = || set.statements().map(|(_, statement)| statement);
        let holds = |open: Span| statements().find(|it| it.span.contains(open));
        let is_action = |statement: &Statement, open: Span| {
            let mut actions = statement.actions.entries().iter();
            actions.any(|it| it.span == open)
        };
        let is_resource = |statement: &Statement, open: Span| {
            let mut resources = statement.resources.entries().iter();
            resources.any(|it| it.span == open)
        };
        let hides = |open: &&Span| holds(**open).is_none_or(|it| is_action(it, **open));
        let is_unsure = |open: &&Span| holds(**open).is_none_or(|it| !is_resource(it, **open));
        let denies = statements().find(|it| it.effect.value == Effect::Deny && it.has_open_part());
        Gaps {
            statements: open.iter().find(hides).copied(),
            grants: open
                .iter()
                .find(is_unsure)
                .copied()
                .or(denies.map(|it| it.span)),
        }
    }
}

/// The same policies without what allows in some deployments only.
pub fn sure_grants(set: &PolicySet) -> PolicySet {
    let attached = |attached: &Attached| Attached {
        policy: Policy {
            statements: attached
                .policy
                .statements
                .iter()
                .filter_map(sure_statement)
                .collect(),
            ..attached.policy.clone()
        },
        ..attached.clone()
    };
    PolicySet {
        policies: set.policies.iter().map(attached).collect(),
    }
}

fn sure_statement(statement: &Statement) -> Option<Statement> {
    if statement.effect.value == Effect::Deny {
        return Some(statement.clone());
    }
    if statement.conditions.iter().any(Condition::has_open_value) {
        return None;
    }
    let resources = match &statement.resources {
        Clause::Only(list) => {
            let sure = list.iter().filter(|it| !it.pattern.has_reference());
            Clause::Only(sure.cloned().collect())
        }
        Clause::AllBut(list) if list.iter().any(|it| it.pattern.has_reference()) => return None,
        Clause::AllBut(list) => Clause::AllBut(list.clone()),
    };
    Some(Statement {
        resources,
        ..statement.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact;
    use crate::document::{Document, Syntax};
    use crate::source::{Source, SourceId, Text};

    /// The policies of a stack with one policy of these statements, and what it leaves open.
    fn read(statements: &str) -> (PolicySet, Vec<Span>) {
        let text = format!(
            "Resources:\n  P:\n    Type: AWS::IoT::Policy\n    Properties:\n      PolicyDocument:\n        \
             Version: '2012-10-17'\n        Statement: {statements}\n"
        );
        let source = Source::new("a", text);
        let text = Text::of_source(SourceId::new(0), &source);
        let artifacts = artifact::read(&Document::parse(&text, Syntax::Yaml));
        let policies = artifacts.policies().map(|it| it.policy.clone());
        (PolicySet::of_certificate(policies), artifacts.unresolved)
    }

    fn resources(set: &PolicySet) -> Vec<String> {
        let statements = set.statements();
        statements
            .flat_map(|(_, it)| it.resources.entries())
            .map(|it| it.pattern.to_string())
            .collect()
    }

    #[test]
    fn heads_are_filled_and_names_stay_open() {
        let (set, _) = read(
            "[{Effect: Allow, Action: iot:Publish, Resource: [\
             !Sub 'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:topic/a/${Name}', \
             !Sub 'arn:aws:iot:${Place}:topic/a:b', !Sub '${Head}:topic/a', \
             !Sub 'arn:aws:iot:eu-${Part}:1:topic/a', !Ref Whole]}]",
        );
        let filled = Place::of(&PolicySet::default()).fill(&set);
        assert_eq!(
            resources(&filled),
            [
                "arn:aws:iot:us-east-1:123456789012:topic/a/{Name}",
                "arn:aws:iot:us-east-1:123456789012:topic/a:b",
                "arn:aws:iot:us-east-1:123456789012:topic/a",
                "arn:aws:iot:eu-{Part}:1:topic/a",
                "{Whole}",
            ]
        );
        let with_arn = |set: &PolicySet| {
            let statements = set.statements();
            let resources = statements.flat_map(|(_, it)| it.resources.entries());
            resources.filter(|it| it.arn.is_some()).count()
        };
        assert_eq!(with_arn(&filled), 4);
        assert_eq!(resources(&sure_grants(&filled)).len(), 2);
    }

    #[test]
    fn gaps_are_what_may_be_a_statement_or_deny() {
        let allow = "Effect: Allow, Action: iot:Publish, Resource";
        let deny = "Effect: Deny, Action: iot:Publish, Resource";
        let gaps = |statements: &str| {
            let (set, open) = read(statements);
            let gaps = Gaps::of(&set, &open);
            (gaps.statements.is_some(), gaps.grants.is_some())
        };
        for (statements, expected) in [
            (format!("[{{{allow}: '*'}}]"), (false, false)),
            (
                format!("[{{{allow}: !Sub 'arn:aws:iot:x:1:topic/${{A}}'}}]"),
                (false, false),
            ),
            (format!("[{{{allow}: !Ref Whole}}]"), (false, false)),
            (format!("[{{{deny}: !Ref Whole}}]"), (false, true)),
            (format!("[{{{allow}: '*'}}, !Ref Other]"), (true, true)),
            (
                "[{Effect: Allow, Action: !Ref A, Resource: '*'}]".to_owned(),
                (true, true),
            ),
            (format!("[{{{allow}: !If [A, '*', 'b']}}]"), (false, true)),
        ] {
            assert_eq!(gaps(&statements), expected, "{statements}");
        }
    }
}
