//! What a parser takes: characters, and where each of them stands in a file.

use std::ops::Range;
use std::sync::Arc;

use super::{Source, SourceId, Span};

/// A place in a [`Text`] where a value is left open: a `!Sub` reference, a `Fn::Join` member, a
/// template expression.
///
/// A hole has no characters, so no input can be mistaken for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Offset in the text, in bytes; several holes may share one.
    pub offset: u32,
    /// Where the reference is written.
    pub span: Span,
    /// What stands there, as written: `AWS::Region`, `Name`, `Resource.Attribute`; `None` when it
    /// is no simple reference.
    pub reference: Option<Arc<str>>,
}

/// A run of characters that come from one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    /// Offset of its first byte in the text.
    inner: u32,
    /// Where it stands in the file.
    outer: Span,
    kind: SegmentKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SegmentKind {
    /// Byte for byte as in the file.
    Verbatim,
    /// Written another way in the file, e.g. `\n`, `''` or a folded line break.
    Escaped,
}

/// Characters with the place of each in a file, and holes where a value is open.
#[derive(Clone, Debug)]
pub struct Text {
    characters: Arc<str>,
    segments: Arc<[Segment]>,
    holes: Arc<[Hole]>,
    /// Where the text as a whole stands; used when it has no characters.
    whole: Span,
    depth: u8,
    is_cut: bool,
}

impl Text {
    /// The text of a whole file, without its byte order mark.
    pub fn of_source(id: SourceId, source: &Source) -> Text {
        let full = source.text();
        let end = full.len() as u32;
        let (characters, start) = match full.strip_prefix('\u{feff}') {
            Some(rest) => (Arc::from(rest), 3),
            None => (Arc::clone(full), 0),
        };
        let whole = Span::new(id, start, end);
        let segment = Segment {
            inner: 0,
            outer: whole,
            kind: SegmentKind::Verbatim,
        };
        Text {
            characters,
            segments: Arc::from([segment]),
            holes: Arc::from([]),
            whole,
            depth: 0,
            is_cut: false,
        }
    }

    /// Whether this is only the start of what is written; an open value stands for the rest.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The characters; where a hole stands there is nothing.
    pub fn as_str(&self) -> &str {
        &self.characters
    }

    /// The characters, when no value is left open.
    pub fn known(&self) -> Option<&str> {
        self.holes.is_empty().then_some(&*self.characters)
    }

    /// The holes, by offset.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The holes at offsets `range.start..=range.end`.
    pub fn holes_within(&self, range: Range<usize>) -> &[Hole] {
        let from = self
            .holes
            .partition_point(|hole| (hole.offset as usize) < range.start);
        let to = self
            .holes
            .partition_point(|hole| hole.offset as usize <= range.end);
        self.holes.get(from..to).unwrap_or(&[])
    }

    /// How many strings of a file this text is inside of: 0 for a file.
    pub fn depth(&self) -> u8 {
        self.depth
    }

    /// The same characters, marked as read out of a string: one level deeper.
    pub fn embedded(&self) -> Text {
        Text {
            depth: self.depth.saturating_add(1),
            ..self.clone()
        }
    }

    /// Where the whole text stands.
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// Where the bytes `range` of this text stand in the file.
    ///
    /// A range that begins or ends inside an escape takes the whole escape. When the range spans
    /// several files, or places that do not follow each other, the part in the first is given.
    pub fn span(&self, range: Range<usize>) -> Span {
        if let [only] = &*self.segments
            && only.kind == SegmentKind::Verbatim
        {
            let start = only.outer.start();
            return Span::new(
                only.outer.source(),
                start + (range.start as u32 - only.inner.min(range.start as u32)),
                start + range.end as u32,
            );
        }
        let Some(first) = self.segment_at(range.start) else {
            return self.whole;
        };
        let start = match first.kind {
            SegmentKind::Verbatim => {
                (first.outer.start() + (range.start as u32 - first.inner)).min(first.outer.end())
            }
            SegmentKind::Escaped if range.start as u32 >= self.segment_end(range.start) => {
                first.outer.end()
            }
            SegmentKind::Escaped => first.outer.start(),
        };
        if range.end <= range.start {
            return Span::new(first.outer.source(), start, start);
        }
        let Some(last) = self.segment_at(range.end - 1) else {
            return first.outer;
        };
        if last.outer.source() != first.outer.source() {
            return Span::new(first.outer.source(), start, first.outer.end());
        }
        let end = match last.kind {
            SegmentKind::Verbatim => last.outer.start() + (range.end as u32 - last.inner),
            SegmentKind::Escaped => last.outer.end(),
        };
        if last.outer.start() < first.outer.start() {
            return Span::new(first.outer.source(), start, first.outer.end());
        }
        Span::new(first.outer.source(), start, end.min(last.outer.end()))
    }

