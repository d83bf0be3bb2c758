//! The value of each key in a request (§7): what `${…}` is replaced by, and what conditions test.

use std::borrow::Cow;

use super::{Authentication, Request};
use crate::facts::limit;
use crate::model::{
    Association, CONNECT, Certificate, CertificateField, CertificateSide, Key, Name, Occurrence,
    Thing, is_action, is_of_credential_provider, is_of_greengrass,
};

/// Characters that keep the value of a certificate out of a policy (§7, §11 row 14).
const BLOCKED: [char; 5] = ['*', '$', '+', '?', '#'];
/// Characters of a certificate that appear behind a backslash (§7). `+` is blocked before.
const ESCAPED: [char; 7] = [',', '"', '\\', '=', '<', '>', ';'];
/// A longer value of a certificate does not appear in policies (§7).
const MAX_CERTIFICATE_CHARS: usize = limit::CERTIFICATE_ATTRIBUTE_CHARS as usize;
/// Further values of one field of a certificate are not seen (§7).
const MAX_CERTIFICATE_VALUES: usize = limit::CERTIFICATE_ATTRIBUTE_VALUES as usize;

/// The values of a key.
pub(super) enum Found<'a> {
    /// The request has no such key.
    Nothing,
    /// One value.
    One(Cow<'a, str>),
    /// A key that may have several values; perhaps it has none.
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Found<'a> {
    pub(super) fn as_slice(&self) -> &[Cow<'a, str>] {
        match self {
            Found::Nothing => &[],
            Found::One(value) => std::slice::from_ref(value),
            Found::Many(values) => values,
        }
    }
}

/// What a policy can read of a request.
pub(super) struct Values<'a> {
    request: &'a Request,
    client_id: Option<&'a str>,
    /// The thing that the connection is tied to.
    thing: Option<&'a Thing>,
    /// Whether the question "is the client an attached thing?" has an answer.
    has_attachment: bool,
    certificate: Option<&'a Certificate>,
    is_connect: bool,
}

impl<'a> Values<'a> {
    pub(super) fn new(request: &'a Request) -> Values<'a> {
        let context = &request.context;
        let is_mqtt = context.protocol.is_mqtt();
        // A client that leaves its id to the broker has none that a policy could name (§11 row 22).
        let client_id = request.device.client_id.as_deref();
        let client_id = client_id.filter(|id| is_mqtt && !id.is_empty());
        let has_attachment =
            is_mqtt && context.authentication.can_be_thing() && !is_of_greengrass(&request.action);
        let thing = request
            .device
            .thing
            .as_ref()
            .filter(|thing| has_attachment && is_tied(thing, client_id));
        let certificate = request.device.certificate.as_ref();
        Values {
            request,
            client_id,
            thing,
            has_attachment,
            certificate: certificate.filter(|_| context.authentication.has_certificate()),
            is_connect: is_action(&request.action, CONNECT),
        }
    }

    pub(super) fn authentication(&self) -> Authentication {
        self.request.context.authentication
    }

    /// Whether the connection is that of an attached thing: then the policies of its groups are in
    /// force too (§6).
    pub(super) fn is_tied_to_thing(&self) -> bool {
        self.thing.is_some()
    }

    /// What replaces a variable; `None` leaves it unresolved. A key with several values, as a
    /// `.List`, can only be tested by a condition.
    pub(super) fn single(&self, key: &Key) -> Option<Cow<'a, str>> {
        match self.all(key) {
            Found::Nothing | Found::Many(_) => None,
            Found::One(value) => Some(value),
        }
    }

