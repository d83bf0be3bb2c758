//! The fleet spec as a team writes it, version 1.
//!
//! These types are the grammar: the JSON Schema of the spec is derived from them, and their
//! comments are its descriptions. What a spec means is decided in [`super::lower`].

use serde::Deserialize;

use crate::document::decode::Ordered;
use crate::source::Spanned;

mod account;
mod assertion;
mod authority;
mod either;
mod extends;
mod feature;
mod installers;
mod intent;
mod private_ca;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod stack;
mod upcoming;

pub use account::{AccountSpec, AuditSpec, IndexedThings, IndexingSpec, LogLevel, LoggingSpec};
pub use assertion::{Asserted, AssertionSpec, DeviceSelector};
pub use authority::{
    AllowList, Certificate, ClaimSpec, Hook, Issuer, Keys, MadeFrom, Method, MethodKind, Once,
    Payload, Subject,
};
pub use either::{Either, SwitchOr};
pub use extends::{ExtendsFault, extended};
pub use feature::{AbortSpec, JobSpec, RolloutSpec, UploadSpec};
pub use installers::{CognitoInstallers, Form, Installers, SamlInstallers};
pub use intent::{Direction, Features, ServiceSpec, ShadowName, TopicIntent};
pub use private_ca::{CaKey, CaMode, MadeRoot, MadeSigning, PrivateCa};
pub use read::{
    AccountEnvironment, AccountSpecs, EnvironmentSpec, Spec, is_of_account, read, read_account,
};
#[cfg(feature = "schema")]
pub use schema::{account_schema, schema};
pub use stack::{AlarmsSpec, ExistingSpec, FunctionsSpec, IamSpec, LogsSpec, StackSpec};

/// A name as written, with its place.
pub type Name = Spanned<Box<str>>;

/// A fleet of devices: how they are named and registered, what they may do, and where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FleetSpec {
    /// The version of this grammar.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub version: u32,
    /// Other specs, relative to this file, that this one is laid over, as an environment over the spec: of
    /// several the later one counts. They need not be whole.
    #[serde(default)]
    pub extends: Vec<Name>,
    /// The name of the fleet; the names of all resources begin with it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z][a-z0-9-]*$")))]
    pub fleet: Name,
    /// What is known of each device, by name.
    pub fields: Ordered<Name, Field>,
    /// The devices' entries in the registry.
    pub things: Things,
    /// The ways in which devices get registered, by name.
    #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
    pub provision: Ordered<Name, Method>,
    /// What devices publish and read, by name.
    #[serde(default)]
    pub topics: Ordered<Name, TopicIntent>,
    /// Who is at the other end of topics, by name.
    #[serde(default)]
    pub services: Ordered<Name, ServiceSpec>,
    /// Services of AWS IoT that devices use.
    #[serde(default)]
    pub features: Features,
    /// Files with the topics of every version of the firmware that is still in the field, relative to the
    /// spec: each has `topics` as the spec has them. Their rights are granted, and proved.
    #[serde(default)]
    pub firmware: Vec<Name>,
    /// What must stay apart.
    #[serde(default)]
    pub isolation: Vec<Isolation>,
    /// What must hold of the policies besides.
    #[serde(default)]
    pub assertions: Vec<AssertionSpec>,
    /// How device policies are written.
    #[serde(default)]
    pub policy: PolicySpec,
    /// What stacks have besides.
    #[serde(default)]
    pub stack: StackSpec,
    /// What a device is told when it registers, by name: texts with `{thing}`, fields and words of the
    /// deployment. Just-in-time provisioning answers nothing.
    #[serde(default)]
    pub device_config: Ordered<Name, Name>,
    /// The AWS accounts, by name.
    #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
    pub accounts: Ordered<Name, Account>,
    /// Where the fleet is deployed, by name. Beside its own keys an environment may hold the keys
    /// of the spec, at the same places: they replace those of the spec.
    #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
    pub environments: Ordered<Name, Environment>,
    /// What is written, and where.
    pub outputs: Outputs,
}

/// Something that is known of each device.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// A regular expression of all values; it always means the whole value.
    pub pattern: Name,
    /// Whether no two devices have the same value.
    #[serde(default)]
    pub unique: bool,
    /// What the value decides. A field that stands in a topic needs `rights`.
    #[serde(default)]
    pub decides: Option<Decides>,
}

/// What a field's value decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decides {
    /// What a device may do.
    Rights,
}

