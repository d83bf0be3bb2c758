//! What installers need, in both outputs.

use super::*;

/// What installers need: in CloudFormation, what stands there instead; in Terraform; what is said.
const OF_INSTALLERS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "AuthorizationType: AWS_IAM",
        "AuthorizationType: NONE",
        "authorization_type = \"AWS_IAM\"",
        "authorization_type = \"NONE\"",
        "differs in its authorization",
    ),
    (
        "RouteKey: POST /claims",
        "RouteKey: POST /{proxy+}",
        "= \"POST /claims\"",
        "= \"POST /{proxy+}\"",
        "differs in its route",
    ),
    (
        "ThrottlingRateLimit: 10",
        "ThrottlingRateLimit: 1000",
        "throttling_rate_limit  = 10",
        "throttling_rate_limit  = 1000",
        "differs in its rate",
    ),
    (
        "cognito-identity.amazonaws.com:aud: eu-central-1:6",
        "cognito-identity.amazonaws.com:aud: eu-central-1:7",
        "\"cognito-identity.amazonaws.com:aud\" = \"eu-central-1:6",
        "\"cognito-identity.amazonaws.com:aud\" = \"eu-central-1:7",
        "the role `voltra-dev-retrofit-installers-eu-central-1` differs in its trust",
    ),
    (
        "cognito-identity.amazonaws.com:amr: authenticated",
        "cognito-identity.amazonaws.com:amr: unauthenticated",
        "\"cognito-identity.amazonaws.com:amr\" = \"authenticated\"",
        "\"cognito-identity.amazonaws.com:amr\" = \"unauthenticated\"",
        "the role `voltra-dev-retrofit-installers-eu-central-1` differs in its trust",
    ),
    (
        "Action: execute-api:Invoke",
        "Action: execute-api:*",
        "\"execute-api:Invoke\"",
        "\"execute-api:*\"",
        "differs in its policy voltra-dev-retrofit-installers-eu-central-1",
    ),
    (
        "provisioningtemplate/voltra-dev-retrofit\n",
        "provisioningtemplate/*\n",
        "provisioningtemplate/voltra-dev-retrofit\"",
        "provisioningtemplate/*\"",
        "voltra-dev-retrofit",
    ),
    (
        "dynamodb:GetItem",
        "dynamodb:*",
        "dynamodb:GetItem",
        "dynamodb:*",
        "differs in its policy broker",
    ),
    (
        "AttributeName: expires",
        "AttributeName: user",
        "attribute_name = \"expires\"",
        "attribute_name = \"user\"",
        "the table `voltra-dev-retrofit-claims` differs in its expiry",
    ),
    (
        "\"same\":[\"tenant\"]",
        "\"same\":[]",
        "same   = [\"tenant\"]",
        "same   = []",
        "the function `voltra-dev-retrofit-hook` differs in its settings",
    ),
    (
        "\"pool\":\"eu-central-1:6",
        "\"pool\":\"eu-central-1:7",
        "= \"eu-central-1:6d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11\"\n",
        "= \"${var.region}:7d1f64a2-0a3b-4f4e-9f0e-0d2c3c5b7a11\"\n",
        "voltra-dev-retrofit",
    ),
    (
        "Principal: apigateway.amazonaws.com",
        "Principal: \"*\"",
        "= \"apigateway.amazonaws.com\"",
        "= \"*\"",
        "differs in its asker",
    ),
    (
        "- retrofit/POST/claims",
        "- retrofit/*/claims",
        "${aws_apigatewayv2_api.retrofit.id}/retrofit/POST/claims",
        "*/retrofit/POST/claims",
        "retrofit/POST/claims",
    ),
    (
        "RoleName: !Ref RetrofitInstallersRole",
        "RoleName: voltra-dev-other",
        "aws_iam_role.retrofit_installers.name",
        "\"voltra-dev-other\"",
        "voltra-dev-retrofit-installers-eu-central-1",
    ),
];

#[test]
fn a_change_of_what_installers_need_is_found() {
    const REGION: &str = "eu-central-1";
    let cloudformation = output_of("retrofit", &format!("cfn/dev/{REGION}/stack.yaml"));
    let terraform = ["main.tf", "outputs.tf"]
        .map(|file| output_of("retrofit", &format!("tf/modules/dev/{file}")))
        .concat();
    let head = HEAD.replace("eu-west-1", REGION);
    let differences = |one: &Project, other: &Project| -> Vec<String> {
        let found = compare(one, other, &head);
        found.iter().map(ToString::to_string).collect()
    };
    let (one, other) = (stack(&cloudformation), module_in(&terraform, REGION));
    assert_eq!(differences(&one, &other), [""; 0]);
    for (from, to, from_terraform, to_terraform, said) in OF_INSTALLERS {
        let changed = mutated(&cloudformation, from, to);
        let of_stack = differences(&stack(&changed), &other);
        let changed = mutated(&terraform, from_terraform, to_terraform);
        let of_module = differences(&one, &module_in(&changed, REGION));
        for found in [of_stack, of_module] {
            assert!(
                found.iter().any(|it| it.contains(said)),
                "{from}: {found:#?}"
            );
        }
    }
    // Another policy for the role of installers.
    let more = terraform.clone()
        + "resource \"aws_iam_role_policy\" \"more\" {\n  name = \"more\"\n  role = aws_iam_role.retrofit_installers.name\n  policy = \"{}\"\n}\n";
    assert_ne!(differences(&one, &module_in(&more, REGION)), [""; 0]);
}
