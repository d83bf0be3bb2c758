//! What two stacks deploy is compared by what AWS will have: a change in one of them is found, and
//! another way to write the same is not.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::Path;

use fleetwright::artifact::{stack_outputs, stack_resources, terraform};
use fleetwright::document::{Document, Syntax};
use fleetwright::model::{Expression, ExpressionKind};
use fleetwright::project::{Project, compare};
use fleetwright::source::{Source, SourceId, Text};

const HEAD: &str = "arn:aws:iot:eu-west-1:111111111111:";

fn output(path: &str) -> String {
    output_of("meters", path)
}

fn output_of(example: &str, path: &str) -> String {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    let out = fixtures.join(example).join("expected/out");
    fs::read_to_string(out.join(path)).unwrap()
}

fn text(written: &str) -> Text {
    Text::of_source(SourceId::new(0), &Source::new("file", written))
}

fn stack(written: &str) -> Project {
    let document = Document::parse(&text(written), Syntax::Yaml);
    assert_eq!(document.errors(), [], "{written}");
    Project::of_stack(&stack_resources(&document), &stack_outputs(&document))
}

fn module(written: &str) -> Project {
    module_in(written, "eu-west-1")
}

fn module_in(written: &str, region: &str) -> Project {
    let document = Document::parse(&text(written), Syntax::Hcl);
    assert_eq!(document.errors(), [], "{written}");
    let region = text(region);
    let region = Expression {
        span: region.whole(),
        kind: ExpressionKind::Text(region),
    };
    Project::of_module(&terraform::module(&[&document], &[("region", region)]))
}

/// The stack of `dev` with furniture, and its module with its outputs.
fn furnished() -> (String, String) {
    let module = ["main.tf", "outputs.tf"];
    let module = module.map(|file| output_of("furniture", &format!("tf/modules/dev/{file}")));
    let stack = output_of("furniture", "cfn/dev/eu-west-1/stack.yaml");
    (stack, module.concat())
}

/// The stack of `dev`, and its module with its outputs.
fn both() -> (String, String) {
    (
        output("cfn/dev/eu-west-1/stack.yaml"),
        output("tf/modules/dev/main.tf") + &output("tf/modules/dev/outputs.tf"),
    )
}

/// A text changed in one place, which must be there once.
fn changed(written: &str, from: &str, to: &str) -> String {
    assert_eq!(written.matches(from).count(), 1, "`{from}`");
    written.replacen(from, to, 1)
}

fn differences(one: &Project, other: &Project) -> Vec<String> {
    let found = compare(one, other, HEAD);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn both_outputs_deploy_the_same() {
    let (cloudformation, terraform) = both();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    assert_eq!(one.resources.len(), 6, "{one:#?}");
    assert_eq!(differences(&one, &other), [""; 0]);
}

/// In CloudFormation and in Terraform: what is written, what stands there instead, what is said.
const MUTATIONS: &[(&str, &str, &str)] = &[
    (
        "/reading",
        "/*",
        "the policy `meters-dev-device` differs in its document",
    ),
    (
        "cmd/",
        "+/",
        "the policy `meters-dev-device` differs in its document",
    ),
    (
        "iot:GetPolicy",
        "iot:CreatePolicy",
        "the role `meters-dev-factory-eu-west-1` differs in its policy provisioning",
    ),
    (
        "iot:ListThingPrincipals",
        "iot:DescribeThing",
        "the role `meters-dev-factory-eu-west-1` differs in its policy provisioning",
    ),
    (
        "iot.amazonaws.com",
        "ec2.amazonaws.com",
        "the role `meters-dev-factory-eu-west-1` differs in its trust",
    ),
    ("SNI_ONLY", "DEFAULT", "differs in its mode"),
    (
        "JITP",
        "FLEET_PROVISIONING",
        "the provisioning template `meters-dev-factory` differs in its type",
    ),
];

/// Of furniture, in CloudFormation and in Terraform: what is written in either, what stands there instead,
/// what is said.
const FURNITURE: &[(&str, &str, &str)] = &[
    ("pumps-team", "other-team", "differs in its tags"),
    ("/iot/", "/other/", "differs in its path"),
    (
        "policy/org-boundary",
        "policy/other",
        "differs in its boundary",
    ),
    (
        "kms:ViaService",
        "kms:CallerAccount",
        "differs in its policy",
    ),
    (
        "sqs:SendMessage",
        "sqs:DeleteMessage",
        "differs in its policy hook",
    ),
    ("acme-pumps-dev-dead-letters", "other", "is in one only"),
    ("notBreaching", "breaching", "differs in its missing data"),
    ("RegisterThingFailed", "Other", "differs in its metric"),
    ("at(2051-05-17", "at(2051-05-18", "differs in its day"),
];

#[test]
fn a_change_of_the_furniture_is_found() {
    let (cloudformation, terraform) = furnished();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    assert_eq!(differences(&one, &other), [""; 0]);
    for (from, to, said) in FURNITURE {
        // A word in YAML may stand without quotes.
        let bare = |text: &str| text.trim_matches('"').to_owned();
        let stacks = stack(&mutated(&cloudformation, &bare(from), &bare(to)));
        let modules = module(&mutated(&terraform, from, to));
        for found in [differences(&stacks, &other), differences(&one, &modules)] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{from}: {found:#?}"
            );
        }
    }
}

