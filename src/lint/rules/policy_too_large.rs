//! Policies over the limit of characters.

use crate::artifact::PolicyDocument;
use crate::facts::limit::POLICY_DOCUMENT_CHARS;
use crate::lint::{Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/policy-too-large.yaml"),
    Check::Policy(check),
);

/// A finding at the start of the document when even its known characters are too many.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    let chars = policy.size.chars as u64;
    if chars <= POLICY_DOCUMENT_CHARS {
        return;
    }
    let at_least = if policy.size.is_exact {
        ""
    } else {
        "at least "
    };
    let message = format!(
        "the policy has {at_least}{chars} characters without white space, and AWS IoT takes {POLICY_DOCUMENT_CHARS}"
    );
    findings
        .add(Confidence::Proven, policy.policy.span.at_start(), message)
        .help(format!(
            "take {} characters out, or split the policy",
            chars - POLICY_DOCUMENT_CHARS
        ));
}
