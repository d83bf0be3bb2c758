//! Cases of `fleetwright test`, from YAML, JSON and JSON Lines.

use super::decode::{Error, ErrorKind, Fields};
use super::{Asked, Case, CasePolicy, Expectation, PolicySource, action, usual_attachment};
use crate::artifact;
use crate::document::{Document, Kind, Node, Syntax};
use crate::engine::Authentication;
use crate::model::{Attachment, CONNECT, Policy, ResourceKind, Thing, is_action};
use crate::source::{Spanned, Text};

mod client;

use client::{Client, client};

/// How a file of cases is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseFormat {
    /// A YAML list, or one case.
    Yaml,
    /// A JSON list, or one case.
    Json,
    /// One JSON object per line.
    JsonLines,
}

/// The keys of a case. Those behind `why` are for people and are not read.
const CASE_KEYS: &[&str] = &[
    "id",
    "policies",
    "attached_to",
    "context",
    "request",
    "expect",
    "worst_case",
    "why",
    "group",
    "source",
    "confidence",
    "broker",
];
const POLICY_KEYS: &[&str] = &["attached_to", "document", "path"];
const REQUEST_KEYS: &[&str] = &[
    "action",
    "resource",
    "topic",
    "filter",
    "client_id",
    "thing",
];
const ATTACHMENTS: &[&str] = &[
    "certificate",
    "thing_group",
    "cognito_identity",
    "cognito_role",
    "custom_authorizer",
    "iam",
];

/// The short forms of a resource.
const SHORT_FORMS: [(&str, ResourceKind); 4] = [
    ("topic", ResourceKind::Topic),
    ("filter", ResourceKind::TopicFilter),
    ("client_id", ResourceKind::Client),
    ("thing", ResourceKind::Thing),
];

/// Reads the cases of a text.
///
/// # Errors
/// Everything that is wrong with it: syntax, unknown and missing keys, values that are none,
/// policies that can't be read.
pub fn cases(text: &Text, format: CaseFormat) -> Result<Vec<Case>, Vec<Error>> {
    let mut reading = Reading::default();
    match format {
        CaseFormat::Yaml => reading.read(text, Syntax::Yaml),
        CaseFormat::Json => reading.read(text, Syntax::Json),
        CaseFormat::JsonLines => {
            let mut start = 0;
            for line in text.as_str().split_inclusive('\n') {
                if reading.is_over {
                    break;
                }
                if !line.trim().is_empty() {
                    reading.read(&text.slice(start..start + line.len()), Syntax::Json);
                }
                start += line.len();
            }
        }
    }
    let Reading { cases, errors, .. } = reading;
    if errors.is_empty() {
        Ok(cases)
    } else {
        Err(errors)
    }
}

/// Cases of one file that are read.
const MAX_CASES: usize = 10_000;
/// Actions and resources of the policies that stand in the cases of one file.
const MAX_ENTRIES: usize = 50_000;

/// The cases of a file while they are read.
#[derive(Default)]
struct Reading {
    cases: Vec<Case>,
    errors: Vec<Error>,
    /// Actions and resources of the policies in them.
    entries: usize,
    /// Whether there is more than is read.
    is_over: bool,
}

impl Reading {
    fn read(&mut self, text: &Text, syntax: Syntax) {
        let document = Document::parse(text, syntax);
        self.errors
            .extend(document.errors().iter().map(|error| Error {
                kind: ErrorKind::Syntax(error.kind.clone()),
                span: error.span,
            }));
        for root in document.roots() {
            match root.kind() {
                Kind::Sequence => root.items().for_each(|it| self.case(it)),
                _ => self.case(root),
            }
        }
    }

    fn case(&mut self, node: Node<'_>) {
        if self.is_over {
            return;
        }
        let over = match () {
            () if self.cases.len() + self.errors.len() >= MAX_CASES => Some(("cases", MAX_CASES)),
            () if self.entries >= MAX_ENTRIES => Some((
                "actions and resources in the policies of cases",
                MAX_ENTRIES,
            )),
            () => None,
        };
        if let Some((what, most)) = over {
            self.is_over = true;
            self.errors
                .push(ErrorKind::TooMany { what, most }.at(node.span().at_start()));
            return;
        }
        let Some(case) = case(node, &mut self.errors) else {
            return;
        };
        for policy in &case.policies {
            let PolicySource::Inline(policy) = &policy.source else {
                continue;
            };
            let statements = policy.statements.iter();
            self.entries += statements
                .map(|it| it.actions.entries().len() + it.resources.entries().len())
                .sum::<usize>();
        }
        self.cases.push(case);
    }
}

