//! From nodes to expressions.

use crate::document::{Kind, Node};
use crate::model::{Expression, ExpressionKind, Reference};
use crate::source::Spanned;

/// The value that a node writes. Recursion is bounded by the depth of documents.
pub fn expression(node: Node<'_>) -> Expression {
    let kind = match node.call() {
        Some((function, argument)) => call(function, argument),
        None => plain(node),
    };
    Expression {
        kind,
        span: node.span(),
    }
}

/// The values that a `Fn::If` chooses from, also those of an `If` inside; `None` for anything else.
/// `AWS::NoValue` is no value.
pub(super) fn branches(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    let ("Fn::If", argument) = node.call()? else {
        return None;
    };
    let mut values = Vec::new();
    for value in argument.items().skip(1) {
        match (branches(value), value.call()) {
            (Some(inner), _) => values.extend(inner),
            (None, Some(("Ref", name))) if name.as_str() == Some("AWS::NoValue") => {}
            (None, _) => values.push(value),
        }
    }
    Some(values)
}

/// Tells the name of each reference in a value. Recursion is bounded by the depth of documents.
pub(super) fn references(value: &Expression, tell: &mut impl FnMut(&str)) {
    match &value.kind {
        ExpressionKind::Null | ExpressionKind::Bool(_) | ExpressionKind::Number(_) => {}
        ExpressionKind::Text(text) => {
            for hole in text.holes() {
                if let Some(name) = &hole.reference {
                    tell(name);
                }
            }
        }
        ExpressionKind::List(items) => items.iter().for_each(|it| references(it, tell)),
        ExpressionKind::Map(entries) => {
            entries.iter().for_each(|(_, it)| references(it, tell));
        }
        ExpressionKind::Reference(reference) => {
            if let Some(name) = reference.name() {
                tell(&name);
            }
        }
        ExpressionKind::Call { argument, .. } => references(argument, tell),
    }
}

fn call(function: &str, argument: Node<'_>) -> ExpressionKind {
    let reference = match function {
        "Ref" => argument.as_str().map(|name| Reference::Name(name.into())),
        "Fn::GetAtt" => attribute(argument),
        _ => None,
    };
    match reference {
        Some(reference) => ExpressionKind::Reference(reference),
        None => ExpressionKind::Call {
            function: function.into(),
            argument: Box::new(expression(argument)),
        },
    }
}

/// `Resource.Attribute`, or a list of the two.
fn attribute(argument: Node<'_>) -> Option<Reference> {
    if let Some(written) = argument.as_str() {
        let (resource, attribute) = written.split_once('.')?;
        return Some(Reference::Attribute {
            resource: resource.into(),
            attribute: attribute.into(),
        });
    }
    let mut items = argument.items();
    let (resource, attribute) = (items.next()?.as_str()?, items.next()?.as_str()?);
    Some(Reference::Attribute {
        resource: resource.into(),
        attribute: attribute.into(),
    })
}

fn plain(node: Node<'_>) -> ExpressionKind {
    match node.kind() {
        Kind::Null => ExpressionKind::Null,
        Kind::Bool => ExpressionKind::Bool(node.as_bool().unwrap_or(false)),
        Kind::Number => ExpressionKind::Number(node.number().unwrap_or("").into()),
        Kind::String => match node.text() {
            Some(text) => ExpressionKind::Text(text),
            None => ExpressionKind::Null,
        },
        Kind::Sequence => ExpressionKind::List(node.items().map(expression).collect()),
        Kind::Mapping => ExpressionKind::Map(
            node.entries()
                .map(|(key, value)| {
                    let name = key.visible_str().unwrap_or("").into();
                    (Spanned::new(name, key.span()), expression(value))
                })
                .collect(),
        ),
        Kind::Hole => ExpressionKind::Reference(match node.hole() {
            Some(hole) => Reference::of_hole(hole),
            None => Reference::Opaque,
        }),
        // A tag with an argument is a call and was read as one.
        Kind::Call => ExpressionKind::Reference(Reference::Opaque),
    }
}
