//! From a CloudFormation template to its policies and provisioning templates.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::detect::type_of;
use super::expression::{branches, references};
use super::policy;
use super::provisioning::{name_of, spanned};
use super::reader::Reader;
use super::{Artifact, Holder, StackOutput, StackResource, expression};
use crate::document::{Document, Kind, Node};
use crate::facts::{self, Content, Format};
use crate::model::{Expression, ExpressionKind, Reference, Scope, TemplateDialect};

/// All resources of a stack with all their properties, as they are written.
pub fn stack_resources(document: &Document) -> Vec<StackResource> {
    let resources = document.roots().filter_map(|root| root.get("Resources"));
    let named = resources.flat_map(Node::entries);
    let known = named.filter_map(|(name, value)| {
        type_of(value)?;
        let properties = value.get("Properties").into_iter();
        let properties = properties.flat_map(Node::entries);
        Some(resource(name, value, properties))
    });
    known.collect()
}

/// Reads the resources of AWS IoT in a stack into `artifact`.
pub(super) fn read(reader: &mut Reader, root: Node<'_>, artifact: &mut Artifact) {
    let scope = Stack {
        root,
        mappings: OnceCell::new(),
    };
    let Some(resources) = root.get("Resources") else {
        return;
    };
    for (name, value) in resources.entries() {
        let Some(kind) = type_of(value) else { continue };
        let Some(properties) = value.get("Properties") else {
            continue;
        };
        for carrier in facts::carriers_of(Format::CloudFormation, kind) {
            let found = carrier
                .path
                .iter()
                .try_fold(properties, |node, key| node.get(key));
            let Some(held) = found else { continue };
            match carrier.content {
                Content::IotPolicy => policy(reader, name, properties, held, &scope, artifact),
                Content::ProvisioningTemplate => {
                    let dialect = dialect(carrier.path, properties);
                    let name = name_of(properties.get("TemplateName"));
                    reader.template_body(held, dialect, name, &scope, artifact);
                }
                Content::IamPolicy | Content::IamTrustPolicy => {}
            }
        }
        if kind.starts_with("AWS::IoT::") {
            // What is read as a policy or a template need not be kept as an expression too: it may
            // be long.
            let is_read = |key: Node<'_>| {
                facts::carriers_of(Format::CloudFormation, kind)
                    .any(|it| it.path.first().copied() == key.as_str())
            };
            let kept = || properties.entries().filter(|(key, _)| !is_read(*key));
            let bytes = |(key, value): (Node<'_>, Node<'_>)| {
                key.span().range().len() + value.span().range().len()
            };
            if reader.counts_resource(kept().map(bytes).sum(), name.span()) {
                artifact.resources.push(resource(name, value, kept()));
            }
        }
    }
    attach(artifact);
}

fn policy(
    reader: &mut Reader,
    logical: Node<'_>,
    properties: Node<'_>,
    document: Node<'_>,
    scope: &dyn Scope,
    artifact: &mut Artifact,
) {
    let name = properties.get("PolicyName");
    let name = name
        .and_then(|name| expression(name).to_text(scope))
        .or_else(|| logical.text());
    if let Some(chosen) = branches(document) {
        // Each may be the one: both are checked, and which it is stays open.
        reader.unresolved(document.span());
        for value in chosen {
            policy(reader, logical, properties, value, scope, artifact);
        }
        return;
    }
    if document.kind() == Kind::Mapping && document.call().is_none() {
        let read = policy::read(reader, document, scope, Holder::Alone);
        artifact.policies.extend(read.map(|it| it.named(name)));
        return;
    }
    match expression(document).to_text(scope) {
        Some(text) => {
            reader.embedded(text, document.path(), document.span(), |reader, root, _| {
                let read = policy::read(reader, root, scope, Holder::Alone);
                artifact.policies.extend(read.map(|it| it.named(name)));
            });
        }
        None => reader.unresolved(document.span()),
    }
}

/// A template inside a registration configuration is for just-in-time provisioning; one of its own
/// says what it is for, and is for fleet provisioning otherwise.
fn dialect(path: &[&str], properties: Node<'_>) -> Option<TemplateDialect> {
    if path.len() > 1 {
        return Some(TemplateDialect::Jitp);
    }
    let Some(kind) = properties.get("TemplateType") else {
        return Some(TemplateDialect::Fleet);
    };
    match kind.as_str()? {
        "JITP" => Some(TemplateDialect::Jitp),
        _ => Some(TemplateDialect::Fleet),
    }
}

fn resource<'t>(
    name: Node<'t>,
    value: Node<'t>,
    properties: impl Iterator<Item = (Node<'t>, Node<'t>)>,
) -> StackResource {
    let read = |(key, value): (Node<'t>, Node<'t>)| (spanned(key), expression(value));
    let properties: Vec<_> = properties.map(read).collect();
    let is_attribute = |key: Node<'_>| !matches!(key.as_str(), Some("Type" | "Properties"));
    let attributes = value.entries().filter(|(key, _)| is_attribute(*key));
    let attributes: Vec<_> = attributes.map(read).collect();
    let mut after = BTreeSet::new();
    for (_, value) in &properties {
        references(value, &mut |name| {
            let resource = name.split_once('.').map_or(name, |(resource, _)| resource);
            after.insert(resource.into());
        });
    }
    let order = attributes
        .iter()
        .filter(|(key, _)| *key.value == *"DependsOn");
    for (_, value) in order {
        let named = value.items().iter().chain([value]);
        after.extend(named.filter_map(|it| Some(it.as_str()?.into())));
    }
    StackResource {
        name: spanned(name),
        kind: value.get("Type").map_or_else(|| spanned(name), spanned),
        properties,
        attributes,
        after: after.into_iter().collect(),
        span: value.span(),
    }
}

