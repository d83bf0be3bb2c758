//! From a node to a provisioning template.

use super::reader::Reader;
use super::{Artifact, Holder, TemplateDocument, expression, policy};
use crate::document::{Kind, Node, Path};
use crate::facts;
use crate::model::{
    Expression, ExpressionKind, Parameter, Reference, Template, TemplateDialect, TemplateResource,
    TemplateResourceKind,
};
use crate::source::{Spanned, Text};

/// Reads a template, and the policies written out in it, into `artifact`.
pub(super) fn read(
    reader: &mut Reader,
    root: Node<'_>,
    path: &Path,
    dialect: Option<TemplateDialect>,
    artifact: &mut Artifact,
) {
    let holder = Holder::Template(artifact.templates.len());
    let entries = |section: &str| root.get(section).into_iter().flat_map(Node::entries);
    let counts = |reader: &mut Reader, name: Node<'_>, value: Node<'_>| {
        let bytes = name.span().range().len() + value.span().range().len();
        reader.counts_resource(bytes, name.span())
    };
    let parameters = entries("Parameters")
        .take_while(|(name, value)| counts(reader, *name, *value))
        .map(|(name, value)| parameter(name, value))
        .collect();
    let mappings = entries("Mappings")
        .take_while(|(name, _)| counts(reader, *name, *name))
        .map(|(name, _)| spanned(name))
        .collect();
    let mut references = Vec::new();
    let mut resources = Vec::new();
    for (name, value) in entries("Resources") {
        if !counts(reader, name, value) {
            break;
        }
        collect_references(&expression(value), &mut references);
        resources.push(resource(name, value));
        policy_document(reader, value, path, &holder, artifact);
    }
    let device_configuration = root.get("DeviceConfiguration");
    let device_configuration = device_configuration.filter(|it| counts(reader, *it, *it));
    let device_configuration = device_configuration.map(expression);
    if let Some(configuration) = &device_configuration {
        collect_references(configuration, &mut references);
    }
    let mut template = Template {
        dialect,
        parameters,
        resources,
        references,
        device_configuration,
        mappings,
        span: root.span(),
    };
    template.dialect = dialect.or_else(|| dialect_shown(&template));
    artifact.templates.push(TemplateDocument {
        template,
        name: None,
    });
}

fn parameter(name: Node<'_>, value: Node<'_>) -> Parameter {
    Parameter {
        name: spanned(name),
        kind: value.get("Type").map(expression),
        default: value.get("Default").map(expression),
    }
}

fn resource(name: Node<'_>, value: Node<'_>) -> TemplateResource {
    let entries = |section: &str| {
        let section = value.get(section).into_iter().flat_map(Node::entries);
        section
            .map(|(key, value)| (spanned(key), expression(value)))
            .collect()
    };
    let kind = value.get("Type").and_then(|kind| {
        let name = kind.as_str()?;
        let known = TemplateResourceKind::parse(name).ok_or_else(|| name.into());
        Some(Spanned::new(known, kind.span()))
    });
    TemplateResource {
        name: spanned(name),
        kind,
        properties: entries("Properties"),
        overrides: entries("OverrideSettings"),
        span: value.span(),
    }
}

/// The `PolicyDocument` of a policy resource: an object, or JSON in a string.
fn policy_document(
    reader: &mut Reader,
    resource: Node<'_>,
    path: &Path,
    holder: &Holder,
    artifact: &mut Artifact,
) {
    let Some(document) = resource
        .get("Properties")
        .and_then(|it| it.get("PolicyDocument"))
    else {
        return;
    };
    let at = path.join(&document.path());
    if document.kind() == Kind::Mapping && document.call().is_none() {
        artifact
            .policies
            .extend(policy::read(reader, document, &(), holder.clone()));
        return;
    }
    match expression(document).to_text(&()) {
        Some(text) => reader.embedded(text, at, document.span(), |reader, root, _| {
            artifact
                .policies
                .extend(policy::read(reader, root, &(), holder.clone()));
        }),
        None => reader.unresolved(document.span()),
    }
}

