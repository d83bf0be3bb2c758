//! What a topic says beside its levels: that it is for many, and what is let pass.

use super::grants::{Level, LevelPart};
use crate::document::spelling::closest;
use crate::fleet::plan::{Note, NoteKind};
use crate::fleet::spec::{FleetSpec, Name, TopicIntent};
use crate::fleet::{Error, ErrorKind};
use crate::model::{Date, Key};

/// The word for a wildcard that reaches beyond the device's own topics. Other exceptions are named
/// by the rule that would refuse them.
pub(super) const CROSSES_LEVELS: &str = "crosses-levels";
/// The word for a topic of all devices.
const FLEET: &str = "fleet";

/// What a topic lets pass, with its reason.
pub(super) fn exception<'s>(
    intent: &'s TopicIntent,
    today: Option<Date>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<&'s Name> {
    let Some(what) = &intent.allow else {
        for (word, place) in [("because", &intent.because), ("until", &intent.until)] {
            if let Some(place) = place {
                let kind = ErrorKind::NothingAllowed(word);
                errors.push(Error::new(kind, place.span));
            }
        }
        return None;
    };
    let Some(because) = &intent.because else {
        errors.push(Error::new(ErrorKind::NoReason, what.span));
        return None;
    };
    if let Some(until) = &intent.until {
        match (Date::parse(&until.value), today) {
            (None, _) => errors.push(Error::new(ErrorKind::NoDay, until.span)),
            (Some(end), Some(today)) if end < today => {
                errors.push(Error::new(ErrorKind::Ended(end), until.span));
            }
            (Some(_), Some(_)) => {}
            (Some(end), None) => notes.push(Note {
                kind: NoteKind::EndUnchecked(end),
                span: until.span,
            }),
        }
    }
    notes.push(Note {
        kind: NoteKind::LetPass {
            what: what.value.clone(),
            because: because.value.clone(),
        },
        span: what.span,
    });
    Some(what)
}

/// Whom a topic is for, when it is for many: the attribute that they have in common, or `None` for
/// the whole fleet.
pub(super) fn shared(
    spec: &FleetSpec,
    intent: &TopicIntent,
    levels: &[Level],
    errors: &mut Vec<Error>,
) -> Option<Option<Box<str>>> {
    let name = intent.shared.as_ref()?;
    let parts = levels.iter().flat_map(|level| match level {
        Level::Parts(parts) => &**parts,
        Level::Any | Level::Rest | Level::Begun(_) => &[],
    });
    let mut attributes = Vec::new();
    let mut is_own = false;
    for part in parts {
        match part {
            LevelPart::Variable { unique: true, .. } => is_own = true,
            LevelPart::Variable {
                key: Key::ThingAttribute(attribute),
                ..
            } => attributes.push(attribute),
            LevelPart::Variable { .. } | LevelPart::Literal(_) => {}
        }
    }
    let fault = if is_own {
        Some(ErrorKind::SharedOwn)
    } else if *name.value == *FLEET {
        let first = attributes.first();
        first.map(|attribute| ErrorKind::SharedByFewer((*attribute).clone()))
    } else if spec.things.attributes.get(&name.value).is_none() {
        let known = spec.things.attributes.keys().map(|it| &*it.value);
        Some(ErrorKind::UnknownField {
            name: name.value.clone(),
            nearest: closest(&name.value, known.chain([FLEET])).map(Into::into),
        })
    } else if !attributes.contains(&&name.value) {
        Some(ErrorKind::SharedWithout(name.value.clone()))
    } else {
        None
    };
    match fault {
        Some(kind) => {
            errors.push(Error::new(kind, name.span));
            None
        }
        None => Some((*name.value != *FLEET).then(|| name.value.clone())),
    }
}
