//! The shared plan: health checks that no app wants any more.

use std::collections::BTreeSet;
use std::time::Duration;

use evenkeel_core::route53::desired::check_hashes;
use evenkeel_core::shared::{Unreferenced, due, garbage};
use evenkeel_core::validate;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::apply::{apply, deadline};
use crate::context::Context;
use crate::gather;

/// Looks for garbage once a sweep, until the token is cancelled.
pub(super) async fn run(context: &Context, stop: CancellationToken) {
    let pause = Duration::try_from(context.settings.timings.sweep).unwrap_or_default();
    let mut unreferenced = Unreferenced::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        collect(context, &mut unreferenced).await;
    }
}

async fn collect(context: &Context, unreferenced: &mut Unreferenced) {
    let now = context.clock.now();
    let Some(wanted_before) = wanted(context) else {
        return;
    };
    let checks = context.observer.health_checks().await;
    unreferenced.note(&wanted_before, &checks, &context.settings, now);
    if due(unreferenced, &context.settings, now).is_empty() {
        return;
    }
    // A check may be used by names of which no object is left: every zone is read before one is deleted.
    let until = deadline(context);
    let zones = context.observer.every_zone().await;
    // That takes its time. An app that wants one of them by now keeps it.
    let Some(still_wanted) = wanted(context) else {
        return;
    };
    unreferenced.note(&still_wanted, &checks, &context.settings, now);
    let plan = garbage(unreferenced, &checks, &zones, &context.settings, now);
    let outcome = apply(context, "shared", &plan, until).await;
    if let Some(failure) = outcome.error() {
        warn!(%failure, "the clean-up of health checks stopped");
    }
}

/// The content of every check that some app wants; nothing if an app can't be read, since nobody knows what it wants.
fn wanted(context: &Context) -> Option<BTreeSet<String>> {
    let all = context.apps.state();
    if all.iter().any(|object| object.0.is_err()) {
        return None;
    }
    let mut wanted = BTreeSet::new();
    for object in gather::valid(&context.apps, None) {
        let namespace = object.metadata.namespace.clone().unwrap_or_default();
        let endpoints = gather::endpoints(context, &namespace);
        let tables = gather::tables(context, &namespace);
        let app = validate::app(
            &object,
            &endpoints,
            &tables,
            &context.settings.timings,
            context.clock.now(),
        )
        .ok()?;
        wanted.extend(check_hashes(&app));
    }
    Some(wanted)
}