/// Every name that a `Ref` or a `Fn::Sub` asks for.
fn collect_references(value: &Expression, found: &mut Vec<Spanned<Box<str>>>) {
    match &value.kind {
        ExpressionKind::Reference(reference) => {
            if let Some(name) = reference.name() {
                found.push(Spanned::new((&*name).into(), value.span));
            }
        }
        ExpressionKind::List(items) => items.iter().for_each(|it| collect_references(it, found)),
        ExpressionKind::Map(entries) => {
            entries
                .iter()
                .for_each(|(_, it)| collect_references(it, found));
        }
        ExpressionKind::Call { function, argument } if &**function == "Fn::Sub" => {
            collect_substituted(value, argument, found);
        }
        ExpressionKind::Call { argument, .. } => collect_references(argument, found),
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_) => {}
    }
}

/// The names in a `Fn::Sub` that it does not define itself, and those in its definitions.
fn collect_substituted(
    call: &Expression,
    argument: &Expression,
    found: &mut Vec<Spanned<Box<str>>>,
) {
    let own: &[(Spanned<Box<str>>, Expression)] = match argument.items() {
        [
            _,
            Expression {
                kind: ExpressionKind::Map(values),
                ..
            },
        ] => values,
        _ => &[],
    };
    own.iter()
        .for_each(|(_, value)| collect_references(value, found));
    let is_own = |name: &str| own.iter().any(|(key, _)| &*key.value == name);
    let Some(text) = call.to_text(&()) else {
        return;
    };
    for hole in text.holes() {
        let Reference::Name(name) = Reference::of_hole(hole) else {
            continue;
        };
        if !is_own(&name) {
            found.push(Spanned::new((&*name).into(), hole.span));
        }
    }
}

/// The dialect that the content of a template shows.
fn dialect_shown(template: &Template) -> Option<TemplateDialect> {
    let certificate = template
        .resources
        .iter()
        .find(|it| it.is(TemplateResourceKind::Certificate));
    let has = |name: &str| certificate.is_some_and(|it| it.property(name).is_some());
    if has("CertificateSigningRequest") || has("CertificatePem") || has("CACertificatePem") {
        return Some(TemplateDialect::Bulk);
    }
    let only_fleet = template.device_configuration.is_some() || !template.mappings.is_empty();
    let calls = template.resources.iter().any(|resource| {
        let values = resource.properties.iter().map(|(_, value)| value);
        values.clone().any(has_call)
    });
    if only_fleet || calls {
        return Some(TemplateDialect::Fleet);
    }
    let names = template
        .parameters
        .iter()
        .map(|parameter| &*parameter.name.value);
    let mut names = names.chain(
        template
            .references
            .iter()
            .map(|reference| &*reference.value),
    );
    let jitp = facts::dialect(TemplateDialect::Jitp);
    let is_of_subject = |name: &str| {
        jitp.supplied_parameter(name)
            .is_some_and(|supplied| supplied.subject_attribute.is_some())
    };
    names.any(is_of_subject).then_some(TemplateDialect::Jitp)
}

fn has_call(value: &Expression) -> bool {
    match &value.kind {
        ExpressionKind::Call { .. } => true,
        ExpressionKind::List(items) => items.iter().any(has_call),
        ExpressionKind::Map(entries) => entries.iter().any(|(_, value)| has_call(value)),
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Reference(_) => false,
    }
}

/// A key with its place.
pub(super) fn spanned(key: Node<'_>) -> Spanned<Box<str>> {
    Spanned::new(key.visible_str().unwrap_or("").into(), key.span())
}

/// The name of a policy or template: a text, as far as it is known.
pub(super) fn name_of(value: Option<Node<'_>>) -> Option<Spanned<Text>> {
    let value = value?;
    let text = expression(value).to_text(&())?;
    Some(Spanned::new(text, value.span()))
}
