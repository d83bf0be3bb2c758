//! Override settings that AWS does not know.

use crate::artifact::TemplateDocument;
use crate::document::spelling::closest;
use crate::facts;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{Expression, ExpressionKind, TemplateResource, TemplateResourceKind};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/invalid-override-settings.yaml"),
    Check::Template(check),
);

/// One finding per key or value of `OverrideSettings` that does not exist.
fn check(document: &TemplateDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for resource in &document.template.resources {
        let Some(Spanned {
            value: Ok(kind), ..
        }) = resource.kind
        else {
            continue;
        };
        for (key, value) in &resource.overrides {
            check_setting(resource, kind, key, value, findings);
        }
    }
}

fn check_setting(
    resource: &TemplateResource,
    kind: TemplateResourceKind,
    key: &Spanned<Box<str>>,
    value: &Expression,
    findings: &mut Findings<'_>,
) {
    let Some(known) = facts::template_resource(kind.as_str()) else {
        return;
    };
    let Some(setting) = known.override_setting(&key.value) else {
        let message = format!(
            "`{}` has no override setting `{}`",
            kind.as_str(),
            key.value
        );
        let finding = findings.add(Confidence::High, key.span, message);
        let names = || known.overrides.iter().map(|it| it.key);
        match closest(&key.value, names()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None if known.overrides.is_empty() => finding.help("remove it"),
            None => {
                let all: Vec<_> = names().map(|it| format!("`{it}`")).collect();
                finding.help(format!("the settings are {}", all.join(", ")))
            }
        };
        return;
    };
    let known_value = match &value.kind {
        ExpressionKind::Text(text) => match text.known() {
            Some(known) => setting.values.contains(&known),
            None => true,
        },
        ExpressionKind::Reference(_) | ExpressionKind::Call { .. } => true,
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::List(_)
        | ExpressionKind::Map(_) => false,
    };
    if known_value {
        return;
    }
    let all: Vec<_> = setting.values.iter().map(|it| format!("`{it}`")).collect();
    let shown = value
        .as_str()
        .map_or_else(|| "this".to_owned(), |it| format!("`{it}`"));
    findings
        .add(
            Confidence::High,
            value.span,
            format!("{shown} is no value of `{}`", key.value),
        )
        .help(format!("write one of {}", all.join(", ")))
        .related(resource.name.span, "in this resource");
}
