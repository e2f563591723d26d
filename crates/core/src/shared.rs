//! The shared plan: health checks belong to the fleet, not to an app, so only here are they deleted.
//!
//! Garbage is what no app wants, what no zone refers to in a complete fresh read, and what has been so for an hour. Route 53
//! itself would delete a check that records still use, and then answer at random.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use crate::failure::{Failure, Read};
use crate::names::{HealthCheckId, ZoneId};
use crate::plan::{Action, Plan};
use crate::route53::{self, HealthCheck, Records, is_ours};
use crate::settings::Settings;
use crate::waiting::Waiting;

/// Our checks that no app wants, with when that was first seen. What is not remembered starts now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreferenced(BTreeMap<HealthCheckId, Timestamp>);

/// The health checks as they were read.
pub type Checks = Read<BTreeMap<HealthCheckId, HealthCheck>>;

impl Unreferenced {
    /// Notes which of our checks no app wants. `wanted` holds the contents that some app wants.
    pub fn note(
        &mut self,
        wanted: &BTreeSet<String>,
        checks: &Checks,
        settings: &Settings,
        now: Timestamp,
    ) {
        let Some(checks) = checks.known() else { return };
        let children: BTreeSet<&HealthCheckId> =
            checks.values().flat_map(|check| &check.children).collect();
        let is_garbage = |id: &HealthCheckId, check: &HealthCheck| {
            is_ours(&settings.installation, &check.caller_reference)
                && !children.contains(id)
                && !check.config.as_ref().is_some_and(|config| {
                    wanted.contains(&config.hash())
                        && check.caller_reference.contains(&config.hash())
                })
        };
        let found = checks.iter().filter(|(id, check)| is_garbage(id, check));
        self.0 = found
            .map(|(id, _)| (id.clone(), self.0.get(id).copied().unwrap_or(now)))
            .collect();
    }
}

/// The checks whose time is up, if no zone refers to them.
pub fn due(
    unreferenced: &Unreferenced,
    settings: &Settings,
    now: Timestamp,
) -> BTreeSet<HealthCheckId> {
    let is_due = |since: &Timestamp| now.duration_since(*since) >= settings.timings.unreferenced;
    unreferenced
        .0
        .iter()
        .filter(|(_, since)| is_due(since))
        .map(|(id, _)| id.clone())
        .collect()
}

/// The deletions. `zones` are all zones of the account, read just now; one that could not be read keeps everything.
pub fn garbage(
    unreferenced: &mut Unreferenced,
    checks: &Checks,
    zones: &Result<BTreeMap<ZoneId, Read<Records>>, Failure>,
    settings: &Settings,
    now: Timestamp,
) -> Plan {
    let mut plan = Plan::default();
    let zones = match zones {
        Ok(zones) => zones,
        Err(failure) => {
            plan.add_failure(failure.clone());
            return plan;
        }
    };
    let mut used: BTreeSet<HealthCheckId> = BTreeSet::new();
    for (zone, read) in zones {
        let Some(records) = read.known() else {
            plan.wait(Waiting::unread(format!("zone {zone}"), Some(read)));
            return plan;
        };
        used.extend(
            records
                .sets
                .values()
                .flatten()
                .filter_map(|set| set.health_check.clone()),
        );
    }
    let due = due(unreferenced, settings, now);
    // What is used begins anew.
    unreferenced.0.retain(|id, _| !used.contains(id));
    let checks = checks.known();
    plan.actions = due
        .difference(&used)
        .filter_map(|id| Some((id, checks?.get(id)?)))
        .map(|(id, before)| {
            Action::Route53(route53::Action::DeleteHealthCheck {
                id: id.clone(),
                before: Box::new(before.clone()),
            })
        })
        .collect();
    plan
}

#[cfg(test)]
mod tests {
    use k8s_openapi::jiff::SignedDuration;

    use super::*;
    use crate::crd::CheckProtocol;
    use crate::identity::tests::installation;
    use crate::route53::{Answer, CheckConfig, RecordRouting, RecordSet, caller_reference};

