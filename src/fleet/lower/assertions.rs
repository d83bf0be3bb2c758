//! From the spec's assertions to questions about policies.

use super::firmware::Release;
use super::identity::Identity;
use super::method::{Entry, Way};
use super::names::{deployed, deployment_word, parse, unknown_hole};
use crate::document::spelling::closest;
use crate::engine::BoundSense;
use crate::facts;
use crate::fleet::composed::Part;
use crate::fleet::plan::{Assertion, Deployment, DeviceValues, Note, NoteKind};
use crate::fleet::spec::{Asserted, DeviceSelector, Direction, FleetSpec, Name};
use crate::fleet::{Error, ErrorKind};
use crate::model::Key;
use crate::question;
use crate::source::Spanned;

/// The quota whose page says what the claim of a trusted user is for.
const CLAIM_OF_MINUTES: &str = "trusted_user_claim_minutes";

/// What the spec asserts, for one deployment.
pub(super) fn of(
    spec: &FleetSpec,
    identity: &Identity,
    entries: &[Entry<'_>],
    deployment: &Deployment,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Vec<Assertion> {
    let mut assertions = Vec::new();
    for entry in &spec.assertions {
        let never = entry.never.as_ref().map(|it| (BoundSense::Never, it));
        let can = entry.can.as_ref().map(|it| (BoundSense::Can, it));
        for (sense, asserted) in never.into_iter().chain(can) {
            let context = Context {
                spec,
                identity,
                entries,
                deployment,
            };
            context.asserted(sense, asserted, errors, notes, &mut assertions);
        }
    }
    assertions
}

/// That every version of the firmware in the field can do what it does.
pub(super) fn of_releases(
    spec: &FleetSpec,
    identity: &Identity,
    deployment: &Deployment,
    releases: &[Release],
    errors: &mut Vec<Error>,
) -> Vec<Assertion> {
    let context = Context {
        spec,
        identity,
        entries: &[],
        deployment,
    };
    let mut assertions = Vec::new();
    for intent in releases.iter().flat_map(|it| &it.topics).map(|it| &it.1) {
        let is_retained = intent.retain.as_ref().is_some_and(|it| it.value);
        let words: &[&str] = match (intent.device.value, is_retained) {
            (Direction::Publish, false) => &["publish"],
            (Direction::Publish, true) => &["publish", "retain"],
            (Direction::Subscribe, _) => &["subscribe"],
        };
        let Some(text) = context.names(&intent.topic, errors) else {
            continue;
        };
        for word in words {
            let asked = context.question(BoundSense::Can, word, &text, &intent.topic, errors);
            assertions.extend(asked.map(|asked| Assertion {
                asked,
                text: text.as_str().into(),
                device: DeviceValues::default(),
                claim: None,
                span: intent.topic.span,
            }));
        }
    }
    assertions
}

struct Context<'s> {
    spec: &'s FleetSpec,
    identity: &'s Identity,
    entries: &'s [Entry<'s>],
    deployment: &'s Deployment,
}

