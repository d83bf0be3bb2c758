//! Small random cases: a request first, then policies that almost fit it.
//!
//! Everything comes from the seed. The alphabet is tiny, so that names, client IDs, attribute and
//! certificate values and topic levels meet by chance: variables end up glued to text, repeated
//! and undelimited. Resource patterns are made by editing the request's own resource, so roughly
//! half of the requests are allowed. `the_shares_hold` in `tests/agreement.rs` holds the shares:
//!
//! | of the statements | at least | | of the cases | at least |
//! |---|--:|---|---|--:|
//! | Deny | 20 % | | a variable in a resource | 40 % |
//! | `NotAction` | 10 % | | `?` in a resource | 20 % |
//! | `NotResource` | 10 % | | wildcard in the first five ARN segments | 10 % |
//! | conditions | 25 % | | a thing-group policy | 15 % |
//! | a set operator | 5 % | | HTTPS | 10 % |
//! | | | | exclusive association | 10 % |
//! | | | | `$aws` topic | 5 % |
//! | | | | `$share` topic | 2 % |
//! | | | | no version, or 2008's | 3 % |
//! | | | | allowed as documented | 35 % |

use serde_json::{Map, Value, json};

const PLACE: [&str; 5] = ["arn", "aws", "iot", "us-east-1", "123456789012"];
const THINGS: &[&str] = &["a", "b", "ab", "a:b"];
const CLIENT_IDS: &[&str] = &["a", "b", "ab", "aab", "a/b", "+", "#", "*", "?", "a*"];
const LEVELS: &[&str] = &["a", "b", "ab", "x", "aa", "a:b", ""];
const ATTRIBUTES: &[&str] = &["a", "b", "a/b", "#", "2"];
const CERTIFICATE_VALUES: &[&str] = &["a", "b", "ab", "a/b", "a+b", "a,b", "*", "a=b"];
const SET_PREFIXES: &[&str] = &["ForAllValues:", "ForAnyValue:"];
const STRING_OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const ARN_OPERATORS: &[&str] = &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"];
const ORDERS: &[&str] = &[
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
];

/// A case: policies, context and request, as in `fixtures/decisions/*.jsonl`.
pub(crate) fn case(seed: u64) -> (Value, Value, Value) {
    let mut random = Random::new(seed);
    let action = action(&mut random);
    let context = context(&mut random, &action);
    let request = request(&mut random, &action, &context);
    let policies = policies(&mut random, &context, &request);
    (policies, context, request)
}

/// A random Deny statement for a request.
pub(crate) fn deny(seed: u64, context: &Value, request: &Value) -> Value {
    let mut random = Random::new(seed);
    statement(&mut random, context, request, "Deny")
}

/// Xorshift, 64 bits.
struct Random(u64);

