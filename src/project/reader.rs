//! Reads what the resources of a stack come to, in either language.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::kind::{self, Form, Kind, Language, Row};
use super::order::Order;
use super::{DELETION, KEPT, Project, REPLACEMENT, Resource, Setting, control, role_policy};
use crate::artifact::StackResource;
use crate::model::{Expression, ExpressionKind};
use crate::source::Spanned;

mod value;

/// The property of a role that its policies stand in.
const INLINE_POLICIES: &str = "Policies";

pub(super) struct Reader<'r> {
    pub(super) language: Language,
    /// The resources by their logical name, as references write it.
    by_reference: BTreeMap<String, &'r StackResource>,
    /// Logical names that several resources have.
    pub(super) repeated: BTreeSet<Box<str>>,
}

/// How far a name is followed that is itself what another resource has: from the certificate that AWS IoT
/// knows to the one that a CA issued, and from there to the CA.
const MAX_NAME_LINKS: u8 = 2;

impl<'r> Reader<'r> {
    pub(super) fn new(resources: &'r [StackResource], language: Language) -> Reader<'r> {
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
    pub(super) fn resource(&self, resource: &StackResource) -> Option<Resource> {
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
    pub(super) fn output(&self, written: &Expression) -> Setting {
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
    pub(super) fn order(&self, resources: &[StackResource]) -> Order {
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
    pub(super) fn add_role_policy(&self, resource: &StackResource, project: &mut Project) {
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
