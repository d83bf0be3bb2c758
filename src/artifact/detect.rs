//! What a document is.

use super::ArtifactKind;
use crate::document::spelling::edit_distance;
use crate::document::{Kind, Node};
use crate::facts;
use crate::model::{TemplateDialect, TemplateResourceKind};

/// What the value at the root of a document, or inside one, is; `None` for anything else.
pub(super) fn detect(root: Node<'_>) -> Option<ArtifactKind> {
    if root.kind() != Kind::Mapping {
        return None;
    }
    if registration(root).is_some() {
        return Some(ArtifactKind::RegistrationConfig);
    }
    if let Some(document) = root
        .get("policyDocument")
        .or_else(|| root.get("PolicyDocument"))
    {
        // A string may hold any policy; the reader looks into it.
        let may_be_policy =
            document.kind() == Kind::String || is_of_iot(root) || is_iot_policy(document);
        return may_be_policy.then_some(ArtifactKind::Policy);
    }
    if root.get("Statement").is_some() {
        return is_iot_policy(root).then_some(ArtifactKind::Policy);
    }
    let resources = root.get("Resources")?;
    if is_provisioning_template(root, resources) {
        return Some(ArtifactKind::ProvisioningTemplate);
    }
    let is_stack = root.get("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").is_some()
        || resources
            .entries()
            .any(|(_, resource)| type_of(resource).is_some());
    is_stack.then_some(ArtifactKind::CloudFormation)
}

/// What holds a `templateBody`: the root, or the `registrationConfig` in a request or answer for a CA
/// certificate.
pub(super) fn registration(root: Node<'_>) -> Option<Node<'_>> {
    let has_body = |node: &Node<'_>| {
        ["templateBody", "TemplateBody"]
            .iter()
            .any(|key| node.get(key).is_some())
    };
    let inner = ["registrationConfig", "RegistrationConfig"];
    let inner = inner.iter().filter_map(|key| root.get(key));
    std::iter::once(root).chain(inner).find(has_body)
}

/// Whether the ARN of a policy beside its document says that it is one of AWS IoT.
pub(super) fn is_of_iot(root: Node<'_>) -> bool {
    let arn = ["policyArn", "PolicyArn"]
        .iter()
        .find_map(|key| root.get(key)?.as_str());
    arn.is_some_and(|arn| arn.split(':').nth(2) == Some(facts::SERVICE))
}

/// Whether a document with statements is a policy of AWS IoT, and not one of IAM.
///
/// The two share their grammar. A policy for devices names only the services that devices have,
/// more actions of devices than of the control plane, and no principal.
pub(super) fn is_iot_policy(document: Node<'_>) -> bool {
    let Some(statements) = document.get("Statement") else {
        return false;
    };
    let statements: Vec<Node<'_>> = match statements.kind() {
        Kind::Mapping => vec![statements],
        _ => statements.items().collect(),
    };
    let mut is_named = false;
    let (mut of_devices, mut of_control_plane) = (0_usize, 0_usize);
    for statement in &statements {
        if statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some() {
            return false;
        }
        for name in elements(*statement, ["Action", "NotAction"]).filter(|name| *name != "*") {
            let service = crate::model::service_of(name);
            // A slip such as `lot:Receive` is still meant for us; `sns:Publish` is not.
            let is_slip = || edit_distance(service, facts::SERVICE) == 1;
            if !facts::is_policy_service(service) && !is_slip() {
                return false;
            }
            is_named = true;
            // A pattern, or a name that nobody knows, is taken for one of a device.
            match facts::action(name).is_none_or(|action| action.device) {
                true => of_devices += 1,
                false => of_control_plane += 1,
            }
        }
    }
    let mut resources = statements
        .iter()
        .flat_map(|it| elements(*it, ["Resource", "NotResource"]));
    let names_iot = |text: &str| text.split(':').nth(2) == Some(facts::SERVICE);
    of_devices > of_control_plane || (!is_named && resources.any(names_iot))
}

/// The strings of two elements of a statement.
fn elements<'t>(statement: Node<'t>, keys: [&'static str; 2]) -> impl Iterator<Item = &'t str> {
    keys.into_iter()
        .filter_map(move |key| statement.get(key))
        .flat_map(strings)
}

/// The characters of a string, or of the strings of a list.
fn strings<'t>(node: Node<'t>) -> impl Iterator<Item = &'t str> {
    node.visible_str()
        .into_iter()
        .chain(node.items().filter_map(Node::visible_str))
}

/// A provisioning template looks like CloudFormation, but makes three types of things only and has
/// sections and properties of its own.
fn is_provisioning_template(root: Node<'_>, resources: Node<'_>) -> bool {
    let is_stack = [
        "AWSTemplateFormatVersion",
        "Transform",
        "Outputs",
        "Conditions",
        "Metadata",
    ];
    if is_stack.iter().any(|section| root.get(section).is_some()) {
        return false;
    }
    let is_ours = |(_, resource): (Node<'_>, Node<'_>)| {
        type_of(resource).is_some_and(|name| TemplateResourceKind::parse(name).is_some())
    };
    let has_section = root.get("DeviceConfiguration").is_some();
    let supplied = root.get("Parameters").is_some_and(|parameters| {
        parameters
            .entries()
            .any(|(name, _)| is_supplied(name.visible_str().unwrap_or("")))
    });
    if has_section || supplied {
        return true;
    }
    let mut entries = resources.entries().peekable();
    if entries.peek().is_none() || !resources.entries().all(is_ours) {
        return false;
    }
    let shows_it = |(_, resource): (Node<'_>, Node<'_>)| {
        let properties = resource.get("Properties");
        let has = |name: &str| properties.is_some_and(|it| it.get(name).is_some());
        match type_of(resource).and_then(TemplateResourceKind::parse) {
            Some(TemplateResourceKind::Certificate) => {
                has("CertificateId") || has("ThingPrincipalType") || !has("CertificateMode")
            }
            Some(TemplateResourceKind::Policy) => has("PolicyName") && !has("PolicyDocument"),
            Some(TemplateResourceKind::Thing) => {
                has("ThingTypeName")
                    || has("ThingGroups")
                    || has("BillingGroup")
                    || resource.get("OverrideSettings").is_some()
            }
            None => false,
        }
    };
    resources.entries().any(shows_it)
}

/// Whether AWS IoT itself supplies a parameter of this name in some dialect.
fn is_supplied(name: &str) -> bool {
    let dialects = [
        TemplateDialect::Bulk,
        TemplateDialect::Jitp,
        TemplateDialect::Fleet,
    ];
    dialects
        .iter()
        .any(|dialect| facts::dialect(*dialect).supplied_parameter(name).is_some())
}

/// The `Type` of a resource: a name with two colons in it.
pub(super) fn type_of(resource: Node<'_>) -> Option<&str> {
    resource
        .get("Type")?
        .as_str()
        .filter(|name| name.contains("::"))
}
