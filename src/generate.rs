//! Spec in, files out: reads, decides, emits, and reads back what it emitted. Writes nothing.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::document::Syntax;
use crate::document::print::{self, hcl, yaml};
use crate::document::spelling::closest;
use crate::fleet::emit::{Format, FunctionSource, SharedModule};
use crate::fleet::plan::{Allowance, Note, Plan};
use crate::fleet::spec::{AccountSpecs, Notation, Outputs, Spec};
use crate::fleet::{self, Request, emit, spec};
use crate::lint::{self, Finding, RULES};
use crate::project::Difference;
use crate::source::{Sources, Span};

mod archive;
mod beside;
mod deployer;
mod expected;
mod proof;
mod readback;
mod shared;

use proof::ReadBack;
use readback::{alone, check_module, check_stack, check_text};

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
    /// The archives, sorted by path.
    pub archives: Vec<Archive>,
}

impl Output {
    /// Paths and contents of all that is in the folder: files, then archives.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.files.iter();
        let files = files.map(|it| (it.path.as_str(), it.contents.as_bytes()));
        let archives = self.archives.iter();
        files.chain(archives.map(|it| (it.path.as_str(), &*it.contents)))
    }
}

/// A file that is no text: the source of a function, as Terraform sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Relative to the output's folder; with `/`.
    pub path: String,
    /// What it holds.
    pub contents: Vec<u8>,
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
    /// A page or script beside the stacks.
    #[error("`{path}` cannot be written: {error}")]
    Rendering {
        /// The file, or its folder.
        path: Box<str>,
        /// What its template lacks.
        error: Box<str>,
    },
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
    /// The text deploys something else than what was planned.
    #[error("`{path}` deploys something else than planned: {difference}")]
    Deploys {
        /// The file.
        path: Box<str>,
        /// What.
        difference: Difference,
    },
}

impl Defect {
    fn found(file: &OutputFile, finding: &Finding) -> Defect {
        Defect::Finding {
            path: file.path.as_str().into(),
            rule: finding.rule.id().into(),
            message: finding.message.as_str().into(),
        }
    }
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
    let read = Specs::read(document).map_err(Refusal::Spec)?;
    let lowered = read.lower(request).map_err(Refusal::Spec)?;
    let id = document.root().map(|root| root.span().source());
    let path = id.map_or("", |id| file_name(sources.path(id)));
    let place = |span: Span| {
        let file = match Some(span.source()) == id {
            true => path,
            false => beside(
                id.map_or("", |it| sources.path(it)),
                sources.path(span.source()),
            ),
        };
        format!("{file}:{}", sources.start(span).line)
    };
    let emission = Emission {
        spec: path,
        place: &place,
        notes: &lowered.notes,
        is_whole: request.environments.is_empty(),
    };
    let mut errors = Vec::new();
    let mut stacks = Vec::new();
    // Environments mostly differ in account and Region only, and nothing else is asked of them then.
    let mut proved = BTreeSet::new();
    for plan in &lowered.plans {
        let (file, emitted) = emission.stack(plan).map_err(Refusal::Defect)?;
        let sets = check_stack(&file.path, &emitted, plan);
        let (set, claims) = sets.map_err(Refusal::Defect)?;
        let read = ReadBack { plan, set, claims };
        let before = errors.len();
        errors.extend(unknown_rules(plan));
        let shape = read.shape();
        if !proved.contains(&shape) {
            let unproved = read.of_devices();
            if unproved.is_empty() {
                proved.insert(shape);
            }
            errors.extend(unproved);
        }
        errors.extend(read.of_claims());
        if errors.len() == before {
            for finding in lint::check(&emitted) {
                if read.is_let_pass(&finding) {
                    continue;
                }
                let defect = || Refusal::Defect(Defect::found(&file, &finding));
                errors.push(read.finding(&finding).ok_or_else(defect)?);
            }
        }
        stacks.push(Stack { plan, file });
    }
    if !errors.is_empty() {
        return Err(Refusal::Spec(fleet::Error::without_repeats(errors)));
    }
    let mut outputs = Vec::new();
    for format in [Format::CloudFormation, Format::Terraform] {
        for (folder, stacks) in by_folder(&read.outputs(), &stacks, format) {
            let files = emission.files(format, &stacks).map_err(Refusal::Defect)?;
            let archives = match format {
                Format::CloudFormation => Vec::new(),
                Format::Terraform => emission.archives(&stacks),
            };
            outputs.push(Output {
                folder,
                files,
                archives,
            });
        }
    }
    Ok(Generated {
        outputs,
        notes: lowered.notes,
        plans: lowered.plans,
    })
}

