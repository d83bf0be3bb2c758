//! `fleetwright diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::files::{self, Inputs};
use super::git::{self, Range};
use super::policies::{Found, Held, Loaded, load_all, read_text, syntax_of};
use super::prove::unreadable;
use super::target::{Attachment, PlaceArguments};
use super::{Answer, Failure, Format, Outcome};
use crate::model::{self, Attached, Date, PolicySet};
use crate::question::{Acknowledgement, Changes, Place, acknowledgements};
use crate::report::{self, place};
use crate::source::{Sources, Span};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The old and the new policies, each a file or folder; with `--git` what is compared in both
    /// states, by default the current folder
    #[arg(value_name = "OLD NEW", required_unless_present = "git")]
    paths: Vec<PathBuf>,
    /// Compare two revisions, or a revision with the files as they are
    #[arg(long, value_name = "BASE[..HEAD]", value_parser = Range::parse)]
    git: Option<Range>,
    /// Compare file by file; without it, all old policies together with all new ones
    #[arg(long)]
    each: bool,
    /// A file with a list of gains that are agreed to; may be given several times
    #[arg(long, value_name = "FILE")]
    acknowledge: Vec<PathBuf>,
    /// The day, to tell which agreements have ended
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::day)]
    today: Option<Date>,
    /// What makes the exit code 1, beside what is not known
    #[arg(long, value_enum, default_value_t = FailOn::Gained)]
    fail_on: FailOn,
    /// What the policies are attached to
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = Attachment::Certificate)]
    attached_to: Attachment,
    #[command(flatten)]
    place: PlaceArguments,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A gain that nobody agreed to
    Gained,
    /// The same, or a loss
    Lost,
}

/// Compares what policies allow.
///
/// # Errors
/// A policy or agreement that can't be read, no policy on either side, an agreement that ends on a day
/// when today is not given.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let [old, new] = sides(arguments, &mut sources)?;
    let agreed = agreements(arguments, &mut sources)?;
    let attachment = arguments.attached_to.into();
    let places = {
        let policies = new.files.iter().chain(&old.files);
        arguments.place.everywhere(&set_of(policies, attachment))
    };
    let open = open(&old, &new, &sources);
    let mut changes = Changes::default();
    for (old, new) in pairs(arguments, &old, &new) {
        let (old, new) = (set_of(old, attachment), set_of(new, attachment));
        changes.extend(Changes::between(&old, &new, &places, &open));
    }
    let unneeded = changes.acknowledge(&agreed, arguments.today);
    let text = match arguments.format {
        Format::Text => {
            let mut text = report::text::diff(&changes, &unneeded, &sources);
            text += &notes(&places, &[&old, &new]);
            text
        }
        Format::Json => {
            let report = report::json::diff_report(&changes, &sources);
            let json = serde_json::to_string_pretty(&report);
            json.map_err(|error| Failure(error.to_string()))? + "\n"
        }
    };
    Ok(Outcome::new(text, answer(&changes, arguments.fail_on)))
}

fn answer(changes: &Changes, fail_on: FailOn) -> Answer {
    let is_gained = changes.gained.iter().any(|it| it.acknowledged.is_none());
    let is_lost = fail_on == FailOn::Lost && !changes.lost.is_empty();
    match is_gained || is_lost || !changes.unknown.is_empty() {
        true => Answer::No,
        false => Answer::Yes,
    }
}

/// What is left open on one side only. What is left open in the same words on both is the same value,
/// and allows the same.
fn open(old: &Side, new: &Side, sources: &Sources) -> Vec<Span> {
    let spans = |side: &Side| -> Vec<Span> {
        let files = side.files.iter();
        files.flat_map(|file| file.open.iter().copied()).collect()
    };
    let (mut old, mut open) = (spans(old), Vec::new());
    for span in spans(new) {
        let words = sources.slice(span);
        match old.iter().position(|it| sources.slice(*it) == words) {
            Some(same) => {
                old.remove(same);
            }
            None => open.push(span),
        }
    }
    open.extend(old);
    open
}

/// What one side of the comparison holds.
struct Side {
    files: Vec<Loaded>,
    /// What is taken off a path to compare it with the other side.
    prefix: String,
    skipped: Vec<report::Skipped>,
}

