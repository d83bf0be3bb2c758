//! Holds `facts/*.yaml` and the tables below `src/facts/table/` together.
//!
//! `BLESS=1 cargo test` derives the tables; without it, a stale table is a failure. The library must
//! compile before this program runs: when a field of a row's type changes, change the column of the
//! table by search and replace, then bless.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test program fails by panicking, also in its helper functions"
)]

#[path = "facts/deployment.rs"]
mod deployment;
#[path = "facts/derive.rs"]
mod derive;
#[path = "facts/entry.rs"]
mod entry;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use derive::tables;
use entry::{Actions, Conditions, Scope, Variables};
use serde::de::DeserializeOwned;

#[test]
fn the_tables_are_derived_from_the_facts() {
    let bless = env::var_os("BLESS").is_some();
    let mut stale = Vec::new();
    for (name, text) in tables() {
        let path = root().join("src/facts/table").join(name);
        if fs::read_to_string(&path).is_ok_and(|written| written == text) {
            continue;
        }
        if bless {
            fs::write(&path, text).expect("the table can be written");
        } else {
            stale.push(path.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {}; run `BLESS=1 cargo test`",
        stale.join(", ")
    );
}

#[test]
fn every_file_of_facts_has_a_table() {
    let stems = |folder: &str, extension: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
        let paths = entries.map(|entry| entry.unwrap().path());
        let files = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
        files
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    let mut tables = stems("src/facts/table", "rs");
    // The constants come from quotas.yaml, as the table of quotas does.
    assert!(tables.remove("limit"));
    assert_eq!(stems("facts", "yaml"), tables);
}

#[test]
fn what_a_fact_names_is_a_fact() {
    let actions: Actions = read("actions.yaml");
    let conditions: Conditions = read("conditions.yaml");
    let variables: Variables = read("variables.yaml");
    let known: BTreeSet<&str> = actions
        .actions
        .iter()
        .map(|row| row.action.as_str())
        .collect();
    let types: BTreeSet<&str> = actions
        .resource_types
        .iter()
        .map(|row| row.name.as_str())
        .collect();
    let keys: BTreeSet<&str> = conditions.keys.iter().map(|row| row.key.as_str()).collect();
    for row in &actions.actions {
        let others = row
            .requires
            .iter()
            .chain(&row.requires_on_mqtt)
            .chain(&row.legacy_of);
        for other in others {
            assert!(
                known.contains(other.as_str()),
                "{} names {other}",
                row.action
            );
        }
        for resource in &row.resources {
            assert!(
                resource == "*" || types.contains(resource.as_str()),
                "{}",
                row.action
            );
        }
        for key in &row.condition_keys {
            let name = key.trim_end_matches('/');
            assert!(
                keys.contains(name) || keys.contains(key.as_str()),
                "{} names {key}",
                row.action
            );
        }
    }
    let control = |name: &str| {
        actions.control_plane.iter().any(|row| {
            name.split_once(':').is_some_and(|(service, operation)| {
                service == row.service && row.actions.iter().any(|action| action == operation)
            })
        })
    };
    for row in &conditions.keys {
        if let Scope::List(names) = &row.actions {
            for name in names {
                assert!(
                    known.contains(name.as_str()) || control(name),
                    "{} names {name}",
                    row.key
                );
            }
        }
    }
    for row in &variables.elsewhere {
        if let Some(instead) = &row.instead {
            assert!(
                variables
                    .variables
                    .iter()
                    .any(|other| other.variable == *instead)
            );
        }
    }
}

/// Reads a file of facts.
pub(crate) fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = root().join("facts").join(name);
    let text = fs::read_to_string(&path).expect("the file is there");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("facts/{name}: {error}"))
}

/// The folder of the package.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
