//! Literals, references and calls of infrastructure templates, evaluated as far as they are known.
//!
//! The one evaluator of `Ref`, `Fn::Join`, `Fn::Sub`, `Fn::Select`, `Fn::Split` and `Fn::FindInMap`
//! of CloudFormation, and of references, templates and `jsonencode` of Terraform.
//! What is not known stays open, as a hole of a text or a reference. Which way a `Fn::If` goes is
//! never known here; readers look at both.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::source::{Hole, Span, Spanned, Text, TextBuilder};

mod json;

/// A value that a document leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reference {
    /// A parameter, pseudo parameter or resource: `Ref`, `${Name}`.
    Name(Arc<str>),
    /// An attribute of a resource: `Fn::GetAtt`, `${Resource.Attribute}`.
    Attribute {
        /// The logical name.
        resource: Arc<str>,
        /// e.g. `Arn`
        attribute: Arc<str>,
    },
    /// Anything else. It may be any text.
    Opaque,
}

impl Reference {
    /// The reference of a name as `Fn::Sub` writes it.
    pub fn parse(name: &str) -> Reference {
        match name.split_once('.') {
            Some((resource, attribute)) => Reference::Attribute {
                resource: resource.into(),
                attribute: attribute.into(),
            },
            None => Reference::Name(name.into()),
        }
    }

    /// What stands in a hole.
    pub fn of_hole(hole: &Hole) -> Reference {
        match &hole.reference {
            Some(name) => Reference::parse(name),
            None => Reference::Opaque,
        }
    }

    /// The name as `Fn::Sub` writes it.
    pub fn name(&self) -> Option<Arc<str>> {
        match self {
            Reference::Name(name) => Some(Arc::clone(name)),
            Reference::Attribute {
                resource,
                attribute,
            } => Some(format!("{resource}.{attribute}").into()),
            Reference::Opaque => None,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(formatter, "{{{name}}}"),
            None => formatter.write_str("{?}"),
        }
    }
}

/// A value of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a value of a template can be.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Box<str>),
    /// A string.
    Text(Text),
    /// A list.
    List(Vec<Expression>),
    /// A mapping, in order.
    Map(Vec<(Spanned<Box<str>>, Expression)>),
    /// `Ref` or `Fn::GetAtt`.
    Reference(Reference),
    /// Any other function, with its argument as written.
    Call {
        /// e.g. `Fn::Join`
        function: Box<str>,
        /// Its argument.
        argument: Box<Expression>,
    },
}

/// What references stand for, as far as it is known.
pub trait Scope {
    /// The value of a reference; `None` leaves it open.
    fn resolve(&self, reference: &Reference) -> Option<Expression>;
    /// The value of `Fn::FindInMap`; `None` leaves it open.
    fn find_in_map(&self, map: &str, first: &str, second: &str) -> Option<Expression>;
}

/// A scope in which nothing is known.
impl Scope for () {
    fn resolve(&self, _: &Reference) -> Option<Expression> {
        None
    }

    fn find_in_map(&self, _: &str, _: &str, _: &str) -> Option<Expression> {
        None
    }
}

/// The most bytes and open values that the calls inside one value may make. AWS takes no template
/// body and no policy that is a tenth as long, and a few nested calls could make a text without end.
const MAX_EVALUATED: usize = 1 << 17;

/// How deep references are followed; a parameter that stands for itself ends there.
const MAX_RESOLUTION: u8 = 16;

/// How deep the value of a `jsonencode` is read, references followed; a deeper one stays open.
const MAX_LEVELS: u8 = 128;

impl Expression {
    /// The text that this value is, with a hole for each part that is not known. `None` for a
    /// list, a mapping or `null`.
    pub fn to_text(&self, scope: &dyn Scope) -> Option<Text> {
        let value = self.evaluate(scope);
        let mut builder = TextBuilder::new(value.span, 0);
        value.append_to(&mut builder).then(|| builder.finish())
    }

