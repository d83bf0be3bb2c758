//! May this request pass (§6).

use super::condition::holds;
use super::matching::{Sense, Target, Token, Width, matches_action, matches_resource, resolves};
use super::values::Values;
use super::{Authentication, Request};
use crate::model::{
    Attachment, CONNECT, Condition, Effect, LIST_NAMED_SHADOWS_FOR_THING, PUBLISH, Pattern,
    PolicySet, RECEIVE, Resource, ResourceKind, SUBSCRIBE, Statement, StatementId, is_action,
    is_of_shadow, legacy_name, unshared,
};

/// How to read what AWS leaves open.
///
/// Whatever `Documented` allows, `Cautious` allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As documented; where AWS is silent, the best estimate.
    Documented,
    /// Where AWS is silent (§11), an Allow is read widely and a Deny narrowly: what is not allowed
    /// here is not allowed.
    Cautious,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It passes: these statements allow it, and none denies it.
    Allow(Vec<StatementId>),
    /// These statements deny it.
    ExplicitDeny(Vec<StatementId>),
    /// No statement allows it, or not all that must.
    ImplicitDeny,
}

impl Decision {
    /// Whether the request passes.
    pub fn is_allowed(&self) -> bool {
        match self {
            Decision::Allow(_) => true,
            Decision::ExplicitDeny(_) | Decision::ImplicitDeny => false,
        }
    }

    /// The deciding statements, in the order of the policies.
    pub fn by(&self) -> &[StatementId] {
        match self {
            Decision::Allow(by) | Decision::ExplicitDeny(by) => by,
            Decision::ImplicitDeny => &[],
        }
    }
}

/// Decides whether a request passes the policies of a set.
///
/// A policy speaks only for the requests for which what it is attached to is in force. One device
/// request may need several decisions: a retained message both `iot:Publish` and
/// `iot:RetainPublish`, a delivery `iot:Subscribe` before and `iot:Receive` now.
///
/// The time is that of matching each pattern once; a decision of a policy of ten statements takes
/// less than a microsecond.
pub fn authorize(set: &PolicySet, request: &Request, reading: Reading) -> Decision {
    let decision = decide(set, request, &request.resource, reading);
    if reading == Reading::Documented || decision.is_allowed() {
        return decision;
    }
    // Where two pages of AWS name different resources, a promise must hold for both.
    let other = other_resource(request).map(|other| decide(set, request, &other, reading));
    other.filter(Decision::is_allowed).unwrap_or(decision)
}

/// The decision on one of the resources that AWS may be testing.
fn decide(set: &PolicySet, request: &Request, resource: &str, reading: Reading) -> Decision {
    let mut evaluation = Evaluation::new(request, resource, reading);
    let mut denied = Vec::new();
    let mut allowed = Vec::new();
    let (mut role_allows, mut principal_allows) = (false, false);
    for (policy, attached) in set.policies.iter().enumerate() {
        let Some(side) = evaluation.side(attached.attachment) else {
            continue;
        };
        for (index, statement) in attached.policy.statements.iter().enumerate() {
            let effect = statement.effect.value;
            if (effect == Effect::Allow && !denied.is_empty()) || !evaluation.applies(statement) {
                continue;
            }
            let id = StatementId {
                policy,
                statement: index,
            };
            match (effect, side) {
                (Effect::Deny, _) => denied.push(id),
                (Effect::Allow, Side::Role) => {
                    role_allows = true;
                    allowed.push(id);
                }
                (Effect::Allow, Side::Principal) => {
                    principal_allows = true;
                    allowed.push(id);
                }
            }
        }
    }
    let is_allowed = match evaluation.needs {
        Needs::Role => role_allows,
        Needs::Principal => principal_allows,
        Needs::Both => role_allows && principal_allows,
    };
    if !denied.is_empty() {
        Decision::ExplicitDeny(denied)
    } else if is_allowed {
        Decision::Allow(allowed)
    } else {
        Decision::ImplicitDeny
    }
}

/// Whether one entry of a `Resource`, taken alone, covers what is asked for, as documented.
pub fn covers(entry: &Resource, request: &Request) -> bool {
    let values = Values::new(request);
    let target = Target::new(&request.resource);
    matches_resource(entry, &target, &values, Width::Documented, &mut Vec::new())
}

