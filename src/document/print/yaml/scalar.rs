//! How a string is written so that every YAML reader gets the same string back.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The words that YAML 1.1 or YAML 1.2 take for something else, in lower case.
const WORDS: &[&str] = &[
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "<<",
];

/// A string on one line: plain where no reader can mistake it, else in quotes.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    let has_escapes = text.chars().any(|c| c == '\t' || !is_printable(c));
    if !has_escapes && text.contains(['"', '\\']) {
        return format!("'{}'", text.replace('\'', "''")).into();
    }
    double_quoted(text).into()
}

/// Whether a string may stand without quotes.
///
/// Stricter than YAML: what looks like the beginning of a number is quoted, since YAML 1.1 has
/// many forms of them (`1_000`, `12:30`, `0b1`, `012`, dates…).
fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let second = characters.next();
    let starts_plain = match first {
        '-' | '?' | ':' | ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>'
        | '\'' | '"' | '%' | '@' | '`' | '~' | '=' | ' ' => false,
        '0'..='9' => false,
        // `+1`, `.5`, `.inf`, `.nan`, `...`, and `.e+1`, which YAML 1.1 calls a number.
        '+' | '.' => {
            second.is_some_and(|c| !matches!(c, '0'..='9' | '.' | '_') && !"iInNeE".contains(c))
        }
        _ => true,
    };
    starts_plain
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| c != '\t' && is_printable(c))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A string in double quotes, with the escapes of JSON.
fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_printable(character) => out.push(character),
            _ => {
                // All of them are below U+10000. Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
        }
    }
    out.push('"');
    out
}

/// Whether YAML lets a character stand for itself, on a line, in every version; a tab is one.
pub(super) fn is_printable(character: char) -> bool {
    match character {
        '\t' | ' '..='~' => true,
        // Line breaks of YAML 1.1, and the byte order mark.
        '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        '\u{a0}'..='\u{fffd}' => true,
        // Beyond U+10000.
        _ => character > '\u{ffff}',
    }
}

/// Whether some version of YAML ends a line here.
pub(super) fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A string of several lines as a `|` block with its header and last line break, where that is
/// exact and survives an editor that trims lines; its lines get `indent` spaces.
pub(super) fn block_literal(text: &str, indent: usize) -> Option<String> {
    let body = text.trim_end_matches('\n');
    if body.is_empty() || !text.contains('\n') {
        return None;
    }
    // A tab behind the indentation is indentation to some readers.
    let is_exact = |line: &str| {
        !line.ends_with([' ', '\t']) && !line.starts_with('\t') && line.chars().all(is_printable)
    };
    if !body.split('\n').all(is_exact) {
        return None;
    }
    let breaks = text.len() - body.len();
    let mut out = String::with_capacity(text.len() + 16);
    out.push('|');
    if body.trim_start_matches('\n').starts_with(' ') {
        out.push('2');
    }
    out.push_str(match breaks {
        0 => "-",
        1 => "",
        _ => "+",
    });
    out.push('\n');
    for line in body.split('\n') {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
    Some(out)
}
