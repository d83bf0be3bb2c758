//! Matching of patterns: globs, ARNs by segments, and how wide each is read.

use std::borrow::Cow;

use super::Reading;
use super::values::Values;
use crate::model::{ActionPattern, Clause, Effect, Key, Pattern, Piece, Resource};

/// How a pattern is read where AWS is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// As documented, or the best estimate.
    Documented,
    /// Matching more lets more pass, and is assumed.
    Wide,
    /// Matching more lets less pass, and is not relied on.
    Narrow,
}

/// What it means that an entry of a list matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// The statement is about it.
    Included,
    /// `NotAction`, `NotResource`, a negated operator: the statement is not about it.
    Excluded,
}

impl Width {
    pub(super) fn of(reading: Reading, effect: Effect, sense: Sense) -> Width {
        match (reading, effect, sense) {
            (Reading::Documented, _, _) => Width::Documented,
            (Reading::Cautious, Effect::Allow, Sense::Included)
            | (Reading::Cautious, Effect::Deny, Sense::Excluded) => Width::Wide,
            (Reading::Cautious, Effect::Allow, Sense::Excluded)
            | (Reading::Cautious, Effect::Deny, Sense::Included) => Width::Narrow,
        }
    }
}

impl Sense {
    pub(super) fn of<T>(clause: &Clause<T>) -> Sense {
        match clause {
            Clause::Only(_) => Sense::Included,
            Clause::AllBut(_) => Sense::Excluded,
        }
    }

    /// What a list says of something that one of its entries matches, or none.
    pub(super) fn covers(self, is_listed: bool) -> bool {
        match self {
            Sense::Included => is_listed,
            Sense::Excluded => !is_listed,
        }
    }
}

/// Whether `*` and `?` in a policy's text stand for other characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// Resources, `StringLike`, `ArnLike`.
    Active,
    /// `StringEquals` and all other operators.
    Literal,
}

/// A part of a pattern whose variables are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Literal(Cow<'a, str>),
    AnyChar,
    AnyRun,
}

/// A resource that is asked for, and its segments when it is an ARN.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) whole: &'a str,
    arn: Option<([&'a str; 5], &'a str)>,
}

impl<'a> Target<'a> {
    pub(super) fn new(whole: &'a str) -> Target<'a> {
        let mut parts = whole.splitn(6, ':');
        let mut next = || parts.next();
        let arn = (|| Some(([next()?, next()?, next()?, next()?, next()?], next()?)))();
        Target { whole, arn }
    }
}

/// Whether an entry of `Action` or `NotAction` covers an action.
pub(super) fn matches_action(pattern: &ActionPattern, action: &str, width: Width) -> bool {
    if pattern.known().is_some() {
        return pattern.matches(action);
    }
    if width == Width::Narrow {
        return false;
    }
    // Values left open, each of which may be any run of characters.
    let text = pattern.text.as_str();
    let mut holes = pattern.text.holes().iter().map(|hole| hole.offset as usize);
    let mut next_hole = holes.next();
    let mut tokens = Vec::new();
    for (at, character) in text.char_indices().chain([(text.len(), '\0')]) {
        while next_hole.is_some_and(|hole| hole <= at) {
            tokens.push(Token::AnyRun);
            next_hole = holes.next();
        }
        match character {
            _ if at == text.len() => {}
            '*' => tokens.push(Token::AnyRun),
            '?' => tokens.push(Token::AnyChar),
            other => tokens.push(Token::Literal(
                other.to_ascii_lowercase().to_string().into(),
            )),
        }
    }
    glob(&tokens, &action.to_ascii_lowercase()).unwrap_or(width == Width::Wide)
}

/// Whether an entry of `Resource` or `NotResource` covers a resource; one with a variable that has
/// no value covers nothing.
pub(super) fn matches_resource<'a>(
    entry: &'a Resource,
    target: &Target<'_>,
    values: &Values<'a>,
    width: Width,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    if let Some(literal) = entry.pattern.literal() {
        return literal == target.whole;
    }
    if entry.pattern.is_any() {
        return true;
    }
    if width == Width::Wide {
        return matches(&entry.pattern, target.whole, values, width, tokens);
    }
    let Some(arn) = &entry.arn else {
        return matches_segments(&entry.pattern.segments(), target.whole, values, width);
    };
    let Some((head, resource)) = target.arn else {
        return false;
    };
    arn.head()
        .iter()
        .zip(head)
        .all(|(pattern, text)| matches(pattern, text, values, width, tokens))
        && matches(arn.resource(), resource, values, width, tokens)
}

