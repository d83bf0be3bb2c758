//! Settings of an account as AWS IoT takes them, the same in every output.

use serde::Serialize;

use super::rendering::{Template, word};
use super::{Beside, Contents};
use crate::document::print::Value;
use crate::fleet::plan::{Audit, Logging, Plan};

/// The type of what is logged, in CloudFormation and in Cloud Control.
pub const LOGGING_TYPE: &str = "AWS::IoT::Logging";
/// The same of audits.
pub const AUDIT_TYPE: &str = "AWS::IoT::AccountAuditConfiguration";

/// The properties of what is logged. `role` is the ARN of its role.
pub fn logging(logging: &Logging, account: &str, role: Value) -> Vec<(&'static str, Value)> {
    vec![
        ("AccountId", Value::from(account)),
        ("RoleArn", role),
        ("DefaultLogLevel", Value::from(logging.level)),
    ]
}

/// The properties of audits. `role` is the ARN of the role that reads, `teller` of the one that tells.
pub fn audit(
    audit: &Audit,
    account: &str,
    role: Value,
    teller: Option<Value>,
) -> Vec<(&'static str, Value)> {
    let on = || Value::mapping([("Enabled", true)]);
    let checks = audit.checks.iter().map(|check| (*check, on()));
    let mut properties = vec![
        ("AccountId", Value::from(account)),
        ("RoleArn", role),
        ("AuditCheckConfigurations", Value::mapping(checks)),
    ];
    if let (Some((topic, _)), Some(teller)) = (&audit.notify, teller) {
        let target = Value::mapping([
            ("TargetArn", Value::from(topic.as_str())),
            ("RoleArn", teller),
            ("Enabled", Value::from(true)),
        ]);
        let targets = Value::mapping([("Sns", target)]);
        properties.push(("AuditNotificationTargetConfigurations", targets));
    }
    properties
}

/// What the script is filled in with: words of a shell.
#[derive(Serialize)]
struct Words {
    region: String,
    things: String,
    connectivity: String,
}

/// The script that turns on the index of things: CloudFormation has no resource for it.
///
/// # Errors
/// The template asks for something that there is not: a defect of ours.
pub(super) fn scripts(plan: &Plan) -> Result<Option<Beside>, minijinja::Error> {
    let Some(indexing) = plan.account.as_ref().and_then(|it| it.indexing.as_ref()) else {
        return Ok(None);
    };
    let words = Words {
        region: word(&plan.deployment.region),
        things: word(indexing.things),
        connectivity: word(indexing.connectivity),
    };
    Ok(Some(Beside {
        path: "scripts/account-indexing.sh".to_owned(),
        contents: Contents::Text(Template::Indexing.render(words)?),
    }))
}