/// The syntax of a stack.
fn syntax(notation: Notation) -> Syntax {
    match notation {
        Notation::Yaml => Syntax::Yaml,
        Notation::Json => Syntax::Json,
    }
}

/// Exceptions from rules that there are not.
fn unknown_rules(plan: &Plan) -> Vec<fleet::Error> {
    let known = || RULES.iter().map(|rule| rule.id());
    let unknown = plan.allowances.iter();
    let unknown = unknown.filter(|it| known().all(|id| *id != *it.rule));
    let error = |it: &Allowance| {
        let kind = fleet::ErrorKind::UnknownAllowance {
            name: it.rule.clone(),
            nearest: closest(&it.rule, known()).map(Into::into),
        };
        fleet::Error::new(kind, it.span)
    };
    unknown.map(error).collect()
}

/// The last part of a path. Where a spec lies differs between machines; its name does not.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The path of a file that a spec extends, seen from the spec: where the spec lies differs between machines.
fn beside<'p>(spec: &str, other: &'p str) -> &'p str {
    let folder = spec.strip_suffix(file_name(spec)).unwrap_or("");
    other.strip_prefix(folder).unwrap_or(other)
}

/// A plan, and its CloudFormation template.
struct Stack<'p> {
    plan: &'p Plan,
    file: OutputFile,
}

/// What a document is.
enum Specs {
    Fleet(Spec),
    Account(AccountSpecs),
}

impl Specs {
    fn read(document: &Document) -> Result<Specs, Vec<fleet::Error>> {
        match spec::is_of_account(document) {
            true => spec::read_account(document).map(Specs::Account),
            false => spec::read(document).map(Specs::Fleet),
        }
    }

    fn lower(&self, request: &Request<'_>) -> Result<fleet::Lowered, Vec<fleet::Error>> {
        match self {
            Specs::Fleet(spec) => fleet::lower(spec, request),
            Specs::Account(spec) => fleet::lower_account(spec, request),
        }
    }

    /// The outputs of each environment.
    fn outputs(&self) -> Vec<(&str, &Outputs)> {
        match self {
            Specs::Fleet(spec) => {
                let environments = spec.environments.iter();
                let outputs = environments.map(|it| (&*it.name.value, &it.spec.outputs));
                outputs.collect()
            }
            Specs::Account(spec) => {
                let environments = spec.environments.iter();
                let outputs = environments.map(|it| (&*it.name.value, &it.spec.outputs));
                outputs.collect()
            }
        }
    }
}

