//! Threats and assertions, put to the engine, with what the answers assume.

use super::{Assertion, Gaps, InvalidRegion, Origin, Place, ownership, sure_grants};
use crate::engine::{
    Assumption, Between, BoundSense, ClientIds, Isolation, Reason, Region, Threat, Tie, Verdict,
    Witness, assumptions, bound, isolation, shared_topics,
};
use crate::model::{
    CONNECT, Effect, Key, PUBLISH, PolicySet, RECEIVE, RETAIN_PUBLISH, Resource, SUBSCRIBE,
    is_action,
};
use crate::source::Span;

/// What is to be proved of a set of policies.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// No device can do this to another.
    Threat(Threat),
    /// What a user asserts.
    Assertion(Assertion),
}

/// Topics that a user declares to belong to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// As written, e.g. `dt/{thing}/#`.
    pub written: Box<str>,
    /// What is meant.
    pub region: Region,
}

impl Ownership {
    /// The topics that `text` declares.
    ///
    /// # Errors
    /// As [`ownership`].
    pub fn parse(text: &str, place: &Place) -> Result<Ownership, InvalidRegion> {
        Ok(Ownership {
            written: text.into(),
            region: ownership(text, place)?,
        })
    }
}

/// Questions, and what is taken for granted while they are answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Inquiry {
    /// Where the devices are.
    pub place: Place,
    /// How they are attached to their things.
    pub tie: Tie,
    /// Which client ids they take.
    pub client_ids: ClientIds,
    /// Between whom things are kept apart.
    pub between: Between,
    /// Keys whose values have the characters of a thing's name only.
    pub plain: Vec<Key>,
    /// What is declared to belong to a device.
    pub owns: Vec<Ownership>,
    /// What is declared to be for many, as policies write it behind the head of an ARN.
    pub shared: Vec<Box<str>>,
    /// Steps that the searches may take, for all threats together; see [`Isolation::WORK`].
    pub work: u64,
    /// What is to be proved, in the order of reports.
    pub questions: Vec<Question>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Proof {
    /// To what.
    pub question: Question,
    /// What was to be proved, in words, e.g. `no device can connect as another`.
    pub claim: String,
    /// What was found out.
    pub outcome: Outcome,
    /// What it holds under: sentences.
    pub assumptions: Vec<String>,
}

/// What was found out.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds.
    Proved,
    /// It does not: these requests pass.
    Refuted(Box<Witness>),
    /// Not found out.
    Unknown(Unproved),
}

/// Why something is neither proved nor refuted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The engine gave up.
    #[error("{0}")]
    Search(Reason),
    /// Part of the policies is not known: it stands here.
    #[error("a part of the policies is left open that may change the answer")]
    Open(Span),
}

impl Unproved {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Unproved::Search(Reason::Work) => {
                "use fewer wildcards in one resource, or ask about fewer policies at once"
            }
            Unproved::Search(Reason::Conditions) => {
                "let fewer statements of one action have conditions of their own"
            }
            Unproved::Search(Reason::Undecided) => {
                "let variables fill a whole level, as in `a/${…}/b`: then every answer is found"
            }
            Unproved::Open(_) => {
                "ask about the policy as it is deployed, with all values filled in"
            }
        }
    }
}

impl Outcome {
    /// The word in reports: `proved`, `refuted` or `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Proved => "proved",
            Outcome::Refuted(_) => "refuted",
            Outcome::Unknown(_) => "unknown",
        }
    }

    /// Whether it holds.
    pub fn is_proved(&self) -> bool {
        matches!(self, Outcome::Proved)
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Outcome {
        match verdict {
            Verdict::Proved => Outcome::Proved,
            Verdict::Refuted(witness) => Outcome::Refuted(witness),
            Verdict::Unknown(reason) => Outcome::Unknown(Unproved::Search(reason)),
        }
    }
}

impl Question {
    /// The question in short: the word of the threat, or the assertion, e.g. `never publish a/**`.
    pub fn name(&self) -> String {
        match self {
            Question::Threat(threat) => threat.as_str().to_owned(),
            Question::Assertion(assertion) => assertion.name(),
        }
    }

