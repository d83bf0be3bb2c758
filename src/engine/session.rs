//! The ways in which a device can come: under its thing's name, under another, without a connection.

use super::language::{Charset, Glob, Owner, Sharing, Symbol, Token};
use super::{Authentication, Between, Context, Protocol, Request};
use crate::model::{
    Arn, Association, CONNECT, Certificate, CertificateField, CertificateSide, Clause, Device, Key,
    Occurrence, Pattern, Piece, PolicySet, Reference, ResourceKind, Thing, Variable, is_action,
    is_of_credential_provider,
};

/// How the device that acts comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Mode {
    /// Attached, with the thing's name as client id.
    Tied,
    /// Attached exclusively, with any client id that it may connect as.
    Exclusive,
    /// With a client id that is not its thing's name, or attached to no thing.
    Untied,
    /// Over HTTPS: no client id, no thing.
    Https,
}

impl Mode {
    pub(super) fn is_mqtt(self) -> bool {
        match self {
            Mode::Tied | Mode::Exclusive | Mode::Untied => true,
            Mode::Https => false,
        }
    }

    /// Whether the connection is that of an attached thing.
    pub(super) fn is_thing(self) -> bool {
        match self {
            Mode::Tied | Mode::Exclusive => true,
            Mode::Untied | Mode::Https => false,
        }
    }
}

/// The variables of a set of policies, and what is assumed of them.
#[derive(Clone, Debug)]
pub(super) struct Variables {
    /// All keys but the thing's name; the symbol of one has its index plus one.
    keys: Vec<Key>,
    /// The values that the documents leave open, by name; the symbols behind those of `keys`.
    open: Vec<Reference>,
    /// A field of the certificate that is taken to be the thing's name.
    alias: Option<Key>,
    between: Between,
    /// Keys whose values have the characters of a thing's name only.
    plain: Vec<Key>,
}

/// What a variable is in a session.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// It has no value.
    Absent,
    /// A value that is not known.
    Symbol(Symbol),
    /// A value that is known.
    Text(Box<str>),
    /// What the device calls itself.
    Client,
}

/// The most variables and open values that have symbols of their own.
const MAX_KEYS: usize = 127;

/// The symbol of the thing's name.
pub(super) const NAME: u8 = 0;
/// The symbol of the client id.
pub(super) const CLIENT: u8 = u8::MAX;

/// The name of a thing.
pub(super) fn name_of(owner: Owner) -> Symbol {
    Symbol {
        owner,
        key: NAME,
        charset: Charset::Name,
        sharing: Sharing::Distinct,
    }
}

/// What a device calls itself, where that is a symbol.
pub(super) fn client_of(owner: Owner) -> Symbol {
    Symbol {
        owner,
        key: CLIENT,
        charset: Charset::Any,
        sharing: Sharing::Free,
    }
}

impl Variables {
    pub(super) fn of(sets: &[&PolicySet], between: &Between) -> Variables {
        let mut keys: Vec<Key> = Vec::new();
        let mut open: Vec<Reference> = Vec::new();
        for set in sets {
            for (_, statement) in set.statements() {
                let resources = statement.resources.entries().iter();
                for piece in resources.flat_map(|it| it.pattern.pieces()) {
                    match &piece.value {
                        Piece::Variable(Variable { key, .. })
                            if *key != Key::ThingName && !keys.contains(key) =>
                        {
                            keys.push(key.clone());
                        }
                        Piece::Reference(reference)
                            if *reference != Reference::Opaque && !open.contains(reference) =>
                        {
                            open.push(reference.clone());
                        }
                        _ => {}
                    }
                }
            }
        }
        keys.truncate(MAX_KEYS);
        open.truncate(usize::from(CLIENT) - MAX_KEYS - 1);
        Variables {
            open,
            alias: sets.iter().find_map(|set| alias(set)),
            keys,
            between: between.clone(),
            plain: Vec::new(),
        }
    }

