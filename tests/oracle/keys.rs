//! Condition keys and variables: the same names, the same values.

use serde_json::Value;

use super::{Scope, texts};

/// What a key has in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The key is absent.
    Nothing,
    /// A key with one value.
    One(String),
    /// A key that is a list; without values it counts as absent.
    Many(Vec<String>),
}

impl Found {
    /// The values; none when the key is absent.
    pub(crate) fn values(self) -> Vec<String> {
        match self {
            Found::Nothing => Vec::new(),
            Found::One(value) => vec![value],
            Found::Many(values) => values,
        }
    }

    fn one(value: Option<String>) -> Found {
        value.map_or(Found::Nothing, Found::One)
    }
}

/// Sections 7 and 8: the value of a key; names in any case, attribute names exact (row 20).
pub(crate) fn lookup(name: &str, scope: &Scope<'_>) -> Found {
    let lower = name.to_ascii_lowercase();
    let text = |field: &str| scope.context[field].as_str().map(str::to_owned);
    let of_thing = |field: &str| Found::one(text(field).filter(|_| is_tied(scope)));
    let is_connect = scope.action().eq_ignore_ascii_case("iot:Connect");

    if let Some(attribute) = lower.strip_prefix("iot:connection.thing.attributes[") {
        let attribute = &name[name.len() - attribute.len()..];
        let value = attribute
            .strip_suffix(']')
            .and_then(|exact| scope.context["thing_attributes"][exact].as_str());
        return Found::one(value.map(str::to_owned).filter(|_| is_tied(scope)));
    }
    if let Some(field) = lower.strip_prefix("iot:certificate.") {
        return certificate_field(field, scope);
    }
    match lower.as_str() {
        "iot:clientid" => Found::one(text("client_id").filter(|_| is_mqtt(scope))),
        "iot:connection.thing.thingname" => of_thing("thing_name"),
        "iot:connection.thing.thingtypename" => of_thing("thing_type"),
        "iot:connection.thing.isattached" => {
            Found::one(knows_things(scope).then(|| is_tied(scope).to_string()))
        }
        "iot:certificateid" => {
            let id = scope.context["cert"]["id"].as_str().map(str::to_owned);
            Found::one(id.filter(|_| has_certificate(scope)))
        }
        "aws:sourceip" => Found::one(text("source_ip")),
        "iot:domainname" => Found::one(text("domain_name")),
        "iot:connectattributes" if is_connect => {
            Found::Many(texts(&scope.context["connect_attributes"]))
        }
        "iot:lastwilltopic" if is_connect => Found::one(last_will_topic(scope)),
        "iot:connectattributes" | "iot:lastwilltopic" => Found::Nothing,
        _ if lower.starts_with("credentials-iot:") => Found::Nothing,
        _ => extra(&lower, scope),
    }
}

/// Section 6.1: is this connection the thing's? Decides thing variables and thing-group policies.
pub(crate) fn is_tied(scope: &Scope<'_>) -> bool {
    let context = scope.context;
    let thing_name = context["thing_name"].as_str();
    let is_same_name = context["client_id"].as_str() == thing_name;
    knows_things(scope)
        && thing_name.is_some()
        && context["is_attached"] == true
        && (is_same_name || context["association"] == "exclusive")
}

/// Sections 3, 7 and 9: not over HTTPS, not for Greengrass, and only principals that a thing can
/// have; plain custom authentication and IAM callers are assumed to have none.
fn knows_things(scope: &Scope<'_>) -> bool {
    let is_greengrass = scope
        .action()
        .to_ascii_lowercase()
        .starts_with("greengrass:");
    let can_be_attached = ["x509", "custom_x509", "cognito_authenticated"].contains(&scope.auth());
    is_mqtt(scope) && !is_greengrass && can_be_attached
}

fn is_mqtt(scope: &Scope<'_>) -> bool {
    matches!(scope.context["protocol"].as_str(), Some("mqtt" | "mqtt_ws"))
}

/// Section 7: `<field>`, `<field>.1` to `<field>.4`, or `<field>.List`, all in lower case.
fn certificate_field(field: &str, scope: &Scope<'_>) -> Found {
    if let Some(field) = field.strip_suffix(".list") {
        let usable = certificate(scope, field)
            .into_iter()
            .filter_map(|v| substitutable(&v));
        return Found::Many(usable.collect());
    }
    if field == "availablekeys" {
        return Found::Many(certificate(scope, field));
    }
    let (field, index) = match field.rsplit_once('.') {
        Some((field, "1")) => (field, 1),
        Some((field, "2")) => (field, 2),
        Some((field, "3")) => (field, 3),
        Some((field, "4")) => (field, 4),
        _ => (field, 0),
    };
    let value = certificate(scope, field).into_iter().nth(index);
    Found::one(value.and_then(|value| substitutable(&value)))
}

fn has_certificate(scope: &Scope<'_>) -> bool {
    ["x509", "custom_x509"].contains(&scope.auth())
}

/// The values of `serialnumber`, `availablekeys`, `subject.<field>` or `issuer.<field>`; the
/// first five, as no more are kept (section 7).
fn certificate(scope: &Scope<'_>, field: &str) -> Vec<String> {
    if !has_certificate(scope) {
        return Vec::new();
    }
    let certificate = &scope.context["cert"];
    let (names, field) = match field.split_once('.') {
        Some((side @ ("subject" | "issuer"), field)) => (&certificate[side], field),
        _ if field == "serialnumber" => (certificate, "serial"),
        _ if field == "availablekeys" => (certificate, "available_keys"),
        _ => return Vec::new(),
    };
    let value = member(names, field);
    value
        .map_or(Vec::new(), texts)
        .into_iter()
        .take(5)
        .collect()
}

/// Section 7 and section 11, row 14: the value as it is inserted, if it is inserted at all.
fn substitutable(value: &str) -> Option<String> {
    if value.chars().count() > 1024 || value.contains(['*', '$', '+', '?', '#']) {
        return None;
    }
    let mut escaped = String::new();
    for character in value.chars() {
        if [',', '"', '\\', '=', '<', '>', ';'].contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Some(escaped)
}

/// Section 5: the will topic as an ARN, in the Region and account of the request.
fn last_will_topic(scope: &Scope<'_>) -> Option<String> {
    let topic = scope.context["last_will_topic"].as_str()?;
    let segments: Vec<&str> = scope.resource.splitn(6, ':').collect();
    let place = segments.get(..5).filter(|_| segments.len() == 6)?;
    Some(format!("{}:topic/{topic}", place.join(":")))
}

/// Section 8: keys that the request itself carries, e.g. `iot:JobId`.
fn extra(lower: &str, scope: &Scope<'_>) -> Found {
    match member(&scope.context["extra"], lower) {
        Some(list @ Value::Array(_)) => Found::Many(texts(list)),
        Some(value) => Found::one(texts(value).into_iter().next()),
        None => Found::Nothing,
    }
}

/// The member of an object whose name, in lower case, is this one.
fn member<'a>(object: &'a Value, lower: &str) -> Option<&'a Value> {
    let mut members = object.as_object()?.iter();
    members
        .find(|(name, _)| name.to_ascii_lowercase() == lower)
        .map(|(_, value)| value)
}
