//! Each quota as a constant: the default value in the larger Regions, for code that knows
//! which one it wants.
//!
//! Derived from facts/quotas.yaml by `BLESS=1 cargo test`; edit that.

/// `actions_per_topic_rule`, in actions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ACTIONS_PER_TOPIC_RULE: u64 = 10;

/// `add_thing_to_billing_group_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ADD_THING_TO_BILLING_GROUP_PER_SECOND: u64 = 60;

/// `add_thing_to_thing_group_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ADD_THING_TO_THING_GROUP_PER_SECOND: u64 = 100;

/// `assume_role_with_certificate_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ASSUME_ROLE_WITH_CERTIFICATE_PER_SECOND: u64 = 50;

/// `attach_policy_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ATTACH_POLICY_PER_SECOND: u64 = 15;

/// `attach_thing_principal_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ATTACH_THING_PRINCIPAL_PER_SECOND: u64 = 100;

/// `authorizers`, in authorizers.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const AUTHORIZERS: u64 = 100;

/// `authorizers_active`, in authorizers.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const AUTHORIZERS_ACTIVE: u64 = 32;

/// `billing_groups`, in groups.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const BILLING_GROUPS: u64 = 20000;

/// `billing_groups_per_thing`, in groups.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const BILLING_GROUPS_PER_THING: u64 = 1;

/// `bulk_line_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const BULK_LINE_CHARS: u64 = 256000;

/// `bulk_task_days`, in days; an unfinished task is ended after that time.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const BULK_TASK_DAYS: u64 = 30;

/// `bulk_tasks`, in tasks; running at one time, per account.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const BULK_TASKS: u64 = 1;

/// `cas_per_subject`, in certificates; registered CA certificates with one subject, per account and Region.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CAS_PER_SUBJECT: u64 = 10;

/// `certificate_attribute_chars`, in characters; a longer value is not substituted into a policy.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html>
pub const CERTIFICATE_ATTRIBUTE_CHARS: u64 = 1024;

/// `certificate_attribute_values`, in values; values kept of one certificate field.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html>
pub const CERTIFICATE_ATTRIBUTE_VALUES: u64 = 5;

/// `certificate_pem_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCertificate.html>
pub const CERTIFICATE_PEM_CHARS: u64 = 65536;

/// `certificates_registered_per_second`, in certificates per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CERTIFICATES_REGISTERED_PER_SECOND: u64 = 15;

/// `client_id_bytes`, in bytes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CLIENT_ID_BYTES: u64 = 128;

/// `concurrent_connections`, in connections.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CONCURRENT_CONNECTIONS: u64 = 500000;

/// `connect_per_second_account`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CONNECT_PER_SECOND_ACCOUNT: u64 = 3000;

/// `connect_per_second_client_id`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CONNECT_PER_SECOND_CLIENT_ID: u64 = 1;

/// `connection_api_per_second_account`, in requests per second; DeleteConnection, GetConnection, ListSubscriptions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CONNECTION_API_PER_SECOND_ACCOUNT: u64 = 100;

/// `connection_api_per_second_client_id`, in requests per second; DeleteConnection, GetConnection, ListSubscriptions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CONNECTION_API_PER_SECOND_CLIENT_ID: u64 = 1;

/// `create_certificate_from_csr_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const CREATE_CERTIFICATE_FROM_CSR_PER_SECOND: u64 = 15;

/// `credential_duration_max_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html>
pub const CREDENTIAL_DURATION_MAX_SECONDS: u64 = 43200;

/// `credential_duration_min_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html>
pub const CREDENTIAL_DURATION_MIN_SECONDS: u64 = 900;

/// `csr_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html>
pub const CSR_CHARS: u64 = 4096;

/// `csr_rsa_min_bits`, in bits; or an EC key on P-256, P-384 or P-521.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html>
pub const CSR_RSA_MIN_BITS: u64 = 2048;

/// `custom_authorizer_policies`, in policies.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html>
pub const CUSTOM_AUTHORIZER_POLICIES: u64 = 10;

/// `custom_authorizer_policy_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html>
pub const CUSTOM_AUTHORIZER_POLICY_CHARS: u64 = 2048;

/// `custom_authorizer_refresh_max_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html>
pub const CUSTOM_AUTHORIZER_REFRESH_MAX_SECONDS: u64 = 86400;

/// `custom_authorizer_refresh_min_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html>
pub const CUSTOM_AUTHORIZER_REFRESH_MIN_SECONDS: u64 = 300;

