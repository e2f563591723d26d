//! The shared plan: health checks that no app wants any more.

use std::collections::BTreeSet;
use std::time::Duration;

use evenkeel_core::failure::Failure;
use evenkeel_core::route53::desired::check_hashes;
use evenkeel_core::shared::{Unreferenced, due, garbage};
use evenkeel_core::waiting::Waiting;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::apply::{apply, deadline};
use crate::context::Context;
use crate::gather;

/// In how many polls to go on with what was held back: every zone is read again before.
const POLLS: i32 = 6;

/// Looks for garbage once a sweep, until the token is cancelled.
pub(super) async fn run(context: &Context, stop: CancellationToken) {
    let timings = &context.settings.timings;
    let mut unreferenced = Unreferenced::default();
    let mut is_done = true;
    loop {
        let pause = if is_done {
            timings.sweep
        } else {
            timings.sweep.min(timings.poll * POLLS)
        };
        let pause = Duration::try_from(pause).unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        is_done = collect(context, &mut unreferenced).await;
    }
}

/// Deletes what is garbage. Says whether nothing of it was held back.
async fn collect(context: &Context, unreferenced: &mut Unreferenced) -> bool {
    let now = context.clock.now();
    let Some(wanted_before) = wanted(context) else {
        return true;
    };
    let Some(checks) = context.observer.health_checks().await else {
        return false;
    };
    unreferenced.note(&wanted_before, &checks, &context.settings, now);
    if due(unreferenced, &context.settings, now).is_empty() {
        return true;
    }
    // A check may be used by names of which no object is left: every zone is read before one is deleted, however long that takes.
    let zones = context.observer.every_zone().await;
    let until = deadline(context);
    // That takes its time. An app that wants one of them by now keeps it.
    let Some(still_wanted) = wanted(context) else {
        return true;
    };
    unreferenced.note(&still_wanted, &checks, &context.settings, now);
    let plan = garbage(unreferenced, &checks, &zones, &context.settings, now);
    let outcome = apply(context, "shared", &plan, until).await;
    if let Some(failure) = outcome.error() {
        warn!(%failure, "the clean-up of health checks stopped");
    }
    let is_held_back = |waiting: &Waiting| matches!(waiting, Waiting::RateLimited { .. });
    let was_held_back = outcome.failure.as_ref().and_then(Failure::held_back_until);
    was_held_back.is_none() && !plan.waiting.iter().any(is_held_back)
}

/// The content of every check that some app wants; nothing if an app can't be read, since nobody knows what it wants.
fn wanted(context: &Context) -> Option<BTreeSet<String>> {
    let all = context.apps.state();
    if all.iter().any(|object| object.0.is_err()) {
        return None;
    }
    let mut wanted = BTreeSet::new();
    for object in gather::valid(&context.apps, None) {
        let app = gather::valid_app(context, &object).ok()?;
        wanted.extend(check_hashes(&app));
    }
    Some(wanted)
}
