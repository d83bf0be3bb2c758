//! The generated stack in front of cfn-lint: default rules and informational ones, nothing ignored.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use external::skip;

mod external;

const STACKS: [&str; 18] = [
    "meters/expected/out/cfn/dev/eu-west-1/stack.yaml",
    "meters/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "thermo/expected/out/cfn/dev/us-east-1/stack.yaml",
    "thermo/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "thermo/expected/out/cfn/prod/us-east-1/stack.yaml",
    "furniture/expected/out/cfn/dev/eu-west-1/stack.yaml",
    "furniture/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "voltra/expected/out/cfn/dev/eu-central-1/stack.yaml",
    "voltra/expected/out/cfn/prod/us-east-1/stack.yaml",
    "chargers/expected/out/cfn/dev/eu-west-1/stack.yaml",
    "chargers/expected/out/cfn/prod/eu-central-1/stack.yaml",
    "chargers/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "retrofit/expected/out/cfn/dev/eu-central-1/stack.yaml",
    "retrofit/expected/out/cfn/prod/eu-central-1/stack.yaml",
    "retrofit/expected/out/cfn/prod/us-east-1/stack.yaml",
    "layered/expected/out/cfn/prod/eu-west-1/stack.yaml",
    "platform/expected/out/cfn/nonprod/eu-central-1/stack.yaml",
    "platform/expected/out/cfn/prod/us-east-1/stack.yaml",
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

/// The same stacks in JSON, as `format: json` writes them.
#[test]
fn nothing_is_found_in_json() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cfn-json");
    fs::create_dir_all(&folder).unwrap();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/thermo/spec.yaml");
    let spec = fs::read_to_string(spec).unwrap();
    let json = spec.replace("{ dir: out/cfn }", "{ dir: out/cfn, format: json }");
    assert_ne!(spec, json);
    fs::write(folder.join("spec.yaml"), json).unwrap();
    let mut generate = Command::new(env!("CARGO_BIN_EXE_fleetwright"));
    let run = generate
        .arg("generate")
        .arg(folder.join("spec.yaml"))
        .arg("--force");
    assert_eq!(run.output().unwrap().status.code(), Some(0));
    let stack = folder.join("out/cfn/prod/eu-west-1/stack.json");
    let text = fs::read_to_string(&stack).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let skipped = "/Resources/LineHook/Metadata/checkov/skip/0/id";
    assert!(value.pointer(skipped).is_some(), "{text}");
    let Some(output) = cfn_lint(&[stack]) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(output.status.code(), Some(0));
}

/// What cfn-lint knows of types in Regions is what the facts say.
#[test]
fn types_are_in_the_regions_of_the_facts() {
    let program = "import glob, json, os, sys, cfnlint\n\
        folder = os.path.join(os.path.dirname(cfnlint.__file__), 'data/schemas/providers')\n\
        types = json.loads(sys.argv[1])\n\
        for path in sorted(glob.glob(folder + '/*.json')):\n    \
            known = json.load(open(path))\n    \
            print(os.path.basename(path)[:-5], *(it for it in types if it not in known))\n";
    let types = fleetwright::facts::deployed_types().iter();
    let types: Vec<&str> = types.map(|it| it.cloudformation).collect();
    let without_audits = fleetwright::facts::audit_checks().not_in;
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("cfn-lint"))
        .find(|path| path.exists());
    let python = found
        .map(|path| path.with_file_name("python"))
        .filter(|it| it.exists());
    let Some(python) = python else {
        skip("cfn-lint", "no python beside it");
        return;
    };
    let mut ask = Command::new(python);
    ask.args(["-c", program, &serde_json::to_string(&types).unwrap()]);
    let answer = ask.output().unwrap();
    let answer = String::from_utf8(answer.stdout).unwrap();
    let mut compared = 0;
    for line in answer.lines() {
        let mut words = line.split(' ');
        let code = words.next().unwrap();
        let missing: Vec<&str> = words.collect();
        let Some(region) = fleetwright::facts::region(code) else {
            continue;
        };
        let (audits, others): (Vec<&str>, Vec<&str>) = missing
            .iter()
            .partition(|it| **it == "AWS::IoT::AccountAuditConfiguration");
        assert_eq!(
            region.provisioning,
            others.is_empty(),
            "{code} lacks {missing:?}"
        );
        if region.provisioning {
            assert_eq!(without_audits.contains(&code), !audits.is_empty(), "{code}");
        }
        compared += 1;
    }
    assert!(compared > 30, "{answer}");
}
