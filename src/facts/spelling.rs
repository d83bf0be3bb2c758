//! Which known name was meant.

use std::sync::OnceLock;

use super::action::{Action, actions};
use crate::document::spelling::closest;

/// The words of each of [`actions`], sorted.
static WORDS: OnceLock<Vec<Vec<String>>> = OnceLock::new();

/// Returns the known action that a wrong name most likely stands for, e.g. `iot:RetainPublish` for
/// `iot:PublishRetain`, or `None` when nothing is near.
///
/// Tried in this order: the same words in another order; the same name under another service or
/// under none; few edits. Where several fit equally, an action of devices is taken before one of
/// the control plane.
pub fn closest_action(name: &str) -> Option<&'static str> {
    let (service, operation) = name.split_once(':').unwrap_or(("", name));
    let words = sorted_words(operation);
    // Sorting the words of all actions takes longer than comparing them.
    let known = WORDS.get_or_init(|| {
        let words = actions().iter().map(|it| sorted_words(it.operation()));
        words.collect()
    });
    let same_words = |(action, known): (&'static Action, &Vec<String>)| {
        (*known == words && service.eq_ignore_ascii_case(action.service())).then_some(action)
    };
    pick(actions().iter().zip(known).filter_map(same_words))
        .or_else(|| {
            let is_same = |it: &&Action| operation.eq_ignore_ascii_case(it.operation());
            pick(actions().iter().filter(is_same))
        })
        .or_else(|| closest(name, names(true).chain(names(false))))
}

/// Returns the first of some actions, those of devices before others.
fn pick(mut found: impl Iterator<Item = &'static Action>) -> Option<&'static str> {
    let first = found.next()?;
    if first.device {
        return Some(first.name);
    }
    Some(found.find(|action| action.device).unwrap_or(first).name)
}

/// Returns the names of the actions of devices, or of the others.
fn names(device: bool) -> impl Iterator<Item = &'static str> {
    actions()
        .iter()
        .filter(move |action| action.device == device)
        .map(|action| action.name)
}

/// Splits a name at its capitals and sorts the words in lower case, e.g. `publish`, `retain`.
fn sorted_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for character in name.chars() {
        match words.last_mut() {
            Some(word) if !character.is_ascii_uppercase() => word.push(character),
            _ => words.push(character.to_ascii_lowercase().to_string()),
        }
    }
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_another_order() {
        assert_eq!(
            closest_action("iot:PublishRetain"),
            Some("iot:RetainPublish")
        );
        assert_eq!(
            closest_action("iot:MessageRetainedGet"),
            Some("iot:GetRetainedMessage")
        );
    }

    #[test]
    fn another_service_or_none() {
        assert_eq!(closest_action("mqtt:Connect"), Some("iot:Connect"));
        assert_eq!(closest_action("Publish"), Some("iot:Publish"));
        assert_eq!(
            closest_action("iotdata:UpdateThingShadow"),
            Some("iot:UpdateThingShadow")
        );
    }

    #[test]
    fn few_edits() {
        assert_eq!(closest_action("iot:Recieve"), Some("iot:Receive"));
        assert_eq!(closest_action("iot:Subcribe"), Some("iot:Subscribe"));
        assert_eq!(closest_action("iot:CreateThng"), Some("iot:CreateThing"));
        assert_eq!(closest_action("s3:GetObject"), None);
        assert_eq!(closest_action(""), None);
    }
}
