//! The other end of topics: what the roles of services get.

use super::binding::Source;
use super::grants::{Level, LevelPart, Use};
use super::identity::Identity;
use super::method::Entry;
use super::names::{self, DEPLOYMENT_WORDS, unknown_hole};
use crate::facts::NameKind;
use crate::fleet::error::StackFault;
use crate::fleet::language::{Difference, Language, Part};
use crate::fleet::plan::{Deployment, Note, NoteKind, RoleStatement, Service};
use crate::fleet::spec::{Direction, FleetSpec, Name, ServiceSpec};
use crate::fleet::{Error, ErrorKind};
use crate::model::{self, ResourceKind, registration as action};

/// IAM's limit of a role name, and of the name of a policy in it,
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>.
const MAX_ROLE_NAME_CHARS: usize = 64;
const MAX_POLICY_NAME_CHARS: usize = 128;

/// What the services of a spec get.
pub(super) fn of(
    spec: &FleetSpec,
    identity: &Identity,
    entries: &[Entry<'_>],
    deployment: &Deployment,
    uses: &[Use],
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Vec<Service> {
    let mut services = Vec::new();
    for (name, service) in spec.services.iter() {
        let context = Context {
            identity,
            deployment,
            name,
            service,
        };
        services.extend(context.service(uses, errors));
        for field in &service.sets {
            let is_later = entries
                .iter()
                .any(|entry| super::binding::bound(entry, &field.value) == Some(Source::Later));
            if !is_later {
                let kind = ErrorKind::NotLater(field.value.clone());
                errors.push(Error::new(kind, field.span));
            }
            notes.push(Note {
                kind: NoteKind::Sets {
                    service: name.value.clone(),
                    field: field.value.clone(),
                },
                span: field.span,
            });
        }
    }
    if !services.is_empty() {
        notes.extend(uses.iter().filter_map(one_end));
    }
    services
}

/// A topic that nobody reads, or nobody writes.
fn one_end(topic: &Use) -> Option<Note> {
    let does = match topic.direction {
        Direction::Publish => "reads",
        Direction::Subscribe => "writes",
    };
    let kind = NoteKind::OneEnd {
        does,
        topic: topic.name.clone(),
    };
    let is_alone = topic.by.is_none() && topic.is_current;
    is_alone.then_some(Note {
        kind,
        span: topic.span,
    })
}

/// The path and the name of a role that is written with either, or as its ARN; `None` where the ARN is
/// that of something else.
fn place(written: &str, deployment: &Deployment) -> Option<(String, String)> {
    let Deployment {
        partition, account, ..
    } = deployment;
    let resource = match written.starts_with("arn:") {
        true => written.strip_prefix(&format!("arn:{partition}:iam::{account}:role/"))?,
        false => written.trim_start_matches('/'),
    };
    Some(match resource.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), name.to_owned()),
        None => ("/".to_owned(), resource.to_owned()),
    })
}

struct Context<'s> {
    identity: &'s Identity,
    deployment: &'s Deployment,
    name: &'s Name,
    service: &'s ServiceSpec,
}

