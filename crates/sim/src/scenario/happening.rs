//! What can happen: to calls, or to the world.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::console::Console;
use super::length::Length;
use crate::call::Service;
use crate::elb::LoadBalancerArn;
use crate::endpoints::{Alarm, AlarmState, Pace};
use crate::fault::{Effect, Pages, Selector};
use crate::region::Region;

/// The effect of an event, as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) enum Happening {
    // To calls.
    Throttle,
    Unavailable,
    InternalError,
    Error {
        status: u16,
        code: String,
        #[serde(default)]
        message: String,
    },
    ClockSkewed,
    Timeout,
    ReplyLost,
    DoneButFailed,
    Late {
        after: Length,
    },
    Slow {
        by: Length,
    },
    Twice,
    Lag {
        by: Length,
        #[serde(default)]
        pages: Pages,
    },
    // To the world.
    ControlPlaneDown {
        service: Service,
        #[serde(default)]
        region: Option<Region>,
        #[serde(default)]
        silent: bool,
    },
    Partition {
        principal: String,
    },
    RegionDark {
        region: Region,
    },
    RegionSlow {
        region: Region,
        by: Length,
    },
    LoadBalancerUnhealthy {
        arn: LoadBalancerArn,
    },
    HostDark {
        host: String,
    },
    HostSlow {
        host: String,
        #[serde(default)]
        connect: Length,
        #[serde(default)]
        answer: Length,
    },
    Alarm {
        region: Region,
        name: String,
        state: AlarmState,
    },
    RoutingControlOff {
        arn: String,
    },
    Console(Console),
}

/// The same, sorted by what it acts on.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    Calls(Effect),
    World(Change),
}

/// What changes in the world.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Calls of this kind do not get through.
    Outage(Selector, Effect),
    RegionDark(Region),
    RegionSlow(Region, SignedDuration),
    LoadBalancerUnhealthy(LoadBalancerArn),
    HostDark(String),
    HostSlow(String, Pace),
    Alarm(Alarm, AlarmState),
    RoutingControlOff(String),
    Console(Console),
}

/// A change of the world, and how long it lasts: for ever if that is not said.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) change: Change,
    pub(crate) lasts: Option<SignedDuration>,
}

impl Happening {
    pub(crate) fn sorted(self) -> Cause {
        let effect = match self {
            Self::Throttle => Effect::Throttle,
            Self::Unavailable => Effect::Unavailable,
            Self::InternalError => refuse(
                500,
                "InternalFailure",
                "The request processing has failed because of an unknown error.",
            ),
            Self::Error {
                status,
                code,
                message,
            } => Effect::Refuse {
                status,
                code,
                message,
            },
            Self::ClockSkewed => refuse(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            Self::Timeout => Effect::Silence,
            Self::ReplyLost => Effect::Unanswered,
            Self::DoneButFailed => Effect::LoseReply,
            Self::Late { after } => Effect::Late(after.0),
            Self::Slow { by } => Effect::Slow(by.0),
            Self::Twice => Effect::Twice,
            Self::Lag { by, pages } => Effect::Lag { by: by.0, pages },
            Self::ControlPlaneDown {
                service,
                region,
                silent,
            } => {
                let calls = Selector {
                    service: Some(service),
                    region: region.map(String::from),
                    ..Selector::default()
                };
                let effect = if silent {
                    Effect::Silence
                } else {
                    Effect::Unavailable
                };
                return Cause::World(Change::Outage(calls, effect));
            }
            Self::Partition { principal } => {
                let calls = Selector {
                    principal: Some(principal),
                    ..Selector::default()
                };
                return Cause::World(Change::Outage(calls, Effect::Silence));
            }
            Self::RegionDark { region } => return Cause::World(Change::RegionDark(region)),
            Self::RegionSlow { region, by } => {
                return Cause::World(Change::RegionSlow(region, by.0));
            }
            Self::LoadBalancerUnhealthy { arn } => {
                return Cause::World(Change::LoadBalancerUnhealthy(arn));
            }
            Self::HostDark { host } => return Cause::World(Change::HostDark(host)),
            Self::HostSlow {
                host,
                connect: Length(connect),
                answer: Length(answer),
            } => return Cause::World(Change::HostSlow(host, Pace { connect, answer })),
            Self::Alarm {
                region,
                name,
                state,
            } => return Cause::World(Change::Alarm(Alarm { region, name }, state)),
            Self::RoutingControlOff { arn } => {
                return Cause::World(Change::RoutingControlOff(arn));
            }
            Self::Console(console) => return Cause::World(Change::Console(console)),
        };
        Cause::Calls(effect)
    }
}

fn refuse(status: u16, code: &str, message: &str) -> Effect {
    Effect::Refuse {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
    }
}