/// One case; `None` when something in it is wrong, which then stands in `errors`.
fn case(node: Node<'_>, errors: &mut Vec<Error>) -> Option<Case> {
    let mut fields = Fields::new(node, "case", CASE_KEYS, errors)?;
    let id = match fields.required("id") {
        Some(_) => fields.text("id"),
        None => None,
    };
    let why = fields.plain("why");
    let expect = match fields.required("expect") {
        Some(_) => fields.word("expect", &Expectation::WORDS, Expectation::parse),
        None => None,
    };
    let worst_case = fields.word("worst_case", &Expectation::WORDS, Expectation::parse);
    let client = match fields.get("context") {
        Some(context) => client(context, fields.errors),
        None => Some(Client::default()),
    };
    let request = fields.required("request");
    let request = request.and_then(|request| asked(request, fields.errors));
    let attachment = fields.word("attached_to", ATTACHMENTS, attachment);
    let usual = client.as_ref().map(|it| it.context.authentication);
    let usual = attachment.map_or_else(
        || usual_attachment(usual.unwrap_or_default()),
        |it| it.value,
    );
    let policies = fields.required("policies");
    let policies = policies.and_then(|policies| case_policies(policies, usual, fields.errors));

    let Client {
        mut device,
        context,
    } = client?;
    let mut policies = policies?;
    if context.authentication == Authentication::SigV4 {
        // A signed request shows no certificate: what a case calls so is the principal that signs.
        let of_certificate =
            |policy: &&mut CasePolicy| policy.attachment == Attachment::Certificate;
        policies
            .iter_mut()
            .filter(of_certificate)
            .for_each(|policy| policy.attachment = Attachment::Iam);
    }
    let (action, asked) = request?;
    if context.protocol.is_mqtt() && device.client_id.is_none() {
        device.client_id = implied_client_id(&action, &asked, device.thing.as_ref());
    }
    Some(Case {
        id: id?,
        policies,
        device,
        context,
        action,
        asked,
        expect: expect?,
        worst_case,
        why,
        span: node.span(),
    })
}

/// The client id of a request that does not say it: the one that it connects with, else the name of
/// the thing.
pub fn implied_client_id(action: &str, asked: &Asked, thing: Option<&Thing>) -> Option<Box<str>> {
    match asked {
        Asked::Name(ResourceKind::Client, name) if is_action(action, CONNECT) => Some(name.clone()),
        Asked::Name(..) | Asked::Resource(_) => thing.map(|thing| thing.name.clone()),
    }
}

fn case_policies(
    node: Node<'_>,
    usual: Attachment,
    errors: &mut Vec<Error>,
) -> Option<Vec<CasePolicy>> {
    if node.kind() != Kind::Sequence {
        errors.push(Error {
            kind: ErrorKind::WrongKind {
                key: "policies".into(),
                expected: "a list of policies",
            },
            span: node.span(),
        });
        return None;
    }
    let read: Vec<_> = node
        .items()
        .map(|it| case_policy(it, usual, errors))
        .collect();
    read.into_iter().collect()
}

fn case_policy(node: Node<'_>, usual: Attachment, errors: &mut Vec<Error>) -> Option<CasePolicy> {
    if let Some(path) = node.as_str() {
        return Some(CasePolicy {
            attachment: usual,
            source: PolicySource::File(Spanned::new(path.into(), node.span())),
        });
    }
    let mut fields = Fields::new(node, "policy", POLICY_KEYS, errors)?;
    let attachment = fields.word("attached_to", ATTACHMENTS, attachment);
    let source = match (fields.get("document"), fields.text("path")) {
        (Some(document), None) => PolicySource::Inline(inline(document, &mut fields)?),
        (None, Some(path)) => PolicySource::File(path),
        (Some(document), Some(_)) => {
            fields.error(ErrorKind::Both("document", "path"), document.span());
            return None;
        }
        (None, None) => {
            fields.required("document");
            return None;
        }
    };
    Some(CasePolicy {
        attachment: attachment.map_or(usual, |it| it.value),
        source,
    })
}

/// A policy in the case. What AWS would refuse can still be decided; but a statement that is lost
/// would turn the decision round unseen.
fn inline(node: Node<'_>, fields: &mut Fields<'_, '_>) -> Option<Policy> {
    let read = artifact::policy_at(node);
    if let Some(place) = read.lost_statement() {
        fields.error(ErrorKind::UnreadablePolicy, place);
        return None;
    }
    Some(read.policy)
}