    /// What is to be proved, in words.
    fn claim(&self, between: &Between) -> String {
        let threat = match self {
            Question::Threat(threat) => threat,
            Question::Assertion(assertion) => {
                let (verb, names) = (verb(&assertion.bound.action), &assertion.names);
                return match assertion.bound.sense {
                    BoundSense::Never => format!("no device can {verb} `{names}`"),
                    BoundSense::Can => format!("every device can {verb} `{names}`"),
                };
            }
        };
        let other = match between {
            Between::Devices => "another".to_owned(),
            Between::Attribute(name) => format!("a device of another `{name}`"),
        };
        let what = match threat {
            Threat::Impersonate => "connect as",
            Threat::Spoof => "publish in the name of",
            Threat::Inject => "publish what is read by",
            Threat::Eavesdrop => "receive messages of",
            Threat::Shadow => "read, change or delete the shadow of",
            Threat::Jobs => "read or change the jobs of",
        };
        format!("no device can {what} {other}")
    }
}

/// What a device does with the names of an action.
fn verb(action: &str) -> String {
    let known = [
        (CONNECT, "connect as"),
        (PUBLISH, "publish to"),
        (RETAIN_PUBLISH, "publish retained messages to"),
        (SUBSCRIBE, "subscribe to"),
        (RECEIVE, "receive from"),
    ];
    match known
        .into_iter()
        .find(|(known, _)| is_action(action, known))
    {
        Some((_, verb)) => verb.to_owned(),
        None => format!("do {action} on"),
    }
}

impl Inquiry {
    /// Answers all questions about the policies. `open` are the places that their documents leave
    /// open.
    pub fn put(&self, set: &PolicySet, open: &[Span]) -> Vec<Proof> {
        let filled = self.place.fill(set);
        let gaps = Gaps::of(&filled, open);
        let question = self.isolation();
        let is_threat = |it: &Question| matches!(it, Question::Threat(_));
        let threats = match self.questions.iter().any(is_threat) {
            true => isolation(&filled, &question),
            false => Vec::new(),
        };
        let of_engine = assumptions(&filled, &question);
        let answer = |asked: &Question| {
            let outcome = match asked {
                Question::Threat(threat) => {
                    let found = threats.iter().find(|(other, _)| other == threat);
                    let verdict = found.map(|(_, verdict)| verdict.clone());
                    let verdict = verdict.unwrap_or(Verdict::Unknown(Reason::Undecided));
                    unless_open(verdict.into(), gaps.statements)
                }
                Question::Assertion(assertion) => match assertion.bound.sense {
                    BoundSense::Never => {
                        let verdict = bound(&filled, &assertion.bound, &question);
                        unless_open(verdict.into(), gaps.statements)
                    }
                    BoundSense::Can => can(&filled, assertion, &question, &gaps),
                },
            };
            Proof {
                claim: asked.claim(&self.between),
                question: asked.clone(),
                outcome,
                assumptions: self.assumptions(asked, filled != *set, &of_engine),
            }
        };
        self.questions.iter().map(answer).collect()
    }

    fn isolation(&self) -> Isolation {
        Isolation {
            tie: self.tie,
            client_ids: self.client_ids,
            owns: self.owns.iter().map(|it| it.region.clone()).collect(),
            shared: self.shared.clone(),
            between: self.between.clone(),
            plain: self.plain.clone(),
            work: self.work,
            ..Isolation::new(self.place.head())
        }
    }

    /// Entries that name no device, so that their topics belong to nobody, with their places.
    pub fn shared_topics(&self, set: &PolicySet) -> Vec<(String, Span)> {
        let filled = self.place.fill(set);
        let shared = shared_topics(&filled, &self.isolation());
        let entry = |it: &&Resource| {
            let arn = it.arn.as_ref();
            let name = arn.map_or(&it.pattern, |arn| arn.resource());
            (name.to_string(), it.span)
        };
        shared.iter().map(entry).collect()
    }

