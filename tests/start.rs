//! From an empty folder to stacks: `advise` and `init`, and then `generate` on what they wrote.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod external;
mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use external::{Terraform, skip};
use fleetwright::advice::{
    Accounts, Authority, Circumstances, Devices, Fact, Serials, Verdict, advise,
};
use fleetwright::facts::WayIn;
use fleetwright::fleet::spec::Keys;
use process::Run;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder.
fn empty(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("start")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Every fact, with each of its values, or not known.
fn all() -> Vec<Circumstances> {
    let yes_or_no = [None, Some(false), Some(true)];
    let devices = [
        Devices::New,
        Devices::Certificates,
        Devices::Tokens,
        Devices::Bare,
    ];
    let authorities = [
        Authority::Own,
        Authority::AcmPca,
        Authority::Possible,
        Authority::None,
    ];
    let mut all = Vec::new();
    for devices in devices {
        for unique_credentials in yes_or_no {
            for keys in [
                None,
                Some(Keys::Tpm),
                Some(Keys::SecureElement),
                Some(Keys::Device),
            ] {
                for ca in authorities.map(Some).into_iter().chain([None]) {
                    for installer in yes_or_no {
                        for serials in [None, Some(Serials::Known), Some(Serials::Unknown)] {
                            for accounts in [None, Some(Accounts::One), Some(Accounts::Several)] {
                                all.push(Circumstances {
                                    devices: Some(devices),
                                    unique_credentials,
                                    keys,
                                    ca,
                                    installer,
                                    serials,
                                    accounts,
                                });
                            }
                        }
                    }
                }
            }
        }
    }
    all
}

/// The ranking that the source gives, said a second time and in other words.
fn expected(it: &Circumstances) -> WayIn {
    let has_certificates = match it.devices {
        Some(Devices::Certificates) => true,
        Some(Devices::New) => it.unique_credentials == Some(true),
        _ => false,
    };
    if has_certificates && it.ca != Some(Authority::None) {
        WayIn::Jitp
    } else if it.installer == Some(true) {
        WayIn::TrustedUser
    } else if has_certificates {
        match it.serials {
            Some(Serials::Known) => WayIn::Bulk,
            _ => WayIn::Single,
        }
    } else if it.devices == Some(Devices::Tokens) {
        WayIn::CustomAuthorizer
    } else {
        WayIn::Claim
    }
}

#[test]
fn the_first_way_that_fits_is_recommended() {
    let mut judged = 0;
    for circumstances in all() {
        let Ok(known) = circumstances.known() else {
            continue;
        };
        judged += 1;
        let advice = advise(&known);
        let ranking: Vec<(WayIn, Verdict)> = advice
            .ranking
            .iter()
            .map(|it| (it.method.way, it.verdict))
            .collect();
        assert_eq!(
            ranking[0],
            (expected(&circumstances), Verdict::Recommended),
            "{known:?}"
        );
        assert_eq!(ranking.len(), 7);
        let recommended = ranking.iter().filter(|it| it.1 == Verdict::Recommended);
        assert_eq!(recommended.count(), 1);
        assert!(advice.ranking.iter().all(|it| !it.reasons.is_empty()));
        // What one begins with works, and is built.
        let start = advice.start.method.word();
        let start = advice
            .ranking
            .iter()
            .find(|it| it.method.way.word() == start);
        let start = start.expect("a way in");
        assert!(
            start.is_built && start.verdict != Verdict::Unfit,
            "{known:?}"
        );
        let is_first = |it: &&fleetwright::advice::Ranked| it.is_built;
        let first = advice.ranking.iter().find(is_first).expect("one is built");
        assert_eq!(first.method.way, start.method.way, "{known:?}");
    }
    assert!(judged > 1000, "{judged}");
}

#[test]
fn only_what_matters_is_asked() {
    let known = Circumstances {
        devices: Some(Devices::New),
        unique_credentials: Some(true),
        ca: Some(Authority::Own),
        ..Circumstances::default()
    };
    assert_eq!(known.missing(), [Fact::Accounts, Fact::Keys]);
    let known = Circumstances {
        devices: Some(Devices::Bare),
        ..Circumstances::default()
    };
    assert_eq!(
        known.missing(),
        [Fact::Installer, Fact::Serials, Fact::Keys]
    );
    // A fact that is asked for is one that is missing, until nothing is.
    for circumstances in all() {
        assert_eq!(
            circumstances.known().is_ok(),
            circumstances.missing().is_empty()
        );
    }
}

/// The methods that `init` writes a spec for, with their variations.
fn starts() -> Vec<Vec<&'static str>> {
    let mut starts = Vec::new();
    for method in ["jitp", "trusted-user", "claim"] {
        if Run::within(&empty("asked"), &["init", "x", "--method", method], b"").code != 0 {
            continue;
        }
        for keys in ["tpm", "secure-element", "device"] {
            for accounts in ["one", "several"] {
                starts.push(vec![
                    "--method",
                    method,
                    "--keys",
                    keys,
                    "--accounts",
                    accounts,
                ]);
            }
        }
    }
    assert!(starts.len() >= 12, "{starts:?}");
    starts
}

