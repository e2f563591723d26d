//! What the services held before now, for reads that lag. It is kept only while a fault may ask for
//! it: before that began, the oldest state that is known stands for all earlier ones.

use std::mem::swap;

use jiff::{SignedDuration, Timestamp};

use crate::dynamodb::DynamoDb;
use crate::global_accelerator::GlobalAccelerator;
use crate::route53::Route53;
use crate::world::World;

#[derive(Clone, Debug, Default)]
pub(crate) struct History(Vec<(Timestamp, Services)>);

/// The state of the services that have one.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    route53: Route53,
    accelerators: GlobalAccelerator,
    tables: DynamoDb,
}

impl Services {
    pub(crate) fn of(world: &World) -> Self {
        Self {
            route53: world.route53.clone(),
            accelerators: world.accelerators.clone(),
            tables: world.tables.clone(),
        }
    }

    /// Changes places with what a world holds.
    pub(crate) fn swap(&mut self, world: &mut World) {
        swap(&mut self.route53, &mut world.route53);
        swap(&mut self.accelerators, &mut world.accelerators);
        swap(&mut self.tables, &mut world.tables);
    }
}

impl History {
    /// From now on, this is held. Nobody will ask for what is older than `longest`.
    pub(crate) fn record(&mut self, now: Timestamp, longest: SignedDuration, held: Services) {
        let at = if self.0.is_empty() {
            Timestamp::MIN
        } else {
            now
        };
        self.0.retain(|(other, _)| *other < at);
        self.0.push((at, held));
        let oldest = now.checked_sub(longest).unwrap_or(Timestamp::MIN);
        // The state at that time is the last one before it.
        let before = self.0.iter().take_while(|(at, _)| *at <= oldest).count();
        self.0.drain(..before.saturating_sub(1));
    }

    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// What was held at a time.
    pub(crate) fn at(&self, time: Timestamp) -> Option<&Services> {
        let before = self.0.iter().rev().find(|(at, _)| *at <= time);
        before.map(|(_, held)| held)
    }
}
