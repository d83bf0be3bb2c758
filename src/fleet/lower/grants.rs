//! From topics and features to rights.

use super::attributes::{self, CROSSES_LEVELS};
use super::firmware::Release;
use super::identity::{Identity, KnownField};
use super::names::parse;
use crate::document::spelling::closest;
use crate::facts::{TopicFamily, limit};
use crate::fleet::plan::{Allowance, Deployment, Note, NoteKind, Origin, Right, SharedTopic};
use crate::fleet::spec::{Direction, FleetSpec, Name, SwitchOr, TopicIntent};
use crate::fleet::{Error, ErrorKind};
use crate::model::{Date, Key};
use crate::source::{Span, Spanned};

mod level;
mod reading;
mod reserved;

pub(super) use level::{Level, LevelPart, identity_level, in_policy, readable};

use reserved::{reserved_rights, shadow_rights};

/// A right on a topic.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The right.
    pub right: Right,
    /// The levels of the topic.
    pub levels: Vec<Level>,
    /// What asked for it.
    pub origin: Origin,
    /// Whether a wildcard in it may reach beyond the device's own topics.
    pub may_cross: bool,
    /// Whether it is used over HTTPS too.
    pub over_https: bool,
    /// Whether the device's last will may go there.
    pub is_will: bool,
}

/// A topic of the spec, and who has to do with it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// Its name.
    pub name: Box<str>,
    /// What the device does.
    pub direction: Direction,
    /// Its levels.
    pub levels: Vec<Level>,
    /// Whether messages are retained.
    pub retain: bool,
    /// The service at the other end.
    pub by: Option<Box<str>>,
    /// Whether it is of the spec itself, not of a firmware in the field.
    pub is_current: bool,
    /// Where it stands.
    pub span: Span,
}

/// What topics and features come to.
#[derive(Debug, Default)]
pub(super) struct Rights {
    /// What a device may do, exactly.
    pub grants: Vec<Grant>,
    /// The topics.
    pub uses: Vec<Use>,
    /// What is for many.
    pub shared: Vec<SharedTopic>,
    /// What is let pass.
    pub allowances: Vec<Allowance>,
}

/// The rights that a spec asks for, exactly.
pub(super) fn of(
    spec: &FleetSpec,
    identity: &Identity,
    deployment: &Deployment,
    releases: &[Release],
    today: Option<Date>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Rights {
    let mut rights = Rights::default();
    let context = Context {
        spec,
        identity,
        deployment,
        today,
    };
    for (name, intent) in spec.topics.iter() {
        let path = format!("topics.{}", name.value);
        context.topic(name, intent, path, true, &mut rights, errors, notes);
    }
    for release in releases {
        for (name, intent) in &release.topics {
            let path = format!("{} {}", release.path, name.value);
            context.topic(name, intent, path, false, &mut rights, errors, notes);
        }
    }
    let grants = &mut rights.grants;
    for shadow in &spec.features.shadow {
        grants.extend(shadow_rights(shadow));
    }
    let runs_jobs = |jobs: &&Spanned<SwitchOr<_>>| match &jobs.value {
        SwitchOr::Switch(on) => *on,
        SwitchOr::Mapping(_) => true,
    };
    if let Some(jobs) = spec.features.jobs.as_ref().filter(runs_jobs) {
        let origin = origin("features.jobs", jobs.span);
        grants.extend(reserved_rights(TopicFamily::Jobs, &origin, |_| true, None));
    }
    for grant in &rights.grants {
        crosses_levels(grant, errors, notes);
    }
    rights
}

fn origin(path: &str, span: Span) -> Origin {
    Origin {
        span,
        path: path.to_owned(),
    }
}

/// What `*` allows beyond one level must lie in the device's own topics, and be told.
fn crosses_levels(grant: &Grant, errors: &mut Vec<Error>, notes: &mut Vec<Note>) {
    let Some(place) = grant.levels.iter().position(|level| *level == Level::Any) else {
        return;
    };
    let example: Vec<Level> = grant
        .levels
        .iter()
        .enumerate()
        .map(|(at, level)| match level {
            Level::Any | Level::Rest if at == place => Level::literal("a/b"),
            Level::Any | Level::Rest => Level::literal("a"),
            Level::Parts(_) | Level::Begun(_) => level.clone(),
        })
        .collect();
    let (topic, example) = (readable(&grant.levels), readable(&example));
    if grant.may_cross || identity_level(&grant.levels).is_some_and(|own| own < place) {
        // A filter may hold wildcards anyway, and what it brings is decided by Receive.
        if grant.right != Right::Subscribe {
            let action = grant.right.action();
            notes.push(Note {
                kind: NoteKind::CrossesLevels {
                    action,
                    topic,
                    example,
                },
                span: grant.origin.span,
            });
        }
    } else {
        let kind = ErrorKind::CrossesLevels {
            pattern: topic.into(),
            example: example.into(),
        };
        errors.push(Error::new(kind, grant.origin.span));
    }
}

struct Context<'s> {
    spec: &'s FleetSpec,
    identity: &'s Identity,
    deployment: &'s Deployment,
    today: Option<Date>,
}

