//! Accelerators in a picture of the world.

use serde_json::{Value, json};

use super::listener::Listener;
use super::{Accelerator, EndpointGroup, GlobalAccelerator};
use crate::picture::{Labels, sorted};

impl GlobalAccelerator {
    /// Record sets refer to accelerators by their DNS names.
    pub(crate) fn label(&self, labels: &mut Labels) {
        for accelerator in self.accelerators.values() {
            for (name, suffix) in accelerator.dns_names().iter().zip(["", "/dual-stack"]) {
                let label = format!("accelerator:{}{suffix}", accelerator.name);
                labels.put(format!("{name}."), label);
            }
        }
    }

    pub(crate) fn picture(&self) -> Value {
        json!(sorted(self.accelerators.values().map(accelerator_picture)))
    }
}

fn accelerator_picture(accelerator: &Accelerator) -> Value {
    json!({
        "deployed": accelerator.deployed,
        "enabled": accelerator.enabled,
        "ipAddressType": accelerator.ip_address_type,
        "listeners": sorted(accelerator.listeners.values().map(listener_picture)),
        "name": accelerator.name,
        "tags": accelerator.tags,
    })
}

fn listener_picture(listener: &Listener) -> Value {
    json!({
        "clientAffinity": listener.client_affinity,
        "endpointGroups": sorted(listener.groups.values().map(group_picture)),
        "portRanges": sorted(listener.port_ranges.iter().map(|range| json!(range))),
        "protocol": listener.protocol,
    })
}

fn group_picture(group: &EndpointGroup) -> Value {
    let health_check = &group.health_check;
    json!({
        "endpoints": sorted(group.endpoints.iter().map(super::endpoint::shown)),
        "healthCheck": {
            "intervalSeconds": health_check.interval_seconds,
            "path": health_check.path,
            "port": health_check.port,
            "protocol": health_check.protocol,
            "thresholdCount": health_check.threshold_count,
        },
        "portOverrides": sorted(group.port_overrides.iter().map(|pair| json!(pair))),
        "region": group.region,
        "trafficDial": group.traffic_dial,
    })
}
