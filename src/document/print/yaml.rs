//! Writes YAML that YAML 1.1 and YAML 1.2 read alike, as people write CloudFormation: two spaces,
//! lists indented under their key, short tags.
//!
//! Lines are never folded: an ARN or a policy document stays one piece for `grep`.

use std::borrow::Cow;

use super::{Content, SUBSTITUTE, Value, attribute, decimal, substitution};

mod scalar;

use scalar::{block_literal, quoted};

/// The longest key that is written before its colon without `?`. YAML allows 1024 characters.
const MAX_SIMPLE_KEY_BYTES: usize = 1000;

/// YAML of the tree, with a line break at the end.
///
/// A comment stands in front of the entry or item of its value. The comment of the first entry of
/// a list item stands in front of the item's dash.
pub fn yaml(value: &Value) -> String {
    let mut printer = Printer { out: String::new() };
    printer.comments(value, 0);
    let layout = Layout::of(value);
    if let Some(tag) = &layout.tag {
        printer.out.push('!');
        printer.out.push_str(tag);
    }
    let is_tagged = layout.tag.is_some();
    match layout.body {
        Body::Entries(entries) => {
            printer.break_if(is_tagged);
            printer.entries(&entries, 0, First::OwnLine);
        }
        Body::Items(items) => {
            printer.break_if(is_tagged);
            printer.items(items, 0, First::OwnLine);
        }
        Body::Text(text) => {
            printer.space_if(is_tagged);
            // Readers disagree on the indentation of a block scalar that no parent holds.
            printer.out.push_str(&quoted(&text));
            printer.out.push('\n');
        }
        Body::Word(word) => {
            printer.space_if(is_tagged);
            printer.out.push_str(&word);
            printer.out.push('\n');
        }
    }
    printer.out
}

/// How a value is laid out.
struct Layout<'v> {
    /// The short form of a function, without its `!`.
    tag: Option<&'v str>,
    body: Body<'v>,
}

enum Body<'v> {
    /// A mapping with entries, or the long form of a function.
    Entries(Vec<(&'v str, &'v Value)>),
    /// A list with items.
    Items(&'v [Value]),
    /// A string, quoted as it needs.
    Text(Cow<'v, str>),
    /// As it is.
    Word(Cow<'static, str>),
}

impl<'v> Layout<'v> {
    fn of(value: &'v Value) -> Layout<'v> {
        let (function, argument) = match &value.content {
            Content::Call { function, argument } => (function, argument),
            content @ Content::Template(_) => {
                return Layout {
                    tag: tag(SUBSTITUTE),
                    body: Body::of(content),
                };
            }
            content @ (Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)
            | Content::String(_)
            | Content::Sequence(_)
            | Content::Mapping(_)) => {
                return Layout {
                    tag: None,
                    body: Body::of(content),
                };
            }
        };
        let Some(tag) = tag(function) else {
            return Layout::long(function, argument);
        };
        if let Some((resource, attribute)) = attribute(function, argument) {
            let text = format!("{resource}.{attribute}");
            return Layout {
                tag: Some(tag),
                body: Body::Text(text.into()),
            };
        }
        match &argument.content {
            // A node has one tag, so that of two functions the outer one is written in full.
            Content::Call { .. } | Content::Template(_) => Layout::long(function, argument),
            content @ (Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)
            | Content::String(_)
            | Content::Sequence(_)
            | Content::Mapping(_)) => Layout {
                tag: Some(tag),
                body: Body::of(content),
            },
        }
    }

    fn long(function: &'v str, argument: &'v Value) -> Layout<'v> {
        Layout {
            tag: None,
            body: Body::Entries(vec![(function, argument)]),
        }
    }
}

impl<'v> Body<'v> {
    /// The body of content, behind its tag if it has one.
    fn of(content: &'v Content) -> Body<'v> {
        match content {
            Content::Null => Body::Word("null".into()),
            Content::Bool(true) => Body::Word("true".into()),
            Content::Bool(false) => Body::Word("false".into()),
            Content::Integer(integer) => Body::Word(integer.to_string().into()),
            Content::Tenths(tenths) => Body::Word(decimal(*tenths).into()),
            Content::String(text) => Body::Text(text.into()),
            Content::Template(parts) => Body::Text(substitution(parts).into()),
            Content::Sequence(items) if items.is_empty() => Body::Word("[]".into()),
            Content::Sequence(items) => Body::Items(items),
            Content::Mapping(entries) if entries.is_empty() => Body::Word("{}".into()),
            Content::Mapping(entries) => {
                let entries = entries.iter();
                Body::Entries(entries.map(|(key, value)| (&**key, value)).collect())
            }
            Content::Call { function, argument } => Body::Entries(vec![(function, argument)]),
        }
    }
}

/// The tag of a function, if it has one: `Sub` of `Fn::Sub`, but none of `Fn::ForEach::Topics`.
fn tag(function: &str) -> Option<&str> {
    let tag = match function {
        "Ref" | "Condition" => function,
        _ => function.strip_prefix("Fn::")?,
    };
    let is_word = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(tag)
}

/// Where the first entry or item of a block stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// On a line of its own.
    OwnLine,
    /// Behind the dash of the item that the block is; its comments are written already.
    BehindDash,
}

