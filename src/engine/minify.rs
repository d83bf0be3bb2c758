//! A shorter set of policies of the same meaning.
//!
//! Greedy: a rewrite is kept when the set gets shorter and [`diff`] proves that nothing is gained or
//! lost, over all actions of devices. So the result is the shortest that these rewrites reach from
//! here, not the shortest there is.

use super::diff::{diff, diff_within};
use crate::facts;
use crate::model::{
    ActionPattern, Attached, Attachment, Clause, Dialect, Piece, Policy, PolicySet, Resource,
    Statement,
};
use crate::source::{SourceId, Span, Spanned, TextBuilder};

/// What became of a set of policies.
#[derive(Clone, Debug)]
pub struct Minified {
    /// The policies, each of at most the given size where that can be.
    pub policies: Vec<Attached>,
    /// Characters that AWS counts, of all policies before.
    pub before: usize,
    /// The same after, for each policy.
    pub after: Vec<usize>,
    /// Whether the result was proved equal to the set that was given; otherwise it *is* that set.
    pub is_proved: bool,
    /// Whether all rewrites were tried; otherwise there were too many, and shorter may be possible.
    pub is_complete: bool,
    /// Rewrites that were tried, each with a proof or a refutation.
    pub proofs: usize,
}

/// Steps of one proof; a rewrite that needs more is not made.
const WORK: u64 = 50_000;
/// Steps of all proofs together, and of what is done for each rewrite: one to some seconds. With it spent
/// the policies stay as they are by then.
const MAX_WORK: u64 = 20_000_000;
/// Steps of looking at one entry of a statement, to measure its length or to put it to a proof.
const ENTRY_WORK: u64 = 40;

/// A short set of policies of provably equal meaning, split so that each has at most `limit`
/// characters where that can be.
///
/// `heads` are the places in which it must mean the same, as in [`super::Isolation`]. `size` tells how
/// many characters of a policy AWS counts.
pub fn minify(
    set: &PolicySet,
    heads: &[&str],
    limit: usize,
    size: &dyn Fn(&Policy) -> usize,
) -> Minified {
    let before = set.policies.iter().map(|it| size(&it.policy)).sum();
    let mut rewriting = Rewriting {
        set,
        heads,
        size,
        proofs: 0,
        left: MAX_WORK,
    };
    let mut policies = Vec::new();
    let mut attachments: Vec<Attachment> = Vec::new();
    for attached in &set.policies {
        if !attachments.contains(&attached.attachment) {
            attachments.push(attached.attachment);
        }
    }
    for attachment in attachments {
        let statements = rewriting.shortened(attachment);
        for policy in split(statements, set, limit, size) {
            policies.push(Attached { policy, attachment });
        }
    }
    let short = PolicySet { policies };
    let is_same = |head: &&str| diff(set, &short, head, super::Isolation::WORK).is_equivalent();
    let is_proved = heads.iter().all(is_same);
    let policies = if is_proved {
        short.policies
    } else {
        set.policies.clone()
    };
    Minified {
        before,
        after: policies.iter().map(|it| size(&it.policy)).collect(),
        policies,
        is_proved,
        is_complete: rewriting.left > 0,
        proofs: rewriting.proofs,
    }
}

/// The set that is rewritten, one attachment after the other.
struct Rewriting<'a> {
    set: &'a PolicySet,
    heads: &'a [&'a str],
    size: &'a dyn Fn(&Policy) -> usize,
    proofs: usize,
    /// What is left of [`MAX_WORK`].
    left: u64,
}

