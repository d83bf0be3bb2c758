//! The words of AWS IoT as plain types. No I/O, no facts, no checks.
//!
//! # Glossary
//! - **policy**: a document of statements, attached to a principal; see [`Policy`].
//! - **statement**: allows or denies actions on resources, under conditions; see [`Statement`].
//! - **pattern**: policy text with `*`, `?` and `${variables}`; see [`Pattern`]. `*` crosses levels.
//! - **topic filter**: what a client subscribes to, with MQTT's `+` and `#`; see [`TopicFilter`].
//!   A filter is matched against topics by MQTT's rules, and against policies as plain text.
//! - **thing**: a device's entry in the registry; see [`Thing`].
//! - **provisioning template**: what AWS IoT does when a device registers; see [`Template`].
//! - **reference**: a value that a document leaves open; see [`Reference`].

mod action;
mod condition;
mod date;
mod device;
mod expression;
mod fingerprint;
mod pattern;
mod policy;
mod provisioning;
mod resource;
mod topic;
mod variable;

pub use action::{
    ASSUME_ROLE_WITH_CERTIFICATE, ActionPattern, CONNECT, DELETE_CONNECTION, DELETE_THING_SHADOW,
    GET_CONNECTION, GET_RETAINED_MESSAGE, GET_THING_SHADOW, LIST_NAMED_SHADOWS_FOR_THING,
    LIST_SUBSCRIPTIONS, PUBLISH, RECEIVE, RETAIN_PUBLISH, SEND_DIRECT_MESSAGE, SUBSCRIBE,
    UPDATE_THING_SHADOW, account, broker, furniture, hook, is_action, is_of_greengrass,
    is_of_shadow, job_actions, legacy_name, object, private_ca, registration, service_of,
};
pub use condition::{Comparison, Condition, Operator, Quantifier};
pub use date::Date;
pub use device::{Association, Certificate, Device, Name, Thing};
pub use expression::{Expression, ExpressionKind, Reference, Scope};
pub use fingerprint::fingerprint;
pub use pattern::{Dialect, Pattern, Piece};
pub use policy::{
    Attached, Attachment, Clause, Effect, Policy, PolicySet, Resource, Statement, StatementId,
};
pub use provisioning::{
    Parameter, Template, TemplateDialect, TemplateResource, TemplateResourceKind,
};
pub use resource::{Arn, ResourceKind};
pub use topic::{
    InvalidFilter, InvalidTopic, Topic, TopicFilter, is_reserved, rules_prefix,
    shadow_update_topic, share_prefix, things_prefix, unshared,
};
pub use variable::{
    CREDENTIALS_THING_NAME, CertificateField, CertificateSide, Key, Occurrence, Variable,
    is_of_credential_provider,
};
