//! The changes that `fleetwright diff` finds, for people.

use std::fmt::Write as _;

use super::printable;
use super::witness::in_words;
use crate::engine::Delta;
use crate::question::{Acknowledgement, Changes};
use crate::report::{place, reason};
use crate::source::Sources;

/// Columns in front of what is said.
const INDENTATION: usize = "unknown  ".len();

/// Every change with its entry and a request that shows it; how many there are. `unneeded` are
/// agreements that no gain needs.
pub fn diff(changes: &Changes, unneeded: &[&Acknowledgement], sources: &Sources) -> String {
    let mut out = String::new();
    let mut line = |word: &str, what: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{word:<INDENTATION$}{what}");
    };
    for change in &changes.gained {
        of_delta("gained", &change.delta, sources, &mut line);
        if let Some(agreed) = &change.acknowledged {
            let place = place(agreed.span, sources);
            line("", &format!("acknowledged at {place}: {}", agreed.because));
        }
        if let Some(expired) = &change.expired {
            let place = place(expired.span, sources);
            let until = expired.until.as_ref().map(|until| until.value.to_string());
            let until = until.unwrap_or_default();
            line("", &format!("was acknowledged up to {until}, at {place}"));
        }
    }
    for lost in &changes.lost {
        of_delta("lost", lost, sources, &mut line);
    }
    for (action, why) in &changes.unknown {
        let what = match *action {
            "*" => "all actions",
            action => action,
        };
        line("unknown", &format!("{what}: {}", reason(why, sources)));
        line("", &format!("help: {}", why.help()));
    }
    for agreed in unneeded {
        let Acknowledgement { action, region, .. } = agreed;
        let place = place(agreed.span, sources);
        line(
            "note",
            &format!("{action} on {region} is acknowledged and not gained, at {place}"),
        );
    }
    let acknowledged = changes.gained.iter().filter(|it| it.acknowledged.is_some());
    let _ = match changes.verdict() {
        "equivalent" => writeln!(out, "equivalent, proved"),
        _ => writeln!(
            out,
            "{} gained ({} acknowledged), {} lost, {} unknown",
            changes.gained.len(),
            acknowledged.count(),
            changes.lost.len(),
            changes.unknown.len()
        ),
    };
    printable(&out)
}

fn of_delta(word: &str, delta: &Delta, sources: &Sources, line: &mut impl FnMut(&str, &str)) {
    line(word, &format!("{} on {}", delta.action, delta.region));
    line("", &format!("by {}", place(delta.span, sources)));
    line("", &format!("e.g. {}", in_words(&delta.witness)));
}