/// What was overlooked once: how something is deployed, and what stands beside what is known.
#[test]
fn what_is_about_deployment_is_compared() {
    let (cloudformation, terraform) = furnished();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    let stacks = [
        (
            "      - FactoryTemplate\n",
            "      - ThingType\n",
            "the CA certificate",
        ),
        ("      - PumpsGroup\n", "", "the provisioning template"),
        ("      - LineHookLogs\n", "", "may be made before the log"),
        (
            "      - LineTable\n",
            "",
            "may be made before the table `pumps-dev-devices`",
        ),
        (
            "    Type: AWS::IoT::ThingType\n",
            "    Type: AWS::IoT::ThingType\n    DeletionPolicy: Retain\n",
            "differs in its deletion",
        ),
        (
            "    Type: AWS::IoT::ThingType\n",
            "    Type: AWS::IoT::ThingType\n    Condition: Some\n",
            "differs in its Condition",
        ),
        (
            "          KeyType: HASH\n",
            "          KeyType: RANGE\n",
            "differs in its KeySchema.KeyType",
        ),
        (
            "        PayloadVersion: \"2020-04-01\"\n",
            "        PayloadVersion: \"2020-04-01\"\n        Other: a\n",
            "differs in its PreProvisioningHook.Other",
        ),
        (
            "    Value: !GetAtt LineTemplate.TemplateArn\n",
            "    Value: !GetAtt FactoryTemplate.TemplateArn\n",
            "the output `linetemplatearn` differs",
        ),
        (
            "    Value: !Ref FactoryAuthority\n",
            "    Value: !Ref FactoryTemplate\n",
            "the output `factoryauthority` differs",
        ),
    ];
    for (from, to, said) in stacks {
        let found = differences(&stack(&mutated(&cloudformation, from, to)), &other);
        assert!(
            found.iter().any(|it| it.contains(said)),
            "{from}: {found:#?}"
        );
    }
    let modules = [
        (
            "    aws_iam_role_policy.line,\n",
            "",
            "may be made before the role",
        ),
        (
            "    aws_iot_thing_group.pumps,\n",
            "",
            "may be made before the thing group",
        ),
        (
            "aws_dynamodb_table.line",
            "aws_iot_policy.device",
            "may be made before the table",
        ),
        (
            "template_name = aws_iot_provisioning_template.factory.name",
            "template_name = \"acme-pumps-dev-factory\"",
            "may be made before the provisioning template",
        ),
        (
            "  name = \"acme-pumps-dev-pumps\"\n",
            "  name = \"acme-pumps-dev-pumps\"\n  lifecycle {\n    prevent_destroy = true\n  }\n",
            "differs in its deletion",
        ),
        (
            "  name = \"acme-pumps-dev-pumps\"\n",
            "  name = \"acme-pumps-dev-pumps\"\n  lifecycle {\n    ignore_changes = [name]\n  }\n",
            "differs in its lifecycle.ignore_changes",
        ),
        (
            "    payload_version = \"2020-04-01\"\n",
            "    payload_version = \"2020-04-01\"\n    other = 1\n",
            "differs in its pre_provisioning_hook.other",
        ),
        (
            "value       = aws_iam_role.line.arn",
            "value       = aws_iam_role.factory.arn",
            "the output `linerolearn` differs",
        ),
    ];
    for (from, to, said) in modules {
        let found = differences(&one, &module(&mutated(&terraform, from, to)));
        assert!(
            found.iter().any(|it| it.contains(said)),
            "{from}: {found:#?}"
        );
    }
    let twice = terraform.clone()
        + "resource \"aws_iot_policy\" \"device\" {\n  name = \"other\"\n  policy = \"{}\"\n}\n";
    let found = differences(&one, &module(&twice));
    let said = "several resources are called `aws_iot_policy.device`";
    assert!(found.iter().any(|it| it == said), "{found:#?}");
}

