//! Policy variables: names, where they have a value, and what the value may hold.

use super::action::Protocol;
use super::name::Characters;
use super::provenance::Provenance;
use super::{compare_names, find, table};

/// How the caller proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// An X.509 client certificate.
    X509,
    /// A Cognito identity of a signed-in user.
    CognitoAuthenticated,
    /// A Cognito identity of a guest.
    CognitoUnauthenticated,
    /// A custom authorizer.
    Custom,
    /// IAM credentials (Signature Version 4).
    SigV4,
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameForm {
    /// As it stands, e.g. `iot:ClientId`.
    Plain,
    /// With an attribute in brackets, e.g. `iot:Connection.Thing.Attributes[site]`.
    Attribute,
    /// Alone, with an index or with `List`, e.g. `iot:Certificate.Subject.CommonName.1`.
    Indexed,
    /// Followed by a name of the user's choice, e.g. `aws:RequestTag/team`.
    Prefixed,
}

/// What must hold before a variable has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Nothing beyond the protocol and the authentication.
    Nothing,
    /// The principal is attached to the thing, and the client id is the thing's name or the
    /// attachment is exclusive.
    AttachedThing,
    /// The client id is the name of a thing, attached or not.
    ThingNameClientId,
}

/// Where a variable may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Usage {
    /// In `Resource` and `NotResource`.
    Resource,
    /// In the values of `Condition`, and as a condition key.
    Condition,
}

/// What the value of a variable may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueRules {
    /// Any text within the bounds.
    Text {
        /// Allowed characters.
        characters: Characters,
        /// A character that may not come first.
        not_first: Option<char>,
        /// Least number of characters.
        min_chars: usize,
        /// Greatest number of characters. A limit in bytes of UTF-8 is given as the same number of
        /// characters, which is never too narrow.
        max_chars: usize,
    },
    /// One of these words.
    Words(&'static [&'static str]),
}

impl ValueRules {
    /// Returns whether some value contains the character, e.g. `+` in a client id.
    pub fn may_contain(&self, character: char) -> bool {
        match self {
            Self::Text {
                characters,
                max_chars,
                ..
            } => *max_chars > 0 && characters.contains(character),
            Self::Words(words) => words.iter().any(|word| word.contains(character)),
        }
    }

    /// Returns whether the text can be a value.
    pub fn admits(&self, value: &str) -> bool {
        match self {
            Self::Text {
                characters,
                not_first,
                min_chars,
                max_chars,
            } => {
                let chars = value.chars().count();
                (*min_chars..=*max_chars).contains(&chars)
                    && value
                        .chars()
                        .all(|character| characters.contains(character))
                    && (not_first.is_none() || value.chars().next() != *not_first)
            }
            Self::Words(words) => words.contains(&value),
        }
    }
}

/// A policy variable, or a family of them.
///
/// Source: `facts/variables.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Name without brackets, index or `${}`, e.g. `iot:Connection.Thing.Attributes`.
    pub name: &'static str,
    /// How the name is written.
    pub form: NameForm,
    /// Protocols over which it has a value.
    pub protocols: &'static [Protocol],
    /// Authentications with which it has a value.
    pub authentications: &'static [Authentication],
    /// What must hold besides.
    pub need: Need,
    /// Whether it can have several values.
    pub multi_valued: bool,
    /// Greatest number of values that AWS keeps, where it says so.
    pub max_values: Option<usize>,
    /// What a value may be.
    pub value: ValueRules,
    /// Where it may stand.
    pub usable_in: &'static [Usage],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl Variable {
    /// Returns whether the variable may stand there.
    pub fn is_usable_in(&self, usage: Usage) -> bool {
        self.usable_in.contains(&usage)
    }
}

/// Which of a family's values is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector<'a> {
    /// The name alone; of several values the first.
    Whole,
    /// An attribute, e.g. `site` in `Attributes[site]`. Its case matters.
    Attribute(&'a str),
    /// An index from 1, where 1 is the *second* value.
    Index(u32),
    /// All values: `.List`.
    List,
    /// What follows the slash of a prefix, e.g. `team` in `aws:RequestTag/team`.
    Suffix(&'a str),
}

/// A variable as written, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableReference<'a> {
    /// The family.
    pub variable: &'static Variable,
    /// Which of its values.
    pub selector: Selector<'a>,
}