/// The devices' entries in the registry.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Things {
    /// The thing type, without fleet and environment.
    #[serde(rename = "type")]
    pub kind: Name,
    /// The thing's name, e.g. `{serial}`.
    pub name: Name,
    /// The fields that are kept as attributes of the thing.
    #[serde(default)]
    pub attributes: Ordered<Name, AttributeUse>,
    /// The thing groups that every device joins, without fleet and environment.
    #[serde(default)]
    pub groups: Vec<Name>,
    /// The billing group that every device joins, without fleet and environment.
    #[serde(default)]
    pub billing_group: Option<Name>,
    /// What happens to a thing that is there already, e.g. when a certificate was renewed.
    #[serde(default)]
    pub on_existing: OnExisting,
    /// How certificates are attached to the thing.
    #[serde(default)]
    pub principal: Principal,
}

/// How an attribute is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AttributeUse {
    /// Things can be listed by it without an index; at most three.
    Searchable,
    /// Kept with the thing only.
    Stored,
}

/// What happens to a thing that is there already.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnExisting {
    /// When attributes differ.
    #[serde(default)]
    pub attributes: Existing,
    /// When groups differ.
    #[serde(default)]
    pub groups: Existing,
    /// When the thing type differs.
    #[serde(rename = "type", default)]
    pub kind: ExistingType,
}

/// What happens to attributes or groups of a thing that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Existing {
    /// The registration fails.
    #[default]
    Fail,
    /// The thing keeps what it has.
    Keep,
    /// The thing keeps what it has and gets what is new.
    Merge,
    /// The thing gets the new ones only.
    Replace,
}

/// What happens to the type of a thing that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ExistingType {
    /// The registration fails.
    #[default]
    Fail,
    /// The thing keeps its type.
    Keep,
    /// The thing gets the new type.
    Replace,
}

/// How certificates are attached to a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Principal {
    /// The certificate is the thing's while its client id is the thing's name.
    #[default]
    Shared,
    /// The certificate is of this thing only, with any client id.
    Exclusive,
}

/// What must stay apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Isolation {
    /// Devices that differ in this reach nothing of each other: `thing`, or a field that is kept as an
    /// attribute of the thing, e.g. `tenant`.
    pub between: Name,
    /// Why, for a reader.
    #[serde(default)]
    pub because: Option<Name>,
}

/// How device policies are written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicySpec {
    /// What to do with rights that don't fit into one policy.
    #[serde(default)]
    pub budget: Budget,
    /// The most characters of a policy, where room is to be left; without it, what AWS IoT takes.
    #[serde(default)]
    pub characters: Option<Spanned<u64>>,
    /// The most policies of a device; without it one with `own-subtree`, else as many as a certificate may have.
    #[serde(default)]
    pub policies: Option<Spanned<u64>>,
}

/// What to do with rights that don't fit into one policy of 2,048 characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Budget {
    /// Round up, to prefixes below the device's own level only, until they fit into one policy.
    #[default]
    OwnSubtree,
    /// Grant exactly what is asked for, in several policies if need be.
    Exact,
    /// Spread over as many policies as a certificate may have, and round up only what does not fit
    /// into those.
    Split,
}

/// The number of an AWS account.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account(
    /// Twelve digits, in quotes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{12}$")))]
    pub Name,
);

/// A place where the fleet is deployed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields)
)]
pub struct Environment {
    /// The name of an account.
    pub account: Name,
    /// The Regions.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub regions: Vec<Name>,
    /// Whether deleting the stack deletes what devices depend on. Without it: `retained` in an
    /// environment named `prod`, else `allowed`.
    #[serde(default)]
    pub delete: Option<Deletion>,
}

/// Whether deleting the stack deletes what devices depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Deletion {
    /// Everything goes with the stack.
    Allowed,
    /// All of it stays, and Terraform refuses to destroy it.
    Retained,
}

/// What is written, and where: at least one of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("minProperties" = 1))
)]
pub struct Outputs {
    /// CloudFormation: one template for each environment and Region.
    #[serde(default)]
    pub cloudformation: Option<Output>,
    /// Terraform: a module for each environment, and a root for each of its Regions.
    #[serde(default)]
    pub terraform: Option<TerraformOutput>,
}

/// An output folder.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Output {
    /// The folder, relative to the spec; a `/` between folders.
    pub dir: Name,
    /// How templates are written.
    #[serde(default)]
    pub format: Notation,
}

/// How CloudFormation's templates are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Notation {
    /// `stack.yaml`, with comments that say what asked for each part.
    #[default]
    Yaml,
    /// `stack.json`, which has no comments.
    Json,
}

impl Notation {
    /// The name of a stack's file.
    pub fn file(self) -> &'static str {
        match self {
            Notation::Yaml => "stack.yaml",
            Notation::Json => "stack.json",
        }
    }
}

/// A Terraform output folder.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TerraformOutput {
    /// The folder, relative to the spec; a `/` between folders.
    pub dir: Name,
    /// The form.
    #[serde(rename = "as")]
    pub form: TerraformForm,
}

/// The form of a Terraform output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TerraformForm {
    /// A module, with a thin root for each environment beside it.
    Module,
}
