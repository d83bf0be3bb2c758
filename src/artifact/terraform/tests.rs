use super::module;
use crate::artifact::{ArtifactKind, Artifacts, read};
use crate::document::{Document, Syntax};
use crate::model::{Expression, ExpressionKind};
use crate::source::{Source, SourceId, Text};

fn text(written: &str) -> Text {
    Text::of_source(SourceId::new(0), &Source::new("a", written))
}

fn hcl(written: &str) -> Document {
    let document = Document::parse(&text(written), Syntax::Hcl);
    assert_eq!(document.errors(), [], "{written}");
    document
}

/// A property of the first resource of that name, as text with its references.
fn show(value: &Expression) -> String {
    let text = value.to_text(&()).unwrap();
    let mut shown = text.as_str().to_owned();
    for hole in text.holes().iter().rev() {
        let reference = hole.reference.as_deref().unwrap_or("?");
        shown.insert_str(hole.offset as usize, &format!("<{reference}>"));
    }
    shown
}

const MODULE: &str = r#"
variable "region" { default = "eu-west-1" }
variable "account" {}
locals {
  prefix = "fleet/${var.region}"
  topics = ["a", local.prefix]
}
resource "aws_iot_policy" "device" {
  name   = "device-${var.region}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["iot:Publish"]
      Resource = "arn:aws:iot:${var.region}:${var.account}:topic/${local.prefix}/$${iot:ClientId}"
    }]
  })
}
resource "aws_iot_policy_attachment" "a" {
  policy = aws_iot_policy.device.name
  target = aws_iot_certificate.c.arn
}
module "inner" {
  source = "./inner"
  topics = local.topics
}
output "name" { value = aws_iot_policy.device.name }
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
"#;

#[test]
fn a_module_is_evaluated_as_far_as_it_is_known() {
    let document = hcl(MODULE);
    let region = text("us-east-1");
    let region = Expression {
        span: region.whole(),
        kind: ExpressionKind::Text(region),
    };
    let module = module(&[&document], &[("region", region)]);
    let names: Vec<_> = module.resources.iter().map(|it| &*it.name.value).collect();
    assert_eq!(names, ["device", "a"]);
    let [device, attachment] = &*module.resources else {
        panic!("two resources");
    };
    assert_eq!(show(device.property("name").unwrap()), "device-us-east-1");
    assert_eq!(
        show(device.property("policy").unwrap()),
        concat!(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Publish"],"#,
            r#""Resource":"arn:aws:iot:us-east-1:<var.account>:topic/fleet/us-east-1/${iot:ClientId}"}]}"#
        )
    );
    assert_eq!(
        show(attachment.property("policy").unwrap()),
        "device-us-east-1"
    );
    assert_eq!(
        show(attachment.property("target").unwrap()),
        "<aws_iot_certificate.c.arn>"
    );
    let [call] = &*module.calls else {
        panic!("one call")
    };
    assert_eq!(call.source.as_ref().unwrap().as_str(), Some("./inner"));
    let (_, topics) = call.arguments.first().unwrap();
    let topics: Vec<_> = topics.items().iter().map(show).collect();
    assert_eq!(topics, ["a", "fleet/us-east-1"]);
    let output = module.outputs.first().unwrap();
    assert_eq!(show(output.value.as_ref().unwrap()), "device-us-east-1");
    assert_eq!(module.variables.len(), 2);
    assert_eq!(&*module.providers.first().unwrap().name.value, "aws");
}

/// What is read of a policy: statements without their places.
fn statements(artifacts: &Artifacts) -> Vec<String> {
    let policies = artifacts.policies();
    let statements = policies.flat_map(|it| &it.policy.statements);
    statements
        .map(|it| {
            let shown = format!("{:?} {:?} {:?}", it.effect.value, it.actions, it.resources);
            let spans = regex::Regex::new(r"Span \{[^}]*\}|offset: \d+").unwrap();
            let shown = spans.replace_all(&shown, "").into_owned();
            let places = regex::Regex::new(r"segments: \[[^\]]*\]|depth: \d").unwrap();
            places.replace_all(&shown, "").into_owned()
        })
        .collect()
}

#[test]
fn policies_are_those_of_the_cloudformation_twin() {
    let statement = |resource: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": ["iot:Connect", "iot:Pub*"], "Resource": "{resource}"}}"#
        )
    };
    let json = statement("arn:aws:iot:eu-west-1:123456789012:client/${iot:ClientId}");
    let cloudformation = format!(
        r#"{{"Resources": {{"P": {{"Type": "AWS::IoT::Policy", "Properties": {{"PolicyDocument":
            {{"Version": "2012-10-17", "Statement": [{json}]}}}}}}}}}}"#
    );
    let expected = statements(&read(&Document::parse(
        &text(&cloudformation),
        Syntax::Json,
    )));
    assert_eq!(expected.len(), 1);
    let resource = statement("arn:aws:iot:${local.place}:client/$${iot:ClientId}");
    let object = resource
        .replace(": ", " = ")
        .replace("\"Effect\"", "Effect");
    let heredoc = format!(
        "<<-EOT\n    {{\"Version\": \"2012-10-17\",\n     \"Statement\": [{resource}]}}\n  EOT"
    );
    let quoted = format!(
        "{:?}",
        format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{resource}]}}")
    );
    let encoded = format!("jsonencode({{ Version = \"2012-10-17\", Statement = [{object}] }})");
    for policy in [heredoc, quoted, encoded] {
        let module = format!(
            "locals {{\n  place = \"eu-west-1:123456789012\"\n}}\nresource \"aws_iot_policy\" \"p\" {{\n  policy = {policy}\n}}\n"
        );
        let artifacts = read(&hcl(&module));
        assert_eq!(
            artifacts.list.first().unwrap().kind,
            ArtifactKind::Terraform
        );
        assert_eq!(statements(&artifacts), expected, "{module}");
    }
}

#[test]
fn templates_are_found_in_attributes_and_blocks() {
    let body = r#"jsonencode({ Parameters = {}, Resources = { t = { Type = "AWS::IoT::Thing", Properties = { ThingName = { Ref = "X" } } } } })"#;
    let module = format!(
        "resource \"aws_iot_provisioning_template\" \"a\" {{\n  name = \"n\"\n  template_body = {body}\n}}\n\
         resource \"aws_iot_ca_certificate\" \"b\" {{\n  registration_config {{\n    template_body = {body}\n  }}\n}}\n"
    );
    let artifacts = read(&hcl(&module));
    let templates: Vec<_> = artifacts.templates().collect();
    assert_eq!(templates.len(), 2);
    let name = templates.first().unwrap().name.as_ref().unwrap();
    assert_eq!(name.value.known(), Some("n"));
    assert!(templates.iter().all(|it| it.template.resources.len() == 1));
}

#[test]
fn what_is_not_known_stays_open() {
    let module = r#"
data "aws_iam_policy_document" "d" {}
locals {
  a = "${local.a}${local.a}${local.a}"
}
resource "aws_iot_policy" "p" { policy = data.aws_iam_policy_document.d.json }
resource "aws_iot_policy" "q" { policy = local.a }
resource "aws_iot_policy" "r" { policy = file("p.json") }
"#;
    let artifacts = read(&hcl(module));
    assert_eq!(artifacts.policies().count(), 0);
    assert_eq!(artifacts.unresolved.len(), 4);
}
