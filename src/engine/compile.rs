//! A set of policies as the languages of what one device may ask for.

use super::Reading;
use super::authorize::covers_action;
mod sought;

use sought::{Sought, meets};

use super::condition::holds;
use super::diff::Focus;
use super::language::{Glob, Owner, Partly, Side, Symbol, Token};
use super::matching::{Sense, Width};
use super::session::{CLIENT, Meaning, NAME, Open, Session, Variables, client_of, tokens};
use super::values::Values;
use crate::model::{
    Arn, Attachment, CONNECT, Clause, Comparison, Condition, Effect, Key, Pattern, Piece,
    PolicySet, Resource, Statement, StatementId, Variable, is_action,
};

/// What a device may ask for with one action.
#[derive(Clone, Debug, Default)]
pub(super) struct Access {
    /// What is allowed, if nothing takes it away.
    pub(super) grants: Vec<Grant>,
    /// What every grant loses.
    pub(super) denied: Vec<Glob>,
    /// Lists of which each must have a glob that the name is in: `Deny` with `NotResource`.
    pub(super) confines: Vec<Vec<Glob>>,
}

/// One statement that allows something.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// What it names, each glob with the index of its entry; any name for `NotResource`.
    pub(super) globs: Vec<(Glob, usize)>,
    /// What it leaves out: the entries of `NotResource`.
    pub(super) except: Vec<Glob>,
    /// The statement.
    pub(super) id: StatementId,
}

/// Ways to choose one glob of each list that confines.
const MAX_CHOICES: usize = 64;

/// Whether a condition holds, as far as the session tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It hangs on what is not known.
    Maybe,
}

/// A set of policies, to be asked for its languages.
#[derive(Debug)]
pub(super) struct Compiler<'a> {
    pub(super) set: &'a PolicySet,
    pub(super) head: &'a str,
    pub(super) variables: &'a Variables,
    pub(super) reading: Reading,
    pub(super) lean: Lean,
    /// Whether what the device calls itself is a symbol, and not what it may connect as.
    pub(super) client: ClientMeaning,
    /// What is taken to hold of what the session does not tell.
    pub(super) decided: Decided,
    /// Which names are asked about, where not all are: entries of others may be left out.
    pub(super) focus: Option<&'a Focus>,
}

/// How an entry becomes globs.
#[derive(Clone, Copy, Debug)]
struct How {
    /// How it is read where AWS is silent.
    width: Width,
    /// What becomes of a variable that reads a part of the ARN's head.
    partly: Partly,
}

/// Which way a language leans where it is not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lean {
    /// Everything that may be allowed is in it.
    Over,
    /// Everything in it is allowed.
    Under,
}

/// What a client id in a pattern becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientMeaning {
    /// What the device may connect as.
    Connectable,
    /// A symbol.
    Symbol,
}

/// Conditions that the session does not tell, each with whether it holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Decided {
    /// The conditions of one statement, in words.
    pub(super) conditions: Vec<String>,
    /// One bit for each.
    pub(super) holding: u32,
}

impl Decided {
    fn truth(&self, statement: &Statement) -> Truth {
        let words = in_words(statement);
        match self.conditions.iter().position(|known| *known == words) {
            Some(at) if self.holding & (1 << at) != 0 => Truth::Yes,
            Some(_) => Truth::No,
            None => Truth::Maybe,
        }
    }
}

/// The conditions of a statement, without their places.
pub(super) fn in_words(statement: &Statement) -> String {
    let words = statement.conditions.iter().map(|it| {
        let values = it.values.iter().map(|value| value.value.to_string());
        let mut values: Vec<String> = values.collect();
        values.sort();
        format!("{:?} {:?} {values:?}", it.operator.value, it.key.value)
    });
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.join(";")
}

