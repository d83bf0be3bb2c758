//! Where the values of fields come from, and whether anybody vouches for them.

use super::identity::{Identity, KnownField, composed_language, field, fits};
use super::method::{Claim, Decider, Entry, Hooked, Jitp, TrustedUser, Way};
use super::names;
use crate::document::spelling::closest;
use crate::fleet::composed::Composed;
use crate::fleet::language::{Difference, Language, Part};
use crate::fleet::spec::{AllowList, Existing, FleetSpec, Form, Name, ServiceSpec};
use crate::fleet::{Error, ErrorKind, SubjectField, Target};
use crate::model::Key;

/// Where a method takes the value of a field from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A part of the certificate's subject.
    Subject(SubjectField),
    /// The device sends it.
    Device,
    /// The hook answers with it.
    Hook,
    /// All devices have this value.
    Constant(Box<str>),
    /// A service sets it after registration.
    Later,
}

/// What in the grammar is planned and not built.
const PLANNED: [&str; 1] = ["import"];
/// In front of a constant.
const CONSTANT: &str = "const ";
/// What an entry of the allow-list holds beside the fields; see `templates/hook.py`.
const HOOK_WORDS: [&str; 3] = ["state", "publicKey", "boundAt"];
/// What entries of the broker's tables hold beside the fields; see `templates/broker.py`.
const BROKER_WORDS: [&str; 3] = ["user", "claimCertificateId", "expires"];

impl Source {
    /// What the words of a binding say; the fault of others is for the method to tell.
    pub(super) fn parse(text: &str) -> Option<Source> {
        match text {
            "device" => Some(Source::Device),
            "hook" => Some(Source::Hook),
            "later" => Some(Source::Later),
            other => match other.strip_prefix(CONSTANT) {
                Some(value) => Some(Source::Constant(value.trim().into())),
                None => {
                    let word = other.strip_prefix("cert.")?;
                    SubjectField::parse(word).map(Source::Subject)
                }
            },
        }
    }
}

/// Reads where a method takes each field from.
pub(super) fn bind(
    fields: &mut [KnownField],
    spec: &FleetSpec,
    entry: &Entry<'_>,
    errors: &mut Vec<Error>,
) {
    let method = entry.method;
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
        let binding = Binding { field, spec, entry };
        match binding.source(source) {
            Ok(place) => field.sources.push(place),
            Err(kind) => errors.push(Error::new(kind, source.span)),
        }
    }
    for field in fields.iter() {
        if method.bind.get(&field.name).is_none() {
            let kind = ErrorKind::Unbound {
                field: field.name.clone(),
            };
            errors.push(Error::new(kind, entry.name.span));
        }
    }
    match &entry.way {
        Way::Jitp(jitp) => subject(fields, jitp, errors),
        Way::Claim(Claim { hooked, .. }) | Way::TrustedUser(TrustedUser { hooked, .. }) => {
            parameters(fields, entry, hooked, errors);
        }
    }
}

/// A field, and what its method says of it.
struct Binding<'s> {
    field: &'s KnownField,
    spec: &'s FleetSpec,
    entry: &'s Entry<'s>,
}

