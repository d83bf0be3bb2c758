//! A spec that says what it has beyond others: `extends`.

use std::fmt;

use crate::document::{Document, Kind, Node, overlay};
use crate::fleet::{Error, ErrorKind, Unreadable};
use crate::source::{MAX_FILE_BYTES, Span, Spanned};

/// The key.
const EXTENDS: &str = "extends";
/// How many specs may stand one on the other.
const MAX_CHAIN: usize = 8;
/// How many files a spec may be made of.
const MAX_FILES: usize = 64;

/// Why a spec can't be extended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtendsFault {
    /// Its path is of one machine only.
    NotRelative,
    /// It extends itself, over others perhaps.
    Cycle,
    /// Too many stand one on the other.
    TooDeep,
    /// Too many files, or too long ones.
    TooMuch,
    /// It can't be read.
    Unreadable(Unreadable),
    /// It is no mapping.
    NoSpec,
}

impl fmt::Display for ExtendsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExtendsFault::NotRelative => {
                formatter.write_str("say its path from this file, with `/`")
            }
            ExtendsFault::Cycle => formatter.write_str("a spec can't extend itself"),
            ExtendsFault::TooDeep => {
                write!(
                    formatter,
                    "at most {MAX_CHAIN} specs stand one on the other"
                )
            }
            ExtendsFault::TooMuch => write!(
                formatter,
                "a spec is made of at most {MAX_FILES} files and {MAX_FILE_BYTES} bytes"
            ),
            ExtendsFault::Unreadable(fault) => fault.fmt(formatter),
            ExtendsFault::NoSpec => formatter.write_str("the file holds no fleet spec"),
        }
    }
}

/// The spec with all that it extends below it: of several the later one counts, and the spec itself most.
///
/// `name` is the file of the spec, and `read` reads another one by its path relative to the spec; the spans
/// of what it gives are of a source of its own. A spec with errors of syntax is given back as it is.
///
/// # Errors
/// What can't be extended, each at its place in the file that says so.
pub fn extended(
    document: Document,
    name: &str,
    read: &mut dyn FnMut(&str) -> Result<Document, Unreadable>,
) -> Result<Document, Vec<Error>> {
    let Some(root) = document.root().filter(|it| it.entry(EXTENDS).is_some()) else {
        return Ok(document);
    };
    if !document.errors().is_empty() {
        return Ok(document);
    }
    let mut reader = Reader {
        read,
        chain: vec![name.to_owned()],
        files: 1,
        bytes: document.tree().text().as_str().len(),
    };
    match reader.below(root, "") {
        Ok(Some(below)) => Ok(over(&below, root)),
        Ok(None) => Ok(document),
        Err(error) => Err(vec![error]),
    }
}

fn over(below: &Document, root: Node<'_>) -> Document {
    // INVARIANT: what a reader gives has a mapping.
    let base = below.root().unwrap_or(root);
    overlay(base, root, &[EXTENDS])
}

struct Reader<'r> {
    read: &'r mut dyn FnMut(&str) -> Result<Document, Unreadable>,
    /// The files that stand one on the other, relative to the spec.
    chain: Vec<String>,
    files: usize,
    bytes: usize,
}

impl Reader<'_> {
    /// What the spec of this root extends, in one. `folder` is where it lies, relative to the first one;
    /// with a `/` behind if there is any.
    ///
    /// The chain of files ends this.
    fn below(&mut self, root: Node<'_>, folder: &str) -> Result<Option<Document>, Error> {
        let mut below: Option<Document> = None;
        for path in paths(root)? {
            let fault = |fault: ExtendsFault| {
                Error::new(
                    ErrorKind::Extends {
                        path: path.value.into(),
                        fault,
                    },
                    path.span,
                )
            };
            let file =
                joined(folder, path.value).ok_or_else(|| fault(ExtendsFault::NotRelative))?;
            if self.chain.contains(&file) {
                return Err(fault(ExtendsFault::Cycle));
            }
            if self.chain.len() >= MAX_CHAIN {
                return Err(fault(ExtendsFault::TooDeep));
            }
            let document = (self.read)(&file).map_err(|it| fault(ExtendsFault::Unreadable(it)))?;
            self.files += 1;
            self.bytes += document.tree().text().as_str().len();
            if self.files > MAX_FILES || self.bytes > MAX_FILE_BYTES {
                return Err(fault(ExtendsFault::TooMuch));
            }
            if let Some(error) = document.errors().first() {
                return Err(Error::new(
                    ErrorKind::Syntax(error.kind.clone()),
                    error.span,
                ));
            }
            let own = document.root().filter(|it| it.kind() == Kind::Mapping);
            let own = own.ok_or_else(|| fault(ExtendsFault::NoSpec))?;
            let at = file.rfind('/').map_or(0, |at| at + 1);
            let (folder, _) = file.split_at_checked(at).unwrap_or(("", ""));
            self.chain.push(file.clone());
            let inner = self.below(own, folder)?;
            self.chain.pop();
            let whole = match inner {
                Some(inner) => over(&inner, own),
                None => document,
            };
            below = Some(match (below, whole.root()) {
                (Some(before), Some(next)) => over(&before, next),
                (_, _) => whole,
            });
        }
        Ok(below)
    }
}

/// The paths that a spec names.
fn paths<'t>(root: Node<'t>) -> Result<Vec<Spanned<&'t str>>, Error> {
    let Some(list) = root.get(EXTENDS) else {
        return Ok(Vec::new());
    };
    let wrong = |span: Span| {
        let kind = ErrorKind::WrongType {
            expected: "a list of paths".into(),
        };
        Error::new(kind, span)
    };
    if list.kind() != Kind::Sequence {
        return Err(wrong(list.span()));
    }
    list.items()
        .map(|item| {
            let text = item.as_str().ok_or_else(|| wrong(item.span()))?;
            Ok(Spanned::new(text, item.span()))
        })
        .collect()
}

/// A path seen from the first spec; `None` when it is not relative.
fn joined(folder: &str, path: &str) -> Option<String> {
    let is_plain = !path.is_empty() && !path.starts_with('/') && !path.contains(['\\', ':']);
    if !is_plain {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_first_spec() {
        assert_eq!(joined("", "base.yaml").as_deref(), Some("base.yaml"));
        assert_eq!(
            joined("../all/", "more.yaml").as_deref(),
            Some("../all/more.yaml")
        );
        assert_eq!(joined("all/", "../base.yaml").as_deref(), Some("base.yaml"));
        assert_eq!(
            joined("all/", "../../base.yaml").as_deref(),
            Some("../base.yaml")
        );
        for path in ["/base.yaml", "C:base.yaml", "a\\b", ""] {
            assert_eq!(joined("", path), None);
        }
    }
}
