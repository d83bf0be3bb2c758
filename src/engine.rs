//! Decides: may this request pass. Knows no files and no syntax.
//!
//! [`authorize`] is the evaluation that AWS documents, in two readings: [`Reading::Documented`] is
//! the best estimate where AWS is silent, [`Reading::Cautious`] what a promise must survive. The
//! contract is `docs/semantics.md`; the section numbers in this module are its sections.

mod authorize;
mod bound;
mod comparison;
mod compile;
mod condition;
mod context;
mod contrast;
mod diff;
mod isolation;
mod language;
mod matching;
mod minify;
mod names;
mod reach;
mod request;
mod session;
mod values;
mod witness;
mod work;

pub use authorize::{Decision, Reading, authorize, covers, open_entry};
pub use bound::{Bound, BoundSense, bound};
pub use context::passing;
pub use diff::{Delta, PolicyDiff, diff};
pub use isolation::{
    Assumption, Between, ClientIds, Isolation, Reason, Region, RegionPiece, Threat, Tie, Verdict,
    assumptions, isolation, isolation_from, shared_topics,
};
pub use minify::{Minified, minify};
pub use request::{Authentication, Context, Protocol, Request};
pub use witness::{Step, Witness};
