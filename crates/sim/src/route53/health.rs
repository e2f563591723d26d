//! How healthy checks are, and when that changes.

use jiff::Timestamp;

use super::health_check::{CheckType, HealthCheck};
use super::{Event, Route53};
use crate::agenda::Agenda;
use crate::endpoints::Endpoints;

impl Route53 {
    /// Whether Route 53 considers a check healthy. One that was deleted counts as unhealthy: AWS
    /// calls its status unpredictable.
    pub(crate) fn is_healthy(&self, id: &str) -> bool {
        let Some(check) = self.checks.get(id) else {
            return false;
        };
        let passing = match check.kind {
            _ if check.disabled() => true,
            CheckType::Calculated => {
                let children = check
                    .config
                    .child_health_checks
                    .iter()
                    .flat_map(|all| &all.list);
                let healthy = children.filter(|child| self.is_healthy(child)).count();
                let needed = check.config.health_threshold.unwrap_or_default();
                i64::try_from(healthy).is_ok_and(|healthy| healthy >= needed)
            }
            CheckType::Http
            | CheckType::Https
            | CheckType::HttpStrMatch
            | CheckType::HttpsStrMatch
            | CheckType::Tcp
            | CheckType::CloudwatchMetric
            | CheckType::RecoveryControl => check.passing,
        };
        passing != check.inverted()
    }

    /// Probes start to see something else: their checks follow after as many of them as it takes.
    pub(crate) fn endpoints_changed(&mut self, now: Timestamp, endpoints: &Endpoints) {
        for check in self.checks.values_mut() {
            if let Some(passing) = check.told(endpoints) {
                check.passing = passing;
                continue;
            }
            let seen = check.seen(endpoints);
            if seen != check.checkers.seen {
                check.checkers.turn(now, seen);
                schedule(&mut self.agenda, check);
            }
        }
    }

    /// Lets checkers probe by a check's settings, which are new or changed.
    pub(super) fn watch(&mut self, id: &str, now: Timestamp, endpoints: &Endpoints) {
        let Some(check) = self.checks.get_mut(id) else {
            return;
        };
        if let Some(passing) = check.told(endpoints) {
            check.passing = passing;
            return;
        }
        let fresh = check.config.checkers(id, now);
        check.checkers = check.checkers.clone().reconfigured(fresh, now);
        let seen = check.seen(endpoints);
        check.checkers.turn(now, seen);
        check.judge(now);
        schedule(&mut self.agenda, check);
    }
}

fn schedule(agenda: &mut Agenda<Event>, check: &HealthCheck) {
    let event = Event::Judged {
        check: check.id.clone(),
    };
    match check.checkers.turns_at(check.passing) {
        Some(at) => agenda.set(at, event),
        None => agenda.cancel(&event),
    }
}
