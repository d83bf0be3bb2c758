//! From a policy to the document that writes it.

use super::size::size;
use crate::document::print::{Value, json_compact};
use crate::document::{Document, Syntax};
use crate::model::{Clause, Condition, Dialect, Effect, Pattern, Piece, Policy, Statement};
use crate::source::{Source, SourceId, Span, Spanned, Text};

/// The document of a policy: read again, it means the same.
///
/// # Errors
/// The place of a value that is left open: a policy document has no way to say so.
pub fn policy_value(policy: &Policy) -> Result<Value, Span> {
    let mut entries = Vec::new();
    if let Some(version) = &policy.version {
        entries.push(("Version", Value::from(&*version.value)));
    }
    let statements = policy.statements.iter();
    let statements: Result<Vec<Value>, Span> =
        statements.map(|it| statement(it, policy.dialect)).collect();
    entries.push(("Statement", Value::sequence(statements?)));
    Ok(Value::mapping(entries))
}

/// The characters of a policy that AWS counts, written as [`policy_value`] does; none of one that
/// can't be written. Takes time in proportion to the document, which is written and read.
pub fn policy_chars(policy: &Policy) -> usize {
    let Ok(value) = policy_value(policy) else {
        return 0;
    };
    let source = Source::new("", json_compact(&value));
    let text = Text::of_source(SourceId::new(0), &source);
    let document = Document::parse(&text, Syntax::Json);
    document.root().map_or(0, |root| size(root, &()).chars)
}

fn statement(statement: &Statement, dialect: Dialect) -> Result<Value, Span> {
    let mut entries = Vec::new();
    if let Some(sid) = &statement.sid {
        entries.push(("Sid", Value::from(&*sid.value)));
    }
    let effect = match statement.effect.value {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    entries.push(("Effect", Value::from(effect)));
    let key = match &statement.actions {
        Clause::Only(_) => "Action",
        Clause::AllBut(_) => "NotAction",
    };
    let actions = statement.actions.entries().iter();
    let actions = actions.map(|it| it.value.known().map(Value::from).ok_or(it.span));
    entries.push((key, one_or_list(actions.collect::<Result<_, _>>()?)));
    let key = match &statement.resources {
        Clause::Only(_) => "Resource",
        Clause::AllBut(_) => "NotResource",
    };
    let resources = statement.resources.entries().iter();
    let resources = resources.map(|it| Ok(Value::from(text(&it.pattern, dialect)?)));
    entries.push((key, one_or_list(resources.collect::<Result<_, _>>()?)));
    if !statement.conditions.is_empty() {
        entries.push(("Condition", conditions(&statement.conditions, dialect)?));
    }
    Ok(Value::mapping(entries))
}

fn one_or_list(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::sequence(values),
    }
}

/// `{"StringLike": {"iot:ClientId": ["a*", "b*"]}, …}`, in written order.
fn conditions(conditions: &[Condition], dialect: Dialect) -> Result<Value, Span> {
    let mut operators: Vec<(String, Vec<(String, Value)>)> = Vec::new();
    for condition in conditions {
        let operator = match &condition.operator.value {
            Ok(operator) => operator.name(),
            Err(written) => written.to_string(),
        };
        let values = condition.values.iter();
        let values = values.map(|it| Ok(Value::from(text(&it.value, dialect)?)));
        let values = one_or_list(values.collect::<Result<_, _>>()?);
        let entry = (condition.key_name.to_string(), values);
        match operators.iter_mut().find(|(known, _)| *known == operator) {
            Some((_, entries)) => entries.push(entry),
            None => operators.push((operator, vec![entry])),
        }
    }
    let operators = operators.into_iter();
    let operators = operators.map(|(operator, entries)| (operator, Value::mapping(entries)));
    Ok(Value::mapping(operators))
}

/// The characters of a pattern, with `*`, `?` and `$` escaped where they stand for themselves.
fn text(pattern: &Pattern, dialect: Dialect) -> Result<String, Span> {
    let mut text = String::new();
    for Spanned { value, span } in pattern.pieces() {
        match value {
            Piece::Literal(literal) => match dialect {
                Dialect::Variables => escape(literal, &mut text),
                Dialect::Plain => text.push_str(literal),
            },
            Piece::AnyChar => text.push('?'),
            Piece::AnyRun => text.push('*'),
            Piece::Variable(variable) => text.push_str(&variable.to_string()),
            Piece::Reference(_) => return Err(*span),
        }
    }
    Ok(text)
}

fn escape(literal: &str, text: &mut String) {
    let mut characters = literal.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' | '?' => text.extend(["${", character.encode_utf8(&mut [0; 4]), "}"]),
            '$' if characters.peek() == Some(&'{') => text.push_str("${$}"),
            _ => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::policy_at;

    fn read(text: &str) -> Policy {
        let source = Source::new("a", text);
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, Syntax::Json);
        policy_at(document.root().unwrap()).policy
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let head = r#"{"Version":"2012-10-17","Statement":["#;
        for statement in [
            r#"{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}"#,
            r#"{"Sid":"a","Effect":"Deny","NotAction":["iot:A","iot:B*"],"NotResource":["a","b?"]}"#,
            r#"{"Effect":"Allow","Action":"iot:Publish","Resource":"a${*}${?}$b${$}{c}/${iot:ClientId}"}"#,
            r#"{"Effect":"Allow","Action":"iot:Publish","Resource":"${iot:ClientId, 'x'}$${iot:ClientId}"}"#,
            concat!(
                r#"{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"#,
                r#""ForAnyValue:StringLikeIfExists":{"iot:ClientId":["a*","${*}"],"iot:Topic":"b"},"#,
                r#""Bool":{"iot:Connection.Thing.IsAttached":"true"}}}"#
            ),
        ] {
            let written = format!("{head}{statement}]}}");
            let value = policy_value(&read(&written)).unwrap();
            assert_eq!(json_compact(&value), written);
        }
        let old = r#"{"Statement":[{"Effect":"Allow","Action":"iot:A","Resource":"${a}*"}]}"#;
        assert_eq!(json_compact(&policy_value(&read(old)).unwrap()), old);
        assert_eq!(policy_chars(&read(old)), old.len());
    }
}