/// Where the decision hangs on a value that the policies leave open: an entry of a deciding statement
/// that covers the request only because its open name may be any text.
pub fn open_entry<'a>(
    set: &'a PolicySet,
    request: &Request,
    decision: &Decision,
) -> Option<&'a Resource> {
    let hangs_on = |statement: &'a Statement| {
        let mut covering = statement
            .resources
            .only()
            .iter()
            .filter(|it| covers(it, request));
        let first = covering.next()?;
        let is_open = first.has_open_name() && covering.all(Resource::has_open_name);
        is_open.then_some(first)
    };
    let by: Vec<_> = decision
        .by()
        .iter()
        .filter_map(|id| set.statement(*id))
        .collect();
    // One deciding statement without an open value is enough.
    let all_hang = by.iter().all(|statement| hangs_on(statement).is_some());
    by.into_iter().find_map(hangs_on).filter(|_| all_hang)
}

/// Whether a statement is about an action.
pub(super) fn covers_action(statement: &Statement, action: &str, reading: Reading) -> bool {
    covers_named(statement, action, legacy_in(action, reading), reading)
}

/// The name that older pages give an action, where it counts (§11 row 12).
fn legacy_in(action: &str, reading: Reading) -> Option<&'static str> {
    match reading {
        Reading::Documented => None,
        Reading::Cautious => legacy_name(action),
    }
}

fn covers_named(
    statement: &Statement,
    action: &str,
    legacy: Option<&'static str>,
    reading: Reading,
) -> bool {
    let sense = Sense::of(&statement.actions);
    let width = Width::of(reading, statement.effect.value, sense);
    let legacy = legacy.filter(|_| width == Width::Wide);
    let is_listed = statement.actions.entries().iter().any(|entry| {
        matches_action(&entry.value, action, width)
            || legacy.is_some_and(|legacy| {
                let name = entry.value.exact();
                name.is_some_and(|name| is_action(name, legacy))
            })
    });
    sense.covers(is_listed)
}

/// Whose permission a policy is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// IAM's.
    Role,
    /// That of AWS IoT: certificate, Cognito identity, thing groups, custom authorizer.
    Principal,
}

/// Whose permission a request needs (§6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Role,
    Principal,
    Both,
}

/// One request in one reading.
struct Evaluation<'a> {
    request: &'a Request,
    reading: Reading,
    needs: Needs,
    values: Values<'a>,
    target: Target<'a>,
    /// The action by which older pages name it (§11 row 12).
    legacy: Option<&'static str>,
    /// Reused for every pattern.
    tokens: Vec<Token<'a>>,
}

