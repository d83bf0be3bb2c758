//! The certificate of the CA that signs devices.

use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate, X509Version};
use x509_parser::public_key::PublicKey;

use crate::facts::limit;
use crate::model::Date;

/// How a file that a spec names is read; paths are relative to the spec.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// There is no such file, or it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable>;
}

/// Why a file gives no bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No such file.
    #[error("there is no such file")]
    Missing,
    /// What the system says.
    #[error("it can't be read: {0}")]
    Refused(Box<str>),
}

/// A CA certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The certificate alone, as PEM with line feeds.
    pub pem: String,
    /// Its DER; what makes it this certificate and no other.
    pub der: Vec<u8>,
    /// The holder's name.
    pub subject: String,
    /// The first day.
    pub not_before: Date,
    /// The last day.
    pub not_after: Date,
    /// Whether it is signed by itself: a root.
    pub is_self_signed: bool,
}

/// Why a file holds no certificate of a signing CA.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAuthority {
    /// It gives no bytes.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// No `-----BEGIN …-----` block.
    #[error("it is no PEM file")]
    NoPem,
    /// A private key stands in it.
    #[error("it holds a private key")]
    PrivateKey,
    /// e.g. a `CERTIFICATE REQUEST`.
    #[error("it holds a `{0}`, not a certificate")]
    NoCertificate(Box<str>),
    /// A chain: which one signs, is not said.
    #[error("it holds {0} certificates")]
    Several(usize),
    /// The block is no X.509 certificate.
    #[error("what stands in it is no X.509 certificate")]
    Malformed,
    /// `basicConstraints` does not say CA.
    #[error("the certificate is not that of a CA")]
    NotCa,
    /// Before version 3 a certificate does not say what it is for.
    #[error("the certificate is of version {0} of X.509, and that of a CA is of version 3")]
    Version(u32),
    /// A key that AWS IoT does not take.
    #[error(
        "its key is {0}; AWS IoT takes RSA of {RSA_MIN_BITS} bits or more and the curves P-256, P-384 and P-521"
    )]
    Key(Box<str>),
    /// e.g. SHA-1
    #[error("it is signed by an algorithm that AWS IoT does not take ({0})")]
    Signature(Box<str>),
    /// `keyUsage` does not say that it signs certificates.
    #[error("the CA may not sign certificates")]
    MayNotSign,
}

/// The block of a PEM file that is a certificate.
const CERTIFICATE: &str = "CERTIFICATE";
/// Characters of a line of a PEM file.
const PEM_LINE: usize = 64;

impl Authority {
    /// Reads the file of a CA's certificate.
    ///
    /// # Errors
    /// Anything but one certificate of a CA that may sign certificates.
    pub fn read(files: &dyn Files, path: &str) -> Result<Authority, InvalidAuthority> {
        let bytes = files.read(path).map_err(InvalidAuthority::Unreadable)?;
        Authority::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Authority, InvalidAuthority> {
        let blocks: Vec<Pem> = Pem::iter_from_buffer(bytes)
            .collect::<Result<_, _>>()
            .map_err(|_| InvalidAuthority::NoPem)?;
        if blocks
            .iter()
            .any(|block| block.label.contains("PRIVATE KEY"))
        {
            return Err(InvalidAuthority::PrivateKey);
        }
        let block = match &*blocks {
            [] => return Err(InvalidAuthority::NoPem),
            [block] => block,
            several => return Err(InvalidAuthority::Several(several.len())),
        };
        if block.label != CERTIFICATE {
            return Err(InvalidAuthority::NoCertificate(block.label.as_str().into()));
        }
        let (rest, certificate) =
            X509Certificate::from_der(&block.contents).map_err(|_| InvalidAuthority::Malformed)?;
        if !rest.is_empty() {
            return Err(InvalidAuthority::Malformed);
        }
        let version = certificate.version();
        if version != X509Version::V3 {
            return Err(InvalidAuthority::Version(version.0 + 1));
        }
        check_algorithms(&certificate)?;
        let constraints = certificate
            .basic_constraints()
            .map_err(|_| InvalidAuthority::Malformed)?;
        if !constraints.is_some_and(|extension| extension.value.ca) {
            return Err(InvalidAuthority::NotCa);
        }
        let usage = certificate
            .key_usage()
            .map_err(|_| InvalidAuthority::Malformed)?;
        if usage.is_some_and(|extension| !extension.value.key_cert_sign()) {
            return Err(InvalidAuthority::MayNotSign);
        }
        let validity = certificate.validity();
        Ok(Authority {
            pem: pem(&block.contents),
            der: block.contents.clone(),
            subject: certificate.subject().to_string(),
            not_before: Date::of_timestamp(validity.not_before.timestamp()),
            not_after: Date::of_timestamp(validity.not_after.timestamp()),
            is_self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        })
    }
}

/// The least bits of an RSA key.
const RSA_MIN_BITS: u64 = limit::CSR_RSA_MIN_BITS;
/// The curves of keys: NIST P-256, P-384 and P-521.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html>, read 2026-11-24.
const CURVES: [&str; 3] = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];
/// Algorithms of signatures: RSA with SHA-256, 384 and 512, RSASSA-PSS, ECDSA with the same three, DSA
/// with SHA-256. Source as above.
const SIGNATURES: [&str; 8] = [
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.113549.1.1.10",
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
    "2.16.840.1.101.3.4.3.2",
];

