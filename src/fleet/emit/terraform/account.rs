//! Settings of an account, through Cloud Control.

use super::{Module, json};
use crate::document::print::{Block, Body, Value};
use crate::fleet::emit::{AUDIT_TYPE, LOGGING_TYPE, audit, logging};
use crate::fleet::plan::{AccountSettings, Role};

/// Why there is no resource of the provider.
const LACKING: &str = "Through Cloud Control: the provider has no resource that tells the account";

impl Module<'_> {
    /// The blocks of the settings.
    pub(super) fn account(&self, settings: &AccountSettings) -> Vec<Block> {
        let account = &self.plan.deployment.account;
        let mut blocks = Vec::new();
        if let Some(it) = &settings.logging {
            let role = self.role_of(&it.role, "logging", &mut blocks);
            let properties = logging(it, account, role);
            let comment = self.asked("logging", it.origin);
            let roles = ["logging"];
            blocks.push(self.controlled("logging", LOGGING_TYPE, properties, &roles, &comment));
        }
        if let Some(it) = &settings.audit {
            let role = self.role_of(&it.role, "audit", &mut blocks);
            let mut roles = vec!["audit"];
            let teller = it.notify.as_ref().map(|(_, role)| {
                roles.push("audit_notify");
                self.role_of(role, "audit_notify", &mut blocks)
            });
            let properties = audit(it, account, role, teller);
            let comment = self.asked("audit", it.origin);
            blocks.push(self.controlled("audit", AUDIT_TYPE, properties, &roles, &comment));
        }
        blocks
    }

    /// The blocks of a role; its ARN.
    fn role_of(&self, role: &Role, label: &str, blocks: &mut Vec<Block>) -> Value {
        blocks.push(self.role(role, label));
        blocks.push(self.role_policy(role, label));
        Value::reference(format!("aws_iam_role.{label}.arn"))
    }

    fn controlled(
        &self,
        label: &str,
        kind: &str,
        properties: Vec<(&'static str, Value)>,
        roles: &[&str],
        comment: &str,
    ) -> Block {
        let needs = roles.iter();
        let needs = needs.map(|role| Value::reference(format!("aws_iam_role_policy.{role}")));
        let body = Body::default()
            .with("type_name", kind)
            .with("desired_state", json(Value::mapping(properties)))
            .with("depends_on", Value::sequence(needs));
        self.resource("aws_cloudcontrolapi_resource", label, body)
            .with_comment(format!("{comment}\n{LACKING}"))
    }
}
