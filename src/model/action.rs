//! Action names, and patterns over them.

use crate::source::Text;

/// An MQTT CONNECT.
pub const CONNECT: &str = "iot:Connect";
/// A message to a topic, over MQTT or HTTPS.
pub const PUBLISH: &str = "iot:Publish";
/// Delivery of a message to a client.
pub const RECEIVE: &str = "iot:Receive";
/// A message with the RETAIN flag, on top of [`PUBLISH`].
pub const RETAIN_PUBLISH: &str = "iot:RetainPublish";
/// An MQTT SUBSCRIBE, each of its filters.
pub const SUBSCRIBE: &str = "iot:Subscribe";
/// Credentials of an IAM role, through a role alias.
pub const ASSUME_ROLE_WITH_CERTIFICATE: &str = "iot:AssumeRoleWithCertificate";

/// Reads a shadow, over HTTPS.
pub const GET_THING_SHADOW: &str = "iot:GetThingShadow";
/// Changes a shadow, over HTTPS.
pub const UPDATE_THING_SHADOW: &str = "iot:UpdateThingShadow";
/// Deletes a shadow, over HTTPS.
pub const DELETE_THING_SHADOW: &str = "iot:DeleteThingShadow";
/// The names of a thing's shadows, over HTTPS.
pub const LIST_NAMED_SHADOWS_FOR_THING: &str = "iot:ListNamedShadowsForThing";

/// Ends the connection of a client, over HTTPS.
pub const DELETE_CONNECTION: &str = "iot:DeleteConnection";
/// Looks at the connection of a client, over HTTPS.
pub const GET_CONNECTION: &str = "iot:GetConnection";
/// The filters that a client has subscribed to, over HTTPS.
pub const LIST_SUBSCRIPTIONS: &str = "iot:ListSubscriptions";
/// A message to one client, over HTTPS.
pub const SEND_DIRECT_MESSAGE: &str = "iot:SendDirectMessage";
/// A message that was kept for a topic, over HTTPS.
pub const GET_RETAINED_MESSAGE: &str = "iot:GetRetainedMessage";

/// The actions of the jobs data plane, over HTTPS.
pub fn job_actions() -> impl Iterator<Item = &'static str> {
    JOB_ACTIONS.iter().map(|(name, _)| *name)
}

/// The service whose actions see no thing and no thing group.
const GREENGRASS: &str = "greengrass";

/// Actions of the jobs data plane, each with the name that older pages give it.
const JOB_ACTIONS: [(&str, &str); 4] = [
    (
        "iotjobsdata:DescribeJobExecution",
        "iot:DescribeJobExecution",
    ),
    (
        "iotjobsdata:GetPendingJobExecutions",
        "iot:GetPendingJobExecutions",
    ),
    (
        "iotjobsdata:StartNextPendingJobExecution",
        "iot:StartNextPendingJobExecution",
    ),
    ("iotjobsdata:UpdateJobExecution", "iot:UpdateJobExecution"),
];

/// Whether two action names are the same: upper and lower case are equal, as in IAM.
pub fn is_action(action: &str, other: &str) -> bool {
    action.eq_ignore_ascii_case(other)
}

/// Whether an action is one of the Greengrass data plane.
pub fn is_of_greengrass(action: &str) -> bool {
    service_of(action).eq_ignore_ascii_case(GREENGRASS)
}

/// Whether an action reads, changes or deletes one shadow over HTTPS.
pub fn is_of_shadow(action: &str) -> bool {
    [GET_THING_SHADOW, UPDATE_THING_SHADOW, DELETE_THING_SHADOW]
        .iter()
        .any(|known| is_action(action, known))
}

/// The name that older pages of AWS give to an action, if it is another one.
pub fn legacy_name(action: &str) -> Option<&'static str> {
    JOB_ACTIONS
        .iter()
        .find(|(known, _)| is_action(action, known))
        .map(|(_, legacy)| *legacy)
}

