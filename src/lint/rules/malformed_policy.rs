//! Policy documents that AWS refuses, or reads in another way than meant.

use crate::artifact::{MAX_POLICIES_BYTES, MAX_POLICY_BYTES, PolicyDocument, Problem, Whole};
use crate::facts::limit::POLICY_DOCUMENT_CHARS;
use crate::lint::{Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/malformed-policy.yaml"),
    Check::Policy(check),
);

/// One finding per problem that the reader met. What is missing in a broken text may stand behind
/// the break.
fn check(policy: &PolicyDocument, context: &Context<'_>, findings: &mut Findings<'_>) {
    let is_whole = context.file.is_whole_at(policy.policy.span);
    for problem in &policy.problems {
        if matches!(problem.value, Problem::Missing { .. }) && !is_whole {
            continue;
        }
        let (message, help) = describe(&problem.value);
        let confidence = match &problem.value {
            Problem::OldVersion {
                has_variables: false,
                ..
            } => Confidence::Low,
            _ => Confidence::High,
        };
        let finding = findings.add(confidence, problem.span, message);
        if let Some(help) = help {
            finding.help(help);
        }
    }
}

fn describe(problem: &Problem) -> (String, Option<String>) {
    let nearest =
        |nearest: &Option<&'static str>| nearest.map(|it| format!("did you mean `{it}`?"));
    let version = Some("write `\"Version\": \"2012-10-17\"`".to_owned());
    match problem {
        Problem::NotAnObject(part) => (format!("a {part} must be an object"), None),
        Problem::OldVersion {
            has_variables,
            found,
        } => {
            let what = match found {
                Some(found) => format!("`Version` is `{found}`"),
                None => "the policy has no `Version`".to_owned(),
            };
            let effect = match has_variables {
                true => "so `${…}` in it is plain text",
                false => "which AWS IoT may refuse",
            };
            (format!("{what}, {effect}"), version)
        }
        Problem::UnknownVersion(found) => (
            format!("`{found}` is no version of the policy language"),
            version,
        ),
        Problem::Missing { element, part } => (format!("the {part} has no `{element}`"), None),
        Problem::Both(only, all_but) => (
            format!("a statement can't have both `{only}` and `{all_but}`"),
            None,
        ),
        Problem::UnknownElement {
            name,
            nearest: near,
        } => (format!("policies have no element `{name}`"), nearest(near)),
        Problem::Principal => (
            "policies of AWS IoT have no principal".to_owned(),
            Some("remove it: the policy speaks for whatever it is attached to".to_owned()),
        ),
        Problem::UnknownEffect(found) => (
            format!("`{found}` is no effect"),
            Some("write `Allow` or `Deny`; case matters".to_owned()),
        ),
        Problem::WrongKind { element, expected } => {
            (format!("`{element}` must be {expected}"), None)
        }
        Problem::EmptyList(element) => (format!("`{element}` is empty"), None),
        Problem::UnknownOperator {
            name,
            nearest: near,
        } => (format!("`{name}` is no condition operator"), nearest(near)),
        Problem::NotAnArn => (
            "a resource must be `*` or an ARN".to_owned(),
            Some("write `arn:aws:iot:<region>:<account>:<type>/<name>`".to_owned()),
        ),
        Problem::RegionAsAccount(region) => (
            format!(
                "the Region `{region}` stands where the account belongs, so the ARN matches nothing"
            ),
            Some("write `arn:aws:iot:<region>:<account>:<type>/<name>`".to_owned()),
        ),
        Problem::TooLong(Whole::Policy) => (
            format!(
                "the policy is longer than {} KiB here, and is not read further",
                MAX_POLICY_BYTES / 1024
            ),
            Some(format!(
                "split it: AWS IoT takes {POLICY_DOCUMENT_CHARS} characters of a policy"
            )),
        ),
        Problem::TooLong(Whole::File) => (
            format!(
                "the policies of this file are longer than {} MiB here, and are not read further",
                MAX_POLICIES_BYTES / 1024 / 1024
            ),
            Some("split the file".to_owned()),
        ),
    }
}
