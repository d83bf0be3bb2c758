//! A Terraform module for each environment, and a thin root for each of its Regions.
//!
//! The module has no provider and no backend block. Names are written out as in CloudFormation;
//! what differs between the Regions of an environment is `var.region`. Where a resource needs
//! another, it refers to it, so that Terraform knows the order.

use super::iam::{purpose, rights_document, role_document, session_seconds, trust_document};
use super::iot::{policy_document_with, template_body};
use super::{asked, asked_by, furniture};
use crate::document::print::{Block, Body, Value};
use crate::facts::{self, ProviderFeatureKind, provider_floor};
use crate::fleet::plan::{
    Claim, DevicePolicy, Jitp, Output, OutputValue, Plan, Presence, Registration, Resource, Role,
    Service, ThingGroup, ThingType, Told, Way,
};
use crate::fleet::spec::Deletion;
use crate::source::Span;

mod account;
mod feature;
mod hook;
mod private_ca;
mod regional;
mod stack;
mod trusted;

use hook::hook_block;
pub use hook::{FunctionSource, function_sources};
use regional::Regional;

/// The oldest Terraform with everything that the module says: validation of variables.
const TERRAFORM_FLOOR: &str = ">= 1.3";

/// The variable that tells the Regions of an environment apart.
const REGION: &str = "region";

/// A file of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// Its name, e.g. `main.tf`.
    pub name: &'static str,
    /// What stands in it.
    pub body: Body,
}

/// A module, and the plans that it is for.
pub struct SharedModule<'p> {
    /// The environment, and a Region where one module can't do for all.
    pub name: String,
    /// Plans of one environment, that differ in nothing but the name of their Region.
    pub plans: Vec<&'p Plan>,
    /// The files.
    pub files: Vec<ModuleFile>,
}

/// The modules of one environment's plans: one, unless they differ in more than the name of their
/// Region. `place` says where a span stands, e.g. `fleet.yaml:12`.
pub fn modules<'p>(plans: &[&'p Plan], place: &dyn Fn(Span) -> String) -> Vec<SharedModule<'p>> {
    let mut groups: Vec<(Body, Vec<&Plan>)> = Vec::new();
    for plan in plans {
        let main = furniture::of_module(Module { plan, place }.main(), plan);
        let main = regional(plan).body(main);
        match groups.iter_mut().find(|(body, _)| *body == main) {
            Some((_, plans)) => plans.push(plan),
            None => groups.push((main, vec![plan])),
        }
    }
    let groups = groups.into_iter().enumerate();
    let groups = groups.filter_map(|(place, (main, plans))| {
        let deployment = &plans.first()?.deployment;
        let name = match place {
            0 => deployment.environment.to_string(),
            _ => format!("{}-{}", deployment.environment, deployment.region),
        };
        Some(shared_module(name, main, plans))
    });
    groups.collect()
}

/// What is opened in the module of a plan.
fn regional(plan: &Plan) -> Regional<'_> {
    Regional {
        region: &plan.deployment.region,
        fixed: &plan.named_regions,
    }
}

fn shared_module(name: String, main: Body, plans: Vec<&Plan>) -> SharedModule<'_> {
    let regions: Vec<&str> = plans.iter().map(|plan| &*plan.deployment.region).collect();
    let validation = Body::default()
        .with("condition", known_region(&regions))
        .with("error_message", "The fleet spec names no such Region.");
    let variable = Body::default()
        .with("description", "The Region that the fleet is deployed in.")
        .with("type", Value::reference("string"))
        .with("nullable", false)
        .with_block(Block::new("validation", [], validation));
    let variables = Body::default().with_block(Block::new("variable", [REGION], variable));
    let outputs = plans.first().map(|plan| outputs(plan)).unwrap_or_default();
    let versions = plans.first().map(|plan| versions(plan));
    let versions = versions.map_or(Body::default(), |it| Body::default().with_block(it));
    let file = |name, body| ModuleFile { name, body };
    SharedModule {
        name,
        plans,
        files: vec![
            file("main.tf", main),
            file("outputs.tf", outputs),
            file("variables.tf", variables),
            file("versions.tf", versions),
        ],
    }
}

