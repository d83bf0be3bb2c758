//! The function that AWS IoT asks, and what functions need.

use super::{FunctionIds, Ids, Stack, resource};
use crate::document::print::{Value, json_compact};
use crate::fleet::emit::{ASKER, HANDLER, SETTINGS, commented, settings, skipped};
use crate::fleet::plan::{Exemption, Function, Hook, Hooked, Logs, Table};
use crate::fleet::spec::Deletion;
use crate::model;

/// The hook, as a template names it.
pub(super) fn hook_property(hook: &Hook, ids: &Ids) -> Value {
    Value::mapping([
        ("PayloadVersion", Value::from(hook.payload_version)),
        ("TargetArn", function_arn(hook, ids)),
    ])
}

/// The function's ARN. Of the stack's own function it is asked for, so that it is made first.
fn function_arn(hook: &Hook, ids: &Ids) -> Value {
    match &hook.function {
        Some(_) => arn_of(&ids.hook.function),
        None => Value::from(hook.arn.as_str()),
    }
}

/// The ARN of a resource of the stack.
pub(super) fn arn_of(id: &str) -> Value {
    Value::call("Fn::GetAtt", format!("{id}.Arn"))
}

impl Stack<'_> {
    /// The resources by logical id, in an order to read.
    pub(super) fn of_hook(&self, hooked: &Hooked, ids: &Ids) -> Vec<(String, Value)> {
        let hook = &hooked.hook;
        let mut resources = Vec::new();
        if let Some(function) = &hook.function {
            if let Some(table) = function.made_table() {
                resources.push((ids.table.clone(), self.table(table)));
            }
            // Its settings name the tables as text.
            let tables = function.made_table().into_iter().map(|_| ids.table.clone());
            let claims = hooked.claims.iter().map(|_| ids.claims.clone());
            let needs: Vec<String> = tables.chain(claims).collect();
            for (id, value) in self.whole_function(function, &ids.hook, needs) {
                let value = match id == ids.hook.function {
                    true => value
                        .with_comment(self.asked("hook", hook.origin))
                        .with_origin(hook.origin),
                    false => value,
                };
                resources.push((id, value));
            }
        }
        resources.push((ids.hook.permission.clone(), self.permission(hook, ids)));
        resources
    }

    /// A function with its log and its role; `needs` are made before.
    pub(super) fn whole_function(
        &self,
        function: &Function,
        ids: &FunctionIds,
        needs: Vec<String>,
    ) -> [(String, Value); 3] {
        [
            (ids.logs.clone(), self.logs(&function.logs)),
            (ids.role.clone(), self.role(&function.role)),
            (ids.function.clone(), self.function(function, ids, needs)),
        ]
    }

    pub(super) fn table(&self, table: &Table) -> Value {
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
        if let Some(attribute) = table.expires {
            let expiry = Value::mapping([
                ("AttributeName", Value::from(attribute)),
                ("Enabled", Value::from(true)),
            ]);
            properties.push(("TimeToLiveSpecification", expiry));
        }
        match self.plan.deletion {
            Deletion::Retained => {
                properties.push(("DeletionProtectionEnabled", Value::from(true)));
            }
            Deletion::Allowed => {}
        }
        self.stateful("AWS::DynamoDB::Table", properties, table.exemptions)
            .with_comment(self.asked(table.asked, table.origin))
            .with_origin(table.origin)
    }

    fn logs(&self, logs: &Logs) -> Value {
        let properties = vec![
            ("LogGroupName", Value::from(logs.name.as_str())),
            ("RetentionInDays", Value::from(logs.days)),
        ];
        self.stateful("AWS::Logs::LogGroup", properties, logs.exemptions)
    }

    fn function(&self, function: &Function, ids: &FunctionIds, needs: Vec<String>) -> Value {
        let role = arn_of(&ids.role);
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
        if let Some(settings) = settings(function) {
            let variables = Value::mapping([(SETTINGS, json_compact(&settings))]);
            let environment = Value::mapping([("Variables", variables)]);
            properties.push(("Environment", environment));
        }
        properties.push(("Code", Value::mapping([("ZipFile", source)])));
        // Lambda makes a log of its own, which is never emptied, where there is none.
        let needs: Vec<String> = std::iter::once(ids.logs.clone()).chain(needs).collect();
        let skipped = skipped(function.exemptions, &self.plan.furniture);
        let properties = commented(Value::mapping(properties), skipped);
        let kept = match self.plan.deletion {
            Deletion::Retained => Some("Retain"),
            Deletion::Allowed => None,
        };
        resource("AWS::Lambda::Function", &needs, properties, kept)
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