    /// The characters of this value, when they are known and written here as a plain string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Text(text) => text.known(),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> &[Expression] {
        match &self.kind {
            ExpressionKind::List(items) => items,
            _ => &[],
        }
    }

    /// This value with every call that can be computed replaced by its result.
    pub fn evaluate(&self, scope: &dyn Scope) -> Expression {
        let budget = Cell::new(MAX_EVALUATED);
        let evaluator = Evaluator {
            scope,
            depth: 0,
            level: 0,
            budget: &budget,
        };
        evaluator.evaluate(self)
    }

    /// Adds this evaluated value to a text; `false` when it is no text.
    fn append_to(&self, builder: &mut TextBuilder) -> bool {
        match &self.kind {
            ExpressionKind::Text(text) => builder.verbatim(text, 0..text.as_str().len()),
            ExpressionKind::Number(number) => builder.written(self.span, number),
            ExpressionKind::Bool(value) => {
                builder.written(self.span, if *value { "true" } else { "false" });
            }
            ExpressionKind::Reference(reference) => builder.hole(self.span, reference.name()),
            ExpressionKind::Call { .. } => builder.hole(self.span, None),
            ExpressionKind::Null | ExpressionKind::List(_) | ExpressionKind::Map(_) => {
                return false;
            }
        }
        true
    }
}

#[derive(Clone, Copy)]
struct Evaluator<'a> {
    scope: &'a dyn Scope,
    depth: u8,
    /// Levels above in the value of a `jsonencode`.
    level: u8,
    /// What is left of [`MAX_EVALUATED`]. A call that would take more stays a call, and so open.
    budget: &'a Cell<usize>,
}

