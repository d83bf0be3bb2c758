//! Policy actions and the resource types that they apply to.

use super::provenance::Provenance;
use super::{find, table};

/// How an operation reaches AWS IoT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// MQTT over TLS.
    Mqtt,
    /// MQTT over WebSocket Secure.
    WebSocket,
    /// An HTTPS request; there is no connection and no client id.
    Https,
    /// A request to the credential provider's own endpoint.
    CredentialProvider,
}

/// An action that a policy may name.
///
/// Source: `facts/actions.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Name with its service, e.g. `iot:Subscribe`.
    pub name: &'static str,
    /// Whether a device's policy can grant it; otherwise it is an action of the control plane, or
    /// of back ends, and has no effect in a device's policy.
    pub device: bool,
    /// How the operation reaches AWS; empty for the control plane.
    pub protocols: &'static [Protocol],
    /// Names of the resource types of its ARN, e.g. `topicfilter`; `*` where the resource may or
    /// must be a bare star. Empty for the control plane, whose resources are not listed.
    pub resources: &'static [&'static str],
    /// Actions that must be allowed too, on the same resource.
    pub requires: &'static [&'static str],
    /// Actions that must be allowed for the MQTT connection on which the operation runs.
    pub requires_on_mqtt: &'static [&'static str],
    /// Condition keys that only this action has, e.g. `iot:LastWillTopic`.
    pub condition_keys: &'static [&'static str],
    /// The name that replaced it, if the action is written with an outdated service prefix.
    pub legacy_of: Option<&'static str>,
    /// Whether thing policy variables are resolved for it.
    pub thing_variables: bool,
    /// Whether policies of the thing's groups apply to it.
    pub thing_group_policies: bool,
    /// When AWS checks it, in words; empty for the control plane.
    pub checked: &'static str,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl Action {
    /// Returns the service prefix, e.g. `iot`.
    pub fn service(&self) -> &'static str {
        self.name.split_once(':').map_or("", |(service, _)| service)
    }

    /// Returns the name without its service, e.g. `Subscribe`.
    pub fn operation(&self) -> &'static str {
        self.name
            .split_once(':')
            .map_or(self.name, |(_, operation)| operation)
    }

    /// Returns whether an ARN of this resource type, e.g. `topic`, can match the action.
    pub fn applies_to(&self, resource_type: &str) -> bool {
        self.resources.contains(&resource_type)
    }

    /// Returns whether the operation can arrive by this protocol.
    pub fn arrives_by(&self, protocol: Protocol) -> bool {
        self.protocols.contains(&protocol)
    }
}

/// A row of the control plane, as the derived table writes it.
pub(super) const fn control_plane(name: &'static str, provenance: Provenance) -> Action {
    Action {
        name,
        device: false,
        protocols: &[],
        resources: &[],
        requires: &[],
        requires_on_mqtt: &[],
        condition_keys: &[],
        legacy_of: None,
        thing_variables: false,
        thing_group_policies: false,
        checked: "",
        provenance,
    }
}

/// A kind of resource that an ARN can name.
///
/// Source: `facts/actions.yaml`, `resource_types`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// Name that [`Action::resources`] uses, e.g. `topicfilter`. For most types it is also the word
    /// after the account in the ARN; `namedshadow` is `thing/THING/SHADOW`.
    pub name: &'static str,
    /// Whether some action of a device's policy applies to it.
    pub device: bool,
    /// The ARN, with `{…}` for what varies, e.g. `arn:{partition}:iot:{region}:{account}:topic/{topic}`.
    pub arn: &'static str,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl ResourceType {
    /// Returns the service of its ARN, e.g. `greengrass`.
    pub fn service(&self) -> &'static str {
        self.arn.split(':').nth(2).unwrap_or("")
    }

    /// Returns what its ARN has behind the account, e.g. `topicfilter/{filter}`.
    pub fn pattern(&self) -> &'static str {
        self.arn.splitn(6, ':').nth(5).unwrap_or(self.arn)
    }

    /// Returns the word that its ARN has behind the account, e.g. `thing` for `namedshadow`.
    pub fn word(&self) -> &'static str {
        self.pattern().split(['/', ':']).next().unwrap_or("")
    }
}

/// Returns all known actions, sorted by name without case.
pub fn actions() -> &'static [Action] {
    table::actions::ACTIONS
}

/// Finds an action by its full name; as in IAM, case does not matter. Wildcards are not expanded.
pub fn action(name: &str) -> Option<&'static Action> {
    find(actions(), name, |action| action.name)
}

/// Returns whether actions of this service prefix have a meaning in a device's policy, e.g. `iot`.
pub fn is_policy_service(prefix: &str) -> bool {
    actions()
        .iter()
        .any(|action| action.device && action.service().eq_ignore_ascii_case(prefix))
}

/// Returns the resource types that an ARN of AWS IoT or Greengrass can name, sorted by name.
pub fn resource_types() -> &'static [ResourceType] {
    table::actions::RESOURCE_TYPES
}

/// Finds a resource type by its name, e.g. `topicfilter`. Case matters in an ARN, so also here.
pub fn resource_type(name: &str) -> Option<&'static ResourceType> {
    resource_types()
        .iter()
        .find(|resource_type| resource_type.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        let found = action("IOT:subscribe").expect("the action is known");
        assert_eq!(found.name, "iot:Subscribe");
        assert_eq!((found.service(), found.operation()), ("iot", "Subscribe"));
        assert!(found.applies_to("topicfilter") && !found.applies_to("topic"));
        assert!(found.arrives_by(Protocol::Mqtt) && !found.arrives_by(Protocol::Https));
    }

    #[test]
    fn every_action_is_found_by_its_own_name() {
        for row in actions() {
            assert_eq!(action(row.name).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn control_plane_actions_are_known_but_not_for_devices() {
        for name in [
            "iot:CreateThing",
            "iot:AttachPolicy",
            "greengrass:CreateDeployment",
        ] {
            assert_eq!(
                action(name).map(|found| found.device),
                Some(false),
                "{name}"
            );
        }
        assert!(action("iot:PublishRetain").is_none());
        assert!(action("s3:GetObject").is_none());
    }

    #[test]
    fn job_actions_with_the_old_prefix_name_their_successor() {
        let old = action("iot:UpdateJobExecution").and_then(|found| found.legacy_of);
        assert_eq!(old, Some("iotjobsdata:UpdateJobExecution"));
        assert_eq!(
            action("iotjobsdata:UpdateJobExecution").and_then(|new| new.legacy_of),
            None
        );
    }

    #[test]
    fn greengrass_does_not_see_things() {
        let discover = action("greengrass:Discover").expect("the action is known");
        assert!(!discover.thing_variables && !discover.thing_group_policies);
        assert!(action("iot:Publish").is_some_and(|found| found.thing_variables));
    }

    #[test]
    fn services_of_policies() {
        assert!(is_policy_service("iot") && is_policy_service("IotJobsData"));
        assert!(!is_policy_service("s3"));
    }

    #[test]
    fn resource_types_of_actions_are_known() {
        for row in actions() {
            for name in row.resources {
                assert!(
                    *name == "*" || resource_type(name).is_some(),
                    "{}: {name}",
                    row.name
                );
            }
        }
        assert_eq!(resource_type("cert").map(|found| found.device), Some(false));
    }
}
