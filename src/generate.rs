//! Spec in, files out: reads, decides, emits, and reads back what it emitted. Writes nothing.

use crate::artifact;
use crate::document::print::{self, yaml};
use crate::document::{Document, Syntax, decode::to_json};
use crate::fleet::plan::{Note, Plan};
use crate::fleet::{self, Request, emit, spec};
use crate::model::TemplateResourceKind;
use crate::source::{Source, SourceId, Sources, Span, Text};

/// What a spec gives.
#[derive(Debug)]
pub struct Generated {
    /// The outputs, each a folder of files.
    pub outputs: Vec<Output>,
    /// What there is to know.
    pub notes: Vec<Note>,
    /// What was generated.
    pub plans: Vec<Plan>,
}

/// A folder of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The folder, relative to the root of all outputs; with `/`.
    pub folder: String,
    /// The files, sorted by path.
    pub files: Vec<OutputFile>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Relative to the output's folder; with `/`.
    pub path: String,
    /// What it holds.
    pub contents: String,
}

/// Why nothing is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The spec has errors.
    Spec(Vec<fleet::Error>),
    /// What was emitted is not what was planned: a defect of ours, found before anyone deploys.
    Defect(Defect),
}

/// A defect of the generator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// The page beside the files.
    #[error("the README cannot be rendered: {0}")]
    Readme(Box<str>),
    /// The text is not what its syntax asks for.
    #[error("`{path}` cannot be read back: {error}")]
    Unreadable {
        /// The file.
        path: Box<str>,
        /// What is wrong.
        error: Box<str>,
    },
    /// The text says something else than the tree.
    #[error("`{path}` reads back differently")]
    Different {
        /// The file.
        path: Box<str>,
    },
    /// A policy or template is not found where it was put.
    #[error("`{path}` holds {found} policies and {templates} templates; planned were {planned}")]
    Lost {
        /// The file.
        path: Box<str>,
        /// Policies found.
        found: usize,
        /// Templates found.
        templates: usize,
        /// What was planned.
        planned: Box<str>,
    },
}

/// Generates everything that the spec `document` asks for. `sources` holds the spec's text.
///
/// # Errors
/// What keeps the spec from being deployed.
pub fn generate(
    document: &Document,
    sources: &Sources,
    request: &Request<'_>,
) -> Result<Generated, Refusal> {
    let spec = spec::read(document).map_err(Refusal::Spec)?;
    let lowered = fleet::lower(&spec, request).map_err(Refusal::Spec)?;
    let id = document.root().map(|root| root.span().source());
    let path = id.map_or("", |id| file_name(sources.path(id)));
    let place = |span: Span| format!("{path}:{}", sources.start(span).line);
    let mut outputs: Vec<Output> = Vec::new();
    let mut folders: Vec<(String, Vec<Plan>)> = Vec::new();
    for plan in &lowered.plans {
        let folder = output_folder(&spec, plan);
        match folders.iter_mut().find(|(it, _)| *it == folder) {
            Some((_, plans)) => plans.push(plan.clone()),
            None => folders.push((folder, vec![plan.clone()])),
        }
    }
    for (folder, plans) in folders {
        let mut files = Vec::new();
        for plan in &plans {
            files.extend(plan_files(plan, path, &place).map_err(Refusal::Defect)?);
        }
        let contents = emit::readme(&plans, &lowered.notes, path, &plan_folder);
        let contents =
            contents.map_err(|error| Refusal::Defect(Defect::Readme(error.to_string().into())))?;
        files.push(OutputFile {
            path: "README.md".to_owned(),
            contents,
        });
        files.sort_by(|one, two| one.path.cmp(&two.path));
        outputs.push(Output { folder, files });
    }
    Ok(Generated {
        outputs,
        notes: lowered.notes,
        plans: lowered.plans,
    })
}

/// The last part of a path. Where a spec lies differs between machines; its name does not.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn output_folder(spec: &spec::Spec, plan: &Plan) -> String {
    let environment = spec
        .environments
        .iter()
        .find(|it| it.name.value == plan.deployment.environment);
    let folder = environment.map(|it| &*it.spec.outputs.cloudformation.dir.value);
    folder.unwrap_or("").trim_end_matches('/').to_owned()
}

fn plan_folder(plan: &Plan) -> String {
    let deployment = &plan.deployment;
    format!("{}/{}", deployment.environment, deployment.region)
}

fn plan_files(
    plan: &Plan,
    spec: &str,
    place: &dyn Fn(Span) -> String,
) -> Result<Vec<OutputFile>, Defect> {
    let folder = plan_folder(plan);
    let mut files = Vec::new();
    let stack = emit::stack(plan, spec, place);
    let path = format!("{folder}/stack.yaml");
    let contents = yaml(&stack);
    check_text(&path, &contents, Syntax::Yaml, &stack)?;
    check_stack(&path, &contents, plan)?;
    files.push(OutputFile { path, contents });
    for policy in &plan.policies {
        let path = format!("{folder}/{}.policy.json", policy.name);
        files.push(json_file(path, &emit::policy_document(policy))?);
    }
    for registration in &plan.registrations {
        let template = &registration.template;
        let path = format!("{folder}/{}.template.json", template.name);
        files.push(json_file(path, &emit::template_body(template))?);
    }
    Ok(files)
}

fn json_file(path: String, value: &print::Value) -> Result<OutputFile, Defect> {
    let contents = print::json(value);
    check_text(&path, &contents, Syntax::Json, value)?;
    Ok(OutputFile { path, contents })
}

/// Whether the text, read as anyone would read it, says what the tree says.
fn check_text(
    path: &str,
    contents: &str,
    syntax: Syntax,
    value: &print::Value,
) -> Result<(), Defect> {
    let document = parse(path, contents, syntax)?;
    let read = document.root().map(to_json);
    // `!GetAtt a.b` and its list are one call in two spellings.
    let expected: serde_json::Value = print::to_json(value);
    if read.map(normal) == Some(normal(expected)) {
        Ok(())
    } else {
        Err(Defect::Different { path: path.into() })
    }
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

/// Whether the linter's own reader finds the planned policies and templates in the stack.
fn check_stack(path: &str, contents: &str, plan: &Plan) -> Result<(), Defect> {
    let document = parse(path, contents, Syntax::Yaml)?;
    let artifacts = artifact::read(&document);
    let policies: Vec<_> = artifacts.policies().collect();
    let templates: Vec<_> = artifacts.templates().collect();
    let is_whole =
        policies.len() == plan.policies.len() && templates.len() == plan.registrations.len();
    if !is_whole {
        return Err(Defect::Lost {
            path: path.into(),
            found: policies.len(),
            templates: templates.len(),
            planned: format!("{} and {}", plan.policies.len(), plan.registrations.len()).into(),
        });
    }
    let same_policies = policies.iter().zip(&plan.policies).all(|(read, planned)| {
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
        Ok(())
    } else {
        Err(Defect::Different { path: path.into() })
    }
}
