//! Reads back what was emitted, as anyone would read it, and compares it with what was planned.

use super::proof::Holder;
use super::{Defect, OutputFile, expected};
use crate::artifact::terraform::{Module, ModuleValue};
use crate::artifact::{self, terraform};
use crate::document::print;
use crate::document::{Document, Syntax, decode::to_json};
use crate::fleet::emit;
use crate::fleet::plan::{Deployment, DevicePolicy, Plan, Way};
use crate::lint;
use crate::model::{Attached, Attachment, Expression, ExpressionKind, PolicySet};
use crate::project::{Project, compare};
use crate::source::{Source, SourceId, Text};

/// The text, read as anyone would read it: it says what the tree says.
///
/// # Errors
/// It can't be read, or says something else.
pub(super) fn check_text(
    path: &str,
    contents: &str,
    syntax: Syntax,
    value: &print::Value,
) -> Result<Document, Defect> {
    let document = parse(path, contents, syntax)?;
    let read = document.root().map(to_json);
    // `!GetAtt a.b` and its list are one call in two spellings.
    let expected: serde_json::Value = print::to_json(value);
    if read.map(normal) != Some(normal(expected)) {
        return Err(Defect::Different { path: path.into() });
    }
    Ok(document)
}

/// What the source of a file is called that is read by itself.
pub(super) fn alone() -> SourceId {
    SourceId::new(0)
}

fn parse(path: &str, contents: &str, syntax: Syntax) -> Result<Document, Defect> {
    let source = Source::new(path, contents);
    let document = Document::parse(&Text::of_source(alone(), &source), syntax);
    match document.errors().first() {
        Some(error) => Err(Defect::Unreadable {
            path: path.into(),
            error: error.to_string().into(),
        }),
        None => Ok(document),
    }
}

