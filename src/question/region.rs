//! From what users write to the names that they mean: topics with holes, and policy resources.
//!
//! A topic is written as in a fleet spec: `{thing}` and its like stand for what a device calls its
//! own, `{any}` for one level, a last `/**` for all below. What begins with a kind of resource and
//! `/`, as `topic/player*/roll`, is read as a policy reads it, and so is a whole ARN. Braces mean
//! the same in both.

use super::ask::{Origin, Place, did_you_mean, resource_kind};
use crate::document::spelling::closest;
use crate::engine::{Region, RegionPiece};
use crate::facts;
use crate::model::{
    CertificateField, CertificateSide, InvalidFilter, Key, Occurrence, ResourceKind, TopicFilter,
    Variable,
};

/// Why a text means no names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRegion {
    /// No character.
    #[error("no name stands here")]
    Empty,
    /// A `{` without `}`, or the other way round.
    #[error("braces come in pairs: `{{thing}}`")]
    UnpairedBrace,
    /// A hole that stands for nothing.
    #[error("`{{{name}}}` stands for nothing{}", holes(*nearest))]
    UnknownHole {
        /// What stands between the braces.
        name: Box<str>,
        /// The nearest that stands for something.
        nearest: Option<&'static str>,
    },
    /// A policy variable that has no value in a resource.
    #[error("`${{{name}}}` has no value in a resource{}", did_you_mean(*nearest))]
    UnknownVariable {
        /// What stands between the braces.
        name: Box<str>,
        /// The nearest that has.
        nearest: Option<&'static str>,
    },
    /// `${key, 'x'}`
    #[error("`${{{0}}}`: a default value can't stand here")]
    Default(Box<str>),
    /// `a{any}`
    #[error("`{{any}}` stands for a whole level")]
    PartOfLevel,
    /// `+` or `#` where messages have topics.
    #[error("a topic can't hold `{0}`; for any one level write `{{any}}`, for all below `/**`")]
    MqttWildcard(char),
    /// `*` or `?` in a topic.
    #[error(
        "`{character}` stands in a topic; for any one level write `{{any}}`, for all below `/**` at \
         the end, for a policy's wildcard `{}/…`", kind.as_str()
    )]
    PolicyWildcard {
        /// Which.
        character: char,
        /// What the action is about.
        kind: ResourceKind,
    },
    /// A resource of a kind that the action is never checked against.
    #[error("`{action}` is about `{}/…`, never about `{found}`", expected.as_str())]
    WrongKind {
        /// The action.
        action: Box<str>,
        /// What it is about.
        expected: ResourceKind,
        /// What is written.
        found: Box<str>,
    },
    /// A name for an action that is about no known kind of resource.
    #[error("`{0}` must be a whole ARN: what the action is about is not known")]
    NoKind(Box<str>),
    /// An ARN with fewer than six parts.
    #[error("`{0}` is no ARN: it has six parts, with colons between")]
    NoArn(Box<str>),
    /// An ARN of another place.
    #[error("the ARN has the {what} `{found}`, and {}", devices(expected, *origin))]
    Elsewhere {
        /// Which part: `partition`, `service`, `Region` or `account`.
        what: &'static str,
        /// What it says.
        found: Box<str>,
        /// What it is for the devices.
        expected: Box<str>,
        /// Who says so.
        origin: Origin,
    },
    /// A topic that belongs to nobody.
    #[error("nothing in `{0}` says whose it is; write `{{thing}}` where the device's name stands")]
    NoOwner(Box<str>),
    /// A filter that is none.
    #[error("{0}")]
    Filter(InvalidFilter),
}

fn holes(nearest: Option<&str>) -> String {
    match nearest {
        Some(near) => format!("; did you mean `{{{near}}}`?"),
        None => {
            let known: Vec<_> = HOLES.iter().map(|hole| format!("`{{{hole}}}`")).collect();
            format!("; there are {} and `{{attr:…}}`", known.join(", "))
        }
    }
}