/// A name that is a variable of another kind of policy and has no value in a device's.
///
/// Source: `facts/variables.yaml`, `elsewhere`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MisplacedVariable {
    /// Its name, e.g. `credentials-iot:ThingName`; it ends in a slash where a name follows.
    pub name: &'static str,
    /// Where it does belong, or why it exists nowhere.
    pub why: &'static str,
    /// The variable that was probably meant.
    pub instead: Option<&'static str>,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Returns all variables and families, sorted by name without case.
pub fn variables() -> &'static [Variable] {
    table::variables::VARIABLES
}

/// Finds the family of a variable by the text between `${` and `}`, case ignored.
///
/// `iot:Connection.Thing.Attributes[site]`, `iot:Certificate.Subject.CommonName.1` and `….List` are
/// found; an index on a variable that has none is not.
pub fn variable(name: &str) -> Option<&'static Variable> {
    variable_reference(name).map(|reference| reference.variable)
}

/// Finds a variable and which of its values is meant.
pub fn variable_reference(name: &str) -> Option<VariableReference<'_>> {
    let (family, selector) = split_selector(name);
    let variable = find(variables(), family, |variable| variable.name)?;
    fits(variable.form, selector).then_some(VariableReference { variable, selector })
}

/// Returns the character that an escape stands for: `*`, `?` or `$`, written `${*}`.
pub fn escape(name: &str) -> Option<char> {
    let mut rows = table::variables::ESCAPES.iter();
    rows.find(|(escape, _)| *escape == name)
        .map(|(_, character)| *character)
}

/// Finds a name that is a variable only in other policies, case ignored.
pub fn misplaced_variable(name: &str) -> Option<&'static MisplacedVariable> {
    let family = name.split_once('/').map_or(name, |(family, _)| family);
    table::variables::ELSEWHERE
        .iter()
        .find(|row| match row.name.strip_suffix('/') {
            Some(prefix) => name.contains('/') && compare_names(prefix, family).is_eq(),
            None => compare_names(row.name, name).is_eq(),
        })
}

/// Whether a name is one that Amazon Cognito fills in, for policies of its roles and identities.
pub fn is_of_cognito(name: &str) -> bool {
    const PREFIX: &str = "cognito-identity.amazonaws.com:";
    name.get(..PREFIX.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(PREFIX))
}

