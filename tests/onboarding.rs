//! The generated stacks for registration by claim and by trusted users, deployed by CloudFormation on
//! ministack 1.5.33: devices get in over mTLS, from the first message to the last, and what they then ask of
//! the broker is answered as `fleetwright can` predicts.
//!
//! Where the emulator is not AWS beyond what `tests/emulator.rs` lists, and what the tests do about it:
//!
//! - It knows no CreateCertificateFromCsr over MQTT: `emulator/server.py` answers it there, by the
//!   emulator's own call of the API.
//! - It knows no attributes of things in policies: the specs are those of the fixtures with `{tenant}`
//!   taken out of their topics, and with more topics, so that there are enough. That the tenant is
//!   right is seen in the registry.
//! - It knows no AWS::IAM::RolePolicy: such a policy is deployed as an AWS::IAM::Policy.
//! - It chooses roles of an identity pool by no group: the pool is told to give all who have signed in
//!   the role of installers.
//! - It throttles no API, deletes no expired entry of a table, and limits no function to 5 seconds.
//! - What a claim of a trusted user may do is ministack's own guess; AWS does not document its policy.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use process::Run;
use requests::Request;
use serde_json::{Value, json};
use service::{ACCOUNT, Emulator, REGION};

mod external;
mod process;

#[path = "emulator/broker.rs"]
mod broker;
#[path = "emulator/deployment.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod deployment;
#[path = "emulator/requests.rs"]
mod requests;
#[path = "emulator/service.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod service;
#[path = "emulator/types.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod types;

/// How many devices get in; each of them may connect under one name only.
const DEVICES: u32 = 8;

/// A fixture's spec for the emulator's Region and account, without what the emulator does not know.
fn spec(fixture: &str, changes: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    let mut spec = fs::read_to_string(path.join(fixture).join("spec.yaml")).unwrap();
    for (from, to) in changes {
        assert!(spec.contains(from), "{from}");
        spec = spec.replace(from, to);
    }
    let is_kept = |line: &&str| {
        let left_out = ["assertions:", "  - never:", "  - can:", "  prod: {"];
        !left_out.iter().any(|it| line.starts_with(it))
    };
    let lines: Vec<&str> = spec.lines().filter(is_kept).collect();
    lines.join("\n") + "\n"
}

/// Generates the stack of a spec and deploys it; the folder of the stack.
fn deploy(emulator: &mut Emulator, spec: &str) -> PathBuf {
    fs::write(emulator.folder.join("spec.yaml"), spec).unwrap();
    let run = Run::within(&emulator.folder, &["generate", "spec.yaml"], b"");
    assert_eq!(run.code, 0, "{}", run.output());
    let folder = emulator.folder.join("out/cfn/dev").join(REGION);
    let body = fs::read_to_string(folder.join("stack.yaml")).unwrap();
    let body = types::known(&body);
    assert_eq!(deployment::create(emulator, &body), "CREATE_COMPLETE");
    folder
}

/// Topics beside those of a fixture, so that enough can be asked.
const MORE_TOPICS: &str = "topics:\n  \
    alarm: { topic: \"m/{thing}/alarm\", device: publish }\n  \
    event: { topic: \"m/{thing}/event\", device: publish }\n  \
    health: { topic: \"m/{thing}/health\", device: publish }\n  \
    usage: { topic: \"m/{thing}/usage\", device: publish }\n  \
    version: { topic: \"m/{thing}/version\", device: publish }\n  \
    trace: { topic: \"m/{thing}/trace\", device: publish }\n  \
    orders: { topic: \"n/{thing}/orders/+\", device: subscribe }\n";

fn put(emulator: &mut Emulator, table: &str, entry: &[(&str, &str)]) {
    let item = entry.iter();
    let item: serde_json::Map<_, _> = item
        .map(|(name, value)| ((*name).to_owned(), json!({ "S": value })))
        .collect();
    let parameters = json!({ "TableName": table, "Item": item });
    emulator.call("dynamodb", "put_item", &parameters);
}

/// A device that asks to be let in.
struct Device<'d> {
    /// What its key is called.
    key: &'d str,
    /// What it says that it is.
    serial: &'d str,
    /// The client id that it has while it registers.
    client_id: &'d str,
}

