//! `fleetwright advise`

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::DeserializeOwned;
use serde::de::value::{Error, StrDeserializer};

use super::policies::{read_text, syntax_of};
use super::{Answer, Failure, Format, Outcome};
use crate::advice::{
    self, Accounts, Authority, Circumstances, Devices, Fact, Known, Serials, advise,
};
use crate::fleet::spec::Keys;
use crate::report::{json, place, text};
use crate::source::Sources;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    facts: FactArguments,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The facts that decide.
#[derive(Debug, Args)]
pub(super) struct FactArguments {
    /// A file with these facts, YAML or JSON; options override it
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Where the devices are: still to be made (new), or in the field with `certificates`, with `tokens`,
    /// or with nothing that tells them apart (bare)
    #[arg(long, value_name = "new|certificates|tokens|bare", value_parser = word::<Devices>)]
    devices: Option<Devices>,
    /// Whether the factory can put a key and a certificate of its own into each device before delivery
    #[arg(long, value_name = "yes|no", value_parser = yes)]
    unique_credentials: Option<bool>,
    /// What keeps the private key
    #[arg(long, value_name = "tpm|secure-element|device", value_parser = word::<Keys>)]
    keys: Option<Keys>,
    /// Which CA signs the devices' certificates: your own, one of AWS Private CA, none yet (possible), or none
    #[arg(long, value_name = "own|acm-pca|possible|none", value_parser = word::<Authority>)]
    ca: Option<Authority>,
    /// Whether a person whom you trust, with an app, is there when a device is installed
    #[arg(long, value_name = "yes|no", value_parser = yes)]
    installer: Option<bool>,
    /// Whether there is a list of all serials before devices register
    #[arg(long, value_name = "known|unknown", value_parser = word::<Serials>)]
    serials: Option<Serials>,
    /// In how many AWS accounts devices are registered
    #[arg(long, value_name = "one|several", value_parser = word::<Accounts>)]
    accounts: Option<Accounts>,
}

impl FactArguments {
    /// What was said, on the command line and in the file that it names.
    ///
    /// # Errors
    /// The file can't be read, or says something else.
    pub(super) fn circumstances(&self) -> Result<Circumstances, Failure> {
        let given = Circumstances {
            devices: self.devices,
            unique_credentials: self.unique_credentials,
            keys: self.keys,
            ca: self.ca,
            installer: self.installer,
            serials: self.serials,
            accounts: self.accounts,
        };
        match &self.facts {
            Some(path) => Ok(given.or(read(path)?)),
            None => Ok(given),
        }
    }

    /// All that has to be known; asks for what is missing where there is a terminal.
    ///
    /// # Errors
    /// As [`FactArguments::circumstances`]; there is no terminal, and something is missing.
    pub(super) fn known(&self) -> Result<Known, Failure> {
        let mut circumstances = self.circumstances()?;
        loop {
            let missing = match circumstances.known() {
                Ok(known) => return Ok(known),
                Err(missing) => missing,
            };
            let Some(fact) = missing.first().filter(|_| is_dialogue()) else {
                return Err(Failure(unasked(&missing)));
            };
            circumstances = ask(*fact)?.or(circumstances);
        }
    }
}

/// Whether there is somebody to ask.
fn is_dialogue() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Which options are missing.
fn unasked(missing: &[Fact]) -> String {
    let mut said = "not enough is known; give, or put into a file for `--facts`:".to_owned();
    for fact in missing {
        let answers: Vec<&str> = fact.answers().iter().map(|(word, _)| *word).collect();
        let (option, question) = (fact.option(), fact.question());
        said += &format!("\n  {option} {}: {question}", answers.join("|"));
    }
    said
}

/// Asks until there is an answer.
fn ask(fact: Fact) -> Result<Circumstances, Failure> {
    let fail = |error: std::io::Error| Failure(format!("the terminal: {error}"));
    let mut out = std::io::stderr().lock();
    writeln!(out, "{}", fact.question()).map_err(fail)?;
    for (number, (word, meaning)) in (1..).zip(fact.answers()) {
        let colon = if meaning.is_empty() { "" } else { ": " };
        writeln!(out, "  {number} {word}{colon}{meaning}").map_err(fail)?;
    }
    loop {
        write!(out, "> ").and_then(|()| out.flush()).map_err(fail)?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line).map_err(fail)? == 0 {
            return Err(Failure(unasked(&[fact])));
        }
        let said = line.trim();
        let numbered = (1..).zip(fact.answers());
        let mut numbered = numbered.map(|(number, (word, _))| (number.to_string(), *word));
        let answer = numbered.find(|(number, word)| number == said || *word == said);
        if let Some((_, answer)) = answer {
            return answered(fact, answer).map_err(Failure);
        }
        writeln!(out, "answer with a number or a word of these").map_err(fail)?;
    }
}

/// What is known by an answer.
fn answered(fact: Fact, answer: &str) -> Result<Circumstances, String> {
    let mut known = Circumstances::default();
    match fact {
        Fact::Devices => known.devices = Some(word(answer)?),
        Fact::UniqueCredentials => known.unique_credentials = Some(yes(answer)?),
        Fact::Keys => known.keys = Some(word(answer)?),
        Fact::Ca => known.ca = Some(word(answer)?),
        Fact::Installer => known.installer = Some(yes(answer)?),
        Fact::Serials => known.serials = Some(word(answer)?),
        Fact::Accounts => known.accounts = Some(word(answer)?),
    }
    Ok(known)
}

fn read(path: &Path) -> Result<Circumstances, Failure> {
    let mut sources = Sources::default();
    let text = read_text(path, &mut sources)?;
    let read = advice::read(&text, syntax_of(path, text.as_str()));
    read.map_err(|error| Failure(format!("{}: {error}", place(error.span, &sources))))
}

/// A word that a type knows; the type says which.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(StrDeserializer::<Error>::new(text)).map_err(|error| {
        // The type lists its words behind the comma, and says what it is before.
        let error = error.to_string();
        let words = error.split_once(", expected ").map(|(_, words)| words);
        let words = words.map(|words| words.trim_start_matches("one of "));
        words.map_or(error.clone(), |words| format!("it is one of {words}"))
    })
}

fn yes(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("it is `yes` or `no`".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let advice = advise(&arguments.facts.known()?);
    let said = match arguments.format {
        Format::Text => text::advice(&advice),
        Format::Json => {
            let report = serde_json::to_string_pretty(&json::advice_report(&advice));
            report.map_err(|error| Failure(error.to_string()))? + "\n"
        }
    };
    Ok(Outcome::new(said, Answer::Yes))
}
