//! Proves of the policies, as they are read back, what the spec says that they keep apart.

use std::collections::BTreeMap;

use crate::engine::{
    self, Assumption, Between, BoundSense, ClientIds, Context, Isolation, Reading, Reason, Request,
    Threat, Tie, Witness, authorize, covers,
};
use crate::fleet::plan::{self, Apart, Plan, Separation};
use crate::fleet::spec::Principal;
use crate::fleet::{Error, ErrorKind};
use crate::lint::Finding;
use crate::model::{
    Association, CONNECT, Certificate, Device, Key, PolicySet, ResourceKind, Thing,
};
use crate::question::{self, Inquiry, Outcome, Ownership, Question, Unproved};
use crate::source::Span;

/// The policies of a plan as AWS IoT will have them, and where each entry comes from.
pub(super) struct ReadBack<'p> {
    pub(super) plan: &'p Plan,
    /// Read from the emitted text.
    pub(super) set: PolicySet,
}

impl ReadBack<'_> {
    /// What is not proved of the isolation that the spec claims, each at the place in the spec that
    /// asked for it.
    pub(super) fn isolation(&self) -> Vec<Error> {
        let separations = self.plan.apart.iter();
        separations.flat_map(|it| self.separation(it)).collect()
    }

    fn separation(&self, separation: &Separation) -> Vec<Error> {
        let claimed = separation.origin;
        let inquiry = self.inquiry(&separation.between);
        let mut errors: Vec<Error> = Vec::new();
        for (name, entry) in inquiry.shared_topics(&self.set) {
            let kind = ErrorKind::NotApart { topic: name.into() };
            errors.push(Error::new(kind, self.origin(entry).unwrap_or(claimed)));
        }
        for proof in inquiry.put(&self.set, &[]) {
            let (kind, span) = match &proof.outcome {
                Outcome::Proved => continue,
                Outcome::Refuted(witness) => (
                    refuted(&proof.claim, witness),
                    self.entry_of(witness).and_then(|entry| self.origin(entry)),
                ),
                Outcome::Unknown(reason) => {
                    let kind = ErrorKind::Unproved {
                        claim: proof.claim.into(),
                        reason: reason.to_string().into(),
                    };
                    (kind, None)
                }
            };
            let error = Error::new(kind, span.unwrap_or(claimed));
            errors.push(match span {
                Some(_) => error.with_related(claimed, "the spec says so here"),
                None => error,
            });
        }
        errors.extend(self.assumed(&inquiry).map(|field| {
            let kind = ErrorKind::NotDistinct(field.into());
            Error::new(kind, claimed)
        }));
        errors
    }

    /// What the spec asserts and is not proved, each at its place.
    pub(super) fn assertions(&self) -> Vec<Error> {
        let wrong = |assertion: &plan::Assertion| {
            let kind = self.assertion(assertion)?;
            Some(Error::new(kind, assertion.span))
        };
        self.plan.assertions.iter().filter_map(wrong).collect()
    }

    /// Why an assertion is not proved.
    fn assertion(&self, assertion: &plan::Assertion) -> Option<ErrorKind> {
        let asked = &assertion.asked;
        let device = &assertion.device;
        if asked.bound.sense == BoundSense::Can && !device.is_any() {
            return self.one_device(assertion);
        }
        // Of the thing's name nothing is taken for known: what no device of these values may do, none
        // of them does under this name.
        let set = question::with_values(&self.set, &device.values);
        let inquiry = Inquiry {
            questions: vec![Question::Assertion(asked.clone())],
            ..self.inquiry(&Apart::Things)
        };
        // INVARIANT: one question has one answer; without it nothing would be proved.
        let outcome = match inquiry.put(&set, &[]).into_iter().next() {
            Some(proof) => proof.outcome,
            None => Outcome::Unknown(Unproved::Search(Reason::Undecided)),
        };
        let claim = asked.name().into();
        match outcome {
            Outcome::Proved => None,
            Outcome::Unknown(reason) => Some(ErrorKind::Unproved {
                claim,
                reason: reason.to_string().into(),
            }),
            Outcome::Refuted(witness) => {
                let step = witness.steps().last();
                let resource = step.map_or("", |step| name_of(&step.resource));
                let action = step.map_or("", |step| &step.action);
                let is = match witness.is_refusal() {
                    true => "is not",
                    false => "is",
                };
                let name = step.map_or("", |step| witness.device_name(step.by));
                Some(ErrorKind::NotAsserted {
                    claim,
                    example: format!("`{name}` {is} allowed {action} on `{resource}`").into(),
                })
            }
        }
    }

    /// Why one device can't do what the spec asserts that it can: it must be allowed in both
    /// readings, and to connect.
    fn one_device(&self, assertion: &plan::Assertion) -> Option<ErrorKind> {
        let claim: Box<str> = assertion.asked.name().into();
        let unproved = |reason: &str| {
            Some(ErrorKind::Unproved {
                claim: claim.clone(),
                reason: reason.into(),
            })
        };
        let Some(thing) = &assertion.device.thing else {
            return unproved("the device's fields do not tell the thing's name");
        };
        if assertion.text.contains(['{', '*']) {
            return unproved("one device is asked about one topic");
        }
        let (action, text) = (&assertion.asked.bound.action, &assertion.text);
        let Some(kind) = question::resource_kind(action) else {
            return unproved("the action is about no topic");
        };
        let asked = [
            (CONNECT, ResourceKind::Client, thing),
            (&**action, kind, text),
        ];
        for (action, kind, name) in asked {
            let name = format!("{}/{name}", kind.as_str());
            let request = Request {
                device: self.device(thing, &assertion.device.values),
                action: action.into(),
                resource: self.plan.deployment.arn(&name).into(),
                context: Context::default(),
            };
            let passes = |reading| authorize(&self.set, &request, reading).is_allowed();
            if !passes(Reading::Documented) || !passes(Reading::Cautious) {
                let example = format!("`{thing}` is not allowed {action} on `{name}`");
                return Some(ErrorKind::NotAsserted {
                    claim,
                    example: example.into(),
                });
            }
        }
        None
    }

    /// The device of this name and these values, as it is registered.
    fn device(&self, thing: &str, values: &[(Key, Box<str>)]) -> Device {
        let mut attributes = BTreeMap::new();
        let mut certificate = Certificate::default();
        for (key, value) in values {
            match key {
                Key::ThingAttribute(name) => {
                    attributes.insert(name.clone(), value.clone());
                }
                Key::Certificate(field) => {
                    let part = certificate.subject.entry(field.field.clone());
                    part.or_default().push(value.clone());
                }
                _ => {}
            }
        }
        Device {
            client_id: Some(thing.into()),
            thing: Some(Thing {
                name: thing.into(),
                thing_type: Some(self.plan.thing_type.name.as_str().into()),
                attributes,
                association: Some(match self.inquiry(&Apart::Things).tie {
                    Tie::Exclusive => Association::Exclusive,
                    Tie::Any | Tie::ByClientId => Association::NonExclusive,
                }),
            }),
            certificate: Some(certificate),
        }
    }

    fn inquiry(&self, between: &Apart) -> Inquiry {
        let is_exclusive = |it: &plan::Registration| it.template.principal == Principal::Exclusive;
        let exclusive = self.plan.registrations.iter().filter(|it| is_exclusive(it));
        let tie = match exclusive.count() {
            0 => Tie::ByClientId,
            all if all == self.plan.registrations.len() => Tie::Exclusive,
            _ => Tie::Any,
        };
        Inquiry {
            place: self.plan.deployment.place(),
            tie,
            client_ids: ClientIds::Chosen,
            between: match between {
                Apart::Things => Between::Devices,
                Apart::Attribute(name) => Between::Attribute(name.clone()),
            },
            plain: self.plan.plain.clone(),
            owns: Vec::<Ownership>::new(),
            questions: Threat::ALL.map(Question::Threat).into(),
        }
    }

    /// Fields of the certificate that the proofs take to differ from device to device, where the
    /// spec does not say that they do.
    fn assumed(&self, inquiry: &Inquiry) -> impl Iterator<Item = String> {
        let question = Isolation {
            between: inquiry.between.clone(),
            plain: inquiry.plain.clone(),
            ..Isolation::new(inquiry.place.head())
        };
        let assumptions = engine::assumptions(&self.set, &question).into_iter();
        let unique = &self.plan.unique;
        assumptions.filter_map(move |assumption| match assumption {
            Assumption::FieldIsDistinct(key) if unique.contains(&key) => None,
            Assumption::FieldIsDistinct(key) | Assumption::FieldIsName(key) => {
                Some(key.name().to_string())
            }
            Assumption::ConnectsElsewhere | Assumption::OpenValue(_) => None,
        })
    }

    /// The entry that lets the last request of a witness pass.
    fn entry_of(&self, witness: &Witness) -> Option<Span> {
        let request = witness.last_request()?;
        let allowing = self.set.statements().filter(|(id, _)| witness.is_by(*id));
        let mut entries = allowing.flat_map(|(_, it)| it.resources.only());
        let entry = entries.find(|entry| covers(entry, &request))?;
        Some(entry.span)
    }

    /// A finding of a rule, at the place in the spec that asked for what it is about. `None` for
    /// what the spec did not ask for: a defect of ours.
    pub(super) fn finding(&self, finding: &Finding) -> Option<Error> {
        let origin = self.origin(finding.primary.span)?;
        let kind = ErrorKind::Finding {
            rule: finding.rule.id().into(),
            message: finding.message.as_str().into(),
        };
        Some(Error::new(kind, origin))
    }

    /// What in the spec asked for the entry that is read at this place.
    fn origin(&self, place: Span) -> Option<Span> {
        // INVARIANT: the read policies are those of the plan, statement by statement.
        let planned = self.plan.policies.iter().flat_map(|it| &it.statements);
        let read = self.set.statements().map(|(_, it)| it);
        let mut pairs = read.zip(planned).flat_map(|(read, planned)| {
            let entries = read.resources.only().iter().map(|it| it.span);
            entries.zip(&planned.resources)
        });
        let (_, resource) = pairs.find(|(entry, _)| entry.contains(place))?;
        Some(resource.origins.first()?.span)
    }
}

/// What a witness shows, in words.
fn refuted(claim: &str, witness: &Witness) -> ErrorKind {
    let step = witness.steps().last();
    let resource = step.map_or("", |step| &step.resource);
    let name = name_of(resource);
    ErrorKind::NotIsolated {
        claim: claim.into(),
        device: step.map_or("", |step| witness.device_name(step.by)).into(),
        action: step.map_or("", |step| &step.action).into(),
        name: name.into(),
    }
}

/// What an ARN says behind its head.
fn name_of(arn: &str) -> &str {
    arn.splitn(6, ':').last().unwrap_or(arn)
}
