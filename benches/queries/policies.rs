//! Policies, changes of policies, and policies that make searches large.
//!
//! A statement is written short: `Allow Publish,Receive topic/dt/${thing}/* topic/x`. The reader
//! puts `arn:aws:iot:…:` before each resource and writes the variables in full; see
//! `benches/measure`.

use serde_json::{Value, json};

use crate::random::Random;

/// How many statements the generated policies have, and how many there are of each.
const SIZES: &[usize] = &[5, 10, 20];
const COUNT: usize = 100;

/// Each line `{"set", "statements"}`.
pub(crate) fn policies(seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let sizes = SIZES.iter().flat_map(|size| [*size; COUNT]);
    sizes
        .map(|size| {
            let mut statements = vec![connect(&mut random)];
            while statements.len() < size {
                statements.push(statement(&mut random));
            }
            json!({ "set": size.to_string(), "statements": statements })
        })
        .collect()
}

/// Changes of one statement, each line `{"set", "number", "statement", "now"}`: which statement of
/// which policy of `policies` becomes what; nothing when it is taken out.
pub(crate) fn edits(seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let mut lines = Vec::new();
    for size in SIZES {
        for number in 0..COUNT {
            let now = match random.below(100) {
                0..30 => Value::Null,
                30..50 => connect(&mut random).into(),
                _ => statement(&mut random).into(),
            };
            let at = random.below(*size);
            lines.push(
                json!({ "set": size.to_string(), "number": number, "statement": at, "now": now }),
            );
        }
    }
    lines
}

/// The families that make searches large, each line `{"name", "old", "new"}`.
pub(crate) fn blow_ups() -> Vec<Value> {
    let mut lines = Vec::new();
    let mut add = |name: String, old: Vec<String>, new: Vec<String>| {
        lines.push(json!({ "name": name, "old": old, "new": new }));
    };
    let publish = |effect: &str, topics: &[String]| {
        let topics: Vec<String> = topics.iter().map(|it| format!("topic/{it}")).collect();
        format!("{effect} Publish {}", topics.join(" "))
    };
    for count in [8, 12, 16, 20, 40] {
        let narrow = format!("*a{}", "?".repeat(count));
        let wide = format!("{narrow}*");
        let (old, new) = (vec![wide], vec![narrow]);
        let (old, new) = (publish("Allow", &old), publish("Allow", &new));
        add(
            format!("*a?^{count} in *a?^{count}*"),
            vec![old.clone()],
            vec![new.clone()],
        );
        let devices = "Allow Publish topic/${thing}/*".to_owned();
        let denied = new.replacen("Allow", "Deny", 1);
        add(
            format!("own topics less *a?^{count}"),
            vec![devices.clone()],
            vec![devices, denied],
        );
    }
    for count in [4, 6, 8, 10, 12] {
        let pairs = "abcdefghijklmnopqrstuvwxyz"
            .as_bytes()
            .chunks(2)
            .take(count);
        let globs = pairs.map(|pair| {
            let (one, two) = (char::from(pair[0]), char::from(pair[1]));
            format!("topic/*{one}*{two}*{one}*")
        });
        let mut new = vec!["Allow Publish topic/*".to_owned()];
        new.extend(globs.map(|it| format!("Deny Publish !{it}")));
        let old = vec!["Allow Connect client/${thing}".to_owned()];
        add(
            format!("{count} of *c*d*c* at once"),
            old.clone(),
            new.clone(),
        );
        new[0] = "Allow Publish topic/dt/${thing}/*".to_owned();
        add(
            format!("{count} of *c*d*c* at once in own topics"),
            old,
            new,
        );
    }
    let mut random = Random(4);
    let nasty: Vec<String> = (0..200)
        .map(|_| {
            let letters = (0..random.between(4, 8)).map(|_| random.pick(&["*a", "*b", "*c", "?"]));
            format!("{}*", letters.collect::<String>())
        })
        .collect();
    let (all, but_one) = (publish("Allow", &nasty), publish("Deny", &nasty[1..]));
    add(
        "200 nasty less 199".into(),
        vec!["Allow Connect client/${thing}".to_owned()],
        vec![all.clone(), but_one],
    );
    add(
        "199 nasty to 200".into(),
        vec![publish("Allow", &nasty[1..])],
        vec![all],
    );
    lines
}

/// Who may connect: nearly always the thing under its name.
fn connect(random: &mut Random) -> String {
    let client = match random.below(100) {
        0..75 => "${thing}",
        75..82 => "${client}",
        82..88 => "gw-${thing}",
        88..92 => "${thing}-*",
        92..96 => "${attribute.serial}",
        _ => "*",
    };
    let condition = match random.percent(50) {
        true => " if attached",
        false => "",
    };
    format!("Allow Connect client/{client}{condition}")
}

/// Anything but Connect.
fn statement(random: &mut Random) -> String {
    match random.below(100) {
        0..26 => publish(random),
        26..50 => read(random),
        50..58 => both(random),
        58..72 => reserved(random),
        72..80 => https(random),
        80..92 => denial(random),
        _ => ingest(random),
    }
}

