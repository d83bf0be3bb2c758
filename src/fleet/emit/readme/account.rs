//! The page beside the settings of accounts.

use serde::Serialize;

use super::Page;
use crate::fleet::emit::Format;
use crate::fleet::emit::rendering::Template;
use crate::fleet::plan::{AccountSettings, Plan};

/// What the page shows.
#[derive(Serialize)]
struct Contents<'p> {
    name: &'p str,
    spec: &'p str,
    is_terraform: bool,
    stacks: Vec<Stack<'p>>,
    has_log: bool,
    has_audit: bool,
    has_index: bool,
}

#[derive(Serialize)]
struct Stack<'p> {
    environment: &'p str,
    region: &'p str,
    account: &'p str,
    folder: String,
    log: String,
    audits: String,
    index: String,
}

/// The page as Markdown.
///
/// # Errors
/// The template asks for something that the page does not have: a defect of ours.
pub(super) fn page(page: &Page<'_>) -> Result<String, minijinja::Error> {
    let settings: Vec<(&Plan, &AccountSettings)> = page
        .plans
        .iter()
        .filter_map(|plan| Some((*plan, plan.account.as_ref()?)))
        .collect();
    let all = || settings.iter().map(|it| it.1);
    let contents = Contents {
        name: page.plans.first().map_or("", |it| &it.deployment.fleet),
        spec: page.spec,
        is_terraform: page.format == Format::Terraform,
        has_log: all().any(|it| it.logging.is_some()),
        has_audit: all().any(|it| it.audit.is_some()),
        has_index: all().any(|it| it.indexing.is_some()),
        stacks: settings
            .iter()
            .map(|(plan, settings)| stack(plan, settings, page.format))
            .collect(),
    };
    Template::Account.render(contents)
}

fn stack<'p>(plan: &'p Plan, settings: &AccountSettings, format: Format) -> Stack<'p> {
    let left = || "left alone".to_owned();
    let deployment = &plan.deployment;
    let logging = settings.logging.as_ref();
    let audit = settings.audit.as_ref();
    let indexing = settings.indexing.as_ref();
    Stack {
        environment: &deployment.environment,
        region: &deployment.region,
        account: &deployment.account,
        folder: format.folder(deployment),
        log: logging.map_or_else(left, |it| format!("from `{}` on", it.level)),
        audits: audit.map_or_else(left, |it| match it.checks.len() {
            1 => "1 check".to_owned(),
            count => format!("{count} checks"),
        }),
        index: indexing.map_or_else(left, |it| {
            format!("`{}`, connections: `{}`", it.things, it.connectivity)
        }),
    }
}
