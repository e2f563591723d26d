//! Which types a record set can have, by its routing policy, its name, and whether it is an alias.
//!
//! Source: `ResourceRecordSet`, `Type` and `Name`, Route 53 API Reference.

use super::problem::Problem;
use super::record_set::{RecordSet, RecordType, Routing};
use super::zone::Zone;

/// What is wrong with the type of a set. AWS's texts for these are not known, but for the SOA set.
pub(super) fn problem(set: &RecordSet, zone: &Zone) -> Option<Problem> {
    let key = &set.key;
    let unfit = || {
        Some(Problem::TypeOfPolicy {
            key: key.clone(),
            policy: set.routing.policy(),
        })
    };
    let of_zone = key.name == zone.name;
    match (key.kind, &set.routing) {
        (RecordType::Soa, _) if !of_zone => Some(Problem::NoSoa),
        (RecordType::Soa | RecordType::Ns | RecordType::Ds, routing)
            if *routing != Routing::Simple =>
        {
            unfit()
        }
        (RecordType::Cname, Routing::MultiValue) => unfit(),
        (RecordType::Soa | RecordType::Ns, _) if set.alias().is_some() => {
            Some(Problem::AliasOfType(key.clone()))
        }
        (RecordType::Ns, _) if key.name.is_wildcard() => Some(Problem::WildcardNs(key.clone())),
        (_, _) => None,
    }
}
