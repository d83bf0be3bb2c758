//! Hostile texts through the whole linter: no panic on a small stack, an error with a place where a
//! limit is hit, and time in proportion to the length.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends with a panic"
)]

use std::time::{Duration, Instant};

use fleetwright::artifact::{MAX_EMBEDDED_BYTES, MAX_POLICIES_BYTES, MIN_POLICY_BYTES};
use fleetwright::document::{
    ErrorKind, MAX_DEPTH, MAX_EMBEDDING, MAX_ERRORS, MAX_NODES, MAX_TEXT_BYTES, Syntax,
};
use fleetwright::lint::{File, Finding, Given, check};
use fleetwright::source::SourceId;

mod files;

/// What is asked of a hostile text.
struct Linted {
    errors: Vec<(ErrorKind, std::ops::Range<usize>)>,
    /// Rules with their places, in order.
    findings: Vec<(&'static str, std::ops::Range<usize>)>,
    policies: usize,
    unresolved: usize,
    time: Duration,
}

impl Linted {
    fn count(&self, rule: &str) -> usize {
        self.findings.iter().filter(|(it, _)| *it == rule).count()
    }
}

/// Reads, lints and drops a text on a stack of 1 MiB.
fn lint(text: &str, syntax: Syntax) -> Linted {
    let text = text.to_owned();
    let run = move || {
        let sources = files::one("hostile", &text);
        let begin = Instant::now();
        let file = File::read(&sources, SourceId::new(0), syntax, Given::ByName).unwrap();
        let found = check(&file);
        let errors = file.document.errors().iter();
        let errors: Vec<_> = errors
            .map(|error| (error.kind.clone(), error.span.range()))
            .collect();
        let rule = |it: &Finding| (it.rule.id(), it.primary.span.range());
        let findings: Vec<_> = found.iter().map(rule).collect();
        let policies = file.artifacts.policies().count();
        let unresolved = file.artifacts.unresolved.len();
        drop((file, found));
        let time = begin.elapsed();
        for (_, range) in &errors {
            assert!(text.get(range.clone()).is_some(), "{range:?}");
        }
        for (rule, range) in &findings {
            assert!(text.get(range.clone()).is_some(), "{rule} at {range:?}");
        }
        Linted {
            errors,
            findings,
            policies,
            unresolved,
            time,
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(run).unwrap().join().expect("no panic")
}

/// The text is hit by this limit, and by nothing else, and a finding says so.
#[track_caller]
fn assert_limit(text: &str, syntax: Syntax, limit: &ErrorKind) {
    let linted = lint(text, syntax);
    let kinds: Vec<_> = linted.errors.iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [limit], "{text:.40}");
    assert_eq!(linted.count("invalid-syntax"), 1, "{text:.40}");
}

/// Four times the text takes about four times as long: at most half of what the square would. Times
/// of a shared machine vary, so one of several tries has to show it.
#[track_caller]
fn assert_linear(name: &str, small: usize, make: impl Fn(usize) -> String, syntax: Syntax) {
    let mut tries = Vec::new();
    for _ in 0..4 {
        let short = lint(&make(small), syntax).time;
        let long = lint(&make(4 * small), syntax).time;
        if long < Duration::from_millis(100) || long < 8 * short {
            return println!("{name}: {short:?}, {long:?}");
        }
        tries.push((short, long));
    }
    panic!("{name}: {small} and {} take {tries:?}", 4 * small);
}

/// A policy of AWS IoT with these statements.
fn policy(statements: impl Iterator<Item = String>) -> String {
    let statements: Vec<_> = statements.collect();
    let statements = statements.join(",\n");
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

fn statement(action: &str, resource: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "arn:aws:iot:eu-west-1:123456789012:{resource}"}}"#
    )
}

/// A stack with these resources.
fn stack(resources: impl Iterator<Item = String>) -> String {
    let resources: Vec<_> = resources.collect();
    format!(r#"{{"Resources": {{{}}}}}"#, resources.join(",\n"))
}

fn resource(name: &str, kind: &str, properties: &str) -> String {
    format!(r#""{name}": {{"Type": "AWS::IoT::{kind}", "Properties": {{{properties}}}}}"#)
}

/// A stack with one policy whose resource is this expression.
fn stack_on(resource_expression: &str) -> String {
    let document = format!(
        r#""PolicyDocument": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
           "Action": "iot:Publish", "Resource": {resource_expression}}}]}}"#
    );
    stack(std::iter::once(resource("P", "Policy", &document)))
}

