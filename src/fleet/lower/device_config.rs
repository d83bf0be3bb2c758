//! What a device is told when it registers.

use super::method::{Entry, Way};
use super::names::{self, DEPLOYMENT_WORDS, deployment_word, unknown_hole};
use super::registration::Context;
use crate::fleet::composed::Part;
use crate::fleet::plan::{TemplatePart, TemplateText};
use crate::fleet::{Error, ErrorKind};

/// The hole of the thing's name.
const THING: &str = "thing";

/// The entries; `value` is what the method takes a field from.
pub(super) fn of(
    context: &Context<'_>,
    entry: &Entry<'_>,
    thing_name: &TemplateText,
    value: impl Fn(&str) -> Option<TemplatePart>,
    errors: &mut Vec<Error>,
) -> Vec<(Box<str>, TemplateText)> {
    let written = context.spec.device_config.iter();
    match &entry.way {
        Way::Jitp(_) => {
            if let Some((first, _)) = context.spec.device_config.iter().next() {
                let kind = ErrorKind::ForeignKey {
                    key: "deviceConfig",
                    method: entry.method.method.value.word(),
                };
                let error = Error::new(kind, first.span);
                errors.push(error.with_related(entry.method.method.span, "which answers nothing"));
            }
            return Vec::new();
        }
        Way::Claim(_) | Way::TrustedUser(_) => {}
    }
    let mut entries = Vec::new();
    for (name, text) in written {
        let Some(composed) = names::parse(text, errors) else {
            continue;
        };
        let mut parts: Vec<TemplatePart> = Vec::new();
        for part in &composed.parts {
            match &part.value {
                Part::Literal(literal) => push(&mut parts, TemplatePart::Text(literal.to_string())),
                Part::Hole(hole) if **hole == *THING => {
                    for part in &thing_name.parts {
                        push(&mut parts, part.clone());
                    }
                }
                Part::Hole(hole) => match deployment_word(hole, context.deployment) {
                    Some(word) => push(&mut parts, TemplatePart::Text(word.to_owned())),
                    None => match value(hole) {
                        Some(part) => push(&mut parts, part),
                        None => {
                            let fields = context.identity.fields.iter().map(|it| &*it.name);
                            let known = [THING].into_iter().chain(fields).chain(DEPLOYMENT_WORDS);
                            let known: Vec<&str> = known.collect();
                            errors.push(Error::new(unknown_hole(hole, &known), part.span));
                        }
                    },
                },
            }
        }
        if parts.is_empty() {
            parts.push(TemplatePart::Text(String::new()));
        }
        entries.push((name.value.clone(), TemplateText { parts }));
    }
    entries
}

/// Adds a part; neighbouring texts are one.
fn push(parts: &mut Vec<TemplatePart>, part: TemplatePart) {
    match (parts.last_mut(), part) {
        (Some(TemplatePart::Text(before)), TemplatePart::Text(text)) => before.push_str(&text),
        (_, part) => parts.push(part),
    }
}
