//! Condition keys that no request of a device has.

use crate::artifact::PolicyDocument;
use crate::document::spelling::closest;
use crate::facts;
use crate::lint::{Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/unknown-condition-key.yaml"),
    Check::Policy(check),
);

/// One finding per condition whose key AWS does not list.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for condition in policy
        .policy
        .statements
        .iter()
        .flat_map(|statement| &statement.conditions)
    {
        let name = &*condition.key_name;
        if name.is_empty()
            || facts::condition_key_reference(name).is_some()
            || facts::is_of_cognito(name)
        {
            continue;
        }
        let message = format!("no request has the condition key `{name}`");
        let finding = findings.add(Confidence::High, condition.key.span, message);
        let keys = facts::condition_keys().iter().map(|key| key.name);
        if let Some(meant) = closest(name, keys) {
            finding.help(format!("did you mean `{meant}`?"));
        }
    }
}