/// `direct_messages_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const DIRECT_MESSAGES_PER_SECOND: u64 = 20000;

/// `domain_configurations`, in configurations.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const DOMAIN_CONFIGURATIONS: u64 = 10;

/// `dynamic_thing_groups`, in groups.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const DYNAMIC_THING_GROUPS: u64 = 100;

/// `filters_per_subscribe`, in filters.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const FILTERS_PER_SUBSCRIBE: u64 = 8;

/// `fleet_create_from_csr_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const FLEET_CREATE_FROM_CSR_PER_SECOND: u64 = 20;

/// `fleet_create_keys_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const FLEET_CREATE_KEYS_PER_SECOND: u64 = 10;

/// `fleet_register_thing_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const FLEET_REGISTER_THING_PER_SECOND: u64 = 10;

/// `function_source_bytes`, in bytes; 4 MB of source in a CloudFormation template, taken as 4 * 1024 * 1024; the template itself may hold less.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>
pub const FUNCTION_SOURCE_BYTES: u64 = 4194304;

/// `job_document_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateJobTemplate.html>
pub const JOB_DOCUMENT_CHARS: u64 = 32768;

/// `job_rollout_per_minute`, in devices per minute.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/job-limits.html>
pub const JOB_ROLLOUT_PER_MINUTE: u64 = 1000;

/// `job_timeout_minutes`, in minutes; seven days, counted from IN_PROGRESS on.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_TimeoutConfig.html>
pub const JOB_TIMEOUT_MINUTES: u64 = 10080;

/// `keep_alive_max_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const KEEP_ALIVE_MAX_SECONDS: u64 = 1200;

/// `keep_alive_min_seconds`, in seconds.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const KEEP_ALIVE_MIN_SECONDS: u64 = 30;

/// `mqtt_qos_max`, in level; AWS IoT does not know QoS 2.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html>
pub const MQTT_QOS_MAX: u64 = 1;

/// `ownership_token_seconds`, in seconds; life of a certificateOwnershipToken.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/fleet-provision-api.html>
pub const OWNERSHIP_TOKEN_SECONDS: u64 = 3600;

/// `parameter_name_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterThing.html>
pub const PARAMETER_NAME_CHARS: u64 = 2048;

/// `parameter_value_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterThing.html>
pub const PARAMETER_VALUE_CHARS: u64 = 4096;

/// `payload_bytes`, in bytes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PAYLOAD_BYTES: u64 = 131072;

/// `policies_per_principal`, in policies; per certificate or Cognito identity; no quota per thing group is listed.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const POLICIES_PER_PRINCIPAL: u64 = 10;

/// `policy_document_api_chars`, in characters; the bound of the API shape, not the quota.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html>
pub const POLICY_DOCUMENT_API_CHARS: u64 = 404600;

/// `policy_document_chars`, in characters; white space is not counted; how white space inside strings is counted is not stated.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const POLICY_DOCUMENT_CHARS: u64 = 2048;

/// `policy_propagation_minutes`, in minutes; six to eight minutes; the upper bound is kept.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html>
pub const POLICY_PROPAGATION_MINUTES: u64 = 8;

/// `policy_versions`, in versions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const POLICY_VERSIONS: u64 = 5;

/// `presigned_url_seconds`, in seconds; the default too; a URL is made when the device asks for the job document.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_PresignedUrlConfig.html>
pub const PRESIGNED_URL_SECONDS: u64 = 3600;

/// `propagating_attributes_per_type`, in attributes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PROPAGATING_ATTRIBUTES_PER_TYPE: u64 = 20;

/// `provisioning_hook_seconds`, in seconds; AWS IoT waits that long for the answer of a pre-provisioning hook.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html>
pub const PROVISIONING_HOOK_SECONDS: u64 = 5;

/// `provisioning_template_chars`, in characters; of the JSON text, white space included.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PROVISIONING_TEMPLATE_CHARS: u64 = 10240;

/// `provisioning_template_description_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html>
pub const PROVISIONING_TEMPLATE_DESCRIPTION_CHARS: u64 = 500;

/// `provisioning_template_versions`, in versions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PROVISIONING_TEMPLATE_VERSIONS: u64 = 5;

/// `provisioning_templates`, in templates.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PROVISIONING_TEMPLATES: u64 = 256;

/// `publishes_per_second_connection`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const PUBLISHES_PER_SECOND_CONNECTION: u64 = 100;

