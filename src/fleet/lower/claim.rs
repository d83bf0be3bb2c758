//! Registration by claim: what the shared certificate may do.

use super::hook;
use super::method::{Claim, Entry};
use super::names;
use super::registration::Context;
use crate::facts::{self, ClientOperation, NameKind, TopicFamily};
use crate::fleet::Error;
use crate::fleet::plan::{self, DevicePolicy, Note, Origin, Resource, Statement, Template};
use crate::model::{self, ResourceKind};

/// What a claim asks for.
pub(super) fn of(
    context: &Context<'_>,
    entry: &Entry<'_>,
    claim: &Claim<'_>,
    template: &Template,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<plan::Claim> {
    let planned = Planning {
        context,
        entry,
        claim,
        template,
    };
    let hooking = hook::Hooking {
        context,
        entry,
        hooked: &claim.hooked,
        template,
    };
    Some(plan::Claim {
        because: claim.because.value.to_string(),
        payload: claim.payload,
        client_id_prefix: claim.client_id_prefix.value.to_string(),
        policy: planned.policy(errors),
        hooked: hooking.plan(None, errors, notes)?,
    })
}

struct Planning<'p> {
    context: &'p Context<'p>,
    entry: &'p Entry<'p>,
    claim: &'p Claim<'p>,
    template: &'p Template,
}

impl Planning<'_> {
    fn own_name(&self, part: &str) -> String {
        format!("{}-{part}", self.entry.name.value)
    }

    /// What the shared certificate may do: ask for a certificate and for registration, in one way and
    /// in one format, and hear the answers.
    fn policy(&self, errors: &mut Vec<Error>) -> DevicePolicy {
        let deployment = self.context.deployment;
        let origin = Origin {
            span: self.entry.method.method.span,
            path: format!("provision.{}", self.entry.name.value),
        };
        let resource = |kind: ResourceKind, name: &str| Resource {
            arn: deployment.arn(&format!("{}/{name}", kind.as_str())),
            origins: vec![origin.clone()],
        };
        let statement = |action, resources: Vec<Resource>| Statement {
            action,
            resources,
            only_attached: false,
        };
        let topics = |operation: ClientOperation, kind: ResourceKind| -> Vec<Resource> {
            let topics = facts::reserved_topics().iter();
            let topics = topics.filter(|it| it.family == TopicFamily::Provisioning);
            let topics = topics.filter(|it| it.allows(operation));
            let topics = topics.filter_map(|it| self.topic(it.pattern));
            topics.map(|topic| resource(kind, &topic)).collect()
        };
        let client = format!("{}*", self.claim.client_id_prefix.value);
        let name = deployment.name(&self.own_name("claim"));
        let (kind, what) = (NameKind::Policy, "the policy of the claim");
        names::check_name(kind, what, &name, self.entry.name.span, errors);
        DevicePolicy {
            name,
            statements: vec![
                statement(
                    model::CONNECT,
                    vec![resource(ResourceKind::Client, &client)],
                ),
                statement(
                    model::PUBLISH,
                    topics(ClientOperation::Publish, ResourceKind::Topic),
                ),
                statement(
                    model::SUBSCRIBE,
                    topics(ClientOperation::Subscribe, ResourceKind::TopicFilter),
                ),
                statement(
                    model::RECEIVE,
                    topics(ClientOperation::Receive, ResourceKind::Topic),
                ),
            ],
        }
    }

    /// A topic of registration, with everything filled in; `None` for the other way to get a
    /// certificate.
    fn topic(&self, pattern: &str) -> Option<String> {
        let verb = self.claim.hooked.from.value.verb();
        let levels: Vec<&str> = pattern.split('/').collect();
        let is_meant = match &*levels {
            [_, "certificates", other, ..] => *other == verb,
            _ => true,
        };
        let filled = levels.into_iter().map(|level| match level {
            "{format}" => self.claim.payload.word(),
            "{template}" => &self.template.name,
            other => other,
        });
        let filled: Vec<&str> = filled.collect();
        is_meant.then(|| filled.join("/"))
    }
}
