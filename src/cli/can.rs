//! `fleetwright can`

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::policies::load;
use super::target::{Attachment, PlaceArguments, attachments};
use super::{Answer, Failure, Format, Outcome};
use crate::engine::{
    self, Authentication, Context, Decision, Reading, Request, authorize, open_entry,
};
use crate::model::{
    self, Attached, CONNECT, Device, PolicySet, ResourceKind, Thing, Topic, TopicFilter, is_action,
};
use crate::question::{Asked, Expectation, Place, action, implied_client_id, usual_attachment};
use crate::report;
use crate::source::{Sources, Span};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What the device does: `connect`, `publish`, `retain`, `subscribe`, `receive`, … or the name
    /// of an action, e.g. `iot:Publish`
    action: String,
    /// A topic, topic filter, client id or thing, or a whole ARN
    target: String,
    /// A file with policies; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// What the policies are attached to: once for all, or once for each `--policy`
    #[arg(long, value_enum, value_name = "WHAT")]
    attached_to: Vec<Attachment>,
    /// The name of the thing that the device is attached to
    #[arg(long, value_name = "NAME")]
    thing: Option<String>,
    /// The type of the thing
    #[arg(long, value_name = "NAME", requires = "thing")]
    thing_type: Option<String>,
    /// An attribute of the thing; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "thing", value_parser = attribute)]
    attribute: Vec<(String, String)>,
    /// The device is attached to the thing exclusively
    #[arg(long, requires = "thing")]
    exclusive: bool,
    /// The MQTT client id; without it, the one to connect with, or the name of the thing
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// How the request is made
    #[arg(long, value_enum, default_value_t = Protocol::Mqtt)]
    protocol: Protocol,
    /// What the device proves itself with
    #[arg(long, value_enum, default_value_t = Auth::X509)]
    auth: Auth,
    /// The address that the device connects from
    #[arg(long, value_name = "ADDRESS")]
    source_ip: Option<IpAddr>,
    #[command(flatten)]
    place: PlaceArguments,
    /// How to read what AWS leaves open
    #[arg(long, value_enum, default_value_t = Readings::Both)]
    reading: Readings,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn attribute(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Protocol {
    /// MQTT
    Mqtt,
    /// MQTT over a WebSocket
    MqttWs,
    /// HTTPS
    Https,
}

impl From<Protocol> for engine::Protocol {
    fn from(protocol: Protocol) -> engine::Protocol {
        match protocol {
            Protocol::Mqtt => engine::Protocol::Mqtt,
            Protocol::MqttWs => engine::Protocol::MqttOverWebSocket,
            Protocol::Https => engine::Protocol::Https,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Auth {
    /// An X.509 certificate
    X509,
    /// An Amazon Cognito identity that has signed in
    CognitoAuthenticated,
    /// An Amazon Cognito identity that has not signed in
    CognitoUnauthenticated,
    /// A signature of an IAM user or role
    Sigv4,
    /// A custom authorizer
    Custom,
    /// A certificate and a custom authorizer
    CustomX509,
}

impl From<Auth> for Authentication {
    fn from(auth: Auth) -> Authentication {
        match auth {
            Auth::X509 => Authentication::X509,
            Auth::CognitoAuthenticated => Authentication::CognitoAuthenticated,
            Auth::CognitoUnauthenticated => Authentication::CognitoUnauthenticated,
            Auth::Sigv4 => Authentication::SigV4,
            Auth::Custom => Authentication::Custom,
            Auth::CustomX509 => Authentication::CustomX509,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Readings {
    /// As documented, or the best estimate
    Documented,
    /// Allow read widely, Deny narrowly: what is refused here is refused
    Cautious,
    /// One after the other
    Both,
}

impl Readings {
    fn list(self) -> &'static [Reading] {
        match self {
            Readings::Documented => &[Reading::Documented],
            Readings::Cautious => &[Reading::Cautious],
            Readings::Both => &[Reading::Documented, Reading::Cautious],
        }
    }
}

/// What one reading says.
struct Answered {
    reading: Reading,
    decision: Decision,
    by: Vec<Span>,
}

/// Decides whether a device can do something.
///
/// # Errors
/// An action or target that is none, a policy that can't be read.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let (set, mut open) = policies(arguments, &mut sources)?;
    let action = action(&arguments.action).map_err(|error| Failure(error.to_string()))?;
    let Some(asked) = Asked::parse(&arguments.target, &action) else {
        let target = &arguments.target;
        let why = format!("`{target}` must be a whole ARN: what `{action}` is about is not known");
        return Err(Failure(why));
    };
    check_target(&asked)?;
    let place = arguments.place.place(&set);
    let request = request(arguments, &action, &asked, &place);
    let answers: Vec<_> = arguments
        .reading
        .list()
        .iter()
        .map(|reading| {
            let decision = authorize(&set, &request, *reading);
            let statements = decision.by().iter();
            let by = statements.filter_map(|id| set.statement(*id).map(|it| it.span));
            Answered {
                reading: *reading,
                by: by.collect(),
                decision,
            }
        })
        .collect();
    let hanging = answers
        .iter()
        .filter_map(|it| open_entry(&set, &request, &it.decision));
    open.extend(hanging.map(|entry| entry.span));
    open.sort();
    open.dedup();
    let notes = notes(arguments, &request, &asked, &place, &open, &sources);
    let text = match arguments.format {
        Format::Text => in_words(&sources, &request, &answers, &notes),
        Format::Json => in_json(&sources, &request, &answers, &notes),
    };
    let is_allowed = answers.iter().all(|it| it.decision.is_allowed());
    let answer = if is_allowed && open.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    };
    Ok(Outcome::new(text, answer))
}

/// Whether a client can ask this at all: a broker refuses a topic with wildcards before any policy.
fn check_target(asked: &Asked) -> Result<(), Failure> {
    let wrong = match asked {
        Asked::Name(ResourceKind::Topic, name) => {
            Topic::new(name).err().map(|why| (name, why.to_string()))
        }
        Asked::Name(ResourceKind::TopicFilter, name) => TopicFilter::new(name)
            .err()
            .map(|why| (name, why.to_string())),
        Asked::Name(ResourceKind::Client | ResourceKind::Thing | ResourceKind::RoleAlias, _)
        | Asked::Resource(_) => None,
    };
    match wrong {
        Some((name, why)) => Err(Failure(format!("`{name}`: {why}"))),
        None => Ok(()),
    }
}

/// The policies with what they are attached to, and what in them is left open.
fn policies(
    arguments: &Arguments,
    sources: &mut Sources,
) -> Result<(PolicySet, Vec<Span>), Failure> {
    let usual = usual_attachment(arguments.auth.into());
    let needed = arguments.policy.len();
    let attachments = attachments(&arguments.attached_to, needed, usual)?;
    let mut set = PolicySet::default();
    let mut open = Vec::new();
    for (path, attachment) in arguments.policy.iter().zip(attachments) {
        let loaded = load(path, sources)?;
        open.extend(loaded.open);
        let attach = |policy| Attached { policy, attachment };
        set.policies.extend(loaded.policies.into_iter().map(attach));
    }
    Ok((set, open))
}

fn request(arguments: &Arguments, action: &str, asked: &Asked, place: &Place) -> Request {
    let association = if arguments.exclusive {
        model::Association::Exclusive
    } else {
        model::Association::NonExclusive
    };
    let thing = arguments.thing.as_deref().map(|name| Thing {
        name: name.into(),
        thing_type: arguments.thing_type.as_deref().map(Into::into),
        attributes: arguments
            .attribute
            .iter()
            .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
            .collect(),
        association: Some(association),
    });
    let protocol: engine::Protocol = arguments.protocol.into();
    let client_id = match &arguments.client_id {
        Some(id) => Some(id.as_str().into()),
        None if protocol.is_mqtt() => implied_client_id(action, asked, thing.as_ref()),
        None => None,
    };
    Request {
        device: Device {
            client_id,
            thing,
            certificate: None,
        },
        action: action.into(),
        resource: asked.resource(place),
        context: Context {
            protocol,
            authentication: arguments.auth.into(),
            source_ip: arguments.source_ip,
            ..Context::default()
        },
    }
}

/// What was assumed, in sentences.
fn notes(
    arguments: &Arguments,
    request: &Request,
    asked: &Asked,
    place: &Place,
    open: &[Span],
    sources: &Sources,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Asked::Name(..) = asked {
        notes.extend(place.placeholders());
    }
    let is_mqtt = request.context.protocol.is_mqtt();
    match (&arguments.client_id, &request.device.client_id) {
        (None, Some(id)) if !is_action(&request.action, CONNECT) => notes.push(format!(
            "The client id is taken to be `{id}`, the name of the thing."
        )),
        (None, None) if is_mqtt => {
            notes.push("No client id is given: no variable that needs one has a value.".to_owned());
        }
        (Some(_) | None, _) => {}
    }
    if arguments.thing.is_none() && is_mqtt {
        notes.push("The device is taken to be attached to no thing.".to_owned());
    }
    for span in open {
        notes.push(format!(
            "What is left open at {} may change the answer.",
            report::place(*span, sources)
        ));
    }
    notes
}

fn in_words(
    sources: &Sources,
    request: &Request,
    answers: &[Answered],
    notes: &[String],
) -> String {
    let mut text = format!("{} on {}\n", request.action, request.resource);
    for Answered {
        reading,
        decision,
        by,
    } in answers
    {
        let reading = match reading {
            Reading::Documented => "As documented",
            Reading::Cautious => "In the cautious reading",
        };
        let _ = match decision {
            Decision::Allow(_) => writeln!(text, "{reading}: allowed, by"),
            Decision::ExplicitDeny(_) => writeln!(text, "{reading}: denied, by"),
            Decision::ImplicitDeny => {
                writeln!(text, "{reading}: denied, because no statement allows it")
            }
        };
        for span in by {
            let _ = writeln!(text, "  {}", report::place(*span, sources));
        }
    }
    if let [first, second] = answers
        && first.decision.is_allowed() != second.decision.is_allowed()
    {
        text.push_str(
            "The readings differ: the refusal hangs on a point that AWS does not document, so do \
             not rely on it.\n",
        );
    }
    for note in notes {
        let _ = writeln!(text, "{note}");
    }
    text
}

fn in_json(sources: &Sources, request: &Request, answers: &[Answered], notes: &[String]) -> String {
    let decisions: Vec<_> = answers
        .iter()
        .map(|answered| {
            let reading = match answered.reading {
                Reading::Documented => "documented",
                Reading::Cautious => "cautious",
            };
            let by = answered
                .by
                .iter()
                .map(|span| report::json::place(*span, sources));
            serde_json::json!({
                "reading": reading,
                "decision": Expectation::of(&answered.decision).as_str(),
                "by": by.collect::<Vec<_>>(),
            })
        })
        .collect();
    let report = serde_json::json!({
        "version": 1,
        "action": request.action,
        "resource": request.resource,
        "decisions": decisions,
        "notes": notes,
    });
    format!("{report}\n")
}
