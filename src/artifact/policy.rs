//! From a node to a policy.

use super::expression::branches;
use super::problem::{Part, Problem, Whole};
use super::reader::Reader;
use super::size::size;
use super::{
    Holder, MAX_POLICIES_BYTES, MAX_POLICY_BYTES, MIN_POLICY_BYTES, MIN_TEXT_BYTES, PolicyDocument,
    expression,
};
use crate::document::spelling::closest;
use crate::document::{Kind, Node};
use crate::facts;
use crate::model::{
    ActionPattern, Clause, Dialect, Effect, ExpressionKind, Policy, Resource, Scope, Statement,
};
use crate::source::{Span, Spanned, Text};

mod condition;

/// The version in which `${…}` is a variable.
const VERSION: &str = "2012-10-17";
const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS: [&str; 7] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Reads the policy that `node` writes, unless those before it are over [`MAX_POLICIES_BYTES`]: the one
/// at which that happened has the problem.
pub(super) fn read(
    reader: &mut Reader,
    node: Node<'_>,
    scope: &dyn Scope,
    holder: Holder,
) -> Option<PolicyDocument> {
    (reader.policies_bytes <= MAX_POLICIES_BYTES).then(|| read_one(reader, node, scope, holder))
}

/// Reads the policy that `node` writes. Statements that can't be read are left out, each with its
/// problem or as unresolved.
pub(super) fn read_one(
    reader: &mut Reader,
    node: Node<'_>,
    scope: &dyn Scope,
    holder: Holder,
) -> PolicyDocument {
    let bytes_before = reader.policies_bytes;
    let mut it = PolicyReader {
        reader,
        scope,
        problems: Vec::new(),
        dialect: Dialect::Variables,
        bytes: 0,
        is_over: false,
    };
    let policy = it.document(node);
    it.counts_whole(bytes_before, node.span());
    let problems = it.problems;
    PolicyDocument {
        policy,
        name: None,
        problems,
        size: size(node, scope),
        holder,
    }
}

impl PolicyDocument {
    /// Where a statement is left out because it can't be read: decisions on what is left are not
    /// to be trusted.
    pub fn lost_statement(&self) -> Option<Span> {
        let mut problems = self.problems.iter();
        let lost = problems.find(|it| it.value.loses_statement());
        lost.map(|it| it.span)
    }

    /// The same policy under a name.
    pub(super) fn named(self, name: Option<Text>) -> PolicyDocument {
        PolicyDocument { name, ..self }
    }
}

/// What becomes of the values that a `Fn::If` chooses from.
#[derive(Clone, Copy)]
enum Choice {
    /// All are taken: what is allowed in one case is allowed.
    All,
    /// None is known: what is denied in one case may not be.
    Open,
}

struct PolicyReader<'r> {
    reader: &'r mut Reader,
    scope: &'r dyn Scope,
    problems: Vec<Spanned<Problem>>,
    dialect: Dialect,
    /// What was read of it, as [`MAX_POLICY_BYTES`] counts.
    bytes: usize,
    /// Whether that was too much: nothing more is read.
    is_over: bool,
}