/// Lets a device ask for a certificate, and for registration with it: its identity and the name of its
/// thing, or what it was refused with.
fn register(
    emulator: &mut Emulator,
    template: &str,
    claim: &Value,
    device: &Device<'_>,
) -> Result<(Value, String), Value> {
    let made = emulator.request(&json!({ "request": device.key }));
    let provision = format!("$aws/provisioning-templates/{template}/provision/json");
    let parameters = json!({ "serial": device.serial, "tenant": "evil" });
    let asks = json!([
        ["$aws/certificates/create-from-csr/json", { "certificateSigningRequest": made["pem"] }],
        [provision, { "certificateOwnershipToken": "TOKEN", "parameters": parameters }],
    ]);
    let asked = json!({ "identity": claim, "client_id": device.client_id, "asks": asks });
    let said = emulator.request(&json!({ "exchange": asked }));
    if said["connect"] != 0 {
        return Err(said);
    }
    let [certificate, answer] = said["answers"].as_array().unwrap().as_slice() else {
        return Err(said);
    };
    assert_eq!(certificate[0], "accepted", "{certificate}");
    if answer[0] != "accepted" {
        return Err(answer[1]["errorCode"].clone());
    }
    let pem = &certificate[1]["certificatePem"];
    let saved = json!({ "name": device.key, "pem": pem, "key": made["key"] });
    let identity = emulator.request(&json!({ "identity": saved }));
    let thing = answer[1]["thingName"].as_str().unwrap().to_owned();
    Ok((identity, thing))
}

/// What the registry knows of a thing.
fn registered(emulator: &mut Emulator, name: &str) -> Value {
    let thing = json!({ "thingName": name });
    let described = emulator.call("iot", "describe_thing", &thing);
    let groups = emulator.call("iot", "list_thing_groups_for_thing", &thing);
    let principals = emulator.call("iot", "list_thing_principals", &thing);
    json!({
        "type": described["thingTypeName"],
        "attributes": described["attributes"],
        "groups": groups["groups"].as_array().or(groups["thingGroups"].as_array()).unwrap().iter()
            .map(|it| it["groupName"].clone()).collect::<Vec<_>>(),
        "principals": principals["principals"].as_array().unwrap().len(),
    })
}