    /// These variables, when the values of some have the characters of a thing's name only.
    pub(super) fn with_plain(self, plain: &[Key]) -> Variables {
        Variables {
            plain: plain.to_vec(),
            ..self
        }
    }

    /// Takes in a key that no policy names.
    pub(super) fn add(&mut self, key: &Key) {
        if *key != Key::ThingName && !self.keys.contains(key) && self.keys.len() < MAX_KEYS {
            self.keys.push(key.clone());
        }
    }

    /// The field of the certificate that is taken to be the thing's name.
    pub(super) fn alias(&self) -> Option<&Key> {
        self.alias.as_ref()
    }

    /// Fields of the certificate that are taken to differ from device to device.
    pub(super) fn distinct_fields(&self) -> impl Iterator<Item = &Key> {
        let is_field = |key: &&Key| matches!(key, Key::Certificate(_)) && is_identity(key);
        self.keys
            .iter()
            .filter(is_field)
            .filter(|key| self.alias.as_ref() != Some(key))
    }

    /// Whether a variable says whose something is.
    pub(super) fn is_owner(&self, variable: &Variable) -> bool {
        match &variable.key {
            Key::ThingName
            | Key::ClientId
            | Key::CertificateId
            | Key::CertificateSerialNumber
            | Key::ThingAttribute(_)
            | Key::Certificate(_) => true,
            Key::ThingTypeName
            | Key::IsAttached
            | Key::CertificateAvailableKeys
            | Key::ConnectAttributes
            | Key::LastWillTopic
            | Key::DomainName
            | Key::JobId
            | Key::Topic
            | Key::SourceIp
            | Key::Other(_) => false,
        }
    }

    /// What a value that the document leaves open becomes: the same for all devices.
    pub(super) fn open_value(&self, reference: &Reference) -> Token {
        match self.open.iter().position(|known| known == reference) {
            Some(index) => Token::Symbol(Symbol {
                owner: Owner::Actor,
                key: (MAX_KEYS + 1 + index) as u8,
                charset: Charset::Any,
                sharing: Sharing::Same,
            }),
            None => Token::AnyRun,
        }
    }

    /// The values that the documents leave open.
    pub(super) fn open_values(&self) -> impl Iterator<Item = &Reference> {
        self.open.iter()
    }

    /// The key of a symbol.
    pub(super) fn key(&self, symbol: Symbol) -> Key {
        let index = usize::from(symbol.key).checked_sub(1);
        let key = index.and_then(|index| self.keys.get(index));
        key.cloned().unwrap_or(Key::ThingName)
    }

    fn symbol(&self, key: &Key, owner: Owner) -> Meaning {
        if *key == Key::ThingName || self.alias.as_ref() == Some(key) {
            return Meaning::Symbol(name_of(owner));
        }
        let Some(index) = self.keys.iter().position(|known| known == key) else {
            return Meaning::Absent;
        };
        let is_between = match (&self.between, key) {
            (Between::Attribute(name), Key::ThingAttribute(own)) => name == own,
            _ => false,
        };
        let sharing = match is_between || is_identity(key) {
            true => Sharing::Distinct,
            false => Sharing::Free,
        };
        Meaning::Symbol(Symbol {
            owner,
            key: index as u8 + 1,
            charset: match self.plain.contains(key) {
                true => Charset::Name,
                false => charset(key),
            },
            sharing,
        })
    }

