//! Random questions about isolation, each from its seed.
//!
//! The alphabet is tiny, so that names and levels meet by chance. Most sets hold a Connect as fleets
//! write it; the rest is publishing, reading, reserved topics, denials and HTTPS, in the shapes that
//! are hard: variables beside text, repeated and glued, `?` where MQTT has wildcards. In a quarter of
//! the questions all variables are whole levels. `the_shares_hold` in `tests/isolation.rs` holds the
//! shares.

use fleetwright::engine::{ClientIds, Tie};

use crate::policy::{
    Attached, Condition, Effect, Entry, Kind, List, NameKey, Place, Quantifier, Statement, Token,
};
use crate::universe::{Size, Universe};

const MAX_STATEMENTS: usize = 6;
/// Out of 100: how often an entry is written with such a place.
const PLACES: &[(Place, usize)] = &[
    (Place::Exact, 90),
    (Place::AnyRegion, 3),
    (Place::AnyAccount, 2),
    (Place::AnyRegionAndAccount, 3),
    (Place::OneStar, 2),
];

/// A policy set, what is promised of the devices, and where to look for a violation.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) seed: u64,
    pub(crate) statements: Vec<Statement>,
    pub(crate) tie: Tie,
    pub(crate) client_ids: ClientIds,
    pub(crate) size: Size,
    /// The MQTT wildcard of the filters that are tried.
    pub(crate) wildcard: char,
}

/// How variables may stand in a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Between slashes only.
    WholeLevels,
    /// Beside text, wildcards and each other, too.
    Anywhere,
}

impl Question {
    /// The question of a seed.
    pub(crate) fn new(seed: u64) -> Question {
        let mut random = Random(seed);
        let is_small = random.percent(90);
        let style = match random.percent(25) {
            true => Style::WholeLevels,
            false => Style::Anywhere,
        };
        let tie = random.weighted(&[(Tie::Any, 80), (Tie::ByClientId, 10), (Tie::Exclusive, 10)]);
        let client_ids = random.weighted(&[(ClientIds::Chosen, 92), (ClientIds::Pinned, 8)]);
        let wildcard = random.pick(&['+', '#']);
        let mut writer = Writer {
            random,
            style,
            wildcard,
        };
        Question {
            seed,
            statements: writer.statements(),
            tie,
            client_ids,
            size: if is_small {
                Size::FewNames
            } else {
                Size::ManyNames
            },
            wildcard,
        }
    }

    /// Where to look.
    pub(crate) fn universe(&self) -> &'static Universe {
        Universe::of(self.size, self.wildcard)
    }

    /// The same question on other statements.
    pub(crate) fn with(&self, statements: Vec<Statement>) -> Question {
        Question {
            statements,
            ..self.clone()
        }
    }
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from((self.next() >> 16) % limit as u64).unwrap()
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// One of several choices by their weights, which sum up to 100.
    fn weighted<T: Clone>(&mut self, choices: &[(T, usize)]) -> T {
        let mut roll = self.below(100);
        for (choice, weight) in choices {
            if roll < *weight {
                return choice.clone();
            }
            roll -= weight;
        }
        choices[0].0.clone()
    }
}

struct Writer {
    random: Random,
    style: Style,
    wildcard: char,
}

