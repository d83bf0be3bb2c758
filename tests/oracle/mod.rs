//! The reference evaluator: decides one request by the written semantics, short and slow.
//!
//! It shares nothing with the engine that it checks, not even a parser: it reads plain JSON, in the
//! format of `fixtures/decisions/*.jsonl`. Sections and rows are those of `docs/semantics.md`; a
//! row is of section 11. It knows no tables of actions, keys or topics, so it does not judge
//! whether a request makes sense; and it decides one request, not a whole session (a Connect
//! before a Publish, a Will, a persistent session).
//!
//! The *documented* reading is the best estimate. The *cautious* reading lets an Allow match
//! widely and a Deny narrowly at every row that bears on one decision. "Widely" turns round where
//! an entry takes something away: an entry of an Allow's `NotResource`, `NotAction` or negated
//! condition is matched narrowly, one of a Deny's widely. So cautious allows all that documented
//! allows.
//!
//! # Choices
//! Where the semantics are silent, or two of their places disagree:
//!
//! Wildcards
//! - Row 19: widely, a pattern is one text and `*` and `?` cross colons; narrowly, segments.
//! - The pattern is split at the colons that its author wrote; a value never splits it.
//! - A request resource that is no ARN (`*`) is matched by the same rules: only `*` reaches it.
//! - An action is matched as one text, so `*Publish` and `iot*` match across the colon.
//! - `ArnEquals` and `ArnLike` are both matched like resources, also with a `*` that runs on.
//! - Row 22 needs no rule: an empty client ID is an empty text.
//!
//! Variables
//! - Row 2, in both readings: one unresolved entry (resource or condition value) kills a Deny. An
//!   Allow drops it; if nothing is left in that list the Allow is dead, except in the cautious
//!   reading, where the entry matches nothing (`NotResource`, `StringNotEquals`, `ForAllValues`).
//! - Row 1: `*` and `?` of a client ID are wildcards where matched widely, in `StringLike` and ARN
//!   conditions too. No other value can be one.
//! - Row 25: `${key, 'x'}` has a value only in an Allow of the cautious reading, where it can only
//!   grant; elsewhere it is unresolved, even if the key has a value.
//! - `${` without `}` is plain text; `${}` and names with spaces are unresolved.
//! - A key with several values (`.List`, `iot:ConnectAttributes`) is unresolved as a variable.
//! - `iot:Connection.Thing.IsAttached` can be a variable as well.
//! - Only the version `2012-10-17` has variables (row 10); in others `${*}` holds a wildcard.
//!
//! Keys
//! - Thing keys (`IsAttached` too) are absent over HTTPS (row 4), for `greengrass:` actions, and
//!   for plain custom, unauthenticated Cognito and SigV4 callers.
//! - A connection is the thing's only if the principal is attached; group policies need that too.
//! - A certificate value that is not substituted is absent as a condition key as well, and left
//!   out of `.List`; a value is escaped in both uses. Only `.1` to `.4` and `.List` are suffixes.
//! - `iot:ConnectAttributes` and `iot:LastWillTopic` exist for `iot:Connect` only; the latter is an
//!   ARN in the request's Region and account. An empty list is an absent key.
//! - Other keys come from the context's `extra`, for any action; `credentials-iot:` never does.
//!
//! Conditions
//! - `IfExists` is true on an absent key with a set operator too. `Null` takes neither.
//! - Without a set operator, one of several values must pass, and all of them a negated operator.
//! - An unknown operator is false, and true in an Allow of the cautious reading.
//! - What is not a number, date or network matches nothing, so a negated operator is true of it.
//! - Dates are seconds since 1970 or `YYYY-MM-DD[Thh:mm[:ss[.f]](Z|±hh:mm)]`.
//!
//! Evaluation
//! - Row 12: of the job actions, an Allow that spells out `iot:<Name>` grants `iotjobsdata:<Name>`
//!   in the cautious reading; wildcards do not (`iot:*` stays in its service).
//! - Rows 7, 11 and 13 are about which resource AWS tests. The cautious reading allows what all
//!   policies together allow on either one: `topic/$share/<group>/<topic>` or the plain topic;
//!   `thing/T` or `*` when named shadows are listed; `thing/T/S` or `thing/T` for a named shadow.
//!   So an Allow and a Deny that both name `thing/T` never allow `thing/T/S`, though row 13, taken
//!   by the letter, lets the Allow reach it and the Deny not. A plain Receive stands as it is.
//! - SigV4: policies on `iam`, and on `certificate`, which in a case stands for the principal.
//! - An authenticated Cognito identity's group policies are on the side of its own policies.
//! - A broken statement (no or two of `Action` and `NotAction`, …) matches nothing.
//! - The limits of custom authorizers and of documents do not bear on decisions.