impl Compiler<'_> {
    /// The language of an action: the names behind `prefix`, e.g. `topic/`.
    pub(super) fn access(&self, action: &str, prefix: &str, session: &Session) -> Access {
        let statements = self.set.statements();
        let covers = |it: &(StatementId, &Statement)| covers_action(it.1, action, self.reading);
        self.access_of(statements.filter(covers), action, prefix, session)
    }

    /// The same of some of the statements that are about the action.
    pub(super) fn access_of<'s>(
        &self,
        statements: impl Iterator<Item = (StatementId, &'s Statement)>,
        action: &str,
        prefix: &str,
        session: &Session,
    ) -> Access {
        let mut access = Access::default();
        for (id, statement) in statements {
            if !self.is_in_force(id, session) {
                continue;
            }
            let truth = match self.truth(statement, action, session) {
                Truth::Maybe => self.decided.truth(statement),
                truth => truth,
            };
            let is_in = match (statement.effect.value, self.lean) {
                (Effect::Allow, Lean::Over) | (Effect::Deny, Lean::Under) => truth != Truth::No,
                (Effect::Allow, Lean::Under) | (Effect::Deny, Lean::Over) => truth == Truth::Yes,
            };
            if !is_in {
                continue;
            }
            match statement.effect.value {
                Effect::Allow => {
                    access
                        .grants
                        .extend(self.grant(id, statement, action, prefix, session));
                }
                Effect::Deny => self.deny(statement, action, prefix, session, &mut access),
            }
        }
        access
    }

    /// Whether an entry may name something that is asked about.
    fn is_asked(&self, entry: &Resource) -> bool {
        self.focus.is_none_or(|focus| focus.meets(entry))
    }

    fn is_in_force(&self, id: StatementId, session: &Session) -> bool {
        let attachment = self.set.policies.get(id.policy).map(|it| it.attachment);
        attachment != Some(Attachment::ThingGroup) || session.mode.is_thing()
    }

    fn grant(
        &self,
        id: StatementId,
        statement: &Statement,
        action: &str,
        prefix: &str,
        session: &Session,
    ) -> Option<Grant> {
        let sense = Sense::of(&statement.resources);
        let how = self.how(Effect::Allow, sense);
        let globs = |entry: &Resource| self.globs(entry, how, action, prefix, session);
        let mut grant = Grant {
            globs: Vec::new(),
            except: Vec::new(),
            id,
        };
        // What is connected as is what the client id is compared with.
        let is_of_client = self.lean == Lean::Over
            && is_action(action, CONNECT)
            && !prefix.is_empty()
            && self.client == ClientMeaning::Connectable;
        let sought: Vec<Sought> = match is_of_client {
            true => self.sought_clients(statement, session).collect(),
            false => Vec::new(),
        };
        match &statement.resources {
            Clause::Only(entries) => {
                for (at, entry) in entries.iter().enumerate() {
                    if !self.is_asked(entry) {
                        continue;
                    }
                    let mut named = globs(entry).unwrap_or_default();
                    for sought in &sought {
                        named = sought.of(named);
                    }
                    let named = named.into_iter();
                    let named = named.filter(|it| self.lean == Lean::Over || is_certain(it));
                    grant.globs.extend(named.map(|glob| (glob, at)));
                }
                (!grant.globs.is_empty()).then_some(grant)
            }
            Clause::AllBut(entries) => {
                let known: Vec<_> = entries.iter().filter_map(globs).collect();
                let is_void = known.is_empty() && !entries.is_empty();
                if is_void && self.reading == Reading::Documented {
                    return None;
                }
                let mut named = vec![Glob::any()];
                for sought in &sought {
                    named = sought.of(named);
                }
                grant.globs = named.into_iter().map(|it| (it, 0)).collect();
                // What hangs on what the device calls itself is not taken away for sure.
                let known = known.into_iter().flatten();
                let known = known.filter(|it| self.lean == Lean::Under || is_certain(it));
                grant.except = known.collect();
                Some(grant)
            }
        }
    }

    fn deny(
        &self,
        statement: &Statement,
        action: &str,
        prefix: &str,
        session: &Session,
        access: &mut Access,
    ) {
        let sense = Sense::of(&statement.resources);
        let how = self.how(Effect::Deny, sense);
        let is_connect = is_action(action, CONNECT);
        let resources = statement.resources.entries();
        let in_conditions = statement.conditions.iter().flat_map(|it| &it.values);
        let patterns = || {
            let in_conditions = in_conditions.clone().map(|it| &it.value);
            resources.iter().map(|it| &it.pattern).chain(in_conditions)
        };
        // One entry without a value disables the whole statement (§11 row 2).
        let mut unsure: Vec<Symbol> = Vec::new();
        for variable in patterns().flat_map(Pattern::variables) {
            if variable.value.default.is_some() {
                return;
            }
            match self.meaning(&variable.value.key, session, is_connect) {
                Meaning::Absent => return,
                Meaning::Text(_) | Meaning::Client => {}
                // A thing need not have the attribute, nor a certificate the field.
                Meaning::Symbol(symbol) if symbol.key != NAME => unsure.push(symbol),
                Meaning::Symbol(_) => {}
            }
        }
        // Where a name is read by the symbol, there is a value; elsewhere the statement may be void.
        let is_sure = |glob: &Glob| {
            self.lean == Lean::Under || unsure.iter().all(|it| glob.symbols().any(|own| own == *it))
        };
        let is_listed = matches!(statement.resources, Clause::Only(_));
        let globs = resources
            .iter()
            .filter(|entry| !is_listed || self.is_asked(entry))
            .filter_map(|entry| self.globs(entry, how, action, prefix, session))
            .flatten();
        match (&statement.resources, self.lean) {
            (Clause::Only(_), Lean::Over) => {
                let globs = globs.filter(|it| is_certain(it) && is_sure(it));
                access.denied.extend(globs);
            }
            (Clause::Only(_), Lean::Under) => access.denied.extend(globs),
            (Clause::AllBut(_), Lean::Over) if !unsure.is_empty() => {}
            (Clause::AllBut(_), Lean::Over) => access.confines.push(globs.collect()),
            (Clause::AllBut(_), Lean::Under) => {
                access.confines.push(globs.filter(is_certain).collect());
            }
        }
    }

    fn meaning(&self, key: &Key, session: &Session, is_connect: bool) -> Meaning {
        let meaning = self
            .variables
            .meaning(key, Owner::Actor, session.mode, is_connect);
        match (meaning, &session.name, self.client) {
            (Meaning::Symbol(symbol), Some(name), _) if symbol.key == NAME => {
                Meaning::Text(name.clone())
            }
            (Meaning::Client, _, ClientMeaning::Symbol) if !is_connect => {
                Meaning::Symbol(client_of(Owner::Actor))
            }
            (meaning, ..) => meaning,
        }
    }

    /// How the entries of a list are read.
    fn how(&self, effect: Effect, sense: Sense) -> How {
        let opens = match (effect, sense) {
            (Effect::Allow, Sense::Included) | (Effect::Deny, Sense::Excluded) => Lean::Over,
            (Effect::Allow, Sense::Excluded) | (Effect::Deny, Sense::Included) => Lean::Under,
        };
        How {
            width: Width::of(self.reading, effect, sense),
            partly: match opens == self.lean {
                true => Partly::Kept,
                false => Partly::Dropped,
            },
        }
    }

    /// The globs of an entry behind head and prefix; `None` when a variable in it has no value.
    fn globs(
        &self,
        entry: &Resource,
        how: How,
        action: &str,
        prefix: &str,
        session: &Session,
    ) -> Option<Vec<Glob>> {
        if entry.pattern.is_any() {
            return Some(vec![Glob::any()]);
        }
        let is_connect = is_action(action, CONNECT);
        let uses_client = entry
            .pattern
            .variables()
            .any(|it| self.meaning(&it.value.key, session, is_connect) == Meaning::Client);
        if !uses_client {
            return self.globs_with(entry, None, how, is_connect, prefix, session);
        }
        if is_connect {
            // A client id in the pattern of the client id: it is compared with itself, which holds
            // where nothing but runs stands beside it, and never otherwise.
            return self.globs_of_itself(entry, how, prefix, session);
        }
        let mut globs = Vec::new();
        for client in &session.clients {
            let client = match how.width {
                Width::Wide => widened(client),
                Width::Documented | Width::Narrow => client.clone(),
            };
            // No client id begins with `$`; but one that counts as a pattern may match such a name.
            let start = match (how.width, client.tokens().first()) {
                (Width::Wide, Some(Token::AnyRun)) => Token::ClientPattern,
                _ => Token::ClientStart,
            };
            let client = Some((&client, start));
            globs.extend(self.globs_with(entry, client, how, false, prefix, session)?);
        }
        Some(globs)
    }

    fn globs_of_itself(
        &self,
        entry: &Resource,
        how: How,
        prefix: &str,
        session: &Session,
    ) -> Option<Vec<Glob>> {
        let itself = Glob::new([Token::Symbol(client_of(Owner::Actor))]);
        let globs = self.globs_with(
            entry,
            Some((&itself, Token::ClientStart)),
            How {
                partly: Partly::Dropped,
                ..how
            },
            true,
            prefix,
            session,
        )?;
        let is_alone = |glob: &Glob| {
            let inner = |token: &Token| match token {
                Token::AnyRun | Token::ClientStart | Token::ClientPattern | Token::ClientEnd => {
                    true
                }
                Token::Symbol(symbol) => symbol.key == CLIENT,
                Token::Char(_) | Token::AnyChar | Token::AnyLevel => false,
            };
            let mut starts = glob.tokens().iter().filter(|it| it.is_client());
            glob.tokens().iter().all(inner) && starts.next().is_some() && starts.next().is_none()
        };
        // A run before it may take a part of what stands before the id, and the variable the rest.
        let may_be_any = |glob: &Glob| {
            let mut before = glob.tokens().iter().take_while(|it| !it.is_client());
            how.partly == Partly::Kept && before.any(|it| *it == Token::AnyRun)
        };
        let is_any = globs.iter().any(|it| is_alone(it) || may_be_any(it));
        Some(if is_any {
            vec![Glob::any()]
        } else {
            Vec::new()
        })
    }

    fn globs_with(
        &self,
        entry: &Resource,
        client: Option<(&Glob, Token)>,
        how: How,
        is_connect: bool,
        prefix: &str,
        session: &Session,
    ) -> Option<Vec<Glob>> {
        let How { width, partly } = how;
        let open = match (width, partly) {
            (Width::Narrow, _) => Open::Nothing,
            (Width::Wide | Width::Documented, Partly::Kept) => Open::AnyText(self.variables),
            (Width::Wide | Width::Documented, Partly::Dropped) => Open::SameText(self.variables),
        };
        let mut value = |variable: &Variable| self.value(variable, session, width, is_connect);
        let mut glob_of = |pattern: &Pattern| tokens(pattern, client, open, &mut value);
        let in_words = entry.arn.as_ref().filter(|arn| self.is_here_in_words(arn));
        if in_words.is_some_and(|arn| is_of_other_kind(arn.resource(), prefix)) {
            return Some(Vec::new());
        }
        let behind_head = match (width, &entry.arn) {
            (_, Some(arn)) if in_words.is_some() => vec![glob_of(arn.resource())?],
            (Width::Wide, _) => glob_of(&entry.pattern)?.after(self.head, partly),
            (Width::Documented | Width::Narrow, Some(arn)) => {
                let resource = glob_of(arn.resource())?;
                let mut segments = self.head.split(':');
                let is_here = arn.head().iter().all(|pattern| {
                    let text = segments.next().unwrap_or("");
                    match pattern.literal() {
                        Some(literal) => literal == text,
                        None => glob_of(pattern).is_some_and(|glob| glob.contains(text)),
                    }
                });
                if is_here { vec![resource] } else { Vec::new() }
            }
            (Width::Documented | Width::Narrow, None) => {
                self.globs_of_part(&entry.pattern, &mut glob_of)?
            }
        };
        let behind = |glob: Glob| match prefix.is_empty() {
            true => vec![glob],
            false => glob.after(prefix, partly),
        };
        let mut globs: Vec<_> = behind_head.into_iter().flat_map(behind).collect();
        globs.sort();
        globs.dedup();
        Some(globs)
    }

    /// Whether the head of an ARN is that of the place, written out, as it is in most.
    fn is_here_in_words(&self, arn: &Arn) -> bool {
        let mut segments = self.head.split(':');
        let mut head = arn.head().iter();
        head.all(|it| it.literal().is_some_and(|it| segments.next() == Some(it)))
            && segments.eq([""])
    }

    /// A pattern of fewer than six segments: all names, when a `*` at its end runs past the head.
    fn globs_of_part(
        &self,
        pattern: &Pattern,
        glob_of: &mut dyn FnMut(&Pattern) -> Option<Glob>,
    ) -> Option<Vec<Glob>> {
        let segments = pattern.segments();
        let Some((last, head)) = segments.split_last() else {
            return Some(Vec::new());
        };
        let end = last.pieces().last().map(|piece| &piece.value);
        let runs_on = matches!(end, Some(Piece::AnyRun | Piece::Reference(_)));
        // A variable without a value counts wherever it stands.
        let last = glob_of(last)?;
        let globs: Option<Vec<Glob>> = head.iter().map(glob_of).collect();
        let mut texts = self.head.split(':');
        let mut is_of_head = |glob: &Glob| glob.contains(texts.next().unwrap_or(""));
        let is_all = globs?.iter().all(&mut is_of_head) && runs_on && is_of_head(&last);
        Some(if is_all {
            vec![Glob::any()]
        } else {
            Vec::new()
        })
    }

    /// What a variable becomes: nothing in the list for what the device calls itself.
    fn value(
        &self,
        variable: &Variable,
        session: &Session,
        width: Width,
        is_connect: bool,
    ) -> Option<Vec<Token>> {
        let meaning = self.meaning(&variable.key, session, is_connect);
        if let Some(default) = &variable.default {
            return match (width, meaning) {
                (Width::Documented | Width::Narrow, _) => None,
                (Width::Wide, Meaning::Absent) => Some(default.chars().map(Token::Char).collect()),
                // The value or the default.
                (Width::Wide, _) => Some(vec![Token::AnyRun]),
            };
        }
        match meaning {
            Meaning::Absent => None,
            Meaning::Text(text) => Some(text.chars().map(Token::Char).collect()),
            Meaning::Client => Some(Vec::new()),
            Meaning::Symbol(symbol) => Some(vec![Token::Symbol(symbol)]),
        }
    }

    /// Whether all conditions of a statement hold.
    pub(super) fn truth(&self, statement: &Statement, action: &str, session: &Session) -> Truth {
        let mut truth = Truth::Yes;
        for condition in &statement.conditions {
            match self.truth_of(condition, statement.effect.value, action, session) {
                Truth::Yes => {}
                Truth::No => return Truth::No,
                Truth::Maybe => truth = Truth::Maybe,
            }
        }
        truth
    }

    fn truth_of(
        &self,
        condition: &Condition,
        effect: Effect,
        action: &str,
        session: &Session,
    ) -> Truth {
        let key = &condition.key.value;
        let is_connect = is_action(action, CONNECT);
        if let Some(truth) = self.truth_of_itself(condition, session, is_connect) {
            return truth;
        }
        if self.is_of_no_name(condition, session, is_connect) {
            let is_negated = condition
                .operator
                .value
                .as_ref()
                .is_ok_and(|it| it.comparison.is_negated());
            return match is_negated {
                true => Truth::Yes,
                false => Truth::No,
            };
        }
        if !is_connect
            && self.client == ClientMeaning::Connectable
            && let Some(sought) = self.sought(condition, session)
        {
            return sought.truth(&session.clients);
        }
        let is_open = |value: &Pattern| {
            let mut variables = value.variables();
            value.has_reference()
                || variables.any(|it| {
                    it.value.default.is_some()
                        || !session.knows(&it.value.key, action, self.variables)
                })
        };
        if !session.knows(key, action, self.variables)
            || condition.values.iter().any(|it| is_open(&it.value))
        {
            return Truth::Maybe;
        }
        let request = session.sample(action, self.variables);
        let values = Values::new(&request);
        match holds(condition, effect, self.reading, &values, &mut Vec::new()) {
            true => Truth::Yes,
            false => Truth::No,
        }
    }

    /// A key that is compared with the variable of the same value, e.g. the client id with the name
    /// of the thing under which the device connects.
    fn truth_of_itself(
        &self,
        condition: &Condition,
        session: &Session,
        is_connect: bool,
    ) -> Option<Truth> {
        let operator = condition.operator.value.as_ref().ok()?;
        let meaning = |key: &Key| {
            self.variables
                .meaning(key, Owner::Actor, session.mode, is_connect)
        };
        let own = meaning(&condition.key.value);
        let is_itself = |value: &Pattern| match value.pieces() {
            [piece] => match &piece.value {
                Piece::Variable(Variable {
                    key, default: None, ..
                }) => matches!(
                    (&own, meaning(key)),
                    (Meaning::Symbol(one), Meaning::Symbol(other)) if *one == other
                ),
                _ => false,
            },
            _ => false,
        };
        if !condition.values.iter().any(|it| is_itself(&it.value)) {
            return None;
        }
        match operator.comparison {
            Comparison::StringEquals | Comparison::StringLike => Some(Truth::Yes),
            // Another value than the name need not be there, and then it is not equal.
            Comparison::StringNotEquals | Comparison::StringNotLike => Some(match own {
                Meaning::Symbol(symbol) if symbol.key == NAME => Truth::No,
                Meaning::Symbol(_) | Meaning::Text(_) | Meaning::Client | Meaning::Absent => {
                    Truth::Maybe
                }
            }),
            Comparison::StringEqualsIgnoreCase
            | Comparison::StringNotEqualsIgnoreCase
            | Comparison::ArnLike
            | Comparison::ArnNotLike
            | Comparison::BinaryEquals
            | Comparison::Bool
            | Comparison::Null
            | Comparison::IpAddress
            | Comparison::NotIpAddress
            | Comparison::NumericEquals
            | Comparison::NumericNotEquals
            | Comparison::NumericLessThan
            | Comparison::NumericLessThanEquals
            | Comparison::NumericGreaterThan
            | Comparison::NumericGreaterThanEquals
            | Comparison::DateEquals
            | Comparison::DateNotEquals
            | Comparison::DateLessThan
            | Comparison::DateLessThanEquals
            | Comparison::DateGreaterThan
            | Comparison::DateGreaterThanEquals => None,
        }
    }
}

