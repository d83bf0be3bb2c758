//! Characters, white space, comments and names.

use super::{Error, ErrorKind, Failed, Found, Reader};

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.input.get(self.at..).unwrap_or("")
    }

    pub(super) fn starts_with(&self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    /// Reads `token` if it stands here.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let is_here = self.starts_with(token);
        if is_here {
            self.at += token.len();
        }
        is_here
    }

    /// Reads `token`, which must stand here.
    pub(super) fn expect(&mut self, token: &str, expected: &'static str) -> Result<(), Failed> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    /// The length of the line break here; 0 when there is none.
    pub(super) fn line_break(&self) -> usize {
        match self.rest().as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.input.len()
    }

    /// Skips blanks and comments, and line breaks where they mean nothing.
    pub(super) fn skip_space(&mut self) -> Result<(), Failed> {
        loop {
            let length = match self.rest().as_bytes() {
                [b' ' | b'\t', ..] => 1,
                [b'#', ..] | [b'/', b'/', ..] => {
                    let line = self.rest().find('\n').unwrap_or(self.rest().len());
                    let written = self.rest().get(..line).unwrap_or("");
                    let length = written.strip_suffix('\r').unwrap_or(written).len();
                    self.comment(length)?;
                    length
                }
                [b'/', b'*', ..] => {
                    let Some(length) = self.rest().find("*/") else {
                        let end = self.input.len();
                        return Err(self.fail(ErrorKind::UnclosedComment, self.at, end));
                    };
                    self.comment(length + 2)?;
                    length + 2
                }
                [b'\n' | b'\r', ..] if self.skips_line_breaks => self.line_break(),
                _ => 0,
            };
            if length == 0 {
                return Ok(());
            }
            self.at += length;
        }
    }

    /// Skips blanks, comments and line breaks.
    pub(super) fn skip_lines(&mut self) -> Result<(), Failed> {
        let before = std::mem::replace(&mut self.skips_line_breaks, true);
        let result = self.skip_space();
        self.skips_line_breaks = before;
        result
    }

    /// Goes to the next token and back, if `is_wanted` does not want it.
    pub(super) fn peek(&mut self, is_wanted: impl Fn(&str) -> bool) -> Result<bool, Failed> {
        let before = self.at;
        self.skip_space()?;
        let is_here = is_wanted(self.rest());
        if !is_here {
            self.at = before;
        }
        Ok(is_here)
    }

    /// Remembers the comment here; white space may be looked at twice.
    fn comment(&mut self, length: usize) -> Result<(), Failed> {
        let is_new = self.comments.last().is_none_or(|(at, _)| *at < self.at);
        if is_new {
            self.count()?;
            self.comments.push((self.at, self.at + length));
        }
        Ok(())
    }

    /// The name here, e.g. of an attribute; empty when there is none.
    pub(super) fn name(&mut self) -> &'a str {
        let rest = self.rest();
        if !rest.starts_with(is_name_start) {
            return "";
        }
        let length = rest.find(|it| !is_name_part(it)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    /// Counts a value, a piece of a string or a comment.
    pub(super) fn count(&mut self) -> Result<(), Failed> {
        self.counted += 1;
        if self.counted <= super::MAX_NODES {
            return Ok(());
        }
        self.has_ended = true;
        Err(self.fail(ErrorKind::TooManyNodes, self.at, self.at))
    }

    /// Goes `levels` levels down; [`Reader::leave`] goes up again.
    pub(super) fn enter(&mut self, levels: usize) -> Result<(), Failed> {
        if self.depth + levels > super::MAX_DEPTH {
            self.has_ended = true;
            let length = self.rest().chars().next().map_or(0, char::len_utf8);
            return Err(self.fail(ErrorKind::TooDeep, self.at, self.at + length));
        }
        self.depth += levels;
        Ok(())
    }

    pub(super) fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// Reports what stands here.
    pub(super) fn unexpected(&mut self, expected: &'static str) -> Failed {
        let (found, length) = match self.rest().chars().next() {
            Some('\r') => (Found::Character('\n'), self.line_break()),
            Some(character) => (Found::Character(character), character.len_utf8()),
            None => (Found::End, 0),
        };
        let kind = ErrorKind::Unexpected { expected, found };
        self.fail(kind, self.at, self.at + length)
    }

    /// Reports an error that ends the reading of an attribute or block.
    pub(super) fn fail(&mut self, kind: ErrorKind, start: usize, end: usize) -> Failed {
        let span = self.builder.text.span(start..end);
        self.builder.error(Error { kind, span });
        self.failures += 1;
        Failed
    }

    /// Reports an error behind which reading goes on.
    pub(super) fn report(&mut self, kind: ErrorKind, start: usize, end: usize) {
        let span = self.builder.text.span(start..end);
        self.builder.error(Error { kind, span });
    }
}

pub(super) fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn is_name_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}