use serde_json::Value;

mod condition;
mod keys;
mod pattern;

use condition::Lean;
use pattern::Match;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Some Allow matches and no Deny.
    Allow,
    /// Some Deny matches.
    ExplicitDeny,
    /// Nothing matches.
    ImplicitDeny,
}

/// What one statement is decided on.
pub(crate) struct Scope<'a> {
    context: &'a Value,
    request: &'a Value,
    /// The request's resource, or the other resource that AWS may test in its place.
    resource: &'a str,
    cautious: bool,
    is_allow: bool,
    has_variables: bool,
}

impl Scope<'_> {
    fn action(&self) -> &str {
        self.request["action"].as_str().unwrap()
    }

    fn auth(&self) -> &str {
        self.context["auth"].as_str().unwrap_or("x509")
    }

    fn lean(&self) -> Lean {
        match (self.cautious, self.is_allow) {
            (false, _) => Lean::Documented,
            (true, true) => Lean::Widen,
            (true, false) => Lean::Narrow,
        }
    }

    /// How to match entries that are listed, or (`excluded`) that are taken away.
    fn how(&self, excluded: bool) -> Match {
        if self.cautious && self.is_allow != excluded {
            Match::Wide
        } else {
            Match::Narrow
        }
    }
}

/// Decides a request, in the documented or the cautious reading.
pub(crate) fn decide(
    policies: &Value,
    context: &Value,
    request: &Value,
    cautious: bool,
) -> Verdict {
    let resource = request["resource"].as_str().unwrap();
    let verdict = decide_on(resource, policies, context, request, cautious);
    let other = other_resource(request["action"].as_str().unwrap(), resource);
    let is_allowed_on =
        |other: String| decide_on(&other, policies, context, request, cautious) == Verdict::Allow;
    if cautious && other.is_some_and(is_allowed_on) {
        return Verdict::Allow;
    }
    verdict
}

/// Rows 7, 11 and 13: the other resource that AWS may be testing instead.
fn other_resource(action: &str, resource: &str) -> Option<String> {
    match action.to_ascii_lowercase().as_str() {
        "iot:receive" => {
            let (place, shared) = resource.split_once(":topic/$share/")?;
            let (_group, topic) = shared.split_once('/')?;
            Some(format!("{place}:topic/{topic}"))
        }
        "iot:listnamedshadowsforthing" => Some("*".to_owned()),
        "iot:getthingshadow" | "iot:updatethingshadow" | "iot:deletethingshadow" => {
            let (place, name) = resource.split_once(":thing/")?;
            let (thing, _shadow) = name.split_once('/')?;
            Some(format!("{place}:thing/{thing}"))
        }
        _ => None,
    }
}

/// Sections 6 and 9: which policies count, and how their verdicts are put together.
fn decide_on(
    resource: &str,
    policies: &Value,
    context: &Value,
    request: &Value,
    cautious: bool,
) -> Verdict {
    let mut scope = Scope {
        context,
        request,
        resource,
        cautious,
        is_allow: true,
        has_variables: true,
    };
    let is_tied = keys::is_tied(&scope);
    let mut verdict_of = |attachments: &[&str]| {
        let counts = |policy: &&Value| {
            let attached_to = policy["attached_to"].as_str().unwrap();
            attachments.contains(&attached_to) && (attached_to != "thing_group" || is_tied)
        };
        let documents = policies.as_array().unwrap().iter().filter(counts);
        evaluate(documents.map(|policy| &policy["document"]), &mut scope)
    };
    match context["auth"].as_str().unwrap_or("x509") {
        "x509" => verdict_of(&["certificate", "thing_group"]),
        "custom_x509" => verdict_of(&["certificate", "thing_group", "custom_authorizer"]),
        "custom" => verdict_of(&["custom_authorizer"]),
        "sigv4" => verdict_of(&["iam", "certificate"]),
        "cognito_unauthenticated" => verdict_of(&["cognito_role"]),
        "cognito_authenticated" => {
            let role = verdict_of(&["cognito_role"]);
            if needs_identity_policy(request["action"].as_str().unwrap()) {
                both(role, verdict_of(&["cognito_identity", "thing_group"]))
            } else {
                role
            }
        }
        other => panic!("unknown `auth` in a case: {other}"),
    }
}

