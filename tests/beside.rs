//! What lies beside the stacks: diagrams that Mermaid reads, and scripts that a shell runs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use external::{said, skip};

mod external;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that tests/fleet.rs holds fresh, of this extension.
fn written(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let examples = fs::read_dir(root().join("fixtures/fleet")).unwrap();
    let examples = examples.map(|it| it.unwrap().path().join("expected"));
    let mut folders: Vec<PathBuf> = examples.filter(|it| it.is_dir()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// An empty folder of this name, below the build folder.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn diagrams() -> Vec<String> {
    let mut diagrams = Vec::new();
    for page in written("md") {
        let page = fs::read_to_string(page).unwrap();
        let blocks = page.split("```mermaid\n").skip(1);
        diagrams.extend(blocks.map(|it| it.split_once("```").unwrap().0.to_owned()));
    }
    diagrams
}

/// The part of Mermaid's grammar that is written: participants, messages, loops.
fn fault(diagram: &str) -> Option<String> {
    let mut lines = diagram.lines();
    if lines.next() != Some("sequenceDiagram") {
        return Some("no head".to_owned());
    }
    let (mut known, mut depth) = (Vec::new(), 0);
    for line in lines {
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix("participant ") {
            known.push(rest.split_once(" as ")?.0.to_owned());
        } else if line.starts_with("loop ") {
            depth += 1;
        } else if line == "end" {
            depth -= 1;
        } else {
            let (head, text) = line.split_once(": ")?;
            let arrow = ["-->>", "->>", "-x"]
                .into_iter()
                .find(|it| head.contains(it));
            let (from, to) = arrow.and_then(|it| head.split_once(it))?;
            let is_known = |name: &str| known.iter().any(|it| it == name);
            let is_text = text.split('#').skip(1).all(|it| {
                it.split_once(';')
                    .is_some_and(|(number, _)| number.parse::<u32>().is_ok())
            });
            let semicolons = text.matches(';').count() == text.matches('#').count();
            if !is_known(from) || !is_known(to) || !is_text || !semicolons || text.is_empty() {
                return Some(line.to_owned());
            }
        }
    }
    (depth != 0).then(|| "a loop without end".to_owned())
}

#[test]
fn diagrams_are_of_the_grammar() {
    let diagrams = diagrams();
    assert!(diagrams.len() >= 4);
    for diagram in &diagrams {
        assert_eq!(fault(diagram), None, "{diagram}");
    }
    let broken = diagrams[0].replace("->>", "->>;");
    assert!(fault(&broken).is_some());
}

/// The packages of Mermaid itself, in the folder that the environment names.
#[test]
fn mermaid_reads_the_diagrams() {
    let Some(folder) = std::env::var_os("FLEETWRIGHT_MERMAID") else {
        skip("mermaid", "no FLEETWRIGHT_MERMAID");
        return;
    };
    // Hashes and semicolons, as texts of a spec bring them, and one diagram that is none.
    let mut texts = diagrams();
    let good = texts.len();
    texts.push(texts[0].replacen("->>", "-<", 1));
    let program = scratch("mermaid").join("parse.mjs");
    fs::write(
        &program,
        "import { createRequire } from 'node:module';\n\
         import { pathToFileURL } from 'node:url';\n\
         const require = createRequire(process.argv[2] + '/');\n\
         const { JSDOM } = require('jsdom');\n\
         globalThis.window = new JSDOM('').window;\n\
         globalThis.document = window.document;\n\
         const path = process.argv[2] + '/node_modules/mermaid/dist/mermaid.core.mjs';\n\
         const { default: mermaid } = await import(pathToFileURL(path));\n\
         for (const text of JSON.parse(process.argv[3])) {\n\
           try { await mermaid.parse(text); console.log('ok'); }\n\
           catch (error) { console.log('refused'); }\n\
         }\n\
         process.exit(0);\n",
    )
    .unwrap();
    let run = Command::new("node")
        .arg(&program)
        .arg(&folder)
        .arg(serde_json::to_string(&texts).unwrap())
        .output()
        .unwrap();
    let mut expected = "ok\n".repeat(good);
    expected += "refused\n";
    assert_eq!(
        String::from_utf8_lossy(&run.stdout),
        expected,
        "{}",
        said(&run)
    );
}

fn shellcheck(files: &[PathBuf]) -> Option<Output> {
    let run = Command::new("shellcheck")
        .args(["--norc", "--"])
        .args(files)
        .output();
    match run {
        Ok(run) => Some(run),
        Err(error) => {
            skip("shellcheck", &error.to_string());
            None
        }
    }
}

#[test]
fn shellcheck_finds_nothing_in_the_scripts() {
    let scripts = written("sh");
    assert!(scripts.len() >= 10);
    let Some(run) = shellcheck(&scripts) else {
        return;
    };
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));

    let broken = scratch("shellcheck").join("broken.sh");
    let script = root().join("fixtures/fleet").join(DEVICES);
    let text = fs::read_to_string(script).unwrap();
    fs::write(&broken, text.replacen("\"$region\"", "$1", 1)).unwrap();
    let run = shellcheck(&[broken]).unwrap();
    assert_ne!(run.status.code(), Some(0));
}

