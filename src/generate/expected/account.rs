//! Settings of an account.

use super::{resource, role, value};
use crate::document::print::{self, to_json};
use crate::fleet::emit;
use crate::fleet::plan::{AccountSettings, Plan, Role};
use crate::project::{Kind, Resource, arn_of};

pub(super) fn settings(plan: &Plan, settings: &AccountSettings) -> Vec<Resource> {
    let account = &*plan.deployment.account;
    let arn = |role: &Role| arn_of(&Kind::Role, &role.name);
    let mut resources = Vec::new();
    if let Some(logging) = &settings.logging {
        resources.push(role(plan, &logging.role));
        let settings = [
            value("account", account),
            value("role", arn(&logging.role)),
            value("level", logging.level),
        ];
        resources.push(resource(Kind::Logging, account, settings));
    }
    if let Some(audit) = &settings.audit {
        resources.push(role(plan, &audit.role));
        let teller = audit.notify.as_ref().map(|it| &it.1);
        resources.extend(teller.map(|it| role(plan, it)));
        let nothing = print::Value::null;
        let properties = emit::audit(audit, account, nothing(), teller.map(|_| nothing()));
        let settings = properties.into_iter().filter_map(|(property, written)| {
            let mut written = to_json(&written);
            let setting = match property {
                "AccountId" => "account",
                "RoleArn" => return Some(value("role", arn(&audit.role))),
                "AuditCheckConfigurations" => "checks",
                "AuditNotificationTargetConfigurations" => {
                    let target = written.get_mut("Sns")?.as_object_mut()?;
                    target.insert("RoleArn".to_owned(), arn(teller?));
                    "notification"
                }
                _ => return None,
            };
            Some(value(setting, written))
        });
        resources.push(resource(Kind::Audit, account, settings));
    }
    resources
}
