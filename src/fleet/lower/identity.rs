//! Who a device is: its fields, its name, and where their values come from.

use super::binding::{self, Source};
use super::method::{Entry, Way};
use super::names::{self, DEPLOYMENT_WORDS, name_fault, shown, unknown_hole};
use crate::document::spelling::closest;
use crate::facts::{NameKind, limit, name_limit};
use crate::fleet::composed::{Composed, Part};
use crate::fleet::language::{Difference, Language, Part as LanguagePart};
use crate::fleet::spec::{Decides, Field, FleetSpec, Name};
use crate::fleet::{Error, ErrorKind, SubjectField, Target};
use crate::model::{CertificateField, CertificateSide, Key, Occurrence};
use crate::source::Span;

/// Holes with a meaning of their own.
pub(super) const IDENTITY_WORDS: [&str; 4] = ["thing", "type", "client", "any"];

/// What can stand in a level of a topic and be put there by a policy variable: no separator, no
/// wildcard, and nothing that AWS IoT escapes or does not substitute (`docs/semantics.md`,
/// variables).
const TOPIC_LEVEL: &str = "[a-zA-Z0-9_.@:~!%&'()|{}^\\[\\] -]+";

/// Who the devices of an environment are.
#[derive(Debug)]
pub(super) struct Identity {
    /// The fields, in written order.
    pub fields: Vec<KnownField>,
    /// What a thing can be called.
    pub thing_name: Language,
    /// The parts of the thing's name.
    pub name: Composed,
}

/// A declared field.
#[derive(Debug)]
pub(super) struct KnownField {
    /// Its name.
    pub name: Box<str>,
    /// Where its pattern stands.
    pub pattern_span: Span,
    /// Its pattern.
    pub pattern: Box<str>,
    /// What it can be.
    pub language: Language,
    /// Whether no two devices share a value.
    pub unique: bool,
    /// Whether it may decide what a device may do.
    pub decides_rights: bool,
    /// Where each method takes it from.
    pub sources: Vec<Source>,
}

impl Identity {
    /// Reads fields, name, attributes and bindings, and checks that each value fits where it
    /// goes.
    pub(super) fn of(
        spec: &FleetSpec,
        entries: &[Entry<'_>],
        errors: &mut Vec<Error>,
    ) -> Option<Identity> {
        let before = errors.len();
        let mut fields = Vec::new();
        for (name, field) in spec.fields.iter() {
            fields.extend(known_field(name, field, errors));
        }
        if errors.len() > before {
            return None;
        }
        for entry in entries {
            binding::bind(&mut fields, spec, entry, errors);
        }
        attributes(&fields, spec, errors);
        let (name, thing_name) = thing_name(&fields, spec, entries, errors)?;
        for entry in entries {
            match &entry.way {
                Way::Jitp(_) | Way::TrustedUser(_) => {}
                Way::Claim(claim) => binding::claimed_names(&thing_name, claim, errors),
            }
        }
        (errors.len() == before).then_some(Identity {
            fields,
            thing_name,
            name,
        })
    }

    /// The parts of certificates that no two devices share.
    pub(super) fn unique_keys(&self) -> Vec<Key> {
        let fields = self.fields.iter().filter(|field| field.unique);
        fields.filter_map(KnownField::certificate_key).collect()
    }

    /// The field of a name.
    pub(super) fn field(&self, name: &str) -> Option<&KnownField> {
        field(&self.fields, name)
    }
}

impl KnownField {
    /// Whether every value has the characters of a thing's name, and at least one: then it is a whole
    /// level of a topic, or a part of one.
    pub(super) fn is_plain(&self) -> bool {
        let plain = Language::of_pattern("[a-zA-Z0-9:_-]+");
        plain.is_ok_and(|plain| self.language.without(&plain) == Difference::None)
    }

    /// The part of the certificate that it is, when all methods take it from the same.
    pub(super) fn certificate_key(&self) -> Option<Key> {
        let (first, others) = self.sources.split_first()?;
        let Source::Subject(place) = first else {
            return None;
        };
        others.iter().all(|other| other == first).then(|| {
            Key::Certificate(CertificateField {
                side: CertificateSide::Subject,
                field: place.variable().into(),
                occurrence: Occurrence::First,
            })
        })
    }
}

/// The field of a name.
pub(super) fn field<'f>(fields: &'f [KnownField], name: &str) -> Option<&'f KnownField> {
    fields.iter().find(|field| *field.name == *name)
}

fn known_field(name: &Name, field: &Field, errors: &mut Vec<Error>) -> Option<KnownField> {
    let word = &*name.value;
    if IDENTITY_WORDS.contains(&word) || DEPLOYMENT_WORDS.contains(&word) {
        let kind = ErrorKind::ReservedField(name.value.clone());
        errors.push(Error::new(kind, name.span));
        return None;
    }
    let language = match Language::of_pattern(&field.pattern.value) {
        Ok(language) => language,
        Err(error) => {
            errors.push(Error::new(ErrorKind::Pattern(error), field.pattern.span));
            return None;
        }
    };
    if language.is_empty() {
        errors.push(Error::new(ErrorKind::EmptyPattern, field.pattern.span));
        return None;
    }
    Some(KnownField {
        name: name.value.clone(),
        pattern_span: field.pattern.span,
        pattern: field.pattern.value.clone(),
        language,
        unique: field.unique,
        decides_rights: field.decides == Some(Decides::Rights),
        sources: Vec::new(),
    })
}

