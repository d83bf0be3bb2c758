//! Topics and what follows from them: room in policies, fields that are set later, exceptions.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what it measured"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fleetwright::artifact;
use fleetwright::document::print::json_compact;
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{Context, Protocol, Reading, Request, authorize};
use fleetwright::facts::{self, ClientOperation};
use fleetwright::fleet::plan::{DevicePolicy, DeviceTopic, NoteKind, Plan, Statement, Use};
use fleetwright::fleet::{self, Files, Lowered, Unreadable, emit, spec};
use fleetwright::model::{
    Association, Attached, Attachment, Certificate, Date, Device, PolicySet, Thing, Topic,
    TopicFilter,
};
use fleetwright::source::{Source, SourceId, Text};

struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        fs::read(self.0.join(path)).map_err(|_| Unreadable::Missing)
    }
}

fn folder(example: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    fixtures.join(example)
}

fn text(example: &str) -> String {
    fs::read_to_string(folder(example).join("spec.yaml")).unwrap()
}

fn document(text: &str, syntax: Syntax) -> Document {
    let source = Source::new("file", text);
    Document::parse(&Text::of_source(SourceId::new(0), &source), syntax)
}

/// What the spec comes to, with the files of an example, or what is wrong with it.
fn lower(example: &str, text: &str, today: Option<&str>) -> Result<Lowered, Vec<String>> {
    let files = Folder(folder(example));
    let request = fleet::Request {
        files: &files,
        today: today.map(|day| Date::parse(day).unwrap()),
        environments: &[],
    };
    let said = |errors: Vec<fleet::Error>| errors.iter().map(ToString::to_string).collect();
    let spec = spec::read(&document(text, Syntax::Yaml)).map_err(said)?;
    fleet::lower(&spec, &request).map_err(said)
}

/// Characters without white space of one policy with all rights of a plan.
fn chars_in_one(plan: &Plan) -> usize {
    let mut statements: Vec<Statement> = Vec::new();
    for statement in plan.policies.iter().flat_map(|it| &it.statements) {
        match statements
            .iter_mut()
            .find(|it| it.action == statement.action)
        {
            Some(known) => known.resources.extend(statement.resources.clone()),
            None => statements.push(statement.clone()),
        }
    }
    chars(&DevicePolicy {
        name: String::new(),
        statements,
    })
}

fn chars(policy: &DevicePolicy) -> usize {
    let text = json_compact(&emit::policy_document(policy));
    text.chars().filter(|it| !it.is_whitespace()).count()
}

fn policies(plan: &Plan) -> PolicySet {
    let attached = plan.policies.iter().map(|policy| {
        let text = json_compact(&emit::policy_document(policy));
        let document = document(&text, Syntax::Json);
        let artifacts = artifact::read(&document);
        Attached {
            policy: artifacts.policies().next().unwrap().policy.clone(),
            attachment: Attachment::Certificate,
        }
    });
    PolicySet {
        policies: attached.collect(),
    }
}

const THING: &str = "EV00000001";

/// A device with these attributes.
fn device(attributes: &[(&str, &str)]) -> Device {
    let attributes = attributes
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    Device {
        client_id: Some(THING.into()),
        thing: Some(Thing {
            name: THING.into(),
            thing_type: None,
            attributes: attributes.collect::<BTreeMap<_, _>>(),
            association: Some(Association::NonExclusive),
        }),
        certificate: None,
    }
}

fn is_allowed(set: &PolicySet, plan: &Plan, device: &Device, action: &str, name: &str) -> bool {
    let kind = if action == "iot:Subscribe" {
        "topicfilter"
    } else {
        "topic"
    };
    let request = Request {
        device: device.clone(),
        action: action.into(),
        resource: plan.deployment.arn(&format!("{kind}/{name}")).into(),
        context: Context::default(),
    };
    let passes = |reading| authorize(set, &request, reading).is_allowed();
    assert_eq!(
        passes(Reading::Documented),
        passes(Reading::Cautious),
        "{name}"
    );
    passes(Reading::Documented)
}

