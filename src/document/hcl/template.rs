//! Quoted templates and heredocs: their characters, and a hole for each value that is computed.
//!
//! What `~` and the indentation of `<<-` take away is decided as Terraform does: white space next to
//! a mark belongs to one piece of text, and in a heredoc every line is a piece of its own.

use std::ops::Range;
use std::sync::Arc;

use super::expression::{Value, ValueKind};
use super::{ErrorKind, Failed, Reader};
use crate::source::TextBuilder;

/// A part of a template, in the order of the text.
struct Token {
    range: Range<usize>,
    kind: TokenKind,
    /// Whether it stands between the marks of a directive.
    is_inner: bool,
}

enum TokenKind {
    /// Characters that stand for themselves; in a heredoc at most one line.
    Verbatim,
    /// e.g. `\n`
    Escape(char),
    /// `${…}` with the reference in it.
    Interpolation(Option<Arc<str>>),
    /// `%{if …}`, `%{else}`, `%{endif}`, `%{for …}` or `%{endfor}`.
    Mark,
    /// From the first to the last mark of a directive. Its marks stand before it.
    Directive,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Quoted,
    Heredoc,
}

/// A directive whose end was not read yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    If,
    Else,
    For,
}

struct Template {
    form: Form,
    tokens: Vec<Token>,
    directives: Vec<Directive>,
    /// Where the outermost directive begins.
    directive: usize,
    /// Whether the mark before takes white space away.
    trims: bool,
}

impl Template {
    fn new(form: Form) -> Template {
        Template {
            form,
            tokens: Vec::new(),
            directives: Vec::new(),
            directive: 0,
            trims: false,
        }
    }
}

