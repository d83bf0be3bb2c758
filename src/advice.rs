//! Which way of registering devices fits, and the spec to begin with.
//!
//! What is known of the ways stands in `facts/methods.yaml`; here it is decided which of them fit
//! the circumstances of a fleet. Nothing here asks anybody: [`Circumstances::missing`] says what is
//! not known yet and matters.

use serde::Deserialize;

use crate::facts::{ProvisioningMethod, Reason, WayIn, methods};
use crate::fleet::spec::{Keys, MethodKind};

mod circumstances;
mod start;

pub use circumstances::{
    Accounts, Authority, Circumstances, Devices, Error, ErrorKind, Fact, Known, Serials, read,
};
pub use start::{SCHEMA_FILE, SPEC_FILE, Start, Started};

/// The ways in, each with what speaks for it or against it.
#[derive(Debug)]
pub struct Advice {
    /// The best one first, then what would work, then what can't; the order of the source in each.
    pub ranking: Vec<Ranked>,
    /// What to begin with: the best one that is built.
    pub start: Start,
}

/// A way in, judged.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// What is known of it.
    pub method: &'static ProvisioningMethod,
    /// Whether to take it.
    pub verdict: Verdict,
    /// Why, the most important first.
    pub reasons: Vec<Reason>,
    /// Whether `generate` writes it.
    pub is_built: bool,
}

/// Whether to take a way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The best that fits.
    Recommended,
    /// It would work, and another is better.
    Possible,
    /// It can't work.
    Unfit,
}

impl Verdict {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Recommended => "recommended",
            Verdict::Possible => "possible",
            Verdict::Unfit => "unfit",
        }
    }
}

/// Whether a way in can work.
enum Judgement {
    /// It can: what speaks for it, and why another is taken if a better one works.
    Works { why: Vec<Reason>, why_not: Reason },
    /// It can't.
    Fails(Reason),
}

/// Judges all ways in.
pub fn advise(known: &Known) -> Advice {
    let judged = methods()
        .iter()
        .map(|method| (method, judge(method.way, known)));
    let mut judged: Vec<_> = judged.collect();
    // The source orders ways that stand alone; a token makes its authorizer better than a claim,
    // which only follows it there.
    judged.sort_by_key(|(method, _)| u8::from(method.way == WayIn::Claim));
    let works = |it: &&(_, Judgement)| matches!(it.1, Judgement::Works { .. });
    let best = judged.iter().find(works).map(|(method, _)| method.way);
    let start = judged.iter().filter(works);
    let start = start.filter_map(|(method, _)| built(method.way)).next();
    let mut ranking: Vec<Ranked> = judged
        .into_iter()
        .map(|(method, judgement)| {
            let (verdict, reasons) = match judgement {
                Judgement::Works { why, .. } if Some(method.way) == best => {
                    (Verdict::Recommended, why)
                }
                Judgement::Works { why_not, .. } => (Verdict::Possible, vec![why_not]),
                Judgement::Fails(reason) => (Verdict::Unfit, vec![reason]),
            };
            let is_built = built(method.way).is_some();
            Ranked {
                method,
                verdict,
                reasons,
                is_built,
            }
        })
        .collect();
    ranking.sort_by_key(|it| it.verdict);
    Advice {
        ranking,
        start: Start {
            // A claim works wherever nothing else does.
            method: start.unwrap_or(MethodKind::Claim),
            keys: known.keys,
            is_multi_account: known.accounts == Some(Accounts::Several),
        },
    }
}

/// The method of the fleet spec, if it is built: the grammar knows no other.
fn built(way: WayIn) -> Option<MethodKind> {
    let word = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(way.word());
    MethodKind::deserialize(word).ok()
}

fn judge(way: WayIn, known: &Known) -> Judgement {
    let has_certificates = known.has_certificates();
    let has_ca = known.has_ca();
    let without_certificates = match known.devices {
        Devices::New => Reason::NoUniqueCredentials,
        Devices::Certificates | Devices::Tokens | Devices::Bare => Reason::NoCertificateInTheField,
    };
    let is_listed = known.serials == Some(Serials::Known);
    match way {
        WayIn::Jitp | WayIn::Jitr if !has_certificates => Judgement::Fails(without_certificates),
        WayIn::Jitp | WayIn::Jitr if !has_ca => Judgement::Fails(Reason::NoCa),
        WayIn::Jitp | WayIn::Jitr => Judgement::Works {
            why: of_certificates(known),
            why_not: Reason::NeedsCode,
        },
        WayIn::TrustedUser if known.installer != Some(true) && known.is_asked_for_installer() => {
            Judgement::Fails(Reason::NoInstaller)
        }
        WayIn::TrustedUser => Judgement::Works {
            why: vec![Reason::Installer, of_keys(known)],
            why_not: Reason::CredentialsAreBetter,
        },
        WayIn::Bulk if !has_certificates => Judgement::Fails(Reason::NoRequests),
        WayIn::Bulk if !is_listed && !has_ca => Judgement::Fails(Reason::NoList),
        WayIn::Bulk => Judgement::Works {
            why: vec![Reason::ListWithoutCa, of_keys(known)],
            why_not: Reason::ListIsWork,
        },
        WayIn::Single if !has_certificates => Judgement::Fails(Reason::NoRequests),
        WayIn::Single => Judgement::Works {
            why: vec![Reason::OneByOne, of_keys(known)],
            why_not: Reason::CallsAreWork,
        },
        WayIn::CustomAuthorizer => match known.devices {
            Devices::Tokens => Judgement::Works {
                why: vec![Reason::Tokens, of_keys(known)],
                why_not: Reason::InstallerIsBetter,
            },
            Devices::New | Devices::Certificates | Devices::Bare => {
                Judgement::Fails(Reason::NoTokens)
            }
        },
        WayIn::Claim => Judgement::Works {
            why: vec![
                Reason::LastResort,
                match is_listed {
                    true => Reason::ListForTheHook,
                    false => Reason::NoListForTheHook,
                },
                of_keys(known),
            ],
            why_not: match (has_certificates, known.installer, known.devices) {
                (true, _, _) => Reason::CredentialsAreBetter,
                (false, Some(true), _) => Reason::InstallerIsBetter,
                (false, Some(false) | None, _) => Reason::TokensAreBetter,
            },
        },
    }
}

/// What speaks for certificates that are there before delivery.
fn of_certificates(known: &Known) -> Vec<Reason> {
    let mut why = vec![match known.devices {
        Devices::Certificates => Reason::CertificatesInTheField,
        Devices::New | Devices::Tokens | Devices::Bare => Reason::UniqueCredentials,
    }];
    why.push(of_keys(known));
    why.push(match known.ca {
        Some(Authority::AcmPca) => Reason::PrivateCa,
        Some(Authority::Own) => Reason::OwnCa,
        Some(Authority::Possible | Authority::None) | None => Reason::CaToBeMade,
    });
    if known.accounts == Some(Accounts::Several) {
        why.push(Reason::SeveralAccounts);
    }
    why
}

fn of_keys(known: &Known) -> Reason {
    match known.keys {
        Keys::Tpm | Keys::SecureElement => Reason::KeysInHardware,
        Keys::Device => Reason::KeysInMemory,
    }
}
