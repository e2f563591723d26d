//! The rules that a zone's record sets obey, held against the sets that a batch writes as the batch
//! would leave the zone. (Whether AWS judges the state after each change or the final one is
//! unspecified: here it is the final one, unless the knob `judgesEachChange` says otherwise.)
//!
//! Sources: "Values that you specify when you create or edit records", "Supported DNS record types"
//! and "Quotas", Route 53 Developer Guide; `ResourceRecordSet`, API Reference.

use super::alias;
use super::draft::Draft;
use super::problem::Problem;
use super::record_set::{Key, RecordSet, RecordType, Routing};
use super::types;
use super::values;
use super::zone::Zone;
use crate::context::Context;
use crate::global_accelerator::GlobalAccelerator;

/// "Records in a hosted zone that have the same name and type".
const MOST_SIBLINGS: usize = 100;
/// The same for geoproximity.
const MOST_GEOPROXIMITY: usize = 30;

pub(super) fn problems(
    draft: &Draft<'_>,
    zone: &Zone,
    context: &Context<'_>,
    accelerators: &GlobalAccelerator,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for set in draft.written() {
        problems.extend(place(draft, zone, set));
        problems.extend(types::problem(set, zone));
        problems.extend(beside(draft, set));
        problems.extend(values::problems(set));
        problems.extend(alias::problem(draft, zone, context, accelerators, set));
    }
    problems.extend(own_sets(draft, zone));
    let most = context.quotas.record_sets;
    if draft.count() > most {
        problems.push(Problem::TooManySets(most, zone.name.clone()));
    }
    problems
}

/// The name belongs to the zone, and no CNAME shares its name.
fn place(draft: &Draft<'_>, zone: &Zone, set: &RecordSet) -> Option<Problem> {
    let Key {
        name,
        kind,
        identifier: _,
    } = &set.key;
    if !name.is_within(&zone.name) {
        return Some(Problem::OutsideZone(name.clone(), zone.name.clone()));
    }
    let beside_other =
        |is_other: fn(RecordType) -> bool| draft.named(name).any(|other| is_other(other.key.kind));
    if *kind == RecordType::Cname {
        if *name == zone.name {
            return Some(Problem::CnameAtApex(name.clone(), zone.name.clone()));
        }
        return beside_other(|kind| kind != RecordType::Cname)
            .then(|| Problem::CnameBesideOthers(name.clone(), zone.name.clone()));
    }
    beside_other(|kind| kind == RecordType::Cname).then(|| Problem::BesideCname {
        kind: *kind,
        name: name.clone(),
        zone: zone.name.clone(),
    })
}

/// Sets of one name and type share one policy, and differ in what the policy chooses by.
fn beside(draft: &Draft<'_>, set: &RecordSet) -> Option<Problem> {
    let key = &set.key;
    let siblings: Vec<&RecordSet> = draft
        .named(&key.name)
        .filter(|other| other.key.kind == key.kind && other.key != *key)
        .collect();
    let policy = set.routing.policy();
    if siblings
        .iter()
        .any(|other| other.routing.policy() != policy)
    {
        return Some(match set.routing {
            Routing::Simple => Problem::SimpleBesideOthers(key.clone()),
            Routing::MultiValue => Problem::OtherThanMultiValue(key.clone()),
            Routing::Weighted(_)
            | Routing::Latency(_)
            | Routing::Failover(_)
            | Routing::GeoLocation(_)
            | Routing::GeoProximity(_) => Problem::OtherPolicy {
                key: key.clone(),
                policy,
            },
        });
    }
    let same = siblings.iter().any(|other| other.routing == set.routing);
    match &set.routing {
        Routing::Latency(region) if same => Some(Problem::SameRegion {
            key: key.clone(),
            region: *region,
        }),
        Routing::Failover(role) if same => Some(Problem::SameRole {
            key: key.clone(),
            role: *role,
        }),
        Routing::GeoLocation(_) if same => Some(Problem::SameLocation(key.clone())),
        Routing::Weighted(_) if siblings.iter().any(|other| unequal_ttl(set, other)) => {
            Some(Problem::WeightedTtl(key.clone()))
        }
        Routing::GeoProximity(_) => crowded(key, siblings.len(), MOST_GEOPROXIMITY),
        Routing::Simple
        | Routing::Weighted(_)
        | Routing::Latency(_)
        | Routing::Failover(_)
        | Routing::GeoLocation(_)
        | Routing::MultiValue => crowded(key, siblings.len(), MOST_SIBLINGS),
    }
}

fn unequal_ttl(set: &RecordSet, other: &RecordSet) -> bool {
    set.ttl()
        .zip(other.ttl())
        .is_some_and(|(ttl, other)| ttl != other)
}

fn crowded(key: &Key, siblings: usize, most: usize) -> Option<Problem> {
    (siblings >= most).then(|| Problem::TooManySiblings {
        key: key.clone(),
        limit: most,
    })
}

/// The SOA and NS sets of the zone itself stay.
fn own_sets(draft: &Draft<'_>, zone: &Zone) -> Vec<Problem> {
    let kept = |kind| {
        draft
            .get(&Key {
                name: zone.name.clone(),
                kind,
                identifier: None,
            })
            .is_some()
    };
    let mut problems = Vec::new();
    if !kept(RecordType::Soa) {
        problems.push(Problem::NoSoa);
    }
    if !kept(RecordType::Ns) {
        problems.push(Problem::NoNs);
    }
    problems
}
