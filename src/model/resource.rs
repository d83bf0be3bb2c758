//! Amazon resource names, as patterns.

use super::{Pattern, Piece};
use crate::source::Spanned;

/// What a resource is: the word before the first `/` of an ARN's last segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// `client/<client id>`
    Client,
    /// `topic/<topic>`
    Topic,
    /// `topicfilter/<filter>`
    TopicFilter,
    /// `thing/<thing>`, or `thing/<thing>/<shadow>`
    Thing,
    /// `rolealias/<alias>`
    RoleAlias,
}

const KINDS: [(&str, ResourceKind); 5] = [
    ("client", ResourceKind::Client),
    ("topic", ResourceKind::Topic),
    ("topicfilter", ResourceKind::TopicFilter),
    ("thing", ResourceKind::Thing),
    ("rolealias", ResourceKind::RoleAlias),
];

impl ResourceKind {
    /// The kind of a word; `None` for one that is no resource type of a device policy.
    pub fn parse(word: &str) -> Option<ResourceKind> {
        KINDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| *kind)
    }

    /// The word in an ARN.
    pub fn as_str(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }
}

/// The six segments of an ARN pattern: `arn:partition:service:region:account:resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn {
    /// `arn`, partition, service, region, account.
    head: [Pattern; 5],
    resource: Pattern,
}

impl Arn {
    /// Splits a pattern at its first five literal colons; `None` when it has fewer, as `*` or a
    /// whole ARN that is left open.
    pub fn parse(pattern: &Pattern) -> Option<Arn> {
        let mut segments = split_at_colons(pattern, 5);
        let resource = segments.pop()?;
        let head = <[Pattern; 5]>::try_from(segments).ok()?;
        Some(Arn { head, resource })
    }

    /// The five segments before the resource: `arn`, partition, service, region, account.
    pub fn head(&self) -> &[Pattern; 5] {
        &self.head
    }

    /// The partition segment.
    pub fn partition(&self) -> &Pattern {
        let [_, partition, _, _, _] = &self.head;
        partition
    }

    /// The service segment.
    pub fn service(&self) -> &Pattern {
        let [_, _, service, _, _] = &self.head;
        service
    }

    /// The region segment.
    pub fn region(&self) -> &Pattern {
        let [_, _, _, region, _] = &self.head;
        region
    }

    /// The account segment.
    pub fn account(&self) -> &Pattern {
        let [_, _, _, _, account] = &self.head;
        account
    }

    /// What stands behind the fifth colon.
    pub fn resource(&self) -> &Pattern {
        &self.resource
    }

    /// The word before the first `/` of the resource, when it is written out.
    pub fn kind_word(&self) -> Option<&str> {
        match &self.resource.pieces().first()?.value {
            Piece::Literal(literal) => literal.split_once('/').map(|(word, _)| word),
            Piece::AnyChar | Piece::AnyRun | Piece::Variable(_) | Piece::Reference(_) => None,
        }
    }
}

impl Pattern {
    /// The parts between the first five literal colons: six for an ARN, fewer when the rest is left
    /// to a wildcard, as in `arn:aws:iot:*`.
    pub fn segments(&self) -> Vec<Pattern> {
        split_at_colons(self, 5)
    }
}

/// The parts between the first `most` literal colons.
fn split_at_colons(pattern: &Pattern, most: usize) -> Vec<Pattern> {
    let mut segments = Vec::with_capacity(most + 1);
    let mut current = Vec::new();
    for piece in pattern.pieces() {
        let Piece::Literal(literal) = &piece.value else {
            current.push(piece.clone());
            continue;
        };
        let is_verbatim = (piece.span.end() - piece.span.start()) as usize == literal.len();
        let mut from = 0;
        for (at, _) in literal.match_indices(':') {
            if segments.len() == most {
                break;
            }
            current.push(part(piece, literal, from..at, is_verbatim));
            segments.push(Pattern::from_pieces(current.drain(..)));
            from = at + 1;
        }
        current.push(part(piece, literal, from..literal.len(), is_verbatim));
    }
    segments.push(Pattern::from_pieces(current));
    segments
}

fn part(
    piece: &Spanned<Piece>,
    literal: &str,
    range: std::ops::Range<usize>,
    is_verbatim: bool,
) -> Spanned<Piece> {
    let span = if is_verbatim {
        let start = piece.span.start();
        crate::source::Span::new(
            piece.span.source(),
            start + range.start as u32,
            start + range.end as u32,
        )
    } else {
        piece.span
    };
    Spanned::new(
        Piece::Literal(literal.get(range).unwrap_or("").into()),
        span,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dialect;
    use crate::source::{Source, SourceId, Text};

    fn arn(text: &str) -> Option<Arn> {
        let text = Text::of_source(SourceId::new(0), &Source::new("a", text));
        Arn::parse(&Pattern::parse(&text, Dialect::Variables))
    }

    #[test]
    fn six_segments_the_last_with_colons() {
        let arn = arn("arn:aws:iot:*:123456789012:topic/a:b/${iot:ClientId}").unwrap();
        assert!(arn.region().is_any());
        assert_eq!(arn.account().literal(), Some("123456789012"));
        assert_eq!(arn.kind_word(), Some("topic"));
    }

    #[test]
    fn what_is_no_arn() {
        assert_eq!(arn("*"), None);
        assert_eq!(arn("arn:aws:iot:*"), None);
        assert_eq!(arn("arn:aws:iot:eu-west-1:1:*").unwrap().kind_word(), None);
    }
}
