//! Holds the code to its layers: a module imports only from the layers below its own.
//!
//! Reads every `use` tree and every path in `src/**/*.rs`, also inside macro calls and attributes;
//! resolves `crate`, `self`, `super` and names that a `use` brought in; follows re-exports; leaves
//! out what is compiled for tests only. It does not see methods: `path.exists()` is for review.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use code::{Code, Mention, Reader, Target};

// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "layers/code.rs"]
mod code;

/// Each module of the library with its layer. The table in `docs/design.md` says what each is for.
const LAYERS: &[(&str, u8)] = &[
    ("source", 0),
    ("document", 1),
    ("model", 1),
    ("facts", 2),
    ("artifact", 3),
    ("engine", 3),
    ("provision", 3),
    ("project", 4),
    ("question", 4),
    ("fleet", 5),
    ("advice", 6),
    ("lint", 6),
    ("generate", 7),
    ("report", 8),
    ("cli", 9),
];

/// Modules of `std` that reach the machine; only [`SHELL`] may name them.
const MACHINE: &[&str] = &["env", "fs", "net", "process", "time"];

/// The module that reaches the machine for all others.
const SHELL: &str = "cli";

/// A longer file is split by kind or by operation.
const MAX_LINES: usize = 800;

/// Derived tables: as long as what AWS documents.
const DERIVED: &str = "facts/table/";

/// What the names of AWS begin with, in lower case.
const AWS_NAMES: &[&str] = &["iot:", "iotjobsdata:", "greengrass:", "$aws/"];

/// Where the names of AWS are written down, each with all that is inside it.
const HOMES_OF_AWS_NAMES: &[&[&str]] = &[
    &["facts"],
    &["model", "action"],
    &["model", "variable"],
    &["model", "topic"],
];

/// What begins a path without being a crate: primitives and tools that have attributes.
const NO_CRATES: &[&str] = &[
    "bool", "char", "clippy", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "rustdoc",
    "rustfmt", "str", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// File stems that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "common", "helper", "helpers", "misc", "mod", "util", "utils",
];

#[test]
fn source_keeps_its_layers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    read_folder(&root, "", &mut files);
    assert!(
        files.iter().any(|(name, _)| name == "lib.rs"),
        "found no lib.rs in {root:?}"
    );
    let found = violations(&files);
    assert!(
        found.is_empty(),
        "{} violations:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn design_has_the_same_table() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md"))
        .expect("docs/design.md is readable");
    let mut written: Vec<(String, u8)> = Vec::new();
    for line in text.lines() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (Some(layer), Some(module)) = (cells.next(), cells.next()) else {
            continue;
        };
        if let Ok(layer) = layer.parse() {
            written.push((module.trim_matches('`').to_owned(), layer));
        }
    }
    let held: Vec<_> = LAYERS
        .iter()
        .map(|&(name, layer)| (name.to_owned(), layer))
        .collect();
    assert_eq!(
        written, held,
        "docs/design.md (left) and LAYERS (right) name different layers"
    );
}

/// Adds all `.rs` files below `folder`, each under its path from `src/`, in a fixed order.
fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a source folder is readable")
        .map(|entry| entry.expect("a folder entry is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .expect("an entry has a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            files.push((format!("{prefix}{name}"), text));
        }
    }
}

/// What is wrong in `files`, pairs of the path from `src/` and the text; one line each.
fn violations(files: &[(String, String)]) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut code = Code::default();
    for (file, text) in files {
        check_file(file, text, &mut found);
        match syn::parse_file(text) {
            Ok(parsed) => Reader::read(file, &parsed, &mut code),
            Err(error) => {
                let line = error.span().start().line;
                found.insert((file.clone(), line, format!("does not parse: {error}")));
            }
        }
    }
    let test_only = std::mem::take(&mut code.test_only);
    let counts = |module: &[String]| !test_only.iter().any(|test| module.starts_with(test));
    for mention in code
        .mentions
        .iter()
        .filter(|mention| counts(&mention.module))
    {
        for message in judge(&code, mention) {
            found.insert((mention.file.clone(), mention.line, message));
        }
    }
    for (module, file, line, message) in &code.remarks {
        if counts(module) {
            found.insert((file.clone(), *line, message.clone()));
        }
    }
    found
        .iter()
        .map(|(file, line, message)| format!("src/{file}:{line}: {message}"))
        .collect()
}

