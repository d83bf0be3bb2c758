//! What registration by claim has beside a template and its role.

use super::{Ids, Stack, resource};
use crate::document::print::{Value, json_compact};
use crate::fleet::emit::{ASKER, HANDLER, SETTINGS, commented, settings, skipped};
use crate::fleet::plan::{Claim, Exemption, Function, Hook, Logs, Table};
use crate::fleet::spec::Deletion;
use crate::model;

/// The hook, as a template names it.
pub(super) fn hook_property(claim: &Claim, ids: &Ids) -> Value {
    let hook = &claim.hook;
    Value::mapping([
        ("PayloadVersion", Value::from(hook.payload_version)),
        ("TargetArn", function_arn(hook, ids)),
    ])
}

/// The function's ARN. Of the stack's own function it is asked for, so that it is made first.
fn function_arn(hook: &Hook, ids: &Ids) -> Value {
    match &hook.function {
        Some(_) => Value::call("Fn::GetAtt", format!("{}.Arn", ids.hook)),
        None => Value::from(hook.arn.as_str()),
    }
}

impl Stack<'_> {
    /// The resources by logical id, in an order to read.
    pub(super) fn of_claim(&self, claim: &Claim, ids: &Ids) -> Vec<(String, Value)> {
        let mut resources = Vec::new();
        if let Some(function) = &claim.hook.function {
            if let Some(table) = function.made_table() {
                resources.push((ids.table.clone(), self.table(table)));
            }
            resources.push((ids.logs.clone(), self.logs(&function.logs)));
            resources.push((ids.hook_role.clone(), self.role(&function.role)));
            resources.push((ids.hook.clone(), self.function(function, &claim.hook, ids)));
        }
        resources.push((ids.permission.clone(), self.permission(&claim.hook, ids)));
        let policy = self
            .policy(&claim.policy)
            .with_comment("The certificate that devices share while they register may do this");
        resources.push((ids.claim.clone(), policy));
        resources
    }

    fn table(&self, table: &Table) -> Value {
        let key = |more: &'static str, value: &'static str| {
            let name = ("AttributeName", Value::from(&*table.key));
            Value::sequence([Value::mapping([name, (more, Value::from(value))])])
        };
        let mut properties = vec![
            ("TableName", Value::from(table.name.as_str())),
            ("BillingMode", Value::from("PAY_PER_REQUEST")),
            ("AttributeDefinitions", key("AttributeType", "S")),
            ("KeySchema", key("KeyType", "HASH")),
            ("SSESpecification", Value::mapping([("SSEEnabled", true)])),
            (
                "PointInTimeRecoverySpecification",
                Value::mapping([("PointInTimeRecoveryEnabled", true)]),
            ),
        ];
        match self.plan.deletion {
            Deletion::Retained => {
                properties.push(("DeletionProtectionEnabled", Value::from(true)));
            }
            Deletion::Allowed => {}
        }
        self.stateful("AWS::DynamoDB::Table", properties, table.exemptions)
            .with_comment(self.asked("hook.allowList", table.origin))
            .with_origin(table.origin)
    }

    fn logs(&self, logs: &Logs) -> Value {
        let properties = vec![
            ("LogGroupName", Value::from(logs.name.as_str())),
            ("RetentionInDays", Value::from(logs.days)),
        ];
        self.stateful("AWS::Logs::LogGroup", properties, logs.exemptions)
    }

    fn function(&self, function: &Function, hook: &Hook, ids: &Ids) -> Value {
        let role = Value::call("Fn::GetAtt", format!("{}.Arn", ids.hook_role));
        let source = function.source.as_str();
        let seconds = i64::try_from(function.timeout_seconds).unwrap_or(i64::MAX);
        let mut properties = vec![
            ("FunctionName", Value::from(function.name.as_str())),
            ("Runtime", Value::from(function.runtime)),
            ("Handler", Value::from(HANDLER)),
            ("Timeout", Value::from(seconds)),
            ("MemorySize", Value::from(function.memory_mebibytes)),
            ("Role", role),
        ];
        if let Some(table) = &function.table {
            let variables = Value::mapping([(SETTINGS, json_compact(&settings(table)))]);
            let environment = Value::mapping([("Variables", variables)]);
            properties.push(("Environment", environment));
        }
        properties.push(("Code", Value::mapping([("ZipFile", source)])));
        // Lambda makes a log of its own, which is never emptied, where there is none.
        let mut needs = vec![ids.logs.clone()];
        needs.extend(function.made_table().map(|_| ids.table.clone()));
        let skipped = skipped(function.exemptions, &self.plan.furniture);
        let properties = commented(Value::mapping(properties), skipped);
        let kept = match self.plan.deletion {
            Deletion::Retained => Some("Retain"),
            Deletion::Allowed => None,
        };
        resource("AWS::Lambda::Function", &needs, properties, kept)
            .with_comment(self.asked("hook", hook.origin))
            .with_origin(hook.origin)
    }

    /// AWS IoT may ask, for this template only. The template's ARN is written out: the template waits
    /// for this.
    fn permission(&self, hook: &Hook, ids: &Ids) -> Value {
        let account = &*self.plan.deployment.account;
        let properties = vec![
            ("Action", Value::from(model::hook::INVOKE_FUNCTION)),
            ("FunctionName", function_arn(hook, ids)),
            ("Principal", Value::from(ASKER)),
            ("SourceAccount", Value::from(account)),
            ("SourceArn", Value::from(hook.source_arn.as_str())),
        ];
        self.resource("AWS::Lambda::Permission", &[], properties)
    }

    /// A resource that holds what can't be made again: what happens to it is always said.
    pub(super) fn stateful(
        &self,
        kind: &str,
        properties: Vec<(&str, Value)>,
        exemptions: &[Exemption],
    ) -> Value {
        let kept = match self.plan.deletion {
            Deletion::Retained => "Retain",
            Deletion::Allowed => "Delete",
        };
        let skipped = skipped(exemptions, &self.plan.furniture);
        let properties = commented(Value::mapping(properties), skipped);
        resource(kind, &[], properties, Some(kept))
    }
}
