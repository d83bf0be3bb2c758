//! What stacks have beside registration, for people.

use crate::fleet::plan::{DataKey, DeadLetters, Hooked, Plan, Presence};
use crate::fleet::spec::Deletion;

/// What there is to know of it, each once.
pub(super) fn lines(plans: &[&Plan]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in plans.iter().flat_map(|plan| of_plan(plan)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn of_plan(plan: &Plan) -> Vec<String> {
    let (furniture, deployment) = (&plan.furniture, &plan.deployment);
    let place = format!("`{}`, `{}`", deployment.environment, deployment.region);
    let mut lines = Vec::new();
    if let Some(key) = &furniture.key {
        lines.push(key_line(key, &place, &deployment.region));
        if !key.is_for_functions() {
            lines.push(format!(
                "{place}: variables of functions stay with a key of AWS, since Lambda takes the ARN of a key and no alias. Name the key by its ARN to change that."
            ));
        }
    }
    match &furniture.dead_letters {
        Some(DeadLetters::Own { name, .. }) => lines.push(format!(
            "{place}: events that a function failed on go to the queue `{name}`. AWS IoT waits for the answer of a hook, and a failure is a refusal: of its calls none goes there."
        )),
        Some(DeadLetters::Arn(arn)) => lines.push(format!(
            "{place}: events that a function failed on go to `{arn}`. AWS IoT waits for the answer of a hook, and a failure is a refusal: of its calls none goes there."
        )),
        None => {}
    }
    if let Some(alarms) = &plan.alarms {
        let names = alarms.alarms.iter().map(|it| it.name.as_str());
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        lines.push(format!(
            "{place}: `{}` is told of {}. If the topic is encrypted with a key of yours, the key's policy must let CloudWatch use it.",
            alarms.notify,
            names.join(", ")
        ));
        for reminder in &alarms.reminders {
            lines.push(format!(
                "{place}: on {} it is reminded of the end of a CA (`{}`). The day is that of the CA's certificate: generate again after you have changed it.",
                reminder.day, reminder.name
            ));
        }
    }
    for registration in &plan.registrations {
        if let Some(arn) = &registration.existing_role {
            let actions = registration.role.statements.iter().map(|statement| {
                let resources = statement.resources.iter().map(|it| format!("`{it}`"));
                let resources: Vec<String> = resources.collect();
                format!(
                    "`{}` on {}",
                    statement.actions.join("`, `"),
                    resources.join(", ")
                )
            });
            let actions: Vec<String> = actions.collect();
            lines.push(format!(
                "{place}: `{arn}` is taken as it is, by `iot.amazonaws.com`. It must allow {}.",
                actions.join("; ")
            ));
        }
        let table = registration.way.hooked().and_then(Hooked::table);
        if let Some(table) = table.filter(|it| it.presence == Presence::Existing) {
            lines.push(format!(
                "{place}: the table `{}` is there already. Its key must be the text `{}` alone; if it has a key of KMS of its own, the role of the hook must be let use that.",
                table.name, table.key
            ));
        }
    }
    match plan.deletion {
        Deletion::Retained => lines.push(format!(
            "{place}: what devices depend on, the table, logs, keys and queues stay when the stack is deleted or one of them is replaced; alarms and reminders go."
        )),
        Deletion::Allowed => {}
    }
    lines
}

fn key_line(key: &DataKey, place: &str, region: &str) -> String {
    match key {
        DataKey::Own(own) => format!(
            "{place}: logs, tables, queues and variables of functions are encrypted with the key `{}`, which is renewed each year.",
            own.alias
        ),
        DataKey::Arn(arn) | DataKey::Alias(arn) => format!(
            "{place}: logs, tables and queues are encrypted with `{arn}`. Its policy must let `logs.{region}.amazonaws.com` use it (`kms:Encrypt`, `kms:Decrypt`, `kms:ReEncrypt*`, `kms:GenerateDataKey*`, `kms:DescribeKey`), and those in the account whom IAM lets, also with `kms:CreateGrant`, by way of DynamoDB, Lambda and SQS."
        ),
    }
}
