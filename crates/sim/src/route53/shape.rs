//! From the body of `ChangeResourceRecordSets` to typed changes: the constraints of single members
//! first, all reported together, then the combinations that the API excludes.

use super::error::Error;
use super::name::DnsName;
use super::problem::Problem;
use super::record_set::{
    Alias, Content, FailoverRole, GeoProximity, Key, RecordSet, RecordType, Routing,
};
use super::wire::{ChangeBatch, ChangeElement, SetElement};
use super::{locations, zone_id};
use crate::region::Region;
use crate::wire::Constraints;
use crate::words::words;

words! { Action { Create "CREATE", Delete "DELETE", Upsert "UPSERT" } }

#[derive(Debug)]
pub(super) struct Change {
    pub(super) action: Action,
    pub(super) set: RecordSet,
}

const LONGEST_TTL: i64 = 2_147_483_647;

pub(super) fn changes(batch: ChangeBatch) -> Result<Vec<Change>, Error> {
    let mut constraints = Constraints::default();
    constraints.length("changeBatch.comment", batch.comment.as_deref(), 0, 256);
    let changes = batch.changes.list.into_iter().enumerate();
    let changes: Vec<Parsed> = changes
        .map(|(index, change)| Parsed::read(&mut constraints, index + 1, change))
        .collect();
    constraints.verdict().map_err(Error::InvalidInput)?;
    changes.into_iter().map(Parsed::change).collect()
}

/// A change whose members fit their types, one by one.
struct Parsed {
    action: Action,
    kind: RecordType,
    weight: Option<u8>,
    region: Option<Region>,
    failover: Option<FailoverRole>,
    ttl: Option<u32>,
    set: SetElement,
    shown: Shown,
}

