//! What is there already: it is named, and not made.

use super::{fault, filled};
use crate::document::spelling::closest;
use crate::facts::NameKind;
use crate::fleet::Error;
use crate::fleet::error::StackFault;
use crate::fleet::lower::method::{Decider, Entry};
use crate::fleet::lower::names::check_name;
use crate::fleet::lower::registration::Context;
use crate::fleet::plan::{Deployment, Presence, ThingGroup};
use crate::fleet::spec::{Name, StackSpec};

/// The name of a thing type that is there.
pub(in crate::fleet::lower) fn existing_type(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<String> {
    let written = stack.existing.thing_type.as_ref()?;
    let name = filled(written, deployment, errors)?;
    let what = "the thing type";
    check_name(NameKind::ThingType, what, &name, written.span, errors);
    Some(name)
}

/// The groups that are there.
pub(in crate::fleet::lower) fn existing_groups(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Vec<ThingGroup> {
    let mut groups = Vec::new();
    for written in &stack.existing.groups {
        let Some(name) = filled(written, deployment, errors) else {
            continue;
        };
        let what = "the thing group";
        check_name(NameKind::ThingGroup, what, &name, written.span, errors);
        groups.push(ThingGroup {
            name,
            presence: Presence::Existing,
            origin: written.span,
        });
    }
    groups
}

/// The ARN of the provisioning role of a method, when it is there.
pub(in crate::fleet::lower) fn existing_role(
    context: &Context<'_>,
    method: &Name,
    errors: &mut Vec<Error>,
) -> Option<String> {
    let deployment = context.deployment;
    let written = context.spec.stack.existing.roles.get(&method.value)?;
    let arn = filled(written, deployment, errors)?;
    let Deployment {
        partition, account, ..
    } = deployment;
    let head = format!("arn:{partition}:iam::{account}:role/");
    if arn.strip_prefix(&*head).is_none_or(str::is_empty) {
        let account = account.clone();
        fault(StackFault::Role { account }, written.span, errors);
    }
    Some(arn)
}

/// Whether the table of a method is made.
pub(in crate::fleet::lower) fn table_presence(stack: &StackSpec, method: &Name) -> Presence {
    match stack
        .existing
        .tables
        .iter()
        .any(|it| it.value == method.value)
    {
        true => Presence::Existing,
        false => Presence::Made,
    }
}

/// Whether methods that are named have what is said to be there.
pub(in crate::fleet::lower) fn known_methods(
    stack: &StackSpec,
    entries: &[Entry<'_>],
    errors: &mut Vec<Error>,
) {
    let with_tables = entries.iter().filter(|entry| {
        let hooked = entry.way.hooked();
        hooked.is_some_and(|it| matches!(it.decider, Decider::AllowList(_)))
    });
    let with_tables: Vec<&str> = with_tables.map(|it| &*it.name.value).collect();
    let all: Vec<&str> = entries.iter().map(|it| &*it.name.value).collect();
    let roles = stack.existing.roles.keys().map(|it| (it, &all));
    let tables = stack.existing.tables.iter().map(|it| (it, &with_tables));
    for (name, known) in roles.chain(tables) {
        if !known.contains(&&*name.value) {
            let nearest = closest(&name.value, known.iter().copied()).map(Into::into);
            let method = name.value.clone();
            fault(StackFault::Method { method, nearest }, name.span, errors);
        }
    }
}
