//! Names of provisioning templates over the limit.

use crate::artifact::TemplateDocument;
use crate::facts::{NameKind, name_limit};
use crate::lint::{Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/template-name-too-long.yaml"),
    Check::Template(check),
);

/// A finding at a name whose known characters are already too many.
fn check(document: &TemplateDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(name) = &document.name else { return };
    let most = name_limit(NameKind::ProvisioningTemplate).max_chars;
    let chars = name.value.as_str().chars().count();
    if chars <= most {
        return;
    }
    let at_least = if name.value.known().is_some() {
        ""
    } else {
        "at least "
    };
    findings
        .add(
            Confidence::Proven,
            name.span,
            format!(
                "the name has {at_least}{chars} characters, and that of a template may have {most}"
            ),
        )
        .help(format!("take {} characters out", chars - most));
}
