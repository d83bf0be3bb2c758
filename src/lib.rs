//! fleetwright: generates, lints and proves AWS IoT device provisioning and policies, offline.

pub mod facts;
