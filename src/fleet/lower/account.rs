//! Settings of an account: from an account spec to plans, and whether a fleet has one for all its places.

use super::registration::role_name_in;
use super::{Lowered, Request, regions, stack};
use crate::document::spelling::closest;
use crate::document::{Document, Syntax};
use crate::facts;
use crate::fleet::authority::Files;
use crate::fleet::error::AccountFault;
use crate::fleet::language::Language;
use crate::fleet::plan::{
    AccountSettings, Audit, Deployment, Indexing, Logging, Naming, Note, NoteKind, Plan, Presence,
    Role, RoleStatement, Taker, ThingType,
};
use crate::fleet::spec::{
    self, AccountEnvironment, AccountSpecs, AuditSpec, Deletion, LoggingSpec, Name, Notation, Spec,
};
use crate::fleet::{Error, ErrorKind, Unreadable};
use crate::model::{account as action, furniture, hook};
use crate::source::{MAX_FILE_BYTES, Source, Sources, Span, Spanned, Text};

/// The log of AWS IoT.
const LOG: &str = "log-group:AWSIotLogsV2";

/// Decides everything that an account spec leaves open.
///
/// # Errors
/// All that keeps it from being deployed, each once.
pub fn lower_account(spec: &AccountSpecs, request: &Request<'_>) -> Result<Lowered, Vec<Error>> {
    let mut plans: Vec<(Plan, Span)> = Vec::new();
    let mut errors = Vec::new();
    for wanted in request.environments {
        let is_known = |it: &AccountEnvironment| *it.name.value == **wanted;
        if !spec.environments.iter().any(is_known)
            && let Some(first) = spec.environments.first()
        {
            let kind = ErrorKind::UnknownEnvironment(wanted.as_str().into());
            errors.push(Error::new(kind, first.name.span));
        }
    }
    for environment in &spec.environments {
        super::folders(&environment.spec.outputs, &mut errors);
        for (deployment, span) in deployments(environment, &mut errors) {
            let mut known = plans.iter();
            let same = known.find(|(it, _)| {
                let it = &it.deployment;
                (&it.account, &it.region) == (&deployment.account, &deployment.region)
            });
            if let Some((_, first)) = same {
                let fault = AccountFault::Twice {
                    account: deployment.account.clone(),
                    region: deployment.region.clone(),
                };
                let error = Error::new(ErrorKind::Account(fault), span);
                errors.push(error.with_related(*first, "the first"));
            }
            let mut known = plans.iter();
            let elsewhere = known.find(|(it, _)| {
                let it = &it.deployment;
                it.account == deployment.account && it.partition != deployment.partition
            });
            if let Some((other, _)) = elsewhere {
                let kind = ErrorKind::TwoPartitions {
                    account: deployment.account.clone(),
                    first: other.deployment.region.clone(),
                    second: deployment.region.clone(),
                };
                errors.push(Error::new(kind, span));
            }
            let plan = plan(environment, deployment, &mut errors);
            plans.extend(plan.map(|plan| (plan, span)));
        }
    }
    if !errors.is_empty() {
        return Err(Error::without_repeats(errors));
    }
    let is_wanted = |plan: &Plan| {
        let mut names = request.environments.iter();
        request.environments.is_empty() || names.any(|it| **it == *plan.deployment.environment)
    };
    let plans = plans.into_iter().map(|(plan, _)| plan).filter(is_wanted);
    Ok(Lowered {
        plans: plans.collect(),
        notes: Vec::new(),
    })
}

/// The places of an environment, each with where its Region stands.
fn deployments(
    environment: &AccountEnvironment,
    errors: &mut Vec<Error>,
) -> Vec<(Deployment, Span)> {
    let name = &environment.environment.account;
    let Some(account) = environment.spec.accounts.get(&name.value) else {
        let known = environment.spec.accounts.keys().map(|key| &*key.value);
        let kind = ErrorKind::UnknownAccount {
            name: name.value.clone(),
            nearest: closest(&name.value, known).map(Into::into),
        };
        errors.push(Error::new(kind, name.span));
        return Vec::new();
    };
    let mut deployments = Vec::new();
    for region in &environment.environment.regions {
        let known = match regions::known(&region.value) {
            Ok(known) => known,
            Err(kind) => {
                errors.push(Error::new(kind, region.span));
                continue;
            }
        };
        let own = &environment.spec.account.value;
        let mut deployment = Deployment {
            naming: Naming::usual(own, &environment.name.value),
            role_path: "/".into(),
            fleet: own.clone(),
            environment: environment.name.value.clone(),
            region: region.value.clone(),
            account: account.0.value.clone(),
            partition: known.partition.into(),
        };
        if let Some(naming) = stack::naming(&environment.stack, &deployment, errors) {
            deployment.naming = naming;
        }
        if let Some(path) = stack::role_path(&environment.stack, &deployment, errors) {
            deployment.role_path = path;
        }
        deployments.push((deployment, region.span));
    }
    deployments
}

