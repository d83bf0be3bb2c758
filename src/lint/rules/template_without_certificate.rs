//! Provisioning templates without a certificate.

use crate::artifact::TemplateDocument;
use crate::facts::{self, CertificateResource};
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::TemplateResourceKind;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/template-without-certificate.yaml"),
    Check::Template(check),
);

/// A finding at the start of a template whose dialect needs a certificate and that has none.
fn check(document: &TemplateDocument, context: &Context<'_>, findings: &mut Findings<'_>) {
    let template = &document.template;
    let Some(dialect) = template.dialect else {
        return;
    };
    match facts::dialect(dialect).certificate {
        CertificateResource::Optional => return,
        CertificateResource::Required => {}
    }
    // A resource whose type can't be read may be one.
    let is_certificate = |it: &crate::model::TemplateResource| {
        it.is(TemplateResourceKind::Certificate) || it.kind.is_none()
    };
    let is_whole = context.file.is_whole_at(template.span);
    if !is_whole || template.resources.iter().any(is_certificate) {
        return;
    }
    let kind = TemplateResourceKind::Certificate.as_str();
    findings
        .add(
            Confidence::High,
            template.span.at_start(),
            format!("the template has no `{kind}`"),
        )
        .help(format!(
            "add a resource of type `{kind}` with \
             `\"CertificateId\": {{ \"Ref\": \"AWS::IoT::Certificate::Id\" }}`"
        ));
}