impl Context<'_> {
    fn asserted(
        &self,
        sense: BoundSense,
        asserted: &Spanned<Asserted>,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
        assertions: &mut Vec<Assertion>,
    ) {
        let before = errors.len();
        let device = match (&asserted.value.device, &asserted.value.claim) {
            (Some(device), None) => self.device(device, errors),
            (None, Some(name)) => {
                self.claim(name, errors, notes);
                DeviceValues::default()
            }
            (Some(_), Some(_)) | (None, None) => {
                errors.push(Error::new(ErrorKind::OneHolder, asserted.span));
                return;
            }
        };
        if asserted.value.actions().next().is_none() {
            errors.push(Error::new(ErrorKind::NothingAsserted, asserted.span));
        }
        for (word, names) in asserted.value.actions() {
            let Some(text) = self.names(names, errors) else {
                continue;
            };
            let asked = self.question(sense, word, &text, names, errors);
            if errors.len() == before {
                assertions.extend(asked.map(|asked| Assertion {
                    asked,
                    text: text.into(),
                    device: device.clone(),
                    claim: asserted.value.claim.as_ref().map(|it| it.value.clone()),
                    span: names.span,
                }));
            }
        }
    }

    /// What is asked of the engine.
    fn question(
        &self,
        sense: BoundSense,
        word: &str,
        text: &str,
        names: &Name,
        errors: &mut Vec<Error>,
    ) -> Option<question::Assertion> {
        let place = self.deployment.place();
        match question::Assertion::parse(sense, &format!("{word}={text}"), &place) {
            Ok(asked) => Some(question::Assertion {
                names: names.value.clone(),
                ..asked
            }),
            Err(error) => {
                let kind = ErrorKind::Assertion(error.to_string().into());
                errors.push(Error::new(kind, names.span));
                None
            }
        }
    }

    /// A way of registration with a claim.
    fn claim(&self, name: &Name, errors: &mut Vec<Error>, notes: &mut Vec<Note>) {
        let claims = self.entries.iter().filter(|entry| match &entry.way {
            Way::Jitp(_) => false,
            Way::Claim(_) | Way::TrustedUser(_) => true,
        });
        let mut known = claims.clone().map(|entry| &*entry.name.value);
        match claims.clone().find(|it| it.name.value == name.value) {
            None => {
                let kind = ErrorKind::NoClaim {
                    name: name.value.clone(),
                    nearest: closest(&name.value, known.by_ref()).map(Into::into),
                };
                errors.push(Error::new(kind, name.span));
            }
            Some(entry) => match &entry.way {
                Way::TrustedUser(_) => notes.push(Note {
                    kind: NoteKind::RightsOfAws {
                        method: name.value.clone(),
                        page: facts::quota(CLAIM_OF_MINUTES).map_or("", |it| it.provenance.source),
                    },
                    span: name.span,
                }),
                Way::Jitp(_) | Way::Claim(_) => {}
            },
        }
    }

    /// The names in the words of the engine: `{tenant}` is an attribute there.
    fn names(&self, written: &Name, errors: &mut Vec<Error>) -> Option<String> {
        let composed = parse(written, errors)?;
        let mut text = String::new();
        for part in &composed.parts {
            match &part.value {
                Part::Literal(literal) => text.push_str(literal),
                Part::Hole(hole) => match self.hole(hole) {
                    Some(words) => text.push_str(&words),
                    None => {
                        let known: Vec<&str> =
                            self.identity.fields.iter().map(|it| &*it.name).collect();
                        errors.push(Error::new(unknown_hole(hole, &known), part.span));
                        return None;
                    }
                },
            }
        }
        Some(text)
    }

    fn hole(&self, hole: &str) -> Option<String> {
        if let Some(word) = deployment_word(hole, self.deployment) {
            return Some(word.to_owned());
        }
        if matches!(hole, "thing" | "client" | "any") {
            return Some(format!("{{{hole}}}"));
        }
        let is_attribute = self.spec.things.attributes.get(hole).is_some();
        let field = self.identity.field(hole)?;
        is_attribute.then(|| format!("{{attr:{}}}", field.name))
    }

    /// The values that tell the devices meant from others.
    fn device(&self, selector: &DeviceSelector, errors: &mut Vec<Error>) -> DeviceValues {
        let mut values = DeviceValues::default();
        let DeviceSelector::With(given) = selector else {
            return values;
        };
        for (name, value) in given.iter() {
            let Some(field) = self.identity.field(&name.value) else {
                let known: Vec<&str> = self.identity.fields.iter().map(|it| &*it.name).collect();
                errors.push(Error::new(unknown_hole(&name.value, &known), name.span));
                continue;
            };
            if !field.language.contains(&value.value) {
                let kind = ErrorKind::Mismatch {
                    pattern: field.pattern.clone(),
                };
                errors.push(Error::new(kind, value.span));
            }
            if self.spec.things.attributes.get(&name.value).is_some() {
                let key = Key::ThingAttribute(field.name.clone());
                values.values.push((key, value.value.clone()));
            } else if let Some(key) = field.certificate_key() {
                values.values.push((key, value.value.clone()));
            }
        }
        let mut name = deployed(&self.spec.things.name, self.deployment);
        for (field, value) in given.iter() {
            name = name.replace(&format!("{{{}}}", field.value), &value.value);
        }
        values.thing = (!name.contains('{')).then(|| name.into());
        values
    }
}