    const START: &str = "2026-11-24T10:00:00Z";

    struct Rig {
        settings: Settings,
        unreferenced: Unreferenced,
        checks: Checks,
        hash: String,
    }

    fn rig() -> Rig {
        let settings = Settings::of(installation());
        let config = CheckConfig {
            fqdn: "a.example.net".into(),
            protocol: CheckProtocol::TCP,
            port: 443,
            path: None,
            search_string: None,
            interval_seconds: 10,
            failure_threshold: 2,
            checker_regions: BTreeSet::new(),
        };
        let hash = config.hash();
        let ours = HealthCheck {
            caller_reference: caller_reference(&settings.installation.fleet, &config, 0),
            config: Some(config),
            name_tag: Read::NotRead,
            status: Read::NotRead,
            children: BTreeSet::new(),
        };
        let foreign = HealthCheck {
            caller_reference: "somebody".into(),
            ..ours.clone()
        };
        let checks = BTreeMap::from([
            (HealthCheckId::new("ours"), ours),
            (HealthCheckId::new("foreign"), foreign),
        ]);
        Rig {
            settings,
            unreferenced: Unreferenced::default(),
            checks: Read::Known(checks),
            hash,
        }
    }

    impl Rig {
        fn deleted(
            &mut self,
            after: SignedDuration,
            wanted: &[&str],
            zones: BTreeMap<ZoneId, Read<Records>>,
        ) -> usize {
            let now = START.parse::<Timestamp>().unwrap() + after;
            let wanted = wanted.iter().map(|hash| (*hash).to_owned()).collect();
            self.unreferenced
                .note(&wanted, &self.checks, &self.settings, now);
            garbage(
                &mut self.unreferenced,
                &self.checks,
                &Ok(zones),
                &self.settings,
                now,
            )
            .actions
            .len()
        }
    }

    fn zone(check: Option<&str>) -> BTreeMap<ZoneId, Read<Records>> {
        let set = RecordSet {
            name: "x.example.com".into(),
            kind: "A".into(),
            set_identifier: None,
            routing: RecordRouting::Simple,
            answer: Answer::Values {
                ttl: 60,
                values: BTreeSet::from(["192.0.2.1".to_owned()]),
            },
            health_check: check.map(HealthCheckId::new),
        };
        let sets = BTreeMap::from([("x.example.com".to_owned(), BTreeSet::from([set]))]);
        BTreeMap::from([(
            ZoneId::new("Z1"),
            Read::Known(Records {
                zone_name: "example.com".into(),
                sets,
            }),
        )])
    }

    #[test]
    fn an_unwanted_check_goes_after_an_hour_and_a_foreign_one_never() {
        let mut rig = rig();
        assert_eq!(rig.deleted(SignedDuration::ZERO, &[], zone(None)), 0);
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(59), &[], zone(None)),
            0
        );
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(60), &[], zone(None)),
            1
        );
    }

    #[test]
    fn a_wanted_check_stays_and_its_hour_begins_anew() {
        let mut rig = rig();
        let hash = rig.hash.clone();
        assert_eq!(rig.deleted(SignedDuration::ZERO, &[], zone(None)), 0);
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(30), &[&hash], zone(None)),
            0
        );
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(61), &[], zone(None)),
            0
        );
    }

    #[test]
    fn a_check_that_some_record_uses_stays() {
        let mut rig = rig();
        assert_eq!(rig.deleted(SignedDuration::ZERO, &[], zone(None)), 0);
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(61), &[], zone(Some("ours"))),
            0
        );
        assert_eq!(
            rig.deleted(SignedDuration::from_mins(62), &[], zone(None)),
            0
        );
    }

    #[test]
    fn a_zone_that_can_not_be_read_keeps_every_check() {
        let mut rig = rig();
        assert_eq!(rig.deleted(SignedDuration::ZERO, &[], zone(None)), 0);
        let mut zones = zone(None);
        zones.insert(ZoneId::new("Z2"), Read::NotRead);
        assert_eq!(rig.deleted(SignedDuration::from_mins(61), &[], zones), 0);
    }
}
