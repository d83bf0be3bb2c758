//! Registration by claim: what a claim's certificate may do.

use super::hook;
use super::method::{Claim, Entry};
use super::names;
use super::registration::Context;
use crate::facts::{self, ClientOperation, NameKind, TopicFamily};
use crate::fleet::Error;
use crate::fleet::plan::{
    self, Deployment, DevicePolicy, Note, Origin, Resource, Statement, Template,
};
use crate::fleet::spec::{MadeFrom, Payload};
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
        let name = deployment.name(&self.own_name("claim"));
        let (kind, what) = (NameKind::Policy, "the policy of the claim");
        names::check_name(kind, what, &name, self.entry.name.span, errors);
        let rights = Rights {
            deployment,
            template: &self.template.name,
            made_from: &[self.claim.hooked.from.value],
            payloads: &[self.claim.payload],
            client: format!("{}*", self.claim.client_id_prefix.value),
            origin: origin(self.entry),
        };
        rights.policy(name)
    }
}

/// What a claim of minutes may do is a policy of AWS's own, which AWS does not show. These are the rights
/// that it needs at least, and all that its purpose names: each way to get a certificate in each format,
/// the one template, under whatever client id.
pub(super) fn of_aws(
    context: &Context<'_>,
    entry: &Entry<'_>,
    template: &Template,
) -> DevicePolicy {
    let rights = Rights {
        deployment: context.deployment,
        template: &template.name,
        made_from: &[MadeFrom::Csr, MadeFrom::Keys],
        payloads: &[Payload::Json, Payload::Cbor],
        client: "*".to_owned(),
        origin: origin(entry),
    };
    rights.policy(template.name.clone())
}

fn origin(entry: &Entry<'_>) -> Origin {
    Origin {
        span: entry.method.method.span,
        path: format!("provision.{}", entry.name.value),
    }
}

/// Rights to register, and nothing else.
struct Rights<'p> {
    deployment: &'p Deployment,
    template: &'p str,
    /// The ways to get a certificate.
    made_from: &'p [MadeFrom],
    payloads: &'p [Payload],
    /// The client ids.
    client: String,
    origin: Origin,
}

impl Rights<'_> {
    fn policy(&self, name: String) -> DevicePolicy {
        let resource = |kind: ResourceKind, name: &str| Resource {
            arn: self.deployment.arn(&format!("{}/{name}", kind.as_str())),
            origins: vec![self.origin.clone()],
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
            let topics = topics.flat_map(|it| self.topics(it.pattern));
            topics.map(|topic| resource(kind, &topic)).collect()
        };
        DevicePolicy {
            name,
            statements: vec![
                statement(
                    model::CONNECT,
                    vec![resource(ResourceKind::Client, &self.client)],
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

    /// The topics of registration, with everything filled in; none for another way to get a
    /// certificate.
    fn topics(&self, pattern: &str) -> Vec<String> {
        let levels: Vec<&str> = pattern.split('/').collect();
        let is_meant = match &*levels {
            [_, "certificates", other, ..] => self.made_from.iter().any(|it| it.verb() == *other),
            _ => true,
        };
        let filled = |payload: &Payload| {
            let filled = levels.iter().map(|level| match *level {
                "{format}" => payload.word(),
                "{template}" => self.template,
                other => other,
            });
            filled.collect::<Vec<_>>().join("/")
        };
        let payloads = self.payloads.iter().filter(|_| is_meant);
        payloads.map(filled).collect()
    }
}