/// Runs a script with an `aws` that answers `answer` and writes down what it is asked.
fn run(name: &str, script: &str, arguments: &[&str], answer: &str) -> (Output, Vec<Vec<String>>) {
    let folder = scratch(&format!("script-{name}"));
    let log = folder.join("log");
    let program = format!(
        "#!/bin/sh\nfor it in \"$@\"; do printf '%s\\n' \"$it\"; done >>{log:?}\n\
         echo -- >>{log:?}\n{answer}\n"
    );
    let aws = folder.join("aws");
    fs::write(&aws, program).unwrap();
    let mut command = Command::new("chmod");
    assert!(command.arg("+x").arg(&aws).status().unwrap().success());
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let script = root().join("fixtures/fleet").join(script);
    let mut command = Command::new("sh");
    command.arg(script).args(arguments).env("PATH", path);
    let output = command.current_dir(&folder).output().unwrap();
    let asked = fs::read_to_string(&log).unwrap_or_default();
    let calls = asked.split("--\n").filter(|it| !it.is_empty());
    let words = |call: &str| call.lines().map(str::to_owned).collect();
    (output, calls.map(words).collect())
}

/// What follows an option.
fn value<'c>(call: &'c [String], option: &str) -> &'c str {
    let place = call.iter().position(|it| it == option).unwrap();
    &call[place + 1]
}

const DEVICES: &str = "thermo/expected/out/cfn/dev/us-east-1/scripts/line-devices.sh";

#[test]
fn an_entry_is_made_rearmed_and_closed() {
    let (output, calls) = run("allow", DEVICES, &["allow", "SN0001", "acme"], "");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(calls[0][..2], ["dynamodb", "put-item"]);
    assert_eq!(value(&calls[0], "--table-name"), "thermo-dev-devices");
    let item: serde_json::Value = serde_json::from_str(value(&calls[0], "--item")).unwrap();
    let expected = serde_json::json!({
        "serial": {"S": "SN0001"}, "tenant": {"S": "acme"}, "state": {"S": "allowed"}
    });
    assert_eq!(item, expected);
    for (command, state) in [("rearm", "allowed"), ("close", "closed")] {
        let (_, calls) = run(command, DEVICES, &[command, "SN0001"], "");
        let values = value(&calls[0], "--expression-attribute-values");
        let expected = format!("{{\":state\":{{\"S\":\"{state}\"}}}}");
        assert_eq!(values, expected);
        assert_eq!(value(&calls[0], "--key"), "{\"serial\":{\"S\":\"SN0001\"}}");
    }
}

#[test]
fn what_is_no_value_reaches_nobody() {
    for bad in ["", "a\"b", "a b", "$(id)", "a\\", "a\nb", "é"] {
        let (output, calls) = run("bad", DEVICES, &["allow", bad, "acme"], "");
        assert_eq!(output.status.code(), Some(2), "{bad}");
        assert!(calls.is_empty(), "{bad}");
    }
    for arguments in [&["allow", "SN0001"][..], &["forget", "SN0001"], &[]] {
        let (output, calls) = run("usage", DEVICES, arguments, "");
        assert_eq!(output.status.code(), Some(2));
        assert!(calls.is_empty() && said(&output).contains("allow SERIAL TENANT"));
    }
}

#[test]
fn a_claim_is_active_once_it_has_its_policy() {
    let script = "thermo/expected/out/tf/environments/dev/us-east-1/scripts/line-claim.sh";
    let request = root().join("Cargo.toml").display().to_string();
    let answer = "echo arn:aws:iot:us-east-1:111111111111:cert/abc";
    let (output, calls) = run("claim", script, &[&request, "claim.pem"], answer);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let verbs: Vec<&str> = calls.iter().map(|it| it[1].as_str()).collect();
    let expected = [
        "create-certificate-from-csr",
        "attach-policy",
        "update-certificate",
    ];
    assert_eq!(verbs, expected);
    assert!(calls[0].contains(&"--no-set-as-active".to_owned()));
    assert_eq!(value(&calls[1], "--policy-name"), "thermo-dev-line-claim");
    assert_eq!(value(&calls[2], "--certificate-id"), "abc");
    // Nothing is made when the policy is not attached.
    let failing = "[ \"$2\" != attach-policy ] || exit 255; echo arn:aws:iot:r:1:cert/abc";
    let (output, calls) = run("claim", script, &[&request, "claim.pem"], failing);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(calls.len(), 2);
}

