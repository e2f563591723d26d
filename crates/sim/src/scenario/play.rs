//! Scenarios as they happen to a world.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::Scenario;
use super::event::{Calls, Event};
use super::happening::{Cause, Change, Deed};
use super::timeline::{Due, Mend};
use crate::elb::{LoadBalancer, LoadBalancerArn};
use crate::endpoints::{AlarmState, Pace};
use crate::fault::{Effect, Injection, Meets, Selector};
use crate::region::Region;
use crate::world::{NoSuchLoadBalancer, World};

/// An event that can't happen in this world.
#[derive(Debug, Error)]
#[error("{source}")]
pub struct Impossible {
    /// Its place in the scenario, from 0.
    pub index: usize,
    /// Why.
    pub source: NoSuchLoadBalancer,
}

impl World {
    /// Lets a scenario happen, all of it or nothing. Its times count from the world's beginning.
    pub fn play(&mut self, scenario: Scenario) -> Result<(), Impossible> {
        for (index, event) in scenario.events.iter().enumerate() {
            self.check(event)
                .map_err(|source| Impossible { index, source })?;
        }
        for event in scenario.events {
            self.put(self.began, event);
        }
        self.advance(self.now());
        Ok(())
    }

    /// Lets one event happen. Its time counts from now.
    pub fn schedule(&mut self, event: Event) -> Result<(), NoSuchLoadBalancer> {
        self.check(&event)?;
        self.put(self.now(), event);
        self.advance(self.now());
        Ok(())
    }

    /// Ends every fault, mends what an event broke for a time, and forgets the events to come.
    pub fn mend(&mut self) {
        self.faults.clear();
        for mend in self.timeline.clear() {
            self.end(mend);
        }
    }

    fn check(&self, event: &Event) -> Result<(), NoSuchLoadBalancer> {
        match &event.cause {
            Cause::World(Change::LoadBalancerUnhealthy(arn))
                if self.endpoints.load_balancer(arn).is_none() =>
            {
                Err(NoSuchLoadBalancer::named(arn))
            }
            Cause::World(_) | Cause::Calls(_) => Ok(()),
        }
    }

    fn put(&mut self, origin: Timestamp, event: Event) {
        let Event {
            written: _,
            at,
            lasts,
            calls,
            cause,
        } = event;
        let from = after(origin, at);
        let until = lasts.map(|lasts| after(from, lasts));
        let (meets, until) = match (cause, &calls) {
            (Cause::World(change), None) => {
                let deed = Deed { change, lasts };
                return self.timeline.put(from, Due::Happen(deed));
            }
            (Cause::World(change), Some(_)) => (Meets::Trigger(Deed { change, lasts }), None),
            (Cause::Calls(effect), _) => (Meets::Fault(effect), until),
        };
        let Some(Calls { which, skip, times }) = calls else {
            return;
        };
        let times = match meets {
            Meets::Trigger(_) => Some(1),
            Meets::Fault(_) | Meets::Outage(_) => times,
        };
        self.add_fault(Injection {
            calls: which,
            from,
            until,
            skip,
            times,
            meets,
        });
    }

    pub(crate) fn come_to_pass(&mut self, due: Due) {
        match due {
            Due::Happen(deed) => self.happen(deed),
            Due::Mend(mend) => self.end(mend),
            Due::Deliver(request) => self.deliver(&request),
        }
    }

    pub(crate) fn happen(&mut self, deed: Deed) {
        let Deed { change, lasts } = deed;
        let until = lasts.map(|lasts| after(self.now(), lasts));
        let mend = match change {
            Change::Outage(calls, effect) => {
                self.cut_off(calls, effect, until);
                None
            }
            Change::RegionDark(region) => {
                self.cut_off(Selector::of_region(region), Effect::Silence, until);
                let there = self.in_region(region).map(|found| found.arn.clone());
                Some(self.fail(&there.collect::<Vec<_>>()))
            }
            Change::RegionSlow(region, by) => {
                self.cut_off(Selector::of_region(region), Effect::Slow(by), until);
                let pace = Pace {
                    connect: SignedDuration::ZERO,
                    answer: by,
                };
                let there = self.in_region(region).map(|found| found.dns_name.clone());
                Some(self.slow_down(there.collect(), pace))
            }
            Change::LoadBalancerUnhealthy(arn) => Some(self.fail(&[arn])),
            Change::HostDark(host) => {
                self.set_host_answers(&host, false);
                Some(Mend::Answering(host))
            }
            Change::HostSlow(host, pace) => Some(self.slow_down(vec![host], pace)),
            Change::Alarm(alarm, state) => {
                self.endpoints.set_alarm(alarm.clone(), state);
                self.endpoints_changed();
                Some(Mend::Alarm(alarm))
            }
            Change::RoutingControlOff(arn) => {
                self.endpoints.set_routing_control(&arn, false);
                self.endpoints_changed();
                Some(Mend::RoutingControl(arn))
            }
            Change::Console(console) => {
                let request = console.request(self);
                self.receive(&request);
                None
            }
        };
        if let (Some(mend), Some(until)) = (mend, until) {
            self.timeline.put(until, Due::Mend(mend));
        }
    }

    fn cut_off(&mut self, calls: Selector, effect: Effect, until: Option<Timestamp>) {
        self.add_fault(Injection {
            calls,
            from: self.now(),
            until,
            skip: 0,
            times: None,
            meets: Meets::Outage(effect),
        });
    }

    fn in_region(&self, region: Region) -> impl Iterator<Item = &LoadBalancer> {
        let found = self.endpoints.load_balancers();
        found.filter(move |found| found.arn.region() == region)
    }

    fn slow_down(&mut self, hosts: Vec<String>, pace: Pace) -> Mend {
        for host in &hosts {
            self.endpoints.set_pace(host, pace);
        }
        self.endpoints_changed();
        Mend::Fast(hosts)
    }

    /// Only what was healthy becomes unhealthy, and only that is mended later.
    fn fail(&mut self, arns: &[LoadBalancerArn]) -> Mend {
        let mut failed = Vec::new();
        for arn in arns {
            let found = self.endpoints.load_balancer(arn);
            if found.is_some_and(|found| found.healthy) {
                self.endpoints.set_health(arn, false);
                failed.push(arn.clone());
            }
        }
        self.endpoints_changed();
        Mend::Healthy(failed)
    }

    fn end(&mut self, mend: Mend) {
        match mend {
            Mend::Healthy(arns) => {
                for arn in arns {
                    self.endpoints.set_health(&arn, true);
                }
            }
            Mend::Answering(host) => self.endpoints.set_answers(&host, true),
            Mend::Fast(hosts) => {
                for host in hosts {
                    self.endpoints.set_pace(&host, Pace::default());
                }
            }
            Mend::Alarm(alarm) => self.endpoints.set_alarm(alarm, AlarmState::Ok),
            Mend::RoutingControl(arn) => self.endpoints.set_routing_control(&arn, true),
        }
        self.endpoints_changed();
    }
}

/// Later than any time there is, if it is that long.
pub(crate) fn after(start: Timestamp, length: SignedDuration) -> Timestamp {
    start.checked_add(length).unwrap_or(Timestamp::MAX)
}
