//! What decides whether a device gets in: a function, and what it needs. Shared by the methods that ask one.

use super::binding::Source;
use super::identity::KnownField;
use super::method::{Decider, Entry, Hooked};
use super::names::{self, DEPLOYMENT_WORDS, unknown_hole};
use super::registration::{Context, role_name};
use super::stack;
use crate::facts::{self, NameKind, limit};
use crate::fleet::plan::{
    self, Exemption, Function, Hook, Logs, Note, NoteKind, Role, RoleStatement, Setting, Table,
    Taker, Template,
};
use crate::fleet::spec::{AllowList, MadeFrom, Name};
use crate::fleet::{Error, ErrorKind};
use crate::model::{Date, hook as action};
use crate::source::Span;

/// The hook of an allow-list.
const ALLOW_LIST: &str = include_str!("../../../templates/hook.py");

/// The memory of a function; with less, a start takes longer than AWS IoT waits.
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
        reason: "in no VPC: it reaches its tables over the API of AWS and nothing else",
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
/// Checks that a function's log does not meet.
const OF_LOGS: &[Exemption] = &[Exemption {
    check: "CKV_AWS_158",
    reason: "no key of your own: the log holds no secrets, and CloudWatch encrypts it",
}];
/// Checks that a table does not meet.
pub(super) const OF_TABLE: &[Exemption] = &[Exemption {
    check: "CKV_AWS_119",
    reason: "no key of your own: the table holds no secrets, and is encrypted with the key of AWS for DynamoDB",
}];

/// What a broker writes down of claims, for a hook to look at.
pub(super) struct Claims {
    /// The name of the table.
    pub table: String,
    /// The fields that an installer brings: a device must have the same values.
    pub brings: Vec<Box<str>>,
}

/// What a function is made of.
pub(super) struct Code {
    /// The last part of its name.
    pub part: &'static str,
    /// What it is, in errors.
    pub what: &'static str,
    /// What its role is, in errors.
    pub what_role: &'static str,
    /// What asked for it.
    pub span: Span,
    /// Its source.
    pub source: String,
    /// When it is stopped.
    pub timeout_seconds: u64,
    /// The table of devices.
    pub table: Option<Table>,
    /// What it has to know.
    pub settings: Vec<(&'static str, Setting)>,
    /// What it may do beside writing its log.
    pub statements: Vec<RoleStatement>,
    /// Checks that it does not meet.
    pub exemptions: &'static [Exemption],
}

impl Code {
    /// A hook that has no source yet.
    fn of_hook(span: Span) -> Code {
        Code {
            part: "hook",
            what: "the hook",
            what_role: "the role of the hook",
            span,
            source: String::new(),
            timeout_seconds: limit::PROVISIONING_HOOK_SECONDS,
            table: None,
            settings: Vec::new(),
            statements: Vec::new(),
            exemptions: OF_FUNCTION,
        }
    }
}

/// The hook of a registration.
pub(super) struct Hooking<'p> {
    pub context: &'p Context<'p>,
    pub entry: &'p Entry<'p>,
    pub hooked: &'p Hooked<'p>,
    pub template: &'p Template,
}