impl Rewriting<'_> {
    /// The statements of the policies with one attachment, after all rewrites that help.
    fn shortened(&mut self, attachment: Attachment) -> Vec<Statement> {
        let of_attachment = self
            .set
            .policies
            .iter()
            .filter(|it| it.attachment == attachment);
        let mut statements: Vec<Statement> = of_attachment
            .flat_map(|it| it.policy.statements.iter().cloned())
            .collect();
        // A policy in which variables are plain text can't be joined with others.
        let has_plain = self
            .set
            .policies
            .iter()
            .any(|it| it.policy.dialect == Dialect::Plain);
        for statement in &mut statements {
            statement.sid = None;
        }
        if has_plain {
            return statements;
        }
        let original = statements.clone();
        while let Some(shorter) = self.step(&statements, &original, attachment) {
            statements = shorter;
        }
        statements
    }

    /// One rewrite that helps.
    fn step(
        &mut self,
        statements: &[Statement],
        original: &[Statement],
        attachment: Attachment,
    ) -> Option<Vec<Statement>> {
        let length = self.length(statements);
        let mut rewrites = Rewrites::new(statements);
        while let Some(candidate) = rewrites.next() {
            self.spend(entries(&candidate) * ENTRY_WORK);
            if self.left == 0 {
                return None;
            }
            if self.length(&candidate) < length && self.is_equal(original, &candidate, attachment) {
                return Some(candidate);
            }
        }
        None
    }

    fn length(&self, statements: &[Statement]) -> usize {
        (self.size)(&policy(statements.to_vec(), self.set))
    }

    fn spend(&mut self, work: u64) {
        self.left = self.left.saturating_sub(work);
    }

    /// Whether the set means the same with these statements in place of its own.
    fn is_equal(&mut self, old: &[Statement], new: &[Statement], attachment: Attachment) -> bool {
        self.proofs += 1;
        let with = |statements: &[Statement]| {
            let others = self
                .set
                .policies
                .iter()
                .filter(|it| it.attachment != attachment);
            let own = Attached {
                policy: policy(statements.to_vec(), self.set),
                attachment,
            };
            PolicySet {
                policies: others.cloned().chain(std::iter::once(own)).collect(),
            }
        };
        let (old, new) = (with(old), with(new));
        let count = |set: &PolicySet| {
            let policies = set.policies.iter();
            policies
                .map(|it| entries(&it.policy.statements))
                .sum::<u64>()
        };
        let work = (count(&old) + count(&new)) * ENTRY_WORK * PATTERNS_OF_ENTRY;
        for head in self.heads {
            self.spend(work);
            let share = WORK.min(self.left);
            let mut rest = share;
            let is_same = diff_within(&old, &new, head, &mut rest).is_equivalent();
            self.spend(share - rest);
            if !is_same {
                return false;
            }
        }
        true
    }
}

/// For a proof an entry is made a pattern for each action, and each way in which a device comes.
const PATTERNS_OF_ENTRY: u64 = 8;

/// Statements and their entries.
fn entries(statements: &[Statement]) -> u64 {
    let count = |it: &Statement| 1 + it.actions.entries().len() + it.resources.entries().len();
    statements.iter().map(count).sum::<usize>() as u64
}

/// A policy of these statements, in the language of the set's first policy.
fn policy(statements: Vec<Statement>, set: &PolicySet) -> Policy {
    let first = set.policies.first().map(|it| &it.policy);
    Policy {
        version: first.and_then(|it| it.version.clone()),
        dialect: first.map_or(Dialect::Variables, |it| it.dialect),
        statements,
        span: first.map_or(Span::new(SourceId::new(0), 0, 0), |it| it.span),
    }
}

/// The rewrites of some statements, those that take most first.
struct Rewrites<'a> {
    statements: &'a [Statement],
    stage: Stage,
    /// Which statement, and which other statement or entry of it.
    at: (usize, usize),
    /// Which other entry.
    other: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    DropStatement,
    Merge,
    DropResource,
    DropAction,
    JoinResources,
}