impl Writer {
    fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        if self.random.percent(93) {
            statements.extend(self.connect());
        }
        for _ in 0..1 + self.random.below(4) {
            statements.extend(self.body());
        }
        statements.truncate(MAX_STATEMENTS);
        for index in 0..statements.len() {
            let other = self.random.below(statements.len());
            statements.swap(index, other);
        }
        statements
    }

    /// Who may connect.
    fn connect(&mut self) -> Vec<Statement> {
        let only_attached = vec![Condition::IsAttached(true)];
        let thing = Entry::new(Kind::Client, vec![Token::Thing]);
        let mut statement = Statement::new(Effect::Allow, &["iot:Connect"], vec![thing.clone()]);
        match self.random.below(100) {
            0..40 => statement.conditions = only_attached,
            40..60 => {}
            60..64 => {
                let deny = Statement {
                    effect: Effect::Deny,
                    resources: List {
                        entries: vec![thing],
                        is_excluding: true,
                    },
                    ..statement.clone()
                };
                statement.resources.entries = vec![Entry::Everything];
                return vec![statement, deny];
            }
            _ => {
                let name = self.client();
                statement.resources.entries = vec![Entry::new(Kind::Client, name)];
                if self.random.percent(15) {
                    statement.conditions = only_attached;
                }
            }
        }
        if self.random.percent(12) {
            statement.add(self.connect_attributes());
        }
        if self.random.percent(6) {
            statement.add(self.condition());
        }
        vec![statement]
    }

    fn client(&mut self) -> Vec<Token> {
        let a = Token::Letter('a');
        let delimited: &[&[Token]] = &[
            &[Token::AnyRun],
            &[Token::AnyRun],
            &[Token::Client],
            &[Token::Client],
            &[a, Token::AnyRun],
            &[Token::AnyChar],
            &[Token::AnyChar, Token::AnyChar],
            &[a],
            &[Token::AnyRun, Token::Letter('b')],
            &[Token::Letter('*')],
        ];
        let undelimited: &[&[Token]] = &[
            &[Token::Thing, Token::AnyRun],
            &[a, Token::Thing],
            &[Token::Thing, Token::AnyChar],
            &[Token::Thing, Token::Thing],
        ];
        let is_odd = self.style == Style::Anywhere && self.random.percent(25);
        let choices = if is_odd { undelimited } else { delimited };
        self.random.pick(choices).to_vec()
    }

    /// One purpose, in one or two statements.
    fn body(&mut self) -> Vec<Statement> {
        let mut statements = match self.random.below(100) {
            0..24 => vec![self.publish()],
            24..48 => self.read(),
            48..55 => vec![self.both()],
            55..65 => vec![self.reserved()],
            65..79 => vec![self.denial()],
            79..84 => vec![self.all_but()],
            84..87 => vec![self.not_action()],
            87..89 => vec![self.everything()],
            89..92 => vec![self.ingest()],
            92..95 => vec![self.share()],
            _ => vec![self.https()],
        };
        for statement in &mut statements {
            if self.random.percent(10) {
                statement.add(self.condition());
            }
            if self.random.percent(5) {
                statement.attached_to = Attached::ThingGroup;
            }
        }
        statements
    }

    fn publish(&mut self) -> Statement {
        let entries = self.entries(Kind::Topic);
        Statement::new(Effect::Allow, &["iot:Publish"], entries)
    }

    fn read(&mut self) -> Vec<Statement> {
        let name = self.name(Kind::TopicFilter);
        let topic = self.topic_of(&name);
        let filter = self.entry(Kind::TopicFilter, name);
        let topic = self.entry(Kind::Topic, topic);
        if self.random.percent(50) {
            let actions = &["iot:Subscribe", "iot:Receive"];
            return vec![Statement::new(Effect::Allow, actions, vec![filter, topic])];
        }
        vec![
            Statement::new(Effect::Allow, &["iot:Subscribe"], vec![filter]),
            Statement::new(Effect::Allow, &["iot:Receive"], vec![topic]),
        ]
    }

    fn both(&mut self) -> Statement {
        let name = self.name(Kind::TopicFilter);
        let topic = self.topic_of(&name);
        let entries = vec![
            self.entry(Kind::TopicFilter, name),
            self.entry(Kind::Topic, topic),
        ];
        let actions: &[&str] = match self.random.below(3) {
            0 => &["iot:*"],
            1 => &["iot:Publish", "iot:Subscribe", "iot:Receive"],
            _ => &["iot:Re*", "iot:Subscribe", "iot:Publish"],
        };
        Statement::new(Effect::Allow, actions, entries)
    }

    fn reserved(&mut self) -> Statement {
        let mut name = vec![Token::Fixed("$aws/things/")];
        let thing: &[Token] = match (self.random.below(100), self.style) {
            (0..55, _) => &[Token::Thing],
            (55..62, _) => &[Token::Client],
            (62..70, _) => &[Token::AnyRun],
            (70..76, _) => &[Token::Letter('a'), Token::AnyRun],
            (76..80, _) => &[Token::AnyChar],
            (80..84, _) => &[Token::Letter('b')],
            (84..88, _) => &[Token::Letter('+')],
            (88..92, Style::Anywhere) => &[Token::Thing, Token::AnyChar],
            (92..96, Style::Anywhere) => &[Token::Thing, Token::AnyRun],
            (_, Style::Anywhere) => &[Token::Letter('a'), Token::Thing],
            (_, Style::WholeLevels) => &[Token::Thing],
        };
        name.extend(thing);
        let rest: &[Token] = match self.random.below(6) {
            0 => &[Token::Fixed("/shadow/"), Token::AnyRun],
            1 => &[Token::Fixed("/jobs/"), Token::AnyRun],
            2 => &[Token::Fixed("/shadow/x")],
            3 => &[Token::Letter('/'), Token::Letter('#')],
            4 => &[Token::Fixed("/x")],
            _ => &[Token::Letter('/'), Token::AnyRun],
        };
        name.extend(rest);
        let topic = self.topic_of(&name);
        let entries = vec![
            self.entry(Kind::TopicFilter, name),
            self.entry(Kind::Topic, topic),
        ];
        let actions: &[&str] = match self.random.below(3) {
            0 => &["iot:Publish"],
            1 => &["iot:Subscribe", "iot:Receive"],
            _ => &["iot:Publish", "iot:Subscribe", "iot:Receive"],
        };
        Statement::new(Effect::Allow, actions, entries)
    }

    fn denial(&mut self) -> Statement {
        let (actions, kind): (&[&str], Kind) = match self.random.below(6) {
            0 | 1 => (&["iot:Publish"], Kind::Topic),
            2 | 3 => (&["iot:Receive"], Kind::Topic),
            4 => (&["iot:Subscribe"], Kind::TopicFilter),
            _ => (&["iot:*"], Kind::Topic),
        };
        let mut entries = self.entries(kind);
        if self.random.percent(10) {
            entries = vec![Entry::Everything];
        }
        if self.random.percent(15) {
            let other = self.name(Kind::TopicFilter);
            entries.push(self.entry(Kind::TopicFilter, other));
        }
        let mut statement = Statement::new(Effect::Deny, actions, entries);
        statement.resources.is_excluding = self.random.percent(40);
        if self.random.percent(20) {
            let condition = Condition::IsAttached(self.random.percent(40));
            statement.conditions.push(condition);
        }
        statement
    }

    /// An Allow with `NotResource`.
    fn all_but(&mut self) -> Statement {
        let (action, kind) = self.random.pick(&[
            ("iot:Publish", Kind::Topic),
            ("iot:Receive", Kind::Topic),
            ("iot:Subscribe", Kind::TopicFilter),
        ]);
        let entries = self.entries(kind);
        let mut statement = Statement::new(Effect::Allow, &[action], entries);
        statement.resources.is_excluding = true;
        statement
    }

    fn not_action(&mut self) -> Statement {
        let effect = self.random.pick(&[Effect::Allow, Effect::Deny]);
        let actions = self.random.pick(&[
            &["iot:Connect"][..],
            &["iot:Connect", "iot:Publish"],
            &["iot:Connect", "iot:Receive", "iot:Subscribe"],
            &["iot:P*", "iot:Connect", "iotjobsdata:*"],
            &["iot:DescribeJobExecution", "iot:*"],
        ]);
        let entries = self.entries(Kind::Topic);
        let mut statement = Statement::new(effect, actions, entries);
        statement.actions.is_excluding = true;
        statement
    }

    fn everything(&mut self) -> Statement {
        let actions = self.random.pick(&[
            &["*"][..],
            &["iot:*"],
            &["iot:Publish", "iot:Receive"],
            &["iot:Subscribe", "iot:Receive"],
        ]);
        let mut entry = Entry::Everything;
        if self.random.percent(40) {
            entry = Entry::new(Kind::Any, Vec::new());
        }
        Statement::new(Effect::Allow, actions, vec![entry])
    }

    fn ingest(&mut self) -> Statement {
        let mut name = vec![Token::Fixed("$aws/rules/r/")];
        name.extend(self.name(Kind::Topic));
        let entry = self.entry(Kind::Topic, name);
        let effect = match self.random.percent(75) {
            true => Effect::Allow,
            false => Effect::Deny,
        };
        Statement::new(effect, &["iot:Publish"], vec![entry])
    }

    fn share(&mut self) -> Statement {
        let mut start = vec![Token::Fixed("$share/")];
        match self.random.percent(60) {
            true => start.push(Token::Letter('g')),
            false => start.push(Token::AnyRun),
        }
        start.push(Token::Letter('/'));
        let name = self.name(Kind::TopicFilter);
        let topic = self.topic_of(&name);
        let shared = |name: &[Token]| [&start, name].concat();
        let mut entries = vec![self.entry(Kind::TopicFilter, shared(&name))];
        if self.random.percent(60) {
            entries.push(self.entry(Kind::Topic, topic.clone()));
        }
        if self.random.percent(60) {
            entries.push(self.entry(Kind::Topic, shared(&topic)));
        }
        let actions = &["iot:Subscribe", "iot:Receive"];
        Statement::new(Effect::Allow, actions, entries)
    }

    fn https(&mut self) -> Statement {
        let (actions, kind): (&[&str], Kind) = self.random.pick(&[
            (&["iot:GetThingShadow"][..], Kind::Thing),
            (
                &["iot:UpdateThingShadow", "iot:DeleteThingShadow"],
                Kind::Thing,
            ),
            (&["iot:ListNamedShadowsForThing"], Kind::Thing),
            (&["iotjobsdata:*"], Kind::Thing),
            (&["iotjobsdata:UpdateJobExecution"], Kind::Thing),
            (&["iot:DescribeJobExecution"], Kind::Thing),
            (&["iot:DeleteConnection", "iot:GetConnection"], Kind::Client),
            (&["iot:SendDirectMessage"], Kind::Client),
            (&["iot:GetRetainedMessage"], Kind::Topic),
        ]);
        let name = match kind {
            Kind::Topic => self.name(kind),
            _ if self.random.percent(50) => vec![Token::Thing],
            _ => self.client(),
        };
        let mut entry = self.entry(kind, name);
        if self.random.percent(10) {
            entry = Entry::Everything;
        }
        Statement::new(Effect::Allow, actions, vec![entry])
    }

    fn entries(&mut self, kind: Kind) -> Vec<Entry> {
        let count = 1 + self.random.below(5) / 3;
        let one = |_| {
            let name = self.name(kind);
            self.entry(kind, name)
        };
        (0..count).map(one).collect()
    }

    fn entry(&mut self, kind: Kind, name: Vec<Token>) -> Entry {
        let is_of_topics = matches!(kind, Kind::Topic | Kind::TopicFilter);
        match self.random.below(100) {
            0..2 if is_of_topics => Entry::new(Kind::TopicOrFilter, name),
            2..3 if is_of_topics => Entry::new(Kind::Any, name),
            _ => Entry::Arn {
                place: self.random.weighted(PLACES),
                kind,
                name,
            },
        }
    }

    /// A topic name or filter of one to three levels.
    fn name(&mut self, kind: Kind) -> Vec<Token> {
        if self.random.percent(4) {
            return vec![Token::AnyRun];
        }
        let count = 1 + self.random.below(5) / 2;
        let odd = match self.style {
            Style::Anywhere if self.random.percent(45) => Some(self.random.below(count)),
            Style::Anywhere | Style::WholeLevels => None,
        };
        let mut name = Vec::new();
        for index in 0..count {
            if index > 0 {
                name.push(Token::Letter('/'));
            }
            let level = match odd == Some(index) {
                true => self.odd_level(),
                false => self.level(kind),
            };
            name.extend(level);
        }
        name
    }

    fn level(&mut self, kind: Kind) -> Vec<Token> {
        let wildcard = Token::Letter(self.wildcard);
        match self.random.below(100) {
            0..32 => vec![Token::Thing],
            32..40 => vec![Token::Client],
            40..52 => vec![Token::Letter('a')],
            52..62 => vec![Token::Letter('b')],
            62..72 if kind == Kind::TopicFilter => vec![wildcard],
            62..80 => vec![Token::AnyRun],
            80..87 => vec![Token::AnyChar],
            87..91 => vec![Token::Letter('a'), Token::AnyRun],
            91..94 => vec![Token::AnyRun, Token::Letter('b')],
            94..96 => vec![Token::AnyChar, Token::AnyRun],
            96..98 => Vec::new(),
            _ => vec![Token::AnyChar, Token::AnyChar],
        }
    }

    /// A level, or two, in which a variable stands beside something else or twice.
    fn odd_level(&mut self) -> Vec<Token> {
        let variable = match self.random.percent(85) {
            true => Token::Thing,
            false => Token::Client,
        };
        let other = match self.random.percent(70) {
            true => variable,
            false => self.random.pick(&[Token::Thing, Token::Client]),
        };
        let beside = self.random.pick(&[
            Token::Letter('a'),
            Token::Letter('b'),
            Token::AnyRun,
            Token::AnyChar,
        ]);
        match self.random.below(100) {
            0..20 => vec![variable, beside],
            20..40 => vec![beside, variable],
            40..62 => vec![variable, other],
            62..72 => vec![variable, beside, other],
            72..86 => vec![variable, Token::Letter('/'), other],
            86..92 => vec![variable, Token::Letter('/'), beside, other],
            92..96 => vec![beside, variable, other],
            _ => vec![variable, Token::AnyRun, other],
        }
    }

    /// The topics that a reader of a filter receives, as a policy would say it.
    fn topic_of(&mut self, filter: &[Token]) -> Vec<Token> {
        match self.random.below(100) {
            0..25 => return vec![Token::AnyRun],
            25..32 => return self.name(Kind::Topic),
            _ => {}
        }
        let star = |token: &Token| match token {
            Token::Letter('+' | '#') => Token::AnyRun,
            other => *other,
        };
        filter.iter().map(star).collect()
    }

    fn condition(&mut self) -> Condition {
        match self.random.below(100) {
            0..30 => Condition::IsAttached(self.random.percent(70)),
            30..40 => self.connect_attributes(),
            _ => {
                let key = match self.random.percent(65) {
                    true => NameKey::Thing,
                    false => NameKey::Client,
                };
                let value = |writer: &mut Writer| match writer.random.below(100) {
                    0..12 => vec![Token::Thing],
                    12..18 => vec![Token::Client],
                    _ => writer.client_pattern(),
                };
                Condition::Name {
                    key,
                    has_wildcards: self.random.percent(70),
                    is_negated: self.random.percent(40),
                    values: (0..1 + self.random.below(2)).map(|_| value(self)).collect(),
                }
            }
        }
    }

    fn client_pattern(&mut self) -> Vec<Token> {
        let (a, b) = (Token::Letter('a'), Token::Letter('b'));
        let choices: &[&[Token]] = &[
            &[a],
            &[b, a],
            &[a, Token::AnyRun],
            &[Token::AnyRun, b],
            &[Token::AnyChar],
            &[Token::AnyChar, Token::AnyChar],
            &[b, Token::AnyChar],
        ];
        self.random.pick(choices).to_vec()
    }

    fn connect_attributes(&mut self) -> Condition {
        let quantifier = match self.random.percent(75) {
            true => Quantifier::ForAllValues,
            false => Quantifier::ForAnyValue,
        };
        let values = self.random.pick(&[
            &["PersistentConnect"][..],
            &["LastWill"],
            &["PersistentConnect", "LastWill"],
        ]);
        Condition::ConnectAttributes {
            quantifier,
            values: values.to_vec(),
        }
    }
}

impl Statement {
    fn new(effect: Effect, actions: &[&'static str], entries: Vec<Entry>) -> Statement {
        let is_excluding = false;
        Statement {
            effect,
            actions: List {
                entries: actions.to_vec(),
                is_excluding,
            },
            resources: List {
                entries,
                is_excluding,
            },
            conditions: Vec::new(),
            attached_to: Attached::Certificate,
        }
    }
}

impl Entry {
    fn new(kind: Kind, name: Vec<Token>) -> Entry {
        Entry::Arn {
            place: Place::Exact,
            kind,
            name,
        }
    }
}
