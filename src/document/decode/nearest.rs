//! The known word that was probably meant.

/// Words longer than this are not compared: no key of ours is, and the cost is quadratic.
const MAX_COMPARED: usize = 64;

/// The known word that differs from `word` by a slip of the keyboard, the first of the nearest.
///
/// Case and the choice of `-` or `_` do not count.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = letters(word);
    if word.len() > MAX_COMPARED {
        return None;
    }
    let tolerated = match word.len() {
        0..=3 => 1,
        length => (length / 3).max(2),
    };
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= 2 * MAX_COMPARED)
        .map(|candidate| (distance(&word, &letters(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= tolerated && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn letters(word: &str) -> Vec<char> {
    let folded = word.chars().flat_map(char::to_lowercase);
    folded.filter(|c| !matches!(c, '-' | '_')).collect()
}

/// Insertions, deletions and replacements between two words.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (place, a) in left.iter().enumerate() {
        // Of the row before: the cell above and left.
        let mut diagonal = place;
        let mut behind = place + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(right) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            behind = replaced.min(*cell + 1).min(behind + 1);
            *cell = behind;
        }
    }
    match (row.last(), right.is_empty()) {
        (Some(last), false) => *last,
        _ => left.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognized_and_other_words_are_not() {
        let known = ["policies", "name", "thing-type"];
        let near = |word| nearest(word, known);
        assert_eq!(near("polices"), Some("policies"));
        assert_eq!(near("naem"), Some("name"));
        assert_eq!(near("thingType"), Some("thing-type"));
        assert_eq!(near("certificate"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"a".repeat(1_000_000)), None);
    }

    #[test]
    fn distance_counts_single_changes() {
        let of = |a: &str, b: &str| distance(&letters(a), &letters(b));
        assert_eq!(
            [
                of("", ""),
                of("abc", ""),
                of("", "ab"),
                of("kitten", "sitting")
            ],
            [0, 3, 2, 3]
        );
    }
}
