//! A signing CA in AWS Private CA, and the role that issues devices' certificates.

use super::identity::fits;
use super::method::Jitp;
use super::names::{self, DEPLOYMENT_WORDS, unknown_hole};
use super::registration::{Context, role_name_in};
use crate::document::spelling::closest;
use crate::facts::limit;
use crate::fleet::error::PrivateCaFault;
use crate::fleet::language::{Language, Part};
use crate::fleet::plan::{Exemption, Factory, Hierarchy, MadeCa, Note, NoteKind, Signing};
use crate::fleet::spec::{CaKey, CaMode, Either, MadeRoot, MadeSigning, Name, PrivateCa, Subject};
use crate::fleet::{Error, ErrorKind, SubjectField, Target};
use crate::source::{Span, Spanned};

/// The only template by which the factory issues: a certificate for clients, that signs nothing.
const DEVICE_TEMPLATE: &str = "EndEntityClientAuthCertificate/V1";
/// The service, in ARNs.
const SERVICE: &str = "acm-pca";

/// Checks that the role of a factory does not meet when an account may take it.
const OF_ACCOUNT: &[Exemption] = &[Exemption {
    check: "CKV_AWS_61",
    reason: "the spec names an account: whom it lets take the role is decided there",
}];

/// What signs the devices of a method, and who makes it do so.
pub(super) fn of(
    context: &Context<'_>,
    own: &Name,
    jitp: &Jitp<'_>,
    written: &PrivateCa,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<(Signing, Option<Factory>)> {
    let mut planning = Planning {
        context,
        own,
        jitp,
        written,
        errors,
        notes,
    };
    let before = planning.errors.len();
    let signing = planning.signing();
    let factory = planning.factory(signing.as_ref());
    let is_whole = planning.errors.len() == before;
    is_whole.then_some((signing?, factory))
}

struct Planning<'p, 'e> {
    context: &'p Context<'p>,
    own: &'p Name,
    jitp: &'p Jitp<'p>,
    written: &'p PrivateCa,
    errors: &'e mut Vec<Error>,
    notes: &'e mut Vec<Note>,
}

impl Planning<'_, '_> {
    fn fault(&mut self, fault: PrivateCaFault, span: Span) {
        self.errors
            .push(Error::new(ErrorKind::PrivateCa(fault), span));
    }

    fn note(&mut self, kind: NoteKind, span: Span) {
        self.notes.push(Note { kind, span });
    }

    fn signing(&mut self) -> Option<Signing> {
        let (root, signing) = (&self.written.root, &self.written.signing);
        match (&root.value, &signing.value) {
            (Either::Text(at), Either::Text(path)) => {
                let at = Spanned::new(at.clone(), root.span);
                self.root(&at);
                let path = Spanned::new(path.clone(), signing.span);
                self.known(&path)
            }
            (Either::Mapping(made), Either::Mapping(below)) => {
                if let Some(arn) = &self.written.arn {
                    self.fault(PrivateCaFault::MadeHasArn, arn.span);
                }
                self.made(made, root.span, below, signing.span)
            }
            (Either::Mapping(_), Either::Text(_)) | (Either::Text(_), Either::Mapping(_)) => {
                self.fault(PrivateCaFault::HalfMade, signing.span);
                None
            }
        }
    }

    /// Where the root is: in an account of the spec, or at an ARN.
    fn root(&mut self, at: &Name) {
        if at.value.starts_with("arn:") {
            self.arn(at);
        } else if self.context.spec.accounts.get(&at.value).is_none() {
            let known = self.context.spec.accounts.keys().map(|key| &*key.value);
            let kind = ErrorKind::UnknownAccount {
                name: at.value.clone(),
                nearest: closest(&at.value, known).map(Into::into),
            };
            self.errors.push(Error::new(kind, at.span));
        }
    }

    /// The ARN of a private CA, with the account that it is in.
    fn arn(&mut self, written: &Name) -> Option<(String, Box<str>)> {
        let deployment = self.context.deployment;
        let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
        let arn = names::expand(written, deployment, other, self.errors)?;
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let account = match &*parts {
            ["arn", partition, SERVICE, region, account, name]
                if *partition == &*deployment.partition
                    && !region.is_empty()
                    && is_account(account)
                    && name
                        .strip_prefix("certificate-authority/")
                        .is_some_and(is_id) =>
            {
                Some(Box::from(*account))
            }
            _ => None,
        };
        if account.is_none() {
            let fault = PrivateCaFault::NotAnArn(arn.as_str().into());
            self.fault(fault, written.span);
        }
        account.map(|account| (arn, account))
    }

    fn known(&mut self, path: &Name) -> Option<Signing> {
        let deployment = self.context.deployment;
        let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
        let filled = names::expand(path, deployment, other, self.errors)?;
        let file = Spanned::new(filled.into(), path.span);
        let (request, days) = (self.context.request, self.jitp.valid_days);
        let authority =
            super::registration::authority(request, &file, days, self.errors, self.notes)?;
        // Other than a CA of one's own this one keeps to its own end.
        if let Some(today) = request.today
            && today <= authority.not_after
            && authority.not_after < today.after_days(days.value)
        {
            let fault = PrivateCaFault::NotIssued {
                days: days.value,
                until: authority.not_after,
            };
            self.fault(fault, days.span);
        }
        Some(Signing::Known(authority))
    }

    fn made(
        &mut self,
        root: &MadeRoot,
        root_span: Span,
        signing: &MadeSigning,
        signing_span: Span,
    ) -> Option<Signing> {
        let days = self.jitp.valid_days;
        let mode = CaMode::GeneralPurpose;
        let valid = root.valid_days.value;
        let made_root = self.ca(&root.subject, root.key, valid, mode, root_span);
        let valid = signing.valid_days.value;
        let made = self.ca(
            &signing.subject,
            signing.key,
            valid,
            signing.mode,
            signing_span,
        );
        self.lasts(
            "the signing CA",
            &signing.valid_days,
            "its root",
            root.valid_days.value,
        );
        self.lasts("a device", days, "its CA", valid);
        let limit = limit::SHORT_LIVED_CERTIFICATE_DAYS;
        match signing.mode {
            CaMode::ShortLived if u64::from(days.value) > limit => {
                let days_asked = days.value;
                let fault = PrivateCaFault::ShortLived {
                    days: days_asked,
                    limit,
                };
                self.fault(fault, days.span);
            }
            CaMode::ShortLived | CaMode::GeneralPurpose => {}
        }
        let hierarchy = Hierarchy {
            root: made_root?,
            signing: made?,
        };
        if hierarchy.root.common_name == hierarchy.signing.common_name {
            let name = hierarchy.root.common_name.as_str().into();
            self.fault(PrivateCaFault::SameName(name), signing_span);
        }
        if let Some(last) = valid.checked_sub(days.value) {
            let days = days.value;
            let kind = NoteKind::AuthorityUnchecked { last, days };
            self.note(kind, signing_span);
        }
        if self.context.regions > 1 {
            self.note(NoteKind::AuthorityPerRegion, signing_span);
        }
        Some(Signing::Made(Box::new(hierarchy)))
    }

    /// What is issued later than its issuer must end before it.
    fn lasts(&mut self, what: &'static str, days: &Spanned<u32>, issuer: &'static str, limit: u32) {
        if days.value >= limit {
            let fault = PrivateCaFault::Outlives {
                what,
                days: days.value,
                issuer,
                limit,
            };
            self.fault(fault, days.span);
        }
    }

    fn ca(
        &mut self,
        subject: &Subject,
        key: CaKey,
        valid_days: u32,
        mode: CaMode,
        origin: Span,
    ) -> Option<MadeCa> {
        let mut parts: Vec<(SubjectField, String)> = Vec::new();
        for field in SubjectField::all() {
            let Some(written) = field.written(subject) else {
                continue;
            };
            if field == SubjectField::SerialNumber {
                self.fault(PrivateCaFault::Field(field.word()), written.span);
                continue;
            }
            let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
            let Some(value) = names::expand(written, self.context.deployment, other, self.errors)
            else {
                continue;
            };
            if let Ok(language) = Language::of_parts([Part::Literal(&value)]) {
                let what = format!("`{}`", field.word());
                let target = Target::Subject(field);
                fits(&language, &what, target, written.span, self.errors);
            }
            parts.push((field, value));
        }
        let mut names = parts.iter();
        let name = names.find(|(field, _)| *field == SubjectField::CommonName);
        let Some((_, name)) = name else {
            self.fault(PrivateCaFault::NoCommonName, origin);
            return None;
        };
        Some(MadeCa {
            common_name: name.clone(),
            subject: parts,
            key,
            valid_days,
            mode,
            origin,
        })
    }

    fn factory(&mut self, signing: Option<&Signing>) -> Option<Factory> {
        let arn = self.written.arn.as_ref();
        let found = arn.and_then(|arn| self.arn(arn));
        let deployment = self.context.deployment;
        if let (Some((_, account)), Some(arn)) = (&found, arn)
            && *account != deployment.account
        {
            let account = account.clone();
            self.note(NoteKind::AuthorityElsewhere { account }, arn.span);
        }
        let Some(factory) = &self.written.factory else {
            self.note(NoteKind::NoFactory, self.written.signing.span);
            return None;
        };
        if let (Some(Signing::Known(_)), None) = (signing, arn) {
            self.fault(PrivateCaFault::FactoryNeedsArn, factory.span);
        }
        let (taker, exemptions) = self.taker(factory)?;
        let what = "the role of the factory";
        let own = format!("{}-issuer", self.own.value);
        let partition = &deployment.partition;
        Some(Factory {
            role: role_name_in(deployment, &own, what, factory.span, self.errors),
            taker,
            authority: found.map(|(arn, _)| arn),
            template: format!("arn:{partition}:{SERVICE}:::template/{DEVICE_TEMPLATE}"),
            exemptions,
            origin: factory.span,
        })
    }

    /// Who may take the role, as an ARN: nobody is meant by a wildcard.
    fn taker(&mut self, written: &Name) -> Option<(String, &'static [Exemption])> {
        let partition = &self.context.deployment.partition;
        if let Some(account) = self.context.spec.accounts.get(&written.value) {
            let account = account.0.value.clone();
            let arn = format!("arn:{partition}:iam::{account}:root");
            self.note(NoteKind::FactoryOfAccount { account }, written.span);
            return Some((arn, OF_ACCOUNT));
        }
        let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
        let arn = names::expand(written, self.context.deployment, other, self.errors)?;
        let rest = arn.strip_prefix(&format!("arn:{partition}:iam::"));
        let named = rest.and_then(|it| it.split_once(':'));
        let is_known = named.is_some_and(|(account, name)| {
            let name = name
                .strip_prefix("role/")
                .or_else(|| name.strip_prefix("user/"));
            is_account(account) && name.is_some_and(is_iam_name)
        });
        if !is_known {
            self.fault(PrivateCaFault::Taker(arn.as_str().into()), written.span);
            return None;
        }
        Some((arn, &[]))
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|it| it.is_ascii_digit())
}

/// A UUID, as private CAs have them.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|it| it.is_ascii_hexdigit() || it == '-')
}

/// A name of IAM with its path.
fn is_iam_name(text: &str) -> bool {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || "_+=,.@/-".contains(it);
    !text.is_empty() && !text.ends_with('/') && text.chars().all(is_of_name)
}
