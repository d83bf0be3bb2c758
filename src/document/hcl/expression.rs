//! Expressions: what they write, as far as it is a value; anything computed stays open.

use std::ops::Range;
use std::sync::Arc;

use super::{ErrorKind, Failed, Reader, scan};
use crate::source::Text;

/// An expression that was read, before it is known whether it is part of a larger one.
pub(super) struct Value {
    /// Inside the quotes for a quoted string.
    pub(super) range: Range<usize>,
    pub(super) kind: ValueKind,
}

pub(super) enum ValueKind {
    Null,
    Bool(bool),
    Number,
    /// A string that is written as it is.
    Verbatim,
    /// Any other string.
    Template(Box<Text>),
    List(Vec<Value>),
    /// Keys and values.
    Map(Vec<(Value, Value)>),
    Call {
        function: Box<str>,
        arguments: Vec<Value>,
        /// From the opening to the closing parenthesis.
        list: Range<usize>,
    },
    /// What is computed; the reference is a plain traversal, e.g. `var.region`.
    Open(Option<Arc<str>>),
}

/// Operators of two characters come before those that they begin with.
const OPERATORS: [&str; 13] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%",
];

impl<'a> Reader<'a> {
    /// An expression, one level down. The position is behind its last character then.
    pub(super) fn expression(&mut self) -> Result<Value, Failed> {
        self.enter(1)?;
        let value = self.operation()?;
        self.leave(1);
        Ok(value)
    }

    /// An expression within brackets, where line breaks mean nothing.
    pub(super) fn bracketed(&mut self) -> Result<Value, Failed> {
        let before = std::mem::replace(&mut self.skips_line_breaks, true);
        self.skip_space()?;
        let value = self.expression()?;
        self.skip_space()?;
        self.skips_line_breaks = before;
        Ok(value)
    }

    /// Terms with operators between them, and the choice by a condition.
    fn operation(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        let mut value = self.term()?;
        let is_operator = |rest: &str| OPERATORS.iter().any(|it| rest.starts_with(it));
        while self.peek(is_operator)? {
            let operator = OPERATORS.iter().find(|it| self.starts_with(it));
            self.at += operator.map_or(0, |it| it.len());
            self.skip_space()?;
            self.term()?;
            value = self.open(start, None);
        }
        if self.peek(|rest| rest.starts_with('?'))? {
            self.at += 1;
            self.skip_space()?;
            self.expression()?;
            self.skip_space()?;
            self.expect(":", "`:`")?;
            self.skip_space()?;
            self.expression()?;
            value = self.open(start, None);
        }
        Ok(value)
    }

    /// A value with the traversals behind it.
    fn term(&mut self) -> Result<Value, Failed> {
        self.count()?;
        let start = self.at;
        let mut value = self.primary()?;
        let is_traversal = |rest: &str| {
            rest.starts_with('[') || (rest.starts_with('.') && !rest.starts_with(".."))
        };
        let mut reference = match &value.kind {
            ValueKind::Open(Some(name)) => Some(name.to_string()),
            _ => None,
        };
        let mut is_traversed = false;
        while self.peek(is_traversal)? {
            is_traversed = true;
            match (self.traversal()?, &mut reference) {
                (Some(attribute), Some(reference)) => {
                    reference.push('.');
                    reference.push_str(attribute);
                }
                _ => reference = None,
            }
        }
        if is_traversed {
            value = self.open(start, reference.map(Into::into));
        }
        Ok(value)
    }

