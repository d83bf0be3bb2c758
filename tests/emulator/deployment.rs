//! What is deployed in an account: read back through the API, and expected by a stack.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::service::{ACCOUNT, Emulator};

/// The name of the stack that is deployed.
const STACK: &str = "meters";

/// Puts a stack to CloudFormation and says in which state it ends.
pub(crate) fn create(emulator: &mut Emulator, body: &str) -> String {
    emulator.call("cloudformation", "create_stack", &stack(body));
    state(emulator)
}

/// Updates the stack with a body; what CloudFormation says against it, or the state it ends in.
pub(crate) fn update(emulator: &mut Emulator, body: &str) -> String {
    let nothing = Value::Null;
    match emulator.call_as(&nothing, "cloudformation", "update_stack", &stack(body)) {
        Ok(_) => state(emulator),
        Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
    }
}

/// The logical ids of what a change set for a body would change, with what would happen to each.
pub(crate) fn changes(emulator: &mut Emulator, name: &str, body: &str) -> Value {
    let mut parameters = stack(body);
    parameters["ChangeSetName"] = name.into();
    emulator.call("cloudformation", "create_change_set", &parameters);
    let parameters = json!({ "StackName": STACK, "ChangeSetName": name });
    let set = emulator.call("cloudformation", "describe_change_set", &parameters);
    let changes = set["Changes"].as_array().unwrap().iter();
    let changes = changes.map(|it| &it["ResourceChange"]);
    changes
        .map(|it| json!([it["LogicalResourceId"], it["Action"]]))
        .collect()
}

/// Deletes the stack and says what CloudFormation then says about it.
pub(crate) fn delete(emulator: &mut Emulator) -> String {
    let parameters = json!({ "StackName": STACK });
    emulator.call("cloudformation", "delete_stack", &parameters);
    state(emulator)
}

/// The values of the stack's outputs, by name.
pub(crate) fn outputs(emulator: &mut Emulator) -> Value {
    let parameters = json!({ "StackName": STACK });
    let stacks = emulator.call("cloudformation", "describe_stacks", &parameters);
    let outputs = stacks["Stacks"][0]["Outputs"].as_array().unwrap().iter();
    let outputs = outputs.map(|it| {
        let name = it["OutputKey"].as_str().unwrap().to_owned();
        (name, it["OutputValue"].clone())
    });
    Value::Object(outputs.collect())
}

/// The state in which the stack comes to rest.
fn state(emulator: &mut Emulator) -> String {
    let parameters = json!({ "StackName": STACK });
    for _ in 0..200 {
        let nothing = Value::Null;
        match emulator.call_as(&nothing, "cloudformation", "describe_stacks", &parameters) {
            Err(refusal) => return refusal.message,
            Ok(stacks) => match stacks["Stacks"][0]["StackStatus"].as_str() {
                Some(state) if !state.ends_with("IN_PROGRESS") => return state.to_owned(),
                _ => std::thread::sleep(std::time::Duration::from_millis(100)),
            },
        }
    }
    "no rest".to_owned()
}

fn stack(body: &str) -> Value {
    json!({
        "StackName": STACK,
        "TemplateBody": body,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    })
}