impl PolicyReader<'_> {
    fn problem(&mut self, problem: Problem, span: Span) {
        self.problems.push(Spanned::new(problem, span));
    }

    /// Counts a text of the policy; `false` when it is over a limit, which is said once.
    fn counts(&mut self, text: &str, span: Span) -> bool {
        if self.is_over {
            return false;
        }
        let bytes = text.len().max(MIN_TEXT_BYTES);
        self.bytes += bytes;
        self.reader.policies_bytes += bytes;
        let over = match () {
            () if self.bytes > MAX_POLICY_BYTES => Whole::Policy,
            () if self.reader.policies_bytes > MAX_POLICIES_BYTES => Whole::File,
            () => return true,
        };
        self.is_over = true;
        self.problem(Problem::TooLong(over), span);
        false
    }

    /// Counts what a short policy takes beside its texts.
    fn counts_whole(&mut self, bytes_before: usize, span: Span) {
        let least = bytes_before + MIN_POLICY_BYTES;
        self.reader.policies_bytes = self.reader.policies_bytes.max(least);
        if self.reader.policies_bytes > MAX_POLICIES_BYTES && !self.is_over {
            self.is_over = true;
            self.problem(Problem::TooLong(Whole::File), span.at_start());
        }
    }

    fn document(&mut self, node: Node<'_>) -> Policy {
        let version = self.version(node);
        let mut policy = Policy {
            version,
            dialect: self.dialect,
            statements: Vec::new(),
            span: node.span(),
        };
        if node.kind() != Kind::Mapping {
            if is_open(node) {
                self.reader.unresolved(node.span());
            } else {
                self.problem(Problem::NotAnObject(Part::Document), node.span());
            }
            return policy;
        }
        self.check_elements(node, &DOCUMENT_ELEMENTS);
        if self.is_over {
            return policy;
        }
        let Some(statements) = node.get("Statement") else {
            let missing = Problem::Missing {
                element: "Statement",
                part: Part::Document,
            };
            self.problem(missing, node.span().at_start());
            return policy;
        };
        match statements.kind() {
            Kind::Mapping if statements.call().is_none() => {
                policy.statements.extend(self.statement(statements));
            }
            Kind::Sequence => {
                for statement in statements.items() {
                    if self.is_over {
                        break;
                    }
                    match branches(statement) {
                        Some(chosen) => self.conditional(statement, chosen, &mut policy),
                        None => policy.statements.extend(self.statement(statement)),
                    }
                }
            }
            _ if is_open(statements) => self.reader.unresolved(statements.span()),
            _ => {
                let expected = "a list of statements";
                let wrong = Problem::WrongKind {
                    element: "Statement",
                    expected,
                };
                self.problem(wrong, statements.span());
            }
        }
        policy
    }

    /// The statements that a `Fn::If` chooses from. Which it is, is open: an Allow counts, for it may
    /// be there; a Deny does not.
    fn conditional(&mut self, node: Node<'_>, chosen: Vec<Node<'_>>, policy: &mut Policy) {
        self.reader.unresolved(node.span());
        let read = chosen
            .into_iter()
            .filter_map(|statement| self.statement(statement));
        let is_allow = |statement: &Statement| statement.effect.value == Effect::Allow;
        policy.statements.extend(read.filter(is_allow));
    }

    fn version(&mut self, node: Node<'_>) -> Option<Spanned<Box<str>>> {
        let version = node.get("Version");
        let text = version.and_then(|version| self.text(version));
        if let (Some(node), None) = (version, &text) {
            self.reader.unresolved(node.span());
            return None;
        }
        let known = match &text {
            Some((text, _)) => match text.known() {
                Some(known) => Some(known),
                // Left open: as it should be, until it is known.
                None => return None,
            },
            None => None,
        };
        if known == Some(VERSION) {
            return text.map(|(text, span)| Spanned::new(text.as_str().into(), span));
        }
        if node.kind() == Kind::Mapping {
            let problem = match known {
                None | Some("2008-10-17") => {
                    self.dialect = Dialect::Plain;
                    Problem::OldVersion {
                        has_variables: node.written().contains("${"),
                        found: known.map(Into::into),
                    }
                }
                Some(other) => Problem::UnknownVersion(other.into()),
            };
            let span = text
                .as_ref()
                .map_or(node.span().at_start(), |(_, span)| *span);
            self.problem(problem, span);
        }
        text.map(|(text, span)| Spanned::new(text.as_str().into(), span))
    }

    fn check_elements(&mut self, node: Node<'_>, known: &'static [&'static str]) {
        for (key, _) in node.entries() {
            let name = key.visible_str().unwrap_or("");
            if !self.counts(name, key.span()) {
                return;
            }
            if known.contains(&name) || key.as_str().is_none() {
                continue;
            }
            let problem = match name {
                "Principal" | "NotPrincipal" => Problem::Principal,
                _ => Problem::UnknownElement {
                    name: name.into(),
                    nearest: closest(name, known.iter().copied())
                        .and_then(|near| known.iter().find(|it| **it == near).copied()),
                },
            };
            self.problem(problem, key.span());
        }
    }

    fn statement(&mut self, node: Node<'_>) -> Option<Statement> {
        if node.kind() != Kind::Mapping || node.call().is_some() {
            if is_open(node) {
                self.reader.unresolved(node.span());
            } else {
                self.problem(Problem::NotAnObject(Part::Statement), node.span());
            }
            return None;
        }
        self.check_elements(node, &STATEMENT_ELEMENTS);
        if self.is_over {
            return None;
        }
        let effect = self.effect(node);
        let is_allow = effect.as_ref().is_some_and(|it| it.value == Effect::Allow);
        let choice = if is_allow { Choice::All } else { Choice::Open };
        let actions = self
            .clause(node, ["Action", "NotAction"], choice)
            .map(|clause| {
                map_clause(clause, |(text, span)| {
                    Spanned::new(ActionPattern::new(text), span)
                })
            });
        let dialect = self.dialect;
        let resources = self
            .clause(node, ["Resource", "NotResource"], choice)
            .map(|clause| map_clause(clause, |(text, span)| Resource::new(text, span, dialect)));
        let conditions = self.conditions(node);
        if self.is_over {
            return None;
        }
        let statement = Statement {
            sid: node.get("Sid").and_then(|sid| {
                sid.visible_str()
                    .map(|text| Spanned::new(text.into(), sid.span()))
            }),
            effect: effect?,
            actions: actions?,
            resources: resources?,
            conditions: conditions?,
            span: node.span(),
        };
        for resource in statement.resources.entries() {
            self.check_resource(resource);
            if resource.is_open() {
                self.reader.unresolved(resource.span);
            }
        }
        for action in statement.actions.entries() {
            if action.value.known().is_none() {
                self.reader.unresolved(action.span);
            }
        }
        Some(statement)
    }

    fn effect(&mut self, node: Node<'_>) -> Option<Spanned<Effect>> {
        let Some(effect) = node.get("Effect") else {
            let missing = Problem::Missing {
                element: "Effect",
                part: Part::Statement,
            };
            self.problem(missing, node.span().at_start());
            return None;
        };
        let Some((text, span)) = self.text(effect) else {
            let expected = "`Allow` or `Deny`";
            self.problem(
                Problem::WrongKind {
                    element: "Effect",
                    expected,
                },
                effect.span(),
            );
            return None;
        };
        let Some(known) = text.known() else {
            self.reader.unresolved(span);
            return None;
        };
        let meant = match known {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            other => {
                self.problem(Problem::UnknownEffect(other.into()), span);
                // The rest is still worth reading as it was meant.
                match other.trim().to_ascii_lowercase().as_str() {
                    "allow" => Effect::Allow,
                    "deny" => Effect::Deny,
                    _ => return None,
                }
            }
        };
        Some(Spanned::new(meant, span))
    }

    /// One of two elements that exclude each other: what is meant, or what is not.
    fn clause(
        &mut self,
        node: Node<'_>,
        [only, all_but]: [&'static str; 2],
        choice: Choice,
    ) -> Option<Clause<(Text, Span)>> {
        match (node.get(only), node.entry(all_but)) {
            (Some(value), None) => self.texts(value, only, choice).map(Clause::Only),
            (None, Some((_, value))) => {
                self.texts(value, all_but, Choice::Open).map(Clause::AllBut)
            }
            (Some(value), Some((key, _))) => {
                self.problem(Problem::Both(only, all_but), key.span());
                self.texts(value, only, choice).map(Clause::Only)
            }
            (None, None) => {
                let missing = Problem::Missing {
                    element: only,
                    part: Part::Statement,
                };
                self.problem(missing, node.span().at_start());
                None
            }
        }
    }

    /// A string or a list of strings. An entry that is left open stays as an open text; of those
    /// that a `Fn::If` chooses from all are taken, or none is known.
    fn texts(
        &mut self,
        node: Node<'_>,
        element: &'static str,
        choice: Choice,
    ) -> Option<Vec<(Text, Span)>> {
        let mut texts = Vec::new();
        if let (Choice::All, Some(chosen)) = (choice, branches(node)) {
            self.reader.unresolved(node.span());
            for value in chosen {
                texts.extend(self.texts(value, element, choice)?);
            }
            return Some(texts);
        }
        if let Some((text, span)) = self.text(node) {
            return self.counts(text.as_str(), span).then(|| vec![(text, span)]);
        }
        match node.kind() {
            Kind::Sequence => {
                if node.items().len() == 0 {
                    self.problem(Problem::EmptyList(element), node.span());
                }
                for item in node.items() {
                    if let (Choice::All, Some(chosen)) = (choice, branches(item)) {
                        self.reader.unresolved(item.span());
                        for value in chosen {
                            texts.extend(self.texts(value, element, choice).unwrap_or_default());
                        }
                        continue;
                    }
                    match self.text(item) {
                        Some((text, span)) => {
                            if !self.counts(text.as_str(), span) {
                                return None;
                            }
                            texts.push((text, span));
                        }
                        None => self.wrong_kind(item, element),
                    }
                }
            }
            _ => match expression(node).evaluate(self.scope).kind {
                ExpressionKind::List(items) => {
                    for item in &items {
                        let Some(text) = item.to_text(self.scope) else {
                            continue;
                        };
                        if !self.counts(text.as_str(), node.span()) {
                            return None;
                        }
                        texts.push((text, node.span()));
                    }
                }
                _ => {
                    self.wrong_kind(node, element);
                    return None;
                }
            },
        }
        Some(texts)
    }

    fn wrong_kind(&mut self, node: Node<'_>, element: &'static str) {
        let expected = "a string or a list of strings";
        self.problem(Problem::WrongKind { element, expected }, node.span());
    }

    /// The text of a string, or of a call that makes one.
    fn text(&self, node: Node<'_>) -> Option<(Text, Span)> {
        if let Some(text) = node.text() {
            return Some((text, node.span()));
        }
        let is_call = node.call().is_some() || node.kind() == Kind::Hole;
        let text = is_call.then(|| expression(node).to_text(self.scope))??;
        // Inside the quotes of a `!Sub`, as for a plain string.
        let span = text.whole();
        Some((text, span))
    }

    fn check_resource(&mut self, resource: &Resource) {
        let Some(known) = resource.text.as_str().split(['*', '?']).next() else {
            return;
        };
        let is_open = !resource.text.holes().is_empty();
        if !is_open && !"arn:".starts_with(known) && !known.starts_with("arn:") {
            self.problem(Problem::NotAnArn, resource.span);
        }
        let account = resource.arn.as_ref().map(crate::model::Arn::account);
        if let Some(account) = account
            && let Some(literal) = account.literal()
            && facts::region(literal).is_some()
        {
            let span = account
                .pieces()
                .first()
                .map_or(resource.span, |piece| piece.span);
            self.problem(Problem::RegionAsAccount(literal.into()), span);
        }
    }
}

fn map_clause<T, U>(clause: Clause<T>, change: impl FnMut(T) -> U) -> Clause<U> {
    match clause {
        Clause::Only(entries) => Clause::Only(entries.into_iter().map(change).collect()),
        Clause::AllBut(entries) => Clause::AllBut(entries.into_iter().map(change).collect()),
    }
}

/// Whether a value is left open by its document.
fn is_open(node: Node<'_>) -> bool {
    node.kind() == Kind::Hole || node.call().is_some()
}
