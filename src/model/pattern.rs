//! Policy text: literals, wildcards, variables and open values.

use std::fmt;

use super::{Reference, Variable};
use crate::source::{Span, Spanned, Text};

/// The policy language that a document's `Version` chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Dialect {
    /// `2012-10-17`: `${…}` is a variable.
    #[default]
    Variables,
    /// `2008-10-17`, or no `Version`: `${…}` is plain text.
    Plain,
}

/// A part of a [`Pattern`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Characters that stand for themselves; `+` and `#` are among them.
    Literal(Box<str>),
    /// `?`: one character, whichever.
    AnyChar,
    /// `*`: any run of characters, also an empty one and one with `/`.
    AnyRun,
    /// `${…}`: a value of the request.
    Variable(Variable),
    /// A value that the document leaves open.
    Reference(Reference),
}

/// A resource or a condition value of a policy.
///
/// INVARIANT: no two literals stand side by side; kept by `Builder`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Spanned<Piece>>,
}

impl Pattern {
    /// The pattern that `text` writes.
    pub fn parse(text: &Text, dialect: Dialect) -> Pattern {
        Parser::new(text, dialect).run()
    }

    /// The parts with their places.
    pub fn pieces(&self) -> &[Spanned<Piece>] {
        &self.pieces
    }

    /// The characters, when there are only literals.
    pub fn literal(&self) -> Option<&str> {
        match &*self.pieces {
            [] => Some(""),
            [
                Spanned {
                    value: Piece::Literal(literal),
                    ..
                },
            ] => Some(literal),
            _ => None,
        }
    }

    /// Whether the pattern is a lone `*`.
    pub fn is_any(&self) -> bool {
        !self.pieces.is_empty() && self.pieces.iter().all(|piece| piece.value == Piece::AnyRun)
    }

    /// The variables with their places.
    pub fn variables(&self) -> impl Iterator<Item = Spanned<&Variable>> {
        self.pieces.iter().filter_map(|piece| match &piece.value {
            Piece::Variable(variable) => Some(Spanned::new(variable, piece.span)),
            _ => None,
        })
    }

    /// Whether a value is left open.
    pub fn has_reference(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece.value, Piece::Reference(_)))
    }

    /// The pattern of these parts; adjacent literals are joined.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Spanned<Piece>>) -> Pattern {
        let mut builder = Builder::default();
        for piece in pieces {
            builder.push(piece);
        }
        builder.finish()
    }
}

/// A pattern while it grows.
#[derive(Default)]
struct Builder {
    pieces: Vec<Spanned<Piece>>,
    /// Literals that follow each other, and where they stand: joined once, not one by one.
    literal: Option<Spanned<String>>,
}

impl Builder {
    fn push(&mut self, piece: Spanned<Piece>) {
        let Spanned { value, span } = piece;
        let more = match value {
            Piece::Literal(more) => more,
            other @ (Piece::AnyChar | Piece::AnyRun | Piece::Variable(_) | Piece::Reference(_)) => {
                self.end_literal();
                return self.pieces.push(Spanned::new(other, span));
            }
        };
        match &mut self.literal {
            _ if more.is_empty() => {}
            Some(literal) => {
                literal.value.push_str(&more);
                literal.span = literal.span.to(span);
            }
            // The only one, most often: its characters are kept where they are.
            None => self.literal = Some(Spanned::new(String::from(more), span)),
        }
    }

    fn end_literal(&mut self) {
        let literal = self.literal.take();
        self.pieces
            .extend(literal.map(|it| it.map(|literal| Piece::Literal(literal.into()))));
    }

    fn finish(mut self) -> Pattern {
        self.end_literal();
        Pattern {
            pieces: self.pieces,
        }
    }
}

impl fmt::Display for Pattern {
    /// As in a policy; an open value is shown as `{name}`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match &piece.value {
            Piece::Literal(literal) => formatter.write_str(literal),
            Piece::AnyChar => formatter.write_str("?"),
            Piece::AnyRun => formatter.write_str("*"),
            Piece::Variable(variable) => write!(formatter, "{variable}"),
            Piece::Reference(reference) => write!(formatter, "{reference}"),
        })
    }
}

