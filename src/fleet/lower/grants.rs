//! From topics and features to rights.

use super::attributes::{self, CROSSES_LEVELS};
use super::firmware::Release;
use super::identity::{Identity, KnownField, fits};
use super::names::{DEPLOYMENT_WORDS, deployment_word, parse, unknown_hole};
use crate::document::spelling::closest;
use crate::facts::{self, ClientOperation, TopicFamily, limit};
use crate::fleet::composed::{Composed, Part};
use crate::fleet::error::TopicFault;
use crate::fleet::plan::{Allowance, Deployment, Note, NoteKind, Origin, Right, SharedTopic};
use crate::fleet::spec::{Direction, FleetSpec, Name, ShadowName, SwitchOr, TopicIntent};
use crate::fleet::{Error, ErrorKind, Target};
use crate::model::{Date, Key, TopicFilter, is_reserved};
use crate::source::{Span, Spanned};

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

/// A level of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Text and variables, one after the other.
    Parts(Vec<LevelPart>),
    /// One level, whatever stands there. Policies can only say `*` for it.
    Any,
    /// All levels that are left, at least one. Only last.
    Rest,
    /// A level that begins so, and all behind it. Only last, and of AWS's own topics.
    Begun(String),
}

/// A part of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LevelPart {
    /// Characters that stand for themselves.
    Literal(String),
    /// A value of the connection.
    Variable {
        /// Which.
        key: Key,
        /// Whether no two devices share it.
        unique: bool,
    },
}

impl Level {
    pub(super) fn literal(text: &str) -> Level {
        Level::Parts(vec![LevelPart::Literal(text.to_owned())])
    }

    /// The variable that is the whole level, and that no two devices share.
    pub(super) fn identity(&self) -> Option<&Key> {
        match self {
            Level::Parts(parts) => match &**parts {
                [LevelPart::Variable { key, unique: true }] => Some(key),
                _ => None,
            },
            Level::Any | Level::Rest | Level::Begun(_) => None,
        }
    }

    /// The text that is the whole level.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Level::Parts(parts) => match &**parts {
                [] => Some(""),
                [LevelPart::Literal(literal)] => Some(literal),
                _ => None,
            },
            Level::Any | Level::Rest | Level::Begun(_) => None,
        }
    }

    /// The level in a policy.
    pub(super) fn in_policy(&self) -> String {
        match self {
            Level::Any | Level::Rest => "*".to_owned(),
            Level::Begun(text) => format!("{text}*"),
            Level::Parts(parts) => parts.iter().map(LevelPart::in_policy).collect(),
        }
    }
}

impl LevelPart {
    fn in_policy(&self) -> String {
        match self {
            LevelPart::Literal(literal) => literal.clone(),
            LevelPart::Variable { key, .. } => format!("${{{}}}", key.name()),
        }
    }
}

/// Levels as a policy writes them.
pub(super) fn in_policy(levels: &[Level]) -> String {
    let levels: Vec<String> = levels.iter().map(Level::in_policy).collect();
    levels.join("/")
}

/// Levels as a reader of messages knows them: `{thing}` instead of a variable.
pub(super) fn readable(levels: &[Level]) -> String {
    let part = |part: &LevelPart| match part {
        LevelPart::Literal(literal) => literal.clone(),
        LevelPart::Variable { key, .. } => match key {
            Key::ThingName => "{thing}".to_owned(),
            Key::ThingTypeName => "{type}".to_owned(),
            Key::ClientId => "{client}".to_owned(),
            Key::ThingAttribute(name) => format!("{{{name}}}"),
            other => format!("{{{}}}", other.name()),
        },
    };
    let levels: Vec<String> = levels
        .iter()
        .map(|level| match level {
            Level::Any | Level::Rest => "*".to_owned(),
            Level::Begun(text) => format!("{text}*"),
            Level::Parts(parts) => parts.iter().map(part).collect(),
        })
        .collect();
    levels.join("/")
}

