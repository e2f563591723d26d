//! What a GlobalApp wants of Global Accelerator.

use std::collections::BTreeMap;

use super::{Dial, Endpoint, GroupCheck, GroupSettings};
use crate::crd::HealthCheck;
use crate::names::Region;
use crate::validate::{App, Front, Lifecycle, ListenerWish};

/// The accelerator that an app wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// Its listeners.
    pub listeners: Vec<ListenerWish>,
    /// The endpoint group of each Region, the same on every listener.
    pub groups: BTreeMap<Region, GroupSettings>,
}

impl Desired {
    /// Whether users are wanted in that Region.
    pub fn takes_users(&self, region: &Region) -> bool {
        self.groups
            .get(region)
            .is_some_and(GroupSettings::takes_users)
    }
}

/// What the app wants. An app that is being deleted, or has no accelerator in its spec, wants none.
pub fn desired(app: &App) -> Option<Desired> {
    let Front::Accelerator(listeners) = &app.front else {
        return None;
    };
    if app.lifecycle != Lifecycle::Living {
        return None;
    }
    let groups = app.endpoints.iter().map(|(region, endpoints)| {
        let ceiling = endpoints
            .values()
            .map(|endpoint| endpoint.max_dial)
            .min()
            .unwrap_or(Dial::FULL);
        let wish = app.dials.get(region).copied().unwrap_or(Dial::FULL);
        let group = GroupSettings {
            dial: wish.min(ceiling),
            endpoints: endpoints
                .values()
                .filter_map(|endpoint| {
                    let settings = Endpoint {
                        weight: endpoint.weight,
                        preserves_client_ip: None,
                    };
                    Some((endpoint.target.arn()?.to_string(), settings))
                })
                .collect(),
            check: app.health_check.as_ref().map(check),
        };
        (region.clone(), group)
    });
    Some(Desired {
        listeners: listeners.clone(),
        groups: groups.collect(),
    })
}

fn check(check: &HealthCheck) -> GroupCheck {
    let small = |number: i32| u16::try_from(number).unwrap_or(u16::MAX);
    GroupCheck {
        protocol: check.protocol,
        port: small(check.port),
        path: check.path.clone(),
        interval_seconds: small(check.interval_seconds),
        threshold: small(check.failure_threshold),
    }
}
