//! Holds the reports to what was promised: the keys of each version, and what people read.
//!
//! The answers of `prove` and `diff` are made by hand here, so that reports show all that they can
//! say whatever the engine finds; witnesses are replayed as always.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod expected;
mod process;
mod schemas;

use std::collections::BTreeMap;

use expected::{Expected, root};
use fleetwright::artifact;
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{BoundSense, Context, Delta, Reading, Reason, Request, Threat, Witness};
use fleetwright::model::{
    Association, CONNECT, Certificate, Date, Device, PUBLISH, PolicySet, Thing,
};
use fleetwright::question::{
    Acknowledgement, Assertion, Change, Changes, Outcome, Place, Proof, Question, Unproved,
};
use fleetwright::report::json::{DiffReport, LintReport, ProveReport, diff_report, prove_report};
use fleetwright::report::{Summary, text};
use fleetwright::source::{Source, SourceId, Sources, Span, Spanned, Text};
use process::Run;
use schemas::{Direction, collect_keys, fits, schema};
use serde_json::Value;

/// A report has these keys: names with their parents, `[]` for the entries of a list. A new key is
/// added to a list; none is ever taken out. `witnesses` are the keys that hold witnesses.
#[track_caller]
fn keeps(report: &Value, own: &[&str], witness: &[&[&str]], witnesses: &[&str]) {
    let mut keys = Vec::new();
    collect_keys(report, "", &mut keys);
    keys.sort();
    keys.dedup();
    let of_witness = witnesses.iter().flat_map(|at| {
        let keys = witness.iter().flat_map(|keys| keys.iter());
        keys.map(move |key| format!("{at}.{key}"))
    });
    let own = own.iter().map(|key| (*key).to_owned());
    let mut promised: Vec<String> = own.chain(of_witness).collect();
    promised.sort();
    assert_eq!(keys, promised);
    assert_eq!(report["version"], 1);
}

/// The keys of a witness.
const WITNESS: &[&str] = &[
    "devices",
    "devices[].attributes",
    "devices[].certificate",
    "devices[].clientId",
    "devices[].name",
    "devices[].thing",
    "reading",
    "steps",
    "steps[].action",
    "steps[].by",
    "steps[].resource",
    "steps[].statements",
    "steps[].statements[].path",
    "steps[].statements[].start",
    "steps[].statements[].start.byte",
    "steps[].statements[].start.column",
    "steps[].statements[].start.line",
    "victim",
];

/// More keys of a witness of one device against another, with an attribute and a common name.
const ATTACK: &[&str] = &[
    "devices[].attributes.tenant",
    "devices[].certificate.id",
    "devices[].certificate.issuer",
    "devices[].certificate.serialNumber",
    "devices[].certificate.subject",
    "devices[].certificate.subject.CommonName",
    "victim.attributes",
    "victim.attributes.tenant",
    "victim.certificate",
    "victim.certificate.id",
    "victim.certificate.issuer",
    "victim.certificate.serialNumber",
    "victim.certificate.subject",
    "victim.certificate.subject.CommonName",
    "victim.clientId",
    "victim.name",
    "victim.thing",
];

/// The keys of the report of `lint`, without those of witnesses.
const LINT_VERSION_1: &[&str] = &[
    "findings",
    "findings[].address",
    "findings[].confidence",
    "findings[].end",
    "findings[].end.byte",
    "findings[].end.column",
    "findings[].end.line",
    "findings[].fingerprint",
    "findings[].fix",
    "findings[].fix.edits",
    "findings[].fix.edits[].end",
    "findings[].fix.edits[].end.byte",
    "findings[].fix.edits[].end.column",
    "findings[].fix.edits[].end.line",
    "findings[].fix.edits[].path",
    "findings[].fix.edits[].start",
    "findings[].fix.edits[].start.byte",
    "findings[].fix.edits[].start.column",
    "findings[].fix.edits[].start.line",
    "findings[].fix.edits[].text",
    "findings[].fix.safety",
    "findings[].help",
    "findings[].message",
    "findings[].path",
    "findings[].related",
    "findings[].related[].end",
    "findings[].related[].end.byte",
    "findings[].related[].end.column",
    "findings[].related[].end.line",
    "findings[].related[].message",
    "findings[].related[].path",
    "findings[].related[].start",
    "findings[].related[].start.byte",
    "findings[].related[].start.column",
    "findings[].related[].start.line",
    "findings[].rule",
    "findings[].severity",
    "findings[].start",
    "findings[].start.byte",
    "findings[].start.column",
    "findings[].start.line",
    "findings[].witness",
    "summary",
    "summary.files",
    "summary.policies",
    "summary.skipped",
    "summary.skipped[].path",
    "summary.skipped[].why",
    "summary.templates",
    "summary.unresolved",
    "version",
];