impl Context<'_> {
    /// Adds what a topic comes to, unless something is wrong with it.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is found goes to three places"
    )]
    fn topic(
        &self,
        name: &Name,
        intent: &TopicIntent,
        path: String,
        is_current: bool,
        rights: &mut Rights,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) {
        let before = errors.len();
        let Some(composed) = parse(&intent.topic, errors) else {
            return;
        };
        let span = intent.topic.span;
        let levels = self.levels(&composed, intent.device.value, errors);
        self.check_limits(&levels, span, errors);
        self.by(intent, errors);
        let exception = attributes::exception(intent, self.today, errors, notes);
        let granted = self.over_https(intent, &levels, errors, notes);
        let mut wanted = self.intent(intent, &granted, origin(&path, span), errors, notes);
        let shared = attributes::shared(self.spec, intent, &levels, errors);
        if errors.len() > before {
            return;
        }
        match exception {
            Some(what) if *what.value == *CROSSES_LEVELS => {
                wanted.iter_mut().for_each(|grant| grant.may_cross = true);
            }
            Some(what) => rights.allowances.push(Allowance {
                rule: what.value.clone(),
                span: what.span,
                origin: span,
            }),
            None => {}
        }
        if let Some(common) = shared {
            let topics = wanted.iter().map(|grant| {
                let kind = grant.right.resource_kind().as_str();
                format!("{kind}/{}", in_policy(&grant.levels))
            });
            rights.shared.extend(topics.map(|resource| SharedTopic {
                resource: resource.into(),
                common: common.clone(),
                origin: span,
            }));
        }
        rights.uses.push(Use {
            name: name.value.clone(),
            direction: intent.device.value,
            levels,
            retain: intent.retain.as_ref().is_some_and(|retain| retain.value),
            by: intent.by.as_ref().map(|by| by.value.clone()),
            is_current,
            span: name.span,
        });
        rights.grants.extend(wanted);
    }

    fn by(&self, intent: &TopicIntent, errors: &mut Vec<Error>) {
        let Some(by) = &intent.by else { return };
        if self.spec.services.get(&by.value).is_none() {
            let known = self.spec.services.keys().map(|it| &*it.value);
            let kind = ErrorKind::UnknownService {
                name: by.value.clone(),
                nearest: closest(&by.value, known).map(Into::into),
            };
            errors.push(Error::new(kind, by.span));
        }
    }

    /// The levels by which a topic is granted. Over HTTPS there is no client id and no thing, so that what is
    /// the device's own is known by its certificate; and over MQTT as well, which has that too.
    fn over_https(
        &self,
        intent: &TopicIntent,
        levels: &[Level],
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Vec<Level> {
        let Some(https) = intent.https.as_ref().filter(|it| it.value) else {
            return levels.to_vec();
        };
        match intent.device.value {
            Direction::Publish => {}
            Direction::Subscribe => errors.push(Error::new(ErrorKind::HttpsRead, https.span)),
        }
        let mut part = |part: &LevelPart| {
            let LevelPart::Variable { key, unique } = part else {
                return part.clone();
            };
            let (hole, field) = match key {
                Key::ThingName | Key::ClientId => ("thing", self.identity.name.bare_hole()),
                Key::ThingAttribute(name) => (&**name, Some(&**name)),
                Key::ThingTypeName => ("type", None),
                _ => return part.clone(),
            };
            let field = field.and_then(|it| self.identity.field(it));
            match field.and_then(KnownField::certificate_key) {
                Some(key) => LevelPart::Variable {
                    key,
                    unique: *unique,
                },
                None => {
                    let kind = ErrorKind::NotInCertificate(hole.into());
                    errors.push(Error::new(kind, https.span));
                    part.clone()
                }
            }
        };
        let level = |level: &Level| match level {
            Level::Any | Level::Rest | Level::Begun(_) => level.clone(),
            Level::Parts(parts) => Level::Parts(parts.iter().map(&mut part).collect()),
        };
        let granted = levels.iter().map(level).collect();
        let topic = readable(levels).into();
        let kind = NoteKind::OverHttps { topic };
        notes.push(Note {
            kind,
            span: https.span,
        });
        granted
    }

    fn intent(
        &self,
        intent: &TopicIntent,
        levels: &[Level],
        origin: Origin,
        errors: &mut Vec<Error>,
        notes: &mut Vec<Note>,
    ) -> Vec<Grant> {
        let grant = |right, levels: &[Level]| Grant {
            right,
            levels: levels.to_vec(),
            origin: origin.clone(),
            may_cross: false,
            over_https: is_over_https(intent),
            is_will: intent.will.as_ref().is_some_and(|will| will.value),
        };
        let retain = intent.retain.as_ref().filter(|retain| retain.value);
        match intent.device.value {
            Direction::Publish => {
                // A last will is checked as what it is: a message that the device publishes.
                let mut grants = vec![grant(Right::Publish, levels)];
                if retain.is_some() {
                    grants.push(grant(Right::RetainPublish, levels));
                }
                grants
            }
            Direction::Subscribe => {
                if let Some(will) = intent.will.as_ref().filter(|will| will.value) {
                    errors.push(Error::new(ErrorKind::WillRead, will.span));
                }
                let has_wildcard = levels
                    .iter()
                    .any(|it| matches!(it, Level::Any | Level::Rest));
                match retain {
                    Some(retain) if intent.by.is_none() => {
                        errors.push(Error::new(ErrorKind::RetainedRead, retain.span));
                    }
                    Some(retain) if has_wildcard => notes.push(Note {
                        kind: NoteKind::RetainedByFilter {
                            filter: intent.topic.value.clone(),
                        },
                        span: retain.span,
                    }),
                    Some(_) | None => {}
                }
                // AWS IoT compares the filter with policies as text, so that `+` and `#` stand
                // for themselves there.
                let as_text = |level: &Level| match level {
                    Level::Any => Level::literal("+"),
                    Level::Rest => Level::literal("#"),
                    Level::Parts(_) | Level::Begun(_) => level.clone(),
                };
                let filter: Vec<Level> = levels.iter().map(as_text).collect();
                vec![
                    grant(Right::Subscribe, &filter),
                    grant(Right::Receive, levels),
                ]
            }
        }
    }

    fn check_limits(&self, levels: &[Level], span: Span, errors: &mut Vec<Error>) {
        let slashes = levels.len().saturating_sub(1);
        if slashes as u64 > limit::TOPIC_SLASHES {
            let kind = ErrorKind::TopicTooDeep {
                slashes,
                limit: limit::TOPIC_SLASHES,
            };
            errors.push(Error::new(kind, span));
        }
        let part = |part: &LevelPart| match part {
            LevelPart::Literal(literal) => literal.len(),
            LevelPart::Variable { key, .. } => self.longest(key),
        };
        let level = |level: &Level| match level {
            Level::Parts(parts) => parts.iter().map(part).sum(),
            // At least one character; how many more is the device's choice.
            Level::Any | Level::Rest | Level::Begun(_) => 1,
        };
        let bytes = levels.iter().map(level).sum::<usize>() + slashes;
        if bytes as u64 > limit::TOPIC_BYTES {
            let kind = ErrorKind::TopicTooLong {
                bytes,
                limit: limit::TOPIC_BYTES,
            };
            errors.push(Error::new(kind, span));
        }
    }

    /// The most bytes of a value.
    fn longest(&self, key: &Key) -> usize {
        let of_field = |name: &str| {
            let field = self.identity.field(name);
            field.and_then(|field| field.language.max_bytes())
        };
        match key {
            Key::ThingAttribute(name) => of_field(name).unwrap_or(0),
            Key::ThingTypeName => {
                let name = &self.spec.things.kind.value;
                self.deployment.name(name).len()
            }
            Key::Certificate(_) => {
                let fields = self.identity.fields.iter();
                let mut own = fields.filter(|it| it.certificate_key().as_ref() == Some(key));
                let longest = own.next().and_then(|it| it.language.max_bytes());
                longest.unwrap_or(0)
            }
            _ => self.identity.thing_name.max_bytes().unwrap_or(0),
        }
    }
}

fn is_over_https(intent: &TopicIntent) -> bool {
    intent.https.as_ref().is_some_and(|it| it.value)
}
