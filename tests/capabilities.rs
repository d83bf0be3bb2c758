//! `docs/capabilities.md`: what each output does, derived from the facts and from what the examples
//! become. `BLESS=1` writes it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use expected::{Expected, root};
use fleetwright::facts::{self, Basis, DeployedType};

mod expected;

/// What the examples become: the files below every `expected/out/{cfn,tf}`.
fn written(output: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("fixtures/fleet")).unwrap() {
        let folder = entry.unwrap().path().join("expected/out").join(output);
        if folder.is_dir() {
            below(&folder, &mut found);
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// What stands behind `mark` on a line, up to `end`.
fn named(files: &[PathBuf], extension: &str, mark: &str, end: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files {
        if file.extension().is_none_or(|it| it != extension) {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let marked = text.lines().filter_map(|it| it.trim().strip_prefix(mark));
        names.extend(marked.map(|it| it.split(end).next().unwrap().to_owned()));
    }
    names
}

/// Scripts by what they are called behind the way to register, with their first comment.
fn scripts(files: &[PathBuf]) -> BTreeMap<String, String> {
    let mut scripts = BTreeMap::new();
    for file in files {
        if file.extension().is_some_and(|it| it == "sh") {
            let name = file.file_stem().unwrap().to_str().unwrap();
            let own = name.split_once('-').unwrap().1;
            let text = fs::read_to_string(file).unwrap();
            let comment = text.lines().nth(1).unwrap().trim_start_matches("# ");
            let sentence = comment.split(". ").next().unwrap().trim_end_matches('.');
            scripts.insert(own.to_owned(), sentence.to_owned());
        }
    }
    scripts
}

/// Part of the role in CloudFormation, and a resource of its own in Terraform.
const ROLE_POLICY: &str = "aws_iam_role_policy";

#[test]
fn capabilities_are_those_of_the_examples() {
    let (cfn, tf) = (written("cfn"), written("tf"));
    let types = named(&cfn, "yaml", "Type: AWS::", " ");
    let resources = named(&tf, "tf", "resource \"", "\"");
    let mut page = "# What each output does\n\n\
        Derived by `BLESS=1 cargo test` from `facts/` and from what the examples in `fixtures/fleet` become.\n\n\
        ## Resources\n\n| CloudFormation | Terraform |\n|---|---|\n"
        .to_owned();
    let known: Vec<&DeployedType> = facts::deployed_types().iter().collect();
    let mut seen = BTreeSet::from([ROLE_POLICY]);
    for row in known {
        if !types.contains(row.cloudformation.trim_start_matches("AWS::")) {
            continue;
        }
        let terraform = match row.terraform {
            "aws_cloudcontrolapi_resource" => {
                "Cloud Control (`aws_cloudcontrolapi_resource`)".to_owned()
            }
            "aws_iam_role" => format!("`aws_iam_role`, `{ROLE_POLICY}`"),
            other => format!("`{other}`"),
        };
        seen.insert(row.terraform);
        page += &format!("| `{}` | {terraform} |\n", row.cloudformation);
    }
    // Nothing is emitted that the facts do not know.
    let cloudformation = facts::deployed_types().iter().map(|it| it.cloudformation);
    let cloudformation: BTreeSet<&str> = cloudformation.collect();
    for name in &types {
        assert!(
            cloudformation.contains(&*format!("AWS::{name}")),
            "AWS::{name}"
        );
    }
    for name in &resources {
        assert!(seen.contains(&**name), "{name}");
    }
    page += "\nNeither has a custom resource, nor runs a command while it deploys.\n\n\
        ## Scripts\n\n| script | CloudFormation | Terraform | what it does |\n|---|---|---|---|\n";
    let (of_cfn, of_tf) = (scripts(&cfn), scripts(&tf));
    let all: BTreeMap<&String, &String> = of_cfn.iter().chain(&of_tf).collect();
    for (name, what) in all {
        let yes = |has: bool| if has { "yes" } else { "not needed" };
        let (in_cfn, in_tf) = (of_cfn.contains_key(name), of_tf.contains_key(name));
        page += &format!(
            "| `*-{name}.sh` | {} | {} | {what} |\n",
            yes(in_cfn),
            yes(in_tf)
        );
    }
    page += "\n## Regions\n\n\
        | partition | all of it | AWS IoT without types of provisioning | not stated |\n|---|---|---|---|\n";
    let mut partitions: BTreeMap<&str, [Vec<&str>; 3]> = BTreeMap::new();
    for region in facts::regions() {
        let row = partitions.entry(region.partition).or_default();
        let column = match (region.provenance.basis, region.provisioning) {
            (Basis::Unclear, _) => &mut row[2],
            (_, true) => &mut row[0],
            (_, false) => &mut row[1],
        };
        column.push(region.code);
    }
    for (partition, row) in partitions {
        let cells = row.map(|it| it.join(", "));
        page += &format!(
            "| `{partition}` | {} | {} | {} |\n",
            cells[0], cells[1], cells[2]
        );
    }
    page += "\nA Region that does not have all of it is refused.\n";
    let mut expected = Expected::default();
    expected.check("docs/capabilities.md", &page);
    expected.finish();
}