impl<'a> Rewrites<'a> {
    fn new(statements: &'a [Statement]) -> Rewrites<'a> {
        Rewrites {
            statements,
            stage: Stage::DropStatement,
            at: (0, 0),
            other: 0,
        }
    }

    /// The statements after the next rewrite; `None` after the last.
    fn next(&mut self) -> Option<Vec<Statement>> {
        loop {
            let Some(statement) = self.statements.get(self.at.0) else {
                self.stage = match self.stage {
                    Stage::DropStatement => Stage::Merge,
                    Stage::Merge => Stage::DropResource,
                    Stage::DropResource => Stage::DropAction,
                    Stage::DropAction => Stage::JoinResources,
                    Stage::JoinResources => return None,
                };
                self.at = (0, 0);
                self.other = 0;
                continue;
            };
            let (first, second) = self.at;
            let rewritten = match self.stage {
                Stage::DropStatement => {
                    self.at = (first + 1, 0);
                    Some(self.replaced(first, None))
                }
                Stage::Merge => {
                    let Some(other) = self.statements.get(first + second + 1) else {
                        self.at = (first + 1, 0);
                        continue;
                    };
                    self.at.1 += 1;
                    merged(statement, other).map(|merged| {
                        let mut statements = self.replaced(first, Some(merged));
                        statements.remove(first + second + 1);
                        statements
                    })
                }
                Stage::DropResource => {
                    if second >= statement.resources.only().len() {
                        self.at = (first + 1, 0);
                        continue;
                    }
                    self.at.1 += 1;
                    without(&statement.resources, second).map(|resources| {
                        let statement = Statement {
                            resources,
                            ..statement.clone()
                        };
                        self.replaced(first, Some(statement))
                    })
                }
                Stage::DropAction => {
                    if second >= statement.actions.only().len() {
                        self.at = (first + 1, 0);
                        continue;
                    }
                    self.at.1 += 1;
                    without(&statement.actions, second).map(|actions| {
                        let statement = Statement {
                            actions,
                            ..statement.clone()
                        };
                        self.replaced(first, Some(statement))
                    })
                }
                Stage::JoinResources => {
                    let entries = statement.resources.only();
                    if second >= entries.len() {
                        self.at = (first + 1, 0);
                        continue;
                    }
                    let other = second + 1 + self.other;
                    let (Some(one), Some(two)) = (entries.get(second), entries.get(other)) else {
                        self.at.1 += 1;
                        self.other = 0;
                        continue;
                    };
                    self.other += 1;
                    joined(one, two).map(|joined| {
                        let kept = entries.iter().enumerate();
                        let kept = kept.filter(|it| it.0 != second && it.0 != other);
                        let kept = kept.map(|it| it.1.clone());
                        let list = std::iter::once(joined).chain(kept).collect();
                        let statement = Statement {
                            resources: Clause::Only(list),
                            ..statement.clone()
                        };
                        self.replaced(first, Some(statement))
                    })
                }
            };
            if rewritten.is_some() {
                return rewritten;
            }
        }
    }

    fn replaced(&self, at: usize, by: Option<Statement>) -> Vec<Statement> {
        let kept = self.statements.iter().enumerate();
        kept.filter_map(|(index, statement)| match (index == at, &by) {
            (true, by) => by.clone(),
            (false, _) => Some(statement.clone()),
        })
        .collect()
    }
}

/// A list without one of its entries; `None` when that was the last.
fn without<T: Clone>(clause: &Clause<T>, at: usize) -> Option<Clause<T>> {
    let Clause::Only(list) = clause else {
        return None;
    };
    let mut list = list.clone();
    if at >= list.len() || list.len() == 1 {
        return None;
    }
    list.remove(at);
    Some(Clause::Only(list))
}

/// One statement for two, with the actions and the resources of both.
fn merged(one: &Statement, two: &Statement) -> Option<Statement> {
    if one.effect.value != two.effect.value || words(one) != words(two) {
        return None;
    }
    let (Clause::Only(actions), Clause::Only(more_actions)) = (&one.actions, &two.actions) else {
        return None;
    };
    let (Clause::Only(resources), Clause::Only(more_resources)) = (&one.resources, &two.resources)
    else {
        return None;
    };
    // Of an action that no list has, nobody knows what it would be granted on.
    let known = |it: &Spanned<ActionPattern>| {
        it.value
            .exact()
            .is_none_or(|name| facts::action(name).is_some())
    };
    let same_actions = || action_words(actions) == action_words(more_actions);
    if !actions.iter().chain(more_actions).all(known) && !same_actions() {
        return None;
    }
    let mut merged = one.clone();
    let mut all_actions = actions.clone();
    for action in more_actions {
        let text = action.value.text.as_str();
        if !all_actions
            .iter()
            .any(|it| it.value.text.as_str().eq_ignore_ascii_case(text))
        {
            all_actions.push(action.clone());
        }
    }
    let mut all_resources = resources.clone();
    for resource in more_resources {
        let text = resource.pattern.to_string();
        if !all_resources
            .iter()
            .any(|it| it.pattern.to_string() == text)
        {
            all_resources.push(resource.clone());
        }
    }
    merged.actions = Clause::Only(all_actions);
    merged.resources = Clause::Only(all_resources);
    Some(merged)
}

fn words(statement: &Statement) -> String {
    super::compile::in_words(statement)
}

fn action_words(actions: &[Spanned<ActionPattern>]) -> Vec<String> {
    let words = actions
        .iter()
        .map(|it| it.value.text.as_str().to_ascii_lowercase());
    let mut words: Vec<String> = words.collect();
    words.sort();
    words
}

/// What two resources begin with, and a `*`: one resource for both. The head of the ARN stays.
fn joined(one: &Resource, two: &Resource) -> Option<Resource> {
    if one.pattern.has_reference() || two.pattern.has_reference() {
        return None;
    }
    let (first, second) = (one.text.as_str(), two.text.as_str());
    let kind_end = one.arn.as_ref().and_then(|_| {
        let fifth = first.match_indices(':').nth(4)?.0;
        first.get(fifth..)?.find('/').map(|slash| fifth + slash + 1)
    })?;
    let pairs = first.char_indices().zip(second.chars());
    let differs = pairs.into_iter().find(|((_, one), two)| one != two);
    let mut end = differs.map_or(first.len().min(second.len()), |((at, _), _)| at);
    // Not through the middle of a variable.
    let open = first.get(..end)?.rfind("${");
    if let Some(open) = open
        && !first.get(open..end)?.contains('}')
    {
        end = open;
    }
    if end < kind_end {
        return None;
    }
    let prefix = first.get(..end)?.trim_end_matches('*');
    let mut text = TextBuilder::new(one.span, 0);
    text.written(one.span, &format!("{prefix}*"));
    let joined = Resource::new(text.finish(), one.span, Dialect::Variables);
    let is_whole = joined
        .pattern
        .pieces()
        .iter()
        .all(|it| !matches!(it.value, Piece::Reference(_)));
    is_whole.then_some(joined)
}

/// The statements in as few policies of at most `limit` characters as they go in, in order.
fn split(
    statements: Vec<Statement>,
    set: &PolicySet,
    limit: usize,
    size: &dyn Fn(&Policy) -> usize,
) -> Vec<Policy> {
    let mut policies: Vec<Vec<Statement>> = Vec::new();
    for statement in statements {
        for part in parts(statement, set, limit, size) {
            let room = policies.iter_mut().find(|list| {
                let mut with: Vec<Statement> = list.to_vec();
                with.push(part.clone());
                size(&policy(with, set)) <= limit
            });
            match room {
                Some(list) => list.push(part),
                None => policies.push(vec![part]),
            }
        }
    }
    policies.into_iter().map(|it| policy(it, set)).collect()
}

/// A statement as several that each go into a policy: some of its resources each.
fn parts(
    statement: Statement,
    set: &PolicySet,
    limit: usize,
    size: &dyn Fn(&Policy) -> usize,
) -> Vec<Statement> {
    let length = |it: &Statement| size(&policy(vec![it.clone()], set));
    let mut parts = Vec::new();
    let mut queue = vec![statement];
    while let Some(statement) = queue.pop() {
        match &statement.resources {
            Clause::Only(list) if list.len() > 1 && length(&statement) > limit => {
                let (first, second) = list.split_at(list.len() / 2);
                for half in [second, first] {
                    queue.push(Statement {
                        resources: Clause::Only(half.to_vec()),
                        ..statement.clone()
                    });
                }
            }
            _ => parts.push(statement),
        }
    }
    parts
}
