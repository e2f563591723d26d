//! The controllers: one per kind, each on its own watch, waking each other.

mod global_app;
mod global_table;
mod lookout;
mod region_endpoint;
mod relations;
mod shared;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::crd::{FIELD_MANAGER, GlobalApp, GlobalTable, RegionEndpoint};
use evenkeel_core::settings::Settings;
use jiff::SignedDuration;
use kube::runtime::controller::Action;
use kube::runtime::events::{Recorder, Reporter};
use kube::runtime::reflector::{self, Store};
use kube::{Client, Resource, ResourceExt};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use self::relations::{Relations, Wakes};
use self::stream::{Gate, Watched, events};
use crate::aws::{self, Aws};
use crate::context::{Clock, Context, Failures, Guarded};
use crate::error::ReconcileError;
use crate::kube::finalizer;
use crate::metrics::Metrics;
use crate::observe::Observer;
use crate::report::{self, Happening};
use crate::zones::{self, Zones};

/// What the controllers are made of.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) aws: Arc<Aws>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Arc<Metrics>,
    /// The pod's name, in events.
    pub(crate) instance: String,
    /// Until when nothing is written.
    pub(crate) quiet_until: tokio::time::Instant,
}

/// What the watches fill.
type Stores = (
    Store<Guarded<GlobalApp>>,
    Store<Guarded<RegionEndpoint>>,
    Store<Guarded<GlobalTable>>,
);

impl Parts {
    /// What every reconcile shares.
    fn into_context(self, (apps, endpoints, tables): Stores, zones: Zones) -> Context {
        let Self {
            client,
            aws,
            settings,
            clock,
            metrics,
            instance,
            quiet_until: _,
        } = self;
        let reporter = Reporter {
            controller: FIELD_MANAGER.to_owned(),
            instance: Some(instance),
        };
        Context {
            recorder: Recorder::new(client.clone(), reporter),
            observer: Observer::new(Arc::clone(&aws), Arc::clone(&settings)),
            zones,
            client,
            aws,
            settings,
            clock,
            metrics,
            apps,
            endpoints,
            tables,
            failures: Failures::default(),
        }
    }
}

/// Runs all controllers until the token is cancelled and every reconcile in flight has ended.
pub(crate) async fn run(parts: Parts, stop: CancellationToken, ready: watch::Sender<bool>) {
    let (client, quiet_until) = (parts.client.clone(), parts.quiet_until);
    let (apps, apps_writer) = reflector::store::<Guarded<GlobalApp>>();
    let (endpoints, endpoints_writer) = reflector::store::<Guarded<RegionEndpoint>>();
    let (tables, tables_writer) = reflector::store::<Guarded<GlobalTable>>();
    let (zones, wishes) = Zones::new();
    let stores = (apps.clone(), endpoints.clone(), tables.clone());
    let context = Arc::new(parts.into_context(stores, zones));
    let (wakes, wakeups) = Wakes::new();
    let relations = Arc::new(Relations {
        apps: apps.clone(),
        endpoints: endpoints.clone(),
        wakes,
    });
    let [(apps_listed, a), (endpoints_listed, b), (tables_listed, c)] =
        [(); 3].map(|()| watch::channel(false));
    let gate = Gate {
        lists: vec![a, b, c],
        quiet_until,
    };

    let wake = relations.clone();
    let app_events = events(&client, apps_writer, apps_listed, move |event| {
        wake.app(event);
    });
    let wake = relations.clone();
    let endpoint_events = events(&client, endpoints_writer, endpoints_listed, move |event| {
        wake.endpoint(event);
    });
    let wake = relations.clone();
    let table_events = events(&client, tables_writer, tables_listed, move |event| {
        wake.table(event);
    });

    let announce = async {
        gate.listed().await;
        ready.send_replace(true);
        stop.cancelled().await;
    };
    let shared = async {
        gate.passed().await;
        shared::run(&context, stop.clone()).await;
    };
    let looking = async {
        gate.passed().await;
        lookout::run(&context, &relations, stop.clone()).await;
    };
    let run_apps = stream::run(
        app_events,
        apps,
        wakeups.apps,
        global_app::reconcile,
        gate.clone(),
        context.clone(),
        stop.clone(),
    );
    let run_endpoints = stream::run(
        endpoint_events,
        endpoints,
        wakeups.endpoints,
        region_endpoint::reconcile,
        gate.clone(),
        context.clone(),
        stop.clone(),
    );
    let run_tables = stream::run(
        table_events,
        tables,
        wakeups.tables,
        global_table::reconcile,
        gate.clone(),
        context.clone(),
        stop.clone(),
    );
    let all = async {
        tokio::join!(
            run_apps,
            run_endpoints,
            run_tables,
            until(&stop, announce),
            until(&stop, shared),
            until(&stop, looking),
        )
    };
    // The zones are written until nobody waits for it any more.
    tokio::select! {
        _ = all => {}
        () = zones::run(wishes, context.clone()) => {}
    }
}

/// Ends with the future or with the token, whichever comes first.
async fn until(stop: &CancellationToken, future: impl Future<Output = ()>) {
    tokio::select! { () = future => {}, () = stop.cancelled() => {} }
}

/// Comes back after the pause, or as soon as there is room for a call that was held back.
fn requeue(context: &Context, pause: SignedDuration) -> Action {
    let pause = aws::sooner(pause, context.clock.now());
    Action::requeue(Duration::try_from(pause).unwrap_or_default())
}

/// An object that a newer or older CRD let in. It is told so; if it is being deleted, AWS is left as it is.
async fn unreadable<K: Watched>(
    context: &Context,
    object: &Guarded<K>,
    error: &str,
) -> Result<Action, ReconcileError> {
    let namespace = ResourceExt::namespace(object).unwrap_or_default();
    let name = object.name_any();
    warn!(kind = %K::kind(&()), namespace, name, error, "the object can't be read; nothing is changed for it");
    let note = format!("it can't be read, so nothing is changed for it: {error}");
    report::publish(context, object, [Happening::warning("Invalid", note)]).await;
    if object.meta().deletion_timestamp.is_some() {
        let api = report::api::<Guarded<K>>(&context.client, &namespace);
        let removed = report::bounded(finalizer::remove(&api, object)).await;
        removed.map_err(|source| ReconcileError::ChangeFinalizer {
            object: name,
            source,
        })?;
        return Ok(Action::await_change());
    }
    Ok(requeue(context, context.settings.timings.sweep))
}
