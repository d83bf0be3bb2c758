//! From rights to policies of at most as many characters as AWS IoT takes.

use super::grants::{Grant, Level, identity_level, in_policy, readable};
use super::names;
use std::collections::BTreeSet;

use crate::document::print::json_compact;
use crate::facts::{NameKind, limit};
use crate::fleet::emit;
use crate::fleet::plan::{
    Deployment, DevicePolicy, Note, NoteKind, Origin, Resource, Right, Statement,
};
use crate::fleet::spec::{Budget, FleetSpec};
use crate::fleet::{Error, ErrorKind};
use crate::model::{self, Key, ResourceKind, is_reserved};
use crate::source::Span;

/// The name of the device policy, behind fleet and environment.
const POLICY: &str = "device";
/// The order of statements.
const RIGHTS: [Right; 4] = [
    Right::Publish,
    Right::RetainPublish,
    Right::Subscribe,
    Right::Receive,
];

/// The policies that grant these rights.
pub(super) fn policies(
    grants: Vec<Grant>,
    spec: &FleetSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Vec<DevicePolicy> {
    let writer = Writer {
        deployment,
        connect: Origin {
            span: spec.things.name.span,
            path: "things.name".to_owned(),
        },
    };
    let policies = match spec.policy.budget {
        Budget::OwnSubtree => {
            let rounded = writer.round(grants, notes);
            vec![writer.policy(POLICY, &rounded, true)]
        }
        Budget::Exact => writer.split(&grants),
    };
    for policy in &policies {
        let chars = chars(policy);
        if chars as u64 > limit::POLICY_DOCUMENT_CHARS {
            let kind = ErrorKind::PolicyTooLong {
                chars,
                limit: limit::POLICY_DOCUMENT_CHARS,
            };
            errors.push(Error::new(kind, writer.connect.span));
        }
        let (kind, what) = (NameKind::Policy, "the policy");
        names::check_name(kind, what, &policy.name, spec.fleet.span, errors);
    }
    if policies.len() as u64 > limit::POLICIES_PER_PRINCIPAL {
        let kind = ErrorKind::TooManyPolicies {
            policies: policies.len(),
            limit: limit::POLICIES_PER_PRINCIPAL,
        };
        errors.push(Error::new(kind, writer.connect.span));
    }
    policies
}

/// Characters as AWS IoT counts them: without white space.
fn chars(policy: &DevicePolicy) -> usize {
    let text = json_compact(&emit::policy_document(policy));
    text.chars().filter(|c| !c.is_whitespace()).count()
}

struct Writer<'d> {
    deployment: &'d Deployment,
    /// What asked for the right to connect.
    connect: Origin,
}

/// A prefix that one right may be rounded up to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rounding {
    right: Right,
    /// Levels of the prefix.
    prefix: Vec<Level>,
}

impl Rounding {
    fn covers(&self, grant: &Grant) -> bool {
        grant.right == self.right
            && grant.levels.len() > self.prefix.len()
            && grant.levels.starts_with(&self.prefix)
    }

    fn levels(&self) -> Vec<Level> {
        let mut levels = self.prefix.clone();
        levels.push(Level::Rest);
        levels
    }
}

