//! Reads JSON (RFC 8259), without recursion.
//!
//! Missing and trailing commas are reported and read over; any other error ends the reading, and
//! what was read until then is kept.

use super::{
    Builder, Document, Entry, Error, ErrorKind, Found, MAX_DEPTH, NodeId, NodeKind, Scalar, Style,
    Syntax,
};
use crate::source::Text;

/// Reads one JSON value.
pub fn parse(text: &Text) -> Document {
    let mut parser = Parser {
        builder: Builder::new(text),
        input: text.as_str(),
        at: 0,
        stack: Vec::new(),
        has_holes: !text.holes().is_empty(),
    };
    match parser.value_stream() {
        Ok(root) => parser.builder.add_root(root),
        Err(error) => parser.give_up(error),
    }
    parser.builder.finish(Syntax::Json)
}

/// A sequence or mapping whose end was not read yet.
struct Open {
    start: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<NodeId>),
    Mapping {
        entries: Vec<Entry>,
        key: Option<NodeId>,
    },
}

struct Parser<'a> {
    builder: Builder<'a>,
    input: &'a str,
    at: usize,
    stack: Vec<Open>,
    has_holes: bool,
}

impl Parser<'_> {
    /// The whole text: one value, with nothing but white space around it.
    fn value_stream(&mut self) -> Result<NodeId, Error> {
        self.skip_white_space();
        if self.at == self.input.len() && !self.is_at_hole() {
            return Err(self.error(ErrorKind::Empty, self.at, self.at));
        }
        let mut done = self.value()?;
        loop {
            let closed = match done {
                Some(value) => self.add_to_parent(value),
                None => None,
            };
            if let Some(root) = closed {
                self.skip_white_space();
                if self.at < self.input.len() {
                    let error = self.error(ErrorKind::TrailingText, self.at, self.input.len());
                    self.builder.error(error);
                } else if self.builder.text.is_cut() {
                    let error = self.error(ErrorKind::TextTooLong, self.at, self.at);
                    self.builder.error(error);
                }
                return Ok(root);
            }
            done = self.next_in_open()?;
        }
    }

    /// Goes on in the innermost open sequence or mapping; returns what was completed.
    fn next_in_open(&mut self) -> Result<Option<NodeId>, Error> {
        self.skip_white_space();
        let Some(open) = self.stack.last() else {
            return Err(self.unexpected("a value"));
        };
        let (closing, is_empty, awaits_key) = match &open.content {
            Content::Sequence(items) => (b']', items.is_empty(), false),
            Content::Mapping { entries, key } => {
                (b'}', entries.is_empty() && key.is_none(), key.is_none())
            }
        };
        if self.peek() == Some(closing) {
            self.at += 1;
            return self.close().map(Some);
        }
        if !is_empty {
            self.comma(closing)?;
            if self.peek() == Some(closing) {
                self.at += 1;
                return self.close().map(Some);
            }
        }
        if awaits_key {
            self.key()?;
        }
        self.value()
    }

    /// The comma between two members, and the white space around it.
    fn comma(&mut self, closing: u8) -> Result<(), Error> {
        let at = self.at;
        if self.peek() == Some(b',') {
            self.at += 1;
            self.skip_white_space();
            if self.peek() == Some(closing) {
                let error = self.error(ErrorKind::TrailingComma, at, at + 1);
                self.builder.error(error);
            }
            return Ok(());
        }
        let starts_member = match self.peek() {
            Some(b'"') => true,
            Some(b'{' | b'[') => closing == b']',
            _ => false,
        };
        if !starts_member {
            let expected = if closing == b']' {
                "`,` or `]`"
            } else {
                "`,` or `}`"
            };
            return Err(self.unexpected(expected));
        }
        // The finding belongs behind the member before, where the comma is to be written.
        let before = self.input.get(..at).unwrap_or("").trim_end().len();
        let error = self.error(ErrorKind::MissingComma, before, before);
        self.builder.error(error);
        Ok(())
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Result<(), Error> {
        if self.peek() != Some(b'"') || self.is_at_hole() {
            return Err(self.unexpected("a key in double quotes"));
        }
        let node = self.string()?;
        self.skip_white_space();
        if self.peek() != Some(b':') {
            // The key is kept with the rest of the part that was read.
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        self.skip_white_space();
        if let Some(Open {
            content: Content::Mapping { key, .. },
            ..
        }) = self.stack.last_mut()
        {
            *key = Some(node);
        }
        Ok(())
    }

    /// A value; `None` when it is a sequence or mapping, which is now open.
    fn value(&mut self) -> Result<Option<NodeId>, Error> {
        let start = self.at;
        if self.is_at_hole() {
            return self.hole().map(Some);
        }
        let content = match self.peek() {
            Some(b'"') => return self.string().map(Some),
            Some(b'{') => Content::Mapping {
                entries: Vec::new(),
                key: None,
            },
            Some(b'[') => Content::Sequence(Vec::new()),
            Some(b'-' | b'0'..=b'9') => return self.number().map(Some),
            Some(b't') => return self.word("true", NodeKind::Bool(true)).map(Some),
            Some(b'f') => return self.word("false", NodeKind::Bool(false)).map(Some),
            Some(b'n') => return self.word("null", NodeKind::Null).map(Some),
            _ => return Err(self.unexpected("a value")),
        };
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.error(ErrorKind::TooDeep, start, start + 1));
        }
        self.at += 1;
        self.stack.push(Open { start, content });
        Ok(None)
    }

    /// A value that the text around it leaves open.
    fn hole(&mut self) -> Result<NodeId, Error> {
        let holes = self.builder.text.holes_within(self.at..self.at);
        let [hole] = holes else {
            return Err(self.unexpected("one value"));
        };
        let id = self
            .builder
            .add((self.at, self.at), NodeKind::Hole(hole.clone().into()))?;
        // Written directly against a hole there can only be white space or a closing mark.
        match self.peek() {
            None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t') => Ok(id),
            Some(_) => Err(self.unexpected("`,` or the end behind a reference")),
        }
    }

    fn word(&mut self, word: &'static str, kind: NodeKind) -> Result<NodeId, Error> {
        let start = self.at;
        let rest = self.input.get(start..).unwrap_or("");
        let letters = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if rest.get(..letters) != Some(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += letters;
        self.builder.add((start, self.at), kind)
    }

    fn number(&mut self) -> Result<NodeId, Error> {
        let start = self.at;
        let rest = self.input.get(start..).unwrap_or("");
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(|byte| is_part(byte)).count();
        self.at += length;
        if !is_number(rest.get(..length).unwrap_or("")) || self.crosses_hole(start) {
            return Err(self.error(ErrorKind::InvalidNumber, start, self.at));
        }
        self.builder.add((start, self.at), NodeKind::Number)
    }

    fn string(&mut self) -> Result<NodeId, Error> {
        let open = self.at;
        let start = open + 1;
        let bytes = self.input.as_bytes();
        let mut decoded: Option<String> = None;
        let mut copied = start;
        let mut at = start;
        let end = loop {
            match bytes.get(at) {
                Some(b'"') => break at,
                Some(b'\\') => {
                    let into = decoded.get_or_insert_default();
                    into.push_str(self.input.get(copied..at).unwrap_or(""));
                    let rest = self.input.get(at..).unwrap_or("");
                    let (length, character) = match decode_escape(rest) {
                        Some(escape) => escape,
                        None => {
                            let length = rest.chars().take(2).map(char::len_utf8).sum::<usize>();
                            let error = self.error(ErrorKind::InvalidEscape, at, at + length);
                            self.builder.error(error);
                            (length, char::REPLACEMENT_CHARACTER)
                        }
                    };
                    into.push(character);
                    at += length;
                    copied = at;
                }
                Some(byte) if *byte < 0x20 => {
                    // An unclosed string runs into its line's end; that place tells the user more.
                    if matches!(byte, b'\n' | b'\r') && !has_closing_quote(self.input, at) {
                        return Err(self.error(ErrorKind::UnclosedString, open, at));
                    }
                    let error = self.error(ErrorKind::ControlCharacter, at, at + 1);
                    self.builder.error(error);
                    at += 1;
                }
                Some(_) => at += 1,
                None if self.builder.text.is_cut() => {
                    return Err(self.error(ErrorKind::TextTooLong, at, at));
                }
                None => return Err(self.error(ErrorKind::UnclosedString, open, at)),
            }
        };
        if let Some(into) = &mut decoded {
            into.push_str(self.input.get(copied..end).unwrap_or(""));
        }
        self.at = end + 1;
        let has_holes = self.has_holes && !self.builder.text.holes_within(start..end).is_empty();
        let decoded = decoded.map(String::into_boxed_str);
        let scalar = Scalar {
            decoded,
            style: Style::Json,
            has_holes,
        };
        self.builder.add((start, end), NodeKind::String(scalar))
    }

    /// Puts a finished value where it belongs; returns it when it is the root.
    fn add_to_parent(&mut self, value: NodeId) -> Option<NodeId> {
        match self.stack.last_mut().map(|open| &mut open.content) {
            None => return Some(value),
            Some(Content::Sequence(items)) => items.push(value),
            Some(Content::Mapping { entries, key }) => {
                if let Some(key) = key.take() {
                    entries.push(Entry {
                        key,
                        value,
                        merged: false,
                    });
                }
            }
        }
        None
    }

    /// Ends the innermost open sequence or mapping here.
    fn close(&mut self) -> Result<NodeId, Error> {
        let Some(open) = self.stack.pop() else {
            return Err(self.unexpected("a value"));
        };
        let kind = match open.content {
            Content::Sequence(items) => NodeKind::Sequence(items.into()),
            Content::Mapping { entries, .. } => {
                self.builder.check_duplicates(&entries);
                NodeKind::Mapping(entries.into())
            }
        };
        self.builder.add((open.start, self.at), kind)
    }

    /// Keeps what was read, under the outermost value.
    fn give_up(&mut self, error: Error) {
        self.builder.error(error);
        self.builder.make_room();
        while !self.stack.is_empty() {
            let Ok(value) = self.close() else { return };
            if let Some(root) = self.add_to_parent(value) {
                self.builder.add_root(root);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.input.as_bytes().get(self.at).copied()
    }

    fn skip_white_space(&mut self) {
        while !self.is_at_hole() && matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn is_at_hole(&self) -> bool {
        self.has_holes && !self.builder.text.holes_within(self.at..self.at).is_empty()
    }

    /// Whether a hole stands in the token that started at `start`.
    fn crosses_hole(&self, start: usize) -> bool {
        self.has_holes && !self.builder.text.holes_within(start..self.at).is_empty()
    }

    fn unexpected(&self, expected: &'static str) -> Error {
        let rest = self.input.get(self.at..).unwrap_or("");
        if rest.is_empty() && self.builder.text.is_cut() {
            return self.error(ErrorKind::TextTooLong, self.at, self.at);
        }
        let (found, length) = match rest.chars().next() {
            _ if self.is_at_hole() => (Found::Hole, 0),
            Some(character) => (Found::Character(character), character.len_utf8()),
            None => (Found::End, 0),
        };
        self.error(
            ErrorKind::Unexpected { expected, found },
            self.at,
            self.at + length,
        )
    }

    fn error(&self, kind: ErrorKind, start: usize, end: usize) -> Error {
        Error {
            kind,
            span: self.builder.text.span(start..end),
        }
    }
}

/// Whether a string goes on behind a raw line break: its quote is closed and followed by a mark
/// that may stand behind a string.
fn has_closing_quote(input: &str, from: usize) -> bool {
    let rest = input.get(from..).unwrap_or("");
    let Some(quote) = rest.find('"') else {
        return false;
    };
    let behind = rest.get(quote + 1..).unwrap_or("").trim_start();
    behind.starts_with([',', '}', ']', ':']) && !rest.get(..quote).unwrap_or("").contains(':')
}

/// The escape at the start of `rest`: its length in bytes and its character.
pub(super) fn decode_escape(rest: &str) -> Option<(usize, char)> {
    let character = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return decode_unicode(rest),
        _ => return None,
    };
    Some((2, character))
}

/// `\u0041`, or two of them for a character beyond U+FFFF.
fn decode_unicode(rest: &str) -> Option<(usize, char)> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let first = unit(0)?;
    match char::from_u32(u32::from(first)) {
        Some(character) => Some((6, character)),
        None => {
            let pair = [first, unit(6)?];
            let character = char::decode_utf16(pair).next()?.ok()?;
            Some((12, character))
        }
    }
}

/// Whether `text` is a number of RFC 8259.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return false;
    }
    let mut rest = unsigned.get(whole..).unwrap_or("");
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or("");
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let length = digits(exponent);
        if length == 0 {
            return false;
        }
        rest = exponent.get(length..).unwrap_or("");
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Kind;
    use crate::source::{Source, SourceId, TextBuilder};
    use std::sync::Arc;

    fn read(json: &str) -> Document {
        parse(&Text::of_source(
            SourceId::new(0),
            &Source::new("a.json", json),
        ))
    }

    fn errors(json: &str) -> Vec<(String, std::ops::Range<usize>)> {
        read(json)
            .errors()
            .iter()
            .map(|e| (e.to_string(), e.span.range()))
            .collect()
    }

    #[test]
    fn strings_have_the_span_inside_their_quotes() {
        let document = read(r#"{"a": ["é\n"]}"#);
        let root = document.root().unwrap();
        let item = root.get("a").unwrap().items().next().unwrap();
        assert_eq!(item.as_str(), Some("é\n"));
        assert_eq!(item.span().range(), 8..12);
        assert_eq!(item.text().unwrap().span(2..3).range(), 10..12);
        assert_eq!(item.path().to_string(), "a[0]");
    }

    #[test]
    fn a_broken_text_keeps_what_was_read() {
        let document = read(r#"{"a": 1, "b": [2, }"#);
        let root = document.root().unwrap();
        assert_eq!(root.get("a").unwrap().number(), Some("1"));
        assert_eq!(root.get("b").unwrap().items().count(), 1);
        assert_eq!(document.errors().len(), 1);
    }

    #[test]
    fn commas_are_reported_and_read_over() {
        let texts = [
            ("[1,]", "trailing comma", 2..3),
            ("[\"a\" \"b\"]", "missing comma", 4..4),
        ];
        for (text, message, range) in texts {
            assert_eq!(errors(text), [(message.to_owned(), range)]);
        }
        assert_eq!(read("[\"a\" \"b\"]").root().unwrap().items().count(), 2);
    }

    #[test]
    fn duplicate_keys_are_kept_and_reported() {
        let document = read(r#"{"a": 1, "a": 2}"#);
        assert_eq!(document.root().unwrap().entries().count(), 2);
        assert_eq!(
            document.root().unwrap().get("a").unwrap().number(),
            Some("2")
        );
        assert_eq!(document.errors().first().unwrap().span.range(), 10..11);
    }

    #[test]
    fn nesting_has_a_limit_with_a_place() {
        let deep = "[".repeat(100_000);
        let found = errors(&deep);
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().unwrap().1, MAX_DEPTH..MAX_DEPTH + 1);
    }

    #[test]
    fn holes_are_values_or_parts_of_strings() {
        let outer = Text::of_source(SourceId::new(0), &Source::new("a", r#"{"a":"x-y","b":}"#));
        let mut builder = TextBuilder::new(outer.whole(), 1);
        builder.piece(&outer, 0..8);
        builder.hole(outer.whole(), Some(Arc::from("Name")));
        builder.piece(&outer, 8..15);
        builder.hole(outer.whole(), None);
        builder.piece(&outer, 15..16);
        let document = parse(&builder.finish());
        assert_eq!(document.errors(), []);
        let root = document.root().unwrap();
        let a = root.get("a").unwrap();
        assert_eq!(a.as_str(), None);
        assert_eq!(a.text().unwrap().holes().first().unwrap().offset, 2);
        assert_eq!(root.get("b").unwrap().kind(), Kind::Hole);
    }

    #[test]
    fn numbers_are_those_of_the_rfc() {
        for good in ["0", "-1.5e+3", "10"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["01", "1.", "-", "1e", "+1", ".5"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