    /// What the answer to a question holds under.
    fn assumptions(
        &self,
        question: &Question,
        is_filled: bool,
        of_engine: &[Assumption],
    ) -> Vec<String> {
        let Place {
            region: (region, _),
            account: (account, _),
            ..
        } = &self.place;
        let mut sentences = vec![
            "The policies given are in force together, for every device, and no others are."
                .to_owned(),
            format!("The devices are in the account {account} and the Region {region}."),
        ];
        sentences.extend(self.place.placeholders());
        if is_filled {
            sentences.push(
                "What the policies leave open in the head of an ARN is this account and Region."
                    .to_owned(),
            );
        }
        match self.tie {
            Tie::Any => {}
            Tie::ByClientId => sentences.push(
                "No certificate is attached to its thing exclusively: a device is its thing only \
                 with the thing's name as client id."
                    .to_owned(),
            ),
            Tie::Exclusive => {
                sentences.push("Every certificate is attached to its thing exclusively.".to_owned())
            }
        }
        match self.client_ids {
            ClientIds::Chosen => {}
            ClientIds::Pinned => sentences.push(
                "Every device connects under the name of its thing, whatever the policies allow: \
                 the operator promises it."
                    .to_owned(),
            ),
        }
        sentences.extend(self.plain.iter().map(|key| {
            format!(
                "`{}` is made of ASCII letters, digits, `:`, `_` and `-`: whoever registers devices sees to it.",
                key.name()
            )
        }));
        sentences.extend(of_engine.iter().map(sentence));
        match question {
            Question::Threat(_) => sentences.extend(self.of_owners()),
            Question::Assertion(assertion) => match assertion.bound.sense {
                BoundSense::Never => {}
                BoundSense::Can => sentences.push(
                    "A device that can is attached to a thing and connects under its name."
                        .to_owned(),
                ),
            },
        }
        sentences
    }

    /// What is taken to belong to whom.
    fn of_owners(&self) -> Vec<String> {
        let apart = match &self.between {
            Between::Devices => "No two devices are attached to the same thing.".to_owned(),
            Between::Attribute(name) => format!(
                "Two devices are kept apart when the attribute `{name}` of their things differs."
            ),
        };
        let owned = self.owns.iter().map(|it| {
            let written = &it.written;
            format!("The topics `{written}` belong to the device that they name.")
        });
        let shared = self.shared.iter();
        let shared =
            shared.map(|it| format!("`{it}` is for many on purpose, and belongs to nobody."));
        std::iter::once(apart).chain(owned).chain(shared).collect()
    }
}

fn sentence(assumption: &Assumption) -> String {
    match assumption {
        Assumption::FieldIsName(key) => {
            let key = key.name();
            format!("The `{key}` of a certificate is the name of the thing that it is attached to.")
        }
        Assumption::FieldIsDistinct(key) => {
            let key = key.name();
            format!("No two devices have the same `{key}` in their certificates.")
        }
        Assumption::ConnectsElsewhere => {
            "None of the policies lets a device connect: another one is taken to.".to_owned()
        }
        Assumption::OpenValue(name) => {
            format!("`{name}`, which the policies leave open, is the same for all devices.")
        }
    }
}

impl Place {
    /// What nobody says of the place: sentences.
    pub fn placeholders(&self) -> Vec<String> {
        [
            ("account", "--account", &self.account),
            ("Region", "--region", &self.region),
        ]
        .into_iter()
        .filter(|(_, _, (_, origin))| *origin == Origin::Placeholder)
        .map(|(what, option, (value, _))| {
            format!(
                "The {what} {value} is a placeholder: the policies show none, and `{option}` is \
                 not given."
            )
        })
        .collect()
    }
}

/// A proof does not cover what is left open.
fn unless_open(outcome: Outcome, open: Option<Span>) -> Outcome {
    match (outcome, open) {
        (Outcome::Proved, Some(open)) => Outcome::Unknown(Unproved::Open(open)),
        (outcome, _) => outcome,
    }
}

/// Whether every device can. An open value may be the one that allows it, or not: what holds with
/// none of them holds, and what fails with all of them fails.
fn can(set: &PolicySet, assertion: &Assertion, question: &Isolation, gaps: &Gaps) -> Outcome {
    let verdict = bound(&sure_grants(set), &assertion.bound, question);
    let outcome = unless_open(verdict.into(), gaps.grants);
    match (outcome, open_grant(set)) {
        (Outcome::Refuted(_), Some(open)) => match bound(set, &assertion.bound, question) {
            refuted @ Verdict::Refuted(_) => refuted.into(),
            Verdict::Proved | Verdict::Unknown(_) => Outcome::Unknown(Unproved::Open(open)),
        },
        (outcome, _) => outcome,
    }
}

/// The first Allow that a value is left open in.
fn open_grant(set: &PolicySet) -> Option<Span> {
    let mut statements = set.statements().map(|(_, statement)| statement);
    let open = statements.find(|it| it.effect.value == Effect::Allow && it.has_open_part())?;
    Some(open.span)
}
