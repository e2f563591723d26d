//! Faults: what happens to calls besides being answered. A test injects one, a scenario many.

use jiff::{SignedDuration, Timestamp};

use crate::call::{Arrival, Service};
use crate::region::Region;
use crate::scenario::Deed;
use crate::wire::ServiceError;

/// Lets calls of one operation fail: the first `skip` are answered as usual, the next `times` are
/// not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The service.
    pub service: Service,
    /// The operation's name in the service's API reference.
    pub operation: String,
    /// How many calls to leave alone first.
    pub skip: u32,
    /// How many calls to let fail after that.
    pub times: u32,
    /// What happens to them.
    pub effect: Effect,
}

/// What happens to a call that a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is done, and this error is answered.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The message.
        message: String,
    },
    /// Nothing is done, and the service's own error for calls that come too fast is answered.
    Throttle,
    /// Nothing is done, and 503 `ServiceUnavailable` is answered.
    Unavailable,
    /// It is done, and yet answered with status 500: the caller can't know.
    LoseReply,
    /// Nothing is done, and no answer ever comes.
    Silence,
    /// It is done, and no answer ever comes.
    Unanswered,
    /// No answer ever comes, and it is done this much later, when the caller has given up.
    Late(SignedDuration),
    /// It is done at once, and answered this much later.
    Slow(SignedDuration),
    /// It is delivered twice, and done twice; the first answer is the one that arrives.
    Twice,
    /// What is read is as old as that. Writes are done as usual.
    Lag {
        /// How old.
        by: SignedDuration,
        /// In which pages.
        pages: Pages,
    },
}

/// Which pages of a list show the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pages {
    /// Each one.
    #[default]
    All,
    /// Only the first: the list is torn, later pages are newer.
    First,
    /// Only those after the first: the list is torn, later pages are older.
    Later,
}

/// Which calls are meant. What is not said matches any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) service: Option<Service>,
    pub(crate) operation: Option<String>,
    /// The Region of the credential scope.
    pub(crate) region: Option<String>,
    /// The access key id.
    pub(crate) principal: Option<String>,
}

impl Selector {
    pub(crate) fn of_region(region: Region) -> Self {
        Self {
            region: Some(region.into()),
            ..Self::default()
        }
    }

    fn matches(&self, arrival: &Arrival) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        self.service.is_none_or(|wanted| wanted == arrival.service)
            && same(&self.operation, &arrival.operation)
            && same(&self.region, &arrival.region)
            && same(&self.principal, &arrival.principal)
    }
}

/// What calls of some kind meet, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct Injection {
    pub(crate) calls: Selector,
    pub(crate) from: Timestamp,
    pub(crate) until: Option<Timestamp>,
    pub(crate) skip: u32,
    /// How many calls; each one if it is not said.
    pub(crate) times: Option<u32>,
    pub(crate) meets: Meets,
}

/// What a call meets.
#[derive(Clone, Debug)]
pub(crate) enum Meets {
    /// Something is between the caller and the service: it comes before every other fault.
    Outage(Effect),
    Fault(Effect),
    /// The call is answered as usual, and something else happens just before.
    Trigger(Deed),
}

/// The faults of a world, in the order in which they were injected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    pending: Vec<Injection>,
}

/// What one call met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    pub(crate) effect: Option<Effect>,
    pub(crate) triggered: Vec<Deed>,
}

impl Faults {
    pub(crate) fn add(&mut self, injection: Injection) {
        // After the outages that are there already.
        let place = match injection.meets {
            Meets::Outage(_) => self
                .pending
                .iter()
                .take_while(|other| matches!(other.meets, Meets::Outage(_)))
                .count(),
            Meets::Fault(_) | Meets::Trigger(_) => self.pending.len(),
        };
        self.pending.insert(place, injection);
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }

    /// The longest time that a read may look back.
    pub(crate) fn longest_lag(&self) -> Option<SignedDuration> {
        let lags = self
            .pending
            .iter()
            .filter_map(|injection| match injection.meets {
                Meets::Fault(Effect::Lag { by, .. }) => Some(by),
                Meets::Fault(_) | Meets::Outage(_) | Meets::Trigger(_) => None,
            });
        lags.max()
    }

    /// What happens to a call. Every fault for its operation counts it; the first one that is due
    /// acts.
    pub(crate) fn meet(&mut self, now: Timestamp, arrival: &Arrival) -> Met {
        let mut met = Met::default();
        let over = |injection: &Injection| injection.until.is_some_and(|until| until <= now);
        self.pending
            .retain(|injection| !over(injection) && injection.times != Some(0));
        for injection in &mut self.pending {
            if injection.from > now || !injection.calls.matches(arrival) {
                continue;
            }
            if injection.skip > 0 {
                injection.skip -= 1;
                continue;
            }
            match &injection.meets {
                Meets::Outage(effect) | Meets::Fault(effect) if met.effect.is_none() => {
                    met.effect = Some(effect.clone());
                }
                Meets::Outage(_) | Meets::Fault(_) => continue,
                Meets::Trigger(deed) => met.triggered.push(deed.clone()),
            }
            injection.times = injection.times.map(|times| times.saturating_sub(1));
        }
        met
    }
}

impl From<(Fault, Timestamp)> for Injection {
    fn from((fault, now): (Fault, Timestamp)) -> Self {
        let Fault {
            service,
            operation,
            skip,
            times,
            effect,
        } = fault;
        let calls = Selector {
            service: Some(service),
            operation: Some(operation),
            ..Selector::default()
        };
        Self {
            calls,
            from: now,
            until: None,
            skip,
            times: Some(times),
            meets: Meets::Fault(effect),
        }
    }
}

/// What is answered for a reply that is lost.
pub(crate) fn lost() -> ServiceError {
    ServiceError::internal()
}
