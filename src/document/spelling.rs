//! Which known word was meant.

/// Returns the candidate with the fewest edits from `name`, or `None` when none is near: at most a
/// third of the characters may be wrong, and never all of them. Of equals the first one wins.
///
/// Case does not count, and neither do `-` and `_`: `thingType` is near `thing-type`.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let chars = letters(name).count();
    let allowed = (chars / 3).max(1).min(chars.saturating_sub(1));
    candidates
        .into_iter()
        // At least as many edits as the lengths differ: not worth the comparison with a long text.
        .filter(|candidate| letters(candidate).count().abs_diff(chars) <= allowed)
        .filter_map(|candidate| Some((distance_within(name, candidate, allowed)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours that turn one text into
/// the other; case, `-` and `_` do not count. Takes time in proportion to the product of the lengths.
pub fn edit_distance(a: &str, b: &str) -> usize {
    distance_within(a, b, usize::MAX).unwrap_or(usize::MAX)
}

/// The edit distance of two texts, unless it is more than `most`.
fn distance_within(a: &str, b: &str, most: usize) -> Option<usize> {
    let b: Vec<char> = letters(b).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, character) in letters(a).enumerate() {
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

/// What counts of a word when it is compared.
fn letters(word: &str) -> impl Iterator<Item = char> {
    let counted = word
        .chars()
        .filter(|character| !matches!(character, '-' | '_'));
    counted.map(|character| character.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
        assert_eq!(edit_distance("ABC", "abc"), 0);
        assert_eq!(edit_distance("abcd", "abdc"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn words_are_near_in_another_dress() {
        let known = ["policies", "name", "thing-type"];
        assert_eq!(closest("polices", known), Some("policies"));
        assert_eq!(closest("naem", known), Some("name"));
        assert_eq!(closest("thingType", known), Some("thing-type"));
        assert_eq!(closest("certificate", known), None);
        assert_eq!(closest(&"a".repeat(1_000_000), known), None);
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