/// Puts the certificate of a CA where a spec wants one.
fn provide_ca(folder: &Path) {
    fs::create_dir_all(folder.join("ca")).expect("a folder");
    let ca = root().join("fixtures/fleet/meters/ca/meters-signing.pem");
    fs::copy(ca, folder.join("ca/signing.pem")).expect("a certificate");
}

#[test]
fn what_init_writes_is_generated() {
    for start in starts() {
        let folder = empty("generated");
        let run = Run::within(&folder, &[&["init"], &*start].concat(), b"");
        assert_eq!(run.code, 0, "{}", run.output());
        let spec = fs::read_to_string(folder.join("fleet.yaml")).expect("a spec");
        assert!(spec.starts_with("# yaml-language-server: $schema=./fleet.schema.json\n"));
        let schema = fs::read_to_string(folder.join("fleet.schema.json")).expect("a schema");
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let value: Value = serde_yaml::from_str(&spec).expect("YAML");
        assert!(jsonschema::is_valid(&schema, &value));
        assert!(
            spec.lines().all(|line| line.chars().count() <= 120),
            "{spec}"
        );
        assert!(!spec.contains("<%") && !spec.contains('«'));
        provide_ca(&folder);
        edit(&folder);
        let run = Run::within(&folder, &["generate", "fleet.yaml"], b"");
        assert_eq!(run.code, 0, "{start:?}\n{}", run.output());
        let run = Run::within(&folder, &["generate", "fleet.yaml", "--check"], b"");
        assert_eq!(run.code, 0, "{}", run.output());
        let run = Run::within(&folder, &["lint", "--require-input", "."], b"");
        assert_eq!(run.code, 0, "{start:?}\n{}", run.output());
    }
}

/// Edits the lines that `init` marks, as somebody would; returns how many.
fn edit(folder: &Path) -> usize {
    let path = folder.join("fleet.yaml");
    let spec = fs::read_to_string(&path).expect("a spec");
    let mut count = 0;
    let edited: Vec<String> = spec
        .lines()
        .map(|line| match line.split_once(" # <-- edit") {
            Some((line, _)) => {
                count += 1;
                line.replace("my-fleet", "pumps")
                    .replace("111111111111", "123456789012")
                    .replace("eu-west-1", "us-east-1")
            }
            None => line.to_owned(),
        })
        .collect();
    fs::write(path, edited.join("\n") + "\n").expect("a spec");
    count
}

#[test]
fn init_says_what_is_to_be_done_and_overwrites_nothing() {
    let folder = empty("said");
    let run = Run::within(&folder, &["init", "--method", "jitp"], b"");
    assert_eq!(run.code, 0, "{}", run.output());
    let spec = fs::read_to_string(folder.join("fleet.yaml")).expect("a spec");
    let marked = (1..)
        .zip(spec.lines())
        .filter(|(_, line)| line.contains("<-- edit"));
    let places: Vec<String> = marked
        .map(|(number, _)| format!("fleet.yaml:{number}"))
        .collect();
    assert_eq!(places.len(), 3);
    assert!(
        run.stdout
            .contains(&format!("edit {}\n", places.join(", "))),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("openssl req -x509"), "{}", run.stdout);

    fs::write(folder.join("fleet.yaml"), "mine\n").expect("a file");
    fs::remove_file(folder.join("fleet.schema.json")).expect("a file");
    let run = Run::within(&folder, &["init", "--method", "claim"], b"");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("fleet.yaml: it is there already"),
        "{}",
        run.stderr
    );
    assert_eq!(
        fs::read_to_string(folder.join("fleet.yaml")).expect("a file"),
        "mine\n"
    );
    assert!(!folder.join("fleet.schema.json").exists());
}

/// The command that `init` shows makes a CA that `generate` takes.
#[test]
fn the_command_that_is_shown_makes_a_ca() {
    let folder = empty("openssl");
    let run = Run::within(&folder, &["init", "--method", "jitp"], b"");
    let commands = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  "));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 2, "{}", run.stdout);
    let shell = Command::new("sh")
        .args(["-e", "-c", &commands.join("\n")])
        .current_dir(&folder)
        .env("HOME", empty("home"))
        .output()
        .expect("a shell");
    if !shell.status.success() {
        skip("openssl", &String::from_utf8_lossy(&shell.stderr));
        return;
    }
    let run = Run::within(&folder, &["generate", "fleet.yaml"], b"");
    assert_eq!(run.code, 0, "{}", run.output());
    // Its key is not in the folder.
    let mut names = fs::read_dir(folder.join("ca")).expect("a folder");
    assert!(names.next().is_some() && names.next().is_none());
}

