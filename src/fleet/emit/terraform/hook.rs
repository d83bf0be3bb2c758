//! The function that AWS IoT asks, and what functions need.

use super::{Module, json};
use crate::document::print::{Block, Body, Content, Part, Value};
use crate::fleet::emit::{ASKER, HANDLER, SETTINGS, commented, settings, skipped};
use crate::fleet::plan::{Exemption, Function, Hook, Hooked, Logs, Plan, Registration, Table};
use crate::fleet::spec::Deletion;
use crate::model;

/// The source of a function, which the module has beside its `.tf` files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionSource<'p> {
    /// The registration that it is of; the names of its files begin with it.
    pub registration: &'p str,
    /// What it is, e.g. `hook`.
    pub part: &'p str,
    /// The source.
    pub text: &'p str,
}

impl FunctionSource<'_> {
    /// The file inside of the archive that Lambda looks for.
    pub const INSIDE: &'static str = "index.py";

    /// The name of the archive, e.g. `line-hook.zip`.
    pub fn archive(&self) -> String {
        archive(self.registration, self.part)
    }

    /// The name of the source for people, e.g. `line-hook.py`.
    pub fn readable(&self) -> String {
        format!("{}-{}.py", self.registration, self.part)
    }
}

fn archive(registration: &str, part: &str) -> String {
    format!("{registration}-{part}.zip")
}

/// The sources of the functions that a plan deploys.
pub fn function_sources(plan: &Plan) -> impl Iterator<Item = FunctionSource<'_>> {
    plan.registrations.iter().flat_map(|registration| {
        let functions = registration.way.functions();
        functions.map(|function| FunctionSource {
            registration: &registration.name,
            part: function.role.policy,
            text: &function.source,
        })
    })
}

/// The hook, as a template names it.
pub(super) fn hook_block(hook: &Hook, label: &str) -> Block {
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
    pub(super) fn of_hook(
        &self,
        registration: &Registration,
        hooked: &Hooked,
        label: &str,
    ) -> Vec<Block> {
        let hook = &hooked.hook;
        let mut blocks = Vec::new();
        if let Some(function) = &hook.function {
            blocks.extend(function.made_table().map(|it| self.table(it, label)));
            let own = format!("{label}_hook");
            // Its settings name the tables as text.
            let tables = function.made_table().into_iter();
            let tables = tables.map(|_| format!("aws_dynamodb_table.{label}"));
            let claims = hooked.claims.iter();
            let claims = claims.map(|_| format!("aws_dynamodb_table.{label}_claims"));
            let needs = tables.chain(claims).collect();
            let [logs, role, policy, block] =
                self.whole_function(function, &own, &registration.name, needs);
            let block = block.with_comment(self.asked("hook", hook.origin));
            blocks.extend([logs, role, policy, block]);
        }
        blocks.push(self.permission(hook, label));
        blocks
    }

    /// A function with its log and its role, and the role's policy; `needs` are made before.
    pub(super) fn whole_function(
        &self,
        function: &Function,
        label: &str,
        registration: &str,
        needs: Vec<String>,
    ) -> [Block; 4] {
        [
            self.logs(&function.logs, label),
            self.role(&function.role, label),
            self.role_policy(&function.role, label),
            self.function(function, label, registration, needs),
        ]
    }

    pub(super) fn table(&self, table: &Table, label: &str) -> Block {
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
        let body = match table.expires {
            Some(attribute) => {
                let expiry = Body::default()
                    .with("attribute_name", attribute)
                    .with("enabled", true);
                body.with_block(Block::new("ttl", [], expiry))
            }
            None => body,
        };
        self.resource("aws_dynamodb_table", label, body)
            .with_comment(self.asked(table.asked, table.origin))
    }

    fn logs(&self, logs: &Logs, label: &str) -> Block {
        let name = Value::from(logs.name.as_str());
        let body = Body::default()
            .with("name", self.exempt(name, logs.exemptions))
            .with("retention_in_days", logs.days);
        self.resource("aws_cloudwatch_log_group", label, body)
    }

    fn function(
        &self,
        function: &Function,
        label: &str,
        registration: &str,
        tables: Vec<String>,
    ) -> Block {
        let file = Value::new(Content::Template(vec![
            Part::Reference("path.module".to_owned()),
            Part::Text(format!("/{}", archive(registration, function.role.policy))),
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
        needs.extend(tables);
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
        if let Some(settings) = settings(function) {
            let variables = Value::mapping([(SETTINGS, json(settings))]);
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