fn mutated(written: &str, from: &str, to: &str) -> String {
    assert!(written.contains(from), "`{from}`");
    // The first place: a text may stand in several entries.
    written.replacen(from, to, 1)
}

#[test]
fn a_change_in_either_output_is_found() {
    let (cloudformation, terraform) = both();
    for (from, to, said) in MUTATIONS {
        for found in [
            differences(
                &stack(&mutated(&cloudformation, from, to)),
                &module(&terraform),
            ),
            differences(
                &stack(&cloudformation),
                &module(&mutated(&terraform, from, to)),
            ),
        ] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{from}: {found:#?}"
            );
        }
    }
}

/// What installers need: in CloudFormation, what stands there instead; in Terraform; what is said.
const OF_INSTALLERS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "AuthorizationType: AWS_IAM",
        "AuthorizationType: NONE",
        "authorization_type = \"AWS_IAM\"",
        "authorization_type = \"NONE\"",
        "differs in its authorization",
    ),
    (
        "RouteKey: POST /claims",
        "RouteKey: POST /{proxy+}",
        "= \"POST /claims\"",
        "= \"POST /{proxy+}\"",
        "differs in its route",
    ),
    (
        "ThrottlingRateLimit: 10",
        "ThrottlingRateLimit: 1000",
        "throttling_rate_limit  = 10",
        "throttling_rate_limit  = 1000",
        "differs in its rate",
    ),
    (
        "cognito-identity.amazonaws.com:aud: eu-central-1:6",
        "cognito-identity.amazonaws.com:aud: eu-central-1:7",
        "\"cognito-identity.amazonaws.com:aud\" = \"eu-central-1:6",
        "\"cognito-identity.amazonaws.com:aud\" = \"eu-central-1:7",
        "the role `voltra-dev-retrofit-installers-eu-central-1` differs in its trust",
    ),
    (
        "cognito-identity.amazonaws.com:amr: authenticated",
        "cognito-identity.amazonaws.com:amr: unauthenticated",
        "\"cognito-identity.amazonaws.com:amr\" = \"authenticated\"",
        "\"cognito-identity.amazonaws.com:amr\" = \"unauthenticated\"",
        "the role `voltra-dev-retrofit-installers-eu-central-1` differs in its trust",
    ),
    (
        "Action: execute-api:Invoke",
        "Action: execute-api:*",
        "\"execute-api:Invoke\"",
        "\"execute-api:*\"",
        "differs in its policy voltra-dev-retrofit-installers-eu-central-1",
    ),
    (
        "provisioningtemplate/voltra-dev-retrofit\n",
        "provisioningtemplate/*\n",
        "provisioningtemplate/voltra-dev-retrofit\"",
        "provisioningtemplate/*\"",
        "voltra-dev-retrofit",
    ),
    (
        "dynamodb:GetItem",
        "dynamodb:*",
        "dynamodb:GetItem",
        "dynamodb:*",
        "differs in its policy broker",
    ),
    (
        "AttributeName: expires",
        "AttributeName: user",
        "attribute_name = \"expires\"",
        "attribute_name = \"user\"",
        "the table `voltra-dev-retrofit-claims` differs in its expiry",
    ),
    (
        "\"same\":[\"tenant\"]",
        "\"same\":[]",
        "same   = [\"tenant\"]",
        "same   = []",
        "the function `voltra-dev-retrofit-hook` differs in its settings",
    ),
    (
        "\"pool\":\"eu-central-1:6",
        "\"pool\":\"eu-central-1:7",
        "= \"eu-central-1:6d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11\"\n",
        "= \"${var.region}:7d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11\"\n",
        "voltra-dev-retrofit",
    ),
    (
        "Principal: apigateway.amazonaws.com",
        "Principal: \"*\"",
        "= \"apigateway.amazonaws.com\"",
        "= \"*\"",
        "differs in its asker",
    ),
    (
        "- retrofit/POST/claims",
        "- retrofit/*/claims",
        "${aws_apigatewayv2_api.retrofit.id}/retrofit/POST/claims",
        "*/retrofit/POST/claims",
        "retrofit/POST/claims",
    ),
    (
        "RoleName: !Ref RetrofitInstallersRole",
        "RoleName: voltra-dev-other",
        "aws_iam_role.retrofit_installers.name",
        "\"voltra-dev-other\"",
        "voltra-dev-retrofit-installers-eu-central-1",
    ),
];

