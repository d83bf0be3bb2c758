//! Fleet specs: what a team writes, and what it comes to.
//!
//! [`spec`] reads a spec, [`lower`] decides everything that it leaves open, and [`emit`] writes
//! the [`plan::Plan`] down as trees. Nothing here reads a file or knows the time: the file of a
//! CA's certificate comes through [`Files`], today comes as a [`Date`](crate::model::Date).

mod authority;
mod composed;
pub mod emit;
mod error;
pub mod language;
mod lower;
pub mod plan;
pub mod spec;
mod subject;

pub use authority::{Authority, Files, InvalidAuthority, Unreadable};
pub use error::{AccountFault, Error, ErrorKind, FeatureFault, PrivateCaFault, StackFault, Target};
pub use lower::{Lowered, Request, lower, lower_account};
pub use subject::{CERTIFICATE_ID, SubjectField};
