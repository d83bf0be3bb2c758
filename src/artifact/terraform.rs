//! From the files of a Terraform module to its blocks, policies and provisioning templates.
//!
//! References to variables and locals are followed as far as they are known. A reference to another
//! resource stays one, but for the `name` of a resource that is written out. Nothing is guessed: what
//! a provider, a data source or a function decides stays open.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::expression::references;
use super::provisioning::spanned;
use super::reader::Reader;
use super::{Artifact, Holder, StackResource, policy};
use crate::document::{Document, Kind, Node};
use crate::facts::{self, Content, Format};
use crate::model::{Expression, ExpressionKind, Reference, Scope, TemplateDialect};
use crate::source::{Span, Spanned};

#[cfg(test)]
mod tests;

/// The blocks of a module.
#[derive(Debug, Default)]
pub struct Module {
    /// `resource` blocks, in the order of the files. Names repeat when the files do wrong.
    pub resources: Vec<StackResource>,
    /// `data` blocks, as resources.
    pub data: Vec<StackResource>,
    /// `module` blocks.
    pub calls: Vec<ModuleCall>,
    /// `variable` blocks with their `default`.
    pub variables: Vec<ModuleValue>,
    /// The attributes of `locals` blocks.
    pub locals: Vec<ModuleValue>,
    /// `output` blocks with their `value`.
    pub outputs: Vec<ModuleValue>,
    /// The entries of `required_providers`.
    pub providers: Vec<ModuleValue>,
    /// `provider` blocks with what they are given.
    pub configurations: Vec<(Spanned<Box<str>>, Properties)>,
}

/// Attributes and blocks inside of a block, in written order.
pub type Properties = Vec<(Spanned<Box<str>>, Expression)>;

/// A `module` block.
#[derive(Debug)]
pub struct ModuleCall {
    /// Its label.
    pub name: Spanned<Box<str>>,
    /// Where the module is, as written, e.g. `./modules/device`.
    pub source: Option<Expression>,
    /// Its other arguments.
    pub arguments: Vec<(Spanned<Box<str>>, Expression)>,
    /// The whole block.
    pub span: Span,
}

/// A name with its value.
#[derive(Debug)]
pub struct ModuleValue {
    /// e.g. that of a variable
    pub name: Spanned<Box<str>>,
    /// What is written, not evaluated; `None` for a variable without a default.
    pub value: Option<Expression>,
    /// Where it is declared.
    pub span: Span,
}

/// Reads the blocks of a module, whose files `documents` are, called with these values of its
/// variables. Properties, arguments and outputs are evaluated as far as they are known.
pub fn module(documents: &[&Document], inputs: &[(&str, Expression)]) -> Module {
    let roots: Vec<_> = documents.iter().filter_map(|it| it.root()).collect();
    let scope = ModuleScope::new(&roots, inputs);
    let mut module = Module::default();
    let resources = |value| -> Vec<StackResource> {
        twice_labelled(value)
            .map(|(kind, name, body)| resource(kind, name, body, &scope))
            .collect()
    };
    for (keyword, value) in roots.iter().flat_map(|root| root.entries()) {
        match keyword.as_str() {
            Some("resource") => module.resources.extend(resources(value)),
            Some("data") => module.data.extend(resources(value)),
            Some("module") => {
                let calls = value.entries().map(|(name, body)| call(name, body, &scope));
                module.calls.extend(calls);
            }
            Some("variable") => module.variables.extend(labelled(value, "default")),
            Some("locals") => module.locals.extend(values(value)),
            Some("output") => {
                let outputs = labelled(value, "value").map(|output| ModuleValue {
                    value: output.value.map(|it| evaluated(&it, &scope)),
                    ..output
                });
                module.outputs.extend(outputs);
            }
            Some("provider") => {
                let blocks = value.entries();
                let blocks = blocks.map(|(name, body)| (spanned(name), properties(body)));
                module.configurations.extend(blocks);
            }
            Some("terraform") => {
                let blocks = value
                    .entries()
                    .filter(|(key, _)| key.as_str() == Some(PROVIDERS));
                let providers = blocks.flat_map(|(_, providers)| values(providers));
                module.providers.extend(providers);
            }
            _ => {}
        }
    }
    module
}