/// Whether no name behind a prefix is in a pattern without variables, as its first characters tell.
fn is_of_other_kind(pattern: &Pattern, prefix: &str) -> bool {
    let Some(Piece::Literal(start)) = pattern.pieces().first().map(|it| &it.value) else {
        return false;
    };
    let mut pairs = start.bytes().zip(prefix.bytes());
    pairs.any(|(one, other)| one != other) && !has_value(pattern)
}

/// Whether a pattern hangs on the device or on what is left open.
fn has_value(pattern: &Pattern) -> bool {
    pattern.variables().next().is_some() || pattern.has_reference()
}

/// Whether a name in the glob is in it for every device: not only for some client id.
fn is_certain(glob: &Glob) -> bool {
    !glob.tokens().iter().any(|it| it.is_client())
}

/// What a client id of these can stand for, were the wildcards in it to count (§11 row 1): a
/// character that may be a wildcard may stand for any run.
fn widened(client: &Glob) -> Glob {
    let widened = client.tokens().iter().map(|token| match token {
        Token::AnyChar | Token::Char('*' | '?') => Token::AnyRun,
        other => *other,
    });
    Glob::new(widened)
}

impl Access {
    /// Whether nothing is left of it.
    pub(super) fn is_shut(&self) -> bool {
        self.denied.iter().any(Glob::is_any) || self.confines.iter().any(Vec::is_empty)
    }

