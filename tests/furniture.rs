//! What every resource of a stack has, whoever planned it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fleetwright::artifact::{StackResource, stack_resources, terraform};
use fleetwright::document::{Document, Syntax};
use fleetwright::facts::{TagForm, tag_form};
use fleetwright::fleet::{Files, Request, Unreadable};
use fleetwright::generate;
use fleetwright::source::{Source, SourceId, Sources, Text};

/// Furniture for any spec.
const STACK: &str = "
stack:
  tags: { owner: team }
  iam: { path: /iot/, boundary: \"arn:{partition}:iam::{account}:policy/boundary\" }
  kms: own
  functions: { concurrency: 5, deadLetters: own }
  alarms: { notify: \"arn:{partition}:sns:{region}:{account}:oncall\" }
";

struct Folder<'p>(&'p Path);

impl Files for Folder<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        Ok(fs::read(self.0.join(path)).unwrap())
    }
}

/// A spec without its own furniture.
fn without_stack(written: &str) -> String {
    let mut is_inside = false;
    let kept = written.lines().filter(|line| {
        if !line.starts_with([' ', '#']) {
            is_inside = line.starts_with("stack:");
        }
        !is_inside
    });
    kept.map(|line| format!("{line}\n")).collect()
}

/// All specs of the fixtures, each with furniture.
fn furnished() -> Vec<(String, generate::Generated)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    let folders = fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    // One that is laid over other files has its parts there.
    let is_whole = |it: &std::path::PathBuf| {
        let spec = fs::read_to_string(it.join("spec.yaml"));
        spec.is_ok_and(|it| !it.contains("\nextends:"))
    };
    let folders = folders.filter(is_whole);
    let generate = |folder: std::path::PathBuf| {
        let written = fs::read_to_string(folder.join("spec.yaml")).unwrap();
        // Of several files: their parts are furnished as others are.
        if written.contains("extends:") {
            return None;
        }
        // A stack of its own may have less.
        let spec = match written.contains("deadLetters: own") {
            true => written,
            false => without_stack(&written) + STACK,
        };
        let mut sources = Sources::default();
        let id = sources.add(Source::new("spec.yaml", spec));
        let text = Text::of_source(id, sources.get(id).unwrap());
        let document = Document::parse(&text, Syntax::Yaml);
        let request = Request {
            files: &Folder(&folder),
            today: None,
            environments: &[],
        };
        let name = folder.display().to_string();
        let generated = generate::generate(&document, &sources, &request);
        Some((name, generated.unwrap()))
    };
    folders.filter_map(generate).collect()
}

fn resources(path: &str, contents: &str) -> Vec<StackResource> {
    let source = Source::new(path, contents);
    let text = Text::of_source(SourceId::new(0), &source);
    if path.ends_with("stack.yaml") {
        return stack_resources(&Document::parse(&text, Syntax::Yaml));
    }
    if !path.ends_with(".tf") {
        return Vec::new();
    }
    let document = Document::parse(&text, Syntax::Hcl);
    terraform::module(&[&document], &[]).resources
}

/// Properties that resources of a type must have; of a table it stands inside of another.
const NEEDED: &[(&str, &[&str])] = &[
    ("AWS::IAM::Role", &["Path", "PermissionsBoundary"]),
    ("aws_iam_role", &["path", "permissions_boundary"]),
    (
        "AWS::Lambda::Function",
        &["ReservedConcurrentExecutions", "DeadLetterConfig"],
    ),
    (
        "aws_lambda_function",
        &["reserved_concurrent_executions", "dead_letter_config"],
    ),
    ("AWS::Logs::LogGroup", &["KmsKeyId"]),
    ("aws_cloudwatch_log_group", &["kms_key_id"]),
    ("AWS::SQS::Queue", &["KmsMasterKeyId"]),
    ("aws_sqs_queue", &["kms_master_key_id"]),
];

#[test]
fn every_resource_is_furnished() {
    let mut kinds = BTreeSet::new();
    for (name, generated) in furnished() {
        let files = generated.outputs.iter().flat_map(|it| &it.files);
        for resource in files.flat_map(|it| resources(&it.path, &it.contents)) {
            let kind = &*resource.kind.value;
            let address = format!("{name}: {kind} {}", resource.name.value);
            let form = tag_form(kind);
            assert!(form.is_some(), "{address}: facts/stack.yaml lacks the type");
            let tags = resource.property("Tags").or(resource.property("tags"));
            assert_eq!(tags.is_some(), form != Some(TagForm::None), "{address}");
            let needed = NEEDED.iter().filter(|(of, _)| *of == kind);
            for property in needed.flat_map(|(_, properties)| *properties) {
                assert!(
                    resource.property(property).is_some(),
                    "{address}: {property}"
                );
            }
            kinds.insert(kind.to_owned());
        }
    }
    for (kind, _) in NEEDED {
        assert!(kinds.contains(*kind), "nothing shows {kind}");
    }
}
