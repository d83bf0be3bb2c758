//! Templates of prose and scripts, and texts of a spec as data in the language of each.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

/// A file of `templates/` that is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// The page beside the stacks.
    Page,
    /// A spec to begin with.
    Spec,
    /// The page of the device kit.
    Device,
    /// A request for a certificate, of a key in a file.
    Request,
    /// The same, of a key in a TPM.
    TpmRequest,
    /// The same, of a key behind PKCS#11.
    Pkcs11Request,
    /// Registers a CA.
    Authority,
    /// Makes a claim certificate.
    Claim,
    /// Writes the list of devices.
    Devices,
    /// Takes old versions of policies and templates away.
    Versions,
    /// The page beside the settings of accounts.
    Account,
    /// Turns on the index of things.
    Indexing,
}

impl Template {
    const ALL: [Template; 12] = [
        Template::Page,
        Template::Spec,
        Template::Device,
        Template::Request,
        Template::TpmRequest,
        Template::Pkcs11Request,
        Template::Authority,
        Template::Claim,
        Template::Devices,
        Template::Versions,
        Template::Account,
        Template::Indexing,
    ];

    /// Its path, and what stands there.
    fn file(self) -> (&'static str, &'static str) {
        macro_rules! file {
            ($path:literal) => {
                ($path, include_str!(concat!("../../../templates/", $path)))
            };
        }
        match self {
            Template::Page => file!("README.md"),
            Template::Spec => file!("fleet.yaml"),
            Template::Device => file!("device/README.md"),
            Template::Request => file!("device/csr.sh"),
            Template::TpmRequest => file!("device/csr-tpm.sh"),
            Template::Pkcs11Request => file!("device/csr-pkcs11.sh"),
            Template::Authority => file!("scripts/authority.sh"),
            Template::Claim => file!("scripts/claim.sh"),
            Template::Devices => file!("scripts/devices.sh"),
            Template::Versions => file!("scripts/versions.sh"),
            Template::Account => file!("account.md"),
            Template::Indexing => file!("scripts/indexing.sh"),
        }
    }

    /// The template, filled in.
    ///
    /// # Errors
    /// It asks for something that the contents do not have: a defect of ours.
    pub(crate) fn render(self, contents: impl Serialize) -> Result<String, minijinja::Error> {
        // Read once: a large fleet has thousands of pages.
        static ENVIRONMENT: LazyLock<Result<Environment<'static>, minijinja::Error>> =
            LazyLock::new(environment);
        let (path, _) = self.file();
        match &*ENVIRONMENT {
            Ok(environment) => environment
                .get_template(path)?
                .render(Value::from(Serde(contents))),
            Err(error) => Err(minijinja::Error::new(error.kind(), error.to_string())),
        }
    }
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    // Delimiters that neither Markdown, CloudFormation nor a shell has.
    let syntax = SyntaxConfig::builder()
        .block_delimiters("<%", "%>")
        .variable_delimiters("«", "»")
        .comment_delimiters("<#", "#>")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for template in Template::ALL {
        let (path, text) = template.file();
        environment.add_template(path, text)?;
    }
    Ok(environment)
}

/// A text as one line of Markdown that means nothing but itself.
pub(super) fn prose(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars().filter(|it| !it.is_control()) {
        if "\\`*_[]<>|#!~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A text inside of backticks, in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    one_line(text).replace('`', "'").replace('|', "\\|")
}

/// A text as one word of a POSIX shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-./:=,@".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// A text in a diagram of Mermaid: all that could mean something is written by its number.
pub(super) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            ' ' | '-' | '.' | ',' | ':' | '?' | '=' | '/' | '_' | '\'' => escaped.push(character),
            _ if character.is_ascii_alphanumeric() => escaped.push(character),
            _ if character.is_control() => {}
            _ => escaped.push_str(&format!("#{};", u32::from(character))),
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_shell_is_itself() {
        assert_eq!(word("thermo-dev-line"), "thermo-dev-line");
        assert_eq!(word(""), "''");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("it's $x `y`"), "'it'\\''s $x `y`'");
        assert_eq!(word("a\nb"), "'a\nb'");
    }

    #[test]
    fn a_text_of_a_diagram_ends_no_statement() {
        assert_eq!(mermaid("a; b#c\nend: x"), "a#59; b#35;c end: x");
        assert_eq!(mermaid("«é%%»"), "#171;#233;#37;#37;#187;");
    }
}