struct Parser<'a> {
    text: &'a Text,
    dialect: Dialect,
    pattern: Builder,
    /// Offset of the next character.
    at: usize,
    /// Offset of the first `}` that is not before `at`, or the end; looked for again when passed.
    close: Option<usize>,
    /// Index of the next hole.
    hole: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a Text, dialect: Dialect) -> Parser<'a> {
        Parser {
            text,
            dialect,
            pattern: Builder::default(),
            at: 0,
            close: None,
            hole: 0,
        }
    }

    fn run(mut self) -> Pattern {
        let characters = self.text.as_str();
        loop {
            while let Some(hole) = self.text.holes().get(self.hole)
                && hole.offset as usize <= self.at
            {
                let reference = Reference::of_hole(hole);
                self.pattern
                    .push(Spanned::new(Piece::Reference(reference), hole.span));
                self.hole += 1;
            }
            let end = self.next_hole();
            let Some(rest) = characters.get(self.at..end).filter(|rest| !rest.is_empty()) else {
                if self.at >= characters.len() {
                    return self.pattern.finish();
                }
                continue;
            };
            self.piece(rest);
        }
    }

    /// Reads the piece at the start of `rest`, which ends where the next hole is.
    fn piece(&mut self, rest: &str) {
        match rest.as_bytes().first() {
            Some(b'*') => self.push(1, Piece::AnyRun),
            Some(b'?') => self.push(1, Piece::AnyChar),
            Some(b'$') if self.dialect == Dialect::Variables && rest.starts_with("${") => {
                self.variable(rest);
            }
            _ => {
                let special = |(at, byte): (usize, u8)| match byte {
                    b'*' | b'?' => true,
                    b'$' => rest.get(at..).is_some_and(|rest| rest.starts_with("${")),
                    _ => false,
                };
                let length = rest.bytes().enumerate().skip(1).find(|pair| special(*pair));
                let length = length.map_or(rest.len(), |(at, _)| at);
                let literal = rest.get(..length).unwrap_or(rest).into();
                self.push(length, Piece::Literal(literal));
            }
        }
    }

    fn variable(&mut self, rest: &str) {
        let close = self.next_close().filter(|close| *close < rest.len());
        let Some(close) = close else {
            if self.next_hole() < self.text.as_str().len() || self.hole < self.text.holes().len() {
                return self.open_variable();
            }
            // Without its brace it is plain text.
            return self.push(2, Piece::Literal("${".into()));
        };
        let content = rest.get(2..close).unwrap_or("");
        let piece = match content {
            "*" | "?" | "$" => Piece::Literal(content.into()),
            _ => Piece::Variable(Variable::parse(content)),
        };
        self.push(close + 1, piece);
    }

    /// `${…}` with an open value inside: which variable it is, is not known.
    fn open_variable(&mut self) {
        let Some(close) = self.next_close() else {
            return self.push(2, Piece::Literal("${".into()));
        };
        let end = self.at + close + 1;
        while self
            .text
            .holes()
            .get(self.hole)
            .is_some_and(|hole| (hole.offset as usize) < end)
        {
            self.hole += 1;
        }
        self.push(close + 1, Piece::Reference(Reference::Opaque));
    }

    /// The first `}`, counted from the next character. Remembered, because a text without one would
    /// be searched to its end for each `${`.
    fn next_close(&mut self) -> Option<usize> {
        let characters = self.text.as_str();
        let close = match self.close {
            Some(close) if close >= self.at => close,
            _ => {
                let rest = characters.get(self.at..).unwrap_or("");
                self.at + rest.find('}').unwrap_or(rest.len())
            }
        };
        self.close = Some(close);
        (close < characters.len()).then(|| close - self.at)
    }

    fn push(&mut self, length: usize, piece: Piece) {
        let span: Span = self.text.span(self.at..self.at + length);
        self.pattern.push(Spanned::new(piece, span));
        self.at += length;
    }

    fn next_hole(&self) -> usize {
        let length = self.text.as_str().len();
        self.text
            .holes()
            .get(self.hole)
            .map_or(length, |hole| hole.offset as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId, TextBuilder};
    use std::sync::Arc;

    fn text(characters: &str) -> Text {
        Text::of_source(SourceId::new(0), &Source::new("a", characters))
    }

    fn kinds(characters: &str, dialect: Dialect) -> Vec<String> {
        let pattern = Pattern::parse(&text(characters), dialect);
        assert_eq!(pattern.to_string().is_empty(), characters.is_empty());
        let name = |piece: &Spanned<Piece>| match &piece.value {
            Piece::Literal(literal) => literal.to_string(),
            Piece::AnyChar => "<?>".into(),
            Piece::AnyRun => "<*>".into(),
            Piece::Variable(variable) => format!("<{}>", variable.name),
            Piece::Reference(reference) => format!("<{reference}>"),
        };
        pattern.pieces().iter().map(name).collect()
    }

    #[test]
    fn pieces_of_a_topic() {
        assert_eq!(
            kinds("a/${iot:ClientId}/*?b", Dialect::Variables),
            ["a/", "<iot:ClientId>", "/", "<*>", "<?>", "b"]
        );
        assert_eq!(kinds("$aws/${*}${$}", Dialect::Variables), ["$aws/*$"]);
        assert_eq!(
            kinds("a/${iot:ClientId", Dialect::Variables),
            ["a/${iot:ClientId"]
        );
        assert_eq!(
            kinds("${iot:ClientId}*", Dialect::Plain),
            ["${iot:ClientId}", "<*>"]
        );
        assert!(kinds("", Dialect::Variables).is_empty());
    }

    #[test]
    fn holes_are_references() {
        let outer = text("a:b[]}");
        let mut builder = TextBuilder::new(outer.whole(), 0);
        builder.piece(&outer, 0..2);
        builder.hole(outer.whole(), Some(Arc::from("AWS::Region")));
        builder.piece(&outer, 2..3);
        let pattern = Pattern::parse(&builder.finish(), Dialect::Variables);
        assert_eq!(pattern.to_string(), "a:{AWS::Region}b");
        assert!(pattern.has_reference());
    }

    #[test]
    fn a_variable_with_a_hole_inside_is_not_known() {
        let outer = text("x/${iot:Connection.Thing.Attributes[]}/y");
        let mut builder = TextBuilder::new(outer.whole(), 0);
        builder.piece(&outer, 0..36);
        builder.hole(outer.whole(), Some(Arc::from("Name")));
        builder.piece(&outer, 36..40);
        let pattern = Pattern::parse(&builder.finish(), Dialect::Variables);
        assert_eq!(pattern.to_string(), "x/{?}/y");
    }
}
