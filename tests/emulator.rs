//! The generated stack for just-in-time provisioning, deployed for real on ministack.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::{Path, PathBuf};

use external::{Terraform, copy, said};
use serde_json::json;
use service::Emulator;

mod external;

// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "emulator/deployment.rs"]
mod deployment;
#[path = "emulator/service.rs"]
mod service;

/// The outputs that tests/fleet.rs holds fresh.
fn output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/meters/expected/out")
}

/// One stack with the files beside it.
const STACK: &str = "cfn/dev/eu-west-1";

#[test]
fn cloudformation_makes_what_the_files_say_changes_nothing_twice_and_leaves_nothing() {
    let Some(mut emulator) = Emulator::start("emulator-cloudformation") else {
        return;
    };
    let emulator = &mut emulator;
    let folder = output().join(STACK);
    let body = fs::read_to_string(folder.join("stack.yaml")).unwrap();
    let expected = deployment::expected(emulator, &folder);
    assert_eq!(deployment::read_back(emulator), deployment::nothing());
    assert_eq!(deployment::create(emulator, &body), "CREATE_COMPLETE");
    assert_eq!(deployment::read_back(emulator), expected);

    assert_eq!(deployment::changes(emulator, "again", &body), json!([]));
    let again = deployment::update(emulator, &body);
    assert_eq!(again, "ValidationError: No updates are to be performed.");
    assert_eq!(deployment::read_back(emulator), expected);

    // What is compared notices a change.
    let disabled = body.replacen("Enabled: true", "Enabled: false", 1);
    assert_ne!(disabled, body);
    let changes = deployment::changes(emulator, "disabled", &disabled);
    assert_eq!(changes, json!([["FactoryTemplate", "Modify"]]));
    assert_eq!(deployment::update(emulator, &disabled), "UPDATE_COMPLETE");
    assert_ne!(deployment::read_back(emulator), expected);

    let gone = deployment::delete(emulator);
    assert!(gone.ends_with("does not exist"), "{gone}");
    assert_eq!(deployment::read_back(emulator), deployment::nothing());
}

#[test]
fn terraform_makes_what_cloudformation_makes() {
    let Some(terraform) = Terraform::new("emulator-terraform-root") else {
        return;
    };
    if !terraform.has_provider() {
        return;
    }
    let Some(mut emulator) = Emulator::start("emulator-terraform") else {
        return;
    };
    let emulator = &mut emulator;
    let body = fs::read_to_string(output().join(STACK).join("stack.yaml")).unwrap();
    assert_eq!(deployment::create(emulator, &body), "CREATE_COMPLETE");
    let made = deployment::read_back(emulator);
    deployment::delete(emulator);
    assert_eq!(deployment::read_back(emulator), deployment::nothing());

    let copied = terraform.folder.join("out");
    copy(&output().join("tf"), &copied);
    let root = copied.join("environments/dev/eu-west-1");
    let settings = deployment::provider_override(emulator);
    fs::write(root.join("emulator_override.tf"), settings).unwrap();
    let run = terraform.run(&root, &["init", "-input=false", "-no-color"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let apply = ["apply", "-auto-approve", "-input=false", "-no-color"];
    let run = terraform.run(&root, &apply);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert_eq!(deployment::read_back(emulator), made);

    // The emulator gives a group without properties empty ones, which the provider would take away.
    // Nothing else would change.
    let plan = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
    let run = terraform.run(&root, &plan);
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
    let told = said(&run);
    let changed: Vec<&str> = told.lines().filter(|it| it.starts_with("  # ")).collect();
    assert_eq!(
        changed,
        ["  # module.fleet.aws_iot_thing_group.meters will be updated in-place"],
        "{told}"
    );
    let removed: Vec<&str> = told.lines().filter(|it| it.contains("-> null")).collect();
    assert_eq!(
        removed,
        ["              - attributes = {} -> null"],
        "{told}"
    );
}
