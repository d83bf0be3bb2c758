//! Who is told when something goes wrong, and of what.

use super::filled;
use super::key::{elsewhere, is_of};
use crate::facts::{self, MetricKind, NameKind};
use crate::fleet::Error;
use crate::fleet::lower::Request;
use crate::fleet::lower::names::check_name;
use crate::fleet::plan::{
    Alarm, Alarms, Deployment, Function, Jitp, MetricFilter, Note, NoteKind, Registration,
    Reminder, Role, RoleStatement, Signing, Taker, Way,
};
use crate::fleet::spec::{AlarmsSpec, Name};
use crate::model::furniture as action;

/// Leaves an alarm out.
const OFF: &str = "off";
/// Lines of the hook's log that say of a device that it was refused; see `templates/hook.py`.
const DENIED: &str = "{ ($.outcome = \"*\") && ($.outcome != \"allowed\") }";

/// The alarms that a spec asks for.
pub(super) fn alarms(
    spec: &AlarmsSpec,
    deployment: &Deployment,
    registrations: &[Registration],
    request: &Request<'_>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<Alarms> {
    let notify = filled(&spec.notify, deployment, errors)?;
    if !is_of(&notify, deployment, "sns", "") {
        elsewhere("topic of SNS", deployment, &spec.notify, errors);
    }
    let mut planning = Planning {
        spec,
        deployment,
        errors,
        alarms: Alarms {
            notify,
            alarms: Vec::new(),
            filters: Vec::new(),
            reminders: Vec::new(),
        },
    };
    let mut has_jitp = false;
    for registration in registrations {
        match &registration.way {
            Way::Jitp(jitp) => {
                if !has_jitp {
                    planning.jitp_failed();
                }
                has_jitp = true;
                planning.reminder(registration, jitp, request, notes);
            }
            Way::Claim(_) | Way::TrustedUser(_) => planning.registration_failed(registration),
        }
        let hooked = registration.way.hooked();
        if let Some(function) = hooked.and_then(|it| it.hook.function.as_ref()) {
            planning.hook(registration, function);
        }
        if let Way::TrustedUser(trusted) = &registration.way
            && let Some(broker) = &trusted.broker
        {
            planning.broker(registration, &broker.function);
        }
    }
    Some(planning.alarms)
}

struct Planning<'p> {
    spec: &'p AlarmsSpec,
    deployment: &'p Deployment,
    errors: &'p mut Vec<Error>,
    alarms: Alarms,
}

