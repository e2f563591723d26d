//! What a run came to, for comparing two of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::rig::Rig;

/// Everything in AWS, how much was ever made there, and what people see of their objects.
pub(crate) fn in_full(rig: &Rig) -> Value {
    let world = rig.aws.world();
    let objects: BTreeMap<String, Value> = ["GlobalApp", "GlobalTable", "RegionEndpoint"]
        .iter()
        .flat_map(|kind| rig.kube.list(kind))
        .map(|object| {
            let name = format!("{}/{}", object["kind"], object["metadata"]["name"]);
            let seen = json!({"spec": object["spec"], "status": object["status"]});
            (name, seen)
        })
        .collect();
    json!({"aws": world.picture(), "made": world.made(), "kubernetes": objects})
}

/// The same, without what depends on when something was done, or on how often AWS was asked.
pub(crate) fn of(rig: &Rig) -> Value {
    let mut outcome = in_full(rig);
    mask(&mut outcome);
    outcome
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !name.ends_with("Time")
                    && !["nonce", "changeId", "changeState"].contains(&name.as_str())
            });
            fields.values_mut().for_each(mask);
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => {
            if let Some((before, after)) = text.split_once(" since=") {
                let after = after.split_once('"').map_or("", |(_, after)| after);
                *text = format!("{before} since=T\"{after}");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