#[test]
fn a_change_of_what_installers_need_is_found() {
    const REGION: &str = "eu-central-1";
    let cloudformation = output_of("retrofit", &format!("cfn/dev/{REGION}/stack.yaml"));
    let terraform = ["main.tf", "outputs.tf"]
        .map(|file| output_of("retrofit", &format!("tf/modules/dev/{file}")))
        .concat();
    let head = HEAD.replace("eu-west-1", REGION);
    let differences = |one: &Project, other: &Project| -> Vec<String> {
        let found = compare(one, other, &head);
        found.iter().map(ToString::to_string).collect()
    };
    let (one, other) = (stack(&cloudformation), module_in(&terraform, REGION));
    assert_eq!(differences(&one, &other), [""; 0]);
    for (from, to, from_terraform, to_terraform, said) in OF_INSTALLERS {
        let changed = mutated(&cloudformation, from, to);
        let of_stack = differences(&stack(&changed), &other);
        let changed = mutated(&terraform, from_terraform, to_terraform);
        let of_module = differences(&one, &module_in(&changed, REGION));
        for found in [of_stack, of_module] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{from}: {found:#?}"
            );
        }
    }
    // Another policy for the role of installers.
    let more = terraform.clone()
        + "resource \"aws_iam_role_policy\" \"more\" {\n  name = \"more\"\n  role = aws_iam_role.retrofit_installers.name\n  policy = \"{}\"\n}\n";
    assert_ne!(differences(&one, &module_in(&more, REGION)), [""; 0]);
}

#[test]
fn ids_that_lead_to_each_other_end() {
    let stack = stack(
        "Resources:
  A:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: !Ref B, ProtocolType: !Ref A }
  B:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { Description: !Ref A, ApiId: !Ref A }
",
    );
    let names: Vec<&str> = stack.resources.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["A", "B"]);
}

