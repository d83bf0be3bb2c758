//! The page beside generated files, for people.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::Format;
use crate::facts::limit;
use crate::fleet::plan::{Note, Plan, Registration};
use crate::fleet::spec::Keys;

const TEMPLATE: &str = include_str!("../../../templates/README.md");

/// The page of one output.
#[derive(Clone, Copy, Debug)]
pub struct Page<'p> {
    /// The format of the output.
    pub format: Format,
    /// The plans whose files stand beside it.
    pub plans: &'p [&'p Plan],
    /// What there is to know.
    pub notes: &'p [Note],
    /// The name of the spec's file.
    pub spec: &'p str,
}

/// What the page shows.
#[derive(Serialize)]
struct Contents<'p> {
    fleet: &'p str,
    spec: &'p str,
    is_terraform: bool,
    stacks: Vec<Stack<'p>>,
    profiles: Vec<Profile>,
    notes: Vec<String>,
    propagation_minutes: u64,
    template_versions: u64,
}

#[derive(Serialize)]
struct Stack<'p> {
    environment: &'p str,
    region: &'p str,
    account: &'p str,
    folder: String,
    name: String,
    thing_type: &'p str,
    groups: Vec<&'p str>,
    policies: Vec<&'p str>,
}

#[derive(Serialize)]
struct Profile {
    environment: String,
    name: String,
    authority: String,
    not_after: String,
    subject: Vec<(&'static str, String)>,
    keys: &'static str,
    valid_days: u32,
    thing_name: String,
}

impl Page<'_> {
    /// The page as Markdown.
    ///
    /// # Errors
    /// The template asks for something that the page does not have: a defect of ours.
    pub fn render(&self) -> Result<String, minijinja::Error> {
        let environment = environment()?;
        let contents = Value::from(Serde(self.contents()));
        environment.render_str(TEMPLATE, contents)
    }

    fn contents(&self) -> Contents<'_> {
        let mut profiles: Vec<Profile> = Vec::new();
        for plan in self.plans {
            for registration in &plan.registrations {
                let environment = &plan.deployment.environment;
                let is_known = profiles
                    .iter()
                    .any(|it| *it.environment == **environment && *it.name == *registration.name);
                if !is_known {
                    profiles.push(profile(environment, registration));
                }
            }
        }
        let mut notes: Vec<String> = Vec::new();
        for note in self.notes {
            let text = note.kind.to_string();
            if !notes.contains(&text) {
                notes.push(text);
            }
        }
        Contents {
            fleet: self.plans.first().map_or("", |plan| &plan.deployment.fleet),
            spec: self.spec,
            is_terraform: self.format == Format::Terraform,
            stacks: self.plans.iter().map(|plan| stack(plan)).collect(),
            profiles,
            notes,
            propagation_minutes: limit::POLICY_PROPAGATION_MINUTES,
            template_versions: limit::PROVISIONING_TEMPLATE_VERSIONS,
        }
    }
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    // Delimiters that neither Markdown nor CloudFormation has.
    let syntax = SyntaxConfig::builder()
        .block_delimiters("<%", "%>")
        .variable_delimiters("«", "»")
        .comment_delimiters("<#", "#>")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    Ok(environment)
}

fn stack(plan: &Plan) -> Stack<'_> {
    let deployment = &plan.deployment;
    Stack {
        environment: &deployment.environment,
        region: &deployment.region,
        account: &deployment.account,
        folder: deployment.folder(),
        name: deployment.name("fleet"),
        thing_type: &plan.thing_type.name,
        groups: plan.groups.iter().map(|it| it.name.as_str()).collect(),
        policies: plan.policies.iter().map(|it| it.name.as_str()).collect(),
    }
}

fn profile(environment: &str, registration: &Registration) -> Profile {
    Profile {
        environment: environment.to_owned(),
        name: registration.name.to_string(),
        authority: registration.authority.subject.clone(),
        not_after: registration.authority.not_after.to_string(),
        subject: registration.profile.subject.clone(),
        keys: match registration.profile.keys {
            Keys::Tpm => "in a TPM",
            Keys::SecureElement => "in a secure element",
            Keys::Device => "in the device",
        },
        valid_days: registration.profile.valid_days,
        thing_name: registration.template.thing_name.clone(),
    }
}
