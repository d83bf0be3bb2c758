//! Conditions of a statement (§8).

use std::borrow::Cow;

use super::Reading;
use super::comparison::{compare_dates, compare_numbers, is_in_range};
use super::matching::{Sense, Token, Width, Wildcards, flatten, glob, matches_arn};
use super::values::Values;
use crate::model::{Comparison, Condition, Effect, Operator, Pattern, Quantifier};

/// Whether a condition of a statement of this effect holds.
pub(super) fn holds<'a>(
    condition: &'a Condition,
    effect: Effect,
    reading: Reading,
    values: &Values<'a>,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    // An operator that IAM does not have: nobody knows what AWS makes of it.
    let unknown = || match (effect, reading) {
        (Effect::Allow, Reading::Cautious) => true,
        (Effect::Allow, Reading::Documented) | (Effect::Deny, _) => false,
    };
    let Ok(operator) = &condition.operator.value else {
        return unknown();
    };
    let sense = if operator.comparison.is_negated() {
        Sense::Excluded
    } else {
        Sense::Included
    };
    let width = Width::of(reading, effect, sense);
    let found = values.all(&condition.key.value);
    let found = found.as_slice();
    if operator.comparison == Comparison::Null {
        // `Null` takes neither a set operator nor `IfExists`.
        if operator.quantifier.is_some() || operator.if_exists {
            return unknown();
        }
        return condition.values.iter().any(|pattern| {
            match text_of(&pattern.value, values, width, tokens) {
                Written::Known(text) => text.eq_ignore_ascii_case(word(found.is_empty())),
                Written::Open => width != Width::Narrow,
                Written::Unresolved => false,
            }
        });
    }
    if found.is_empty() {
        return holds_without_key(*operator, sense);
    }
    let mut is_match = |value: &Cow<'a, str>| {
        let is_listed = condition.values.iter().any(|pattern| {
            matches_value(
                operator.comparison,
                &pattern.value,
                value,
                values,
                width,
                tokens,
            )
        });
        sense.covers(is_listed)
    };
    match (operator.quantifier, sense) {
        (Some(Quantifier::ForAllValues), _) | (None, Sense::Excluded) => {
            found.iter().all(&mut is_match)
        }
        (Some(Quantifier::ForAnyValue), _) | (None, Sense::Included) => {
            found.iter().any(&mut is_match)
        }
    }
}

/// What a condition says of a request that does not have its key (§8).
fn holds_without_key(operator: Operator, sense: Sense) -> bool {
    operator.if_exists
        || match operator.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => false,
            None => sense == Sense::Excluded,
        }
}

fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// Whether a value of the policy is that of the request, for the positive form of a comparison.
fn matches_value<'a>(
    comparison: Comparison,
    pattern: &'a Pattern,
    value: &str,
    values: &Values<'a>,
    width: Width,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    let mut written =
        |is_match: &dyn Fn(&str) -> bool| match text_of(pattern, values, width, tokens) {
            Written::Known(text) => is_match(&text),
            Written::Open => width != Width::Narrow,
            Written::Unresolved => false,
        };
    let ordered = |compare: fn(&str, &str) -> Option<std::cmp::Ordering>,
                   is_match: fn(std::cmp::Ordering) -> bool| {
        move |text: &str| compare(value, text).is_some_and(is_match)
    };
    match comparison {
        Comparison::StringEquals | Comparison::StringNotEquals | Comparison::BinaryEquals => {
            matches_text(pattern, value, values, width, Wildcards::Literal, tokens)
        }
        Comparison::StringLike | Comparison::StringNotLike => {
            matches_text(pattern, value, values, width, Wildcards::Active, tokens)
        }
        Comparison::StringEqualsIgnoreCase | Comparison::StringNotEqualsIgnoreCase => {
            if !flatten(pattern, values, width, Wildcards::Literal, tokens) {
                return false;
            }
            for token in tokens.iter_mut() {
                if let Token::Literal(literal) = token {
                    *literal = Cow::Owned(literal.to_lowercase());
                }
            }
            glob(tokens, &value.to_lowercase()).unwrap_or(width == Width::Wide)
        }
        Comparison::ArnLike | Comparison::ArnNotLike => matches_arn(pattern, value, values, width),
        // `Null` looks at no value, and is decided before.
        Comparison::Bool | Comparison::Null => written(&|text| text.eq_ignore_ascii_case(value)),
        Comparison::IpAddress | Comparison::NotIpAddress => {
            written(&|text| is_in_range(value, text))
        }
        Comparison::NumericEquals | Comparison::NumericNotEquals => {
            written(&ordered(compare_numbers, |order| order.is_eq()))
        }
        Comparison::NumericLessThan => written(&ordered(compare_numbers, |order| order.is_lt())),
        Comparison::NumericLessThanEquals => {
            written(&ordered(compare_numbers, |order| order.is_le()))
        }
        Comparison::NumericGreaterThan => written(&ordered(compare_numbers, |order| order.is_gt())),
        Comparison::NumericGreaterThanEquals => {
            written(&ordered(compare_numbers, |order| order.is_ge()))
        }
        Comparison::DateEquals | Comparison::DateNotEquals => {
            written(&ordered(compare_dates, |order| order.is_eq()))
        }
        Comparison::DateLessThan => written(&ordered(compare_dates, |order| order.is_lt())),
        Comparison::DateLessThanEquals => written(&ordered(compare_dates, |order| order.is_le())),
        Comparison::DateGreaterThan => written(&ordered(compare_dates, |order| order.is_gt())),
        Comparison::DateGreaterThanEquals => {
            written(&ordered(compare_dates, |order| order.is_ge()))
        }
    }
}

fn matches_text<'a>(
    pattern: &'a Pattern,
    value: &str,
    values: &Values<'a>,
    width: Width,
    wildcards: Wildcards,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    if let Some(literal) = pattern.literal() {
        return literal == value;
    }
    flatten(pattern, values, width, wildcards, tokens)
        && glob(tokens, value).unwrap_or(width == Width::Wide)
}

/// A value of a condition as the text of a number, a date, an address or a truth value.
enum Written<'a> {
    Known(Cow<'a, str>),
    /// The document leaves it open.
    Open,
    /// A variable in it has no value.
    Unresolved,
}

fn text_of<'a>(
    pattern: &'a Pattern,
    values: &Values<'a>,
    width: Width,
    tokens: &mut Vec<Token<'a>>,
) -> Written<'a> {
    if let Some(literal) = pattern.literal() {
        return Written::Known(Cow::Borrowed(literal));
    }
    if pattern.has_reference() {
        return Written::Open;
    }
    if !flatten(pattern, values, width, Wildcards::Literal, tokens) {
        return Written::Unresolved;
    }
    let mut text = String::new();
    for token in tokens.iter() {
        match token {
            Token::Literal(literal) => text.push_str(literal),
            // Only an open value becomes a run here, and there is none.
            Token::AnyChar | Token::AnyRun => {}
        }
    }
    Written::Known(Cow::Owned(text))
}