impl Binding<'_> {
    fn source(&self, source: &Name) -> Result<Source, ErrorKind> {
        if PLANNED.contains(&&*source.value) {
            return Err(ErrorKind::NotBuilt(source.value.clone()));
        }
        let parsed = Source::parse(&source.value);
        if parsed == Some(Source::Later) {
            return self.later();
        }
        match &self.entry.way {
            Way::Jitp(jitp) => match parsed {
                Some(Source::Subject(place)) => self.subject(place, jitp),
                Some(Source::Device) => Err(self.unchecked(true, source)),
                Some(Source::Hook | Source::Constant(_) | Source::Later) | None => {
                    Err(self.unknown(source))
                }
            },
            Way::Claim(Claim { hooked, .. }) | Way::TrustedUser(TrustedUser { hooked, .. }) => {
                self.of_hooked(hooked, parsed, source)
            }
        }
    }

    fn of_hooked(
        &self,
        hooked: &Hooked<'_>,
        parsed: Option<Source>,
        source: &Name,
    ) -> Result<Source, ErrorKind> {
        match parsed {
            Some(Source::Device) => {
                if hooked.decider.checks(&self.field.name) {
                    return Ok(Source::Device);
                }
                match self.decides(false) {
                    Some(_) => Err(self.unchecked(false, source)),
                    None => Ok(Source::Device),
                }
            }
            Some(Source::Hook) => self.of_hook(&hooked.decider),
            Some(Source::Constant(value)) => self.constant(value),
            Some(Source::Subject(_) | Source::Later) | None => Err(self.unknown(source)),
        }
    }

    fn unknown(&self, source: &Name) -> ErrorKind {
        ErrorKind::UnknownSource {
            method: self.entry.method.method.value.word(),
            word: source.value.clone(),
        }
    }

    /// What is wrong with a value that the device alone says.
    fn unchecked(&self, of_subject: bool, source: &Name) -> ErrorKind {
        match self.decides(of_subject) {
            Some(decides) => ErrorKind::Unchecked {
                field: self.field.name.clone(),
                decides,
            },
            None => self.unknown(source),
        }
    }

    /// The part of the subject, which must be the field and nothing else.
    fn subject(&self, place: SubjectField, jitp: &Jitp<'_>) -> Result<Source, ErrorKind> {
        let written = place.written(jitp.subject);
        let written = written.ok_or(ErrorKind::NotInSubject(place))?;
        let composed = Composed::parse(written).ok();
        let bare = composed.as_ref().and_then(Composed::bare_hole);
        if bare != Some(&*self.field.name) {
            return Err(ErrorKind::NotTheField {
                field: self.field.name.clone(),
                place,
            });
        }
        Ok(Source::Subject(place))
    }

    fn of_hook(&self, decider: &Decider<'_>) -> Result<Source, ErrorKind> {
        let is_known = match decider {
            Decider::AllowList(list) => list.returns.iter().any(|it| it.value == self.field.name),
            // What another function answers is for its author to say.
            Decider::Function { .. } | Decider::Source { .. } => true,
        };
        match is_known {
            true => Ok(Source::Hook),
            false => Err(ErrorKind::NotReturned(self.field.name.clone())),
        }
    }

    /// Whether a service may set it after registration.
    fn later(&self) -> Result<Source, ErrorKind> {
        let (field, spec) = (&self.field.name, self.spec);
        let sets = |it: &ServiceSpec| it.sets.iter().any(|name| name.value == *field);
        let is_merged = spec.things.on_existing.attributes == Existing::Merge;
        let fault = if self.stands_in(&spec.things.name) {
            "it names the thing"
        } else if spec.things.attributes.get(field).is_none() {
            "it is no attribute of the thing"
        } else if !spec.services.values().any(sets) {
            "no service sets it"
        } else if !is_merged {
            "a registration would reset it"
        } else {
            return Ok(Source::Later);
        };
        let field = field.clone();
        Err(ErrorKind::Later { field, fault })
    }

    /// Whether the field is a part of a text.
    fn stands_in(&self, text: &Name) -> bool {
        let composed = Composed::parse(text);
        composed.is_ok_and(|it| it.holes().any(|hole| *hole.value == *self.field.name))
    }

    fn constant(&self, value: Box<str>) -> Result<Source, ErrorKind> {
        if self.field.unique {
            return Err(ErrorKind::SharedConstant(self.field.name.clone()));
        }
        match self.field.language.contains(&value) {
            true => Ok(Source::Constant(value)),
            false => Err(ErrorKind::NotAValue {
                value,
                field: self.field.name.clone(),
            }),
        }
    }

    /// What depends on the field, in words that follow its name.
    fn decides(&self, attributes: bool) -> Option<&'static str> {
        let (field, spec) = (&*self.field.name, self.spec);
        let stands_in = |text: &Name| self.stands_in(text);
        if stands_in(&spec.things.name) {
            return Some("names the thing");
        }
        if spec.topics.values().any(|topic| stands_in(&topic.topic)) {
            return Some("stands in a topic");
        }
        if spec.things.groups.iter().any(stands_in) {
            return Some("names a group");
        }
        if self.field.decides_rights {
            return Some("decides what a device may do");
        }
        let is_attribute = attributes && spec.things.attributes.get(field).is_some();
        is_attribute.then_some("is an attribute of the thing")
    }
}

