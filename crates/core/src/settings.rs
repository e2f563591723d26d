//! What the installation fixes for all objects: whose marks are ours, and how long things take.

use k8s_openapi::jiff::SignedDuration;

use crate::identity::Installation;

/// The installation's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose marks are ours.
    pub installation: Installation,
    /// How long things take.
    pub timings: Timings,
    /// How many things of one app a plan may delete without a `delete-many` consent: names, listeners and endpoint
    /// groups. Default 20.
    pub max_deletions: usize,
}

impl Settings {
    /// The settings of that installation, where nothing else is said.
    pub fn of(installation: Installation) -> Self {
        Self {
            installation,
            timings: Timings::default(),
            max_deletions: DEFAULT_MAX_DELETIONS,
        }
    }
}

/// The default of [`Settings::max_deletions`].
pub const DEFAULT_MAX_DELETIONS: usize = 20;

/// Every wait of ours. In a world that runs n times faster, all of them divided by n give the same run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// How often an object that is not ready yet is looked at again. Default 5 s.
    pub poll: SignedDuration,
    /// How often what is settled is read again, to find drift. Default 5 min.
    pub sweep: SignedDuration,
    /// How often tags and the time to live are read again. Default 1 h.
    pub slow_sweep: SignedDuration,
    /// How old a read may be that a write to Global Accelerator relies on. Default 1 s.
    pub verify: SignedDuration,
    /// How long a leaving endpoint stays after its share reached 0. Default 6 min: Global Accelerator keeps an idle TCP
    /// connection for 340 s.
    pub drain_delay: SignedDuration,
    /// How long the first creation waits for endpoints that are listed by name. Default 2 min.
    pub endpoints_grace: SignedDuration,
    /// How long having no endpoint counts as waiting. Default 5 min.
    pub no_endpoints_grace: SignedDuration,
    /// How long a health check stays after the last use. Default 1 h.
    pub unreferenced: SignedDuration,
    /// How long the steps of a plan may be sent after it was made. Default 30 s.
    pub plan_deadline: SignedDuration,
    /// How long changes of record sets are collected at most, before those that fit are sent in one call. Default 300 ms.
    pub batch: SignedDuration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            poll: SignedDuration::from_secs(5),
            sweep: SignedDuration::from_mins(5),
            slow_sweep: SignedDuration::from_hours(1),
            verify: SignedDuration::from_secs(1),
            drain_delay: SignedDuration::from_mins(6),
            endpoints_grace: SignedDuration::from_mins(2),
            no_endpoints_grace: SignedDuration::from_mins(5),
            unreferenced: SignedDuration::from_hours(1),
            plan_deadline: SignedDuration::from_secs(30),
            batch: SignedDuration::from_millis(300),
        }
    }
}