    /// Whether a name is surely not in it; where nothing need be granted, whether it is taken away.
    pub(super) fn refuses(&self, name: &str, is_granted: bool) -> bool {
        // A symbol in what is taken away need not have the value that it would take.
        let has = |globs: &[Glob]| {
            let mut plain = globs.iter().filter(|it| !it.has_symbols());
            plain.any(|it| it.contains(name))
        };
        let grants = |grant: &Grant| {
            grant.globs.iter().any(|(glob, _)| glob.contains(name)) && !has(&grant.except)
        };
        let is_confined = |list: &Vec<Glob>| !list.iter().any(|it| it.contains(name));
        (is_granted && !self.grants.iter().any(grants))
            || has(&self.denied)
            || self.confines.iter().any(is_confined)
    }

    /// What a grant leaves, of one of its globs.
    pub(super) fn side<'g>(
        &'g self,
        grant: &'g Grant,
        glob: &'g Glob,
        choice: &[&'g Glob],
    ) -> Side<'g> {
        Side {
            globs: std::iter::once(glob)
                .chain(choice.iter().copied())
                .collect(),
            except: self.denied.iter().chain(&grant.except).collect(),
        }
    }

    /// The ways to choose one glob of each list that confines. Beyond [`MAX_CHOICES`] the last
    /// lists are left out: more is found than there is.
    pub(super) fn choices(&self) -> Vec<Vec<&Glob>> {
        let mut choices: Vec<Vec<&Glob>> = vec![Vec::new()];
        for list in &self.confines {
            if choices.len() * list.len() > MAX_CHOICES {
                break;
            }
            choices = choices
                .iter()
                .flat_map(|choice| {
                    list.iter().map(move |glob| {
                        choice
                            .iter()
                            .copied()
                            .chain(std::iter::once(glob))
                            .collect()
                    })
                })
                .collect();
        }
        choices
    }

    /// Every glob that is in it.
    pub(super) fn all_globs(&self) -> impl Iterator<Item = &Glob> {
        let granted = self
            .grants
            .iter()
            .flat_map(|it| it.globs.iter().map(|(glob, _)| glob).chain(&it.except));
        granted
            .chain(&self.denied)
            .chain(self.confines.iter().flatten())
    }
}

/// The globs of client ids under which a device may connect in a mode; more than there are, where
/// two patterns confine them together.
pub(super) fn clients(access: &Access) -> Vec<Glob> {
    let globs = access.grants.iter().flat_map(|it| &it.globs);
    let mut globs: Vec<Glob> = globs.map(|(glob, _)| glob.clone()).collect();
    for list in &access.confines {
        globs = meets(&globs, list);
    }
    globs.sort();
    globs.dedup();
    match globs.iter().any(Glob::is_any) {
        true => vec![Glob::any()],
        false => globs,
    }
}

/// Whether a device in this mode is told apart at all from one under its thing's name: where no
/// pattern names the client id, an exclusive thing is as good as one under its name.
pub(super) fn names_client(set: &PolicySet) -> bool {
    set.statements().any(|(_, statement)| {
        let resources = statement.resources.entries().iter();
        let in_resources = resources
            .flat_map(|it| it.pattern.variables())
            .any(|it| it.value.key == Key::ClientId);
        in_resources
            || statement.conditions.iter().any(|it| {
                it.key.value == Key::ClientId || it.values.iter().any(|it| has_value(&it.value))
            })
    })
}