const PROVIDERS: &str = "required_providers";

/// Blocks that only a Terraform configuration has at its top.
const KEYWORDS: [&str; 8] = [
    "resource",
    "data",
    "module",
    "variable",
    "locals",
    "output",
    "terraform",
    "provider",
];

/// Whether the root of an HCL document is a Terraform configuration.
pub(super) fn is_configuration(root: Node<'_>) -> bool {
    let is_keyword = |key: &str| KEYWORDS.contains(&key);
    root.entries()
        .any(|(key, value)| key.as_str().is_some_and(is_keyword) && value.kind() == Kind::Mapping)
}

/// Reads the policies and templates of one file, whose module's other files are not known, into
/// `artifact`.
pub(super) fn read(reader: &mut Reader, root: Node<'_>, artifact: &mut Artifact) {
    let scope = ModuleScope::new(&[root], &[]);
    for (keyword, value) in root.entries() {
        match keyword.as_str() {
            Some("resource") => {
                for (kind, name, body) in twice_labelled(value) {
                    carried(reader, kind, name, body, &scope, artifact);
                    artifact.resources.push(resource(kind, name, body, &scope));
                }
            }
            Some("data") => {
                let documents = twice_labelled(value)
                    .filter(|(kind, ..)| kind.as_str() == Some("aws_iam_policy_document"));
                for (_, _, body) in documents {
                    reader.unresolved(body.span());
                }
            }
            _ => {}
        }
    }
}

/// The policies and templates that one resource carries.
fn carried(
    reader: &mut Reader,
    kind: Node<'_>,
    label: Node<'_>,
    body: Node<'_>,
    scope: &ModuleScope<'_>,
    artifact: &mut Artifact,
) {
    for carrier in facts::carriers_of(Format::Terraform, kind.as_str().unwrap_or("")) {
        for held in held(body, carrier.path) {
            match carrier.content {
                Content::IotPolicy => policy(reader, label, body, held, scope, artifact),
                Content::ProvisioningTemplate => {
                    template(reader, carrier.path, body, held, scope, artifact);
                }
                Content::IamPolicy | Content::IamTrustPolicy => {}
            }
        }
    }
}

/// The values at the end of a path; every block of a repeated one.
fn held<'t>(body: Node<'t>, path: &[&str]) -> Vec<Node<'t>> {
    let mut nodes = vec![body];
    for key in path {
        let name = key.strip_suffix("[]").unwrap_or(key);
        nodes = nodes
            .into_iter()
            .flat_map(Node::entries)
            .filter(|(key, _)| key.as_str() == Some(name))
            .map(|(_, value)| value)
            .collect();
    }
    nodes
}

fn policy(
    reader: &mut Reader,
    label: Node<'_>,
    body: Node<'_>,
    held: Node<'_>,
    scope: &ModuleScope<'_>,
    artifact: &mut Artifact,
) {
    let name = body.get("name").or_else(|| body.get("policy_name"));
    let name = match name {
        Some(name) => expression(name).to_text(scope),
        None => label.text(),
    };
    match expression(held).to_text(scope) {
        Some(text) => reader.embedded(text, held.path(), held.span(), |reader, root, _| {
            let read = policy::read(reader, root, scope, Holder::Alone);
            artifact.policies.extend(read.map(|it| it.named(name)));
        }),
        None => reader.unresolved(held.span()),
    }
}