#[test]
fn wiring_that_is_cut_is_found() {
    let (cloudformation, terraform) = both();
    let (one, other) = (stack(&cloudformation), module(&terraform));
    let stacks = [
        // Another role, the template without its policy, the CA without its template.
        changed(
            &cloudformation,
            "ProvisioningRoleArn: !GetAtt FactoryRole.Arn",
            "ProvisioningRoleArn: arn:aws:iam::111111111111:role/meters-dev-factory-eu-west-1",
        ),
        changed(
            &cloudformation,
            ",\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyName\":\"meters-dev-device\"}}",
            "",
        ),
        changed(
            &cloudformation,
            "        TemplateName: meters-dev-factory\nOutputs",
            "        TemplateName: other\nOutputs",
        ),
        changed(&cloudformation, "Status: ACTIVE", "Status: INACTIVE"),
        changed(
            &cloudformation,
            "AutoRegistrationStatus: ENABLE",
            "AutoRegistrationStatus: DISABLE",
        ),
        changed(&cloudformation, "Enabled: true", "Enabled: !Ref Parameter"),
    ];
    for stack_text in stacks {
        assert_ne!(
            differences(&stack(&stack_text), &other),
            [""; 0],
            "{stack_text}"
        );
    }
    let modules = [
        changed(
            &terraform,
            "provisioning_role_arn = aws_iam_role.factory.arn",
            "provisioning_role_arn = aws_iam_role.other.arn",
        ),
        changed(&terraform, "aws_iam_role.factory.name", "\"other\""),
        changed(
            &terraform,
            "aws_iot_provisioning_template.factory.name",
            "aws_iot_policy.device.name",
        ),
        changed(
            &terraform,
            "allow_auto_registration = true",
            "allow_auto_registration = false",
        ),
        changed(
            &terraform,
            "enabled               = true",
            "enabled               = var.enabled",
        ),
        terraform.clone()
            + "resource \"aws_iot_policy_attachment\" \"all\" {\n  policy = \"admin\"\n}\n",
        terraform.clone()
            + "resource \"aws_iam_role_policy\" \"more\" {\n  name = \"more\"\n  role = aws_iam_role.factory.name\n  policy = \"{}\"\n}\n",
    ];
    for module_text in modules {
        assert_ne!(
            differences(&one, &module(&module_text)),
            [""; 0],
            "{module_text}"
        );
    }
}

#[test]
fn resources_that_lead_to_each_other_end() {
    let stack = stack(
        "Resources:
  A:
    Type: AWS::IoT::ProvisioningTemplate
    Properties: { TemplateName: !GetAtt B.Arn, ProvisioningRoleArn: !GetAtt B.Arn }
  B:
    Type: AWS::IAM::Role
    Properties: { RoleName: !GetAtt A.Arn, Path: !GetAtt A.Arn, AssumeRolePolicyDocument: !Ref B }
",
    );
    // Nothing tells their names.
    let names: Vec<&str> = stack.resources.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["B", "A"]);
}

#[test]
fn another_way_to_write_the_same_is_none() {
    let (cloudformation, terraform) = both();
    let other = module(&terraform);
    // An entry that another covers, and one that stands twice.
    let entry = "arn:aws:iot:eu-west-1:111111111111:topic/cmd/${iot:Connection.Thing.ThingName}/*";
    let longer = changed(
        &cloudformation,
        &format!("- {entry}\n"),
        &format!(
            "- {entry}\n              - {}\n              - {entry}\n",
            entry.replace("/*", "/a/*")
        ),
    );
    assert_eq!(differences(&stack(&longer), &other), [""; 0]);
    let moved = changed(
        &terraform,
        "name = \"meters-dev-meters\"",
        "name = \"meters-dev-${local.group}\"",
    ) + "locals {\n  group = \"meters\"\n}\n";
    assert_eq!(
        differences(&stack(&cloudformation), &module(&moved)),
        [""; 0]
    );
}

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

/// Whether each change in either output is found.
fn finds(region: &str, (cloudformation, terraform): (&str, &str), changes: &[(&str, &str, &str)]) {
    let head = format!("arn:aws:iot:{region}:111111111111:");
    let found = |stack_text: &str, module_text: &str| {
        let found = compare(&stack(stack_text), &module_in(module_text, region), &head);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found(cloudformation, terraform), [""; 0]);
    for (from, to, said) in changes {
        for found in [
            found(&mutated(cloudformation, from, to), terraform),
            found(cloudformation, &mutated(terraform, from, to)),
        ] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{from}: {found:#?}"
            );
        }
    }
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
