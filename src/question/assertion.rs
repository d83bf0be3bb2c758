//! What no device may do and what every device can, as users write it.

use serde::Deserialize;

use super::ask::UnknownAction;
use super::decode::{Error, ErrorKind, entries};
use super::region::{InvalidRegion, region};
use super::{Place, action};
use crate::document::Syntax;
use crate::document::decode::Ordered;
use crate::engine::{Bound, BoundSense};
use crate::source::{Span, Spanned, Text};

/// A bound that a user has written.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// What is to be proved.
    pub bound: Bound,
    /// The action as written, e.g. `publish`.
    pub action: Box<str>,
    /// The names as written, e.g. `t/b/**`.
    pub names: Box<str>,
    /// Why, in words.
    pub because: Option<Box<str>>,
    /// Where it is written, if in a file.
    pub span: Option<Span>,
}

/// Why an argument is no assertion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAssertion {
    /// No `=`.
    #[error("it must be ACTION=VALUE, e.g. `publish=t/b/**`")]
    NoValue,
    /// An action that is none.
    #[error("{0}")]
    Action(#[from] UnknownAction),
    /// Names that are none.
    #[error("{0}")]
    Region(#[from] InvalidRegion),
}

impl Assertion {
    /// The assertion of an argument `ACTION=VALUE`.
    ///
    /// # Errors
    /// An argument without `=`, an unknown action, names that the action is not about.
    pub fn parse(
        sense: BoundSense,
        argument: &str,
        place: &Place,
    ) -> Result<Assertion, InvalidAssertion> {
        let (word, names) = argument.split_once('=').ok_or(InvalidAssertion::NoValue)?;
        let action = action(word)?;
        let region = region(names, &action, place)?;
        Ok(Assertion {
            bound: Bound {
                sense,
                action,
                region,
            },
            action: word.into(),
            names: names.into(),
            because: None,
            span: None,
        })
    }

    /// The assertion in short, e.g. `never publish t/b/**`.
    pub fn name(&self) -> String {
        let sense = match self.bound.sense {
            BoundSense::Never => "never",
            BoundSense::Can => "can",
        };
        format!("{sense} {} {}", self.action, self.names)
    }
}

/// An entry of a file of assertions: `never` or `can`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(extend("oneOf" = [{ "required": ["never"] }, { "required": ["can"] }]))
)]
pub struct AssertionEntry {
    /// What no device may do: actions, each with a topic or another name, e.g.
    /// `publish: t/b/**`.
    #[serde(default)]
    never: Option<Spanned<Named>>,
    /// What every device can, under the name of its thing; as `never`.
    #[serde(default)]
    can: Option<Spanned<Named>>,
    /// Why, for people.
    #[serde(default)]
    because: Option<Box<str>>,
}

/// Actions, each with the names that are meant.
type Named = Ordered<Spanned<Box<str>>, Spanned<Box<str>>>;

/// Reads the assertions of a file: a list of [`AssertionEntry`].
///
/// # Errors
/// Everything that is wrong with it: syntax, unknown keys and actions, names that are none.
pub fn assertions(
    text: &Text,
    syntax: Syntax,
    place: &Place,
) -> Result<Vec<Assertion>, Vec<Error>> {
    let (written, mut errors) = entries::<AssertionEntry>(text, syntax);
    let mut assertions = Vec::new();
    for Spanned { value: entry, span } in written {
        let (sense, named) = match (entry.never, entry.can) {
            (Some(never), None) => (BoundSense::Never, never),
            (None, Some(can)) => (BoundSense::Can, can),
            (Some(_), Some(can)) => {
                errors.push(ErrorKind::Both("never", "can").at(can.span));
                continue;
            }
            (None, None) => {
                errors.push(ErrorKind::Missing("never").at(span.at_start()));
                continue;
            }
        };
        if named.value.is_empty() {
            errors.push(ErrorKind::NothingAsked.at(named.span));
        }
        for (word, names) in named.value {
            match assertion(sense, &word, &names, place) {
                Ok(assertion) => assertions.push(Assertion {
                    because: entry.because.clone(),
                    ..assertion
                }),
                Err(error) => errors.push(error),
            }
        }
    }
    match errors.is_empty() {
        true => Ok(assertions),
        false => Err(errors),
    }
}