fn publish(random: &mut Random) -> String {
    let actions = random.pick(&["Publish", "Publish", "Publish,RetainPublish"]);
    let topics = of(&["topic"], random);
    format!("Allow {actions} {topics}")
}

fn read(random: &mut Random) -> String {
    match random.below(3) {
        0 => format!("Allow Subscribe {}", of(&["topicfilter"], random)),
        1 => format!("Allow Receive {}", of(&["topic"], random)),
        _ => format!(
            "Allow Subscribe,Receive {}",
            of(&["topicfilter", "topic"], random)
        ),
    }
}

fn both(random: &mut Random) -> String {
    let actions = random.pick(&["Publish,Subscribe,Receive", "Publish,Receive", "*"]);
    format!("Allow {actions} {}", of(&["topicfilter", "topic"], random))
}

/// Shadows and jobs over MQTT.
fn reserved(random: &mut Random) -> String {
    let thing = match random.below(100) {
        0..85 => "${thing}",
        85..90 => "${client}",
        90..94 => "gw-*",
        94..97 => "${thing}-lock",
        _ => "*",
    };
    let behind = random.pick(&[
        "shadow/*",
        "shadow/update",
        "shadow/name/config/*",
        "shadow/get/accepted",
        "jobs/*",
        "jobs/notify-next",
        "jobs/*/update",
        "*",
    ]);
    let (actions, kind) = random.pick(&[
        ("Publish", "topic"),
        ("Receive", "topic"),
        ("Subscribe", "topicfilter"),
    ]);
    format!("Allow {actions} {kind}/$aws/things/{thing}/{behind}")
}

/// Shadows and jobs over HTTPS.
fn https(random: &mut Random) -> String {
    let actions = random.pick(&[
        "GetThingShadow",
        "GetThingShadow,UpdateThingShadow",
        "UpdateThingShadow,DeleteThingShadow",
        "ListNamedShadowsForThing",
    ]);
    let thing = random.pick(&[
        "${thing}",
        "${thing}",
        "${thing}",
        "${thing}/config",
        "gw-*",
    ]);
    let condition = random.pick(&["", " if attached"]);
    format!("Allow {actions} thing/{thing}{condition}")
}

fn denial(random: &mut Random) -> String {
    let (actions, kinds): (_, &[&str]) = random.pick(&[
        ("Publish", &["topic"][..]),
        ("Receive", &["topic"]),
        ("Subscribe", &["topicfilter"]),
        ("Publish,Receive", &["topic"]),
    ]);
    match random.below(100) {
        0..20 => format!("Deny {actions} {}/$aws/rules/*", kinds[0]),
        20..35 => format!("Deny {actions} !{}/dt/${{thing}}/*", kinds[0]),
        35..45 => format!("Deny {actions} {}/dt/*/firmware/?* if unattached", kinds[0]),
        _ => format!("Deny {actions} {}", of(kinds, random)),
    }
}

fn ingest(random: &mut Random) -> String {
    let rule = random.pick(&["telemetry", "alarms", "battery_low"]);
    format!("Allow Publish topic/$aws/rules/{rule}/{}", name(random))
}

/// One to three names, each for all of the kinds.
fn of(kinds: &[&str], random: &mut Random) -> String {
    let mut resources = Vec::new();
    for _ in 0..random.pick(&[1, 1, 1, 2, 2, 3]) {
        let name = name(random);
        resources.extend(kinds.iter().map(|kind| format!("{kind}/{name}")));
    }
    resources.join(" ")
}

const ROOTS: &[&str] = &[
    "dt", "cmd", "evt", "cfg", "fleet", "ota", "alarm", "v1/dt", "v1/cmd",
];
const GROUPS: &[&str] = &[
    "acme", "plant-07", "plant-12", "line-3", "eu", "us", "hall-b",
];
const CHANNELS: &[&str] = &[
    "telemetry",
    "state",
    "temperature",
    "config",
    "reboot",
    "firmware",
    "battery",
    "request",
    "response",
    "valve",
    "log/error",
];

/// A pattern for topics as fleets lay them out.
fn name(random: &mut Random) -> String {
    let mut levels = vec![random.pick(ROOTS).to_owned()];
    if random.percent(50) {
        levels.push(random.pick(GROUPS).to_owned());
    }
    if random.percent(8) {
        levels.push("${attribute.tenant}".to_owned());
    }
    let owner = match random.below(100) {
        // A whole level.
        0..68 => "${thing}",
        68..73 => "${client}",
        // Beside text.
        73..78 => "gw-${thing}",
        78..81 => "${thing}-in",
        81..83 => "${thing}*",
        // Nobody's.
        83..89 => "broadcast",
        89..93 => "gw-*",
        93..95 => "gw-00??",
        95..97 => "*",
        _ => "all",
    };
    levels.push(owner.to_owned());
    for _ in 0..random.below(3) {
        levels.push(random.pick(CHANNELS).to_owned());
    }
    match random.below(100) {
        0..45 => levels.push("*".to_owned()),
        45..50 => levels.push("?*".to_owned()),
        50..56 => levels.push("log-*".to_owned()),
        _ => {}
    }
    levels.join("/")
}
