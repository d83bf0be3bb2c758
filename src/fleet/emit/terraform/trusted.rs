//! What registration by a trusted user has beside a template and its hook.

use super::{Module, json};
use crate::document::print::{Block, Body, Content, Part, Value};
use crate::fleet::emit::{API_ASKER, API_PAYLOAD, access_document};
use crate::fleet::plan::{Api, Broker, Registration, SignIn, TrustedUser};
use crate::model;

/// The ARN of the route of a broker: AWS gives the API's id.
fn route_arn(api: &Api, label: &str) -> Value {
    Value::new(Content::Template(vec![
        Part::Text(api.arn_head.clone()),
        Part::Reference(format!("aws_apigatewayv2_api.{label}.id")),
        Part::Text(api.arn_tail()),
    ]))
}

impl Module<'_> {
    /// The blocks, in an order to read.
    pub(super) fn of_trusted_user(
        &self,
        registration: &Registration,
        trusted: &TrustedUser,
        label: &str,
    ) -> Vec<Block> {
        let mut blocks = Vec::new();
        if let Some(broker) = &trusted.broker {
            blocks.extend(self.of_broker(registration, broker, label));
        }
        let own = format!("{label}_installers");
        let role = match &trusted.role {
            Some(role) => {
                blocks.push(self.role(role, &own));
                Value::reference(format!("aws_iam_role.{own}.name"))
            }
            None => Value::from(trusted.access.role.as_str()),
        };
        let asked = match &trusted.sign_in {
            SignIn::Cognito { .. } => self.asked("installers.cognito", trusted.origin),
            SignIn::Saml { .. } => self.asked("installers.saml", trusted.origin),
            SignIn::Role => self.asked("installers.role", trusted.origin),
        };
        let route = trusted.broker.as_ref().map(|it| route_arn(&it.api, label));
        let document = access_document(&trusted.access, route.unwrap_or_else(Value::null));
        let body = Body::default()
            .with("name", trusted.access.policy.as_str())
            .with("role", role)
            .with("policy", json(document));
        let access = self.resource("aws_iam_role_policy", &own, body);
        blocks.push(access.with_comment(asked));
        blocks
    }

    fn of_broker(&self, registration: &Registration, broker: &Broker, label: &str) -> Vec<Block> {
        let (api, own) = (&broker.api, format!("{label}_broker"));
        let mut blocks = vec![
            self.table(&broker.installers, &format!("{label}_installers")),
            self.table(&broker.claims, &format!("{label}_claims")),
        ];
        // Its settings name the tables as text.
        let tables = ["installers", "claims"].map(|it| format!("aws_dynamodb_table.{label}_{it}"));
        let function = &broker.function;
        blocks.extend(self.whole_function(function, &own, &registration.name, tables.to_vec()));
        let body = Body::default()
            .with("name", api.name.as_str())
            .with("protocol_type", "HTTP");
        blocks.push(self.resource("aws_apigatewayv2_api", label, body));
        let id = || Value::reference(format!("aws_apigatewayv2_api.{label}.id"));
        let function = || Value::reference(format!("aws_lambda_function.{own}.arn"));
        let body = Body::default()
            .with("api_id", id())
            .with("description", api.name.as_str())
            .with("integration_type", "AWS_PROXY")
            .with("integration_uri", function())
            .with("payload_format_version", API_PAYLOAD);
        blocks.push(self.resource("aws_apigatewayv2_integration", label, body));
        let target = Value::new(Content::Template(vec![
            Part::Text("integrations/".to_owned()),
            Part::Reference(format!("aws_apigatewayv2_integration.{label}.id")),
        ]));
        let body = Body::default()
            .with("api_id", id())
            .with("route_key", Api::route())
            .with("authorization_type", "AWS_IAM")
            .with("target", target);
        blocks.push(self.resource("aws_apigatewayv2_route", label, body));
        blocks.push(self.stage(api, label));
        let body = Body::default()
            .with("action", model::hook::INVOKE_FUNCTION)
            .with("function_name", function())
            .with("principal", API_ASKER)
            .with("source_account", &*self.plan.deployment.account)
            .with("source_arn", route_arn(api, label));
        blocks.push(self.resource("aws_lambda_permission", &own, body));
        blocks
    }

    fn stage(&self, api: &Api, label: &str) -> Block {
        let per_second = i64::try_from(api.per_second).unwrap_or(i64::MAX);
        let limits = Body::default()
            .with("throttling_burst_limit", per_second)
            .with("throttling_rate_limit", per_second);
        let name = Value::from(api.stage.as_str());
        // Without its route a stage has nothing to deploy.
        let needs = [Value::reference(format!("aws_apigatewayv2_route.{label}"))];
        let body = Body::default()
            .with(
                "api_id",
                Value::reference(format!("aws_apigatewayv2_api.{label}.id")),
            )
            .with("name", self.exempt(name, api.exemptions))
            .with("auto_deploy", true)
            .with("depends_on", Value::sequence(needs))
            .with_block(Block::new("default_route_settings", [], limits));
        self.resource("aws_apigatewayv2_stage", label, body)
    }
}
