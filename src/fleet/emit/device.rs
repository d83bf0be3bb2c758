//! What a device needs to know: its topics, its client id, and settings of the clients that AWS
//! makes. Words in capitals are for whoever makes the device to fill in.

use serde::Serialize;

use super::rendering::{Template, cell};
use super::{Beside, Contents};
use crate::document::print::Value;
use crate::facts::limit;
use crate::fleet::plan::{
    DeviceTopic, Plan, Registration, TemplatePart, TemplateText, Upload, Use, Way,
};
use crate::fleet::spec::{Keys, MadeFrom, Payload};

mod client;
mod greengrass;
mod request;

/// The files of a device of an environment and Region.
///
/// # Errors
/// A template asks for something that there is not: a defect of ours.
pub fn device(plan: &Plan) -> Result<Vec<Beside>, minijinja::Error> {
    let file = |name: &str, contents: Contents| Beside {
        path: format!("device/{name}"),
        contents,
    };
    let mut files = vec![
        file(
            "README.md",
            Contents::Text(Template::Device.render(page(plan))?),
        ),
        file("topics.json", Contents::Json(topics(plan))),
    ];
    for registration in &plan.registrations {
        let name = &registration.name;
        if let Some(settings) = client::settings(plan, registration) {
            let name = format!("{name}-device-client.json");
            files.push(file(&name, Contents::Json(settings)));
        }
        if let Some(settings) = greengrass::settings(plan, registration) {
            let name = format!("{name}-greengrass.yaml");
            files.push(file(&name, Contents::Yaml(settings)));
        }
        for (name, text) in request::scripts(registration)? {
            files.push(file(&name, Contents::Text(text)));
        }
    }
    Ok(files)
}

/// What a program reads.
fn topics(plan: &Plan) -> Value {
    let qos = 0..=limit::MQTT_QOS_MAX;
    let qos: Vec<Value> = qos
        .map(|it| Value::from(i64::try_from(it).unwrap_or(0)))
        .collect();
    let topic = |topic: &DeviceTopic| {
        let mut entries = vec![
            ("asked", Value::from(topic.asked.as_str())),
            ("device", Value::from(topic.does.word())),
            ("topic", Value::from(topic.topic.as_str())),
        ];
        match topic.does {
            Use::Publish => {
                entries.push(("retain", Value::from(topic.retain)));
                if topic.https {
                    entries.push(("https", Value::from(true)));
                }
                if topic.will {
                    entries.push(("lastWill", Value::from(true)));
                }
            }
            Use::Subscribe => {}
        }
        Value::mapping(entries)
    };
    Value::mapping([
        ("clientId", Value::from("{thing}")),
        ("qos", Value::sequence(qos)),
        ("topics", Value::sequence(plan.topics.iter().map(topic))),
    ])
}

/// Whether the device runs jobs.
fn has_jobs(plan: &Plan) -> bool {
    plan.topics.iter().any(|it| it.asked == "features.jobs")
}

/// A text of the template as it is before a device is known: parameters in capitals.
fn placeholder(text: &TemplateText) -> String {
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Parameter(name) => own_name(name).to_uppercase(),
    };
    text.parts.iter().map(part).collect()
}

/// A parameter without what AWS puts in front.
fn own_name(parameter: &str) -> &str {
    parameter.rsplit("::").next().unwrap_or(parameter)
}

#[derive(Serialize)]
struct Page<'p> {
    fleet: &'p str,
    environment: &'p str,
    region: &'p str,
    topics: Vec<Row>,
    qos_max: u64,
    has_https: bool,
    holes: Vec<Hole>,
    ways: Vec<WayPage<'p>>,
    uploads: Vec<UploadPage<'p>>,
}

/// A place that the device writes to, with credentials that it gets by its certificate.
#[derive(Serialize)]
struct UploadPage<'p> {
    name: &'p str,
    alias: &'p str,
    bucket: &'p str,
    prefix: String,
    seconds: u32,
}

#[derive(Serialize)]
struct Row {
    asked: String,
    does: &'static str,
    topic: String,
    retain: bool,
    https: bool,
    will: bool,
}

/// A value that stands in topics, and where the device has it from.
#[derive(PartialEq, Serialize)]
struct Hole {
    name: String,
    from: Vec<String>,
}

#[derive(Serialize)]
struct WayPage<'p> {
    name: &'p str,
    is_tpm: bool,
    is_pkcs11: bool,
    has_request: bool,
    has_client: bool,
    has_greengrass: bool,
    answers: Vec<&'p str>,
}