impl<'a> Evaluation<'a> {
    fn new(request: &'a Request, resource: &'a str, reading: Reading) -> Evaluation<'a> {
        Evaluation {
            request,
            reading,
            needs: Needs::of(request),
            values: Values::new(request),
            target: Target::new(resource),
            legacy: legacy_in(&request.action, reading),
            tokens: Vec::new(),
        }
    }

    /// On which side the policies attached to something speak; `None` when they do not.
    fn side(&self, attachment: Attachment) -> Option<Side> {
        let authentication = self.values.authentication();
        let is_in_force = match attachment {
            Attachment::Certificate => authentication.has_certificate(),
            Attachment::ThingGroup => self.values.is_tied_to_thing(),
            Attachment::CognitoIdentity => authentication == Authentication::CognitoAuthenticated,
            Attachment::CognitoRole => match authentication {
                Authentication::CognitoAuthenticated | Authentication::CognitoUnauthenticated => {
                    true
                }
                Authentication::X509
                | Authentication::SigV4
                | Authentication::Custom
                | Authentication::CustomX509 => false,
            },
            Attachment::CustomAuthorizer => match authentication {
                Authentication::Custom | Authentication::CustomX509 => true,
                Authentication::X509
                | Authentication::CognitoAuthenticated
                | Authentication::CognitoUnauthenticated
                | Authentication::SigV4 => false,
            },
            Attachment::Iam => authentication == Authentication::SigV4,
        };
        let side = match attachment {
            Attachment::CognitoRole | Attachment::Iam => Side::Role,
            Attachment::Certificate
            | Attachment::ThingGroup
            | Attachment::CognitoIdentity
            | Attachment::CustomAuthorizer => Side::Principal,
        };
        let is_asked = match (self.needs, side) {
            (Needs::Role, Side::Role)
            | (Needs::Principal, Side::Principal)
            | (Needs::Both, Side::Role | Side::Principal) => true,
            (Needs::Role, Side::Principal) | (Needs::Principal, Side::Role) => false,
        };
        (is_in_force && is_asked).then_some(side)
    }

    /// Whether a statement is about the request.
    fn applies(&mut self, statement: &'a Statement) -> bool {
        covers_named(statement, &self.request.action, self.legacy, self.reading)
            && self.covers_resource(statement)
            && statement.conditions.iter().all(|condition| {
                holds(
                    condition,
                    statement.effect.value,
                    self.reading,
                    &self.values,
                    &mut self.tokens,
                )
            })
            && self.is_valid(statement)
    }

    fn covers_resource(&mut self, statement: &'a Statement) -> bool {
        let sense = Sense::of(&statement.resources);
        let width = Width::of(self.reading, statement.effect.value, sense);
        let mut entries = statement.resources.entries().iter();
        let is_listed = entries.any(|entry| {
            matches_resource(entry, &self.target, &self.values, width, &mut self.tokens)
        });
        sense.covers(is_listed)
    }

    /// Whether the variables of a statement that matches let it speak (§7, §11 row 2).
    ///
    /// In a Deny, one entry without a value disables the whole statement. An Allow lives by its
    /// other entries; where none is left it does not match, unless a promise is at stake.
    fn is_valid(&self, statement: &Statement) -> bool {
        let resolves = |pattern: &Pattern| resolves(pattern, &self.values);
        let resources = statement.resources.entries();
        let mut conditions = statement.conditions.iter();
        match (statement.effect.value, self.reading) {
            (Effect::Allow, Reading::Cautious) => true,
            (Effect::Allow, Reading::Documented) => {
                (resources.is_empty() || resources.iter().any(|it| resolves(&it.pattern)))
                    && conditions.all(|Condition { values, .. }| {
                        values.is_empty() || values.iter().any(|it| resolves(&it.value))
                    })
            }
            (Effect::Deny, Reading::Documented | Reading::Cautious) => {
                resources.iter().all(|it| resolves(&it.pattern))
                    && conditions.all(|it| it.values.iter().all(|it| resolves(&it.value)))
            }
        }
    }
}

impl Needs {
    fn of(request: &Request) -> Needs {
        match request.context.authentication {
            Authentication::X509 | Authentication::Custom | Authentication::CustomX509 => {
                Needs::Principal
            }
            Authentication::SigV4 | Authentication::CognitoUnauthenticated => Needs::Role,
            Authentication::CognitoAuthenticated => {
                let both = [CONNECT, PUBLISH, SUBSCRIBE, RECEIVE];
                let action = &*request.action;
                if both.iter().any(|known| is_action(action, known)) || is_of_shadow(action) {
                    Needs::Both
                } else {
                    Needs::Role
                }
            }
        }
    }
}

/// The second form of a resource, where the pages of AWS do not agree on the first.
fn other_resource(request: &Request) -> Option<Box<str>> {
    let resource = &*request.resource;
    if is_action(&request.action, RECEIVE) {
        // A shared subscription: the filter with its group, or the topic alone (§11 row 7).
        let (head, topic) = split(resource, ResourceKind::Topic)?;
        return Some(format!("{head}{}", unshared(topic)?).into());
    }
    if is_of_shadow(&request.action) {
        // A named shadow: `thing/<thing>/<shadow>`, or the thing alone (§11 row 13).
        let (head, name) = split(resource, ResourceKind::Thing)?;
        let (thing, _) = name.split_once('/')?;
        return Some(format!("{head}{thing}").into());
    }
    // The names of the shadows: the thing, or no resource at all (§11 row 11).
    is_action(&request.action, LIST_NAMED_SHADOWS_FOR_THING).then(|| "*".into())
}