/// A template in a registration configuration is for just-in-time provisioning; a resource of its own
/// says what it is for, and is for fleet provisioning otherwise.
fn template(
    reader: &mut Reader,
    path: &[&str],
    body: Node<'_>,
    held: Node<'_>,
    scope: &ModuleScope<'_>,
    artifact: &mut Artifact,
) {
    let kind = body.get("type").or_else(|| body.get("template_type"));
    let dialect = match kind.map(|kind| expression(kind).evaluate(scope)) {
        _ if path.len() > 1 => Some(TemplateDialect::Jitp),
        None => Some(TemplateDialect::Fleet),
        Some(kind) => kind.as_str().map(|kind| match kind {
            "JITP" => TemplateDialect::Jitp,
            _ => TemplateDialect::Fleet,
        }),
    };
    let name = body.get("name").or_else(|| body.get("template_name"));
    let name = name.and_then(|name| {
        let text = expression(name).to_text(scope)?;
        Some(Spanned::new(text, name.span()))
    });
    match expression(held).to_text(scope) {
        Some(text) => reader.template_text(held, text, dialect, name, artifact),
        None => reader.unresolved(held.span()),
    }
}

/// The value that a node of an HCL document writes. Unlike in CloudFormation, no mapping is a call.
fn expression(node: Node<'_>) -> Expression {
    let kind = match node.kind() {
        Kind::Sequence => ExpressionKind::List(node.items().map(expression).collect()),
        Kind::Mapping => ExpressionKind::Map(properties(node)),
        Kind::Call => match node.call() {
            Some((function, argument)) => ExpressionKind::Call {
                function: function.into(),
                argument: Box::new(expression(argument)),
            },
            None => ExpressionKind::Reference(Reference::Opaque),
        },
        Kind::Null | Kind::Bool | Kind::Number | Kind::String | Kind::Hole => {
            return super::expression(node);
        }
    };
    Expression {
        kind,
        span: node.span(),
    }
}

fn properties(node: Node<'_>) -> Vec<(Spanned<Box<str>>, Expression)> {
    node.entries()
        .map(|(key, value)| (spanned(key), expression(value)))
        .collect()
}

/// A value with what is known of it, and of all that is written inside of it. Of what it stands for,
/// e.g. a list elsewhere, the items are evaluated one level down: deeper ones are by whoever reads them, so
/// that values that stand for each other do not grow.
fn evaluated(value: &Expression, scope: &ModuleScope<'_>) -> Expression {
    match &value.kind {
        ExpressionKind::List(_) | ExpressionKind::Map(_) => written(value, scope),
        _ => each(&value.evaluate(scope), &|it| it.evaluate(scope)),
    }
}

/// Recursion is bounded by the depth of documents.
fn written(value: &Expression, scope: &ModuleScope<'_>) -> Expression {
    match &value.kind {
        ExpressionKind::List(_) | ExpressionKind::Map(_) => each(value, &|it| written(it, scope)),
        _ => value.evaluate(scope),
    }
}

/// A value with each item of a list or a mapping changed.
fn each(value: &Expression, change: &dyn Fn(&Expression) -> Expression) -> Expression {
    let kind = match &value.kind {
        ExpressionKind::List(items) => ExpressionKind::List(items.iter().map(change).collect()),
        ExpressionKind::Map(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (key.clone(), change(value)));
            ExpressionKind::Map(entries.collect())
        }
        kind => kind.clone(),
    };
    Expression {
        kind,
        span: value.span,
    }
}

/// The blocks below two labels: type, name and body.
fn twice_labelled(value: Node<'_>) -> impl Iterator<Item = (Node<'_>, Node<'_>, Node<'_>)> {
    value.entries().flat_map(|(kind, named)| {
        let named = named.entries();
        named.map(move |(name, body)| (kind, name, body))
    })
}

fn resource(
    kind: Node<'_>,
    name: Node<'_>,
    body: Node<'_>,
    scope: &ModuleScope<'_>,
) -> StackResource {
    let properties = properties(body);
    let mut after = BTreeSet::new();
    for (_, value) in &properties {
        references(value, &mut |name| {
            let mut parts = name.splitn(3, '.');
            if let (Some(kind), Some(label)) = (parts.next(), parts.next()) {
                after.insert(format!("{kind}.{label}").into());
            }
        });
    }
    StackResource {
        name: spanned(name),
        kind: spanned(kind),
        properties: properties
            .into_iter()
            .map(|(key, value)| (key, evaluated(&value, scope)))
            .collect(),
        attributes: Vec::new(),
        after: after.into_iter().collect(),
        span: body.span(),
    }
}

