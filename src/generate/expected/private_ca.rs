//! CAs in AWS Private CA, and the role of the factory.

use super::{link, part, resource, value};
use crate::document::print::{self, to_json};
use crate::fleet::emit;
use crate::fleet::plan::{Factory, Hierarchy, Jitp, MadeCa, Plan, Signing};
use crate::project::{Kind, Resource, Setting, arn_of, role_policy};

/// What a method's CA takes beside its registration with AWS IoT.
pub(super) fn resources(plan: &Plan, jitp: &Jitp) -> Vec<Resource> {
    let made = match &jitp.authority {
        Signing::Known(_) => None,
        Signing::Made(hierarchy) => Some(&**hierarchy),
    };
    let mut resources = made.map_or_else(Vec::new, |made| hierarchy(plan, made));
    let factory = jitp.factory.as_ref();
    resources.extend(factory.map(|factory| role(factory, made)));
    resources
}

/// What the certificate of a CA is told from others by: itself, or the name of the CA that is made.
pub(super) fn certificate_name(signing: &Signing) -> &str {
    match signing {
        Signing::Known(authority) => authority.pem.trim_end(),
        Signing::Made(hierarchy) => &hierarchy.signing.common_name,
    }
}

fn hierarchy(plan: &Plan, hierarchy: &Hierarchy) -> Vec<Resource> {
    let (root, signing) = (&hierarchy.root, &hierarchy.signing);
    vec![
        ca(root, "ROOT"),
        certificate(plan, root, root, emit::ROOT_TEMPLATE),
        activation(root, None),
        ca(signing, "SUBORDINATE"),
        certificate(plan, signing, root, emit::SIGNING_TEMPLATE),
        activation(signing, Some(root)),
    ]
}

fn ca(ca: &MadeCa, kind: &str) -> Resource {
    let subject = ca.subject.iter();
    let subject = subject.map(|(field, text)| value(field.word(), text.as_str()));
    let settings = [
        value("type", kind),
        value("mode", ca.usage_mode()),
        value("key", ca.key_algorithm()),
        value("signature", ca.signing_algorithm()),
    ];
    let settings = settings.into_iter().chain(subject);
    resource(Kind::PrivateCa, &ca.common_name, settings)
}

/// The certificate of a CA, signed by another or by itself.
fn certificate(plan: &Plan, of: &MadeCa, signer: &MadeCa, template: &str) -> Resource {
    let partition = &plan.deployment.partition;
    let name = of.common_name.as_str();
    let request = "certificatesigningrequest";
    let settings = [
        part("request", Kind::PrivateCa, name, request),
        link("authority", Kind::PrivateCa, &signer.common_name),
        value("signature", signer.signing_algorithm()),
        value(
            "template",
            format!("arn:{partition}:acm-pca:::template/{template}"),
        ),
        value("unit of validity", "DAYS"),
        value("validity", of.valid_days),
    ];
    resource(Kind::Issued, name, settings)
}

fn activation(ca: &MadeCa, above: Option<&MadeCa>) -> Resource {
    let name = ca.common_name.as_str();
    let settings = [
        link("authority", Kind::PrivateCa, name),
        part("certificate", Kind::Issued, name, "certificate"),
    ];
    let chain = above.map(|above| part("chain", Kind::Issued, &above.common_name, "certificate"));
    resource(Kind::Activation, name, settings.into_iter().chain(chain))
}

fn role(factory: &Factory, made: Option<&Hierarchy>) -> Resource {
    // What stands for the ARN is put in after the document is made, in the place of this text.
    let arn = factory.authority.as_deref().unwrap_or("");
    let mut document = to_json(&emit::factory_document(factory, &print::Value::from(arn)));
    if let (None, Some(made)) = (&factory.authority, made) {
        let arn = arn_of(&Kind::PrivateCa, &made.signing.common_name);
        let statements = document.get_mut("Statement");
        let statements = statements.and_then(|it| it.as_array_mut());
        for statement in statements.into_iter().flatten() {
            if let Some(resources) = statement.get_mut("Resource") {
                *resources = serde_json::json!([arn]);
            }
        }
    }
    let trust = to_json(&emit::factory_trust(factory));
    resource(
        Kind::Role,
        &factory.role,
        [
            value("name", factory.role.as_str()),
            value("trust", trust),
            (role_policy("issuer"), Setting::Value(document)),
        ],
    )
}
