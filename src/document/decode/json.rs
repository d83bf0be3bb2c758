//! The view of a tree that JSON Schema has: plain JSON, and pointers into it.

use serde_json::{Map, Value};

use super::super::{Entry, Kind, MAX_DEPTH, Node, NodeKind};

/// The JSON that a tree stands for, e.g. for a schema.
///
/// A tag is its long form (`{"Fn::Sub": …}`), a hole is null, a string with holes is what can be
/// seen of it, a number that JSON does not know (`012`) is a string. Of duplicate keys the last
/// one counts; an own entry goes before a merged one. What lies deeper than [`MAX_DEPTH`], which
/// only aliases reach, is null.
pub fn to_json(node: Node<'_>) -> Value {
    json_at(node, 0)
}

fn json_at(node: Node<'_>, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    match &node.data.kind {
        NodeKind::Null | NodeKind::Hole(_) => Value::Null,
        NodeKind::Bool(value) => Value::Bool(*value),
        NodeKind::Number => {
            let text = node.written();
            match serde_json::from_str(text) {
                Ok(number) => Value::Number(number),
                Err(_) => Value::String(text.to_owned()),
            }
        }
        NodeKind::String(scalar) => Value::String(node.characters(scalar).to_owned()),
        NodeKind::Template(text) => Value::String(text.as_str().to_owned()),
        NodeKind::Sequence(_) => node.items().map(|item| json_at(item, depth + 1)).collect(),
        NodeKind::Mapping(entries) => Value::Object(object(node, entries, depth)),
        NodeKind::Call { function, argument } => {
            let argument = json_at(node.tree.node(*argument), depth + 1);
            Value::Object(Map::from_iter([(function.to_string(), argument)]))
        }
    }
}

fn object(node: Node<'_>, entries: &[Entry], depth: usize) -> Map<String, Value> {
    let mut object = Map::new();
    for entry in entries {
        let key = node.tree.node(entry.key);
        let key = key.visible_str().unwrap_or_else(|| key.written());
        if entry.merged && object.contains_key(key) {
            continue;
        }
        let value = json_at(node.tree.node(entry.value), depth + 1);
        object.insert(key.to_owned(), value);
    }
    object
}

/// The node that a JSON pointer (RFC 6901) into [`to_json`] of `root` names.
pub fn resolve_pointer<'t>(root: Node<'t>, pointer: &str) -> Option<Node<'t>> {
    if pointer.is_empty() {
        return Some(root);
    }
    let mut node = root;
    for token in pointer.strip_prefix('/')?.split('/') {
        // In this order: `~01` is `~1`, not `/`.
        let token = token.replace("~1", "/").replace("~0", "~");
        node = match node.kind() {
            Kind::Mapping => node.get(&token)?,
            Kind::Sequence => node.items().nth(index(&token)?)?,
            Kind::Call => {
                let (function, argument) = node.call()?;
                (function == token).then_some(argument)?
            }
            Kind::Null | Kind::Bool | Kind::Number | Kind::String | Kind::Hole => return None,
        };
    }
    Some(node)
}

/// An index as RFC 6901 writes it: digits, no leading zero.
fn index(token: &str) -> Option<usize> {
    let is_index = token == "0"
        || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    is_index.then(|| token.parse().ok()).flatten()
}
