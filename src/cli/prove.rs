//! `fleetwright prove`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::files;
use super::policies::{Found, Held, load_all, read_text, syntax_of};
use super::target::{Attachment, PlaceArguments, attachments};
use super::{Answer, Failure, Format, Outcome};
use crate::engine::{self, Between, BoundSense, Isolation};
use crate::model::{self, Attached, PolicySet};
use crate::question::{
    self, Assertion, Gaps, Inquiry, Ownership, Place, Proof, Question, assertions,
};
use crate::report::{self, Skipped, Summary, place};
use crate::source::{Sources, Span};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders with policies; all that are found are in force together
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What no device may do, e.g. `publish=t/b/**`; may be given several times
    #[arg(long, value_name = "ACTION=VALUE")]
    never: Vec<String>,
    /// What every device can, e.g. `receive=cmd/{thing}/go`; may be given several times
    #[arg(long, value_name = "ACTION=VALUE")]
    can: Vec<String>,
    /// A file with a list of assertions, `never` and `can`; may be given several times
    #[arg(long, value_name = "FILE")]
    assertions: Vec<PathBuf>,
    /// Topics that belong to a device, e.g. `dt/{thing}/#`; may be given several times
    #[arg(long, value_name = "TOPIC")]
    owns: Vec<String>,
    /// Between whom: any two devices, or those whose attribute NAME differs
    #[arg(long, value_name = "attr:NAME", value_parser = between)]
    between: Option<Between>,
    /// How devices are attached to their things
    #[arg(long, value_enum, default_value_t = Tie::Any)]
    tie: Tie,
    /// Which client ids devices take
    #[arg(long, value_enum, default_value_t = ClientIds::Chosen)]
    client_ids: ClientIds,
    /// What one device must not do to another; may be given several times [default: all]
    #[arg(long, value_enum, value_name = "NAME")]
    threat: Vec<Threat>,
    /// Prove the assertions only
    #[arg(long, conflicts_with = "threat")]
    no_isolation: bool,
    /// What the policies are attached to: once for all, or once for each path [default: certificate]
    #[arg(long, value_enum, value_name = "WHAT")]
    attached_to: Vec<Attachment>,
    #[command(flatten)]
    place: PlaceArguments,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn between(text: &str) -> Result<Between, String> {
    match text.strip_prefix("attr:") {
        Some(name) if !name.is_empty() => Ok(Between::Attribute(name.into())),
        Some(_) | None => Err("it must be `attr:` and the name of an attribute".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tie {
    /// Either way: proved only if both are
    Any,
    /// Not exclusively: a device is its thing only under the thing's name
    ClientId,
    /// Exclusively: a device is its thing under any client id
    Exclusive,
}

impl From<Tie> for engine::Tie {
    fn from(tie: Tie) -> engine::Tie {
        match tie {
            Tie::Any => engine::Tie::Any,
            Tie::ClientId => engine::Tie::ByClientId,
            Tie::Exclusive => engine::Tie::Exclusive,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ClientIds {
    /// Any that the policies let them connect as
    Chosen,
    /// The name of the thing, always: the operator promises it
    Pinned,
}

impl From<ClientIds> for engine::ClientIds {
    fn from(client_ids: ClientIds) -> engine::ClientIds {
        match client_ids {
            ClientIds::Chosen => engine::ClientIds::Chosen,
            ClientIds::Pinned => engine::ClientIds::Pinned,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Threat {
    /// Connect as it
    Impersonate,
    /// Publish in its name
    Spoof,
    /// Publish what it reads
    Inject,
    /// Receive its messages
    Eavesdrop,
    /// Read, change or delete its shadow
    Shadow,
    /// Read or change its jobs
    Jobs,
}

impl From<Threat> for engine::Threat {
    fn from(threat: Threat) -> engine::Threat {
        match threat {
            Threat::Impersonate => engine::Threat::Impersonate,
            Threat::Spoof => engine::Threat::Spoof,
            Threat::Inject => engine::Threat::Inject,
            Threat::Eavesdrop => engine::Threat::Eavesdrop,
            Threat::Shadow => engine::Threat::Shadow,
            Threat::Jobs => engine::Threat::Jobs,
        }
    }
}

/// Proves what is asked of the policies.
///
/// # Errors
/// A policy or assertion that can't be read, or nothing to prove.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let Given { set, open, summary } = policies(arguments, &mut sources)?;
    let inquiry = inquiry(arguments, &set, &mut sources)?;
    let mut proofs = inquiry.put(&set, &open);
    let mut of_files = of_files(&set, &open, &summary.skipped, &sources);
    of_files.extend(elsewhere(&arguments.place.everywhere(&set)));
    let shared = shared(&inquiry, &set, &sources);
    for proof in &mut proofs {
        if let Some(shared) = shared.as_ref().filter(|_| is_about_topics(&proof.question)) {
            // Of what is everyone's nothing is proved.
            proof.claim += ", on topics that have an owner";
            proof.assumptions.push(shared.clone());
        }
        proof.assumptions.extend(of_files.iter().cloned());
    }
    let text = match arguments.format {
        Format::Text => report::text::prove(&proofs, &summary, &sources),
        Format::Json => {
            let report = report::json::prove_report(&proofs, &sources);
            let json = serde_json::to_string_pretty(&report);
            json.map_err(|error| Failure(error.to_string()))? + "\n"
        }
    };
    let is_proved = |proof: &Proof| proof.outcome.is_proved();
    let answer = match proofs.iter().all(is_proved) {
        true => Answer::Yes,
        false => Answer::No,
    };
    Ok(Outcome::new(text, answer))
}

/// The policies that are given.
struct Given {
    set: PolicySet,
    /// What in them is left open.
    open: Vec<Span>,
    summary: Summary,
}

fn policies(arguments: &Arguments, sources: &mut Sources) -> Result<Given, Failure> {
    let paths = &arguments.paths;
    let certificate = model::Attachment::Certificate;
    let attachments = attachments(&arguments.attached_to, paths.len(), certificate)?;
    let mut given = Given {
        set: PolicySet::default(),
        open: Vec::new(),
        summary: Summary::default(),
    };
    let mut held = Held::default();
    for (path, attachment) in paths.iter().zip(attachments) {
        let inputs = files::find(std::slice::from_ref(path), files::STDIN)?;
        let Found { files, summary } = load_all(inputs, sources, &mut held)?;
        given.summary.files += summary.files;
        given.summary.policies += summary.policies;
        given.summary.skipped.extend(summary.skipped);
        for file in files {
            given.open.extend(file.open);
            let attach = |policy| Attached { policy, attachment };
            let policies = file.policies.into_iter().map(attach);
            given.set.policies.extend(policies);
        }
    }
    if given.set.policies.is_empty() {
        let names: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let names = names.join(", ");
        return Err(Failure(format!("{names}: no policy of AWS IoT in it")));
    }
    Ok(given)
}

fn inquiry(
    arguments: &Arguments,
    set: &PolicySet,
    sources: &mut Sources,
) -> Result<Inquiry, Failure> {
    let place = arguments.place.place(set);
    let mut questions = Vec::new();
    if !arguments.no_isolation {
        let asked: Vec<engine::Threat> = arguments.threat.iter().map(|it| (*it).into()).collect();
        let is_asked = |threat: &engine::Threat| asked.is_empty() || asked.contains(threat);
        let threats = engine::Threat::ALL.into_iter().filter(is_asked);
        questions.extend(threats.map(Question::Threat));
    }
    for (option, sense, list) in [
        ("--never", BoundSense::Never, &arguments.never),
        ("--can", BoundSense::Can, &arguments.can),
    ] {
        for argument in list {
            let assertion = Assertion::parse(sense, argument, &place);
            let fail = |why| Failure(format!("{option} {argument}: {why}"));
            questions.push(Question::Assertion(assertion.map_err(fail)?));
        }
    }
    for path in &arguments.assertions {
        let read = read_assertions(path, &place, sources)?;
        questions.extend(read.into_iter().map(Question::Assertion));
    }
    if questions.is_empty() {
        let why = "nothing to prove: `--no-isolation` leaves assertions only, and none is given";
        return Err(Failure(why.to_owned()));
    }
    let owns = arguments.owns.iter().map(|text| {
        let fail = |why| Failure(format!("--owns {text}: {why}"));
        Ownership::parse(text, &place).map_err(fail)
    });
    Ok(Inquiry {
        plain: Vec::new(),
        shared: Vec::new(),
        work: Isolation::WORK,
        owns: owns.collect::<Result<_, _>>()?,
        place,
        tie: arguments.tie.into(),
        client_ids: arguments.client_ids.into(),
        between: arguments.between.clone().unwrap_or_default(),
        questions,
    })
}

fn read_assertions(
    path: &Path,
    place: &Place,
    sources: &mut Sources,
) -> Result<Vec<Assertion>, Failure> {
    let text = read_text(path, sources)?;
    let read = assertions(&text, syntax_of(path, text.as_str()), place);
    read.map_err(|errors| unreadable(&errors, sources))
}

/// What is wrong with a file of questions, each on a line.
pub(super) fn unreadable(errors: &[question::Error], sources: &Sources) -> Failure {
    let line = |error: &question::Error| format!("{}: {error}", place(error.span, sources));
    let lines: Vec<_> = errors.iter().map(line).collect();
    Failure(lines.join("\n"))
}

/// Whether the answer hangs on whose the topics are.
fn is_about_topics(question: &Question) -> bool {
    match question {
        Question::Threat(threat) => match threat {
            engine::Threat::Spoof | engine::Threat::Inject | engine::Threat::Eavesdrop => true,
            engine::Threat::Impersonate | engine::Threat::Shadow | engine::Threat::Jobs => false,
        },
        Question::Assertion(_) => false,
    }
}

/// Entries that a sentence names; of more the number is given.
const MOST_NAMED: usize = 4;

/// What nobody owns, so that nothing is proved of it, in a sentence.
fn shared(inquiry: &Inquiry, set: &PolicySet, sources: &Sources) -> Option<String> {
    let mut entries = inquiry.shared_topics(set);
    let mut seen = BTreeSet::new();
    entries.retain(|(name, _)| seen.insert(name.clone()));
    let named = entries.iter().take(MOST_NAMED);
    let named = named.map(|(name, span)| format!("`{name}` ({})", place(*span, sources)));
    let mut list = named.collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = entries.len().checked_sub(MOST_NAMED) {
        list += &format!(" and {more} more");
    }
    let but = match inquiry.owns.is_empty() {
        true => "",
        false => ", but for what `--owns` declares",
    };
    let is_any = !entries.is_empty();
    is_any.then(|| format!("Topics that name no device are everyone's: {list}{but}."))
}

/// That nothing is said of other places, where the policies name or reach some.
fn elsewhere(places: &[Place]) -> Option<String> {
    let (_, others) = places.split_first()?;
    let is_any = !others.is_empty();
    is_any.then(|| {
        "The policies reach other accounts or Regions too: `--account` and `--region` ask about \
         devices there."
            .to_owned()
    })
}

/// What is assumed of what is not in the files: sentences.
fn of_files(set: &PolicySet, open: &[Span], skipped: &[Skipped], sources: &Sources) -> Vec<String> {
    let gap = Gaps::of(set, open).statements.map(|span| {
        let place = place(span, sources);
        format!("What is left open at {place} is taken to be absent.")
    });
    let skipped = skipped.iter().map(|Skipped { path, why }| {
        format!("{path} is taken to hold no policy: it was passed over ({why}).")
    });
    gap.into_iter().chain(skipped).collect()
}