impl<'a> Reader<'a> {
    /// A string in quotes.
    pub(super) fn quoted(&mut self) -> Result<Value, Failed> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut template = Template::new(Form::Quoted);
        loop {
            self.plain(&mut template)?;
            match self.rest().chars().next() {
                Some('"') => break,
                Some('\\') => self.escape(&mut template)?,
                Some('$' | '%') => self.marked(&mut template)?,
                _ => return Err(self.fail(ErrorKind::UnclosedString, open, self.at)),
            }
        }
        let end = self.at;
        self.close_directives(&template)?;
        self.at += 1;
        Ok(self.string(template, start..end))
    }

    /// `<<MARKER` or `<<-MARKER`, the lines, and a line with the marker.
    pub(super) fn heredoc(&mut self) -> Result<Value, Failed> {
        let open = self.at;
        self.at += 2;
        let is_indented = self.take("-");
        let marker = self.name();
        if marker.is_empty() {
            return Err(self.unexpected("the marker of a heredoc"));
        }
        let head = self.at;
        match self.line_break() {
            0 => return Err(self.unexpected("a new line")),
            length => self.at += length,
        }
        let start = self.at;
        let mut template = Template::new(Form::Heredoc);
        loop {
            let length = self.rest().find('\n');
            let line = self.rest().get(..length.unwrap_or(self.rest().len()));
            let line = line.unwrap_or("");
            if line.trim() == marker {
                let end = self.at;
                self.close_directives(&template)?;
                self.at += line.len() - line.trim_start().len() + marker.len();
                if length.is_none() {
                    // As Terraform, which wants the line to end.
                    self.report(ErrorKind::UnclosedString, open, head);
                }
                if is_indented {
                    dedent(self.input, &mut template.tokens);
                }
                return Ok(self.string(template, start..end));
            }
            if length.is_none() && line.is_empty() {
                return Err(self.fail(ErrorKind::UnclosedString, open, head));
            }
            self.heredoc_line(&mut template)?;
        }
    }

    /// A line of a heredoc, or several when there is a break inside an interpolation.
    fn heredoc_line(&mut self, template: &mut Template) -> Result<(), Failed> {
        loop {
            let start = self.at;
            self.plain(template)?;
            let written = self.input.get(start..self.at).unwrap_or("");
            if written.ends_with('\n') || self.is_at_end() {
                return Ok(());
            }
            self.marked(template)?;
        }
    }

    /// Characters that stand for themselves: up to a quote, backslash or line break of a quoted
    /// template, through the end of a line of a heredoc, or up to the next mark.
    fn plain(&mut self, template: &mut Template) -> Result<(), Failed> {
        let bytes = self.rest().as_bytes();
        let mut length = 0;
        while let Some(byte) = bytes.get(length) {
            match (byte, template.form) {
                (b'"' | b'\\' | b'\n', Form::Quoted) => break,
                (b'\n', Form::Heredoc) => {
                    length += 1;
                    break;
                }
                (b'$' | b'%', _) => {
                    let behind = (bytes.get(length + 1), bytes.get(length + 2));
                    let is_mark = behind.0 == Some(&b'{')
                        || (behind.0 == Some(byte) && behind.1 == Some(&b'{'));
                    if is_mark {
                        break;
                    }
                    length += 1;
                }
                _ => length += 1,
            }
        }
        if length > 0 {
            self.push(template, self.at..self.at + length, TokenKind::Verbatim)?;
            self.at += length;
        }
        Ok(())
    }

    /// `$${` and `%%{`, which write `${` and `%{`; `${…}`; `%{…}`.
    fn marked(&mut self, template: &mut Template) -> Result<(), Failed> {
        let start = self.at;
        if self.take("$${") || self.take("%%{") {
            return self.push(template, start + 1..start + 3, TokenKind::Verbatim);
        }
        if self.starts_with("%{") {
            return self.directive(template);
        }
        self.at += "${".len();
        self.trim_before(template);
        let value = self.bracketed()?;
        let trims = self.end_of_mark()?;
        let reference = match value.kind {
            ValueKind::Open(reference) => reference,
            _ => None,
        };
        let kind = TokenKind::Interpolation(reference);
        self.push(template, start..self.at, kind)?;
        template.trims = trims;
        Ok(())
    }

    fn directive(&mut self, template: &mut Template) -> Result<(), Failed> {
        let start = self.at;
        self.at += "%{".len();
        self.trim_before(template);
        self.skip_lines()?;
        let word = self.at;
        let name = self.name();
        let innermost = template.directives.last().copied();
        match (name, innermost) {
            ("if" | "for", _) => {
                if template.directives.is_empty() {
                    template.directive = start;
                }
                if name == "if" {
                    self.bracketed()?;
                    template.directives.push(Directive::If);
                } else {
                    let before = std::mem::replace(&mut self.skips_line_breaks, true);
                    self.for_variables()?;
                    self.skips_line_breaks = before;
                    template.directives.push(Directive::For);
                }
            }
            ("else", Some(Directive::If)) => {
                template.directives.pop();
                template.directives.push(Directive::Else);
            }
            ("endif", Some(Directive::If | Directive::Else)) | ("endfor", Some(Directive::For)) => {
                template.directives.pop();
            }
            _ => {
                self.at = word;
                return Err(self.unexpected("a directive that fits here"));
            }
        }
        self.skip_lines()?;
        let trims = self.end_of_mark()?;
        let is_end = template.directives.is_empty();
        template.tokens.push(Token {
            range: start..self.at,
            kind: TokenKind::Mark,
            is_inner: true,
        });
        if is_end {
            let range = template.directive..self.at;
            self.push(template, range, TokenKind::Directive)?;
        }
        template.trims = trims;
        self.count()
    }

    /// The end of `${…}` or `%{…}`: whether it takes the white space behind it away.
    fn end_of_mark(&mut self) -> Result<bool, Failed> {
        let trims = self.take("~");
        self.expect("}", "`}`")?;
        Ok(trims)
    }

    /// The `~` here, if any, takes the white space before the mark away.
    fn trim_before(&mut self, template: &mut Template) {
        if !self.take("~") {
            return;
        }
        while let Some(token) = template.tokens.last_mut() {
            match token.kind {
                TokenKind::Verbatim => {
                    let written = self.input.get(token.range.clone()).unwrap_or("");
                    token.range.end = token.range.start + written.trim_end().len();
                    if template.form == Form::Heredoc || !token.range.is_empty() {
                        break;
                    }
                }
                TokenKind::Escape(character) if character.is_whitespace() => {}
                _ => break,
            }
            template.tokens.pop();
        }
    }

    /// A template must not end inside a directive.
    fn close_directives(&mut self, template: &Template) -> Result<(), Failed> {
        match template.directives.last() {
            None => Ok(()),
            Some(Directive::For) => Err(self.unexpected("`%{endfor}`")),
            Some(Directive::If | Directive::Else) => Err(self.unexpected("`%{endif}`")),
        }
    }

    /// The escape here.
    fn escape(&mut self, template: &mut Template) -> Result<(), Failed> {
        let start = self.at;
        let (length, character) = match decode_escape(self.rest()) {
            Some(escape) => escape,
            None => {
                let written = self.rest().chars().take(2);
                let length: usize = written.map(char::len_utf8).sum();
                self.report(ErrorKind::InvalidEscape, start, start + length);
                (length, char::REPLACEMENT_CHARACTER)
            }
        };
        self.at += length;
        self.push(template, start..self.at, TokenKind::Escape(character))
    }

    fn push(
        &mut self,
        template: &mut Template,
        mut range: Range<usize>,
        kind: TokenKind,
    ) -> Result<(), Failed> {
        self.count()?;
        if template.trims {
            match kind {
                TokenKind::Verbatim => {
                    let written = self.input.get(range.clone()).unwrap_or("");
                    range.start = range.end - written.trim_start().len();
                    template.trims = template.form == Form::Quoted && range.is_empty();
                }
                TokenKind::Escape(character) if character.is_whitespace() => return Ok(()),
                _ => template.trims = false,
            }
        }
        let is_inner = !template.directives.is_empty() && !matches!(kind, TokenKind::Directive);
        template.tokens.push(Token {
            range,
            kind,
            is_inner,
        });
        Ok(())
    }

    /// The string that is written at `range`.
    fn string(&self, template: Template, range: Range<usize>) -> Value {
        let is_verbatim = match &*template.tokens {
            [] => range.is_empty(),
            [only] => matches!(only.kind, TokenKind::Verbatim) && only.range == range,
            _ => false,
        };
        if is_verbatim {
            return Value {
                range,
                kind: ValueKind::Verbatim,
            };
        }
        let text = self.builder.text;
        let mut builder = TextBuilder::new(text.span(range.clone()), text.depth());
        for token in template.tokens.into_iter().filter(|it| !it.is_inner) {
            match token.kind {
                TokenKind::Verbatim => builder.piece(text, token.range),
                TokenKind::Escape(character) => {
                    builder.escape(text, token.range, character.encode_utf8(&mut [0; 4]));
                }
                TokenKind::Interpolation(reference) => {
                    builder.hole(text.span(token.range), reference);
                }
                TokenKind::Mark => {}
                TokenKind::Directive => builder.hole(text.span(token.range), None),
            }
        }
        Value {
            range,
            kind: ValueKind::Template(Box::new(builder.finish())),
        }
    }
}

