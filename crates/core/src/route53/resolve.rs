//! From wanted record sets to real ones: which check, which target, and which Regions may come in yet.

use std::collections::BTreeSet;

use super::desired::{DesiredSet, Target};
use super::diff::Diff;
use super::{
    ACCELERATOR_ZONE, Action, Answer, CheckConfig, HealthCheck, RecordSet, caller_reference,
};
use crate::crd::CheckProtocol;
use crate::names::{HealthCheckId, Hostname};
use crate::waiting::Waiting;

impl Diff<'_> {
    /// The record sets with what they refer to, or nothing while the name must stay as it is.
    pub(super) fn resolve(
        &mut self,
        hostname: &Hostname,
        desired: &[DesiredSet],
        there: &BTreeSet<RecordSet>,
    ) -> Option<BTreeSet<RecordSet>> {
        let mut sets = BTreeSet::new();
        let mut is_complete = true;
        for wanted in desired {
            if let Some(waiting) = self.not_ready(wanted, there) {
                self.found.wait(waiting);
                continue;
            }
            let health_check = wanted.check.as_ref().map(|config| self.check(config));
            if health_check == Some(None) {
                is_complete = false;
                continue;
            }
            let answer = match &wanted.target {
                Target::Endpoint(target) => match target.alias_zone() {
                    Some(zone) => Answer::Alias {
                        zone: zone.to_owned(),
                        dns_name: target.dns_name().to_owned(),
                        evaluate_target_health: wanted.evaluate_target_health,
                    },
                    None => Answer::Values {
                        ttl: self.app.ttl_seconds,
                        values: BTreeSet::from([target.dns_name().to_owned()]),
                    },
                },
                Target::Accelerator => Answer::Alias {
                    zone: ACCELERATOR_ZONE.to_owned(),
                    // Until the accelerator serves, the name stays as it is.
                    dns_name: self.place.accelerator?.to_owned(),
                    evaluate_target_health: wanted.evaluate_target_health,
                },
            };
            sets.insert(RecordSet {
                name: hostname.to_string(),
                kind: wanted.kind.to_owned(),
                set_identifier: wanted
                    .routing
                    .set_identifier(wanted.region.as_ref(), &wanted.endpoint),
                routing: wanted.routing.clone(),
                answer,
                health_check: health_check.flatten(),
            });
        }
        let is_held = |set: &&RecordSet| {
            set.region().is_some_and(|region| {
                self.app.held.contains(&region)
                    && !sets
                        .iter()
                        .any(|wanted| wanted.set_identifier == set.set_identifier)
            })
        };
        let held: Vec<RecordSet> = there.iter().filter(is_held).cloned().collect();
        sets.extend(held);
        // What is held is a CNAME and the rest is not, or the other way round: the name stays as it is until all can change.
        let cnames = sets.iter().filter(|set| set.kind == "CNAME").count();
        let is_mixed = cnames > 0 && cnames < sets.len();
        (is_complete && !is_mixed && !sets.is_empty()).then_some(sets)
    }

    /// Why that Region is not let in yet. One that serves is never taken out for its data.
    fn not_ready(&self, wanted: &DesiredSet, there: &BTreeSet<RecordSet>) -> Option<Waiting> {
        let region = wanted.region.as_ref()?;
        if there.iter().any(|set| set.is_of(region)) {
            return None;
        }
        self.app
            .requires
            .iter()
            .find_map(|required| required.waiting(region))
    }

    /// The check of that content; if there is none yet, its creation is planned.
    fn check(&mut self, config: &CheckConfig) -> Option<HealthCheckId> {
        let Some(checks) = self.observed.health_checks.known() else {
            self.found.wait(Waiting::unread(
                "health checks",
                Some(&self.observed.health_checks),
            ));
            return None;
        };
        let fleet = &self.settings.installation.fleet;
        let prefix = caller_reference(fleet, config, 0);
        let prefix = prefix.trim_end_matches('0');
        let same = |check: &HealthCheck| {
            check.caller_reference.starts_with(prefix) && check.config.as_ref() == Some(config)
        };
        if let Some((id, check)) = checks.iter().find(|(_, check)| same(check)) {
            self.name_check(id, check, config);
            return Some(id.clone());
        }
        let is_taken = |reference: &String| {
            self.observed.burnt_references.contains(reference)
                || checks
                    .values()
                    .any(|check| check.caller_reference == *reference)
        };
        let reference = (0..=u32::MAX)
            .map(|n| caller_reference(fleet, config, n))
            .find(|reference| !is_taken(reference))?;
        let create = Action::CreateHealthCheck {
            caller_reference: reference,
            config: config.clone(),
        };
        if !self.found.actions.contains(&create) {
            self.found.actions.push(create);
        }
        None
    }

    fn name_check(&mut self, id: &HealthCheckId, check: &HealthCheck, config: &CheckConfig) {
        let Some(before) = check.name_tag.known() else {
            return;
        };
        let after = console_name(config);
        let action = Action::NameHealthCheck {
            id: id.clone(),
            before: before.clone(),
            after: after.clone(),
        };
        if before.as_ref() != Some(&after) && !self.found.actions.contains(&action) {
            self.found.actions.push(action);
        }
    }
}

/// What the console calls a check.
fn console_name(config: &CheckConfig) -> String {
    let CheckConfig {
        fqdn,
        protocol,
        port,
        path,
        search_string: _,
        interval_seconds,
        failure_threshold,
        checker_regions: _,
    } = config;
    let protocol = match protocol {
        CheckProtocol::HTTPS => "HTTPS",
        CheckProtocol::HTTP => "HTTP",
        CheckProtocol::TCP => "TCP",
    };
    let path = path.as_deref().unwrap_or_default();
    // A tag value holds 256 characters of letters, digits, spaces and _ . : / = + - @.
    let text =
        format!("evenkeel {protocol} {fqdn}:{port}{path} {interval_seconds}s x{failure_threshold}");
    text.chars()
        .filter(|c| c.is_alphanumeric() || " _.:/=+-@".contains(*c))
        .take(256)
        .collect()
}
