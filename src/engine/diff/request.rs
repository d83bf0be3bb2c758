//! Requests that show a difference.

use super::super::compile::Grant;
use super::super::language::Run;
use super::super::session::{CLIENT, Mode, NAME, Session, Variables, device_request, set_value};
use super::super::{Reading, Request, Witness, authorize, context};
use super::{Comparison, Delta};
use crate::model::{CONNECT, Clause, PolicySet, is_action};

/// The name of a device where any would do.
pub(super) const USUAL: &str = "device-a";

/// The same run under a name that reads as one, where the device has no name yet.
pub(super) fn renamed(run: &Run, name: Option<&str>) -> Option<Run> {
    let (_, read) = run.values.iter().find(|it| it.0.key == NAME)?;
    let mut renamed = run.clone();
    renamed.name = run.name.replace(read.as_str(), USUAL);
    name.is_none().then_some(renamed)
}

/// How the device comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    pub(super) mode: Mode,
    /// The attributes of its CONNECT, where a policy looks at them.
    pub(super) attributes: Option<&'static [&'static str]>,
}

impl Coming {
    pub(super) fn session(self, name: Option<&str>) -> Session {
        Session {
            mode: self.mode,
            name: name.map(Into::into),
            clients: Vec::new(),
            connect_attributes: self.attributes,
        }
    }

    /// A request of a device that comes so, without a resource.
    pub(super) fn request(
        self,
        name: &str,
        client: Option<&str>,
        action: &str,
        variables: &Variables,
    ) -> Request {
        let mut request = device_request(self.mode, name, client, action, variables);
        let attributes = self.attributes.unwrap_or(&[]).iter();
        request.context.connect_attributes = attributes.map(|it| (*it).into()).collect();
        request
    }
}

impl Comparison<'_> {
    /// The run as a request that the one set allows and the other refuses.
    #[expect(clippy::too_many_arguments, reason = "all of them make one request")]
    pub(super) fn delta(
        &self,
        run: &Run,
        grant: &Grant,
        entry: usize,
        coming: Coming,
        resource: &str,
        name: Option<&str>,
        from: &PolicySet,
        to: &PolicySet,
    ) -> Option<Delta> {
        let action = self.action.name;
        let read = |key| {
            run.values
                .iter()
                .find(|it| it.0.key == key)
                .map(|it| &*it.1)
        };
        let name = name.or_else(|| read(NAME)).unwrap_or("device-a");
        let client = match (coming.mode, is_action(action, CONNECT)) {
            (Mode::Tied | Mode::Https, _) => None,
            (Mode::Exclusive | Mode::Untied, true) => Some(run.name.as_str()),
            (Mode::Exclusive | Mode::Untied, false) => read(CLIENT),
        };
        if client.is_some_and(|client| client.starts_with('$')) {
            return None;
        }
        let mut request = coming.request(name, client, action, self.variables);
        for (symbol, value) in &run.values {
            if symbol.key != NAME && symbol.key != CLIENT {
                set_value(&mut request, &self.variables.key(*symbol), value);
            }
        }
        request.resource = format!("{resource}{}", run.name).into();
        if authorize(from, &request, Reading::Documented).is_allowed() {
            return None;
        }
        if !authorize(to, &request, Reading::Documented).is_allowed() {
            context::satisfy(to, &mut request);
            if authorize(from, &request, Reading::Documented).is_allowed() {
                return None;
            }
        }
        let witness = Witness::replay(to, Reading::Documented, vec![request])?;
        let statement = to.statement(grant.id)?;
        let (region, span) = match &statement.resources {
            Clause::Only(entries) => {
                let entry = entries.get(entry)?;
                let behind = entry.arn.as_ref().map(|it| it.resource());
                (behind.unwrap_or(&entry.pattern).to_string(), entry.span)
            }
            Clause::AllBut(entries) => {
                let list: Vec<String> = entries
                    .iter()
                    .map(|it| {
                        it.arn
                            .as_ref()
                            .map_or(&it.pattern, |arn| arn.resource())
                            .to_string()
                    })
                    .collect();
                (format!("all but {}", list.join(", ")), statement.span)
            }
        };
        Some(Delta {
            action,
            region,
            witness,
            span,
        })
    }
}
