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

#[path = "readback/features.rs"]
mod features;
#[path = "readback/installers.rs"]
mod installers;

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

/// What an account has once: in either output another level, check, topic or right is found.
#[test]
fn a_change_of_the_settings_of_an_account_is_found() {
    let module = ["main.tf", "outputs.tf"];
    let module = module.map(|file| output_of("platform", &format!("tf/modules/nonprod/{file}")));
    let stack = output_of("platform", "cfn/nonprod/eu-central-1/stack.yaml");
    let changes = [
        ("WARN", "ERROR", "differs in its level"),
        (
            "ConflictingClientIdsCheck",
            "OtherCheck",
            "differs in its checks",
        ),
        ("iot-oncall", "other", "differs in its policy audit-notify"),
        (
            "iot:GetPolicy",
            "iot:DeletePolicy",
            "differs in its policy audit",
        ),
        (
            "log-group:AWSIotLogsV2",
            "log-group:*",
            "differs in its policy logging",
        ),
        ("platform-team", "other-team", "differs in its tags"),
    ];
    finds("eu-central-1", (&stack, &module.concat()), &changes);
    let languages = [
        (
            "RoleArn: !GetAtt LoggingRole.Arn",
            "RoleArn: !GetAtt AuditRole.Arn",
            "RoleArn         = aws_iam_role.logging.arn",
            "RoleArn         = aws_iam_role.audit.arn",
            "logging of the account `111111111111` differs in its role",
        ),
        (
            "TargetArn: arn",
            "TargetArn: other",
            "TargetArn = \"arn",
            "TargetArn = \"other",
            "audits of the account `111111111111` differs in its notification",
        ),
        (
            "AccountId: \"111111111111\"",
            "AccountId: \"222222222222\"",
            "AccountId       = \"111111111111\"",
            "AccountId       = \"222222222222\"",
            "the logging of the account `222222222222` is in one only",
        ),
    ];
    let module = module.concat();
    for (from, to, in_module, to_in_module, said) in languages {
        finds("eu-central-1", (&stack, &module), &[]);
        let stacks = mutated(&stack, from, to);
        let modules = mutated(&module, in_module, to_in_module);
        let head = "arn:aws:iot:eu-central-1:111111111111:";
        for (one, other) in [(&stacks, &module), (&stack, &modules)] {
            let found = compare(&self::stack(one), &module_in(other, "eu-central-1"), head);
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{said}: {found:#?}"
            );
        }
    }
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

/// What AWS IoT answers to a device that registers.
#[test]
fn a_change_of_what_a_device_is_told_is_found() {
    let module = ["main.tf", "outputs.tf"];
    let module = module.map(|file| output_of("thermo", &format!("tf/modules/dev/{file}")));
    let stack = output_of("thermo", "cfn/dev/us-east-1/stack.yaml");
    let changes = [
        (
            "https://api.example.com",
            "https://evil.example.com",
            "differs in its body",
        ),
        (
            "DeviceConfiguration",
            "DeviceConfigurations",
            "differs in its body",
        ),
    ];
    finds("us-east-1", (&stack, &module.concat()), &changes);
}
