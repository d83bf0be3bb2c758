//! Settings of an account.

use super::Stack;
use crate::document::print::Value;
use crate::fleet::emit::{AUDIT_TYPE, LOGGING_TYPE, audit, logging};
use crate::fleet::plan::AccountSettings;

impl Stack<'_> {
    /// The resources of the settings by logical id.
    pub(super) fn account(&self, settings: &AccountSettings) -> Vec<(String, Value)> {
        let account = &self.plan.deployment.account;
        let arn = |id: &str| Value::call("Fn::GetAtt", format!("{id}.Arn"));
        let mut resources = Vec::new();
        if let Some(it) = &settings.logging {
            resources.push(("LoggingRole".to_owned(), self.role(&it.role)));
            let properties = logging(it, account, arn("LoggingRole"));
            let resource = self.resource(LOGGING_TYPE, &[], properties);
            let resource = resource
                .with_comment(self.asked("logging", it.origin))
                .with_origin(it.origin);
            resources.push(("Logging".to_owned(), resource));
        }
        if let Some(it) = &settings.audit {
            resources.push(("AuditRole".to_owned(), self.role(&it.role)));
            let teller = it.notify.as_ref().map(|(_, role)| {
                resources.push(("AuditNotifyRole".to_owned(), self.role(role)));
                arn("AuditNotifyRole")
            });
            let properties = audit(it, account, arn("AuditRole"), teller);
            let resource = self.resource(AUDIT_TYPE, &[], properties);
            let resource = resource
                .with_comment(self.asked("audit", it.origin))
                .with_origin(it.origin);
            resources.push(("Audit".to_owned(), resource));
        }
        resources
    }
}
