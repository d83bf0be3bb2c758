//! Writes JSON: functions in their long form, no comments.

use serde_json::{Map, Value as Json};

use super::{Content, SUBSTITUTE, Value, attribute, substitution};

/// JSON of two spaces, with a line break at the end.
pub fn json(value: &Value) -> String {
    format!("{:#}\n", to_json(value))
}

/// JSON without white space, e.g. for a size limit or for a string inside another document.
pub fn json_compact(value: &Value) -> String {
    to_json(value).to_string()
}

/// The tree as plain JSON, e.g. to compare what was written with what is read back.
///
/// Of a key that stands twice the last value is kept.
pub fn to_json(value: &Value) -> Json {
    match &value.content {
        Content::Null => Json::Null,
        Content::Bool(value) => Json::Bool(*value),
        Content::Integer(integer) => Json::from(*integer),
        Content::Tenths(tenths) => Json::from(*tenths as f64 / 10.0),
        Content::String(text) => Json::String(text.clone()),
        Content::Template(parts) => {
            let text = Json::String(substitution(parts));
            Json::Object(Map::from_iter([(SUBSTITUTE.to_owned(), text)]))
        }
        Content::Sequence(items) => items.iter().map(to_json).collect(),
        Content::Mapping(entries) => {
            let entries = entries.iter();
            Json::Object(
                entries
                    .map(|(key, value)| (key.clone(), to_json(value)))
                    .collect(),
            )
        }
        Content::Call { function, argument } => {
            let argument = match attribute(function, argument) {
                Some((resource, attribute)) => Json::from(vec![resource, attribute]),
                None => to_json(argument),
            };
            Json::Object(Map::from_iter([(function.clone(), argument)]))
        }
    }
}
