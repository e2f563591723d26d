//! Kubernetes writes: the status where it differs, and events where something has changed.

use std::fmt::Debug;
use std::time::Duration;

use evenkeel_core::crd::{FIELD_MANAGER, PlanStatus, condition};
use evenkeel_core::describe::Change;
use evenkeel_core::plan::Action;
use evenkeel_core::route53::{self, Handover};
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::api::{Api, Patch, PatchParams};
use kube::core::NamespaceResourceScope;
use kube::runtime::events::{Event, EventType};
use kube::{Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tracing::warn;

use crate::context::Context;
use crate::error::ReconcileError;

/// How long the API server may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The objects of one kind in a namespace.
pub(crate) fn api<K>(client: &Client, namespace: &str) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
{
    Api::namespaced(client.clone(), namespace)
}

/// Writes the status if it says something else than before. Returns the object as it is then.
pub(crate) async fn status<K, S>(
    context: &Context,
    object: &K,
    before: Option<&S>,
    after: &S,
) -> Result<Option<K>, ReconcileError>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned,
    S: Serialize,
{
    let (before, after) = (json!(before), json!(after));
    if before == after {
        return Ok(None);
    }
    let patch = json!({
        "apiVersion": K::api_version(&()),
        "kind": K::kind(&()),
        "metadata": {"name": object.name_any(), "uid": object.meta().uid},
        "status": after,
    });
    context.metrics.status_writes.inc();
    send_status(context, object, &patch).await.map(Some)
}

async fn send_status<K>(context: &Context, object: &K, patch: &Value) -> Result<K, ReconcileError>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned,
{
    let namespace = object.namespace().unwrap_or_default();
    let api: Api<K> = api(&context.client, &namespace);
    let name = object.name_any();
    let parameters = PatchParams::apply(FIELD_MANAGER).force();
    let patch = Patch::Apply(patch);
    bounded(api.patch_status(&name, &parameters, &patch))
        .await
        .map_err(|source| ReconcileError::WriteStatus {
            object: name.clone(),
            source,
        })
}

/// An answer of the API server, within its time.
pub(crate) async fn bounded<T>(
    call: impl Future<Output = Result<T, kube::Error>>,
) -> Result<T, kube::Error> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(kube::Error::Service(Box::new(elapsed))),
    }
}

/// One thing that has happened to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happening {
    pub(crate) is_warning: bool,
    pub(crate) reason: String,
    /// The AWS call, or what else was done.
    pub(crate) action: String,
    /// What in AWS it happened to: a kind and a name. Events of one reason, action and thing are folded into one.
    pub(crate) related: Option<(String, String)>,
    pub(crate) note: String,
}

impl Happening {
    /// What is as it should be.
    pub(crate) fn normal(reason: &str, note: impl Into<String>) -> Self {
        Self {
            is_warning: false,
            reason: reason.to_owned(),
            action: "Reconcile".to_owned(),
            related: None,
            note: note.into(),
        }
    }

    /// What a person should know.
    pub(crate) fn warning(reason: &str, note: impl Into<String>) -> Self {
        Self {
            is_warning: true,
            reason: reason.to_owned(),
            action: "Reconcile".to_owned(),
            related: None,
            note: note.into(),
        }
    }
}

/// What was done in AWS.
pub(crate) fn of_actions(actions: &[Action]) -> impl Iterator<Item = Happening> {
    actions.iter().map(|action| {
        let words = action.describe();
        let reason = match (handover(action), words.change) {
            (Some(Handover::Adopted), _) => "Adopted",
            (Some(Handover::Released), _) => "Released",
            (None, Change::Create) => "Created",
            (None, Change::Update) => "Updated",
            (None, Change::Remove) => "Deleted",
        };
        Happening {
            action: words.call.to_owned(),
            related: Some((words.kind.to_owned(), words.name.clone())),
            ..Happening::normal(reason, words.to_string())
        }
    })
}

fn handover(action: &Action) -> Option<Handover> {
    let Action::Route53(route53::Action::ChangeRecordSets(set)) = action else {
        return None;
    };
    set.handover()
}

/// What the statuses before and after tell, besides what was done.
pub(crate) fn of_transition(
    before: (&[Condition], Option<&PlanStatus>),
    after: (&[Condition], Option<&PlanStatus>),
) -> Vec<Happening> {
    let mut happenings = Vec::new();
    let known = before.1.map_or(&[][..], |plan| &plan.refused);
    for refused in after.1.map_or(&[][..], |plan| &plan.refused) {
        let same = |other: &&evenkeel_core::crd::RefusedItem| {
            (&other.reason, &other.object) == (&refused.reason, &refused.object)
        };
        if known.iter().find(same).is_none() {
            let reason = match refused.reason.as_str() {
                reason @ ("NotOurs" | "HostnameConflict" | "ForeignChange" | "ReplicaFailed") => {
                    reason
                }
                "AccessDenied" | "RejectedByAws" | "QuotaExceeded" => "AwsError",
                _ => "Refused",
            };
            happenings.push(Happening {
                related: Some((refused.reason.clone(), refused.object.clone())),
                ..Happening::warning(reason, format!("{}: {}", refused.reason, refused.message))
            });
        }
    }
    let is_ready = |conditions: &[Condition]| {
        condition(conditions, "Ready").is_some_and(|ready| ready.status == "True")
    };
    if is_ready(after.0) && !is_ready(before.0) {
        let note = condition(after.0, "Ready")
            .map(|ready| ready.message.clone())
            .unwrap_or_default();
        happenings.push(Happening::normal("Converged", note));
    }
    let serves = |conditions: &[Condition]| {
        condition(conditions, "Serving").map(|serving| serving.status.clone())
    };
    if serves(after.0).as_deref() == Some("False") && serves(before.0).as_deref() == Some("True") {
        let note = condition(after.0, "Serving")
            .map(|serving| serving.message.clone())
            .unwrap_or_default();
        happenings.push(Happening::warning("BelowMinimum", note));
    }
    happenings
}

/// Publishes events. One that can't be published must not stop anything.
pub(crate) async fn publish<K>(
    context: &Context,
    object: &K,
    happenings: impl IntoIterator<Item = Happening>,
) where
    K: Resource<DynamicType = ()>,
{
    let reference = object.object_ref(&());
    for happening in happenings {
        let event = Event {
            type_: if happening.is_warning {
                EventType::Warning
            } else {
                EventType::Normal
            },
            reason: happening.reason,
            // The API server refuses longer notes.
            note: Some(happening.note.chars().take(1_000).collect()),
            action: happening.action,
            secondary: happening.related.map(|(kind, name)| ObjectReference {
                kind: Some(kind),
                name: Some(name),
                ..ObjectReference::default()
            }),
        };
        if let Err(error) = bounded(context.recorder.publish(&event, &reference)).await {
            warn!(object = %object.name_any(), reason = event.reason, %error, "the event was not published");
        }
    }
}
