//! Proves of the policies, as they are read back, what the spec says that they keep apart.

use std::collections::BTreeMap;

use super::shared;
use crate::document::print::json_compact;
use crate::engine::{
    self, Assumption, Between, BoundSense, ClientIds, Context, Isolation, Reading, Reason, Request,
    Threat, Tie, Witness, authorize, covers,
};
use crate::fleet::emit;
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
    /// What whoever comes with a claim holds.
    pub(super) claims: Vec<Holder>,
}

/// Whoever comes with the claim of a way of registration.
pub(super) struct Holder {
    /// The name of the way.
    pub(super) method: Box<str>,
    /// A client id that it may have.
    pub(super) client: String,
    /// What it may do.
    pub(super) set: PolicySet,
}

impl ReadBack<'_> {
    /// What is not proved of the isolation that the spec claims, each at the place in the spec that
    /// asked for it.
    fn isolation(&self) -> Vec<Error> {
        let separations = self.plan.apart.iter();
        let mut errors: Vec<Error> = separations.flat_map(|it| self.separation(it)).collect();
        // The rules that would find a topic of many are silent on those that are meant to be, and may
        // be silent on others then. So what they find is proved, asked for or not.
        let first = self.plan.shared.first();
        let is_claimed = self.plan.apart.iter().any(|it| it.between == Apart::Things);
        if let Some(first) = first.filter(|_| !is_claimed) {
            errors.extend(self.separation(&Separation {
                between: Apart::Things,
                because: None,
                origin: first.origin,
            }));
        }
        errors
    }

    /// Whether the spec lets a finding pass: it names the rule at the topic, or the topic is for many
    /// on purpose, which is all that the rule says.
    pub(super) fn is_let_pass(&self, finding: &Finding) -> bool {
        let rule = finding.rule.id();
        let is_claimed = self.plan.apart.iter().any(|it| it.between == Apart::Things);
        if rule == UNDECIDED {
            // The linter gives up sooner than the proofs here, which hold by now.
            return is_claimed || !self.plan.shared.is_empty();
        }
        let Some(origin) = self.origin(finding.primary.span) else {
            return false;
        };
        let mut allowances = self.plan.allowances.iter();
        let mut shared = self.plan.shared.iter();
        allowances.any(|it| it.origin == origin && *it.rule == *rule)
            || (ABOUT_MANY.contains(&rule) && shared.any(|it| it.origin == origin))
    }

    fn separation(&self, separation: &Separation) -> Vec<Error> {
        let claimed = separation.origin;
        let mut inquiry = self.inquiry(&separation.between);
        let rest = shared::without(&self.set, &inquiry.shared, &self.plan.thing_names);
        let set = match rest {
            Some(rest) => {
                inquiry.shared = Vec::new();
                rest
            }
            None => self.set.clone(),
        };
        let mut errors: Vec<Error> = Vec::new();
        for (name, entry) in inquiry.shared_topics(&set) {
            let kind = ErrorKind::NotApart { topic: name.into() };
            errors.push(Error::new(kind, self.origin(entry).unwrap_or(claimed)));
        }
        for proof in inquiry.put(&set, &[]) {
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

    /// What is not proved of the policies of devices.
    pub(super) fn of_devices(&self) -> Vec<Error> {
        let mut errors = self.isolation();
        errors.extend(self.assertions(|it| it.claim.is_none()));
        errors
    }

    /// What is not proved of the policies of claims.
    pub(super) fn of_claims(&self) -> Vec<Error> {
        self.assertions(|it| it.claim.is_some())
    }

    /// All that the proofs about devices hang on, without account and Region: what is proved of one plan
    /// holds for another of the same shape, since renaming the head of every ARN changes no answer. That
    /// the policies read are those of the plan was compared before.
    pub(super) fn shape(&self) -> String {
        let plan = self.plan;
        let policies = plan.policies.iter();
        let policies: Vec<String> = policies
            .map(|policy| json_compact(&emit::policy_document(policy)))
            .collect();
        // The type's name holds the environment's; most policies do not look at it.
        let looks_at_type = policies
            .iter()
            .any(|it| it.contains(&*Key::ThingTypeName.name()));
        let thing_type = looks_at_type.then_some(&plan.thing_type.name);
        let shape = format!(
            "{policies:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            plan.apart,
            (plan.thing_names.pattern(), &plan.unique),
            plan.plain,
            plan.shared,
            plan.assertions,
            thing_type,
            self.inquiry(&Apart::Things).tie,
        );
        shape.replace(&*plan.deployment.place().head(), "")
    }

    /// What the spec asserts and is not proved, each at its place.
    fn assertions(&self, is_meant: impl Fn(&plan::Assertion) -> bool) -> Vec<Error> {
        let wrong = |assertion: &plan::Assertion| {
            let kind = self.assertion(assertion)?;
            Some(Error::new(kind, assertion.span))
        };
        let asked = self.plan.assertions.iter().filter(|it| is_meant(it));
        asked.filter_map(wrong).collect()
    }

    /// Why an assertion is not proved.
    fn assertion(&self, assertion: &plan::Assertion) -> Option<ErrorKind> {
        if let Some(claim) = &assertion.claim {
            return self.of_claim(claim, assertion);
        }
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
        answer(&inquiry, &set, asked)
    }

    /// Why it is not proved of whoever comes with a claim.
    fn of_claim(&self, claim: &str, assertion: &plan::Assertion) -> Option<ErrorKind> {
        // INVARIANT: `lower` names claims that there are.
        let holder = self.claims.iter().find(|it| *it.method == *claim)?;
        let (set, client) = (&holder.set, holder.client.as_str());
        let asked = &assertion.asked;
        if asked.bound.sense == BoundSense::Can {
            let device = Device {
                client_id: Some(client.into()),
                thing: None,
                certificate: Some(Certificate::default()),
            };
            return self.can_do(set, &device, client, assertion);
        }
        // Holders of a claim are no things, and their client ids are their own choice.
        let inquiry = Inquiry {
            questions: vec![Question::Assertion(asked.clone())],
            tie: Tie::Any,
            plain: Vec::new(),
            ..self.inquiry(&Apart::Things)
        };
        answer(&inquiry, set, asked)
    }

    /// Why one device can't do what the spec asserts that it can: it must be allowed in both
    /// readings, and to connect.
    fn one_device(&self, assertion: &plan::Assertion) -> Option<ErrorKind> {
        let Some(thing) = &assertion.device.thing else {
            return Some(ErrorKind::Unproved {
                claim: assertion.asked.name().into(),
                reason: "the device's fields do not tell the thing's name".into(),
            });
        };
        let device = self.device(thing, &assertion.device.values);
        self.can_do(&self.set, &device, thing, assertion)
    }

    /// Why this device, under this client id, can't do what is asserted of it.
    fn can_do(
        &self,
        set: &PolicySet,
        device: &Device,
        client: &str,
        assertion: &plan::Assertion,
    ) -> Option<ErrorKind> {
        let claim: Box<str> = assertion.asked.name().into();
        let unproved = |reason: &str| {
            Some(ErrorKind::Unproved {
                claim: claim.clone(),
                reason: reason.into(),
            })
        };
        if assertion.text.contains(['{', '*']) {
            return unproved("one device is asked about one topic");
        }
        let (action, text) = (&assertion.asked.bound.action, &assertion.text);
        let Some(kind) = question::resource_kind(action) else {
            return unproved("the action is about no topic");
        };
        let asked = [
            (CONNECT, ResourceKind::Client, client),
            (&**action, kind, &**text),
        ];
        for (action, kind, name) in asked {
            let name = format!("{}/{name}", kind.as_str());
            let request = Request {
                device: device.clone(),
                action: action.into(),
                resource: self.plan.deployment.arn(&name).into(),
                context: Context::default(),
            };
            let passes = |reading| authorize(set, &request, reading).is_allowed();
            if !passes(Reading::Documented) || !passes(Reading::Cautious) {
                let example = format!("`{client}` is not allowed {action} on `{name}`");
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
            shared: self.shared(between),
            work: WORK,
            questions: Threat::ALL.map(Question::Threat).into(),
        }
    }

    /// What is for many on purpose. Between those that differ in what they have in common, it is not.
    fn shared(&self, between: &Apart) -> Vec<Box<str>> {
        let is_meant = |it: &&plan::SharedTopic| match (between, &it.common) {
            (Apart::Things, _) | (Apart::Attribute(_), None) => true,
            (Apart::Attribute(name), Some(common)) => name != common,
        };
        let shared = self.plan.shared.iter().filter(is_meant);
        shared.map(|it| it.resource.clone()).collect()
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

/// Steps of the searches: a second or two at most. A spec is proved once, and rights that are granted exactly
/// have many wildcards.
const WORK: u64 = 20 * Isolation::WORK;

/// The rule that says that another one found nothing out.
const UNDECIDED: &str = "ambiguous-pattern";
/// The rules that find topics of many.
const ABOUT_MANY: [&str; 3] = [
    "cross-device-publish",
    "cross-device-receive",
    "shared-topic-tree",
];

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

/// Why what is asked is not proved of a set.
fn answer(inquiry: &Inquiry, set: &PolicySet, asked: &question::Assertion) -> Option<ErrorKind> {
    // INVARIANT: one question has one answer; without it nothing would be proved.
    let outcome = match inquiry.put(set, &[]).into_iter().next() {
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
