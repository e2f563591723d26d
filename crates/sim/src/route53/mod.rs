//! Amazon Route 53 (API version 2013-04-01): hosted zones, record sets, health checks and tags.

mod alias;
pub(crate) mod answer;
mod change;
mod checker;
mod checker_ranges;
mod choice;
mod draft;
mod error;
mod features;
mod health;
mod health_check;
mod health_checks;
mod health_config;
mod health_members;
mod limits;
mod list_sets;
mod locations;
mod lookup;
mod name;
mod observations;
mod operations;
mod page;
mod picture;
mod problem;
mod record_set;
mod rules;
mod schema;
mod shape;
mod size;
mod tags;
mod test_answer;
mod types;
mod update_check;
mod values;
mod wire;
mod zone;
mod zone_comment;
mod zone_lists;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub(crate) use error::Error;
use health_check::HealthCheck;
pub use lookup::DnsView;
use lookup::Propagating;
pub use name::{BadName, DnsName};
pub(crate) use operations::{Asked, Operation};
pub(crate) use record_set::{Alias, Content, FailoverRole, Key, RecordSet, RecordType, Routing};
pub(crate) use wire::NAMESPACE;
pub(crate) use zone::Zone;

use crate::agenda::Agenda;

/// The state of the service.
#[derive(Clone, Debug)]
pub(crate) struct Route53 {
    zones: BTreeMap<String, Zone>,
    /// Every caller reference with which a zone was created, also of deleted zones.
    zone_references: BTreeSet<String>,
    changes: BTreeMap<String, Submitted>,
    checks: BTreeMap<String, HealthCheck>,
    /// Caller reference -> health check id.
    check_references: BTreeMap<String, String>,
    /// The caller references of deleted checks, and when those were deleted.
    burnt_references: BTreeMap<String, Timestamp>,
    /// What changes replaced that are PENDING, the oldest first.
    propagating: Vec<Propagating>,
    agenda: Agenda<Event>,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A change has reached every name server.
    InSync { change: String },
    /// Enough checkers agree on a new status.
    Judged { check: String },
    /// The features of a zone reach their next state.
    FeaturesProceed { zone: String },
}

/// A change of a zone, as `GetChange` tells.
#[derive(Clone, Debug)]
struct Submitted {
    at: Timestamp,
    comment: Option<String>,
    in_sync: bool,
}

impl Route53 {
    pub(crate) fn new() -> Self {
        Self {
            zones: BTreeMap::new(),
            zone_references: BTreeSet::new(),
            changes: BTreeMap::new(),
            checks: BTreeMap::new(),
            check_references: BTreeMap::new(),
            burnt_references: BTreeMap::new(),
            propagating: Vec::new(),
            agenda: Agenda::new(),
        }
    }

    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.agenda.next()
    }

    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some((at, event)) = self.agenda.take_due(now) {
            match event {
                Event::InSync { change } => {
                    self.propagating.retain(|it| it.change != change);
                    if let Some(submitted) = self.changes.get_mut(&change) {
                        submitted.in_sync = true;
                    }
                }
                Event::Judged { check } => {
                    if let Some(check) = self.checks.get_mut(&check) {
                        check.judge(at);
                    }
                }
                Event::FeaturesProceed { zone } => self.features_proceed(at, zone),
            }
        }
    }

    fn zone(&self, id: &str) -> Result<&Zone, Error> {
        self.zones
            .get(id)
            .ok_or_else(|| Error::NoSuchHostedZone(id.to_owned()))
    }

    fn zone_mut(&mut self, id: &str) -> Result<&mut Zone, Error> {
        self.zones
            .get_mut(id)
            .ok_or_else(|| Error::NoSuchHostedZone(id.to_owned()))
    }

    fn check(&self, id: &str) -> Result<&HealthCheck, Error> {
        self.checks
            .get(id)
            .ok_or_else(|| Error::NoSuchHealthCheck(id.to_owned()))
    }
}

/// Ids are accepted with their prefix, as responses show them.
fn zone_id(given: &str) -> &str {
    given.strip_prefix("/hostedzone/").unwrap_or(given)
}
