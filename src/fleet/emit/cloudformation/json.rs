//! A template in JSON, where no comment can tell checkov what is meant to be as it is.
//!
//! `Metadata` of a resource can: <https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html>,
//! read 2026-11-24.

use crate::document::print::{Content, Value};

/// What a comment for checkov begins with.
const SKIP: &str = "checkov:skip=";

/// The template with the skipped checks of each resource in its metadata.
pub fn stack_for_json(mut stack: Value) -> Value {
    if let Content::Mapping(sections) = &mut stack.content {
        for (name, section) in sections {
            if let ("Resources", Content::Mapping(resources)) = (&**name, &mut section.content) {
                resources
                    .iter_mut()
                    .for_each(|(_, resource)| told(resource));
            }
        }
    }
    stack
}

fn told(resource: &mut Value) {
    let Content::Mapping(entries) = &mut resource.content else {
        return;
    };
    let skipped: Vec<Value> = entries
        .iter()
        .filter_map(|(_, value)| value.comment.as_deref())
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix(SKIP)?.split_once(':'))
        .map(|(check, reason)| Value::mapping([("id", check), ("comment", reason)]))
        .collect();
    if skipped.is_empty() {
        return;
    }
    let checkov = Value::mapping([("skip", Value::sequence(skipped))]);
    let metadata = Value::mapping([("checkov", checkov)]);
    let place = entries.iter().position(|(key, _)| key == "Properties");
    let place = place.unwrap_or(entries.len());
    entries.insert(place, ("Metadata".to_owned(), metadata));
}
