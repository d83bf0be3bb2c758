//! The spec to begin with.

use serde::Serialize;

use crate::fleet::emit::Template;
use crate::fleet::spec::{Keys, MethodKind};

/// What editors check a spec against.
const SCHEMA: &str = include_str!("../../schemas/fleet.schema.json");
/// What stands behind a line that is to be edited.
const MARK: &str = "# <-- edit";

/// The name of the spec's file.
pub const SPEC_FILE: &str = "fleet.yaml";
/// The name of the schema's file beside it; the spec names it.
pub const SCHEMA_FILE: &str = "fleet.schema.json";

/// What a spec is to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The way in.
    pub method: MethodKind,
    /// What keeps the private key.
    pub keys: Keys,
    /// Whether environments have accounts of their own.
    pub is_multi_account: bool,
}

/// A spec to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The spec.
    pub spec: String,
    /// The schema that it names.
    pub schema: &'static str,
    /// The lines that are to be edited, from 1.
    pub edits: Vec<usize>,
    /// The certificate of a CA that has to be there, relative to the spec.
    pub ca: Option<&'static str>,
}

/// What the source of the spec asks for.
#[derive(Serialize)]
struct Contents {
    method: &'static str,
    keys: &'static str,
    is_multi_account: bool,
    schema: &'static str,
    ca: Option<&'static str>,
}

impl Start {
    /// The options of `init` that say the same, behind the method.
    pub fn options(&self) -> String {
        let accounts = if self.is_multi_account {
            " --accounts several"
        } else {
            ""
        };
        format!(" --keys {}{accounts}", self.keys.word())
    }

    /// Writes the spec.
    ///
    /// # Errors
    /// Our template is broken, which a test would notice.
    pub fn write(&self) -> Result<Started, minijinja::Error> {
        // Only devices that come with a certificate need a CA that signed it.
        let ca = (self.method == MethodKind::Jitp).then_some("ca/signing.pem");
        let contents = Contents {
            method: self.method.word(),
            keys: self.keys.word(),
            is_multi_account: self.is_multi_account,
            schema: SCHEMA_FILE,
            ca,
        };
        let spec = Template::Spec.render(contents)?;
        let lines = spec.lines().enumerate();
        let edits = lines.filter(|(_, line)| line.contains(MARK));
        let edits = edits.map(|(index, _)| index + 1).collect();
        Ok(Started {
            spec,
            schema: SCHEMA,
            edits,
            ca,
        })
    }
}
