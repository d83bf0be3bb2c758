//! From rights to policies of at most as many characters as AWS IoT takes.

use super::grants::{Grant, Level, identity_level, in_policy, readable};
use super::names;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::print::{Value, json_compact};
use crate::facts::{NameKind, limit};
use crate::fleet::emit;
use crate::fleet::plan::{
    Deployment, DevicePolicy, Note, NoteKind, Origin, Resource, Right, Statement,
};
use crate::fleet::spec::{Budget, FleetSpec};
use crate::fleet::{Error, ErrorKind};
use crate::model::{self, Key, ResourceKind, is_reserved};
use crate::source::{Span, Spanned};

mod documented;
mod sizes;

use sizes::Sizes;

/// The name of the device policy, behind fleet and environment.
const POLICY: &str = "device";
/// The order of statements.
const RIGHTS: [Right; 4] = [
    Right::Publish,
    Right::RetainPublish,
    Right::Subscribe,
    Right::Receive,
];

/// The policies that grant these rights, and credentials by these role aliases. What fits is measured with
/// the name of the widest Region.
pub(super) fn policies(
    grants: Vec<Grant>,
    aliases: Vec<Resource>,
    spec: &FleetSpec,
    (deployment, widest_region): (&Deployment, &str),
    chosen: &mut Chosen,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Vec<DevicePolicy> {
    let room = &spec.policy;
    let most = |written: Option<&Spanned<u64>>, limit: u64, errors: &mut Vec<Error>| {
        let written = written?;
        if !(1..=limit).contains(&written.value) {
            let kind = ErrorKind::Room { limit };
            errors.push(Error::new(kind, written.span));
        }
        Some(written.value.min(limit) as usize)
    };
    let most_chars = most(
        room.characters.as_ref(),
        limit::POLICY_DOCUMENT_CHARS,
        errors,
    );
    let most_chars = most_chars.unwrap_or(limit::POLICY_DOCUMENT_CHARS as usize);
    let most_policies = most(
        room.policies.as_ref(),
        limit::POLICIES_PER_PRINCIPAL,
        errors,
    );
    let writer = Writer {
        most_chars,
        deployment,
        connect: Origin {
            span: spec.things.name.span,
            path: "things.name".to_owned(),
        },
        aliases,
        widening: widest_region.len().saturating_sub(deployment.region.len()),
    };
    let grants = documented::merged(grants, notes);
    let policies = match spec.policy.budget {
        Budget::OwnSubtree => {
            let rounded = writer.round(grants, most_policies.unwrap_or(1), chosen, notes);
            match most_policies {
                Some(_) => writer.split(&rounded),
                None => vec![writer.policy(POLICY, &rounded, true)],
            }
        }
        Budget::Exact => writer.split(&grants),
        Budget::Split => {
            let most = most_policies.unwrap_or(limit::POLICIES_PER_PRINCIPAL as usize);
            let rounded = writer.round(grants, most, chosen, notes);
            writer.split(&rounded)
        }
    };
    for policy in &policies {
        let chars = chars(policy);
        if chars > most_chars {
            let kind = ErrorKind::PolicyTooLong {
                chars,
                limit: most_chars as u64,
            };
            errors.push(Error::new(kind, writer.connect.span));
        }
        let (kind, what) = (NameKind::Policy, "the policy");
        names::check_name(kind, what, &policy.name, spec.fleet.span, errors);
    }
    let limit = match (spec.policy.budget, most_policies) {
        (Budget::OwnSubtree, most) => most.unwrap_or(1) as u64,
        (Budget::Exact | Budget::Split, Some(most)) => most as u64,
        (Budget::Exact | Budget::Split, None) => limit::POLICIES_PER_PRINCIPAL,
    };
    if policies.len() as u64 > limit {
        let kind = ErrorKind::TooManyPolicies {
            policies: policies.len(),
            limit,
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

/// The same of an ARN alone, without quotes.
fn arn_chars(arn: &str) -> usize {
    let text = json_compact(&Value::from(arn));
    let chars = text.chars().filter(|c| !c.is_whitespace()).count();
    chars.saturating_sub(2)
}

/// The policy that each right is in, by the right and its text.
type Packing<'w> = BTreeMap<(Right, &'w str), usize>;

/// The roundings that were chosen so far: environments mostly ask for the same.
#[derive(Debug, Default)]
pub(super) struct Chosen(Vec<(Asked, Vec<Rounding>)>);

/// All that the choice of roundings hangs on.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    sizes: Sizes,
    written: Vec<Written>,
    most_chars: usize,
    policies: usize,
}

struct Writer<'d> {
    /// The most characters of a policy.
    most_chars: usize,
    deployment: &'d Deployment,
    /// What asked for the right to connect.
    connect: Origin,
    /// The role aliases that a device gets credentials by.
    aliases: Vec<Resource>,
    /// How many characters more an ARN takes in the widest Region.
    widening: usize,
}

/// A right with its text and what that takes in a policy: all that rounding and splitting look at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    right: Right,
    /// Its levels as a policy writes them.
    text: String,
    /// Characters of its ARN.
    chars: usize,
}