fn devices(expected: &str, origin: Origin) -> String {
    match origin {
        Origin::Given => format!("the devices are in `{expected}`, as you say"),
        Origin::Policies => format!("the devices are in `{expected}`, as the policies show"),
        Origin::Placeholder => "no policy shows where the devices are: give `--account` and \
            `--region`"
            .to_owned(),
    }
}

/// The words of holes, but for those of attributes.
const HOLES: [&str; 7] = ["any", "thing", "type", "client", "certificate", "cn", "ou"];
/// What begins a hole that stands for an attribute of the thing.
const ATTRIBUTE: &str = "attr:";
/// A last level that stands for all below.
const SUBTREE: &str = "/**";

/// The names that `text` means for an action, with the word of their kind in front.
///
/// # Errors
/// A text that is neither a name nor a resource that the action is about; see [`InvalidRegion`].
pub fn region(text: &str, action: &str, place: &Place) -> Result<Region, InvalidRegion> {
    let kind = resource_kind(action);
    match (resource(text, place)?, kind) {
        (Some("*"), Some(kind)) => Ok(Region {
            pieces: vec![RegionPiece::Literal(prefix(kind)), RegionPiece::AnyRun],
        }),
        (Some(resource), Some(kind)) => {
            check_kind(resource, kind, action)?;
            let name = resource.get(prefix(kind).len()..).unwrap_or("");
            with_kind(kind, Form::Policy, name)
        }
        (Some(resource), None) => Reader::new(Form::Policy, None).read(resource),
        (None, Some(kind)) => with_kind(kind, Form::Name, text),
        (None, None) if text == "*" => Ok(Region {
            pieces: vec![RegionPiece::AnyRun],
        }),
        (None, None) => Err(InvalidRegion::NoKind(text.into())),
    }
}

/// The topics that `text` declares to belong to a device, without the word of their kind. MQTT's `+`
/// and `#` may stand in them.
///
/// # Errors
/// As [`region`], and a text in which nothing says whose the topics are.
pub fn ownership(text: &str, place: &Place) -> Result<Region, InvalidRegion> {
    let kind = ResourceKind::Topic;
    let region = match resource(text, place)? {
        Some(resource) => {
            check_kind(resource, kind, "--owns")?;
            let name = resource.get(prefix(kind).len()..).unwrap_or("");
            Reader::new(Form::Policy, Some(kind)).read(name)?
        }
        None => {
            TopicFilter::new(text).map_err(InvalidRegion::Filter)?;
            Reader::new(Form::Filter, Some(kind)).read(text)?
        }
    };
    let is_identity = |piece: &RegionPiece| matches!(piece, RegionPiece::Identity(_));
    if !region.pieces.iter().any(is_identity) {
        return Err(InvalidRegion::NoOwner(text.into()));
    }
    Ok(region)
}

/// What stands behind the head of an ARN, when `text` is an ARN or begins with a kind of resource.
fn resource<'t>(text: &'t str, place: &Place) -> Result<Option<&'t str>, InvalidRegion> {
    if text.is_empty() {
        return Err(InvalidRegion::Empty);
    }
    if !text.starts_with("arn:") {
        let is_kind = |(word, _): &(&str, &str)| ResourceKind::parse(word).is_some();
        let is_resource = text.split_once('/').filter(is_kind).is_some();
        return Ok(is_resource.then_some(text));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, partition, service, region, account, resource] = &*parts else {
        return Err(InvalidRegion::NoArn(text.into()));
    };
    let (place_region, place_account) = (&place.region, &place.account);
    for (what, found, expected, origin) in [
        ("partition", partition, &*place.partition, place_region.1),
        ("service", service, facts::SERVICE, Origin::Policies),
        ("Region", region, &*place_region.0, place_region.1),
        ("account", account, &*place_account.0, place_account.1),
    ] {
        if *found != "*" && *found != expected {
            return Err(InvalidRegion::Elsewhere {
                what,
                found: (*found).into(),
                expected: expected.into(),
                origin,
            });
        }
    }
    Ok(Some(resource))
}

/// `topic/`
fn prefix(kind: ResourceKind) -> Box<str> {
    format!("{}/", kind.as_str()).into()
}

