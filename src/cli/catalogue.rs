//! `fleetwright rules` and `fleetwright explain`

use clap::Args;

use super::{Answer, Failure, Outcome};
use crate::document::spelling::closest;
use crate::lint::RULES;
use crate::report::page;

#[derive(Debug, Args)]
pub(super) struct RulesArguments {}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a rule, e.g. `any-client-id`
    rule: String,
}

pub(super) fn rules(_: &RulesArguments) -> Result<Outcome, Failure> {
    let width = RULES.iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let line = |rule: &&crate::lint::Rule| {
        let meta = rule.meta();
        format!(
            "{:width$}  {:7}  {}\n",
            rule.id(),
            meta.severity.as_str(),
            meta.summary
        )
    };
    let text = RULES.iter().map(line).collect();
    Ok(Outcome::new(text, Answer::Yes))
}

pub(super) fn explain(arguments: &ExplainArguments) -> Result<Outcome, Failure> {
    let Some(rule) = RULES.iter().find(|rule| rule.id() == arguments.rule) else {
        let near = closest(&arguments.rule, RULES.iter().map(|rule| rule.id()));
        let hint = match near {
            Some(near) => format!("; did you mean `{near}`?"),
            None => "; `fleetwright rules` lists them".to_owned(),
        };
        return Err(Failure(format!(
            "there is no rule `{}`{hint}",
            arguments.rule
        )));
    };
    Ok(Outcome::new(page::explain(rule.meta()), Answer::Yes))
}