/// A prefix that one right may be rounded up to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rounding {
    right: Right,
    /// Levels of the prefix.
    prefix: Vec<Level>,
    /// The same as a policy writes them, with a `/` behind: whatever begins so is covered.
    text: String,
}

impl Rounding {
    fn new(right: Right, prefix: &[Level]) -> Rounding {
        Rounding {
            right,
            prefix: prefix.to_vec(),
            text: format!("{}/", in_policy(prefix)),
        }
    }

    fn covers(&self, grant: &Grant) -> bool {
        grant.right == self.right
            && grant.levels.len() > self.prefix.len()
            && grant.levels.starts_with(&self.prefix)
    }

    fn covers_text(&self, written: &Written) -> bool {
        written.right == self.right && written.text.starts_with(&self.text)
    }

    fn levels(&self) -> Vec<Level> {
        let mut levels = self.prefix.clone();
        levels.push(Level::Rest);
        levels
    }
}

impl Writer<'_> {
    /// Whether a policy is within what is asked for.
    fn is_within(&self, chars: usize) -> bool {
        chars <= self.most_chars
    }

    /// Rounds up what has to be until `policies` hold it: the deepest prefixes first, and of those
    /// only as many as it takes. A rounding that a later one makes needless is taken back.
    fn round(
        &self,
        grants: Vec<Grant>,
        policies: usize,
        known: &mut Chosen,
        notes: &mut Vec<Note>,
    ) -> Vec<Grant> {
        let asked = Asked {
            sizes: Sizes::of(self),
            written: grants.iter().map(|it| self.written(it)).collect(),
            most_chars: self.most_chars,
            policies,
        };
        let chosen = match known.0.iter().find(|(it, _)| *it == asked) {
            Some((_, chosen)) => chosen.clone(),
            None => {
                let chosen = self.choose(&grants, &asked);
                known.0.push((asked, chosen.clone()));
                chosen
            }
        };
        for rounding in &chosen {
            notes.push(note(rounding, &grants));
        }
        apply(&grants, &chosen)
    }

    /// The roundings that it takes.
    fn choose(&self, grants: &[Grant], asked: &Asked) -> Vec<Rounding> {
        let Asked {
            sizes,
            written,
            policies,
            ..
        } = asked;
        let fits = |written: &[Written]| self.packed(sizes, written, *policies).is_some();
        let mut chosen: Vec<Rounding> = Vec::new();
        let mut rounded = written.clone();
        while !fits(&rounded) {
            let Some(next) = self.best(&apply(grants, &chosen), &rounded) else {
                break;
            };
            chosen.push(next);
            rounded = self.rounded(written, &chosen);
        }
        let mut place = 0;
        while place < chosen.len() && fits(&rounded) {
            let mut fewer = chosen.clone();
            fewer.remove(place);
            let without = self.rounded(written, &fewer);
            if fits(&without) {
                (chosen, rounded) = (fewer, without);
            } else {
                place += 1;
            }
        }
        chosen
    }

    fn written(&self, grant: &Grant) -> Written {
        self.write(grant.right, in_policy(&grant.levels))
    }

    fn write(&self, right: Right, text: String) -> Written {
        let chars = arn_chars(&self.resource(right, &text)) + self.widening;
        Written { right, text, chars }
    }

    /// The rights with roundings in the place of what they cover: the shortest prefix that covers a
    /// right stands for it.
    fn rounded(&self, written: &[Written], roundings: &[Rounding]) -> Vec<Written> {
        let whole = roundings
            .iter()
            .map(|it| self.write(it.right, format!("{}*", it.text)));
        let whole: Vec<Written> = whole.collect();
        let covering = |one: &Written| {
            let covering = roundings.iter().zip(&whole);
            let covering = covering.filter(|(rounding, _)| rounding.covers_text(one));
            let shortest = covering.min_by_key(|(rounding, _)| rounding.prefix.len());
            shortest.map(|(_, whole)| whole)
        };
        let rounded = written.iter().map(|it| covering(it).unwrap_or(it).clone());
        rounded.collect()
    }

    /// Of the prefixes that save anything the deepest; of those the one that saves most.
    /// `written` are the grants, one for one.
    fn best(&self, grants: &[Grant], written: &[Written]) -> Option<Rounding> {
        // What an earlier rounding made equal stands in the policy once.
        let once: BTreeMap<(Right, &str), usize> = written
            .iter()
            .map(|it| ((it.right, it.text.as_str()), it.text.len()))
            .collect();
        let mut seen: BTreeSet<(Right, &str)> = BTreeSet::new();
        let mut best: Option<(usize, usize, Rounding)> = None;
        for (grant, text) in grants.iter().zip(written) {
            let Some(own) = identity_level(&grant.levels) else {
                continue;
            };
            // A device's own topics of AWS are of many features: the level behind the thing's
            // name tells which.
            let first = own + if is_of_aws(&grant.levels) { 2 } else { 1 };
            let ends = text.text.match_indices('/').enumerate();
            for (place, (end, _)) in ends {
                let length = place + 1;
                let Some(prefix) = text.text.get(..=end).filter(|_| length >= first) else {
                    continue;
                };
                let right = grant.right;
                if !seen.insert((right, prefix)) {
                    continue;
                }
                let covered = once.range((right, prefix)..);
                let covered = covered
                    .take_while(|((other, text), _)| *other == right && text.starts_with(prefix));
                let overhead = self.resource(right, "").len() + 3;
                let before: usize = covered.map(|(_, length)| length + overhead).sum();
                let saved = before.saturating_sub(prefix.len() + 1 + overhead);
                let is_better = best
                    .as_ref()
                    .is_none_or(|it| (length, saved) > (it.0, it.1));
                if saved > 0 && is_better {
                    let prefix = grant.levels.get(..length).unwrap_or(&[]);
                    best = Some((length, saved, Rounding::new(right, prefix)));
                }
            }
        }
        best.map(|(_, _, rounding)| rounding)
    }

    /// Which rights go into which policy: each is filled before the next is begun. `None` when that
    /// takes more policies than these.
    fn packed<'w>(
        &self,
        sizes: &Sizes,
        written: &'w [Written],
        most: usize,
    ) -> Option<Packing<'w>> {
        let mut packing = Packing::new();
        let (mut place, mut size) = (0, sizes.begin(true));
        let mut is_empty = true;
        for right in RIGHTS {
            for one in written.iter().filter(|it| it.right == right) {
                if packing.contains_key(&(right, one.text.as_str())) {
                    continue;
                }
                let mut longer = sizes.with(size, right, one.chars);
                if !self.is_within(longer.chars) && !is_empty {
                    place += 1;
                    longer = sizes.with(sizes.begin(false), right, one.chars);
                }
                if place >= most || !self.is_within(longer.chars) {
                    return None;
                }
                (size, is_empty) = (longer, false);
                packing.insert((right, one.text.as_str()), place);
            }
        }
        Some(packing)
    }

    /// As many policies as it takes; a single one that is too long when a right fits into none.
    fn split(&self, grants: &[Grant]) -> Vec<DevicePolicy> {
        let sizes = Sizes::of(self);
        let written: Vec<Written> = grants.iter().map(|it| self.written(it)).collect();
        let packing = self.packed(&sizes, &written, usize::MAX);
        let packing = packing.unwrap_or_default();
        let place = |one: &Written| {
            let place = packing.get(&(one.right, one.text.as_str()));
            place.copied().unwrap_or(0)
        };
        let count = packing.values().max().map_or(1, |last| last + 1);
        let policy = |number: usize| {
            let name = match number {
                0 => POLICY.to_owned(),
                number => format!("{POLICY}-{}", number + 1),
            };
            let own = grants.iter().zip(&written);
            let own = own.filter(|(_, written)| place(written) == number);
            let own: Vec<Grant> = own.map(|(grant, _)| grant.clone()).collect();
            self.policy(&name, &own, number == 0)
        };
        (0..count).map(policy).collect()
    }

    fn policy(&self, name: &str, grants: &[Grant], connects: bool) -> DevicePolicy {
        let mut statements = Vec::new();
        if connects {
            statements.push(self.connect());
            if !self.aliases.is_empty() {
                statements.push(Statement {
                    action: model::ASSUME_ROLE_WITH_CERTIFICATE,
                    resources: self.aliases.clone(),
                    // Of such a request AWS documents nothing of the thing; the role asks for its name.
                    only_attached: false,
                });
            }
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
