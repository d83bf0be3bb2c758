//! Holds the files of each rule together, and their words to one form.
//!
//! A rule is `rules/<id>.yaml`, `src/lint/rules/<id>.rs`, `fixtures/rules/<id>/` and a line in
//! `RULES`; none may be missing, and none may be left over.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod expected;
mod files;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expected::{relative, root};
use fleetwright::lint::{RULES, RuleMeta};

/// A rule as its file states it.
struct Entry {
    id: String,
    text: String,
    meta: RuleMeta,
}

/// Every file of `rules/`, read strictly: `Rule::meta` goes on with a broken one.
fn entries() -> Vec<Entry> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable file");
        let meta = serde_yaml::from_str(&text);
        let meta = meta.unwrap_or_else(|error| panic!("{}: {error}", relative(&path)));
        let id = stem(&path);
        Entry { id, text, meta }
    };
    let mut paths = children("rules");
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn children(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
    entries
        .map(|entry| entry.expect("a folder entry").path())
        .collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().expect("a file name");
    stem.to_string_lossy().into_owned()
}

#[test]
fn the_files_of_a_rule_are_all_there() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "RULES is in order, and no rule stands twice");
    let ids: BTreeSet<String> = ids.into_iter().map(str::to_owned).collect();
    let stems = |folder: &str, extension: &str| -> BTreeSet<String> {
        let mut stems = BTreeSet::new();
        for path in children(folder) {
            let found = path.extension().map_or("", |it| it.to_str().expect("text"));
            assert_eq!(found, extension, "{} is no part of a rule", relative(&path));
            let stem = stem(&path);
            assert!(!stem.contains(if extension == "rs" { '-' } else { '_' }));
            stems.insert(stem.replace('_', "-"));
        }
        stems
    };
    assert_eq!(stems("rules", "yaml"), ids, "rules/*.yaml");
    assert_eq!(stems("src/lint/rules", "rs"), ids, "src/lint/rules/*.rs");
    assert_eq!(stems("fixtures/rules", ""), ids, "fixtures/rules/*/");
}

#[test]
fn an_id_names_the_hazard() {
    for entry in entries() {
        let id = &entry.id;
        assert_eq!(&entry.meta.id, id, "rules/{id}.yaml");
        // `Rule::id` reads no more than this line.
        assert_eq!(
            entry.text.lines().next(),
            Some(&*format!("id: {id}")),
            "rules/{id}.yaml"
        );
        let is_kebab = id
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|it| it.is_ascii_lowercase()));
        assert!(is_kebab, "{id} is in kebab case, without numbers");
        let names_remedy = ["no-", "disallow-", "check-"]
            .iter()
            .any(|prefix| id.starts_with(prefix));
        assert!(!names_remedy, "{id} names the hazard and not the remedy");
    }
}

#[test]
fn a_rule_says_all_that_its_page_needs() {
    for Entry { id, meta, .. } in entries() {
        let summary = &meta.summary;
        let chars = summary.chars().count();
        assert!(chars <= 90, "{id}: the summary has {chars} characters");
        assert!(
            summary.ends_with('.') && !summary.trim_end_matches('.').contains(". "),
            "{id}: the summary is one sentence with a full stop"
        );
        for (section, text) in [
            ("why", &meta.why),
            ("fix", &meta.fix),
            ("limits", &meta.limits),
        ] {
            assert!(
                text.trim_end().ends_with('.'),
                "{id}: {section} is sentences"
            );
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(100), "{id}: a line of {section} is long");
        }
        assert!(!meta.references.is_empty(), "{id} has a reference");
        for reference in &meta.references {
            let is_place = reference.starts_with("https://");
            assert!(is_place, "{id}: {reference} is no address");
        }
        for subject in &meta.applies_to {
            let known = ["policy", "template", "file"];
            assert!(known.contains(&&**subject), "{id} applies to {subject}");
        }
        assert!(!meta.applies_to.is_empty(), "{id} applies to nothing");
    }
}

#[test]
fn every_option_is_read() {
    for Entry { id, meta, .. } in entries() {
        let path = format!("src/lint/rules/{}.rs", id.replace('-', "_"));
        let code = fs::read_to_string(root().join(&path)).expect("a readable file");
        for option in meta.options.keys() {
            let is_read = code.contains(&format!("\"{option}\""));
            assert!(is_read, "{path} does not read the option {option}");
        }
    }
}

#[test]
fn a_rule_has_both_kinds_of_fixtures() {
    for rule in RULES {
        let folder = format!("fixtures/rules/{}", rule.id());
        let names: Vec<String> = children(&folder).iter().map(|path| stem(path)).collect();
        for kind in ["fail", "pass"] {
            // The page of the rule shows the plain one.
            assert!(names.iter().any(|name| name == kind), "{folder}/{kind}.*");
        }
        for name in &names {
            let is_one = ["fail", "pass"]
                .iter()
                .any(|kind| name == kind || name.starts_with(&format!("{kind}-")));
            assert!(is_one, "{folder}/{name} is neither a fail nor a pass");
        }
    }
}

#[test]
fn messages_have_one_form() {
    let mut silent: BTreeSet<&str> = RULES.iter().map(|rule| rule.id()).collect();
    for path in files::below(&root().join("fixtures")) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let Some(syntax) = files::syntax(&path, &text) else {
            continue;
        };
        for finding in expected::lint(&relative(&path), &text, syntax).findings {
            silent.remove(finding.rule.id());
            let mut said = vec![&finding.message, &finding.primary.message];
            said.extend(&finding.help);
            said.extend(finding.related.iter().map(|label| &label.message));
            for text in said {
                check_form(text, &relative(&path));
            }
            assert!(!finding.message.is_empty(), "{}", relative(&path));
        }
    }
    assert_eq!(silent, BTreeSet::new(), "rules without any finding");
}

/// One line, without a full stop, that begins in lower case, with what the user wrote, or with a name
/// such as AWS or JSON.
#[track_caller]
fn check_form(text: &str, path: &str) {
    assert!(!text.contains('\n'), "{path}: {text:?} has several lines");
    assert!(!text.ends_with('.'), "{path}: {text:?} ends with a stop");
    let first = text.split(' ').next().unwrap_or("");
    let is_name = first.len() > 1 && first.chars().all(char::is_uppercase);
    assert!(
        !text.starts_with(char::is_uppercase) || is_name,
        "{path}: {text:?} begins in upper case"
    );
    assert_eq!(
        text.matches('`').count() % 2,
        0,
        "{path}: {text:?} has a lone backtick"
    );
    for rust in ["Some(", "None", "Ok(", "Err(", "\\'", "\\u{"] {
        assert!(!text.contains(rust), "{path}: {text:?} shows Rust");
    }
}
