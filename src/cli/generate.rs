//! `fleetwright generate`: writes what a fleet spec asks for.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::output::{self, Change, Prepared, Stale, State, Treatment};
use crate::document::{Document, Syntax};
use crate::fleet::plan::Note;
use crate::fleet::{Error, Files, Request, Unreadable, spec};
use crate::generate::{self, Generated, Refusal};
use crate::model::Date;
use crate::source::{MAX_FILE_BYTES, Source, SourceId, Sources, Span, Text};

/// Generates what fleet specs ask for.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The fleet specs, YAML or JSON; with one that is wrong, nothing is written
    #[arg(required = true)]
    pub spec: Vec<PathBuf>,
    /// The folder that the specs' output folders are in [default: the folder of each spec]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Generate this environment only; can be given several times
    #[arg(long, value_name = "NAME")]
    pub environment: Vec<String>,
    /// The day, to tell which CA certificates have expired
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::day)]
    pub today: Option<Date>,
    /// Write nothing; fail when something would change
    #[arg(long)]
    pub check: bool,
    /// Overwrite files that fleetwright did not write, or that were changed since
    #[arg(long)]
    pub force: bool,
    /// Remove files that fleetwright wrote and the spec asks for no more
    #[arg(long, conflicts_with = "environment")]
    pub prune: bool,
    /// How to say what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How to say what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What keeps `generate` from doing its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The spec cannot be read.
    #[error("can't read `{path}`; `fleetwright init` writes a spec to begin with")]
    Spec {
        /// Its path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The spec is no text, or too long.
    #[error("`{path}` is no UTF-8 text of at most {MAX_FILE_BYTES} bytes")]
    Text {
        /// Its path.
        path: String,
    },
    /// Two specs that write into one folder.
    #[error("`{second}` writes into `{folder}`, and so does `{first}`")]
    OneFolder {
        /// The folder.
        folder: String,
        /// A spec.
        first: String,
        /// Another.
        second: String,
    },
    /// A file cannot be written or read.
    #[error(transparent)]
    Output(#[from] output::Failure),
    /// What was generated is not what was planned.
    #[error("a defect of fleetwright, nothing was written")]
    Defect(#[source] generate::Defect),
    /// The report cannot be written.
    #[error("can't write the report")]
    Report(#[from] io::Error),
}

/// Whether all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Written, or nothing to write.
    Done,
    /// The spec has errors, a file is in the way, or `--check` found a difference.
    Refused,
}

/// Runs the command; what it says goes to `report`.
///
/// # Errors
/// What keeps it from doing its work: unreadable or unwritable files.
pub(super) fn run(args: &Args, report: &mut dyn Write) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let mut specs = Vec::new();
    for path in &args.spec {
        let id = sources.add(Source::new(
            path.display().to_string(),
            read(path)?.as_str(),
        ));
        let document = whole(path, id, &mut sources);
        specs.push((path, document));
    }
    // Specs know nothing of each other.
    let answers: Vec<Result<Answer<'_>, Failure>> = specs
        .par_iter()
        .map(|(path, document)| answer(args, path, document, &sources))
        .collect();
    let answers: Vec<Answer<'_>> = answers.into_iter().collect::<Result<_, _>>()?;
    let say = Report {
        format: args.format,
        sources: &sources,
    };
    let errors: Vec<Error> = answers
        .iter()
        .filter_map(|it| it.generated.as_ref().err())
        .flatten()
        .cloned()
        .collect();
    if !errors.is_empty() {
        say.errors(&errors, report)?;
        return Ok(Outcome::Refused);
    }
    write(args, &answers, &say, report)
}

fn read(path: &Path) -> Result<String, Failure> {
    let shown = || path.display().to_string();
    let bytes = fs::read(path).map_err(|source| Failure::Spec {
        path: shown(),
        source,
    })?;
    let is_short = bytes.len() <= MAX_FILE_BYTES;
    let text = String::from_utf8(bytes).ok().filter(|_| is_short);
    text.ok_or_else(|| Failure::Text { path: shown() })
}

/// The spec with what it extends, whose files become sources too.
fn whole(path: &Path, id: SourceId, sources: &mut Sources) -> Result<Document, Vec<Error>> {
    // INVARIANT: the source was added by who asks.
    let Some(document) = parse(path, id, sources) else {
        return Err(Vec::new());
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
    let mut other = |relative: &str| {
        let path = folder.join(relative);
        let bytes = Folder(folder.to_path_buf()).read(relative)?;
        let is_short = bytes.len() <= MAX_FILE_BYTES;
        let text = String::from_utf8(bytes).ok().filter(|_| is_short);
        let no_text = || {
            let why = format!("it is no UTF-8 text of at most {MAX_FILE_BYTES} bytes");
            Unreadable::Refused(why.into())
        };
        let text = text.ok_or_else(no_text)?;
        let id = sources.add(Source::new(path.display().to_string(), text.as_str()));
        parse(&path, id, sources).ok_or(Unreadable::Missing)
    };
    spec::extended(document, name.as_deref().unwrap_or(""), &mut other)
}

fn parse(path: &Path, id: SourceId, sources: &Sources) -> Option<Document> {
    let is_json = path.extension().is_some_and(|it| it == "json");
    let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
    let text = Text::of_source(id, sources.get(id)?);
    Some(Document::parse(&text, syntax))
}

/// What a spec gives.
struct Answer<'a> {
    /// As it was called.
    spec: &'a Path,
    /// What its output folders are in.
    root: PathBuf,
    generated: Result<Generated, Vec<Error>>,
}

fn answer<'a>(
    args: &Args,
    path: &'a Path,
    document: &Result<Document, Vec<Error>>,
    sources: &Sources,
) -> Result<Answer<'a>, Failure> {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let files = Folder(folder.clone());
    let request = Request {
        files: &files,
        today: args.today,
        environments: &args.environment,
    };
    let generated = match document {
        Ok(document) => generate::generate(document, sources, &request),
        Err(errors) => Err(Refusal::Spec(errors.clone())),
    };
    let generated = match generated {
        Ok(generated) => Ok(generated),
        Err(Refusal::Spec(errors)) => Err(errors),
        Err(Refusal::Defect(defect)) => return Err(Failure::Defect(defect)),
    };
    Ok(Answer {
        spec: path,
        root: args.out.clone().unwrap_or(folder),
        generated,
    })
}

