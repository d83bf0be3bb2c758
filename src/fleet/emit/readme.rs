//! The page beside generated files, for people.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::facts::limit;
use crate::fleet::plan::{Note, Plan, Registration};
use crate::fleet::spec::Keys;

const TEMPLATE: &str = include_str!("../../../templates/README.md");

/// What the page shows.
#[derive(Serialize)]
struct Page<'p> {
    fleet: &'p str,
    spec: &'p str,
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

/// The page of the plans of one output. `folder` gives the folder of a plan's files.
///
/// # Errors
/// The template asks for something that the page does not have: a defect of ours.
pub fn readme(
    plans: &[Plan],
    notes: &[Note],
    spec: &str,
    folder: &dyn Fn(&Plan) -> String,
) -> Result<String, minijinja::Error> {
    let stack = |plan| stack(plan, folder(plan));
    let mut profiles: Vec<Profile> = Vec::new();
    for plan in plans {
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
    let mut texts: Vec<String> = Vec::new();
    for note in notes {
        let text = note.kind.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let page = Page {
        fleet: plans.first().map_or("", |plan| &plan.deployment.fleet),
        spec,
        stacks: plans.iter().map(stack).collect(),
        profiles,
        notes: texts,
        propagation_minutes: limit::POLICY_PROPAGATION_MINUTES,
        template_versions: limit::PROVISIONING_TEMPLATE_VERSIONS,
    };
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
    environment.render_str(TEMPLATE, Value::from(Serde(&page)))
}

fn stack(plan: &Plan, folder: String) -> Stack<'_> {
    let deployment = &plan.deployment;
    Stack {
        environment: &deployment.environment,
        region: &deployment.region,
        account: &deployment.account,
        folder,
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