/// Checks that each part of the subject can be in a certificate.
fn subject(fields: &[KnownField], jitp: &Jitp<'_>, errors: &mut Vec<Error>) {
    for place in SubjectField::all() {
        let Some(written) = place.written(jitp.subject) else {
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

/// Checks the names of what a device and its hook tell the template.
fn parameters(
    fields: &[KnownField],
    entry: &Entry<'_>,
    hooked: &Hooked<'_>,
    errors: &mut Vec<Error>,
) {
    // AWS states no characters; `AWS::` begins what it supplies itself.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    for (name, _) in entry.method.bind.iter() {
        if !name.value.chars().all(is_plain) {
            let kind = ErrorKind::ParameterName(name.value.clone());
            errors.push(Error::new(kind, name.span));
        }
    }
    match &hooked.decider {
        Decider::AllowList(list) => allow_list(fields, entry, list, errors),
        Decider::Function { checks, .. } | Decider::Source { checks, .. } => {
            for name in *checks {
                known(fields, name, errors);
            }
        }
    }
}

/// The field of a name; an error says that there is none.
fn known<'f>(
    fields: &'f [KnownField],
    name: &Name,
    errors: &mut Vec<Error>,
) -> Option<&'f KnownField> {
    let found = field(fields, &name.value);
    if found.is_none() {
        let known = fields.iter().map(|field| &*field.name);
        let kind = ErrorKind::UnknownField {
            name: name.value.clone(),
            nearest: closest(&name.value, known).map(Into::into),
        };
        errors.push(Error::new(kind, name.span));
    }
    found
}

fn allow_list(fields: &[KnownField], entry: &Entry<'_>, list: &AllowList, errors: &mut Vec<Error>) {
    if let Some(key) = known(fields, &list.key, errors) {
        let fault = match (bound(entry, &key.name), key.unique) {
            (Some(Source::Device), true) => None,
            (Some(Source::Device), false) => Some("it is not `unique`"),
            _ => Some("it is not bound to `device`"),
        };
        if let Some(fault) = fault {
            let field = key.name.clone();
            let kind = ErrorKind::AllowListKey { field, fault };
            errors.push(Error::new(kind, list.key.span));
        }
    }
    for name in &list.returns {
        let is_bound = known(fields, name, errors)
            .is_none_or(|field| bound(entry, &field.name) == Some(Source::Hook));
        if !is_bound {
            let kind = ErrorKind::NotBoundToHook(name.value.clone());
            errors.push(Error::new(kind, name.span));
        }
    }
    let of_broker: &[&str] = match &entry.way {
        Way::TrustedUser(trusted) if trusted.form == Form::Broker => &BROKER_WORDS,
        Way::TrustedUser(_) | Way::Claim(_) | Way::Jitp(_) => &[],
    };
    for name in list.returns.iter().chain([&list.key]) {
        if HOOK_WORDS
            .iter()
            .chain(of_broker)
            .any(|word| *word == &*name.value)
        {
            let kind = ErrorKind::HookWord(name.value.clone());
            errors.push(Error::new(kind, name.span));
        }
    }
}

/// The attributes of which every method sees to it that they have the characters of a thing's name only:
/// the hook of an allow-list does, where the field's pattern allows no other.
pub(super) fn plain_keys(spec: &FleetSpec, identity: &Identity, entries: &[Entry<'_>]) -> Vec<Key> {
    let is_checked = |entry: &Entry<'_>, name: &str| match entry.way.hooked() {
        // A declared service vouches for what it sets.
        _ if bound(entry, name) == Some(Source::Later) => true,
        Some(hooked) => match (&hooked.decider, bound(entry, name)) {
            (Decider::AllowList(list), Some(Source::Device)) => *list.key.value == *name,
            (Decider::AllowList(_), Some(Source::Hook)) | (_, Some(Source::Constant(_))) => true,
            _ => false,
        },
        // What the CA signs is not looked at again.
        None => false,
    };
    let attributes = spec.things.attributes.keys().map(|name| &name.value);
    let attributes = attributes.filter(|name| {
        let field = identity.field(name);
        field.is_some_and(KnownField::is_plain) && entries.iter().all(|it| is_checked(it, name))
    });
    attributes
        .map(|name| Key::ThingAttribute(name.clone()))
        .collect()
}

/// What a method says of a field.
pub(super) fn bound(entry: &Entry<'_>, name: &str) -> Option<Source> {
    Source::parse(&entry.method.bind.get(name)?.value)
}

/// A thing must not have a name under which devices connect with the shared certificate.
pub(super) fn claimed_names(thing_name: &Language, claim: &Claim<'_>, errors: &mut Vec<Error>) {
    let prefix = claim.client_id_prefix;
    let claimed = Language::of_parts([Part::Literal(&prefix.value), Part::Pattern("[ -~]*")]);
    let witness = match claimed.map(|it| thing_name.shared_with(&it)) {
        Ok(Difference::None) => return,
        Ok(Difference::Witness(bytes)) => format!("`{}`", String::from_utf8_lossy(&bytes)),
        Ok(Difference::Unknown) | Err(_) => "something that was not found".to_owned(),
    };
    let kind = ErrorKind::ClaimedName(witness.into());
    errors.push(Error::new(kind, prefix.span));
}
