//! CAs in AWS Private CA, and the role of the factory.

use super::{Ids, Stack};
use crate::document::print::Value;
use crate::fleet::emit::{
    ROOT_TEMPLATE, SIGNING_TEMPLATE, factory_document, factory_trust, subject_names,
};
use crate::fleet::plan::{Factory, Hierarchy, Jitp, MadeCa, Signing};

/// Ids of a CA that the stack makes.
struct CaIds {
    authority: String,
    certificate: String,
    activation: String,
}

impl CaIds {
    fn of(registration: &str, part: &str) -> CaIds {
        CaIds {
            authority: format!("{registration}{part}Ca"),
            certificate: format!("{registration}{part}Certificate"),
            activation: format!("{registration}{part}Activation"),
        }
    }
}

fn attribute(id: &str, name: &str) -> Value {
    Value::call("Fn::GetAtt", format!("{id}.{name}"))
}

impl Stack<'_> {
    /// The resources of a method's CA by logical id, without its registration with AWS IoT.
    pub(super) fn private_ca(&self, jitp: &Jitp, ids: &Ids) -> Vec<(String, Value)> {
        let mut resources = match &jitp.authority {
            Signing::Known(_) => Vec::new(),
            Signing::Made(hierarchy) => self.hierarchy(hierarchy, ids),
        };
        if let Some(factory) = &jitp.factory {
            resources.push((ids.issuer.clone(), self.factory(factory, ids)));
        }
        resources
    }

    /// The certificate that AWS IoT gets to know, as text or as what it will be.
    pub(super) fn signing_certificate(&self, jitp: &Jitp, ids: &Ids) -> Value {
        match &jitp.authority {
            Signing::Known(authority) => Value::from(authority.pem.as_str()),
            Signing::Made(_) => {
                let signing = CaIds::of(&ids.name, "Signing");
                attribute(&signing.certificate, "Certificate")
            }
        }
    }

    fn hierarchy(&self, hierarchy: &Hierarchy, ids: &Ids) -> Vec<(String, Value)> {
        let root_ids = CaIds::of(&ids.name, "Root");
        let signing_ids = CaIds::of(&ids.name, "Signing");
        let root = &hierarchy.root;
        let signing = &hierarchy.signing;
        let root_certificate = attribute(&root_ids.certificate, "Certificate");
        vec![
            (
                root_ids.authority.clone(),
                self.ca(root, "ROOT", "issuer.root"),
            ),
            (
                root_ids.certificate.clone(),
                self.certificate(&root_ids, (&root_ids, root), ROOT_TEMPLATE, root, &[]),
            ),
            (
                root_ids.activation.clone(),
                self.activation(&root_ids, None),
            ),
            (
                signing_ids.authority.clone(),
                self.ca(signing, "SUBORDINATE", "issuer.signing"),
            ),
            (
                signing_ids.certificate.clone(),
                // A CA signs nothing before it has a certificate of its own.
                self.certificate(
                    &signing_ids,
                    (&root_ids, root),
                    SIGNING_TEMPLATE,
                    signing,
                    std::slice::from_ref(&root_ids.activation),
                ),
            ),
            (
                signing_ids.activation.clone(),
                self.activation(&signing_ids, Some(root_certificate)),
            ),
        ]
    }

    fn ca(&self, ca: &MadeCa, kind: &str, path: &str) -> Value {
        let subject = ca.subject.iter();
        let subject = subject.map(|(field, value)| (subject_names(*field).0, value.as_str()));
        let properties = vec![
            ("Type", Value::from(kind)),
            ("KeyAlgorithm", Value::from(ca.key_algorithm())),
            ("SigningAlgorithm", Value::from(ca.signing_algorithm())),
            ("UsageMode", Value::from(ca.usage_mode())),
            ("Subject", Value::mapping(subject)),
        ];
        self.resource("AWS::ACMPCA::CertificateAuthority", &[], properties)
            .with_comment(self.asked(path, ca.origin))
            .with_origin(ca.origin)
    }

    /// The certificate of the CA `of`, signed by `signer`.
    fn certificate(
        &self,
        of: &CaIds,
        (signer, signing): (&CaIds, &MadeCa),
        template: &str,
        ca: &MadeCa,
        needs: &[String],
    ) -> Value {
        let partition = &self.plan.deployment.partition;
        let validity = Value::mapping([
            ("Type", Value::from("DAYS")),
            ("Value", Value::from(ca.valid_days)),
        ]);
        let properties = vec![
            (
                "CertificateAuthorityArn",
                attribute(&signer.authority, "Arn"),
            ),
            (
                "CertificateSigningRequest",
                attribute(&of.authority, "CertificateSigningRequest"),
            ),
            ("SigningAlgorithm", Value::from(signing.signing_algorithm())),
            (
                "TemplateArn",
                Value::from(format!("arn:{partition}:acm-pca:::template/{template}")),
            ),
            ("Validity", validity),
        ];
        self.resource("AWS::ACMPCA::Certificate", needs, properties)
    }

    fn activation(&self, ids: &CaIds, chain: Option<Value>) -> Value {
        let mut properties = vec![
            ("CertificateAuthorityArn", attribute(&ids.authority, "Arn")),
            ("Certificate", attribute(&ids.certificate, "Certificate")),
        ];
        properties.extend(chain.map(|chain| ("CertificateChain", chain)));
        let kind = "AWS::ACMPCA::CertificateAuthorityActivation";
        self.resource(kind, &[], properties)
    }

    fn factory(&self, factory: &Factory, ids: &Ids) -> Value {
        let authority = match &factory.authority {
            Some(arn) => Value::from(arn.as_str()),
            None => attribute(&CaIds::of(&ids.name, "Signing").authority, "Arn"),
        };
        let document = factory_document(factory, &authority);
        self.role_of(
            &factory.role,
            factory_trust(factory),
            None,
            Some(("issuer", document)),
        )
        .with_comment(format!(
            "The factory takes this role to issue certificates for devices\n{}",
            self.asked("issuer.factory", factory.origin)
        ))
        .with_origin(factory.origin)
    }
}
