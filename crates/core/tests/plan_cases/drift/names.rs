//! What happens to names and health checks behind our back.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_core::failure::Read;
use evenkeel_core::names::{HealthCheckId, ZoneId};
use evenkeel_core::route53::{Answer, CheckQuota, CheckStatus, RecordRouting, RecordSet, Records};
use serde::Deserialize;

use crate::balance::{Balance, ZONE};

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Edit {
    /// Puts a record set, whatever was there; its check is the one whose name holds that text.
    PutRecordSet {
        name: String,
        kind: String,
        region: Option<String>,
        policy: Option<String>,
        alias: Option<String>,
        value: Option<String>,
        check: Option<String>,
    },
    /// Removes the record sets of that name (and that Region).
    RemoveRecordSets {
        name: String,
        region: Option<String>,
    },
    /// Replaces a word of a fence.
    RewriteFence {
        name: String,
        from: String,
        to: String,
    },
    /// What the checkers say of the checks whose name holds that text.
    CheckStatus { fqdn: String, status: String },
    /// Deletes a health check.
    DeleteCheck { fqdn: String },
    /// Refuses the caller references of that many tries at every check.
    BurnReferences { count: u32 },
    /// How many health checks the account has, and may have.
    CheckQuota { used: u64, limit: u64 },
    /// A zone of the same name.
    AnotherZone { id: String },
    /// No zone of that name.
    NoZone {},
}

pub(crate) fn apply(edit: Edit, balance: &mut Balance) {
    match edit {
        Edit::PutRecordSet {
            name,
            kind,
            region,
            policy,
            alias,
            value,
            check,
        } => {
            let mut set = record_set(&name, &kind, region, policy, alias, value);
            set.health_check = check.map(|fqdn| check_of(balance, &fqdn));
            let sets = records(balance).sets.entry(name).or_default();
            sets.retain(|other| {
                (&other.kind, &other.set_identifier) != (&set.kind, &set.set_identifier)
            });
            sets.insert(set);
        }
        Edit::RemoveRecordSets { name, region } => {
            let sets = records(balance).sets.get_mut(&name).unwrap();
            let before = sets.len();
            sets.retain(|set| region.is_some() && set.set_identifier != region);
            assert!(sets.len() < before, "nothing removed");
        }
        Edit::RewriteFence { name, from, to } => {
            let sets = records(balance).sets.get_mut(&name).unwrap();
            let mut set = sets.pop_first().unwrap();
            let Answer::Values { values, .. } = &mut set.answer else {
                panic!()
            };
            let value = values.pop_first().unwrap();
            assert!(value.contains(&from), "{value}");
            values.insert(value.replace(&from, &to));
            sets.insert(set);
        }
        Edit::CheckStatus { fqdn, status } => {
            let status = match status.as_str() {
                "Healthy" => CheckStatus::Healthy,
                "Unhealthy" => CheckStatus::Unhealthy,
                other => panic!("{other}"),
            };
            for check in balance
                .world
                .observed
                .route53
                .health_checks
                .known_mut()
                .unwrap()
                .values_mut()
            {
                if check.config.as_ref().unwrap().fqdn.contains(&fqdn) {
                    check.status = Read::Known(status);
                }
            }
        }
        Edit::DeleteCheck { fqdn } => {
            let checks = balance
                .world
                .observed
                .route53
                .health_checks
                .known_mut()
                .unwrap();
            let before = checks.len();
            let gone: Vec<_> = checks
                .iter()
                .filter(|(_, check)| check.config.as_ref().unwrap().fqdn.contains(&fqdn))
                .map(|(id, check)| (id.clone(), check.caller_reference.clone()))
                .collect();
            for (id, reference) in gone {
                checks.remove(&id);
                balance
                    .world
                    .observed
                    .route53
                    .burnt_references
                    .insert(reference);
            }
            assert!(
                balance
                    .world
                    .observed
                    .route53
                    .health_checks
                    .known()
                    .unwrap()
                    .len()
                    < before
            );
        }
        Edit::BurnReferences { count } => {
            let references: Vec<String> = balance
                .world
                .observed
                .route53
                .health_checks
                .known()
                .unwrap()
                .values()
                .map(|check| check.caller_reference.trim_end_matches('0').to_owned())
                .collect();
            for reference in references {
                balance
                    .world
                    .observed
                    .route53
                    .burnt_references
                    .extend((0..count).map(|n| format!("{reference}{n}")));
            }
            balance.world.observed.route53.health_checks = Read::Known(BTreeMap::new());
        }
        Edit::CheckQuota { used, limit } => {
            let quota = CheckQuota { used, limit };
            balance.world.observed.route53.check_quota = Read::Known(quota);
        }
        Edit::AnotherZone { id } => {
            let zones = balance
                .world
                .observed
                .route53
                .zones_by_name
                .get_mut("example.com")
                .unwrap();
            zones.known_mut().unwrap().insert(ZoneId::new(id));
        }
        Edit::NoZone {} => {
            balance
                .world
                .observed
                .route53
                .zones_by_name
                .insert("example.com".to_owned(), Read::Known(BTreeSet::new()));
        }
    }
}

fn check_of(balance: &Balance, fqdn: &str) -> HealthCheckId {
    let checks = balance
        .world
        .observed
        .route53
        .health_checks
        .known()
        .unwrap();
    let found = checks
        .iter()
        .find(|(_, check)| check.config.as_ref().unwrap().fqdn.contains(fqdn));
    found.unwrap().0.clone()
}

fn record_set(
    name: &str,
    kind: &str,
    region: Option<String>,
    policy: Option<String>,
    alias: Option<String>,
    value: Option<String>,
) -> RecordSet {
    RecordSet {
        name: name.to_owned(),
        kind: kind.to_owned(),
        set_identifier: region.clone().or_else(|| policy.clone()),
        routing: match (region, policy) {
            (Some(region), _) => RecordRouting::Latency(region.parse().unwrap()),
            (None, Some(policy)) => RecordRouting::Foreign(policy),
            (None, None) => RecordRouting::Simple,
        },
        answer: match (alias, value) {
            (Some(dns_name), _) => Answer::Alias {
                zone: "ZELB".to_owned(),
                dns_name,
                evaluate_target_health: true,
            },
            (None, value) => Answer::Values {
                ttl: 60,
                values: BTreeSet::from([value.unwrap()]),
            },
        },
        health_check: None,
    }
}

fn records(balance: &mut Balance) -> &mut Records {
    balance
        .world
        .observed
        .route53
        .records
        .get_mut(&ZoneId::new(ZONE))
        .unwrap()
        .known_mut()
        .unwrap()
}