/// All that the account has of what a stack of ours makes, whoever made it.
pub(crate) fn read_back(emulator: &mut Emulator) -> Value {
    let list = |emulator: &mut Emulator, service, operation: &str, key: &str, name: &str| {
        let listed = emulator.call(service, operation, &json!({}));
        let listed = listed[key].as_array().unwrap().clone();
        listed
            .iter()
            .map(|it| it[name].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut types = Map::new();
    for name in list(
        emulator,
        "iot",
        "list_thing_types",
        "thingTypes",
        "thingTypeName",
    ) {
        let parameters = json!({ "thingTypeName": name });
        let it = emulator.call("iot", "describe_thing_type", &parameters);
        types.insert(name, it["thingTypeProperties"].clone());
    }
    let mut groups = Map::new();
    for name in list(
        emulator,
        "iot",
        "list_thing_groups",
        "thingGroups",
        "groupName",
    ) {
        let parameters = json!({ "thingGroupName": name });
        let it = emulator.call("iot", "describe_thing_group", &parameters);
        groups.insert(name, it["thingGroupProperties"].clone());
    }
    let mut policies = Map::new();
    for name in list(emulator, "iot", "list_policies", "policies", "policyName") {
        let it = emulator.call("iot", "get_policy", &json!({ "policyName": name }));
        policies.insert(name, parsed(&it["policyDocument"]));
    }
    let mut templates = Map::new();
    for name in list(
        emulator,
        "iot",
        "list_provisioning_templates",
        "templates",
        "templateName",
    ) {
        let parameters = json!({ "templateName": name });
        let it = emulator.call("iot", "describe_provisioning_template", &parameters);
        let template = json!({
            "type": it["type"],
            "enabled": it["enabled"],
            "role": it["provisioningRoleArn"],
            "body": parsed(&it["templateBody"]),
        });
        templates.insert(name, template);
    }
    let mut authorities = Vec::new();
    for id in list(
        emulator,
        "iot",
        "list_ca_certificates",
        "certificates",
        "certificateId",
    ) {
        let parameters = json!({ "certificateId": id });
        let it = emulator.call("iot", "describe_ca_certificate", &parameters);
        let description = &it["certificateDescription"];
        authorities.push(json!({
            "pem": description["certificatePem"],
            "status": description["status"],
            "mode": description["certificateMode"],
            "registers": description["autoRegistrationStatus"],
            "registration": it["registrationConfig"],
        }));
    }
    let mut roles = Map::new();
    for name in list(emulator, "iam", "list_roles", "Roles", "RoleName") {
        if name == DEPLOYER {
            continue;
        }
        let role = json!({ "RoleName": name });
        let trust = emulator.call("iam", "get_role", &role)["Role"].take();
        let attached = emulator.call("iam", "list_attached_role_policies", &role);
        let names = emulator.call("iam", "list_role_policies", &role)["PolicyNames"].take();
        let mut inline = Map::new();
        for policy in names.as_array().unwrap() {
            let parameters = json!({ "RoleName": name, "PolicyName": policy });
            let mut it = emulator.call("iam", "get_role_policy", &parameters);
            let policy = policy.as_str().unwrap().to_owned();
            inline.insert(policy, it["PolicyDocument"].take());
        }
        let role = json!({
            "trust": trust["AssumeRolePolicyDocument"],
            "policies": inline,
            "attached": attached["AttachedPolicies"],
        });
        roles.insert(name, role);
    }
    json!({
        "types": types,
        "groups": groups,
        "policies": policies,
        "templates": templates,
        "authorities": authorities,
        "roles": roles,
    })
}

/// What [`read_back`] has to give for a folder with `stack.yaml`: the policy and the template as in
/// the files beside the stack, all else as in the stack, read by another parser.
pub(crate) fn expected(emulator: &mut Emulator, folder: &Path) -> Value {
    let stack = emulator.request(&json!({ "template": folder.join("stack.yaml") }));
    let file = |name: &Value, kind: &str| -> Value {
        let name = format!("{}.{kind}.json", name.as_str().unwrap());
        serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let mut all = json!({
        "types": {}, "groups": {}, "policies": {}, "templates": {}, "authorities": [], "roles": {},
    });
    for (id, resource) in stack["Resources"].as_object().unwrap() {
        let it = &resource["Properties"];
        let mut put = |kind: &str, name: &Value, value: Value| {
            all[kind][name.as_str().unwrap()] = value;
        };
        match resource["Type"].as_str().unwrap() {
            "AWS::IoT::ThingType" => {
                let searchable = &it["ThingTypeProperties"]["SearchableAttributes"];
                let properties = json!({ "searchableAttributes": searchable });
                put("types", &it["ThingTypeName"], properties);
            }
            "AWS::IoT::ThingGroup" => {
                // The emulator answers this where a group has no properties.
                let nothing = json!({ "attributePayload": { "attributes": {} } });
                put("groups", &it["ThingGroupName"], nothing);
            }
            "AWS::IoT::Policy" => {
                let document = file(&it["PolicyName"], "policy");
                put("policies", &it["PolicyName"], document);
            }
            "AWS::IAM::Role" => {
                let inline = it["Policies"].as_array().unwrap().iter();
                let inline = inline.map(|policy| {
                    let name = policy["PolicyName"].as_str().unwrap().to_owned();
                    (name, policy["PolicyDocument"].clone())
                });
                let role = json!({
                    "trust": it["AssumeRolePolicyDocument"],
                    "policies": inline.collect::<Map<_, _>>(),
                    "attached": [],
                });
                put("roles", &it["RoleName"], role);
            }
            "AWS::IoT::ProvisioningTemplate" => {
                let role = it["ProvisioningRoleArn"]["!GetAtt"].as_str().unwrap();
                let role = role.strip_suffix(".Arn").unwrap();
                let role = &stack["Resources"][role]["Properties"]["RoleName"];
                let role = role.as_str().unwrap();
                let template = json!({
                    "type": it["TemplateType"],
                    "enabled": it["Enabled"],
                    "role": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                    "body": file(&it["TemplateName"], "template"),
                });
                put("templates", &it["TemplateName"], template);
            }
            "AWS::IoT::CACertificate" => {
                let name = &it["RegistrationConfig"]["TemplateName"];
                let authority = json!({
                    "pem": it["CACertificatePem"],
                    "status": it["Status"],
                    "mode": it["CertificateMode"],
                    "registers": it["AutoRegistrationStatus"],
                    "registration": { "templateName": name },
                });
                all["authorities"].as_array_mut().unwrap().push(authority);
            }
            other => panic!("{id} is of the type {other}, which this does not read"),
        }
    }
    all
}

/// What [`read_back`] gives where nothing is deployed.
pub(crate) fn nothing() -> Value {
    json!({
        "types": {}, "groups": {}, "policies": {}, "templates": {}, "authorities": [], "roles": {},
    })
}

/// Credentials of a role that may do what a policy says, and nothing else.
pub(crate) fn deployer(emulator: &mut Emulator, policy: &Value) -> Value {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
            "Action": "sts:AssumeRole",
        }],
    });
    let role = json!({ "RoleName": DEPLOYER, "AssumeRolePolicyDocument": trust.to_string() });
    emulator.call("iam", "create_role", &role);
    set_deployer(emulator, policy);
    let taken = json!({
        "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{DEPLOYER}"), "RoleSessionName": "deploys",
    });
    emulator.call("sts", "assume_role", &taken)["Credentials"].take()
}