/// Files beside the spec.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        fs::read(self.0.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unreadable::Missing,
            _ => Unreadable::Refused(error.to_string().into()),
        })
    }
}

fn write(
    args: &Args,
    answers: &[Answer<'_>],
    say: &Report<'_>,
    report: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut to_prepare = Vec::new();
    let stale = match (args.environment.is_empty(), args.prune) {
        (false, _) => Stale::Ignored,
        (true, false) => Stale::Listed,
        (true, true) => Stale::Pruned,
    };
    let force = args.force;
    let mut folders: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut notes = Vec::new();
    for answer in answers {
        let Ok(generated) = &answer.generated else {
            continue;
        };
        notes.extend(&generated.notes);
        for output in &generated.outputs {
            let folder = answer.root.join(&output.folder);
            if let Some(first) = folders.insert(folder.clone(), answer.spec) {
                return Err(Failure::OneFolder {
                    folder: folder.display().to_string(),
                    first: first.display().to_string(),
                    second: answer.spec.display().to_string(),
                });
            }
            to_prepare.push((&answer.root, output));
        }
    }
    let treatment = Treatment { force, stale };
    let prepared: Vec<Result<Prepared<'_>, output::Failure>> = to_prepare
        .par_iter()
        .map(|(root, output)| output::prepare(root, output, treatment))
        .collect();
    let prepared: Vec<Prepared<'_>> = prepared.into_iter().collect::<Result<_, _>>()?;
    let changes: Vec<&Change> = prepared.iter().flat_map(Prepared::changes).collect();
    let is_blocked = changes.iter().any(|it| it.state.is_blocked());
    let is_changed = changes.iter().any(|it| it.state != State::Unchanged);
    if !args.check && !is_blocked {
        output::commit(&prepared)?;
    }
    say.written(&notes, &changes, args.check, report)?;
    if is_blocked || (args.check && is_changed) {
        Ok(Outcome::Refused)
    } else {
        Ok(Outcome::Done)
    }
}

/// Says what was done.
struct Report<'s> {
    format: Format,
    sources: &'s Sources,
}

