//! Resources of a type that their actions are never checked against.

use std::collections::BTreeSet;

use crate::artifact::PolicyDocument;
use crate::facts::{self, Action};
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{ActionPattern, Piece, Resource, Statement};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/wrong-resource-type.yaml"),
    Check::Policy(check),
);

/// The most actions that a message names.
const MOST_NAMED: usize = 3;

/// One finding per resource that none of its statement's actions can match, and one per action
/// that no resource of its statement can match.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for statement in &policy.policy.statements {
        let actions = statement.actions.only();
        let resources = statement.resources.only();
        let known: Vec<_> = actions
            .iter()
            .map(|action| device_actions(&action.value))
            .collect();
        if actions.is_empty() || resources.is_empty() || known.iter().any(Vec::is_empty) {
            continue;
        }
        // Each action once, however often it is listed: it is compared with every resource.
        let mut seen = BTreeSet::new();
        let mut all: Vec<&Action> = known.iter().flatten().copied().collect();
        all.retain(|action| seen.insert(action.name));
        let mut is_dead = Vec::with_capacity(resources.len());
        for resource in resources {
            let dead = type_of(resource).filter(|found| !all.iter().any(|it| found.fits(it)));
            if let Some(found) = &dead {
                report_resource(statement, resource, found, &all, findings);
            }
            is_dead.push(dead.is_some());
        }
        if is_dead.iter().all(|dead| *dead) {
            continue;
        }
        let types: Option<Vec<_>> = resources.iter().map(type_of).collect();
        let Some(types) = types else { continue };
        let is_fit = |action: &&Action| types.iter().any(|found| found.fits(action));
        let fit: BTreeSet<&str> = all
            .iter()
            .copied()
            .filter(is_fit)
            .map(|it| it.name)
            .collect();
        for (action, known) in actions.iter().zip(&known) {
            let [only] = &**known else { continue };
            if !fit.contains(only.name) {
                report_action(action, only, findings);
            }
        }
    }
}

/// The actions of devices that an entry covers; none when it covers one whose resources are not
/// known.
fn device_actions(pattern: &ActionPattern) -> Vec<&'static Action> {
    let Some(name) = pattern.exact() else {
        return facts::actions()
            .iter()
            .filter(|it| it.device && pattern.matches(it.name))
            .collect();
    };
    facts::action(name)
        .filter(|action| action.device)
        .into_iter()
        .collect()
}

/// What an ARN says that its resource is.
enum Type<'a> {
    /// e.g. `topic`, or whatever stands in its place
    Word(&'a str),
    /// The ARN is of another service.
    Service(&'a str),
}

impl Type<'_> {
    fn fits(&self, action: &Action) -> bool {
        match self {
            Type::Word(word) => action.resources.iter().any(|resource| {
                *resource == *word
                    || facts::resource_type(resource).is_some_and(|it| it.word() == *word)
            }),
            Type::Service(service) => action.resources.iter().any(|resource| {
                facts::resource_type(resource).is_some_and(|it| it.service() == *service)
            }),
        }
    }
}

/// The type, where it is written out. `None` for wildcards and open values.
fn type_of(resource: &Resource) -> Option<Type<'_>> {
    let arn = resource.arn.as_ref()?;
    let service = arn.service().literal()?;
    if service != facts::SERVICE {
        return Some(Type::Service(service));
    }
    if let Some(word) = arn.kind_word() {
        return Some(Type::Word(word));
    }
    match arn.resource().pieces() {
        [
            Spanned {
                value: Piece::Literal(literal),
                ..
            },
        ] => Some(Type::Word(literal)),
        _ => None,
    }
}

fn report_resource(
    statement: &Statement,
    resource: &Resource,
    found: &Type<'_>,
    actions: &[&Action],
    findings: &mut Findings<'_>,
) {
    let names: Vec<&str> = actions.iter().map(|action| action.name).collect();
    let names = listed(&names);
    let message = match found {
        Type::Word("") => format!("the ARN has no resource type, so it never matches {names}"),
        Type::Word(word) if facts::resource_type(word).is_some() => {
            format!("a `{word}/` resource never matches {names}")
        }
        Type::Word(word) => format!("`{word}` is no resource type that {names} could match"),
        Type::Service(service) => {
            format!("an ARN of the service `{service}` never matches {names}")
        }
    };
    let finding = findings.add(Confidence::High, resource.span, message);
    finding.help(needs(actions));
    for action in statement.actions.entries().iter().take(MOST_NAMED) {
        finding.related(action.span, "for this action");
    }
}

fn report_action(action: &Spanned<ActionPattern>, known: &Action, findings: &mut Findings<'_>) {
    let message = format!("no resource of this statement can match {}", known.name);
    findings
        .add(Confidence::High, action.span, message)
        .help(needs(&[known]));
}

/// What actions are checked against, as a remedy: actions of the same resources together.
fn needs(actions: &[&Action]) -> String {
    let mut needs: Vec<(String, Vec<&str>)> = Vec::new();
    let mut all: Vec<String> = Vec::new();
    for action in actions {
        let form = |resource: &&str| match facts::resource_type(resource) {
            Some(known) => format!("`{}`", known.pattern()),
            None => format!("`{resource}`"),
        };
        let forms: Vec<String> = action.resources.iter().map(form).collect();
        let words = forms.join(" or ");
        match needs.iter_mut().find(|(other, _)| *other == words) {
            Some((_, names)) => names.push(action.name),
            None => needs.push((words, vec![action.name])),
        }
        all.extend(forms);
    }
    if needs.len() > MOST_NAMED {
        all.sort_unstable();
        all.dedup();
        return format!("they are checked against {}", all.join(", "));
    }
    let sentence = |(words, names): &(String, Vec<&str>)| {
        let verb = if names.len() == 1 { "is" } else { "are" };
        format!("{} {verb} checked against {words}", listed(names))
    };
    needs.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

/// The first of some names.
fn listed(names: &[&str]) -> String {
    let more = if names.len() > MOST_NAMED {
        ", …"
    } else {
        ""
    };
    let first: Vec<&str> = names.iter().copied().take(MOST_NAMED).collect();
    format!("{}{more}", first.join(", "))
}