impl Hooking<'_> {
    /// How AWS IoT makes the certificate, and what it asks; `claims` is what a broker writes down.
    pub(super) fn plan(
        &self,
        claims: Option<&Claims>,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Option<plan::Hooked> {
        let from = self.hooked.from;
        if from.value == MadeFrom::Keys {
            let (kind, span) = (NoteKind::KeysFromCloud, from.span);
            notes.push(Note { kind, span });
        }
        let bound = self.entry.method.bind.iter();
        let sent = bound.filter(|(_, source)| Source::parse(&source.value) == Some(Source::Device));
        Some(plan::Hooked {
            from: from.value,
            sends: sent.map(|(name, _)| name.value.clone()).collect(),
            hook: self.hook(claims, errors, notes)?,
            claims: claims.map(|it| it.table.clone()),
        })
    }

    pub(super) fn own_name(&self, part: &str) -> String {
        format!("{}-{part}", self.entry.name.value)
    }

    fn hook(
        &self,
        claims: Option<&Claims>,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Option<Hook> {
        let deployment = self.context.deployment;
        let (arn, function) = match &self.hooked.decider {
            Decider::AllowList(list) => {
                let table = self.table(list, errors)?;
                let code = Code {
                    source: ALLOW_LIST.to_owned(),
                    settings: self.settings(list, &table, claims),
                    statements: self.role_statements(&table, claims),
                    table: Some(table),
                    ..Code::of_hook(self.hooked.hook_span)
                };
                let function = self.function(code, errors, notes);
                (self.arn(&function), Some(function))
            }
            Decider::Source { path, checks } => {
                self.trusted(checks, notes);
                let code = Code {
                    source: self.source(path, errors)?,
                    ..Code::of_hook(self.hooked.hook_span)
                };
                let function = self.function(code, errors, notes);
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
            origin: self.hooked.hook_span,
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

    pub(super) fn filled(&self, text: &Name, errors: &mut Vec<Error>) -> Option<String> {
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
            name,
            presence: stack::table_presence(&self.context.spec.stack, self.entry.name),
            key: list.key.value.clone(),
            returns: list.returns.iter().map(|it| it.value.clone()).collect(),
            expires: None,
            asked: "hook.allowList",
            origin: list.table.span,
            exemptions: OF_TABLE,
        })
    }

    /// What the hook has to know; see `templates/hook.py`.
    fn settings(
        &self,
        list: &AllowList,
        table: &Table,
        claims: Option<&Claims>,
    ) -> Vec<(&'static str, Setting)> {
        let mut settings = vec![
            ("table", Setting::Text(table.name.clone())),
            ("key", Setting::Text(table.key.to_string())),
            ("returns", Setting::Names(table.returns.clone())),
            ("plain", Setting::Names(self.plain(list))),
        ];
        if let Some(claims) = claims {
            settings.push(("claims", Setting::Text(claims.table.clone())));
            settings.push(("same", Setting::Names(claims.brings.clone())));
        }
        settings
    }

    /// What the hook looks at, so that the proofs may count on it.
    pub(super) fn plain(&self, list: &AllowList) -> Vec<Box<str>> {
        let names = std::iter::once(&list.key).chain(&list.returns);
        let is_plain = |name: &&Name| {
            let field = self.context.identity.field(&name.value);
            field.is_some_and(KnownField::is_plain)
        };
        let names = names.filter(is_plain);
        names.map(|name| name.value.clone()).collect()
    }

    pub(super) fn function(
        &self,
        code: Code,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Function {
        let Code { span, part, .. } = code;
        let own_name = self.own_name(part);
        let name = self.context.deployment.name(&own_name);
        names::check_name(NameKind::Function, code.what, &name, span, errors);
        let runtime = facts::hook_runtime();
        self.runtime_ends(runtime, span, notes);
        let logs = Logs {
            name: format!("/aws/lambda/{name}"),
            days: stack::LOG_DAYS,
            exemptions: OF_LOGS,
        };
        let mut statements = vec![self.own_log(&logs)];
        statements.extend(code.statements);
        Function {
            role: Role {
                name: role_name(self.context, &own_name, code.what_role, span, errors),
                taker: Taker::Lambda,
                policy: part,
                statements,
            },
            name,
            source: code.source,
            runtime: runtime.name,
            timeout_seconds: code.timeout_seconds,
            memory_mebibytes: MEMORY_MEBIBYTES,
            logs,
            table: code.table,
            settings: code.settings,
            exemptions: code.exemptions,
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

    fn own_log(&self, logs: &Logs) -> RoleStatement {
        let deployment = self.context.deployment;
        RoleStatement {
            purpose: "the function writes its own log",
            actions: vec![action::CREATE_LOG_STREAM, action::PUT_LOG_EVENTS],
            resources: vec![deployment.arn_of("logs", &format!("log-group:{}:*", logs.name))],
        }
    }

    /// One kind of write to each of its tables.
    fn role_statements(&self, table: &Table, claims: Option<&Claims>) -> Vec<RoleStatement> {
        let mut statements = vec![RoleStatement {
            purpose: "an entry is tied to a public key; the write returns the entry",
            actions: vec![action::UPDATE_ITEM],
            resources: vec![self.table_arn(&table.name)],
        }];
        statements.extend(claims.map(|claims| RoleStatement {
            purpose: "so is what the broker wrote down of the claim",
            actions: vec![action::UPDATE_ITEM],
            resources: vec![self.table_arn(&claims.table)],
        }));
        statements
    }

    pub(super) fn table_arn(&self, name: &str) -> String {
        let deployment = self.context.deployment;
        deployment.arn_of("dynamodb", &format!("table/{name}"))
    }
}
