//! Reads back what was emitted, as anyone would read it, and compares it with what was planned.

use super::{Defect, OutputFile};
use crate::artifact;
use crate::document::print;
use crate::document::{Document, Syntax, decode::to_json};
use crate::fleet::{self, plan::Plan};
use crate::lint::{self, Finding, Given};
use crate::model::{Attached, Attachment, PolicySet, TemplateResourceKind};
use crate::source::{Source, SourceId, Sources, Text};

/// Whether the text, read as anyone would read it, says what the tree says.
pub(super) fn check_text(
    path: &str,
    contents: &str,
    syntax: Syntax,
    value: &print::Value,
) -> Result<(), Defect> {
    let document = parse(path, contents, syntax)?;
    let read = document.root().map(to_json);
    // `!GetAtt a.b` and its list are one call in two spellings.
    let expected: serde_json::Value = print::to_json(value);
    if read.map(normal) != Some(normal(expected)) {
        return Err(Defect::Different { path: path.into() });
    }
    Ok(())
}

/// What the rules find in a file: the generator keeps those that it holds others to.
pub(super) fn findings(file: &OutputFile, syntax: Syntax) -> Vec<Finding> {
    let mut sources = Sources::default();
    let id = sources.add(Source::new(&*file.path, &*file.contents));
    let file = lint::File::read(&sources, id, syntax, Given::ByName);
    file.map(|file| lint::check(&file)).unwrap_or_default()
}

fn parse(path: &str, contents: &str, syntax: Syntax) -> Result<Document, Defect> {
    let source = Source::new(path, contents);
    let document = Document::parse(&Text::of_source(SourceId::new(0), &source), syntax);
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

/// The policies that the linter's own reader finds in the stack: with the templates they are those
/// that were planned.
pub(super) fn check_stack(path: &str, contents: &str, plan: &Plan) -> Result<PolicySet, Defect> {
    let document = parse(path, contents, Syntax::Yaml)?;
    let artifacts = artifact::read(&document);
    let policies: Vec<_> = artifacts.policies().collect();
    let templates: Vec<_> = artifacts.templates().collect();
    let planned = plan.all_policies().count();
    let is_whole = policies.len() == planned && templates.len() == plan.registrations.len();
    if !is_whole {
        return Err(Defect::Lost {
            path: path.into(),
            found: policies.len(),
            templates: templates.len(),
            planned: format!("{planned} and {}", plan.registrations.len()).into(),
        });
    }
    let same_policies = policies
        .iter()
        .zip(plan.all_policies())
        .all(|(read, planned)| {
            let statements = &read.policy.statements;
            statements.len() == planned.statements.len()
                && statements
                    .iter()
                    .zip(&planned.statements)
                    .all(|(read, planned)| {
                        let actions = read.actions.only().iter();
                        let actions: Vec<_> = actions.map(|it| it.value.exact()).collect();
                        let resources = read.resources.only().iter();
                        let resources: Vec<_> = resources.map(|it| it.text.known()).collect();
                        let arns = planned.resources.iter();
                        let arns: Vec<_> = arns.map(|it| Some(it.arn.as_str())).collect();
                        actions == [Some(planned.action)]
                            && resources == arns
                            && read.conditions.is_empty() != planned.only_attached
                    })
        });
    let planned = plan.registrations.iter();
    let same_templates = templates.iter().zip(planned).all(|(read, planned)| {
        let planned = &planned.template;
        let mut parameters = planned.parameters();
        parameters.push(fleet::CERTIFICATE_ID);
        let read_parameters = read.template.parameters.iter();
        let read_parameters: Vec<&str> = read_parameters.map(|it| &*it.name.value).collect();
        let names = read.template.resources.iter();
        let names = names.filter(|it| it.is(TemplateResourceKind::Policy));
        let names: Vec<_> = names
            .map(|it| it.property("PolicyName")?.as_str())
            .collect();
        let policies = planned.policies.iter();
        let policies: Vec<_> = policies.map(|name| Some(name.as_str())).collect();
        read_parameters == parameters && names == policies
    });
    if same_policies && same_templates {
        // What a device holds; the policies of claims stand behind.
        let policies = policies.into_iter().take(plan.policies.len());
        let policies = policies.map(|it| Attached {
            policy: it.policy.clone(),
            attachment: Attachment::Certificate,
        });
        Ok(PolicySet {
            policies: policies.collect(),
        })
    } else {
        Err(Defect::Different { path: path.into() })
    }
}
