//! What `stack` asks for: how names are made, and what every resource of a kind has.

use super::names::{self, DEPLOYMENT_WORDS, check_name, deployment_word, unknown_hole};
use super::{Request, too_many};
use crate::facts::{self, NameKind, limit};
use crate::fleet::composed::Part;
use crate::fleet::error::StackFault;
use crate::fleet::plan::{Alarms, Deployment, Exemption, Furniture, Naming, Note, Registration};
use crate::fleet::spec::{Name, StackSpec};
use crate::fleet::{Error, ErrorKind};
use crate::source::Span;

mod alarms;
mod existing;
mod key;

pub(super) use existing::{
    existing_groups, existing_role, existing_type, known_methods, table_presence,
};

/// The hole that a resource's own name stands in.
const RESOURCE: &str = "resource";

/// What a tag's name can't begin with: those of AWS, and of the tag that tells keys and CAs of a stack apart.
const RESERVED_TAGS: [&str; 2] = ["aws:", "fleetwright:"];

/// How long logs are kept when nothing is said: who was let in is asked long after.
pub(super) const LOG_DAYS: u32 = 365;
/// Checks that a log does not meet that is kept for less.
const OF_SHORT_LOGS: &[Exemption] = &[
    Exemption {
        check: "CKV_AWS_158",
        reason: "no key of your own: the log holds no secrets, and CloudWatch encrypts it",
    },
    Exemption {
        check: "CKV_AWS_338",
        reason: "kept for less than a year: the fleet spec says so",
    },
];

/// How names are made.
pub(super) fn naming(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<Naming> {
    let written = stack.names.as_ref()?;
    let composed = names::parse(written, errors)?;
    let mut sides = vec![String::new()];
    let (mut is_own, mut has_region) = (false, false);
    for part in &composed.parts {
        let text = match &part.value {
            Part::Literal(text) => {
                is_own |= text.contains(|it: char| it.is_ascii_alphabetic());
                &**text
            }
            Part::Hole(name) if **name == *RESOURCE => {
                sides.push(String::new());
                continue;
            }
            Part::Hole(name) => {
                is_own |= **name == *"fleet";
                has_region |= **name == *"region";
                let Some(value) = deployment_word(name, deployment) else {
                    let known: Vec<&str> = [RESOURCE].into_iter().chain(DEPLOYMENT_WORDS).collect();
                    errors.push(Error::new(unknown_hole(name, &known), part.span));
                    return None;
                };
                value
            }
        };
        if let Some(side) = sides.last_mut() {
            side.push_str(text);
        }
    }
    let [before, behind] = &*sides else {
        let count = sides.len() - 1;
        fault(StackFault::Resource { count }, written.span, errors);
        return None;
    };
    if !is_own {
        fault(StackFault::NotOwn, written.span, errors);
    }
    Some(Naming {
        before: before.as_str().into(),
        behind: behind.as_str().into(),
        has_region,
    })
}

/// The path of roles.
pub(super) fn role_path(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<Box<str>> {
    let written = stack.iam.path.as_ref()?;
    let path = filled(written, deployment, errors)?;
    let what = "the path of the roles";
    check_name(NameKind::RolePath, what, &path, written.span, errors);
    Some(path.into())
}

/// How long logs are kept.
fn log_days(stack: &StackSpec, errors: &mut Vec<Error>) -> u32 {
    let Some(written) = &stack.logs.days else {
        return LOG_DAYS;
    };
    let known = facts::retention_days();
    if !known.contains(&written.value) {
        let below = known.iter().rev().find(|it| **it < written.value);
        let above = known.iter().find(|it| **it > written.value);
        let kind = StackFault::Retention {
            days: written.value,
            near: below.into_iter().chain(above).copied().collect(),
        };
        fault(kind, written.span, errors);
    }
    written.value
}

/// What every resource of a kind has.
pub(super) fn furniture(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Furniture {
    Furniture {
        tags: tags(stack, deployment, errors),
        boundary: boundary(stack, deployment, errors),
        key: key::key(stack, deployment, errors),
        concurrency: stack.functions.concurrency,
        dead_letters: key::dead_letters(stack, deployment, errors),
    }
}

/// Gives registrations what they need for the furniture, and plans who is told when one goes wrong.
pub(super) fn furnish(
    stack: &StackSpec,
    furniture: &Furniture,
    deployment: &Deployment,
    registrations: &mut [Registration],
    request: &Request<'_>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<Alarms> {
    let rights = key::rights(furniture.key.as_ref(), furniture.dead_letters.as_ref());
    let days = log_days(stack, errors);
    for function in registrations
        .iter_mut()
        .flat_map(|it| it.way.functions_mut())
    {
        function.role.statements.extend(rights.iter().cloned());
        function.logs.days = days;
        if days < LOG_DAYS {
            function.logs.exemptions = OF_SHORT_LOGS;
        }
    }
    let spec = stack.alarms.as_ref()?;
    alarms::alarms(spec, deployment, registrations, request, errors, notes)
}

fn tags(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Vec<(Box<str>, String)> {
    let spans: Vec<Span> = stack.tags.keys().map(|name| name.span).collect();
    // One more is the stack's own.
    too_many(&spans, "tags", limit::TAGS_PER_RESOURCE - 1, errors);
    let mut tags = Vec::new();
    for (name, value) in stack.tags.iter() {
        let lower = name.value.to_ascii_lowercase();
        for reserved in RESERVED_TAGS {
            if lower.starts_with(reserved) {
                fault(StackFault::ReservedTag(reserved), name.span, errors);
            }
        }
        let what = "the name of a tag";
        check_name(NameKind::TagKey, what, &name.value, name.span, errors);
        let Some(text) = filled(value, deployment, errors) else {
            continue;
        };
        let what = "the value of a tag";
        check_name(NameKind::TagValue, what, &text, value.span, errors);
        tags.push((name.value.clone(), text));
    }
    tags
}

/// A policy of the account, or of AWS.
fn boundary(stack: &StackSpec, deployment: &Deployment, errors: &mut Vec<Error>) -> Option<String> {
    let written = stack.iam.boundary.as_ref()?;
    let arn = filled(written, deployment, errors)?;
    let Deployment {
        partition, account, ..
    } = deployment;
    let heads = [account, "aws"].map(|owner| format!("arn:{partition}:iam::{owner}:policy/"));
    let is_name = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_graphic());
    let mut names = heads.iter().map(|head| arn.strip_prefix(&**head));
    if !names.any(|name| name.is_some_and(is_name)) {
        let account = account.clone();
        fault(StackFault::Boundary { account }, written.span, errors);
    }
    Some(arn)
}

/// The ARN of a topic of notifications in the account and Region.
pub(super) fn topic(
    written: &Name,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<String> {
    let topic = filled(written, deployment, errors)?;
    if !key::is_of(&topic, deployment, "sns", "") {
        key::elsewhere("topic of SNS", deployment, written, errors);
    }
    Some(topic)
}

/// A text in which only words of the deployment are holes.
fn filled(text: &Name, deployment: &Deployment, errors: &mut Vec<Error>) -> Option<String> {
    let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
    names::expand(text, deployment, other, errors)
}

fn fault(fault: StackFault, span: Span, errors: &mut Vec<Error>) {
    errors.push(Error::new(ErrorKind::Stack(fault), span));
}
