//! What is known of AWS, as far as one object needs it.

use std::collections::BTreeMap;

use crate::failure::Read;
use crate::identity::{Installation, Mark};
use crate::names::TableName;
use crate::plan::{Action, Effect};
use crate::validate::App;
use crate::{dynamodb, global_accelerator, route53};

/// What is known of AWS. A part that could not be read is data, too: see [`crate::failure::Read`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Zones, record sets, health checks.
    pub route53: route53::Observed,
    /// Accelerators.
    pub global_accelerator: global_accelerator::Observed,
    /// The tables of each name.
    pub dynamodb: BTreeMap<TableName, dynamodb::Observed>,
}

impl Observed {
    /// The part that concerns one app.
    #[must_use]
    pub fn of_app(&self, app: &App, installation: &Installation) -> Self {
        Self {
            route53: self.route53.of_app(app, installation),
            global_accelerator: self.global_accelerator.of_app(app, installation),
            dynamodb: BTreeMap::new(),
        }
    }

    /// Every mark of Evenkeel's that is known, whoever made it.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        let zones = self.route53.records.values().filter_map(Read::known);
        let sets = zones.flat_map(|records| records.sets.values().flatten());
        let fences =
            sets.filter_map(|set| route53::fence::Fence::parse(set).map(|fence| fence.mark));
        let accelerators = self.global_accelerator.accelerators.known();
        let accelerators = accelerators.into_iter().flat_map(BTreeMap::values);
        let tables = self.dynamodb.values().flat_map(BTreeMap::values);
        let tables = tables.filter_map(|table| table.known()?.as_ref());
        let tags = accelerators
            .map(|accelerator| &accelerator.tags)
            .chain(tables.map(|table| &table.tags));
        fences.chain(tags.filter_map(|tags| Mark::from_tags(tags.known()?)))
    }

    /// Carries out an action: what we believe AWS shows right after the call.
    pub fn after(&mut self, action: &Action, effect: &Effect) {
        match action {
            Action::Route53(action) => route53::after(&mut self.route53, action, effect),
            Action::GlobalAccelerator(action) => {
                global_accelerator::after(&mut self.global_accelerator, action, effect);
            }
            Action::DynamoDb(action) => {
                dynamodb::after(
                    self.dynamodb.entry(action.table.clone()).or_default(),
                    action,
                    effect,
                );
            }
        }
    }

    /// What is known once everything in progress has ended well; `done` are the actions that began it.
    pub fn settle(&mut self, done: &[Action]) {
        route53::settle(&mut self.route53);
        global_accelerator::settle(&mut self.global_accelerator);
        for (name, tables) in &mut self.dynamodb {
            let joining = done.iter().filter_map(|action| match action {
                Action::DynamoDb(dynamodb::Action {
                    table,
                    region,
                    call,
                }) if table == name => match call {
                    dynamodb::Call::CreateReplica { replica } => {
                        Some((region.clone(), replica.clone()))
                    }
                    dynamodb::Call::CreateTable { .. }
                    | dynamodb::Call::UpdateTimeToLive { .. }
                    | dynamodb::Call::SetDeletionProtection { .. }
                    | dynamodb::Call::TagTable { .. } => None,
                },
                Action::DynamoDb(_) | Action::Route53(_) | Action::GlobalAccelerator(_) => None,
            });
            dynamodb::settle(tables, &joining.collect::<Vec<_>>());
        }
    }
}
