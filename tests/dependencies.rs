//! Holds the dependencies to what the project promises: nothing that reaches a network, licences
//! that anyone may ship, and a number of packages that a person can review.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Packages in the default build, ours included: those of `cargo tree --edges normal`, and the few
/// that come in because a test turns on a feature. Raising it needs a sentence in the commit.
const MAX_BUILT: usize = 170;

/// Packages in Cargo.lock: every feature, every platform, tests. Raising it needs a sentence too.
const MAX_LOCKED: usize = 220;

/// The platform that is counted, wherever the test runs.
const COUNTED_PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// What no build of ours contains, and why; `*` at the end stands for any rest.
const BANNED: &[(&[&str], &str)] = &[
    (
        &[
            "attohttpc",
            "curl",
            "curl-sys",
            "h2",
            "h3",
            "hyper",
            "hyper-*",
            "isahc",
            "minreq",
            "reqwest",
            "reqwest-*",
            "surf",
            "tungstenite",
            "ureq",
            "ureq-*",
        ],
        "it talks HTTP, and the tool works offline",
    ),
    (
        &[
            "mio",
            "quinn",
            "quinn-*",
            "rumqttc",
            "paho-mqtt",
            "socket2",
            "trust-dns-*",
            "hickory-*",
            "libgit2-sys",
            "libssh2-sys",
            "gix-transport",
        ],
        "it opens sockets, and the tool works offline",
    ),
    (
        &[
            "boring",
            "boring-*",
            "native-tls",
            "openssl",
            "openssl-*",
            "rustls",
            "rustls-*",
            "schannel",
            "security-framework",
            "webpki",
            "webpki-*",
        ],
        "it secures connections, and the tool makes none",
    ),
    (
        &["aws-*", "rusoto_*"],
        "it calls AWS; what AWS documents is in `facts/`",
    ),
    (
        &[
            "actix-*",
            "async-global-executor",
            "async-io",
            "async-std",
            "futures-executor",
            "smol",
            "tokio",
            "tokio-*",
        ],
        "it runs asynchronous code, and the tool has nothing to wait for",
    ),
];

/// Packages whose names are like those of banned ones. `aws-smt-strings` computes with sets of strings;
/// the benches compare us with it.
const UNLIKE: &[&str] = &["aws-smt-strings"];

/// The licences that a package may ask of us. Each is needed: dropping one fails the test.
const LICENCES: &[&str] = &["Apache-2.0", "ISC", "MIT", "MIT-0", "Unicode-3.0", "Zlib"];

#[test]
fn no_package_is_banned() {
    let packages = packages(&metadata(&["--all-features"]));
    let found: Vec<String> = packages
        .values()
        .filter_map(|package| ban(&package.name).map(|reason| (package, reason)))
        .map(|(package, reason)| {
            let name = &package.name;
            format!("{name}: {reason}; find who brings it with `cargo tree --invert {name}`")
        })
        .collect();
    assert!(found.is_empty(), "banned packages:\n{}", found.join("\n"));
}

#[test]
fn licences_are_allowed_and_needed() {
    let packages = packages(&metadata(&["--all-features"]));
    let mut found = Vec::new();
    let mut needed = BTreeSet::new();
    for package in packages.values() {
        let licence = package.licence.as_deref().unwrap_or_default();
        let is_allowed_by = |list: &[&str]| allows(licence, list);
        match is_allowed_by(LICENCES) {
            Ok(true) => {}
            Ok(false) => found.push(format!("{}: `{licence}` is not allowed", package.name)),
            Err(error) => found.push(format!("{}: `{licence}`: {error}", package.name)),
        }
        needed.extend(LICENCES.iter().filter(|one| {
            let others: Vec<&str> = LICENCES
                .iter()
                .copied()
                .filter(|other| other != *one)
                .collect();
            is_allowed_by(&others) != Ok(true)
        }));
    }
    assert!(
        found.is_empty(),
        "allow the licence in tests/dependencies.rs, or drop the package:\n{}",
        found.join("\n")
    );
    assert_eq!(
        needed,
        LICENCES.iter().collect(),
        "a licence in LICENCES is no longer needed"
    );
}

#[test]
fn packages_are_few() {
    let metadata = metadata(&["--filter-platform", COUNTED_PLATFORM]);
    let built = built(&metadata);
    let list: Vec<&str> = built
        .iter()
        .map(|id| id.rsplit(['/', '#']).next().unwrap_or(id))
        .collect();
    assert!(built.len() > 10, "found only {list:?}");
    assert!(
        built.len() <= MAX_BUILT,
        "{} packages in the default build, over {MAX_BUILT}: {}",
        built.len(),
        list.join(" ")
    );

    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"))
        .expect("Cargo.lock is readable");
    let locked = lock.lines().filter(|line| *line == "[[package]]").count();
    assert!(
        locked >= built.len(),
        "{locked} packages in Cargo.lock, {} built",
        built.len()
    );
    assert!(
        locked <= MAX_LOCKED,
        "{locked} packages in Cargo.lock, over {MAX_LOCKED}"
    );
    println!(
        "{} of {MAX_BUILT} packages built, {locked} of {MAX_LOCKED} locked",
        built.len()
    );
}

/// What `cargo metadata` says with these arguments.
fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo metadata failed: {complaint}"
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

#[derive(Debug, PartialEq)]
struct Package {
    name: String,
    /// The SPDX expression, where the package has one.
    licence: Option<String>,
}