/// Actions of the control plane that a provisioning role needs.
///
/// Source: the managed policy `AWSIoTThingsRegistration`.
pub mod registration {
    /// Puts a thing into a billing group.
    pub const ADD_THING_TO_BILLING_GROUP: &str = "iot:AddThingToBillingGroup";
    /// Puts a thing into a group.
    pub const ADD_THING_TO_THING_GROUP: &str = "iot:AddThingToThingGroup";
    /// Attaches a policy to a certificate.
    pub const ATTACH_POLICY: &str = "iot:AttachPolicy";
    /// Attaches a policy to a certificate, by its older name.
    pub const ATTACH_PRINCIPAL_POLICY: &str = "iot:AttachPrincipalPolicy";
    /// Attaches a certificate to a thing.
    pub const ATTACH_THING_PRINCIPAL: &str = "iot:AttachThingPrincipal";
    /// Makes a thing.
    pub const CREATE_THING: &str = "iot:CreateThing";
    /// Reads a billing group.
    pub const DESCRIBE_BILLING_GROUP: &str = "iot:DescribeBillingGroup";
    /// Reads a certificate.
    pub const DESCRIBE_CERTIFICATE: &str = "iot:DescribeCertificate";
    /// Reads a thing.
    pub const DESCRIBE_THING: &str = "iot:DescribeThing";
    /// Reads a thing group.
    pub const DESCRIBE_THING_GROUP: &str = "iot:DescribeThingGroup";
    /// Reads a thing type.
    pub const DESCRIBE_THING_TYPE: &str = "iot:DescribeThingType";
    /// Reads a policy.
    pub const GET_POLICY: &str = "iot:GetPolicy";
    /// Lists the policies of a certificate.
    pub const LIST_ATTACHED_POLICIES: &str = "iot:ListAttachedPolicies";
    /// Lists the policies of a certificate, by its older name.
    pub const LIST_PRINCIPAL_POLICIES: &str = "iot:ListPrincipalPolicies";
    /// Lists the things of a certificate.
    pub const LIST_PRINCIPAL_THINGS: &str = "iot:ListPrincipalThings";
    /// Lists the groups of a thing.
    pub const LIST_THING_GROUPS_FOR_THING: &str = "iot:ListThingGroupsForThing";
    /// Lists the certificates of a thing.
    pub const LIST_THING_PRINCIPALS: &str = "iot:ListThingPrincipals";
    /// Takes a thing out of a group.
    pub const REMOVE_THING_FROM_THING_GROUP: &str = "iot:RemoveThingFromThingGroup";
    /// Changes a certificate, e.g. makes it active.
    pub const UPDATE_CERTIFICATE: &str = "iot:UpdateCertificate";
    /// Changes a thing.
    pub const UPDATE_THING: &str = "iot:UpdateThing";
}

/// Actions of the function that decides whether a device may register, and of who asks it.
pub mod hook {
    /// Makes a stream of a log.
    pub const CREATE_LOG_STREAM: &str = "logs:CreateLogStream";
    /// Writes to a stream of a log.
    pub const PUT_LOG_EVENTS: &str = "logs:PutLogEvents";
    /// Changes an entry of a table, under a condition if one is given.
    pub const UPDATE_ITEM: &str = "dynamodb:UpdateItem";
    /// Asks a function.
    pub const INVOKE_FUNCTION: &str = "lambda:InvokeFunction";
}

/// What AWS IoT takes for the settings of an account: its log, and audits.
pub mod account {
    /// Makes a log.
    pub const CREATE_LOG_GROUP: &str = "logs:CreateLogGroup";
    /// Makes a metric of a log.
    pub const PUT_METRIC_FILTER: &str = "logs:PutMetricFilter";
    /// Says for how long a log is kept.
    pub const PUT_RETENTION_POLICY: &str = "logs:PutRetentionPolicy";

    // What audits look at, as `AWSIoTDeviceDefenderAudit` allows it on all resources,
    // <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSIoTDeviceDefenderAudit.html>,
    // read 2026-11-24.

    /// Reads certificates, policies and role aliases.
    pub const AUDIT_IOT: &[&str] = &[
        "iot:DescribeCACertificate",
        "iot:DescribeCertificate",
        "iot:DescribeRoleAlias",
        "iot:GetEffectivePolicies",
        "iot:GetPolicy",
    ];
    /// Reads roles and their policies.
    pub const AUDIT_IAM: &[&str] = &[
        "iam:GenerateServiceLastAccessedDetails",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
    ];
    /// Reads the roles of an identity pool.
    pub const AUDIT_POOLS: &str = "cognito-identity:GetIdentityPoolRoles";
    /// Lists; these know no resource.
    pub const AUDIT_LISTS: &[&str] = &[
        "iam:GetServiceLastAccessedDetails",
        "iot:GetLoggingOptions",
        "iot:GetV2LoggingOptions",
        "iot:ListCACertificates",
        "iot:ListCertificates",
        "iot:ListPolicies",
        "iot:ListRoleAliases",
    ];
}

