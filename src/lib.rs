//! fleetwright: generates, lints and proves AWS IoT device provisioning and policies, offline.

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
pub mod question;
pub mod report;
pub mod source;
