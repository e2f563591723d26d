//! A plan as JSON, for programs: stable, sorted, and the same value that the text shows.

use serde_json::{Value, json};

use super::Printed;
use super::text::timestamp;
use crate::describe::Change;
use crate::plan::{Action, Plan};
use crate::waves::Wave;

/// The plan as JSON.
pub fn json(printed: &Printed<'_>) -> Value {
    let last = printed.last().map_or(&[][..], |wave| &wave.plans);
    let sum = |part: fn(&Plan) -> usize| last.iter().map(|one| part(&one.plan)).sum::<usize>();
    let objects = last.iter().map(|one| {
        json!({
            "kind": one.kind,
            "namespace": one.key.namespace,
            "name": one.key.name,
            "waves": waves(printed.waves, |wave| {
                wave.plans.iter().find(|other| other.kind == one.kind && other.key == one.key).map(|one| &one.plan)
            }),
            "waiting": one.plan.waiting.iter().map(|item| json!({
                "reason": item.reason(),
                "object": item.object(),
                "message": item.to_string(),
                "until": item.until().map(timestamp),
            })).collect::<Vec<_>>(),
            "refused": one.plan.refused.iter().map(|item| json!({
                "reason": item.reason(),
                "object": item.object(),
                "message": item.to_string(),
            })).collect::<Vec<_>>(),
        })
    });
    json!({
        "format": "evenkeel.dev/plan/v1",
        "target": printed.target,
        "outcome": printed.outcome().as_str(),
        "objects": objects.collect::<Vec<_>>(),
        "summary": {
            "actions": printed.calls(),
            "waves": printed.waves.iter().filter(|wave| wave.plans.iter().any(|one| !one.plan.actions.is_empty())).count(),
            "waiting": sum(|plan| plan.waiting.len()),
            "refused": sum(|plan| plan.refused.len()),
            "reads": printed.reads,
        },
    })
}

/// An object's waves. Their times count from the first wave of all, so that the same plan is the same text.
fn waves<'a>(waves: &'a [Wave], plan: impl Fn(&'a Wave) -> Option<&'a Plan>) -> Vec<Value> {
    let start = waves.first().map(|wave| wave.at);
    let after = |wave: &Wave| start.map_or(0, |start| wave.at.duration_since(start).as_secs());
    let numbered = waves
        .iter()
        .enumerate()
        .filter_map(|(index, wave)| Some((index + 1, wave, plan(wave)?)));
    numbered
        .filter(|(_, _, plan)| !plan.actions.is_empty())
        .map(|(number, wave, plan)| {
            json!({
                "number": number,
                "notBeforeSeconds": after(wave),
                "actions": plan.actions.iter().map(action).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn action(action: &Action) -> Value {
    let words = action.describe();
    json!({
        "service": words.service.as_str(),
        "call": words.call,
        "change": match words.change {
            Change::Create => "Create",
            Change::Update => "Update",
            Change::Remove => "Remove",
        },
        "object": {"type": words.kind, "name": words.name},
        "message": words.detail,
        "parts": words.parts,
    })
}
