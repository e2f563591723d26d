//! Which listener carries out which wish, and in which order AWS takes the calls: no two listeners of one accelerator and
//! protocol may share a port.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Listener, Ports};
use crate::crd::ListenerProtocol;
use crate::names::ListenerArn;
use crate::validate::ListenerWish;

/// Which listener carries out which wish: the one of the same ports, else the lowest that shares a port and is free.
pub(crate) fn matching<'a>(
    wishes: &[ListenerWish],
    listeners: &'a BTreeMap<ListenerArn, Listener>,
) -> BTreeMap<String, &'a ListenerArn> {
    let mut matched: BTreeMap<String, &ListenerArn> = BTreeMap::new();
    let same = |wish: &ListenerWish, found: &Listener| wish.ports == found.ports;
    let shares = |wish: &ListenerWish, found: &Listener| wish.ports.overlaps(&found.ports);
    for fits in [&same as &dyn Fn(&ListenerWish, &Listener) -> bool, &shares] {
        for wish in wishes {
            let taken: BTreeSet<&ListenerArn> = matched.values().copied().collect();
            let free = listeners.iter().filter(|(arn, found)| {
                !taken.contains(arn) && wish.protocol == found.protocol && fits(wish, found)
            });
            let lowest = free.min_by_key(|(arn, found)| (&found.ports, *arn));
            if let (Some((arn, _)), false) = (lowest, matched.contains_key(&wish.name)) {
                matched.insert(wish.name.clone(), arn);
            }
        }
    }
    matched
}

/// The ports that listeners hold while calls are put in order.
pub(super) struct TakenPorts(Vec<(Option<ListenerArn>, ListenerProtocol, Ports)>);

impl TakenPorts {
    /// What they hold now.
    pub(super) fn of(listeners: &BTreeMap<ListenerArn, Listener>) -> Self {
        let held = listeners
            .iter()
            .map(|(arn, found)| (Some(arn.clone()), found.protocol, found.ports.clone()));
        Self(held.collect())
    }

    /// That listener goes.
    pub(super) fn release(&mut self, listener: &ListenerArn) {
        self.0
            .retain(|(holder, _, _)| holder.as_ref() != Some(listener));
    }

    /// Takes out the calls that ask for ports which are free by then, in an order that AWS takes.
    pub(super) fn free(&mut self, calls: &mut Vec<Action>) -> Vec<Action> {
        let mut ordered = Vec::new();
        while let Some(next) = calls.iter().position(|call| self.is_free(call)) {
            let call = calls.remove(next);
            self.take(&call);
            ordered.push(call);
        }
        ordered
    }

    fn is_free(&self, call: &Action) -> bool {
        let Some((listener, protocol, ports)) = self.asked(call) else {
            return true;
        };
        self.0.iter().all(|(holder, other, held)| {
            (listener.is_some() && *holder == listener)
                || *other != protocol
                || !held.overlaps(&ports)
        })
    }

    fn take(&mut self, call: &Action) {
        if let Some(asked) = self.asked(call) {
            if let Some(listener) = &asked.0 {
                self.release(listener);
            }
            self.0.push(asked);
        }
    }

    /// The listener, unless it is new, and the ports that it is to have.
    fn asked(&self, call: &Action) -> Option<(Option<ListenerArn>, ListenerProtocol, Ports)> {
        match call {
            Action::CreateListener {
                protocol, ports, ..
            } => Some((None, *protocol, ports.clone())),
            Action::UpdateListener {
                listener, after, ..
            } => {
                let holds = |(holder, _, _): &&(Option<ListenerArn>, _, _)| {
                    holder.as_ref() == Some(listener)
                };
                let (_, protocol, _) = self.0.iter().find(holds)?;
                Some((Some(listener.clone()), *protocol, after.0.clone()))
            }
            Action::CreateAccelerator { .. }
            | Action::TagAccelerator { .. }
            | Action::DeleteListener { .. }
            | Action::CreateGroup { .. }
            | Action::UpdateGroup { .. }
            | Action::DeleteGroup { .. } => None,
        }
    }
}