/// What the name and the length of a file break.
fn check_file(file: &str, text: &str, found: &mut BTreeSet<(String, usize, String)>) {
    let mut add = |line, message| found.insert((file.to_owned(), line, message));
    let module = module_of(file);
    if let Some(top) = module.first()
        && file != "main.rs"
        && layer_of(top).is_none()
    {
        add(
            1,
            format!("module `{top}` has no layer; add it to LAYERS and to docs/design.md"),
        );
    }
    let stem = file
        .trim_end_matches(".rs")
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if EMPTY_NAMES.contains(&stem) {
        add(
            1,
            format!("`{stem}.rs` says nothing; name the file after the type that it serves"),
        );
    }
    let lines = text.lines().count();
    if lines > MAX_LINES && !file.starts_with(DERIVED) {
        add(
            MAX_LINES + 1,
            format!("has {lines} lines, over {MAX_LINES}; split it by kind or by operation"),
        );
    }
}

/// The module that a file is: `model/policy.rs` is `model::policy`, `lib.rs` is the root.
fn module_of(file: &str) -> Vec<String> {
    match file {
        "lib.rs" => Vec::new(),
        _ => file
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect(),
    }
}

fn layer_of(module: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|&(_, layer)| layer)
}

/// What one mention of a path breaks.
fn judge(code: &Code, mention: &Mention) -> Vec<String> {
    let from = mention.module.first().map_or("lib", String::as_str);
    let targets = code.targets(&mention.module, &mention.path);
    // `Finding::new` after `use …::Finding`: what is wrong is said at the `use`.
    if let ([first, _, ..], false) = (mention.path.as_slice(), mention.is_use) {
        let brought_in = Mention {
            path: vec![first.clone()],
            ..mention.clone()
        };
        let unknown = Target::Outside(brought_in.path.clone());
        if !code
            .targets(&mention.module, &brought_in.path)
            .contains(&unknown)
            && !judge(code, &brought_in).is_empty()
        {
            return Vec::new();
        }
    }
    let mut messages = Vec::new();
    for target in &targets {
        messages.extend(match target {
            Target::Outside(path) if from == "main" => judge_main(mention, path),
            Target::Outside(path) => judge_machine(from, mention, path),
            // The root re-exports from every layer; main.rs is not part of the library.
            Target::Inside(_) if matches!(from, "lib" | "main") => None,
            Target::Inside(path) => match path.first() {
                None if mention.is_glob => Some(format!(
                    "`{}` takes all of the crate root; import each name from its module",
                    mention.written()
                )),
                None => None,
                Some(top) => match layer_of(top) {
                    Some(layer) => judge_layer(from, mention, top, layer),
                    // A re-export leads to a target of its own, and is judged by that.
                    None if targets.len() > 1 || top == from => None,
                    None => Some(format!(
                        "`{}` is in the crate root; move it to a module that has a layer",
                        mention.written()
                    )),
                },
            },
        });
    }
    messages
}

/// What naming the module `top`, on layer `theirs`, breaks in the module `from`.
fn judge_layer(from: &str, mention: &Mention, top: &str, theirs: u8) -> Option<String> {
    let ours = layer_of(from).filter(|_| from != top)?;
    let remedy = match theirs.cmp(&ours) {
        Ordering::Less => return None,
        Ordering::Equal => {
            "siblings do not import each other: move what both need to a lower layer, or join \
             them in a higher one"
        }
        Ordering::Greater => {
            "imports point down: move what is shared to a lower layer, or take it as an argument"
        }
    };
    let written = mention.written();
    Some(format!(
        "`{from}` (layer {ours}) imports `{top}` (layer {theirs}) by `{written}`; {remedy}"
    ))
}

