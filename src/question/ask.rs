//! Requests in short words: `publish` for its action, a topic for its ARN.

use crate::document::spelling::closest;
use crate::facts;
use crate::model::{Arn, Pattern, PolicySet, RETAIN_PUBLISH, ResourceKind};

/// An account that no policy shows.
const PLACEHOLDER_ACCOUNT: &str = "123456789012";
/// A Region that no policy shows.
const PLACEHOLDER_REGION: &str = "us-east-1";
/// The partition of most Regions.
const USUAL_PARTITION: &str = "aws";

/// What an action is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A whole ARN, or `*`.
    Resource(Box<str>),
    /// A topic, a filter, a client id, …: an ARN in the account and Region of the policies.
    Name(ResourceKind, Box<str>),
}

impl Asked {
    /// What `text` asks of an action: an ARN, `*`, or a name of the kind that the action is about.
    /// `None` when it is a name and the action is about none that is known.
    pub fn parse(text: &str, action: &str) -> Option<Asked> {
        if text.starts_with("arn:") || (text == "*" && resource_kind(action).is_none()) {
            return Some(Asked::Resource(text.into()));
        }
        resource_kind(action).map(|kind| Asked::Name(kind, text.into()))
    }

    /// The ARN, or `*`.
    pub fn resource(&self, place: &Place) -> Box<str> {
        match self {
            Asked::Resource(resource) => resource.clone(),
            Asked::Name(kind, name) => {
                let (head, kind) = (place.head(), kind.as_str());
                format!("{head}{kind}/{name}").into()
            }
        }
    }
}

/// The account and Region that a request is made in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// e.g. `aws`
    pub partition: Box<str>,
    /// e.g. `eu-west-1`
    pub region: (Box<str>, Origin),
    /// Twelve digits.
    pub account: (Box<str>, Origin),
}

/// Who says in which account or Region a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The user.
    Given,
    /// The ARNs of the policies.
    Policies,
    /// Nobody: it is a placeholder.
    Placeholder,
}

impl Place {
    /// The place that the ARNs of a set show first.
    pub fn of(set: &PolicySet) -> Place {
        let shown = |segment: fn(&Arn) -> &Pattern| {
            set.statements()
                .flat_map(|(_, statement)| statement.resources.entries())
                .filter_map(|resource| resource.arn.as_ref())
                .find_map(|arn| segment(arn).literal().filter(|text| !text.is_empty()))
        };
        let or = |shown: Option<&str>, placeholder: &str| match shown {
            Some(text) => (text.into(), Origin::Policies),
            None => (placeholder.into(), Origin::Placeholder),
        };
        Place {
            partition: shown(Arn::partition).unwrap_or(USUAL_PARTITION).into(),
            region: or(shown(Arn::region), PLACEHOLDER_REGION),
            account: or(shown(Arn::account), PLACEHOLDER_ACCOUNT),
        }
    }

    /// All places that the ARNs of a set show, in the order in which they do. A segment that an ARN
    /// leaves open is taken from the place that is shown first.
    pub fn all(set: &PolicySet) -> Vec<Place> {
        let first = Place::of(set);
        let mut places = vec![first.clone()];
        let statements = set.statements().map(|(_, it)| it);
        let resources = statements.flat_map(|it| it.resources.entries());
        for arn in resources.filter_map(|it| it.arn.as_ref()) {
            let shown = |pattern: &Pattern| {
                let text = pattern.literal().filter(|text| !text.is_empty())?;
                Some((text.into(), Origin::Policies))
            };
            let partition = arn.partition().literal().map(Into::into);
            let place = Place {
                partition: partition.unwrap_or_else(|| first.partition.clone()),
                region: shown(arn.region()).unwrap_or_else(|| first.region.clone()),
                account: shown(arn.account()).unwrap_or_else(|| first.account.clone()),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// What an ARN of the place begins with, e.g. `arn:aws:iot:eu-west-1:123456789012:`.
    pub fn head(&self) -> String {
        let Place {
            partition,
            region: (region, _),
            account: (account, _),
        } = self;
        let service = facts::SERVICE;
        format!("arn:{partition}:{service}:{region}:{account}:")
    }
}

/// A word that is no action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action is called `{word}`{}", did_you_mean(*nearest))]
pub struct UnknownAction {
    /// As written.
    pub word: Box<str>,
    /// The nearest operation.
    pub nearest: Option<&'static str>,
}

/// `; did you mean …`, for the end of a message.
pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// The action that `word` names: as in a policy, or its operation alone, in any spelling of its
/// words: `publish`, `get-thing-shadow`, and `retain` for a message that is kept.
///
/// # Errors
/// A word that names no action. A name with its service is taken as it is, since AWS has more
/// actions than any list, unless it is all but a known one.
pub fn action(word: &str) -> Result<Box<str>, UnknownAction> {
    if word.contains(':') {
        return match (facts::action(word), facts::closest_action(word)) {
            (Some(known), _) => Ok(known.name.into()),
            (None, Some(nearest)) => Err(UnknownAction {
                word: word.into(),
                nearest: Some(nearest),
            }),
            (None, None) => Ok(word.into()),
        };
    }
    if word.eq_ignore_ascii_case("retain") {
        return Ok(RETAIN_PUBLISH.into());
    }
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|it| !matches!(it, '-' | '_'));
        letters.map(|it| it.to_ascii_lowercase()).collect()
    };
    let wanted = letters(word);
    let current = || {
        let devices = facts::actions().iter().filter(|it| it.device);
        devices.filter(|it| it.legacy_of.is_none())
    };
    match current().find(|it| letters(it.operation()) == wanted) {
        Some(found) => Ok(found.name.into()),
        None => Err(UnknownAction {
            word: word.into(),
            nearest: closest(&wanted, current().map(facts::Action::operation)),
        }),
    }
}

/// What kind of resource an action is about: that of a name without its ARN.
pub fn resource_kind(action: &str) -> Option<ResourceKind> {
    facts::action(action)?
        .resources
        .iter()
        .find_map(|kind| ResourceKind::parse(kind))
}
