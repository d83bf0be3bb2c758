//! A CloudFormation template for one environment and Region.
//!
//! Every name and ARN is written out: `!Ref` of a thing group or type may give an id instead of
//! its name, and a template that names an id is accepted and then fails for every device.

use super::iam::{purpose, rights_document, role_document, session_seconds, trust_document};
use super::iot::policy_document_with;
use super::{asked, asked_by, furniture, template_body};
use crate::document::print::{Value, json_compact};
use crate::facts;
use crate::fleet::plan::{
    Claim, DevicePolicy, Jitp, Plan, Presence, Registration, Resource, Role, Service, ThingGroup,
    ThingType, Way,
};
use crate::fleet::spec::Deletion;
use crate::source::Span;

mod account;
mod feature;
mod hook;
mod json;
mod private_ca;
mod stack;
mod trusted;

use hook::hook_property;
pub use json::stack_for_json;

/// The stack of a plan. `place` says where a span stands, e.g. `fleet.yaml:12`; `spec` is the path
/// of the spec.
pub fn stack(plan: &Plan, spec: &str, place: &dyn Fn(Span) -> String) -> Value {
    let stack = Stack { plan, place };
    let deployment = &plan.deployment;
    let whose = match &plan.account {
        Some(_) => "Account settings",
        None => "Fleet",
    };
    let description = format!(
        "{whose} {}, environment {}, {}",
        deployment.fleet, deployment.environment, deployment.region
    );
    let mut resources = Vec::new();
    if let Some(settings) = &plan.account {
        resources.extend(stack.account(settings));
    }
    if plan.thing_type.presence == Presence::Made {
        resources.push(("ThingType".to_owned(), stack.thing_type(&plan.thing_type)));
    }
    for group in plan.made_groups() {
        resources.push((stack.group_id(group), stack.group(group)));
    }
    if let Some(group) = &plan.billing_group {
        resources.push((feature::BILLING.to_owned(), stack.billing_group(group)));
    }
    for policy in &plan.policies {
        resources.push((stack.policy_id(policy), stack.policy(policy)));
    }
    resources.extend(stack.furniture());
    for registration in &plan.registrations {
        let ids = Ids::of(registration);
        if registration.existing_role.is_none() {
            resources.push((ids.role.clone(), stack.role(&registration.role)));
        }
        match &registration.way {
            Way::Jitp(jitp) => {
                let template = stack.template(registration, &ids);
                resources.push((ids.template.clone(), template));
                resources.extend(stack.private_ca(jitp, &ids));
                let authority = stack.authority(registration, jitp, &ids);
                resources.push((ids.authority.clone(), authority));
            }
            Way::Claim(claim) => {
                resources.extend(stack.of_hook(&claim.hooked, &ids));
                resources.push((ids.claim.clone(), stack.claim_policy(claim)));
                let template = stack.template(registration, &ids);
                resources.push((ids.template.clone(), template));
            }
            Way::TrustedUser(trusted) => {
                resources.extend(stack.of_hook(&trusted.hooked, &ids));
                let template = stack.template(registration, &ids);
                resources.push((ids.template.clone(), template));
                resources.extend(stack.of_trusted_user(trusted, &ids));
            }
        }
    }
    for job in &plan.jobs {
        resources.extend(stack.job(job));
    }
    for upload in &plan.uploads {
        resources.extend(stack.upload(upload));
    }
    resources.extend(stack.alarms());
    for service in &plan.services {
        let id = format!("{}ServicePolicy", logical(&service.name));
        resources.push((id, stack.service(service)));
    }
    Value::mapping([
        ("AWSTemplateFormatVersion", Value::from("2010-09-09")),
        ("Description", Value::from(description)),
        (
            "Resources",
            Value::mapping(furniture::of_stack(resources, plan)),
        ),
        ("Outputs", Value::mapping(stack.outputs())),
    ])
    .with_comment(format!(
        "Written by fleetwright from {spec}: change the spec, not this file."
    ))
}

/// The output that tells the API of a broker.
pub(super) fn api_output(registration: &Registration) -> String {
    Ids::of(registration).api
}

/// Logical ids of a registration.
struct Ids {
    /// What all of them begin with.
    name: String,
    issuer: String,
    role: String,
    template: String,
    authority: String,
    claim: String,
    table: String,
    hook: FunctionIds,
    broker: FunctionIds,
    claims: String,
    installers: String,
    installers_role: String,
    access: String,
    api: String,
    integration: String,
    route: String,
    stage: String,
}

