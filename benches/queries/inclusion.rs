//! Questions of inclusion: is each name that a pattern of `of` matches matched by one of `in`.
//!
//! Six families. About half of the questions of each are made to hold: every pattern of `of` is
//! one of `in` with something in place of its wildcards. The others have one pattern changed in one
//! character, or a pattern of their own. In some of them a pattern is covered by several together.

use serde_json::{Value, json};

use crate::random::Random;

/// All families, each line `{"family", "of", "in"}`.
pub(crate) fn queries(seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let mut lines = Vec::new();
    for (family, count) in [
        (Family::Typical, 80),
        (Family::BigSet, 12),
        (Family::Nasty, 30),
        (Family::Long, 4),
        (Family::LongWild, 2),
        (Family::LongNasty, 2),
    ] {
        for number in 0..count {
            lines.push(query(family, number % 2 == 0, &mut random));
        }
    }
    lines
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// 4 to 12 patterns of 20 to 60 characters, as policies have them.
    Typical,
    /// The same patterns, 60 in 60.
    BigSet,
    /// One of a few letters between stars, in four.
    Nasty,
    /// 200 patterns of 100 characters in 200, with as many wildcards in each as the typical ones.
    Long,
    /// The same, with as many wildcards for their length as the typical ones.
    LongWild,
    /// 200 patterns of letters between stars, 100 characters long, in 200.
    LongNasty,
}

fn query(family: Family, is_included: bool, random: &mut Random) -> Value {
    let (name, of, within) = match family {
        Family::Typical => ("typical", random.between(4, 12), random.between(4, 12)),
        Family::BigSet => ("bigset", 60, 60),
        Family::Nasty => ("nasty", 1, 4),
        Family::Long => ("long", 200, 200),
        Family::LongWild => ("long-wild", 200, 200),
        Family::LongNasty => ("long-nasty", 200, 200),
    };
    let mut wide: Vec<String> = (0..within).map(|_| pattern(family, random)).collect();
    let mut narrow: Vec<String> = (0..of)
        .map(|_| {
            let of = random.below(wide.len());
            narrowed(&wide[of], family, random)
        })
        .collect();
    if family != Family::Nasty && random.percent(40) {
        split(&mut wide, random);
    }
    if !is_included {
        let at = random.below(narrow.len());
        narrow[at] = match random.percent(70) {
            true => mistaken(&narrow[at], random),
            false => pattern(family, random),
        };
    }
    json!({ "family": name, "of": narrow, "in": wide })
}

/// A pattern of a family.
fn pattern(family: Family, random: &mut Random) -> String {
    match family {
        Family::Typical | Family::BigSet => topic(20, 60, 100, random),
        Family::Long => topic(95, 105, 300, random),
        Family::LongWild => topic(95, 105, 100, random),
        Family::Nasty => {
            let count = random.between(2, 4);
            letters(count, random)
        }
        Family::LongNasty => {
            let count = random.between(30, 36);
            letters(count, random)
        }
    }
}

const ROOTS: &[&str] = &["dt", "cmd", "evt", "cfg", "fleet", "ota", "alarm", "v1/dt"];
const SITES: &[&str] = &[
    "eu-central",
    "us-east",
    "plant-07",
    "plant-12",
    "line-3",
    "hall-b",
    "berlin",
    "austin",
    "acme",
    "fabrikam",
    "building-4",
    "floor-2",
];
const DEVICES: &[&str] = &[
    "gw-0042",
    "gw-0117",
    "sensor-9",
    "meter-118",
    "pump-3",
    "cam-20",
];
const CHANNELS: &[&str] = &[
    "telemetry",
    "state",
    "temperature",
    "vibration",
    "config",
    "reboot",
    "firmware",
    "battery",
    "request",
    "response",
    "door",
    "valve",
];

/// A pattern for topics as fleets lay them out: 29 of so many levels have wildcards.
fn topic(least: usize, most: usize, levels: usize, random: &mut Random) -> String {
    let mut topic = random.pick(ROOTS).to_owned();
    let length = random.between(least, most);
    while topic.len() < length {
        let words = random.pick(&[SITES, DEVICES, DEVICES, CHANNELS]);
        let mut word = random.pick(words).to_owned();
        match random.below(levels) {
            0..10 => word = "*".to_owned(),
            10..18 => word.replace_range(word.len() / 2.., "*"),
            18..26 => {
                let last = word.len() - 1;
                word.replace_range(last.., "?");
            }
            26..29 => word = "??????".to_owned(),
            _ => {}
        }
        topic.push('/');
        topic.push_str(&word);
    }
    topic.truncate(most);
    if random.percent(40) {
        topic.truncate(most - 2);
        topic.push_str("/*");
    }
    topic
}

/// Short words of three letters between stars, the last star often missing.
fn letters(count: usize, random: &mut Random) -> String {
    let mut pattern = String::new();
    for _ in 0..count {
        pattern.push('*');
        for _ in 0..random.between(1, 3) {
            pattern.push(match random.percent(8) {
                true => '?',
                false => random.pick(&['a', 'b', 'c']),
            });
        }
    }
    if random.percent(80) {
        pattern.push('*');
    }
    pattern
}

/// The pattern with something in place of some wildcards: it matches no more.
fn narrowed(pattern: &str, family: Family, random: &mut Random) -> String {
    let is_topic = !matches!(family, Family::Nasty | Family::LongNasty);
    let mut narrowed = String::new();
    for character in pattern.chars() {
        match (character, random.below(100), is_topic) {
            ('*', 0..40, true) => {
                narrowed.push_str(random.pick(SITES));
                narrowed.push('/');
                narrowed.push_str(random.pick(CHANNELS));
            }
            ('*', 40..60, true) => {
                narrowed.push_str(random.pick(DEVICES));
                narrowed.push('*');
            }
            ('*', 0..30, false) => narrowed.push_str(random.pick(&["a", "bc", "*ca*", "b?", ""])),
            ('?', 0..60, _) => narrowed.push(random.pick(&['a', 'b', '4', '9'])),
            _ => narrowed.push(character),
        }
    }
    narrowed
}

/// The pattern with another character somewhere.
fn mistaken(pattern: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = pattern.chars().collect();
    let at = random.below(characters.len());
    characters[at] = match characters[at] {
        '*' => 'z',
        '?' => '*',
        'a' => 'b',
        _ => 'a',
    };
    characters.into_iter().collect()
}

/// Puts two patterns in place of one with a star: together they match the same.
fn split(patterns: &mut Vec<String>, random: &mut Random) {
    let at = random.below(patterns.len());
    let Some(star) = patterns[at].find('*') else {
        return;
    };
    let mut some = patterns[at].clone();
    some.insert(star, '?');
    patterns[at].remove(star);
    patterns.push(some);
}