/// The third example of the grammar, as far as its topics go.
fn third(budget: &str) -> String {
    let without = ["firmware:"];
    let spec = text("voltra");
    let lines = spec
        .lines()
        .filter(|line| !without.iter().any(|it| line.trim().starts_with(it)));
    let spec: String = lines.map(|line| format!("{line}\n")).collect();
    spec.replace("budget: split", budget)
}

fn with_budget(example: &str, budget: &str) -> String {
    text(example).replace("accounts:", &format!("policy: {{ {budget} }}\naccounts:"))
}

/// What the rights of the examples take at most: exactly, in one policy; and rounded up, in how many policies
/// of how many characters, and together.
const ROOM: [(&str, usize, &str, usize); 3] = [
    (
        "meters",
        3_547,
        "budget: own-subtree, characters: 1254",
        1_254,
    ),
    (
        "thermo",
        2_590,
        "budget: own-subtree, characters: 1447",
        1_447,
    ),
    (
        "voltra",
        6_483,
        "budget: split, characters: 1400, policies: 2",
        2_615,
    ),
];

#[test]
fn rights_take_no_more_room_than_measured_and_each_rounding_has_a_witness() {
    for (example, exact_at_most, budget, at_most) in ROOM {
        let of = |budget: &str| match example {
            "voltra" => third(budget),
            _ => with_budget(example, budget),
        };
        let exact = lower(example, &of("budget: exact"), None).unwrap();
        let plan = &exact.plans[0];
        let measured = chars_in_one(plan);
        println!(
            "{example}: {measured} exactly, in {} policies",
            plan.policies.len()
        );
        assert!(measured <= exact_at_most, "{example}: {measured}");
        assert!(!exact.notes.iter().any(|it| is_rounded(&it.kind)));

        let rounded = lower(example, &of(budget), None).unwrap();
        let plan = &rounded.plans[0];
        let sizes: Vec<usize> = plan.policies.iter().map(chars).collect();
        println!("{example}: {sizes:?} with `{budget}`");
        let together: usize = sizes.iter().sum();
        assert!(together <= at_most, "{sizes:?}");
        let before = policies(&exact.plans[0]);
        let after = policies(plan);
        let device = device(&[("tenant", "acme"), ("serial", "SN0001")]);
        let mut roundings = 0;
        for note in &rounded.notes {
            let NoteKind::Rounded {
                action, example, ..
            } = &note.kind
            else {
                continue;
            };
            roundings += 1;
            let name = example
                .replace("{thing}", THING)
                .replace("{tenant}", "acme");
            println!("  {action} on {example}");
            assert!(!is_allowed(&before, plan, &device, action, &name), "{name}");
            assert!(is_allowed(&after, plan, &device, action, &name), "{name}");
        }
        assert!(roundings > 0, "{example}");
    }
}

fn is_rounded(kind: &NoteKind) -> bool {
    matches!(kind, NoteKind::Rounded { .. })
}