/// The JSON text of a value, written as an object.
fn json(value: Value) -> Value {
    Value::call("jsonencode", Value::sequence([value]))
}

/// `contains([…], var.region)`
fn known_region(regions: &[&str]) -> Value {
    let regions = Value::sequence(regions.iter().copied());
    let region = Value::reference(format!("var.{REGION}"));
    Value::call("contains", Value::sequence([regions, region]))
}

/// The root of one environment and Region; `module` is the path of its module, seen from the root.
pub fn root(plan: &Plan, module: &str) -> Body {
    let deployment = &plan.deployment;
    let provider = Body::default().with("region", &*deployment.region).with(
        "allowed_account_ids",
        Value::sequence([&*deployment.account]),
    );
    let call = Body::default()
        .with("source", module)
        .with(REGION, &*deployment.region);
    let mut body = Body::default()
        .with_block(versions(plan))
        .with_block(Block::new("provider", ["aws"], provider))
        .with_block(Block::new("module", ["fleet"], call));
    for (name, description, _) in output_values(plan) {
        let value = Value::reference(format!("module.fleet.{name}"));
        body = body.with_block(output(&name, description, value));
    }
    body
}

/// What every configuration needs: the provider that knows all that is used.
fn versions(plan: &Plan) -> Block {
    let mut features = Vec::new();
    for registration in &plan.registrations {
        match &registration.way {
            Way::Jitp(_) => features.push(ProviderFeatureKind::JitpTemplates),
            Way::Claim(_) | Way::TrustedUser(_) => {}
        }
        let functions = registration.way.functions();
        features.extend(functions.map(|_| ProviderFeatureKind::Python313Functions));
    }
    let floor = provider_floor(&features);
    let floor = floor.map(|[major, minor, patch]| format!(">= {major}.{minor}.{patch}"));
    let source = ("source", Value::from("hashicorp/aws"));
    let version = floor.map(|floor| ("version", Value::from(floor)));
    let provider = Value::mapping([source].into_iter().chain(version));
    let providers = Body::default().with("aws", provider);
    Block::new(
        "terraform",
        [],
        Body::default()
            .with("required_version", TERRAFORM_FLOOR)
            .with_block(Block::new("required_providers", [], providers)),
    )
}

fn outputs(plan: &Plan) -> Body {
    let mut body = Body::default();
    for (name, description, value) in output_values(plan) {
        body = body.with_block(output(&name, description, value));
    }
    regional(plan).body(body)
}

/// Name, description and value of each output.
fn output_values(plan: &Plan) -> Vec<(String, &'static str, Value)> {
    let output = |output: Output| {
        let of = output.of.as_deref().map(label);
        let name = match &of {
            Some(of) => format!("{of}_{}", output.what),
            None => output.what.to_owned(),
        };
        let of = of.unwrap_or_default();
        let value = match output.value {
            OutputValue::Name(name) => Value::from(name),
            OutputValue::AuthorityId => Value::reference(format!("aws_iot_ca_certificate.{of}.id")),
            OutputValue::ApiId => Value::reference(format!("aws_apigatewayv2_api.{of}.id")),
            OutputValue::Arn(told) => Value::reference(match told {
                Told::Template => format!("aws_iot_provisioning_template.{of}.arn"),
                Told::Role => format!("aws_iam_role.{of}.arn"),
                Told::Hook => format!("aws_lambda_function.{of}_hook.arn"),
                Told::Table => format!("aws_dynamodb_table.{of}.arn"),
            }),
        };
        (name, output.description, value)
    };
    plan.outputs().into_iter().map(output).collect()
}

/// The output that tells the API of a broker.
pub(super) fn api_output(registration: &Registration) -> String {
    format!("{}_api", label(&registration.name))
}

fn output(name: &str, description: &str, value: Value) -> Block {
    let body = Body::default()
        .with("description", description)
        .with("value", value);
    Block::new("output", [name], body)
}

/// A name as a label: `pilot-line` becomes `pilot_line`.
fn label(name: &str) -> String {
    let letter = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
    let mut label: String = name.chars().map(letter).collect();
    if label.starts_with(|first: char| first.is_ascii_digit()) {
        label.insert(0, '_');
    }
    label
}

