//! What of two sets bears on a difference between them.
//!
//! A statement that stands in both sets decides the same in both. So a request that one set allows and
//! the other refuses is granted by a statement that the other lacks, or refused by a `Deny` that the one
//! lacks (docs/semantics.md, P11).

use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHasher};

use super::super::Reading;
use super::super::authorize::covers_action;
use crate::model::{
    Attachment, Clause, Condition, Effect, Key, Pattern, Piece, PolicySet, Resource, Statement,
    StatementId,
};

/// A statement of a set.
pub(super) type Numbered<'a> = (StatementId, &'a Statement);

/// A set, and which of its statements the other set has too.
#[derive(Debug)]
pub(super) struct Half<'a> {
    pub(super) set: &'a PolicySet,
    /// In order, each with whether the other set lacks it.
    statements: Vec<(Numbered<'a>, bool)>,
}

/// Both sets as halves of a comparison.
pub(super) fn halves<'a>(old: &'a PolicySet, new: &'a PolicySet) -> [Half<'a>; 2] {
    [half(old, new), half(new, old)]
}

fn half<'a>(set: &'a PolicySet, other: &PolicySet) -> Half<'a> {
    let mut known: FxHashMap<u64, Vec<(Option<Attachment>, &Statement)>> =
        HashMap::with_hasher(FxBuildHasher);
    for (id, statement) in other.statements() {
        let attachment = attachment(other, id);
        let same = known.entry(digest(statement, attachment)).or_default();
        same.push((attachment, statement));
    }
    let is_changed = |(id, statement): Numbered<'_>| {
        let own = attachment(set, id);
        let same = known.get(&digest(statement, own));
        let mut same = same.into_iter().flatten();
        !same.any(|(attachment, it)| *attachment == own && is_same(statement, it))
    };
    let statements = set.statements();
    Half {
        set,
        statements: statements.map(|it| (it, is_changed(it))).collect(),
    }
}

fn attachment(set: &PolicySet, id: StatementId) -> Option<Attachment> {
    set.policies.get(id.policy).map(|it| it.attachment)
}

/// The same for statements that are the same, whatever the order of their entries.
fn digest(statement: &Statement, attachment: Option<Attachment>) -> u64 {
    let of_pattern = |pattern: &Pattern| {
        let mut hasher = FxHasher::default();
        let pieces = pattern.pieces().iter();
        pieces.for_each(|it| it.value.hash(&mut hasher));
        hasher.finish()
    };
    let resources = statement.resources.entries().iter();
    let sum = resources.fold(0_u64, |sum, it| sum.wrapping_add(of_pattern(&it.pattern)));
    let mut hasher = FxHasher::default();
    (statement.effect.value, attachment, sum).hash(&mut hasher);
    statement.actions.entries().len().hash(&mut hasher);
    hasher.finish()
}

/// Whether two statements are the same but for their places, names and the order of entries.
fn is_same(one: &Statement, other: &Statement) -> bool {
    let of_action =
        |it: &crate::source::Spanned<crate::model::ActionPattern>,
         other: &crate::source::Spanned<crate::model::ActionPattern>| {
            let (one, other) = (&it.value.text, &other.value.text);
            one.as_str().eq_ignore_ascii_case(other.as_str())
                && one.holes().len() == other.holes().len()
                && one.holes().iter().zip(other.holes()).all(|(one, other)| {
                    one.offset == other.offset && one.reference == other.reference
                })
        };
    let of_resource =
        |it: &Resource, other: &Resource| is_same_pattern(&it.pattern, &other.pattern);
    one.effect.value == other.effect.value
        && is_same_clause(&one.actions, &other.actions, of_action)
        && is_same_clause(&one.resources, &other.resources, of_resource)
        && are_same(&one.conditions, &other.conditions, is_same_condition)
}

fn is_same_clause<T>(one: &Clause<T>, other: &Clause<T>, is_same: impl Fn(&T, &T) -> bool) -> bool {
    match (one, other) {
        (Clause::Only(one), Clause::Only(other)) | (Clause::AllBut(one), Clause::AllBut(other)) => {
            are_same(one, other, is_same)
        }
        (Clause::Only(_), Clause::AllBut(_)) | (Clause::AllBut(_), Clause::Only(_)) => false,
    }
}

fn is_same_condition(one: &Condition, other: &Condition) -> bool {
    one.operator.value == other.operator.value
        && one.key.value == other.key.value
        && are_same(&one.values, &other.values, |one, other| {
            is_same_pattern(&one.value, &other.value)
        })
}

fn is_same_pattern(one: &Pattern, other: &Pattern) -> bool {
    let (one, other) = (one.pieces(), other.pieces());
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.value == other.value)
}

/// The longest lists that are compared out of order; a longer one counts as changed, which takes time
/// and is no less right.
const MAX_UNORDERED: usize = 64;

/// Whether two lists have the same entries.
fn are_same<T>(one: &[T], other: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let in_order = || {
        one.iter()
            .zip(other)
            .all(|(one, other)| is_same(one, other))
    };
    let is_in = |it: &T, list: &[T]| list.iter().any(|other| is_same(it, other));
    in_order()
        || (one.len() <= MAX_UNORDERED
            && one.iter().all(|it| is_in(it, other))
            && other.iter().all(|it| is_in(it, one)))
}

impl<'a> Half<'a> {
    /// Whether the other set has all that is in this one.
    pub(super) fn is_in_both(&self) -> bool {
        self.statements.iter().all(|(_, is_changed)| !is_changed)
    }

