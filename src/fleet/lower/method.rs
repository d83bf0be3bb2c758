//! Methods with the keys that they have, and no others.

use crate::fleet::spec::{
    AllowList, CognitoInstallers, FleetSpec, Form, Hook, Installers, Issuer, Keys, MadeFrom,
    Method, MethodKind, Name, Payload, PrivateCa, Subject,
};
use crate::fleet::{Error, ErrorKind};
use crate::source::{Span, Spanned};

/// A way in which devices get registered.
#[derive(Debug)]
pub(super) struct Entry<'s> {
    /// Its name.
    pub name: &'s Name,
    /// As written.
    pub method: &'s Method,
    /// What it is made of.
    pub way: Way<'s>,
}

/// What a method is made of.
#[derive(Debug)]
pub(super) enum Way<'s> {
    /// Just-in-time provisioning.
    Jitp(Jitp<'s>),
    /// By claim.
    Claim(Claim<'s>),
    /// By a person who is trusted.
    TrustedUser(TrustedUser<'s>),
}

impl<'s> Way<'s> {
    /// What a method has with which AWS IoT makes the certificate, and asks a hook.
    pub(super) fn hooked(&self) -> Option<&Hooked<'s>> {
        match self {
            Way::Jitp(_) => None,
            Way::Claim(claim) => Some(&claim.hooked),
            Way::TrustedUser(trusted) => Some(&trusted.hooked),
        }
    }
}

/// The keys of `jitp`.
#[derive(Debug)]
pub(super) struct Jitp<'s> {
    /// Who signs devices.
    pub signer: Signer<'s>,
    /// Where the signer stands.
    pub signer_span: Span,
    /// The holder's name in a certificate.
    pub subject: &'s Subject,
    /// How long a certificate is valid.
    pub valid_days: &'s Spanned<u32>,
}

/// Who signs devices.
#[derive(Debug)]
pub(super) enum Signer<'s> {
    /// A CA of one's own: the file of its certificate.
    OwnCa(&'s Name),
    /// A CA in AWS Private CA.
    PrivateCa(&'s PrivateCa),
}

/// The keys of `claim`.
#[derive(Debug)]
pub(super) struct Claim<'s> {
    /// Why no other method will do.
    pub because: &'s Name,
    /// What client ids begin with.
    pub client_id_prefix: &'s Name,
    /// How messages are written.
    pub payload: Payload,
    /// How certificates are made, and who decides.
    pub hooked: Hooked<'s>,
}

/// The keys of `trusted-user`.
#[derive(Debug)]
pub(super) struct TrustedUser<'s> {
    /// How an installer gets the claim.
    pub form: Form,
    /// Who the installers are.
    pub installers: Who<'s>,
    /// Where they stand.
    pub installers_span: Span,
    /// How certificates are made, and who decides.
    pub hooked: Hooked<'s>,
}

/// Who brings devices into the fleet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who<'s> {
    /// Who signs in with an identity pool.
    Cognito(&'s CognitoInstallers),
    /// Who signs in with this provider.
    Saml(&'s Name),
    /// Who has this role.
    Role(&'s Name),
}

/// What methods share with which AWS IoT makes the certificate, and asks a hook.
#[derive(Debug)]
pub(super) struct Hooked<'s> {
    /// From what certificates are made.
    pub from: &'s Spanned<MadeFrom>,
    /// Who decides.
    pub decider: Decider<'s>,
    /// Where the hook stands.
    pub hook_span: Span,
}

/// Who decides whether a device gets in.
#[derive(Debug)]
pub(super) enum Decider<'s> {
    /// A table.
    AllowList(&'s AllowList),
    /// A function that is there.
    Function {
        /// Its ARN.
        arn: &'s Name,
        /// The fields that it is said to check.
        checks: &'s [Name],
    },
    /// A function that is deployed.
    Source {
        /// Its file.
        path: &'s Name,
        /// The fields that it is said to check.
        checks: &'s [Name],
    },
}

impl Decider<'_> {
    /// Whether it checks a field that the device sends.
    pub(super) fn checks(&self, field: &str) -> bool {
        match self {
            Decider::AllowList(list) => *list.key.value == *field,
            Decider::Function { checks, .. } | Decider::Source { checks, .. } => {
                checks.iter().any(|it| *it.value == *field)
            }
        }
    }
}