#[test]
fn a_ca_that_registers_nobody_is_told() {
    let script = "meters/expected/out/cfn/dev/eu-west-1/scripts/factory-authority.sh";
    let found = "[ \"$2\" = list-ca-certificates ] && echo abc && exit; echo";
    let (output, _) = run(
        "ca",
        script,
        &[],
        &format!("{found} ACTIVE,ENABLE,SNI_ONLY"),
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let (output, _) = run(
        "ca",
        script,
        &[],
        &format!("{found} INACTIVE,ENABLE,SNI_ONLY"),
    );
    assert_eq!(output.status.code(), Some(1));
    let (output, _) = run("ca", script, &[], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no CA is registered"));
}

#[test]
fn the_oldest_versions_make_room() {
    let script = "meters/expected/out/tf/environments/dev/eu-west-1/scripts/factory-versions.sh";
    let list = |versions: &str| {
        format!("[ \"$2\" = list-provisioning-template-versions ] && echo {versions}; exit 0")
    };
    let (_, calls) = run("versions", script, &[], &list("2 3 4 5"));
    let removed: Vec<&str> = calls[1..]
        .iter()
        .map(|it| value(it, "--version-id"))
        .collect();
    assert_eq!(removed, ["2"]);
    let (_, calls) = run("versions", script, &[], &list("3 4 5"));
    assert_eq!(calls.len(), 1);
}

/// The subject of a request is what the spec says, whatever it says.
#[test]
fn a_request_has_the_subject_of_the_spec() {
    let hostile = "A/B + \\ \"C\" 'D' $x `id` #e, f=g; !h";
    let folder = scratch("request");
    fs::create_dir_all(folder.join("ca")).unwrap();
    for file in ["meters-signing.pem", "meters-prod.pem"] {
        let from = root().join("fixtures/fleet/meters/ca").join(file);
        fs::copy(from, folder.join("ca").join(file)).unwrap();
    }
    let text = fs::read_to_string(root().join("fixtures/fleet/meters/spec.yaml")).unwrap();
    let quoted = serde_json::to_string(hostile).unwrap();
    let text = text.replace("O: Acme", &format!("O: {quoted}"));
    fs::write(
        folder.join("spec.yaml"),
        text.replace("keys: tpm", "keys: device"),
    )
    .unwrap();
    let mut generate = Command::new(env!("CARGO_BIN_EXE_fleetwright"));
    generate.arg("generate").arg(folder.join("spec.yaml"));
    let output = generate.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));

    let script = folder.join("out/cfn/dev/eu-west-1/device/factory-csr.sh");
    let make = |values: &[&str]| {
        let mut command = Command::new("sh");
        command
            .arg(&script)
            .args(["device.key", "device.csr"])
            .args(values);
        command.current_dir(&folder).output().unwrap()
    };
    if let Err(error) = Command::new("openssl").arg("version").output() {
        skip("openssl", &error.to_string());
        return;
    }
    for bad in [
        &["mtr-000001"][..],
        &["mtr-000001", "a/CN=b"],
        &["mtr-000001", "a+CN=b"],
    ] {
        assert_eq!(make(bad).status.code(), Some(2));
    }
    let made = make(&["mtr-000001", "M1"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let mut show = Command::new("openssl");
    show.args(["req", "-in", "device.csr", "-noout", "-verify", "-subject"]);
    show.args(["-nameopt", "sep_multiline,sname"])
        .current_dir(&folder);
    let shown = said(&show.output().unwrap());
    for part in ["CN=mtr-000001", "OU=M1", &format!("O={hostile}")] {
        assert!(shown.lines().any(|it| it.trim() == part), "{part}\n{shown}");
    }
    // The key is the owner's alone.
    let mut list = Command::new("ls");
    let listed = said(
        &list
            .arg("-l")
            .arg(folder.join("device.key"))
            .output()
            .unwrap(),
    );
    assert!(listed.starts_with("-rw-------"), "{listed}");
}
