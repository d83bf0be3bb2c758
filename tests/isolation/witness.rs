//! Puts a witness to the reference evaluator, and looks at what it reaches.
//!
//! The names in a witness are any, so nothing here knows a universe.

use fleetwright::engine::{ClientIds, Reading, Threat, Tie, Witness};
use fleetwright::model::{Association, Device};
use serde_json::{Value, json};

use crate::brute::{CONNECT_ATTRIBUTES, CONNECTION_ACTIONS, JOB_ACTIONS, SHADOW_ACTIONS};
use crate::decide::{Piece, covers_action};
use crate::generate::Question;
use crate::oracle::{self, Verdict};
use crate::owned::{Owned, filter_matches, is_among, is_filter, is_reserved};
use crate::policy::{Effect, PLACE, to_json};
use crate::universe::chars;

/// One request, by the words in it.
struct Step<'a> {
    /// Index of the device.
    by: usize,
    device: &'a Device,
    /// The name of its thing.
    thing: &'a str,
    action: &'a str,
    /// E.g. `topic` and `a/b`.
    kind: &'a str,
    name: &'a str,
}

/// Why a witness does not show what it should.
pub(crate) fn check(question: &Question, threat: Threat, witness: &Witness) -> Result<(), String> {
    let victim = witness.victim().and_then(|it| it.thing.as_ref());
    let victim = &*victim.ok_or("no victim, or one without a thing")?.name;
    let mut steps = Vec::new();
    for step in witness.steps() {
        let device = witness.devices().get(step.by).ok_or("a step by nobody")?;
        let name = step.resource.strip_prefix(PLACE);
        let parts = name.and_then(|name| name.split_once('/'));
        let (kind, name) = parts.ok_or(format!("a resource elsewhere: {}", step.resource))?;
        steps.push(Step {
            by: step.by,
            device,
            thing: thing_of(device, question)?,
            action: &step.action,
            kind,
            name,
        });
    }
    for (index, step) in steps.iter().enumerate() {
        passes(question, step, witness.reading())?;
        is_connected(question, &steps, index, witness.reading())?;
    }
    let attacker = |step: &&Step<'_>| step.thing != victim;
    let attacking: Vec<&Step<'_>> = steps.iter().filter(attacker).collect();
    let reaches = |step: &&Step<'_>| {
        reaches(
            question,
            threat,
            witness.reading(),
            victim,
            step,
            &attacking,
        )
    };
    match attacking.iter().any(reaches) {
        true => Ok(()),
        false => Err(format!(
            "no step by another reaches what belongs to {victim}"
        )),
    }
}

/// The name of a device's thing, if the question admits such a device.
fn thing_of<'a>(device: &'a Device, question: &Question) -> Result<&'a str, String> {
    let thing = device.thing.as_ref().ok_or("a device without a thing")?;
    let is_name = |it: char| it.is_ascii_alphanumeric() || ":_-".contains(it);
    if !(1..=128).contains(&thing.name.len()) || !thing.name.chars().all(is_name) {
        return Err(format!("no name of a thing: {}", thing.name));
    }
    let client = device.client_id.as_deref();
    let is_id = |it: &str| (1..=128).contains(&it.len()) && !it.starts_with('$');
    if !client.is_none_or(is_id) {
        return Err(format!("no client id: {client:?}"));
    }
    if question.client_ids == ClientIds::Pinned && client.is_some_and(|it| it != &*thing.name) {
        return Err(format!(
            "the client id is promised to be the name: {client:?}"
        ));
    }
    // Under its own name, and over HTTPS, a device is the same whichever way it is attached.
    let is_itself = client.is_none_or(|it| it == &*thing.name);
    match (thing.association, question.tie) {
        (None, _) => Err("a device that is not attached".to_owned()),
        (Some(Association::Exclusive), Tie::ByClientId)
        | (Some(Association::NonExclusive), Tie::Exclusive)
            if !is_itself =>
        {
            Err("a device that is attached in another way".to_owned())
        }
        (Some(_), _) => Ok(&thing.name),
    }
}

