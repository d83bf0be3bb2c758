//! Joins what documents declare into one graph: what a stack deploys, whichever language says it.
//!
//! Two stacks are compared by what AWS will have after them, not by their text: policies by the
//! engine, documents as values, references by what they lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::artifact::terraform::Module;
use crate::artifact::{StackOutput, StackResource};
use crate::model::{Expression, ExpressionKind, Reference, Scope};
use crate::source::{Spanned, Text, TextBuilder};

mod compare;
mod control;
mod kind;
mod order;

pub use compare::{Difference, compare};
pub use kind::Kind;

use kind::{Form, Language, Row};
use order::Order;

/// What a stack deploys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The resources, sorted by kind and name.
    pub resources: Vec<Resource>,
    /// What is told of them, by name: lower case, without `_`, so that the same name in the style of
    /// either language is one.
    pub outputs: BTreeMap<Box<str>, Setting>,
    /// Which resources come after which; `None` where no document says it.
    order: Option<Order>,
    /// Addresses that several resources have.
    repeated: BTreeSet<Box<str>>,
}

/// A resource as AWS will have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// What it is.
    pub kind: Kind,
    /// What AWS knows it by: its name, or the certificate of a CA.
    pub name: Box<str>,
    /// What is said of it, by name.
    pub settings: BTreeMap<Box<str>, Setting>,
}

/// A setting of a [`Resource`].
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// Text, a list or a document; lists whose order means nothing are sorted.
    Value(Value),
    /// The id that AWS gives another resource of the same stack.
    Id {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
    },
    /// Another resource of the same stack.
    Link {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
    },
    /// What another resource of the same stack will have, e.g. the certificate of a CA that is made.
    Part {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
        /// What of it, in lower case and without signs: the languages write names in different ways.
        part: Box<str>,
    },
    /// Something that the documents do not tell.
    Open,
}

/// What stands in a document for the ARN of a resource of the same stack.
pub fn arn_of(kind: &Kind, name: &str) -> Value {
    serde_json::json!({ "arn": [kind.to_string(), name] })
}

impl Project {
    /// What the resources and outputs of a CloudFormation template come to.
    pub fn of_stack(resources: &[StackResource], outputs: &[StackOutput]) -> Project {
        Project::of(resources, outputs, Language::CloudFormation)
    }

    /// What a Terraform module deploys, as it is called, and tells.
    pub fn of_module(module: &Module) -> Project {
        let outputs = module.outputs.iter().filter_map(|output| {
            Some(StackOutput {
                name: output.name.clone(),
                value: output.value.clone()?,
            })
        });
        let outputs: Vec<StackOutput> = outputs.collect();
        Project::of(&module.resources, &outputs, Language::Terraform)
    }

    fn of(resources: &[StackResource], outputs: &[StackOutput], language: Language) -> Project {
        let reader = Reader::new(resources, language);
        let whole = resources.iter().filter_map(|it| reader.resource(it));
        let outputs = outputs.iter();
        let outputs = outputs.map(|it| (output_name(&it.name.value), reader.output(&it.value)));
        let mut project = Project {
            resources: whole.collect(),
            outputs: outputs.collect(),
            order: Some(reader.order(resources)),
            repeated: reader.repeated.clone(),
        };
        for resource in resources {
            reader.add_role_policy(resource, &mut project);
        }
        project.sort();
        project
    }

    /// A project of these resources and outputs.
    pub fn new(
        resources: Vec<Resource>,
        outputs: impl IntoIterator<Item = (Box<str>, Setting)>,
    ) -> Project {
        let outputs = outputs.into_iter();
        let mut project = Project {
            resources,
            outputs: outputs
                .map(|(name, value)| (output_name(&name), value))
                .collect(),
            order: None,
            repeated: BTreeSet::new(),
        };
        project.sort();
        project
    }

    fn sort(&mut self) {
        let key = |it: &Resource| (it.kind.clone(), it.name.clone());
        self.resources.sort_by_key(key);
    }
}

/// A name of an output in the style of neither language.
fn output_name(name: &str) -> Box<str> {
    name.replace('_', "").to_ascii_lowercase().into()
}

/// The name of the setting that a policy of a role is.
pub fn role_policy(name: &str) -> Box<str> {
    format!("policy {name}").into()
}

/// For private use, and so in no id and no ARN.
const NO_CHARACTER: char = '\u{e000}';

/// What stands for the id that AWS gives to a resource.
pub fn given_id(kind: &Kind, name: &str) -> String {
    format!("{NO_CHARACTER}{kind} {name}{NO_CHARACTER}")
}

