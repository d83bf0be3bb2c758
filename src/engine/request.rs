//! What a client asks, and how it is connected.

use core::net::IpAddr;

use crate::model::{Device, Key};

/// One request of one device. Concrete: nothing in it is a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Who asks.
    pub device: Device,
    /// The action, e.g. `iot:Publish`.
    pub action: Box<str>,
    /// The whole ARN of what is asked for; `*` for the actions that have no resource.
    pub resource: Box<str>,
    /// How it asks.
    pub context: Context,
}

/// The circumstances of a request.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Context {
    /// What the request comes over.
    pub protocol: Protocol,
    /// What the client proves itself with.
    pub authentication: Authentication,
    /// The address that the client connects from.
    pub source_ip: Option<IpAddr>,
    /// The domain name that the client connects to.
    pub domain_name: Option<Box<str>>,
    /// Of an MQTT CONNECT: `PersistentConnect`, `LastWill`; none for a plain clean one.
    pub connect_attributes: Vec<Box<str>>,
    /// Of an MQTT CONNECT: the topic of the will, or its ARN.
    pub last_will_topic: Option<Box<str>>,
    /// Keys that have no field here, e.g. the job of a job request. A key that has one, as the
    /// client id, is read there, whatever stands here.
    pub keys: Vec<(Key, Vec<Box<str>>)>,
}

/// What a request comes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Protocol {
    /// MQTT over TLS.
    #[default]
    Mqtt,
    /// MQTT over a WebSocket.
    MqttOverWebSocket,
    /// One HTTPS request: no connection, no client id.
    Https,
}

/// What a client proves itself with; decides which policies speak for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Authentication {
    /// An X.509 certificate.
    #[default]
    X509,
    /// An Amazon Cognito identity that has signed in.
    CognitoAuthenticated,
    /// An Amazon Cognito identity that has not signed in.
    CognitoUnauthenticated,
    /// A signature of an IAM user or role.
    SigV4,
    /// A token that a custom authorizer checks.
    Custom,
    /// A certificate and a custom authorizer, `CUSTOM_AUTH_X509`.
    CustomX509,
}

impl Protocol {
    /// Whether there is a connection with a client id.
    pub fn is_mqtt(self) -> bool {
        match self {
            Protocol::Mqtt | Protocol::MqttOverWebSocket => true,
            Protocol::Https => false,
        }
    }
}

impl Authentication {
    /// Whether the client has shown a certificate.
    pub fn has_certificate(self) -> bool {
        match self {
            Authentication::X509 | Authentication::CustomX509 => true,
            Authentication::CognitoAuthenticated
            | Authentication::CognitoUnauthenticated
            | Authentication::SigV4
            | Authentication::Custom => false,
        }
    }

    /// Whether the principal can be attached to a thing. A plain custom authorizer's can't: AWS is
    /// silent, and §9 assumes so.
    pub fn can_be_thing(self) -> bool {
        match self {
            Authentication::X509
            | Authentication::CustomX509
            | Authentication::CognitoAuthenticated => true,
            Authentication::CognitoUnauthenticated
            | Authentication::SigV4
            | Authentication::Custom => false,
        }
    }
}
