//! The generated files in front of checkov: all its checks of CloudFormation and Terraform.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use external::skip;
use serde_json::Value;

mod external;

const OUT: &str = "fixtures/fleet/meters/expected/out";
const OF_ACCOUNT: &str = "fixtures/fleet/platform/expected/out";
const FURNISHED: &str = "fixtures/fleet/furniture/expected/out";
const BY_CLAIM: &str = "fixtures/fleet/thermo/expected/out";
const BY_TRUSTED_USER: &str = "fixtures/fleet/retrofit/expected/out";

/// What checkov says of a folder, one report for each language; `None`, said aloud, where it is not
/// installed and need not be.
fn checkov(folder: &Path) -> Option<Vec<Value>> {
    let mut command = Command::new("checkov");
    command
        .args(["--compact", "--quiet", "--skip-download", "-o", "json"])
        .arg("-d")
        .arg(folder);
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            Some(match serde_json::from_str(&said) {
                Ok(Value::Array(reports)) => reports,
                Ok(report) => vec![report],
                Err(error) => panic!("{error}: {said}"),
            })
        }
        Err(error) => {
            skip("checkov", &error.to_string());
            None
        }
    }
}

fn count(report: &Value, what: &str) -> u64 {
    report
        .pointer(&format!("/summary/{what}"))
        .unwrap()
        .as_u64()
        .unwrap()
}

/// Of all that private CAs, jobs and uploads take, one is left out: an account that may take the factory's
/// role.
#[test]
fn private_cas_jobs_and_uploads_need_one_exemption() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/chargers/expected/out");
    let Some(reports) = checkov(&out) else {
        return;
    };
    assert_eq!(reports.len(), 2, "one for each language: {reports:#?}");
    for report in reports {
        assert_eq!(count(&report, "failed"), 0, "{report:#}");
        assert!(count(&report, "skipped") <= 1, "{report:#}");
        assert!(count(&report, "passed") >= 100, "{report:#}");
    }
    let skipped = |environment: &str| {
        let module = fs::read_to_string(out.join(format!("tf/modules/{environment}/main.tf")));
        module.unwrap().matches("checkov:skip=").count()
    };
    assert_eq!([skipped("dev"), skipped("prod")], [1, 0]);
}

#[test]
fn no_check_fails_and_none_is_skipped() {
    for out in [OUT, OF_ACCOUNT] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(out);
        let Some(reports) = checkov(&folder) else {
            return;
        };
        assert_eq!(reports.len(), 2, "one for each language: {reports:#?}");
        for report in reports {
            assert_eq!(count(&report, "failed"), 0, "{report:#}");
            assert_eq!(count(&report, "skipped"), 0, "{report:#}");
            assert!(count(&report, "passed") >= 10, "{report:#}");
        }
    }
}

#[test]
fn by_claim_no_check_fails_and_each_that_is_skipped_has_a_reason() {
    skipped_with_reasons(BY_CLAIM, &["cfn/prod/eu-west-1/stack.yaml", TERRAFORM], 8);
}

#[test]
fn by_trusted_user_no_check_fails_and_each_that_is_skipped_has_a_reason() {
    // Of three tables, two functions and their logs, and a stage.
    let stack = "cfn/prod/eu-central-1/stack.yaml";
    skipped_with_reasons(BY_TRUSTED_USER, &[stack, TERRAFORM], 19);
}

const TERRAFORM: &str = "tf/modules/prod/main.tf";

/// What is left out is left out on purpose: each check is named with its reason where it is.
fn skipped_with_reasons(out: &str, files: &[&str], count_of_each: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(out);
    let Some(reports) = checkov(&folder) else {
        return;
    };
    assert_eq!(reports.len(), 2, "one for each language: {reports:#?}");
    for report in reports {
        assert_eq!(count(&report, "failed"), 0, "{report:#}");
        assert!(count(&report, "passed") >= 30, "{report:#}");
        assert!(count(&report, "skipped") >= 6, "{report:#}");
    }
    for file in files {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let skipped: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once("checkov:skip=").map(|(_, rest)| rest))
            .collect();
        assert_eq!(skipped.len(), count_of_each, "{file}");
        for check in skipped {
            let reason = check.split_once(':').map(|(_, reason)| reason);
            assert!(reason.is_some_and(|it| it.len() > 20), "{check}");
        }
    }
}

/// What the furniture meets needs no reason any more.
#[test]
fn furniture_leaves_fewer_checks_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FURNISHED);
    let text = fs::read_to_string(folder.join("cfn/dev/eu-west-1/stack.yaml")).unwrap();
    for met in [
        "CKV_AWS_115",
        "CKV_AWS_116",
        "CKV_AWS_119",
        "CKV_AWS_158",
        "CKV_AWS_173",
    ] {
        assert!(!text.contains(met), "{met}");
    }
    let Some(reports) = checkov(&folder) else {
        return;
    };
    assert_eq!(reports.len(), 2, "one for each language: {reports:#?}");
    for report in reports {
        assert_eq!(count(&report, "failed"), 0, "{report:#}");
        assert!(count(&report, "passed") >= 40, "{report:#}");
    }
}

#[test]
fn a_role_that_anyone_may_take_is_found() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checkov");
    fs::create_dir_all(&folder).unwrap();
    let stack = Path::new(env!("CARGO_MANIFEST_DIR")).join(OUT);
    let stack = fs::read_to_string(stack.join("cfn/dev/eu-west-1/stack.yaml")).unwrap();
    let open = stack.replacen("Service: iot.amazonaws.com", "AWS: \"*\"", 1);
    assert_ne!(stack, open);
    fs::write(folder.join("stack.yaml"), open).unwrap();
    let Some(reports) = checkov(&folder) else {
        return;
    };
    let failed: u64 = reports.iter().map(|report| count(report, "failed")).sum();
    assert!(failed >= 1, "{reports:#?}");
}
