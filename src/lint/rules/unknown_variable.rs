//! `${…}` that are no policy variables.

use crate::artifact::PolicyDocument;
use crate::document::spelling::closest;
use crate::facts;
use crate::lint::{Check, Confidence, Context, Edit, Findings, Fix, Rule, Safety};
use crate::model::{Pattern, Variable};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/unknown-variable.yaml"),
    Check::Policy(check),
);

/// One finding per unknown variable in a resource or a condition value.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for statement in &policy.policy.statements {
        let resources = statement
            .resources
            .entries()
            .iter()
            .map(|resource| &resource.pattern);
        let values = statement
            .conditions
            .iter()
            .flat_map(|condition| &condition.values);
        for pattern in resources.chain(values.map(|value| &value.value)) {
            check_pattern(pattern, findings);
        }
    }
}

fn check_pattern(pattern: &Pattern, findings: &mut Findings<'_>) {
    for Spanned {
        value: variable,
        span,
    } in pattern.variables()
    {
        let name = &*variable.name;
        if facts::variable_reference(name).is_some() || facts::is_of_cognito(name) {
            continue;
        }
        report(variable, span, findings);
    }
}

fn report(variable: &Variable, span: Span, findings: &mut Findings<'_>) {
    let name = &*variable.name;
    let message = format!("`{name}` is no policy variable, so `${{{name}}}` stays as it is");
    // Every variable of AWS has a service before a colon. A bare word, or a pseudo parameter of
    // CloudFormation, may be filled in by another tool before AWS sees the policy.
    let is_for_another_tool = !name.contains(':') || name.starts_with("AWS::");
    let confidence = if is_for_another_tool {
        Confidence::Low
    } else {
        Confidence::High
    };
    let finding = findings.add(confidence, span, message);
    if is_for_another_tool {
        finding.help("when another tool fills it in, lint what that tool writes");
        return;
    }
    let misplaced = facts::misplaced_variable(name);
    let meant = match misplaced {
        Some(misplaced) => misplaced.instead,
        None => nearest(name),
    };
    let Some(meant) = meant else {
        if let Some(misplaced) = misplaced {
            finding.help(format!("remove it: it {}", misplaced.why));
        }
        return;
    };
    finding.help(format!("did you mean `${{{meant}}}`?"));
    // Only where the variable is written as it is read can it be replaced as it stands.
    let written = (span.end() - span.start()) as usize;
    if variable.default.is_none() && written == name.len() + 3 {
        let edits = vec![Edit {
            span,
            text: format!("${{{meant}}}"),
        }];
        finding.fix(Fix {
            safety: Safety::Unsafe,
            edits,
        });
    }
}

/// The variable that is spelt most alike, or the only one with the same last word: `iot:ThingName`
/// leaves out the middle of the name that was meant.
fn nearest(name: &str) -> Option<&'static str> {
    let names = || facts::variables().iter().map(|variable| variable.name);
    let last_word = |name: &str| name.rsplit(['.', ':']).next().map(str::to_ascii_lowercase);
    let has_same_end = || {
        let mut same = names().filter(|known| last_word(known) == last_word(name));
        same.next().filter(|_| same.next().is_none())
    };
    closest(name, names()).or_else(has_same_end)
}
