//! Registration by a trusted user: who the installers are, how they get a claim, and what is written down
//! of it.

use super::binding::Source;
use super::hook::{Claims, Code, Hooking, OF_TABLE};
use super::method::{Decider, Entry, TrustedUser, Who};
use super::registration::{Context, role_name};
use super::{claim, names};
use crate::facts::{NameKind, limit};
use crate::fleet::plan::{
    self, Access, AccessTarget, Api, Broker, Exemption, Note, NoteKind, Presence, Role,
    RoleStatement, Setting, SignIn, Table, Taker, Template,
};
use crate::fleet::spec::{AllowList, Form, Name};
use crate::fleet::{Error, ErrorKind};
use crate::model::broker as action;

/// The function that makes claims.
const BROKER: &str = include_str!("../../../templates/broker.py");

/// How long an installer waits at most. What the broker asks answers within a second.
const BROKER_SECONDS: u64 = 15;

/// What an entry of the broker's tables is found by, and when it may go; see `templates/broker.py`.
const USER: &str = "user";
const CLAIM: &str = "claimCertificateId";
const EXPIRES: &str = "expires";

/// The partition whose sign-in services have the names that are written here.
const PARTITION: &str = "aws";

/// Checks that the broker does not meet.
const OF_BROKER: &[Exemption] = &[
    Exemption {
        check: "CKV_AWS_50",
        reason: "no trace: each answer is a line of the log, and a trace needs a right on all resources",
    },
    Exemption {
        check: "CKV_AWS_115",
        reason: "no concurrency is reserved: it would be taken from the account's other functions, and the API limits how often it is asked",
    },
    Exemption {
        check: "CKV_AWS_116",
        reason: "no dead letters: the installer waits for the answer, and asks again",
    },
    Exemption {
        check: "CKV_AWS_117",
        reason: "in no VPC: it reaches AWS IoT and two tables over the API of AWS and nothing else",
    },
    Exemption {
        check: "CKV_AWS_173",
        reason: "no key of your own: the variable holds the names of tables, fields and the role",
    },
    Exemption {
        check: "CKV_AWS_272",
        reason: "not signed: the source is a part of this configuration, as its settings are",
    },
];
/// Checks that the table of claims does not meet.
const OF_CLAIMS: &[Exemption] = &[Exemption {
    check: "CKV_AWS_119",
    reason: "no key of your own: the table holds no secrets, and is encrypted with the key of AWS for DynamoDB",
}];
/// Checks that the API does not meet.
const OF_API: &[Exemption] = &[
    Exemption {
        check: "CKV_AWS_76",
        reason: NO_ACCESS_LOG,
    },
    Exemption {
        check: "CKV_AWS_95",
        reason: NO_ACCESS_LOG,
    },
];
/// Why calls of the API have no log of their own.
const NO_ACCESS_LOG: &str = "no log beside that of the function: who may not ask reaches nothing";

/// What a trusted user asks for.
pub(super) fn of(
    context: &Context<'_>,
    entry: &Entry<'_>,
    trusted: &TrustedUser<'_>,
    template: &Template,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<plan::TrustedUser> {
    let planning = Planning {
        context,
        entry,
        trusted,
        template,
        hooking: Hooking {
            context,
            entry,
            hooked: &trusted.hooked,
            template,
        },
    };
    let installers = planning.installers(errors, notes)?;
    let (claims, broker) = match (trusted.form, &trusted.hooked.decider) {
        (Form::Broker, Decider::AllowList(list)) => {
            let claims = planning.claims(list);
            let broker = planning.broker(list, &claims, &installers, errors, notes);
            (Some(claims), Some(broker))
        }
        // INVARIANT: `method::entries` refused other hooks of a broker.
        (Form::Broker | Form::Direct, _) => {
            let kind = NoteKind::ClaimsOfNobody;
            let span = trusted.installers_span;
            notes.push(Note { kind, span });
            (None, None)
        }
    };
    let deployment = context.deployment;
    let (action, on) = match trusted.form {
        Form::Broker => (action::INVOKE_API, AccessTarget::Route),
        Form::Direct => {
            let arn = deployment.arn(&format!("provisioningtemplate/{}", template.name));
            (action::CREATE_PROVISIONING_CLAIM, AccessTarget::Arn(arn))
        }
    };
    let own = planning.hooking.own_name("installers");
    let policy = deployment.name(&format!("{own}-{}", deployment.region));
    Some(plan::TrustedUser {
        hooked: planning.hooking.plan(claims.as_ref(), errors, notes)?,
        claim: claim::of_aws(context, entry, template),
        access: Access {
            policy,
            role: installers.role_name,
            action,
            on,
        },
        sign_in: installers.sign_in,
        role: installers.role,
        broker,
        origin: trusted.installers_span,
    })
}

/// Who the installers are.
struct Installers {
    sign_in: SignIn,
    role_name: String,
    /// The role, when it is not there already.
    role: Option<Role>,
}

struct Planning<'p> {
    context: &'p Context<'p>,
    entry: &'p Entry<'p>,
    trusted: &'p TrustedUser<'p>,
    template: &'p Template,
    hooking: Hooking<'p>,
}