impl Evaluator<'_> {
    fn evaluate(&self, expression: &Expression) -> Expression {
        let known = match &expression.kind {
            ExpressionKind::Reference(reference) => self.follow(reference),
            ExpressionKind::Call { function, argument } => match &**function {
                "Fn::Join" => self.join(argument),
                "Fn::Sub" => self.substitute(argument),
                "Fn::Select" => self.select(argument),
                "Fn::Split" => self.split(argument),
                "Fn::FindInMap" => self.find_in_map(argument),
                "jsonencode" => self.json_encode(argument),
                _ => None,
            },
            ExpressionKind::Text(text) if !text.holes().is_empty() => {
                self.fill(text, expression.span)
            }
            _ => None,
        };
        match known {
            // The place of the call, so that a finding names where the value is used.
            Some(value) => value,
            None => expression.clone(),
        }
    }

    fn follow(&self, reference: &Reference) -> Option<Expression> {
        if self.depth >= MAX_RESOLUTION {
            return None;
        }
        // Values that stand for each other twice grow with the power of the depth.
        self.budget.set(self.budget.get().checked_sub(1)?);
        let value = self.scope.resolve(reference)?;
        Some(
            Evaluator {
                depth: self.depth + 1,
                ..*self
            }
            .evaluate(&value),
        )
    }

    /// The same evaluator, one level down in a value.
    fn deeper(&self) -> Option<Self> {
        let level = self.level + 1;
        (level <= MAX_LEVELS).then_some(Evaluator { level, ..*self })
    }

    /// A text with the values of its holes, as far as they are known. One that is nothing but a
    /// reference is its value, of whatever type; `None` when nothing is known.
    fn fill(&self, text: &Text, span: Span) -> Option<Expression> {
        let follow = |hole: &Hole| self.follow(&Reference::of_hole(hole));
        if let ([hole], "") = (text.holes(), text.as_str()) {
            return follow(hole);
        }
        let mut builder = TextBuilder::new(text.whole(), text.depth());
        let mut at = 0;
        let mut is_filled = false;
        for hole in text.holes() {
            let offset = hole.offset as usize;
            builder.characters_only(text, at..offset);
            at = offset;
            match follow(hole) {
                Some(value) => {
                    self.spend(&value)?;
                    is_filled = true;
                    if !value.append_to(&mut builder) {
                        builder.hole(hole.span, None);
                    }
                }
                None => builder.hole(hole.span, hole.reference.clone()),
            }
        }
        builder.characters_only(text, at..text.as_str().len());
        is_filled.then(|| text_at(span, builder.finish()))
    }

    /// Takes from the budget what an evaluated value adds to a text; `None` when it is too much.
    fn spend(&self, value: &Expression) -> Option<()> {
        let cost = match &value.kind {
            ExpressionKind::Text(text) => text.as_str().len() + text.holes().len(),
            _ => 1,
        };
        self.budget.set(self.budget.get().checked_sub(cost)?);
        Some(())
    }

    fn join(&self, argument: &Expression) -> Option<Expression> {
        let [delimiter, list] = argument.items() else {
            return None;
        };
        let delimiter = self.evaluate(delimiter);
        let ExpressionKind::Text(between) = &delimiter.kind else {
            return None;
        };
        let list = self.evaluate(list);
        let ExpressionKind::List(items) = &list.kind else {
            return None;
        };
        let written = written(argument.span, items);
        let mut builder = TextBuilder::new(written, 0);
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.spend(&delimiter)?;
                builder.verbatim(between, 0..between.as_str().len());
            }
            let item = self.evaluate(item);
            self.spend(&item)?;
            if !item.append_to(&mut builder) {
                builder.hole(item.span, None);
            }
        }
        Some(text_at(written, builder.finish()))
    }

    fn substitute(&self, argument: &Expression) -> Option<Expression> {
        let (template, values) = match &argument.kind {
            ExpressionKind::Text(text) => (text, &[][..]),
            ExpressionKind::List(items) => match &**items {
                [
                    Expression {
                        kind: ExpressionKind::Text(text),
                        ..
                    },
                    Expression {
                        kind: ExpressionKind::Map(values),
                        ..
                    },
                ] => (text, &**values),
                [
                    Expression {
                        kind: ExpressionKind::Text(text),
                        ..
                    },
                ] => (text, &[][..]),
                _ => return None,
            },
            _ => return None,
        };
        // Evaluated once, however often they are used.
        let values: BTreeMap<&str, Expression> = values
            .iter()
            .map(|(key, value)| (&*key.value, self.evaluate(value)))
            .collect();
        let mut builder = TextBuilder::new(template.whole(), template.depth());
        let characters = template.as_str();
        let mut at = 0;
        while let Some(open) = characters.get(at..).and_then(|rest| rest.find("${")) {
            let open = at + open;
            let behind = characters.get(open + 2..).unwrap_or("");
            builder.piece(template, at..open);
            let Some(length) = behind.find('}') else {
                at = open;
                break;
            };
            let close = open + 2 + length;
            let name = behind.get(..length).unwrap_or("");
            if name.starts_with('!') {
                // `${!x}` writes `${x}`.
                builder.piece(template, open..open + 2);
                builder.piece(template, open + 3..close + 1);
            } else {
                let span = template.span(open..close + 1);
                self.substitute_one(&mut builder, span, name.trim(), &values)?;
            }
            at = close + 1;
        }
        builder.verbatim(template, at..characters.len());
        Some(text_at(argument.span, builder.finish()))
    }

    fn substitute_one(
        &self,
        builder: &mut TextBuilder,
        span: Span,
        name: &str,
        values: &BTreeMap<&str, Expression>,
    ) -> Option<()> {
        let followed;
        let value = match values.get(name) {
            Some(value) => Some(value),
            None => {
                followed = self.follow(&Reference::parse(name));
                followed.as_ref()
            }
        };
        match value {
            Some(value) => {
                self.spend(value)?;
                if !value.append_to(builder) {
                    builder.hole(span, None);
                }
            }
            None => builder.hole(span, Some(name.into())),
        }
        Some(())
    }

    fn select(&self, argument: &Expression) -> Option<Expression> {
        let [index, list] = argument.items() else {
            return None;
        };
        let index = match self.evaluate(index).kind {
            ExpressionKind::Number(number) => number.parse::<usize>().ok()?,
            ExpressionKind::Text(text) => text.known()?.trim().parse().ok()?,
            _ => return None,
        };
        let list = self.evaluate(list);
        list.items().get(index).map(|item| self.evaluate(item))
    }

    fn split(&self, argument: &Expression) -> Option<Expression> {
        let [delimiter, whole] = argument.items() else {
            return None;
        };
        let delimiter = self.evaluate(delimiter);
        let delimiter = delimiter.as_str().filter(|text| !text.is_empty())?;
        let ExpressionKind::Text(whole) = self.evaluate(whole).kind else {
            return None;
        };
        // An open value may hold the delimiter.
        let characters = whole.known()?;
        let mut items = Vec::new();
        let mut from = 0;
        let ends = characters.match_indices(delimiter).map(|(at, _)| at);
        for end in ends.chain(std::iter::once(characters.len())) {
            let part = whole.slice(from..end);
            items.push(text_at(part.whole(), part));
            from = end + delimiter.len();
        }
        Some(Expression {
            kind: ExpressionKind::List(items),
            span: argument.span,
        })
    }

    fn find_in_map(&self, argument: &Expression) -> Option<Expression> {
        let [map, first, second] = argument.items() else {
            return None;
        };
        let known = |key: &Expression| self.evaluate(key).as_str().map(str::to_owned);
        self.scope
            .find_in_map(&known(map)?, &known(first)?, &known(second)?)
    }
}

