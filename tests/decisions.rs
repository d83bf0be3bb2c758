//! `fixtures/decisions/*.jsonl`, in the format of `fleetwright test`: what must become of requests,
//! as documented and in the cautious reading.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use fleetwright::engine::{Decision, Reading, authorize};
use fleetwright::model::{Attached, PolicySet};
use fleetwright::question::{Case, CaseFormat, PolicySource, cases};
use fleetwright::source::{Source, SourceId, Text};

/// The files of cases, by name.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/decisions");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder of cases is readable")
        .map(|entry| entry.expect("an entry of it is readable").path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no cases");
    files
}

fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("a file of cases is UTF-8");
    let source = Source::new(path.display().to_string(), text);
    let text = Text::of_source(SourceId::new(0), &source);
    cases(&text, CaseFormat::JsonLines).unwrap_or_else(|errors| {
        let place = |span: fleetwright::source::Span| source.position(span.start());
        let shown: Vec<_> = errors
            .iter()
            .map(|error| format!("{:?}: {error}", place(error.span)))
            .collect();
        panic!("{}: {}", path.display(), shown.join("\n"))
    })
}

/// The policies of a case; those of our own cases stand in them.
fn set_of(case: &Case) -> PolicySet {
    let attach = |policy: &fleetwright::question::CasePolicy| match &policy.source {
        PolicySource::Inline(inline) => Attached {
            policy: inline.clone(),
            attachment: policy.attachment,
        },
        PolicySource::File(path) => panic!("{}: {} is a file", case.id.value, path.value),
    };
    PolicySet {
        policies: case.policies.iter().map(attach).collect(),
    }
}

#[test]
fn both_readings_are_as_expected() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in files().iter().flat_map(|path| read(path)) {
        count += 1;
        let set = set_of(&case);
        let request = case.request(&set);
        // Where a case names no worst case, the two readings agree.
        let worst_case = case.worst_case.as_ref().unwrap_or(&case.expect);
        for (reading, expect) in [
            (Reading::Documented, &case.expect),
            (Reading::Cautious, worst_case),
        ] {
            let got = authorize(&set, &request, reading);
            if !expect.value.is_met_by(&got) {
                let why = case.why.as_deref().unwrap_or("");
                wrong.push(format!(
                    "{} ({reading:?}): {} expected, got {got:?}: {why}",
                    case.id.value, expect.value
                ));
            }
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whatever_is_documented_to_pass_passes_in_the_cautious_reading() {
    for case in files().iter().flat_map(|path| read(path)) {
        let set = set_of(&case);
        let request = case.request(&set);
        if authorize(&set, &request, Reading::Documented).is_allowed() {
            let cautious = authorize(&set, &request, Reading::Cautious);
            assert!(cautious.is_allowed(), "{}: {cautious:?}", case.id.value);
        }
    }
}

#[test]
fn deciding_statements_are_of_the_effect() {
    for case in files().iter().flat_map(|path| read(path)) {
        let set = set_of(&case);
        let request = case.request(&set);
        for reading in [Reading::Documented, Reading::Cautious] {
            let decision = authorize(&set, &request, reading);
            let wanted = match &decision {
                Decision::Allow(_) => fleetwright::model::Effect::Allow,
                Decision::ExplicitDeny(_) => fleetwright::model::Effect::Deny,
                Decision::ImplicitDeny => continue,
            };
            assert!(!decision.by().is_empty(), "{}", case.id.value);
            assert!(decision.by().is_sorted(), "{}", case.id.value);
            for id in decision.by() {
                let statement = set.statement(*id).expect("an id of the set");
                assert_eq!(statement.effect.value, wanted, "{}", case.id.value);
            }
        }
    }
}