/// A pattern by its segments, at most six. Only a `*` at the end of the last one runs past the
/// colons that follow, e.g. in `arn:aws:iot:*` (§4, §11 row 19).
fn matches_segments(segments: &[Pattern], target: &str, values: &Values<'_>, width: Width) -> bool {
    let Some((last, head)) = segments.split_last() else {
        return false;
    };
    let mut rest = target;
    for pattern in head {
        let Some((text, behind)) = rest.split_once(':') else {
            return false;
        };
        rest = behind;
        if !matches(pattern, text, values, width, &mut Vec::new()) {
            return false;
        }
    }
    // The sixth segment is all the rest.
    let separator = rest.find(':').filter(|_| head.len() < 5);
    let end = last.pieces().last().map(|piece| &piece.value);
    let runs_on = matches!(end, Some(Piece::AnyRun | Piece::Reference(_)));
    match separator.and_then(|at| rest.get(..at)) {
        Some(text) => runs_on && matches(last, text, values, width, &mut Vec::new()),
        None => matches(last, rest, values, width, &mut Vec::new()),
    }
}

/// Whether `text` has the form of a pattern with wildcards.
fn matches<'a>(
    pattern: &'a Pattern,
    text: &str,
    values: &Values<'a>,
    width: Width,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    if let Some(literal) = pattern.literal() {
        return literal == text;
    }
    if pattern.is_any() {
        return true;
    }
    flatten(pattern, values, width, Wildcards::Active, tokens)
        && glob(tokens, text).unwrap_or(width == Width::Wide)
}

/// `ArnLike` and `ArnEquals`: the segments of both sides, each with wildcards (§8).
pub(super) fn matches_arn(
    pattern: &Pattern,
    text: &str,
    values: &Values<'_>,
    width: Width,
) -> bool {
    match width {
        Width::Wide => matches(pattern, text, values, width, &mut Vec::new()),
        Width::Documented | Width::Narrow => {
            matches_segments(&pattern.segments(), text, values, width)
        }
    }
}

/// Whether every variable has a value; a default does not count (§11 row 25).
pub(super) fn resolves(pattern: &Pattern, values: &Values<'_>) -> bool {
    pattern.variables().all(|variable| {
        variable.value.default.is_none() && values.single(&variable.value.key).is_some()
    })
}

/// Replaces the variables of a pattern. False when it can match nothing: a variable without a
/// value, or an open value that must not be relied on.
pub(super) fn flatten<'a>(
    pattern: &'a Pattern,
    values: &Values<'a>,
    width: Width,
    wildcards: Wildcards,
    tokens: &mut Vec<Token<'a>>,
) -> bool {
    tokens.clear();
    for piece in pattern.pieces() {
        match (&piece.value, wildcards) {
            (Piece::Literal(literal), _) => tokens.push(Token::Literal(Cow::Borrowed(literal))),
            (Piece::AnyChar, Wildcards::Active) => tokens.push(Token::AnyChar),
            (Piece::AnyRun, Wildcards::Active) => tokens.push(Token::AnyRun),
            (Piece::AnyChar, Wildcards::Literal) => tokens.push(Token::Literal("?".into())),
            (Piece::AnyRun, Wildcards::Literal) => tokens.push(Token::Literal("*".into())),
            (Piece::Reference(_), _) => match width {
                Width::Documented | Width::Wide => tokens.push(Token::AnyRun),
                Width::Narrow => return false,
            },
            (Piece::Variable(variable), _) => {
                let found = match (&variable.default, width) {
                    (None, _) => values.single(&variable.key),
                    (Some(default), Width::Wide) => values
                        .single(&variable.key)
                        .or(Some(Cow::Borrowed(&**default))),
                    (Some(_), Width::Documented | Width::Narrow) => None,
                };
                let Some(value) = found else { return false };
                // A client id can hold `*` and `?`, and AWS does not say whether they are wildcards
                // then (§11 row 1).
                if variable.key == Key::ClientId
                    && width == Width::Wide
                    && wildcards == Wildcards::Active
                    && value.contains(['*', '?'])
                {
                    push_wildcards(&value, tokens);
                } else {
                    tokens.push(Token::Literal(value));
                }
            }
        }
    }
    true
}

