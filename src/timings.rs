//! The named waits, as the command line and Helm's `timings` give them: `poll=5s,sweep=5m`.

use std::str::FromStr;
use std::time::Duration;

use evenkeel_core::settings::Timings;
use jiff::SignedDuration;
use thiserror::Error;

use crate::kube::lease::Terms;

/// Every wait of the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllTimings {
    /// Those that planning knows.
    pub core: Timings,
    /// How long other replicas wait for a sign of life. Default 15 s.
    pub lease_duration: Duration,
    /// How long the holder acts after its last renewal. Default 10 s.
    pub renew_deadline: Duration,
    /// How often the lease is renewed, and tried for. Default 2 s.
    pub retry_period: Duration,
    /// How long a new holder waits whose predecessor did not let go. Default 20 s.
    pub lock_delay: Duration,
}

impl Default for AllTimings {
    fn default() -> Self {
        Self {
            core: Timings::default(),
            lease_duration: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry_period: Duration::from_secs(2),
            lock_delay: Duration::from_secs(20),
        }
    }
}

/// Why a timing was not understood.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TimingError {
    /// Not `name=duration`.
    #[error("{0:?} is not a timing; write it as name=duration, for example poll=5s")]
    Shape(String),
    /// No timing has that name.
    #[error("there is no timing {name:?}; known: {}", NAMES.join(", "))]
    Name {
        /// The name.
        name: String,
    },
    /// The duration was not understood, or is not positive.
    #[error("{name}: {value:?} is not a duration such as 5s, 2m or 1h")]
    Value {
        /// The name.
        name: String,
        /// The duration.
        value: String,
    },
    /// The holder would act longer than others wait.
    #[error(
        "renewDeadline must be shorter than leaseDuration, and retryPeriod shorter than renewDeadline"
    )]
    Lease,
}

/// One timing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    name: String,
    value: SignedDuration,
}

const NAMES: [&str; 14] = [
    "poll",
    "sweep",
    "slowSweep",
    "verify",
    "drainDelay",
    "endpointsGrace",
    "noEndpointsGrace",
    "unreferenced",
    "planDeadline",
    "batch",
    "leaseDuration",
    "renewDeadline",
    "retryPeriod",
    "lockDelay",
];

impl FromStr for Timing {
    type Err = TimingError;

    fn from_str(text: &str) -> Result<Self, TimingError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| TimingError::Shape(text.to_owned()))?;
        let name = name.trim().to_owned();
        if !NAMES.contains(&name.as_str()) {
            return Err(TimingError::Name { name });
        }
        match value.trim().parse::<SignedDuration>() {
            Ok(value) if value.is_positive() => Ok(Self { name, value }),
            Ok(_) | Err(_) => Err(TimingError::Value {
                name,
                value: value.to_owned(),
            }),
        }
    }
}

impl AllTimings {
    /// The terms of a lease of that name, for that pod.
    pub fn terms(&self, name: String, identity: String) -> Terms {
        Terms {
            name,
            identity,
            duration: self.lease_duration,
            renew_deadline: self.renew_deadline,
            retry: self.retry_period,
        }
    }

    /// The defaults with these set.
    pub fn with(timings: &[Timing]) -> Result<Self, TimingError> {
        let mut all = Self::default();
        for Timing { name, value } in timings {
            all.set(name, *value);
        }
        if all.renew_deadline < all.lease_duration && all.retry_period < all.renew_deadline {
            Ok(all)
        } else {
            Err(TimingError::Lease)
        }
    }

    fn set(&mut self, name: &str, value: SignedDuration) {
        let unsigned = value.unsigned_abs();
        match name {
            "poll" => self.core.poll = value,
            "sweep" => self.core.sweep = value,
            "slowSweep" => self.core.slow_sweep = value,
            "verify" => self.core.verify = value,
            "drainDelay" => self.core.drain_delay = value,
            "endpointsGrace" => self.core.endpoints_grace = value,
            "noEndpointsGrace" => self.core.no_endpoints_grace = value,
            "unreferenced" => self.core.unreferenced = value,
            "planDeadline" => self.core.plan_deadline = value,
            "batch" => self.core.batch = value,
            "leaseDuration" => self.lease_duration = unsigned,
            "renewDeadline" => self.renew_deadline = unsigned,
            "retryPeriod" => self.retry_period = unsigned,
            "lockDelay" => self.lock_delay = unsigned,
            // Parsing lets no other name in.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_sets_something() {
        for name in NAMES {
            let timing: Timing = format!("{name}=9s").parse().unwrap();
            let mut all = AllTimings::default();
            all.set(&timing.name, timing.value);
            assert_ne!(all, AllTimings::default(), "{name}");
        }
    }

    #[test]
    fn the_docs_name_every_timing_with_its_default() {
        let docs = include_str!("../docs/timings.md");
        let rows = docs
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let mut documented = Vec::new();
        for (name, rest) in rows {
            let default = rest.split(" |").next().unwrap();
            let timing: Timing = format!("{name}={default}").parse().unwrap();
            assert_eq!(
                AllTimings::with(&[timing]),
                Ok(AllTimings::default()),
                "{name}"
            );
            documented.push(name);
        }
        assert_eq!(documented, NAMES);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text: &str| text.parse::<Timing>().unwrap_err().to_string();
        assert!(error("poll").contains("name=duration"));
        assert!(error("pol=5s").contains("known: poll, sweep"));
        assert_eq!(
            error("poll=soon"),
            "poll: \"soon\" is not a duration such as 5s, 2m or 1h"
        );
        assert_eq!(
            error("poll=0s"),
            "poll: \"0s\" is not a duration such as 5s, 2m or 1h"
        );
        let late: Timing = "renewDeadline=15s".parse().unwrap();
        assert_eq!(AllTimings::with(&[late]), Err(TimingError::Lease));
    }
}
