//! Writes HCL as `terraform fmt` would.
//!
//! Text is data here: `${` and `%{` in a string are written such that Terraform reads them back as
//! text. A value is open only where it is a [`Content::Template`] or a [`Content::Call`], whose
//! argument is the list of its arguments.

use std::fmt::Write as _;

use super::{Content, Part, Value, decimal};

/// Attributes and blocks, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// What the body holds.
    pub items: Vec<Item>,
}

/// What stands in a [`Body`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `name = value`; the value's comment stands in front.
    Attribute {
        /// An identifier.
        name: String,
        /// Its value.
        value: Value,
    },
    /// `kind "label" { … }`
    Block(Block),
}

/// A block: `resource "aws_iot_policy" "device" { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// An identifier, e.g. `resource`.
    pub kind: String,
    /// The labels, without quotes.
    pub labels: Vec<String>,
    /// What it holds.
    pub body: Body,
    /// Written as `# …` in front: one comment for each line.
    pub comment: Option<String>,
}

impl Body {
    /// This body with one more attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Body {
        self.items.push(Item::Attribute {
            name: name.into(),
            value: value.into(),
        });
        self
    }

    /// This body with one more block.
    #[must_use]
    pub fn with_block(mut self, block: Block) -> Body {
        self.items.push(Item::Block(block));
        self
    }
}

impl Block {
    /// A block without comment.
    pub fn new<'l>(
        kind: impl Into<String>,
        labels: impl IntoIterator<Item = &'l str>,
        body: Body,
    ) -> Block {
        Block {
            kind: kind.into(),
            labels: labels.into_iter().map(str::to_owned).collect(),
            body,
            comment: None,
        }
    }

    /// This block with a comment in front.
    #[must_use]
    pub fn with_comment(self, comment: impl Into<String>) -> Block {
        Block {
            comment: Some(comment.into()),
            ..self
        }
    }
}

/// HCL of a body, with a line break at the end; `comment` heads it. What stands before each `=` is
/// taken to be ASCII: Terraform counts what people see as one character.
///
/// # Examples
/// ```
/// use fleetwright::document::print::{Block, Body, Value, hcl};
/// let body = Body::default().with("name", "a").with("policy", Value::from("${iot:ClientId}"));
/// let block = Block::new("resource", ["aws_iot_policy", "device"], body);
/// let text = hcl(&Body::default().with_block(block), None);
/// assert_eq!(text, "resource \"aws_iot_policy\" \"device\" {\n  name   = \"a\"\n  policy = \"$${iot:ClientId}\"\n}\n");
/// ```
pub fn hcl(body: &Body, comment: Option<&str>) -> String {
    let mut printer = Printer { out: String::new() };
    if let Some(comment) = comment {
        printer.comment(comment, 0);
        if !body.items.is_empty() {
            printer.out.push('\n');
        }
    }
    printer.body(body, 0);
    printer.out
}

/// The text that heads a value's line, and how it goes on.
struct Line<'v> {
    key: String,
    value: &'v Value,
    /// The value, when it takes one line.
    inline: Option<String>,
}

impl<'v> Line<'v> {
    fn new(key: String, value: &'v Value) -> Line<'v> {
        let inline = match &value.content {
            // Only here does a line break follow, which a heredoc needs.
            Content::String(text) if is_heredoc(text) => None,
            _ => inline(value),
        };
        Line { key, value, inline }
    }

    /// How many characters the key is filled up to: `terraform fmt` aligns the `=` of neighbours
    /// that take one line each.
    fn width(&self) -> usize {
        self.key.chars().count()
    }

    /// Whether the `=` is aligned with the one above. A heredoc counts as the line that it begins
    /// on.
    fn joins(&self, above: &Line<'_>) -> bool {
        let is_short = |line: &Line<'_>| {
            line.inline.is_some() || matches!(line.value.content, Content::String(_))
        };
        is_short(self) && is_short(above) && self.value.comment.is_none()
    }
}

struct Printer {
    out: String,
}

