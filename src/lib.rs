//! fleetwright: generates, lints and proves AWS IoT device provisioning and policies, offline.

pub mod artifact;
pub mod document;
pub mod engine;
pub mod facts;
pub mod model;
pub mod source;