fn normal(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("Fn::GetAtt", Value::String(text)) => {
                    let parts = text.splitn(2, '.').map(Value::from);
                    (key, parts.collect())
                }
                (_, value) => (key, normal(value)),
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

/// The policies in a CloudFormation template, which deploys what was planned and nothing else: what a
/// device holds, and what holders of each claim have.
///
/// # Errors
/// What it deploys differently.
pub(super) fn check_stack(
    path: &str,
    file: &lint::File,
    plan: &Plan,
) -> Result<(PolicySet, Vec<Holder>), Defect> {
    let outputs = artifact::stack_outputs(&file.document);
    let deployed = Project::of_stack(&artifact::stack_resources(&file.document), &outputs);
    same(path, &deployed, plan)?;
    // What a device holds; the policies of claims stand behind.
    let policies = file.artifacts.policies().map(|it| Attached {
        policy: it.policy.clone(),
        attachment: Attachment::Certificate,
    });
    let mut policies = policies.take(plan.all_policies().count());
    let device = policies.by_ref().take(plan.policies.len()).collect();
    let mut holders = Vec::new();
    for registration in &plan.registrations {
        let (set, client) = match &registration.way {
            Way::Jitp(_) => continue,
            Way::Claim(claim) => {
                let set = policies.by_ref().take(1).collect();
                (set, format!("{}a", claim.client_id_prefix))
            }
            Way::TrustedUser(trusted) => (not_deployed(&trusted.claim)?, "a".to_owned()),
        };
        holders.push(Holder {
            method: registration.name.clone(),
            client,
            set: PolicySet { policies: set },
        });
    }
    Ok((PolicySet { policies: device }, holders))
}

/// A policy that AWS puts in force by itself.
fn not_deployed(policy: &DevicePolicy) -> Result<Vec<Attached>, Defect> {
    let text = print::json(&emit::policy_document(policy));
    let artifacts = artifact::read(&parse(&policy.name, &text, Syntax::Json)?);
    let policies = artifacts.policies().map(|it| Attached {
        policy: it.policy.clone(),
        attachment: Attachment::Certificate,
    });
    Ok(policies.collect())
}

/// Whether a root deploys by its module what was planned, and nothing else.
///
/// # Errors
/// What it deploys differently, or a file that is no Terraform.
pub(super) fn check_module(
    root: &OutputFile,
    module: &[OutputFile],
    plan: &Plan,
) -> Result<(), Defect> {
    let calling = parse(&root.path, &root.contents, Syntax::Hcl)?;
    let calling = terraform::module(&[&calling], &[]);
    let files: Vec<Document> = module
        .iter()
        .map(|file| parse(&file.path, &file.contents, Syntax::Hcl))
        .collect::<Result<_, _>>()?;
    let files: Vec<&Document> = files.iter().collect();
    let lost = || Defect::Different {
        path: root.path.as_str().into(),
    };
    let [call] = &*calling.calls else {
        return Err(lost());
    };
    let Deployment {
        region, account, ..
    } = &plan.deployment;
    if !calling.resources.is_empty() || !configures(&calling, region, account) {
        return Err(lost());
    }
    let arguments = call.arguments.iter();
    let arguments: Vec<(&str, Expression)> = arguments
        .map(|(name, value)| (&*name.value, value.clone()))
        .collect();
    let mut called = terraform::module(&files, &arguments);
    if !called.configurations.is_empty() || !called.calls.is_empty() {
        return Err(lost());
    }
    called.outputs = told(&calling, &call.name.value, called.outputs);
    same(&root.path, &Project::of_module(&called), plan)
}

/// Whether a root configures its provider for a Region and account, and for no other.
fn configures(root: &Module, region: &str, account: &str) -> bool {
    let [(name, given)] = &*root.configurations else {
        return false;
    };
    let is_text = |value: &Expression, text: &str| value.as_str() == Some(text);
    *name.value == *"aws"
        && given.len() == 2
        && given.iter().all(|(key, value)| match &*key.value {
            "region" => is_text(value, region),
            "allowed_account_ids" => match value.items() {
                [allowed] => is_text(allowed, account),
                _ => false,
            },
            _ => false,
        })
}

/// The outputs of a root: those of its module, passed on. Others stay as they are written.
fn told(root: &Module, call: &str, outputs: Vec<ModuleValue>) -> Vec<ModuleValue> {
    let head = format!("module.{call}.");
    let passed = root.outputs.iter().map(|output| {
        let name = match output.value.as_ref().map(|it| &it.kind) {
            Some(ExpressionKind::Reference(reference)) => reference.name(),
            _ => None,
        };
        let name = name.as_deref().and_then(|it| it.strip_prefix(&*head));
        let inner = outputs.iter().find(|it| Some(&*it.name.value) == name);
        ModuleValue {
            name: output.name.clone(),
            value: inner.unwrap_or(output).value.clone(),
            span: output.span,
        }
    });
    passed.collect()
}

fn same(path: &str, deployed: &Project, plan: &Plan) -> Result<(), Defect> {
    let place = plan.deployment.place();
    let differences = compare(&expected::project(plan), deployed, &place.head());
    match differences.first() {
        None => Ok(()),
        Some(difference) => Err(Defect::Deploys {
            path: path.into(),
            difference: difference.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::terraform;
    use crate::document::{Document, Syntax};
    use crate::source::{Source, SourceId, Text};

    fn is_configured(root: &str) -> bool {
        let source = Source::new("main.tf", root);
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, Syntax::Hcl);
        let root = terraform::module(&[&document], &[]);
        configures(&root, "eu-west-1", "111111111111")
    }

    #[test]
    fn a_provider_for_another_place_is_found() {
        let root = "provider \"aws\" {\n  region              = \"eu-west-1\"\n  \
                    allowed_account_ids = [\"111111111111\"]\n}\n";
        assert!(is_configured(root));
        for (from, to) in [
            ("eu-west-1", "eu-west-2"),
            ("111111111111", "111111111112"),
            ("[\"111111111111\"]", "[\"111111111111\", \"222222222222\"]"),
            ("allowed_account_ids = [\"111111111111\"]", ""),
            ("provider \"aws\"", "provider \"awscc\""),
            ("region  ", "profile = \"x\"\n  region  "),
        ] {
            assert!(root.contains(from), "{from}");
            assert!(!is_configured(&root.replace(from, to)), "{from}");
        }
        assert!(!is_configured(&root.repeat(2)));
        assert!(!is_configured(""));
    }
}
