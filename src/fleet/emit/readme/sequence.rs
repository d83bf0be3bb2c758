//! How a device gets in, as a sequence diagram of Mermaid.
//!
//! A method is a list of participants and steps; how they are written is said once.

use std::fmt::{self, Write};

use crate::fleet::emit::rendering::mermaid;
use crate::fleet::plan::{Hooked, Jitp, Registration, Way};
use crate::fleet::spec::{Keys, MadeFrom};

/// Who takes part, e.g. `("D", "Device")`.
type Participant = (&'static str, &'static str);

const FACTORY: Participant = ("F", "Factory");
const DEVICE: Participant = ("D", "Device");
const IOT: Participant = ("I", "AWS IoT");
const HOOK: Participant = ("H", "Hook");
const TABLE: Participant = ("T", "Table");

/// Something that happens.
enum Step {
    /// One asks another.
    Asks(Participant, Participant, String),
    /// One answers another.
    Answers(Participant, Participant, String),
    /// One cuts the connection to another.
    Drops(Participant, Participant, String),
    /// These happen until something is so.
    Until(&'static str, Vec<Step>),
}

use Step::{Answers, Asks, Drops, Until};

/// A diagram.
pub(super) struct Sequence {
    participants: Vec<Participant>,
    steps: Vec<Step>,
}

impl Sequence {
    /// How devices get registered in this way.
    pub(super) fn of(registration: &Registration) -> Sequence {
        match &registration.way {
            Way::Jitp(jitp) => of_jitp(registration, jitp),
            Way::Claim(claim) => {
                let prefix = &claim.client_id_prefix;
                let connects = format!("connects as {prefix}..., with the claim");
                let given = asks(FACTORY, DEVICE, "the claim: one certificate for all");
                of_hooked(registration, &claim.hooked, given, connects)
            }
            Way::TrustedUser(trusted) => {
                let given = asks(FACTORY, DEVICE, "a claim for minutes, by an installer");
                let connects = "connects with the claim".to_owned();
                of_hooked(registration, &trusted.hooked, given, connects)
            }
        }
    }
}

/// Where a device's key is.
pub(super) fn keys(registration: &Registration) -> &'static str {
    match registration.keys {
        Keys::Tpm => "in a TPM",
        Keys::SecureElement => "in a secure element",
        Keys::Device => "in the device",
    }
}

fn of_jitp(registration: &Registration, jitp: &Jitp) -> Sequence {
    let subject = jitp.subject.iter();
    let subject: Vec<String> = subject
        .map(|(field, text)| format!("{field}={text}"))
        .collect();
    let made = format!("makes a key {}, and a request", keys(registration));
    let signed = format!("certificate, signed by the CA, {}", subject.join(", "));
    Sequence {
        participants: vec![FACTORY, DEVICE, IOT],
        steps: vec![
            Asks(DEVICE, DEVICE, made),
            asks(DEVICE, FACTORY, "the request"),
            Answers(FACTORY, DEVICE, signed),
            asks(DEVICE, IOT, "connects, with the endpoint as SNI"),
            Drops(IOT, DEVICE, "knows no such certificate yet".to_owned()),
            asks(IOT, IOT, "runs the template: thing, type, groups, policy"),
            Until(
                "let in, with pauses that grow",
                vec![asks(DEVICE, IOT, "connects under the thing's name")],
            ),
            Answers(IOT, DEVICE, "let in".to_owned()),
        ],
    }
}

fn of_hooked(
    registration: &Registration,
    hooked: &Hooked,
    given: Step,
    connects: String,
) -> Sequence {
    let table = hooked.table();
    let mut participants = vec![FACTORY, DEVICE, IOT, HOOK];
    let mut steps = Vec::new();
    if let Some(table) = table {
        participants.push(TABLE);
        steps.push(Asks(
            FACTORY,
            TABLE,
            format!("an entry for each {}", table.key),
        ));
    }
    steps.push(given);
    let (made, answered) = match hooked.from {
        MadeFrom::Csr => {
            let made = format!("makes a key {}, and a request", keys(registration));
            steps.push(Asks(DEVICE, DEVICE, made));
            ("create-from-csr, with the request", "certificate, token")
        }
        MadeFrom::Keys => ("create", "key, certificate, token"),
    };
    steps.push(Asks(DEVICE, IOT, connects));
    steps.push(asks(
        DEVICE,
        IOT,
        "subscribes to accepted and rejected of both",
    ));
    steps.push(asks(DEVICE, IOT, made));
    steps.push(Answers(IOT, DEVICE, answered.to_owned()));
    let sends: Vec<&str> = hooked.sends.iter().map(|it| &**it).collect();
    steps.push(Asks(
        DEVICE,
        IOT,
        format!("provision, with token and {}", sends.join(", ")),
    ));
    steps.push(asks(IOT, HOOK, "may this device?"));
    if let Some(table) = table {
        steps.push(asks(HOOK, TABLE, "ties the entry to the public key"));
        let returns: Vec<&str> = table.returns.iter().map(|it| &**it).collect();
        if !returns.is_empty() {
            steps.push(Answers(TABLE, HOOK, returns.join(", ")));
        }
    }
    steps.push(Answers(HOOK, IOT, "yes or no".to_owned()));
    steps.push(asks(
        IOT,
        IOT,
        "runs the template: thing, type, groups, policy",
    ));
    steps.push(Answers(IOT, DEVICE, "the thing's name".to_owned()));
    let connects = "connects under it, with its own certificate";
    steps.push(asks(DEVICE, IOT, connects));
    Sequence {
        participants,
        steps,
    }
}

fn asks(from: Participant, to: Participant, what: &str) -> Step {
    Asks(from, to, what.to_owned())
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("sequenceDiagram\n")?;
        for (id, name) in &self.participants {
            writeln!(formatter, "    participant {id} as {name}")?;
        }
        write_steps(&self.steps, "    ", formatter)
    }
}

/// Recursion is bounded by the lists above.
fn write_steps(steps: &[Step], indent: &str, out: &mut dyn Write) -> fmt::Result {
    for step in steps {
        let (from, arrow, to, what) = match step {
            Asks(from, to, what) => (from, "->>", to, what),
            Answers(from, to, what) => (from, "-->>", to, what),
            Drops(from, to, what) => (from, "-x", to, what),
            Until(what, steps) => {
                writeln!(out, "{indent}loop until {}", mermaid(what))?;
                write_steps(steps, &format!("{indent}    "), out)?;
                writeln!(out, "{indent}end")?;
                continue;
            }
        };
        writeln!(out, "{indent}{}{arrow}{}: {}", from.0, to.0, mermaid(what))?;
    }
    Ok(())
}