    /// What a key means to a policy when a device comes in a mode.
    pub(super) fn meaning(&self, key: &Key, owner: Owner, mode: Mode, is_connect: bool) -> Meaning {
        match key {
            Key::ThingName if mode.is_thing() => Meaning::Symbol(name_of(owner)),
            Key::ThingTypeName | Key::ThingAttribute(_) if mode.is_thing() => {
                self.symbol(key, owner)
            }
            Key::ThingName | Key::ThingTypeName | Key::ThingAttribute(_) => Meaning::Absent,
            Key::ClientId => match mode {
                Mode::Tied => Meaning::Symbol(name_of(owner)),
                Mode::Exclusive | Mode::Untied => Meaning::Client,
                Mode::Https => Meaning::Absent,
            },
            Key::IsAttached => match mode {
                Mode::Tied | Mode::Exclusive => Meaning::Text("true".into()),
                Mode::Untied => Meaning::Text("false".into()),
                Mode::Https => Meaning::Absent,
            },
            Key::Certificate(CertificateField {
                occurrence: Occurrence::List,
                ..
            })
            | Key::ConnectAttributes => Meaning::Absent,
            Key::CertificateId | Key::CertificateSerialNumber | Key::Certificate(_) => {
                self.symbol(key, owner)
            }
            Key::LastWillTopic if !is_connect => Meaning::Absent,
            // A name that AWS IoT does not document is left in place as it is written (§7).
            Key::Other(_) => Meaning::Absent,
            Key::LastWillTopic
            | Key::CertificateAvailableKeys
            | Key::DomainName
            | Key::JobId
            | Key::Topic
            | Key::SourceIp => self.symbol(key, owner),
        }
    }
}

/// Whether no two devices have the same value of a key: by AWS's doing, or, for the name in a
/// certificate, because whoever issues it gives it to one device only (an assumption of answers).
fn is_identity(key: &Key) -> bool {
    match key {
        Key::ThingName | Key::CertificateId | Key::CertificateSerialNumber => true,
        Key::Certificate(field) => {
            field.side == CertificateSide::Subject && is_name_of_one(&field.field)
        }
        _ => false,
    }
}

/// The fields of a subject that name one device.
fn is_name_of_one(field: &str) -> bool {
    ["CommonName", "SerialNumber", "DistinguishedNameQualifier"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(field))
}

fn charset(key: &Key) -> Charset {
    match key {
        Key::ThingName | Key::ThingTypeName => Charset::Name,
        Key::ThingAttribute(_) => Charset::Attribute,
        Key::CertificateId => Charset::Hexadecimal,
        Key::CertificateSerialNumber | Key::Certificate(_) => Charset::Certificate,
        Key::ClientId
        | Key::IsAttached
        | Key::CertificateAvailableKeys
        | Key::ConnectAttributes
        | Key::LastWillTopic
        | Key::DomainName
        | Key::JobId
        | Key::Topic
        | Key::SourceIp
        | Key::Other(_) => Charset::Any,
    }
}

/// The field of the certificate that devices connect as, when the policies say so, and do not speak
/// of the thing's name instead.
fn alias(set: &PolicySet) -> Option<Key> {
    let mut found = None;
    for (_, statement) in set.statements() {
        if !statement.covers_action(CONNECT) {
            continue;
        }
        let Clause::Only(resources) = &statement.resources else {
            continue;
        };
        for resource in resources {
            if resource
                .pattern
                .variables()
                .any(|it| it.value.key == Key::ThingName)
            {
                return None;
            }
            if let Some(key) = resource.arn.as_ref().and_then(named_client) {
                found = Some(key);
            }
        }
    }
    found
}

/// The field of the certificate that a `client/…` resource is.
fn named_client(arn: &Arn) -> Option<Key> {
    let [first, second] = arn.resource().pieces() else {
        return None;
    };
    let (Piece::Literal(kind), Piece::Variable(variable)) = (&first.value, &second.value) else {
        return None;
    };
    let is_client = kind.strip_suffix('/') == Some(ResourceKind::Client.as_str());
    let is_field = match &variable.key {
        Key::Certificate(field) => {
            field.occurrence != Occurrence::List && is_identity(&variable.key)
        }
        Key::CertificateSerialNumber | Key::CertificateId => true,
        _ => false,
    };
    (is_client && is_field).then(|| variable.key.clone())
}

