//! Just-in-time provisioning as AWS IoT documents it, by hand: the emulator keeps the template, and
//! does not run it.
//!
//! The calls are those of the template's resources, each after looking up what it names, with the
//! credentials of the template's role; the certificate becomes active last. A thing that is there
//! already is refused, as `FAIL` does; its other settings are not read.

use serde_json::{Value, json};

use crate::service::{ACCOUNT, Emulator, REGION, Refusal};

/// The inline policy that the stack gives the role.
const PROVISIONING: &str = "provisioning";

/// What a template is run for.
pub(crate) struct Registered<'a> {
    /// The id of the certificate, which is pending activation.
    pub(crate) id: &'a str,
    /// The subject's common name.
    pub(crate) common_name: &'a str,
    /// The subject's organizational unit.
    pub(crate) organizational_unit: &'a str,
}

/// Runs a template body under some credentials; all actions that were asked for until the end, or
/// until one was refused, which is the last.
pub(crate) fn run(
    emulator: &mut Emulator,
    credentials: &Value,
    body: &Value,
    registered: &Registered<'_>,
) -> (Vec<String>, Result<(), Refusal>) {
    let mut calls = Calls {
        emulator,
        credentials,
        actions: Vec::new(),
    };
    let result = run_calls(&mut calls, body, registered);
    (calls.actions, result)
}

fn run_calls(
    calls: &mut Calls<'_>,
    body: &Value,
    registered: &Registered<'_>,
) -> Result<(), Refusal> {
    let resources: Vec<Value> = body["Resources"]
        .as_object()
        .unwrap()
        .values()
        .map(|it| json!({ "type": it["Type"], "properties": resolved(&it["Properties"], registered) }))
        .collect();
    let of_type = |name: &str| {
        let mut found = resources.iter().filter(|it| it["type"] == name);
        let properties = &found.next().unwrap()["properties"];
        assert!(found.next().is_none(), "two resources of the type {name}");
        properties
    };
    assert_eq!(resources.len(), 3, "{body:#}");
    let thing = of_type("AWS::IoT::Thing");
    let certificate = of_type("AWS::IoT::Certificate");
    let policy = &of_type("AWS::IoT::Policy")["PolicyName"];
    let name = &thing["ThingName"];
    let id = &certificate["CertificateId"];
    let arn = format!("arn:aws:iot:{REGION}:{ACCOUNT}:cert/{}", registered.id);

    calls.call("describe_certificate", json!({ "certificateId": id }))?;
    calls.call("get_policy", json!({ "policyName": policy }))?;
    let kind = &thing["ThingTypeName"];
    calls.call("describe_thing_type", json!({ "thingTypeName": kind }))?;
    for group in thing["ThingGroups"].as_array().unwrap() {
        calls.call("describe_thing_group", json!({ "thingGroupName": group }))?;
    }
    match calls.call("describe_thing", json!({ "thingName": name })) {
        Ok(thing) => panic!("there is such a thing already: {thing}"),
        Err(refusal) if refusal.code == "ResourceNotFoundException" => {}
        Err(refusal) => return Err(refusal),
    }
    let attributes = json!({ "attributes": thing["AttributePayload"] });
    let parameters =
        json!({ "thingName": name, "thingTypeName": kind, "attributePayload": attributes });
    calls.call("create_thing", parameters)?;
    for group in thing["ThingGroups"].as_array().unwrap() {
        let parameters = json!({ "thingName": name, "thingGroupName": group });
        calls.call("add_thing_to_thing_group", parameters)?;
    }
    let parameters = json!({ "policyName": policy, "target": arn });
    calls.call("attach_policy", parameters)?;
    let parameters = json!({ "thingName": name, "principal": arn });
    calls.call("attach_thing_principal", parameters)?;
    let parameters = json!({ "certificateId": id, "newStatus": certificate["Status"] });
    calls.call("update_certificate", parameters)?;
    Ok(())
}