/// An ARN up to `topic/`, and the topic; `None` for another kind of resource.
fn split(resource: &str, kind: ResourceKind) -> Option<(&str, &str)> {
    let (last_colon, _) = resource.match_indices(':').nth(4)?;
    let name = resource
        .get(last_colon + 1..)?
        .strip_prefix(kind.as_str())?
        .strip_prefix('/')?;
    resource.split_at_checked(resource.len() - name.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact;
    use crate::document::{Document, Syntax};
    use crate::engine::Context;
    use crate::facts;
    use crate::model::Device;
    use crate::source::{Source, SourceId, Text};

    /// The policy of a stack, so that values may be left open.
    fn set(statements: &str) -> PolicySet {
        let template = format!(
            r#"{{"Resources": {{"P": {{"Type": "AWS::IoT::Policy", "Properties": {{
            "PolicyDocument": {{"Version": "2012-10-17", "Statement": [{statements}]}}}}}}}}}}"#
        );
        let source = Source::new("a", template);
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, Syntax::Json);
        assert_eq!(document.errors(), []);
        let artifacts = artifact::read(&document);
        let policies = artifacts.policies().map(|it| it.policy.clone());
        PolicySet::of_certificate(policies.collect::<Vec<_>>())
    }

    fn readings(statements: &str, topic: &str) -> [bool; 2] {
        let request = Request {
            device: Device::default(),
            action: PUBLISH.into(),
            resource: format!("arn:aws:iot:eu-west-1:123456789012:topic/{topic}").into(),
            context: Context::default(),
        };
        [Reading::Documented, Reading::Cautious]
            .map(|reading| authorize(&set(statements), &request, reading).is_allowed())
    }

    const ALLOW_ALL: &str = r#"{"Effect": "Allow", "Action": "iot:Publish", "Resource": "*"}"#;

    #[test]
    fn an_open_value_of_an_allow_may_be_anything() {
        let allow = r#"{"Effect": "Allow", "Action": "iot:Publish", "Resource": {"Fn::Sub":
            "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:topic/${Prefix}/a"}}"#;
        assert_eq!(readings(allow, "x/y/a"), [true, true]);
        assert_eq!(readings(allow, "x/y/b"), [false, false]);
        let action = r#"{"Effect": "Allow", "Action": {"Fn::Sub": "iot:${What}lish"},
            "Resource": "*"}"#;
        assert_eq!(readings(action, "a"), [true, true]);
        let other = r#"{"Effect": "Allow", "Action": {"Fn::Sub": "iot:${What}ceive"},
            "Resource": "*"}"#;
        assert_eq!(readings(other, "a"), [false, false]);
    }

    #[test]
    fn an_open_value_of_a_deny_is_not_relied_on() {
        let deny = r#"{"Effect": "Deny", "Action": "iot:Publish", "Resource": {"Fn::Sub":
            "arn:aws:iot:eu-west-1:123456789012:topic/${Prefix}"}}"#;
        assert_eq!(
            readings(&format!("{ALLOW_ALL}, {deny}"), "a"),
            [false, true]
        );
        let action = r#"{"Effect": "Deny", "Action": {"Ref": "Action"}, "Resource": "*"}"#;
        assert_eq!(
            readings(&format!("{ALLOW_ALL}, {action}"), "a"),
            [false, true]
        );
    }

    #[test]
    fn an_open_exception_takes_nothing_from_an_allow_for_sure() {
        let allow = r#"{"Effect": "Allow", "Action": "iot:Publish", "NotResource": {"Fn::Sub":
            "arn:aws:iot:eu-west-1:123456789012:topic/${Prefix}"}}"#;
        assert_eq!(readings(allow, "a"), [false, true]);
        let condition = r#"{"Effect": "Allow", "Action": "iot:Publish", "Resource": "*",
            "Condition": {"NotIpAddress": {"aws:SourceIp": {"Ref": "Range"}}}}"#;
        assert_eq!(readings(condition, "a"), [true, true], "the key is absent");
    }

    #[test]
    fn all_deciding_statements_are_named() {
        let set = set(&format!("{ALLOW_ALL}, {ALLOW_ALL}"));
        let request = Request {
            device: Device::default(),
            action: "IOT:publish".into(),
            resource: "*".into(),
            context: Context::default(),
        };
        let ids = [0, 1].map(|statement| StatementId {
            policy: 0,
            statement,
        });
        let decision = authorize(&set, &request, Reading::Documented);
        assert_eq!(decision, Decision::Allow(ids.to_vec()));
    }

    /// The model names a few actions, so that deciding needs no look at the facts.
    #[test]
    fn what_the_model_says_of_actions_is_what_aws_documents() {
        for action in facts::actions().iter().filter(|action| action.device) {
            if let Some(current) = action.legacy_of {
                assert_eq!(legacy_name(current), Some(action.name));
            } else {
                let legacy = facts::actions()
                    .iter()
                    .find(|it| it.legacy_of == Some(action.name));
                assert_eq!(legacy_name(action.name), legacy.map(|it| it.name));
                let is_greengrass = crate::model::is_of_greengrass(action.name);
                assert_eq!(action.thing_group_policies, !is_greengrass, "{action:?}");
            }
        }
    }
}