impl Writer<'_> {
    /// Rounds up what has to be: the deepest prefixes first, and of those only as many as it
    /// takes. A rounding that a later one makes needless is taken back.
    fn round(&self, grants: Vec<Grant>, notes: &mut Vec<Note>) -> Vec<Grant> {
        let fits = |grants: &[Grant]| {
            chars(&self.policy(POLICY, grants, true)) as u64 <= limit::POLICY_DOCUMENT_CHARS
        };
        let mut chosen: Vec<Rounding> = Vec::new();
        let mut rounded = grants.clone();
        while !fits(&rounded) {
            let Some(next) = self.best(&rounded) else {
                return rounded;
            };
            chosen.push(next);
            rounded = apply(&grants, &chosen);
        }
        let mut place = 0;
        while place < chosen.len() {
            let mut fewer = chosen.clone();
            fewer.remove(place);
            let without = apply(&grants, &fewer);
            if fits(&without) {
                (chosen, rounded) = (fewer, without);
            } else {
                place += 1;
            }
        }
        for rounding in &chosen {
            notes.push(note(rounding, &grants));
        }
        rounded
    }

    /// Of the prefixes that save anything the deepest; of those the one that saves most.
    fn best(&self, grants: &[Grant]) -> Option<Rounding> {
        let mut candidates: Vec<Rounding> = Vec::new();
        for grant in grants {
            let Some(own) = identity_level(&grant.levels) else {
                continue;
            };
            // A device's own topics of AWS are of many features: the level behind the thing's
            // name tells which.
            let first = own + if is_of_aws(&grant.levels) { 2 } else { 1 };
            for length in first..grant.levels.len() {
                let prefix = grant.levels.get(..length).unwrap_or(&[]).to_vec();
                let right = grant.right;
                let candidate = Rounding { right, prefix };
                if !candidates.contains(&candidate) {
                    candidates.push(candidate);
                }
            }
        }
        let saved = |rounding: &Rounding| {
            let covered = grants.iter().filter(|grant| rounding.covers(grant));
            // What an earlier rounding made equal stands in the policy once.
            let written: BTreeSet<String> = covered.map(|grant| self.arn(grant)).collect();
            let before: usize = written.iter().map(|arn| arn.len() + 3).sum();
            let text = in_policy(&rounding.levels());
            let after = self.resource(rounding.right, &text).len() + 3;
            before.saturating_sub(after)
        };
        candidates
            .into_iter()
            .map(|rounding| (rounding.prefix.len(), saved(&rounding), rounding))
            .filter(|(_, saved, _)| *saved > 0)
            // The first of equals: `max_by_key` would take the last.
            .reduce(|best, next| {
                if (next.0, next.1) > (best.0, best.1) {
                    next
                } else {
                    best
                }
            })
            .map(|(_, _, rounding)| rounding)
    }

    /// As many policies as it takes, each filled before the next is begun.
    fn split(&self, grants: &[Grant]) -> Vec<DevicePolicy> {
        let mut policies: Vec<DevicePolicy> = Vec::new();
        let mut current: Vec<Grant> = Vec::new();
        let mut number = 1;
        let name = |number: usize| match number {
            1 => POLICY.to_owned(),
            number => format!("{POLICY}-{number}"),
        };
        let sorted = RIGHTS
            .iter()
            .flat_map(|right| grants.iter().filter(move |grant| grant.right == *right));
        for grant in sorted {
            let mut longer = current.clone();
            longer.push(grant.clone());
            let policy = self.policy(&name(number), &longer, number == 1);
            if chars(&policy) as u64 > limit::POLICY_DOCUMENT_CHARS && !current.is_empty() {
                policies.push(self.policy(&name(number), &current, number == 1));
                number += 1;
                current = vec![grant.clone()];
            } else {
                current = longer;
            }
        }
        policies.push(self.policy(&name(number), &current, number == 1));
        policies
    }

    fn policy(&self, name: &str, grants: &[Grant], connects: bool) -> DevicePolicy {
        let mut statements = Vec::new();
        if connects {
            statements.push(self.connect());
        }
        for right in RIGHTS {
            let mut resources: Vec<Resource> = Vec::new();
            for grant in grants.iter().filter(|grant| grant.right == right) {
                let arn = self.arn(grant);
                match resources.iter_mut().find(|resource| resource.arn == arn) {
                    Some(resource) => {
                        if !resource.origins.contains(&grant.origin) {
                            resource.origins.push(grant.origin.clone());
                        }
                    }
                    None => resources.push(Resource {
                        arn,
                        origins: vec![grant.origin.clone()],
                    }),
                }
            }
            if !resources.is_empty() {
                statements.push(Statement {
                    action: right.action(),
                    resources,
                    only_attached: false,
                });
            }
        }
        DevicePolicy {
            name: self.deployment.name(name),
            statements,
        }
    }

    /// A device connects as the thing that its certificate is attached to.
    fn connect(&self) -> Statement {
        let client = format!(
            "{}/${{{}}}",
            ResourceKind::Client.as_str(),
            Key::ThingName.name()
        );
        Statement {
            action: model::CONNECT,
            resources: vec![Resource {
                arn: self.deployment.arn(&client),
                origins: vec![self.connect.clone()],
            }],
            only_attached: true,
        }
    }

    fn arn(&self, grant: &Grant) -> String {
        self.resource(grant.right, &in_policy(&grant.levels))
    }

    fn resource(&self, right: Right, text: &str) -> String {
        let kind = right.resource_kind().as_str();
        self.deployment.arn(&format!("{kind}/{text}"))
    }
}

/// The rights with roundings in the place of what they cover.
fn apply(grants: &[Grant], roundings: &[Rounding]) -> Vec<Grant> {
    // The shortest prefix that covers a right stands for it.
    let covering = |grant: &Grant| {
        let covering = roundings.iter().filter(|rounding| rounding.covers(grant));
        covering.min_by_key(|rounding| rounding.prefix.len())
    };
    grants
        .iter()
        .map(|grant| match covering(grant) {
            Some(rounding) => Grant {
                levels: rounding.levels(),
                ..grant.clone()
            },
            None => grant.clone(),
        })
        .collect()
}

fn is_of_aws(levels: &[Level]) -> bool {
    let first = levels.first().and_then(Level::text).unwrap_or("");
    is_reserved(&format!("{first}/"))
}

fn note(rounding: &Rounding, grants: &[Grant]) -> Note {
    let covered: Vec<&Grant> = grants.iter().filter(|it| rounding.covers(it)).collect();
    let below = readable(&rounding.prefix);
    // A level that nothing asked for is named such.
    let is_asked_for = |word: &str| {
        let at = rounding.prefix.len();
        let mut levels = covered.iter().filter_map(|grant| grant.levels.get(at));
        levels.any(|level| level.text() == Some(word) || *level == Level::Any)
    };
    let word = if is_asked_for("x") { "x/y/z" } else { "x" };
    let span = covered.first().map(|grant| grant.origin.span);
    Note {
        kind: NoteKind::Rounded {
            action: rounding.right.action(),
            example: format!("{below}/{word}"),
            below: format!("{below}/"),
        },
        // INVARIANT: a rounding covers at least one right, of which it was made.
        span: span.unwrap_or_else(|| Span::new(crate::source::SourceId::new(0), 0, 0)),
    }
}
