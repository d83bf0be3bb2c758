//! What an answer may cost.
//!
//! All that grows with the policies takes steps from the same budget: searches, patterns that are made
//! of statements, names that are tried, requests that are put to the policies. So it is spent as time
//! passes, some 50 to 100 ns for a step, and does not depend on the machine. Who finds it used up ends,
//! and says so (docs/semantics.md, P8).

/// What the beginning of a search costs, beside its patterns.
pub(super) const SEARCH: usize = 6;

/// Takes steps from what is left.
pub(super) fn spend(work: &mut u64, steps: usize) {
    *work = work.saturating_sub(steps as u64);
}