impl Context<'_> {
    fn service(&self, uses: &[Use], errors: &mut Vec<Error>) -> Option<Service> {
        let (name, deployment) = (self.name, self.deployment);
        let span = self.service.role.span;
        let other = |hole: &str| unknown_hole(hole, &DEPLOYMENT_WORDS);
        let written = names::expand(&self.service.role, deployment, other, errors)?;
        let Some((path, role)) = place(&written, deployment) else {
            let account = deployment.account.clone();
            let kind = ErrorKind::Stack(StackFault::Role { account });
            errors.push(Error::new(kind, span));
            return None;
        };
        let policy = deployment.name(&format!("{}-{}", name.value, deployment.region));
        names::check_name(
            NameKind::RolePath,
            "the path of the role",
            &path,
            span,
            errors,
        );
        for (what, text, most) in [
            ("the role", &role, MAX_ROLE_NAME_CHARS),
            ("the policy of the service", &policy, MAX_POLICY_NAME_CHARS),
        ] {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
            let fault = match text.chars().find(|c| !is_plain(*c)) {
                Some(other) => format!("such a name can't hold {}", names::shown(other)),
                None if text.is_empty() => "such a name can't be empty".to_owned(),
                None if text.len() > most => format!("such a name has at most {most} characters"),
                None => continue,
            };
            let name = text.as_str().into();
            let fault = fault.into();
            let kind = ErrorKind::Name { what, name, fault };
            errors.push(Error::new(kind, span));
            return None;
        }
        Some(Service {
            name: name.value.clone(),
            role,
            path,
            policy,
            statements: self.statements(uses, errors),
            origin: name.span,
        })
    }

    fn statements(&self, uses: &[Use], errors: &mut Vec<Error>) -> Vec<RoleStatement> {
        let own: Vec<&Use> = uses
            .iter()
            .filter(|it| it.by.as_ref() == Some(&self.name.value))
            .collect();
        let of = |direction: Direction| own.iter().filter(move |it| it.direction == direction);
        let written = of(Direction::Subscribe);
        let read = of(Direction::Publish);
        let topic = |topic: &&&Use| self.arn(ResourceKind::Topic, &in_iam(&topic.levels));
        let filter = |topic: &&&Use| self.arn(ResourceKind::TopicFilter, &as_filter(&topic.levels));
        let retained = written.clone().filter(|it| it.retain);
        let mut statements = Vec::new();
        let mut add = |purpose, action, resources: Vec<String>| {
            let mut once: Vec<String> = Vec::new();
            for resource in resources {
                if !once.contains(&resource) {
                    once.push(resource);
                }
            }
            if !once.is_empty() {
                statements.push(RoleStatement {
                    purpose,
                    actions: vec![action],
                    resources: once,
                });
            }
        };
        let written: Vec<&&Use> = written.collect();
        add(
            "the service writes what devices read",
            model::PUBLISH,
            written.iter().map(topic).collect(),
        );
        let retained: Vec<&&Use> = retained.collect();
        add(
            "and has it kept for who subscribes later",
            model::RETAIN_PUBLISH,
            retained.iter().map(topic).collect(),
        );
        let read: Vec<&&Use> = read.collect();
        if !read.is_empty() {
            let prefix = self.client_ids(errors);
            add(
                "to read, the service connects under a name of its own",
                model::CONNECT,
                vec![self.arn(ResourceKind::Client, &format!("{prefix}*"))],
            );
        }
        add(
            "the service subscribes to what devices write",
            model::SUBSCRIBE,
            read.iter().map(filter).collect(),
        );
        add(
            "and receives it",
            model::RECEIVE,
            read.iter().map(topic).collect(),
        );
        if !self.service.sets.is_empty() {
            let things = format!("thing/{}*", self.identity.thing_name.prefix());
            add(
                "the service sets an attribute of things; IAM knows no single attribute",
                action::UPDATE_THING,
                vec![self.deployment.arn(&things)],
            );
        }
        statements
    }

    /// What client ids of the service begin with: nothing that a thing's name begins with, since
    /// devices connect under that.
    fn client_ids(&self, errors: &mut Vec<Error>) -> String {
        let prefix = format!("{}-", self.deployment.name(&self.name.value));
        let own = Language::of_parts([Part::Literal(&prefix), Part::Pattern("[ -~]*")]);
        let witness = match own.map(|own| self.identity.thing_name.shared_with(&own)) {
            Ok(Difference::None) => return prefix,
            Ok(Difference::Witness(bytes)) => format!("`{}`", String::from_utf8_lossy(&bytes)),
            Ok(Difference::Unknown) | Err(_) => "something that was not found".to_owned(),
        };
        let kind = ErrorKind::ServiceName {
            witness: witness.into(),
            service: self.name.value.clone(),
        };
        errors.push(Error::new(kind, self.name.span));
        prefix
    }

    fn arn(&self, kind: ResourceKind, name: &str) -> String {
        self.deployment.arn(&format!("{}/{name}", kind.as_str()))
    }
}

/// The topics of all devices: IAM knows no device, so that its own level is any.
fn in_iam(levels: &[Level]) -> String {
    let level = |level: &Level| match level {
        Level::Any | Level::Rest => "*".to_owned(),
        Level::Begun(text) => format!("{text}*"),
        Level::Parts(parts) => parts
            .iter()
            .map(|part| match part {
                LevelPart::Literal(literal) => literal.as_str(),
                LevelPart::Variable { .. } => "*",
            })
            .collect(),
    };
    let levels: Vec<String> = levels.iter().map(level).collect();
    levels.join("/")
}

/// The filter for the topics of all devices; it is compared as text.
fn as_filter(levels: &[Level]) -> String {
    let level = |level: &Level| match level {
        Level::Any => "+".to_owned(),
        // Only AWS's own topics have it, and of those no service reads any.
        Level::Rest | Level::Begun(_) => "#".to_owned(),
        Level::Parts(parts) => {
            let mut text = String::new();
            for part in parts {
                match part {
                    LevelPart::Literal(literal) => text.push_str(literal),
                    LevelPart::Variable { .. } => return "+".to_owned(),
                }
            }
            text
        }
    };
    let levels: Vec<String> = levels.iter().map(level).collect();
    levels.join("/")
}
