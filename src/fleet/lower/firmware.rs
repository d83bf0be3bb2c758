//! Topics of the firmware that is in the field: what it does must go on working.

use serde::Deserialize;

use crate::document::decode::{Ordered, decode};
use crate::document::{Document, Syntax};
use crate::fleet::authority::Files;
use crate::fleet::spec::{FleetSpec, Name, TopicIntent};
use crate::fleet::{Error, ErrorKind};
use crate::source::{Source, Sources, Span, Text};

/// A version of the firmware, and its topics.
#[derive(Debug)]
pub(super) struct Release {
    /// Its file.
    pub path: Box<str>,
    /// Its topics. All of them stand where the spec names the file.
    pub topics: Vec<(Name, TopicIntent)>,
}

/// What such a file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseFile {
    topics: Ordered<Name, TopicIntent>,
}

/// The versions that a spec names.
pub(super) fn of(spec: &FleetSpec, files: &dyn Files, errors: &mut Vec<Error>) -> Vec<Release> {
    let mut releases = Vec::new();
    for path in &spec.firmware {
        match read(path, files) {
            Ok(topics) => releases.push(Release {
                path: path.value.clone(),
                topics,
            }),
            Err(fault) => {
                let kind = ErrorKind::Firmware {
                    path: path.value.clone(),
                    fault: fault.into(),
                };
                errors.push(Error::new(kind, path.span));
            }
        }
    }
    releases
}

fn read(path: &Name, files: &dyn Files) -> Result<Vec<(Name, TopicIntent)>, String> {
    let bytes = files.read(&path.value).map_err(|fault| fault.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
    let mut sources = Sources::default();
    let id = sources.add(Source::new(&*path.value, &*text));
    let at = |span: Span, what: String| format!("line {}: {what}", sources.start(span).line);
    let source = sources.get(id).ok_or("it can't be read")?;
    let document = Document::parse(&Text::of_source(id, source), Syntax::Yaml);
    if let Some(error) = document.errors().first() {
        return Err(at(error.span, error.to_string()));
    }
    let root = document.root().ok_or("it is empty")?;
    let file: ReleaseFile = decode(root).map_err(|error| at(error.span, error.kind.to_string()))?;
    let mut topics: Vec<(Name, TopicIntent)> = file.topics.into_iter().collect();
    for (name, intent) in &mut topics {
        moved(name, intent, path.span);
    }
    Ok(topics)
}

/// Errors name places of the spec.
fn moved(name: &mut Name, intent: &mut TopicIntent, span: Span) {
    name.span = span;
    intent.topic.span = span;
    intent.device.span = span;
    let flags = [&mut intent.retain, &mut intent.will, &mut intent.https];
    for flag in flags.into_iter().flatten() {
        flag.span = span;
    }
    let names = [
        &mut intent.by,
        &mut intent.shared,
        &mut intent.allow,
        &mut intent.because,
        &mut intent.until,
    ];
    for name in names.into_iter().flatten() {
        name.span = span;
    }
}
