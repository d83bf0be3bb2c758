//! What a stack tells of itself, under the same names in both languages.

use super::{Plan, Presence, Registration, Way};

/// Something that a stack tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it is of: a registration or a policy, by its own name.
    pub of: Option<Box<str>>,
    /// What is told: the rest of its name, e.g. `template_arn`.
    pub what: &'static str,
    /// For a reader.
    pub description: &'static str,
    /// Its value.
    pub value: OutputValue,
}

/// The value of an [`Output`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputValue {
    /// A name, or the ARN of what is there already: it is known.
    Name(String),
    /// The ARN of a resource of the stack.
    Arn(Told),
    /// The id of the CA certificate of a registration.
    AuthorityId,
    /// The id of the API of its broker.
    ApiId,
}

/// A resource that a stack tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The provisioning template of a registration.
    Template,
    /// Its role.
    Role,
    /// The function that is its hook.
    Hook,
    /// The table of devices.
    Table,
}

impl Plan {
    /// All that the stack tells.
    pub fn outputs(&self) -> Vec<Output> {
        if self.account.is_some() {
            return vec![Output {
                of: None,
                what: "account",
                description: "Number of the account whose settings these are",
                value: OutputValue::Name(self.deployment.account.to_string()),
            }];
        }
        let thing_type = Output {
            of: None,
            what: "thing_type",
            description: "Name of the thing type",
            value: OutputValue::Name(self.thing_type.name.clone()),
        };
        let policies = self.policies.iter().map(|policy| Output {
            of: Some(self.deployment.own_name(&policy.name).into()),
            what: "policy",
            description: "Name of a policy of devices",
            value: OutputValue::Name(policy.name.clone()),
        });
        let registrations = self.registrations.iter().flat_map(of_registration);
        [thing_type]
            .into_iter()
            .chain(policies)
            .chain(registrations)
            .collect()
    }
}

fn of_registration(registration: &Registration) -> Vec<Output> {
    let output = |what, description, value| Output {
        of: Some(registration.name.clone()),
        what,
        description,
        value,
    };
    let mut outputs = vec![
        output(
            "template",
            "Name of the provisioning template",
            OutputValue::Name(registration.template.name.clone()),
        ),
        output(
            "template_arn",
            "ARN of the provisioning template",
            OutputValue::Arn(Told::Template),
        ),
        output(
            "role_arn",
            "ARN of the provisioning role",
            match &registration.existing_role {
                Some(arn) => OutputValue::Name(arn.clone()),
                None => OutputValue::Arn(Told::Role),
            },
        ),
    ];
    match &registration.way {
        Way::Jitp(_) => outputs.push(output(
            "authority",
            "Id of the registered CA certificate",
            OutputValue::AuthorityId,
        )),
        Way::Claim(claim) => outputs.push(output(
            "claim_policy",
            "Name of the policy of the claim certificate",
            OutputValue::Name(claim.policy.name.clone()),
        )),
        Way::TrustedUser(trusted) => {
            let api = "Id of the API that installers ask for claims";
            let api = trusted
                .broker
                .as_ref()
                .map(|_| output("api", api, OutputValue::ApiId));
            outputs.extend(api);
        }
    }
    if let Some(hooked) = registration.way.hooked() {
        let function = hooked.hook.function.as_ref();
        outputs.extend(function.map(|_| {
            let value = OutputValue::Arn(Told::Hook);
            output("hook_arn", "ARN of the function that is the hook", value)
        }));
        if let Some(table) = function.and_then(|it| it.table.as_ref()) {
            let name = OutputValue::Name(table.name.clone());
            let what = "Name of the table of the devices that may register";
            outputs.push(output("table", what, name));
            let what = "ARN of the table of the devices that may register";
            match table.presence {
                Presence::Made => {
                    outputs.push(output("table_arn", what, OutputValue::Arn(Told::Table)));
                }
                Presence::Existing => {}
            }
        }
    }
    outputs
}