/// The methods of a spec.
///
/// `None` when one of them lacks a key, or has a key of another method.
pub(super) fn entries<'s>(spec: &'s FleetSpec, errors: &mut Vec<Error>) -> Option<Vec<Entry<'s>>> {
    let before = errors.len();
    let mut entries = Vec::new();
    for (name, method) in spec.provision.iter() {
        let mut reader = Reader { method, errors };
        let way = match method.method.value {
            MethodKind::Jitp => reader.jitp().map(Way::Jitp),
            MethodKind::Claim => reader.claim().map(Way::Claim),
            MethodKind::TrustedUser => reader.trusted_user().map(Way::TrustedUser),
        };
        entries.extend(way.map(|way| Entry { name, method, way }));
    }
    (errors.len() == before).then_some(entries)
}

struct Reader<'s, 'e> {
    method: &'s Method,
    errors: &'e mut Vec<Error>,
}

impl<'s> Reader<'s, '_> {
    fn jitp(&mut self) -> Option<Jitp<'s>> {
        let method = self.method;
        let certificate = &method.certificate;
        self.foreign("because", method.because.as_ref().map(|it| it.span));
        self.foreign("claim", method.claim.as_ref().map(|it| it.span));
        self.foreign("hook", method.hook.as_ref().map(|it| it.span));
        self.of_trusted_user();
        self.foreign("from", certificate.from.as_ref().map(|it| it.span));
        let subject = self.needed("subject", certificate.subject.as_ref());
        let valid_days = self.needed("validDays", certificate.valid_days.as_ref());
        let (signer, signer_span) = match &certificate.issuer.value {
            Issuer::OwnCa(path) => (Signer::OwnCa(path), path.span),
            Issuer::AcmPca(ca) => (Signer::PrivateCa(ca), ca.signing.span),
            Issuer::AwsIot => {
                self.issuer("own-ca` or `acm-pca");
                return None;
            }
        };
        Some(Jitp {
            signer,
            signer_span,
            subject: &subject?.value,
            valid_days: valid_days?,
        })
    }

    fn claim(&mut self) -> Option<Claim<'s>> {
        let method = self.method;
        self.of_trusted_user();
        let because = self.needed("because", method.because.as_ref());
        let claim = self.needed("claim", method.claim.as_ref());
        let hooked = self.hooked();
        let claim = &claim?.value;
        Some(Claim {
            because: because?,
            client_id_prefix: &claim.client_id_prefix,
            payload: claim.payload,
            hooked: hooked?,
        })
    }

    fn trusted_user(&mut self) -> Option<TrustedUser<'s>> {
        let method = self.method;
        self.foreign("because", method.because.as_ref().map(|it| it.span));
        self.foreign("claim", method.claim.as_ref().map(|it| it.span));
        let installers = self.needed("installers", method.installers.as_ref());
        let who = installers.and_then(|it| self.who(&it.value, it.span));
        let form = method
            .form
            .as_ref()
            .map_or_else(Form::default, |it| it.value);
        let hooked = self.hooked();
        if let (Form::Broker, Some(hooked)) = (form, &hooked) {
            self.broker(hooked);
        }
        Some(TrustedUser {
            form,
            installers: who?,
            installers_span: installers?.span,
            hooked: hooked?,
        })
    }

    /// What the broker wrote down, only a hook that comes with it looks at.
    fn broker(&mut self, hooked: &Hooked<'_>) {
        match hooked.decider {
            Decider::AllowList(_) => {}
            Decider::Function { .. } | Decider::Source { .. } => {
                let kind = ErrorKind::HookOfBroker;
                self.errors.push(Error::new(kind, hooked.hook_span));
            }
        }
    }

    /// Keys of `trusted-user` in another method.
    fn of_trusted_user(&mut self) {
        let method = self.method;
        self.foreign("installers", method.installers.as_ref().map(|it| it.span));
        self.foreign("form", method.form.as_ref().map(|it| it.span));
    }

    fn who(&mut self, installers: &'s Installers, span: Span) -> Option<Who<'s>> {
        let who = match (&installers.cognito, &installers.saml, &installers.role) {
            (Some(cognito), None, None) => Who::Cognito(cognito),
            (None, Some(saml), None) => Who::Saml(&saml.provider),
            (None, None, Some(role)) => Who::Role(role),
            _ => {
                self.errors.push(Error::new(ErrorKind::OneSignIn, span));
                return None;
            }
        };
        Some(who)
    }

    fn hooked(&mut self) -> Option<Hooked<'s>> {
        let method = self.method;
        let certificate = &method.certificate;
        self.foreign("subject", certificate.subject.as_ref().map(|it| it.span));
        let days = certificate.valid_days.as_ref();
        self.foreign("validDays", days.map(|it| it.span));
        match &certificate.issuer.value {
            Issuer::AwsIot => {}
            Issuer::OwnCa(_) | Issuer::AcmPca(_) => self.issuer("aws-iot"),
        }
        let from = self.needed("from", certificate.from.as_ref());
        let hook = self.needed("hook", method.hook.as_ref());
        let decider = hook.and_then(|hook| self.decider(&hook.value, hook.span));
        if let Some(from) = from {
            self.keys(from, decider.as_ref());
        }
        Some(Hooked {
            from: from?,
            decider: decider?,
            hook_span: hook?.span,
        })
    }

    fn decider(&mut self, hook: &'s Hook, span: Span) -> Option<Decider<'s>> {
        let checks = &*hook.checks;
        let decider = match (&hook.allow_list, &hook.arn, &hook.source) {
            (Some(list), None, None) => {
                if let Some(field) = checks.first() {
                    let kind = ErrorKind::ChecksItself;
                    self.errors.push(Error::new(kind, field.span));
                }
                Decider::AllowList(list)
            }
            (None, Some(arn), None) => Decider::Function { arn, checks },
            (None, None, Some(path)) => Decider::Source { path, checks },
            _ => {
                self.errors.push(Error::new(ErrorKind::OneHook, span));
                return None;
            }
        };
        Some(decider)
    }

    /// Keys from the cloud reach no chip, and each answer brings others.
    fn keys(&mut self, from: &Spanned<MadeFrom>, decider: Option<&Decider<'_>>) {
        match from.value {
            MadeFrom::Csr => return,
            MadeFrom::Keys => {}
        }
        let keys = &self.method.keys;
        let kind = match (keys.value, decider) {
            (Keys::Tpm | Keys::SecureElement, _) => ErrorKind::KeysFromCloud,
            (Keys::Device, Some(Decider::AllowList(_))) => ErrorKind::KeysOfAllowList,
            (Keys::Device, _) => return,
        };
        let error = Error::new(kind, from.span);
        self.errors
            .push(error.with_related(keys.span, "where the key is kept"));
    }

    fn issuer(&mut self, expected: &'static str) {
        let kind = ErrorKind::WrongIssuer {
            method: self.method.method.value.word(),
            expected,
        };
        let span = self.method.certificate.issuer.span;
        self.errors.push(Error::new(kind, span));
    }

    fn foreign(&mut self, key: &'static str, place: Option<Span>) {
        if let Some(place) = place {
            let method = self.method.method.value.word();
            let kind = ErrorKind::ForeignKey { key, method };
            self.errors.push(Error::new(kind, place));
        }
    }

    fn needed<T>(&mut self, key: &'static str, value: Option<&'s T>) -> Option<&'s T> {
        if value.is_none() {
            let method = self.method.method.value.word();
            let kind = ErrorKind::NeededKey { key, method };
            self.errors.push(Error::new(kind, self.method.method.span));
        }
        value
    }
}
