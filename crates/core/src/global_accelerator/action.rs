//! The calls that change Global Accelerator, and what each was planned on.

use std::collections::BTreeMap;

use super::{GroupSettings, Observed, Ports};
use crate::crd::{ClientAffinity, ListenerProtocol};
use crate::identity::Mark;
use crate::names::{AcceleratorArn, EndpointGroupArn, ListenerArn, Region};

/// One call that changes Global Accelerator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// CreateAccelerator. Idempotent by its token.
    CreateAccelerator {
        /// The deterministic name.
        name: String,
        /// Said again, it returns the same accelerator.
        idempotency_token: String,
        /// Whose it is.
        tags: BTreeMap<String, String>,
        /// The part of the token that must be stored before the call.
        nonce: String,
    },
    /// TagResource on an accelerator.
    TagAccelerator {
        /// The accelerator.
        arn: AcceleratorArn,
        /// The marks that it has.
        before: BTreeMap<String, String>,
        /// The marks that it gets; others stay.
        after: BTreeMap<String, String>,
    },
    /// CreateListener.
    CreateListener {
        /// The accelerator.
        accelerator: AcceleratorArn,
        /// What users speak.
        protocol: ListenerProtocol,
        /// The ports.
        ports: Ports,
        /// Whether one user's connections all reach one endpoint.
        affinity: ClientAffinity,
    },
    /// UpdateListener.
    UpdateListener {
        /// The accelerator.
        accelerator: AcceleratorArn,
        /// The listener.
        listener: ListenerArn,
        /// Ports and affinity that it has.
        before: (Ports, ClientAffinity),
        /// Ports and affinity that it gets.
        after: (Ports, ClientAffinity),
    },
    /// DeleteListener.
    DeleteListener {
        /// The accelerator.
        accelerator: AcceleratorArn,
        /// The listener.
        listener: ListenerArn,
        /// The ports that it has.
        before: Ports,
    },
    /// CreateEndpointGroup.
    CreateGroup {
        /// The listener.
        listener: ListenerArn,
        /// The Region.
        region: Region,
        /// What it gets.
        after: GroupSettings,
    },
    /// UpdateEndpointGroup.
    UpdateGroup {
        /// The listener.
        listener: ListenerArn,
        /// The Region.
        region: Region,
        /// The group.
        group: EndpointGroupArn,
        /// What it has.
        before: GroupSettings,
        /// What it gets.
        after: GroupSettings,
    },
    /// DeleteEndpointGroup.
    DeleteGroup {
        /// The listener.
        listener: ListenerArn,
        /// The Region.
        region: Region,
        /// The group.
        group: EndpointGroupArn,
        /// What it has.
        before: GroupSettings,
    },
}

/// The reads whose result an action was planned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The accelerators of that name.
    Accelerators,
    /// The listeners of an accelerator.
    Listeners(AcceleratorArn),
    /// The endpoint groups of a listener.
    Groups(ListenerArn),
}

impl Action {
    /// What must be read freshly before the call: AWS has no compare-and-swap here.
    pub fn input(&self) -> Option<Input> {
        match self {
            Self::CreateAccelerator { .. } => Some(Input::Accelerators),
            // A tag says whose it is and moves no user; setting it twice is the same.
            Self::TagAccelerator { .. } => None,
            Self::CreateListener { accelerator, .. }
            | Self::UpdateListener { accelerator, .. }
            | Self::DeleteListener { accelerator, .. } => {
                Some(Input::Listeners(accelerator.clone()))
            }
            Self::CreateGroup { listener, .. }
            | Self::UpdateGroup { listener, .. }
            | Self::DeleteGroup { listener, .. } => Some(Input::Groups(listener.clone())),
        }
    }

    /// Whether AWS is still as the action was planned on.
    pub fn still_holds(&self, observed: &Observed) -> bool {
        let Some(accelerators) = observed.accelerators.known() else {
            return false;
        };
        let groups = |listener: &ListenerArn| {
            accelerators
                .values()
                .find_map(|accelerator| accelerator.listeners.known()?.get(listener))
                .and_then(|listener| listener.groups.known())
        };
        let listeners = |accelerator: &AcceleratorArn| {
            accelerators
                .get(accelerator)
                .and_then(|a| a.listeners.known())
        };
        match self {
            // A name is not unique: what carries ours but not our mark is a stranger's, and no reason to wait.
            Self::CreateAccelerator { name, tags, .. } => accelerators
                .values()
                .filter(|existing| existing.name == *name)
                .all(|existing| {
                    existing
                        .tags
                        .known()
                        .is_some_and(|theirs| !same_owner(theirs, tags))
                }),
            Self::TagAccelerator { .. } => true,
            Self::CreateListener {
                accelerator,
                protocol,
                ports,
                ..
            } => listeners(accelerator).is_some_and(|existing| {
                existing
                    .values()
                    .all(|other| other.protocol != *protocol || !other.ports.overlaps(ports))
            }),
            Self::UpdateListener {
                accelerator,
                listener,
                before,
                ..
            } => listeners(accelerator)
                .and_then(|existing| existing.get(listener))
                .is_some_and(|found| found.ports == before.0 && found.affinity == before.1),
            Self::DeleteListener {
                accelerator,
                listener,
                before,
            } => listeners(accelerator)
                .and_then(|existing| existing.get(listener))
                .is_some_and(|found| found.ports == *before),
            Self::CreateGroup {
                listener, region, ..
            } => groups(listener).is_some_and(|existing| !existing.contains_key(region)),
            Self::UpdateGroup {
                listener,
                region,
                group,
                before,
                ..
            }
            | Self::DeleteGroup {
                listener,
                region,
                group,
                before,
            } => groups(listener)
                .and_then(|existing| existing.get(region))
                .is_some_and(|found| found.arn == *group && found.settings == *before),
        }
    }
}

fn same_owner(theirs: &BTreeMap<String, String>, ours: &BTreeMap<String, String>) -> bool {
    match (Mark::from_tags(theirs), Mark::from_tags(ours)) {
        (Some(theirs), Some(ours)) => theirs.fleet == ours.fleet && theirs.owner == ours.owner,
        (None | Some(_), _) => false,
    }
}