/// `register_certificate_per_second`, in requests per second; the same for RegisterCertificateWithoutCA.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const REGISTER_CERTIFICATE_PER_SECOND: u64 = 10;

/// `register_thing_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const REGISTER_THING_PER_SECOND: u64 = 10;

/// `retained_publishes_per_second_account`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const RETAINED_PUBLISHES_PER_SECOND_ACCOUNT: u64 = 500;

/// `retained_publishes_per_second_topic`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const RETAINED_PUBLISHES_PER_SECOND_TOPIC: u64 = 1;

/// `role_aliases`, in aliases.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const ROLE_ALIASES: u64 = 100;

/// `role_arn_max_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html>
pub const ROLE_ARN_MAX_CHARS: u64 = 2048;

/// `role_arn_min_chars`, in characters.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html>
pub const ROLE_ARN_MIN_CHARS: u64 = 20;

/// `role_session_default_seconds`, in seconds; the longest session of a role that says nothing; a role alias can't ask for more than its role has.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html>
pub const ROLE_SESSION_DEFAULT_SECONDS: u64 = 3600;

/// `searchable_attributes`, in attributes.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingType.html>
pub const SEARCHABLE_ATTRIBUTES: u64 = 3;

/// `session_expiry_default_seconds`, in seconds; of a persistent session.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html>
pub const SESSION_EXPIRY_DEFAULT_SECONDS: u64 = 3600;

/// `shared_subscription_groups`, in groups.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const SHARED_SUBSCRIPTION_GROUPS: u64 = 100;

/// `shared_subscriptions_per_group`, in subscriptions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const SHARED_SUBSCRIPTIONS_PER_GROUP: u64 = 100;

/// `short_lived_certificate_days`, in days; of certificates of a private CA whose mode is SHORT_LIVED_CERTIFICATE.
///
/// Source: <https://docs.aws.amazon.com/privateca/latest/userguide/short-lived-certificates.html>
pub const SHORT_LIVED_CERTIFICATE_DAYS: u64 = 7;

/// `start_thing_registration_task_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const START_THING_REGISTRATION_TASK_PER_SECOND: u64 = 10;

/// `subscriptions_per_account`, in subscriptions; whether it is adjustable was not read; concurrent connections, its sibling, is.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const SUBSCRIPTIONS_PER_ACCOUNT: u64 = 500000;

/// `subscriptions_per_connection`, in subscriptions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const SUBSCRIPTIONS_PER_CONNECTION: u64 = 50;

/// `tags_per_resource`, in tags.
///
/// Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>
pub const TAGS_PER_RESOURCE: u64 = 50;

/// `thing_attributes_bytes`, in bytes; 47 KB per thing, names and values together; 1 KB is taken as 1,024 bytes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_ATTRIBUTES_BYTES: u64 = 48128;

/// `thing_attributes_with_type`, in attributes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_ATTRIBUTES_WITH_TYPE: u64 = 50;

/// `thing_attributes_without_type`, in attributes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_ATTRIBUTES_WITHOUT_TYPE: u64 = 3;

/// `thing_group_attributes`, in attributes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_GROUP_ATTRIBUTES: u64 = 50;

/// `thing_group_children`, in groups.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_GROUP_CHILDREN: u64 = 100;

/// `thing_group_depth`, in levels.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_GROUP_DEPTH: u64 = 7;

/// `thing_groups_per_thing`, in groups; and not two groups of one hierarchy.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const THING_GROUPS_PER_THING: u64 = 10;

/// `topic_bytes`, in bytes; the first three levels of $aws/rules/RULE do not count.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html>
pub const TOPIC_BYTES: u64 = 256;

/// `topic_rule_bytes`, in bytes.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const TOPIC_RULE_BYTES: u64 = 131072;

/// `topic_rules`, in rules.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const TOPIC_RULES: u64 = 1000;

/// `topic_slashes`, in slashes; the first three levels of $aws/rules/RULE do not count.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html>
pub const TOPIC_SLASHES: u64 = 7;

/// `trusted_user_claim_minutes`, in minutes; what such a claim may do is a policy of AWS's own; that it holds the topics of fleet provisioning and of its template only is not documented.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html>
pub const TRUSTED_USER_CLAIM_MINUTES: u64 = 5;

/// `trusted_user_claims_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const TRUSTED_USER_CLAIMS_PER_SECOND: u64 = 10;

/// `update_certificate_per_second`, in requests per second.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/iot-core.html>
pub const UPDATE_CERTIFICATE_PER_SECOND: u64 = 10;
