//! Documents of IAM roles, the same in every output.

use super::POLICY_VERSION;
use crate::document::print::Value;
use crate::fleet::plan::{Role, RoleStatement, Taker};

/// Who may take a role: AWS IoT for this account only, or Lambda.
pub fn trust_document(role: &Role, account: &str) -> Value {
    let service = match role.taker {
        Taker::Iot => "iot.amazonaws.com",
        Taker::Lambda => "lambda.amazonaws.com",
    };
    let mut trust = vec![
        ("Effect", Value::from("Allow")),
        ("Principal", Value::mapping([("Service", service)])),
        ("Action", Value::from("sts:AssumeRole")),
    ];
    match role.taker {
        Taker::Iot => {
            let account = Value::mapping([("aws:SourceAccount", account)]);
            let condition = Value::mapping([("StringEquals", account)]);
            trust.push(("Condition", condition));
        }
        // Lambda takes a role for functions of the role's own account only.
        Taker::Lambda => {}
    }
    document([Value::mapping(trust)])
}

/// What a role is for.
pub(super) fn purpose(role: &Role) -> &'static str {
    match role.taker {
        Taker::Iot => "AWS IoT takes this role to run the template, for this account only",
        Taker::Lambda => "The hook runs with this role",
    }
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
