//! The policies of the questions about isolation, as plain data and as JSON.
//!
//! A small part of the language: what bears on one device against another. A statement here is
//! decided by `decide.rs`, and its JSON by the engine and by the reference evaluator, so the three
//! can be held against each other.

use serde_json::{Map, Value, json};

/// Partition, Region and account of every request.
pub(crate) const PLACE: &str = "arn:aws:iot:us-east-1:123456789012:";

const THING_NAME: &str = "iot:Connection.Thing.ThingName";
const CLIENT_ID: &str = "iot:ClientId";
const IS_ATTACHED: &str = "iot:Connection.Thing.IsAttached";
const CONNECT_ATTRIBUTES: &str = "iot:ConnectAttributes";

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    /// Names, names that end with `*`, or `*`.
    pub(crate) actions: List<&'static str>,
    pub(crate) resources: List<Entry>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) attached_to: Attached,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// What the statement's policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attached {
    Certificate,
    /// In force only while the connection is the thing's.
    ThingGroup,
}

/// `Action` and `Resource`, or `NotAction` and `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) is_excluding: bool,
}

/// An entry of `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// `*`
    Everything,
    /// An ARN.
    Arn {
        place: Place,
        kind: Kind,
        name: Vec<Token>,
    },
}

/// How an entry writes Region and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// As every request has them.
    Exact,
    AnyRegion,
    AnyAccount,
    AnyRegionAndAccount,
    /// One `*` for both, a segment too few: reaches something in the cautious reading of an Allow.
    OneStar,
}

/// What stands before the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Topic,
    TopicFilter,
    Client,
    Thing,
    /// `topic*`, without the slash: topics and filters.
    TopicOrFilter,
    /// `*`
    Any,
}

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A character; one that is a wildcard in a policy is written `${*}`.
    Letter(char),
    /// Text that AWS fixes, e.g. `$aws/things/`.
    Fixed(&'static str),
    /// `?`
    AnyChar,
    /// `*`
    AnyRun,
    /// `${iot:Connection.Thing.ThingName}`
    Thing,
    /// `${iot:ClientId}`
    Client,
}

/// One key of a `Condition`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    IsAttached(bool),
    /// `StringEquals`, `StringLike` and their negations, on a name.
    Name {
        key: NameKey,
        has_wildcards: bool,
        is_negated: bool,
        values: Vec<Vec<Token>>,
    },
    /// `StringEquals` of all or of some values of `iot:ConnectAttributes`.
    ConnectAttributes {
        quantifier: Quantifier,
        values: Vec<&'static str>,
    },
}

/// The key of a condition on a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKey {
    Thing,
    Client,
}

/// The set operator of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

impl Statement {
    /// The names written in the resources, and those in the conditions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Vec<Token>> {
        let in_conditions = self.conditions.iter().flat_map(|it| match it {
            Condition::Name { values, .. } => values.as_slice(),
            Condition::IsAttached(_) | Condition::ConnectAttributes { .. } => &[],
        });
        let in_resources = self.resources.entries.iter().filter_map(Entry::name);
        in_resources.chain(in_conditions)
    }

    /// Adds a condition, unless the operator has the key already: a document can't say it twice.
    pub(crate) fn add(&mut self, condition: Condition) {
        let place = |it: &Condition| {
            let (operator, key, _) = it.to_json();
            (operator, key)
        };
        if self
            .conditions
            .iter()
            .all(|it| place(it) != place(&condition))
        {
            self.conditions.push(condition);
        }
    }

    /// The statement as it stands in a document.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = Map::new();
        let mut set = |key: &str, value: Value| json.insert(key.to_owned(), value);
        let effect = match self.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        set("Effect", effect.into());
        let element = |name: &str, is_excluding: bool| {
            let not = if is_excluding { "Not" } else { "" };
            format!("{not}{name}")
        };
        set(
            &element("Action", self.actions.is_excluding),
            json!(self.actions.entries),
        );
        set(
            &element("Resource", self.resources.is_excluding),
            self.resources.entries.iter().map(Entry::to_text).collect(),
        );
        if !self.conditions.is_empty() {
            let mut operators = Map::new();
            for (operator, key, values) in self.conditions.iter().map(Condition::to_json) {
                let keys = operators.entry(operator).or_insert_with(|| json!({}));
                keys[key] = values;
            }
            set("Condition", operators.into());
        }
        json.into()
    }
}

