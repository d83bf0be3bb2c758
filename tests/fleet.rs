//! `fixtures/fleet/<name>/spec.yaml`: what a spec becomes, and what is refused.
//!
//! `BLESS=1` rewrites the schema and the expected outputs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fleetwright::document::{Document, Syntax};
use fleetwright::fleet::{Files, Request, Unreadable};
use fleetwright::generate::{self, Refusal};
use fleetwright::source::{Source, Sources, Text};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
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

fn run_generate(spec: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetwright"));
    command
        .current_dir(root())
        .arg("generate")
        .arg(spec)
        .arg("--out")
        .arg(out)
        .args(more);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All files below a folder with their contents, by relative path.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_schemas_are_fresh() {
    let schemas = [
        ("fleet", fleetwright::fleet::spec::schema()),
        ("account", fleetwright::fleet::spec::account_schema()),
    ];
    for (name, schema) in schemas {
        let path = root().join(format!("schemas/{name}.schema.json"));
        let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if is_blessing() {
            fs::write(&path, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap();
        assert!(
            kept == fresh,
            "stale: {}; run `BLESS=1 cargo test`",
            path.display()
        );
    }
}

#[test]
fn the_examples_become_what_is_expected() {
    for example in [
        "meters",
        "thermo",
        "furniture",
        "voltra",
        "chargers",
        "retrofit",
        "layered",
        "platform",
    ] {
        becomes_what_is_expected(example);
    }
}

fn becomes_what_is_expected(example: &str) {
    let out = scratch(example);
    let folder = Path::new("fixtures/fleet").join(example);
    let spec = folder.join("spec.yaml");
    let run = run_generate(&spec, &out, &["--today", "2026-11-24"]);
    let said = text(&run.stdout) + &text(&run.stderr);
    assert_eq!(run.status.code(), Some(0), "{said}");
    let expected = root().join(folder).join("expected");
    if is_blessing() {
        if expected.exists() {
            fs::remove_dir_all(&expected).unwrap();
        }
        for (name, contents) in files(&out) {
            let path = expected.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
    }
    let (made, kept) = (files(&out), files(&expected));
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&made), names(&kept));
    for (made, kept) in made.iter().zip(&kept) {
        assert!(
            made.1 == kept.1,
            "stale: {}; run `BLESS=1 cargo test`",
            made.0
        );
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes_and_nothing_to_do() {
    let spec = Path::new("fixtures/fleet/meters/spec.yaml");
    let (first, second) = (scratch("bytes-1"), scratch("bytes-2"));
    run_generate(spec, &first, &[]);
    run_generate(spec, &second, &[]);
    assert!(files(&first).len() > 6);
    assert_eq!(files(&first), files(&second));
    assert_eq!(
        run_generate(spec, &first, &["--check"]).status.code(),
        Some(0)
    );
}

#[test]
fn several_specs_are_generated_at_once_or_not_at_all() {
    let out = scratch("several");
    let (meters, thermo) = (
        "fixtures/fleet/meters/spec.yaml",
        "fixtures/fleet/thermo/spec.yaml",
    );
    // One folder for two specs.
    let run = run_generate(Path::new(meters), &out, &[thermo]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("and so does `fixtures/fleet/meters/spec.yaml`"));
    assert_eq!(files(&out), []);
    let folders = |name: &str, spec: &str| {
        let spec = fs::read_to_string(root().join(spec)).unwrap();
        let folder = scratch(&format!("several-{name}"));
        let moved = spec.replace("dir: out/", &format!("dir: {name}/"));
        fs::write(folder.join("spec.yaml"), moved).unwrap();
        folder.join("spec.yaml")
    };
    let thermo = folders("thermo", thermo);
    let second = thermo.display().to_string();
    let run = run_generate(Path::new(meters), &out, &[&second]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let (alone, other) = (scratch("alone"), scratch("other"));
    run_generate(Path::new(meters), &alone, &[]);
    run_generate(&thermo, &other, &[]);
    let mut both = files(&alone);
    both.extend(files(&other));
    both.sort();
    assert_eq!(files(&out), both);
    // One that is wrong keeps the other from being written.
    let (wrong, out) = (
        "fixtures/fleet/refused/broken-pattern.yaml",
        scratch("neither"),
    );
    let run = run_generate(Path::new(wrong), &out, &[&second]);
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(files(&out), []);
}

#[test]
fn a_file_that_is_not_ours_is_kept() {
    let spec = Path::new("fixtures/fleet/meters/spec.yaml");
    let out = scratch("foreign");
    let foreign = out.join("out/cfn/dev/eu-west-1/stack.yaml");
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    fs::write(&foreign, "mine\n").unwrap();
    let run = run_generate(spec, &out, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stdout));
    assert_eq!(
        files(&out),
        [(
            "out/cfn/dev/eu-west-1/stack.yaml".to_owned(),
            b"mine\n".to_vec()
        )]
    );
    assert!(
        text(&run.stdout).contains("stack.yaml"),
        "{}",
        text(&run.stdout)
    );
    assert_eq!(
        run_generate(spec, &out, &["--force"]).status.code(),
        Some(0)
    );
    assert!(
        fs::read_to_string(&foreign)
            .unwrap()
            .contains("AWSTemplateFormatVersion")
    );
}

#[test]
fn an_edited_file_is_kept() {
    let spec = Path::new("fixtures/fleet/meters/spec.yaml");
    let out = scratch("edited");
    run_generate(spec, &out, &[]);
    let edited = out.join("out/cfn/README.md");
    fs::write(&edited, "edited\n").unwrap();
    assert_eq!(run_generate(spec, &out, &[]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&edited).unwrap(), "edited\n");
}

#[test]
fn what_the_spec_asks_for_no_more_is_listed_and_pruned() {
    let folder = scratch("stale");
    let original = root().join("fixtures/fleet/meters/spec.yaml");
    let text_of_spec = fs::read_to_string(original).unwrap();
    let spec = folder.join("spec.yaml");
    fs::write(&spec, &text_of_spec).unwrap();
    fs::create_dir_all(folder.join("ca")).unwrap();
    for file in ["meters-signing.pem", "meters-prod.pem"] {
        let from = root().join("fixtures/fleet/meters/ca").join(file);
        fs::copy(from, folder.join("ca").join(file)).unwrap();
    }
    let out = folder.join("all");
    assert_eq!(run_generate(&spec, &out, &[]).status.code(), Some(0));
    let prod = out.join("out/cfn/prod/eu-west-1/stack.yaml");
    let edited = out.join("out/cfn/prod/eu-west-1/meters-prod-device.policy.json");
    fs::write(&edited, "{}\n").unwrap();
    let lines = text_of_spec
        .lines()
        .filter(|line| !line.starts_with("  prod: {"));
    fs::write(&spec, lines.collect::<Vec<_>>().join("\n")).unwrap();

    // One environment says nothing of the others, and leaves the page of all as it is.
    let page = fs::read_to_string(out.join("out/cfn/README.md")).unwrap();
    let run = run_generate(&spec, &out, &["--environment", "dev"]);
    assert!(
        !text(&run.stdout).contains(": stale"),
        "{}",
        text(&run.stdout)
    );
    assert_eq!(
        fs::read_to_string(out.join("out/cfn/README.md")).unwrap(),
        page
    );
    let run = run_generate(&spec, &out, &[]);
    assert_eq!(run.status.code(), Some(0));
    assert!(
        text(&run.stdout).contains("prod/eu-west-1/stack.yaml: stale"),
        "{}",
        text(&run.stdout)
    );
    assert!(prod.exists());
    assert_eq!(
        run_generate(&spec, &out, &["--check"]).status.code(),
        Some(1)
    );
    // A manifest that names a file elsewhere removes nothing there.
    let elsewhere = folder.join("elsewhere");
    fs::write(&elsewhere, "").unwrap();
    let manifest = out.join("out/cfn/.fleetwright-manifest.json");
    let forged = fs::read_to_string(&manifest).unwrap().replacen(
        "\"files\": {",
        "\"files\": {\n    \"../../../elsewhere\": \"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",",
        1,
    );
    fs::write(&manifest, forged).unwrap();
    let run = run_generate(&spec, &out, &["--prune"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stdout));
    assert!(elsewhere.exists());
    assert!(!prod.exists());
    assert!(!out.join("out/tf/modules/prod").exists());
    assert_eq!(fs::read_to_string(&edited).unwrap(), "{}\n");
    assert!(
        text(&run.stdout).contains("stale, and kept"),
        "{}",
        text(&run.stdout)
    );
}

/// The example by claim, without what it asserts of its topics.
fn thermo() -> String {
    let spec = fs::read_to_string(root().join("fixtures/fleet/thermo/spec.yaml")).unwrap();
    let asserts = |line: &&str| {
        ["assertions:", "never:", "can:"]
            .iter()
            .any(|it| line.contains(it))
    };
    let lines = spec.lines().filter(|line| !asserts(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The example with another hook: one that is deployed elsewhere, and one from a file.
#[test]
fn a_hook_may_be_a_function_of_the_users() {
    let folder = scratch("own-hook");
    let original = thermo();
    let list = original
        .lines()
        .find(|it| it.contains("allowList:"))
        .unwrap();
    let with = |hook: &str| {
        original.replace(
            list,
            &format!("      {hook}\n      checks: [serial, tenant]"),
        )
    };
    fs::write(
        folder.join("own.py"),
        "def handler(event, context):\n    return {}\n",
    )
    .unwrap();
    let run = |name: &str, text: &str| {
        let spec = folder.join(format!("{name}.yaml"));
        fs::write(&spec, text).unwrap();
        let out = folder.join(name);
        let run = run_generate(&spec, &out, &[]);
        (out.join("out"), run)
    };

    // Of what another function lets pass nothing is known, so that no tenant is proved apart.
    let (_, refused) = run("refused", &with("source: own.py"));
    assert_eq!(refused.status.code(), Some(1));
    assert!(self::text(&refused.stdout).contains("not true: no device can"));

    let own = |hook: &str| {
        let flat = with(hook).replace("t/{tenant}/{thing}", "t/{thing}");
        flat.replace("isolation: [{ between: tenant }, { between: thing }]", "")
    };
    let (out, source) = run("source", &own("source: own.py"));
    assert_eq!(
        source.status.code(),
        Some(0),
        "{}",
        self::text(&source.stdout)
    );
    assert!(self::text(&source.stdout).contains("nothing here can prove it"));
    let stack = fs::read_to_string(out.join("cfn/dev/us-east-1/stack.yaml")).unwrap();
    assert!(stack.contains("def handler(event, context)"));
    assert!(!stack.contains("AWS::DynamoDB::Table") && !stack.contains("dynamodb:"));

    let arn = "arn: \"arn:{partition}:lambda:{region}:{account}:function:own\"";
    let (out, foreign) = run("arn", &own(arn));
    assert_eq!(
        foreign.status.code(),
        Some(0),
        "{}",
        self::text(&foreign.stdout)
    );
    let stack = fs::read_to_string(out.join("cfn/prod/eu-west-1/stack.yaml")).unwrap();
    let own = "arn:aws:lambda:eu-west-1:222222222222:function:own";
    assert!(stack.contains(&format!("FunctionName: {own}")), "{stack}");
    assert!(stack.contains(&format!("TargetArn: {own}")));
    assert!(!stack.contains("AWS::Lambda::Function\n"));
    assert!(stack.contains(
        "SourceArn: arn:aws:iot:eu-west-1:222222222222:provisioningtemplate/thermo-prod-line"
    ));
    assert!(!out.join("tf/modules/prod/line-hook.zip").exists());
}

/// What the claim may do follows from how certificates are made and messages written.
#[test]
fn a_claim_may_ask_in_one_way_and_in_one_format() {
    let folder = scratch("claim-verbs");
    let original = thermo();
    let list = original
        .lines()
        .find(|it| it.contains("allowList:"))
        .unwrap();
    let changed = original
        .replace(list, "      source: own.py\n      checks: [serial]")
        .replace("t/{tenant}/{thing}", "t/{thing}")
        .replace("{ between: tenant }, ", "")
        .replace("from: csr", "from: keys")
        .replace("payload: json", "payload: cbor");
    fs::write(
        folder.join("own.py"),
        "def handler(event, context):\n    return {}\n",
    )
    .unwrap();
    let spec = folder.join("spec.yaml");
    fs::write(&spec, changed).unwrap();
    let run = run_generate(&spec, &folder, &[]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stdout));
    assert!(text(&run.stdout).contains("AWS IoT makes the private key"));
    let policy = folder.join("out/cfn/dev/us-east-1/thermo-dev-line-claim.policy.json");
    let policy = fs::read_to_string(policy).unwrap();
    let topics: Vec<&str> = policy
        .split('"')
        .filter_map(|it| it.split_once(":topic/").map(|(_, topic)| topic))
        .collect();
    assert_eq!(
        topics,
        [
            "$aws/certificates/create/cbor",
            "$aws/provisioning-templates/thermo-dev-line/provision/cbor",
            "$aws/certificates/create/cbor/accepted",
            "$aws/certificates/create/cbor/rejected",
            "$aws/provisioning-templates/thermo-dev-line/provision/cbor/accepted",
            "$aws/provisioning-templates/thermo-dev-line/provision/cbor/rejected",
        ]
    );
}

/// Lambda runs what is in the archive; people read what is beside it.
#[test]
fn the_archive_of_a_hook_is_what_is_read_beside_it() {
    let module = root().join("fixtures/fleet/thermo/expected/out/tf/modules/prod");
    let source = fs::read(module.join("line-hook.py")).unwrap();
    let archive = fs::read(module.join("line-hook.zip")).unwrap();
    // Stored, not compressed: the first entry is a head of 30 bytes, its name, and its contents.
    assert_eq!(&archive[..4], b"PK\x03\x04");
    assert_eq!(&archive[30..38], b"index.py");
    assert_eq!(archive[38..38 + source.len()], source);
    let stack = "fixtures/fleet/thermo/expected/out/cfn/prod/eu-west-1/stack.yaml";
    let stack = fs::read_to_string(root().join(stack)).unwrap();
    for line in text(&source).lines().filter(|line| !line.is_empty()) {
        assert!(stack.contains(line), "{line}");
    }
}

/// A program that reads archives, if there is one, reads ours.
#[test]
fn python_reads_the_archive() {
    let archive = "fixtures/fleet/thermo/expected/out/tf/modules/dev/line-hook.zip";
    let program = "import sys, zipfile\n\
                   archive = zipfile.ZipFile(sys.argv[1])\n\
                   assert archive.testzip() is None\n\
                   [entry] = archive.infolist()\n\
                   print(entry.filename, oct(entry.external_attr >> 16))\n";
    let run = Command::new("python3")
        .args(["-I", "-c", program])
        .arg(root().join(archive))
        .output();
    let Ok(run) = run else {
        let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|it| it == "python3"));
        println!("skipped: python3");
        return;
    };
    assert_eq!(
        text(&run.stdout),
        "index.py 0o100644\n",
        "{}",
        text(&run.stderr)
    );
}

/// What is deployed has its actions in the policy of whoever deploys it, each of its types.
#[test]
fn whoever_deploys_may_do_what_each_type_takes() {
    for example in fs::read_dir(root().join("fixtures/fleet")).unwrap() {
        let folder = example
            .unwrap()
            .path()
            .join("expected/out/cfn/prod/eu-west-1");
        if !folder.is_dir() {
            continue;
        }
        let text = fs::read_to_string(folder.join("stack.yaml")).unwrap();
        let policy = fs::read_to_string(folder.join("deployer.policy.json")).unwrap();
        let types = text
            .lines()
            .filter_map(|it| it.trim().strip_prefix("Type: AWS::"));
        let types: std::collections::BTreeSet<&str> = types.collect();
        assert!(types.len() >= 6, "{types:?}");
        for name in types {
            let known = fleetwright::facts::deployed_type(&format!("AWS::{name}"));
            let known = known.unwrap_or_else(|| panic!("facts/deployment.yaml lacks AWS::{name}"));
            for action in known.actions.iter().chain(known.anywhere) {
                assert!(policy.contains(&format!("\"{action}\"")), "{action}");
            }
        }
        // IAM's limit of the inline policies of a role; white space does not count.
        let size = policy.chars().filter(|it| !it.is_whitespace()).count();
        assert!(size <= 10_240, "{size}");
        let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
        let mut passes = 0;
        for statement in policy["Statement"].as_array().unwrap() {
            let actions = statement["Action"].as_array().unwrap();
            if actions == &["iam:PassRole"] {
                passes += 1;
                let service = &statement["Condition"]["StringEquals"]["iam:PassedToService"];
                assert!(service.as_str().unwrap().ends_with(".amazonaws.com"));
            }
            assert!(actions.iter().all(|it| it != "*"));
        }
        assert!(passes > 0);
    }
}

#[test]
fn an_expired_authority_is_refused_at_its_place() {
    let spec = Path::new("fixtures/fleet/meters/spec.yaml");
    let out = scratch("expired");
    let run = run_generate(spec, &out, &["--today", "2060-01-01"]);
    assert_eq!(run.status.code(), Some(1));
    let said = text(&run.stdout);
    assert!(
        said.contains("spec.yaml:17:25") && said.contains("2051"),
        "{said}"
    );
    assert!(files(&out).is_empty());
}

/// `fixtures/fleet/refused/<idea>.yaml` with what is said of it in `<idea>.txt`.
#[test]
fn what_is_refused_is_said_at_its_place() {
    let folder = root().join("fixtures/fleet/refused");
    let mut specs: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"))
        .collect();
    specs.sort();
    assert!(specs.len() >= 8);
    for spec in specs {
        let name = spec.file_stem().unwrap().to_str().unwrap().to_owned();
        let out = scratch(&format!("refused-{name}"));
        let relative = spec.strip_prefix(root()).unwrap();
        // A day stands in the spec where it matters.
        let written = fs::read_to_string(root().join(relative)).unwrap();
        let mut days = written
            .lines()
            .filter_map(|it| it.strip_prefix("# --today "));
        let today: Vec<&str> = days
            .next()
            .into_iter()
            .flat_map(|it| ["--today", it])
            .collect();
        let run = run_generate(relative, &out, &today);
        assert_eq!(
            run.status.code(),
            Some(1),
            "{name}: {}{}",
            text(&run.stdout),
            text(&run.stderr)
        );
        assert!(files(&out).is_empty(), "{name}");
        let expected = spec.with_extension("txt");
        if is_blessing() {
            fs::write(&expected, &run.stdout).unwrap();
        }
        assert_eq!(
            text(&run.stdout),
            fs::read_to_string(&expected).unwrap(),
            "{name}"
        );
    }
}

/// The CA of the fixture, whatever is asked for.
struct Authority;

impl Files for Authority {
    fn read(&self, _: &str) -> Result<Vec<u8>, Unreadable> {
        let path = root().join("fixtures/fleet/meters/ca/meters-signing.pem");
        Ok(fs::read(path).unwrap())
    }
}

/// A spec with this text in every place that takes any text.
fn hostile_spec(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    let in_topic = serde_json::to_string(&format!("dt/{{thing}}/{text}")).unwrap();
    let subject = serde_json::to_string(&format!("Acme{text}")).unwrap();
    let boundary = format!("arn:aws:iam::111111111111:policy/{text}");
    let boundary = serde_json::to_string(&boundary).unwrap();
    format!(
        "version: 1
fleet: hostile
fields:
  serial: {{ pattern: \"mtr-[0-9]{{6}}\", unique: true }}
things: {{ type: meter, name: \"{{serial}}\", groups: [{quoted}] }}
provision:
  factory:
    method: jitp
    keys: tpm
    certificate:
      issuer: {{ own-ca: {quoted} }}
      subject: {{ CN: \"{{serial}}\", O: {subject} }}
      validDays: 3650
    bind: {{ serial: cert.CN }}
  line:
    method: claim
    because: {quoted}
    keys: device
    certificate: {{ issuer: aws-iot, from: csr }}
    claim: {{ clientIdPrefix: {quoted}, payload: json }}
    hook: {{ allowList: {{ table: {quoted}, key: serial, once: per-key, returns: [] }} }}
    bind: {{ serial: device }}
topics:
  {quoted}: {{ topic: {in_topic}, device: publish }}
features: {{ shadow: [{quoted}] }}
isolation: [{{ between: thing }}]
stack: {{ tags: {{ owner: {quoted} }}, iam: {{ boundary: {boundary} }} }}
accounts: {{ one: \"111111111111\" }}
environments:
  dev: {{ account: one, regions: [eu-west-1] }}
outputs: {{ cloudformation: {{ dir: {quoted} }}, terraform: {{ dir: out/tf, as: module }} }}
"
    )
}

/// Specs with this text in one of the places that keep what is written (reason, topic, subject, tag,
/// boundary), and
/// harmless ones elsewhere.
fn hostile_in_one_place(text: &str) -> [String; 5] {
    let quoted = |text: String| serde_json::to_string(&text).unwrap();
    let harmless = hostile_spec("x").replace("clientIdPrefix: \"x\"", "clientIdPrefix: \"claim-\"");
    let harmless = harmless.replace("table: \"x\"", "table: \"devices\"");
    [
        (
            "because: \"x\"",
            format!("because: {}", quoted(text.to_owned())),
        ),
        ("\"dt/{thing}/x\"", quoted(format!("dt/{{thing}}/{text}"))),
        ("\"Acmex\"", quoted(format!("Acme{text}"))),
        (
            "owner: \"x\"",
            format!("owner: {}", quoted(text.to_owned())),
        ),
        ("policy/x\"", {
            let written = quoted(format!("policy/{text}"));
            written.trim_start_matches('"').to_owned()
        }),
    ]
    .map(|(place, hostile)| {
        assert!(harmless.contains(place), "{place}");
        harmless.replace(place, &hostile)
    })
}

/// What becomes of a spec: generated, refused, or a defect of the generator.
fn outcome(
    spec: &str,
) -> Result<Result<generate::Generated, Vec<fleetwright::fleet::Error>>, generate::Defect> {
    let mut sources = Sources::default();
    let id = sources.add(Source::new("spec.yaml", spec));
    let text = Text::of_source(id, sources.get(id).unwrap());
    let document = Document::parse(&text, Syntax::Yaml);
    let request = Request {
        files: &Authority,
        today: None,
        environments: &[],
    };
    match generate::generate(&document, &sources, &request) {
        Ok(generated) => Ok(Ok(generated)),
        Err(Refusal::Spec(errors)) => Ok(Err(errors)),
        Err(Refusal::Defect(defect)) => Err(defect),
    }
}

/// Texts in which one of the output languages sees more than characters.
const NASTY: &[&str] = &[
    "",
    " ",
    "${",
    "${a}",
    "$${a}",
    "%{ if a }",
    "%%{a}",
    "{{a}}",
    "«a»",
    "<% a %>",
    "\"",
    "'",
    "\\",
    "`",
    "\n",
    "a\nb: c",
    "\t",
    "\r\n",
    "# a",
    "- a",
    ": ",
    "*",
    "&a",
    "!Sub a",
    "yes",
    "null",
    "~",
    "012",
    "<!--",
    "]]>",
    "|",
    ">",
    "%",
    "@",
    "a/b",
    "a+b",
    "#",
    "+",
    "/",
    "..",
    "../a",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "日本",
    "😀",
    "EOT\nEOT",
    "*/ //",
    "${iot:ClientId}",
    "$aws/a",
    "?",
];

/// Whatever a spec says, it is data: what is generated parses, and reads back as it was planned,
/// which the generator itself checks, or the spec is refused in words. Nothing is a defect.
#[test]
fn every_text_of_a_spec_is_data() {
    let characters = proptest::sample::select(vec![
        '$', '{', '}', '%', '"', '\'', '\\', '`', '\n', ' ', '#', ':', '-', '*', '<', '!', '|',
        '/', '+', 'a', 'é',
    ]);
    let mixed = proptest::collection::vec(characters, 0..6);
    let mixed = mixed.prop_map(|characters| characters.into_iter().collect::<String>());
    let mut runner = TestRunner::deterministic();
    let random = (0..40).map(|_| mixed.new_tree(&mut runner).unwrap().current());
    let nasty = NASTY.iter().map(|text| (*text).to_owned());
    let mut generated = 0;
    for text in nasty.chain(random) {
        let specs = hostile_in_one_place(&text)
            .into_iter()
            .chain([hostile_spec(&text)]);
        for spec in specs {
            match outcome(&spec) {
                Ok(Ok(_)) => generated += 1,
                Ok(Err(errors)) => assert!(!errors.is_empty()),
                Err(defect) => panic!("{text:?}: {defect}\n{spec}"),
            }
        }
    }
    assert!(generated >= 100, "{generated} were not refused");
}
