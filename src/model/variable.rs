//! Policy variables and condition keys: the same names, read the same way.

use std::fmt;

/// `${name}` or `${name, 'default'}` in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variable {
    /// What it stands for.
    pub key: Key,
    /// The name as written.
    pub name: Box<str>,
    /// What IAM puts in when the key has no value.
    pub default: Option<Box<str>>,
}

impl Variable {
    /// The variable that `content`, the text between `${` and `}`, writes.
    pub fn parse(content: &str) -> Variable {
        let (name, default) = match content.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim())),
            None => (content, None),
        };
        let unquoted = |text: &str| {
            let inner = text
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''));
            inner.unwrap_or(text).into()
        };
        Variable {
            key: Key::parse(name),
            name: name.into(),
            default: default.map(unquoted),
        }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.default {
            Some(default) => write!(formatter, "${{{}, '{default}'}}", self.name),
            None => write!(formatter, "${{{}}}", self.name),
        }
    }
}

/// A name of the request context. Names compare without case, attribute names with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// `iot:ClientId`
    ClientId,
    /// `iot:Connection.Thing.ThingName`
    ThingName,
    /// `iot:Connection.Thing.ThingTypeName`
    ThingTypeName,
    /// `iot:Connection.Thing.Attributes[…]`
    ThingAttribute(Box<str>),
    /// `iot:Connection.Thing.IsAttached`
    IsAttached,
    /// `iot:CertificateId`
    CertificateId,
    /// `iot:Certificate.SerialNumber`
    CertificateSerialNumber,
    /// `iot:Certificate.AvailableKeys`
    CertificateAvailableKeys,
    /// `iot:Certificate.Subject.CommonName.1`, …
    Certificate(CertificateField),
    /// `iot:ConnectAttributes`
    ConnectAttributes,
    /// `iot:LastWillTopic`
    LastWillTopic,
    /// `iot:DomainName`
    DomainName,
    /// `iot:JobId`
    JobId,
    /// `iot:Topic`
    Topic,
    /// `aws:SourceIp`
    SourceIp,
    /// Any other name, as written.
    Other(Box<str>),
}

/// A name in the subject or issuer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CertificateField {
    /// Whose name.
    pub side: CertificateSide,
    /// The field, e.g. `CommonName` or `AlternativeName.DNSName`.
    pub field: Box<str>,
    /// Which of its values.
    pub occurrence: Occurrence,
}

/// Whose name in a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateSide {
    /// The holder.
    Subject,
    /// The certificate authority.
    Issuer,
}

/// Which value of a field that may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occurrence {
    /// No suffix: the first.
    First,
    /// `.1` is the second, and so on.
    At(u8),
    /// `.List`: all.
    List,
}

/// What the keys of the credential provider begin with. They are for the policies of its IAM roles
/// and have no value in a policy of AWS IoT.
const CREDENTIAL_PROVIDER: &str = "credentials-iot:";

/// In policies of IAM: the thing that a device names when it asks for credentials, if the thing has its
/// certificate.
pub const CREDENTIALS_THING_NAME: &str = "credentials-iot:ThingName";

/// Whether a name is a key of the credential provider.
pub fn is_of_credential_provider(name: &str) -> bool {
    strip_prefix(name, CREDENTIAL_PROVIDER).is_some()
}

/// The names without parameters.
const NAMES: [(&str, Key); 13] = [
    ("iot:ClientId", Key::ClientId),
    ("iot:Connection.Thing.ThingName", Key::ThingName),
    ("iot:Connection.Thing.ThingTypeName", Key::ThingTypeName),
    ("iot:Connection.Thing.IsAttached", Key::IsAttached),
    ("iot:CertificateId", Key::CertificateId),
    ("iot:Certificate.SerialNumber", Key::CertificateSerialNumber),
    (
        "iot:Certificate.AvailableKeys",
        Key::CertificateAvailableKeys,
    ),
    ("iot:ConnectAttributes", Key::ConnectAttributes),
    ("iot:LastWillTopic", Key::LastWillTopic),
    ("iot:DomainName", Key::DomainName),
    ("iot:JobId", Key::JobId),
    ("iot:Topic", Key::Topic),
    ("aws:SourceIp", Key::SourceIp),
];

const ATTRIBUTES: &str = "iot:Connection.Thing.Attributes[";
const CERTIFICATE: [(&str, CertificateSide); 2] = [
    ("iot:Certificate.Subject.", CertificateSide::Subject),
    ("iot:Certificate.Issuer.", CertificateSide::Issuer),
];