/// Gives the role of whoever deploys another policy.
pub(crate) fn set_deployer(emulator: &mut Emulator, policy: &Value) {
    let parameters = json!({
        "RoleName": DEPLOYER, "PolicyName": "deploys", "PolicyDocument": policy.to_string(),
    });
    emulator.call("iam", "put_role_policy", &parameters);
}

/// A policy, and some actions on `*` besides, where the emulator asks them.
pub(crate) fn with_on_all(policy: &Value, actions: &[&str]) -> Value {
    let mut more = policy.clone();
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    more["Statement"].as_array_mut().unwrap().push(statement);
    more
}

/// The role of whoever deploys.
const DEPLOYER: &str = "deployer";

/// Puts a stack to CloudFormation under some credentials; why it refused, or in which state it ends.
pub(crate) fn create_as(emulator: &mut Emulator, credentials: &Value, body: &str) -> String {
    match emulator.call_as(credentials, "cloudformation", "create_stack", &stack(body)) {
        Ok(_) => state(emulator),
        Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
    }
}

/// Terraform's settings for the provider, as a file that overrides those of the root: nothing of
/// AWS is asked, only the emulator. Credentials, account and Region are checked as always.
pub(crate) fn provider_override(emulator: &Emulator, credentials: &Value) -> String {
    let given = |name: &str| credentials[name].as_str().unwrap();
    let (id, secret, token) = (
        given("AccessKeyId"),
        given("SecretAccessKey"),
        given("SessionToken"),
    );
    let url = format!("http://127.0.0.1:{}", emulator.port);
    format!(
        "provider \"aws\" {{\n  access_key                  = \"{id}\"\n  secret_key                  \
         = \"{secret}\"\n  token = \"{token}\"\n  max_retries                 = 1\n  skip_credentials_validation = true\n  \
         skip_metadata_api_check     = true\n  endpoints {{\n    iam = \"{url}\"\n    iot = \
         \"{url}\"\n    sts = \"{url}\"\n  }}\n}}\n"
    )
}

/// A document that is a string in an answer.
fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}
