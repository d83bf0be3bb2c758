//! What a random question has, and how often it must.

use crate::generate::Question;
use crate::policy::{Condition, Effect, Entry, Kind, NameKey, Place, Quantifier, Statement, Token};
use crate::universe::Size;

/// A property of questions.
pub(crate) struct Share {
    pub(crate) name: &'static str,
    /// Of all questions, in percent.
    pub(crate) least: usize,
    pub(crate) has: fn(&Question) -> bool,
}

/// All that are counted.
pub(crate) const SHARES: &[Share] = &[
    share("an undelimited variable", 25, |it| {
        any_name(it, is_undelimited)
    }),
    share("a repeated variable", 10, |it| any_name(it, is_repeated)),
    share("glued variables", 10, |it| any_name(it, is_glued)),
    share("variables as whole levels only", 20, is_whole),
    share("`Deny`", 20, |it| any(it, |it| it.effect == Effect::Deny)),
    share("`NotResource`", 10, |it| {
        any(it, |it| it.resources.is_excluding)
    }),
    share("`NotAction`", 3, |it| any(it, |it| it.actions.is_excluding)),
    share("`?`", 20, |it| {
        any_name(it, |name| name.contains(&Token::AnyChar))
    }),
    share("`+` or `#` in a policy", 15, |it| {
        any_name(it, |name| {
            name.iter().any(|it| matches!(it, Token::Letter('+' | '#')))
        })
    }),
    share("Basic Ingest", 3, |it| begins(it, "$aws/rules/")),
    share("a shared subscription", 3, |it| begins(it, "$share/")),
    share("a reserved topic", 10, |it| begins(it, "$aws/things/")),
    share("`IsAttached` is true", 10, |it| {
        any_condition(it, |it| *it == Condition::IsAttached(true))
    }),
    share("`IsAttached` is false", 2, |it| {
        any_condition(it, |it| *it == Condition::IsAttached(false))
    }),
    share("a condition on the thing's name", 5, |it| {
        on_name(it, NameKey::Thing, false)
    }),
    share("a condition on the client id", 3, |it| {
        on_name(it, NameKey::Client, false)
    }),
    share("a negated condition", 3, |it| {
        on_name(it, NameKey::Thing, true) || on_name(it, NameKey::Client, true)
    }),
    share("`ForAllValues`", 3, |it| any_condition(it, is_for_all)),
    share("everything", 3, |it| any(it, has_everything)),
    share("`*` for Region or account", 10, |it| {
        any_place(it, |it| *it != Place::Exact)
    }),
    share("`${iot:ClientId}`", 15, |it| {
        any_name(it, |name| name.contains(&Token::Client))
    }),
    share("a policy of a thing group", 3, |it| any(it, is_of_group)),
    share("no Connect", 2, |it| !any(it, is_of_connect)),
    share("84 names", 8, |it| it.size == Size::ManyNames),
];

const fn share(name: &'static str, least: usize, has: fn(&Question) -> bool) -> Share {
    Share { name, least, has }
}

fn any(question: &Question, is: impl Fn(&Statement) -> bool) -> bool {
    question.statements.iter().any(is)
}

/// The names that resources are written with.
fn any_name(question: &Question, is: impl Fn(&[Token]) -> bool) -> bool {
    let entries = |it: &Statement| {
        it.resources
            .entries
            .iter()
            .filter_map(Entry::name)
            .any(|it| is(it))
    };
    any(question, entries)
}

fn any_place(question: &Question, is: impl Fn(&Place) -> bool) -> bool {
    let of_entry = |it: &Entry| match it {
        Entry::Everything => false,
        Entry::Arn { place, .. } => is(place),
    };
    any(question, |it| it.resources.entries.iter().any(of_entry))
}

fn any_condition(question: &Question, is: impl Fn(&Condition) -> bool) -> bool {
    any(question, |it| it.conditions.iter().any(&is))
}

fn on_name(question: &Question, wanted: NameKey, negated: bool) -> bool {
    any_condition(question, |it| match it {
        Condition::Name {
            key, is_negated, ..
        } => *key == wanted && *is_negated == negated,
        Condition::IsAttached(_) | Condition::ConnectAttributes { .. } => false,
    })
}

fn is_for_all(condition: &Condition) -> bool {
    let all = Quantifier::ForAllValues;
    matches!(condition, Condition::ConnectAttributes { quantifier, .. } if *quantifier == all)
}

fn begins(question: &Question, start: &str) -> bool {
    let begins = |it: &Token| matches!(it, Token::Fixed(text) if text.starts_with(start));
    any_name(question, |name| name.first().is_some_and(begins))
}

fn has_everything(statement: &Statement) -> bool {
    let is_all = |it: &Entry| match it {
        Entry::Everything => true,
        Entry::Arn { kind, name, .. } => *kind == Kind::Any && name.is_empty(),
    };
    statement.resources.entries.iter().any(is_all)
}

fn is_of_group(statement: &Statement) -> bool {
    statement.attached_to == crate::policy::Attached::ThingGroup
}

fn is_of_connect(statement: &Statement) -> bool {
    statement.actions.entries.contains(&"iot:Connect") && !statement.actions.is_excluding
}

fn is_variable(token: &Token) -> bool {
    matches!(token, Token::Thing | Token::Client)
}

fn is_undelimited(name: &[Token]) -> bool {
    let ends = |it: Option<&Token>, at_end: bool| match it {
        None | Some(Token::Letter('/')) => true,
        Some(Token::Fixed(text)) if at_end => text.ends_with('/'),
        Some(Token::Fixed(text)) => text.starts_with('/'),
        Some(Token::Letter(_) | Token::AnyChar | Token::AnyRun) => false,
        Some(Token::Thing | Token::Client) => false,
    };
    name.iter().enumerate().any(|(index, token)| {
        let before = index.checked_sub(1).map(|before| &name[before]);
        is_variable(token) && !(ends(before, true) && ends(name.get(index + 1), false))
    })
}

fn is_repeated(name: &[Token]) -> bool {
    let count = |token| name.iter().filter(|it| **it == token).count();
    count(Token::Thing) > 1 || count(Token::Client) > 1
}

fn is_glued(name: &[Token]) -> bool {
    name.windows(2).any(|pair| pair.iter().all(is_variable))
}

/// A variable, and none that is not a whole level.
fn is_whole(question: &Question) -> bool {
    any_name(question, |name| name.iter().any(is_variable)) && !any_name(question, is_undelimited)
}
