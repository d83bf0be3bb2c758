//! What is done by hand, or by no resource of the output, as scripts for a POSIX shell and the AWS
//! command line.
//!
//! Commands and their options: <https://docs.aws.amazon.com/cli/latest/reference/iot/> and
//! <https://docs.aws.amazon.com/cli/latest/reference/dynamodb/>, read 2026-11-24.

use serde::Serialize;
use serde_json::json;

use super::rendering::{Template, word};
use super::{Beside, Contents, Format};
use crate::facts::limit;
use crate::fleet::plan::{Plan, Registration, Table, Way};

/// A script of a way to register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Makes the claim certificate.
    Claim,
    /// Keeps the entries of the devices that may register.
    Devices,
    /// Looks whether the CA does what it is registered for.
    Authority,
    /// Removes versions of the template, which Terraform leaves.
    Versions,
}

impl Script {
    fn template(self) -> Template {
        match self {
            Script::Claim => Template::Claim,
            Script::Devices => Template::Devices,
            Script::Authority => Template::Authority,
            Script::Versions => Template::Versions,
        }
    }

    /// Where it stands. Names of ways to register are part of names of templates: letters, digits,
    /// `_` and `-`.
    pub(super) fn file(self, registration: &str) -> String {
        let own = match self {
            Script::Claim => "claim",
            Script::Devices => "devices",
            Script::Authority => "authority",
            Script::Versions => "versions",
        };
        format!("scripts/{registration}-{own}.sh")
    }
}

/// What a script is filled in with: words of a shell.
#[derive(Serialize)]
struct Words<'p> {
    region: String,
    template: String,
    policy: String,
    table: String,
    fields: Vec<&'p str>,
    names: String,
    names_of_both: String,
    template_versions: u64,
}

/// The scripts of an environment and Region.
///
/// # Errors
/// A template asks for something that there is not: a defect of ours.
pub fn scripts(plan: &Plan, format: Format) -> Result<Vec<Beside>, minijinja::Error> {
    let mut scripts: Vec<Beside> = super::account::scripts(plan)?.into_iter().collect();
    for registration in &plan.registrations {
        for script in of(registration, format) {
            scripts.push(Beside {
                path: script.file(&registration.name),
                contents: Contents::Text(script.template().render(words(plan, registration))?),
            });
        }
    }
    Ok(scripts)
}

fn of(registration: &Registration, format: Format) -> Vec<Script> {
    let mut scripts = match &registration.way {
        Way::Jitp(_) => vec![Script::Authority],
        Way::Claim(_) => vec![Script::Claim],
        Way::TrustedUser(_) => Vec::new(),
    };
    scripts.extend(table(registration).map(|_| Script::Devices));
    match format {
        // CloudFormation makes room by itself.
        Format::CloudFormation => {}
        Format::Terraform => scripts.push(Script::Versions),
    }
    scripts
}

fn table(registration: &Registration) -> Option<&Table> {
    registration.way.hooked()?.table()
}

fn words<'p>(plan: &'p Plan, registration: &'p Registration) -> Words<'p> {
    let table = table(registration);
    let key = table.map_or("", |it| &it.key);
    let fields = table.into_iter().flat_map(|it| &it.returns);
    Words {
        region: word(&plan.deployment.region),
        template: word(&registration.template.name),
        policy: word(match &registration.way {
            Way::Jitp(_) | Way::TrustedUser(_) => "",
            Way::Claim(claim) => &claim.policy.name,
        }),
        table: word(table.map_or("", |it| &it.name)),
        fields: std::iter::once(key).chain(fields.map(|it| &**it)).collect(),
        names: word(&json!({ "#key": key }).to_string()),
        names_of_both: word(&json!({ "#key": key, "#state": "state" }).to_string()),
        template_versions: limit::PROVISIONING_TEMPLATE_VERSIONS,
    }
}
