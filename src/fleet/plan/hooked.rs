//! Registration in which AWS IoT makes the certificate: what asks whether a device gets in, and who brings it.

use super::{DevicePolicy, Exemption, Function, Hook, Role, Table};
use crate::fleet::spec::MadeFrom;
use crate::source::Span;

/// What registration has in which AWS IoT makes the certificate, and asks a hook.
#[derive(Clone, Debug)]
pub struct Hooked {
    /// From what AWS IoT makes the device's certificate.
    pub from: MadeFrom,
    /// What a device has to send: parameters of the template.
    pub sends: Vec<Box<str>>,
    /// Who decides whether a device gets in.
    pub hook: Hook,
    /// The name of the table of a broker's claims, which the hook looks at.
    pub claims: Option<String>,
}

impl Hooked {
    /// The table of the devices that may register.
    pub fn table(&self) -> Option<&Table> {
        self.hook.function.as_ref()?.table.as_ref()
    }

    /// The same, when it is made.
    pub fn made_table(&self) -> Option<&Table> {
        self.hook.function.as_ref()?.made_table()
    }
}

/// What registration by a trusted user has.
#[derive(Clone, Debug)]
pub struct TrustedUser {
    /// How AWS IoT makes the certificate, and what it asks.
    pub hooked: Hooked,
    /// What a claim is taken to allow: its policy is AWS's own, and not deployed.
    pub claim: DevicePolicy,
    /// How installers sign in.
    pub sign_in: SignIn,
    /// The role that installers take, when it is deployed with the rest.
    pub role: Option<Role>,
    /// What the role may do.
    pub access: Access,
    /// What makes claims; without it installers ask AWS IoT itself.
    pub broker: Option<Broker>,
    /// What asked for it.
    pub origin: Span,
}

/// How installers sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// With an identity pool of Amazon Cognito.
    Cognito {
        /// Its id.
        pool: String,
        /// The group of the user pool whose members are installers.
        group: String,
    },
    /// With an identity provider by SAML.
    Saml {
        /// Its ARN.
        provider: String,
    },
    /// With a role that is there already.
    Role,
}

/// A right of a role: one action on one resource.
#[derive(Clone, Debug)]
pub struct Access {
    /// The name of the policy.
    pub policy: String,
    /// The name of the role.
    pub role: String,
    /// The action.
    pub action: &'static str,
    /// On what.
    pub on: AccessTarget,
}

/// What an [`Access`] is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessTarget {
    /// What this ARN names.
    Arn(String),
    /// The route of the broker's API: a part of its ARN AWS gives.
    Route,
}

/// The function that makes claims for installers, and what it needs.
#[derive(Clone, Debug)]
pub struct Broker {
    /// The function.
    pub function: Function,
    /// What it writes down: for whom and for which device each claim is.
    pub claims: Table,
    /// Who is an installer.
    pub installers: Table,
    /// How it is asked.
    pub api: Api,
}

/// An HTTP API with one route, which asks one function for those who sign as AWS takes it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its name.
    pub name: String,
    /// What stands in front of its id in the ARNs of its routes.
    pub arn_head: String,
    /// Its stage.
    pub stage: String,
    /// How often it may be asked in a second.
    pub per_second: u64,
    /// Checks that its stage does not meet.
    pub exemptions: &'static [Exemption],
}

impl Api {
    /// The method of the route.
    pub const METHOD: &'static str = "POST";
    /// The path of the route.
    pub const PATH: &'static str = "/claims";

    /// The route, as API Gateway writes it.
    pub fn route() -> String {
        format!("{} {}", Api::METHOD, Api::PATH)
    }

    /// What stands behind the API's id in the ARN of the route.
    pub fn arn_tail(&self) -> String {
        format!("/{}/{}{}", self.stage, Api::METHOD, Api::PATH)
    }
}