fn call(name: Node<'_>, body: Node<'_>, scope: &ModuleScope<'_>) -> ModuleCall {
    let arguments = properties(body).into_iter();
    let arguments = arguments.filter(|(key, _)| &*key.value != "source");
    ModuleCall {
        name: spanned(name),
        source: body.get("source").map(expression),
        arguments: arguments
            .map(|(key, value)| (key, evaluated(&value, scope)))
            .collect(),
        span: body.span(),
    }
}

/// Blocks with one label, each with one of its attributes.
fn labelled<'t>(value: Node<'t>, key: &'static str) -> impl Iterator<Item = ModuleValue> + 't {
    value.entries().map(move |(name, body)| ModuleValue {
        name: spanned(name),
        value: body.get(key).map(expression),
        span: body.span(),
    })
}

fn values(body: Node<'_>) -> impl Iterator<Item = ModuleValue> {
    body.entries().map(|(name, value)| ModuleValue {
        name: spanned(name),
        value: Some(expression(value)),
        span: value.span(),
    })
}

/// What references in a module stand for.
struct ModuleScope<'t> {
    /// By reference, e.g. `local.prefix`, `var.region` or `aws_iot_policy.device.name`.
    nodes: BTreeMap<Box<str>, Node<'t>>,
    /// Values of variables that the caller gives.
    inputs: BTreeMap<Box<str>, Expression>,
    /// How many bytes of text may still be followed, see [`MAX_FOLLOWED`].
    budget: Cell<usize>,
}

/// The most bytes that the references of a module may stand for: a long local that is used in many
/// places takes the time of its length for each. What is beyond stays open.
const MAX_FOLLOWED: usize = 1 << 24;

impl<'t> ModuleScope<'t> {
    /// A default of a variable is not its value: only the caller knows what that is.
    fn new(roots: &[Node<'t>], inputs: &[(&str, Expression)]) -> ModuleScope<'t> {
        let mut nodes = BTreeMap::new();
        for (keyword, value) in roots.iter().flat_map(|root| root.entries()) {
            match keyword.as_str() {
                Some("locals") => {
                    for (name, value) in value.entries() {
                        nodes.insert(format!("local.{}", shown(name)).into(), value);
                    }
                }
                Some("resource") => {
                    for (kind, name, body) in twice_labelled(value) {
                        // With `count` or `for_each` the name of the block names several resources.
                        if body.get("count").is_some() || body.get("for_each").is_some() {
                            continue;
                        }
                        if let Some(value) = body.get("name") {
                            let reference = format!("{}.{}.name", shown(kind), shown(name));
                            nodes.insert(reference.into(), value);
                        }
                    }
                }
                _ => {}
            }
        }
        let inputs = inputs.iter();
        ModuleScope {
            nodes,
            inputs: inputs
                .map(|(name, value)| (format!("var.{name}").into(), value.clone()))
                .collect(),
            budget: Cell::new(MAX_FOLLOWED),
        }
    }
}

fn shown(node: Node<'_>) -> &str {
    node.visible_str().unwrap_or("")
}

impl Scope for ModuleScope<'_> {
    fn resolve(&self, reference: &Reference) -> Option<Expression> {
        let name = reference.name()?;
        if let Some(given) = self.inputs.get(&*name) {
            return Some(given.clone());
        }
        let node = self.nodes.get(&*name)?;
        let cost = 1 + node.span().range().len();
        self.budget.set(self.budget.get().checked_sub(cost)?);
        Some(expression(*node))
    }

    fn find_in_map(&self, _: &str, _: &str, _: &str) -> Option<Expression> {
        None
    }
}