/// `text` as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn nesting_has_a_limit() {
    for (start, syntax) in [
        ("[", Syntax::Json),
        ("{\"a\":", Syntax::Json),
        ("{\"Statement\":", Syntax::Json),
        ("{\"Fn::Join\":[\"\",[", Syntax::Json),
        ("[", Syntax::Yaml),
        ("{a: ", Syntax::Yaml),
        ("- ", Syntax::Yaml),
        ("!Sub [", Syntax::Yaml),
    ] {
        assert_limit(&start.repeat(100_000), syntax, &ErrorKind::TooDeep);
    }
}

#[test]
fn nesting_below_the_limit_fits_on_a_small_stack() {
    // Eight levels stand around the expression.
    let depth = MAX_DEPTH - 8;
    let join = |depth: usize| {
        let open = r#"{"Fn::Join": ["", ["#.repeat(depth / 3);
        format!("{open}\"x\"{}", "]]}".repeat(depth / 3))
    };
    let linted = lint(&stack_on(&join(depth)), Syntax::Json);
    assert_eq!(linted.errors, []);
    assert_eq!(linted.policies, 1);
    let lists = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let maps = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for value in [lists, maps] {
        assert_eq!(lint(&stack_on(&value), Syntax::Json).errors, []);
        let properties = format!(r#""ThingName": {value}"#);
        let template = stack(std::iter::once(resource("T", "Thing", &properties)));
        let configuration = format!(
            r#"{{"templateBody": {}, "roleArn": "arn:aws:iam::123456789012:role/r"}}"#,
            quoted(&template)
        );
        assert_eq!(lint(&configuration, Syntax::Json).errors, []);
    }
}

#[test]
fn aliases_have_a_limit() {
    let itself = lint("x: &a [*a]\n", Syntax::Yaml);
    let kinds: Vec<_> = itself.errors.iter().map(|(kind, _)| kind).collect();
    assert!(matches!(*kinds, [ErrorKind::UnknownAlias(_)]), "{kinds:?}");

    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let inner = format!("*a{}", level - 1);
        let inner = [inner.as_str(); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    assert_limit(&bomb, Syntax::Yaml, &ErrorKind::TooManyAliasedNodes);
}

#[test]
fn a_long_text_behind_many_aliases_has_a_limit() {
    // Each of the aliases stands for a resource with a long policy in it.
    let make = |count: usize| {
        let statement = statement("iot:Publish", "topic/x");
        let document = policy(std::iter::repeat_n(statement, 200));
        let mut text = format!(
            "Resources:\n  P: &p {{Type: AWS::IoT::Policy, Properties: {{PolicyDocument: '{document}'}}}}\n"
        );
        for index in 0..count {
            text.push_str(&format!("  P{index}: *p\n"));
        }
        text
    };
    assert_linear("aliases of a policy", 50, make, Syntax::Yaml);
    // What the aliases stand for is over the limit of texts in strings, too.
    let linted = lint(&make(1_000), Syntax::Yaml);
    let kinds: Vec<_> = linted.errors.iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [&ErrorKind::TooManyAliasedNodes]);
    assert_eq!(linted.count("invalid-syntax"), 2);
}

#[test]
fn values_have_a_limit() {
    let text = format!("[{}1]", "1,".repeat(MAX_NODES));
    assert_limit(&text, Syntax::Json, &ErrorKind::TooManyNodes);
    let text = format!("[{}1]", "1,".repeat(MAX_NODES));
    assert_limit(&text, Syntax::Yaml, &ErrorKind::TooManyNodes);
}

#[test]
fn policies_have_a_limit() {
    let at_limit = |text: &str| {
        let linted = lint(text, Syntax::Json);
        assert_eq!(linted.errors, [], "{text:.40}");
        assert_eq!(linted.count("malformed-policy"), 1, "{text:.40}");
        let found = linted.findings.iter();
        let mut found = found.filter(|(rule, _)| *rule == "malformed-policy");
        found.next().unwrap().1.start
    };
    let many = |n: usize, entry: &str| vec![entry; n].join(",");
    // Many entries, one long entry, many statements, many values of a condition.
    let entries = r#"{"Effect": "Allow", "Action": "iot:Publish", "Resource": [#]}"#;
    let entries = entries.replace('#', &many(10_000, r#""arn:aws:iot:eu-west-1:1:topic/a""#));
    let long = statement("iot:Publish", &format!("topic/{}", "*?".repeat(50_000)));
    let statements = many(2_000, &statement("iot:Publish", "topic/x"));
    let values = format!(
        r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"StringLike": {{"k": [{}]}}}}}}"#,
        many(10_000, r#""v""#)
    );
    for over in [entries, long, statements, values] {
        let text = policy([statement("iot:Publish", "topic/first"), over].into_iter());
        assert!(at_limit(&text) > text.find("first").unwrap());
    }
    // Of the policies behind the limit of a file one finding speaks.
    let document = policy(std::iter::repeat_n(
        statement("iot:Publish", "topic/x"),
        100,
    ));
    let properties = format!(r#""PolicyDocument": {document}"#);
    at_limit(&stack(
        (0..500).map(|it| resource(&format!("P{it}"), "Policy", &properties)),
    ));
}

#[test]
fn a_long_string_is_read_from_its_start() {
    let first = statement("iot:Publishh", "topic/first");
    let document = policy(
        std::iter::once(first)
            .chain((0..40_000).map(|it| statement("iot:Publish", &format!("topic/{it}")))),
    );
    let json = stack(std::iter::once(resource(
        "P",
        "Policy",
        &format!(r#""PolicyDocument": {}"#, quoted(&document)),
    )));
    let lines = document.replace('\n', "\n        ");
    let yaml = format!(
        "Resources:\n  P:\n    Type: AWS::IoT::Policy\n    Properties:\n      PolicyDocument: |\n        {lines}\n"
    );
    for (text, syntax) in [(json, Syntax::Json), (yaml, Syntax::Yaml)] {
        assert!(text.len() > 2 * MAX_TEXT_BYTES);
        let linted = lint(&text, syntax);
        assert_eq!(linted.errors, []);
        // What stands at the start is found, and each limit has its place, in order.
        let at = |rule: &str| {
            let mut found = linted.findings.iter().filter(|(it, _)| *it == rule);
            let place = found.next().unwrap().1.start;
            assert_eq!(found.next(), None, "{rule}");
            place
        };
        let places = [
            at("unknown-action"),
            at("malformed-policy"),
            at("invalid-syntax"),
        ];
        assert!(places.is_sorted(), "{places:?}");
        let start = text.find("Statement").unwrap();
        assert!((MAX_TEXT_BYTES - 1_000..=MAX_TEXT_BYTES + 1_000).contains(&(places[2] - start)));
    }
}

#[test]
fn what_a_file_holds_together_has_a_limit() {
    let document = quoted(&policy(
        (0..20).map(|_| statement("iot:Publishh", "topic/x")),
    ));
    let text = stack((0..2_000).map(|it| {
        let properties = format!(r#""PolicyDocument": {document}"#);
        resource(&format!("P{it}"), "Policy", &properties)
    }));
    let linted = lint(&text, Syntax::Json);
    assert_eq!(linted.count("malformed-policy"), 1);
    assert!(linted.count("unknown-action") > 1_000);

    let spaces = quoted(&format!("{{{}}}", " ".repeat(10_000)));
    let text = stack((0..400).map(|it| {
        resource(
            &format!("P{it}"),
            "Policy",
            &format!(r#""PolicyDocument": {spaces}"#),
        )
    }));
    let linted = lint(&text, Syntax::Json);
    assert_eq!(linted.count("invalid-syntax"), 1);
    assert_eq!(linted.policies, MAX_EMBEDDED_BYTES / 10_002);

    let text = stack((0..20_000).map(|it| resource(&format!("T{it}"), "Thing", "")));
    assert_eq!(lint(&text, Syntax::Json).count("invalid-syntax"), 1);
    let parameter = |it: usize| format!(r#""P{it}": {{"Type": "String"}}"#);
    let parameters: Vec<_> = (0..20_000).map(parameter).collect();
    let text = format!(
        r#"{{"Parameters": {{{}}}, "DeviceConfiguration": {{}}, "Resources": {{}}}}"#,
        parameters.join(",")
    );
    assert_eq!(lint(&text, Syntax::Json).count("invalid-syntax"), 1);

    let text = stack(
        (0..20_000).map(|it| resource(&format!("P{it}"), "Policy", r#""PolicyDocument": {}"#)),
    );
    let policies = lint(&text, Syntax::Json).policies;
    assert_eq!(policies, MAX_POLICIES_BYTES / MIN_POLICY_BYTES + 1);
}

#[test]
fn findings_have_a_limit() {
    let elements: String = (0..1_000).map(|it| format!(r#""a{it}": 1, "#)).collect();
    let statement = statement("iot:Publish", "topic/x").replacen('{', &format!("{{{elements}"), 1);
    let properties = format!(
        r#""PolicyDocument": {}"#,
        policy(std::iter::once(statement))
    );
    let text = stack((0..20).map(|it| resource(&format!("P{it}"), "Policy", &properties)));
    assert_eq!(lint(&text, Syntax::Json).count("malformed-policy"), 10_001);
}

#[test]
fn errors_have_a_limit() {
    let text = format!("{{{}\"a\": 1}}", "\"a\": 1,\n".repeat(20_000));
    let linted = lint(&text, Syntax::Json);
    assert_eq!(linted.errors.len(), MAX_ERRORS + 1);
    assert_eq!(linted.errors.last().unwrap().0, ErrorKind::TooManyErrors);
}

#[test]
fn texts_inside_of_strings_have_a_limit() {
    let document = policy(std::iter::once(statement("iot:Publishh", "topic/x")));
    // One level each: a template in a configuration, a policy in the template.
    let template = stack(std::iter::once(resource(
        "P",
        "Policy",
        &format!(r#""PolicyDocument": {}"#, quoted(&document)),
    )));
    let configuration = format!(
        r#"{{"templateBody": {}, "roleArn": "arn:aws:iam::123456789012:role/r"}}"#,
        quoted(&template)
    );
    let linted = lint(&configuration, Syntax::Json);
    assert_eq!((linted.count("unknown-action"), linted.unresolved), (1, 0));
    // Each string in a string doubles the backslashes, and is none of the texts that are read.
    let mut text = document;
    for _ in 0..=MAX_EMBEDDING {
        text = format!(r#"{{"policyDocument": {}}}"#, quoted(&text));
    }
    let linted = lint(&text, Syntax::Json);
    assert_eq!(linted.errors, []);
    assert_eq!(linted.policies, 0);
}

#[test]
fn long_strings_take_linear_time() {
    let on = |topic: String| policy(std::iter::once(statement("iot:Publish", &topic)));
    let repeat = |part: &'static str| move |n: usize| on(format!("topic/{}", part.repeat(n)));
    for part in [
        "x",
        "*",
        "?*",
        "?",
        "${",
        "${iot:ClientId}",
        "${a}",
        "${*}",
        "$",
        "#",
        "/+",
        "a/",
        ":",
        "}",
        "\\\\",
        "\\u00fc",
        "${iot:ClientId",
        "ü",
    ] {
        assert_linear(part, 25_000, repeat(part), Syntax::Json);
    }
    let action = |n: usize| policy(std::iter::once(statement(&"iot:P*?".repeat(n), "topic/x")));
    assert_linear("action", 10_000, action, Syntax::Json);
    let name = |n: usize| policy(std::iter::once(statement(&"P".repeat(n), "topic/x")));
    assert_linear("name of an action", 25_000, name, Syntax::Json);
    let capitals = |n: usize| policy(std::iter::once(statement(&"iot:PublisH".repeat(n), "x")));
    assert_linear("words of an action", 10_000, capitals, Syntax::Json);
    let effect = |n: usize| {
        let effect = format!(r#""Effect": "{}""#, "A".repeat(n));
        policy(std::iter::once(statement("iot:Publish", "topic/x")))
            .replace(r#""Effect": "Allow""#, &effect)
    };
    assert_linear("effect", 25_000, effect, Syntax::Json);
    let key = |n: usize| {
        let condition = format!(
            r#""Condition": {{"{0}": {{"{0}": "${{{0}}}"}}}}, "Effect""#,
            "k".repeat(n)
        );
        policy(std::iter::once(statement("iot:Publish", "topic/x")))
            .replace(r#""Effect""#, &condition)
    };
    assert_linear("condition", 25_000, key, Syntax::Json);
    let element = |n: usize| {
        let element = format!(r#""{}": 1, "Effect""#, "k".repeat(n));
        policy(std::iter::once(statement("iot:Publish", "topic/x")))
            .replace(r#""Effect""#, &element)
    };
    assert_linear("element", 25_000, element, Syntax::Json);
    let megabyte = lint(&on(format!("topic/{}", "*a".repeat(1 << 19))), Syntax::Json);
    assert_eq!(megabyte.errors, []);
}

#[test]
fn long_substitutions_take_linear_time() {
    for part in ["${", "${a}", "${!a}", "${!", "${AWS::Region}", "${A.B}x"] {
        let make = |n: usize| {
            stack_on(&format!(
                r#"{{"Fn::Sub": "arn:aws:iot:${{AWS::Region}}:1:topic/{}"}}"#,
                part.repeat(n)
            ))
        };
        assert_linear(part, 25_000, make, Syntax::Json);
        let make = |n: usize| {
            let document = policy(std::iter::once(statement(
                "iot:Publish",
                &format!("topic/{}", part.repeat(n)),
            )));
            let document = format!(r#""PolicyDocument": {{"Fn::Sub": {}}}"#, quoted(&document));
            stack(std::iter::once(resource("P", "Policy", &document)))
        };
        assert_linear(part, 25_000, make, Syntax::Json);
    }
    let own = |n: usize| {
        let values: Vec<_> = (0..n).map(|it| format!(r#""V{it}": "v""#)).collect();
        let uses: String = (0..n).map(|it| format!("${{V{it}}}")).collect();
        stack_on(&format!(
            r#"{{"Fn::Sub": ["{uses}", {{{}}}]}}"#,
            values.join(",")
        ))
    };
    assert_linear("values of its own", 2_500, own, Syntax::Json);
    let join = |n: usize| {
        let parts = vec![r#"{"Ref": "AWS::Region"}, "x""#; n].join(",");
        stack_on(&format!(
            r#"{{"Fn::Join": ["/", ["arn:aws:iot:", {parts}]]}}"#
        ))
    };
    assert_linear("parts of a join", 10_000, join, Syntax::Json);
    let split = |n: usize| {
        stack_on(&format!(
            r#"{{"Fn::Select": [1, {{"Fn::Split": ["/", "{}"]}}]}}"#,
            "a/".repeat(n)
        ))
    };
    assert_linear("parts of a split", 25_000, split, Syntax::Json);
}

#[test]
fn expressions_that_grow_end_as_open_values() {
    // Each level doubles the text of the level below.
    let mut doubled = "\"x\"".to_owned();
    let mut joined = "\"x\"".to_owned();
    let mut open = r#"{"Ref": "X"}"#.to_owned();
    for _ in 0..35 {
        doubled = format!(r#"{{"Fn::Sub": ["${{a}}${{a}}", {{"a": {doubled}}}]}}"#);
        open = format!(r#"{{"Fn::Sub": ["${{a}}${{a}}", {{"a": {open}}}]}}"#);
        joined = format!(r#"{{"Fn::Join": [{joined}, ["a", "b", "c", "d"]]}}"#);
    }
    for expression in [doubled, joined, open] {
        let linted = lint(&stack_on(&expression), Syntax::Json);
        assert_eq!((linted.errors.len(), linted.policies), (0, 1));
    }
    let wide = |n: usize| {
        let uses = "${a}".repeat(n);
        stack_on(&format!(
            r#"{{"Fn::Sub": ["{uses}", {{"a": "{}"}}]}}"#,
            "x".repeat(n)
        ))
    };
    assert_linear("a long value, often", 25_000, wide, Syntax::Json);
}

#[test]
fn odd_arguments_leave_a_value_open() {
    for argument in [
        "null",
        "1",
        "\"x\"",
        "[]",
        "[1]",
        "{}",
        "[null, null]",
        "[\"\", \"x\"]",
        "[\",\", 1]",
        "[-1, [\"a\"]]",
        "[1e9, [\"a\"]]",
        "[99999999999999999999, [\"a\"]]",
        "[\"0\", [\"a\"]]",
        "[\" 0 \", [\"a\"]]",
        "[{}, {}]",
        "[0, []]",
        "[0, {\"Ref\": \"X\"}]",
        "[1, [\"a\"], 3]",
        "[\"\", [null, [], {}, 1, true]]",
        "[\"${a}\", null]",
        "[\"${a}\", {\"a\": null}]",
        "[\"é\", [\"é\", \"é\"]]",
        "[\"é\", \"aéb\"]",
        "{\"Fn::Sub\": {\"Fn::Sub\": []}}",
    ] {
        for function in [
            "Ref",
            "Fn::GetAtt",
            "Fn::Join",
            "Fn::Sub",
            "Fn::Select",
            "Fn::Split",
            "Fn::FindInMap",
            "Fn::If",
            "Fn::Base64",
            "Fn::ImportValue",
            "Fn::Unknown",
        ] {
            let call = format!(r#"{{"{function}": {argument}}}"#);
            lint(&stack_on(&call), Syntax::Json);
            let whole = resource("P", "Policy", &format!(r#""PolicyDocument": {call}"#));
            lint(&stack(std::iter::once(whole)), Syntax::Json);
            let body = resource(
                "T",
                "ProvisioningTemplate",
                &format!(r#""TemplateName": {call}, "TemplateBody": {call}"#),
            );
            lint(&stack(std::iter::once(body)), Syntax::Json);
            let thing = resource(
                "T",
                "Thing",
                &format!(r#""ThingTypeName": "t", "ThingName": {call}"#),
            );
            lint(&stack(std::iter::once(thing)), Syntax::Json);
        }
    }
}

#[test]
fn many_statements_take_linear_time() {
    let each = |action: &'static str, topic: fn(usize) -> String| {
        move |n: usize| policy((0..n).map(|it| statement(action, &topic(it))))
    };
    type Topic = fn(usize) -> String;
    let cases: [(&str, Topic); 8] = [
        ("iot:Publish", |it| format!("topic/{it}")),
        ("iot:Publish", |_| "topic/*".to_owned()),
        ("iot:Publish", |it| format!("topic/{it}/#")),
        ("iot:Subscribe", |it| format!("topicfilter/{it}")),
        ("iot:Subscribe", |_| "*".to_owned()),
        ("iot:Connect", |_| "client/*".to_owned()),
        ("iot:Connect", |_| "client/${iot:ClientId}".to_owned()),
        ("iot:Publishh", |it| {
            format!("topic/{it}/${{iot:ClientIdd}}")
        }),
    ];
    for (action, topic) in cases {
        assert_linear(action, 500, each(action, topic), Syntax::Json);
    }
    // The same for all of them, which must not be as many times as there are statements.
    let all = lint(
        &each("iot:Connect", |_| "client/*".to_owned())(400),
        Syntax::Json,
    );
    assert_eq!(all.count("any-client-id"), 400);
    let accounts = |n: usize| {
        policy(
            (0..n).map(|it| statement("iot:*", "*").replace("123456789012", &format!("{it:012}"))),
        )
    };
    assert_linear("accounts", 500, accounts, Syntax::Json);
    let denies = |n: usize| {
        policy((0..n).map(|it| {
            let effect = if it % 2 == 0 { "Allow" } else { "Deny" };
            statement("iot:Connect", &format!("client/{it}*")).replace("Allow", effect)
        }))
    };
    assert_linear("denies", 2_500, denies, Syntax::Json);
    let lists = |n: usize| {
        let actions = vec![r#""iot:Subscribe""#; n].join(",");
        let resources: Vec<_> = (0..n)
            .map(|it| format!(r#""arn:aws:iot:eu-west-1:123456789012:topic/{it}""#))
            .collect();
        policy(std::iter::once(format!(
            r#"{{"Effect": "Allow", "Action": [{actions}], "Resource": [{}]}}"#,
            resources.join(",")
        )))
    };
    assert_linear("long lists", 1_000, lists, Syntax::Json);
}

#[test]
fn many_policies_take_linear_time() {
    let document = |inner: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{inner}]}}"#);
    let subscribe = statement("iot:Subscribe", "topicfilter/x");
    let apart = |n: usize| {
        let properties = format!(r#""PolicyDocument": {}"#, document(&subscribe));
        stack((0..n).map(|it| resource(&format!("P{it}"), "Policy", &properties)))
    };
    assert_linear("policies", 1_000, apart, Syntax::Json);
    let old = |n: usize| {
        let properties = format!(
            r#""PolicyDocument": {}"#,
            document(&subscribe).replace(r#""Version": "2012-10-17","#, "")
        );
        stack((0..n).map(|it| resource(&format!("P{it}"), "Policy", &properties)))
    };
    assert_linear("policies without version", 1_000, old, Syntax::Json);
    let in_strings = |n: usize| {
        let properties = format!(
            r#""PolicyDocument": {}"#,
            quoted(&document(&statement("iot:Publishh", "topic/x")))
        );
        stack((0..n).map(|it| resource(&format!("P{it}"), "Policy", &properties)))
    };
    assert_linear("policies in strings", 1_000, in_strings, Syntax::Json);
    let attached = |n: usize| {
        let properties = format!(r#""PolicyDocument": {}"#, document(&subscribe));
        stack((0..n).flat_map(|it| {
            let attachment = format!(r#""PolicyName": {{"Ref": "P{it}"}}, "Principal": "arn:aws:iot:eu-west-1:1:cert/{it}""#);
            [
                resource(&format!("P{it}"), "Policy", &properties),
                resource(&format!("A{it}"), "PolicyPrincipalAttachment", &attachment),
            ]
        }))
    };
    assert_linear("policies with principals", 500, attached, Syntax::Json);
    let documents = |n: usize| {
        let one = format!(
            "---\nVersion: '2012-10-17'\nStatement: {}\n",
            statement("iot:Publishh", "topic/x")
        );
        one.repeat(n)
    };
    assert_linear("YAML documents", 1_000, documents, Syntax::Yaml);
}

#[test]
fn many_keys_take_linear_time() {
    let twice = |n: usize| format!("{{{}\"a\": 1}}", "\"a\": 1,\n".repeat(n));
    let linted = lint(&twice(10_000), Syntax::Json);
    assert_eq!(linted.count("invalid-syntax"), 10_000);
    assert_linear("one key", 10_000, twice, Syntax::Json);
    assert_linear("one key", 10_000, twice, Syntax::Yaml);
    let merged = |n: usize| {
        let own: String = (0..n)
            .map(|it| format!("a{it}: 1\n<<: {{b{it}: 1}}\na{it}: 2\n"))
            .collect();
        own
    };
    assert_linear("keys that are merged", 2_500, merged, Syntax::Yaml);
    let unknown = |n: usize| {
        let keys: String = (0..n).map(|it| format!(r#""Effekt{it}": 1,"#)).collect();
        policy(std::iter::once(format!(
            r#"{{{keys} "Effect": "Allow", "Action": "iot:Publish", "Resource": "*"}}"#
        )))
    };
    assert_linear("unknown elements", 1_000, unknown, Syntax::Json);
}

#[test]
fn large_templates_take_linear_time() {
    let template = |n: usize, declared: fn(usize) -> String, used: fn(usize) -> String| {
        let parameters: Vec<_> = (0..n)
            .map(|it| format!(r#""{}": {{"Type": "String"}}"#, declared(it)))
            .collect();
        let things: Vec<_> = (0..n)
            .map(|it| {
                let name = format!(
                    r#""ThingName": {{"Ref": "{}"}}, "ThingTypeName": "t""#,
                    used(it)
                );
                resource(&format!("T{it}"), "Thing", &name)
            })
            .collect();
        format!(
            r#"{{"Parameters": {{{}}}, "Resources": {{{}}}}}"#,
            parameters.join(",\n"),
            things.join(",\n")
        )
    };
    let declared = |n: usize| {
        template(
            n,
            |it| format!("Parameter{it}"),
            |it| format!("Parameter{it}"),
        )
    };
    assert_linear("declared parameters", 2_500, declared, Syntax::Json);
    let undeclared = |n: usize| {
        template(
            n,
            |it| format!("Parameter{it}"),
            |it| format!("Parameterr{it}"),
        )
    };
    assert_linear("undeclared parameters", 250, undeclared, Syntax::Json);
    let mapped = |n: usize| {
        let names: Vec<_> = (0..n).map(|it| format!(r#""K{it}": "topic/x""#)).collect();
        let resources: Vec<_> = (0..n)
            .map(|it| format!(r#"{{"Fn::FindInMap": ["M", "F", "K{it}"]}}"#))
            .collect();
        let stack = stack_on(&format!("[{}]", resources.join(",")));
        stack.replacen(
            '{',
            &format!(
                r#"{{"Mappings": {{"M": {{"F": {{{}}}}}}},"#,
                names.join(",")
            ),
            1,
        )
    };
    assert_linear("mappings", 1_000, mapped, Syntax::Json);
}

#[test]
fn hostile_hcl_ends_soon_with_an_error() {
    for start in [
        "a {\n", "a = [", "a = {a=", "a = f(", "a = \"${", "a = -", "a = (", "a = b[",
    ] {
        let (first, rest) = start.split_once("= ").unwrap_or(("", start));
        let text = format!(
            "{first}{}{}",
            if first.is_empty() { "" } else { "= " },
            rest.repeat(100_000)
        );
        assert_limit(&text, Syntax::Hcl, &ErrorKind::TooDeep);
    }
    let labels = format!("a {} {{}}\n", "b ".repeat(100_000));
    assert_limit(&labels, Syntax::Hcl, &ErrorKind::TooDeep);
    let choices = format!("a = {}1\n", "b ? c : ".repeat(100_000));
    assert_limit(&choices, Syntax::Hcl, &ErrorKind::TooDeep);
    let many = format!("a = [{}]\n", "1,".repeat(MAX_NODES + 1));
    assert_limit(&many, Syntax::Hcl, &ErrorKind::TooManyNodes);
    for text in [
        "{".repeat(10_000_000),
        "<<E\n".repeat(100_000),
        format!("a = <<E\n{}", "x\n".repeat(1_000_000)),
        format!("a = \"{}", "x".repeat(10_000_000)),
        "a = \"\n".repeat(100_000),
        format!("a = 1 {}", "/*".repeat(1_000_000)),
    ] {
        let linted = lint(&text, Syntax::Hcl);
        assert!((1..=100).contains(&linted.errors.len()), "{text:.40}");
        assert!(
            linted.time < Duration::from_secs(10),
            "{text:.40}: {:?}",
            linted.time
        );
    }
}

#[test]
fn long_hcl_takes_linear_time() {
    let cases: [(&str, &str, &str); 14] = [
        ("operators", "a = 1 + 1", " + 1"),
        ("attributes of a reference", "a = b", ".c"),
        ("indices", "a = b", "[0]"),
        ("interpolations", "a = \"", "${b}"),
        ("directives", "a = \"", "%{if a}b%{endif}"),
        ("escapes", "a = \"", "\\n"),
        ("marks", "a = \"", "$"),
        ("escaped marks", "a = \"", "$${"),
        ("lines of a heredoc", "a = <<-E", "\n  x ${b}"),
        ("blank lines of a heredoc", "a = <<-E", "\n   "),
        ("blocks", "", "a \"b\" {}\n"),
        ("comments", "", "# a\n"),
        ("comments in a line", "a = 1", " /* b */"),
        ("broken lines", "", "a\n"),
    ];
    for (name, start, part) in cases {
        let make = |n: usize| format!("{start}{}", part.repeat(n));
        assert_linear(name, 50_000, make, Syntax::Hcl);
    }
    let keys = |n: usize| {
        let keys: String = (0..n).map(|it| format!("k{it} = 1\n")).collect();
        format!("a = {{\n{keys}}}\n")
    };
    assert_linear("keys", 25_000, keys, Syntax::Hcl);
    let attributes = |n: usize| (0..n).map(|it| format!("k{} = 1\n", it / 2)).collect();
    assert_linear("attributes", 25_000, attributes, Syntax::Hcl);
}