/// A pattern stands for topics of AWS: of all that AWS documents, with whatever shadow, job or stream, a device
/// may do what it was granted topic by topic, and nothing else.
#[test]
fn a_pattern_for_topics_of_aws_covers_no_other_that_is_documented() {
    for example in ["meters", "thermo", "voltra"] {
        let budget = |text: &str| text.replace("budget: split", "budget: exact");
        let spec = match example {
            "voltra" => budget(&text(example)),
            _ => with_budget(example, "budget: exact"),
        };
        let lowered = lower(example, &spec, None).unwrap();
        let patterns = lowered.notes.iter().filter_map(|it| match &it.kind {
            NoteKind::Documented {
                action, example, ..
            } => Some((*action, example.replace("{thing}", THING))),
            _ => None,
        });
        let patterns: Vec<(&str, String)> = patterns.collect();
        assert!(patterns.len() >= 2, "{example}: {patterns:?}");
        let plan = &lowered.plans[0];
        let set = policies(plan);
        let device = device(&[("tenant", "acme")]);
        for (action, name) in &patterns {
            assert!(is_allowed(&set, plan, &device, action, name), "{name}");
            let mut documented = facts::reserved_topics().iter();
            assert!(!documented.any(|it| it.matches(name)), "{name}");
        }
        let mut asked = 0;
        for topic in facts::reserved_topics() {
            if !topic.pattern.starts_with("$aws/things/{thing}/") {
                continue;
            }
            for hole in ["config", "other", "$next", "get", "notify"] {
                let of_thing = topic.pattern.replace("{thing}", THING);
                let level = |it: &str| match it.starts_with('{') {
                    true => hole.to_owned(),
                    false => it.to_owned(),
                };
                let name: Vec<String> = of_thing.split('/').map(level).collect();
                let name = name.join("/");
                for (action, operation, does) in [
                    ("iot:Subscribe", ClientOperation::Subscribe, Use::Subscribe),
                    ("iot:Receive", ClientOperation::Receive, Use::Subscribe),
                    ("iot:Publish", ClientOperation::Publish, Use::Publish),
                ] {
                    let mut all = facts::reserved_topics().iter();
                    if !all.any(|it| it.matches(&name) && it.allows(operation)) {
                        continue;
                    }
                    let own = plan.topics.iter().filter(|it| it.does == does);
                    let is_asked = |it: &DeviceTopic| {
                        let filter = it.topic.replace("{thing}", THING).replace("{any}", "+");
                        TopicFilter::new(&filter)
                            .is_ok_and(|it| it.matches(&Topic::new(&name).unwrap()))
                    };
                    let is_granted = own.into_iter().any(is_asked);
                    // What a wildcard of `jobs` crosses is noted as such.
                    if name.contains("/jobs/") && does == Use::Publish {
                        continue;
                    }
                    asked += 1;
                    let is_open = is_allowed(&set, plan, &device, action, &name);
                    assert_eq!(is_open, is_granted, "{example}: {action} on {name}");
                }
            }
        }
        assert!(asked > 100, "{asked}");
    }
}

#[test]
fn rounding_goes_on_where_ten_policies_are_too_few() {
    let topics: String = (0..400)
        .map(|at| {
            format!(
                "  t{at}: {{ topic: \"dt/{{thing}}/group-{}/value-{at}\", device: publish }}\n",
                at % 8
            )
        })
        .collect();
    let with = |budget| {
        let spec = with_budget("meters", budget);
        spec.replace("topics:\n", &format!("topics:\n{topics}"))
    };
    let exact = lower("meters", &with("budget: exact"), None).unwrap_err();
    assert!(
        exact.iter().any(|it| it.contains("at most 10 are allowed")),
        "{exact:?}"
    );
    let split = lower("meters", &with("budget: split"), None).unwrap();
    let plan = &split.plans[0];
    assert!(plan.policies.len() == 10, "{}", plan.policies.len());
    assert!(plan.policies.iter().all(|it| chars(it) <= 2_048));
    let roundings = split
        .notes
        .iter()
        .filter(|it| matches!(it.kind, NoteKind::Rounded { .. }));
    assert!((1..16).contains(&roundings.count()));
}