    /// Whether an action is one of a statement that the other set lacks.
    pub(super) fn changes(&self, action: &str) -> bool {
        let mut changed = self.changed();
        changed.any(|(_, it)| covers_action(it, action, Reading::Documented))
    }

    fn changed(&self) -> impl Iterator<Item = Numbered<'a>> {
        let changed = self.statements.iter().filter(|(_, is_changed)| *is_changed);
        changed.map(|(it, _)| *it)
    }
}

/// What of two sets bears on the requests of one action that `to` allows and `from` refuses.
#[derive(Debug)]
pub(super) struct Bearing<'a> {
    /// Statements of the set that allows: what may be gained by, and all that denies.
    pub(super) to: Vec<Numbered<'a>>,
    /// Statements of the set that refuses: all that allows, and the `Deny`s that the other lacks.
    pub(super) from: Vec<Numbered<'a>>,
    /// Those of `to` that allow and that `from` lacks.
    own: Vec<StatementId>,
    focus: Focus,
}

impl<'a> Bearing<'a> {
    /// `None` when nothing can be gained.
    pub(super) fn of(from: &Half<'a>, to: &Half<'a>, action: &str) -> Option<Bearing<'a>> {
        let covers = |it: &Statement| covers_action(it, action, Reading::Documented);
        let is = |it: &Statement, effect| it.effect.value == effect;
        let own = to
            .changed()
            .filter(|it| is(it.1, Effect::Allow) && covers(it.1));
        let own: Vec<Numbered<'_>> = own.collect();
        let gone = from.changed();
        let gone: Vec<Numbered<'_>> = gone
            .filter(|it| is(it.1, Effect::Deny) && covers(it.1))
            .collect();
        if own.is_empty() && gone.is_empty() {
            return None;
        }
        let focus = Focus::of(own.iter().chain(&gone).map(|it| it.1));
        let bears = |it: &Statement| focus.bears(it) && covers(it);
        let to = to.statements.iter().filter(|((_, it), is_changed)| {
            let is_open = *is_changed || !gone.is_empty() || is(it, Effect::Deny);
            is_open && bears(it)
        });
        let from = from.statements.iter().filter(|((_, it), is_changed)| {
            let is_open = *is_changed || (is(it, Effect::Allow) && !own.is_empty());
            is_open && bears(it)
        });
        let (to, from) = (to.map(|it| it.0).collect(), from.map(|it| it.0).collect());
        Some(Bearing {
            to,
            from,
            own: own.iter().map(|it| it.0).collect(),
            focus,
        })
    }

    /// Whether a statement of `to` allows, and `from` lacks it.
    pub(super) fn is_own(&self, id: StatementId) -> bool {
        self.own.contains(&id)
    }

    pub(super) fn focus(&self) -> &Focus {
        &self.focus
    }

    /// What the answer hangs on beside the resource.
    pub(super) fn hangs_on(&self, from: &PolicySet, to: &PolicySet) -> HangsOn {
        let all = || {
            let of_from = self.from.iter().map(|it| (attachment(from, it.0), it.1));
            of_from.chain(self.to.iter().map(|it| (attachment(to, it.0), it.1)))
        };
        let mut sided = all();
        if sided.any(|(held, it)| !it.conditions.is_empty() || held == Some(Attachment::ThingGroup))
        {
            return HangsOn::Connection;
        }
        let variables = || {
            let resources = all().flat_map(|(_, it)| it.resources.entries());
            resources.flat_map(|it| it.pattern.variables())
        };
        match () {
            () if variables().any(|it| it.value.key == Key::ClientId) => HangsOn::Connection,
            () if variables().next().is_some() => HangsOn::Thing,
            () => HangsOn::Nothing,
        }
    }
}

/// What of the way in which a device comes an answer hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HangsOn {
    /// Nothing: there is no variable, no condition, and no policy of a thing group.
    Nothing,
    /// Whether the connection is that of a thing: no client id is named.
    Thing,
    /// All of it.
    Connection,
}

/// The names that are asked about, by the characters that they begin with.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Focus {
    /// What the patterns of the statements begin with; one that is empty stands for all names.
    starts: Vec<Box<str>>,
}

impl Focus {
    fn of<'a>(statements: impl Iterator<Item = &'a Statement>) -> Focus {
        let mut starts: Vec<Box<str>> = Vec::new();
        for statement in statements {
            match &statement.resources {
                Clause::Only(entries) => starts.extend(entries.iter().map(|it| start(it).into())),
                Clause::AllBut(_) => starts.push("".into()),
            }
        }
        starts.sort();
        // One that begins as another does adds nothing.
        starts.dedup_by(|second, first| second.starts_with(&**first));
        Focus { starts }
    }

    /// Whether an entry may name something that is asked about.
    pub(in crate::engine) fn meets(&self, entry: &Resource) -> bool {
        let own = start(entry);
        let mut starts = self.starts.iter();
        starts.any(|it| it.starts_with(own) || own.starts_with(&**it))
    }

    fn bears(&self, statement: &Statement) -> bool {
        match &statement.resources {
            Clause::Only(entries) => entries.iter().any(|it| self.meets(it)),
            Clause::AllBut(_) => true,
        }
    }
}

/// The characters that every name of an entry begins with.
fn start(entry: &Resource) -> &str {
    match entry.pattern.pieces().first().map(|it| &it.value) {
        Some(Piece::Literal(literal)) => literal,
        Some(Piece::AnyChar | Piece::AnyRun | Piece::Variable(_) | Piece::Reference(_)) | None => {
            ""
        }
    }
}
