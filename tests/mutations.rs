//! Random bytes, and policies and templates in which some of them are changed: nothing panics, and
//! every string is what its bytes say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends with a panic"
)]

use fleetwright::document::{Document, Syntax};
use fleetwright::lint::{File, Given, check};
use fleetwright::source::{SourceId, Text};
use proptest::prelude::*;

mod files;

/// Texts to start from: each kind of what is read, in each way of writing it.
const TEXTS: [&str; 7] = [
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"é","Effect":"Allow","Action":["iot:Connect","iot:Pub*"],"Resource":"arn:aws:iot:eu-west-1:123456789012:topic/${iot:ClientId}/#","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":true}}},{"Effect":"Deny","NotAction":"iot:*","NotResource":"*"}]}"#,
    r#"{"policyName":"p","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iot:Publish\\u0068\",\"Resource\":\"*\"}}"}"#,
    r#"{"templateBody":"{\"Parameters\":{\"SerialNumber\":{\"Type\":\"String\"}},\"Resources\":{\"thing\":{\"Type\":\"AWS::IoT::Thing\",\"Properties\":{\"ThingName\":{\"Fn::Join\":[\"\",[\"a\",{\"Ref\":\"SerialNumber\"}]]}}},\"policy\":{\"Type\":\"AWS::IoT::Policy\",\"Properties\":{\"PolicyDocument\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"iot:x\\\",\\\"Resource\\\":\\\"*\\\"}]}\"}}}}","roleArn":"arn:aws:iam::123456789012:role/r"}"#,
    "Version: '2012-10-17' # ü\nStatement:\n  - Effect: Allow\n    Action: [iot:Connect, \"iot:Receive\"]\n    Resource: >-\n      arn:aws:iot:eu-west-1:\n      123456789012:client/*\n  - {Effect: Deny, Action: iot:Publish, Resource: '*'}\n",
    "Resources:\n  P: &p\n    Type: AWS::IoT::Policy\n    Properties:\n      PolicyDocument: !Sub |\n        {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n          \"Action\": \"iot:Subscribe\", \"Resource\":\n          \"arn:aws:iot:${AWS::Region}:${AWS::AccountId}:topicfilter/${!iot:ClientId}/+\"}]}\n  Q: *p\n  R:\n    <<: *p\n    Type: AWS::IoT::Policy\n",
    "Resources:\n  T:\n    Type: AWS::IoT::ProvisioningTemplate\n    Properties:\n      TemplateName: !Join ['-', [a, !Ref B]]\n      TemplateBody: |2-\n          {\"Resources\": {\"c\": {\"Type\": \"AWS::IoT::Certificate\", \"Properties\": {\"CertificateId\": \"é\"},\n           \"OverrideSettings\": {\"Status\": \"REPLACE\"}}}}\n",
    "Mappings: {M: {F: {K: topic/x}}}\nResources:\n  P:\n    Type: AWS::IoT::Policy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: !Select [1, !Split [',', 'a,iot:Publish']]\n            Resource: !Sub ['arn:aws:iot:${AWS::Region}:1:${T}', {T: !FindInMap [M, F, K]}]\n",
];

/// What is put into them: marks of the syntaxes, and what they escape and fold.
const PARTS: [&str; 40] = [
    "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\n", "\r\n", "\r", " ", "  ", "\t", "#", "- ",
    "|", ">", "&a ", "*a", "<<: ", "!Sub ", "!Ref ", "!!str ", "${", "}", "${!", "\\u00e9",
    "\\ud83d", "\\\"", "''", "---\n", "...\n", "? ", "é", "😀", "\u{feff}", "\u{85}", "\0",
];

/// A change of a text at a place, counted in thousandths of its length.
#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize),
    Remove(usize, usize),
    /// Copies a part to another place.
    Copy(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..1000_usize, 0..PARTS.len()).prop_map(|(at, part)| Change::Insert(at, part)),
        (0..1000_usize, 1..12_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (0..1000_usize, 1..60_usize, 0..1000_usize)
            .prop_map(|(at, length, to)| Change::Copy(at, length, to)),
    ]
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for change in changes {
        let place = |thousandth: usize| characters.len() * thousandth / 1000;
        match change {
            Change::Insert(at, part) => {
                let at = place(*at);
                let part = PARTS.get(*part).unwrap_or(&"").chars();
                characters.splice(at..at, part);
            }
            Change::Remove(at, length) => {
                let at = place(*at);
                let end = (at + length).min(characters.len());
                characters.drain(at..end);
            }
            Change::Copy(at, length, to) => {
                let (at, to) = (place(*at), place(*to));
                let part: Vec<char> = characters.iter().skip(at).take(*length).copied().collect();
                characters.splice(to..to, part);
            }
        }
    }
    characters.into_iter().collect()
}

/// Every string that has no open value is what its characters with their places say.
fn check_document(document: &Document, text: &str) {
    for node in document.tree().nodes() {
        let decoded = node.text();
        assert_eq!(
            decoded.as_ref().map(Text::as_str),
            node.visible_str(),
            "{node:?} in {text:?}"
        );
        if let Some(decoded) = decoded.filter(|_| node.as_str().is_some()) {
            for (at, character) in decoded.as_str().char_indices() {
                let place = decoded.span(at..at + character.len_utf8());
                assert!(text.get(place.range()).is_some(), "{node:?} in {text:?}");
            }
        }
        assert!(
            text.get(node.span().range()).is_some(),
            "{node:?} in {text:?}"
        );
        node.path().to_string();
    }
    for error in document.errors() {
        assert!(
            text.get(error.span.range()).is_some(),
            "{error:?} in {text:?}"
        );
    }
}

fn check_text(text: &str) {
    for syntax in [Syntax::Json, Syntax::Yaml, Syntax::Hcl] {
        let sources = files::one("random", text);
        let file = File::read(&sources, SourceId::new(0), syntax, Given::ByName).unwrap();
        check_document(&file.document, text);
        for embedded in &file.artifacts.embedded {
            check_document(&embedded.document, text);
        }
        for finding in check(&file) {
            let places = finding.related.iter().chain([&finding.primary]);
            for label in places {
                assert!(
                    text.get(label.span.range()).is_some(),
                    "{finding:?} in {text:?}"
                );
            }
        }
    }
}

#[test]
fn texts_to_start_from_are_recognized() {
    for text in TEXTS {
        let sources = files::one("text", text);
        let syntax = match text.starts_with('{') {
            true => Syntax::Json,
            false => Syntax::Yaml,
        };
        let file = File::read(&sources, SourceId::new(0), syntax, Given::ByName).unwrap();
        assert_eq!(file.document.errors(), [], "{text}");
        assert_eq!(file.artifacts.list.len(), 1, "{text}");
        check_text(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(1_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_texts_are_read_without_panic(
        start in 0..TEXTS.len(),
        changes in proptest::collection::vec(change(), 1..8),
    ) {
        let text = TEXTS.get(start).copied().unwrap_or("");
        check_text(&changed(text, &changes));
    }

    #[test]
    fn random_parts_are_read_without_panic(parts in proptest::collection::vec(0..PARTS.len(), 0..40)) {
        let parts: String = parts.iter().filter_map(|part| PARTS.get(*part).copied()).collect();
        check_text(&parts);
    }

    #[test]
    fn random_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_text(&String::from_utf8_lossy(&bytes));
    }
}