/// Logical ids of a function and what it needs.
struct FunctionIds {
    function: String,
    logs: String,
    role: String,
    permission: String,
}

impl FunctionIds {
    fn of(function: String) -> FunctionIds {
        FunctionIds {
            logs: format!("{function}Logs"),
            role: format!("{function}Role"),
            permission: format!("{function}Permission"),
            function,
        }
    }
}

impl Ids {
    fn of(registration: &Registration) -> Ids {
        let name = logical(&registration.name);
        Ids {
            role: format!("{name}Role"),
            template: format!("{name}Template"),
            authority: format!("{name}Authority"),
            claim: format!("{name}ClaimPolicy"),
            table: format!("{name}Table"),
            hook: FunctionIds::of(format!("{name}Hook")),
            broker: FunctionIds::of(format!("{name}Broker")),
            claims: format!("{name}Claims"),
            installers: format!("{name}Installers"),
            installers_role: format!("{name}InstallersRole"),
            access: format!("{name}InstallersAccess"),
            api: format!("{name}Api"),
            integration: format!("{name}ApiIntegration"),
            route: format!("{name}ApiRoute"),
            stage: format!("{name}ApiStage"),
            issuer: format!("{name}IssuerRole"),
            name,
        }
    }
}

/// A name as part of a logical id: `pilot-line` becomes `PilotLine`.
fn logical(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

struct Stack<'p> {
    plan: &'p Plan,
    place: &'p dyn Fn(Span) -> String,
}