impl Random {
    /// Neighbouring seeds must not give similar cases, and the state must not be zero.
    fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from((self.next() >> 16) % limit as u64).unwrap()
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// One of several choices by their weights, which sum up to 100.
    fn weighted(&mut self, choices: &[(&'static str, usize)]) -> &'static str {
        let mut roll = self.below(100);
        for (choice, weight) in choices {
            if roll < *weight {
                return choice;
            }
            roll -= weight;
        }
        choices[0].0
    }
}

fn action(random: &mut Random) -> String {
    let choices = [
        ("iot:Publish", 30),
        ("iot:Subscribe", 20),
        ("iot:Receive", 16),
        ("iot:Connect", 16),
        ("iot:RetainPublish", 4),
        ("iot:GetThingShadow", 4),
        ("iot:ListNamedShadowsForThing", 2),
        ("iotjobsdata:DescribeJobExecution", 5),
        ("greengrass:Discover", 3),
    ];
    random.weighted(&choices).to_owned()
}

fn context(random: &mut Random, action: &str) -> Value {
    let mut context = Map::new();
    let mut set = |key: &str, value: Value| context.insert(key.to_owned(), value);
    let is_https = match action {
        "iot:Publish" => random.percent(20),
        "iot:GetThingShadow" | "iot:ListNamedShadowsForThing" => random.percent(80),
        "iotjobsdata:DescribeJobExecution" => random.percent(80),
        "greengrass:Discover" => random.percent(60),
        _ => false,
    };
    let protocol = match (is_https, random.percent(10)) {
        (true, _) => "https",
        (false, true) => "mqtt_ws",
        (false, false) => "mqtt",
    };
    set("protocol", protocol.into());
    let auth = random.weighted(&[
        ("x509", 76),
        ("custom_x509", 6),
        ("custom", 5),
        ("cognito_authenticated", 6),
        ("cognito_unauthenticated", 3),
        ("sigv4", 4),
    ]);
    set("auth", auth.into());
    let thing_name = random.percent(80).then(|| random.pick(THINGS));
    if let Some(thing_name) = thing_name {
        set("thing_name", thing_name.into());
    }
    if !is_https {
        let client_id = match thing_name {
            Some(thing_name) if random.percent(65) => thing_name,
            _ => random.pick(CLIENT_IDS),
        };
        set("client_id", client_id.into());
    }
    set(
        "is_attached",
        (thing_name.is_some() && random.percent(80)).into(),
    );
    let association = if random.percent(20) {
        "exclusive"
    } else {
        "non_exclusive"
    };
    set("association", association.into());
    if random.percent(40) {
        set("thing_type", random.pick(&["a", "lamp"]).into());
    }
    if random.percent(60) {
        let site = random.pick(ATTRIBUTES);
        set("thing_attributes", json!({ "site": site, "fw": "2" }));
    }
    if auth.ends_with("x509") && random.percent(70) {
        let mut names = || {
            let count = random.pick(&[0, 1, 1, 2, 6]);
            let values: Vec<&str> = (0..count)
                .map(|_| random.pick(CERTIFICATE_VALUES))
                .collect();
            match values.as_slice() {
                [] => json!({}),
                [one] if random.percent(50) => json!({ "CommonName": one }),
                _ => json!({ "CommonName": values }),
            }
        };
        let (subject, issuer) = (names(), names());
        let id = "ab".repeat(32);
        set(
            "cert",
            json!({ "id": id, "serial": "7", "subject": subject, "issuer": issuer }),
        );
    }
    if random.percent(40) {
        set(
            "source_ip",
            random.pick(&["10.0.0.1", "10.0.1.1", "2001:db8::1"]).into(),
        );
    }
    if random.percent(30) {
        set(
            "domain_name",
            random.pick(&["a.example.com", "b.example.com"]).into(),
        );
    }
    if action == "iot:Connect" {
        let all = ["PersistentConnect", "LastWill"];
        let attributes = random.pick(&[&all[..0], &all[..1], &all[1..], &all[..]]);
        set("connect_attributes", json!(attributes));
        if attributes.contains(&"LastWill") {
            set("last_will_topic", random.pick(&["a", "a/b", "x"]).into());
        }
    }
    let mut extra = Map::new();
    if action.starts_with("iotjobsdata:") {
        extra.insert("iot:JobId".to_owned(), random.pick(&["a", "b"]).into());
    }
    if random.percent(15) {
        let time = random.pick(&["2025-01-01T00:00:00Z", "2025-06-01T12:30:00Z"]);
        extra.insert("aws:CurrentTime".to_owned(), time.into());
        extra.insert(
            "aws:MultiFactorAuthAge".to_owned(),
            random.pick(&["2", "10"]).into(),
        );
    }
    if !extra.is_empty() {
        set("extra", extra.into());
    }
    context.into()
}

fn request(random: &mut Random, action: &str, context: &Value) -> Value {
    let place = PLACE.join(":");
    let thing = context["thing_name"].as_str().unwrap_or("b");
    let resource = |kind: &str, name: &str| format!("{place}:{kind}/{name}");
    match action {
        "iot:Connect" => {
            let client_id = context["client_id"].as_str().unwrap();
            json!({
                "action": action,
                "resource": resource("client", client_id),
                "client_id": client_id,
            })
        }
        "iot:Subscribe" => {
            let filter = filter(random, context);
            json!({
                "action": action,
                "resource": resource("topicfilter", &filter),
                "filter": filter,
            })
        }
        "iot:GetThingShadow" => {
            let shadow = random.pick(&["", "", "/a", "/b"]);
            let name = format!("{thing}{shadow}");
            json!({ "action": action, "resource": resource("thing", &name), "thing": name })
        }
        "iot:ListNamedShadowsForThing"
        | "iotjobsdata:DescribeJobExecution"
        | "greengrass:Discover" => {
            json!({ "action": action, "resource": resource("thing", thing), "thing": thing })
        }
        _ => {
            let mut topic = topic(random, context);
            if action == "iot:Receive" && random.percent(10) {
                topic = format!("$share/g/{topic}");
            }
            json!({ "action": action, "resource": resource("topic", &topic), "topic": topic })
        }
    }
}

/// A topic name: plain levels, or one of the reserved ones.
fn topic(random: &mut Random, context: &Value) -> String {
    let thing = context["thing_name"].as_str().unwrap_or("b");
    match random.below(100) {
        0..8 => format!("$aws/things/{thing}/shadow/update"),
        8..12 => format!("$aws/rules/a/{}", random.pick(LEVELS)),
        _ => levels(random, context, &[]),
    }
}

/// A topic filter: a topic, with MQTT's wildcards, perhaps shared.
fn filter(random: &mut Random, context: &Value) -> String {
    let filter = match random.below(100) {
        0..10 => topic(random, context),
        _ => levels(random, context, &["+", "#"]),
    };
    if random.percent(15) {
        format!("$share/g/{filter}")
    } else {
        filter
    }
}

/// One to three levels, some of them a value that a variable may have.
fn levels(random: &mut Random, context: &Value, wildcards: &[&str]) -> String {
    let values: Vec<String> = variables(context)
        .into_iter()
        .map(|(_, value)| value)
        .filter(|v| v.len() < 8)
        .collect();
    let level = |random: &mut Random| match random.below(100) {
        0..25 if !values.is_empty() => {
            let value = random.pick(&values);
            let is_name = wildcards.is_empty() && value.contains(['+', '#']);
            if is_name { "a".to_owned() } else { value }
        }
        25..45 if !wildcards.is_empty() => random.pick(wildcards).to_owned(),
        _ => random.pick(LEVELS).to_owned(),
    };
    let count = 1 + random.below(3);
    let levels: Vec<String> = (0..count).map(|_| level(random)).collect();
    levels.join("/")
}

/// Variables with the values that they have, or would have on another connection.
fn variables(context: &Value) -> Vec<(&'static str, String)> {
    let subject = &context["cert"]["subject"]["CommonName"];
    let values = [
        ("iot:ClientId", &context["client_id"]),
        ("iot:ClientId", &context["client_id"]),
        ("iot:Connection.Thing.ThingName", &context["thing_name"]),
        ("iot:Connection.Thing.ThingName", &context["thing_name"]),
        ("iot:Connection.Thing.ThingTypeName", &context["thing_type"]),
        (
            "iot:Connection.Thing.Attributes[site]",
            &context["thing_attributes"]["site"],
        ),
        (
            "iot:Connection.Thing.Attributes[fw]",
            &context["thing_attributes"]["fw"],
        ),
        ("iot:Connection.Thing.Attributes[none]", &Value::Null),
        ("iot:CertificateId", &context["cert"]["id"]),
        ("iot:Certificate.Subject.CommonName", subject),
        ("iot:Certificate.Subject.CommonName", &subject[0]),
        ("iot:Certificate.Subject.CommonName.1", &subject[1]),
        ("iot:Certificate.Subject.CommonName.5", &subject[5]),
        ("aws:SourceIp", &context["source_ip"]),
    ];
    let known = |(name, value): (&'static str, &Value)| Some((name, value.as_str()?.to_owned()));
    values.into_iter().filter_map(known).collect()
}

fn policies(random: &mut Random, context: &Value, request: &Value) -> Value {
    let attachments: &[&str] = match context["auth"].as_str().unwrap() {
        "x509" => &["certificate", "certificate", "thing_group"],
        "custom_x509" => &["certificate", "custom_authorizer", "thing_group"],
        "custom" => &["custom_authorizer"],
        "sigv4" => &["iam", "certificate"],
        "cognito_unauthenticated" => &["cognito_role"],
        _ => &["cognito_role", "cognito_identity", "thing_group"],
    };
    let needs_two = context["auth"] == "cognito_authenticated";
    let count = if needs_two { 2 } else { 1 + random.below(3) };
    let policy = |index: usize| {
        // An authenticated Cognito identity gets nowhere without both.
        let attached_to = match index {
            0 => attachments[0],
            1 if needs_two => attachments[1],
            _ if random.percent(5) => "certificate",
            _ => random.pick(attachments),
        };
        let statements: Vec<Value> = (0..1 + random.below(2))
            .map(|place| {
                let is_deny = place + index > 0 && random.percent(45);
                let effect = if is_deny { "Deny" } else { "Allow" };
                statement(random, context, request, effect)
            })
            .collect();
        let mut document = json!({ "Version": "2012-10-17", "Statement": statements });
        match random.below(100) {
            0..3 => document["Version"] = "2008-10-17".into(),
            3..5 => _ = document.as_object_mut().unwrap().shift_remove("Version"),
            _ => {}
        }
        if let [one] = statements.as_slice()
            && random.percent(10)
        {
            document["Statement"] = one.clone();
        }
        json!({ "attached_to": attached_to, "document": document })
    };
    (0..count).map(policy).collect()
}

/// An Allow that mostly fits the request, or a Deny that mostly just misses it.
fn statement(random: &mut Random, context: &Value, request: &Value, effect: &str) -> Value {
    let fit = if effect == "Allow" { 88 } else { 45 };
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), effect.into());

    let action = request["action"].as_str().unwrap();
    if random.percent(14) {
        let action = if random.percent(fit) {
            "iot:DeleteConnection"
        } else {
            action
        };
        statement.insert(
            "NotAction".to_owned(),
            one_or_list(random, &[action.to_owned()]),
        );
    } else {
        let mut actions = vec![action_pattern(random, action)];
        if random.percent(30) {
            actions.push(
                random
                    .pick(&["iot:Connect", "iot:Publish", "iot:Subscribe"])
                    .to_owned(),
            );
        }
        statement.insert("Action".to_owned(), one_or_list(random, &actions));
    }

    let is_excluding = random.percent(14);
    let count = 1 + random.below(2);
    let mut resource = request["resource"].as_str().unwrap();
    // Entries for the thing of a named shadow (section 11, row 13).
    if let Some((thing, _shadow)) = resource.rsplit_once('/')
        && thing.contains(":thing/")
        && random.percent(50)
    {
        resource = thing;
    }
    let resources: Vec<String> = (0..count)
        .map(|_| {
            let fits = random.percent(fit) != is_excluding;
            resource_pattern(random, context, resource, fits)
        })
        .collect();
    let element = if is_excluding {
        "NotResource"
    } else {
        "Resource"
    };
    statement.insert(element.to_owned(), one_or_list(random, &resources));

    if random.percent(36) {
        let mut conditions = Map::new();
        for _ in 0..1 + random.below(2) {
            let (operator, key, values) = condition(random, context, fit);
            conditions.insert(operator, json!({ key: values }));
        }
        statement.insert("Condition".to_owned(), conditions.into());
    }
    statement.into()
}

fn one_or_list(random: &mut Random, texts: &[String]) -> Value {
    match texts {
        [one] if random.percent(60) => json!(one),
        _ => json!(texts),
    }
}

fn action_pattern(random: &mut Random, action: &str) -> String {
    let (service, name) = action.split_once(':').unwrap();
    match random.below(100) {
        0..50 => action.to_owned(),
        50..70 => format!("{service}:*"),
        70..76 => "*".to_owned(),
        76..82 => action.to_ascii_lowercase(),
        82..87 => format!("{service}:?{}", &name[1..]),
        87..92 => format!("{service}:*{}", &name[name.len() - 4..]),
        92..96 => format!("iot:{name}"),
        _ => "iot:Connect".to_owned(),
    }
}

/// The request's resource, edited: with variables for values, with wildcards, and perhaps a
/// character that makes it miss.
fn resource_pattern(random: &mut Random, context: &Value, resource: &str, fits: bool) -> String {
    if random.percent(4) {
        return "*".to_owned();
    }
    let mut segments: Vec<&str> = resource.splitn(6, ':').collect();
    let name = segments.pop().unwrap();
    let (kind, name) = name.split_once('/').unwrap();
    match random.below(100) {
        0..6 => segments[3] = "*",
        6..10 => segments[4] = "*",
        10..13 => segments[3] = "us-*",
        13..15 => segments[3] = "us-????-1",
        15..17 => segments[4] = "",
        // A `*` inside the ARN, with a segment too few.
        17..19 => _ = segments.splice(3..5, ["us-*"]),
        19..21 => segments.truncate(3),
        _ => {}
    }
    if segments.len() == 3 {
        segments.push("*");
        return segments.join(":");
    }
    let mut kind = kind.to_owned();
    match random.below(100) {
        0..4 => kind = "topic*".to_owned(),
        4..7 => kind = "*".to_owned(),
        _ => kind.push('/'),
    }

    // Each token is a character or a whole variable.
    let mut tokens: Vec<String> = name.chars().map(String::from).collect();
    if random.percent(60) {
        for _ in 0..1 + random.below(2) {
            insert_variable(random, context, &mut tokens);
        }
    }
    for _ in 0..random.below(3) {
        insert_wildcard(random, &mut tokens);
    }
    if !fits {
        let at = random.below(tokens.len() + 1);
        let other = random.pick(&[
            "a",
            "b",
            "/",
            "x",
            "+",
            "?",
            "${*}",
            "${iot:Thing.ThingName}",
        ]);
        tokens.insert(at, other.to_owned());
    }
    format!("{}:{kind}{}", segments.join(":"), tokens.concat())
}

/// Puts a variable in the place of its value; rarely, beside it.
fn insert_variable(random: &mut Random, context: &Value, tokens: &mut Vec<String>) {
    let all = variables(context);
    let Some((name, value)) = (!all.is_empty()).then(|| random.pick(&all)) else {
        return;
    };
    let variable = match random.below(100) {
        0..8 => format!("${{{}}}", name.to_ascii_lowercase()),
        8..16 => format!("${{{name}, 'a'}}"),
        16..18 => format!("$({name})"),
        18..19 => format!("${{{name}"),
        _ => format!("${{{name}}}"),
    };
    let value: Vec<String> = value.chars().map(String::from).collect();
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|start| !value.is_empty() && tokens[*start..].starts_with(&value))
        .collect();
    match starts.is_empty() {
        true if random.percent(15) => tokens.insert(random.below(tokens.len() + 1), variable),
        true => {}
        false => {
            let start = random.pick(&starts);
            tokens.splice(start..start + value.len(), [variable]);
        }
    }
}

/// Puts `*` or `?` in the place of some text, or `${*}` in the place of a real `*`.
fn insert_wildcard(random: &mut Random, tokens: &mut Vec<String>) {
    let at = random.below(tokens.len() + 1);
    match random.below(100) {
        0..45 if at < tokens.len() => tokens[at] = "?".to_owned(),
        0..55 => tokens.push("*".to_owned()),
        55..80 => {
            let end = at + random.below(tokens.len() - at + 1);
            tokens.splice(at..end, ["*".to_owned()]);
        }
        80..90 => tokens.insert(at, "*".to_owned()),
        _ => {
            for token in tokens.iter_mut() {
                if let "*" | "?" | "$" = token.as_str() {
                    *token = format!("${{{token}}}");
                }
            }
        }
    }
}

/// An operator, a key, and values that mostly fit what the request has.
fn condition(random: &mut Random, context: &Value, fit: usize) -> (String, String, Value) {
    let keys = [
        ("iot:ClientId", &context["client_id"]),
        ("iot:Connection.Thing.ThingName", &context["thing_name"]),
        ("iot:Connection.Thing.ThingTypeName", &context["thing_type"]),
        (
            "iot:Connection.Thing.Attributes[site]",
            &context["thing_attributes"]["site"],
        ),
        ("iot:Connection.Thing.IsAttached", &context["is_attached"]),
        ("iot:Connection.Thing.IsAttached", &context["is_attached"]),
        ("iot:CertificateId", &context["cert"]["id"]),
        (
            "iot:Certificate.Subject.CommonName",
            &context["cert"]["subject"]["CommonName"],
        ),
        (
            "iot:Certificate.Subject.CommonName.List",
            &context["cert"]["subject"]["CommonName"],
        ),
        (
            "iot:Certificate.Issuer.CommonName.List",
            &context["cert"]["issuer"]["CommonName"],
        ),
        ("iot:ConnectAttributes", &context["connect_attributes"]),
        ("iot:ConnectAttributes", &context["connect_attributes"]),
        ("iot:LastWillTopic", &context["last_will_topic"]),
        ("aws:SourceIp", &context["source_ip"]),
        ("iot:DomainName", &context["domain_name"]),
        ("iot:JobId", &context["extra"]["iot:JobId"]),
        ("aws:CurrentTime", &context["extra"]["aws:CurrentTime"]),
        (
            "aws:MultiFactorAuthAge",
            &context["extra"]["aws:MultiFactorAuthAge"],
        ),
    ];
    // Most keys are absent; a present one says more.
    let mut picked = random.pick(&keys);
    for _ in 0..2 {
        if picked.1.is_null() && random.percent(60) {
            picked = random.pick(&keys);
        }
    }
    let (key, given) = picked;
    let is_list = key.ends_with(".List") || key == "iot:ConnectAttributes";
    let order = random.pick(ORDERS);
    let mut operator = match key {
        "iot:Connection.Thing.IsAttached" => "Bool".to_owned(),
        "aws:SourceIp" => random.pick(&["IpAddress", "NotIpAddress"]).to_owned(),
        "iot:LastWillTopic" => random.pick(ARN_OPERATORS).to_owned(),
        "aws:CurrentTime" => format!("Date{order}"),
        "aws:MultiFactorAuthAge" => format!("Numeric{order}"),
        _ => random.pick(STRING_OPERATORS).to_owned(),
    };
    if is_list && random.percent(85) || random.percent(6) {
        operator = format!("{}{operator}", random.pick(SET_PREFIXES));
    }
    if random.percent(12) {
        operator.push_str("IfExists");
    }
    if random.percent(2) {
        operator = random
            .pick(&[
                "StringMatches",
                "NullIfExists",
                "ForAnyValue:Null",
                "For:Bool",
            ])
            .to_owned();
    }
    if random.percent(8) {
        let values = json!([random.pick(&["true", "false", "False"])]);
        return ("Null".to_owned(), key.to_owned(), values);
    }

    let fits = random.percent(fit);
    let mut values: Vec<Value> = match given {
        Value::Array(items) if fits => items.clone(),
        Value::String(_) | Value::Bool(_) if fits => vec![given.clone()],
        _ => Vec::new(),
    };
    if key == "iot:LastWillTopic" {
        let place = random.pick(&["arn:aws:iot:us-east-1:123456789012", "arn:aws:iot:*:*"]);
        for value in &mut values {
            *value = format!("{place}:topic/{}", value.as_str().unwrap()).into();
        }
    }
    let others: &[&str] = match key {
        "iot:Connection.Thing.IsAttached" => &["true", "false", "TRUE"],
        "aws:SourceIp" => &[
            "10.0.0.0/24",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "2001:db8::/32",
            "10.0.0.1",
        ],
        "iot:LastWillTopic" => &["arn:aws:iot:*:*:topic/a*", "arn:aws:iot:us-*:topic/?", "*"],
        "iot:ConnectAttributes" => &["PersistentConnect", "LastWill", "*"],
        "aws:CurrentTime" => &["2025-01-01T00:00:00Z", "2025-03-01", "1748781000", "soon"],
        "aws:MultiFactorAuthAge" => &["2", "5.5", "1e1", "many"],
        _ => &[
            "a",
            "B",
            "a*",
            "?",
            "*b",
            "${iot:ClientId}",
            "${iot:Connection.Thing.ThingName}",
        ],
    };
    for _ in 0..random.below(3) {
        values.push(random.pick(others).into());
    }
    match values.as_slice() {
        [one] if random.percent(50) => (operator, key.to_owned(), one.clone()),
        [Value::Bool(value)] => (operator, key.to_owned(), value.to_string().into()),
        _ => (operator, key.to_owned(), values.into()),
    }
}
