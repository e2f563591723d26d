//! `status.plan`: what is left to do, what waits and what was refused, within the sizes that a status may have.

use k8s_openapi::jiff::Timestamp;

use super::conditions::changes;
use super::{truncated, whole_seconds};
use crate::crd::{PlanStatus, PlannedChange, RefusedItem, WaitingItem};
use crate::digest;
use crate::plan::Plan;
use crate::validate::Waits;
use crate::waiting::Waiting;

const NEXT: usize = 8;
const ITEMS: usize = 16;
const ITEM_MESSAGE: usize = 512;

/// The plan as status shows it.
pub(super) fn plan(plan: &Plan, waits: &Waits, now: Timestamp) -> PlanStatus {
    let (to_do, waiting, refused) = (plan.actions.len(), plan.waiting.len(), plan.refused.len());
    let next = plan.actions.iter().take(NEXT).map(|action| {
        let words = action.describe();
        let parts = words.parts.iter().map(|part| part.trim());
        let detail = std::iter::once(words.detail.as_str())
            .chain(parts)
            .collect::<Vec<_>>()
            .join("; ");
        PlannedChange {
            service: words.service.to_string(),
            call: words.call.to_owned(),
            object: truncated(&format!("{} {}", words.kind, words.name), ITEM_MESSAGE),
            detail: truncated(&detail, ITEM_MESSAGE),
        }
    });
    let waiting_items = plan.waiting.iter().map(|item| WaitingItem {
        reason: item.reason().to_owned(),
        object: item.object(),
        message: truncated(&item.to_string(), ITEM_MESSAGE),
        since_time: Some(whole_seconds(waits.since(item, now))),
    });
    let refused_items = plan.refused.iter().map(|item| RefusedItem {
        reason: item.reason().to_owned(),
        object: item.object(),
        message: truncated(&item.to_string(), ITEM_MESSAGE),
        consent_token: item.consent().map(ToString::to_string),
    });
    let due = plan.waiting.iter().filter_map(Waiting::until).min();
    let words: Vec<String> = plan
        .actions
        .iter()
        .map(|action| action.describe().to_string())
        .collect();
    PlanStatus {
        summary: Some(format!(
            "{} now, {waiting} waiting, {refused} refused",
            changes(to_do)
        )),
        actions: i32::try_from(to_do).ok(),
        next: next.collect(),
        waiting: bounded(waiting_items, waiting, |hidden| WaitingItem {
            reason: "More".to_owned(),
            object: format!("{hidden} more"),
            ..WaitingItem::default()
        }),
        refused: bounded(refused_items, refused, |hidden| RefusedItem {
            reason: "More".to_owned(),
            object: format!("{hidden} more"),
            ..RefusedItem::default()
        }),
        next_step_time: due.map(whole_seconds),
        digest: Some(digest::hex(&format!(
            "{words:?} {:?} {:?}",
            plan.waiting, plan.refused
        ))),
    }
}

/// The first items; where there are more, the last one says how many.
fn bounded<T>(items: impl Iterator<Item = T>, count: usize, more: impl Fn(usize) -> T) -> Vec<T> {
    if count <= ITEMS {
        return items.collect();
    }
    let mut kept: Vec<T> = items.take(ITEMS - 1).collect();
    kept.push(more(count - kept.len()));
    kept
}