impl Stack<'_> {
    fn thing_type(&self, thing_type: &ThingType) -> Value {
        let mut properties = vec![("ThingTypeName", Value::from(thing_type.name.as_str()))];
        if !thing_type.searchable.is_empty() {
            let attributes = thing_type.searchable.iter().map(|name| &**name);
            let attributes = Value::sequence(attributes);
            let inner = Value::mapping([("SearchableAttributes", attributes)]);
            properties.push(("ThingTypeProperties", inner));
        }
        self.resource("AWS::IoT::ThingType", &[], properties)
            .with_comment(self.asked("things.type", thing_type.origin))
            .with_origin(thing_type.origin)
    }

    fn group_id(&self, group: &ThingGroup) -> String {
        format!(
            "{}Group",
            logical(self.plan.deployment.own_name(&group.name))
        )
    }

    fn group(&self, group: &ThingGroup) -> Value {
        let properties = vec![("ThingGroupName", Value::from(group.name.as_str()))];
        self.resource("AWS::IoT::ThingGroup", &[], properties)
            .with_comment(self.asked("things.groups", group.origin))
            .with_origin(group.origin)
    }

    fn policy_id(&self, policy: &DevicePolicy) -> String {
        format!(
            "{}Policy",
            logical(self.plan.deployment.own_name(&policy.name))
        )
    }

    fn policy(&self, policy: &DevicePolicy) -> Value {
        let resource = |resource: &Resource| {
            let value =
                Value::from(resource.arn.as_str()).with_comment(asked_by(resource, self.place));
            match resource.origins.first() {
                Some(origin) => value.with_origin(origin.span),
                None => value,
            }
        };
        let properties = vec![
            ("PolicyName", Value::from(policy.name.as_str())),
            ("PolicyDocument", policy_document_with(policy, resource)),
        ];
        self.resource("AWS::IoT::Policy", &[], properties)
    }

    fn claim_policy(&self, claim: &Claim) -> Value {
        self.policy(&claim.policy)
            .with_comment("The certificate that devices share while they register may do this")
    }

    fn role(&self, role: &Role) -> Value {
        let trust = trust_document(role, &self.plan.deployment.account);
        let seconds = session_seconds(role);
        let has_rights = !role.statements.is_empty();
        let policy = has_rights.then(|| (role.policy, role_document(role)));
        self.role_of(&role.name, trust, seconds, policy)
            .with_comment(purpose(role))
    }

    fn role_of(
        &self,
        name: &str,
        trust: Value,
        session_seconds: Option<u32>,
        policy: Option<(&str, Value)>,
    ) -> Value {
        let mut properties = vec![
            ("RoleName", Value::from(name)),
            ("AssumeRolePolicyDocument", trust),
        ];
        properties.extend(session_seconds.map(|it| ("MaxSessionDuration", Value::from(it))));
        if let Some((policy, document)) = policy {
            let policy = Value::mapping([
                ("PolicyName", Value::from(policy)),
                ("PolicyDocument", document),
            ]);
            properties.push(("Policies", Value::sequence([policy])));
        }
        self.resource("AWS::IAM::Role", &[], properties)
    }

    /// The policy of a service, in a role that is there already.
    fn service(&self, service: &Service) -> Value {
        let properties = vec![
            ("PolicyName", Value::from(service.policy.as_str())),
            ("RoleName", Value::from(service.role.as_str())),
            ("PolicyDocument", rights_document(&service.statements)),
        ];
        let path = format!("services.{}", service.name);
        self.resource("AWS::IAM::RolePolicy", &[], properties)
            .with_comment(self.asked(&path, service.origin))
            .with_origin(service.origin)
    }

    fn template(&self, registration: &Registration, ids: &Ids) -> Value {
        let template = &registration.template;
        let kind = facts::dialect(template.dialect).template_type.unwrap_or("");
        let role = match &registration.existing_role {
            Some(arn) => Value::from(arn.as_str()),
            None => Value::call("Fn::GetAtt", format!("{}.Arn", ids.role)),
        };
        let body = json_compact(&template_body(template));
        let mut properties = vec![
            ("TemplateName", Value::from(template.name.as_str())),
            ("TemplateType", Value::from(kind)),
            ("Enabled", Value::from(true)),
            ("ProvisioningRoleArn", role),
            ("TemplateBody", Value::from(body)),
        ];
        // The body names them as text, from which CloudFormation infers no order.
        let mut needs = Vec::new();
        match self.plan.thing_type.presence {
            Presence::Made => needs.push("ThingType".to_owned()),
            Presence::Existing => {}
        }
        needs.extend(self.plan.made_groups().map(|group| self.group_id(group)));
        let billing = self.plan.billing_group.iter();
        needs.extend(billing.map(|_| feature::BILLING.to_owned()));
        needs.extend(self.plan.policies.iter().map(|it| self.policy_id(it)));
        if let Some(hooked) = registration.way.hooked() {
            properties.push(("PreProvisioningHook", hook_property(&hooked.hook, ids)));
            // AWS IoT refuses a template whose hook it may not ask.
            needs.push(ids.hook.permission.clone());
        }
        self.resource("AWS::IoT::ProvisioningTemplate", &needs, properties)
    }

    fn authority(&self, registration: &Registration, jitp: &Jitp, ids: &Ids) -> Value {
        let template = [("TemplateName", registration.template.name.as_str())];
        let properties = vec![
            ("CACertificatePem", self.signing_certificate(jitp, ids)),
            ("CertificateMode", Value::from("SNI_ONLY")),
            ("Status", Value::from("ACTIVE")),
            ("AutoRegistrationStatus", Value::from("ENABLE")),
            ("RegistrationConfig", Value::mapping(template)),
        ];
        let comment = format!(
            "{}\n{}",
            jitp.authority.shown(),
            self.asked("issuer", registration.origin)
        );
        let needs = [ids.template.clone()];
        self.resource("AWS::IoT::CACertificate", &needs, properties)
            .with_comment(comment)
            .with_origin(registration.origin)
    }

    /// A resource that devices depend on: all of a stack's are such.
    fn resource(&self, kind: &str, needs: &[String], properties: Vec<(&str, Value)>) -> Value {
        let kept = match self.plan.deletion {
            Deletion::Retained => Some("Retain"),
            Deletion::Allowed => None,
        };
        resource(kind, needs, Value::mapping(properties), kept)
    }

    fn asked(&self, path: &str, span: Span) -> String {
        asked(path, span, self.place)
    }
}

/// A resource; `kept` is what happens to it when it is taken away.
fn resource(kind: &str, needs: &[String], properties: Value, kept: Option<&str>) -> Value {
    let mut entries = vec![("Type", Value::from(kind))];
    if let Some(kept) = kept {
        entries.push(("DeletionPolicy", Value::from(kept)));
        entries.push(("UpdateReplacePolicy", Value::from(kept)));
    }
    if !needs.is_empty() {
        let needs = needs.iter().map(String::as_str);
        entries.push(("DependsOn", Value::sequence(needs)));
    }
    entries.push(("Properties", properties));
    Value::mapping(entries)
}