/// Takes from every line the white space that all of them begin with.
///
/// Blank lines do not count and stay as they are; a line that begins with a mark has no white space.
fn dedent(input: &str, tokens: &mut [Token]) {
    let written = |token: &Token| input.get(token.range.clone()).unwrap_or("");
    let space = |line: &str| line.chars().take_while(|it| it.is_whitespace()).count();
    let mut least = usize::MAX;
    let mut first_of_lines = Vec::new();
    let mut is_first = true;
    for (place, token) in tokens.iter().enumerate() {
        let line = match token.kind {
            // Its marks have been counted.
            TokenKind::Directive => continue,
            TokenKind::Verbatim => Some(written(token)),
            TokenKind::Escape(_) | TokenKind::Interpolation(_) | TokenKind::Mark => None,
        };
        let is_blank = line.is_some_and(|it| it.trim().is_empty() && it.ends_with('\n'));
        if is_first && !is_blank {
            least = least.min(line.map_or(0, space));
            first_of_lines.push(place);
        }
        is_first = line.is_some_and(|it| it.ends_with('\n'));
    }
    for place in first_of_lines {
        if let Some(token) = tokens.get_mut(place)
            && matches!(token.kind, TokenKind::Verbatim)
        {
            let line = written(token).chars().take(least);
            token.range.start += line.map(char::len_utf8).sum::<usize>();
        }
    }
}

/// The escape at the start of `rest`: its length in bytes and its character.
fn decode_escape(rest: &str) -> Option<(usize, char)> {
    let character = match rest.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'"' => '"',
        b'\\' => '\\',
        b'u' => return decode_hex(rest, 4),
        b'U' => return decode_hex(rest, 8),
        _ => return None,
    };
    Some((2, character))
}

fn decode_hex(rest: &str, digits: usize) -> Option<(usize, char)> {
    let written = rest.get(2..2 + digits)?;
    let is_hex = written.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = is_hex.then(|| u32::from_str_radix(written, 16).ok())??;
    Some((2 + digits, char::from_u32(value)?))
}