impl Planning<'_> {
    fn installers(&self, errors: &mut Vec<Error>, notes: &mut Vec<Note>) -> Option<Installers> {
        match self.trusted.installers {
            Who::Cognito(cognito) => {
                self.of_partition("cognito", errors);
                let kind = NoteKind::GroupOfPool {
                    group: cognito.group.value.clone(),
                };
                let span = cognito.group.span;
                notes.push(Note { kind, span });
                let pool = cognito.identity_pool.value.to_string();
                let sign_in = SignIn::Cognito {
                    pool: pool.clone(),
                    group: cognito.group.value.to_string(),
                };
                Some(self.own_role(sign_in, Taker::Cognito(pool), errors))
            }
            Who::Saml(provider) => {
                self.of_partition("saml", errors);
                let (arn, _) = self.principal(provider, "saml-provider", "no provider", errors)?;
                let sign_in = SignIn::Saml {
                    provider: arn.clone(),
                };
                Some(self.own_role(sign_in, Taker::Saml(arn), errors))
            }
            Who::Role(role) => {
                let (_, name) = self.principal(role, "role", "no role", errors)?;
                if self.trusted.form == Form::Broker {
                    let kind = NoteKind::NamesOfSessions {
                        role: name.as_str().into(),
                    };
                    let span = role.span;
                    notes.push(Note { kind, span });
                }
                Some(Installers {
                    sign_in: SignIn::Role,
                    role_name: name,
                    role: None,
                })
            }
        }
    }

    /// Sign-in services have other names in other partitions.
    fn of_partition(&self, word: &'static str, errors: &mut Vec<Error>) {
        let partition = &self.context.deployment.partition;
        if **partition != *PARTITION {
            let kind = ErrorKind::PartitionOfInstallers {
                word,
                partition: partition.clone(),
            };
            errors.push(Error::new(kind, self.trusted.installers_span));
        }
    }

    fn own_role(&self, sign_in: SignIn, taker: Taker, errors: &mut Vec<Error>) -> Installers {
        let (own, what) = (
            self.hooking.own_name("installers"),
            "the role of installers",
        );
        let span = self.trusted.installers_span;
        let name = role_name(self.context, &own, what, span, errors);
        Installers {
            sign_in,
            role_name: name.clone(),
            role: Some(Role {
                name,
                taker,
                policy: "installers",
                statements: Vec::new(),
            }),
        }
    }

    /// The ARN and the name of something in IAM, written as either.
    fn principal(
        &self,
        written: &Name,
        resource: &str,
        what: &'static str,
        errors: &mut Vec<Error>,
    ) -> Option<(String, String)> {
        let deployment = self.context.deployment;
        let filled = self.hooking.filled(written, errors)?;
        let head = format!(
            "arn:{}:iam::{}:{resource}/",
            deployment.partition, deployment.account
        );
        let arn = match filled.starts_with("arn:") {
            true => filled.clone(),
            false => format!("{head}{filled}"),
        };
        let path = arn.strip_prefix(&head);
        let name = path.and_then(|path| path.rsplit('/').next());
        // IAM's characters of such names,
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(is_plain);
        let Some(name) = name.filter(is_name) else {
            let kind = ErrorKind::ForeignPrincipal {
                arn: filled.into(),
                what,
                account: deployment.account.clone(),
            };
            errors.push(Error::new(kind, written.span));
            return None;
        };
        let name = name.to_owned();
        Some((arn, name))
    }

    /// What is written down of claims: an installer brings the fields that decide rights, so that one of
    /// one tenant registers nothing for another.
    fn claims(&self, list: &AllowList) -> Claims {
        let identity = self.context.identity;
        let bind = &self.entry.method.bind;
        let brings = list.returns.iter().filter(|name| {
            let field = identity.field(&name.value);
            let source = bind.get(&name.value);
            let of_hook = source.and_then(|it| Source::parse(&it.value)) == Some(Source::Hook);
            of_hook && field.is_some_and(|it| it.decides_rights && !it.unique)
        });
        let own = self.hooking.own_name("claims");
        Claims {
            table: self.context.deployment.name(&own),
            brings: brings.map(|name| name.value.clone()).collect(),
        }
    }

    fn broker(
        &self,
        list: &AllowList,
        claims: &Claims,
        installers: &Installers,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Broker {
        let deployment = self.context.deployment;
        let span = self.trusted.installers_span;
        let table = |key: &str, name: String, errors: &mut Vec<Error>| {
            names::check_name(NameKind::Table, "the table", &name, span, errors);
            Table {
                name,
                presence: Presence::Made,
                key: key.into(),
                returns: Vec::new(),
                expires: None,
                asked: "installers",
                origin: span,
                exemptions: OF_TABLE,
            }
        };
        let own = self.hooking.own_name("installers");
        let known = Table {
            returns: claims.brings.clone(),
            ..table(USER, deployment.name(&own), errors)
        };
        let claimed = Table {
            expires: Some(EXPIRES),
            exemptions: OF_CLAIMS,
            ..table(CLAIM, claims.table.clone(), errors)
        };
        let code = Code {
            part: "broker",
            what: "the broker",
            what_role: "the role of the broker",
            span,
            source: BROKER.to_owned(),
            timeout_seconds: BROKER_SECONDS,
            table: None,
            settings: self.settings(list, &known, claims, installers),
            statements: self.statements(&known, &claimed),
            exemptions: OF_BROKER,
        };
        let name = deployment.name(&self.hooking.own_name("broker"));
        Broker {
            function: self.hooking.function(code, errors, notes),
            claims: claimed,
            installers: known,
            api: Api {
                name,
                arn_head: deployment.arn_of("execute-api", ""),
                stage: self.entry.name.value.to_string(),
                per_second: limit::TRUSTED_USER_CLAIMS_PER_SECOND,
                exemptions: OF_API,
            },
        }
    }

    /// What the broker has to know; see `templates/broker.py`.
    fn settings(
        &self,
        list: &AllowList,
        known: &Table,
        claims: &Claims,
        installers: &Installers,
    ) -> Vec<(&'static str, Setting)> {
        let deployment = self.context.deployment;
        let plain = self.hooking.plain(list).into_iter();
        let plain = plain.filter(|it| *it == list.key.value || claims.brings.contains(it));
        let callers = format!(
            "arn:{}:sts::{}:assumed-role/{}/",
            deployment.partition, deployment.account, installers.role_name
        );
        let mut settings = vec![
            ("template", Setting::Text(self.template.name.clone())),
            ("claims", Setting::Text(claims.table.clone())),
            ("installers", Setting::Text(known.name.clone())),
            ("key", Setting::Text(list.key.value.to_string())),
            ("brings", Setting::Names(claims.brings.clone())),
            ("plain", Setting::Names(plain.collect())),
            ("callers", Setting::Text(callers)),
        ];
        match &installers.sign_in {
            SignIn::Cognito { pool, .. } => settings.push(("pool", Setting::Text(pool.clone()))),
            SignIn::Saml { .. } | SignIn::Role => {}
        }
        settings
    }

    fn statements(&self, known: &Table, claimed: &Table) -> Vec<RoleStatement> {
        let template = format!("provisioningtemplate/{}", self.template.name);
        vec![
            RoleStatement {
                purpose: "claims are made, for this template only",
                actions: vec![action::CREATE_PROVISIONING_CLAIM],
                resources: vec![self.context.deployment.arn(&template)],
            },
            RoleStatement {
                purpose: "installers are looked up",
                actions: vec![action::GET_ITEM],
                resources: vec![self.hooking.table_arn(&known.name)],
            },
            RoleStatement {
                purpose: "for whom and for which device a claim is, is written down",
                actions: vec![action::PUT_ITEM],
                resources: vec![self.hooking.table_arn(&claimed.name)],
            },
        ]
    }
}