fn plan(
    environment: &AccountEnvironment,
    deployment: Deployment,
    errors: &mut Vec<Error>,
) -> Option<Plan> {
    let spec = &environment.spec;
    let origin = spec.account.span;
    let logging = spec.logging.as_ref();
    let logging = logging.map(|it| logging_of(it, &deployment, errors));
    let audit = spec.audit.as_ref();
    let audit = audit.map(|it| audit_of(it, &deployment, errors));
    let indexing = spec.indexing.as_ref().map(|it| Indexing {
        things: it.value.things.word(),
        connectivity: match it.value.connectivity {
            true => "STATUS",
            false => "OFF",
        },
        origin: it.span,
    });
    if logging.is_none() && audit.is_none() && indexing.is_none() {
        let kind = ErrorKind::Account(AccountFault::Nothing);
        errors.push(Error::new(kind, origin));
    }
    let furniture = stack::furniture(&environment.stack, &deployment, errors);
    let is_kept = *environment.name.value == *super::KEPT_ENVIRONMENT;
    let deletion = environment.environment.delete.unwrap_or(match is_kept {
        true => Deletion::Retained,
        false => Deletion::Allowed,
    });
    Some(Plan {
        deployment,
        deletion,
        account: Some(AccountSettings {
            logging,
            audit,
            indexing,
        }),
        named_regions: environment.named_regions.clone(),
        furniture,
        notation: match &spec.outputs.cloudformation {
            Some(output) => output.format,
            None => Notation::default(),
        },
        // Of devices there is nothing.
        thing_names: Language::of_pattern("").ok()?,
        thing_type: ThingType {
            name: String::new(),
            presence: Presence::Existing,
            searchable: Vec::new(),
            origin,
        },
        apart: Vec::new(),
        unique: Vec::new(),
        plain: Vec::new(),
        assertions: Vec::new(),
        shared: Vec::new(),
        allowances: Vec::new(),
        services: Vec::new(),
        groups: Vec::new(),
        billing_group: None,
        policies: Vec::new(),
        topics: Vec::new(),
        registrations: Vec::new(),
        alarms: None,
        jobs: Vec::new(),
        uploads: Vec::new(),
    })
}

/// A role of AWS IoT in this deployment, asked for at this place.
fn role(
    own: &'static str,
    purpose: &'static str,
    statements: Vec<RoleStatement>,
    (deployment, span): (&Deployment, Span),
    errors: &mut Vec<Error>,
) -> Role {
    Role {
        name: role_name_in(deployment, own, "the role", span, errors),
        taker: Taker::Account(purpose),
        policy: own,
        statements,
    }
}

