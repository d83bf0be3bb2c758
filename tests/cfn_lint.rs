//! The generated stack in front of cfn-lint: default rules and informational ones, nothing ignored.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use external::skip;

mod external;

const STACKS: [&str; 7] = [
    "meters/expected/out/cfn/dev/eu-west-1/stack.yaml",
    "meters/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "thermo/expected/out/cfn/dev/us-east-1/stack.yaml",
    "thermo/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "thermo/expected/out/cfn/prod/us-east-1/stack.yaml",
    "furniture/expected/out/cfn/dev/eu-west-1/stack.yaml",
    "furniture/expected/out/cfn/prod/eu-west-1/stack.yaml",
];

/// The stacks that tests/fleet.rs holds fresh.
fn stacks() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    STACKS.iter().map(|stack| folder.join(stack)).collect()
}

/// Runs cfn-lint; `None`, said aloud, where it is not installed and need not be.
fn cfn_lint(files: &[PathBuf]) -> Option<Output> {
    match Command::new("cfn-lint")
        .args(["-c", "I", "--"])
        .args(files)
        .output()
    {
        Ok(output) => Some(output),
        Err(error) => {
            skip("cfn-lint", &error.to_string());
            None
        }
    }
}

#[test]
fn nothing_is_found_in_the_stacks() {
    let Some(output) = cfn_lint(&stacks()) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_misspelt_property_is_found() {
    let stack = fs::read_to_string(stacks().remove(0)).unwrap();
    let misspelt = stack.replacen("ProvisioningRoleArn:", "ProvisioningRoleArm:", 1);
    assert_ne!(stack, misspelt);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("misspelt.yaml");
    fs::write(&path, misspelt).unwrap();
    let Some(output) = cfn_lint(&[path]) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("ProvisioningRoleArm"), "{said}");
    assert_ne!(output.status.code(), Some(0));
}