/// All packages, by id.
fn packages(metadata: &Value) -> BTreeMap<String, Package> {
    let all = metadata
        .get("packages")
        .and_then(Value::as_array)
        .expect("metadata has packages");
    let text =
        |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    all.iter()
        .map(|package| {
            let id = text(package, "id").expect("a package has an id");
            let name = text(package, "name").expect("a package has a name");
            (
                id,
                Package {
                    name,
                    licence: text(package, "license"),
                },
            )
        })
        .collect()
}

/// The ids of the packages that the root reaches by dependencies that are neither for building nor
/// for testing, its own included.
fn built(metadata: &Value) -> BTreeSet<&str> {
    let resolve = metadata.get("resolve").expect("metadata is resolved");
    let nodes = resolve
        .get("nodes")
        .and_then(Value::as_array)
        .expect("the graph has nodes");
    let id = |value: &'_ Value, key: &str| -> Option<String> {
        value.get(key).and_then(Value::as_str).map(str::to_owned)
    };
    let root = id(resolve, "root").expect("the graph has a root");
    let mut seen = BTreeSet::new();
    let mut next = vec![root];
    while let Some(wanted) = next.pop() {
        let node = nodes
            .iter()
            .find(|node| id(node, "id").as_ref() == Some(&wanted))
            .expect("every dependency is a node");
        if !seen.insert(
            node.get("id")
                .and_then(Value::as_str)
                .expect("a node has an id"),
        ) {
            continue;
        }
        for dependency in node
            .get("deps")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let mut kinds = dependency
                .get("dep_kinds")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            if kinds.any(|kind| kind.get("kind").is_some_and(Value::is_null)) {
                next.extend(id(dependency, "pkg"));
            }
        }
    }
    seen
}

/// Why a package is banned, if it is.
fn ban(name: &str) -> Option<&'static str> {
    let matches = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    };
    BANNED
        .iter()
        .filter(|_| !UNLIKE.contains(&name))
        .find(|(names, _)| names.iter().any(matches))
        .map(|&(_, reason)| reason)
}

/// Whether an SPDX expression can be met with these licences only. `/` is the old way to write
/// `OR`; `AND` binds tighter than `OR`.
///
/// # Errors
/// When the text is no expression.
fn allows(expression: &str, licences: &[&str]) -> Result<bool, String> {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = any_of(&mut words, licences)?;
    match words.next() {
        None => Ok(allowed),
        Some(word) => Err(format!("does not expect `{word}`")),
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, licences: &[&str]) -> Result<bool, String> {
    let mut allowed = all_of(words, licences)?;
    while words.next_if_eq(&"OR").is_some() {
        allowed |= all_of(words, licences)?;
    }
    Ok(allowed)
}

fn all_of(words: &mut Words<'_>, licences: &[&str]) -> Result<bool, String> {
    let mut allowed = one_of(words, licences)?;
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one_of(words, licences)?;
    }
    Ok(allowed)
}

fn one_of(words: &mut Words<'_>, licences: &[&str]) -> Result<bool, String> {
    match words.next() {
        Some("(") => {
            let allowed = any_of(words, licences)?;
            words
                .next_if_eq(&")")
                .map(|_| allowed)
                .ok_or_else(|| "has no `)`".to_owned())
        }
        None | Some(")" | "AND" | "OR" | "WITH") => Err("lacks a licence".to_owned()),
        Some(licence) => {
            // A licence with an exception is one of its own.
            let mut licence = licence.to_owned();
            if words.next_if_eq(&"WITH").is_some() {
                let exception = words.next().ok_or("lacks an exception")?;
                licence = format!("{licence} WITH {exception}");
            }
            Ok(licences.contains(&licence.as_str()))
        }
    }
}

#[test]
fn ban_covers_families_and_spares_neighbours() {
    for name in [
        "reqwest",
        "hyper-util",
        "tokio-rustls",
        "aws-sdk-iot",
        "aws-config",
        "mio",
    ] {
        assert!(ban(name).is_some(), "{name} is not banned");
    }
    for name in [
        "hyperfine",
        "tokio1",
        "url",
        "aws",
        "aws-smt-strings",
        "rayon",
        "serde_json",
    ] {
        assert_eq!(ban(name), None, "{name} is banned");
    }
}

#[test]
fn licence_expressions_are_read() {
    let list = [
        "MIT",
        "Apache-2.0",
        "Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
    ];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
        ("MIT OR Apache-2.0 AND GPL-3.0-only", true),
        ("GPL-3.0-only AND MIT OR GPL-2.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0 WITH Other-exception", false),
    ] {
        assert_eq!(allows(expression, &list), Ok(expected), "{expression}");
    }
    for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT Apache-2.0", "MIT WITH"] {
        assert!(allows(expression, &list).is_err(), "{expression:?} is read");
    }
}

#[test]
fn only_normal_dependencies_count() {
    let node = |id: &str, deps: &[(&str, Value)]| {
        let deps: Vec<Value> = deps
            .iter()
            .map(|(pkg, kind)| serde_json::json!({"pkg": pkg, "dep_kinds": [{"kind": kind}]}))
            .collect();
        serde_json::json!({"id": id, "deps": deps})
    };
    let graph = serde_json::json!({"resolve": {"root": "us", "nodes": [
        node("us", &[("a", Value::Null), ("b", "dev".into()), ("c", "build".into())]),
        node("a", &[("d", Value::Null), ("us", "dev".into())]),
        node("b", &[]), node("c", &[]), node("d", &[("a", Value::Null)]),
    ]}});
    assert_eq!(built(&graph), BTreeSet::from(["a", "d", "us"]));
}
