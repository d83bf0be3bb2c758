//! What every resource of its type has, written into whole stacks: whoever planned a resource, it gets
//! its tags, path, boundary and the like here, and nowhere else.

use crate::document::print::{Block, Body, Content, Item, Value};
use crate::facts::{self, TagForm};
use crate::fleet::plan::{DataKey, DeadLetters, Plan};

use super::Format;

/// The resources of a CloudFormation template, furnished.
pub(super) fn of_stack(resources: Vec<(String, Value)>, plan: &Plan) -> Vec<(String, Value)> {
    let furnish = |(id, resource)| (id, furnished_resource(resource, plan));
    resources.into_iter().map(furnish).collect()
}

/// The blocks of a Terraform module, furnished.
pub(super) fn of_module(body: Body, plan: &Plan) -> Body {
    let furnish = |item| match item {
        Item::Block(block) => Item::Block(furnished_block(block, plan)),
        attribute @ Item::Attribute { .. } => attribute,
    };
    Body {
        items: body.items.into_iter().map(furnish).collect(),
    }
}

fn furnished_resource(resource: Value, plan: &Plan) -> Value {
    let Content::Mapping(mut entries) = resource.content else {
        return resource;
    };
    let kind = entries
        .iter()
        .find_map(|(key, value)| match &value.content {
            Content::String(kind) if key == "Type" => Some(kind.clone()),
            _ => None,
        });
    let properties = entries.iter_mut().find(|(key, _)| key == "Properties");
    if let (Some(kind), Some((_, properties))) = (kind, properties)
        && let Content::Mapping(properties) = &mut properties.content
    {
        for (name, value) in own(Format::CloudFormation, &kind, plan) {
            properties.push((name.to_owned(), value));
        }
        if let Some((outer, added)) = nested(Format::CloudFormation, &kind, plan)
            && let Some((_, outer)) = properties.iter_mut().find(|(name, _)| name == outer)
            && let Content::Mapping(inner) = &mut outer.content
        {
            let added = added.into_iter();
            inner.extend(added.map(|(name, value)| (name.to_owned(), value)));
        }
        let tags = tags(Format::CloudFormation, &kind, plan);
        properties.extend(tags.map(|tags| ("Tags".to_owned(), tags)));
    }
    Value {
        content: Content::Mapping(entries),
        ..resource
    }
}

fn furnished_block(block: Block, plan: &Plan) -> Block {
    let [kind, _] = &*block.labels else {
        return block;
    };
    let tags = tags(Format::Terraform, kind, plan);
    let attributes = own(Format::Terraform, kind, plan).into_iter();
    let attributes: Vec<Item> = attributes
        .chain(tags.map(|tags| ("tags", tags)))
        .map(|(name, value)| Item::Attribute {
            name: name.to_owned(),
            value,
        })
        .collect();
    let mut items = block.body.items;
    // Attributes stand before blocks.
    let is_block = |it: &Item| matches!(it, Item::Block(_));
    let place = items.iter().position(is_block).unwrap_or(items.len());
    items.splice(place..place, attributes);
    if let Some((outer, added)) = nested(Format::Terraform, kind, plan) {
        let is_outer = |it: &Item| matches!(it, Item::Block(block) if block.kind == outer);
        if !items.iter().any(is_outer) {
            items.push(Item::Block(Block::new(outer, [], Body::default())));
        }
        for item in &mut items {
            if let Item::Block(block) = item
                && block.kind == outer
            {
                for (name, value) in &added {
                    block.body.items.push(Item::Attribute {
                        name: (*name).to_owned(),
                        value: value.clone(),
                    });
                }
            }
        }
    }
    Block {
        body: Body { items },
        ..block
    }
}

