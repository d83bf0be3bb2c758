//! Registration by a trusted user, in all its variations: how installers sign in, and how they get a claim.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use process::Run;

mod process;

const COGNITO: &str = "cognito: { identityPool: \"eu-central-1:6d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11\", group: installers }";

/// The example with other installers and in this form, generated; the folder of the outputs, and what was
/// said.
fn generated(name: &str, installers: &str, form: &str) -> (PathBuf, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let spec = fs::read_to_string(root.join("fixtures/fleet/retrofit/spec.yaml")).unwrap();
    assert!(spec.contains(COGNITO));
    let spec = spec.replace(COGNITO, installers);
    let spec = spec.replace(
        "    installers:\n",
        &format!("    form: {form}\n    installers:\n"),
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("spec.yaml"), spec).unwrap();
    let run = Run::within(&folder, &["generate", "spec.yaml"], b"");
    assert_eq!(run.code, 0, "{}", run.output());
    (folder.join("out"), run.output())
}

/// The stack of `prod` in a Region, and the module of `prod`.
fn both(out: &Path) -> [String; 2] {
    ["cfn/prod/us-east-1/stack.yaml", "tf/modules/prod/main.tf"]
        .map(|path| fs::read_to_string(out.join(path)).unwrap())
}

fn assert_holds(texts: &[String], expected: &[&str]) {
    for text in texts {
        for it in expected {
            assert!(text.contains(it), "{it}:\n{text}");
        }
    }
}

fn assert_lacks(texts: &[String], unexpected: &[&str]) {
    for text in texts {
        for it in unexpected {
            assert!(!text.contains(it), "{it}:\n{text}");
        }
    }
}

#[test]
fn in_the_direct_form_installers_ask_aws_iot_for_one_template() {
    let (out, said) = generated("installers-direct", COGNITO, "direct");
    assert!(
        said.contains("nothing ties a claim to the installer"),
        "{said}"
    );
    let texts = both(&out);
    assert_holds(
        &texts,
        &[
            "iot:CreateProvisioningClaim",
            ":222222222222:provisioningtemplate/voltra-prod-retrofit",
            "cognito-identity.amazonaws.com:aud",
        ],
    );
    assert_lacks(
        &texts,
        &[
            "ApiGatewayV2",
            "apigatewayv2",
            "execute-api",
            "retrofit-broker",
            "retrofit-claims",
        ],
    );
    let page = fs::read_to_string(out.join("cfn/README.md")).unwrap();
    assert!(page.contains("aws iot create-provisioning-claim --region us-east-1"));
    assert!(!page.contains("execute-api"));
    // The hook is that of claims.
    let stack = &texts[..1];
    assert_lacks(stack, &["\"claims\":"]);
}

#[test]
fn who_signs_in_by_saml_is_known_by_the_session_that_the_provider_names() {
    let (out, said) = generated("installers-saml", "saml: { provider: corporate }", "broker");
    let provider = "arn:aws:iam::222222222222:saml-provider/corporate";
    assert_holds(
        &both(&out),
        &[
            provider,
            "sts:AssumeRoleWithSAML",
            "https://signin.aws.amazon.com/saml",
            "execute-api:Invoke",
        ],
    );
    assert_lacks(&both(&out), &["cognito-identity", "\"pool\":"]);
    assert!(!said.contains("nothing ties"), "{said}");
    let page = fs::read_to_string(out.join("tf/README.md")).unwrap();
    let pair = format!(
        "arn:aws:iam::222222222222:role/voltra-prod-retrofit-installers-us-east-1,{provider}"
    );
    assert!(page.contains(&pair), "{page}");
    let (other, _) = generated(
        "installers-saml-arn",
        "saml: { provider: \"arn:{partition}:iam::{account}:saml-provider/corporate\" }",
        "broker",
    );
    let stack = |out: &Path| fs::read_to_string(out.join("cfn/prod/us-east-1/stack.yaml")).unwrap();
    assert_eq!(stack(&other), stack(&out));
}

#[test]
fn a_role_that_is_there_gets_one_policy_more_and_nothing_else() {
    for (form, action) in [
        ("broker", "execute-api:Invoke"),
        ("direct", "iot:CreateProvisioningClaim"),
    ] {
        let name = format!("installers-role-{form}");
        let role = "role: \"arn:{partition}:iam::{account}:role/people/{env}-installers\"";
        let (out, said) = generated(&name, role, form);
        let texts = both(&out);
        assert_holds(&texts, &[action, "prod-installers"]);
        assert_lacks(&texts, &["AssumeRoleWith", "role/people"]);
        assert!(texts[0].contains("RoleName: prod-installers\n"));
        assert_eq!(
            said.contains("sts:RoleSessionName"),
            form == "broker",
            "{said}"
        );
    }
}
