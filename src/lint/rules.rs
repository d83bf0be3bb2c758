//! All rules, by id.

use super::Rule;

mod ambiguous_pattern;
pub(super) mod any_client_id;
mod cross_device_jobs;
mod cross_device_publish;
mod cross_device_receive;
mod cross_device_shadow;
pub(super) mod full_wildcard;
mod ineffective_deny;
mod invalid_override_settings;
mod invalid_syntax;
mod literal_mqtt_wildcard;
mod malformed_policy;
mod policy_too_large;
mod redundant_statement;
mod shared_client_id;
mod shared_topic_tree;
mod subscribe_without_receive;
mod template_name_too_long;
mod template_without_certificate;
mod undeclared_parameter;
mod undelimited_variable;
mod unguarded_https;
mod unknown_action;
mod unknown_condition_key;
mod unknown_variable;
mod vacuous_condition;
mod wildcard_client_id;
mod wrong_resource_type;

/// All rules, by id.
pub static RULES: &[&Rule] = &[
    &ambiguous_pattern::RULE,
    &any_client_id::RULE,
    &cross_device_jobs::RULE,
    &cross_device_publish::RULE,
    &cross_device_receive::RULE,
    &cross_device_shadow::RULE,
    &full_wildcard::RULE,
    &ineffective_deny::RULE,
    &invalid_override_settings::RULE,
    &invalid_syntax::RULE,
    &literal_mqtt_wildcard::RULE,
    &malformed_policy::RULE,
    &policy_too_large::RULE,
    &redundant_statement::RULE,
    &shared_client_id::RULE,
    &shared_topic_tree::RULE,
    &subscribe_without_receive::RULE,
    &template_name_too_long::RULE,
    &template_without_certificate::RULE,
    &undeclared_parameter::RULE,
    &undelimited_variable::RULE,
    &unguarded_https::RULE,
    &unknown_action::RULE,
    &unknown_condition_key::RULE,
    &unknown_variable::RULE,
    &vacuous_condition::RULE,
    &wildcard_client_id::RULE,
    &wrong_resource_type::RULE,
];
