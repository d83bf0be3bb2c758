//! `fleetwright init`

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::advise::{FactArguments, word};
use super::{Answer, Failure, Outcome};
use crate::advice::{Accounts, SCHEMA_FILE, SPEC_FILE, Start, Started, advise};
use crate::facts::methods;
use crate::fleet::spec::{Keys, MethodKind};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write the spec into
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// How devices get registered, e.g. `jitp` [default: what `advise` recommends by the other options]
    #[arg(long, value_name = "METHOD", value_parser = method)]
    method: Option<MethodKind>,
    #[command(flatten)]
    facts: FactArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let start = match arguments.method {
        Some(method) => {
            let known = arguments.facts.circumstances()?;
            Start {
                method,
                keys: known.keys.unwrap_or(Keys::Device),
                is_multi_account: known.accounts == Some(Accounts::Several),
            }
        }
        None => advise(&arguments.facts.known()?).start,
    };
    let started = start.write().map_err(|error| Failure(error.to_string()))?;
    // The current folder goes without saying.
    let folder = arguments
        .folder
        .strip_prefix(".")
        .unwrap_or(&arguments.folder);
    let spec = folder.join(SPEC_FILE);
    let schema = folder.join(SCHEMA_FILE);
    // Nothing is written when one of them is in the way.
    for path in [&spec, &schema] {
        if fs::symlink_metadata(path).is_ok() {
            return Err(in_the_way(path));
        }
    }
    let fail = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure(format!(
            "{}: it is no folder; name one, or a new one",
            folder.display()
        )),
        _ => Failure(format!("{}: {error}", folder.display())),
    };
    fs::create_dir_all(folder).map_err(fail)?;
    create(&schema, started.schema)?;
    create(&spec, &started.spec)?;
    let mut said = String::new();
    for path in [&spec, &schema] {
        let _ = writeln!(said, "{}: written", path.display());
    }
    said += &next(&spec, folder, &started);
    Ok(Outcome::new(said, Answer::Yes))
}

/// A method that is built; one that is not is told from a slip.
fn method(text: &str) -> Result<MethodKind, String> {
    let is_known = methods().iter().any(|it| it.way.word() == text);
    word(text).map_err(|error| match is_known {
        true => format!("`generate` does not write it yet; {error}"),
        false => error,
    })
}

fn in_the_way(path: &Path) -> Failure {
    let path = path.display();
    Failure(format!(
        "{path}: it is there already, and `init` overwrites nothing; name another folder, or move it away"
    ))
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => in_the_way(path),
        _ => Failure(format!("{}: {error}", path.display())),
    })
}

/// What has to be done before `generate`.
fn next(spec: &Path, folder: &Path, started: &Started) -> String {
    let mut said = String::new();
    let places = started.edits.iter();
    let places: Vec<String> = places
        .map(|line| format!("{}:{line}", spec.display()))
        .collect();
    let _ = writeln!(said, "edit {}", places.join(", "));
    if let Some(ca) = started.ca {
        let ca = folder.join(ca);
        let parent = ca.parent().unwrap_or(folder);
        let (parent, ca) = (parent.display(), ca.display());
        let _ = writeln!(
            said,
            "put the certificate of the CA that signs devices at {ca}; for a test, this makes one, and leaves \
             its key outside of the folder:\n  mkdir -p {parent}\n  openssl req -x509 -newkey rsa:2048 -nodes \
             -days 365 -subj \"/CN=test signing CA\" -keyout \"$HOME/test-signing.key\" -out {ca}"
        );
    }
    let _ = writeln!(said, "run fleetwright generate {}", spec.display());
    said
}