fn check_kind(resource: &str, kind: ResourceKind, action: &str) -> Result<(), InvalidRegion> {
    if resource.starts_with(&*prefix(kind)) {
        return Ok(());
    }
    Err(InvalidRegion::WrongKind {
        action: action.into(),
        expected: kind,
        found: resource.into(),
    })
}

fn with_kind(kind: ResourceKind, form: Form, name: &str) -> Result<Region, InvalidRegion> {
    let mut reader = Reader::new(form, Some(kind));
    reader.literal.push_str(&prefix(kind));
    reader.read(name)
}

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A topic, client id or other name, with `{any}` and a last `/**`.
    Name,
    /// The same, and MQTT's `+` and `#`.
    Filter,
    /// A policy's, with `*` and `?`.
    Policy,
}

/// A name on its way into a region.
struct Reader {
    form: Form,
    /// What the name is of, where that is known.
    kind: Option<ResourceKind>,
    pieces: Vec<RegionPiece>,
    /// Characters that stand for themselves, behind the last piece.
    literal: String,
}

impl Reader {
    fn new(form: Form, kind: Option<ResourceKind>) -> Reader {
        Reader {
            form,
            kind,
            pieces: Vec::new(),
            literal: String::new(),
        }
    }

    fn read(mut self, name: &str) -> Result<Region, InvalidRegion> {
        if name.is_empty() {
            return Err(InvalidRegion::Empty);
        }
        let mut rest = name;
        while let Some(character) = rest.chars().next() {
            let is_level = rest.len() == name.len() || self.literal.ends_with('/');
            rest = self.piece(character, rest, is_level)?;
        }
        self.end_literal();
        Ok(Region {
            pieces: self.pieces,
        })
    }