fn asked(node: Node<'_>, errors: &mut Vec<Error>) -> Option<(Box<str>, Asked)> {
    let mut fields = Fields::new(node, "request", REQUEST_KEYS, errors)?;
    fields.required("action");
    let name = fields.text("action")?;
    let action = match action(&name.value) {
        Ok(action) => action,
        Err(unknown) => {
            fields.error(unknown.into(), name.span);
            return None;
        }
    };
    let resource = fields.text("resource");
    let mut short: Option<(&'static str, ResourceKind, Spanned<Box<str>>)> = None;
    for (key, kind) in SHORT_FORMS {
        let Some(name) = fields.text(key) else {
            continue;
        };
        if let Some((other, ..)) = short {
            fields.error(ErrorKind::Both(other, key), name.span);
            return None;
        }
        short = Some((key, kind, name));
    }
    let asked = match (resource, short) {
        (Some(resource), None) => Asked::Resource(resource.value),
        (None, Some((_, kind, name))) => Asked::Name(kind, name.value),
        (Some(resource), Some((key, kind, name))) => {
            let end = format!(":{}/{}", kind.as_str(), name.value);
            if !resource.value.ends_with(&end) {
                fields.error(ErrorKind::Disagreement(key), name.span);
                return None;
            }
            Asked::Resource(resource.value)
        }
        (None, None) => {
            fields.required("resource");
            return None;
        }
    };
    Some((action, asked))
}

fn attachment(word: &str) -> Option<Attachment> {
    match word {
        "certificate" => Some(Attachment::Certificate),
        "thing_group" => Some(Attachment::ThingGroup),
        "cognito_identity" => Some(Attachment::CognitoIdentity),
        "cognito_role" => Some(Attachment::CognitoRole),
        "custom_authorizer" => Some(Attachment::CustomAuthorizer),
        "iam" => Some(Attachment::Iam),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PolicySet;
    use crate::question::Expectation;
    use crate::source::{Source, SourceId};

    fn read(text: &str, format: CaseFormat) -> Result<Vec<Case>, Vec<String>> {
        let source = Source::new("cases", text);
        cases(&Text::of_source(SourceId::new(0), &source), format).map_err(|errors| {
            let shown = |error: &Error| {
                let start = source.position(error.span.start());
                format!("{}:{}: {error}", start.line, start.column)
            };
            errors.iter().map(shown).collect()
        })
    }

    const POLICY: &str = "{Version: '2012-10-17', Statement: {Effect: Allow, Action: iot:Publish, \
        Resource: 'arn:aws:iot:eu-west-1:123456789012:topic/a'}}";

    #[test]
    fn a_case_in_yaml() {
        let text = format!(
            "- id: publishes\n  policies:\n    - document: {POLICY}\n    - path: b.json\n      \
             attached_to: thing_group\n    - c.json\n  context: {{thing_name: t}}\n  request: \
             {{action: publish, topic: a}}\n  expect: allow\n  worst_case: explicit_deny\n"
        );
        let cases = read(&text, CaseFormat::Yaml).unwrap();
        let case = cases.first().unwrap();
        assert_eq!(&*case.action, "iot:Publish");
        assert_eq!(case.device.client_id.as_deref(), Some("t"));
        assert_eq!(
            case.worst_case.as_ref().map(|it| it.value),
            Some(Expectation::ExplicitDeny)
        );
        let attachments: Vec<_> = case.policies.iter().map(|it| it.attachment).collect();
        assert_eq!(
            attachments,
            [
                Attachment::Certificate,
                Attachment::ThingGroup,
                Attachment::Certificate
            ]
        );
        let request = case.request(&PolicySet::default());
        assert_eq!(
            &*request.resource,
            "arn:aws:iot:us-east-1:123456789012:topic/a"
        );
    }

    #[test]
    fn a_mistake_has_a_place_and_a_remedy() {
        let text = format!(
            "id: a\npolicies: [{{documet: {POLICY}}}]\ncontext: {{protokoll: mqtt, auth: x508}}\n\
             request: {{action: publsh, topic: a}}\nexpects: allow\n"
        );
        assert_eq!(
            read(&text, CaseFormat::Yaml).unwrap_err(),
            [
                "5:1: unknown key `expects`; did you mean `expect`?",
                "1:1: `expect` is missing",
                "3:11: unknown key `protokoll`; did you mean `protocol`?",
                "3:34: `x508` is no `auth`; it can be `x509`, `cognito_authenticated`, \
                 `cognito_unauthenticated`, `sigv4`, `custom`, `custom_x509`",
                "4:19: no action is called `publsh`; did you mean `Publish`?",
                "2:13: unknown key `documet`; did you mean `document`?",
                "2:12: `document` is missing",
            ]
        );
    }

    #[test]
    fn a_line_of_json_lines_keeps_its_place() {
        let good = r#"{"id": 1, "policies": [], "request": {"action": "connect", "client_id": "c"}, "expect": "deny"}"#;
        let text = format!("{good}\n\n{{\"id\": }}\n");
        let errors = read(&text, CaseFormat::JsonLines).unwrap_err();
        assert!(
            errors.iter().any(|it| it.starts_with("3:8: ")),
            "{errors:?}"
        );
        let cases = read(good, CaseFormat::JsonLines).unwrap();
        assert_eq!(
            cases.first().unwrap().device.client_id.as_deref(),
            Some("c")
        );
    }

    #[test]
    fn a_statement_that_is_lost_is_an_error() {
        let text = "id: a\npolicies: [{document: {Statement: [{Effect: Allow}]}}]\n\
            request: {action: publish, topic: a}\nexpect: allow\n";
        let errors = read(text, CaseFormat::Yaml).unwrap_err();
        assert_eq!(
            errors,
            ["2:36: the policy can't be read from here; `fleetwright lint` says what is wrong"]
        );
    }

    #[test]
    fn a_short_form_says_what_the_resource_says() {
        let text = "id: a\npolicies: []\nexpect: deny\nrequest:\n  action: publish\n  resource: \
            arn:aws:iot:r:1:topic/a\n  topic: b\n";
        let errors = read(text, CaseFormat::Yaml).unwrap_err();
        assert_eq!(errors, ["7:10: `topic` is not what `resource` names"]);
    }
}
