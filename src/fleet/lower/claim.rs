//! Registration by claim: what the shared certificate may do, and who decides which device gets in.

use super::binding::Source;
use super::identity::KnownField;
use super::method::{Claim, Decider, Entry};
use super::names::{self, DEPLOYMENT_WORDS, unknown_hole};
use super::registration::{Context, role_name};
use super::stack;
use crate::facts::{self, ClientOperation, NameKind, TopicFamily, limit};
use crate::fleet::plan::{
    self, DevicePolicy, Exemption, Function, Hook, Logs, Note, NoteKind, Origin, Resource, Role,
    RoleStatement, Statement, Table, Taker, Template,
};
use crate::fleet::spec::{AllowList, MadeFrom, Name};
use crate::fleet::{Error, ErrorKind};
use crate::model::{self, Date, ResourceKind, hook as action};
use crate::source::Span;

/// The hook of an allow-list.
const ALLOW_LIST: &str = include_str!("../../../templates/hook.py");

/// The memory of the hook; with less, a start takes longer than AWS IoT waits.
const MEMORY_MEBIBYTES: u32 = 256;

/// Checks that the hook does not meet.
const OF_FUNCTION: &[Exemption] = &[
    Exemption {
        check: "CKV_AWS_50",
        reason: "no trace: each answer is a line of the log, and a trace needs a right on all resources",
    },
    Exemption {
        check: "CKV_AWS_115",
        reason: "no concurrency is reserved: it would be taken from the account's other functions, and AWS IoT limits how often it asks",
    },
    Exemption {
        check: "CKV_AWS_116",
        reason: "no dead letters: AWS IoT waits for the answer, and a failure is a refusal",
    },
    Exemption {
        check: "CKV_AWS_117",
        reason: "in no VPC: it reaches one table over the API of AWS and nothing else",
    },
    Exemption {
        check: "CKV_AWS_173",
        reason: "no key of your own: the variable holds the names of a table and its fields",
    },
    Exemption {
        check: "CKV_AWS_272",
        reason: "not signed: the source is a part of this configuration, as its settings are",
    },
];
/// Checks that the hook's log does not meet.
const OF_LOGS: &[Exemption] = &[Exemption {
    check: "CKV_AWS_158",
    reason: "no key of your own: the log holds no secrets, and CloudWatch encrypts it",
}];
/// Checks that the table does not meet.
const OF_TABLE: &[Exemption] = &[Exemption {
    check: "CKV_AWS_119",
    reason: "no key of your own: the table holds no secrets, and is encrypted with the key of AWS for DynamoDB",
}];

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
    if claim.from.value == MadeFrom::Keys {
        let kind = NoteKind::KeysFromCloud;
        let span = claim.from.span;
        notes.push(Note { kind, span });
    }
    let bound = entry.method.bind.iter();
    let sent = bound.filter(|(_, source)| Source::parse(&source.value) == Some(Source::Device));
    Some(plan::Claim {
        because: claim.because.value.to_string(),
        from: claim.from.value,
        payload: claim.payload,
        client_id_prefix: claim.client_id_prefix.value.to_string(),
        policy: planned.policy(errors),
        sends: sent.map(|(name, _)| name.value.clone()).collect(),
        hook: planned.hook(errors, notes)?,
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
        let verb = self.claim.from.value.verb();
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

    fn hook(&self, errors: &mut Vec<Error>, notes: &mut Vec<Note>) -> Option<Hook> {
        let deployment = self.context.deployment;
        let (arn, function) = match &self.claim.hook {
            Decider::AllowList(list) => {
                let table = self.table(list, errors)?;
                let source = ALLOW_LIST.to_owned();
                let function = self.function(source, Some(table), errors, notes);
                (self.arn(&function), Some(function))
            }
            Decider::Source { path, checks } => {
                self.trusted(checks, notes);
                let source = self.source(path, errors)?;
                let function = self.function(source, None, errors, notes);
                (self.arn(&function), Some(function))
            }
            Decider::Function { arn, checks } => {
                self.trusted(checks, notes);
                (self.foreign(arn, errors)?, None)
            }
        };
        let template = format!("provisioningtemplate/{}", self.template.name);
        Some(Hook {
            arn,
            payload_version: facts::hook().payload_version,
            source_arn: deployment.arn(&template),
            function,
            origin: self.claim.hook_span,
        })
    }

    fn trusted(&self, checks: &[Name], notes: &mut Vec<Note>) {
        if let Some(first) = checks.first() {
            let (kind, span) = (NoteKind::HookTrusted, first.span);
            notes.push(Note { kind, span });
        }
    }

    fn arn(&self, function: &Function) -> String {
        let deployment = self.context.deployment;
        deployment.arn_of("lambda", &format!("function:{}", function.name))
    }

    /// A function that is deployed elsewhere: in the template's own account and Region.
    fn foreign(&self, arn: &Name, errors: &mut Vec<Error>) -> Option<String> {
        let deployment = self.context.deployment;
        let filled = self.filled(arn, errors)?;
        let head = deployment.arn_of("lambda", "function:");
        let is_name = |name: &str| facts::name_limit(NameKind::Function).fault(name).is_none();
        if filled.strip_prefix(&head).is_some_and(is_name) {
            return Some(filled);
        }
        let kind = ErrorKind::ForeignFunction {
            account: deployment.account.clone(),
            region: deployment.region.clone(),
        };
        errors.push(Error::new(kind, arn.span));
        None
    }

    fn filled(&self, text: &Name, errors: &mut Vec<Error>) -> Option<String> {
        let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
        names::expand(text, self.context.deployment, other, errors)
    }

    /// The text of a hook of the user's.
    fn source(&self, path: &Name, errors: &mut Vec<Error>) -> Option<String> {
        let limit = limit::FUNCTION_SOURCE_BYTES;
        let fault = match self.context.request.files.read(&path.value) {
            Err(error) => error.to_string(),
            Ok(bytes) if bytes.len() as u64 > limit => {
                format!("it has {} bytes; AWS allows {limit}", bytes.len())
            }
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) if text.contains("def handler(") => return Some(text),
                Ok(_) => "it has no function `handler`".to_owned(),
                Err(_) => "it is no UTF-8 text".to_owned(),
            },
        };
        let kind = ErrorKind::HookSource {
            path: path.value.clone(),
            fault: fault.into(),
        };
        errors.push(Error::new(kind, path.span));
        None
    }

    fn table(&self, list: &AllowList, errors: &mut Vec<Error>) -> Option<Table> {
        let name = self.filled(&list.table, errors)?;
        let what = "the table";
        names::check_name(NameKind::Table, what, &name, list.table.span, errors);
        Some(Table {
            presence: stack::table_presence(&self.context.spec.stack, self.entry.name),
            name,
            key: list.key.value.clone(),
            returns: list.returns.iter().map(|it| it.value.clone()).collect(),
            plain: self.plain(list),
            origin: list.table.span,
            exemptions: OF_TABLE,
        })
    }

    /// What the hook looks at, so that the proofs may count on it.
    fn plain(&self, list: &AllowList) -> Vec<Box<str>> {
        let names = std::iter::once(&list.key).chain(&list.returns);
        let is_plain = |name: &&Name| {
            let field = self.context.identity.field(&name.value);
            field.is_some_and(KnownField::is_plain)
        };
        let names = names.filter(is_plain);
        names.map(|name| name.value.clone()).collect()
    }

    fn function(
        &self,
        source: String,
        table: Option<Table>,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Function {
        let span = self.claim.hook_span;
        let own_name = self.own_name("hook");
        let name = self.context.deployment.name(&own_name);
        names::check_name(NameKind::Function, "the hook", &name, span, errors);
        let runtime = facts::hook_runtime();
        self.runtime_ends(runtime, span, notes);
        let logs = Logs {
            name: format!("/aws/lambda/{name}"),
            days: stack::LOG_DAYS,
            exemptions: OF_LOGS,
        };
        let what = "the role of the hook";
        Function {
            role: Role {
                name: role_name(self.context, &own_name, what, span, errors),
                taker: Taker::Lambda,
                policy: "hook",
                statements: self.role_statements(&logs, table.as_ref()),
            },
            name,
            source,
            runtime: runtime.name,
            timeout_seconds: limit::PROVISIONING_HOOK_SECONDS,
            memory_mebibytes: MEMORY_MEBIBYTES,
            logs,
            table,
            exemptions: OF_FUNCTION,
        }
    }

    /// Says that a runtime is no longer kept up, where today is known.
    fn runtime_ends(&self, runtime: &facts::Runtime, span: Span, notes: &mut Vec<Note>) {
        let until = Date::parse(runtime.until);
        let ended = until.filter(|until| self.context.request.today.is_some_and(|it| *until < it));
        if let Some(until) = ended {
            let runtime = runtime.name;
            let kind = NoteKind::RuntimeEnds { runtime, until };
            notes.push(Note { kind, span });
        }
    }

    /// Its own log, and one kind of write to one table.
    fn role_statements(&self, logs: &Logs, table: Option<&Table>) -> Vec<RoleStatement> {
        let deployment = self.context.deployment;
        let log = deployment.arn_of("logs", &format!("log-group:{}:*", logs.name));
        let mut statements = vec![RoleStatement {
            purpose: "the hook writes its own log",
            actions: vec![action::CREATE_LOG_STREAM, action::PUT_LOG_EVENTS],
            resources: vec![log],
        }];
        statements.extend(table.map(|table| RoleStatement {
            purpose: "an entry is tied to a public key; the write returns the entry",
            actions: vec![action::UPDATE_ITEM],
            resources: vec![deployment.arn_of("dynamodb", &format!("table/{}", table.name))],
        }));
        statements
    }
}
