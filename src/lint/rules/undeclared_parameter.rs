//! Parameters of a provisioning template that nobody supplies.

use std::collections::BTreeSet;

use crate::artifact::TemplateDocument;
use crate::document::spelling::closest;
use crate::facts;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::TemplateDialect;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/undeclared-parameter.yaml"),
    Check::Template(check),
);

const DIALECTS: [TemplateDialect; 3] = [
    TemplateDialect::Bulk,
    TemplateDialect::Jitp,
    TemplateDialect::Fleet,
];

/// How many names are compared with one that is not declared; no template is known to have as many.
const MOST_COMPARED: usize = 256;

/// One finding per reference to a name that is neither declared nor supplied by AWS, unless a
/// part of the template could not be read: the declaration may stand there.
fn check(document: &TemplateDocument, context: &Context<'_>, findings: &mut Findings<'_>) {
    let template = &document.template;
    if !context.file.is_whole_at(template.span) {
        return;
    }
    let parameters = template.parameters.iter();
    let declared: BTreeSet<&str> = parameters.map(|it| &*it.name.value).collect();
    for reference in &template.references {
        let name = &*reference.value;
        if declared.contains(name) || is_supplied(template.dialect, name) {
            continue;
        }
        let other = DIALECTS
            .into_iter()
            .find(|dialect| is_supplied(Some(*dialect), name));
        let message = match other {
            Some(TemplateDialect::Jitp) => {
                format!("`{name}` is supplied to templates of type JITP only")
            }
            Some(TemplateDialect::Bulk | TemplateDialect::Fleet) | None => {
                format!("the template declares no parameter `{name}`")
            }
        };
        let finding = findings.add(Confidence::High, reference.span, message);
        let names = declared.iter().copied().take(MOST_COMPARED);
        match closest(name, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!(
                "declare it: `\"Parameters\": {{ \"{name}\": {{ \"Type\": \"String\" }} }}`"
            )),
        };
    }
}

/// Whether AWS supplies the parameter; in some dialect, when the template's is not known.
fn is_supplied(dialect: Option<TemplateDialect>, name: &str) -> bool {
    let supplies = |dialect: TemplateDialect| {
        let rules = facts::dialect(dialect);
        rules.supplied_parameter(name).is_some() || rules.caller_may_supply.contains(&name)
    };
    match dialect {
        Some(dialect) => supplies(dialect),
        None => DIALECTS.into_iter().any(supplies),
    }
}
