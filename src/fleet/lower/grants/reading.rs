//! From texts with holes to levels.

use super::{Context, Level, LevelPart};
use crate::fleet::composed::{Composed, Part};
use crate::fleet::error::TopicFault;
use crate::fleet::lower::identity::{KnownField, fits};
use crate::fleet::lower::names::{DEPLOYMENT_WORDS, deployment_word, unknown_hole};
use crate::fleet::spec::Direction;
use crate::fleet::{Error, ErrorKind, Target};
use crate::model::{Key, TopicFilter, is_reserved};
use crate::source::{Span, Spanned};

impl Context<'_> {
    /// The levels of a topic, with what is free and what is the device's own.
    pub(super) fn levels(
        &self,
        composed: &Composed,
        direction: Direction,
        errors: &mut Vec<Error>,
    ) -> Vec<Level> {
        let mut fault = |fault: TopicFault, span: Span| {
            errors.push(Error::new(ErrorKind::Topic(fault), span));
        };
        let text = written(composed);
        if is_reserved(&text) {
            errors.push(Error::new(ErrorKind::Reserved, composed.span));
            return Vec::new();
        }
        let has_subtree = text.ends_with("/**");
        let rest = if has_subtree { "/**" } else { "" };
        let body = text.strip_suffix(rest).unwrap_or(&text);
        match direction {
            Direction::Publish if text.contains(['+', '#']) => {
                fault(TopicFault::FilterPublished, composed.span);
            }
            Direction::Subscribe if has_subtree || text.split('/').any(|it| it == "{any}") => {
                fault(TopicFault::FreeRead, composed.span);
            }
            Direction::Subscribe => {
                if let Err(error) = TopicFilter::new(&text) {
                    fault(TopicFault::Filter(error), composed.span);
                }
            }
            Direction::Publish => {}
        }
        if body.contains(['*', '?', '$']) {
            fault(TopicFault::PolicyCharacter, composed.span);
        }
        if text.split('/').any(str::is_empty) {
            fault(TopicFault::EmptyLevel, composed.span);
        }
        self.split(composed, errors)
    }

    /// The levels of the parts; wildcards become levels of their own.
    fn split(&self, composed: &Composed, errors: &mut Vec<Error>) -> Vec<Level> {
        let mut levels = vec![Vec::new()];
        for part in &composed.parts {
            match &part.value {
                Part::Literal(literal) => {
                    for (place, text) in literal.split('/').enumerate() {
                        if place > 0 {
                            levels.push(Vec::new());
                        }
                        if let Some(level) = levels.last_mut().filter(|_| !text.is_empty()) {
                            push_literal(level, text);
                        }
                    }
                }
                Part::Hole(name) => {
                    let parts = self.hole(Spanned::new(&**name, part.span), errors);
                    if let Some(level) = levels.last_mut() {
                        level.extend(parts);
                    }
                }
            }
        }
        levels
            .into_iter()
            .map(|parts| self.level(parts, composed.span, errors))
            .collect()
    }

    fn level(&self, parts: Vec<LevelPart>, span: Span, errors: &mut Vec<Error>) -> Level {
        let is_any = |part: &LevelPart| *part == any();
        match &*parts {
            [LevelPart::Literal(text)] if text == "+" => Level::Any,
            [LevelPart::Literal(text)] if text == "#" || text == "**" => Level::Rest,
            [part] if is_any(part) => Level::Any,
            _ => {
                if parts.iter().any(is_any) {
                    let kind = ErrorKind::Topic(TopicFault::PartOfLevel);
                    errors.push(Error::new(kind, span));
                }
                Level::Parts(parts)
            }
        }
    }

    fn hole(&self, name: Spanned<&str>, errors: &mut Vec<Error>) -> Vec<LevelPart> {
        let variable = |key, unique| vec![LevelPart::Variable { key, unique }];
        match name.value {
            "thing" => return variable(Key::ThingName, true),
            // A device connects with the thing's name as its client id, and with no other.
            "client" => return variable(Key::ClientId, true),
            "type" => return variable(Key::ThingTypeName, false),
            "any" => return vec![any()],
            _ => {}
        }
        if let Some(value) = deployment_word(name.value, self.deployment) {
            return vec![LevelPart::Literal(value.to_owned())];
        }
        let Some(field) = self.identity.field(name.value) else {
            let own = ["thing", "type", "client", "any"];
            let fields = self.identity.fields.iter().map(|field| &*field.name);
            let known = own.into_iter().chain(fields).chain(DEPLOYMENT_WORDS);
            let known: Vec<&str> = known.collect();
            errors.push(Error::new(unknown_hole(name.value, &known), name.span));
            return Vec::new();
        };
        match self.field_key(field) {
            Ok(key) => {
                let what = format!("`{}`", field.name);
                let target = Target::TopicLevel;
                fits(&field.language, &what, target, field.pattern_span, errors);
                variable(key, field.unique)
            }
            Err(kind) => {
                errors.push(Error::new(kind, name.span));
                Vec::new()
            }
        }
    }

    /// The variable that holds a field.
    fn field_key(&self, field: &KnownField) -> Result<Key, ErrorKind> {
        if self.identity.name.bare_hole() == Some(&*field.name) {
            return Ok(Key::ThingName);
        }
        if !field.decides_rights {
            return Err(ErrorKind::Unstated(field.name.clone()));
        }
        if self.spec.things.attributes.get(&field.name).is_some() {
            return Ok(Key::ThingAttribute(field.name.clone()));
        }
        let ambiguous = || ErrorKind::Ambiguous(field.name.clone());
        field.certificate_key().ok_or_else(ambiguous)
    }
}

/// The mark of `{any}` until levels are put together. No text can be taken for it: literals of a
/// topic are never empty.
fn any() -> LevelPart {
    LevelPart::Literal(String::new())
}

fn push_literal(level: &mut Vec<LevelPart>, text: &str) {
    match level.last_mut() {
        Some(LevelPart::Literal(literal)) if !literal.is_empty() => literal.push_str(text),
        _ => level.push(LevelPart::Literal(text.to_owned())),
    }
}

/// The topic as written.
fn written(composed: &Composed) -> String {
    let part = |part: &Spanned<Part>| match &part.value {
        Part::Literal(literal) => literal.to_string(),
        Part::Hole(name) => format!("{{{name}}}"),
    };
    composed.parts.iter().map(part).collect()
}
