//! A hosted zone: its name, its record sets, and the two sets that every zone is born with.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::features::AcceleratedRecoveryStatus;
use super::name::DnsName;
use super::record_set::{Content, Key, RecordSet, RecordType, Routing};
use crate::ids::Ids;

pub(super) type RecordSets = BTreeMap<Key, RecordSet>;

#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub(super) id: String,
    pub(super) name: DnsName,
    pub(super) caller_reference: String,
    pub(super) comment: Option<String>,
    pub(crate) private: bool,
    /// Without trailing dots, as `DelegationSet` shows them.
    pub(super) name_servers: Vec<String>,
    pub(crate) sets: RecordSets,
    pub(super) tags: BTreeMap<String, String>,
    /// Another change is refused until then.
    pub(super) busy_until: Option<Timestamp>,
    /// Accelerated recovery, if it was ever enabled or disabled.
    pub(super) recovery: Option<AcceleratedRecoveryStatus>,
}

impl Zone {
    pub(crate) fn new(ids: &mut Ids, name: DnsName, caller_reference: String) -> Self {
        let name_servers: Vec<String> = ["com", "net", "org", "co.uk"]
            .map(|suffix| {
                let number = ids.below("name server", 2048);
                format!("ns-{number}.awsdns-{:02}.{suffix}", number % 64)
            })
            .into();
        let mut zone = Self {
            id: ids.route53("hosted zone", 'Z'),
            name,
            caller_reference,
            comment: None,
            private: false,
            sets: BTreeMap::new(),
            tags: BTreeMap::new(),
            busy_until: None,
            recovery: None,
            name_servers,
        };
        zone.add_own_sets();
        zone
    }

    /// The SOA and NS sets, as Route 53 creates them ("SOA and NS records", Developer Guide).
    fn add_own_sets(&mut self) {
        let first = self.name_servers.first().map_or("", String::as_str);
        let soa = format!("{first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400");
        let servers = self
            .name_servers
            .iter()
            .map(|server| format!("{server}."))
            .collect();
        for (kind, ttl, values) in [
            (RecordType::Soa, 900, vec![soa]),
            (RecordType::Ns, 172_800, servers),
        ] {
            let key = Key {
                name: self.name.clone(),
                kind,
                identifier: None,
            };
            let content = Content::Records { ttl, values };
            let set = RecordSet {
                key: key.clone(),
                routing: Routing::Simple,
                content,
                health_check: None,
            };
            self.sets.insert(key, set);
        }
    }

    /// Whether a set is one of the two that can't be deleted.
    pub(super) fn is_own(&self, key: &Key) -> bool {
        key.name == self.name && [RecordType::Soa, RecordType::Ns].contains(&key.kind)
    }
}