    /// What a condition on a key tests.
    pub(super) fn all(&self, key: &Key) -> Found<'a> {
        let one = |value: Option<&'a str>| {
            value.map_or(Found::Nothing, |value| Found::One(Cow::Borrowed(value)))
        };
        let context = &self.request.context;
        match key {
            Key::ClientId => one(self.client_id),
            Key::ThingName => one(self.thing.map(|thing| &*thing.name)),
            Key::ThingTypeName => one(self.thing.and_then(|thing| thing.thing_type.as_deref())),
            Key::ThingAttribute(name) => {
                let value = self.thing.and_then(|thing| thing.attributes.get(name));
                one(value.map(|value| &**value))
            }
            Key::IsAttached => match (self.has_attachment, self.thing) {
                (true, Some(_)) => one(Some("true")),
                (true, None) => one(Some("false")),
                (false, _) => Found::Nothing,
            },
            Key::CertificateId => self.of_certificate(|it| it.id.as_deref()),
            Key::CertificateSerialNumber => self.of_certificate(|it| it.serial_number.as_deref()),
            Key::Certificate(field) => self.of_name(field),
            Key::ConnectAttributes if self.is_connect => Found::Many(
                context
                    .connect_attributes
                    .iter()
                    .map(|value| Cow::Borrowed(&**value))
                    .collect(),
            ),
            Key::LastWillTopic if self.is_connect => match &context.last_will_topic {
                Some(topic) => Found::One(will_arn(&self.request.resource, topic)),
                None => Found::Nothing,
            },
            Key::ConnectAttributes | Key::LastWillTopic => Found::Nothing,
            Key::DomainName => one(context.domain_name.as_deref()),
            Key::SourceIp => match context.source_ip {
                Some(address) => Found::One(Cow::Owned(address.to_string())),
                None => Found::Nothing,
            },
            Key::CertificateAvailableKeys if self.certificate.is_none() => Found::Nothing,
            Key::Other(name) if is_of_credential_provider(name) => Found::Nothing,
            Key::CertificateAvailableKeys | Key::JobId | Key::Topic | Key::Other(_) => {
                self.given(key)
            }
        }
    }

    fn of_certificate(&self, read: impl Fn(&'a Certificate) -> Option<&'a str>) -> Found<'a> {
        match self.certificate.and_then(read).and_then(substituted) {
            Some(value) => Found::One(value),
            None => Found::Nothing,
        }
    }

    fn of_name(&self, field: &CertificateField) -> Found<'a> {
        let Some(certificate) = self.certificate else {
            return Found::Nothing;
        };
        let name = match field.side {
            CertificateSide::Subject => &certificate.subject,
            CertificateSide::Issuer => &certificate.issuer,
        };
        let values = values_of(name, &field.field);
        let kept = values.get(..MAX_CERTIFICATE_VALUES).unwrap_or(values);
        let at = |index: usize| kept.get(index).and_then(|value| substituted(value));
        let one = match field.occurrence {
            Occurrence::First => at(0),
            // `.1` is the second value; a first one has no suffix (§11 row 15).
            Occurrence::At(0) => None,
            Occurrence::At(index) => at(usize::from(index)),
            Occurrence::List if kept.is_empty() => return Found::Nothing,
            Occurrence::List => {
                return Found::Many(kept.iter().filter_map(|it| substituted(it)).collect());
            }
        };
        one.map_or(Found::Nothing, Found::One)
    }

    fn given(&self, key: &Key) -> Found<'a> {
        let is_named = |given: &Key| match (given, key) {
            (Key::Other(given), Key::Other(wanted)) => given.eq_ignore_ascii_case(wanted),
            (given, wanted) => given == wanted,
        };
        let given = self.request.context.keys.iter();
        let Some((_, values)) = given.into_iter().find(|(given, _)| is_named(given)) else {
            return Found::Nothing;
        };
        match &**values {
            [value] => Found::One(Cow::Borrowed(value)),
            values => Found::Many(values.iter().map(|it| Cow::Borrowed(&**it)).collect()),
        }
    }
}

/// Whether a client is the thing: attached, and under the thing's name or exclusively (§6, §7).
fn is_tied(thing: &Thing, client_id: Option<&str>) -> bool {
    match thing.association {
        None => false,
        Some(Association::NonExclusive) => client_id == Some(&*thing.name),
        Some(Association::Exclusive) => true,
    }
}

fn values_of<'a>(name: &'a Name, field: &str) -> &'a [Box<str>] {
    if let Some(values) = name.get(field) {
        return values;
    }
    let mut others = name.iter();
    let found = others.find(|(known, _)| known.eq_ignore_ascii_case(field));
    found.map_or(&[], |(_, values)| values)
}

/// The value of a certificate as a policy sees it; `None` for one that AWS does not substitute.
fn substituted(value: &str) -> Option<Cow<'_, str>> {
    // Bytes are counted first: they are as many as characters, or more.
    if value.contains(BLOCKED)
        || (value.len() > MAX_CERTIFICATE_CHARS && value.chars().count() > MAX_CERTIFICATE_CHARS)
    {
        return None;
    }
    if !value.contains(ESCAPED) {
        return Some(Cow::Borrowed(value));
    }
    let mut escaped = String::with_capacity(value.len() + 4);
    for character in value.chars() {
        if ESCAPED.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Some(Cow::Owned(escaped))
}

/// The ARN of a will's topic: in the account and Region of the connection.
fn will_arn<'a>(connection: &str, topic: &'a str) -> Cow<'a, str> {
    if topic.starts_with("arn:") {
        return Cow::Borrowed(topic);
    }
    let head_end = connection.match_indices(':').nth(4);
    let head = head_end.and_then(|(colon, _)| connection.get(..=colon));
    let kind = crate::model::ResourceKind::Topic.as_str();
    Cow::Owned(format!("{}{kind}/{topic}", head.unwrap_or("")))
}