/// Whether AWS IoT takes the key, and the algorithm of the signature.
fn check_algorithms(certificate: &X509Certificate<'_>) -> Result<(), InvalidAuthority> {
    let signature = certificate.signature_algorithm.algorithm.to_id_string();
    if !SIGNATURES.contains(&&*signature) {
        return Err(InvalidAuthority::Signature(signature.into()));
    }
    let info = certificate.public_key();
    let key = info.parsed().map_err(|_| InvalidAuthority::Malformed)?;
    let fault = match key {
        PublicKey::RSA(key) if key.key_size() as u64 >= RSA_MIN_BITS => return Ok(()),
        PublicKey::RSA(key) => format!("RSA of {} bits", key.key_size()),
        PublicKey::EC(_) => {
            let curve = info.algorithm.parameters.as_ref();
            let curve = curve.and_then(|it| it.as_oid().ok());
            let curve = curve.map(|it| it.to_id_string()).unwrap_or_default();
            if CURVES.contains(&&*curve) {
                return Ok(());
            }
            format!("on the curve {curve}")
        }
        PublicKey::DSA(_)
        | PublicKey::GostR3410(_)
        | PublicKey::GostR3410_2012(_)
        | PublicKey::Unknown(_) => "of another kind".to_owned(),
    };
    Err(InvalidAuthority::Key(fault.into()))
}

/// The block written anew: text around it, and how its lines end, must not reach the output.
fn pem(der: &[u8]) -> String {
    let encoded = base64(der);
    let mut pem = format!("-----BEGIN {CERTIFICATE}-----\n");
    for (place, character) in encoded.chars().enumerate() {
        if place > 0 && place % PEM_LINE == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str(&format!("\n-----END {CERTIFICATE}-----\n"));
    pem
}

fn base64(bytes: &[u8]) -> String {
    let letter = |value: u32| match value & 63 {
        value @ 0..=25 => char::from(b'A' + value as u8),
        value @ 26..=51 => char::from(b'a' + (value as u8 - 26)),
        value @ 52..=61 => char::from(b'0' + (value as u8 - 52)),
        62 => '+',
        _ => '/',
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let value = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(letter(value >> (18 - 6 * place)));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        let encode = |text: &str| base64(text.as_bytes());
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(encode),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    #[test]
    fn what_is_no_authority() {
        let error = |text: &str| Authority::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error("hello"), InvalidAuthority::NoPem);
        let block = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        assert_eq!(error(&block("CERTIFICATE")), InvalidAuthority::Malformed);
        assert_eq!(
            error(&block("EC PRIVATE KEY")),
            InvalidAuthority::PrivateKey
        );
        assert_eq!(
            error(&block("CERTIFICATE REQUEST")),
            InvalidAuthority::NoCertificate("CERTIFICATE REQUEST".into())
        );
        let two = block("CERTIFICATE").repeat(2);
        assert_eq!(error(&two), InvalidAuthority::Several(2));
    }
}
