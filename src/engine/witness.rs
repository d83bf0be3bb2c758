//! Requests that show what a device can do.

use std::sync::Arc;

use super::{Context, Decision, Reading, Request, authorize};
use crate::model::{Device, PolicySet, StatementId};
use crate::source::Span;

/// Requests that are all allowed, in order; or one that is not.
///
/// INVARIANT: made by [`Witness::replay`] and [`Witness::refuse`] only, so every step has been
/// through [`authorize`].
#[derive(Clone, Debug)]
pub struct Witness {
    reading: Reading,
    devices: Vec<Device>,
    steps: Vec<Step>,
    victim: Option<Device>,
    is_refusal: bool,
    /// The statements that allow a step, in order. Shared, because one answer may be the witness of
    /// many findings.
    deciding: Arc<[StatementId]>,
}

/// The most statements that a step names. All of them would be as many in each of as many findings.
const MAX_STATEMENTS: usize = 16;

/// One request of a [`Witness`].
#[derive(Clone, Debug)]
pub struct Step {
    /// Index of the device that asks.
    pub by: usize,
    /// The action.
    pub action: Box<str>,
    /// The ARN.
    pub resource: Box<str>,
    /// How it is asked.
    pub context: Context,
    /// The statements that allow it: the first of them, when they are very many.
    pub statements: Vec<Span>,
}

impl Witness {
    /// Puts the requests to the policies; `None` when one of them is not allowed.
    pub fn replay(set: &PolicySet, reading: Reading, requests: Vec<Request>) -> Option<Witness> {
        let mut witness = Witness {
            reading,
            devices: Vec::new(),
            steps: Vec::new(),
            victim: None,
            is_refusal: false,
            deciding: Arc::from([]),
        };
        let mut deciding = Vec::new();
        for request in requests {
            let by = match authorize(set, &request, reading) {
                Decision::Allow(by) => by,
                Decision::ExplicitDeny(_) | Decision::ImplicitDeny => return None,
            };
            let spans = by
                .iter()
                .take(MAX_STATEMENTS)
                .filter_map(|id| set.statement(*id))
                .map(|it| it.span);
            let device = witness.index_of(request.device);
            witness.steps.push(Step {
                by: device,
                action: request.action,
                resource: request.resource,
                context: request.context,
                statements: spans.collect(),
            });
            deciding.extend(by);
        }
        deciding.sort_unstable();
        deciding.dedup();
        witness.deciding = deciding.into();
        Some(witness)
    }

    /// Puts a request to the policies; `None` when it is allowed.
    pub fn refuse(set: &PolicySet, reading: Reading, request: Request) -> Option<Witness> {
        let by = match authorize(set, &request, reading) {
            Decision::Allow(_) => return None,
            Decision::ExplicitDeny(by) => by,
            Decision::ImplicitDeny => Vec::new(),
        };
        let spans = by.iter().take(MAX_STATEMENTS);
        let statements = spans.filter_map(|id| set.statement(*id)).map(|it| it.span);
        Some(Witness {
            reading,
            steps: vec![Step {
                by: 0,
                action: request.action,
                resource: request.resource,
                context: request.context,
                statements: statements.collect(),
            }],
            devices: vec![request.device],
            victim: None,
            is_refusal: true,
            deciding: by.into(),
        })
    }

    /// Whether the witness is of a request that does not pass, where it should.
    pub fn is_refusal(&self) -> bool {
        self.is_refusal
    }

    /// The reading in which every step is allowed.
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// Who takes part.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Whose things the requests reach, where that is another device.
    pub fn victim(&self) -> Option<&Device> {
        self.victim.as_ref()
    }

    /// The same witness, of requests that reach what belongs to this device.
    pub fn against(mut self, victim: Device) -> Witness {
        self.victim = Some(victim);
        self
    }

    /// The requests.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The last request: the one that reaches what it should not.
    pub fn last_request(&self) -> Option<Request> {
        let step = self.steps.last()?;
        Some(Request {
            device: self.devices.get(step.by)?.clone(),
            action: step.action.clone(),
            resource: step.resource.clone(),
            context: step.context.clone(),
        })
    }

    /// What a device is called: its thing's name, or what it calls itself.
    pub fn device_name(&self, index: usize) -> &str {
        let Some(device) = self.devices.get(index) else {
            return "";
        };
        let thing = device.thing.as_ref().map(|thing| &*thing.name);
        thing.or(device.client_id.as_deref()).unwrap_or("a device")
    }

    /// Whether this statement is one of those that allow a step.
    pub fn is_by(&self, id: StatementId) -> bool {
        self.deciding.binary_search(&id).is_ok()
    }

    /// The same witness of one request, in which this statement is named however many others allow
    /// the request too.
    pub fn showing(mut self, id: StatementId, set: &PolicySet) -> Witness {
        if let ([step], Some(statement)) = (&mut *self.steps, set.statement(id))
            && self.deciding.binary_search(&id).is_ok()
            && !step.statements.contains(&statement.span)
            && let Some(last) = step.statements.last_mut()
        {
            *last = statement.span;
        }
        self
    }

    fn index_of(&mut self, device: Device) -> usize {
        match self.devices.iter().position(|known| *known == device) {
            Some(index) => index,
            None => {
                self.devices.push(device);
                self.devices.len() - 1
            }
        }
    }
}