fn logging_of(
    written: &Spanned<LoggingSpec>,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Logging {
    let log = deployment.arn_of("logs", LOG);
    let statement = RoleStatement {
        purpose: "the log of AWS IoT is made, and written",
        actions: vec![
            action::CREATE_LOG_GROUP,
            hook::CREATE_LOG_STREAM,
            hook::PUT_LOG_EVENTS,
            action::PUT_METRIC_FILTER,
            action::PUT_RETENTION_POLICY,
        ],
        resources: vec![log.clone(), format!("{log}:*")],
    };
    let purpose = "AWS IoT takes this role to write its log, for this account only";
    let place = (deployment, written.span);
    Logging {
        level: written.value.level.word(),
        role: role("logging", purpose, vec![statement], place, errors),
        origin: written.span,
    }
}

fn audit_of(
    written: &Spanned<AuditSpec>,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Audit {
    let place = (deployment, written.span);
    if facts::audit_checks().not_in.contains(&&*deployment.region) {
        let fault = AccountFault::NoAudit(deployment.region.clone());
        errors.push(Error::new(ErrorKind::Account(fault), written.span));
    }
    let purpose = "Device Defender takes this role to read what it looks at, for this account only";
    let reader = role("audit", purpose, looks(deployment), place, errors);
    let notify = written.value.notify.as_ref();
    let notify = notify.and_then(|it| stack::topic(it, deployment, errors));
    let notify = notify.map(|topic| {
        let statement = RoleStatement {
            purpose: "what was found is told",
            actions: vec![furniture::PUBLISH_NOTIFICATION],
            resources: vec![topic.clone()],
        };
        let purpose =
            "Device Defender takes this role to tell what it found, for this account only";
        let teller = role("audit-notify", purpose, vec![statement], place, errors);
        (topic, teller)
    });
    Audit {
        checks: checks(written.value.checks.as_deref(), errors),
        role: reader,
        notify,
        origin: written.span,
    }
}

/// What audits look at.
fn looks(deployment: &Deployment) -> Vec<RoleStatement> {
    let Deployment {
        partition, account, ..
    } = deployment;
    let own = |kind: &str| format!("arn:{partition}:iam::{account}:{kind}/*");
    vec![
        RoleStatement {
            purpose: "certificates, policies and role aliases are read",
            actions: action::AUDIT_IOT.to_vec(),
            resources: ["cacert/*", "cert/*", "policy/*", "rolealias/*"]
                .map(|it| deployment.arn(it))
                .into(),
        },
        RoleStatement {
            purpose: "roles that devices and users get are read, with their policies",
            actions: action::AUDIT_IAM.to_vec(),
            resources: vec![
                own("policy"),
                own("role"),
                format!("arn:{partition}:iam::aws:policy/*"),
            ],
        },
        RoleStatement {
            purpose: "which roles identity pools give is read",
            actions: vec![action::AUDIT_POOLS],
            resources: vec![deployment.arn_of("cognito-identity", "identitypool/*")],
        },
        RoleStatement {
            purpose: "what there is is listed; these actions know no resource",
            actions: action::AUDIT_LISTS.to_vec(),
            resources: vec!["*".to_owned()],
        },
    ]
}

/// The checks of these names; all without any.
fn checks(written: Option<&[Name]>, errors: &mut Vec<Error>) -> Vec<&'static str> {
    let known = facts::audit_checks().names;
    let Some(written) = written else {
        return known.to_vec();
    };
    let mut checks: Vec<&str> = Vec::new();
    for name in written {
        match known.iter().find(|it| ***it == *name.value) {
            Some(check) => checks.push(check),
            None => {
                let fault = AccountFault::UnknownCheck {
                    name: name.value.clone(),
                    nearest: closest(&name.value, known.iter().copied()).map(Into::into),
                };
                errors.push(Error::new(ErrorKind::Account(fault), name.span));
            }
        }
    }
    checks.sort_unstable();
    checks.dedup();
    checks
}

/// Whether the account spec that a fleet names has all its places, and what it lacks for the fleet.
pub(super) fn check(
    spec: &Spec,
    plans: &[Plan],
    files: &dyn Files,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) {
    let mut read: Vec<(&str, AccountSpecs)> = Vec::new();
    for environment in &spec.environments {
        let Some(path) = &environment.spec.stack.account else {
            continue;
        };
        if !read.iter().any(|(it, _)| **it == *path.value) {
            match account_spec(&path.value, files) {
                Ok(specs) => read.push((&path.value, specs)),
                Err(fault) => {
                    let fault = AccountFault::Unusable {
                        path: path.value.clone(),
                        fault: fault.into(),
                    };
                    errors.push(Error::new(ErrorKind::Account(fault), path.span));
                    continue;
                }
            }
        }
        let specs = read.iter().find(|(it, _)| **it == *path.value);
        let specs = specs.map_or(&[][..], |(_, specs)| &specs.environments);
        let own = plans.iter();
        let own = own.filter(|it| it.deployment.environment == environment.name.value);
        for plan in own {
            let deployment = &plan.deployment;
            let mut covering = specs.iter().filter(|it| is_in(it, deployment));
            let Some(covering) = covering.next() else {
                let fault = AccountFault::NotCovered {
                    path: path.value.clone(),
                    account: deployment.account.clone(),
                    region: deployment.region.clone(),
                };
                errors.push(Error::new(ErrorKind::Account(fault), path.span));
                continue;
            };
            if covering.spec.indexing.is_none() && !plan.thing_type.searchable.is_empty() {
                notes.push(Note {
                    kind: NoteKind::NoIndex {
                        path: path.value.clone(),
                        region: deployment.region.clone(),
                    },
                    span: path.span,
                });
            }
        }
    }
}

fn is_in(environment: &AccountEnvironment, deployment: &Deployment) -> bool {
    let account = &environment.environment.account;
    let account = environment.spec.accounts.get(&account.value);
    let mut regions = environment.environment.regions.iter();
    account.is_some_and(|it| it.0.value == deployment.account)
        && regions.any(|it| it.value == deployment.region)
}

/// The account spec at a path, as text that says what is wrong with it.
fn account_spec(path: &str, files: &dyn Files) -> Result<AccountSpecs, String> {
    let mut sources = Sources::default();
    let document = document(path, files, &mut sources).map_err(|it| it.to_string())?;
    let (folder, name) = match path.rfind('/') {
        Some(at) => path.split_at_checked(at + 1).unwrap_or(("", path)),
        None => ("", path),
    };
    let mut other =
        |relative: &str| self::document(&format!("{folder}{relative}"), files, &mut sources);
    let whole = spec::extended(document, name, &mut other);
    let specs = whole.and_then(|it| spec::read_account(&it));
    specs.map_err(|errors| match errors.first() {
        Some(error) => {
            let line = sources.start(error.span).line;
            match sources.path(error.span.source()) {
                file if file == path => format!("line {line}: {error}"),
                file => format!("{file}, line {line}: {error}"),
            }
        }
        None => "it can't be read".to_owned(),
    })
}

fn document(path: &str, files: &dyn Files, sources: &mut Sources) -> Result<Document, Unreadable> {
    let bytes = files.read(path)?;
    let is_short = bytes.len() <= MAX_FILE_BYTES;
    let text = String::from_utf8(bytes).ok().filter(|_| is_short);
    let text = text.ok_or_else(|| Unreadable::Refused("it is no UTF-8 text".into()))?;
    let id = sources.add(Source::new(path, text.as_str()));
    let source = sources.get(id).ok_or(Unreadable::Missing)?;
    let syntax = match path.ends_with(".json") {
        true => Syntax::Json,
        false => Syntax::Yaml,
    };
    Ok(Document::parse(&Text::of_source(id, source), syntax))
}
