//! What registration by a trusted user has beside a template and its hook.

use super::hook::arn_of;
use super::{Ids, Stack, resource};
use crate::document::print::Value;
use crate::fleet::emit::{API_ASKER, API_PAYLOAD, access_document, commented, skipped};
use crate::fleet::plan::{Access, Api, Broker, SignIn, TrustedUser};
use crate::fleet::spec::Deletion;
use crate::model;

/// The ARN of the route of a broker: AWS gives the API's id.
fn route_arn(api: &Api, ids: &Ids) -> Value {
    let tail = api.arn_tail();
    let route = joined(
        "/",
        Value::call("Ref", ids.api.as_str()),
        tail.trim_start_matches('/'),
    );
    let head = api.arn_head.trim_end_matches(':');
    let parts = Value::sequence([Value::from(head), route]);
    Value::call("Fn::Join", Value::sequence([Value::from(":"), parts]))
}

fn joined(delimiter: &str, first: Value, second: &str) -> Value {
    let parts = Value::sequence([first, Value::from(second)]);
    Value::call("Fn::Join", Value::sequence([Value::from(delimiter), parts]))
}

impl Stack<'_> {
    /// The resources by logical id, in an order to read.
    pub(super) fn of_trusted_user(&self, trusted: &TrustedUser, ids: &Ids) -> Vec<(String, Value)> {
        let mut resources = Vec::new();
        if let Some(broker) = &trusted.broker {
            resources.extend(self.of_broker(broker, ids));
        }
        let asked = match &trusted.sign_in {
            SignIn::Cognito { .. } => self.asked("installers.cognito", trusted.origin),
            SignIn::Saml { .. } => self.asked("installers.saml", trusted.origin),
            SignIn::Role => self.asked("installers.role", trusted.origin),
        };
        if let Some(role) = &trusted.role {
            let role = self.role(role).with_origin(trusted.origin);
            resources.push((ids.installers_role.clone(), role));
        }
        let route = trusted.broker.as_ref().map(|it| route_arn(&it.api, ids));
        let access = self.access(trusted, route.unwrap_or_else(Value::null), ids);
        let access = access.with_comment(asked).with_origin(trusted.origin);
        resources.push((ids.access.clone(), access));
        resources
    }

    fn access(&self, trusted: &TrustedUser, route: Value, ids: &Ids) -> Value {
        let Access { policy, role, .. } = &trusted.access;
        let role = match &trusted.role {
            Some(_) => Value::call("Ref", ids.installers_role.as_str()),
            None => Value::from(role.as_str()),
        };
        let properties = vec![
            ("PolicyName", Value::from(policy.as_str())),
            ("RoleName", role),
            ("PolicyDocument", access_document(&trusted.access, route)),
        ];
        self.resource("AWS::IAM::RolePolicy", &[], properties)
    }

    fn of_broker(&self, broker: &Broker, ids: &Ids) -> Vec<(String, Value)> {
        let (api, function) = (&broker.api, &broker.function);
        let tables = [ids.installers.clone(), ids.claims.clone()];
        let mut resources = vec![
            (ids.installers.clone(), self.table(&broker.installers)),
            (ids.claims.clone(), self.table(&broker.claims)),
        ];
        resources.extend(self.whole_function(function, &ids.broker, tables.to_vec()));
        let properties = vec![
            ("Name", Value::from(api.name.as_str())),
            ("ProtocolType", Value::from("HTTP")),
        ];
        let made = self.resource("AWS::ApiGatewayV2::Api", &[], properties);
        resources.push((ids.api.clone(), made));
        let of_api = || ("ApiId", Value::call("Ref", ids.api.as_str()));
        let properties = vec![
            of_api(),
            ("Description", Value::from(api.name.as_str())),
            ("IntegrationType", Value::from("AWS_PROXY")),
            ("IntegrationUri", arn_of(&ids.broker.function)),
            ("PayloadFormatVersion", Value::from(API_PAYLOAD)),
        ];
        let made = self.resource("AWS::ApiGatewayV2::Integration", &[], properties);
        resources.push((ids.integration.clone(), made));
        let target = Value::sequence([
            Value::from("integrations"),
            Value::call("Ref", ids.integration.as_str()),
        ]);
        let properties = vec![
            of_api(),
            ("RouteKey", Value::from(Api::route())),
            ("AuthorizationType", Value::from("AWS_IAM")),
            (
                "Target",
                Value::call("Fn::Join", Value::sequence([Value::from("/"), target])),
            ),
        ];
        let made = self.resource("AWS::ApiGatewayV2::Route", &[], properties);
        resources.push((ids.route.clone(), made));
        resources.push((ids.stage.clone(), self.stage(api, ids)));
        let account = &*self.plan.deployment.account;
        let properties = vec![
            ("Action", Value::from(model::hook::INVOKE_FUNCTION)),
            ("FunctionName", arn_of(&ids.broker.function)),
            ("Principal", Value::from(API_ASKER)),
            ("SourceAccount", Value::from(account)),
            ("SourceArn", route_arn(api, ids)),
        ];
        let made = self.resource("AWS::Lambda::Permission", &[], properties);
        resources.push((ids.broker.permission.clone(), made));
        resources
    }

    fn stage(&self, api: &Api, ids: &Ids) -> Value {
        let per_second = i64::try_from(api.per_second).unwrap_or(i64::MAX);
        let limits = Value::mapping([
            ("ThrottlingBurstLimit", per_second),
            ("ThrottlingRateLimit", per_second),
        ]);
        let properties = Value::mapping([
            ("ApiId", Value::call("Ref", ids.api.as_str())),
            ("StageName", Value::from(api.stage.as_str())),
            ("AutoDeploy", Value::from(true)),
            ("DefaultRouteSettings", limits),
        ]);
        let skipped = skipped(api.exemptions, &self.plan.furniture);
        let properties = commented(properties, skipped);
        let kept = match self.plan.deletion {
            Deletion::Retained => Some("Retain"),
            Deletion::Allowed => None,
        };
        // Without its route a stage has nothing to deploy.
        let needs = [ids.route.clone()];
        resource("AWS::ApiGatewayV2::Stage", &needs, properties, kept)
    }
}