struct Module<'p> {
    plan: &'p Plan,
    place: &'p dyn Fn(Span) -> String,
}

impl Module<'_> {
    fn main(&self) -> Body {
        let plan = self.plan;
        let mut body = Body::default();
        for block in plan.account.iter().flat_map(|it| self.account(it)) {
            body = body.with_block(block);
        }
        if plan.thing_type.presence == Presence::Made {
            body = body.with_block(self.thing_type(&plan.thing_type));
        }
        for group in plan.made_groups() {
            body = body.with_block(self.group(group));
        }
        if let Some(group) = &plan.billing_group {
            body = body.with_block(self.billing_group(group));
        }
        for policy in &plan.policies {
            body = body.with_block(self.policy(policy));
        }
        for block in self.furniture() {
            body = body.with_block(block);
        }
        for registration in &plan.registrations {
            let label = label(&registration.name);
            if registration.existing_role.is_none() {
                body = body
                    .with_block(self.role(&registration.role, &label))
                    .with_block(self.role_policy(&registration.role, &label));
            }
            let template = self.template(registration, &label);
            let mut blocks = Vec::new();
            match &registration.way {
                Way::Jitp(jitp) => {
                    blocks.push(template);
                    blocks.extend(self.private_ca(jitp, &label));
                    blocks.push(self.authority(registration, jitp, &label));
                }
                Way::Claim(claim) => {
                    blocks.extend(self.of_hook(registration, &claim.hooked, &label));
                    blocks.extend([self.claim_policy(claim, &label), template]);
                }
                Way::TrustedUser(trusted) => {
                    blocks.extend(self.of_hook(registration, &trusted.hooked, &label));
                    blocks.push(template);
                    blocks.extend(self.of_trusted_user(registration, trusted, &label));
                }
            }
            for block in blocks {
                body = body.with_block(block);
            }
        }
        let jobs = plan.jobs.iter().flat_map(|job| self.job(job));
        let uploads = plan.uploads.iter().flat_map(|upload| self.upload(upload));
        let services = plan.services.iter().map(|service| self.service(service));
        let last = jobs.chain(uploads).chain(self.alarms()).chain(services);
        last.fold(body, Body::with_block)
    }

    /// The policy of a service, in a role that is there already.
    fn service(&self, service: &Service) -> Block {
        let body = Body::default()
            .with("name", service.policy.as_str())
            .with("role", service.role.as_str())
            .with("policy", json(rights_document(&service.statements)));
        let label = format!("{}_service", label(&service.name));
        let path = format!("services.{}", service.name);
        self.resource("aws_iam_role_policy", &label, body)
            .with_comment(self.asked(&path, service.origin))
    }

    fn thing_type(&self, thing_type: &ThingType) -> Block {
        let mut body = Body::default().with("name", thing_type.name.as_str());
        if !thing_type.searchable.is_empty() {
            let searchable = Value::sequence(thing_type.searchable.iter().map(|it| &**it));
            let properties = Body::default().with("searchable_attributes", searchable);
            body = body.with_block(Block::new("properties", [], properties));
        }
        self.resource("aws_iot_thing_type", "thing_type", body)
            .with_comment(self.asked("things.type", thing_type.origin))
    }

    fn group(&self, group: &ThingGroup) -> Block {
        let body = Body::default().with("name", group.name.as_str());
        self.resource("aws_iot_thing_group", &self.label(&group.name), body)
            .with_comment(self.asked("things.groups", group.origin))
    }

    fn policy(&self, policy: &DevicePolicy) -> Block {
        self.policy_as(policy, &self.label(&policy.name))
    }

    fn policy_as(&self, policy: &DevicePolicy, label: &str) -> Block {
        let resource = |resource: &Resource| {
            Value::from(resource.arn.as_str()).with_comment(asked_by(resource, self.place))
        };
        let document = policy_document_with(policy, resource);
        let body = Body::default()
            .with("name", policy.name.as_str())
            .with("policy", json(document));
        self.resource("aws_iot_policy", label, body)
    }

    fn role(&self, role: &Role, label: &str) -> Block {
        let trust = trust_document(role, &self.plan.deployment.account);
        let body = Body::default()
            .with("name", role.name.as_str())
            .with("assume_role_policy", json(trust));
        let body = match session_seconds(role) {
            Some(seconds) => body.with("max_session_duration", seconds),
            None => body,
        };
        self.resource("aws_iam_role", label, body)
            .with_comment(purpose(role))
    }

    fn role_policy(&self, role: &Role, label: &str) -> Block {
        let document = json(role_document(role));
        let body = Body::default()
            .with("name", role.policy)
            .with(
                "role",
                Value::reference(format!("aws_iam_role.{label}.name")),
            )
            .with("policy", document);
        self.resource("aws_iam_role_policy", label, body)
    }

    fn claim_policy(&self, claim: &Claim, label: &str) -> Block {
        let comment = "The certificate that devices share while they register may do this";
        self.policy_as(&claim.policy, &format!("{label}_claim"))
            .with_comment(comment)
    }

    fn template(&self, registration: &Registration, label: &str) -> Block {
        let template = &registration.template;
        let kind = facts::dialect(template.dialect).template_type.unwrap_or("");
        // The body names them as text, from which Terraform infers no order.
        let mut needs = Vec::new();
        if registration.existing_role.is_none() {
            needs.push(format!("aws_iam_role_policy.{label}"));
        }
        if self.plan.thing_type.presence == Presence::Made {
            needs.push("aws_iot_thing_type.thing_type".to_owned());
        }
        let groups = self.plan.made_groups();
        needs.extend(groups.map(|it| format!("aws_iot_thing_group.{}", self.label(&it.name))));
        let billing = self.plan.billing_group.iter();
        needs.extend(billing.map(|_| "aws_iot_billing_group.billing".to_owned()));
        let policies = self.plan.policies.iter();
        needs.extend(policies.map(|it| format!("aws_iot_policy.{}", self.label(&it.name))));
        if registration.way.hooked().is_some() {
            // AWS IoT refuses a template whose hook it may not ask.
            needs.push(format!("aws_lambda_permission.{label}_hook"));
        }
        let role = match &registration.existing_role {
            Some(arn) => Value::from(arn.as_str()),
            None => Value::reference(format!("aws_iam_role.{label}.arn")),
        };
        let mut body = Body::default()
            .with("name", template.name.as_str())
            .with("type", kind)
            .with("enabled", true)
            .with("provisioning_role_arn", role)
            .with("template_body", json(template_body(template)))
            .with(
                "depends_on",
                Value::sequence(needs.into_iter().map(Value::reference)),
            );
        if let Some(hooked) = registration.way.hooked() {
            body = body.with_block(hook_block(&hooked.hook, label));
        }
        self.resource("aws_iot_provisioning_template", label, body)
    }

    fn authority(&self, registration: &Registration, jitp: &Jitp, label: &str) -> Block {
        let template = format!("aws_iot_provisioning_template.{label}.name");
        let configuration = Body::default().with("template_name", Value::reference(template));
        let body = Body::default()
            .with("active", true)
            .with("allow_auto_registration", true)
            .with("certificate_mode", "SNI_ONLY")
            .with("ca_certificate_pem", self.signing_certificate(jitp, label))
            .with_block(Block::new("registration_config", [], configuration));
        let comment = format!(
            "{}\n{}",
            jitp.authority.shown(),
            self.asked("issuer", registration.origin)
        );
        self.resource("aws_iot_ca_certificate", label, body)
            .with_comment(comment)
    }

    /// A resource that devices depend on: all of a fleet's are such.
    fn resource(&self, kind: &str, label: &str, body: Body) -> Block {
        let body = match self.plan.deletion {
            Deletion::Retained => {
                let lifecycle = Body::default().with("prevent_destroy", true);
                body.with_block(Block::new("lifecycle", [], lifecycle))
            }
            Deletion::Allowed => body,
        };
        Block::new("resource", [kind, label], body)
    }

    fn label(&self, name: &str) -> String {
        label(self.plan.deployment.own_name(name))
    }

    fn asked(&self, path: &str, span: Span) -> String {
        asked(path, span, self.place)
    }
}
