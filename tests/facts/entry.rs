//! The entries of `facts/*.yaml`, read strictly: a misspelt field is an error, and not a fact that goes
//! missing.

use serde::Deserialize;

/// Declares a kind of entry: its own fields, and those of the source that every entry has.
/// Serde cannot combine `flatten` with `deny_unknown_fields`, hence the macro.
macro_rules! entries {
    ($(struct $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {$(
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$attribute])* pub(crate) $field: $type,)*
            pub(crate) source: String,
            retrieved: String,
            #[serde(default)]
            basis: Basis,
            pub(crate) note: Option<String>,
            observed: Option<String>,
        }

        impl $name {
            /// Writes the source as the tables do, after checking it.
            pub(crate) fn provenance(&self) -> String {
                provenance(&self.source, &self.retrieved, self.basis, &self.note, &self.observed)
            }
        }
    )*};
}

#[derive(Deserialize, Debug, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    #[default]
    Documented,
    Inferred,
    Unclear,
}

entries! {
    struct Action {
        action: String,
        device: bool,
        protocols: Vec<Protocol>,
        resources: Vec<String>,
        #[serde(default)] requires: Vec<String>,
        #[serde(default)] requires_on_mqtt: Vec<String>,
        #[serde(default)] condition_keys: Vec<String>,
        legacy_of: Option<String>,
        #[serde(default = "yes")] thing_variables: bool,
        #[serde(default = "yes")] thing_group_policies: bool,
        checked: String,
    }
    struct ControlPlane {
        service: String,
        device: bool,
        actions: Vec<String>,
    }
    struct ResourceType {
        #[serde(rename = "type")] name: String,
        device: bool,
        arn: String,
    }
    struct Variable {
        variable: String,
        #[serde(default)] form: Form,
        protocols: Vec<Protocol>,
        authentication: Vec<Authentication>,
        #[serde(default)] needs: Need,
        #[serde(default)] multi_valued: bool,
        max_values: Option<usize>,
        value: ValueRules,
        usable_in: Vec<Usage>,
    }
    struct Escape {
        escape: String,
        value: char,
    }
    struct Elsewhere {
        name: String,
        #[serde(default)] prefix: bool,
        why: String,
        instead: Option<String>,
    }
    struct Operator {
        operator: String,
        family: OperatorFamily,
        #[serde(default)] negated: bool,
        #[serde(default)] wildcards: bool,
        #[serde(default)] ignores_case: bool,
    }
    struct Key {
        key: String,
        #[serde(default)] prefix: bool,
        device: bool,
        #[serde(rename = "type")] value_type: KeyType,
        multi_valued: bool,
        actions: Scope,
        #[serde(default)] words: Vec<String>,
    }
    struct Topic {
        topic: String,
        family: TopicFamily,
        operations: Vec<Operation>,
        #[serde(default)] fleet_wide: bool,
    }
    struct Method {
        method: WayIn,
        name: String,
        summary: String,
        stolen: String,
        mind: Vec<String>,
    }
    struct Reason {
        reason: ReasonKind,
        text: String,
    }
    struct Quota {
        quota: String,
        value: u64,
        unit: String,
        adjustable: bool,
        smaller_regions: Option<u64>,
    }
    struct Name {
        name: NameKind,
        characters: String,
        min_chars: usize,
        max_chars: usize,
    }
    struct DialectRules {
        dialect: Dialect,
        template_type: Option<String>,
        sections: Vec<String>,
        functions: Vec<String>,
        #[serde(default)] functions_not_in_policy: Vec<String>,
        certificate: CertificateResource,
        certificate_from: Vec<String>,
        policy_document: Vec<DocumentForm>,
        hook: bool,
        supplied: Vec<Supplied>,
        caller_may_supply: Vec<String>,
    }
    struct Supplied {
        parameter: String,
        subject_attribute: Option<String>,
    }
    struct TemplateResource {
        resource: String,
        at_most: Option<usize>,
        properties: Vec<Property>,
        overrides: Vec<Override>,
    }
    struct Property {
        property: String,
        shape: Shape,
        #[serde(default)] required: bool,
        holds: Option<NameKind>,
        #[serde(default)] values: Vec<String>,
    }
    struct Override {
        #[serde(rename = "override")] key: String,
        values: Vec<String>,
    }
    struct HookRules {
        payload_version: String,
    }
    struct Runtime {
        runtime: String,
        until: String,
    }
    struct Carrier {
        carrier: String,
        format: Format,
        carries: Content,
        path: String,
        form: Embedding,
    }
    struct ProviderFeature {
        feature: ProviderFeatureKind,
        since: String,
    }
    struct Tagging {
        resource: String,
        form: TagForm,
    }
    struct Retention {
        days: Vec<u32>,
    }
    struct AuditChecks {
        names: Vec<String>,
        not_in: Vec<String>,
    }
    struct Metric {
        metric: MetricKind,
        namespace: String,
        name: String,
        dimension: Option<String>,
    }
    struct DeployedType {
        #[serde(rename = "type")] name: String,
        terraform: String,
        arns: Vec<String>,
        actions: Vec<String>,
        #[serde(default)] anywhere: Vec<String>,
        #[serde(default)] marked: bool,
        tags_with: Option<String>,
    }
    struct KeyUse {
        #[serde(rename = "type")] name: String,
        service: String,
        actions: Vec<String>,
    }
    struct StackActions {
        actions: Vec<String>,
        anywhere: Vec<String>,
    }
    struct Price {
        price: String,
        microdollars: u64,
        units: u64,
    }
    struct Metered {
        operations: Vec<String>,
    }
    struct Region {
        region: String,
        partition: String,
        #[serde(default = "yes")] provisioning: bool,
        #[serde(default)] smaller: bool,
    }
}