#[test]
fn until_a_field_is_set_its_topics_are_denied() {
    let lowered = lower("voltra", &text("voltra"), None).unwrap();
    for plan in &lowered.plans {
        let set = policies(plan);
        let (before, after) = (device(&[]), device(&[("tenant", "acme")]));
        let mut asked = 0;
        for statement in plan.policies.iter().flat_map(|it| &it.statements) {
            for resource in &statement.resources {
                let Some((_, name)) = resource.arn.split_once("topic") else {
                    continue;
                };
                let name = name.trim_start_matches("filter").trim_start_matches('/');
                let tenant = "${iot:Connection.Thing.Attributes[tenant]}";
                if !name.contains(tenant) {
                    continue;
                }
                asked += 1;
                let name = name
                    .replace("${iot:Connection.Thing.ThingName}", THING)
                    .replace('*', "x");
                for value in ["acme", "", "*", tenant] {
                    let name = name.replace(tenant, value);
                    assert!(
                        !is_allowed(&set, plan, &before, statement.action, &name),
                        "{name}"
                    );
                }
                let name = name.replace(tenant, "acme");
                assert!(
                    is_allowed(&set, plan, &after, statement.action, &name),
                    "{name}"
                );
            }
        }
        assert!(asked >= 10, "{asked}");
        // The template of the method that does not know it leaves it out.
        let attributes = |name: &str| {
            let mut registrations = plan.registrations.iter();
            let template = &registrations.find(|it| *it.name == *name).unwrap().template;
            template
                .attributes
                .iter()
                .map(|it| it.0.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(attributes("factory"), ["model"]);
        assert_eq!(attributes("retrofit"), ["model", "tenant"]);
    }
}

#[test]
fn a_service_gets_its_own_ends_of_topics_and_no_more() {
    let rights = |lowered: &Lowered| -> Vec<(String, Vec<String>)> {
        let statements = lowered.plans[0].services[0].statements.iter();
        let name = |arn: &String| arn.splitn(6, ':').last().unwrap().to_owned();
        let of = statements.map(|it| {
            let names = it.resources.iter().map(name);
            (it.actions[0].to_owned(), names.collect())
        });
        of.collect()
    };
    let expected = |rights: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        let rights = rights.iter();
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        rights.map(|it| (it.0.to_owned(), names(it.1))).collect()
    };
    // It writes; beside, it sets the tenant.
    let lowered = lower("voltra", &text("voltra"), None).unwrap();
    assert_eq!(lowered.plans[0].services[0].role, "voltra-csms-dev");
    assert_eq!(
        rights(&lowered),
        expected(&[
            (
                "iot:Publish",
                &[
                    "topic/ocpp/*/*/cmd/*",
                    "topic/cfg/*/*",
                    "topic/cfg/*/all",
                    "topic/ocpp/*/*/call/*",
                ]
            ),
            ("iot:RetainPublish", &["topic/cfg/*/*", "topic/cfg/*/all"]),
            ("iot:UpdateThing", &["thing/EV*"]),
        ])
    );
    let alone = lowered.notes.iter().filter_map(|it| match &it.kind {
        NoteKind::OneEnd { does, topic } => Some((*does, &**topic)),
        _ => None,
    });
    let alone: Vec<(&str, &str)> = alone.collect();
    let unread = ["meter", "status", "session"].map(|topic| ("reads", topic));
    assert_eq!(alone, unread);
    // It reads over MQTT, under client ids of its own.
    let lowered = lower("chargers", &text("chargers"), None).unwrap();
    assert_eq!(
        rights(&lowered),
        expected(&[
            ("iot:Publish", &["topic/ocpp/*/cmd/*", "topic/notice/*"]),
            ("iot:Connect", &["client/chargers-dev-csms-*"]),
            ("iot:Subscribe", &["topicfilter/ocpp/+/meter"]),
            ("iot:Receive", &["topic/ocpp/*/meter"]),
        ])
    );
}

/// The third example: that no device is in two environments of one place is a promise, and so is what a
/// claim of AWS's own may do.
#[test]
fn what_an_example_takes_for_granted_is_said() {
    let lowered = lower("voltra", &text("voltra"), None).unwrap();
    let shared = lowered.notes.iter().filter_map(|it| match &it.kind {
        NoteKind::SharedThings { first, second, .. } => Some((&**first, &**second)),
        _ => None,
    });
    assert_eq!(shared.collect::<Vec<_>>(), [("dev", "staging")]);
    let claims = lowered.notes.iter().filter_map(|it| match &it.kind {
        NoteKind::RightsOfAws { method, page } => Some((&**method, *page)),
        _ => None,
    });
    let page = "https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html";
    assert_eq!(claims.collect::<Vec<_>>(), [("retrofit", page)]);
}

#[test]
fn an_exception_ends_on_its_last_day() {
    let spec = text("chargers").replace(
        "because: \"all below notice/ is public\"",
        "because: \"all below notice/ is public\", until: \"2026-12-31\"",
    );
    let lowered = lower("chargers", &spec, Some("2026-12-31")).unwrap();
    let is_let_pass = |it: &NoteKind| matches!(it, NoteKind::LetPass { .. });
    assert!(lowered.notes.iter().any(|it| is_let_pass(&it.kind)));
    let unchecked = lower("chargers", &spec, None).unwrap();
    let is_unchecked = |it: &NoteKind| matches!(it, NoteKind::EndUnchecked(_));
    assert!(unchecked.notes.iter().any(|it| is_unchecked(&it.kind)));
    let ended = lower("chargers", &spec, Some("2027-01-01")).unwrap_err();
    assert_eq!(ended, ["the exception ended on 2026-12-31"]);
}

/// Over HTTPS a device publishes where the spec says so, to what its certificate says is its own, and nowhere
/// else; over MQTT it publishes there as well.
#[test]
fn over_https_only_what_is_said_is_open() {
    let lowered = lower("chargers", &text("chargers"), None).unwrap();
    let plan = &lowered.plans[0];
    let set = policies(plan);
    let topics = plan.topics.iter().filter(|it| it.https);
    let topics: Vec<&str> = topics.map(|it| &*it.topic).collect();
    assert_eq!(topics, ["alarm/{thing}"]);
    let certificate = |name: &str| {
        let mut certificate = Certificate::default();
        certificate
            .subject
            .insert("CommonName".into(), vec![name.into()]);
        certificate
    };
    let asks = |protocol, action: &str, name: &str| {
        let client = (protocol == Protocol::Mqtt).then(|| THING.into());
        let request = Request {
            device: Device {
                client_id: client,
                certificate: Some(certificate(THING)),
                ..device(&[])
            },
            action: action.into(),
            resource: plan.deployment.arn(name).into(),
            context: Context {
                protocol,
                ..Context::default()
            },
        };
        [Reading::Documented, Reading::Cautious]
            .map(|reading| authorize(&set, &request, reading).is_allowed())
    };
    for action in ["iot:Publish", "iot:RetainPublish"] {
        for protocol in [Protocol::Mqtt, Protocol::Https] {
            assert_eq!(asks(protocol, action, "topic/alarm/EV00000001"), [true; 2]);
            assert_eq!(asks(protocol, action, "topic/alarm/EV00000002"), [false; 2]);
        }
    }
    let mqtt = "topic/ocpp/EV00000001/meter";
    assert_eq!(asks(Protocol::Mqtt, "iot:Publish", mqtt), [true; 2]);
    let refused = [
        ("iot:Publish", mqtt),
        ("iot:Publish", "topic/$aws/things/EV00000001/jobs/get"),
        ("iot:GetRetainedMessage", "topic/alarm/EV00000001"),
        ("iot:Connect", "client/EV00000001"),
    ];
    for (action, name) in refused {
        assert_eq!(asks(Protocol::Https, action, name), [false; 2], "{name}");
    }
}

/// The names of Regions have lengths of their own, and an identity pool's id holds one: the module is one
/// all the same, and so are the policies.
#[test]
fn all_regions_of_an_environment_share_its_module() {
    for example in ["voltra", "retrofit", "chargers"] {
        let lowered = lower(example, &text(example), None).unwrap();
        let prod = lowered.plans.iter();
        let prod = prod.filter(|it| &*it.deployment.environment == "prod");
        let prod: Vec<&Plan> = prod.collect();
        assert_eq!(prod.len(), 2, "{example}");
        let modules = emit::modules(&prod, &|_| "spec.yaml:1".to_owned());
        assert_eq!(modules.len(), 1, "{example}");
        assert_eq!(modules[0].name, "prod");
        let rights = |plan: &Plan| {
            let policies = plan.policies.iter();
            let documents = policies.map(|it| json_compact(&emit::policy_document(it)));
            let own = documents.map(|it| it.replace(&*plan.deployment.region, "*"));
            own.collect::<Vec<_>>()
        };
        assert_eq!(rights(prod[0]), rights(prod[1]), "{example}");
    }
}
