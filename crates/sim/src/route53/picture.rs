//! Hosted zones and health checks in a picture of the world.

use serde_json::{Value, json};

use super::Route53;
use super::features::HostedZoneFeatures;
use super::health_check::{HealthCheck, HealthCheckConfig};
use super::record_set::{Content, RecordSet};
use super::wire::SetElement;
use super::zone::Zone;
use crate::picture::{Labels, sorted};

impl Route53 {
    pub(crate) fn label(&self, labels: &mut Labels) {
        for zone in self.zones.values() {
            labels.put(zone.id.clone(), format!("zone:{}", zone.name));
        }
        for check in self.checks.values() {
            labels.put(
                check.id.clone(),
                format!("health-check:{}", check.caller_reference),
            );
        }
    }

    pub(crate) fn picture(&self, labels: &Labels) -> Value {
        let zones = self.zones.values().map(|zone| zone_picture(zone, labels));
        let checks = self
            .checks
            .values()
            .map(|check| self.check_picture(check, labels));
        let pending = self
            .changes
            .values()
            .filter(|change| !change.in_sync)
            .count();
        json!({
            "healthChecks": sorted(checks),
            "pendingChanges": pending,
            "zones": sorted(zones),
        })
    }

    fn check_picture(&self, check: &HealthCheck, labels: &Labels) -> Value {
        let mut config: HealthCheckConfig = check.config.clone();
        if let Some(children) = &mut config.child_health_checks {
            for child in &mut children.list {
                *child = labels.of(child).to_owned();
            }
            children.list.sort_unstable();
        }
        json!({
            "callerReference": check.caller_reference,
            "config": config,
            "healthy": self.is_healthy(&check.id),
            "tags": check.tags,
            "version": check.version,
        })
    }
}

fn zone_picture(zone: &Zone, labels: &Labels) -> Value {
    let sets = zone.sets.values();
    let sets: Vec<Value> = sets.map(|set| set_picture(zone, set, labels)).collect();
    let mut picture = json!({
        "comment": zone.comment,
        "name": zone.name,
        "private": zone.private,
        "recordSets": sets,
        "tags": zone.tags,
    });
    if let Some(features) = HostedZoneFeatures::of(zone) {
        picture["features"] = json!(features);
    }
    picture
}

/// The zone's own SOA and NS sets name generated name servers: only their TTLs are shown.
fn set_picture(zone: &Zone, set: &RecordSet, labels: &Labels) -> Value {
    if zone.is_own(&set.key) {
        return json!({ "name": set.key.name, "ttl": set.ttl(), "type": set.key.kind });
    }
    let mut set = set.clone();
    if let Content::Records { values, .. } = &mut set.content {
        values.sort_unstable();
    }
    let mut shown = SetElement::showing(&set);
    if let Some(alias) = &mut shown.alias_target {
        alias.hosted_zone_id = labels.of(&alias.hosted_zone_id).to_owned();
        alias.dns_name = labels.of(&alias.dns_name).to_owned();
    }
    shown.health_check_id = shown.health_check_id.map(|id| labels.of(&id).to_owned());
    json!(shown)
}
