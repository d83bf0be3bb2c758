//! From a node to the device that a case is about.

use crate::document::Node;
use crate::engine::{Authentication, Context, Protocol};
use crate::model::{Association, Certificate, Device, Key, Name, Thing};
use crate::question::decode::{Error, ErrorKind, Fields};

const CONTEXT_KEYS: &[&str] = &[
    "protocol",
    "auth",
    "client_id",
    "thing_name",
    "thing_type",
    "thing_attributes",
    "is_attached",
    "association",
    "cert",
    "source_ip",
    "domain_name",
    "connect_attributes",
    "last_will_topic",
    "extra",
];
const CERTIFICATE_KEYS: &[&str] = &["id", "serial", "subject", "issuer", "available_keys"];
const PROTOCOLS: &[&str] = &["mqtt", "mqtt_ws", "https"];
const AUTHENTICATIONS: &[&str] = &[
    "x509",
    "cognito_authenticated",
    "cognito_unauthenticated",
    "sigv4",
    "custom",
    "custom_x509",
];
const ASSOCIATIONS: &[&str] = &["non_exclusive", "exclusive"];

/// The client of a case, and how it is connected.
#[derive(Default)]
pub(super) struct Client {
    pub(super) device: Device,
    pub(super) context: Context,
}

pub(super) fn client(node: Node<'_>, errors: &mut Vec<Error>) -> Option<Client> {
    let mut fields = Fields::new(node, "context", CONTEXT_KEYS, errors)?;
    let protocol = fields.word("protocol", PROTOCOLS, protocol);
    let authentication = fields.word("auth", AUTHENTICATIONS, authentication);
    let association = fields.word("association", ASSOCIATIONS, association);
    let association = association.map_or(Association::NonExclusive, |it| it.value);
    let is_attached = fields.flag("is_attached").unwrap_or(true);
    let attributes = fields.named("thing_attributes");
    let thing_type = fields.plain("thing_type");
    let thing = fields.plain("thing_name").map(|name| Thing {
        name,
        thing_type,
        attributes: attributes
            .into_iter()
            .filter_map(|(name, values)| Some((name.value, values.into_iter().next()?)))
            .collect(),
        association: is_attached.then_some(association),
    });
    let mut keys = Vec::new();
    for (name, values) in fields.named("extra") {
        match Key::parse(&name.value) {
            key @ (Key::JobId | Key::Topic | Key::CertificateAvailableKeys | Key::Other(_)) => {
                keys.push((key, values));
            }
            Key::ClientId
            | Key::ThingName
            | Key::ThingTypeName
            | Key::ThingAttribute(_)
            | Key::IsAttached
            | Key::CertificateId
            | Key::CertificateSerialNumber
            | Key::Certificate(_)
            | Key::ConnectAttributes
            | Key::LastWillTopic
            | Key::DomainName
            | Key::SourceIp => fields.error(ErrorKind::NotExtra(name.value), name.span),
        }
    }
    let source_ip = fields.text("source_ip").and_then(|text| {
        let address = text.value.parse().ok();
        if address.is_none() {
            fields.error(ErrorKind::NotAnAddress(text.value), text.span);
        }
        address
    });
    let context = Context {
        protocol: protocol.map_or(Protocol::Mqtt, |it| it.value),
        authentication: authentication.map_or(Authentication::X509, |it| it.value),
        source_ip,
        domain_name: fields.plain("domain_name"),
        connect_attributes: fields.texts("connect_attributes"),
        last_will_topic: fields.plain("last_will_topic"),
        keys,
    };
    let client_id = fields.plain("client_id");
    let certificate = fields.get("cert");
    let certificate = certificate.and_then(|it| certificate_of(it, fields.errors));
    let mut client = Client {
        device: Device {
            client_id,
            thing,
            certificate: None,
        },
        context,
    };
    if let Some((certificate, available_keys)) = certificate {
        client.device.certificate = Some(certificate);
        let keys = &mut client.context.keys;
        if !available_keys.is_empty() {
            keys.push((Key::CertificateAvailableKeys, available_keys));
        }
    }
    Some(client)
}

/// A certificate, and the keys that AWS says are available in it.
fn certificate_of(node: Node<'_>, errors: &mut Vec<Error>) -> Option<(Certificate, Vec<Box<str>>)> {
    let mut fields = Fields::new(node, "cert", CERTIFICATE_KEYS, errors)?;
    let mut name = |key| -> Name {
        let entries = fields.named(key).into_iter();
        entries.map(|(name, values)| (name.value, values)).collect()
    };
    let (subject, issuer) = (name("subject"), name("issuer"));
    let certificate = Certificate {
        id: fields.plain("id"),
        serial_number: fields.plain("serial"),
        subject,
        issuer,
    };
    Some((certificate, fields.texts("available_keys")))
}

fn protocol(word: &str) -> Option<Protocol> {
    match word {
        "mqtt" => Some(Protocol::Mqtt),
        "mqtt_ws" => Some(Protocol::MqttOverWebSocket),
        "https" => Some(Protocol::Https),
        _ => None,
    }
}

fn authentication(word: &str) -> Option<Authentication> {
    match word {
        "x509" => Some(Authentication::X509),
        "cognito_authenticated" => Some(Authentication::CognitoAuthenticated),
        "cognito_unauthenticated" => Some(Authentication::CognitoUnauthenticated),
        "sigv4" => Some(Authentication::SigV4),
        "custom" => Some(Authentication::Custom),
        "custom_x509" => Some(Authentication::CustomX509),
        _ => None,
    }
}

fn association(word: &str) -> Option<Association> {
    match word {
        "non_exclusive" => Some(Association::NonExclusive),
        "exclusive" => Some(Association::Exclusive),
        _ => None,
    }
}