impl Parsed {
    fn read(constraints: &mut Constraints, position: usize, change: ChangeElement) -> Self {
        let shown = Shown::of(&change);
        let ChangeElement {
            action,
            resource_record_set: set,
        } = change;
        let at = format!("changeBatch.changes.{position}.member");
        let member = |name: &str| format!("{at}.resourceRecordSet.{name}");
        let action = constraints.required_word(&format!("{at}.action"), Some(&action));
        constraints.length(&member("name"), Some(&set.name), 0, 1024);
        let kind = constraints.required_word(&member("type"), Some(&set.r#type));
        constraints.length(
            &member("setIdentifier"),
            set.set_identifier.as_deref(),
            1,
            128,
        );
        let weight = constraints.number(&member("weight"), set.weight, 0, 255);
        let region = constraints.word(&member("region"), set.region.as_deref());
        let failover = constraints.word(&member("failover"), set.failover.as_deref());
        let ttl = constraints.number(&member("tTL"), set.ttl, 0, LONGEST_TTL);
        let records = set.resource_records.as_ref().map(|records| &records.list);
        constraints.count(&member("resourceRecords"), records, 1, usize::MAX);
        for (index, record) in records.into_iter().flatten().enumerate() {
            let at = member(&format!("resourceRecords.{}.member.value", index + 1));
            constraints.length(&at, Some(&record.value), 0, 4000);
        }
        constraints.length(
            &member("healthCheckId"),
            set.health_check_id.as_deref(),
            0,
            64,
        );
        if let Some(alias) = &set.alias_target {
            let at = |name: &str| member(&format!("aliasTarget.{name}"));
            constraints.length(
                &at("hostedZoneId"),
                Some(zone_id(&alias.hosted_zone_id)),
                0,
                32,
            );
            constraints.length(&at("dNSName"), Some(&alias.dns_name), 0, 1024);
        }
        let instance = set.traffic_policy_instance_id.as_deref();
        constraints.length(&member("trafficPolicyInstanceId"), instance, 1, 36);
        locations::constrain(constraints, &member, &set);
        Self {
            action,
            kind,
            weight,
            region,
            failover,
            ttl,
            set,
            shown,
        }
    }

    fn change(self) -> Result<Change, Error> {
        let (routing, content) = (self.routing()?, self.content()?);
        let name = parse_name(&self.set.name)?;
        let key = Key {
            name,
            kind: self.kind,
            identifier: self.set.set_identifier,
        };
        let set = RecordSet {
            key,
            routing,
            content,
            health_check: self.set.health_check_id,
        };
        Ok(Change {
            action: self.action,
            set,
        })
    }

    fn routing(&self) -> Result<Routing, Error> {
        let (set, shown) = (&self.set, &self.shown);
        let mut given = Vec::new();
        given.extend(self.weight.map(Routing::Weighted));
        given.extend(self.region.map(Routing::Latency));
        given.extend(self.failover.map(Routing::Failover));
        if let Some(location) = &set.geo_location {
            locations::combine(location).map_err(|text| shown.invalid(text))?;
            given.push(Routing::GeoLocation(location.clone()));
        }
        given.extend((set.multi_value_answer == Some(true)).then_some(Routing::MultiValue));
        if let Some(location) = &set.geo_proximity_location {
            let GeoProximity {
                aws_region,
                local_zone_group,
                coordinates,
                bias: _,
            } = location;
            let places = [
                aws_region.is_some(),
                local_zone_group.is_some(),
                coordinates.is_some(),
            ];
            shown.exactly_one("[AWSRegion, LocalZoneGroup, or Coordinates]", &places)?;
            given.push(Routing::GeoProximity(location.clone()));
        }
        let cidr = set.cidr_routing_config.as_ref();
        match (
            given.len() + usize::from(cidr.is_some()),
            &set.set_identifier,
        ) {
            (0, None) => return Ok(Routing::Simple),
            (1, None) => return Err(shown.invalid("Missing field 'SetIdentifier'")),
            (count, _) => shown.exactly_one(POLICIES, &vec![true; count])?,
        }
        // This world has no CIDR collections.
        let missing = cidr.map(|cidr| Error::NoSuchCidrCollection(cidr.collection_id.clone()));
        missing.map_or_else(|| Ok(given.remove(0)), Err)
    }

    fn content(&self) -> Result<Content, Error> {
        let (set, shown) = (&self.set, &self.shown);
        let instance = set.traffic_policy_instance_id.as_ref();
        let records = set.ttl.is_some() || set.resource_records.is_some();
        let given = [set.alias_target.is_some(), records, instance.is_some()];
        shown.exactly_one(CONTENTS, &given)?;
        if let Some(id) = instance {
            return Err(Error::NoSuchTrafficPolicyInstance(id.clone()));
        }
        if let Some(alias) = &set.alias_target {
            return Ok(Content::Alias(Alias {
                zone: zone_id(&alias.hosted_zone_id).to_owned(),
                target: parse_name(&alias.dns_name)?,
                evaluate_target_health: alias.evaluate_target_health,
            }));
        }
        let ttl = self
            .ttl
            .ok_or_else(|| shown.invalid("Missing field 'TTL'"))?;
        let records = set.resource_records.as_ref();
        let records = records.ok_or_else(|| shown.invalid("Missing field 'ResourceRecords'"))?;
        let values = records
            .list
            .iter()
            .map(|record| record.value.clone())
            .collect();
        Ok(Content::Records { ttl, values })
    }
}

/// A name that is none refuses the batch as its rules do.
fn parse_name(given: &str) -> Result<DnsName, Error> {
    DnsName::parse(given).map_err(|bad| Error::InvalidChangeBatch(vec![Problem::BadName(bad)]))
}

const POLICIES: &str = "[Weight, Region, Failover, GeoLocation, MultiValueAnswer, \
                        GeoProximityLocation, or CidrRoutingConfig]";
const CONTENTS: &str =
    "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]";

/// A change as Route 53's messages about it end.
struct Shown(String);

impl Shown {
    fn of(change: &ChangeElement) -> Self {
        let ChangeElement {
            action,
            resource_record_set: set,
        } = change;
        let (name, kind) = (&set.name, &set.r#type);
        let identifier = set.set_identifier.as_deref().unwrap_or("null");
        let parts =
            format!("Action={action}, Name={name}, Type={kind}, SetIdentifier={identifier}");
        Self(format!("in Change with [{parts}]"))
    }

    fn invalid(&self, what: &str) -> Error {
        Error::InvalidInput(format!("Invalid request: {what} {}", self.0))
    }

    fn exactly_one(&self, choices: &str, given: &[bool]) -> Result<(), Error> {
        let found = match given.iter().filter(|given| **given).count() {
            0 => "none",
            1 => return Ok(()),
            _ => "more than one",
        };
        Err(self.invalid(&format!(
            "Expected exactly one of {choices}, but found {found}"
        )))
    }
}