struct Printer {
    out: String,
}

impl Printer {
    /// Writes the entries of a mapping whose keys have `indent` spaces before them.
    fn entries(&mut self, entries: &[(&str, &Value)], indent: usize, mut first: First) {
        for (key, value) in entries {
            if first == First::OwnLine {
                self.comments(value, indent);
                self.indent(indent);
            }
            first = First::OwnLine;
            let key = quoted(key);
            if key.len() > MAX_SIMPLE_KEY_BYTES {
                self.out.push_str("? ");
                self.out.push_str(&key);
                self.out.push('\n');
                self.indent(indent);
            } else {
                self.out.push_str(&key);
            }
            self.out.push(':');
            self.value(value, indent, Lead::Colon);
        }
    }

    /// Writes the items of a list whose dashes have `indent` spaces before them.
    fn items(&mut self, items: &[Value], indent: usize, mut first: First) {
        for item in items {
            if first == First::OwnLine {
                self.comments_of_item(item, indent);
                self.indent(indent);
            }
            first = First::OwnLine;
            self.out.push('-');
            self.value(item, indent, Lead::Dash);
        }
    }

    /// Writes a value behind its key or dash, which stands at `indent`, and ends the line.
    fn value(&mut self, value: &Value, indent: usize, lead: Lead) {
        let layout = Layout::of(value);
        if let Some(tag) = layout.tag {
            self.out.push_str(" !");
            self.out.push_str(tag);
        }
        let inner = indent + 2;
        let first = match (lead, layout.tag) {
            (Lead::Dash, None) => First::BehindDash,
            (Lead::Dash, Some(_)) | (Lead::Colon, _) => First::OwnLine,
        };
        match layout.body {
            Body::Entries(entries) => {
                self.open(first);
                self.entries(&entries, inner, first);
            }
            Body::Items(items) => {
                self.open(first);
                self.items(items, inner, first);
            }
            Body::Text(text) => {
                self.out.push(' ');
                match block_literal(&text, inner) {
                    Some(block) => self.out.push_str(&block),
                    None => {
                        self.out.push_str(&quoted(&text));
                        self.out.push('\n');
                    }
                }
            }
            Body::Word(word) => {
                self.out.push(' ');
                self.out.push_str(&word);
                self.out.push('\n');
            }
        }
    }

    fn open(&mut self, first: First) {
        self.out.push(match first {
            First::OwnLine => '\n',
            First::BehindDash => ' ',
        });
    }

    fn break_if(&mut self, is_tagged: bool) {
        if is_tagged {
            self.out.push('\n');
        }
    }

    fn space_if(&mut self, is_tagged: bool) {
        if is_tagged {
            self.out.push(' ');
        }
    }

    /// Writes the comments of an item and of what stands on the line of its dash.
    fn comments_of_item(&mut self, item: &Value, indent: usize) {
        self.comments(item, indent);
        let layout = Layout::of(item);
        if layout.tag.is_some() {
            return;
        }
        match layout.body {
            Body::Entries(entries) => {
                if let Some((_, first)) = entries.first() {
                    self.comments(first, indent);
                }
            }
            Body::Items(items) => {
                if let Some(first) = items.first() {
                    self.comments_of_item(first, indent);
                }
            }
            Body::Text(_) | Body::Word(_) => {}
        }
    }

    /// Writes the comment of a value, and that of a tag's argument, which has no other line.
    fn comments(&mut self, value: &Value, indent: usize) {
        let argument = match &value.content {
            Content::Call { argument, .. } if Layout::of(value).tag.is_some() => {
                argument.comment.as_ref()
            }
            Content::Call { .. }
            | Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)
            | Content::String(_)
            | Content::Template(_)
            | Content::Sequence(_)
            | Content::Mapping(_) => None,
        };
        for comment in value.comment.iter().chain(argument) {
            self.comment(comment, indent);
        }
    }

    fn comment(&mut self, comment: &str, indent: usize) {
        let comment = comment.replace("\r\n", "\n");
        for line in comment.split(scalar::is_line_break) {
            self.indent(indent);
            self.out.push('#');
            let line = line.trim_end();
            if !line.is_empty() {
                self.out.push(' ');
            }
            let shown = |c: char| {
                if scalar::is_printable(c) {
                    c
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            };
            self.out.extend(line.chars().map(shown));
            self.out.push('\n');
        }
    }

    fn indent(&mut self, spaces: usize) {
        self.out.extend(std::iter::repeat_n(' ', spaces));
    }
}

/// What a value stands behind.
#[derive(Clone, Copy)]
enum Lead {
    /// Its key.
    Colon,
    /// The dash of its list item.
    Dash,
}
