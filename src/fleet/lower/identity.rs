//! Who a device is: its fields, its name, and where their values come from.

use super::names::{self, DEPLOYMENT_WORDS, name_fault, shown, unknown_hole};
use crate::document::spelling::closest;
use crate::facts::{NameKind, limit, name_limit};
use crate::fleet::composed::{Composed, Part};
use crate::fleet::language::{Difference, Language, Part as LanguagePart};
use crate::fleet::spec::{Decides, Field, FleetSpec, Method, Name};
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
    /// The field that is the thing's name.
    pub name_field: Box<str>,
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
    /// The part of the subject that each method takes it from.
    pub sources: Vec<SubjectField>,
}

impl Identity {
    /// Reads fields, name, attributes and bindings, and checks that each value fits where it
    /// goes.
    pub(super) fn of(spec: &FleetSpec, errors: &mut Vec<Error>) -> Option<Identity> {
        let before = errors.len();
        let mut fields = Vec::new();
        for (name, field) in spec.fields.iter() {
            fields.extend(known_field(name, field, errors));
        }
        if errors.len() > before {
            return None;
        }
        for (name, method) in spec.provision.iter() {
            bind(&mut fields, spec, name, method, errors);
        }
        attributes(&fields, spec, errors);
        let (name_field, thing_name) = thing_name(&fields, spec, errors)?;
        (errors.len() == before).then_some(Identity {
            fields,
            thing_name,
            name_field,
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
    /// The part of the certificate that it is, when all methods take it from the same.
    pub(super) fn certificate_key(&self) -> Option<Key> {
        let (first, others) = self.sources.split_first()?;
        others.iter().all(|other| other == first).then(|| {
            Key::Certificate(CertificateField {
                side: CertificateSide::Subject,
                field: first.variable().into(),
                occurrence: Occurrence::First,
            })
        })
    }
}

fn field<'f>(fields: &'f [KnownField], name: &str) -> Option<&'f KnownField> {
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

/// Reads where a method takes each field from.
fn bind(
    fields: &mut [KnownField],
    spec: &FleetSpec,
    method_name: &Name,
    method: &Method,
    errors: &mut Vec<Error>,
) {
    for (name, source) in method.bind.iter() {
        let known = fields.iter().map(|field| &*field.name);
        let near = closest(&name.value, known).map(Into::into);
        let Some(field) = fields.iter_mut().find(|field| field.name == name.value) else {
            let kind = ErrorKind::UnknownField {
                name: name.value.clone(),
                nearest: near,
            };
            errors.push(Error::new(kind, name.span));
            continue;
        };
        match subject_field(&name.value, source, spec, method) {
            Ok(place) => field.sources.push(place),
            Err(kind) => errors.push(Error::new(kind, source.span)),
        }
    }
    for field in fields.iter() {
        if method.bind.get(&field.name).is_none() {
            let kind = ErrorKind::Unbound {
                field: field.name.clone(),
            };
            errors.push(Error::new(kind, method_name.span));
        }
    }
    subject(fields, method, errors);
}

/// The part of the subject that a source names.
fn subject_field(
    field: &str,
    source: &Name,
    spec: &FleetSpec,
    method: &Method,
) -> Result<SubjectField, ErrorKind> {
    let unknown = || ErrorKind::UnknownSource(source.value.clone());
    let word = match &*source.value {
        "device" => {
            return Err(match what_it_decides(field, spec) {
                Some(decides) => ErrorKind::Unchecked {
                    field: field.into(),
                    decides,
                },
                None => unknown(),
            });
        }
        other => other.strip_prefix("cert.").ok_or_else(unknown)?,
    };
    let place = SubjectField::parse(word).ok_or_else(unknown)?;
    let written = place.written(&method.certificate.subject);
    let written = written.ok_or(ErrorKind::NotInSubject(place))?;
    let composed = Composed::parse(written).ok();
    if composed.as_ref().and_then(Composed::bare_hole) != Some(field) {
        return Err(ErrorKind::NotTheField {
            field: field.into(),
            place,
        });
    }
    Ok(place)
}

/// What depends on a field, in words that follow its name.
fn what_it_decides(field: &str, spec: &FleetSpec) -> Option<&'static str> {
    let stands_in = |text: &Name| {
        let composed = Composed::parse(text);
        composed.is_ok_and(|it| it.holes().any(|hole| hole.value == field))
    };
    if stands_in(&spec.things.name) {
        return Some("names the thing");
    }
    if spec.topics.values().any(|topic| stands_in(&topic.topic)) {
        return Some("stands in a topic");
    }
    if spec.things.groups.iter().any(stands_in) {
        return Some("names a group");
    }
    let is_attribute = spec.things.attributes.get(field).is_some();
    is_attribute.then_some("is an attribute of the thing")
}

/// Checks that each part of the subject can be in a certificate.
fn subject(fields: &[KnownField], method: &Method, errors: &mut Vec<Error>) {
    for place in SubjectField::all() {
        let Some(written) = place.written(&method.certificate.subject) else {
            continue;
        };
        let Some(composed) = names::parse(written, errors) else {
            continue;
        };
        let Some(language) = composed_language(fields, &composed, errors) else {
            continue;
        };
        let (what, span) = match composed.bare_hole().and_then(|name| field(fields, name)) {
            Some(field) => (format!("`{}`", field.name), field.pattern_span),
            None => (format!("`{}`", place.word()), written.span),
        };
        fits(&language, &what, Target::Subject(place), span, errors);
    }
}

/// The language of a text whose holes are fields or words of the deployment.
fn composed_language(
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
    errors: &mut Vec<Error>,
) -> Option<(Box<str>, Language)> {
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
    // Every method is JITP, whose templates know only references.
    let Some(field) = bare else {
        errors.push(Error::new(ErrorKind::Composed("the thing name"), name.span));
        return None;
    };
    Some((field.name.clone(), language))
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