fn assertion(
    sense: BoundSense,
    word: &Spanned<Box<str>>,
    names: &Spanned<Box<str>>,
    place: &Place,
) -> Result<Assertion, Error> {
    let action = action(&word.value).map_err(|it| ErrorKind::from(it).at(word.span))?;
    let region = region(&names.value, &action, place);
    let region = region.map_err(|it| ErrorKind::from(it).at(names.span))?;
    Ok(Assertion {
        bound: Bound {
            sense,
            action,
            region,
        },
        action: word.value.clone(),
        names: names.value.clone(),
        because: None,
        span: Some(word.span.to(names.span)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PolicySet;
    use crate::source::{Source, SourceId};

    fn place() -> Place {
        Place::of(&PolicySet::default())
    }

    fn read(text: &str) -> Result<Vec<Assertion>, Vec<String>> {
        let source = Source::new("assertions", text);
        let text = Text::of_source(SourceId::new(0), &source);
        assertions(&text, Syntax::Yaml, &place()).map_err(|errors| {
            let shown = |error: &Error| {
                let start = source.position(error.span.start());
                format!("{}:{}: {error}", start.line, start.column)
            };
            errors.iter().map(shown).collect()
        })
    }

    #[test]
    fn an_argument_is_an_action_and_names() {
        let assertion = Assertion::parse(BoundSense::Never, "publish=t/b=c/**", &place()).unwrap();
        assert_eq!(assertion.name(), "never publish t/b=c/**");
        assert_eq!(&*assertion.bound.action, "iot:Publish");
        let error = |argument| {
            let parsed = Assertion::parse(BoundSense::Can, argument, &place());
            parsed.unwrap_err().to_string()
        };
        assert_eq!(
            error("publish"),
            "it must be ACTION=VALUE, e.g. `publish=t/b/**`"
        );
        assert_eq!(
            error("publsh=a"),
            "no action is called `publsh`; did you mean `Publish`?"
        );
    }

    #[test]
    fn a_list_of_assertions() {
        let read = read(
            "- never: {publish: 't/b/**', retain: t/a}\n  because: tenants pay for it\n\
             - can: {receive: 'cmd/{thing}/go'}\n",
        );
        let read = read.unwrap();
        let names: Vec<_> = read.iter().map(Assertion::name).collect();
        assert_eq!(
            names,
            [
                "never publish t/b/**",
                "never retain t/a",
                "can receive cmd/{thing}/go"
            ]
        );
        let reasons: Vec<_> = read.iter().map(|it| it.because.is_some()).collect();
        assert_eq!(reasons, [true, true, false]);
    }

    #[test]
    fn a_mistake_has_a_place_and_a_remedy() {
        let text = "- never: {publsh: a}\n- nevr: {publish: a}\n- because: b\n\
            - {never: {publish: a}, can: {publish: a}}\n- never: {}\n- can: {publish: 'a/+'}\n- a\n";
        assert_eq!(
            read(text).unwrap_err(),
            [
                "2:3: unknown key `nevr`; did you mean `never`?",
                "7:3: expected a mapping, found a string",
                "1:11: no action is called `publsh`; did you mean `Publish`?",
                "3:3: `never` is missing",
                "4:30: `never` and `can` exclude each other",
                "5:10: nothing is asked",
                "6:19: a topic can't hold `+`; for any one level write `{any}`, for all below `/**`",
            ]
        );
        assert_eq!(
            read("never: {publish: a}\n").unwrap_err(),
            ["1:1: expected a list"]
        );
        assert_eq!(read("[]\n").unwrap_err(), ["1:1: nothing is asked"]);
    }
}