    /// Reads what `rest` begins with, and returns what is behind it.
    fn piece<'r>(
        &mut self,
        character: char,
        rest: &'r str,
        is_level: bool,
    ) -> Result<&'r str, InvalidRegion> {
        let behind = rest.get(character.len_utf8()..).unwrap_or("");
        if let Some(content) = rest.strip_prefix("${") {
            let (content, behind) = content
                .split_once('}')
                .ok_or(InvalidRegion::UnpairedBrace)?;
            self.variable(content)?;
            return Ok(behind);
        }
        let is_name = self.form != Form::Policy;
        let is_topic = self.kind == Some(ResourceKind::Topic);
        match character {
            '{' => {
                let (content, behind) =
                    behind.split_once('}').ok_or(InvalidRegion::UnpairedBrace)?;
                let is_whole = is_level && (behind.is_empty() || behind.starts_with('/'));
                self.hole(content, is_whole)?;
                return Ok(behind);
            }
            '}' => return Err(InvalidRegion::UnpairedBrace),
            '/' if is_name && rest == SUBTREE => {
                self.literal.push('/');
                self.push(RegionPiece::AnyRun);
                return Ok("");
            }
            '*' if is_name && rest == "**" && self.pieces.is_empty() && is_level => {
                self.push(RegionPiece::AnyRun);
                return Ok("");
            }
            '+' if self.form == Form::Filter => self.push(RegionPiece::AnyLevel),
            '#' if self.form == Form::Filter => self.push(RegionPiece::AnyRun),
            '+' | '#' if is_topic => return Err(InvalidRegion::MqttWildcard(character)),
            '*' | '?' if is_name => {
                let kind = self.kind.unwrap_or(ResourceKind::Topic);
                return Err(InvalidRegion::PolicyWildcard { character, kind });
            }
            '*' => self.push(RegionPiece::AnyRun),
            '?' => self.push(RegionPiece::AnyChar),
            _ => self.literal.push(character),
        }
        Ok(behind)
    }

    fn variable(&mut self, content: &str) -> Result<(), InvalidRegion> {
        if let Some(character) = facts::escape(content) {
            self.literal.push(character);
            return Ok(());
        }
        let variable = Variable::parse(content);
        if variable.default.is_some() {
            return Err(InvalidRegion::Default(content.into()));
        }
        let in_resource = |it: &&facts::Variable| it.is_usable_in(facts::Usage::Resource);
        if facts::variable(&variable.name)
            .filter(in_resource)
            .is_none()
        {
            let names = facts::variables().iter().filter(in_resource);
            return Err(InvalidRegion::UnknownVariable {
                nearest: closest(&variable.name, names.map(|it| it.name))
                    .and_then(facts::variable)
                    .map(|it| it.name),
                name: variable.name,
            });
        }
        self.push(RegionPiece::Identity(variable.key));
        Ok(())
    }

    fn hole(&mut self, name: &str, is_whole_level: bool) -> Result<(), InvalidRegion> {
        let subject = |field: &str| {
            Key::Certificate(CertificateField {
                side: CertificateSide::Subject,
                field: field.into(),
                occurrence: Occurrence::First,
            })
        };
        let key = match name {
            "any" if is_whole_level => {
                self.push(RegionPiece::AnyLevel);
                return Ok(());
            }
            "any" => return Err(InvalidRegion::PartOfLevel),
            "thing" => Key::ThingName,
            "type" => Key::ThingTypeName,
            "client" => Key::ClientId,
            "certificate" => Key::CertificateId,
            "cn" => subject("CommonName"),
            "ou" => subject("OrganizationalUnit"),
            _ => match name.strip_prefix(ATTRIBUTE).filter(|it| !it.is_empty()) {
                Some(attribute) => Key::ThingAttribute(attribute.into()),
                None => {
                    let nearest = closest(name, HOLES);
                    return Err(InvalidRegion::UnknownHole {
                        name: name.into(),
                        nearest: HOLES.into_iter().find(|it| Some(*it) == nearest),
                    });
                }
            },
        };
        self.push(RegionPiece::Identity(key));
        Ok(())
    }

    fn push(&mut self, piece: RegionPiece) {
        self.end_literal();
        self.pieces.push(piece);
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            let literal = std::mem::take(&mut self.literal).into();
            self.pieces.push(RegionPiece::Literal(literal));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CONNECT, PUBLISH, PolicySet, RECEIVE, SUBSCRIBE};

    fn place() -> Place {
        Place::of(&PolicySet::default())
    }

    /// The region as a text that shows its pieces.
    fn shown(region: Result<Region, InvalidRegion>) -> String {
        let piece = |piece: &RegionPiece| match piece {
            RegionPiece::Literal(literal) => literal.to_string(),
            RegionPiece::AnyChar => "<char>".to_owned(),
            RegionPiece::AnyLevel => "<level>".to_owned(),
            RegionPiece::AnyRun => "<run>".to_owned(),
            RegionPiece::Identity(key) => format!("<{}>", key.name()),
        };
        match region {
            Ok(region) => region.pieces.iter().map(piece).collect(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[track_caller]
    fn check(action: &str, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(shown(region(text, action, &place())), *expected, "{text}");
        }
    }

    #[test]
    fn names_with_holes() {
        check(
            PUBLISH,
            &[
                ("t/b/**", "topic/t/b/<run>"),
                ("**", "topic/<run>"),
                ("a/{any}/c", "topic/a/<level>/c"),
                ("{any}", "topic/<level>"),
                (
                    "dt/{thing}/x",
                    "topic/dt/<iot:Connection.Thing.ThingName>/x",
                ),
                (
                    "{attr:Site}/{cn}-{type}",
                    "topic/<iot:Connection.Thing.Attributes[Site]>/\
                     <iot:Certificate.Subject.CommonName>-<iot:Connection.Thing.ThingTypeName>",
                ),
                ("a/${iot:ClientId}${*}", "topic/a/<iot:ClientId>*"),
                (
                    "$aws/things/{thing}/**",
                    "topic/$aws/things/<iot:Connection.Thing.ThingName>/<run>",
                ),
                ("a//b", "topic/a//b"),
            ],
        );
        check(
            CONNECT,
            &[("+", "client/+"), ("{client}", "client/<iot:ClientId>")],
        );
        check(
            SUBSCRIBE,
            &[
                ("#", "topicfilter/#"),
                ("a/+/{any}", "topicfilter/a/+/<level>"),
            ],
        );
    }

    #[test]
    fn resources_of_a_policy() {
        check(
            RECEIVE,
            &[
                ("topic/player*/roll", "topic/player<run>/roll"),
                (
                    "topic/a?/${iot:ClientId}/{thing}",
                    "topic/a<char>/<iot:ClientId>/<iot:Connection.Thing.ThingName>",
                ),
                ("arn:aws:iot:us-east-1:*:topic/a:b*", "topic/a:b<run>"),
                ("arn:aws:iot:*:*:*", "topic/<run>"),
                ("topic/a${*}", "topic/a*"),
            ],
        );
        let of_greengrass = "greengrass:CreateDeployment";
        let arn = "arn:aws:iot:*:*:job/a*";
        assert_eq!(shown(region(arn, of_greengrass, &place())), "job/a<run>");
    }

    #[test]
    fn a_mistake_has_a_remedy() {
        let wildcard = "error: a topic can't hold `+`; for any one level write `{any}`, for all \
            below `/**`";
        check(
            PUBLISH,
            &[
                ("a/+/b", wildcard),
                ("topic/a/+", wildcard),
                (
                    "a/*",
                    "error: `*` stands in a topic; for any one level write `{any}`, for all below \
                     `/**` at the end, for a policy's wildcard `topic/…`",
                ),
                ("a/{any}b", "error: `{any}` stands for a whole level"),
                (
                    "a/{things}",
                    "error: `{things}` stands for nothing; did you mean `{thing}`?",
                ),
                (
                    "a/{serial}",
                    "error: `{serial}` stands for nothing; there are `{any}`, `{thing}`, `{type}`, \
                     `{client}`, `{certificate}`, `{cn}`, `{ou}` and `{attr:…}`",
                ),
                (
                    "a/${iot:ClientID2}",
                    "error: `${iot:ClientID2}` has no value in a resource; did you mean \
                     `iot:ClientId`?",
                ),
                (
                    "a/${iot:Connection.Thing.IsAttached}",
                    "error: `${iot:Connection.Thing.IsAttached}` has no value in a resource",
                ),
                (
                    "a/${iot:ClientId, 'x'}",
                    "error: `${iot:ClientId, 'x'}`: a default value can't stand here",
                ),
                ("a}b", "error: braces come in pairs: `{thing}`"),
                ("a/{thing", "error: braces come in pairs: `{thing}`"),
                ("", "error: no name stands here"),
                ("topic/", "error: no name stands here"),
                (
                    "client/x",
                    "error: `iot:Publish` is about `topic/…`, never about `client/x`",
                ),
                (
                    "arn:aws:iot:x",
                    "error: `arn:aws:iot:x` is no ARN: it has six parts, with colons between",
                ),
                (
                    "arn:aws:iot:eu-west-1:*:topic/a",
                    "error: the ARN has the Region `eu-west-1`, and no policy shows where the \
                     devices are: give `--account` and `--region`",
                ),
            ],
        );
        check(
            "greengrass:CreateDeployment",
            &[(
                "a",
                "error: `a` must be a whole ARN: what the action is about is not known",
            )],
        );
    }

    #[test]
    fn topics_that_belong_to_a_device() {
        let owned = |text| shown(ownership(text, &place()));
        let name = "<iot:Connection.Thing.ThingName>";
        assert_eq!(owned("dt/{thing}/#"), format!("dt/{name}/<run>"));
        assert_eq!(owned("dt/+/{thing}/**"), format!("dt/<level>/{name}/<run>"));
        assert_eq!(owned("topic/dt/{thing}/*"), format!("dt/{name}/<run>"));
        assert_eq!(
            owned("dt/#"),
            "error: nothing in `dt/#` says whose it is; write `{thing}` where the device's name \
             stands"
        );
        assert_eq!(
            owned("dt/{thing}/#/a"),
            "error: `#` can only stand alone in the last level"
        );
        assert_eq!(
            owned("client/{thing}"),
            "error: `--owns` is about `topic/…`, never about `client/{thing}`"
        );
    }
}
