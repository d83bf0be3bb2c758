//! Derived from facts/methods.yaml by `BLESS=1 cargo test`; edit that.

use crate::facts::method::{MethodReason, ProvisioningMethod, Reason, WayIn};
use crate::facts::provenance::{Basis, source};

/// The ways in, the better ones first.
#[rustfmt::skip]
pub(in crate::facts) static METHODS: &[ProvisioningMethod] = &[
    ProvisioningMethod { way: WayIn::Jitp, name: "just-in-time provisioning", summary: "the factory signs a certificate for each device, and AWS IoT registers the device when it first connects", stolen: "the identity of that one device; its certificate can be revoked alone", mind: &["the first connection is always dropped, while AWS IoT registers the device; firmware has to try again, with a growing pause", "devices send the full name of the endpoint as SNI", "a certificate has to hold every field of the subject that the template reads, and no two devices may have the same name", "nothing is asked before a device gets in but whether your CA signed its certificate; who may sign decides who gets in", "a mass power-on is spread over time, since registrations have a quota"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
    ProvisioningMethod { way: WayIn::Jitr, name: "just-in-time registration", summary: "as just-in-time provisioning, but a function of yours registers the device", stolen: "the identity of that one device; its certificate can be revoked alone", mind: &["the first connection is dropped, and so are all until the function has activated the certificate", "the function is called again at each try, and has to bear it", "the function attaches everything first and activates the certificate last"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html", "2026-11-24", Basis::Documented, None, None) },
    ProvisioningMethod { way: WayIn::TrustedUser, name: "provisioning by trusted user", summary: "the app of a person whom you trust gets a claim of five minutes for the device that they install, and the device asks for its own certificate with it", stolen: "the identity of that one device; the claim has expired", mind: &["the device needs the right time, since the claim is valid for five minutes", "the app brings the claim to the device, over Bluetooth or a network of its own", "at most 10 claims per second are made in an account, and AWS does not raise that", "a hook ties the device to the order of the person who installs it"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Documented, None, None) },
    ProvisioningMethod { way: WayIn::Bulk, name: "bulk registration", summary: "you hand over a list with the certificate, or the request for one, of each device", stolen: "the identity of that one device; its certificate can be revoked alone", mind: &["one task runs at a time in an account and Region", "each line holds a signing request or a certificate; keys that AWS makes would have to be carried to the device", "the results are read, since a line that failed is a device that does not connect"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
    ProvisioningMethod { way: WayIn::Single, name: "single registration", summary: "your back end registers each certificate by a call of its own", stolen: "the identity of that one device; its certificate can be revoked alone", mind: &["who may make this call can make devices; it belongs into a service that you watch", "a certificate that is registered without its CA needs SNI, and can be known in several accounts"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/single-thing-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
    ProvisioningMethod { way: WayIn::Claim, name: "provisioning by claim", summary: "all devices are made with one certificate, the claim, and ask for their own with it", stolen: "the claim of the whole batch; only the hook stands between it and any number of devices", mind: &["the hook is what keeps others out; it has to know each device that may register", "the certificate is made from a signing request, so that no private key is sent", "the device stores its certificate, closes the connection and connects again with it", "a leaked claim is shut off by hand, and with it every device of its batch that has not registered yet", "certificates of AWS IoT are valid until the end of 2049, so that rotation is yours to plan"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Inferred, Some("AWS lists it as the third option and recommends a hook; that it comes last and with care is our reading of its risks"), None) },
    ProvisioningMethod { way: WayIn::CustomAuthorizer, name: "migration through a custom authorizer", summary: "a function of yours checks the token that the device has already, and lets it do nothing but ask for a certificate", stolen: "the token of that one device, until it has been exchanged", mind: &["the function answers within five seconds", "the policy that it returns allows the topics of registration and nothing else", "MQTT with custom authentication connects to port 443 with ALPN", "once the devices have certificates, the authorizer is switched off"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/custom-authentication.html", "2026-11-24", Basis::Inferred, Some("the pages of AWS describe the authorizer; that it guards a registration by claim is the pattern for migrations"), None) },
];

#[rustfmt::skip]
static UNIQUE_CREDENTIALS: MethodReason = MethodReason { text: "each device has a key and a certificate of its own before it is delivered, which is the strongest start", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CERTIFICATES_IN_THE_FIELD: MethodReason = MethodReason { text: "the devices have certificates of their own already", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static NO_UNIQUE_CREDENTIALS: MethodReason = MethodReason { text: "nobody can put a key and a certificate of its own into each device before delivery", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static NO_CERTIFICATE_IN_THE_FIELD: MethodReason = MethodReason { text: "the devices are in the field already, without certificates of their own", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static NO_CA: MethodReason = MethodReason { text: "it needs a CA that signs the devices' certificates and that AWS IoT knows, and there is none; making one is worth it", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static OWN_CA: MethodReason = MethodReason { text: "your CA's certificate is registered with AWS IoT; its key stays where it is", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static PRIVATE_CA: MethodReason = MethodReason { text: "AWS Private CA signs, and its signing CA is registered with AWS IoT", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CA_TO_BE_MADE: MethodReason = MethodReason { text: "a CA has to be made first, your own or with AWS Private CA; it is worth it, since everything after it is weaker", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static KEYS_IN_HARDWARE: MethodReason = MethodReason { text: "the private key never leaves the chip that it was made in, which makes it better still", provenance: source("https://docs.aws.amazon.com/whitepapers/latest/device-manufacturing-provisioning/device-manufacturing-provisioning.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static KEYS_IN_MEMORY: MethodReason = MethodReason { text: "the private key is in the device's memory, where whoever opens the device can read it; a TPM or a secure element would keep it", provenance: source("https://docs.aws.amazon.com/whitepapers/latest/device-manufacturing-provisioning/device-manufacturing-provisioning.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static SEVERAL_ACCOUNTS: MethodReason = MethodReason { text: "several accounts can know the same CA, since it is registered as SNI_ONLY", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static NEEDS_CODE: MethodReason = MethodReason { text: "it needs a function of yours that registers devices; take it where each certificate must be checked against something before it counts, e.g. a list", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CREDENTIALS_ARE_BETTER: MethodReason = MethodReason { text: "certificates that are there before delivery need no claim that somebody could take", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static NO_INSTALLER: MethodReason = MethodReason { text: "no person with an app is there when a device is installed", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static INSTALLER: MethodReason = MethodReason { text: "a person whom you trust is there at the installation, and their claim is worth nothing after five minutes", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static INSTALLER_IS_BETTER: MethodReason = MethodReason { text: "a claim that a trusted person gets for one installation is worth less to a thief than one that all devices carry", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/iot-provision.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static NO_LIST: MethodReason = MethodReason { text: "it needs a list of all devices, and their serials are not known beforehand", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static NO_REQUESTS: MethodReason = MethodReason { text: "it needs the certificate, or the signing request, of each device beforehand; keys made in the cloud would break the chain of trust", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static LIST_WITHOUT_CA: MethodReason = MethodReason { text: "the devices are known and bring signing requests, so that AWS IoT can sign without a CA of yours", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static LIST_IS_WORK: MethodReason = MethodReason { text: "every device has to be listed and handed over; with a CA that AWS IoT knows, devices register by themselves", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-w-cert.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static ONE_BY_ONE: MethodReason = MethodReason { text: "a call for each device fits a back end that knows each certificate, and needs no CA", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/single-thing-provisioning.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CALLS_ARE_WORK: MethodReason = MethodReason { text: "a service of yours has to register each device; another way does without", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/single-thing-provisioning.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static TOKENS: MethodReason = MethodReason { text: "the token that each device has tells it from the others, so that no certificate has to be shared", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/custom-authentication.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static NO_TOKENS: MethodReason = MethodReason { text: "it is for devices that are in the field with tokens of another platform", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/custom-authentication.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static TOKENS_ARE_BETTER: MethodReason = MethodReason { text: "the devices have tokens that tell them apart, and a shared claim does not", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/custom-authentication.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static LAST_RESORT: MethodReason = MethodReason { text: "nothing better fits; whoever takes the claim out of one device can ask as all of them, so it needs a reason (`because`) and a hook that knows each device", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static LIST_FOR_THE_HOOK: MethodReason = MethodReason { text: "the list of serials is what the hook checks against", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html", "2026-11-24", Basis::Inferred, None, None) };

#[rustfmt::skip]
static NO_LIST_FOR_THE_HOOK: MethodReason = MethodReason { text: "without a list of serials the hook has nothing to check against; record them as devices are made", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html", "2026-11-24", Basis::Inferred, None, None) };

/// What a reason says.
pub(in crate::facts) fn reason(reason: Reason) -> &'static MethodReason {
    match reason {
        Reason::UniqueCredentials => &UNIQUE_CREDENTIALS,
        Reason::CertificatesInTheField => &CERTIFICATES_IN_THE_FIELD,
        Reason::NoUniqueCredentials => &NO_UNIQUE_CREDENTIALS,
        Reason::NoCertificateInTheField => &NO_CERTIFICATE_IN_THE_FIELD,
        Reason::NoCa => &NO_CA,
        Reason::OwnCa => &OWN_CA,
        Reason::PrivateCa => &PRIVATE_CA,
        Reason::CaToBeMade => &CA_TO_BE_MADE,
        Reason::KeysInHardware => &KEYS_IN_HARDWARE,
        Reason::KeysInMemory => &KEYS_IN_MEMORY,
        Reason::SeveralAccounts => &SEVERAL_ACCOUNTS,
        Reason::NeedsCode => &NEEDS_CODE,
        Reason::CredentialsAreBetter => &CREDENTIALS_ARE_BETTER,
        Reason::NoInstaller => &NO_INSTALLER,
        Reason::Installer => &INSTALLER,
        Reason::InstallerIsBetter => &INSTALLER_IS_BETTER,
        Reason::NoList => &NO_LIST,
        Reason::NoRequests => &NO_REQUESTS,
        Reason::ListWithoutCa => &LIST_WITHOUT_CA,
        Reason::ListIsWork => &LIST_IS_WORK,
        Reason::OneByOne => &ONE_BY_ONE,
        Reason::CallsAreWork => &CALLS_ARE_WORK,
        Reason::Tokens => &TOKENS,
        Reason::NoTokens => &NO_TOKENS,
        Reason::TokensAreBetter => &TOKENS_ARE_BETTER,
        Reason::LastResort => &LAST_RESORT,
        Reason::ListForTheHook => &LIST_FOR_THE_HOOK,
        Reason::NoListForTheHook => &NO_LIST_FOR_THE_HOOK,
    }
}
