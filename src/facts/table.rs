//! The facts as static tables, derived from `facts/*.yaml`; `tests/facts.rs` says how.
//!
//! Each row stands on one line, so that a changed fact is a changed line.

pub(super) mod actions;
pub(super) mod conditions;
pub(super) mod deployment;
pub mod limit;
pub(super) mod methods;
pub(super) mod names;
pub(super) mod prices;
pub(super) mod provisioning;
pub(super) mod quotas;
pub(super) mod resources;
pub(super) mod stack;
pub(super) mod topics;
pub(super) mod variables;
