//! Services, private CAs, jobs and uploads, in both outputs.

use super::*;

/// The other end of topics: in either output another role, action or resource is found.
#[test]
fn a_change_of_a_services_rights_is_found() {
    let module = ["main.tf", "outputs.tf"];
    let module = module.map(|file| output_of("voltra", &format!("tf/modules/dev/{file}")));
    let stack = output_of("voltra", "cfn/dev/eu-central-1/stack.yaml");
    let writes = [
        ("topic/cfg/*/all", "topic/cfg/*", "differs in its rights"),
        ("iot:RetainPublish", "iot:*", ""),
        ("voltra-csms-dev", "voltra-admin-dev", "differs in its role"),
    ];
    finds("eu-central-1", (&stack, &module.concat()), &writes);
    let (stack, module) = chargers();
    let reads = [
        (
            "client/chargers-dev-csms-*",
            "client/*",
            "differs in its rights",
        ),
        (
            "topicfilter/ocpp/+/meter",
            "topicfilter/#",
            "differs in its rights",
        ),
    ];
    finds("eu-west-1", (&stack, &module), &reads);
}

/// The stack of `dev` with a CA that it makes, a job and an upload, and its module.
fn chargers() -> (String, String) {
    let module = ["main.tf", "outputs.tf"];
    let module = module.map(|file| output_of("chargers", &format!("tf/modules/dev/{file}")));
    let stack = output_of("chargers", "cfn/dev/eu-west-1/stack.yaml");
    (stack, module.concat())
}

/// A change in CloudFormation, the same in Terraform where it is written otherwise there, and what is said.
const OF_CHARGERS: &[([&str; 2], [&str; 2], &str)] = &[
    (
        ["PathLen0", "PathLen1"],
        ["PathLen0", "PathLen1"],
        "certificate of the private CA `Acme chargers dev signing` differs in its template",
    ),
    (
        ["SUBORDINATE", "ROOT"],
        ["SUBORDINATE", "ROOT"],
        "private CA `Acme chargers dev signing` differs in its type",
    ),
    (
        ["7300", "9000"],
        ["7300", "9000"],
        "certificate of the private CA `Acme chargers dev signing` differs in its validity",
    ),
    (
        ["EC_prime256v1", "RSA_2048"],
        ["EC_prime256v1", "RSA_2048"],
        "private CA `Acme chargers dev root` differs in its key",
    ),
    (
        [
            "EndEntityClientAuthCertificate",
            "SubordinateCACertificate_PathLen0",
        ],
        [
            "EndEntityClientAuthCertificate",
            "SubordinateCACertificate_PathLen0",
        ],
        "role `chargers-dev-factory-issuer-eu-west-1` differs in its policy issuer",
    ),
    (
        ["acm-pca:GetCertificate", "acm-pca:*"],
        ["acm-pca:GetCertificate", "acm-pca:*"],
        "role `chargers-dev-factory-issuer-eu-west-1` differs in its policy issuer",
    ),
    (
        [
            "arn:aws:iam::111111111111:root",
            "arn:aws:iam::222222222222:root",
        ],
        [
            "arn:aws:iam::111111111111:root",
            "arn:aws:iam::222222222222:root",
        ],
        "role `chargers-dev-factory-issuer-eu-west-1` differs in its trust",
    ),
    (
        [
            "- !GetAtt FactorySigningCa.Arn",
            "- !GetAtt FactoryRootCa.Arn",
        ],
        [
            "[aws_acmpca_certificate_authority.factory_signing.arn]",
            "[aws_acmpca_certificate_authority.factory_root.arn]",
        ],
        "role `chargers-dev-factory-issuer-eu-west-1` differs in its policy issuer",
    ),
    (
        ["raw/${credentials-iot:ThingName}/*", "raw/*"],
        ["raw/$${credentials-iot:ThingName}/*", "raw/*"],
        "role `chargers-dev-logs-upload-eu-west-1` differs in its policy upload",
    ),
    (
        ["credentials.iot.amazonaws.com", "ec2.amazonaws.com"],
        ["credentials.iot.amazonaws.com", "ec2.amazonaws.com"],
        "role `chargers-dev-logs-upload-eu-west-1` differs in its trust",
    ),
    (
        ["MaxSessionDuration: 7200", "MaxSessionDuration: 9000"],
        ["max_session_duration = 7200", "max_session_duration = 9000"],
        "role `chargers-dev-logs-upload-eu-west-1` differs in its longest session",
    ),
    (
        [
            "CredentialDurationSeconds: 7200",
            "CredentialDurationSeconds: 900",
        ],
        ["credential_duration = 7200", "credential_duration = 900"],
        "role alias `chargers-dev-logs` differs in its seconds",
    ),
    (
        ["rolealias/chargers-dev-logs", "rolealias/*"],
        ["rolealias/chargers-dev-logs", "rolealias/*"],
        "policy `chargers-dev-device` differs in its document",
    ),
    (
        ["IncrementFactor: 1.5", "IncrementFactor: 2.5"],
        ["IncrementFactor   = 1.5", "IncrementFactor   = 2.5"],
        "differs in its rollout",
    ),
    (
        ["ThresholdPercentage: 5", "ThresholdPercentage: 50"],
        [
            "ThresholdPercentage       = 5",
            "ThresholdPercentage       = 50",
        ],
        "differs in its abort",
    ),
    (
        [
            "InProgressTimeoutInMinutes: 60",
            "InProgressTimeoutInMinutes: 61",
        ],
        [
            "InProgressTimeoutInMinutes = 60",
            "InProgressTimeoutInMinutes = 61",
        ],
        "differs in its timeout",
    ),
    (
        ["2.0.1.bin", "2.0.2.bin"],
        ["2.0.1.bin", "2.0.2.bin"],
        "differs in its document",
    ),
    (
        ["s3:GetObject", "s3:*"],
        ["s3:GetObject", "s3:*"],
        "role `chargers-dev-ota-job-eu-west-1` differs in its policy artifacts",
    ),
    (
        ["chargers-fw-dev/stable/*", "chargers-fw-dev/*"],
        ["chargers-fw-dev/stable/*", "chargers-fw-dev/*"],
        "role `chargers-dev-ota-job-eu-west-1` differs in its policy artifacts",
    ),
    (
        ["iot:DescribeBillingGroup", "iot:DeleteBillingGroup"],
        ["iot:DescribeBillingGroup", "iot:DeleteBillingGroup"],
        "role `chargers-dev-factory-eu-west-1` differs in its policy provisioning",
    ),
    (
        [
            "BillingGroupName: chargers-dev-chargers",
            "BillingGroupName: other",
        ],
        [
            "resource \"aws_iot_billing_group\" \"billing\" {\n  name = \"chargers-dev-chargers\"",
            "resource \"aws_iot_billing_group\" \"billing\" {\n  name = \"other\"",
        ],
        "the billing group `chargers-dev-chargers` is in one only",
    ),
];