/// From the first to the last of these items, when both stand inside `whole`: without the brackets
/// and the delimiter of a join, as a plain string stands without its quotes.
fn written(whole: Span, items: &[Expression]) -> Span {
    match (items.first(), items.last()) {
        (Some(first), Some(last)) if whole.contains(first.span) && whole.contains(last.span) => {
            first.span.to(last.span)
        }
        _ => whole,
    }
}

fn text_at(span: Span, text: Text) -> Expression {
    Expression {
        kind: ExpressionKind::Text(text),
        span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};

    fn text(characters: &str) -> Expression {
        let text = Text::of_source(SourceId::new(0), &Source::new("a", characters));
        Expression {
            span: text.whole(),
            kind: ExpressionKind::Text(text),
        }
    }

    fn make(kind: ExpressionKind) -> Expression {
        Expression {
            kind,
            span: Span::new(SourceId::new(0), 0, 0),
        }
    }

    fn list(items: Vec<Expression>) -> Expression {
        make(ExpressionKind::List(items))
    }

    fn call(function: &str, argument: Expression) -> Expression {
        make(ExpressionKind::Call {
            function: function.into(),
            argument: Box::new(argument),
        })
    }

    fn show(expression: &Expression) -> String {
        let text = expression.to_text(&()).unwrap();
        let mut shown = text.as_str().to_owned();
        for hole in text.holes().iter().rev() {
            shown.insert_str(hole.offset as usize, &Reference::of_hole(hole).to_string());
        }
        shown
    }

    #[test]
    fn join_and_sub_leave_holes() {
        let region = make(ExpressionKind::Reference(Reference::parse("AWS::Region")));
        let join = call(
            "Fn::Join",
            list(vec![text(":"), list(vec![text("a"), region, text("b")])]),
        );
        assert_eq!(show(&join), "a:{AWS::Region}:b");
        let sub = call("Fn::Sub", text("x/${A}/${!iot:ClientId}/${B.Arn}"));
        assert_eq!(show(&sub), "x/{A}/${iot:ClientId}/{B.Arn}");
    }

    #[test]
    fn sub_takes_values_of_its_own() {
        let values = vec![(Spanned::new("T".into(), text("").span), text("topic"))];
        let argument = list(vec![text("a/${T}"), make(ExpressionKind::Map(values))]);
        assert_eq!(show(&call("Fn::Sub", argument)), "a/topic");
    }

    #[test]
    fn select_of_split() {
        let split = call("Fn::Split", list(vec![text("/"), text("a/b/c")]));
        let index = make(ExpressionKind::Number("1".into()));
        assert_eq!(show(&call("Fn::Select", list(vec![index, split]))), "b");
    }

    #[test]
    fn what_is_not_known_stays_open() {
        assert_eq!(show(&call("Fn::ImportValue", text("x"))), "{?}");
    }
}