/// A witness in a few lines.
pub(crate) fn show(witness: &Witness) -> String {
    let victim = witness.victim().and_then(|it| it.thing.as_ref());
    let victim = victim.map_or("nobody", |it| &it.name);
    let mut text = format!("{:?}, against {victim}:", witness.reading());
    for step in witness.steps() {
        let device = witness.devices().get(step.by);
        let thing = device.and_then(|it| it.thing.as_ref());
        let name = thing.map_or("", |it| &it.name);
        let how = thing.and_then(|it| it.association);
        let client = device.and_then(|it| it.client_id.as_deref());
        let (action, resource) = (&step.action, &step.resource);
        text += &format!("\n  {name} ({how:?}) as {client:?}: {action} {resource}");
    }
    text
}

/// Each step must be allowed.
fn passes(question: &Question, step: &Step<'_>, reading: Reading) -> Result<(), String> {
    let verdicts = verdicts(
        question,
        step.device,
        step.action,
        step.kind,
        step.name,
        reading,
    );
    if !verdicts.contains(&Verdict::Allow) {
        let Step {
            action, kind, name, ..
        } = step;
        return Err(format!(
            "not allowed: {action} {kind}/{name} by {:?}",
            step.device
        ));
    }
    match step.kind {
        "topic" => is_topic(step.name),
        "topicfilter" if !is_filter(&chars(unshared(step.name).unwrap_or(step.name))) => {
            Err(format!("no filter: {}", step.name))
        }
        _ => Ok(()),
    }
}

/// Every answer there is, with all that a client may bring to a Connect.
fn verdicts(
    question: &Question,
    device: &Device,
    action: &str,
    kind: &str,
    name: &str,
    reading: Reading,
) -> Vec<Verdict> {
    let lists = match action {
        "iot:Connect" => &CONNECT_ATTRIBUTES[..],
        _ => &CONNECT_ATTRIBUTES[..1],
    };
    let policies = to_json(&question.statements);
    let request = json!({ "action": action, "resource": format!("{PLACE}{kind}/{name}") });
    let decide = |attributes: &&[&str]| {
        let mut context = context(device);
        context["connect_attributes"] = json!(attributes);
        oracle::decide(&policies, &context, &request, reading == Reading::Cautious)
    };
    lists.iter().map(decide).collect()
}

/// The context of a request of this device.
pub(crate) fn context(device: &Device) -> Value {
    let thing = device.thing.as_ref();
    let association = match thing.and_then(|thing| thing.association) {
        Some(Association::Exclusive) => "exclusive",
        Some(Association::NonExclusive) | None => "non_exclusive",
    };
    json!({
        "protocol": if device.client_id.is_some() { "mqtt" } else { "https" },
        "auth": "x509",
        "client_id": device.client_id,
        "thing_name": thing.map(|it| &it.name),
        "is_attached": thing.is_some_and(|it| it.association.is_some()),
        "association": association,
    })
}

/// Section 5: the limits of a topic.
fn is_topic(topic: &str) -> Result<(), String> {
    let topic = unshared(topic).unwrap_or(topic);
    let rest = match topic.strip_prefix("$aws/rules/") {
        Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
        None => topic,
    };
    let is_whole = !topic.is_empty() && !rest.contains(['+', '#', '\0']);
    if is_whole && rest.len() <= 256 && rest.matches('/').count() <= 7 {
        Ok(())
    } else {
        Err(format!("no topic: {topic}"))
    }
}

/// What stands behind `$share/<group>/`.
fn unshared(name: &str) -> Option<&str> {
    let (_, rest) = name.strip_prefix("$share/")?.split_once('/')?;
    Some(rest)
}

/// A step over MQTT needs a Connect of the same device before it, unless another policy is taken
/// to allow it.
fn is_connected(
    question: &Question,
    steps: &[Step<'_>],
    index: usize,
    reading: Reading,
) -> Result<(), String> {
    let step = &steps[index];
    let Some(client) = step.device.client_id.as_deref() else {
        return Ok(());
    };
    let is_connect = |it: &Step<'_>| {
        it.by == step.by && it.action == "iot:Connect" && it.kind == "client" && it.name == client
    };
    if steps[..=index].iter().any(is_connect) {
        return Ok(());
    }
    let is_covered = question
        .statements
        .iter()
        .any(|it| it.effect == Effect::Allow && covers_action(it, "iot:Connect", reading));
    let verdicts = || {
        verdicts(
            question,
            step.device,
            "iot:Connect",
            "client",
            client,
            reading,
        )
    };
    if !is_covered && verdicts().iter().any(|it| *it != Verdict::ExplicitDeny) {
        return Ok(());
    }
    Err(format!("{} without a Connect as {client}", step.action))
}

