//! Where a fact comes from, and how sure it is.

/// How far AWS's own text carries a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The source says it.
    Documented,
    /// The source says something near it, e.g. the same for IAM, whose conventions AWS IoT follows.
    Inferred,
    /// Sources contradict each other or leave it open; the note says how.
    Unclear,
}

/// The source of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// Address of the public page of AWS.
    pub source: &'static str,
    /// Day on which the page was read, e.g. `2026-11-24`.
    pub retrieved: &'static str,
    /// How far the page carries the fact.
    pub basis: Basis,
    /// What a reader has to know besides, e.g. that two pages disagree.
    pub note: Option<&'static str>,
    /// Day on which the fact was tested against the service, if it was.
    pub observed: Option<&'static str>,
}

/// A source as the derived tables write it.
pub(super) const fn source(
    source: &'static str,
    retrieved: &'static str,
    basis: Basis,
    note: Option<&'static str>,
    observed: Option<&'static str>,
) -> Provenance {
    Provenance {
        source,
        retrieved,
        basis,
        note,
        observed,
    }
}
