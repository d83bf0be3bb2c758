//! The generated stack for just-in-time provisioning, deployed for real on ministack 1.5.33.
//!
//! The stack is made and unmade by CloudFormation and by Terraform, devices are provisioned with the
//! credentials of its role, and what they then ask of the broker is answered as `fleetwright can`
//! predicts. Where the emulator is not AWS, and what the tests do about it:
//!
//! - It keeps a template for just-in-time provisioning and does not run it: `emulator/registration.rs`
//!   does, by the calls that AWS documents.
//! - It plays no service: AWS IoT does not come to take the role, and the account may not (which is
//!   tested). The account is added to the role's trust then.
//! - For calls of the API it asks `iot:AttachPolicy` on `*`, [AWS] on the certificate: a second policy
//!   grants the role this there, as long as the first has it.
//! - It gives a thing group without properties empty ones, which Terraform would take away.
//! - Any server name but another account's endpoint reaches an authority in `SNI_ONLY` mode.
//! - It knows no `EXCLUSIVE_THING`, no attributes or types of things in policies, no policies of thing
//!   groups, no limit to a policy's length, no names of actions and no throttling. What is deployed
//!   here needs none of them.
//! - Nobody but AWS IoT may publish where it answers, e.g. `…/jobs/notify`, there as here: what devices
//!   receive there is not asked.
//!
//! [AWS]: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use external::{Terraform, copy, said};
use process::Run;
use registration::Registered;
use requests::Request;
use serde_json::{Value, json};
use service::Emulator;

mod external;
mod process;

// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "emulator/broker.rs"]
mod broker;
#[path = "emulator/deployment.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod deployment;
#[path = "emulator/registration.rs"]
mod registration;
#[path = "emulator/requests.rs"]
mod requests;
#[path = "emulator/service.rs"]
mod service;

/// The outputs that tests/fleet.rs holds fresh.
fn output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/meters/expected/out")
}

/// One stack with the files beside it.
const STACK: &str = "cfn/dev/eu-west-1";

#[test]
fn the_emulator_is_reached_on_the_loopback_address_only_and_ends_with_who_started_it() {
    let Some(mut emulator) = Emulator::start("emulator-ports") else {
        return;
    };
    let ports = [emulator.port, emulator.mtls_port];
    let is_open = |host: &str, port: u16| TcpStream::connect((host, port)).is_ok();
    for port in ports {
        assert!(is_open("127.0.0.1", port));
        // What is bound to all addresses answers here too.
        assert!(!is_open("127.0.0.2", port));
    }
    emulator.leave();
    for port in ports {
        assert!(!is_open("127.0.0.1", port));
    }
}

#[test]
fn cloudformation_makes_what_the_files_say_changes_nothing_twice_and_leaves_nothing() {
    let Some(mut emulator) = Emulator::start("emulator-cloudformation") else {
        return;
    };
    let emulator = &mut emulator;
    let folder = output().join(STACK);
    let body = fs::read_to_string(folder.join("stack.yaml")).unwrap();
    let expected = deployment::expected(emulator, &folder);
    assert_eq!(deployment::read_back(emulator), deployment::nothing());
    assert_eq!(deployment::create(emulator, &body), "CREATE_COMPLETE");
    assert_eq!(deployment::read_back(emulator), expected);

    assert_eq!(deployment::changes(emulator, "again", &body), json!([]));
    let again = deployment::update(emulator, &body);
    assert_eq!(again, "ValidationError: No updates are to be performed.");
    assert_eq!(deployment::read_back(emulator), expected);

    // What is compared notices a change.
    let disabled = body.replacen("Enabled: true", "Enabled: false", 1);
    assert_ne!(disabled, body);
    let changes = deployment::changes(emulator, "disabled", &disabled);
    assert_eq!(changes, json!([["FactoryTemplate", "Modify"]]));
    assert_eq!(deployment::update(emulator, &disabled), "UPDATE_COMPLETE");
    assert_ne!(deployment::read_back(emulator), expected);

    let gone = deployment::delete(emulator);
    assert!(gone.ends_with("does not exist"), "{gone}");
    assert_eq!(deployment::read_back(emulator), deployment::nothing());
}

