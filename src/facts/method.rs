//! The ways in which devices get registered, and why one takes them or not.

use super::provenance::Provenance;
use super::table;

/// A way in which devices get registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayIn {
    /// Just-in-time provisioning.
    Jitp,
    /// Just-in-time registration.
    Jitr,
    /// Provisioning by trusted user.
    TrustedUser,
    /// Bulk registration.
    Bulk,
    /// Registration one by one.
    Single,
    /// Provisioning by claim.
    Claim,
    /// Migration through a custom authorizer.
    CustomAuthorizer,
}

impl WayIn {
    /// Its word, e.g. `trusted-user`; a fleet spec names a method by it.
    pub fn word(self) -> &'static str {
        match self {
            WayIn::Jitp => "jitp",
            WayIn::Jitr => "jitr",
            WayIn::TrustedUser => "trusted-user",
            WayIn::Bulk => "bulk",
            WayIn::Single => "single",
            WayIn::Claim => "claim",
            WayIn::CustomAuthorizer => "custom-authorizer",
        }
    }
}

/// What is known of a way in.
///
/// Source: `facts/methods.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvisioningMethod {
    /// Which one.
    pub way: WayIn,
    /// Its name, e.g. `just-in-time provisioning`.
    pub name: &'static str,
    /// What happens.
    pub summary: &'static str,
    /// What someone has who opens one device.
    pub stolen: &'static str,
    /// What firmware and operations have to do.
    pub mind: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Why a way in is taken or not.
///
/// Source: `facts/methods.yaml`, which has the sentence for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Each device has credentials before delivery.
    UniqueCredentials,
    /// Devices in the field have certificates.
    CertificatesInTheField,
    /// There are no credentials before delivery.
    NoUniqueCredentials,
    /// Devices in the field have no certificates.
    NoCertificateInTheField,
    /// There is no CA.
    NoCa,
    /// There is an own CA.
    OwnCa,
    /// There is a CA of AWS Private CA.
    PrivateCa,
    /// There could be a CA.
    CaToBeMade,
    /// A chip keeps the private key.
    KeysInHardware,
    /// Nothing keeps the private key.
    KeysInMemory,
    /// Several accounts need to know the CA.
    SeveralAccounts,
    /// A function has to be written.
    NeedsCode,
    /// Credentials before delivery do without a claim.
    CredentialsAreBetter,
    /// Nobody is there at the installation.
    NoInstaller,
    /// Somebody is there at the installation.
    Installer,
    /// A claim for one installation beats one for all devices.
    InstallerIsBetter,
    /// There is no list of devices.
    NoList,
    /// There are no certificates or requests to list.
    NoRequests,
    /// A list does without a CA.
    ListWithoutCa,
    /// A list has to be made.
    ListIsWork,
    /// Calls do without a CA.
    OneByOne,
    /// Calls have to be made.
    CallsAreWork,
    /// Devices have tokens.
    Tokens,
    /// Devices have no tokens.
    NoTokens,
    /// Tokens tell devices apart, a claim does not.
    TokensAreBetter,
    /// Nothing else is left.
    LastResort,
    /// The hook has a list.
    ListForTheHook,
    /// The hook has no list.
    NoListForTheHook,
}

/// The sentence of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodReason {
    /// What it says: one line without a full stop.
    pub text: &'static str,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Returns all ways in, the better ones first.
pub fn methods() -> &'static [ProvisioningMethod] {
    table::methods::METHODS
}

/// Returns what a reason says.
pub fn reason(reason: Reason) -> &'static MethodReason {
    table::methods::reason(reason)
}