/// The outputs of a stack with their values, as they are written.
pub fn stack_outputs(document: &Document) -> Vec<StackOutput> {
    let outputs = document.roots().filter_map(|root| root.get("Outputs"));
    let named = outputs.flat_map(Node::entries);
    let known = named.filter_map(|(name, output)| {
        Some(StackOutput {
            name: spanned(name),
            value: expression(output.get("Value")?),
        })
    });
    known.collect()
}

/// Notes which policies are attached to one principal, or named by one template.
fn attach(artifact: &mut Artifact) {
    let mut holders = Vec::new();
    for resource in &artifact.resources {
        if &*resource.kind.value == "AWS::IoT::PolicyPrincipalAttachment"
            && let Some(policy) = resource.property("PolicyName").and_then(key)
            && let Some(principal) = resource.property("Principal").and_then(key)
        {
            holders.push((policy, Holder::Principal(principal)));
        }
    }
    for (index, template) in artifact.templates.iter().enumerate() {
        for resource in &template.template.resources {
            if let Some(policy) = resource.property("PolicyName").and_then(key) {
                holders.push((policy, Holder::Template(index)));
            }
        }
    }
    // The first attachment of a name counts.
    let mut by_meant: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (meant, _)) in holders.iter().enumerate() {
        by_meant.entry(meant).or_insert(index);
    }
    // A policy is meant by its name, or by the logical name of a resource that gives it its name.
    let mut by_name: BTreeMap<Box<str>, usize> = BTreeMap::new();
    let policies = artifact.resources.iter();
    for resource in policies.filter(|it| &*it.kind.value == "AWS::IoT::Policy") {
        let logical = &resource.name.value;
        if let Some(index) = by_meant.get(&**logical) {
            let name = resource.property("PolicyName").and_then(key);
            let first = by_name
                .entry(name.unwrap_or_else(|| logical.clone()))
                .or_insert(*index);
            *first = (*first).min(*index);
        }
    }
    for policy in &mut artifact.policies {
        if policy.holder != Holder::Alone {
            continue;
        }
        let Some(name) = policy.name.as_ref().and_then(|name| name.known()) else {
            continue;
        };
        let index = [by_meant.get(name), by_name.get(name)];
        if let Some((_, holder)) = index
            .into_iter()
            .flatten()
            .min()
            .and_then(|index| holders.get(*index))
        {
            policy.holder = holder.clone();
        }
    }
}

/// What a name or reference can be compared by.
fn key(value: &Expression) -> Option<Box<str>> {
    match &value.kind {
        ExpressionKind::Text(text) => text.known().map(Into::into),
        ExpressionKind::Reference(Reference::Name(name)) => Some((&**name).into()),
        ExpressionKind::Reference(Reference::Attribute { resource, .. }) => {
            Some((&**resource).into())
        }
        _ => None,
    }
}

/// The mappings of a stack. Parameters and resources are open: they are known when it is deployed.
struct Stack<'t> {
    root: Node<'t>,
    /// By map and the two keys; made when the first is asked for.
    mappings: OnceCell<BTreeMap<[&'t str; 3], Node<'t>>>,
}

impl<'t> Stack<'t> {
    fn mappings(&self) -> BTreeMap<[&'t str; 3], Node<'t>> {
        let entries = |node: Node<'t>| {
            node.entries()
                .filter_map(|(key, value)| Some((key.as_str()?, value)))
        };
        let mut mappings = BTreeMap::new();
        for (map, value) in self.root.get("Mappings").into_iter().flat_map(entries) {
            for (first, value) in entries(value) {
                for (second, value) in entries(value) {
                    mappings.insert([map, first, second], value);
                }
            }
        }
        mappings
    }
}

impl Scope for Stack<'_> {
    fn resolve(&self, _: &Reference) -> Option<Expression> {
        None
    }

    fn find_in_map(&self, map: &str, first: &str, second: &str) -> Option<Expression> {
        let mappings = self.mappings.get_or_init(|| self.mappings());
        let value = mappings.get(&[map, first, second])?;
        Some(expression(*value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::read;
    use crate::document::{Document, Syntax};
    use crate::source::{Source, SourceId, Text};

    #[test]
    fn policies_of_one_principal_are_held_together() {
        let json = r#"{"Resources": {
            "A": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": "a", "PolicyDocument":
                {"Version": "2012-10-17", "Statement": []}}},
            "B": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyDocument":
                "{\"Version\": \"2012-10-17\", \"Statement\": []}"}},
            "X": {"Type": "AWS::IoT::PolicyPrincipalAttachment", "Properties":
                {"PolicyName": {"Ref": "A"}, "Principal": {"Fn::GetAtt": ["C", "Arn"]}}},
            "Y": {"Type": "AWS::IoT::PolicyPrincipalAttachment", "Properties":
                {"PolicyName": "B", "Principal": {"Fn::GetAtt": ["C", "Arn"]}}}}}"#;
        let text = Text::of_source(SourceId::new(0), &Source::new("a", json));
        let artifacts = read(&Document::parse(&text, Syntax::Json));
        let holders: Vec<_> = artifacts.policies().map(|policy| &policy.holder).collect();
        let principal = Holder::Principal("C".into());
        assert_eq!(holders, [&principal, &principal]);
    }
}