#[test]
fn version_1_of_the_report_of_lint_is_kept() {
    let run = Run::new(&["lint", "--format", "json", "fixtures/reports/input"]);
    let mut expected = Expected::default();
    expected.check("fixtures/reports/lint-v1.json", &run.stdout);
    expected.finish();
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    fits(
        &schema::<LintReport>(Direction::Written),
        &report,
        "lint-v1.json",
    );
    keeps(&report, LINT_VERSION_1, &[WITNESS], &["findings[].witness"]);
}

/// A policy, what is asked of it, and where both stand.
struct Scene {
    sources: Sources,
    set: PolicySet,
    /// The whole of the policy.
    policy: Span,
    /// Something in another file.
    question: Span,
}

fn scene() -> Scene {
    let name = "fixtures/reports/broad.yaml";
    let text = std::fs::read_to_string(root().join(name)).expect("a policy");
    let asked = Source::new("asked.yaml", "- a\n- b\n");
    let sources = Sources::new(vec![Source::new(name, text), asked]);
    let id = SourceId::new(0);
    let text = Text::of_source(id, sources.get(id).expect("a source"));
    let artifacts = artifact::read(&Document::parse(&text, Syntax::Yaml));
    let set = PolicySet::of_certificate(artifacts.policies().map(|it| it.policy.clone()));
    Scene {
        policy: set.policies[0].policy.span,
        question: Span::new(SourceId::new(1), 4, 7),
        sources,
        set,
    }
}

impl Scene {
    /// `device-a` connects as another and publishes what is the other's.
    fn attack(&self, reading: Reading) -> Witness {
        let device = |name: &str, tenant: &str| Device {
            client_id: Some("device-b".into()),
            thing: Some(Thing {
                name: name.into(),
                thing_type: None,
                attributes: BTreeMap::from([("tenant".into(), tenant.into())]),
                association: Some(Association::Exclusive),
            }),
            certificate: Some(Certificate {
                subject: BTreeMap::from([("CommonName".into(), vec![name.into()])]),
                ..Certificate::default()
            }),
        };
        let request = |action: &str, resource: &str| Request {
            device: device("device-a", "a"),
            action: action.into(),
            resource: format!("arn:aws:iot:eu-west-1:123456789012:{resource}").into(),
            context: Context::default(),
        };
        let requests = vec![
            request(CONNECT, "client/device-b"),
            request(PUBLISH, "topic/dt/device-b"),
        ];
        let witness = Witness::replay(&self.set, reading, requests);
        witness.expect("a witness").against(device("device-b", "b"))
    }

    fn proofs(&self) -> Vec<Proof> {
        let place = Place::of(&self.set);
        let assertion = |sense, argument| {
            let assertion = Assertion::parse(sense, argument, &place);
            let assertion = assertion.expect("an assertion");
            Question::Assertion(Assertion {
                because: Some("someone said so".into()),
                span: Some(self.question),
                ..assertion
            })
        };
        let refuted = |reading| Outcome::Refuted(Box::new(self.attack(reading)));
        let answers = [
            (
                Question::Threat(Threat::Impersonate),
                "no device can a",
                Outcome::Proved,
            ),
            (
                Question::Threat(Threat::Spoof),
                "no device can b",
                refuted(Reading::Documented),
            ),
            (
                assertion(BoundSense::Never, "publish=dt/**"),
                "no device can c",
                refuted(Reading::Cautious),
            ),
            (
                assertion(BoundSense::Can, "receive=a"),
                "every device can d",
                Outcome::Unknown(Unproved::Search(Reason::Work)),
            ),
            (
                Question::Threat(Threat::Jobs),
                "no device can e",
                Outcome::Unknown(Unproved::Open(self.policy)),
            ),
        ];
        let proof = |(question, claim, outcome): (Question, &str, Outcome)| Proof {
            question,
            claim: claim.to_owned(),
            outcome,
            assumptions: vec!["Something is assumed.".to_owned()],
        };
        answers.into_iter().map(proof).collect()
    }

