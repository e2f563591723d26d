//! What will happen by itself, in order of time. An event is scheduled at most once. Events due at
//! the same instant happen in the order of their type, so that no run depends on when they were
//! scheduled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

#[derive(Clone, Debug)]
pub(crate) struct Agenda<E> {
    due: BTreeSet<(Timestamp, E)>,
    scheduled: BTreeMap<E, Timestamp>,
}

impl<E: Ord + Clone> Agenda<E> {
    pub(crate) fn new() -> Self {
        Self {
            due: BTreeSet::new(),
            scheduled: BTreeMap::new(),
        }
    }

    /// Schedules an event, or moves it if it is scheduled already.
    pub(crate) fn set(&mut self, at: Timestamp, event: E) {
        self.cancel(&event);
        self.due.insert((at, event.clone()));
        self.scheduled.insert(event, at);
    }

    /// Schedules an event unless it is scheduled already.
    pub(crate) fn set_if_absent(&mut self, at: Timestamp, event: E) {
        if !self.scheduled.contains_key(&event) {
            self.set(at, event);
        }
    }

    pub(crate) fn cancel(&mut self, event: &E) {
        if let Some((event, at)) = self.scheduled.remove_entry(event) {
            self.due.remove(&(at, event));
        }
    }

    pub(crate) fn cancel_where(&mut self, matches: impl Fn(&E) -> bool) {
        self.due.retain(|(_, event)| !matches(event));
        self.scheduled.retain(|event, _| !matches(event));
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The first event due at or before `now`, which then is no longer on the agenda.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, E)> {
        if self.next()? > now {
            return None;
        }
        let (at, event) = self.due.pop_first()?;
        self.scheduled.remove(&event);
        Some((at, event))
    }
}
