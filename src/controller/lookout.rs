//! Looks at what many apps share, and wakes those that see a difference.

use std::collections::BTreeSet;

use evenkeel_core::validate::{self, App, ZoneRef};
use kube::ResourceExt;
use tokio_util::sync::CancellationToken;

use super::relations::Relations;
use crate::aws::asked_by;
use crate::context::Context;
use crate::gather;
use crate::observe::Finding;

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
        let findings = observer.findings();
        if !findings.is_empty() {
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
fn wake(context: &Context, relations: &Relations, findings: &[Finding]) {
    for object in gather::valid(&context.apps, None) {
        let namespace = object.namespace().unwrap_or_default();
        let app = validate::app(
            &object,
            &gather::endpoints(context, &namespace),
            &gather::tables(context, &namespace),
            &context.settings.timings,
            context.clock.now(),
        );
        let is_concerned = |app: App| {
            let mut findings = findings.iter();
            findings.any(|finding| context.observer.concerns(finding, &app))
        };
        if app.is_ok_and(is_concerned) {
            relations.wake_app(&object);
        }
    }
}