/// The place of the first level that is the device's own.
pub(super) fn identity_level(levels: &[Level]) -> Option<usize> {
    levels.iter().position(|level| level.identity().is_some())
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

fn shadow_rights(shadow: &ShadowName) -> Vec<Grant> {
    const CLASSIC: &str = "classic";
    const NAMED: &str = "{shadow}";
    let name = &shadow.0;
    let origin = origin("features.shadow", name.span);
    let is_classic = *name.value == *CLASSIC;
    reserved_rights(
        TopicFamily::Shadow,
        &origin,
        |pattern| pattern.contains(NAMED) != is_classic,
        (!is_classic).then_some(&name.value),
    )
}

/// The rights on AWS's own topics of a feature.
fn reserved_rights(
    family: TopicFamily,
    origin: &Origin,
    is_meant: impl Fn(&str) -> bool,
    shadow: Option<&str>,
) -> Vec<Grant> {
    let mut grants = Vec::new();
    let topics = facts::reserved_topics().iter();
    for topic in topics.filter(|topic| topic.family == family && is_meant(topic.pattern)) {
        let level = |level: &str| match (level, shadow) {
            ("{thing}", _) => Level::Parts(vec![LevelPart::Variable {
                key: Key::ThingName,
                unique: true,
            }]),
            ("{shadow}", Some(name)) => Level::literal(name),
            (other, _) if other.ends_with("...}") => Level::Rest,
            (other, _) if other.starts_with('{') => Level::Any,
            (other, _) => Level::literal(other),
        };
        let levels: Vec<Level> = topic.pattern.split('/').map(level).collect();
        let rights = [
            (ClientOperation::Publish, Right::Publish),
            (ClientOperation::Subscribe, Right::Subscribe),
            (ClientOperation::Receive, Right::Receive),
        ];
        for (operation, right) in rights {
            if topic.allows(operation) {
                grants.push(Grant {
                    right,
                    levels: levels.clone(),
                    origin: origin.clone(),
                    may_cross: false,
                    over_https: false,
                    is_will: false,
                });
            }
        }
    }
    grants
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

    fn levels(
        &self,
        composed: &Composed,
        direction: Direction,
        errors: &mut Vec<Error>,
    ) -> Vec<Level> {
        let mut fault = |fault: TopicFault, span: Span| {
            errors.push(Error::new(ErrorKind::Topic(fault), span));
        };
        let text = written(composed);
        if is_reserved(&text) {
            errors.push(Error::new(ErrorKind::Reserved, composed.span));
            return Vec::new();
        }
        let has_subtree = text.ends_with("/**");
        let rest = if has_subtree { "/**" } else { "" };
        let body = text.strip_suffix(rest).unwrap_or(&text);
        match direction {
            Direction::Publish if text.contains(['+', '#']) => {
                fault(TopicFault::FilterPublished, composed.span);
            }
            Direction::Subscribe if has_subtree || text.split('/').any(|it| it == "{any}") => {
                fault(TopicFault::FreeRead, composed.span);
            }
            Direction::Subscribe => {
                if let Err(error) = TopicFilter::new(&text) {
                    fault(TopicFault::Filter(error), composed.span);
                }
            }
            Direction::Publish => {}
        }
        if body.contains(['*', '?', '$']) {
            fault(TopicFault::PolicyCharacter, composed.span);
        }
        if text.split('/').any(str::is_empty) {
            fault(TopicFault::EmptyLevel, composed.span);
        }
        self.split(composed, errors)
    }

    /// The levels of the parts; wildcards become levels of their own.
    fn split(&self, composed: &Composed, errors: &mut Vec<Error>) -> Vec<Level> {
        let mut levels = vec![Vec::new()];
        for part in &composed.parts {
            match &part.value {
                Part::Literal(literal) => {
                    for (place, text) in literal.split('/').enumerate() {
                        if place > 0 {
                            levels.push(Vec::new());
                        }
                        if let Some(level) = levels.last_mut().filter(|_| !text.is_empty()) {
                            push_literal(level, text);
                        }
                    }
                }
                Part::Hole(name) => {
                    let parts = self.hole(Spanned::new(&**name, part.span), errors);
                    if let Some(level) = levels.last_mut() {
                        level.extend(parts);
                    }
                }
            }
        }
        levels
            .into_iter()
            .map(|parts| self.level(parts, composed.span, errors))
            .collect()
    }

    fn level(&self, parts: Vec<LevelPart>, span: Span, errors: &mut Vec<Error>) -> Level {
        let is_any = |part: &LevelPart| *part == any();
        match &*parts {
            [LevelPart::Literal(text)] if text == "+" => Level::Any,
            [LevelPart::Literal(text)] if text == "#" || text == "**" => Level::Rest,
            [part] if is_any(part) => Level::Any,
            _ => {
                if parts.iter().any(is_any) {
                    let kind = ErrorKind::Topic(TopicFault::PartOfLevel);
                    errors.push(Error::new(kind, span));
                }
                Level::Parts(parts)
            }
        }
    }

    fn hole(&self, name: Spanned<&str>, errors: &mut Vec<Error>) -> Vec<LevelPart> {
        let variable = |key, unique| vec![LevelPart::Variable { key, unique }];
        match name.value {
            "thing" => return variable(Key::ThingName, true),
            // A device connects with the thing's name as its client id, and with no other.
            "client" => return variable(Key::ClientId, true),
            "type" => return variable(Key::ThingTypeName, false),
            "any" => return vec![any()],
            _ => {}
        }
        if let Some(value) = deployment_word(name.value, self.deployment) {
            return vec![LevelPart::Literal(value.to_owned())];
        }
        let Some(field) = self.identity.field(name.value) else {
            let own = ["thing", "type", "client", "any"];
            let fields = self.identity.fields.iter().map(|field| &*field.name);
            let known = own.into_iter().chain(fields).chain(DEPLOYMENT_WORDS);
            let known: Vec<&str> = known.collect();
            errors.push(Error::new(unknown_hole(name.value, &known), name.span));
            return Vec::new();
        };
        match self.field_key(field) {
            Ok(key) => {
                let what = format!("`{}`", field.name);
                let target = Target::TopicLevel;
                fits(&field.language, &what, target, field.pattern_span, errors);
                variable(key, field.unique)
            }
            Err(kind) => {
                errors.push(Error::new(kind, name.span));
                Vec::new()
            }
        }
    }

    /// The variable that holds a field.
    fn field_key(&self, field: &KnownField) -> Result<Key, ErrorKind> {
        if self.identity.name.bare_hole() == Some(&*field.name) {
            return Ok(Key::ThingName);
        }
        if !field.decides_rights {
            return Err(ErrorKind::Unstated(field.name.clone()));
        }
        if self.spec.things.attributes.get(&field.name).is_some() {
            return Ok(Key::ThingAttribute(field.name.clone()));
        }
        let ambiguous = || ErrorKind::Ambiguous(field.name.clone());
        field.certificate_key().ok_or_else(ambiguous)
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

/// The mark of `{any}` until levels are put together. No text can be taken for it: literals of a
/// topic are never empty.
fn any() -> LevelPart {
    LevelPart::Literal(String::new())
}

fn push_literal(level: &mut Vec<LevelPart>, text: &str) {
    match level.last_mut() {
        Some(LevelPart::Literal(literal)) if !literal.is_empty() => literal.push_str(text),
        _ => level.push(LevelPart::Literal(text.to_owned())),
    }
}

/// The topic as written.
fn written(composed: &Composed) -> String {
    let part = |part: &Spanned<Part>| match &part.value {
        Part::Literal(literal) => literal.to_string(),
        Part::Hole(name) => format!("{{{name}}}"),
    };
    composed.parts.iter().map(part).collect()
}
