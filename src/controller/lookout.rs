//! Looks at what many apps share, and wakes those that see a difference.

use std::collections::BTreeSet;

use evenkeel_core::crd::GlobalApp;
use evenkeel_core::validate::{self, ZoneRef};
use kube::ResourceExt;
use tokio_util::sync::CancellationToken;

use super::relations::Relations;
use crate::aws::asked_by;
use crate::context::Context;
use crate::gather;
use crate::observe::Change;

/// Looks until the token is cancelled.
pub(super) async fn run(context: &Context, relations: &Relations, stop: CancellationToken) {
    let observer = &context.observer;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            // Somebody has found it in a reconcile.
            () = observer.differs() => {}
            () = tokio::time::sleep(observer.lookout_pace()) => {
                let zones = zones(context);
                Box::pin(asked_by("lookout".to_owned(), observer.look_out(&zones))).await;
            }
        }
        let changes = observer.changes();
        if !changes.is_empty() {
            wake(context, relations, &changes);
        }
    }
}

/// Where the apps publish their names.
fn zones(context: &Context) -> BTreeSet<ZoneRef> {
    let apps = context.apps.state();
    let apps = apps.iter().filter_map(|app| app.0.as_ref().ok());
    apps.filter_map(|app| ZoneRef::of(&app.spec)).collect()
}

fn wake(context: &Context, relations: &Relations, changes: &[Change]) {
    for object in gather::valid(&context.apps, None) {
        let is_concerned = |change| concerns(context, &object, change);
        if changes.iter().any(is_concerned) {
            relations.wake_app(&object);
        }
    }
}

/// Whether the app would see it. One that is not valid does not look.
fn concerns(context: &Context, object: &GlobalApp, change: &Change) -> bool {
    let namespace = object.namespace().unwrap_or_default();
    let app = validate::app(
        object,
        &gather::endpoints(context, &namespace),
        &gather::tables(context, &namespace),
        &context.settings.timings,
        context.clock.now(),
    );
    app.is_ok_and(|app| context.observer.concerns(change, &app))
}