/// Whether a step does what the threat says.
fn reaches(
    question: &Question,
    threat: Threat,
    reading: Reading,
    victim: &str,
    step: &Step<'_>,
    attacking: &[&Step<'_>],
) -> bool {
    let is_https = step.device.client_id.is_none();
    let is_one_of = |actions: &[&str]| is_https && actions.contains(&step.action);
    let is_client = step.kind == "client" && step.name == victim;
    let is_thing = step.kind == "thing" && step.name == victim;
    let is_shadow = match step.name.strip_prefix(victim) {
        Some(rest) => step.kind == "thing" && (rest.is_empty() || rest.starts_with('/')),
        None => false,
    };
    let publishes = |is_owned: &dyn Fn(&str) -> bool| {
        step.action == "iot:Publish" && step.kind == "topic" && is_owned(step.name)
    };
    let receives = |is_owned: &dyn Fn(&str) -> bool| {
        let topic = received(step, attacking, reading);
        topic.is_some_and(is_owned)
    };
    let owned = Owned::new(&question.statements, &chars(victim));
    let is = |topics: &[Vec<Piece>], topic: &str| {
        is_reserved(topic, victim, "/") || is_among(topics, &chars(topic))
    };
    let is_published = |topic: &str| is(&owned.publish, topic);
    let is_read = |topic: &str| is(&owned.read, topic);
    let either = |topic: &str| is_read(topic) || is_published(topic);
    let is_of_shadow = |topic: &str| is_reserved(topic, victim, "/shadow/");
    let is_of_jobs = |topic: &str| is_reserved(topic, victim, "/jobs/");
    match threat {
        Threat::Impersonate => {
            let connects =
                step.action == "iot:Connect" && step.device.client_id.as_deref() == Some(victim);
            is_client && (connects || is_one_of(&CONNECTION_ACTIONS))
        }
        Threat::Spoof => publishes(&is_published),
        Threat::Inject => {
            publishes(&is_read) || (is_client && is_one_of(&["iot:SendDirectMessage"]))
        }
        Threat::Eavesdrop => {
            let is_kept = step.kind == "topic" && is_one_of(&["iot:GetRetainedMessage"]);
            receives(&either) || (is_kept && either(step.name))
        }
        Threat::Shadow => {
            let is_list = is_thing && is_one_of(&["iot:ListNamedShadowsForThing"]);
            (is_shadow && is_one_of(&SHADOW_ACTIONS))
                || is_list
                || publishes(&is_of_shadow)
                || receives(&is_of_shadow)
        }
        Threat::Jobs => {
            (is_thing && is_one_of(&JOB_ACTIONS)) || publishes(&is_of_jobs) || receives(&is_of_jobs)
        }
    }
}

/// The topic of a Receive to which the same device has a subscription.
fn received<'a>(step: &Step<'a>, attacking: &[&Step<'_>], reading: Reading) -> Option<&'a str> {
    if step.action != "iot:Receive" || step.kind != "topic" {
        return None;
    }
    let subscribed = attacking
        .iter()
        .filter(|it| it.by == step.by && it.action == "iot:Subscribe" && it.kind == "topicfilter");
    let filters: Vec<&str> = subscribed.map(|it| it.name).collect();
    let matches =
        |filter: &str, topic: &str| filter_matches(&chars(filter), &chars(topic), reading);
    let topic = step.name;
    let reads = |filter: &&str| matches(unshared(filter).unwrap_or(filter), topic);
    if filters.iter().any(reads) {
        return Some(topic);
    }
    // Section 11, row 7: Receive may be asked for by the name of the shared subscription.
    let (group, shared) = topic.strip_prefix("$share/")?.split_once('/')?;
    let reads = |filter: &&str| {
        let rest = filter
            .strip_prefix("$share/")
            .and_then(|it| it.split_once('/'));
        rest.is_some_and(|(of, filter)| of == group && matches(filter, shared))
    };
    (reading == Reading::Cautious && filters.iter().any(reads)).then_some(shared)
}