/// Without the certificate, the error says where, and what to do.
#[test]
fn a_missing_ca_is_said_with_a_remedy() {
    let folder = empty("no-ca");
    Run::within(&folder, &["init", "--method", "jitp"], b"");
    let run = Run::within(&folder, &["generate", "fleet.yaml"], b"");
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("fleet.yaml:"), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("`ca/signing.pem`: there is no such file"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("  help: "), "{}", run.stdout);
}

/// All that was generated, by path below the folder.
fn generated(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("out")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path)
                && !path.ends_with(".fleetwright-manifest.json")
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// Lines of `new` that are not in `old`, and the other way round, counted as often as they stand.
fn difference(old: &str, new: &str) -> usize {
    let mut rest: Vec<&str> = new.lines().collect();
    let mut gone = 0;
    for line in old.lines() {
        match rest.iter().position(|it| *it == line) {
            Some(place) => {
                rest.remove(place);
            }
            None => gone += 1,
        }
    }
    gone + rest.len()
}

#[test]
fn a_changed_line_of_the_spec_changes_few_lines_of_both_outputs() {
    let folder = empty("diff");
    Run::within(&folder, &["init", "--method", "jitp", "--keys", "tpm"], b"");
    provide_ca(&folder);
    let path = folder.join("fleet.yaml");
    let original = fs::read_to_string(&path).expect("a spec");
    let generate = |spec: &str| {
        fs::write(&path, spec).expect("a spec");
        let run = Run::within(&folder, &["generate", "fleet.yaml"], b"");
        assert_eq!(run.code, 0, "{}", run.output());
        generated(&folder)
    };
    let before = generate(&original);
    for (from, to, most) in [
        (
            "dt/{thing}/reading\", device",
            "dt/{thing}/measure\", device",
            8,
        ),
        ("groups: [devices]", "groups: [machines]", 16),
        ("validDays: 3650", "validDays: 365", 2),
    ] {
        let changed = original.replacen(from, to, 1);
        let changed = changed.replace("\"dt/SERIAL01/reading\"", "\"dt/SERIAL01/x\"");
        let changed = match from.starts_with("dt/") {
            true => changed.replace("dt/SERIAL01/x", "dt/SERIAL01/measure"),
            false => changed.replace("dt/SERIAL01/x", "dt/SERIAL01/reading"),
        };
        assert_ne!(changed, original);
        let after = generate(&changed);
        for output in ["out/cfn", "out/tf"] {
            let of = |files: &[(PathBuf, String)]| {
                let below = files
                    .iter()
                    .filter(|it| it.0.starts_with(folder.join(output)));
                below.map(|it| it.1.clone()).collect::<Vec<_>>()
            };
            let (old, new) = (of(&before), of(&after));
            assert_eq!(old.len(), new.len());
            let pairs = old.iter().zip(&new);
            let sum: usize = pairs.map(|(old, new)| difference(old, new)).sum();
            println!("{from} -> {to}: {sum} lines of {output}");
            assert!(sum > 0 && sum <= most, "{from}: {sum} lines of {output}");
        }
        generate(&original);
    }
}

/// Real tools take what comes of an empty folder.
#[test]
fn terraform_and_cfn_lint_take_it() {
    let Some(terraform) = Terraform::new("start-terraform") else {
        return;
    };
    let folder = empty("tools");
    Run::within(
        &folder,
        &["init", "--method", "claim", "--keys", "tpm"],
        b"",
    );
    assert_eq!(edit(&folder), 3);
    let run = Run::within(&folder, &["generate", "fleet.yaml"], b"");
    assert_eq!(run.code, 0, "{}", run.output());
    let main = folder.join("out/tf/environments/dev/us-east-1");
    let format = Command::new("terraform")
        .args(["fmt", "-check", "-recursive", "-diff"])
        .current_dir(folder.join("out/tf"))
        .output()
        .expect("terraform");
    assert!(
        format.status.success(),
        "{}",
        String::from_utf8_lossy(&format.stdout)
    );
    if terraform.has_provider() {
        for command in [
            &["init", "-backend=false", "-input=false"][..],
            &["validate"],
        ] {
            let run = terraform.run(&main, command);
            assert!(
                run.status.success(),
                "{}",
                String::from_utf8_lossy(&run.stderr)
            );
        }
    }
    let stack = folder.join("out/cfn/dev/us-east-1/stack.yaml");
    match Command::new("cfn-lint")
        .args(["-c", "I", "--"])
        .arg(stack)
        .output()
    {
        Ok(run) => assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stdout)
        ),
        Err(error) => skip("cfn-lint", &error.to_string()),
    }
}