/// Calls of the API, with a list of the actions that they take.
struct Calls<'a> {
    emulator: &'a mut Emulator,
    credentials: &'a Value,
    actions: Vec<String>,
}

impl Calls<'_> {
    fn call(&mut self, operation: &str, parameters: Value) -> Result<Value, Refusal> {
        let words = operation.split('_');
        let words = words.map(|it| it[..1].to_uppercase() + &it[1..]);
        self.actions
            .push(format!("iot:{}", words.collect::<String>()));
        self.emulator
            .call_as(self.credentials, "iot", operation, &parameters)
    }
}

/// A value with its references to the certificate resolved.
fn resolved(value: &Value, registered: &Registered<'_>) -> Value {
    match value {
        Value::Object(entries) => match entries.get("Ref").and_then(Value::as_str) {
            Some("AWS::IoT::Certificate::CommonName") => registered.common_name.into(),
            Some("AWS::IoT::Certificate::OrganizationalUnit") => {
                registered.organizational_unit.into()
            }
            Some("AWS::IoT::Certificate::Id") => registered.id.into(),
            Some(other) => panic!("a reference to {other}, which this does not know"),
            None => entries
                .iter()
                .map(|(key, value)| (key.clone(), resolved(value, registered)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(|it| resolved(it, registered)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Credentials of a role. The emitted role trusts AWS IoT alone, which has to hold here too; that it
/// is the account that plays AWS IoT is then added to the trust.
pub(crate) fn take_role(emulator: &mut Emulator, role: &str) -> Value {
    let parameters = json!({
        "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
        "RoleSessionName": "jitp",
    });
    let refused = emulator.call_as(&Value::Null, "sts", "assume_role", &parameters);
    assert_eq!(refused.unwrap_err().code, "AccessDenied");
    let read = emulator.call("iam", "get_role", &json!({ "RoleName": role }));
    let mut trust = read["Role"]["AssumeRolePolicyDocument"].clone();
    trust["Statement"].as_array_mut().unwrap().push(json!({
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
        "Action": "sts:AssumeRole",
    }));
    let update = json!({ "RoleName": role, "PolicyDocument": trust.to_string() });
    emulator.call("iam", "update_assume_role_policy", &update);
    emulator.call("sts", "assume_role", &parameters)["Credentials"].take()
}

/// The policy that the stack gives the role.
pub(crate) fn role_policy(emulator: &mut Emulator, role: &str) -> Value {
    let parameters = json!({ "RoleName": role, "PolicyName": PROVISIONING });
    emulator.call("iam", "get_role_policy", &parameters)["PolicyDocument"].take()
}

/// All actions that a role's policy names, sorted.
pub(crate) fn actions(policy: &Value) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|it| it["Action"].as_array().unwrap());
    let mut actions: Vec<String> = actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    actions.sort();
    actions
}

/// A role's policy without an action.
pub(crate) fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.retain(|it| it != action);
    }
    let statements = policy["Statement"].as_array_mut().unwrap();
    statements.retain(|it| it["Action"] != json!([]));
    policy
}

/// Gives the role this policy. For calls of the API the emulator asks `iot:AttachPolicy` on `*`, where
/// AWS documents `cert/…`. Where the policy has the action, it is granted on that too.
pub(crate) fn set_role_policy(emulator: &mut Emulator, role: &str, policy: &Value) {
    let name = |name: &str| json!({ "RoleName": role, "PolicyName": name });
    let put = |name: Value, document: &Value| {
        let mut parameters = name;
        parameters["PolicyDocument"] = document.to_string().into();
        parameters
    };
    let parameters = put(name(PROVISIONING), policy);
    emulator.call("iam", "put_role_policy", &parameters);
    let attach = "iot:AttachPolicy";
    let added = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": attach, "Resource": "*" }],
    });
    let more = name("as-the-emulator-asks");
    emulator.call("iam", "put_role_policy", &put(more.clone(), &added));
    if !actions(policy).iter().any(|it| it == attach) {
        emulator.call("iam", "delete_role_policy", &more);
    }
}