impl Printer {
    fn body(&mut self, body: &Body, depth: usize) {
        let mut run: Vec<Line<'_>> = Vec::new();
        for (place, item) in body.items.iter().enumerate() {
            match item {
                Item::Attribute { name, value } => {
                    let follows_block = place
                        .checked_sub(1)
                        .and_then(|before| body.items.get(before))
                        .is_some_and(|before| matches!(before, Item::Block(_)));
                    if follows_block {
                        self.out.push('\n');
                    }
                    run.push(Line::new(name.clone(), value));
                }
                Item::Block(block) => {
                    self.lines(&std::mem::take(&mut run), depth);
                    if place > 0 {
                        self.out.push('\n');
                    }
                    self.block(block, depth);
                }
            }
        }
        self.lines(&run, depth);
    }

    fn block(&mut self, block: &Block, depth: usize) {
        if let Some(comment) = &block.comment {
            self.comment(comment, depth);
        }
        self.indent(depth);
        self.out.push_str(&block.kind);
        for label in &block.labels {
            self.out.push(' ');
            self.out.push_str(&quoted(label));
        }
        if block.body.items.is_empty() {
            self.out.push_str(" {}\n");
            return;
        }
        self.out.push_str(" {\n");
        self.body(&block.body, depth + 1);
        self.indent(depth);
        self.out.push_str("}\n");
    }

    /// Attributes, or entries of an object.
    fn lines(&mut self, lines: &[Line<'_>], depth: usize) {
        let joined = lines.chunk_by(|above, line| line.joins(above));
        for run in joined {
            let width = run.iter().map(Line::width).max().unwrap_or(0);
            for line in run {
                if let Some(comment) = &line.value.comment {
                    self.comment(comment, depth);
                }
                self.indent(depth);
                let key = &line.key;
                let _ = write!(self.out, "{key:width$} = ");
                match (&line.inline, &line.value.content) {
                    (Some(text), _) => self.out.push_str(text),
                    (None, Content::String(text)) => self.heredoc(text, depth),
                    (None, _) => self.value(line.value, depth),
                }
                self.out.push('\n');
            }
        }
    }

    /// A value that takes several lines; the first goes on where the printer stands.
    fn value(&mut self, value: &Value, depth: usize) {
        if let Some(text) = inline(value) {
            self.out.push_str(&text);
            return;
        }
        match &value.content {
            Content::Mapping(entries) => {
                let entries = entries.iter();
                let lines: Vec<Line<'_>> = entries
                    .map(|(key, value)| Line::new(object_key(key), value))
                    .collect();
                self.out.push_str("{\n");
                self.lines(&lines, depth + 1);
                self.indent(depth);
                self.out.push('}');
            }
            Content::Sequence(items) => {
                self.out.push_str("[\n");
                for item in items {
                    if let Some(comment) = &item.comment {
                        self.comment(comment, depth + 1);
                    }
                    self.indent(depth + 1);
                    self.value(item, depth + 1);
                    self.out.push_str(",\n");
                }
                self.indent(depth);
                self.out.push(']');
            }
            Content::Call { function, argument } => {
                let _ = write!(self.out, "{function}(");
                for (place, argument) in arguments(argument).iter().enumerate() {
                    if place > 0 {
                        self.out.push_str(", ");
                    }
                    self.value(argument, depth);
                }
                self.out.push(')');
            }
            // These take one line each.
            Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)
            | Content::String(_)
            | Content::Template(_) => {}
        }
    }

    fn heredoc(&mut self, text: &str, depth: usize) {
        let _ = writeln!(self.out, "<<-{TERMINATOR}");
        for line in text.lines() {
            self.indent(depth + 1);
            escape_references(line, &mut self.out);
            self.out.push('\n');
        }
        self.indent(depth);
        self.out.push_str(TERMINATOR);
    }