/// What is known of the device that acts: all of it in the end, nothing at first.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) mode: Mode,
    /// The name of its thing, when it is known.
    pub(super) name: Option<Box<str>>,
    /// What it may call itself: the globs of the client ids that it may connect as; for the modes
    /// in which it is not its thing's name.
    pub(super) clients: Vec<Glob>,
    /// The attributes of its CONNECT, when they are known.
    pub(super) connect_attributes: Option<&'static [&'static str]>,
}

/// The attributes that a CONNECT can have: no policy sees others.
pub(super) const CONNECT_ATTRIBUTES: [&[&str]; 4] = [
    &[],
    &["PersistentConnect"],
    &["LastWill"],
    &["PersistentConnect", "LastWill"],
];

/// Whether a policy looks at the attributes of a CONNECT.
pub(super) fn sees_connect_attributes(set: &PolicySet) -> bool {
    let mut conditions = set.statements().flat_map(|(_, it)| &it.conditions);
    conditions.any(|it| it.key.value == Key::ConnectAttributes)
}

impl Session {
    /// A request that has what is known of the session; for conditions whose keys are known.
    pub(super) fn sample(&self, action: &str, variables: &Variables) -> Request {
        let name: Box<str> = self.name.clone().unwrap_or_else(|| "device-a".into());
        let mut request = device_request(self.mode, &name, None, action, variables);
        let attributes = self.connect_attributes.unwrap_or(&[]).iter();
        request.context.connect_attributes = attributes.map(|it| (*it).into()).collect();
        request
    }

    /// Whether the value of a key, or that it has none, is known.
    pub(super) fn knows(&self, key: &Key, action: &str, variables: &Variables) -> bool {
        let is_connect = is_action(action, CONNECT);
        match variables.meaning(key, Owner::Actor, self.mode, is_connect) {
            // A key that stands in no resource has no symbol, but it may have a value.
            Meaning::Absent => match key {
                Key::ThingName | Key::ClientId | Key::IsAttached => true,
                Key::ThingTypeName | Key::ThingAttribute(_) => !self.mode.is_thing(),
                Key::LastWillTopic => !is_connect,
                Key::ConnectAttributes => !is_connect || self.connect_attributes.is_some(),
                // Keys that AWS has for all services may be there.
                Key::Other(name) => is_of_credential_provider(name),
                Key::CertificateId
                | Key::CertificateSerialNumber
                | Key::Certificate(_)
                | Key::CertificateAvailableKeys
                | Key::DomainName
                | Key::JobId
                | Key::Topic
                | Key::SourceIp => false,
            },
            Meaning::Text(_) => true,
            Meaning::Symbol(symbol) => symbol.key == NAME && self.name.is_some(),
            Meaning::Client => false,
        }
    }
}

/// A request of a device in a mode, without a resource.
pub(super) fn device_request(
    mode: Mode,
    name: &str,
    client: Option<&str>,
    action: &str,
    variables: &Variables,
) -> Request {
    let association = match mode {
        Mode::Exclusive => Association::Exclusive,
        Mode::Tied | Mode::Untied | Mode::Https => Association::NonExclusive,
    };
    let mut certificate = Certificate::default();
    if let Some(key) = variables.alias() {
        set_field(&mut certificate, key, name);
    }
    let client_id = match mode {
        Mode::Tied => Some(name.into()),
        Mode::Exclusive => Some(client.unwrap_or(name).into()),
        Mode::Untied => Some(client.unwrap_or("another-client").into()),
        Mode::Https => None,
    };
    // One that calls itself by its thing's name is the thing, unless it is attached to none.
    let is_thing = mode != Mode::Untied || client_id.as_deref() != Some(name);
    Request {
        device: Device {
            client_id,
            thing: is_thing.then(|| Thing {
                name: name.into(),
                thing_type: None,
                attributes: Default::default(),
                association: Some(association),
            }),
            certificate: Some(certificate),
        },
        action: action.into(),
        resource: "".into(),
        context: Context {
            protocol: match mode {
                Mode::Tied | Mode::Exclusive | Mode::Untied => Protocol::Mqtt,
                Mode::Https => Protocol::Https,
            },
            authentication: Authentication::X509,
            ..Context::default()
        },
    }
}

