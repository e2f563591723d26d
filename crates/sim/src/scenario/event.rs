//! One event, checked when it is read: what can be wrong with it in any world is a [`Mistake`].

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::happening::{Cause, Change, Happening};
use super::length::Length;
use crate::asked;
use crate::call::Service;
use crate::fault::{Effect, Selector};
use crate::region::Region;

/// A trigger and an effect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct Event {
    /// As it was written.
    pub(super) written: Box<Draft>,
    pub(super) at: SignedDuration,
    pub(super) lasts: Option<SignedDuration>,
    pub(super) calls: Option<Calls>,
    pub(super) cause: Cause,
}

/// Which calls, and which of them in order.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    pub(super) which: Selector,
    pub(super) skip: u32,
    pub(super) times: Option<u32>,
}

/// An event as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    #[serde(default)]
    at: Length,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r#for: Option<Length>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<CallDraft>,
    effect: Happening,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallDraft {
    #[serde(default)]
    service: Option<Service>,
    #[serde(default)]
    operation: Option<String>,
    #[serde(default)]
    region: Option<Region>,
    #[serde(default)]
    principal: Option<String>,
    #[serde(default = "first")]
    nth: u32,
    #[serde(default)]
    times: Option<u32>,
}

fn first() -> u32 {
    1
}

/// Why an event makes no sense.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Mistake {
    /// An effect on calls, and no calls.
    #[error("this effect happens to calls: say which under `call`")]
    NoCall,
    /// An operation of no service.
    #[error("the operation {0:?} is of no service: name the service too")]
    NoService(String),
    /// An operation that is not served.
    #[error("{service} has no operation {operation:?} here")]
    NoOperation {
        /// The service.
        service: Service,
        /// What was written.
        operation: String,
    },
    /// `nth: 0`
    #[error("`nth` counts from 1")]
    Nth,
    /// `times: 0`
    #[error("`times` is at least 1")]
    Times,
    /// An effect on the world happens once.
    #[error("`times` is for effects on calls: this effect happens once")]
    Once,
    /// `for: 0s`
    #[error("`for` is longer than 0s")]
    For,
    /// A person's call does not end.
    #[error("a call from the console has no `for`")]
    Endless,
    /// A write can't show the past.
    #[error("{0} writes: only reads lag")]
    WriteLags(String),
    /// A status that is no error's.
    #[error("the status {0} is no error: 400 to 599 are")]
    Status(u16),
    /// A Region without such a control plane.
    #[error("the control plane of {service} is in {home} only")]
    Elsewhere {
        /// The service.
        service: Service,
        /// Where it is.
        home: &'static str,
    },
    /// A call that a person can't make here.
    #[error("{0}")]
    Console(String),
}

impl TryFrom<Draft> for Event {
    type Error = Mistake;

    fn try_from(draft: Draft) -> Result<Self, Mistake> {
        let written = Box::new(draft.clone());
        let Draft {
            at,
            r#for,
            call,
            effect,
        } = draft;
        if r#for.is_some_and(|length| length.0.is_zero()) {
            return Err(Mistake::For);
        }
        let cause = effect.sorted();
        let mut calls = call.map(Calls::try_from).transpose()?;
        match (&cause, &mut calls) {
            (Cause::Calls(_), None) => return Err(Mistake::NoCall),
            (Cause::Calls(effect), Some(calls)) => {
                check_effect(effect, calls)?;
                // One call, unless it is said how many or how long.
                if r#for.is_none() {
                    calls.times = calls.times.or(Some(1));
                }
            }
            (Cause::World(_), Some(Calls { times: Some(_), .. })) => return Err(Mistake::Once),
            (Cause::World(change), _) => check_change(change, r#for.is_some())?,
        }
        Ok(Self {
            written,
            at: at.0,
            lasts: r#for.map(|length| length.0),
            calls,
            cause,
        })
    }
}

impl From<Event> for Draft {
    fn from(event: Event) -> Self {
        *event.written
    }
}

fn check_effect(effect: &Effect, calls: &Calls) -> Result<(), Mistake> {
    let Selector {
        service, operation, ..
    } = &calls.which;
    if let (Effect::Lag { .. }, Some(service), Some(operation)) = (effect, service, operation)
        && asked::writes(*service, operation) == Some(true)
    {
        return Err(Mistake::WriteLags(operation.clone()));
    }
    if let Effect::Refuse { status, .. } = effect
        && !(400..=599).contains(status)
    {
        return Err(Mistake::Status(*status));
    }
    Ok(())
}

fn check_change(change: &Change, ends: bool) -> Result<(), Mistake> {
    match change {
        Change::Outage(calls, _) => {
            if let (Some(service), Some(region)) = (calls.service, &calls.region)
                && let Some(home) = service.home().filter(|home| home != region)
            {
                return Err(Mistake::Elsewhere { service, home });
            }
            Ok(())
        }
        Change::Console(_) if ends => Err(Mistake::Endless),
        Change::Console(console) => console.check().map_err(Mistake::Console),
        Change::RegionDark(_)
        | Change::RegionSlow(..)
        | Change::LoadBalancerUnhealthy(_)
        | Change::HostDark(_)
        | Change::HostSlow(..)
        | Change::Alarm(..)
        | Change::RoutingControlOff(_) => Ok(()),
    }
}

impl TryFrom<CallDraft> for Calls {
    type Error = Mistake;

    fn try_from(draft: CallDraft) -> Result<Self, Mistake> {
        let CallDraft {
            service,
            operation,
            region,
            principal,
            nth,
            times,
        } = draft;
        if let Some(operation) = &operation {
            let service = service.ok_or_else(|| Mistake::NoService(operation.clone()))?;
            if asked::writes(service, operation).is_none() {
                let operation = operation.clone();
                return Err(Mistake::NoOperation { service, operation });
            }
        }
        if times == Some(0) {
            return Err(Mistake::Times);
        }
        Ok(Self {
            which: Selector {
                service,
                operation,
                region: region.map(String::from),
                principal,
            },
            skip: nth.checked_sub(1).ok_or(Mistake::Nth)?,
            times,
        })
    }
}