    /// The same of a text that is written in one piece, which most are: without steps between.
    fn plain_slice(&self, range: Range<usize>) -> Option<Text> {
        let [segment] = &*self.segments else {
            return None;
        };
        if segment.kind != SegmentKind::Verbatim || !self.holes.is_empty() {
            return None;
        }
        let characters = self.characters.get(range.clone())?;
        let whole = self.span(range);
        let segment = Segment {
            inner: 0,
            outer: whole,
            kind: SegmentKind::Verbatim,
        };
        Some(Text {
            characters: Arc::from(characters),
            segments: Arc::from([segment]),
            holes: Arc::default(),
            whole,
            depth: self.depth,
            is_cut: false,
        })
    }

    fn segment_at(&self, inner: usize) -> Option<&Segment> {
        let behind = self
            .segments
            .partition_point(|segment| segment.inner as usize <= inner);
        self.segments.get(behind.saturating_sub(1))
    }

    fn segment_end(&self, inner: usize) -> u32 {
        let behind = self
            .segments
            .partition_point(|segment| segment.inner as usize <= inner);
        self.segments
            .get(behind)
            .map_or(self.characters.len() as u32, |next| next.inner)
    }

    /// The part `range` as a text of its own, with the holes inside it and at its ends.
    pub fn slice(&self, range: Range<usize>) -> Text {
        if let Some(slice) = self.plain_slice(range.clone()) {
            return slice;
        }
        let mut builder = TextBuilder::new(self.span(range.clone()), self.depth);
        builder.verbatim(self, range);
        builder.finish()
    }
}

impl PartialEq for Text {
    /// Equal characters and equal references at equal offsets, wherever they are written.
    fn eq(&self, other: &Text) -> bool {
        self.characters == other.characters
            && self.holes.len() == other.holes.len()
            && self.holes.iter().zip(other.holes.iter()).all(|(a, b)| {
                a.offset == b.offset && a.reference.is_some() && a.reference == b.reference
            })
    }
}

/// Builds a [`Text`] from parts of others: a decoded string, a join of several.
#[derive(Debug)]
pub struct TextBuilder {
    characters: String,
    segments: Vec<Segment>,
    holes: Vec<Hole>,
    whole: Span,
    depth: u8,
    is_cut: bool,
}

impl TextBuilder {
    /// An empty text that stands at `whole`, inside `depth` strings.
    pub fn new(whole: Span, depth: u8) -> TextBuilder {
        TextBuilder {
            characters: String::new(),
            segments: Vec::new(),
            holes: Vec::new(),
            whole,
            depth,
            is_cut: false,
        }
    }

    /// Bytes added so far.
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// Whether no character was added.
    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// Adds the bytes `range` of `text` as they are, with the holes strictly inside or at the ends.
    pub fn verbatim(&mut self, text: &Text, range: Range<usize>) {
        self.is_cut |= text.is_cut && range.end >= text.characters.len();
        self.holes_of(text, range.start..range.end, true);
        self.characters_of(text, range);
    }

    /// Adds the bytes `range` of `text` without the holes in it, for a caller that fills them.
    pub fn characters_only(&mut self, text: &Text, range: Range<usize>) {
        self.characters_of(text, range);
    }

    /// Adds the bytes `range` of `text`, and the holes in front of its end only. For a decoder
    /// that adds a string piece by piece, so that a hole between two pieces is added once.
    pub fn piece(&mut self, text: &Text, range: Range<usize>) {
        self.holes_of(text, range.clone(), false);
        self.characters_of(text, range);
    }

    /// Adds the characters `decoded` for the bytes `range` of `text`, e.g. a line break for `\n`.
    /// A hole inside it, where no value can stand, is put in front of it.
    pub fn escape(&mut self, text: &Text, range: Range<usize>, decoded: &str) {
        let first = self.holes.len();
        self.holes_of(text, range.clone(), false);
        let offset = self.characters.len() as u32;
        for hole in self.holes.iter_mut().skip(first) {
            hole.offset = offset;
        }
        self.written(text.span(range), decoded);
    }

    /// Adds the holes of `text` that stand at `offset`.
    pub fn holes_at(&mut self, text: &Text, offset: usize) {
        self.holes_of(text, offset..offset, true);
    }

    /// Adds characters that stand, written another way, at `span`.
    pub fn written(&mut self, span: Span, decoded: &str) {
        if decoded.is_empty() {
            return;
        }
        self.segments.push(Segment {
            inner: self.characters.len() as u32,
            outer: span,
            kind: SegmentKind::Escaped,
        });
        self.characters.push_str(decoded);
    }

    /// Leaves a value open.
    pub fn hole(&mut self, span: Span, reference: Option<Arc<str>>) {
        self.holes.push(Hole {
            offset: self.characters.len() as u32,
            span,
            reference,
        });
    }

    /// Leaves the rest out, which begins at `span`: it is an open value.
    pub fn cut(&mut self, span: Span) {
        self.is_cut = true;
        self.hole(span, None);
    }

