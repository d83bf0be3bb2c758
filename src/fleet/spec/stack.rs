//! How stacks are furnished: names, tags, roles, logs, functions.

use serde::Deserialize;

use super::Name;
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// What stacks have beside what registration needs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StackSpec {
    /// How the names of resources are made, e.g. `acme-{fleet}-{env}-{resource}`. `{resource}` must
    /// stand in it once, and `{fleet}` or a word of your own; `{env}`, `{region}`, `{account}` and
    /// `{partition}` may. Without it: `{fleet}-{env}-{resource}`.
    #[serde(default)]
    pub names: Option<Name>,
    /// The tags of every resource that can have some; `{env}` and the other words of the deployment may
    /// stand in their values.
    #[serde(default)]
    pub tags: Ordered<Name, Name>,
    /// What every role has.
    #[serde(default)]
    pub iam: IamSpec,
    /// What logs, tables, queues and the variables of functions are encrypted with: `own`, a key that is
    /// made for them, or a key of yours in the same Region, as `alias/…` or by its ARN. Words of the
    /// deployment may stand in it. Without it, keys of AWS.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^(own|alias/.+|arn:.+)$"))
    )]
    pub kms: Option<Name>,
    /// What every log has.
    #[serde(default)]
    pub logs: LogsSpec,
    /// Who is told when something goes wrong.
    #[serde(default)]
    pub alarms: Option<AlarmsSpec>,
    /// What every function has.
    #[serde(default)]
    pub functions: FunctionsSpec,
    /// What is there already: it is named, and not made.
    #[serde(default)]
    pub existing: ExistingSpec,
    /// The account spec, relative to this one: it has to have all accounts and Regions of the fleet.
    #[serde(default)]
    pub account: Option<Name>,
}

/// What is there already: it is named, and not made. Words of the deployment may stand in names and
/// ARNs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExistingSpec {
    /// The whole name of a thing type, which is then taken instead of one that is made.
    #[serde(default)]
    pub thing_type: Option<Name>,
    /// The whole names of thing groups that every device joins besides.
    #[serde(default)]
    pub groups: Vec<Name>,
    /// The ARNs of provisioning roles, by the name of the method that takes them.
    #[serde(default)]
    pub roles: Ordered<Name, Name>,
    /// The methods whose table of devices is there.
    #[serde(default)]
    pub tables: Vec<Name>,
}

/// What every role has.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IamSpec {
    /// The path, e.g. `/iot/`; words of the deployment may stand in it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^/([!-~]+/)?$"))
    )]
    pub path: Option<Name>,
    /// The ARN of the policy that is the permissions boundary; words of the deployment may stand in it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^arn:"))
    )]
    pub boundary: Option<Name>,
}

/// What every log has.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogsSpec {
    /// How many days entries are kept; 365 without it.
    #[serde(default)]
    pub days: Option<Spanned<u32>>,
}

/// What every function has.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionsSpec {
    /// How many copies of each run at once at most. They are taken from what the account has for all its
    /// functions; without it, each takes what is free.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<u32>", range(min = 1, max = 1000))
    )]
    pub concurrency: Option<u32>,
    /// Where events go that a function failed on: `own`, a queue that is made for them, or the ARN of a
    /// queue or topic of yours. Only asynchronous calls leave any. AWS IoT waits for the answer of a
    /// hook: of its calls none ever does.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^(own|arn:.+)$"))
    )]
    pub dead_letters: Option<Name>,
}

/// Who is told when something goes wrong. Each alarm is on; `off` leaves it out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlarmsSpec {
    /// The ARN of a topic of SNS in the same Region; words of the deployment may stand in it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^arn:")))]
    pub notify: Name,
    /// Registrations that fail; `5 per 5m` without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^(off|[1-9][0-9]{0,5} per ([1-9][0-9]?m|[1-9]h|1d))$")
        )
    )]
    pub provisioning_failed: Option<Name>,
    /// Runs of a hook that fail; `1 per 5m` without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^(off|[1-9][0-9]{0,5} per ([1-9][0-9]?m|[1-9]h|1d))$")
        )
    )]
    pub hook_errors: Option<Name>,
    /// Runs of a hook that Lambda refuses, because too many run at once; `1 per 5m` without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^(off|[1-9][0-9]{0,5} per ([1-9][0-9]?m|[1-9]h|1d))$")
        )
    )]
    pub hook_throttled: Option<Name>,
    /// Devices that an allow-list refuses; `10 per 5m` without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^(off|[1-9][0-9]{0,5} per ([1-9][0-9]?m|[1-9]h|1d))$")
        )
    )]
    pub hook_denied: Option<Name>,
    /// A hook that runs that long; `4s` without it. AWS IoT waits for five seconds.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^(off|[1-9][0-9]{1,3}ms|[1-5]s)$")
        )
    )]
    pub hook_slow: Option<Name>,
    /// How long before its end a CA is reminded of; `90d` without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^(off|[1-9][0-9]{0,3}d)$"))
    )]
    pub ca_expiry: Option<Name>,
}
