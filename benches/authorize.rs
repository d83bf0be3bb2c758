//! How long one decision takes. Run with `cargo bench --bench authorize`.
//!
//! The promise: at most a microsecond on a device policy of ordinary size, in either reading.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use fleetwright::engine::{Context, Reading, Request, authorize};
use fleetwright::model::{Attached, Attachment, Device, PolicySet, Thing};
use fleetwright::question::{CaseFormat, PolicySource, cases};
use fleetwright::source::{Source, SourceId, Text};
use fleetwright::{artifact, document};

/// Connect as the thing, publish, subscribe and receive below its own prefix, use its shadow.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"iot:Connect",
   "Resource":"arn:aws:iot:eu-west-1:123456789012:client/${iot:Connection.Thing.ThingName}",
   "Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}},
  {"Effect":"Allow","Action":["iot:Publish","iot:RetainPublish"],"Resource":[
   "arn:aws:iot:eu-west-1:123456789012:topic/dt/${iot:Connection.Thing.ThingName}/*",
   "arn:aws:iot:eu-west-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/*"]},
  {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
   "arn:aws:iot:eu-west-1:123456789012:topicfilter/cmd/${iot:Connection.Thing.ThingName}/*",
   "arn:aws:iot:eu-west-1:123456789012:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/*"]},
  {"Effect":"Allow","Action":"iot:Receive","Resource":[
   "arn:aws:iot:eu-west-1:123456789012:topic/cmd/${iot:Connection.Thing.ThingName}/*",
   "arn:aws:iot:eu-west-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/*"]},
  {"Effect":"Deny","Action":"iot:Publish",
   "Resource":"arn:aws:iot:eu-west-1:123456789012:topic/$aws/rules/*"}]}"#;

fn main() {
    let source = Source::new("policy.json", POLICY);
    let text = Text::of_source(SourceId::new(0), &source);
    let document = document::Document::parse(&text, document::Syntax::Json);
    let artifacts = artifact::read(&document);
    let set = PolicySet {
        policies: artifacts
            .policies()
            .map(|it| Attached {
                policy: it.policy.clone(),
                attachment: Attachment::Certificate,
            })
            .collect(),
    };
    let thing = Thing {
        name: "device-0042".into(),
        thing_type: None,
        attributes: Default::default(),
        association: Some(fleetwright::model::Association::NonExclusive),
    };
    let request = Request {
        device: Device {
            client_id: Some("device-0042".into()),
            thing: Some(thing),
            certificate: None,
        },
        action: "iot:Publish".into(),
        resource: "arn:aws:iot:eu-west-1:123456789012:topic/dt/device-0042/temperature".into(),
        context: Context::default(),
    };
    for reading in [Reading::Documented, Reading::Cautious] {
        assert!(authorize(&set, &request, reading).is_allowed());
        report(&format!("device policy, {reading:?}"), 1, || {
            black_box(authorize(black_box(&set), black_box(&request), reading));
        });
    }

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/decisions");
    let text = fs::read_to_string(folder.join("semantics.jsonl")).unwrap_or_default();
    let source = Source::new("semantics.jsonl", text);
    let read = cases(
        &Text::of_source(SourceId::new(0), &source),
        CaseFormat::JsonLines,
    );
    let read: Vec<_> = read.unwrap_or_default();
    let asked: Vec<_> = read
        .iter()
        .map(|case| {
            let attach = |policy: &fleetwright::question::CasePolicy| match &policy.source {
                PolicySource::Inline(inline) => Some(Attached {
                    policy: inline.clone(),
                    attachment: policy.attachment,
                }),
                PolicySource::File(_) => None,
            };
            let set = PolicySet {
                policies: case.policies.iter().filter_map(attach).collect(),
            };
            let request = case.request(&set);
            (set, request)
        })
        .collect();
    for reading in [Reading::Documented, Reading::Cautious] {
        report(&format!("decision cases, {reading:?}"), asked.len(), || {
            for (set, request) in &asked {
                black_box(authorize(set, request, reading));
            }
        });
    }
}

/// Prints the least time of many rounds: what the machine does beside only makes it longer.
fn report(name: &str, decisions: usize, round: impl Fn()) {
    let mut least = f64::INFINITY;
    for _ in 0..200 {
        let start = Instant::now();
        for _ in 0..100 {
            round();
        }
        least = least.min(start.elapsed().as_secs_f64());
    }
    let nanoseconds = least / 100.0 / decisions as f64 * 1e9;
    println!("{name}: {nanoseconds:.0} ns per decision");
}
