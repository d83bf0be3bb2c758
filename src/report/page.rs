//! What a rule's file says, as a page.

use std::fmt::Write as _;

use crate::lint::{RuleMeta, Status};

/// The page of a rule in Markdown: a table, why it matters, what to write instead, its limits, and
/// references.
pub fn explain(meta: &RuleMeta) -> String {
    let since = match &meta.status {
        Status::Preview(version) => format!("{version} (preview)"),
        Status::Stable(version) => version.clone(),
    };
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(out, "# {}\n\n{}\n", meta.id, meta.summary);
    let _ = writeln!(out, "| severity | looks at | since |\n|---|---|---|");
    let _ = writeln!(
        out,
        "| {} | {} | {since} |\n",
        meta.severity.as_str(),
        meta.applies_to.join(", ")
    );
    for (title, text) in [
        ("Why", &meta.why),
        ("Fix", &meta.fix),
        ("Limits", &meta.limits),
    ] {
        let _ = writeln!(out, "## {title}\n\n{}\n", text.trim_end());
    }
    let _ = writeln!(out, "## References\n");
    for reference in &meta.references {
        let _ = writeln!(out, "- <{reference}>");
    }
    out
}