fn sides(arguments: &Arguments, sources: &mut Sources) -> Result<[Side; 2], Failure> {
    let held = &mut Held::default();
    let sides = match (&arguments.git, &*arguments.paths) {
        (Some(range), paths) => {
            let old = git::find(&range.base, paths)?;
            let new = match &range.head {
                Some(head) => git::find(head, paths)?,
                None => as_they_are(paths)?,
            };
            let prefix = |revision: &str| format!("{revision}:");
            [
                side(old, prefix(&range.base), sources, held)?,
                side(
                    new,
                    range.head.as_deref().map(prefix).unwrap_or_default(),
                    sources,
                    held,
                )?,
            ]
        }
        (None, [old, new]) => {
            let read = |path: &PathBuf| files::find(std::slice::from_ref(path), files::STDIN);
            let prefix = |path: &Path| path.display().to_string();
            [
                side(read(old)?, prefix(old), sources, held)?,
                side(read(new)?, prefix(new), sources, held)?,
            ]
        }
        (None, _) => {
            let why = "two paths are compared, OLD and NEW; with `--git BASE` any number";
            return Err(Failure(why.to_owned()));
        }
    };
    if sides.iter().all(|side| side.files.is_empty()) {
        return Err(Failure("no policy of AWS IoT on either side".to_owned()));
    }
    Ok(sides)
}

fn side(
    inputs: Inputs,
    prefix: String,
    sources: &mut Sources,
    held: &mut Held,
) -> Result<Side, Failure> {
    let Found { files, summary } = load_all(inputs, sources, held)?;
    Ok(Side {
        files,
        prefix,
        skipped: summary.skipped,
    })
}

/// The files below paths of which some may be gone.
fn as_they_are(paths: &[PathBuf]) -> Result<Inputs, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let there: Vec<PathBuf> = paths.iter().filter(|path| path.exists()).cloned().collect();
    files::find_as_met(&there)
}

/// What is compared with what: all files of the sides, or those of one name.
fn pairs<'s>(
    arguments: &Arguments,
    old: &'s Side,
    new: &'s Side,
) -> Vec<(Vec<&'s Loaded>, Vec<&'s Loaded>)> {
    if !arguments.each {
        return vec![(old.files.iter().collect(), new.files.iter().collect())];
    }
    let mut by_name: BTreeMap<&str, (Vec<&Loaded>, Vec<&Loaded>)> = BTreeMap::new();
    for file in &old.files {
        by_name.entry(old.name(file)).or_default().0.push(file);
    }
    for file in &new.files {
        by_name.entry(new.name(file)).or_default().1.push(file);
    }
    by_name.into_values().collect()
}

impl Side {
    /// The path of a file from the root of the side; empty when the side is this file.
    fn name<'f>(&self, file: &'f Loaded) -> &'f str {
        let rest = file.path.strip_prefix(&*self.prefix);
        rest.unwrap_or(&file.path).trim_start_matches('/')
    }
}

fn set_of<'f>(
    files: impl IntoIterator<Item = &'f Loaded>,
    attachment: model::Attachment,
) -> PolicySet {
    let policies = files.into_iter().flat_map(|file| &file.policies);
    let attach = |policy: &model::Policy| Attached {
        policy: policy.clone(),
        attachment,
    };
    PolicySet {
        policies: policies.map(attach).collect(),
    }
}

fn agreements(
    arguments: &Arguments,
    sources: &mut Sources,
) -> Result<Vec<Acknowledgement>, Failure> {
    let mut agreed = Vec::new();
    for path in &arguments.acknowledge {
        let text = read_text(path, sources)?;
        let read = acknowledgements(&text, syntax_of(path, text.as_str()));
        agreed.extend(read.map_err(|errors| unreadable(&errors, sources))?);
    }
    let mut days = agreed.iter().filter_map(|it| it.until.as_ref());
    if let (Some(until), None) = (days.next(), arguments.today) {
        let place = place(until.span, sources);
        let why = "this ends on a day: say with `--today YYYY-MM-DD` which day it is";
        return Err(Failure(format!("{place}: {why}")));
    }
    Ok(agreed)
}

/// What was assumed and passed over, in lines.
fn notes(places: &[Place], sides: &[&Side]) -> String {
    let mut notes: Vec<String> = places.first().map(Place::placeholders).unwrap_or_default();
    let skipped = sides.iter().flat_map(|side| &side.skipped);
    notes.extend(skipped.map(|it| format!("skipped {}: {}", it.path, it.why)));
    notes.iter().map(|note| format!("{note}\n")).collect()
}