/// The stacks of each output folder of this format, in written order.
fn by_folder<'s, 'p>(
    outputs: &[(&str, &Outputs)],
    stacks: &'s [Stack<'p>],
    format: Format,
) -> Vec<(String, Vec<&'s Stack<'p>>)> {
    let mut folders: Vec<(String, Vec<&Stack<'_>>)> = Vec::new();
    for stack in stacks {
        let plan = stack.plan;
        let mut outputs = outputs.iter();
        let outputs = outputs.find(|(name, _)| **name == *plan.deployment.environment);
        let folder = outputs.and_then(|(_, outputs)| match format {
            Format::CloudFormation => outputs.cloudformation.as_ref().map(|it| &it.dir),
            Format::Terraform => outputs.terraform.as_ref().map(|it| &it.dir),
        });
        let Some(folder) = folder else { continue };
        let folder = folder.value.trim_end_matches('/').to_owned();
        match folders.iter_mut().find(|(it, _)| *it == folder) {
            Some((_, stacks)) => stacks.push(stack),
            None => folders.push((folder, vec![stack])),
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
    /// Whether all environments are generated.
    is_whole: bool,
}

impl Emission<'_> {
    /// The files of one output folder, sorted.
    fn files(&self, format: Format, stacks: &[&Stack<'_>]) -> Result<Vec<OutputFile>, Defect> {
        let plans: Vec<&Plan> = stacks.iter().map(|stack| stack.plan).collect();
        let mut files = Vec::new();
        match format {
            Format::CloudFormation => {
                for stack in stacks {
                    files.push(stack.file.clone());
                    files.extend(documents(stack.plan)?);
                }
            }
            Format::Terraform => files.extend(self.configuration(&plans)?),
        }
        for plan in &plans {
            files.extend(self.beside(format, plan)?);
        }
        if self.is_whole {
            files.push(self.page(format, &plans)?);
        }
        files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(files)
    }

    /// The CloudFormation template of a plan, as written and as read back.
    fn stack(&self, plan: &Plan) -> Result<(OutputFile, lint::File), Defect> {
        let stack = emit::stack(plan, self.spec, self.place);
        let path = format!("{}/{}", plan.deployment.folder(), plan.notation.file());
        let (stack, contents) = match plan.notation {
            Notation::Yaml => {
                let contents = yaml(&stack);
                (stack, contents)
            }
            Notation::Json => {
                let stack = emit::stack_for_json(stack);
                let contents = print::json(&stack);
                (stack, contents)
            }
        };
        let document = check_text(&path, &contents, syntax(plan.notation), &stack)?;
        let file = OutputFile { path, contents };
        Ok((file, lint::File::of(alone(), document)))
    }

    /// The modules and roots of a Terraform output.
    fn configuration(&self, plans: &[&Plan]) -> Result<Vec<OutputFile>, Defect> {
        let mut files = Vec::new();
        for module in self.modules(plans) {
            files.extend(self.module(&module)?);
        }
        Ok(files)
    }

    fn modules<'p>(&self, plans: &[&'p Plan]) -> impl Iterator<Item = SharedModule<'p>> {
        let of_one =
            |one: &&Plan, other: &&Plan| one.deployment.environment == other.deployment.environment;
        let environments = plans.chunk_by(of_one);
        environments.flat_map(|plans| emit::modules(plans, self.place))
    }

    /// What the functions of a Terraform output are made of: the provider takes an archive and no
    /// text.
    fn archives(&self, stacks: &[&Stack<'_>]) -> Vec<Archive> {
        let plans: Vec<&Plan> = stacks.iter().map(|stack| stack.plan).collect();
        let of_module = |module: SharedModule<'_>| -> Vec<Archive> {
            let sources = function_sources(&module);
            let sources = sources.map(|source| Archive {
                path: format!("modules/{}/{}", module.name, source.archive()),
                contents: archive::archive(FunctionSource::INSIDE, source.text.as_bytes()),
            });
            sources.collect()
        };
        let mut archives: Vec<Archive> = self.modules(&plans).flat_map(of_module).collect();
        archives.sort_by(|one, two| one.path.cmp(&two.path));
        archives
    }

    /// A module and its roots, each read back with it.
    fn module(&self, module: &SharedModule<'_>) -> Result<Vec<OutputFile>, Defect> {
        let header = format!(
            "Written by fleetwright from {}: change the spec, not this file.",
            self.spec
        );
        let file = |path: String, body: &print::Body| OutputFile {
            path,
            contents: hcl(body, Some(&header)),
        };
        let files = module.files.iter();
        let mut files: Vec<OutputFile> = files
            .map(|it| file(format!("modules/{}/{}", module.name, it.name), &it.body))
            .collect();
        let mut roots = Vec::new();
        for plan in &module.plans {
            let path = format!("environments/{}/main.tf", plan.deployment.folder());
            let body = emit::root(plan, &format!("../../../modules/{}", module.name));
            let root = file(path, &body);
            check_module(&root, &files, plan)?;
            roots.push(root);
        }
        // For people: what runs is the archive.
        let sources = function_sources(module).map(|source| OutputFile {
            path: format!("modules/{}/{}", module.name, source.readable()),
            contents: source.text.to_owned(),
        });
        files.extend(sources.collect::<Vec<_>>());
        files.extend(roots);
        Ok(files)
    }
}

/// The sources of the functions of a module: the same in all its Regions.
fn function_sources<'p>(module: &SharedModule<'p>) -> impl Iterator<Item = FunctionSource<'p>> {
    let plan = module.plans.first().copied();
    plan.into_iter().flat_map(emit::function_sources)
}

/// Policies and template bodies of a plan, as files of their own.
fn documents(plan: &Plan) -> Result<Vec<OutputFile>, Defect> {
    let folder = plan.deployment.folder();
    let policies = plan.all_policies().map(|policy| {
        let path = format!("{folder}/{}.policy.json", policy.name);
        json_file(path, &emit::policy_document(policy))
    });
    let templates = plan.registrations.iter().map(|registration| {
        let template = &registration.template;
        let path = format!("{folder}/{}.template.json", template.name);
        json_file(path, &emit::template_body(template))
    });
    policies.chain(templates).collect()
}

fn json_file(path: String, value: &print::Value) -> Result<OutputFile, Defect> {
    let contents = print::json(value);
    check_text(&path, &contents, Syntax::Json, value)?;
    Ok(OutputFile { path, contents })
}
