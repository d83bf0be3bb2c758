//! How long a policy document is.

use super::{Size, expression};
use crate::document::{Kind, Node};
use crate::model::Scope;

/// The characters of the document as compact JSON, white space left out, also in strings: how AWS
/// counts it there is not documented, and this is the count that both readings allow.
pub(super) fn size(node: Node<'_>, scope: &dyn Scope) -> Size {
    let mut size = Size {
        chars: 0,
        is_exact: true,
    };
    add_size(node, scope, &mut size);
    size
}

fn add_size(node: Node<'_>, scope: &dyn Scope, size: &mut Size) {
    if node.call().is_some() || node.kind() == Kind::Hole {
        match expression(node).to_text(scope) {
            Some(text) => {
                size.chars += 2 + visible_chars(text.as_str());
                size.is_exact &= text.holes().is_empty();
            }
            None => size.is_exact = false,
        }
        return;
    }
    match node.kind() {
        Kind::Null => size.chars += "null".len(),
        Kind::Bool => size.chars += if node.as_bool() == Some(true) { 4 } else { 5 },
        Kind::Number => size.chars += node.number().unwrap_or("").len(),
        Kind::String => {
            size.chars += 2 + visible_chars(node.visible_str().unwrap_or(""));
            size.is_exact &= node.as_str().is_some();
        }
        Kind::Sequence => {
            size.chars += 2 + node.items().len().saturating_sub(1);
            node.items().for_each(|item| add_size(item, scope, size));
        }
        Kind::Mapping => {
            size.chars += 2 + node.entries().len().saturating_sub(1);
            for (key, value) in node.entries() {
                add_size(key, scope, size);
                size.chars += 1;
                add_size(value, scope, size);
            }
        }
        Kind::Call | Kind::Hole => {}
    }
}

/// Characters of a JSON string, escapes included, white space left out.
fn visible_chars(text: &str) -> usize {
    let width = |character: char| match character {
        _ if character.is_whitespace() => 0,
        '"' | '\\' => 2,
        _ => 1,
    };
    text.chars().map(width).sum()
}
