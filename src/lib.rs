//! fleetwright: generates, lints and proves AWS IoT device provisioning and policies, offline.
//!
//! # The map
//!
//! | | input | | | | | output |
//! |---|---|---|---|---|---|---|
//! | lint | [`source`] | [`document`] | [`artifact`] | [`model`], [`engine`] | [`lint`] | [`report`] |
//! | can, test, prove, diff | [`source`] | [`document`] | [`artifact`] | [`question`] | [`engine`] | text, JSON |
//! | advise, init | [`advice::Circumstances`] | | [`facts`]: methods | [`advice`]: ranked, a spec to begin with | | text, JSON, a spec |
//! | generate | [`source`] | [`document`] | [`fleet`]: spec to plan | [`fleet::emit`] | [`generate`]: proved, linted, read back by [`project`] | files |
//!
//! [`document`] reads texts into trees whose nodes know their span, however deep they are embedded;
//! a good place to start is [`artifact::read`], which finds policies and templates in one, and then
//! [`engine::authorize`], which decides a request. [`facts`] is what AWS documents; nothing else
//! states it. Modules import downwards only: `tests/layers.rs` holds the table, `docs/design.md`
//! the reasons. [`cli`] alone touches files, the terminal and the environment.

pub mod advice;
pub mod artifact;
#[cfg(feature = "cli")]
pub mod cli;
pub mod document;
pub mod engine;
pub mod facts;
pub mod fleet;
pub mod generate;
pub mod lint;
pub mod model;
pub mod project;
pub mod question;
pub mod report;
pub mod source;
