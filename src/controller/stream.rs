//! The watch of one kind and the controller on it.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{Stream, StreamExt, TryStreamExt};
use kube::api::Api;
use kube::core::NamespaceResourceScope;
use kube::runtime::controller::{self, Action, Controller};
use kube::runtime::predicates;
use kube::runtime::reflector::{ObjectRef, Store, store::Writer};
use kube::runtime::watcher::{self, watcher};
use kube::runtime::{Predicate, PredicateConfig, WatchStreamExt};
use kube::{Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::aws::asked_by;
use crate::context::{Context, Guarded};
use crate::error::{ReconcileError, chain};
use crate::kube::relist::after_init;
use crate::metrics::Kind;

/// How many objects of a kind are reconciled at once. The runner looks at all of them whenever one moves: more is slower.
const CONCURRENCY: u16 = 32;

/// How many apps are reconciled at once: as many as fill a call to Route 53, since they wait for each other (`zones`).
const APPS_AT_ONCE: u16 = 256;

/// A kind of ours.
pub(super) trait Watched:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl<K> Watched for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

/// The watch of one kind: into the store first, then to the relations, then to the controller.
pub(super) fn events<K: Watched>(
    client: &Client,
    writer: Writer<Guarded<K>>,
    listed: watch::Sender<bool>,
    on_event: impl Fn(&watcher::Event<Guarded<K>>) + Send + 'static,
) -> impl Stream<Item = watcher::Result<Guarded<K>>> + Send + 'static {
    let api: Api<Guarded<K>> = Api::all(client.clone());
    // No streaming lists: Kubernetes 1.33, the oldest that is served, has them switched off (WatchList), and refuses them.
    let events = watcher(api, watcher::Config::default())
        .default_backoff()
        .modify(|object| object.meta_mut().managed_fields = None)
        .reflect(writer)
        .inspect_ok(move |event| {
            if matches!(event, watcher::Event::InitDone) {
                listed.send_replace(true);
            }
            on_event(event);
        })
        .inspect_err(|error| {
            warn!(
                error = chain(error),
                "a watch was interrupted; it is taken up again"
            );
        });
    // Labels select, annotations and finalizers hold things up: none of them raises the generation.
    let matters = predicates::generation
        .combine(predicates::labels)
        .combine(predicates::annotations)
        .combine(predicates::finalizers);
    after_init(events).predicate_filter(matters, PredicateConfig::default())
}

/// Runs the controller of one kind until it is stopped and its last reconcile has ended.
pub(super) async fn run<K, F, R>(
    events: impl Stream<Item = watcher::Result<Guarded<K>>> + Send + 'static,
    store: Store<Guarded<K>>,
    wakeups: UnboundedReceiver<ObjectRef<Guarded<K>>>,
    reconcile: F,
    gate: Gate,
    context: Arc<Context>,
    stop: CancellationToken,
) where
    K: Watched,
    F: Fn(Arc<Guarded<K>>, Arc<Context>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Action, ReconcileError>> + Send + 'static,
{
    let kind = kind::<K>();
    Controller::for_stream(events, store)
        .with_config(controller::Config::default().concurrency(at_once(kind)))
        .reconcile_on(wakeups)
        .graceful_shutdown_on(stop.cancelled_owned())
        .run(
            move |object, context: Arc<Context>| {
                let (gate, reconcile) = (gate.clone(), reconcile.clone());
                async move {
                    gate.passed().await;
                    context
                        .metrics
                        .reconciles
                        .get_or_create(&Kind { kind })
                        .inc();
                    let key = key(&object);
                    let reconciling = reconcile(object, context.clone());
                    let reconciled = asked_by(key.clone(), reconciling).await;
                    if reconciled.is_ok() {
                        context.failures.count(&key, false);
                    }
                    reconciled
                }
            },
            move |object, error, context| retry(kind, &object, error, &context),
            context,
        )
        .for_each(|result| {
            log(kind, result.map(|(object, _)| object));
            std::future::ready(())
        })
        .await;
}

fn at_once(kind: &str) -> u16 {
    if kind == "GlobalApp" {
        APPS_AT_ONCE
    } else {
        CONCURRENCY
    }
}

fn kind<K: Watched>() -> &'static str {
    match K::kind(&()).as_ref() {
        "GlobalApp" => "GlobalApp",
        "GlobalTable" => "GlobalTable",
        _ => "RegionEndpoint",
    }
}

/// An object in the log, and where its failed reconciles are counted.
fn key<K: Watched>(object: &Guarded<K>) -> String {
    format!(
        "{} {}/{}",
        kind::<K>(),
        ResourceExt::namespace(object).unwrap_or_default(),
        object.name_any()
    )
}

/// The API server kept a reconcile from finishing: once more, after a while.
fn retry<K: Watched>(
    kind: &'static str,
    object: &Guarded<K>,
    error: &ReconcileError,
    context: &Context,
) -> Action {
    let key = key(object);
    context
        .metrics
        .reconcile_errors
        .get_or_create(&Kind { kind })
        .inc();
    let failures = context.failures.count(&key, true).min(6);
    warn!(
        object = key,
        error = chain(error),
        "not finished; tried again soon"
    );
    Action::requeue(Duration::from_secs(1 << failures))
}

fn log<K: Watched>(
    kind: &'static str,
    result: Result<ObjectRef<Guarded<K>>, controller::Error<ReconcileError, watcher::Error>>,
) {
    match result {
        Ok(object) => debug!(kind, %object, "reconciled"),
        // Already logged, with its causes, where it happened.
        Err(controller::Error::ReconcilerFailed(..)) => {}
        Err(controller::Error::ObjectNotFound(object)) => debug!(kind, ?object, "gone meanwhile"),
        // Already logged by the watch itself.
        Err(controller::Error::QueueError(error)) => {
            debug!(kind, error = chain(&error), "the watch failed");
        }
        Err(controller::Error::RunnerError(error)) => {
            warn!(kind, error = chain(&error), "the runner failed");
        }
    }
}

/// What a reconcile waits for before its first decision.
#[derive(Clone)]
pub(super) struct Gate {
    /// Nobody decides anything before all lists are complete: an endpoint that is not there yet is not gone.
    pub(super) lists: Vec<watch::Receiver<bool>>,
    /// Until when a new holder of the lease writes nothing: another's last write may still be in flight.
    pub(super) quiet_until: tokio::time::Instant,
}

impl Gate {
    /// Waits until all lists are complete.
    pub(super) async fn listed(&self) {
        for list in &self.lists {
            // A watch that ended before its list was complete ends with everything else.
            if list.clone().wait_for(|listed| *listed).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Waits until decisions may be made.
    pub(super) async fn passed(&self) {
        self.listed().await;
        tokio::time::sleep_until(self.quiet_until).await;
    }
}
