//! `fleetwright test`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::policies::{Loaded, load, read_text, syntax_of};
use super::{Answer, Failure, Format, Outcome};
use crate::document::Syntax;
use crate::engine::{Reading, authorize, open_entry};
use crate::model::{Attached, Policy, PolicySet};
use crate::question::{Case, CaseFormat, Expectation, Mismatch, PolicySource, cases};
use crate::report::{json, place};
use crate::source::{Sources, Span};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files of cases: YAML, JSON, or JSON Lines (`.jsonl`)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A case that came out otherwise, and where its deciding statements stand.
struct Failed {
    case: Case,
    mismatch: Mismatch,
    by: Vec<Span>,
}

/// Runs the cases.
///
/// # Errors
/// A file that can't be read, a case that can't be decoded, a policy that can't be read.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let mut policies = BTreeMap::new();
    let mut passed = 0;
    let mut failed = Vec::new();
    for path in &arguments.files {
        let cases = read_cases(path, &mut sources)?;
        if cases.is_empty() {
            // A file cut short must not stay green.
            return Err(Failure(format!("{}: no case in it", path.display())));
        }
        for case in cases {
            let set = set_of(&case, path, &mut sources, &mut policies)?;
            let request = case.request(&set);
            let decision = authorize(&set, &request, Reading::Documented);
            if let Some(entry) = open_entry(&set, &request, &decision) {
                let (open, case) = (place(entry.span, &sources), place(case.span, &sources));
                return Err(Failure(format!(
                    "{case}: the answer hangs on what {open} leaves open"
                )));
            }
            let Some(mismatch) = case.check(&set) else {
                passed += 1;
                continue;
            };
            let by = mismatch.got.by().iter();
            let by = by.filter_map(|id| set.statement(*id).map(|it| it.span));
            let by = by.collect();
            failed.push(Failed { case, mismatch, by });
        }
    }
    let text = match arguments.format {
        Format::Text => in_words(&sources, passed, &failed),
        Format::Json => in_json(&sources, passed, &failed),
    };
    let answer = if failed.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    };
    Ok(Outcome::new(text, answer))
}

fn read_cases(path: &Path, sources: &mut Sources) -> Result<Vec<Case>, Failure> {
    let text = read_text(path, sources)?;
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("");
    let format = match extension.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => CaseFormat::JsonLines,
        _ => match syntax_of(path, text.as_str()) {
            Syntax::Json => CaseFormat::Json,
            Syntax::Yaml | Syntax::Hcl => CaseFormat::Yaml,
        },
    };
    cases(&text, format).map_err(|errors| {
        let lines: Vec<_> = errors
            .iter()
            .map(|error| format!("{}: {error}", place(error.span, sources)))
            .collect();
        Failure(lines.join("\n"))
    })
}

/// The policies of a case, those in files included; each file is read once.
fn set_of(
    case: &Case,
    cases: &Path,
    sources: &mut Sources,
    read: &mut BTreeMap<PathBuf, Vec<Policy>>,
) -> Result<PolicySet, Failure> {
    let mut set = PolicySet::default();
    for policy in &case.policies {
        let attachment = policy.attachment;
        let mut attach = |policy: &Policy| {
            let policy = policy.clone();
            set.policies.push(Attached { policy, attachment });
        };
        match &policy.source {
            PolicySource::Inline(policy) => attach(policy),
            PolicySource::File(path) => {
                let folder = cases.parent().unwrap_or(Path::new(""));
                let file = folder.join(&*path.value);
                if !read.contains_key(&file) {
                    let loaded = load(&file, sources);
                    let fail = |why: &str| Failure(format!("{}: {why}", place(path.span, sources)));
                    let Loaded { policies, open, .. } =
                        loaded.map_err(|Failure(why)| fail(&why))?;
                    if let Some(open) = open.first() {
                        let open = place(*open, sources);
                        return Err(fail(&format!("{open}: the policy is left open here")));
                    }
                    read.insert(file.clone(), policies);
                }
                read.get(&file).into_iter().flatten().for_each(&mut attach);
            }
        }
    }
    Ok(set)
}

fn in_words(sources: &Sources, passed: usize, failed: &[Failed]) -> String {
    let mut text = String::new();
    for Failed { case, mismatch, by } in failed {
        let Mismatch {
            reading,
            expect,
            got,
        } = mismatch;
        let reading = match reading {
            Reading::Documented => "as documented",
            Reading::Cautious => "in the cautious reading",
        };
        let id = &case.id.value;
        let place_of_case = place(expect.span, sources);
        let got = Expectation::of(got);
        let _ = writeln!(
            text,
            "{place_of_case}: {id}: expected {}, got {got} {reading}",
            expect.value
        );
        for span in by {
            let _ = writeln!(text, "  by {}", place(*span, sources));
        }
        if by.is_empty() {
            let _ = writeln!(text, "  no statement allows it");
        }
        if let Some(why) = &case.why {
            let _ = writeln!(text, "  why: {why}");
        }
    }
    let _ = writeln!(text, "{passed} passed, {} failed", failed.len());
    text
}

fn in_json(sources: &Sources, passed: usize, failed: &[Failed]) -> String {
    let failed: Vec<_> = failed
        .iter()
        .map(|Failed { case, mismatch, by }| {
            let by: Vec<_> = by.iter().map(|span| json::place(*span, sources)).collect();
            serde_json::json!({
                "id": case.id.value,
                "expect": mismatch.expect.value.as_str(),
                "got": Expectation::of(&mismatch.got).as_str(),
                "by": by,
            })
        })
        .collect();
    let report = serde_json::json!({ "version": 1, "passed": passed, "failed": failed });
    format!("{report}\n")
}
