//! Documents of IAM roles, the same in every output.

use super::POLICY_VERSION;
use crate::document::print::Value;
use crate::fleet::plan::{Role, RoleStatement};

/// Who may take a provisioning role: AWS IoT, for this account only.
pub fn trust_document(account: &str) -> Value {
    let trust = Value::mapping([
        ("Effect", Value::from("Allow")),
        (
            "Principal",
            Value::mapping([("Service", "iot.amazonaws.com")]),
        ),
        ("Action", Value::from("sts:AssumeRole")),
        (
            "Condition",
            Value::mapping([(
                "StringEquals",
                Value::mapping([("aws:SourceAccount", account)]),
            )]),
        ),
    ]);
    document([trust])
}

/// What a role allows, each statement with its purpose as a comment.
pub fn role_document(role: &Role) -> Value {
    let statement = |statement: &RoleStatement| {
        let resources = statement.resources.iter().map(String::as_str);
        Value::mapping([
            ("Effect", Value::from("Allow")),
            ("Action", Value::sequence(statement.actions.iter().copied())),
            ("Resource", Value::sequence(resources)),
        ])
        .with_comment(statement.purpose)
    };
    document(role.statements.iter().map(statement))
}

fn document(statements: impl IntoIterator<Item = Value>) -> Value {
    Value::mapping([
        ("Version", Value::from(POLICY_VERSION)),
        ("Statement", Value::sequence(statements)),
    ])
}
