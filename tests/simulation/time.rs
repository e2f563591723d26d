//! Virtual time: tokio's, paused, counted from one fixed moment.

use evenkeel::context::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

/// When every simulation begins.
pub(crate) const START: &str = "2026-11-24T12:00:00Z";

/// A runtime whose time passes only when everybody waits.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}

/// A clock that begins now, with the simulation.
pub(crate) fn clock() -> Clock {
    clock_from(START.parse().unwrap())
}

/// A clock that begins now, at that time.
pub(crate) fn clock_from(start: Timestamp) -> Clock {
    let began = Instant::now();
    Clock::new(move || start + SignedDuration::try_from(began.elapsed()).unwrap())
}
