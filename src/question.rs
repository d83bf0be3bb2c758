//! What users ask in writing: cases of `fleetwright test`, assertions to prove and changes that are
//! agreed to, decoded from documents, and requests put in short words. The answers are the engine's.
//!
//! A [`Case`] names policies, a client and a request, and says what must become of it. Files that
//! it names are read by the caller. An [`Inquiry`] puts threats and assertions to policies; what
//! these leave open is never taken for known ([`Gaps`]).

use std::fmt;

use crate::engine::{Authentication, Context, Decision, Reading, Request, authorize};
use crate::model::{Attachment, Device, Policy, PolicySet};
use crate::source::{Span, Spanned};

mod acknowledgement;
mod ask;
mod assertion;
mod case;
mod change;
mod decode;
mod open;
mod proof;
mod region;
mod values;

pub use acknowledgement::{Acknowledgement, AcknowledgementEntry, acknowledgements};
pub use ask::{Asked, Origin, Place, UnknownAction, action, resource_kind};
pub use assertion::{Assertion, AssertionEntry, InvalidAssertion, assertions};
pub use case::{CaseFormat, cases, implied_client_id};
pub use change::{Change, Changes};
pub use decode::{Error, ErrorKind};
pub use open::{Gaps, sure_grants};
pub use proof::{Inquiry, Outcome, Ownership, Proof, Question, Unproved};
pub use region::{InvalidRegion, ownership, region};
pub use values::with_values;

/// One case of `fleetwright test`.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name in reports.
    pub id: Spanned<Box<str>>,
    /// The policies.
    pub policies: Vec<CasePolicy>,
    /// The client.
    pub device: Device,
    /// How it is connected.
    pub context: Context,
    /// The action that it asks for.
    pub action: Box<str>,
    /// What it asks it of.
    pub asked: Asked,
    /// What must become of the request, as documented.
    pub expect: Spanned<Expectation>,
    /// What must become of it in the cautious reading, if the case says so.
    pub worst_case: Option<Spanned<Expectation>>,
    /// Why, in words.
    pub why: Option<Box<str>>,
    /// The whole case.
    pub span: Span,
}

/// A policy of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CasePolicy {
    /// What it is attached to.
    pub attachment: Attachment,
    /// Where it stands.
    pub source: PolicySource,
}

/// Where the policy of a case stands.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicySource {
    /// In the case.
    Inline(Policy),
    /// In a file: its path, from the folder of the file of cases.
    File(Spanned<Box<str>>),
}

/// What a case expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// The request passes.
    Allow,
    /// The request is refused, one way or the other.
    Deny,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing allows it.
    ImplicitDeny,
}

impl Expectation {
    /// All, as they are written in a case.
    pub const WORDS: [&'static str; 4] = ["allow", "deny", "explicit_deny", "implicit_deny"];

    /// The word of a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Expectation::Allow => "allow",
            Expectation::Deny => "deny",
            Expectation::ExplicitDeny => "explicit_deny",
            Expectation::ImplicitDeny => "implicit_deny",
        }
    }

    /// The expectation of a word.
    pub fn parse(word: &str) -> Option<Expectation> {
        match word {
            "allow" => Some(Expectation::Allow),
            "deny" => Some(Expectation::Deny),
            "explicit_deny" => Some(Expectation::ExplicitDeny),
            "implicit_deny" => Some(Expectation::ImplicitDeny),
            _ => None,
        }
    }

    /// The one expectation that says most of a decision.
    pub fn of(decision: &Decision) -> Expectation {
        match decision {
            Decision::Allow(_) => Expectation::Allow,
            Decision::ExplicitDeny(_) => Expectation::ExplicitDeny,
            Decision::ImplicitDeny => Expectation::ImplicitDeny,
        }
    }

    /// Whether a decision is what is expected.
    pub fn is_met_by(self, decision: &Decision) -> bool {
        match self {
            Expectation::Deny => !decision.is_allowed(),
            Expectation::Allow | Expectation::ExplicitDeny | Expectation::ImplicitDeny => {
                self == Expectation::of(decision)
            }
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A case that came out otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// In which reading.
    pub reading: Reading,
    /// What the case expects, and where.
    pub expect: Spanned<Expectation>,
    /// What the engine decides.
    pub got: Decision,
}

impl Case {
    /// The request, put to the policies of `set`: where the case gives no ARN, its account and
    /// Region are those of the policies.
    pub fn request(&self, set: &PolicySet) -> Request {
        Request {
            device: self.device.clone(),
            action: self.action.clone(),
            resource: self.asked.resource(&Place::of(set)),
            context: self.context.clone(),
        }
    }

    /// Puts the request to the policies of the case; `None` when all is as expected. Of two
    /// readings that come out otherwise the documented one is given.
    pub fn check(&self, set: &PolicySet) -> Option<Mismatch> {
        let request = self.request(set);
        let readings = [
            (Reading::Documented, Some(&self.expect)),
            (Reading::Cautious, self.worst_case.as_ref()),
        ];
        readings.into_iter().find_map(|(reading, expect)| {
            let expect = expect?;
            let got = authorize(set, &request, reading);
            (!expect.value.is_met_by(&got)).then_some(Mismatch {
                reading,
                expect: expect.clone(),
                got,
            })
        })
    }
}

/// What the policies of a client are attached to that proves itself in this way, when nothing else
/// is said.
pub fn usual_attachment(authentication: Authentication) -> Attachment {
    match authentication {
        Authentication::X509 | Authentication::CustomX509 => Attachment::Certificate,
        Authentication::CognitoAuthenticated => Attachment::CognitoIdentity,
        Authentication::CognitoUnauthenticated => Attachment::CognitoRole,
        Authentication::SigV4 => Attachment::Iam,
        Authentication::Custom => Attachment::CustomAuthorizer,
    }
}
