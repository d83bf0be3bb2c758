//! What logs, tables, queues and variables are encrypted with, and where failed events go.

use super::{fault, filled};
use crate::facts::NameKind;
use crate::fleet::Error;
use crate::fleet::error::StackFault;
use crate::fleet::lower::names::check_name;
use crate::fleet::plan::{
    DataKey, DeadLetters, Deployment, KeyPrincipal, KeyStatement, OwnKey, RoleStatement,
};
use crate::fleet::spec::{Name, StackSpec};
use crate::model::furniture as action;
use crate::source::Span;

/// Made with the stack.
const OWN: &str = "own";
/// What an alias begins with.
const ALIAS: &str = "alias/";
/// The services that use the key for whoever uses them.
const BY_SERVICE: [&str; 3] = ["dynamodb", "lambda", "sqs"];

/// The key that a spec asks for.
pub(super) fn key(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<DataKey> {
    let written = stack.kms.as_ref()?;
    if *written.value == *OWN {
        return Some(DataKey::Own(own_key(deployment, written.span, errors)));
    }
    let text = filled(written, deployment, errors)?;
    if let Some(alias) = text.strip_prefix(ALIAS) {
        let what = "the alias of the key";
        check_name(NameKind::KeyAlias, what, alias, written.span, errors);
        return Some(DataKey::Alias(deployment.arn_of("kms", &text)));
    }
    let is_alias = is_of(&text, deployment, "kms", ALIAS);
    if !is_alias && !is_of(&text, deployment, "kms", "key/") {
        elsewhere("key", deployment, written, errors);
    }
    Some(match is_alias {
        true => DataKey::Alias(text),
        false => DataKey::Arn(text),
    })
}

fn own_key(deployment: &Deployment, span: Span, errors: &mut Vec<Error>) -> OwnKey {
    let Deployment {
        fleet,
        environment,
        region,
        account,
        partition,
        naming,
        ..
    } = deployment;
    let name = deployment.name("data");
    let what = "the alias of the key";
    check_name(NameKind::KeyAlias, what, &name, span, errors);
    let alias = format!("{ALIAS}{name}");
    let root = || KeyPrincipal::Account(format!("arn:{partition}:iam::{account}:root"));
    let services = BY_SERVICE.map(|it| format!("{it}.{region}.amazonaws.com"));
    let logs = format!("log-group:/aws/lambda/{}*{}", naming.before, naming.behind);
    OwnKey {
        description: format!("Data of fleet {fleet}, environment {environment}"),
        alias_arn: deployment.arn_of("kms", &alias),
        alias,
        statements: vec![
            KeyStatement {
                purpose: "those in the account whom IAM lets manage the key, which uses it for nothing",
                principal: root(),
                actions: action::MANAGE_KEY,
                condition: None,
            },
            KeyStatement {
                purpose: "those in the account whom IAM lets use the key, by way of these services only",
                principal: root(),
                actions: action::USE_KEY_BY_SERVICE,
                condition: Some(("StringEquals", "kms:ViaService", services.to_vec())),
            },
            KeyStatement {
                purpose: "CloudWatch Logs, for the logs of this stack's functions only",
                principal: KeyPrincipal::Service(format!("logs.{region}.amazonaws.com")),
                actions: action::USE_KEY_FOR_LOGS,
                condition: Some((
                    "ArnLike",
                    "kms:EncryptionContext:aws:logs:arn",
                    vec![deployment.arn_of("logs", &logs)],
                )),
            },
        ],
    }
}

/// Where events go that a function failed on.
pub(super) fn dead_letters(
    stack: &StackSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<DeadLetters> {
    let written = stack.functions.dead_letters.as_ref()?;
    if *written.value == *OWN {
        let name = deployment.name("dead-letters");
        let what = "the queue of dead letters";
        check_name(NameKind::Queue, what, &name, written.span, errors);
        let arn = deployment.arn_of("sqs", &name);
        return Some(DeadLetters::Own { name, arn });
    }
    let arn = filled(written, deployment, errors)?;
    if !["sqs", "sns"]
        .iter()
        .any(|it| is_of(&arn, deployment, it, ""))
    {
        elsewhere("queue or topic", deployment, written, errors);
    }
    Some(DeadLetters::Arn(arn))
}

/// What a function's role needs for its furniture.
pub(super) fn rights(key: Option<&DataKey>, letters: Option<&DeadLetters>) -> Vec<RoleStatement> {
    let key = key.map(|key| {
        let mut actions = vec![action::DECRYPT];
        // A queue that is encrypted takes no message without.
        actions.extend(letters.map(|_| action::GENERATE_DATA_KEY));
        RoleStatement {
            purpose: "what the key protects is read",
            actions,
            resources: vec![key.arn().to_owned()],
        }
    });
    let letters = letters.map(|letters| {
        let is_topic = letters.arn().split(':').nth(2) == Some("sns");
        RoleStatement {
            purpose: "events that the function failed on are kept",
            actions: vec![match is_topic {
                true => action::PUBLISH_NOTIFICATION,
                false => action::SEND_MESSAGE,
            }],
            resources: vec![letters.arn().to_owned()],
        }
    });
    key.into_iter().chain(letters).collect()
}

/// Whether an ARN is that of a resource of a service, in the deployment's Region and account.
pub(super) fn is_of(arn: &str, deployment: &Deployment, service: &str, prefix: &str) -> bool {
    let head = deployment.arn_of(service, prefix);
    arn.strip_prefix(&*head)
        .is_some_and(|name| !name.is_empty() && !name.contains([':', ' ']))
}

pub(super) fn elsewhere(
    what: &'static str,
    deployment: &Deployment,
    written: &Name,
    errors: &mut Vec<Error>,
) {
    let kind = StackFault::Elsewhere {
        what,
        account: deployment.account.clone(),
        region: deployment.region.clone(),
    };
    fault(kind, written.span, errors);
}
