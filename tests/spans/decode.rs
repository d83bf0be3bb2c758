//! Decodes strings from the bytes that they are written with, by other means than the readers of
//! `fleetwright::document`.

use std::collections::BTreeSet;
use std::ops::Range;

/// The value of the JSON string inside whose quotes `range` is.
pub(crate) fn json(text: &str, range: Range<usize>) -> Option<String> {
    serde_json::from_str(text.get(range.start.checked_sub(1)?..range.end + 1)?).ok()
}

/// The value of the YAML scalar that is written at `range`: inside its quotes, if it has some.
pub(crate) fn yaml(text: &str, range: Range<usize>) -> Option<String> {
    let before = text[..range.start].chars().next_back();
    let behind = text[range.end..].chars().next();
    match (before, behind) {
        (Some('"'), Some('"')) | (Some('\''), Some('\'')) => {
            serde_yaml::from_str(&text[range.start - 1..range.end + 1]).ok()
        }
        _ => match header(text, range.start) {
            Some(header) => block(text, header, range),
            None => Some(plain(&text[range])),
        },
    }
}

/// The value of the HCL string that is written at `range`: inside its quotes, if it has some, or the
/// lines of a heredoc.
pub(crate) fn hcl(text: &str, range: Range<usize>) -> Option<String> {
    let written = &text[range.clone()];
    let before = &text[..range.start];
    if before.ends_with('"') && text[range.end..].starts_with('"') {
        return serde_json::from_str::<String>(&format!("\"{}\"", long_escapes(written)))
            .ok()
            .map(|it| it.replace("$${", "${").replace("%%{", "%{"));
    }
    let head = before.lines().next_back().unwrap_or("");
    let Some((_, marker)) = head.rsplit_once("<<").filter(|_| before.ends_with('\n')) else {
        return Some(written.to_owned());
    };
    let mut lines: Vec<&str> = written.split_inclusive('\n').collect();
    if marker.starts_with('-') {
        let full = lines.iter().filter(|it| !it.trim().is_empty());
        let indentation = full
            .map(|it| it.len() - it.trim_start().len())
            .min()
            .unwrap_or(0);
        for line in lines.iter_mut().filter(|it| !it.trim().is_empty()) {
            *line = &line[indentation..];
        }
    }
    Some(lines.concat().replace("$${", "${").replace("%%{", "%{"))
}

/// `\U0001F600`, which JSON does not know, as the character itself.
fn long_escapes(written: &str) -> String {
    let mut parts = written.split("\\U");
    let mut plain = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let code = u32::from_str_radix(&part[..8], 16).unwrap();
        plain.push(char::from_u32(code).unwrap());
        plain.push_str(&part[8..]);
    }
    plain
}

/// Where the header of the block scalar that begins at `start` is written, if one does.
fn header(text: &str, start: usize) -> Option<Range<usize>> {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    if !text[line_start..start].trim().is_empty() {
        return None;
    }
    // Blank lines in front of the content belong to it.
    let before = text[..line_start].trim_end();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = &before[line_start..];
    let line = line
        .find(" #")
        .map_or(line, |comment| &line[..comment])
        .trim_end();
    let marks = line.trim_end_matches(|it: char| it.is_ascii_digit() || it == '+' || it == '-');
    let head = marks.strip_suffix(['|', '>'])?;
    (head.is_empty() || head.ends_with([' ', '\t']))
        .then(|| line_start + head.len()..line_start + line.len())
}

/// A block scalar, read by another reader from a document of its own.
fn block(text: &str, header: Range<usize>, range: Range<usize>) -> Option<String> {
    let line_start = text[..header.start].rfind('\n').map_or(0, |at| at + 1);
    let body_start = header.end + text[header.end..].find('\n')? + 1;
    let behind = &text[range.end..];
    // Line breaks at the end count as the header says, whether or not the range holds them.
    let blank = behind.len() - behind.trim_start_matches([' ', '\r', '\n']).len();
    let blank = behind[..blank].rfind('\n').map_or(0, |at| at + 1);
    let body = &text[body_start..range.end + blank];
    // An indentation indicator counts from the column of the key or of the dash.
    let before = &text[line_start..header.start];
    let token = before.len() - before.trim_start_matches([' ', '-']).len();
    let is_item = matches!(
        before[token..].trim_start().as_bytes(),
        [] | [b'!' | b'&', ..]
    );
    let parent = match before[..token].rfind('-') {
        _ if !text[header.clone()].contains(|it: char| it.is_ascii_digit()) => 0,
        Some(dash) if is_item => dash,
        _ => token,
    };
    let body: String = body
        .split_inclusive('\n')
        .map(|line| {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            &line[spaces.min(parent)..]
        })
        .collect();
    let document = format!("k: {}\n{body}", &text[header]);
    let value: serde_yaml::Mapping = serde_yaml::from_str(&document).ok()?;
    value.get("k")?.as_str().map(str::to_owned)
}

/// A plain scalar: line breaks are folded.
fn plain(written: &str) -> String {
    let written = written.replace("\r\n", "\n");
    let mut value = String::new();
    let mut breaks = 0;
    for (place, line) in written.split('\n').enumerate() {
        let line = match place {
            0 => line.trim_end_matches([' ', '\t']),
            _ => line.trim_matches([' ', '\t']),
        };
        breaks += usize::from(place > 0);
        if line.is_empty() {
            continue;
        }
        match breaks {
            0 => {}
            1 => value.push(' '),
            more => value.extend(std::iter::repeat_n('\n', more - 1)),
        }
        breaks = 0;
        value.push_str(line);
    }
    value
}

/// How many strings a character of a text may be inside of, plus one.
const MOST_LAYERS: usize = 5;

/// Whether `written` is one character, through any of the ways in which strings are written inside
/// of each other.
pub(crate) fn writes(written: &str, character: char) -> bool {
    let mut forms = BTreeSet::from([written.to_owned()]);
    for _ in 0..MOST_LAYERS {
        if forms.iter().any(|form| form.chars().eq([character])) {
            return true;
        }
        forms = forms.iter().flat_map(|form| decoded(form)).collect();
    }
    forms.iter().any(|form| form.chars().eq([character]))
}

/// What a part of a string may be one layer further in.
fn decoded(form: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_blank = |it: &str| it.chars().all(|it| " \t\r\n".contains(it));
    if is_blank(form) && form.contains(['\n', '\r']) {
        // Folded, or one of the breaks that stay.
        found.push(" ".to_owned());
        found.push("\n".to_owned());
    }
    if form.contains('\n') {
        found.push(plain(form));
    }
    if form.contains('\\') {
        found.extend(serde_json::from_str::<String>(&format!("\"{form}\"")).ok());
        found.extend(serde_yaml::from_str::<String>(&format!("\"{form}\"")).ok());
    }
    if form.contains("''") {
        found.push(form.replace("''", "'"));
    }
    found
}