/// What the furniture of a stack takes: keys, queues, topics of notifications.
pub mod furniture {
    /// Reads what a key protects.
    pub const DECRYPT: &str = "kms:Decrypt";
    /// Makes a key for data, which the key protects.
    pub const GENERATE_DATA_KEY: &str = "kms:GenerateDataKey";
    /// Puts a message into a queue.
    pub const SEND_MESSAGE: &str = "sqs:SendMessage";
    /// Sends a message to a topic of notifications.
    pub const PUBLISH_NOTIFICATION: &str = "sns:Publish";

    /// Manages a key, and uses it for nothing.
    pub const MANAGE_KEY: &[&str] = &[
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListKeyPolicies",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:RevokeGrant",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
    ];
    /// Uses a key by way of a service that keeps data.
    pub const USE_KEY_BY_SERVICE: &[&str] = &[
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ];
    /// Uses a key for logs.
    pub const USE_KEY_FOR_LOGS: &[&str] = &[
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ];
}

/// Actions of a private CA, and what limits them.
pub mod private_ca {
    /// Reads a certificate that the CA issued.
    pub const GET_CERTIFICATE: &str = "acm-pca:GetCertificate";
    /// Issues a certificate.
    pub const ISSUE_CERTIFICATE: &str = "acm-pca:IssueCertificate";
    /// The template that a certificate is issued by.
    pub const TEMPLATE_ARN: &str = "acm-pca:TemplateArn";
}

/// Actions on objects of S3.
pub mod object {
    /// Reads an object.
    pub const GET_OBJECT: &str = "s3:GetObject";
    /// Writes an object.
    pub const PUT_OBJECT: &str = "s3:PutObject";
}

/// Actions of the function that makes claims for trusted users, and of who asks it.
pub mod broker {
    /// Makes a certificate with which one device may register within minutes.
    pub const CREATE_PROVISIONING_CLAIM: &str = "iot:CreateProvisioningClaim";
    /// Reads an entry of a table.
    pub const GET_ITEM: &str = "dynamodb:GetItem";
    /// Writes an entry of a table.
    pub const PUT_ITEM: &str = "dynamodb:PutItem";
    /// Asks an API of API Gateway.
    pub const INVOKE_API: &str = "execute-api:Invoke";
}

/// The service of an action: what stands before the first colon.
pub fn service_of(action: &str) -> &str {
    action.split_once(':').map_or("", |(service, _)| service)
}

/// An entry of `Action` or `NotAction`, e.g. `iot:*` or `iot:Publish`.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionPattern {
    /// As written, with its place.
    pub text: Text,
}

impl ActionPattern {
    /// The pattern that `text` writes.
    pub fn new(text: Text) -> ActionPattern {
        ActionPattern { text }
    }

    /// The pattern as written, when no value in it is left open.
    pub fn known(&self) -> Option<&str> {
        self.text.known()
    }

    /// The name, when the pattern has no wildcard and no open value.
    pub fn exact(&self) -> Option<&str> {
        self.known().filter(|name| !name.contains(['*', '?']))
    }

    /// Whether the pattern covers an action. Upper and lower case are equal, as in IAM; a value
    /// left open covers nothing.
    pub fn matches(&self, action: &str) -> bool {
        let Some(pattern) = self.known() else {
            return false;
        };
        matches_ignoring_case(pattern.as_bytes(), action.as_bytes())
    }
}

/// Glob matching with the usual one-star backtracking: linear space, no recursion.
fn matches_ignoring_case(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), name.get(n)) {
            (Some(b'*'), _) => {
                retry = Some((p + 1, n));
                p += 1;
            }
            (Some(wanted), Some(found))
                if *wanted == b'?' || wanted.eq_ignore_ascii_case(found) =>
            {
                p += 1;
                n += 1;
            }
            _ => match &mut retry {
                Some((after_star, from)) => {
                    *from += 1;
                    (p, n) = (*after_star, *from);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .unwrap_or(&[])
        .iter()
        .all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches_ignoring_case;

    #[test]
    fn wildcards_and_case() {
        let matches = |p: &str, n: &str| matches_ignoring_case(p.as_bytes(), n.as_bytes());
        for (pattern, name) in [
            ("iot:*", "iot:Publish"),
            ("*", "iot:Connect"),
            ("iot:*Publish", "iot:RetainPublish"),
            ("iot:?ublish", "iot:Publish"),
            ("IOT:PUBLISH", "iot:Publish"),
            ("iot:P*l*sh**", "iot:Publish"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("iot:Publsh", "iot:Publish"),
            ("iot:*", "iotjobsdata:UpdateJobExecution"),
            ("iot:Publish?", "iot:Publish"),
            ("", "iot:Publish"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
