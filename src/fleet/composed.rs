//! Texts with holes: `cmd/{thing}/#`.

use crate::source::{Span, Spanned};

/// A text of literals and holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Composed {
    /// The parts, in order; no literal is empty.
    pub parts: Vec<Spanned<Part>>,
    /// The whole text.
    pub span: Span,
}

/// A part of a [`Composed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters that stand for themselves.
    Literal(Box<str>),
    /// What stands between braces.
    Hole(Box<str>),
}

/// A brace without its partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnpairedBrace;

impl Composed {
    /// The text that is written.
    ///
    /// # Errors
    /// A `{` without `}`, or the other way round.
    pub(super) fn parse(text: &Spanned<Box<str>>) -> Result<Composed, UnpairedBrace> {
        let mut parts = Vec::new();
        let mut rest: &str = &text.value;
        // Offsets are those of the file unless the text is escaped there; then the whole is named.
        let is_verbatim = text.span.range().len() == rest.len();
        let place = |rest: &str, length: usize| {
            if !is_verbatim {
                return text.span;
            }
            let start = text.span.end() - rest.len() as u32;
            Span::new(text.span.source(), start, start + length as u32)
        };
        while !rest.is_empty() {
            let brace = rest.find(['{', '}']).unwrap_or(rest.len());
            let (literal, behind) = rest.split_at_checked(brace).ok_or(UnpairedBrace)?;
            if !literal.is_empty() {
                let span = place(rest, literal.len());
                parts.push(Spanned::new(Part::Literal(literal.into()), span));
            }
            if behind.is_empty() {
                break;
            }
            let inner = behind.strip_prefix('{').ok_or(UnpairedBrace)?;
            let (name, after) = inner.split_once('}').ok_or(UnpairedBrace)?;
            if name.contains('{') {
                return Err(UnpairedBrace);
            }
            let span = place(behind, name.len() + 2);
            parts.push(Spanned::new(Part::Hole(name.into()), span));
            rest = after;
        }
        Ok(Composed {
            parts,
            span: text.span,
        })
    }

    /// The name of the hole that is the whole text.
    pub(super) fn bare_hole(&self) -> Option<&str> {
        match &*self.parts {
            [part] => match &part.value {
                Part::Hole(name) => Some(name),
                Part::Literal(_) => None,
            },
            _ => None,
        }
    }

    /// The holes with their places.
    pub(super) fn holes(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.parts.iter().filter_map(|part| match &part.value {
            Part::Hole(name) => Some(Spanned::new(&**name, part.span)),
            Part::Literal(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn parse(text: &str) -> Result<Composed, UnpairedBrace> {
        let span = Span::new(SourceId::new(0), 10, 10 + text.len() as u32);
        Composed::parse(&Spanned::new(text.into(), span))
    }

    #[test]
    fn parts_have_places() {
        let composed = parse("cmd/{thing}/#").unwrap();
        let parts: Vec<_> = composed
            .parts
            .iter()
            .map(|part| (part.value.clone(), part.span.range()))
            .collect();
        assert_eq!(
            parts,
            [
                (Part::Literal("cmd/".into()), 10..14),
                (Part::Hole("thing".into()), 14..21),
                (Part::Literal("/#".into()), 21..23),
            ]
        );
        assert_eq!(parse("{serial}").unwrap().bare_hole(), Some("serial"));
        assert_eq!(parse("a{serial}").unwrap().bare_hole(), None);
    }

    #[test]
    fn braces_come_in_pairs() {
        for text in ["a{b", "a}b", "{a{b}}", "}"] {
            assert_eq!(parse(text), Err(UnpairedBrace), "{text}");
        }
    }
}
