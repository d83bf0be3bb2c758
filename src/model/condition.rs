//! Conditions of a statement.

use super::{Key, Pattern};
use crate::source::Spanned;

/// One operator, one key and its values: `"StringLike": {"iot:ClientId": ["gw-*"]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator; `Err` keeps the text of one that is not known.
    pub operator: Spanned<Result<Operator, Box<str>>>,
    /// The key.
    pub key: Spanned<Key>,
    /// The key as written.
    pub key_name: Box<str>,
    /// The values; they are alternatives.
    pub values: Vec<Spanned<Pattern>>,
}

/// How the request's value is compared with those of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`, if any.
    pub quantifier: Option<Quantifier>,
    /// The comparison.
    pub comparison: Comparison,
    /// `…IfExists`: true when the request has no such key.
    pub if_exists: bool,
}

/// What a set operator asks of a key with several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// Every value of the request must match one of the policy; true for none.
    ForAllValues,
    /// Some value of the request must match; false for none.
    ForAnyValue,
}

/// The comparisons of IAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `StringEquals`: equal characters.
    StringEquals,
    /// `StringNotEquals`
    StringNotEquals,
    /// `StringEqualsIgnoreCase`
    StringEqualsIgnoreCase,
    /// `StringNotEqualsIgnoreCase`
    StringNotEqualsIgnoreCase,
    /// `StringLike`: with `*` and `?`.
    StringLike,
    /// `StringNotLike`
    StringNotLike,
    /// `ArnEquals` and `ArnLike` are the same: six segments, each with `*` and `?`.
    ArnLike,
    /// `ArnNotEquals` and `ArnNotLike`
    ArnNotLike,
    /// `Bool`
    Bool,
    /// `Null`: whether the key is absent.
    Null,
    /// `IpAddress`: an address or a range.
    IpAddress,
    /// `NotIpAddress`
    NotIpAddress,
    /// `NumericEquals`
    NumericEquals,
    /// `NumericNotEquals`
    NumericNotEquals,
    /// `NumericLessThan`
    NumericLessThan,
    /// `NumericLessThanEquals`
    NumericLessThanEquals,
    /// `NumericGreaterThan`
    NumericGreaterThan,
    /// `NumericGreaterThanEquals`
    NumericGreaterThanEquals,
    /// `DateEquals`
    DateEquals,
    /// `DateNotEquals`
    DateNotEquals,
    /// `DateLessThan`
    DateLessThan,
    /// `DateLessThanEquals`
    DateLessThanEquals,
    /// `DateGreaterThan`
    DateGreaterThan,
    /// `DateGreaterThanEquals`
    DateGreaterThanEquals,
    /// `BinaryEquals`
    BinaryEquals,
}

const COMPARISONS: [(&str, Comparison); 27] = [
    ("StringEquals", Comparison::StringEquals),
    ("StringNotEquals", Comparison::StringNotEquals),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase),
    (
        "StringNotEqualsIgnoreCase",
        Comparison::StringNotEqualsIgnoreCase,
    ),
    ("StringLike", Comparison::StringLike),
    ("StringNotLike", Comparison::StringNotLike),
    ("ArnEquals", Comparison::ArnLike),
    ("ArnLike", Comparison::ArnLike),
    ("ArnNotEquals", Comparison::ArnNotLike),
    ("ArnNotLike", Comparison::ArnNotLike),
    ("Bool", Comparison::Bool),
    ("Null", Comparison::Null),
    ("IpAddress", Comparison::IpAddress),
    ("NotIpAddress", Comparison::NotIpAddress),
    ("NumericEquals", Comparison::NumericEquals),
    ("NumericNotEquals", Comparison::NumericNotEquals),
    ("NumericLessThan", Comparison::NumericLessThan),
    ("NumericLessThanEquals", Comparison::NumericLessThanEquals),
    ("NumericGreaterThan", Comparison::NumericGreaterThan),
    (
        "NumericGreaterThanEquals",
        Comparison::NumericGreaterThanEquals,
    ),
    ("DateEquals", Comparison::DateEquals),
    ("DateNotEquals", Comparison::DateNotEquals),
    ("DateLessThan", Comparison::DateLessThan),
    ("DateLessThanEquals", Comparison::DateLessThanEquals),
    ("DateGreaterThan", Comparison::DateGreaterThan),
    ("DateGreaterThanEquals", Comparison::DateGreaterThanEquals),
    ("BinaryEquals", Comparison::BinaryEquals),
];

impl Condition {
    /// Whether one of the values is left open.
    pub fn has_open_value(&self) -> bool {
        self.values.iter().any(|it| it.value.has_reference())
    }
}

impl Operator {
    /// The operator of a name; names compare without case, as in IAM.
    pub fn parse(name: &str) -> Option<Operator> {
        let (quantifier, name) = match name.split_once(':') {
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::ForAllValues), rest)
            }
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::ForAnyValue), rest)
            }
            Some(_) => return None,
            None => (None, name),
        };
        let suffix = name
            .len()
            .checked_sub("IfExists".len())
            .and_then(|at| name.get(at..));
        let (name, if_exists) = match suffix {
            Some(word) if word.eq_ignore_ascii_case("IfExists") => {
                (name.get(..name.len() - word.len())?, true)
            }
            _ => (name, false),
        };
        let known = COMPARISONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let comparison = known.map(|(_, comparison)| *comparison)?;
        Some(Operator {
            quantifier,
            comparison,
            if_exists,
        })
    }
}

impl Operator {
    /// The name in a policy. `ArnLike` has two, which mean the same: the first is given.
    pub fn name(&self) -> String {
        let quantifier = match self.quantifier {
            Some(Quantifier::ForAllValues) => "ForAllValues:",
            Some(Quantifier::ForAnyValue) => "ForAnyValue:",
            None => "",
        };
        let known = COMPARISONS.iter().find(|(_, it)| *it == self.comparison);
        let comparison = known.map_or("", |(name, _)| *name);
        let suffix = if self.if_exists { "IfExists" } else { "" };
        format!("{quantifier}{comparison}{suffix}")
    }
}

impl Comparison {
    /// Whether the comparison is true when no value matches: `StringNotEquals`, …
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Comparison::StringNotEquals
                | Comparison::StringNotEqualsIgnoreCase
                | Comparison::StringNotLike
                | Comparison::ArnNotLike
                | Comparison::NotIpAddress
                | Comparison::NumericNotEquals
                | Comparison::DateNotEquals
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_have_prefixes_and_suffixes() {
        let operator = Operator::parse("ForAnyValue:StringLikeIfExists");
        assert_eq!(
            operator,
            Some(Operator {
                quantifier: Some(Quantifier::ForAnyValue),
                comparison: Comparison::StringLike,
                if_exists: true
            })
        );
        let name = operator.map(|operator| operator.name());
        assert_eq!(name.as_deref(), Some("ForAnyValue:StringLikeIfExists"));
        assert_eq!(Operator::parse("StringMatches"), None);
        assert_eq!(Operator::parse("ForSomeValues:StringLike"), None);
        assert!(
            Operator::parse("stringNotEquals")
                .unwrap()
                .comparison
                .is_negated()
        );
    }
}
