//! Spec in, files out: reads, decides, emits, and reads back what it emitted. Writes nothing.

use crate::document::Document;
use crate::document::Syntax;
use crate::document::print::{self, hcl, yaml};
use crate::fleet::emit::{Format, SharedModule};
use crate::fleet::plan::{Note, Plan};
use crate::fleet::spec::{EnvironmentSpec, Spec};
use crate::fleet::{self, Request, emit, spec};
use crate::source::{Sources, Span};

mod readback;

use readback::{check_stack, check_text};

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
    /// The linter finds something in it.
    #[error("`{path}` would be refused by the rule {rule}: {message}")]
    Finding {
        /// The file.
        path: Box<str>,
        /// The rule.
        rule: Box<str>,
        /// What it says.
        message: Box<str>,
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
    let emission = Emission {
        spec: path,
        place: &place,
        notes: &lowered.notes,
    };
    let mut outputs = Vec::new();
    for format in [Format::CloudFormation, Format::Terraform] {
        for (folder, plans) in by_folder(&spec, &lowered.plans, format) {
            let files = emission.files(format, &plans).map_err(Refusal::Defect)?;
            outputs.push(Output { folder, files });
        }
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

/// The plans of each output folder of this format, in written order.
fn by_folder<'p>(spec: &Spec, plans: &'p [Plan], format: Format) -> Vec<(String, Vec<&'p Plan>)> {
    let mut folders: Vec<(String, Vec<&Plan>)> = Vec::new();
    for plan in plans {
        let is_its = |it: &&EnvironmentSpec| it.name.value == plan.deployment.environment;
        let environment = spec.environments.iter().find(is_its);
        let folder = environment.and_then(|it| {
            let outputs = &it.spec.outputs;
            match format {
                Format::CloudFormation => outputs.cloudformation.as_ref().map(|it| &it.dir),
                Format::Terraform => outputs.terraform.as_ref().map(|it| &it.dir),
            }
        });
        let Some(folder) = folder else { continue };
        let folder = folder.value.trim_end_matches('/').to_owned();
        match folders.iter_mut().find(|(it, _)| *it == folder) {
            Some((_, plans)) => plans.push(plan),
            None => folders.push((folder, vec![plan])),
        }
    }
    folders
}

/// What every file is written with.
struct Emission<'e> {
    /// The name of the spec's file.
    spec: &'e str,
    /// Where a span stands.
    place: &'e dyn Fn(Span) -> String,
    notes: &'e [Note],
}

impl Emission<'_> {
    /// The files of one output folder, sorted.
    fn files(&self, format: Format, plans: &[&Plan]) -> Result<Vec<OutputFile>, Defect> {
        let mut files = Vec::new();
        match format {
            Format::CloudFormation => {
                for plan in plans {
                    files.extend(self.stack(plan)?);
                }
            }
            Format::Terraform => files.extend(self.configuration(plans)),
        }
        let page = emit::Page {
            format,
            plans,
            notes: self.notes,
            spec: self.spec,
        };
        let contents = page.render();
        let contents = contents.map_err(|error| Defect::Readme(error.to_string().into()))?;
        files.push(OutputFile {
            path: "README.md".to_owned(),
            contents,
        });
        files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(files)
    }

    fn stack(&self, plan: &Plan) -> Result<Vec<OutputFile>, Defect> {
        let folder = plan.deployment.folder();
        let mut files = Vec::new();
        let stack = emit::stack(plan, self.spec, self.place);
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

    /// The modules and roots of a Terraform output.
    fn configuration(&self, plans: &[&Plan]) -> Vec<OutputFile> {
        let of_one =
            |one: &&Plan, other: &&Plan| one.deployment.environment == other.deployment.environment;
        let environments = plans.chunk_by(of_one);
        let modules = environments.flat_map(|plans| emit::modules(plans, self.place));
        modules.flat_map(|module| self.module(&module)).collect()
    }

    fn module(&self, module: &SharedModule<'_>) -> Vec<OutputFile> {
        let header = format!(
            "Written by fleetwright from {}: change the spec, not this file.",
            self.spec
        );
        let file = |path: String, body: &print::Body| OutputFile {
            path,
            contents: hcl(body, Some(&header)),
        };
        let files = module.files.iter();
        let files = files.map(|it| file(format!("modules/{}/{}", module.name, it.name), &it.body));
        let roots = module.plans.iter().map(|plan| {
            let path = format!("environments/{}/main.tf", plan.deployment.folder());
            file(
                path,
                &emit::root(plan, &format!("../../../modules/{}", module.name)),
            )
        });
        files.chain(roots).collect()
    }
}

fn json_file(path: String, value: &print::Value) -> Result<OutputFile, Defect> {
    let contents = print::json(value);
    check_text(&path, &contents, Syntax::Json, value)?;
    Ok(OutputFile { path, contents })
}
