//! From a node to the conditions of a statement.

use super::{PolicyReader, is_open};
use crate::artifact::problem::Problem;
use crate::document::spelling::closest;
use crate::document::{Kind, Node};
use crate::facts;
use crate::model::{Condition, Key, Operator, Pattern};
use crate::source::{Spanned, Text, TextBuilder};

impl PolicyReader<'_> {
    /// `None` when the condition can't be read: the statement then can't be either.
    pub(super) fn conditions(&mut self, node: Node<'_>) -> Option<Vec<Condition>> {
        let Some(condition) = node.get("Condition") else {
            return Some(Vec::new());
        };
        if condition.kind() != Kind::Mapping || condition.call().is_some() {
            if is_open(condition) {
                self.reader.unresolved(condition.span());
            } else {
                let expected = "an object of operators";
                let wrong = Problem::WrongKind {
                    element: "Condition",
                    expected,
                };
                self.problem(wrong, condition.span());
            }
            return None;
        }
        let mut conditions = Vec::new();
        for (name, keys) in condition.entries() {
            let written = name.visible_str().unwrap_or("");
            if !self.counts(written, name.span()) {
                return None;
            }
            let operator = Operator::parse(written).ok_or_else(|| Box::from(written));
            if operator.is_err() {
                let names = facts::operators().iter().map(|operator| operator.name);
                let nearest = closest(written, names);
                let unknown = Problem::UnknownOperator {
                    name: written.into(),
                    nearest,
                };
                self.problem(unknown, name.span());
            }
            if keys.kind() != Kind::Mapping {
                let expected = "an object of keys";
                self.problem(
                    Problem::WrongKind {
                        element: "Condition",
                        expected,
                    },
                    keys.span(),
                );
                return None;
            }
            for (key, values) in keys.entries() {
                let operator = Spanned::new(operator.clone(), name.span());
                conditions.push(self.condition(operator, key, values)?);
            }
        }
        Some(conditions)
    }

    /// `None` when it is over a limit.
    fn condition(
        &mut self,
        operator: Spanned<Result<Operator, Box<str>>>,
        key: Node<'_>,
        values: Node<'_>,
    ) -> Option<Condition> {
        let key_name: Box<str> = key.visible_str().unwrap_or("").into();
        if !self.counts(&key_name, key.span()) {
            return None;
        }
        let list: Vec<Node<'_>> = match values.kind() {
            Kind::Sequence => values.items().collect(),
            _ => vec![values],
        };
        let mut patterns = Vec::new();
        for value in list {
            match self.condition_value(value) {
                Some(text) => {
                    if !self.counts(text.as_str(), value.span()) {
                        return None;
                    }
                    patterns.push(Spanned::new(
                        Pattern::parse(&text, self.dialect),
                        value.span(),
                    ));
                }
                None => self.wrong_kind(value, "Condition"),
            }
        }
        Some(Condition {
            operator,
            key: Spanned::new(Key::parse(&key_name), key.span()),
            key_name,
            values: patterns,
        })
    }

    /// A string; a boolean or number counts as its text.
    fn condition_value(&self, value: Node<'_>) -> Option<Text> {
        let written = match value.kind() {
            Kind::Bool => if value.as_bool()? { "true" } else { "false" }.to_owned(),
            Kind::Number => value.number()?.to_owned(),
            _ => return self.text(value).map(|(text, _)| text),
        };
        let mut builder = TextBuilder::new(value.span(), 0);
        builder.written(value.span(), &written);
        Some(builder.finish())
    }
}