    fn changes(&self) -> Changes {
        let delta = |region: &str| Delta {
            action: PUBLISH,
            region: region.to_owned(),
            witness: self.attack(Reading::Documented),
            span: self.policy,
        };
        let gain = |region| Change {
            delta: delta(region),
            acknowledged: None,
            expired: None,
        };
        Changes {
            gained: vec![gain("topic/a"), gain("topic/b"), gain("topic/c\u{1b}[0m")],
            lost: vec![delta("topic/d")],
            unknown: vec![
                (PUBLISH, Unproved::Search(Reason::Undecided)),
                ("*", Unproved::Open(self.policy)),
            ],
        }
    }

    fn agreed(&self) -> Vec<Acknowledgement> {
        let agreed = |region: &str, until: Option<&str>| Acknowledgement {
            action: PUBLISH.into(),
            region: region.into(),
            because: "someone said so".into(),
            until: until.map(|day| Spanned::new(Date::parse(day).expect("a day"), self.question)),
            span: self.question,
        };
        vec![
            agreed("topic/a", Some("2026-11-24")),
            agreed("topic/b", Some("2026-11-23")),
            agreed("topic/other", None),
        ]
    }
}

/// The keys of the report of `prove`, without those of witnesses.
const PROVE_VERSION_1: &[&str] = &[
    "questions",
    "questions[].assumptions",
    "questions[].question",
    "questions[].reason",
    "questions[].verdict",
    "questions[].witness",
    "verdict",
    "version",
];

#[test]
fn proofs_are_reported() {
    let scene = scene();
    let proofs = scene.proofs();
    let report = prove_report(&proofs, &scene.sources);
    let json = serde_json::to_string_pretty(&report).expect("JSON") + "\n";
    let summary = Summary {
        files: 1,
        policies: 1,
        ..Summary::default()
    };
    let mut expected = Expected::default();
    expected.check("fixtures/reports/prove-v1.json", &json);
    let text = text::prove(&proofs, &summary, &scene.sources);
    expected.check("fixtures/reports/prove.txt", &text);
    expected.finish();
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let schema = schema::<ProveReport>(Direction::Written);
    fits(&schema, &report, "prove-v1.json");
    keeps(
        &report,
        PROVE_VERSION_1,
        &[WITNESS, ATTACK],
        &["questions[].witness"],
    );
}

/// The keys of the report of `diff`, without those of witnesses.
const DIFF_VERSION_1: &[&str] = &[
    "gained",
    "gained[].acknowledged",
    "gained[].acknowledged.because",
    "gained[].acknowledged.place",
    "gained[].acknowledged.place.path",
    "gained[].acknowledged.place.start",
    "gained[].acknowledged.place.start.byte",
    "gained[].acknowledged.place.start.column",
    "gained[].acknowledged.place.start.line",
    "gained[].acknowledged.until",
    "gained[].action",
    "gained[].place",
    "gained[].place.path",
    "gained[].place.start",
    "gained[].place.start.byte",
    "gained[].place.start.column",
    "gained[].place.start.line",
    "gained[].region",
    "gained[].witness",
    "lost",
    "lost[].acknowledged",
    "lost[].action",
    "lost[].place",
    "lost[].place.path",
    "lost[].place.start",
    "lost[].place.start.byte",
    "lost[].place.start.column",
    "lost[].place.start.line",
    "lost[].region",
    "lost[].witness",
    "unknown",
    "unknown[].action",
    "unknown[].reason",
    "verdict",
    "version",
];

#[test]
fn changes_are_reported() {
    let scene = scene();
    let agreed = scene.agreed();
    let mut changes = scene.changes();
    let unneeded = changes.acknowledge(&agreed, Date::parse("2026-11-24"));
    let report = diff_report(&changes, &scene.sources);
    let json = serde_json::to_string_pretty(&report).expect("JSON") + "\n";
    let mut expected = Expected::default();
    expected.check("fixtures/reports/diff-v1.json", &json);
    let text = text::diff(&changes, &unneeded, &scene.sources);
    expected.check("fixtures/reports/diff.txt", &text);
    expected.finish();
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let schema = schema::<DiffReport>(Direction::Written);
    fits(&schema, &report, "diff-v1.json");
    let witnesses = ["gained[].witness", "lost[].witness"];
    keeps(&report, DIFF_VERSION_1, &[WITNESS, ATTACK], &witnesses);
}
