//! Registration by trusted users, for people.

use serde::Serialize;

use super::sequence::keys;
use crate::facts::{self, limit};
use crate::fleet::emit::Format;
use crate::fleet::plan::{
    Api, Broker, Hooked, Plan, Registration, SignIn, Table, TrustedUser, Way,
};
use crate::fleet::spec::{MadeFrom, Payload};

/// Registration by trusted users in one environment and Region.
#[derive(Serialize)]
pub(super) struct TrustedPage<'p> {
    role: &'p str,
    role_arn: String,
    cognito: Option<CognitoPage<'p>>,
    /// The ARN of the provider.
    saml: Option<&'p str>,
    broker: Option<BrokerPage<'p>>,
    claim_minutes: u64,
    claims_per_second: u64,
    #[serde(flatten)]
    hooked: HookedPage<'p>,
}

#[derive(Serialize)]
struct CognitoPage<'p> {
    pool: &'p str,
    /// The Region of the pool.
    region: &'p str,
    group: &'p str,
}

#[derive(Serialize)]
struct BrokerPage<'p> {
    installers: &'p str,
    /// The entry of an installer, as the command line takes it.
    item: String,
    /// What an entry is found by.
    found_by: String,
    brings: Vec<&'p str>,
    /// What an installer asks with.
    body: String,
    output: String,
    stage: &'p str,
    path: &'static str,
    log: &'p str,
    days: u32,
}

/// What methods share that ask a hook.
#[derive(Serialize)]
struct HookedPage<'p> {
    environment: &'p str,
    region: &'p str,
    name: &'p str,
    template: &'p str,
    verb: &'static str,
    payload: &'static str,
    is_csr: bool,
    keys: &'static str,
    sends: Vec<&'p str>,
    hook: Option<HookPage<'p>>,
    table: Option<TablePage<'p>>,
}

#[derive(Serialize)]
struct HookPage<'p> {
    log: &'p str,
    days: u32,
    runtime: &'static str,
    until: &'static str,
}

#[derive(Serialize)]
struct TablePage<'p> {
    name: &'p str,
    key: &'p str,
    /// A new entry, as the command line takes it.
    item: String,
    /// What an entry is found by.
    found_by: String,
    /// The name of the key for expressions.
    names: String,
    /// The names of key and state for expressions.
    names_of_both: String,
}

pub(super) fn page<'p>(
    plan: &'p Plan,
    registration: &'p Registration,
    trusted: &'p TrustedUser,
    format: Format,
) -> TrustedPage<'p> {
    let deployment = &plan.deployment;
    let (cognito, saml) = match &trusted.sign_in {
        SignIn::Cognito { pool, group } => {
            let region = pool.split(':').next().unwrap_or(pool);
            let cognito = CognitoPage {
                pool,
                region,
                group,
            };
            (Some(cognito), None)
        }
        SignIn::Saml { provider } => (None, Some(provider.as_str())),
        SignIn::Role => (None, None),
    };
    let role = trusted.access.role.as_str();
    let broker = trusted.broker.as_ref();
    TrustedPage {
        role,
        role_arn: deployment.role_arn(role),
        cognito,
        saml,
        broker: broker.map(|it| {
            let output = match format {
                Format::CloudFormation => {
                    crate::fleet::emit::cloudformation::api_output(registration)
                }
                Format::Terraform => crate::fleet::emit::terraform::api_output(registration),
            };
            broker_page(it, trusted, output)
        }),
        claim_minutes: limit::TRUSTED_USER_CLAIM_MINUTES,
        claims_per_second: limit::TRUSTED_USER_CLAIMS_PER_SECOND,
        hooked: hooked_page(plan, registration, &trusted.hooked),
    }
}

fn hooked_page<'p>(
    plan: &'p Plan,
    registration: &'p Registration,
    hooked: &'p Hooked,
) -> HookedPage<'p> {
    let payload = match &registration.way {
        Way::Claim(claim) => claim.payload,
        Way::Jitp(_) | Way::TrustedUser(_) => Payload::default(),
    };
    let function = hooked.hook.function.as_ref();
    HookedPage {
        environment: &plan.deployment.environment,
        region: &plan.deployment.region,
        name: &registration.name,
        template: &registration.template.name,
        verb: hooked.from.verb(),
        payload: payload.word(),
        is_csr: hooked.from == MadeFrom::Csr,
        keys: keys(registration),
        sends: hooked.sends.iter().map(|it| &**it).collect(),
        hook: function.map(|it| HookPage {
            log: &it.logs.name,
            days: it.logs.days,
            runtime: it.runtime,
            until: facts::hook_runtime().until,
        }),
        table: hooked.table().map(table_page),
    }
}

fn broker_page<'p>(broker: &'p Broker, trusted: &'p TrustedUser, output: String) -> BrokerPage<'p> {
    let string = |text: &str| serde_json::json!({ "S": text });
    let installers = &broker.installers;
    let user = (installers.key.to_string(), string("USER"));
    let brings = installers.returns.iter();
    let brings = brings.map(|name| (name.to_string(), string(&name.to_uppercase())));
    let found_by = serde_json::Map::from_iter([user.clone()]);
    let item: serde_json::Map<_, _> = [user].into_iter().chain(brings).collect();
    let key = trusted.hooked.table().map_or("", |it| &*it.key);
    let body = [(key.to_owned(), key.to_uppercase().into())];
    BrokerPage {
        installers: &installers.name,
        item: serde_json::Value::Object(item).to_string(),
        found_by: serde_json::Value::Object(found_by).to_string(),
        brings: installers.returns.iter().map(|it| &**it).collect(),
        stage: &broker.api.stage,
        body: serde_json::Value::Object(serde_json::Map::from_iter(body)).to_string(),
        output,
        path: Api::PATH,
        log: &broker.function.logs.name,
        days: broker.function.logs.days,
    }
}

/// The arguments of commands. Names of fields are ASCII letters, digits, `_` and `-` here, so that
/// they need no quotes in a shell.
fn table_page(table: &Table) -> TablePage<'_> {
    let string = |text: &str| serde_json::json!({ "S": text });
    let key = (table.key.to_string(), string(&table.key.to_uppercase()));
    let state = ("state".to_owned(), string("allowed"));
    let returns = table.returns.iter();
    let returns = returns.map(|name| (name.to_string(), string(&name.to_uppercase())));
    let found_by = serde_json::Map::from_iter([key.clone()]);
    let item: serde_json::Map<_, _> = [key, state].into_iter().chain(returns).collect();
    TablePage {
        name: &table.name,
        key: &table.key,
        item: serde_json::Value::Object(item).to_string(),
        found_by: serde_json::Value::Object(found_by).to_string(),
        names: serde_json::json!({ "#key": table.key }).to_string(),
        names_of_both: serde_json::json!({ "#key": table.key, "#state": "state" }).to_string(),
    }
}
