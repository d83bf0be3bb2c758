//! What belongs to a device by the text of the policies, and which topics a filter matches.

use fleetwright::engine::Reading;

use crate::decide::{Piece, covers_action, glob};
use crate::policy::{Effect, Entry, Kind, Place, Statement, Token};

/// Topics that the text of the policies gives to a device, beside [`is_reserved`].
pub(crate) struct Owned {
    /// What it publishes to.
    pub(crate) publish: Vec<Vec<Piece>>,
    /// What it reads.
    pub(crate) read: Vec<Vec<Piece>>,
}

impl Owned {
    /// What belongs to the thing of this name.
    pub(crate) fn new(statements: &[Statement], name: &[char]) -> Owned {
        let of = |action, kind| named(statements, action, kind, name);
        let received = of("iot:Receive", Kind::Topic);
        Owned {
            publish: of("iot:Publish", Kind::Topic).collect(),
            read: received
                .chain(of("iot:Subscribe", Kind::TopicFilter))
                .collect(),
        }
    }
}

/// Whether a topic is one that AWS keeps for the thing of this name, and begins so behind it.
pub(crate) fn is_reserved(topic: &str, name: &str, start: &str) -> bool {
    let rest = topic.strip_prefix("$aws/things/");
    let rest = rest.and_then(|it| it.strip_prefix(name)?.strip_prefix(start));
    rest.is_some_and(|rest| !rest.is_empty())
}

/// Entries that name a device behind this kind, in Allow statements that cover the action. Conditions
/// are of no matter.
fn named(
    statements: &[Statement],
    action: &str,
    wanted: Kind,
    device: &[char],
) -> impl Iterator<Item = Vec<Piece>> {
    let covering = statements.iter().filter(move |it| {
        it.effect == Effect::Allow
            && !it.resources.is_excluding
            && covers_action(it, action, Reading::Documented)
    });
    let entries = covering.flat_map(|it| &it.resources.entries);
    let names = entries.flat_map(move |entry| match entry {
        Entry::Arn { place, .. } if *place == Place::OneStar => Vec::new(),
        Entry::Arn { kind, name, .. } => behind(*kind, name, wanted),
        Entry::Everything => Vec::new(),
    });
    let is_variable = |it: &Token| matches!(it, Token::Thing | Token::Client);
    let named = names.filter(move |name| name.iter().any(is_variable));
    named.map(move |name| pieces(&name, device, wanted))
}

/// What is left of an entry behind `topic/` or `topicfilter/`, in every way; no variable is used up.
fn behind(kind: Kind, name: &[Token], wanted: Kind) -> Vec<Vec<Token>> {
    let prefix = match kind {
        Kind::Topic | Kind::TopicFilter | Kind::Client | Kind::Thing => {
            let is_it = kind == wanted;
            return if is_it {
                vec![name.to_vec()]
            } else {
                Vec::new()
            };
        }
        Kind::TopicOrFilter => wanted.prefix().strip_prefix("topic").unwrap(),
        Kind::Any => wanted.prefix(),
    };
    let mut rests = vec![[&[Token::AnyRun], name].concat()];
    for letter in prefix.chars() {
        let next = rests.iter().flat_map(|rest| after(rest, letter));
        rests = next.collect();
        rests.dedup();
    }
    rests
}

/// What is left behind a letter, in every way.
fn after(tokens: &[Token], letter: char) -> Vec<Vec<Token>> {
    match tokens {
        [Token::AnyRun, rest @ ..] => {
            let mut all = after(rest, letter);
            all.push(tokens.to_vec());
            all
        }
        [Token::Letter(first), rest @ ..] if *first == letter => vec![rest.to_vec()],
        [Token::AnyChar, rest @ ..] => vec![rest.to_vec()],
        [Token::Fixed(text), rest @ ..] => match text.strip_prefix(letter) {
            Some(text) => vec![[&[Token::Fixed(text)], rest].concat()],
            None => Vec::new(),
        },
        [Token::Letter(_) | Token::Thing | Token::Client, ..] | [] => Vec::new(),
    }
}

/// The variables are replaced by the device's name. In a filter, a `+` that the author wrote is
/// any run without `/`, and a `#` at the end any run.
fn pieces(name: &[Token], device: &[char], kind: Kind) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, token) in name.iter().enumerate() {
        let is_last = index + 1 == name.len();
        match token {
            Token::Letter('+') if kind == Kind::TopicFilter => pieces.push(Piece::AnyLevel),
            Token::Letter('#') if kind == Kind::TopicFilter && is_last => {
                pieces.push(Piece::AnyRun);
            }
            Token::Letter(letter) => pieces.push(Piece::Char(*letter)),
            Token::Fixed(text) => pieces.extend(text.chars().map(Piece::Char)),
            Token::AnyChar => pieces.push(Piece::AnyChar),
            Token::AnyRun => pieces.push(Piece::AnyRun),
            Token::Thing | Token::Client => {
                pieces.extend(device.iter().copied().map(Piece::Char));
            }
        }
    }
    pieces
}

/// Whether a topic is one of these.
pub(crate) fn is_among(topics: &[Vec<Piece>], topic: &[char]) -> bool {
    topics.iter().any(|it| glob(it, topic))
}

/// Whether MQTT takes this as a filter: `+` alone in a level, `#` alone in the last one.
pub(crate) fn is_filter(text: &[char]) -> bool {
    let mut levels = text.split(|it| *it == '/').rev().enumerate();
    let is_level = |(index, level): (usize, &[char])| match level {
        ['+'] => true,
        ['#'] => index == 0,
        _ => !level.contains(&'+') && !level.contains(&'#'),
    };
    !text.is_empty() && levels.all(is_level)
}

/// Section 5: whether a filter matches a topic. Whether `a/#` matches `a` is where the readings
/// differ.
pub(crate) fn filter_matches(filter: &[char], topic: &[char], reading: Reading) -> bool {
    let starts_wild = matches!(filter, ['+' | '#', ..]);
    if topic.first() == Some(&'$') && starts_wild {
        return false;
    }
    let mut filter = filter.split(|it| *it == '/');
    let mut topic = topic.split(|it| *it == '/');
    loop {
        match (filter.next(), topic.next()) {
            (Some(['#']), Some(_)) => return true,
            (Some(['#']), None) => return reading == Reading::Cautious,
            (Some(['+']), Some(_)) => {}
            (Some(wanted), Some(level)) if wanted == level => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}