impl Planning<'_> {
    /// The metrics know no template, so that an alarm is for all of the account and Region.
    fn jitp_failed(&mut self) {
        let rate = rate(self.spec.provisioning_failed.as_ref(), "5 per 5m");
        for (own, what, kind) in [
            (
                "jitp-failed",
                "Devices of the account and Region failed to register just in time",
                MetricKind::JitpFailed,
            ),
            (
                "jitp-failed-by-aws",
                "AWS failed to register devices of the account and Region just in time",
                MetricKind::JitpFailedByAws,
            ),
        ] {
            self.measured(own, what, kind, None, "Sum", rate);
        }
    }

    fn registration_failed(&mut self, registration: &Registration) {
        let rate = rate(self.spec.provisioning_failed.as_ref(), "5 per 5m");
        let template = &registration.template.name;
        let what = format!("Devices failed to register by the template {template}");
        let own = format!("{}-failed", registration.name);
        let kind = MetricKind::RegistrationFailed;
        self.measured(&own, &what, kind, Some(template), "Sum", rate);
    }

    fn hook(&mut self, registration: &Registration, function: &Function) {
        let name = &function.name;
        let own = |part: &str| format!("{}-hook-{part}", registration.name);
        let errors = rate(self.spec.hook_errors.as_ref(), "1 per 5m");
        let what = format!("The hook {name} failed, and let no device in");
        let kind = MetricKind::FunctionErrors;
        self.measured(&own("errors"), &what, kind, Some(name), "Sum", errors);
        let slow = milliseconds(self.spec.hook_slow.as_ref()).map(|it| (it, 300));
        let what = format!("The hook {name} takes nearly as long as AWS IoT waits");
        let kind = MetricKind::FunctionDuration;
        self.measured(&own("slow"), &what, kind, Some(name), "Maximum", slow);
        let throttled = rate(self.spec.hook_throttled.as_ref(), "1 per 5m");
        let what = format!("Lambda refused to run the hook {name}, and no device got in");
        let kind = MetricKind::FunctionThrottles;
        self.measured(&own("throttled"), &what, kind, Some(name), "Sum", throttled);
        let denied = rate(self.spec.hook_denied.as_ref(), "10 per 5m");
        // Only the hook that comes with fleetwright has a log whose lines are known.
        if let (Some(rate), Some(_)) = (denied, &function.table) {
            self.denied(registration, function, rate);
        }
    }

    /// Installers wait for the broker's answer, so that only its failures are told; an API waits longer
    /// than a hook is waited for.
    fn broker(&mut self, registration: &Registration, function: &Function) {
        let name = &function.name;
        let own = |part: &str| format!("{}-broker-{part}", registration.name);
        let errors = rate(self.spec.hook_errors.as_ref(), "1 per 5m");
        let what = format!("The broker {name} failed, and gave no claim");
        let kind = MetricKind::FunctionErrors;
        self.measured(&own("errors"), &what, kind, Some(name), "Sum", errors);
        let throttled = rate(self.spec.hook_throttled.as_ref(), "1 per 5m");
        let what = format!("Lambda refused to run the broker {name}, and no installer got a claim");
        let kind = MetricKind::FunctionThrottles;
        self.measured(&own("throttled"), &what, kind, Some(name), "Sum", throttled);
    }

    fn denied(&mut self, registration: &Registration, function: &Function, rate: (u32, u32)) {
        let own_name = format!("{}-hook-denied", registration.name);
        let name = self.name(&own_name);
        let namespace = format!("Fleet/{}", self.deployment.fleet);
        let what = format!("The hook {} refused devices", function.name);
        self.alarms.filters.push(MetricFilter {
            name: name.clone(),
            own_name: own_name.clone(),
            registration: registration.name.clone(),
            log: function.logs.name.clone(),
            pattern: DENIED,
            namespace: namespace.clone(),
            metric: name.clone(),
        });
        self.alarms.alarms.push(Alarm {
            metric: name.clone(),
            name,
            own_name,
            description: what,
            namespace,
            dimension: None,
            statistic: "Sum",
            threshold: rate.0,
            period_seconds: rate.1,
        });
    }

    /// CloudWatch knows nothing of the ends of CAs, and there is no clock here: a message is ordered
    /// for the day.
    fn reminder(
        &mut self,
        registration: &Registration,
        jitp: &Jitp,
        request: &Request<'_>,
        notes: &mut Vec<Note>,
    ) {
        let Some(days) = number(self.spec.ca_expiry.as_ref(), "90d", "d") else {
            return;
        };
        // Of a CA that the stack makes nobody knows the day.
        let Signing::Known(authority) = &jitp.authority else {
            let (kind, span) = (NoteKind::NoReminder, registration.origin);
            notes.push(Note { kind, span });
            return;
        };
        let day = authority.not_after.before_days(days);
        if request.today.is_some_and(|today| day <= today) {
            let kind = NoteKind::ReminderOver { day };
            let span = registration.origin;
            notes.push(Note { kind, span });
        }
        let own_name = format!("{}-ca-expiry", registration.name);
        let deployment = self.deployment;
        let name = deployment.name(&own_name);
        let span = self.spec.notify.span;
        let what = "the reminder of the CA's end";
        check_name(NameKind::Schedule, what, &name, span, self.errors);
        let role = match deployment.naming.has_region {
            true => name.clone(),
            false => deployment.name(&format!("{own_name}-{}", deployment.region)),
        };
        let what = "the role of the reminder";
        check_name(NameKind::Role, what, &role, span, self.errors);
        self.alarms.reminders.push(Reminder {
            name,
            own_name,
            day,
            message: format!(
                "Fleet {}, environment {}: the CA certificate `{}` of {} ends on {}. Devices whose certificates it signed can't register after that.",
                deployment.fleet,
                deployment.environment,
                authority.subject,
                registration.name,
                authority.not_after
            ),
            role: Role {
                name: role,
                taker: Taker::Scheduler,
                policy: "reminder",
                statements: vec![RoleStatement {
                    purpose: "the reminder is sent",
                    actions: vec![action::PUBLISH_NOTIFICATION],
                    resources: vec![self.alarms.notify.clone()],
                }],
            },
        });
    }

    fn measured(
        &mut self,
        own: &str,
        what: &str,
        kind: MetricKind,
        of: Option<&str>,
        statistic: &'static str,
        limit: Option<(u32, u32)>,
    ) {
        let (Some((threshold, period_seconds)), Some(metric)) = (limit, facts::metric(kind)) else {
            return;
        };
        let name = self.name(own);
        self.alarms.alarms.push(Alarm {
            name,
            own_name: own.to_owned(),
            description: what.to_owned(),
            namespace: metric.namespace.to_owned(),
            metric: metric.name.to_owned(),
            dimension: metric.dimension.zip(of.map(str::to_owned)),
            statistic,
            threshold,
            period_seconds,
        });
    }

    fn name(&mut self, own: &str) -> String {
        let name = self.deployment.name(own);
        let span = self.spec.notify.span;
        check_name(NameKind::Alarm, "the alarm", &name, span, self.errors);
        name
    }
}

/// How many in how many seconds; `None` for `off`.
// INVARIANT: the schema's pattern lets nothing else pass.
fn rate(written: Option<&Name>, usual: &str) -> Option<(u32, u32)> {
    let text = written.map_or(usual, |it| &it.value);
    let (count, period) = text.split_once(" per ")?;
    let (unit, seconds) = [("m", 60), ("h", 3600), ("d", 86_400)]
        .into_iter()
        .find(|(unit, _)| period.ends_with(unit))?;
    let periods: u32 = period.strip_suffix(unit)?.parse().ok()?;
    Some((count.parse().ok()?, periods * seconds))
}

fn milliseconds(written: Option<&Name>) -> Option<u32> {
    match number(written, "4s", "ms") {
        Some(milliseconds) => Some(milliseconds),
        None => number(written, "4s", "s").map(|it| it * 1000),
    }
}

/// The number before its unit; `None` for `off`.
fn number(written: Option<&Name>, usual: &str, unit: &str) -> Option<u32> {
    let text = written.map_or(usual, |it| &it.value);
    if text == OFF {
        return None;
    }
    text.strip_suffix(unit)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span, Spanned};

    fn name(text: &str) -> Name {
        Spanned::new(text.into(), Span::new(SourceId::new(0), 0, 0))
    }

    #[test]
    fn limits_are_read() {
        assert_eq!(rate(Some(&name("7 per 2h")), "1 per 5m"), Some((7, 7200)));
        assert_eq!(rate(None, "1 per 5m"), Some((1, 300)));
        assert_eq!(rate(Some(&name("off")), "1 per 5m"), None);
        assert_eq!(milliseconds(None), Some(4000));
        assert_eq!(milliseconds(Some(&name("450ms"))), Some(450));
        assert_eq!(milliseconds(Some(&name("off"))), None);
        assert_eq!(number(Some(&name("30d")), "90d", "d"), Some(30));
    }
}