/// Declares words of the YAML; the debug form of each is the Rust variant's name.
macro_rules! words {
    ($(enum $name:ident { $($(#[$attribute:meta])* $variant:ident,)* })*) => {$(
        #[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($(#[$attribute])* $variant,)* }
    )*};
}

words! {
    enum Protocol { Mqtt, #[serde(rename = "websocket")] WebSocket, Https, CredentialProvider, }
    enum Authentication { X509, CognitoAuthenticated, CognitoUnauthenticated, Custom, #[serde(rename = "sigv4")] SigV4, }
    enum Usage { Resource, Condition, }
    enum OperatorFamily { String, Numeric, Date, Bool, Binary, Ip, Arn, Null, }
    enum KeyType { String, Bool, Numeric, Arn, Ip, }
    enum TopicFamily {
        Shadow, Jobs, Defender, Tunnel, Streams, Provisioning, BasicIngest, Location, Commands,
        Sitewise, Events, SharedSubscription,
    }
    enum Operation { Publish, Subscribe, Receive, }
    enum NameKind {
        Alarm, AttributeName, AttributeValue, Authorizer, BillingGroup, Bucket, CertificateProvider, Command,
        CustomAuthorizerPrincipal, DomainConfiguration, Function, HookPayloadVersion, Job, KeyAlias, Package, Policy,
        ProvisioningTemplate, Queue, Role, RoleAlias, RolePath, Schedule, Shadow, Stream, Table, TagKey,
        TagValue, Thing, ThingGroup, ThingType, TopicRule,
    }
    enum TagForm { List, Map, None, }
    enum MetricKind { RegistrationFailed, JitpFailed, JitpFailedByAws, FunctionErrors, FunctionDuration, FunctionThrottles, }
    enum Dialect { Bulk, Jitp, Fleet, }
    enum CertificateResource { Optional, Required, }
    enum DocumentForm { Text, Object, }
    enum Shape { Text, TextList, TextMap, Document, }
    enum Format { #[serde(rename = "cloudformation")] CloudFormation, Terraform, Api, }
    enum Content { IotPolicy, ProvisioningTemplate, IamPolicy, IamTrustPolicy, }
    enum Embedding { Text, Object, Either, }
    enum ProviderFeatureKind { JitpTemplates, #[serde(rename = "python313_functions")] Python313Functions, }
}

#[derive(Deserialize, Debug, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    #[default]
    Plain,
    Attribute,
    Indexed,
}

#[derive(Deserialize, Debug, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Need {
    #[default]
    Nothing,
    AttachedThing,
    ThingNameClientId,
}

/// The actions that have a key: the word `any` or a list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Scope {
    Word(String),
    List(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueRules {
    pub(crate) characters: Option<String>,
    pub(crate) not_characters: Option<String>,
    pub(crate) not_first: Option<char>,
    pub(crate) min_chars: Option<usize>,
    pub(crate) max_chars: Option<usize>,
    pub(crate) words: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actions {
    pub(crate) actions: Vec<Action>,
    pub(crate) control_plane: Vec<ControlPlane>,
    pub(crate) resource_types: Vec<ResourceType>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variables {
    pub(crate) variables: Vec<Variable>,
    pub(crate) escapes: Vec<Escape>,
    pub(crate) elsewhere: Vec<Elsewhere>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conditions {
    pub(crate) operators: Vec<Operator>,
    pub(crate) keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topics {
    pub(crate) topics: Vec<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quotas {
    pub(crate) quotas: Vec<Quota>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Methods {
    pub(crate) methods: Vec<Method>,
    pub(crate) reasons: Vec<Reason>,
}

#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WayIn {
    Jitp,
    Jitr,
    TrustedUser,
    Bulk,
    Single,
    Claim,
    CustomAuthorizer,
}

#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReasonKind {
    UniqueCredentials,
    CertificatesInTheField,
    NoUniqueCredentials,
    NoCertificateInTheField,
    NoCa,
    OwnCa,
    PrivateCa,
    CaToBeMade,
    KeysInHardware,
    KeysInMemory,
    SeveralAccounts,
    NeedsCode,
    CredentialsAreBetter,
    NoInstaller,
    Installer,
    InstallerIsBetter,
    NoList,
    NoRequests,
    ListWithoutCa,
    ListIsWork,
    OneByOne,
    CallsAreWork,
    Tokens,
    NoTokens,
    TokensAreBetter,
    LastResort,
    ListForTheHook,
    NoListForTheHook,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) names: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provisioning {
    pub(crate) dialects: Vec<DialectRules>,
    pub(crate) resources: Vec<TemplateResource>,
    pub(crate) hook: HookRules,
    pub(crate) runtime: Runtime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deployment {
    pub(crate) types: Vec<DeployedType>,
    pub(crate) stack: StackActions,
    pub(crate) keys: Vec<KeyUse>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    pub(crate) prices: Vec<Price>,
    pub(crate) metered: Metered,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resources {
    pub(crate) carriers: Vec<Carrier>,
    pub(crate) provider_features: Vec<ProviderFeature>,
    pub(crate) regions: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stack {
    pub(crate) tags: Vec<Tagging>,
    pub(crate) retention: Retention,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) audit_checks: AuditChecks,
}

fn yes() -> bool {
    true
}

/// Writes a source, after checking that a reader can follow it.
fn provenance(
    source: &str,
    retrieved: &str,
    basis: Basis,
    note: &Option<String>,
    observed: &Option<String>,
) -> String {
    let hosts = [
        "https://docs.aws.amazon.com/",
        "https://aws.amazon.com/",
        "https://registry.terraform.io/",
    ];
    assert!(
        hosts.iter().any(|host| source.starts_with(host)),
        "{source} is not a page of AWS"
    );
    for date in [retrieved].into_iter().chain(observed.as_deref()) {
        let digits: Vec<usize> = date.split('-').map(str::len).collect();
        let numbers = date.split('-').all(|part| part.parse::<u16>().is_ok());
        assert!(digits == [4, 2, 2] && numbers, "{date} is not a date");
    }
    if let Some(note) = note {
        assert!(
            !note.is_empty() && !note.ends_with('.'),
            "a note has no full stop: {note}"
        );
    }
    format!("source({source:?}, {retrieved:?}, Basis::{basis:?}, {note:?}, {observed:?})")
}
