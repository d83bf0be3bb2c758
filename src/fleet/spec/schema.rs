//! The JSON Schema of the spec, derived from its types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};
use std::borrow::Cow;

use super::{AccountSpec, FleetSpec};
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// A value with its place has the schema of the value.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<K, V: JsonSchema> JsonSchema for Ordered<K, V> {
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", V::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<V>();
        schemars::json_schema!({ "type": "object", "additionalProperties": value })
    }
}

/// The schema of the spec.
///
/// An environment may hold the keys of the spec. It has them in a form that asks for nothing,
/// because an overlay changes as little as one value.
pub fn schema() -> Value {
    schema_of::<FleetSpec>()
}

/// The schema of an account spec, in which environments may hold its keys likewise.
pub fn account_schema() -> Value {
    schema_of::<AccountSpec>()
}

fn schema_of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    overlay_environments(&mut schema);
    schema
}

const DEFINITIONS: &str = "$defs";
const PARTIAL: &str = "Partial";
/// Keys of the spec that make no sense in an environment.
const NOT_OVERLAID: &[&str] = &["version", "fleet", "account", "accounts", "environments"];

fn overlay_environments(schema: &mut Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let mut overlaid = properties.clone();
    overlaid.retain(|key, _| !NOT_OVERLAID.contains(&key.as_str()));
    for property in overlaid.values_mut() {
        make_partial(property);
    }
    let Some(definitions) = schema.get_mut(DEFINITIONS).and_then(Value::as_object_mut) else {
        return;
    };
    let partial: Map<String, Value> = definitions
        .iter()
        .filter(|(name, _)| *name != "Environment")
        .map(|(name, definition)| {
            let mut definition = definition.clone();
            make_partial(&mut definition);
            (format!("{PARTIAL}{name}"), definition)
        })
        .collect();
    definitions.extend(partial);
    let own = definitions
        .get_mut("Environment")
        .and_then(|environment| environment.get_mut("properties"))
        .and_then(Value::as_object_mut);
    if let Some(own) = own {
        own.extend(overlaid);
    }
}

/// Takes out what is asked for, and leads references to definitions of the same form.
fn make_partial(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.remove("required");
            object.remove("minProperties");
            object.remove("default");
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/$defs/{PARTIAL}{name}");
            }
            object.values_mut().for_each(make_partial);
        }
        Value::Array(items) => items.iter_mut().for_each(make_partial),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
