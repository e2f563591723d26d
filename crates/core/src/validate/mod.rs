//! From declared objects to valid ones: after this, Kubernetes has no reason left to reject anything.
//!
//! Each function lists *every* objection with its field. While there is one, nothing is planned, and what is in AWS stays.

mod app;
mod endpoints;
mod front;
mod memory;
mod table;
mod target;

pub use app::{App, Endpoint, Requirement, ZoneRef, app};
pub use endpoints::selected;
pub use front::{Front, ListenerWish};
pub use memory::{Memory, NameMemory};
pub use table::{Table, TtlWish, table};
pub use target::{LoadBalancer, Target, cnames_at_apex};

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::jiff::Timestamp;

use crate::crd::{DeletionPolicy, FleetStatus, PlanStatus};
use crate::names::{Incarnation, ObjectKey};
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::waiting::Waiting;

/// Why an object can't be planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objections {
    /// What resolves by itself.
    pub waiting: Vec<Waiting>,
    /// What a person must mend.
    pub refused: Vec<Refusal>,
}

impl Objections {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.refused.is_empty()
    }

    fn invalid(&mut self, field: impl Into<String>, message: impl fmt::Display) {
        self.refused.push(Refusal::Invalid {
            field: field.into(),
            message: message.to_string(),
        });
    }
}

/// Nothing is planned for an object that is not valid; what speaks against it is the plan.
impl From<Objections> for Plan {
    fn from(objections: Objections) -> Self {
        Self {
            waiting: objections.waiting,
            refused: objections.refused,
            ..Self::default()
        }
    }
}

/// Whether an object is to be, or to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// It is declared.
    Living,
    /// It is being deleted, with that policy.
    Deleting(DeletionPolicy),
}

/// Which object this is, and which spec of it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Namespace and name.
    pub key: ObjectKey,
    /// `metadata.uid`: the incarnation of an object that owns nothing yet.
    pub uid: String,
    /// The settled incarnation.
    pub incarnation: Option<Incarnation>,
    /// The committed revision, and the digest of that spec.
    pub committed: Option<(u64, String)>,
    /// Digest of the spec as it is now.
    pub digest: String,
}

impl Identity {
    fn new(
        key: ObjectKey,
        uid: Option<&String>,
        fleet: Option<&FleetStatus>,
        digest: String,
    ) -> Self {
        let revision = fleet.and_then(|fleet| u64::try_from(fleet.revision?).ok());
        let committed = revision.zip(fleet.and_then(|fleet| fleet.spec_digest.clone()));
        let incarnation = fleet
            .and_then(|fleet| fleet.incarnation.as_deref())
            .map(Incarnation::new);
        Self {
            key,
            uid: uid.cloned().unwrap_or_default(),
            incarnation,
            committed,
            digest,
        }
    }
}

/// Since when things wait, as the status remembers it. What it does not remember starts now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits(BTreeMap<(String, String), Timestamp>);

impl Waits {
    pub(crate) fn of(plan: Option<&PlanStatus>) -> Self {
        let items = plan.into_iter().flat_map(|plan| &plan.waiting);
        Self(
            items
                .filter_map(|item| {
                    let since = item.since_time.as_ref()?.0;
                    Some(((item.reason.clone(), item.object.clone()), since))
                })
                .collect(),
        )
    }

    /// Since when this waits.
    pub fn since(&self, waiting: &Waiting, now: Timestamp) -> Timestamp {
        let key = (waiting.reason().to_owned(), waiting.object());
        self.0.get(&key).copied().unwrap_or(now)
    }
}