fn push_wildcards(value: &str, tokens: &mut Vec<Token<'_>>) {
    for part in value.split_inclusive(['*', '?']) {
        let literal = part.trim_end_matches(['*', '?']);
        if !literal.is_empty() {
            tokens.push(Token::Literal(Cow::Owned(literal.to_owned())));
        }
        match part.as_bytes().last() {
            Some(b'*') => tokens.push(Token::AnyRun),
            Some(b'?') => tokens.push(Token::AnyChar),
            _ => {}
        }
    }
}

/// Character comparisons that one match may take. The longest policy that AWS stores has 2048
/// characters, the longest topic 256 bytes: 32 times less.
const BUDGET: usize = 1 << 24;

/// Whether a text has the form of a pattern; `None` when that takes more than [`BUDGET`].
///
/// Only the last run is ever lengthened: what stands between two runs may always be found as early
/// as possible. So there is no recursion, and without `?` the time is linear.
pub(super) fn glob(tokens: &[Token<'_>], text: &str) -> Option<bool> {
    let mut budget = BUDGET;
    let (mut token, mut at) = (0, 0);
    let mut run: Option<(usize, usize)> = None;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let matched = match tokens.get(token) {
            Some(Token::AnyRun) => {
                token += 1;
                if token == tokens.len() {
                    return Some(true);
                }
                run = Some((token, at));
                continue;
            }
            Some(Token::AnyChar) => rest.chars().next().map(char::len_utf8),
            Some(Token::Literal(literal)) => {
                budget = budget.checked_sub(literal.len())?;
                rest.starts_with(&**literal).then_some(literal.len())
            }
            None if rest.is_empty() => return Some(true),
            None => None,
        };
        budget = budget.checked_sub(1)?;
        if let Some(length) = matched {
            token += 1;
            at += length;
            continue;
        }
        let Some((behind, from)) = run else {
            return Some(false);
        };
        let Some(first) = text.get(from..).and_then(|rest| rest.chars().next()) else {
            return Some(false);
        };
        let mut next = from + first.len_utf8();
        if let Some(Token::Literal(literal)) = tokens.get(behind) {
            match text.get(next..).and_then(|rest| rest.find(&**literal)) {
                Some(skipped) => next += skipped,
                None => return Some(false),
            }
        }
        run = Some((behind, next));
        (token, at) = (behind, next);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn tokens(pattern: &str) -> Vec<Token<'_>> {
        let one = |part: &'_ str| match part {
            "*" => Token::AnyRun,
            "?" => Token::AnyChar,
            other => Token::Literal(Cow::Owned(other.to_owned())),
        };
        let mut found = Vec::new();
        let mut rest = pattern;
        while !rest.is_empty() {
            let length = match rest.find(['*', '?']) {
                Some(0) => 1,
                Some(at) => at,
                None => rest.len(),
            };
            let (part, behind) = rest.split_at(length);
            found.push(one(part));
            rest = behind;
        }
        found
    }

    fn matches(pattern: &str, text: &str) -> bool {
        glob(&tokens(pattern), text).unwrap()
    }

    #[test]
    fn globs() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "ab"),
            ("a*", "a"),
            ("*a", "aaa"),
            ("*ab*ab", "abab"),
            ("a*b?d", "abbbcd"),
            ("*?", "é"),
            ("?*?", "éü"),
            ("*aab", "aaab"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("?", ""),
            ("?", "ab"),
            ("a*b", "a"),
            ("*ab*ab", "ab"),
            ("a?", "a"),
            ("*x", "é"),
            ("??*?", "éü"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let text = "a".repeat(200_000);
        let start = Instant::now();
        assert_eq!(glob(&tokens(&"a*".repeat(2000)), &text), Some(true));
        assert_eq!(
            glob(&tokens(&("*a".repeat(2000) + "b")), &text),
            Some(false)
        );
        let nested = format!("*{}b", "?a".repeat(20_000));
        assert_eq!(glob(&tokens(&nested), &text), None);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }

    #[test]
    fn wildcards_of_a_value_become_tokens() {
        let mut found = Vec::new();
        push_wildcards("a*?b**", &mut found);
        let literal = |text: &'static str| Token::Literal(Cow::Borrowed(text));
        assert_eq!(
            found,
            [
                literal("a"),
                Token::AnyRun,
                Token::AnyChar,
                literal("b"),
                Token::AnyRun,
                Token::AnyRun
            ]
        );
    }

    #[test]
    fn a_target_is_split_at_five_colons() {
        let target = Target::new("arn:aws:iot:r:1:topic/a:b");
        assert_eq!(
            target.arn,
            Some((["arn", "aws", "iot", "r", "1"], "topic/a:b"))
        );
        assert_eq!(Target::new("*").arn, None);
    }
}
