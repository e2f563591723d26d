//! Looks at what many apps share, and wakes those that see a difference.

use std::collections::BTreeSet;

use evenkeel_core::validate::ZoneRef;
use tokio_util::sync::CancellationToken;

use super::relations::Relations;
use crate::aws::asked_by;
use crate::context::Context;
use crate::gather;
use crate::observe::Findings;

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
        if let Some(findings) = observer.findings() {
            wake(context, relations, &findings);
        }
    }
}

/// Where the apps publish their names.
fn zones(context: &Context) -> BTreeSet<ZoneRef> {
    let apps = context.apps.state();
    let apps = apps.iter().filter_map(|app| app.0.as_ref().ok());
    apps.filter_map(|app| ZoneRef::of(&app.spec)).collect()
}

/// Wakes the apps that would see it. One that is not valid does not look.
fn wake(context: &Context, relations: &Relations, findings: &Findings) {
    for object in gather::valid(&context.apps, None) {
        let app = gather::valid_app(context, &object);
        if app.is_ok_and(|app| context.observer.concern(findings, &app)) {
            relations.wake_app(&object);
        }
    }
}
