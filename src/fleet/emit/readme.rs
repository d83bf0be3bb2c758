//! The page beside generated files, for people.

use serde::Serialize;

use super::Format;
use super::rendering::{Template, cell};
use crate::facts::limit;
use crate::fleet::plan::{Jitp, Note, Plan, Registration, Signing, TemplatePart, Way};

mod account;
mod capacity;
mod claim;
mod cost;
mod feature;
mod sequence;
mod trusted;

use capacity::Capacity;
use claim::ClaimPage;
use cost::Cost;
use sequence::{Sequence, keys};
use trusted::TrustedPage;

mod furniture;

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
    jobs: Vec<feature::JobPage<'p>>,
    uploads: Vec<feature::UploadPage<'p>>,
    trusted: Vec<TrustedPage<'p>>,
    furniture: Vec<String>,
    capacities: Vec<Capacity<'p>>,
    fleets: Vec<String>,
    costs: Vec<Cost>,
    prices_read: &'static str,
    notes: Vec<String>,
    propagation_minutes: u64,
    template_versions: u64,
    quotas_read: &'static str,
}

#[derive(Serialize)]
struct Stack<'p> {
    environment: &'p str,
    region: &'p str,
    account: &'p str,
    folder: String,
    file: &'static str,
    name: String,
}

/// What the factory makes for just-in-time provisioning in one environment.
#[derive(Serialize)]
struct Profile {
    environment: String,
    name: String,
    authority: String,
    validity: String,
    subject: Vec<(&'static str, String)>,
    keys: &'static str,
    valid_days: u32,
    thing_name: String,
    sequence: String,
    /// The role that issues certificates.
    factory: Option<String>,
    /// The template that it issues by.
    template: Option<String>,
    /// The algorithm that the CA signs with.
    signature: String,
    is_made: bool,
}

impl Page<'_> {
    /// The page as Markdown.
    ///
    /// # Errors
    /// The template asks for something that the page does not have: a defect of ours.
    pub fn render(&self) -> Result<String, minijinja::Error> {
        match self.plans.iter().any(|it| it.account.is_some()) {
            true => account::page(self),
            false => Template::Page.render(self.contents()),
        }
    }

    fn contents(&self) -> Contents<'_> {
        let mut profiles: Vec<Profile> = Vec::new();
        let (mut claims, mut trusted) = (Vec::new(), Vec::new());
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
                    Way::Claim(claim) => {
                        let page = claim::page(plan, registration, claim, self.format);
                        claim::join(&mut claims, page);
                    }
                    Way::TrustedUser(user) => {
                        trusted.push(trusted::page(plan, registration, user, self.format));
                    }
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
            stacks: self.plans.iter().map(|it| stack(it, self.format)).collect(),
            profiles,
            claims,
            jobs: self
                .plans
                .iter()
                .flat_map(|plan| feature::jobs(plan))
                .collect(),
            uploads: self
                .plans
                .iter()
                .flat_map(|plan| feature::uploads(plan))
                .collect(),
            trusted,
            furniture: furniture::lines(self.plans),
            capacities: capacity::rows(self.plans),
            fleets: capacity::fleets(),
            costs: cost::rows(self.plans),
            prices_read: cost::read(),
            notes,
            propagation_minutes: limit::POLICY_PROPAGATION_MINUTES,
            template_versions: limit::PROVISIONING_TEMPLATE_VERSIONS,
            quotas_read: capacity::read(),
        }
    }
}

fn stack(plan: &Plan, format: Format) -> Stack<'_> {
    let deployment = &plan.deployment;
    Stack {
        environment: &deployment.environment,
        region: &deployment.region,
        account: &deployment.account,
        folder: format.folder(deployment),
        file: plan.notation.file(),
        name: deployment.name("fleet"),
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
        authority: cell(&jitp.authority.subject()),
        validity: jitp.authority.validity(),
        subject: jitp
            .subject
            .iter()
            .map(|(field, value)| (*field, cell(value)))
            .collect(),
        keys: keys(registration),
        valid_days: jitp.valid_days,
        thing_name: thing_name.collect(),
        sequence: Sequence::of(registration).to_string(),
        factory: jitp.factory.as_ref().map(|it| it.role.clone()),
        template: jitp.factory.as_ref().map(|it| it.template.clone()),
        signature: match &jitp.authority {
            Signing::Known(_) => "ALGORITHM_OF_THE_CA".to_owned(),
            Signing::Made(made) => made.signing.signing_algorithm().to_owned(),
        },
        is_made: matches!(jitp.authority, Signing::Made(_)),
    }
}