impl Key {
    /// The key of a name; every text is one, if only [`Key::Other`].
    pub fn parse(name: &str) -> Key {
        if let Some((_, key)) = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return key.clone();
        }
        if let Some(attribute) = strip_prefix(name, ATTRIBUTES).and_then(|r| r.strip_suffix(']')) {
            return Key::ThingAttribute(attribute.into());
        }
        for (prefix, side) in CERTIFICATE {
            if let Some(rest) = strip_prefix(name, prefix) {
                return Key::Certificate(CertificateField::parse(side, rest));
            }
        }
        Key::Other(name.into())
    }

    /// The name as AWS writes it.
    pub fn name(&self) -> String {
        match self {
            Key::ThingAttribute(attribute) => format!("{ATTRIBUTES}{attribute}]"),
            Key::Certificate(field) => field.name(),
            Key::Other(name) => name.to_string(),
            Key::ClientId
            | Key::ThingName
            | Key::ThingTypeName
            | Key::IsAttached
            | Key::CertificateId
            | Key::CertificateSerialNumber
            | Key::CertificateAvailableKeys
            | Key::ConnectAttributes
            | Key::LastWillTopic
            | Key::DomainName
            | Key::JobId
            | Key::Topic
            | Key::SourceIp => NAMES
                .iter()
                .find(|(_, key)| key == self)
                .map_or_else(String::new, |(name, _)| (*name).to_owned()),
        }
    }
}

impl CertificateField {
    fn name(&self) -> String {
        let prefix = CERTIFICATE.iter().find(|(_, side)| *side == self.side);
        let prefix = prefix.map_or("", |(prefix, _)| *prefix);
        match self.occurrence {
            Occurrence::First => format!("{prefix}{}", self.field),
            Occurrence::At(index) => format!("{prefix}{}.{index}", self.field),
            Occurrence::List => format!("{prefix}{}.List", self.field),
        }
    }

    fn parse(side: CertificateSide, rest: &str) -> CertificateField {
        let (field, occurrence) = match rest.rsplit_once('.') {
            Some((field, suffix)) if suffix.eq_ignore_ascii_case("List") => {
                (field, Occurrence::List)
            }
            Some((field, suffix)) => match suffix.parse() {
                Ok(index) => (field, Occurrence::At(index)),
                Err(_) => (rest, Occurrence::First),
            },
            None => (rest, Occurrence::First),
        };
        CertificateField {
            side,
            field: field.into(),
            occurrence,
        }
    }
}

fn strip_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let head = name.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| name.get(prefix.len()..))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_without_case_and_attributes_with() {
        assert_eq!(Key::parse("IOT:clientid"), Key::ClientId);
        assert_eq!(
            Key::parse("iot:connection.thing.attributes[Site]"),
            Key::ThingAttribute("Site".into())
        );
        assert_eq!(
            Key::parse("iot:Thing.ThingName"),
            Key::Other("iot:Thing.ThingName".into())
        );
    }

    #[test]
    fn certificate_fields_have_occurrences() {
        let field = |name| match Key::parse(name) {
            Key::Certificate(field) => (field.field.into_string(), field.occurrence),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            field("iot:Certificate.Subject.CommonName.1"),
            ("CommonName".into(), Occurrence::At(1))
        );
        assert_eq!(
            field("iot:Certificate.Subject.AlternativeName.DNSName"),
            ("AlternativeName.DNSName".into(), Occurrence::First)
        );
        assert_eq!(
            field("iot:Certificate.Issuer.Organization.List"),
            ("Organization".into(), Occurrence::List)
        );
    }

    #[test]
    fn names_are_written_as_they_are_read() {
        for name in [
            "iot:Connection.Thing.ThingName",
            "iot:Connection.Thing.Attributes[Site]",
            "iot:Certificate.Subject.CommonName",
            "iot:Certificate.Issuer.Organization.1",
            "aws:SourceIp",
        ] {
            assert_eq!(Key::parse(name).name(), name);
        }
    }

    #[test]
    fn defaults_are_unquoted() {
        let variable = Variable::parse("iot:ClientId, 'none'");
        assert_eq!(variable.default.as_deref(), Some("none"));
        assert_eq!(variable.to_string(), "${iot:ClientId, 'none'}");
    }
}
