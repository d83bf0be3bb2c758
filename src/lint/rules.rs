//! All rules, by id.

use super::Rule;

mod any_client_id;
mod full_wildcard;
mod invalid_override_settings;
mod invalid_syntax;
mod literal_mqtt_wildcard;
mod malformed_policy;
mod policy_too_large;
mod subscribe_without_receive;
mod template_name_too_long;
mod template_without_certificate;
mod undeclared_parameter;
mod unknown_action;
mod unknown_condition_key;
mod unknown_variable;
mod wrong_resource_type;

/// All rules, by id.
pub static RULES: &[&Rule] = &[
    &any_client_id::RULE,
    &full_wildcard::RULE,
    &invalid_override_settings::RULE,
    &invalid_syntax::RULE,
    &literal_mqtt_wildcard::RULE,
    &malformed_policy::RULE,
    &policy_too_large::RULE,
    &subscribe_without_receive::RULE,
    &template_name_too_long::RULE,
    &template_without_certificate::RULE,
    &undeclared_parameter::RULE,
    &unknown_action::RULE,
    &unknown_condition_key::RULE,
    &unknown_variable::RULE,
    &wrong_resource_type::RULE,
];
