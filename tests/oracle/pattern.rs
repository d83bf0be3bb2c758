//! Policy text with wildcards and variables, matched the slow way.

use super::{Scope, keys};

/// A piece of policy text after its variables were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character that the policy's author wrote, e.g. `a` or `:`.
    Written(char),
    /// `*`
    AnyRun,
    /// `?`
    AnyChar,
    /// A character that a variable brought; never a wildcard, never a separator.
    Value(char),
    /// A character of the client ID: a wildcard perhaps (section 11, row 1).
    ClientId(char),
}

/// Policy text, ready to be matched.
pub(crate) type Pattern = Vec<Piece>;

/// How to match where the semantics page leaves room (section 11, rows 1 and 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// `*` stays inside its ARN segment, and a client ID is plain text.
    Narrow,
    /// `*` and `?` cross the colons of an ARN, and those of a client ID are wildcards.
    Wide,
}

/// Sections 7 and 11, row 2: the entries of a list that count; `None` when the statement is dead.
///
/// An entry with a variable that has no value matches nothing. In a Deny it kills the statement.
/// An Allow lives by its other entries; with no other entry it is dead, and in the cautious reading
/// it lives on even so, which matters where an entry takes something away (`NotResource`,
/// `StringNotEquals`).
pub(crate) fn live_entries(
    entries: &[String],
    scope: &Scope<'_>,
    how: Match,
) -> Option<Vec<Pattern>> {
    let replaced: Vec<Option<Pattern>> = entries.iter().map(|e| replace(e, scope, how)).collect();
    let is_unresolved = replaced.contains(&None);
    let live: Vec<Pattern> = replaced.into_iter().flatten().collect();
    let is_dead = is_unresolved && (!scope.is_allow || (live.is_empty() && !scope.cautious));
    (!is_dead).then_some(live)
}

/// Section 7: one pass over the text; `None` when a variable has no value.
fn replace(text: &str, scope: &Scope<'_>, how: Match) -> Option<Pattern> {
    let mut pattern = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if scope.has_variables
            && let Some(after) = rest.strip_prefix("${")
            && let Some((variable, after)) = after.split_once('}')
        {
            pattern.extend(value_of(variable, scope, how)?);
            rest = after;
            continue;
        }
        pattern.push(written(character));
        rest = &rest[character.len_utf8()..];
    }
    Some(pattern)
}

/// Section 2: text without variables, such as an action.
pub(crate) fn as_written(text: &str) -> Pattern {
    text.chars().map(written).collect()
}

fn written(character: char) -> Piece {
    match character {
        '*' => Piece::AnyRun,
        '?' => Piece::AnyChar,
        other => Piece::Written(other),
    }
}

/// Section 7 and section 11, row 25: the value of what stands between `${` and `}`.
fn value_of(variable: &str, scope: &Scope<'_>, how: Match) -> Option<Pattern> {
    if let "*" | "?" | "$" = variable {
        return Some(variable.chars().map(Piece::Value).collect());
    }
    let (name, default) = match variable.split_once('\'') {
        Some((name, default)) => (
            name.trim_end().strip_suffix(',')?.trim(),
            Some(default.trim_end().strip_suffix('\'')?),
        ),
        None => (variable, None),
    };
    let may_have_default = scope.is_allow && how == Match::Wide;
    if default.is_some() && !may_have_default {
        return None;
    }
    let value = match keys::lookup(name, scope) {
        keys::Found::One(value) => value,
        keys::Found::Nothing | keys::Found::Many(_) => default?.to_owned(),
    };
    let is_client_id = name.eq_ignore_ascii_case("iot:ClientId");
    let piece = if is_client_id {
        Piece::ClientId
    } else {
        Piece::Value
    };
    Some(value.chars().map(piece).collect())
}

/// The pattern as text, for operators that know no wildcards.
pub(crate) fn to_text(pattern: &[Piece]) -> String {
    let character = |piece: &Piece| match piece {
        Piece::Written(character) | Piece::Value(character) | Piece::ClientId(character) => {
            *character
        }
        Piece::AnyRun => '*',
        Piece::AnyChar => '?',
    };
    pattern.iter().map(character).collect()
}

/// Section 4: an ARN against a pattern, segment by segment; or, matched wide, as one text.
pub(crate) fn arn_matches(pattern: &[Piece], arn: &str, how: Match) -> bool {
    if how == Match::Wide {
        return matches(pattern, arn, how);
    }
    let wanted: Vec<&[Piece]> = pattern.splitn(6, |p| *p == Piece::Written(':')).collect();
    let given: Vec<&str> = arn.splitn(6, ':').collect();
    for (index, segment) in wanted.iter().enumerate() {
        let Some(text) = given.get(index) else {
            return false;
        };
        let is_last = index + 1 == wanted.len();
        match segment.split_last() {
            // A `*` at the very end runs past the following colons.
            Some((Piece::AnyRun, before)) if is_last => {
                return reached(before, text, how).contains(&true);
            }
            _ if !matches(segment, text, how) => return false,
            _ => {}
        }
    }
    wanted.len() == given.len()
}

/// Section 4: `*` is any run of characters, `?` is one character; the whole text must match.
pub(crate) fn matches(pattern: &[Piece], text: &str, how: Match) -> bool {
    reached(pattern, text, how).last() == Some(&true)
}

/// For each number of characters: can the pattern match exactly so many from the start?
fn reached(pattern: &[Piece], text: &str, how: Match) -> Vec<bool> {
    let text: Vec<char> = text.chars().collect();
    let mut before = vec![false; text.len() + 1];
    before[0] = true;
    for piece in pattern {
        let mut after = vec![false; text.len() + 1];
        for end in 0..=text.len() {
            let taken = end.checked_sub(1);
            after[end] = match (piece, how) {
                (Piece::AnyRun, _) | (Piece::ClientId('*'), Match::Wide) => {
                    before[end] || taken.is_some_and(|start| after[start])
                }
                (Piece::AnyChar, _) | (Piece::ClientId('?'), Match::Wide) => {
                    taken.is_some_and(|start| before[start])
                }
                (Piece::Written(c) | Piece::Value(c) | Piece::ClientId(c), _) => {
                    taken.is_some_and(|start| before[start] && text[start] == *c)
                }
            };
        }
        before = after;
    }
    before
}
