//! Source lines for miette, in time that does not grow with the file.
//!
//! miette's own sources scan from the first byte for every label, and panic on a label past column
//! 65,535. This one uses the line index, and cuts long lines to a window around the label.

use miette::{MietteError, SourceCode, SourceSpan, SpanContents};

use crate::source::Source;

/// Bytes shown on each side of a label in a line that is longer than [`LONGEST_LINE`].
const WINDOW: usize = 100;
/// Bytes of a line that is shown whole.
const LONGEST_LINE: usize = 400;
/// Bytes between two labels that are still shown in one piece.
const LONGEST_PIECE: usize = 4_096;

/// A source of which pieces are shown.
pub(super) struct Snippet<'a> {
    pub(super) source: &'a Source,
}

impl SourceCode for Snippet<'_> {
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let text: &str = self.source.text();
        if span.offset() + span.len() > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        // A label of many lines is shown by its first; two labels far apart are shown apart.
        if span.len() > LONGEST_PIECE && lines_before + lines_after > 0 {
            let first = SourceSpan::new(span.offset().into(), LONGEST_PIECE);
            return match self.line_of(span.offset()) == self.line_of(span.offset() + span.len()) {
                true => Err(MietteError::OutOfBounds),
                false => self.read_span(&first, lines_before, lines_after),
            };
        }
        let first = self
            .line_of(span.offset())
            .saturating_sub(lines_before as u32)
            .max(1);
        let last = (self.line_of(span.offset() + span.len()) + lines_after as u32)
            .min(self.source.line_count() as u32);
        let range = |line| self.source.line_range(line).ok_or(MietteError::OutOfBounds);
        let (mut start, mut end) = (range(first)?.start, range(last)?.end);
        if end - start > LONGEST_LINE + LONGEST_PIECE.min(span.len()) {
            let own_first = range(self.line_of(span.offset()))?.start;
            let own_last = range(self.line_of(span.offset() + span.len()))?.end;
            start = own_first.max(span.offset().saturating_sub(WINDOW));
            end = own_last.min(span.offset() + span.len() + WINDOW);
        }
        let start = (0..=start)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let end = (end..=text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len());
        let end = end.max(span.offset() + span.len());
        let data = text
            .as_bytes()
            .get(start..end)
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(Piece {
            source: self.source,
            data,
            span: SourceSpan::new(start.into(), end - start),
            first_line: self.source.position(start as u32).line,
            column: self.source.position(span.offset() as u32).column,
        }))
    }
}

/// Some lines of a source.
struct Piece<'a> {
    source: &'a Source,
    data: &'a [u8],
    span: SourceSpan,
    /// From 1.
    first_line: u32,
    /// Of the label, in characters from 1. miette prints it in the header, and asks of it elsewhere
    /// only whether it is 0.
    column: u32,
}

impl<'a> SpanContents<'a> for Piece<'a> {
    fn data(&self) -> &'a [u8] {
        self.data
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(self.source.path())
    }

    fn line(&self) -> usize {
        self.first_line as usize - 1
    }

    fn column(&self) -> usize {
        self.column as usize - 1
    }

    fn line_count(&self) -> usize {
        self.data.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

impl Snippet<'_> {
    fn line_of(&self, byte: usize) -> u32 {
        self.source.position(byte as u32).line
    }
}