impl Report<'_> {
    fn errors(&self, errors: &[Error], out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Text => {
                for error in errors {
                    writeln!(out, "{}: {}", self.place(error.span), error.kind)?;
                    if let Some((span, what)) = error.related {
                        writeln!(out, "  {}: {what}", self.place(span))?;
                    }
                    if let Some(help) = error.kind.help() {
                        writeln!(out, "  help: {help}")?;
                    }
                }
                let count = errors.len();
                let word = if count == 1 { "error" } else { "errors" };
                writeln!(out, "{count} {word}; nothing was written")
            }
            Format::Json => {
                let errors = errors.iter().map(|error| {
                    let related = error.related.map(|(span, what)| {
                        let mut related = self.json_place(span);
                        put(&mut related, "message", json!(what));
                        related
                    });
                    let mut value = self.json_place(error.span);
                    put(&mut value, "message", json!(error.kind.to_string()));
                    put(&mut value, "help", json!(error.kind.help()));
                    put(&mut value, "related", json!(related));
                    value
                });
                let errors: Vec<Value> = errors.collect();
                let value = json!({"version": 1, "errors": errors, "notes": [], "files": []});
                writeln!(out, "{value:#}")
            }
        }
    }

    fn written(
        &self,
        notes: &[&Note],
        changes: &[&Change],
        is_check: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self.format {
            Format::Text => {
                for note in notes {
                    writeln!(out, "{}: note: {}", self.place(note.span), note.kind)?;
                }
                let is_blocked = changes.iter().any(|it| it.state.is_blocked());
                for change in changes.iter().filter(|it| it.state != State::Unchanged) {
                    let word = change.state.word(is_check || is_blocked);
                    writeln!(out, "{}: {word}", change.path.display())?;
                }
                let is_written = |it: &&&Change| matches!(it.state, State::New | State::Outdated);
                let changed = changes.iter().filter(is_written).count();
                let all = changes.iter().filter(|it| !it.state.is_stale()).count();
                if changes.iter().any(|it| it.state == State::Stale) {
                    writeln!(out, "`--prune` removes what is stale")?;
                }
                match (is_blocked, is_check) {
                    (true, _) => {
                        writeln!(
                            out,
                            "nothing was written; `--force` overwrites what is in the way"
                        )
                    }
                    (false, true) => writeln!(out, "{changed} of {all} files would change"),
                    (false, false) => writeln!(out, "{changed} of {all} files written"),
                }
            }
            Format::Json => {
                let notes = notes.iter().map(|note| {
                    let mut value = self.json_place(note.span);
                    put(&mut value, "message", json!(note.kind.to_string()));
                    value
                });
                let files = changes.iter().map(|change| {
                    json!({
                        "path": change.path.display().to_string(),
                        "state": change.state.key(),
                    })
                });
                let value = json!({
                    "version": 1,
                    "errors": [],
                    "notes": notes.collect::<Vec<Value>>(),
                    "files": files.collect::<Vec<Value>>(),
                });
                writeln!(out, "{value:#}")
            }
        }
    }

    fn place(&self, span: Span) -> String {
        let start = self.sources.start(span);
        let path = self.sources.path(span.source());
        format!("{path}:{}:{}", start.line, start.column)
    }

    fn json_place(&self, span: Span) -> Value {
        let position = |position: crate::source::Position| {
            json!({
                "line": position.line,
                "column": position.column,
                "byte": position.byte,
            })
        };
        json!({
            "path": self.sources.path(span.source()),
            "start": position(self.sources.start(span)),
            "end": position(self.sources.end(span)),
        })
    }
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}