/// Section 6.3: the actions for which an authenticated Cognito identity needs an IoT policy too.
fn needs_identity_policy(action: &str) -> bool {
    let actions = [
        "iot:Connect",
        "iot:Publish",
        "iot:Subscribe",
        "iot:Receive",
        "iot:GetThingShadow",
        "iot:UpdateThingShadow",
        "iot:DeleteThingShadow",
    ];
    actions
        .iter()
        .any(|known| known.eq_ignore_ascii_case(action))
}

/// Section 6.3: both must allow, and a Deny of either is explicit.
fn both(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::ExplicitDeny, _) | (_, Verdict::ExplicitDeny) => Verdict::ExplicitDeny,
        (Verdict::ImplicitDeny, _) | (_, Verdict::ImplicitDeny) => Verdict::ImplicitDeny,
        (Verdict::Allow, Verdict::Allow) => Verdict::Allow,
    }
}

/// Section 6.2: a Deny wins, then an Allow, then nothing is allowed.
fn evaluate<'a>(documents: impl Iterator<Item = &'a Value>, scope: &mut Scope<'_>) -> Verdict {
    let mut verdict = Verdict::ImplicitDeny;
    for document in documents {
        // Section 1 and row 10.
        scope.has_variables = document["Version"] == "2012-10-17";
        for statement in items(&document["Statement"]) {
            let effect = statement["Effect"].as_str();
            scope.is_allow = effect == Some("Allow");
            if !statement_matches(statement, scope) {
                continue;
            }
            match effect {
                Some("Deny") => verdict = Verdict::ExplicitDeny,
                Some("Allow") if verdict == Verdict::ImplicitDeny => verdict = Verdict::Allow,
                _ => {}
            }
        }
    }
    verdict
}

/// Sections 1 and 6.2: action, resource and all conditions must match.
fn statement_matches(statement: &Value, scope: &Scope<'_>) -> bool {
    action_matches(statement, scope)
        && resource_matches(statement, scope)
        && conditions_match(statement, scope)
}

/// Section 2.
fn action_matches(statement: &Value, scope: &Scope<'_>) -> bool {
    let Some((entries, excluded)) = clause(statement, "Action", "NotAction") else {
        return false;
    };
    let action = scope.action().to_ascii_lowercase();
    let how = scope.how(excluded);
    let is_listed = entries.iter().any(|entry| {
        let entry = entry.to_ascii_lowercase();
        pattern::matches(&pattern::as_written(&entry), &action, how)
            || (how == Match::Wide && job_alias(&action).as_ref() == Some(&entry))
    });
    is_listed != excluded
}

/// Section 3, last paragraph, and row 12: the older name of a job action, in lower case.
fn job_alias(action: &str) -> Option<String> {
    let name = action.strip_prefix("iotjobsdata:")?;
    Some(format!("iot:{name}"))
}

/// Section 4.
fn resource_matches(statement: &Value, scope: &Scope<'_>) -> bool {
    let Some((entries, excluded)) = clause(statement, "Resource", "NotResource") else {
        return false;
    };
    let how = scope.how(excluded);
    let Some(live) = pattern::live_entries(&entries, scope, how) else {
        return false;
    };
    let is_listed = live
        .iter()
        .any(|entry| pattern::arn_matches(entry, scope.resource, how));
    is_listed != excluded
}

/// Section 8: all operators and all keys.
fn conditions_match(statement: &Value, scope: &Scope<'_>) -> bool {
    let Some(operators) = statement.get("Condition") else {
        return true;
    };
    let Some(operators) = operators.as_object() else {
        return false;
    };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, values)| {
                let given = keys::lookup(key, scope).values();
                pattern::live_entries(
                    &texts(values),
                    scope,
                    condition::how(operator, scope.lean()),
                )
                .is_some_and(|wanted| condition::holds(operator, &wanted, &given, scope.lean()))
            })
        })
    })
}

/// Section 1: exactly one of the two elements; its entries, and whether they are taken away.
fn clause(statement: &Value, only: &str, all_but: &str) -> Option<(Vec<String>, bool)> {
    match (statement.get(only), statement.get(all_but)) {
        (Some(entries), None) => Some((texts(entries), false)),
        (None, Some(entries)) => Some((texts(entries), true)),
        (None, None) | (Some(_), Some(_)) => None,
    }
}

/// Section 1 and row 26: a text or a list of texts; booleans and numbers are their text.
fn texts(value: &Value) -> Vec<String> {
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(item.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    items(value).iter().filter_map(text).collect()
}

/// Section 1: a list, or one bare item.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        other => std::slice::from_ref(other),
    }
}
