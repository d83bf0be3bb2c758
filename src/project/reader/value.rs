//! What expressions come to, and what references lead to.

use serde_json::Value;

use super::super::kind::{Kind, Language};
use super::super::{Setting, arn_of, given_id};
use super::{MAX_NAME_LINKS, Reader, find};
use crate::artifact::StackResource;
use crate::model::{Expression, ExpressionKind, Reference, Scope};
use crate::source::{Text, TextBuilder};

impl<'r> Reader<'r> {
    /// A document, as an object or as JSON in a string.
    pub(in crate::project) fn document(&self, written: &Expression) -> Setting {
        let written = written.evaluate(self);
        if let ExpressionKind::Text(text) = &written.kind
            && !text.as_str().is_empty()
            && !text.holes().is_empty()
        {
            return self.linked(text).map_or(Setting::Open, Setting::Value);
        }
        match self.plain(&written) {
            Setting::Value(Value::String(text)) => match serde_json::from_str(&text) {
                Ok(document) => Setting::Value(document),
                Err(_) => Setting::Open,
            },
            // As inside of a document.
            Setting::Link { kind, name } => Setting::Value(arn_of(&kind, &name)),
            other => other,
        }
    }

    /// JSON whose holes are ARNs of resources of the same stack.
    fn linked(&self, text: &Text) -> Option<Value> {
        let mut filled = String::new();
        let mut at = 0;
        for hole in text.holes() {
            let offset = hole.offset as usize;
            filled.push_str(text.as_str().get(at..offset)?);
            at = offset;
            match self.link(&Reference::of_hole(hole)) {
                Setting::Link { kind, name } => filled.push_str(&arn_of(&kind, &name).to_string()),
                Setting::Value(_) | Setting::Id { .. } | Setting::Part { .. } | Setting::Open => {
                    return None;
                }
            }
        }
        filled.push_str(text.as_str().get(at..)?);
        serde_json::from_str(&filled).ok()
    }

    pub(in crate::project) fn plain(&self, written: &Expression) -> Setting {
        let written = written.evaluate(self);
        if let ExpressionKind::Reference(reference) = &written.kind {
            return self.link(reference);
        }
        match self.value(&written) {
            Some(value) => Setting::Value(value),
            None => Setting::Open,
        }
    }

    /// The value, when all of it is known. Recursion is bounded by the depth of documents.
    pub(super) fn value(&self, written: &Expression) -> Option<Value> {
        let written = written.evaluate(self);
        Some(match &written.kind {
            ExpressionKind::Null => Value::Null,
            ExpressionKind::Bool(value) => (*value).into(),
            ExpressionKind::Number(number) => serde_json::from_str(number).ok()?,
            ExpressionKind::Text(text) => text.known()?.into(),
            ExpressionKind::List(items) => {
                let items = items.iter().map(|item| self.value(item));
                Value::Array(items.collect::<Option<_>>()?)
            }
            ExpressionKind::Map(entries) => {
                let entries = entries.iter();
                let entries =
                    entries.map(|(key, value)| Some((key.value.to_string(), self.value(value)?)));
                Value::Object(entries.collect::<Option<_>>()?)
            }
            ExpressionKind::Reference(reference) => match self.link(reference) {
                Setting::Link { kind, name } => arn_of(&kind, &name),
                Setting::Value(_) | Setting::Id { .. } | Setting::Part { .. } | Setting::Open => {
                    return None;
                }
            },
            ExpressionKind::Call { .. } => return None,
        })
    }

    /// What a reference leads to: the ARN of a resource, or another part; not its name, which is known.
    fn link(&self, reference: &Reference) -> Setting {
        let Some((resource, attribute)) = self.target(reference) else {
            return Setting::Open;
        };
        let kind = Kind::of(self.language, &resource.kind.value);
        let name = self.name(resource, &kind, MAX_NAME_LINKS);
        if kind.is_arn(&attribute) {
            return Setting::Link { kind, name };
        }
        let letters = attribute.chars().filter(char::is_ascii_alphanumeric);
        let part: String = letters.map(|it| it.to_ascii_lowercase()).collect();
        match kind.has_part(&part) {
            true => Setting::Part {
                kind,
                name,
                part: part.into(),
            },
            // A name or an id, by the kind of the resource.
            false => Setting::Open,
        }
    }

    /// The id that AWS gives to a resource. Its name counts as it is written: names that go round in a
    /// circle lead nowhere.
    fn id(&self, resource: &StackResource, kind: &Kind) -> Option<Expression> {
        let mut rows = kind.rows().iter();
        let row = rows.find(|row| row.setting == kind.name_setting())?;
        let written = find(resource, row.path(self.language))?;
        let mut builder = TextBuilder::new(written.span, 0);
        builder.written(written.span, &given_id(kind, written.as_str()?));
        Some(Expression {
            kind: ExpressionKind::Text(builder.finish()),
            span: written.span,
        })
    }

    /// The resource that a reference names, and the attribute.
    pub(super) fn target(&self, reference: &Reference) -> Option<(&'r StackResource, String)> {
        let written = reference.name()?;
        let split = match self.language {
            Language::CloudFormation => written.split_once('.').unwrap_or((&written, "")),
            Language::Terraform => written.rsplit_once('.')?,
        };
        let (resource, attribute) = split;
        let found = self.by_reference.get(resource)?;
        Some((found, attribute.to_owned()))
    }
}

impl Scope for Reader<'_> {
    /// The name of a resource, where a reference stands for it.
    fn resolve(&self, reference: &Reference) -> Option<Expression> {
        let (resource, attribute) = self.target(reference)?;
        let kind = Kind::of(self.language, &resource.kind.value);
        if matches!(kind, Kind::Api | Kind::Integration) && kind.is_id(self.language, &attribute) {
            return self.id(resource, &kind);
        }
        let is_name = match self.language {
            // Of other kinds `Ref` is an id, or not known to be the name.
            Language::CloudFormation => attribute.is_empty() && kind.is_named_by_ref(),
            Language::Terraform => attribute == "name",
        };
        let rows = kind.rows();
        let row = rows.iter().find(|row| row.setting == kind.name_setting())?;
        let written = find(resource, row.path(self.language)).filter(|_| is_name)?;
        // Itself a plain text, or open: names that go round in a circle lead nowhere.
        Some(written.clone())
    }

    fn find_in_map(&self, _: &str, _: &str, _: &str) -> Option<Expression> {
        None
    }
}