/// What naming `path` of another crate breaks in the library.
fn judge_machine(from: &str, mention: &Mention, path: &[String]) -> Option<String> {
    let reaches = match path {
        [first] => first == "std" && mention.is_glob,
        [first, second, ..] => first == "std" && MACHINE.contains(&second.as_str()),
        [] => false,
    };
    (reaches && from != SHELL).then(|| {
        format!(
            "`{}` reaches the machine outside of `{SHELL}`; take the value as an argument \
             (for plain types there are `core::net` and `core::time`)",
            mention.written()
        )
    })
}

/// What naming `path` of another crate breaks in main.rs.
fn judge_main(mention: &Mention, path: &[String]) -> Option<String> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_allowed = match path.as_slice() {
        ["fleetwright", ..] | ["std", "process", ..] | [] => true,
        ["std"] => !mention.is_glob,
        // A path of the prelude (`String::new`), a primitive or a tool that has attributes.
        [name, ..] => {
            !mention.is_use
                && (name.starts_with(|first: char| first.is_uppercase())
                    || NO_CRATES.contains(name))
        }
    };
    (!is_allowed).then(|| {
        format!(
            "main.rs names `{}`; it may use only `fleetwright` and `std::process`: move the \
             work to `{SHELL}`",
            mention.written()
        )
    })
}

/// One case of `fixtures/layers.txt`: its name, and its files with their texts.
struct Case {
    name: String,
    files: Vec<(String, String)>,
}

#[test]
fn each_violation_is_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layers.txt");
    let written = fs::read_to_string(&path).expect("fixtures/layers.txt is readable");
    let (mut fresh, mut cases) = (String::new(), Vec::new());
    let mut is_expected = false;
    for line in written.lines() {
        if let Some(name) = line.strip_prefix("#### ") {
            close(&mut fresh, &cases);
            is_expected = false;
            cases.push(Case {
                name: name.to_owned(),
                files: Vec::new(),
            });
        } else if line == "===" {
            is_expected = true;
        } else if let Some(case) = cases.last_mut().filter(|_| !is_expected) {
            if let Some(file) = line.strip_prefix("--- ") {
                case.files.push((file.to_owned(), String::new()));
            } else if let Some((_, text)) = case.files.last_mut() {
                text.push_str(line);
                text.push('\n');
            }
        }
        if !is_expected {
            fresh.push_str(line);
            fresh.push('\n');
        }
    }
    close(&mut fresh, &cases);
    assert!(cases.len() > 30, "read only {} cases", cases.len());
    for Case { name, files } in &cases {
        let found = violations(files);
        let is_kept = match name.split_once(": ") {
            Some(("pass", _)) => found.is_empty(),
            Some(("fail", _)) => !found.is_empty(),
            _ => panic!("case `{name}` begins neither with `pass: ` nor with `fail: `"),
        };
        assert!(is_kept, "case `{name}` has these violations: {found:#?}");
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, fresh).expect("fixtures/layers.txt is writable");
    } else {
        let mut lines = fresh.lines().zip(written.lines()).zip(1..);
        if let Some(((now, was), line)) = lines.find(|((now, was), _)| now != was) {
            panic!("fixtures/layers.txt:{line}:\n expected {was}\n found    {now}");
        }
        assert_eq!(
            fresh.len(),
            written.len(),
            "fixtures/layers.txt lacks lines, or has too many"
        );
    }
}

/// Ends the text of the last case with what is found in it.
fn close(fresh: &mut String, cases: &[Case]) {
    let Some(case) = cases.last() else { return };
    while fresh.ends_with("\n\n") {
        fresh.pop();
    }
    let found = violations(&case.files);
    if !found.is_empty() {
        fresh.push_str("===\n");
        fresh.push_str(&found.join("\n"));
        fresh.push('\n');
    }
    fresh.push('\n');
}

#[test]
fn long_file_is_found() {
    let check = |file: &str, lines| violations(&[(file.to_owned(), "// x\n".repeat(lines))]);
    assert_eq!(check("lint.rs", MAX_LINES), Vec::<String>::new());
    assert_eq!(
        check("facts/table/actions.rs", MAX_LINES + 1),
        Vec::<String>::new()
    );
    assert_eq!(
        check("lint.rs", MAX_LINES + 1),
        ["src/lint.rs:801: has 801 lines, over 800; split it by kind or by operation"]
    );
}