    /// The text.
    pub fn finish(self) -> Text {
        Text {
            characters: self.characters.into(),
            segments: self.segments.into(),
            // An empty list that is shared takes no room of its own.
            holes: match self.holes.is_empty() {
                true => Arc::default(),
                false => self.holes.into(),
            },
            whole: self.whole,
            depth: self.depth,
            is_cut: self.is_cut,
        }
    }

    fn holes_of(&mut self, text: &Text, range: Range<usize>, end_too: bool) {
        let base = self.characters.len() as u32;
        for hole in text.holes_within(range.clone()) {
            if end_too || (hole.offset as usize) < range.end {
                let offset = base + (hole.offset - range.start as u32);
                self.holes.push(Hole {
                    offset,
                    ..hole.clone()
                });
            }
        }
    }

    fn characters_of(&mut self, text: &Text, range: Range<usize>) {
        self.depth = self.depth.max(text.depth);
        let Some(part) = text.characters.get(range.clone()) else {
            return;
        };
        let from = text
            .segments
            .partition_point(|segment| segment.inner as usize <= range.start);
        let mut at = range.start;
        let mut index = from.saturating_sub(1);
        while at < range.end {
            let Some(segment) = text.segments.get(index) else {
                break;
            };
            let next = text
                .segments
                .get(index + 1)
                .map_or(text.characters.len(), |s| s.inner as usize);
            let to = next.min(range.end);
            let inner = (self.characters.len() + at - range.start) as u32;
            let outer = match segment.kind {
                SegmentKind::Verbatim => {
                    let start = segment.outer.start() + (at as u32 - segment.inner);
                    Span::new(segment.outer.source(), start, start + (to - at) as u32)
                }
                SegmentKind::Escaped => segment.outer,
            };
            self.push_segment(Segment {
                inner,
                outer,
                kind: segment.kind,
            });
            at = to;
            index += 1;
        }
        self.characters.push_str(part);
    }

    /// Adds a segment; a verbatim one that continues the last is merged with it.
    fn push_segment(&mut self, segment: Segment) {
        if let Some(last) = self.segments.last_mut()
            && last.kind == SegmentKind::Verbatim
            && segment.kind == SegmentKind::Verbatim
            && last.outer.source() == segment.outer.source()
            && last.outer.end() == segment.outer.start()
        {
            last.outer = last.outer.to(segment.outer);
            return;
        }
        self.segments.push(segment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(characters: &str) -> Text {
        Text::of_source(SourceId::new(0), &Source::new("a", characters))
    }

    #[test]
    fn escapes_map_to_what_is_written() {
        let outer = text(r#"a\nb"#);
        let mut builder = TextBuilder::new(outer.whole(), 1);
        builder.piece(&outer, 0..1);
        builder.escape(&outer, 1..3, "\n");
        builder.piece(&outer, 3..4);
        let inner = builder.finish();
        assert_eq!(inner.as_str(), "a\nb");
        let range = |r: Range<usize>| inner.span(r).range();
        assert_eq!(
            [range(0..1), range(1..2), range(2..3), range(0..3)],
            [0..1, 1..3, 3..4, 0..4]
        );
    }

    #[test]
    fn maps_compose() {
        let outer = text(r#"xx\\"yy"#);
        let mut builder = TextBuilder::new(outer.whole(), 1);
        builder.piece(&outer, 0..2);
        builder.escape(&outer, 2..4, "\\");
        builder.piece(&outer, 4..7);
        let middle = builder.finish();
        let mut builder = TextBuilder::new(middle.whole(), 2);
        builder.escape(&middle, 2..4, "\"");
        builder.piece(&middle, 4..6);
        let inner = builder.finish();
        assert_eq!(inner.as_str(), "\"yy");
        assert_eq!(inner.span(0..1).range(), 2..5);
        assert_eq!(inner.span(1..3).range(), 5..7);
    }

    #[test]
    fn a_hole_between_two_pieces_is_kept_once() {
        let outer = text("ab");
        let mut builder = TextBuilder::new(outer.whole(), 0);
        builder.verbatim(&outer, 0..1);
        builder.hole(outer.whole(), Some(Arc::from("X")));
        builder.verbatim(&outer, 1..2);
        let joined = builder.finish();
        assert_eq!(joined.holes().len(), 1);
        assert_eq!(joined.known(), None);
        let mut builder = TextBuilder::new(joined.whole(), 1);
        builder.piece(&joined, 0..1);
        builder.piece(&joined, 1..2);
        builder.holes_at(&joined, 2);
        assert_eq!(builder.finish().holes().len(), 1);
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_counted() {
        let marked = text("\u{feff}{}");
        assert_eq!(marked.as_str(), "{}");
        assert_eq!(marked.span(0..1).range(), 3..4);
    }
}
