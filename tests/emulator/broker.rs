//! Devices that put requests to the broker, each over mTLS with its own certificate.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::requests::{Action, Request};
use crate::service::{ACCOUNT, Emulator, REGION};

/// Not authorized, in the words of MQTT 5.
const REFUSED: u64 = 0x87;

/// Two policies that are not the fleet's: a device has to be subscribed to be asked what it receives,
/// and the emitted policy lets it subscribe to no more than it may receive. The first lets it
/// subscribe to everything, and receive the one message that ends the wait; the second is the back
/// end's, which may do anything.
const SUBSCRIBER: &str = "subscriber";
const BACK_END: &str = "back-end";

/// The topic of the message that ends the wait.
const END: &str = "end-of-messages";

/// Makes what is not the fleet's: the policies, and the back end's certificate, which it answers.
pub(crate) fn prepare(emulator: &mut Emulator) -> Value {
    let arn = |resource: &str| format!("arn:aws:iot:{REGION}:{ACCOUNT}:{resource}");
    let filters = json!([arn("topicfilter/#"), arn("topicfilter/$aws/things/#")]);
    let policies = [
        (
            SUBSCRIBER,
            json!([
                { "Effect": "Allow", "Action": "iot:Subscribe", "Resource": filters },
                { "Effect": "Allow", "Action": "iot:Receive", "Resource": arn(&format!("topic/{END}")) },
            ]),
        ),
        (
            BACK_END,
            json!([{ "Effect": "Allow", "Action": "iot:*", "Resource": "*" }]),
        ),
    ];
    for (name, statements) in policies {
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let parameters = json!({ "policyName": name, "policyDocument": document });
        emulator.call("iot", "create_policy", &parameters);
    }
    let identity = identity_of_account(emulator, BACK_END);
    attach(emulator, BACK_END, &identity);
    identity
}

/// A certificate that AWS IoT makes for a key of ours, active at once.
pub(crate) fn identity_of_account(emulator: &mut Emulator, name: &str) -> Value {
    let made = emulator.request(&json!({ "request": name }));
    let parameters = json!({ "certificateSigningRequest": made["pem"], "setAsActive": true });
    let certificate = emulator.call("iot", "create_certificate_from_csr", &parameters);
    let pem = &certificate["certificatePem"];
    let saved = json!({ "name": name, "pem": pem, "key": made["key"] });
    emulator.request(&json!({ "identity": saved }))
}

/// Attaches a policy to a certificate.
pub(crate) fn attach(emulator: &mut Emulator, policy: &str, identity: &Value) {
    let id = identity["id"].as_str().unwrap();
    let target = format!("arn:aws:iot:{REGION}:{ACCOUNT}:cert/{id}");
    let parameters = json!({ "policyName": policy, "target": target });
    emulator.call("iot", "attach_policy", &parameters);
}

/// Whether the broker grants each request, in their order.
///
/// `identities` has the certificate of each thing; `back_end` sends what devices are to receive.
pub(crate) fn ask(
    emulator: &mut Emulator,
    identities: &BTreeMap<String, Value>,
    back_end: &Value,
    requests: &[Request],
) -> BTreeMap<Request, bool> {
    let mut granted = BTreeMap::new();
    for (thing, identity) in identities {
        let of = |action: Action| -> Vec<&Request> {
            let mine = requests.iter().filter(|it| &it.thing == thing);
            mine.filter(|it| it.action == action).collect()
        };
        let targets = |requests: &[&Request]| -> Value {
            requests.iter().map(|it| it.target.as_str()).collect()
        };
        let mut keep = |requests: Vec<&Request>, answers: &Value, yes: u64| {
            for (place, request) in requests.into_iter().enumerate() {
                let is_granted = match answers[place].as_u64() {
                    Some(code) if code == yes => true,
                    Some(REFUSED) => false,
                    other => panic!("{request:?} was answered {other:?}"),
                };
                granted.insert(request.clone(), is_granted);
            }
        };
        for request in of(Action::Connect) {
            let session = json!({ "identity": identity, "client_id": request.target });
            let answers = emulator.request(&json!({ "session": session }));
            keep(vec![request], &json!([answers["connect"]]), 0);
        }
        let (publish, subscribe) = (of(Action::Publish), of(Action::Subscribe));
        let receive = of(Action::Receive);
        if publish.is_empty() && subscribe.is_empty() && receive.is_empty() {
            continue;
        }
        let session = json!({
            "identity": identity,
            "client_id": thing,
            "publish": targets(&publish),
            "subscribe": targets(&subscribe),
        });
        let answers = emulator.request(&json!({ "session": session }));
        if answers["connect"] != 0 {
            // Without a connection nothing is granted.
            let nothing = [publish, subscribe, receive].concat().into_iter();
            granted.extend(nothing.map(|request| (request.clone(), false)));
            continue;
        }
        assert_eq!(answers["closed"], false, "{answers}");
        keep(publish, &answers["publish"], 0);
        keep(subscribe, &answers["subscribe"], 1);

        let mut topics = targets(&receive);
        topics.as_array_mut().unwrap().push(END.into());
        let filters = ["#", "$aws/things/#"];
        let deliver = json!({ "sender": back_end, "filters": filters, "topics": topics });
        let session = json!({ "identity": identity, "client_id": thing, "deliver": deliver });
        let certificate = identity["id"].as_str().unwrap();
        let target = format!("arn:aws:iot:{REGION}:{ACCOUNT}:cert/{certificate}");
        let attachment = json!({ "policyName": SUBSCRIBER, "target": target });
        emulator.call("iot", "attach_policy", &attachment);
        let answers = emulator.request(&json!({ "session": session }));
        emulator.call("iot", "detach_policy", &attachment);
        for (place, request) in receive.into_iter().enumerate() {
            let came = answers["received"][place].as_bool().unwrap();
            granted.insert(request.clone(), came);
        }
    }
    assert_eq!(granted.len(), requests.len());
    granted
}
