//! Condition operators and condition keys.

use super::action::Protocol;
use super::provenance::Provenance;
use super::variable::{NameForm, Selector, fits, split_selector};
use super::{find, table};

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatorFamily {
    /// Texts.
    String,
    /// Numbers.
    Numeric,
    /// Points in time.
    Date,
    /// `true` and `false`.
    Bool,
    /// Bytes in base64.
    Binary,
    /// IP addresses and ranges.
    Ip,
    /// ARNs, segment by segment.
    Arn,
    /// Presence of the key.
    Null,
}

/// A condition operator, without `ForAllValues:`, `ForAnyValue:` and `IfExists`.
///
/// Source: `facts/conditions.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// Its name, e.g. `StringNotEquals`.
    pub name: &'static str,
    /// What it compares.
    pub family: OperatorFamily,
    /// Whether it holds when no value matches, and so also when the key is absent.
    pub negated: bool,
    /// Whether `*` and `?` in the policy's value are wildcards.
    pub wildcards: bool,
    /// Whether the case of the value is ignored.
    pub ignores_case: bool,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// The type of a condition key's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// Text.
    String,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// An ARN.
    Arn,
    /// An IP address.
    Ip,
}

/// A condition key, or a family of them.
///
/// Source: `facts/conditions.yaml`, and the variables of `facts/variables.yaml` that are keys too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    /// Name without brackets or index, e.g. `iot:ConnectAttributes`; it ends in a slash where a name
    /// follows.
    pub name: &'static str,
    /// How the name is written.
    pub form: NameForm,
    /// Whether it can have a value in a device's request.
    pub device: bool,
    /// Type of its values.
    pub value_type: KeyType,
    /// Whether it can have several values. In an indexed family that holds only for `List`.
    pub multi_valued: bool,
    /// Actions that have the key; empty means any.
    pub actions: &'static [&'static str],
    /// Protocols over which it has a value; empty means those of the action.
    pub protocols: &'static [Protocol],
    /// The possible values, where AWS lists them all.
    pub words: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl ConditionKey {
    /// Returns whether requests for this action can have the key; case does not matter.
    pub fn is_available_to(&self, action: &str) -> bool {
        self.actions.is_empty()
            || self
                .actions
                .iter()
                .any(|name| name.eq_ignore_ascii_case(action))
    }
}

/// A condition key as written, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReference<'a> {
    /// The key or family.
    pub key: &'static ConditionKey,
    /// Which of its values.
    pub selector: Selector<'a>,
}

impl KeyReference<'_> {
    /// Returns whether the key, so written, can have several values, so that it needs
    /// `ForAllValues:` or `ForAnyValue:`.
    pub fn is_multi_valued(&self) -> bool {
        match self.key.form {
            NameForm::Indexed => self.key.multi_valued && self.selector == Selector::List,
            NameForm::Plain | NameForm::Attribute | NameForm::Prefixed => self.key.multi_valued,
        }
    }
}

/// Returns all operators, sorted by name without case.
pub fn operators() -> &'static [Operator] {
    table::conditions::OPERATORS
}

/// Finds an operator by its bare name. Case is ignored; compare with [`Operator::name`] to see
/// whether it was written as documented.
pub fn operator(name: &str) -> Option<&'static Operator> {
    find(operators(), name, |operator| operator.name)
}

/// Returns all condition keys, sorted by name without case.
pub fn condition_keys() -> &'static [ConditionKey] {
    table::conditions::KEYS
}

/// Finds a condition key or its family, case ignored.
pub fn condition_key(name: &str) -> Option<&'static ConditionKey> {
    condition_key_reference(name).map(|reference| reference.key)
}

/// Finds a condition key and which of its values is meant.
pub fn condition_key_reference(name: &str) -> Option<KeyReference<'_>> {
    let (family, selector) = split_selector(name);
    if let Some(key) = find(condition_keys(), family, |key| key.name)
        && fits(key.form, selector)
    {
        return Some(KeyReference { key, selector });
    }
    // Tag keys may hold brackets, dots and slashes, so they are looked at only now.
    let (prefix, suffix) = name.split_once('/')?;
    let key = condition_keys().iter().find(|key| {
        key.form == NameForm::Prefixed
            && key
                .name
                .strip_suffix('/')
                .is_some_and(|name| name.eq_ignore_ascii_case(prefix))
    })?;
    let selector = Selector::Suffix(suffix);
    fits(key.form, selector).then_some(KeyReference { key, selector })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_own_name() {
        for row in operators() {
            assert_eq!(operator(row.name).map(|found| found.name), Some(row.name));
        }
        for row in condition_keys() {
            let name = match row.form {
                NameForm::Attribute => format!("{}[a]", row.name),
                NameForm::Prefixed => format!("{}a", row.name),
                NameForm::Plain | NameForm::Indexed => row.name.to_owned(),
            };
            assert_eq!(condition_key(&name).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn operators_by_bare_name() {
        let found = operator("StringNotEquals").expect("the operator is known");
        assert!(found.negated && found.family == OperatorFamily::String);
        assert!(operator("ForAllValues:StringEquals").is_none());
        assert!(operator("StringEqualsIfExists").is_none());
        assert_eq!(
            operator("stringlike").map(|found| found.name),
            Some("StringLike")
        );
        assert!(operator("StringLike").is_some_and(|found| found.wildcards && !found.negated));
    }

    #[test]
    fn operators_with_not_in_the_name_are_the_negated_ones() {
        for row in operators() {
            assert_eq!(row.negated, row.name.contains("Not"), "{}", row.name);
        }
    }

    #[test]
    fn keys_of_connect() {
        let key = condition_key("iot:connectattributes").expect("the key is known");
        assert!(key.multi_valued && key.words == ["PersistentConnect", "LastWill"]);
        assert!(key.is_available_to("iot:connect") && !key.is_available_to("iot:Publish"));
    }

    #[test]
    fn variables_are_keys() {
        let key = condition_key("iot:Connection.Thing.Attributes[site]").expect("a key");
        assert!(key.is_available_to("iot:Publish"));
        assert!(condition_key("iot:Connection.Thing.Attributes").is_none());
        assert_eq!(
            condition_key("aws:SourceIp").map(|key| key.value_type),
            Some(KeyType::Ip)
        );
    }

    #[test]
    fn only_a_list_has_several_values() {
        let several = |name| condition_key_reference(name).map(|key| key.is_multi_valued());
        assert_eq!(several("iot:Certificate.Subject.Organization"), Some(false));
        assert_eq!(
            several("iot:Certificate.Subject.Organization.1"),
            Some(false)
        );
        assert_eq!(
            several("iot:Certificate.Subject.Organization.List"),
            Some(true)
        );
        assert_eq!(several("iot:ConnectAttributes"), Some(true));
        assert_eq!(several("iot:ConnectAttributes.List"), None);
    }

    #[test]
    fn tag_keys_follow_a_slash() {
        let key = condition_key_reference("aws:RequestTag/a.List").expect("the key is known");
        assert_eq!(
            (key.key.device, key.selector),
            (false, Selector::Suffix("a.List"))
        );
        assert!(condition_key("aws:RequestTag/").is_none());
        assert!(condition_key("aws:RequestTag").is_none());
    }
}
