//! A device, as a policy sees it.

use std::collections::BTreeMap;

/// One device. What is assumed of it is a value here, never implicit.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Device {
    /// The MQTT client id; absent over HTTPS.
    pub client_id: Option<Box<str>>,
    /// The thing that it is in the registry.
    pub thing: Option<Thing>,
    /// Its certificate; absent for other ways to authenticate.
    pub certificate: Option<Certificate>,
}

/// An entry of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its name.
    pub name: Box<str>,
    /// The name of its type.
    pub thing_type: Option<Box<str>>,
    /// Its attributes.
    pub attributes: BTreeMap<Box<str>, Box<str>>,
    /// How the principal is attached to it; `None` when it is not.
    pub association: Option<Association>,
}

/// How a principal is attached to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Association {
    /// `NON_EXCLUSIVE_THING`: it is this thing only while the client id is the thing's name.
    NonExclusive,
    /// `EXCLUSIVE_THING`: it is this thing with any client id.
    Exclusive,
}

/// What policies can read of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Certificate {
    /// The id in AWS IoT: the SHA-256 fingerprint in hexadecimal.
    pub id: Option<Box<str>>,
    /// The X.509 serial number.
    pub serial_number: Option<Box<str>>,
    /// The holder's name.
    pub subject: Name,
    /// The certificate authority's name.
    pub issuer: Name,
}

/// A distinguished name: field (`CommonName`, …) to its values, in order.
pub type Name = BTreeMap<Box<str>, Vec<Box<str>>>;
