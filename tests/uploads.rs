//! What a device may write to S3, tried for all short names: the engine decides policies of AWS IoT, and the
//! variables of IAM are not its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

/// The pattern of objects in the stack of the example.
fn pattern() -> String {
    let stack = "fixtures/fleet/chargers/expected/out/cfn/prod/eu-west-1/stack.yaml";
    let stack = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(stack)).unwrap();
    let mut lines = stack.lines().filter_map(|line| {
        let arn = line.trim().trim_start_matches("- ").trim_matches('"');
        arn.strip_prefix("arn:aws:s3:::chargers-logs-prod/")
    });
    let found = lines.next().unwrap().to_owned();
    assert_eq!(lines.next(), None);
    found
}

/// Whether IAM's pattern matches: `*` is any text, `?` one character.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            matches(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, text)| matches(pattern, text))
        }
        (Some((b'?', rest)), Some((_, text))) => matches(rest, text),
        (Some((one, rest)), Some((other, text))) => one == other && matches(rest, text),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// All texts of at most so many of these characters.
fn texts(characters: &[char], longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|text| characters.iter().map(move |it| format!("{text}{it}")))
            .collect();
        all.extend(last.clone());
    }
    all
}

#[test]
fn no_device_writes_below_the_name_of_another() {
    let pattern = pattern();
    assert_eq!(pattern, "raw/${credentials-iot:ThingName}/*");
    // The characters of thing names, as far as a pattern could take one for something else.
    let mut names = texts(&['a', 'b', '-', ':', '_'], 3);
    names.retain(|name| !name.is_empty());
    let keys = texts(&['a', '/', '.'], 3);
    let mut tried = 0;
    for owner in &names {
        let own = |key: &str| format!("raw/{owner}/{key}");
        for other in names
            .iter()
            .filter(|it| it.len() <= 2 || it.starts_with('a'))
        {
            let allowed = pattern.replace("${credentials-iot:ThingName}", other);
            for key in &keys {
                let is_allowed = matches(allowed.as_bytes(), own(key).as_bytes());
                assert_eq!(is_allowed, owner == other, "{other} on {}", own(key));
                tried += 1;
            }
        }
    }
    assert!(tried > 100_000, "{tried}");
    // Without a thing the variable is not filled in, and a text that is no name stays.
    assert!(!matches(pattern.as_bytes(), b"raw/a/x"));
}