/// Takes the brackets, the index or `List` off a name.
pub(super) fn split_selector(name: &str) -> (&str, Selector<'_>) {
    if let Some((family, attribute)) = name.strip_suffix(']').and_then(|rest| rest.split_once('['))
    {
        return (family, Selector::Attribute(attribute));
    }
    match name.rsplit_once('.') {
        Some((family, last)) if last.eq_ignore_ascii_case("list") => (family, Selector::List),
        Some((family, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            match last.parse() {
                Ok(index) => (family, Selector::Index(index)),
                Err(_) => (name, Selector::Whole),
            }
        }
        _ => (name, Selector::Whole),
    }
}

/// Returns whether a name of this form can be written with this selector.
pub(super) fn fits(form: NameForm, selector: Selector<'_>) -> bool {
    match form {
        NameForm::Plain => selector == Selector::Whole,
        NameForm::Attribute => matches!(selector, Selector::Attribute(name) if !name.is_empty()),
        NameForm::Indexed => match selector {
            Selector::Whole | Selector::List => true,
            Selector::Index(index) => index >= 1,
            Selector::Attribute(_) | Selector::Suffix(_) => false,
        },
        NameForm::Prefixed => matches!(selector, Selector::Suffix(name) if !name.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_and_selector(name: &str) -> Option<(&'static str, Selector<'_>)> {
        variable_reference(name).map(|found| (found.variable.name, found.selector))
    }

    #[test]
    fn every_variable_is_found_by_its_own_name() {
        for row in variables() {
            let name = match row.form {
                NameForm::Attribute => format!("{}[a]", row.name),
                NameForm::Plain | NameForm::Indexed | NameForm::Prefixed => row.name.to_owned(),
            };
            assert_eq!(variable(&name).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn case_of_the_name_does_not_matter() {
        assert_eq!(
            variable("IOT:clientid").map(|found| found.name),
            Some("iot:ClientId")
        );
        assert!(variable("iot:ClientIds").is_none());
    }

    #[test]
    fn attributes_resolve_to_their_family() {
        let name = "iot:Connection.Thing.Attributes";
        assert_eq!(
            name_and_selector("iot:connection.thing.attributes[Site]"),
            Some((name, Selector::Attribute("Site")))
        );
        assert_eq!(
            name_and_selector("iot:Connection.Thing.Attributes[a.1]"),
            Some((name, Selector::Attribute("a.1")))
        );
        assert_eq!(name_and_selector(name), None);
        assert_eq!(name_and_selector("iot:Connection.Thing.Attributes[]"), None);
    }

    #[test]
    fn certificate_fields_take_an_index_or_list() {
        let name = "iot:Certificate.Subject.CommonName";
        assert_eq!(name_and_selector(name), Some((name, Selector::Whole)));
        let second = "iot:Certificate.Subject.CommonName.2";
        assert_eq!(name_and_selector(second), Some((name, Selector::Index(2))));
        let list = "iot:Certificate.Subject.CommonName.List";
        assert_eq!(name_and_selector(list), Some((name, Selector::List)));
        assert!(variable("iot:Certificate.Subject.AlternativeName.DNSName.1").is_some());
        for wrong in [
            "iot:Certificate.Subject.CommonName.0",
            "iot:ClientId.1",
            "iot:ClientId.List",
        ] {
            assert_eq!(name_and_selector(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_values_may_hold() {
        let may = |name: &str, character| {
            variable(name)
                .expect("the variable is known")
                .value
                .may_contain(character)
        };
        for character in ['+', '#', '/', '*', '?'] {
            assert!(may("iot:ClientId", character), "{character}");
            assert!(
                !may("iot:Connection.Thing.ThingName", character),
                "{character}"
            );
        }
        assert!(may("iot:Connection.Thing.Attributes[a]", '#'));
        assert!(!may("iot:Connection.Thing.Attributes[a]", '+'));
        assert!(may("iot:Certificate.Subject.CommonName", '/'));
        assert!(!may("iot:Certificate.Subject.CommonName", '#'));
        assert!(!may("iot:Connection.Thing.IsAttached", '/'));
    }

    #[test]
    fn values_are_admitted_whole() {
        let admits = |name: &str, value: &str| {
            variable(name)
                .expect("the variable is known")
                .value
                .admits(value)
        };
        assert!(admits("iot:ClientId", "a$b") && !admits("iot:ClientId", "$ab"));
        assert!(!admits("iot:ClientId", ""));
        assert!(admits("iot:Connection.Thing.IsAttached", "true"));
        assert!(!admits("iot:Connection.Thing.IsAttached", "yes"));
        assert!(admits("iot:CertificateId", &"0a".repeat(32)));
        assert!(!admits("iot:CertificateId", &"0A".repeat(32)));
    }

    #[test]
    fn things_are_not_known_over_https() {
        let name = variable("iot:Connection.Thing.ThingName").expect("the variable is known");
        assert_eq!(name.need, Need::AttachedThing);
        assert!(!name.protocols.contains(&Protocol::Https));
        assert!(name.is_usable_in(Usage::Resource));
        let attached = variable("iot:Connection.Thing.IsAttached").expect("it is known");
        assert!(!attached.is_usable_in(Usage::Resource));
    }

    #[test]
    fn escapes_stand_for_one_character() {
        assert_eq!(
            (escape("*"), escape("?"), escape("$")),
            (Some('*'), Some('?'), Some('$'))
        );
        assert_eq!(escape("+"), None);
    }

    #[test]
    fn variables_of_other_policies_are_named() {
        let instead = |name| misplaced_variable(name).map(|found| found.instead);
        assert_eq!(
            instead("credentials-iot:ThingName"),
            Some(Some("iot:Connection.Thing.ThingName"))
        );
        assert!(instead("aws:PrincipalTag/team").is_some());
        assert_eq!(instead("aws:username"), Some(None));
        assert_eq!(instead("aws:PrincipalTag"), None);
        assert_eq!(instead("iot:ClientId"), None);
    }
}
