//! What to write instead.

use super::{ErrorKind, TopicFault, listed_all};
use crate::fleet::authority::InvalidAuthority;

impl ErrorKind {
    /// How to put it right, if that is known.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            ErrorKind::UnknownKey { nearest, known, .. } => {
                return proposal(nearest, "keys", known);
            }
            ErrorKind::NotOneOf { nearest, .. } => return proposal(nearest, "", &[]),
            ErrorKind::UnknownHole { nearest, known, .. } => {
                return proposal(nearest, "names", known);
            }
            ErrorKind::UnknownField { nearest, .. }
            | ErrorKind::UnknownAccount { nearest, .. }
            | ErrorKind::UnknownRegion { nearest, .. }
            | ErrorKind::UnknownService { nearest, .. }
            | ErrorKind::UnknownAllowance { nearest, .. }
            | ErrorKind::NoClaim { nearest, .. } => return proposal(nearest, "", &[]),
            ErrorKind::NoProvisioning { nearest, .. }
            | ErrorKind::UnstatedRegion { nearest, .. } => {
                return nearest
                    .as_ref()
                    .map(|it| format!("near to it `{it}` has all that is needed"));
            }
            ErrorKind::Decode(kind) => return kind.help(),
            ErrorKind::Account(fault) => return fault.help(),
            ErrorKind::Stack(fault) => return Some(fault.help()),
            ErrorKind::PrivateCa(fault) => return fault.help().map(str::to_owned),
            ErrorKind::Feature(fault) => return fault.help().map(str::to_owned),
            ErrorKind::NotUnique => "say `unique: true` at a field that the name is made of",
            ErrorKind::Composed(_) => {
                "put the whole value into one field, e.g. `\"thermo-[0-9]{4}\"`"
            }
            ErrorKind::Unbound { .. } => "bind it, e.g. `cert.CN`",
            ErrorKind::UnknownSource { method: "jitp", .. } => {
                "bind the field to a part of the subject, e.g. `cert.CN`"
            }
            ErrorKind::UnknownSource { .. } => {
                "bind the field to `device`, to `hook`, or to `const` and a value"
            }
            ErrorKind::Unchecked { .. } => {
                "bind it to what somebody vouches for: to `cert.CN`, which your CA signs, or to `hook`; a hook may also check what the device sends"
            }
            ErrorKind::NeededKey { key: "because", .. } => {
                "a certificate that all devices share is the last resort: say why it is needed, and who agreed"
            }
            ErrorKind::NeededKey {
                key: "hook",
                method: "claim",
            } => {
                "without a hook, whoever reads the shared certificate out of one device registers any number under any name"
            }
            ErrorKind::WrongType { expected } if **expected == *"a string" => {
                "write a text; numbers and words such as `yes` need quotes"
            }
            ErrorKind::WrongType { .. } => return None,
            ErrorKind::Mismatch { pattern } => match &**pattern {
                "^[0-9]{12}$" => "write the twelve digits of an account, in quotes",
                "^[a-z][a-z0-9-]*$" => {
                    "begin with a lower-case letter; lower-case letters, digits and `-` may follow"
                }
                _ => return None,
            },
            ErrorKind::NeededKey { key: "hook", .. } => {
                "without a hook, whoever has a claim registers any number of devices under any name"
            }
            ErrorKind::HookOfBroker => "use `allowList`, or say `form: direct`",
            ErrorKind::PartitionOfInstallers { .. } => {
                "make a role there that installers may take, and name it as `role`"
            }
            ErrorKind::KeysFromCloud | ErrorKind::KeysOfAllowList => "say `from: csr`",
            ErrorKind::NotReturned(_) => "add it to `returns`",
            ErrorKind::NotBoundToHook(_) => "bind it to `hook`, or leave it out of `returns`",
            ErrorKind::ClaimedName(_) => "choose a `clientIdPrefix` that no thing name begins with",
            ErrorKind::NotAnAttribute(_) => "keep the field in `things.attributes`",
            ErrorKind::NotInSubject(_) => "add it to `subject`, or bind the field to another part",
            ErrorKind::Unstated(_) => "say `decides: rights` at the field",
            ErrorKind::Reserved => "use `features`, e.g. `shadow: [classic]` or `jobs: true`",
            ErrorKind::Topic(TopicFault::FilterPublished) => {
                "write `{any}` for one free level, or `/**` at the end for a free subtree"
            }
            ErrorKind::Topic(TopicFault::FreeRead) => {
                "write `+` for one level, or `#` at the end for a subtree"
            }
            ErrorKind::RetainedRead => "say who writes it, with `by`",
            ErrorKind::SharedOwn => "leave out `shared`, or the device's own level",
            ErrorKind::SharedWithout(_) => "put it into a level, or say `shared: fleet`",
            ErrorKind::SharedByFewer(_) => "say `shared` and the name of the field",
            ErrorKind::NoReason => "say `because`, for whoever reviews it",
            ErrorKind::NothingAllowed(_) => "say `allow`, or leave it out",
            ErrorKind::Ended(_) => "take the exception out, or agree on another day",
            ErrorKind::Later { .. } => {
                "a field bound `later` is an attribute, stands in no name, is set by a service (`sets`), and needs `onExisting: { attributes: merge }`, so that a renewed certificate does not reset it"
            }
            ErrorKind::NotLater(_) => "bind it to `later`, or leave it out of `sets`",
            ErrorKind::ServiceName { .. } => "give the service another name",
            ErrorKind::OneHolder => "say one of them, e.g. `device: any`",
            ErrorKind::CrossesLevels { .. } => {
                "put `{thing}` into a level before, or say `allow: crosses-levels` and `because`"
            }
            ErrorKind::NotApart { .. } => {
                "put `{thing}` into a level, or say `shared: fleet` if it is meant for all"
            }
            ErrorKind::NotIsolated { .. } => "put `{thing}` into a level before",
            ErrorKind::Unproved { .. } => "use `{thing}` as a level of its own in each topic",
            ErrorKind::Assertion(_) => "write it as a topic of the spec",
            ErrorKind::NothingAsserted => "say what is done, e.g. `publish: \"cfg/**\"`",
            ErrorKind::NotAsserted { .. } => "change the topics, or what is asserted of them",
            ErrorKind::Finding { .. } => "`fleetwright explain` and the rule's name say more",
            ErrorKind::NotDistinct(_) => "say `unique: true` of the field, or use `{thing}`",
            ErrorKind::PolicyTooLong { .. } => "say `budget: split`, or ask for fewer topics",
            ErrorKind::Authority {
                fault: InvalidAuthority::PrivateKey,
                ..
            } => "keep the key away from the spec, and name a file with the certificate alone",
            ErrorKind::Authority {
                fault: InvalidAuthority::Several(_),
                ..
            } => "name a file with the certificate of the CA that signs devices alone",
            ErrorKind::Authority {
                fault: InvalidAuthority::Unreadable(_) | InvalidAuthority::NoPem,
                ..
            } => {
                "put the certificate of the CA that signs devices there, as PEM; `fleetwright init` shows how to make one for a test"
            }
            ErrorKind::Authority {
                fault: InvalidAuthority::NotCa | InvalidAuthority::MayNotSign,
                ..
            } => "name the certificate of the CA that signs devices, and not one that it signed",
            ErrorKind::SharedAuthority { .. } => {
                "a CA registers once per account and Region: give each environment its own"
            }
            ErrorKind::NotInCertificate(_) => {
                "let each method bind the field to the same part of the certificate, e.g. `cert.CN`, and let the thing's name be one field"
            }
            ErrorKind::NotBuilt(key) if **key == *"persistent" => {
                "a device may ask for a persistent session as it connects; no right for it is documented beyond `iot:Connect`"
            }
            ErrorKind::NotBuilt(_) => return None,
            ErrorKind::SameLabel { .. } => {
                "let them differ in more than signs or words like `hook` and `claim`"
            }
            ErrorKind::TwoPartitions { .. } => "use an account of each partition",
            ErrorKind::OutsideFolder(_) => "name a folder below, without `.` and `..`",
            ErrorKind::NotNormalized => "write accented letters as one character each",
            ErrorKind::SharedFolder(_) => "give each output a folder of its own, beside the other",
            ErrorKind::ModuleName { .. } => "let its name not end with a Region of the other",
            ErrorKind::Syntax(_)
            | ErrorKind::NoSpec
            | ErrorKind::MissingKey { .. }
            | ErrorKind::TooSmall { .. }
            | ErrorKind::TooGreat { .. }
            | ErrorKind::Nothing
            | ErrorKind::Shape(_)
            | ErrorKind::Pattern(_)
            | ErrorKind::EmptyPattern
            | ErrorKind::Unfit { .. }
            | ErrorKind::Undecided(_)
            | ErrorKind::UnpairedBrace
            | ErrorKind::ReservedField(_)
            | ErrorKind::NotTheField { .. }
            | ErrorKind::Ambiguous(_)
            | ErrorKind::NeededKey { .. }
            | ErrorKind::ForeignKey { .. }
            | ErrorKind::WrongIssuer { .. }
            | ErrorKind::OneHook
            | ErrorKind::OneSignIn
            | ErrorKind::ForeignPrincipal { .. }
            | ErrorKind::ChecksItself
            | ErrorKind::AllowListKey { .. }
            | ErrorKind::NotAValue { .. }
            | ErrorKind::SharedConstant(_)
            | ErrorKind::ParameterName(_)
            | ErrorKind::HookWord(_)
            | ErrorKind::ForeignFunction { .. }
            | ErrorKind::HookSource { .. }
            | ErrorKind::DecidedGroup(_)
            | ErrorKind::Topic(
                TopicFault::PolicyCharacter
                | TopicFault::Filter(_)
                | TopicFault::EmptyLevel
                | TopicFault::PartOfLevel,
            )
            | ErrorKind::TopicTooLong { .. }
            | ErrorKind::TopicTooDeep { .. }
            | ErrorKind::WillRead
            | ErrorKind::HttpsRead
            | ErrorKind::Extends { .. }
            | ErrorKind::ExtendsInside
            | ErrorKind::Room { .. }
            | ErrorKind::NoDay
            | ErrorKind::Firmware { .. }
            | ErrorKind::TooManyPolicies { .. }
            | ErrorKind::Name { .. }
            | ErrorKind::TooMany { .. }
            | ErrorKind::TemplateTooLong { .. }
            | ErrorKind::RepeatedRegion
            | ErrorKind::UnknownEnvironment(_)
            | ErrorKind::Authority { .. }
            | ErrorKind::Expired { .. }
            | ErrorKind::NotYetValid { .. }
            | ErrorKind::SharedName { .. } => return None,
        };
        Some(help.to_owned())
    }
}

fn proposal(nearest: &Option<Box<str>>, what: &str, known: &[Box<str>]) -> Option<String> {
    match nearest {
        Some(nearest) => Some(format!("did you mean `{nearest}`?")),
        None if known.is_empty() => None,
        None => Some(format!("known {what}: {}", listed_all(known))),
    }
}
