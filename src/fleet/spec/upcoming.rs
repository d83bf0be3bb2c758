//! What the grammar plans and this version does not build.
//!
//! Such a key must never be ignored: a spec that asks for alarms and silently gets none is worse
//! than a refused one.

/// Places of keys that are not built yet: the JSON pointer of the mapping, where `*` is any one
/// key, and the key. An environment's overlay counts as the spec itself.
const KEYS: &[(&str, &str)] = &[("/topics/*", "persistent")];

/// Places of values that are not built yet, with the value.
const VALUES: &[(&str, &str)] = &[
    ("/provision/*/method", "bulk"),
    ("/provision/*/method", "jitr"),
    ("/provision/*/method", "custom-authorizer"),
];

/// Whether the key in the mapping at `pointer` is planned.
pub(super) fn is_upcoming_key(pointer: &str, key: &str) -> bool {
    let pointer = of_spec(pointer);
    KEYS.iter()
        .any(|(place, known)| *known == key && matches(place, pointer))
}

/// Whether the value at `pointer` is planned.
pub(super) fn is_upcoming_value(pointer: &str, value: &str) -> bool {
    let pointer = of_spec(pointer);
    VALUES
        .iter()
        .any(|(place, known)| *known == value && matches(place, pointer))
}

/// The pointer as it would be outside of an environment.
fn of_spec(pointer: &str) -> &str {
    let Some(rest) = pointer.strip_prefix("/environments/") else {
        return pointer;
    };
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("")
}

fn matches(place: &str, pointer: &str) -> bool {
    let mut tokens = pointer.split('/');
    let same = |known: &str| {
        tokens
            .next()
            .is_some_and(|token| known == "*" || known == token)
    };
    place.split('/').all(same) && tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_match_by_key() {
        assert!(is_upcoming_key("/topics/state", "persistent"));
        assert!(is_upcoming_key(
            "/environments/dev/topics/state",
            "persistent"
        ));
        assert!(!is_upcoming_key("", "persistent"));
        assert!(!is_upcoming_key("/topics/state/of", "persistent"));
        assert!(is_upcoming_value("/provision/factory/method", "bulk"));
    }
}
