//! What registration by claim has beside a template and its role.

use super::{Module, json, label};
use crate::document::print::{Block, Body, Content, Part, Value};
use crate::fleet::emit::{ASKER, HANDLER, SETTINGS, commented, settings, skipped};
use crate::fleet::plan::{Claim, Exemption, Function, Hook, Logs, Plan, Registration, Table, Way};
use crate::fleet::spec::Deletion;
use crate::model;

/// The source of a hook, which the module has beside its `.tf` files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HookSource<'p> {
    /// The registration that it is of; the names of its files begin with it.
    pub registration: &'p str,
    /// The source.
    pub text: &'p str,
}

impl HookSource<'_> {
    /// The file inside of the archive that Lambda looks for.
    pub const INSIDE: &'static str = "index.py";

    /// The name of the archive, e.g. `line-hook.zip`.
    pub fn archive(&self) -> String {
        archive(self.registration)
    }

    /// The name of the source for people, e.g. `line-hook.py`.
    pub fn readable(&self) -> String {
        format!("{}-hook.py", self.registration)
    }
}

fn archive(registration: &str) -> String {
    format!("{registration}-hook.zip")
}

/// The sources of the hooks that a plan deploys.
pub fn hook_sources(plan: &Plan) -> impl Iterator<Item = HookSource<'_>> {
    plan.registrations.iter().filter_map(|it| match &it.way {
        Way::Jitp(_) => None,
        Way::Claim(claim) => Some(HookSource {
            registration: &it.name,
            text: &claim.hook.function.as_ref()?.source,
        }),
    })
}

/// The hook, as a template names it.
pub(super) fn hook_block(claim: &Claim, label: &str) -> Block {
    let hook = &claim.hook;
    let body = Body::default()
        .with("payload_version", hook.payload_version)
        .with("target_arn", function_arn(hook, label));
    Block::new("pre_provisioning_hook", [], body)
}

/// The ARN of the function of the module, or of another.
fn function_arn(hook: &Hook, label: &str) -> Value {
    match &hook.function {
        Some(_) => Value::reference(format!("aws_lambda_function.{label}_hook.arn")),
        None => Value::from(hook.arn.as_str()),
    }
}

impl Module<'_> {
    /// The blocks, in an order to read.
    pub(super) fn of_claim(
        &self,
        registration: &Registration,
        claim: &Claim,
        label: &str,
    ) -> Vec<Block> {
        let mut blocks = Vec::new();
        let own = format!("{label}_hook");
        if let Some(function) = &claim.hook.function {
            blocks.extend(function.made_table().map(|it| self.table(it, label)));
            blocks.push(self.logs(&function.logs, &own));
            blocks.push(self.role(&function.role, &own));
            blocks.push(self.role_policy(&function.role, &own));
            let block = self.function(function, &own, &registration.name);
            blocks.push(block.with_comment(self.asked("hook", claim.hook.origin)));
        }
        blocks.push(self.permission(&claim.hook, label));
        let comment = "The certificate that devices share while they register may do this";
        let policy = self.policy_as(&claim.policy, &format!("{label}_claim"));
        blocks.push(policy.with_comment(comment));
        blocks
    }

    fn table(&self, table: &Table, label: &str) -> Block {
        let enabled = || Body::default().with("enabled", true);
        let attribute = Body::default().with("name", &*table.key).with("type", "S");
        let name = Value::from(table.name.as_str());
        let mut body = Body::default()
            .with("name", self.exempt(name, table.exemptions))
            .with("billing_mode", "PAY_PER_REQUEST")
            .with("hash_key", &*table.key);
        match self.plan.deletion {
            Deletion::Retained => body = body.with("deletion_protection_enabled", true),
            Deletion::Allowed => {}
        }
        let body = body
            .with_block(Block::new("attribute", [], attribute))
            .with_block(Block::new("server_side_encryption", [], enabled()))
            .with_block(Block::new("point_in_time_recovery", [], enabled()));
        self.resource("aws_dynamodb_table", label, body)
            .with_comment(self.asked("hook.allowList", table.origin))
    }

    fn logs(&self, logs: &Logs, label: &str) -> Block {
        let name = Value::from(logs.name.as_str());
        let body = Body::default()
            .with("name", self.exempt(name, logs.exemptions))
            .with("retention_in_days", logs.days);
        self.resource("aws_cloudwatch_log_group", label, body)
    }

    fn function(&self, function: &Function, label: &str, registration: &str) -> Block {
        let file = Value::new(Content::Template(vec![
            Part::Reference("path.module".to_owned()),
            Part::Text(format!("/{}", archive(registration))),
        ]));
        let hash = Value::call("filebase64sha256", Value::sequence([file.clone()]));
        let name = Value::from(function.name.as_str());
        let seconds = i64::try_from(function.timeout_seconds).unwrap_or(i64::MAX);
        let role = Value::reference(format!("aws_iam_role.{label}.arn"));
        // Lambda makes a log of its own, which is never emptied, where there is none.
        let mut needs = vec![
            format!("aws_cloudwatch_log_group.{label}"),
            format!("aws_iam_role_policy.{label}"),
        ];
        // Its settings name the table as text.
        let tables = function.made_table().into_iter();
        needs.extend(tables.map(|_| format!("aws_dynamodb_table.{}", self::label(registration))));
        let mut body = Body::default()
            .with("function_name", self.exempt(name, function.exemptions))
            .with("runtime", function.runtime)
            .with("handler", HANDLER)
            .with("timeout", seconds)
            .with("memory_size", function.memory_mebibytes)
            .with("role", role)
            .with("filename", file)
            .with("source_code_hash", hash)
            .with(
                "depends_on",
                Value::sequence(needs.into_iter().map(Value::reference)),
            );
        if let Some(table) = &function.table {
            let variables = Value::mapping([(SETTINGS, json(settings(table)))]);
            let environment = Body::default().with("variables", variables);
            body = body.with_block(Block::new("environment", [], environment));
        }
        self.resource("aws_lambda_function", label, body)
    }

    /// The first value of a resource, which brings along what is left out of it.
    pub(super) fn exempt(&self, value: Value, exemptions: &[Exemption]) -> Value {
        commented(value, skipped(exemptions, &self.plan.furniture))
    }

    /// AWS IoT may ask, for this template only. The template's ARN is written out: the template waits
    /// for this.
    fn permission(&self, hook: &Hook, label: &str) -> Block {
        let body = Body::default()
            .with("action", model::hook::INVOKE_FUNCTION)
            .with("function_name", function_arn(hook, label))
            .with("principal", ASKER)
            .with("source_account", &*self.plan.deployment.account)
            .with("source_arn", hook.source_arn.as_str());
        self.resource("aws_lambda_permission", &format!("{label}_hook"), body)
    }
}
