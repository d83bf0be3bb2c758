//! Which known name was meant.

use std::sync::OnceLock;

use super::action::{Action, actions};

/// The words of each of [`actions`], sorted.
static WORDS: OnceLock<Vec<Vec<String>>> = OnceLock::new();

/// Returns the known action that a wrong name most likely stands for, e.g. `iot:RetainPublish` for
/// `iot:PublishRetain`, or `None` when nothing is near.
///
/// Tried in this order: the same words in another order; the same name under another service or
/// under none; few edits. Where several fit equally, an action of devices is taken before one of
/// the control plane.
pub fn closest_action(name: &str) -> Option<&'static str> {
    let (service, operation) = name.split_once(':').unwrap_or(("", name));
    let words = sorted_words(operation);
    // Sorting the words of all actions takes longer than comparing them.
    let known = WORDS.get_or_init(|| {
        let words = actions().iter().map(|it| sorted_words(it.operation()));
        words.collect()
    });
    let same_words = |(action, known): (&'static Action, &Vec<String>)| {
        (*known == words && service.eq_ignore_ascii_case(action.service())).then_some(action)
    };
    pick(actions().iter().zip(known).filter_map(same_words))
        .or_else(|| {
            let is_same = |it: &&Action| operation.eq_ignore_ascii_case(it.operation());
            pick(actions().iter().filter(is_same))
        })
        .or_else(|| closest(name, names(true).chain(names(false))))
}

/// Returns the candidate with the fewest edits from `name`, case ignored, or `None` when none is
/// near: at most a third of the characters may be wrong, and never all of them. Of equals the first
/// one wins.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let chars = name.chars().count();
    let allowed = (chars / 3).max(1).min(chars.saturating_sub(1));
    candidates
        .into_iter()
        // At least as many edits as the lengths differ: not worth the comparison with a long text.
        .filter(|candidate| candidate.chars().count().abs_diff(chars) <= allowed)
        .filter_map(|candidate| Some((distance_within(name, candidate, allowed)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours that turn one text into
/// the other, ASCII case ignored. Takes time in proportion to the product of the lengths.
pub fn edit_distance(a: &str, b: &str) -> usize {
    distance_within(a, b, usize::MAX).unwrap_or(usize::MAX)
}

/// The edit distance of two texts, unless it is more than `most`.
fn distance_within(a: &str, b: &str, most: usize) -> Option<usize> {
    let b: Vec<char> = b
        .chars()
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, character) in a
        .chars()
        .map(|character| character.to_ascii_lowercase())
        .enumerate()
    {
        let mut current = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let at =
                |cells: &[usize], place: usize| cells.get(place).copied().unwrap_or(usize::MAX);
            let replaced = at(&last, column) + usize::from(character != *other);
            let added = at(&current, column).min(at(&last, column + 1)) + 1;
            let mut best = replaced.min(added);
            let left = column.checked_sub(1).and_then(|place| b.get(place));
            if previous == Some(*other) && left == Some(&character) {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        // A swap reaches back two rows: when both are beyond, all that follow are.
        let is_beyond = |cells: &[usize]| cells.iter().all(|it| *it > most);
        if is_beyond(&current) && is_beyond(&last) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(character);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// Returns the first of some actions, those of devices before others.
fn pick(mut found: impl Iterator<Item = &'static Action>) -> Option<&'static str> {
    let first = found.next()?;
    if first.device {
        return Some(first.name);
    }
    Some(found.find(|action| action.device).unwrap_or(first).name)
}

/// Returns the names of the actions of devices, or of the others.
fn names(device: bool) -> impl Iterator<Item = &'static str> {
    actions()
        .iter()
        .filter(move |action| action.device == device)
        .map(|action| action.name)
}

/// Splits a name at its capitals and sorts the words in lower case, e.g. `publish`, `retain`.
fn sorted_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for character in name.chars() {
        match words.last_mut() {
            Some(word) if !character.is_ascii_uppercase() => word.push(character),
            _ => words.push(character.to_ascii_lowercase().to_string()),
        }
    }
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_another_order() {
        assert_eq!(
            closest_action("iot:PublishRetain"),
            Some("iot:RetainPublish")
        );
        assert_eq!(
            closest_action("iot:MessageRetainedGet"),
            Some("iot:GetRetainedMessage")
        );
    }

    #[test]
    fn another_service_or_none() {
        assert_eq!(closest_action("mqtt:Connect"), Some("iot:Connect"));
        assert_eq!(closest_action("Publish"), Some("iot:Publish"));
        assert_eq!(
            closest_action("iotdata:UpdateThingShadow"),
            Some("iot:UpdateThingShadow")
        );
    }

    #[test]
    fn few_edits() {
        assert_eq!(closest_action("iot:Recieve"), Some("iot:Receive"));
        assert_eq!(closest_action("iot:Subcribe"), Some("iot:Subscribe"));
        assert_eq!(closest_action("iot:CreateThng"), Some("iot:CreateThing"));
        assert_eq!(closest_action("s3:GetObject"), None);
        assert_eq!(closest_action(""), None);
    }

    #[test]
    fn distances() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
        assert_eq!(edit_distance("ABC", "abc"), 0);
        assert_eq!(edit_distance("abcd", "abdc"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn nothing_near() {
        assert_eq!(closest("x", ["a", "b"]), None);
        assert_eq!(
            closest("thing", ["group", "things", "thong"]),
            Some("things")
        );
    }
}
