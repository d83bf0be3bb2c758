//! The page beside generated files, for people.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::Format;
use crate::facts::{self, limit};
use crate::fleet::plan::{Claim, Jitp, Note, Plan, Registration, Table, TemplatePart, Way};
use crate::fleet::spec::{Keys, MadeFrom};

mod furniture;

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
    claims: Vec<ClaimPage<'p>>,
    furniture: Vec<String>,
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

/// Registration by claim in one environment and Region.
#[derive(Serialize)]
struct ClaimPage<'p> {
    environment: &'p str,
    region: &'p str,
    name: &'p str,
    because: String,
    template: &'p str,
    policy: &'p str,
    client_id_prefix: &'p str,
    verb: &'static str,
    payload: &'static str,
    is_csr: bool,
    keys: &'static str,
    sends: Vec<&'p str>,
    hook: Option<HookPage<'p>>,
    table: Option<TablePage<'p>>,
}

#[derive(Serialize)]
struct HookPage<'p> {
    log: &'p str,
    days: u32,
    runtime: &'static str,
    until: &'static str,
}

#[derive(Serialize)]
struct TablePage<'p> {
    name: &'p str,
    key: &'p str,
    /// A new entry, as the command line takes it.
    item: String,
    /// What an entry is found by.
    found_by: String,
    /// The name of the key for expressions.
    names: String,
    /// The names of key and state for expressions.
    names_of_both: String,
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
        let mut claims = Vec::new();
        for plan in self.plans {
            for registration in &plan.registrations {
                match &registration.way {
                    Way::Jitp(jitp) => {
                        let environment = &plan.deployment.environment;
                        let is_it = |it: &Profile| {
                            *it.environment == **environment && *it.name == *registration.name
                        };
                        if !profiles.iter().any(is_it) {
                            profiles.push(profile(environment, registration, jitp));
                        }
                    }
                    Way::Claim(claim) => claims.push(claim_page(plan, registration, claim)),
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
            claims,
            furniture: furniture::lines(self.plans),
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

fn profile(environment: &str, registration: &Registration, jitp: &Jitp) -> Profile {
    let thing_name = registration.template.thing_name.parts.iter();
    let thing_name = thing_name.map(|part| match part {
        TemplatePart::Text(text) => text.as_str(),
        TemplatePart::Parameter(name) => name,
    });
    Profile {
        environment: environment.to_owned(),
        name: registration.name.to_string(),
        authority: cell(&jitp.authority.subject),
        not_after: jitp.authority.not_after.to_string(),
        subject: jitp
            .subject
            .iter()
            .map(|(field, value)| (*field, cell(value)))
            .collect(),
        keys: keys(registration),
        valid_days: jitp.valid_days,
        thing_name: thing_name.collect(),
    }
}

fn keys(registration: &Registration) -> &'static str {
    match registration.keys {
        Keys::Tpm => "in a TPM",
        Keys::SecureElement => "in a secure element",
        Keys::Device => "in the device",
    }
}

/// A text of the spec as one line of Markdown that means nothing but itself.
fn prose(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars().filter(|it| !it.is_control()) {
        if "\\`*_[]<>|#!~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A text of the spec or of a certificate inside of backticks, in a cell of a table.
fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('`', "'").replace('|', "\\|")
}

fn claim_page<'p>(
    plan: &'p Plan,
    registration: &'p Registration,
    claim: &'p Claim,
) -> ClaimPage<'p> {
    let function = claim.hook.function.as_ref();
    ClaimPage {
        environment: &plan.deployment.environment,
        region: &plan.deployment.region,
        name: &registration.name,
        because: prose(&claim.because),
        template: &registration.template.name,
        policy: &claim.policy.name,
        client_id_prefix: &claim.client_id_prefix,
        verb: claim.from.verb(),
        payload: claim.payload.word(),
        is_csr: claim.from == MadeFrom::Csr,
        keys: keys(registration),
        sends: claim.sends.iter().map(|it| &**it).collect(),
        hook: function.map(|it| HookPage {
            log: &it.logs.name,
            days: it.logs.days,
            runtime: it.runtime,
            until: facts::hook_runtime().until,
        }),
        table: function.and_then(|it| Some(table_page(it.table.as_ref()?))),
    }
}

/// The arguments of commands. Names of fields are ASCII letters, digits, `_` and `-` here, so that
/// they need no quotes in a shell.
fn table_page(table: &Table) -> TablePage<'_> {
    let string = |text: &str| serde_json::json!({ "S": text });
    let key = (table.key.to_string(), string(&table.key.to_uppercase()));
    let state = ("state".to_owned(), string("allowed"));
    let returns = table.returns.iter();
    let returns = returns.map(|name| (name.to_string(), string(&name.to_uppercase())));
    let found_by = serde_json::Map::from_iter([key.clone()]);
    let item: serde_json::Map<_, _> = [key, state].into_iter().chain(returns).collect();
    TablePage {
        name: &table.name,
        key: &table.key,
        item: serde_json::Value::Object(item).to_string(),
        found_by: serde_json::Value::Object(found_by).to_string(),
        names: serde_json::json!({ "#key": table.key }).to_string(),
        names_of_both: serde_json::json!({ "#key": table.key, "#state": "state" }).to_string(),
    }
}
