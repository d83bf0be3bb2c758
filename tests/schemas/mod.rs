//! Schemas of types, and values held against them.

#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Whether a type is one that we write or one that we read: an optional field is there in the first.
pub(crate) enum Direction {
    Written,
    Read,
}

pub(crate) fn schema<T: JsonSchema>(direction: Direction) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let settings = match direction {
        Direction::Written => settings.for_serialize(),
        Direction::Read => settings.for_deserialize(),
    };
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // Serialized, and not converted: that puts the keys into the order of a reader.
    serde_json::to_value(schema).expect("a schema is JSON")
}

#[track_caller]
pub(crate) fn fits(schema: &Value, value: &Value, name: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{name}");
}

/// The keys of a report: names with their parents, `[]` for the entries of a list.
pub(crate) fn collect_keys(value: &Value, at: &str, keys: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let dot = if at.is_empty() { "" } else { "." };
                let at = format!("{at}{dot}{key}");
                collect_keys(value, &at, keys);
                keys.push(at);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_keys(item, &format!("{at}[]"), keys);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
