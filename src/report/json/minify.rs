//! The report of `fleetwright minify`, version 1.

use serde::Serialize;
use serde_json::Value;

/// `fleetwright minify --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MinifyReport {
    /// Always 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// Characters that AWS counts, of all policies before.
    pub before: usize,
    /// The same after, for each policy.
    pub after: Vec<usize>,
    /// Whether the policies were proved to allow the same as before; otherwise they are as they
    /// were.
    pub proved: bool,
    /// Whether every rewrite was tried; otherwise the budget of work was spent before, and shorter
    /// policies may be possible.
    pub complete: bool,
    /// The documents.
    pub policies: Vec<Value>,
}