#[test]
fn private_cas_jobs_and_uploads_are_compared() {
    let (cloudformation, terraform) = chargers();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    assert_eq!(differences(&one, &other), [""; 0]);
    for ([here, instead_here], [there, instead_there], said) in OF_CHARGERS {
        let changed_here = mutated(&cloudformation, here, instead_here);
        let changed_there = mutated(&terraform, there, instead_there);
        for found in [
            differences(&stack(&changed_here), &other),
            differences(&one, &module(&changed_there)),
        ] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{here}: {found:#?}"
            );
        }
    }
}

#[test]
fn a_ca_that_is_made_is_the_one_that_is_registered() {
    let (cloudformation, terraform) = chargers();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    // The root in the place of the signing CA; a signing CA that waits for nothing.
    let stacks = [
        changed(
            &cloudformation,
            "CACertificatePem: !GetAtt FactorySigningCertificate.Certificate",
            "CACertificatePem: !GetAtt FactoryRootCertificate.Certificate",
        ),
        changed(
            &cloudformation,
            "    DependsOn:\n      - FactoryRootActivation\n",
            "",
        ),
    ];
    for changed in stacks {
        assert_ne!(differences(&stack(&changed), &other), [""; 0]);
    }
    let modules = [
        changed(
            &terraform,
            "= aws_acmpca_certificate.factory_signing.certificate\n\n  registration_config",
            "= aws_acmpca_certificate.factory_root.certificate\n\n  registration_config",
        ),
        changed(
            &terraform,
            "depends_on                  = [aws_acmpca_certificate_authority_certificate.factory_root]\n",
            "",
        ),
        changed(&terraform, "AWS::IoT::JobTemplate", "AWS::IoT::Job"),
    ];
    for changed in modules {
        assert_ne!(differences(&one, &module(&changed)), [""; 0]);
    }
}
