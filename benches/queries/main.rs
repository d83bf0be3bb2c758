//! The query sets of the benches, made from seeds: `cargo bench --bench queries -- --write`.
//!
//! Without `--write` it fails when a committed file is not what its seed gives. The sets are for
//! comparison over time and with other tools: one that is harder is added, none is made easier.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a bench ends with a panic"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it did")]

mod inclusion;
mod policies;
mod random;

use std::env;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/queries");
    let is_write = env::args().any(|it| it == "--write");
    let sets = [
        ("inclusion.jsonl", inclusion::queries(1)),
        ("policies.jsonl", policies::policies(2)),
        ("edits.jsonl", policies::edits(3)),
        ("blow-ups.jsonl", policies::blow_ups()),
    ];
    for (name, lines) in sets {
        let lines = lines.iter().map(|it: &Value| format!("{it}\n"));
        let text: String = lines.collect();
        let path = folder.join(name);
        if is_write {
            fs::write(&path, &text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name} is not what its seed gives");
        println!(
            "{name}: {} lines, {} bytes",
            text.lines().count(),
            text.len()
        );
    }
}