/// Writes a field of a certificate, as the key names it.
pub(super) fn set_field(certificate: &mut Certificate, key: &Key, value: &str) {
    match key {
        Key::CertificateId => certificate.id = Some(value.into()),
        Key::CertificateSerialNumber => certificate.serial_number = Some(value.into()),
        Key::Certificate(field) => {
            let name = match field.side {
                CertificateSide::Subject => &mut certificate.subject,
                CertificateSide::Issuer => &mut certificate.issuer,
            };
            let values = name.entry(field.field.clone()).or_default();
            let index = match field.occurrence {
                Occurrence::First | Occurrence::List => 0,
                Occurrence::At(index) => usize::from(index),
            };
            while values.len() <= index {
                values.push("x".into());
            }
            if let Some(slot) = values.get_mut(index) {
                *slot = value.into();
            }
        }
        _ => {}
    }
}

/// Gives a device the value of a variable.
pub(super) fn set_value(request: &mut Request, key: &Key, value: &str) {
    match key {
        Key::ThingAttribute(name) => {
            if let Some(thing) = &mut request.device.thing {
                thing.attributes.insert(name.clone(), value.into());
            }
        }
        Key::ThingTypeName => {
            if let Some(thing) = &mut request.device.thing {
                thing.thing_type = Some(value.into());
            }
        }
        Key::CertificateId | Key::CertificateSerialNumber | Key::Certificate(_) => {
            if let Some(certificate) = &mut request.device.certificate {
                set_field(certificate, key, value);
            }
        }
        Key::DomainName => request.context.domain_name = Some(value.into()),
        Key::LastWillTopic => request.context.last_will_topic = Some(value.into()),
        Key::SourceIp => request.context.source_ip = value.parse().ok(),
        Key::ClientId | Key::ThingName | Key::IsAttached | Key::ConnectAttributes => {}
        Key::CertificateAvailableKeys | Key::JobId | Key::Topic | Key::Other(_) => {
            request.context.keys.push((key.clone(), vec![value.into()]));
        }
    }
}

/// The variables of a pattern as tokens; `None` when one has no value.
///
/// `client` is what the device calls itself, for patterns that say so, and the token that begins it.
pub(super) fn tokens(
    pattern: &Pattern,
    client: Option<(&Glob, Token)>,
    open: Open<'_>,
    meaning: &mut dyn FnMut(&Variable) -> Option<Vec<Token>>,
) -> Option<Glob> {
    let mut tokens = Vec::new();
    for piece in pattern.pieces() {
        match &piece.value {
            Piece::Literal(literal) => tokens.extend(literal.chars().map(Token::Char)),
            Piece::AnyChar => tokens.push(Token::AnyChar),
            Piece::AnyRun => tokens.push(Token::AnyRun),
            Piece::Reference(reference) => match open {
                Open::AnyText(variables) => tokens.push(variables.open_value(reference)),
                Open::SameText(variables) => match variables.open_value(reference) {
                    symbol @ Token::Symbol(_) => tokens.push(symbol),
                    _ => return None,
                },
                Open::Nothing => return None,
            },
            Piece::Variable(variable) => match (meaning(variable), client) {
                (Some(value), _) if !value.is_empty() => tokens.extend(value),
                (Some(_), Some((client, start))) => {
                    tokens.push(start);
                    tokens.extend(client.tokens());
                    tokens.push(Token::ClientEnd);
                }
                (Some(_) | None, _) => return None,
            },
        }
    }
    Some(Glob::new(tokens))
}

/// How a value that the document leaves open is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Open<'a> {
    /// Any text, the same wherever it stands.
    AnyText(&'a Variables),
    /// A text that is the same wherever the value has a name; without one it is not relied on.
    SameText(&'a Variables),
    /// Not relied on.
    Nothing,
}
