//! Actions that AWS does not know.

use std::collections::BTreeMap;

use crate::artifact::PolicyDocument;
use crate::facts;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{ActionPattern, service_of};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/unknown-action.yaml"),
    Check::Policy(check),
);

/// One finding per entry of `Action` or `NotAction` that covers no known action.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    // A policy that is generated repeats its mistakes, and to guess what was meant takes time.
    let mut meant: BTreeMap<&str, Option<&'static str>> = BTreeMap::new();
    for statement in &policy.policy.statements {
        for action in statement.actions.entries() {
            let Some(name) = action.value.known() else {
                continue;
            };
            if is_known(&action.value, name) {
                continue;
            }
            let message = match action.value.exact() {
                _ if !facts::is_policy_service(service_of(name)) => {
                    format!("`{name}` is no action of AWS IoT")
                }
                Some(_) => format!("there is no action `{name}`"),
                None => format!("`{name}` covers no action"),
            };
            let finding = findings.add(Confidence::High, action.span, message);
            let meant = meant
                .entry(name)
                .or_insert_with(|| facts::closest_action(name));
            if let Some(meant) = meant {
                finding.help(format!("did you mean `{meant}`?"));
            }
        }
    }
}

fn is_known(pattern: &ActionPattern, name: &str) -> bool {
    match pattern.exact() {
        Some(name) => facts::action(name).is_some(),
        None => {
            name == "*"
                || facts::actions()
                    .iter()
                    .any(|action| pattern.matches(action.name))
        }
    }
}