    /// `.name`, `.0`, `.*`, `[…]` or `[*]`: the name, if it is one.
    fn traversal(&mut self) -> Result<Option<&'a str>, Failed> {
        if self.take("[") {
            let before = std::mem::replace(&mut self.skips_line_breaks, true);
            self.skip_space()?;
            if !self.take("*") {
                self.expression()?;
            }
            self.skip_space()?;
            self.skips_line_breaks = before;
            self.expect("]", "`]`")?;
            return Ok(None);
        }
        self.at += 1;
        self.skip_space()?;
        if self.take("*") {
            return Ok(None);
        }
        let digits = self.digits();
        if digits > 0 {
            self.at += digits;
            return Ok(None);
        }
        match self.name() {
            "" => Err(self.unexpected("an attribute name")),
            name => Ok(Some(name)),
        }
    }

    fn primary(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        match self.rest().chars().next() {
            Some('"') => self.quoted(),
            Some('<') if self.starts_with("<<") => self.heredoc(),
            Some('0'..='9') => self.number(start),
            Some('-' | '!') => {
                let is_minus = self.take("-");
                if is_minus && self.digits() > 0 {
                    return self.number(start);
                }
                self.at = start + 1;
                self.skip_space()?;
                self.enter(1)?;
                self.term()?;
                self.leave(1);
                Ok(self.open(start, None))
            }
            Some('(') => {
                self.at += 1;
                let value = self.bracketed()?;
                self.expect(")", "`)`")?;
                Ok(value)
            }
            Some('[') => self.tuple(),
            Some('{') => self.object(),
            Some(character) if scan::is_name_start(character) => self.named(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn number(&mut self, start: usize) -> Result<Value, Failed> {
        self.at += self.digits();
        let rest = self.rest();
        if rest.starts_with('.') && rest.chars().nth(1).is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
            self.at += self.digits();
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            match self.digits() {
                0 => return Err(self.fail(ErrorKind::InvalidNumber, start, self.at)),
                digits => self.at += digits,
            }
        }
        if self.rest().starts_with(scan::is_name_start) {
            self.name();
            return Err(self.fail(ErrorKind::InvalidNumber, start, self.at));
        }
        Ok(self.value(start, ValueKind::Number))
    }

    fn digits(&self) -> usize {
        self.rest().bytes().take_while(u8::is_ascii_digit).count()
    }

    /// A keyword, a variable or a call.
    fn named(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        let name = self.name();
        let mut end = self.at;
        while self.peek(|rest| rest.starts_with("::"))? {
            self.at += 2;
            self.skip_space()?;
            if self.name().is_empty() {
                return Err(self.unexpected("a function name"));
            }
            end = self.at;
        }
        let function = self.input.get(start..end).unwrap_or("");
        if self.peek(|rest| rest.starts_with('('))? {
            return self.call(start, function);
        }
        if function.len() > name.len() {
            return Err(self.unexpected("`(`"));
        }
        Ok(match name {
            "null" => self.value(start, ValueKind::Null),
            "true" => self.value(start, ValueKind::Bool(true)),
            "false" => self.value(start, ValueKind::Bool(false)),
            name => self.open(start, Some(name.into())),
        })
    }

    fn call(&mut self, start: usize, function: &str) -> Result<Value, Failed> {
        // The call and the list of its arguments; each argument enters a level of its own.
        self.enter(1)?;
        let list = self.at;
        let arguments = self.items(")", "`,` or `)`")?;
        self.leave(1);
        let kind = ValueKind::Call {
            function: function.split_whitespace().collect(),
            arguments,
            list: list..self.at,
        };
        Ok(self.value(start, kind))
    }

    fn tuple(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        if self.is_for() {
            return self.for_expression("]", "`]`");
        }
        let items = self.items("]", "`,` or `]`")?;
        Ok(self.value(start, ValueKind::List(items)))
    }

    /// The opening bracket here, items with commas between and perhaps behind them, and the closing
    /// bracket.
    fn items(
        &mut self,
        closing: &'static str,
        expected: &'static str,
    ) -> Result<Vec<Value>, Failed> {
        self.at += 1;
        let before = std::mem::replace(&mut self.skips_line_breaks, true);
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            if self.take(closing) {
                break;
            }
            let start = self.at;
            let item = self.expression()?;
            self.skip_space()?;
            if closing == ")" && self.take("...") {
                // A list of further arguments.
                items.push(self.open(start, None));
                self.skip_space()?;
                self.expect(")", "`)`")?;
                break;
            }
            items.push(item);
            if !self.take(",") && !self.starts_with(closing) {
                return Err(self.unexpected(expected));
            }
        }
        self.skips_line_breaks = before;
        Ok(items)
    }

    fn object(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        if self.is_for() {
            return self.for_expression("}", "`}`");
        }
        self.at += 1;
        let before = std::mem::replace(&mut self.skips_line_breaks, false);
        let mut entries = Vec::new();
        loop {
            self.skip_lines()?;
            if self.take("}") {
                break;
            }
            let key = self.key()?;
            self.skip_space()?;
            if !self.take("=") && !self.take(":") {
                return Err(self.unexpected("`=` or `:`"));
            }
            self.skip_space()?;
            entries.push((key, self.expression()?));
            self.skip_space()?;
            if self.take("}") {
                break;
            }
            match self.line_break() {
                0 => self.expect(",", "`,`, `}` or a new line")?,
                length => self.at += length,
            }
        }
        self.skips_line_breaks = before;
        Ok(self.value(start, ValueKind::Map(entries)))
    }

    /// A key of an object. A bare word is the string that is written.
    fn key(&mut self) -> Result<Value, Failed> {
        let start = self.at;
        let is_word = self.rest().starts_with(scan::is_name_start);
        let mut key = self.expression()?;
        let word = self.input.get(start..self.at).unwrap_or("");
        let is_word = is_word && !word.contains(|it: char| it == '.' || it.is_whitespace());
        match key.kind {
            ValueKind::Open(Some(_)) | ValueKind::Null | ValueKind::Bool(_) if is_word => {
                key.kind = ValueKind::Verbatim;
            }
            ValueKind::Number => key.kind = ValueKind::Verbatim,
            _ => {}
        }
        Ok(key)
    }

    /// Whether the bracket here opens a `for` expression.
    fn is_for(&self) -> bool {
        let inside = self.rest().get(1..).unwrap_or("").trim_start();
        let Some(behind) = inside.strip_prefix("for") else {
            return false;
        };
        behind.starts_with(char::is_whitespace)
    }

    /// `[for x in list : value if condition]` or `{for k, v in map : key => value... if condition}`
    fn for_expression(
        &mut self,
        closing: &'static str,
        expected: &'static str,
    ) -> Result<Value, Failed> {
        let start = self.at;
        self.at += 1;
        let before = std::mem::replace(&mut self.skips_line_breaks, true);
        self.skip_space()?;
        self.at += "for".len();
        self.for_variables()?;
        self.expect(":", "`:`")?;
        self.bracketed()?;
        if closing == "}" {
            self.expect("=>", "`=>`")?;
            self.bracketed()?;
            self.take("...");
            self.skip_space()?;
        }
        if self.starts_with("if") {
            self.at += "if".len();
            self.bracketed()?;
        }
        self.expect(closing, expected)?;
        self.skips_line_breaks = before;
        Ok(self.open(start, None))
    }

    /// `x in list` or `k, v in map`, behind the `for`.
    pub(super) fn for_variables(&mut self) -> Result<(), Failed> {
        loop {
            self.skip_space()?;
            if self.name().is_empty() {
                return Err(self.unexpected("a name"));
            }
            self.skip_space()?;
            if !self.take(",") {
                break;
            }
        }
        if self.name() != "in" {
            return Err(self.unexpected("`in`"));
        }
        self.bracketed()?;
        Ok(())
    }

    fn open(&self, start: usize, reference: Option<Arc<str>>) -> Value {
        self.value(start, ValueKind::Open(reference))
    }

    fn value(&self, start: usize, kind: ValueKind) -> Value {
        Value {
            range: start..self.at,
            kind,
        }
    }
}
