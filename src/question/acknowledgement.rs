//! Changes of access that someone has agreed to.

use serde::Deserialize;

use super::action;
use super::decode::{Error, ErrorKind, entries};
use crate::document::Syntax;
use crate::engine::Delta;
use crate::model::{Date, is_action};
use crate::source::{Span, Spanned, Text};

/// A gain that someone has agreed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledgement {
    /// The action, e.g. `iot:Publish`.
    pub action: Box<str>,
    /// What is gained, as `fleetwright diff` prints it.
    pub region: Box<str>,
    /// Why.
    pub because: Box<str>,
    /// The last day on which it counts.
    pub until: Option<Spanned<Date>>,
    /// Where it is written.
    pub span: Span,
}

impl Acknowledgement {
    /// Whether this gain is the one that is meant.
    pub fn is_of(&self, gain: &Delta) -> bool {
        is_action(&self.action, gain.action) && *self.region == *gain.region
    }

    /// Whether it counts on a day.
    pub fn counts_on(&self, today: Option<Date>) -> bool {
        match (&self.until, today) {
            (Some(until), Some(today)) => today <= until.value,
            (Some(_), None) => false,
            (None, _) => true,
        }
    }
}

/// An entry of a file of acknowledged changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcknowledgementEntry {
    /// The action, e.g. `publish` or `iot:Publish`.
    action: Spanned<Box<str>>,
    /// What is gained, exactly as `fleetwright diff` prints it, e.g. `topic/a/*`.
    region: Spanned<Box<str>>,
    /// Why it is agreed to.
    because: Spanned<Box<str>>,
    /// The last day on which it counts, as 2026-11-24.
    #[serde(default)]
    until: Option<Spanned<Box<str>>>,
}

/// Reads the acknowledged changes of a file: a list of [`AcknowledgementEntry`].
///
/// # Errors
/// Everything that is wrong with it: syntax, unknown and missing keys, unknown actions, days that
/// are none.
pub fn acknowledgements(text: &Text, syntax: Syntax) -> Result<Vec<Acknowledgement>, Vec<Error>> {
    let (written, mut errors) = entries::<AcknowledgementEntry>(text, syntax);
    let mut read = Vec::new();
    for Spanned { value: entry, span } in written {
        match acknowledgement(entry, span) {
            Ok(acknowledgement) => read.push(acknowledgement),
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(read),
        false => Err(errors),
    }
}

fn acknowledgement(entry: AcknowledgementEntry, span: Span) -> Result<Acknowledgement, Error> {
    let word = entry.action;
    let action = action(&word.value).map_err(|it| ErrorKind::from(it).at(word.span))?;
    if entry.because.value.trim().is_empty() {
        return Err(ErrorKind::Missing("because").at(entry.because.span));
    }
    let until = entry.until.map(|day| match Date::parse(&day.value) {
        Some(date) => Ok(Spanned::new(date, day.span)),
        None => Err(ErrorKind::NoDay(day.value).at(day.span)),
    });
    Ok(Acknowledgement {
        action,
        region: entry.region.value,
        because: entry.because.value,
        until: until.transpose()?,
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};

    fn read(text: &str) -> Result<Vec<Acknowledgement>, Vec<String>> {
        let source = Source::new("acknowledged", text);
        let text = Text::of_source(SourceId::new(0), &source);
        acknowledgements(&text, Syntax::Yaml).map_err(|errors| {
            let shown = |error: &Error| {
                let start = source.position(error.span.start());
                format!("{}:{}: {error}", start.line, start.column)
            };
            errors.iter().map(shown).collect()
        })
    }

    #[test]
    fn it_counts_up_to_its_day() {
        let read = read(
            "- {action: publish, region: 'topic/a/*', because: agreed}\n\
             - {action: 'iot:Publish', region: topic/b, because: agreed, until: 2026-11-24}\n",
        );
        let read = read.unwrap();
        let [always, until] = &*read else {
            panic!("{read:?}")
        };
        let day = Date::parse;
        assert_eq!(&*always.action, "iot:Publish");
        assert!(always.counts_on(None) && always.counts_on(day("2099-01-01")));
        assert!(until.counts_on(day("2026-11-24")));
        assert!(!until.counts_on(day("2026-11-25")) && !until.counts_on(None));
    }

    #[test]
    fn a_mistake_has_a_place_and_a_remedy() {
        let text = "- {action: publsh, region: a, because: b}\n- {action: publish, region: a}\n\
            - {action: publish, region: a, because: b, until: tomorrow}\n\
            - {action: publish, region: a, because: ' '}\n";
        assert_eq!(
            read(text).unwrap_err(),
            [
                "2:3: missing key `because`",
                "1:12: no action is called `publsh`; did you mean `Publish`?",
                "3:51: `tomorrow` is no day; it is written as 2026-11-24",
                "4:42: `because` is missing",
            ]
        );
    }
}
