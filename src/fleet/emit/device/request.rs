//! How a device makes its key and asks for its certificate, for each place where keys are kept.
//!
//! Commands: `openssl req` (<https://docs.openssl.org/3.0/man1/openssl-req/>), the provider of
//! tpm2-openssl (<https://github.com/tpm2-software/tpm2-openssl>, `docs/`), that of PKCS#11
//! (<https://github.com/latchset/pkcs11-provider>) and `pkcs11-tool` of OpenSC, read 2026-11-24.

use serde::Serialize;

use super::is_from_request;
use crate::fleet::emit::rendering::Template;
use crate::fleet::plan::{Registration, Way};
use crate::fleet::spec::Keys;

#[derive(Serialize)]
struct Words {
    /// The subject as words of a shell.
    subject: String,
    /// What the arguments are, in capitals.
    values: Vec<String>,
}

/// Whether the device makes a request.
pub(super) fn is_needed(registration: &Registration) -> bool {
    is_from_request(registration)
}

/// Whether there is a script for PKCS#11, and not only one for files.
pub(super) fn has_pkcs11(registration: &Registration) -> bool {
    is_needed(registration) && registration.keys != Keys::Device
}

/// The scripts: names and texts.
pub(super) fn scripts(
    registration: &Registration,
) -> Result<Vec<(String, String)>, minijinja::Error> {
    if !is_needed(registration) {
        return Ok(Vec::new());
    }
    let kinds: &[(&str, Template)] = match registration.keys {
        Keys::Device => &[("csr", Template::Request)],
        // The second for clients that know PKCS#11 only.
        Keys::Tpm => &[
            ("csr-tpm", Template::TpmRequest),
            ("csr-pkcs11", Template::Pkcs11Request),
        ],
        Keys::SecureElement => &[("csr-pkcs11", Template::Pkcs11Request)],
    };
    let words = words(registration);
    let scripts = kinds.iter().map(|(kind, template)| {
        let name = format!("{}-{kind}.sh", registration.name);
        Ok((name, template.render(&words)?))
    });
    scripts.collect()
}

fn words(registration: &Registration) -> Words {
    let jitp = match &registration.way {
        Way::Jitp(jitp) => jitp,
        // AWS IoT makes the certificate, and registers by what the device sends.
        Way::Claim(_) | Way::TrustedUser(_) => {
            return Words {
                subject: "'/CN=device'".to_owned(),
                values: Vec::new(),
            };
        }
    };
    let mut values: Vec<String> = Vec::new();
    let (mut subject, mut plain) = (String::new(), String::new());
    for (field, text) in &jitp.subject {
        plain.push_str(&format!("/{field}="));
        let mut rest = text.as_str();
        while let Some((before, hole, after)) = next_hole(rest) {
            plain.push_str(&escaped(before));
            let place = values.iter().position(|it| it == hole).unwrap_or_else(|| {
                values.push(hole.to_owned());
                values.len() - 1
            });
            subject.push_str(&quoted(&plain));
            plain.clear();
            subject.push_str(&format!("\"${{{}}}\"", place + 1));
            rest = after;
        }
        plain.push_str(&escaped(rest));
    }
    subject.push_str(&quoted(&plain));
    Words {
        subject,
        values: values.iter().map(|it| it.to_uppercase()).collect(),
    }
}

/// The text before the first hole, its name, and the text behind it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, behind) = text.split_once('{')?;
    let (hole, after) = behind.split_once('}')?;
    Some((before, hole, after))
}

/// A text of a subject: OpenSSL splits at `/` and `+`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '/' | '+' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A part of a word of a shell, in quotes whatever it is.
fn quoted(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_nothing_to_openssl_nor_the_shell() {
        assert_eq!(escaped("A/B + it's"), r"A\/B \+ it's");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(next_hole("a{b}c"), Some(("a", "b", "c")));
        assert_eq!(next_hole("a"), None);
    }
}