#[test]
fn terraform_makes_what_cloudformation_makes() {
    let Some(terraform) = Terraform::new("emulator-terraform-root") else {
        return;
    };
    if !terraform.has_provider() {
        return;
    }
    let Some(mut emulator) = Emulator::start("emulator-terraform") else {
        return;
    };
    let emulator = &mut emulator;
    let body = fs::read_to_string(output().join(STACK).join("stack.yaml")).unwrap();
    assert_eq!(deployment::create(emulator, &body), "CREATE_COMPLETE");
    let made = deployment::read_back(emulator);
    let outputs = deployment::outputs(emulator);
    deployment::delete(emulator);
    assert_eq!(deployment::read_back(emulator), deployment::nothing());

    let copied = terraform.folder.join("out");
    copy(&output().join("tf"), &copied);
    let root = copied.join("environments/dev/eu-west-1");
    // Whoever applies it may do what the policy beside it says. The emulator asks some of it on `*`, as
    // tests/deployer.rs shows.
    let policy = fs::read_to_string(root.join("deployer.policy.json")).unwrap();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let on_all = [
        "iot:CreateProvisioningTemplate",
        "iot:DeleteCACertificate",
        "iot:DescribeCACertificate",
        "iot:UpdateCACertificate",
    ];
    let policy = deployment::with_on_all(&policy, &on_all);
    let credentials = deployment::deployer(emulator, &policy);
    let settings = deployment::provider_override(emulator, &credentials);
    fs::write(root.join("emulator_override.tf"), settings).unwrap();
    let run = terraform.run(&root, &["init", "-input=false", "-no-color"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let apply = ["apply", "-auto-approve", "-input=false", "-no-color"];
    let run = terraform.run(&root, &apply);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert_eq!(deployment::read_back(emulator), made);
    for (ours, theirs) in [
        ("factory_template", "FactoryTemplate"),
        ("factory_authority", "FactoryAuthority"),
    ] {
        let run = terraform.run(&root, &["output", "-raw", "-no-color", ours]);
        assert_eq!(said(&run), outputs[theirs].as_str().unwrap());
    }

    // The emulator gives a group without properties empty ones, which the provider would take away.
    // Nothing else would change.
    let plan = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
    let run = terraform.run(&root, &plan);
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
    let told = said(&run);
    let changed: Vec<&str> = told.lines().filter(|it| it.starts_with("  # ")).collect();
    assert_eq!(
        changed,
        ["  # module.fleet.aws_iot_thing_group.meters will be updated in-place"],
        "{told}"
    );
    let removed: Vec<&str> = told.lines().filter(|it| it.contains("-> null")).collect();
    assert_eq!(
        removed,
        ["              - attributes = {} -> null"],
        "{told}"
    );
}

/// How many devices are provisioned; each of them may connect under one name only.
const DEVICES: u32 = 8;

/// What the role has for a thing or a certificate that has been provisioned before, and for the older
/// way to attach a policy. No run for a new certificate asks for it.
const FOR_KNOWN_DEVICES: [&str; 7] = [
    "iot:AttachPrincipalPolicy",
    "iot:ListAttachedPolicies",
    "iot:ListPrincipalPolicies",
    "iot:ListPrincipalThings",
    "iot:ListThingGroupsForThing",
    "iot:ListThingPrincipals",
    "iot:UpdateThing",
];

/// The stack of the fixture's spec, deployed for an authority whose key is known here.
struct Fleet {
    emulator: Emulator,
    /// The folder of the stack.
    folder: PathBuf,
    /// The authority that signs devices.
    authority: Value,
    /// Credentials of the role that runs the template.
    credentials: Value,
    /// The body of the template, as it was read back.
    body: Value,
}

const POLICY: &str = "meters-dev-device";
const ROLE: &str = "meters-dev-factory-eu-west-1";

impl Fleet {
    /// `None`, said aloud, where there is no emulator and need not be.
    fn deploy(name: &str) -> Option<Fleet> {
        let mut emulator = Emulator::start(name)?;
        let specs = emulator.folder.join("spec");
        fs::create_dir_all(specs.join("ca")).unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/meters/spec.yaml");
        fs::copy(fixture, specs.join("spec.yaml")).unwrap();
        let mut authorities = Vec::new();
        for file in ["meters-prod", "meters-signing"] {
            let names = json!({ "O": "Acme", "CN": format!("Acme {file} CA") });
            let made = json!({ "authority": { "name": file, "names": names } });
            let made = emulator.request(&made);
            let to = specs.join("ca").join(file).with_extension("pem");
            fs::copy(made["certificate"].as_str().unwrap(), to).unwrap();
            authorities.push(made);
        }
        let run = Run::within(&specs, &["generate", "spec.yaml"], b"");
        assert_eq!(run.code, 0, "{}", run.output());
        let folder = specs.join("out").join(STACK);
        let body = fs::read_to_string(folder.join("stack.yaml")).unwrap();
        assert_eq!(deployment::create(&mut emulator, &body), "CREATE_COMPLETE");
        let deployed = deployment::read_back(&mut emulator);
        assert_eq!(deployed, deployment::expected(&mut emulator, &folder));
        let credentials = registration::take_role(&mut emulator, ROLE);
        let policy = registration::role_policy(&mut emulator, ROLE);
        registration::set_role_policy(&mut emulator, ROLE, &policy);
        Some(Fleet {
            body: deployed["templates"]["meters-dev-factory"]["body"].clone(),
            authority: authorities.remove(1),
            emulator,
            folder,
            credentials,
        })
    }

    /// Makes a certificate for a device, which then connects for the first time: the broker registers
    /// the certificate, pending activation, and closes the connection.
    fn first_connection(&mut self, name: &str) -> Value {
        let names = json!({ "CN": name, "OU": "AX7", "O": "Acme" });
        let made = json!({ "name": name, "names": names, "signed_by": self.authority });
        let identity = self.emulator.request(&json!({ "device": made }));
        let session = json!({ "identity": identity, "client_id": name });
        let answers = self.emulator.request(&json!({ "session": session }));
        assert_eq!(answers["connect"], Value::Null, "{answers}");
        assert_eq!(self.status(&identity), "PENDING_ACTIVATION");
        identity
    }

    /// Runs the template for a certificate that is registered, as AWS IoT would.
    fn provision(
        &mut self,
        name: &str,
        identity: &Value,
    ) -> (Vec<String>, Result<(), service::Refusal>) {
        let registered = Registered {
            id: identity["id"].as_str().unwrap(),
            common_name: name,
            organizational_unit: "AX7",
        };
        let (emulator, credentials) = (&mut self.emulator, &self.credentials);
        registration::run(emulator, credentials, &self.body, &registered)
    }

    /// The status of a certificate.
    fn status(&mut self, identity: &Value) -> Value {
        let parameters = json!({ "certificateId": identity["id"] });
        let mut it = self
            .emulator
            .call("iot", "describe_certificate", &parameters);
        it["certificateDescription"]["status"].take()
    }

    /// What is known of a device when it is provisioned.
    fn registered(&mut self, name: &str, identity: &Value) -> Value {
        let certificate = identity["id"].as_str().unwrap();
        let arn = format!(
            "arn:aws:iot:{}:{}:cert/{certificate}",
            service::REGION,
            service::ACCOUNT
        );
        let thing = json!({ "thingName": name });
        let emulator = &mut self.emulator;
        let described = emulator.call("iot", "describe_thing", &thing);
        let groups = emulator.call("iot", "list_thing_groups_for_thing", &thing);
        let principals = emulator.call("iot", "list_thing_principals", &thing);
        let policies = emulator.call("iot", "list_attached_policies", &json!({ "target": arn }));
        json!({
            "type": described["thingTypeName"],
            "attributes": described["attributes"],
            "groups": groups["thingGroups"].as_array().unwrap().iter()
                .map(|it| it["groupName"].clone()).collect::<Vec<_>>(),
            "is its only principal": principals["principals"] == json!([arn]),
            "policies": policies["policies"].as_array().unwrap().iter()
                .map(|it| it["policyName"].clone()).collect::<Vec<_>>(),
            "status": self.status(identity),
        })
    }
}

#[test]
fn a_role_without_an_action_that_the_template_takes_provisions_nothing() {
    let Some(mut fleet) = Fleet::deploy("emulator-role") else {
        return;
    };
    let policy = registration::role_policy(&mut fleet.emulator, ROLE);
    let identity = fleet.first_connection("mtr-000001");
    let (taken, result) = fleet.provision("mtr-000001", &identity);
    result.unwrap();
    let mut known: Vec<String> = taken.clone();
    known.extend(FOR_KNOWN_DEVICES.map(str::to_owned));
    known.sort();
    assert_eq!(known, registration::actions(&policy));

    for (place, action) in taken.iter().enumerate() {
        let name = format!("mtr-1{place:05}");
        let fewer = registration::without(&policy, action);
        registration::set_role_policy(&mut fleet.emulator, ROLE, &fewer);
        let identity = fleet.first_connection(&name);
        let (taken, result) = fleet.provision(&name, &identity);
        let refusal = result.unwrap_err();
        assert_eq!(
            refusal.code, "AccessDeniedException",
            "{action}: {refusal:?}"
        );
        assert!(
            refusal.message.contains(&format!("{action} on resource")),
            "{refusal:?}"
        );
        assert_eq!(taken.last(), Some(action));
        assert_eq!(fleet.status(&identity), "PENDING_ACTIVATION", "{action}");
    }

    // A name that is none of the fleet's.
    registration::set_role_policy(&mut fleet.emulator, ROLE, &policy);
    let identity = fleet.first_connection("atr-000001");
    let (_, result) = fleet.provision("atr-000001", &identity);
    assert_eq!(result.unwrap_err().code, "AccessDeniedException");
}

#[test]
fn devices_are_provisioned_and_get_from_the_broker_what_can_predicts() {
    let Some(mut fleet) = Fleet::deploy("emulator-devices") else {
        return;
    };
    let mut identities = BTreeMap::new();
    for number in 1..=DEVICES {
        let name = format!("mtr-{number:06}");
        let identity = fleet.first_connection(&name);
        fleet.provision(&name, &identity).1.unwrap();
        let expected = json!({
            "type": "meters-dev-meter",
            "attributes": { "model": "AX7" },
            "groups": ["meters-dev-meters"],
            "is its only principal": true,
            "policies": [POLICY],
            "status": "ACTIVE",
        });
        assert_eq!(fleet.registered(&name, &identity), expected);
        identities.insert(name, identity);
    }

    let file = fleet.folder.join(POLICY).with_extension("policy.json");
    let text = fs::read_to_string(&file).unwrap();
    let policy: Value = serde_json::from_str(&text).unwrap();
    let things: Vec<String> = identities.keys().cloned().collect();
    let requests = requests::derive(&policy, &things);
    let path = file.display().to_string();
    let predicted: BTreeMap<Request, bool> = requests
        .iter()
        .map(|request| (request.clone(), requests::is_allowed(&path, request)))
        .collect();
    requests::assert_enough(&predicted);

    let emulator = &mut fleet.emulator;
    let back_end = broker::prepare(emulator);
    let granted = broker::ask(emulator, &identities, &back_end, &requests);
    assert_eq!(requests::differences(&predicted, &granted), BTreeSet::new());

    // One statement less, and just its requests are answered otherwise.
    for (place, statement) in policy["Statement"].as_array().unwrap().iter().enumerate() {
        let mut fewer = policy.clone();
        fewer["Statement"].as_array_mut().unwrap().remove(place);
        let document = fewer.to_string();
        let parameters =
            json!({ "policyName": POLICY, "policyDocument": document, "setAsDefault": true });
        let version = emulator.call("iot", "create_policy_version", &parameters);
        let granted = broker::ask(emulator, &identities, &back_end, &requests);
        let lost = |request: &&Request| {
            let name = request.action.name();
            predicted[*request]
                && (statement["Action"] == name || statement["Action"] == "iot:Connect")
        };
        let lost: BTreeSet<&Request> = requests.iter().filter(lost).collect();
        assert!(lost.len() >= requests::ENOUGH);
        assert_eq!(
            requests::differences(&predicted, &granted),
            lost,
            "{statement}"
        );
        let whole = json!({ "policyName": POLICY, "policyVersionId": "1" });
        emulator.call("iot", "set_default_policy_version", &whole);
        let id = &version["policyVersionId"];
        let parameters = json!({ "policyName": POLICY, "policyVersionId": id });
        emulator.call("iot", "delete_policy_version", &parameters);
    }
}