/// The policies that hold these statements: at most one for each thing they can be attached to.
///
/// The format is that of `fixtures/decisions/*.jsonl`.
pub(crate) fn to_json(statements: &[Statement]) -> Value {
    let attachments = [
        (Attached::Certificate, "certificate"),
        (Attached::ThingGroup, "thing_group"),
    ];
    let policy = |(attached_to, name): (Attached, &str)| {
        let mut of_it = statements.iter().filter(|it| it.attached_to == attached_to);
        let of_it: Vec<Value> = of_it.by_ref().map(Statement::to_json).collect();
        let document = json!({ "Version": "2012-10-17", "Statement": of_it });
        (!of_it.is_empty()).then(|| json!({ "attached_to": name, "document": document }))
    };
    attachments.into_iter().filter_map(policy).collect()
}

impl Entry {
    /// The name, if the entry has one.
    pub(crate) fn name(&self) -> Option<&Vec<Token>> {
        match self {
            Entry::Everything => None,
            Entry::Arn { name, .. } => Some(name),
        }
    }

    /// Whether it may cover more where it is read widely.
    pub(crate) fn has_width(&self) -> bool {
        match self {
            Entry::Everything => false,
            Entry::Arn { place, name, .. } => {
                *place == Place::OneStar || name.contains(&Token::Client)
            }
        }
    }

    fn to_text(&self) -> String {
        match self {
            Entry::Everything => "*".to_owned(),
            Entry::Arn { place, kind, name } => {
                let place = match place {
                    Place::Exact => "us-east-1:123456789012",
                    Place::AnyRegion => "*:123456789012",
                    Place::AnyAccount => "us-east-1:*",
                    Place::AnyRegionAndAccount => "*:*",
                    Place::OneStar => "*",
                };
                format!("arn:aws:iot:{place}:{}{}", kind.prefix(), to_text(name))
            }
        }
    }
}

impl Kind {
    /// What stands before the name, with the slash where there is one.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Kind::Topic => "topic/",
            Kind::TopicFilter => "topicfilter/",
            Kind::Client => "client/",
            Kind::Thing => "thing/",
            Kind::TopicOrFilter => "topic*",
            Kind::Any => "*",
        }
    }
}

/// Tokens as a policy writes them.
fn to_text(tokens: &[Token]) -> String {
    let text = |token: &Token| match token {
        Token::Letter(wildcard @ ('*' | '?' | '$')) => format!("${{{wildcard}}}"),
        Token::Letter(letter) => letter.to_string(),
        Token::Fixed(text) => (*text).to_owned(),
        Token::AnyChar => "?".to_owned(),
        Token::AnyRun => "*".to_owned(),
        Token::Thing => format!("${{{THING_NAME}}}"),
        Token::Client => format!("${{{CLIENT_ID}}}"),
    };
    tokens.iter().map(text).collect()
}

impl Condition {
    /// Operator, key and values.
    fn to_json(&self) -> (String, &'static str, Value) {
        match self {
            Condition::IsAttached(is) => ("Bool".to_owned(), IS_ATTACHED, json!([is.to_string()])),
            Condition::Name {
                key,
                has_wildcards,
                is_negated,
                values,
            } => {
                let not = if *is_negated { "Not" } else { "" };
                let how = if *has_wildcards { "Like" } else { "Equals" };
                let key = match key {
                    NameKey::Thing => THING_NAME,
                    NameKey::Client => CLIENT_ID,
                };
                let values = values.iter().map(|it| to_text(it)).collect();
                (format!("String{not}{how}"), key, values)
            }
            Condition::ConnectAttributes { quantifier, values } => {
                let operator = format!("{quantifier:?}:StringEquals");
                (operator, CONNECT_ATTRIBUTES, json!(values))
            }
        }
    }
}