struct Reader<'r> {
    language: Language,
    /// The resources by their logical name, as references write it.
    by_reference: BTreeMap<String, &'r StackResource>,
    /// Logical names that several resources have.
    repeated: BTreeSet<Box<str>>,
}

/// How far a name is followed that is itself what another resource has: from the certificate that AWS IoT
/// knows to the one that a CA issued, and from there to the CA.
const MAX_NAME_LINKS: u8 = 2;

impl<'r> Reader<'r> {
    fn new(resources: &'r [StackResource], language: Language) -> Reader<'r> {
        let reference = |resource: &StackResource| match language {
            Language::CloudFormation => resource.name.value.to_string(),
            Language::Terraform => format!("{}.{}", resource.kind.value, resource.name.value),
        };
        let mut repeated = BTreeSet::new();
        let mut by_reference = BTreeMap::new();
        for resource in resources {
            let address = reference(resource);
            if by_reference.insert(address.clone(), resource).is_some() {
                repeated.insert(address.into());
            }
        }
        Reader {
            language,
            by_reference,
            repeated,
        }
    }

    /// `None` for what is a part of another resource.
    fn resource(&self, resource: &StackResource) -> Option<Resource> {
        if self.is_role_policy(resource) {
            return None;
        }
        let made = control::made(self, resource);
        Some(self.whole(made.as_ref().unwrap_or(resource)))
    }

    fn whole(&self, resource: &StackResource) -> Resource {
        let kind = Kind::of(self.language, &resource.kind.value);
        let rows: Vec<&Row> = kind.rows().iter().chain([&kind::TAGS]).collect();
        let mut settings: BTreeMap<Box<str>, Setting> = BTreeMap::new();
        for row in &rows {
            if let Some(written) = find(resource, row.path(self.language)) {
                settings.insert(row.setting.into(), self.setting(written, row));
            }
        }
        if kind == Kind::Role {
            self.inline_policies(resource, &mut settings);
        }
        for (property, value) in &resource.properties {
            let is_elsewhere = kind::is_about_deployment(self.language, &property.value)
                || (kind == Kind::Role && *property.value == *INLINE_POLICIES);
            if !is_elsewhere {
                let path = [&*property.value];
                self.unknown(&rows, &path, value, &mut settings);
            }
        }
        self.deployment(resource, &mut settings);
        let name = self.name(resource, &kind, MAX_NAME_LINKS);
        Resource {
            kind,
            name,
            settings,
        }
    }

    /// What is done with a resource, beside what it is.
    fn deployment(&self, resource: &StackResource, settings: &mut BTreeMap<Box<str>, Setting>) {
        for (attribute, value) in &resource.attributes {
            self.attribute(&attribute.value, value, settings);
        }
        let lifecycle = resource.property(kind::LIFECYCLE);
        let lifecycle = lifecycle.filter(|_| self.language == Language::Terraform);
        for (name, value) in lifecycle.and_then(entries).into_iter().flatten() {
            self.lifecycle(&name.value, value, settings);
        }
    }

    /// What CloudFormation does with a resource, beside what it is.
    fn attribute(
        &self,
        name: &str,
        value: &Expression,
        settings: &mut BTreeMap<Box<str>, Setting>,
    ) {
        let setting = match name {
            // Read as order.
            // Metadata is for tools, and nothing that AWS has.
            "DependsOn" | "Metadata" => return,
            "DeletionPolicy" => DELETION,
            "UpdateReplacePolicy" => REPLACEMENT,
            other => other,
        };
        let is_known = matches!(name, "DeletionPolicy" | "UpdateReplacePolicy");
        match self.plain(value) {
            Setting::Value(Value::String(word)) if is_known && word == "Retain" => {
                settings.insert(setting.into(), Setting::Value(KEPT.into()));
            }
            // What happens without a word.
            Setting::Value(Value::String(word)) if is_known && word == "Delete" => {}
            other => {
                settings.insert(setting.into(), other);
            }
        }
    }

    /// What Terraform does with a resource, beside what it is.
    fn lifecycle(
        &self,
        name: &str,
        value: &Expression,
        settings: &mut BTreeMap<Box<str>, Setting>,
    ) {
        match (name, self.plain(value)) {
            ("prevent_destroy", Setting::Value(Value::Bool(true))) => {
                for setting in [DELETION, REPLACEMENT] {
                    settings.insert(setting.into(), Setting::Value(KEPT.into()));
                }
            }
            ("prevent_destroy", Setting::Value(Value::Bool(false))) => {}
            (_, other) => {
                settings.insert(format!("{}.{name}", kind::LIFECYCLE).into(), other);
            }
        }
    }

    /// What an output tells.
    fn output(&self, written: &Expression) -> Setting {
        let written = written.evaluate(self);
        if let ExpressionKind::Reference(reference) = &written.kind
            && let Some((resource, attribute)) = self.target(reference)
        {
            let kind = Kind::of(self.language, &resource.kind.value);
            if kind.is_id(self.language, &attribute) {
                let name = self.name(resource, &kind, MAX_NAME_LINKS);
                return Setting::Id { kind, name };
            }
        }
        self.plain(&written)
    }

    /// Which resources come after which, by what they refer to.
    fn order(&self, resources: &[StackResource]) -> Order {
        let mut order = Order::default();
        for resource in resources {
            let Some(node) = self.node(resource) else {
                continue;
            };
            let address = match self.language {
                Language::CloudFormation => resource.name.value.to_string(),
                Language::Terraform => format!("{}.{}", resource.kind.value, resource.name.value),
            };
            let after = resource.after.iter();
            let after = after.filter(|it| self.by_reference.contains_key(&***it));
            order.add(&address, node, after.cloned());
        }
        order
    }

    /// The resource that a block is, or is a part of.
    fn node(&self, resource: &StackResource) -> Option<(Kind, Box<str>)> {
        if self.is_role_policy(resource) {
            let role = match self.language {
                Language::CloudFormation => resource.property("Roles")?.items().first()?,
                Language::Terraform => resource.property("role")?,
            };
            return match self.plain(role) {
                Setting::Value(Value::String(role)) => Some((Kind::Role, role.into())),
                _ => None,
            };
        }
        let kind = Kind::of(self.language, &resource.kind.value);
        let name = self.name(resource, &kind, MAX_NAME_LINKS);
        Some((kind, name))
    }

    /// What stands at no place that a row knows, also beside one inside of a mapping. Recursion ends with
    /// the rows.
    fn unknown(
        &self,
        rows: &[&Row],
        path: &[&str],
        value: &Expression,
        settings: &mut BTreeMap<Box<str>, Setting>,
    ) {
        let mut places = rows.iter().map(|row| row.path(self.language));
        if places.any(|place| place == path) {
            return;
        }
        let mut places = rows.iter().map(|row| row.path(self.language));
        if places.any(|place| place.starts_with(path))
            && let Some(entries) = entries(value)
        {
            for (name, value) in entries {
                let inner: Vec<&str> = path.iter().copied().chain([&*name.value]).collect();
                self.unknown(rows, &inner, value, settings);
            }
            return;
        }
        let path = path.join(".");
        if !self
            .value(value)
            .is_some_and(|it| kind::is_implied(&path, &it))
        {
            settings.insert(path.into(), self.plain(value));
        }
    }

    /// What AWS knows a resource by, or its logical name where that is open. It follows few links, so
    /// that resources which lead to each other end here.
    fn name(&self, resource: &StackResource, kind: &Kind, links: u8) -> Box<str> {
        let mut rows = kind.rows().iter();
        let row = rows.find(|row| row.setting == kind.name_setting());
        let written = row.and_then(|row| find(resource, row.path(self.language)));
        let written = written.map(|it| it.evaluate(self).kind);
        let target = match &written {
            Some(ExpressionKind::Text(text)) => match text.known() {
                Some(name) => return name.trim_end().into(),
                None => None,
            },
            Some(ExpressionKind::Reference(reference)) => self.target(reference),
            _ => None,
        };
        match (target, links.checked_sub(1)) {
            (Some((target, _)), Some(links)) => {
                self.name(target, &Kind::of(self.language, &target.kind.value), links)
            }
            _ => resource.name.value.clone(),
        }
    }

    fn is_role_policy(&self, resource: &StackResource) -> bool {
        Kind::of(self.language, &resource.kind.value) == Kind::RolePolicy
    }

    /// In CloudFormation the policies of a role stand in it.
    fn inline_policies(
        &self,
        resource: &StackResource,
        settings: &mut BTreeMap<Box<str>, Setting>,
    ) {
        let Some(policies) = resource.property(INLINE_POLICIES) else {
            return;
        };
        for policy in policies.items() {
            let name = entry(policy, "PolicyName").map(|it| self.plain(it));
            let document = entry(policy, "PolicyDocument").map(|it| self.document(it));
            let name = match name {
                Some(Setting::Value(Value::String(name))) => name,
                _ => "?".to_owned(),
            };
            settings.insert(role_policy(&name), document.unwrap_or(Setting::Open));
        }
    }

    /// Others stand beside it; in Terraform all do.
    fn add_role_policy(&self, resource: &StackResource, project: &mut Project) {
        if !self.is_role_policy(resource) {
            return;
        }
        let text = |written: Option<&Expression>| match written.map(|it| self.plain(it)) {
            Some(Setting::Value(Value::String(text))) => text,
            _ => "?".to_owned(),
        };
        let (name, role, document) = match self.language {
            Language::CloudFormation => (
                text(resource.property("PolicyName")),
                text(resource.property("RoleName")),
                resource.property("PolicyDocument"),
            ),
            Language::Terraform => (
                text(resource.property("name")),
                text(resource.property("role")),
                resource.property("policy"),
            ),
        };
        let document = document.map(|it| self.document(it));
        let document = document.unwrap_or(Setting::Open);
        let mut roles = project.resources.iter_mut();
        match roles.find(|it| it.kind == Kind::Role && *it.name == *role) {
            Some(found) => {
                found.settings.insert(role_policy(&name), document);
            }
            // A role that the stack does not make.
            None => project.resources.push(self.whole(resource)),
        }
    }

    fn setting(&self, written: &Expression, row: &Row) -> Setting {
        match row.form {
            Form::Plain => self.plain(written),
            Form::Lines => match self.plain(written) {
                Setting::Value(Value::String(text)) => Setting::Value(text.trim_end().into()),
                other => other,
            },
            Form::Set => match self.plain(written) {
                Setting::Value(Value::Array(mut items)) => {
                    items.sort_by_key(ToString::to_string);
                    Setting::Value(Value::Array(items))
                }
                other => other,
            },
            Form::Flag(yes) => match self.plain(written) {
                Setting::Value(Value::String(word)) => Setting::Value((word == yes).into()),
                other => other,
            },
            Form::Document => self.document(written),
            Form::Pairs(name) => match self.value(written) {
                Some(Value::Array(items)) => pairs(&items, name).unwrap_or(Setting::Open),
                Some(other) => Setting::Value(other),
                None => Setting::Open,
            },
        }
    }

    /// A document, as an object or as JSON in a string.
    fn document(&self, written: &Expression) -> Setting {
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

    fn plain(&self, written: &Expression) -> Setting {
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
    fn value(&self, written: &Expression) -> Option<Value> {
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
    fn target(&self, reference: &Reference) -> Option<(&'r StackResource, String)> {
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

/// A list of names and values as a mapping; `None` for another list, or one where names repeat.
fn pairs(items: &[Value], name: &str) -> Option<Setting> {
    let mut entries = serde_json::Map::new();
    for item in items {
        let item = item.as_object().filter(|it| it.len() == 2)?;
        let name = item.get(name)?.as_str()?;
        let value = item.get("Value")?;
        if entries.insert(name.to_owned(), value.clone()).is_some() {
            return None;
        }
    }
    Some(Setting::Value(Value::Object(entries)))
}

/// What happens to a resource when it is taken away.
pub const DELETION: &str = "deletion";
/// What happens to a resource when another takes its place.
pub const REPLACEMENT: &str = "replacement";
/// It stays, or Terraform refuses.
pub const KEPT: &str = "kept";

/// The property of a role that its policies stand in.
const INLINE_POLICIES: &str = "Policies";

fn find<'e>(resource: &'e StackResource, path: &[&str]) -> Option<&'e Expression> {
    let (first, rest) = path.split_first()?;
    let property = resource.property(first)?;
    rest.iter()
        .try_fold(property, |value, key| entry(value, key))
}

fn entry<'e>(value: &'e Expression, key: &str) -> Option<&'e Expression> {
    let mut entries = entries(value)?.iter();
    let found = entries.find(|(name, _)| *name.value == *key);
    found.map(|(_, value)| value)
}

/// Names and values.
type Entries = [(Spanned<Box<str>>, Expression)];

/// The entries of a mapping, or of the only one of a list: `KeySchema` is a list of one.
fn entries(value: &Expression) -> Option<&Entries> {
    match &value.kind {
        ExpressionKind::Map(entries) => Some(entries),
        ExpressionKind::List(items) => match &**items {
            [
                Expression {
                    kind: ExpressionKind::Map(entries),
                    ..
                },
            ] => Some(entries),
            _ => None,
        },
        _ => None,
    }
}
