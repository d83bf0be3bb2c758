//! Conditions of an Allow that hold when what they ask for is missing.

use crate::artifact::PolicyDocument;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{Comparison, Condition, Effect, Key, Operator, Quantifier, Statement};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/vacuous-condition.yaml"),
    Check::Policy(check),
);

/// One finding per condition of an Allow with `ForAllValues` over a field of the certificate, when
/// no other condition asks that the field be there.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for statement in &policy.policy.statements {
        if statement.effect.value != Effect::Allow {
            continue;
        }
        for condition in &statement.conditions {
            let Ok(operator) = &condition.operator.value else {
                continue;
            };
            if is_vacuous(*operator, &condition.key.value) && !is_guarded(statement, condition) {
                let key = &condition.key_name;
                findings
                    .add(
                        Confidence::High,
                        condition.operator.span,
                        format!("a certificate without `{key}` meets this condition too"),
                    )
                    .label("`ForAllValues` holds when there is no value")
                    .help(format!(
                        "write `ForAnyValue:…`, or add `\"Null\": {{\"{key}\": \"false\"}}`"
                    ));
            }
        }
    }
}

/// Whether the operator holds when the key is missing, and the key is one that may be.
fn is_vacuous(operator: Operator, key: &Key) -> bool {
    operator.quantifier == Some(Quantifier::ForAllValues)
        && !operator.comparison.is_negated()
        && matches!(key, Key::Certificate(_))
}

/// Whether another condition of the statement fails when the key is missing.
fn is_guarded(statement: &Statement, vacuous: &Condition) -> bool {
    let is_of_field = |it: &&Condition| match (&it.key.value, &vacuous.key.value) {
        (Key::Certificate(one), Key::Certificate(other)) => {
            one.side == other.side && one.field == other.field
        }
        _ => false,
    };
    statement.conditions.iter().filter(is_of_field).any(|it| {
        let Ok(operator) = &it.operator.value else {
            return false;
        };
        match operator.comparison {
            Comparison::Null => {
                let mut values = it.values.iter();
                values.all(|value| value.value.literal() == Some("false"))
            }
            comparison => {
                !comparison.is_negated()
                    && !operator.if_exists
                    && operator.quantifier != Some(Quantifier::ForAllValues)
            }
        }
    })
}
