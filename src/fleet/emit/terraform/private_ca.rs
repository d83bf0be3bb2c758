//! CAs in AWS Private CA, and the role of the factory.

use super::{Module, json};
use crate::document::print::{Block, Body, Value};
use crate::fleet::emit::{
    ROOT_TEMPLATE, SIGNING_TEMPLATE, factory_document, factory_trust, subject_names,
};
use crate::fleet::plan::{Factory, Hierarchy, Jitp, MadeCa, Signing};

const AUTHORITY: &str = "aws_acmpca_certificate_authority";
const CERTIFICATE: &str = "aws_acmpca_certificate";
const ACTIVATION: &str = "aws_acmpca_certificate_authority_certificate";

fn attribute(kind: &str, label: &str, name: &str) -> Value {
    Value::reference(format!("{kind}.{label}.{name}"))
}

/// The labels of what is made for the root, and for the signing CA.
fn labels(label: &str) -> [String; 2] {
    [format!("{label}_root"), format!("{label}_signing")]
}

impl Module<'_> {
    /// The blocks of a method's CA, without its registration with AWS IoT.
    pub(super) fn private_ca(&self, jitp: &Jitp, label: &str) -> Vec<Block> {
        let mut blocks = match &jitp.authority {
            Signing::Known(_) => Vec::new(),
            Signing::Made(hierarchy) => self.hierarchy(hierarchy, label),
        };
        if let Some(factory) = &jitp.factory {
            blocks.extend(self.factory(factory, label));
        }
        blocks
    }

    /// The certificate that AWS IoT gets to know, as text or as what it will be.
    pub(super) fn signing_certificate(&self, jitp: &Jitp, label: &str) -> Value {
        match &jitp.authority {
            Signing::Known(authority) => Value::from(authority.pem.as_str()),
            Signing::Made(_) => {
                let [_, signing] = labels(label);
                attribute(CERTIFICATE, &signing, "certificate")
            }
        }
    }

    fn hierarchy(&self, hierarchy: &Hierarchy, label: &str) -> Vec<Block> {
        let [root, signing] = &labels(label);
        let of_root = &hierarchy.root;
        let of_signing = &hierarchy.signing;
        let chain = attribute(CERTIFICATE, root, "certificate");
        let activation = format!("{ACTIVATION}.{root}");
        vec![
            self.ca(of_root, root, "ROOT", "issuer.root"),
            self.certificate(root, (root, of_root), ROOT_TEMPLATE, of_root, None),
            self.activation(root, None),
            self.ca(of_signing, signing, "SUBORDINATE", "issuer.signing"),
            // A CA signs nothing before it has a certificate of its own.
            self.certificate(
                signing,
                (root, of_root),
                SIGNING_TEMPLATE,
                of_signing,
                Some(activation),
            ),
            self.activation(signing, Some(chain)),
        ]
    }

    fn ca(&self, ca: &MadeCa, label: &str, kind: &str, path: &str) -> Block {
        let subject = ca.subject.iter();
        let subject = subject.fold(Body::default(), |body, (field, value)| {
            body.with(subject_names(*field).1, value.as_str())
        });
        let configuration = Body::default()
            .with("key_algorithm", ca.key_algorithm())
            .with("signing_algorithm", ca.signing_algorithm())
            .with_block(Block::new("subject", [], subject));
        let body = Body::default()
            .with("type", kind)
            .with("usage_mode", ca.usage_mode())
            .with_block(Block::new(
                "certificate_authority_configuration",
                [],
                configuration,
            ));
        self.resource(AUTHORITY, label, body)
            .with_comment(self.asked(path, ca.origin))
    }

    /// The certificate of the CA `of`, signed by `signer`.
    fn certificate(
        &self,
        of: &str,
        (signer, signing): (&str, &MadeCa),
        template: &str,
        ca: &MadeCa,
        needs: Option<String>,
    ) -> Block {
        let partition = &self.plan.deployment.partition;
        let request = attribute(AUTHORITY, of, "certificate_signing_request");
        let template = format!("arn:{partition}:acm-pca:::template/{template}");
        let validity = Body::default()
            .with("type", "DAYS")
            .with("value", ca.valid_days);
        let mut body = Body::default()
            .with(
                "certificate_authority_arn",
                attribute(AUTHORITY, signer, "arn"),
            )
            .with("certificate_signing_request", request)
            .with("signing_algorithm", signing.signing_algorithm())
            .with("template_arn", template);
        if let Some(needs) = needs {
            body = body.with("depends_on", Value::sequence([Value::reference(needs)]));
        }
        let body = body.with_block(Block::new("validity", [], validity));
        self.resource(CERTIFICATE, of, body)
    }

    fn activation(&self, label: &str, chain: Option<Value>) -> Block {
        let mut body = Body::default()
            .with(
                "certificate_authority_arn",
                attribute(AUTHORITY, label, "arn"),
            )
            .with("certificate", attribute(CERTIFICATE, label, "certificate"));
        if let Some(chain) = chain {
            body = body.with("certificate_chain", chain);
        }
        self.resource(ACTIVATION, label, body)
    }

    fn factory(&self, factory: &Factory, label: &str) -> [Block; 2] {
        let [_, signing] = labels(label);
        let authority = match &factory.authority {
            Some(arn) => Value::from(arn.as_str()),
            None => attribute(AUTHORITY, &signing, "arn"),
        };
        let own = format!("{label}_issuer");
        let comment = format!(
            "The factory takes this role to issue certificates for devices\n{}",
            self.asked("issuer.factory", factory.origin)
        );
        let role = Body::default()
            .with(
                "name",
                self.exempt(factory.role.as_str().into(), factory.exemptions),
            )
            .with("assume_role_policy", json(factory_trust(factory)));
        let document = json(factory_document(factory, &authority));
        let policy = Body::default()
            .with("name", "issuer")
            .with("role", Value::reference(format!("aws_iam_role.{own}.name")))
            .with("policy", document);
        [
            self.resource("aws_iam_role", &own, role)
                .with_comment(comment),
            self.resource("aws_iam_role_policy", &own, policy),
        ]
    }
}