/// What resources of a type have besides tags.
fn own(format: Format, kind: &str, plan: &Plan) -> Vec<(&'static str, Value)> {
    let furniture = &plan.furniture;
    let mut properties = Vec::new();
    match (format, kind) {
        (Format::CloudFormation, "AWS::IAM::Role") => {
            properties.extend(path(plan).map(|it| ("Path", it)));
            let boundary = furniture.boundary.as_deref();
            properties.extend(boundary.map(|it| ("PermissionsBoundary", it.into())));
        }
        (Format::Terraform, "aws_iam_role") => {
            properties.extend(path(plan).map(|it| ("path", it)));
            let boundary = furniture.boundary.as_deref();
            properties.extend(boundary.map(|it| ("permissions_boundary", it.into())));
        }
        (Format::CloudFormation, "AWS::Lambda::Function") => {
            let copies = furniture.concurrency;
            properties.extend(copies.map(|it| ("ReservedConcurrentExecutions", it.into())));
            let key = furniture.key.as_ref().filter(|it| it.is_for_functions());
            properties.extend(key.map(|it| ("KmsKeyArn", key_arn(format, it))));
            let letters = furniture.dead_letters.as_ref();
            let target = letters.map(|it| Value::mapping([("TargetArn", queue_arn(format, it))]));
            properties.extend(target.map(|it| ("DeadLetterConfig", it)));
        }
        (Format::Terraform, "aws_lambda_function") => {
            let copies = furniture.concurrency;
            properties.extend(copies.map(|it| ("reserved_concurrent_executions", it.into())));
            let key = furniture.key.as_ref().filter(|it| it.is_for_functions());
            properties.extend(key.map(|it| ("kms_key_arn", key_arn(format, it))));
        }
        (Format::CloudFormation, "AWS::Logs::LogGroup") => {
            let key = furniture.key.as_ref();
            properties.extend(key.map(|it| ("KmsKeyId", key_arn(format, it))));
        }
        (Format::Terraform, "aws_cloudwatch_log_group") => {
            let key = furniture.key.as_ref();
            properties.extend(key.map(|it| ("kms_key_id", key_arn(format, it))));
        }
        (Format::CloudFormation, "AWS::SQS::Queue") => {
            let key = furniture.key.as_ref();
            properties.extend(key.map(|it| ("KmsMasterKeyId", key_arn(format, it))));
        }
        (Format::Terraform, "aws_sqs_queue") => {
            let key = furniture.key.as_ref();
            properties.extend(key.map(|it| ("kms_master_key_id", key_arn(format, it))));
        }
        (Format::CloudFormation | Format::Terraform, _) => {}
    }
    properties
}

/// What stands inside of another property: its name, and what is added there.
fn nested(format: Format, kind: &str, plan: &Plan) -> Option<(&'static str, Vec<Added>)> {
    let furniture = &plan.furniture;
    match (format, kind) {
        (Format::CloudFormation, "AWS::DynamoDB::Table") => {
            let key = furniture.key.as_ref()?;
            let added = [
                ("SSEType", Value::from("KMS")),
                ("KMSMasterKeyId", key_arn(format, key)),
            ];
            Some(("SSESpecification", added.into()))
        }
        (Format::Terraform, "aws_dynamodb_table") => {
            let key = furniture.key.as_ref()?;
            let added = [("kms_key_arn", key_arn(format, key))];
            Some(("server_side_encryption", added.into()))
        }
        (Format::Terraform, "aws_lambda_function") => {
            let letters = furniture.dead_letters.as_ref()?;
            let added = [("target_arn", queue_arn(format, letters))];
            Some(("dead_letter_config", added.into()))
        }
        (Format::CloudFormation | Format::Terraform, _) => None,
    }
}

/// A property and its value.
type Added = (&'static str, Value);

/// The ARN of the key. Of the stack's own it is asked for, so that it is made first.
fn key_arn(format: Format, key: &DataKey) -> Value {
    match (format, key) {
        (Format::CloudFormation, DataKey::Own(_)) => Value::call("Fn::GetAtt", "DataKey.Arn"),
        (Format::Terraform, DataKey::Own(_)) => Value::reference("aws_kms_key.data.arn"),
        (_, DataKey::Arn(arn) | DataKey::Alias(arn)) => arn.as_str().into(),
    }
}

fn queue_arn(format: Format, letters: &DeadLetters) -> Value {
    match (format, letters) {
        (Format::CloudFormation, DeadLetters::Own { .. }) => {
            Value::call("Fn::GetAtt", "DeadLetters.Arn")
        }
        (Format::Terraform, DeadLetters::Own { .. }) => {
            Value::reference("aws_sqs_queue.dead_letters.arn")
        }
        (_, DeadLetters::Arn(arn)) => arn.as_str().into(),
    }
}

/// The path of roles, where it is not the usual one.
fn path(plan: &Plan) -> Option<Value> {
    let path = &*plan.deployment.role_path;
    (path != "/").then(|| path.into())
}

/// The tags as a type takes them.
pub(super) fn tags(format: Format, kind: &str, plan: &Plan) -> Option<Value> {
    let tags = plan.tags_of(kind);
    if tags.is_empty() {
        return None;
    }
    let (key, value) = match format {
        Format::CloudFormation => ("Key", "Value"),
        Format::Terraform => ("key", "value"),
    };
    match facts::tag_form(kind)? {
        TagForm::List => {
            let tag = |(name, text): &(&str, String)| {
                Value::mapping([(key, Value::from(*name)), (value, text.as_str().into())])
            };
            Some(Value::sequence(tags.iter().map(tag)))
        }
        TagForm::Map => Some(Value::mapping(
            tags.iter().map(|(name, text)| (*name, text.as_str())),
        )),
        TagForm::None => None,
    }
}