fn page(plan: &Plan) -> Page<'_> {
    let row = |topic: &DeviceTopic| Row {
        asked: cell(&topic.asked),
        does: match topic.does {
            Use::Publish => "publishes",
            Use::Subscribe => "subscribes",
        },
        topic: cell(&topic.topic),
        retain: topic.retain,
        https: topic.https,
        will: topic.will,
    };
    Page {
        fleet: &plan.deployment.fleet,
        environment: &plan.deployment.environment,
        region: &plan.deployment.region,
        topics: plan.topics.iter().map(row).collect(),
        qos_max: limit::MQTT_QOS_MAX,
        has_https: plan.topics.iter().any(|it| it.https),
        holes: holes(plan),
        ways: plan.registrations.iter().map(|it| way(plan, it)).collect(),
        uploads: plan.uploads.iter().map(upload).collect(),
    }
}

fn upload(upload: &Upload) -> UploadPage<'_> {
    UploadPage {
        name: &upload.name,
        alias: &upload.alias,
        bucket: &upload.bucket,
        prefix: upload.prefix.replace("{thing}", "THING"),
        seconds: upload.seconds,
    }
}

fn holes(plan: &Plan) -> Vec<Hole> {
    let mut holes: Vec<Hole> = Vec::new();
    for registration in &plan.registrations {
        let template = &registration.template;
        let thing = std::iter::once(("thing", &template.thing_name));
        let attributes = template
            .attributes
            .iter()
            .map(|(name, text)| (&**name, text));
        for (name, text) in thing.chain(attributes) {
            let written = format!("{{{name}}}");
            if name != "thing" && !plan.topics.iter().any(|it| it.topic.contains(&written)) {
                continue;
            }
            let from = format!(
                "`{}`: {}",
                registration.name,
                source(registration, name, text)
            );
            match holes.iter_mut().find(|it| it.name == written) {
                Some(hole) => hole.from.push(from),
                None => holes.push(Hole {
                    name: written,
                    from: vec![from],
                }),
            }
        }
    }
    holes
}

/// Where a device has a value from.
fn source(registration: &Registration, name: &str, text: &TemplateText) -> String {
    match registration.way.hooked() {
        None => format!(
            "`{}` of its certificate",
            cell(&placeholder_of_subject(text))
        ),
        Some(hooked) => {
            let template = &registration.template;
            let answer = template.device_config.iter().find(|(_, it)| it == text);
            let is_sent = |part: &TemplatePart| match part {
                TemplatePart::Text(_) => true,
                TemplatePart::Parameter(name) => hooked.sends.iter().any(|it| **it == **name),
            };
            match answer {
                _ if name == "thing" => "`thingName` of the answer".to_owned(),
                Some((key, _)) => format!("`{}` of `deviceConfiguration` in the answer", cell(key)),
                None if text.parts.iter().all(is_sent) => {
                    format!("`{}`, which it sends itself", cell(&placeholder(text)))
                }
                None => {
                    "what the hook decides; `deviceConfig` of the spec would tell it".to_owned()
                }
            }
        }
    }
}

fn placeholder_of_subject(text: &TemplateText) -> String {
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Parameter(name) => own_name(name).to_owned(),
    };
    text.parts.iter().map(part).collect()
}

fn way<'p>(plan: &'p Plan, registration: &'p Registration) -> WayPage<'p> {
    let answers = registration.template.device_config.iter();
    WayPage {
        name: &registration.name,
        is_tpm: registration.keys == Keys::Tpm,
        is_pkcs11: request::has_pkcs11(registration),
        has_request: request::is_needed(registration),
        has_client: client::settings(plan, registration).is_some(),
        has_greengrass: greengrass::settings(plan, registration).is_some(),
        answers: answers.map(|(name, _)| &**name).collect(),
    }
}

/// Whether a claim's messages are JSON, and the device's key is a file: what AWS's clients can do.
fn is_plain_claim(registration: &Registration) -> bool {
    match &registration.way {
        Way::Jitp(_) | Way::TrustedUser(_) => false,
        Way::Claim(claim) => claim.payload == Payload::Json && registration.keys == Keys::Device,
    }
}

/// Whether the device asks with a request of its own.
fn is_from_request(registration: &Registration) -> bool {
    let hooked = registration.way.hooked();
    hooked.is_none_or(|it| it.from == MadeFrom::Csr)
}