/// What devices may ask is granted and refused as predicted; with a statement less it is not.
fn compare(
    emulator: &mut Emulator,
    folder: &Path,
    policy: &str,
    identities: &BTreeMap<String, Value>,
) {
    let file = folder.join(policy).with_extension("policy.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let things: Vec<String> = identities.keys().cloned().collect();
    let requests = requests::derive(&document, &things);
    let path = file.display().to_string();
    let predicted: BTreeMap<Request, bool> = requests
        .iter()
        .map(|request| (request.clone(), requests::is_allowed(&path, request)))
        .collect();
    requests::assert_enough(&predicted);
    let back_end = broker::prepare(emulator);
    let granted = broker::ask(emulator, identities, &back_end, &requests);
    assert!(requests::differences(&predicted, &granted).is_empty());

    let mut fewer = document.clone();
    fewer["Statement"].as_array_mut().unwrap().pop();
    let document = fewer.to_string();
    let parameters =
        json!({ "policyName": policy, "policyDocument": document, "setAsDefault": true });
    emulator.call("iot", "create_policy_version", &parameters);
    let granted = broker::ask(emulator, identities, &back_end, &requests);
    let lost = requests::differences(&predicted, &granted);
    assert!(lost.len() >= requests::ENOUGH, "{lost:#?}");
    assert!(lost.iter().all(|it| predicted[*it]));
}

#[test]
fn devices_get_in_by_claim_once_for_each_key() {
    let Some(mut emulator) = Emulator::start("onboarding-claim") else {
        return;
    };
    let emulator = &mut emulator;
    let changes = [
        ("t/{tenant}/{thing}/", "t/{thing}/"),
        ("{ between: tenant }, ", ""),
        (", retain: true", ""),
        ("topics:\n", MORE_TOPICS),
        ("regions: [us-east-1] }", "regions: [eu-west-1] }"),
    ];
    let folder = deploy(emulator, &spec("thermo", &changes));
    let claim = broker::identity_of_account(emulator, "claim");
    broker::attach(emulator, "thermo-dev-line-claim", &claim);
    let template = "thermo-dev-line";
    let mut identities = BTreeMap::new();
    for number in 1..=DEVICES {
        let serial = format!("SN{number:04}");
        let key = format!("device-{number}");
        let device = Device {
            key: &key,
            serial: &serial,
            client_id: "claim-7",
        };
        // Nobody who is not in the table.
        if number == 1 {
            let refused = register(emulator, template, &claim, &device);
            assert_eq!(refused.unwrap_err(), "AccessDenied");
        }
        let entry = [
            ("serial", &*serial),
            ("state", "allowed"),
            ("tenant", "acme"),
        ];
        put(emulator, "thermo-dev-devices", &entry);
        let (identity, thing) = register(emulator, template, &claim, &device).unwrap();
        assert_eq!(thing, format!("thermo-{serial}"));
        identities.insert(thing, identity);
    }
    let expected = json!({
        "type": "thermo-dev-thermostat",
        "attributes": { "serial": "SN0001", "tenant": "acme" },
        "groups": ["thermo-dev-thermo"],
        "principals": 1,
    });
    assert_eq!(registered(emulator, "thermo-SN0001"), expected);

    // Another key does not get in, nor does one that calls itself as no claim does.
    let other = |client_id, key| Device {
        key,
        serial: "SN0001",
        client_id,
    };
    let refused = register(emulator, template, &claim, &other("claim-7", "stranger"));
    assert_eq!(refused.unwrap_err(), "AccessDenied");
    let refused = register(
        emulator,
        template,
        &claim,
        &other("thermo-SN0001", "device-1"),
    );
    assert_ne!(refused.unwrap_err()["connect"], 0);
    assert_eq!(registered(emulator, "thermo-SN0001"), expected);
    compare(emulator, &folder, "thermo-dev-device", &identities);

    // After a power cut the same key gets in again.
    let again = register(emulator, template, &claim, &other("claim-8", "device-1"));
    assert_eq!(again.unwrap().1, "thermo-SN0001");
}

/// People who sign in with an identity pool.
struct People {
    user_pool: String,
    client: String,
    provider: String,
    pool: String,
}

impl People {
    fn new(emulator: &mut Emulator) -> People {
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let name = json!({ "PoolName": "people" });
        let made = emulator.call("cognito-idp", "create_user_pool", &name);
        let user_pool = text(&made["UserPool"]["Id"]);
        let flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let parameters =
            json!({ "UserPoolId": user_pool, "ClientName": "app", "ExplicitAuthFlows": flows });
        let made = emulator.call("cognito-idp", "create_user_pool_client", &parameters);
        let client = text(&made["UserPoolClient"]["ClientId"]);
        let provider = format!("cognito-idp.{REGION}.amazonaws.com/{user_pool}");
        let parameters = json!({
            "IdentityPoolName": "people",
            "AllowUnauthenticatedIdentities": false,
            "CognitoIdentityProviders": [{ "ProviderName": provider, "ClientId": client }],
        });
        let made = emulator.call("cognito-identity", "create_identity_pool", &parameters);
        People {
            user_pool,
            client,
            provider,
            pool: text(&made["IdentityPoolId"]),
        }
    }

    /// Signs somebody in: the identity's id, and credentials of the role that the pool gives.
    fn sign_in(&self, emulator: &mut Emulator, name: &str) -> (String, Value) {
        const PASSWORD: &str = "Pass-word-1";
        let user = |more: Value| {
            let mut all = json!({ "UserPoolId": self.user_pool });
            let more = more.as_object().unwrap().clone();
            all.as_object_mut().unwrap().extend(more);
            all
        };
        let parameters = user(json!({ "Username": name }));
        emulator.call("cognito-idp", "admin_create_user", &parameters);
        let parameters = user(json!({ "Username": name, "Password": PASSWORD, "Permanent": true }));
        emulator.call("cognito-idp", "admin_set_user_password", &parameters);
        let parameters = user(json!({
            "ClientId": self.client,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        }));
        let said = emulator.call("cognito-idp", "admin_initiate_auth", &parameters);
        let logins = json!({ &self.provider: said["AuthenticationResult"]["IdToken"] });
        let parameters = json!({ "IdentityPoolId": self.pool, "Logins": logins });
        let said = emulator.call("cognito-identity", "get_id", &parameters);
        let identity = said["IdentityId"].as_str().unwrap().to_owned();
        let parameters = json!({ "IdentityId": identity, "Logins": logins });
        let operation = "get_credentials_for_identity";
        let mut said = emulator.call("cognito-identity", operation, &parameters);
        (identity, said["Credentials"].take())
    }
}

/// Who asks the broker, and where.
struct Broker {
    path: String,
}

impl Broker {
    /// Status and body of the answer to whoever has these credentials.
    fn ask(&self, emulator: &mut Emulator, credentials: &Value, serial: &str) -> (Value, Value) {
        let body = json!({ "serial": serial }).to_string();
        let asked = json!({ "path": self.path, "body": body, "credentials": credentials });
        let mut said = emulator.request(&json!({ "post": asked }));
        (said[0].take(), said[1].take())
    }

    /// A claim for a device, as files.
    fn claim(&self, emulator: &mut Emulator, credentials: &Value, serial: &str) -> Value {
        let (status, claim) = self.ask(emulator, credentials, serial);
        assert_eq!(status, 200, "{claim}");
        let (pem, key) = (&claim["certificatePem"], &claim["privateKey"]);
        let saved = json!({ "name": claim["certificateId"], "pem": pem, "key": key });
        emulator.request(&json!({ "identity": saved }))
    }
}

#[test]
fn devices_get_in_by_an_installer_who_has_signed_in() {
    let Some(mut emulator) = Emulator::start("onboarding-trusted-user") else {
        return;
    };
    let emulator = &mut emulator;
    let people = People::new(emulator);
    let changes = [
        (
            "eu-central-1:6d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11",
            &*people.pool,
        ),
        ("ocpp/{tenant}/{thing}/", "ocpp/{thing}/"),
        (", { between: tenant }", ""),
        (", retain: true", ""),
        ("isolation:", "features: { shadow: [classic] }\nisolation:"),
        ("topics:\n", MORE_TOPICS),
        ("regions: [eu-central-1] }", "regions: [eu-west-1] }"),
    ];
    let folder = deploy(emulator, &spec("retrofit", &changes));
    let outputs = deployment::outputs(emulator);
    let api = outputs["RetrofitApi"].as_str().unwrap();
    let broker = Broker {
        path: format!("/_aws/execute-api/{api}/retrofit/claims"),
    };
    let role = "voltra-dev-retrofit-installers-eu-west-1";
    let roles = json!({ "authenticated": format!("arn:aws:iam::{ACCOUNT}:role/{role}") });
    let parameters = json!({ "IdentityPoolId": people.pool, "Roles": roles });
    emulator.call("cognito-identity", "set_identity_pool_roles", &parameters);
    let (alice, of_alice) = people.sign_in(emulator, "alice");
    let (bob, of_bob) = people.sign_in(emulator, "bob");

    // Who did not sign is refused by the API, who is no installer by the broker.
    let serial = "EV00000001";
    assert_eq!(broker.ask(emulator, &Value::Null, serial).0, 403);
    let (status, said) = broker.ask(emulator, &of_alice, serial);
    assert_eq!(
        (status, &said["message"]),
        (403.into(), &"no installer".into())
    );
    let account = json!({ "AccessKeyId": "test", "SecretAccessKey": "test" });
    let (status, said) = broker.ask(emulator, &account, serial);
    let expected = "no session of the installers' role".into();
    assert_eq!((status, &said["message"]), (403.into(), &expected));
    let installers = "voltra-dev-retrofit-installers";
    put(
        emulator,
        installers,
        &[("user", &alice), ("tenant", "acme")],
    );
    put(
        emulator,
        installers,
        &[("user", &bob), ("tenant", "globex")],
    );

    let template = "voltra-dev-retrofit";
    let mut identities = BTreeMap::new();
    let mut claims = Vec::new();
    for number in 1..=DEVICES {
        let serial = format!("EV{number:08}");
        let entry = [
            ("serial", &*serial),
            ("state", "allowed"),
            ("tenant", "acme"),
            ("model", "m1"),
        ];
        put(emulator, "voltra-dev-controllers", &entry);
        let claim = broker.claim(emulator, &of_alice, &serial);
        let key = format!("device-{number}");
        let device = Device {
            key: &key,
            serial: &serial,
            client_id: "fresh",
        };
        let (identity, thing) = register(emulator, template, &claim, &device).unwrap();
        assert_eq!(thing, serial);
        identities.insert(thing, identity);
        claims.push(claim);
    }
    let expected = json!({
        "type": "voltra-dev-charger",
        "attributes": { "model": "m1", "tenant": "acme" },
        "groups": ["voltra-dev-chargers"],
        "principals": 1,
    });
    assert_eq!(registered(emulator, serial), expected);

    // A claim registers no other key and no other device; an installer of another tenant none of these.
    let device = |key, serial| Device {
        key,
        serial,
        client_id: "fresh",
    };
    let of_bob = broker.claim(emulator, &of_bob, serial);
    let another = broker.claim(emulator, &of_alice, serial);
    let of_alice = broker.claim(emulator, &of_alice, serial);
    for (claim, device) in [
        (&claims[0], device("stranger", serial)),
        (&claims[0], device("stranger", "EV00000002")),
        (&of_alice, device("stranger", serial)),
        (&of_bob, device("stranger", serial)),
        (&of_bob, device("device-1", serial)),
    ] {
        let refused = register(emulator, template, claim, &device);
        assert_eq!(refused.unwrap_err(), "AccessDenied");
    }
    assert_eq!(registered(emulator, serial), expected);
    compare(emulator, &folder, "voltra-dev-device", &identities);

    // After a power cut the same key gets in again, with the same claim and with another.
    for claim in [&claims[0], &another] {
        let again = register(emulator, template, claim, &device("device-1", serial));
        assert_eq!(again.unwrap().1, serial);
    }
}
