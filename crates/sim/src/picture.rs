//! A world's state as canonical JSON. Two worlds in which the same was built have the same picture,
//! in whatever order and at whatever time that happened.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::World;

/// Generated ids, ARNs and names, and what stands for each.
#[derive(Default)]
pub(crate) struct Labels(BTreeMap<String, String>);

impl Labels {
    pub(crate) fn put(&mut self, id: impl Into<String>, label: String) {
        self.0.insert(id.into(), label);
    }

    /// The id that a label stands for.
    pub(crate) fn id_of(&self, label: &str) -> Option<&str> {
        let found = self.0.iter().find(|(_, known)| *known == label);
        found.map(|(id, _)| id.as_str())
    }

    /// The label of an id, or the string itself if it is none.
    pub(crate) fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

pub(crate) fn of(world: &World) -> Value {
    let mut labels = Labels::default();
    world.route53.label(&mut labels);
    world.accelerators.label(&mut labels);
    let load_balancers = world.endpoints.load_balancers();
    let load_balancers: BTreeMap<String, Value> = load_balancers
        .map(|found| (found.arn.to_string(), json!({ "healthy": found.healthy })))
        .collect();
    json!({
        "dynamodb": world.tables.picture(),
        "globalAccelerator": world.accelerators.picture(),
        "loadBalancers": load_balancers,
        "route53": world.route53.picture(&labels),
    })
}

/// A list whose order means nothing.
pub(crate) fn sorted(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    values.sort_by_cached_key(Value::to_string);
    values
}