/// The language of a text whose holes are fields or words of the deployment.
pub(super) fn composed_language(
    fields: &[KnownField],
    composed: &Composed,
    errors: &mut Vec<Error>,
) -> Option<Language> {
    let mut parts = Vec::new();
    for part in &composed.parts {
        match &part.value {
            Part::Literal(literal) => parts.push(LanguagePart::Literal(literal)),
            Part::Hole(name) => match field(fields, name) {
                Some(field) => parts.push(LanguagePart::Pattern(&field.pattern)),
                None if DEPLOYMENT_WORDS.contains(&&**name) => {
                    parts.push(LanguagePart::Pattern("[a-z0-9-]{1,32}"));
                }
                None => {
                    let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
                    errors.push(Error::new(unknown_hole(name, &known), part.span));
                    return None;
                }
            },
        }
    }
    match Language::of_parts(parts) {
        Ok(language) => Some(language),
        Err(error) => {
            errors.push(Error::new(ErrorKind::Pattern(error), composed.span));
            None
        }
    }
}

fn attributes(fields: &[KnownField], spec: &FleetSpec, errors: &mut Vec<Error>) {
    for (name, _) in spec.things.attributes.iter() {
        let Some(field) = field(fields, &name.value) else {
            let known = fields.iter().map(|field| &*field.name);
            let kind = ErrorKind::UnknownField {
                name: name.value.clone(),
                nearest: closest(&name.value, known).map(Into::into),
            };
            errors.push(Error::new(kind, name.span));
            continue;
        };
        let what = "the attribute";
        names::check_name(
            NameKind::AttributeName,
            what,
            &name.value,
            name.span,
            errors,
        );
        let what = format!("`{}`", field.name);
        let target = Target::AttributeValue;
        fits(&field.language, &what, target, field.pattern_span, errors);
    }
    let spans = spec.things.attributes.keys().map(|name| name.span);
    let spans: Vec<Span> = spans.collect();
    let limit = limit::THING_ATTRIBUTES_WITH_TYPE;
    super::too_many(&spans, "attributes", limit, errors);
}

fn thing_name(
    fields: &[KnownField],
    spec: &FleetSpec,
    entries: &[Entry<'_>],
    errors: &mut Vec<Error>,
) -> Option<(Composed, Language)> {
    let name = &spec.things.name;
    let composed = names::parse(name, errors)?;
    let mut is_unique = false;
    for hole in composed.holes() {
        match field(fields, hole.value) {
            Some(field) => is_unique |= field.unique,
            None => {
                let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
                errors.push(Error::new(unknown_hole(hole.value, &known), hole.span));
                return None;
            }
        }
    }
    let language = composed_language(fields, &composed, errors)?;
    let bare = composed.bare_hole().and_then(|name| field(fields, name));
    let (what, span) = match bare {
        Some(field) => (format!("`{}`", field.name), field.pattern_span),
        None => ("the thing name".to_owned(), name.span),
    };
    let target = Target::ThingName;
    fits(&language, &what, target, span, errors);
    if !is_unique {
        errors.push(Error::new(ErrorKind::NotUnique, name.span));
    }
    let is_jitp = |entry: &Entry<'_>| matches!(entry.way, Way::Jitp(_));
    if bare.is_none() && entries.iter().any(is_jitp) {
        errors.push(Error::new(ErrorKind::Composed("the thing name"), name.span));
        return None;
    }
    Some((composed, language))
}

/// Whether every text of a language fits a target; if not, an error shows one that does not.
pub(super) fn fits(
    language: &Language,
    what: &str,
    target: Target,
    span: Span,
    errors: &mut Vec<Error>,
) {
    let pattern = match target {
        Target::ThingName => name_limit(NameKind::Thing).pattern,
        Target::AttributeValue => name_limit(NameKind::AttributeValue).pattern,
        Target::Subject(field) => field.values(),
        Target::TopicLevel => TOPIC_LEVEL,
    };
    let kind = match Language::of_pattern(pattern).map(|it| language.without(&it)) {
        Ok(Difference::None) => return,
        Ok(Difference::Witness(bytes)) => {
            let witness = String::from_utf8_lossy(&bytes).into_owned();
            ErrorKind::Unfit {
                what: what.into(),
                fault: fault(target, &witness).into(),
                witness: shown_text(&witness).into(),
                target,
            }
        }
        Ok(Difference::Unknown) | Err(_) => ErrorKind::Undecided(target),
    };
    errors.push(Error::new(kind, span));
}

/// Why a text does not fit, in words that follow the target.
fn fault(target: Target, witness: &str) -> String {
    let limit = match target {
        Target::ThingName => name_limit(NameKind::Thing),
        Target::AttributeValue => name_limit(NameKind::AttributeValue),
        Target::TopicLevel => return beyond(witness, |c| TOPIC_LEVEL_EXTRA.contains(c)),
        Target::Subject(SubjectField::Country) => return "is two capital letters".to_owned(),
        Target::Subject(_) => return beyond(witness, |_| false),
    };
    limit.fault(witness).map_or_else(String::new, name_fault)
}

/// Printable characters that [`TOPIC_LEVEL`] does not have.
const TOPIC_LEVEL_EXTRA: &str = "/+#*?$,;=<>\"\\`";

fn beyond(witness: &str, is_refused: impl Fn(char) -> bool) -> String {
    let wrong = witness
        .chars()
        .find(|c| is_refused(*c) || !(' '..='~').contains(c));
    match wrong {
        Some(character) => format!("can't hold {}", shown(character)),
        None if witness.is_empty() => "can't be empty".to_owned(),
        None => format!("has at most {} characters", witness.chars().count() - 1),
    }
}

/// A text for people: long ones are cut, the empty one is named.
fn shown_text(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.is_empty() {
        return "empty".to_owned();
    }
    let count = text.chars().count();
    let start: String = text.chars().take(SHOWN).collect();
    let start = start.escape_default().to_string();
    if count > SHOWN {
        format!("`{start}…` ({count} characters)")
    } else {
        format!("`{start}`")
    }
}
