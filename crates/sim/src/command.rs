//! What is done to a world from outside AWS: by a person, or by a test harness at the control port.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::scenario::Event;
use crate::traffic::Clients;
use crate::world::{NoSuchLoadBalancer, World};

/// What a world can be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Command {
    /// One event happens; its time counts from now.
    Happen(Box<Event>),
    /// Every fault ends, what an event broke for a time is mended, and the events to come are forgotten.
    Mend,
    /// A load balancer's targets become healthy or unhealthy.
    LoadBalancer {
        /// Which.
        arn: String,
        /// Whether they are healthy.
        healthy: bool,
    },
    /// A host name or an address starts or stops to answer.
    Host {
        /// Which.
        host: String,
        /// Whether it answers.
        answers: bool,
    },
    /// From now on these clients send requests, and those before do not.
    Clients(Vec<Clients>),
    /// Time passes.
    Pass,
}

/// Why a world can't do what it is told. Nothing has changed then.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct Refused(#[from] NoSuchLoadBalancer);

impl World {
    /// Time passes until somebody looks at the world. Amounts of traffic are rounded whenever somebody does.
    pub fn pass(&mut self, now: Timestamp) {
        self.advance(now);
        self.journal.told(now, Command::Pass);
    }

    /// Does what it is told at `now`.
    pub fn tell(&mut self, now: Timestamp, command: Command) -> Result<(), Refused> {
        self.advance(now);
        let kept = command.clone();
        match command {
            Command::Happen(event) => self.schedule(*event)?,
            Command::Mend => self.mend(),
            Command::LoadBalancer { arn, healthy } => {
                self.set_load_balancer_health(&arn, healthy)?;
            }
            Command::Host { host, answers } => self.set_host_answers(&host, answers),
            Command::Clients(clients) => self.set_clients(clients),
            Command::Pass => {}
        }
        self.journal.told(now, kept);
        Ok(())
    }
}