    fn comment(&mut self, comment: &str, depth: usize) {
        for line in comment.lines() {
            self.indent(depth);
            // What is not seen, or turns what is seen around, has no place in a comment.
            let is_hidden = |it: char| {
                it.is_control()
                    || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            };
            let line: String = line.chars().filter(|it| !is_hidden(*it)).collect();
            let _ = writeln!(self.out, "{}", format!("# {line}").trim_end());
        }
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// What ends a heredoc.
const TERMINATOR: &str = "EOT";

/// The value on one line; `None` when it takes several.
fn inline(value: &Value) -> Option<String> {
    match &value.content {
        Content::Null => Some("null".to_owned()),
        Content::Bool(value) => Some(value.to_string()),
        Content::Integer(integer) => Some(integer.to_string()),
        Content::Tenths(tenths) => Some(decimal(*tenths)),
        Content::String(text) => Some(quoted(text)),
        Content::Template(parts) => Some(match &**parts {
            [Part::Reference(name)] => name.clone(),
            parts => template(parts),
        }),
        Content::Sequence(items) => match &**items {
            [] => Some("[]".to_owned()),
            [item] if item.comment.is_none() => match item.content {
                Content::Mapping(_) => None,
                _ => inline(item).map(|item| format!("[{item}]")),
            },
            _ => None,
        },
        Content::Mapping(entries) => entries.is_empty().then(|| "{}".to_owned()),
        Content::Call { function, argument } => {
            let arguments = arguments(argument).iter().map(in_call);
            let arguments = arguments.collect::<Option<Vec<String>>>()?.join(", ");
            Some(format!("{function}({arguments})"))
        }
    }
}

/// An argument on one line; there a list is too.
fn in_call(value: &Value) -> Option<String> {
    match &value.content {
        Content::Sequence(items) if items.iter().all(|item| item.comment.is_none()) => {
            let items = items.iter().map(inline);
            let items = items.collect::<Option<Vec<String>>>()?.join(", ");
            Some(format!("[{items}]"))
        }
        _ => inline(value),
    }
}

/// The arguments of a call: the items of its list.
fn arguments(argument: &Value) -> &[Value] {
    match &argument.content {
        Content::Sequence(items) => items,
        _ => std::slice::from_ref(argument),
    }
}

/// Whether a text is written as lines of its own: what has lines, all of them plain.
///
/// A heredoc knows no escapes but those of references, and takes away the white space that all its
/// lines begin with; the last line always ends.
fn is_heredoc(text: &str) -> bool {
    let is_plain = |line: &str| {
        let is_shown = |it: char| !it.is_control() && it != '\u{feff}';
        !line.is_empty()
            && !line.starts_with([' ', '\t'])
            && line.trim() != TERMINATOR
            && !line.contains("$${")
            && !line.contains("%%{")
            && line.chars().all(is_shown)
    };
    text.ends_with('\n') && text.lines().count() > 1 && text.split_terminator('\n').all(is_plain)
}

/// A key of an object: bare where it is a word of HCL.
fn object_key(key: &str) -> String {
    const KEYWORDS: &[&str] = &["if", "for", "null", "true", "false"];
    let mut letters = key.chars();
    let is_word = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '-')
        && !KEYWORDS.contains(&key);
    if is_word { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    template(&[Part::Text(text.to_owned())])
}

fn template(parts: &[Part]) -> String {
    let mut out = String::from('"');
    for part in parts {
        match part {
            Part::Reference(name) => {
                let _ = write!(out, "${{{name}}}");
            }
            Part::Text(text) => quote(text, &mut out),
        }
    }
    out.push('"');
    out
}

/// Writes characters of a string in quotes.
fn quote(text: &str, out: &mut String) {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => {
                // `$${` is text, and behind another `$` it would be read as something else.
                if before == Some(character) {
                    let _ = write!(out, "\\u{:04x}", u32::from(character));
                } else {
                    out.push(character);
                    out.push(character);
                }
            }
            other
                if other.is_control() || matches!(other, '\u{feff}' | '\u{2028}' | '\u{2029}') =>
            {
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
            other => out.push(other),
        }
        before = Some(character);
    }
}

/// Writes characters such that nothing in them is taken for a reference.
fn escape_references(text: &str, out: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        out.push(character);
        if matches!(character, '$' | '%') && characters.peek() == Some(&'{') {
            out.push(character);
        }
    }
}
