//! What the simulated API has beyond the real one: faults, people, a log, and the same bytes every time.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod faults;
mod people;
mod repeat;
mod watches;

use std::time::Duration;

use evenkeel_kube_sim::KubeApi;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use serde_json::{Value, json};
use tokio::time::Instant;

/// A cluster with Evenkeel's kinds, whose time is tokio's.
fn cluster(number: u32) -> KubeApi {
    let began = Instant::now();
    let start: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let crds: Vec<_> = evenkeel_core::crd::manifests()
        .into_iter()
        .map(|manifest| manifest.value)
        .collect();
    KubeApi::new(number, &crds, move || start + began.elapsed()).unwrap()
}

fn endpoint(name: &str) -> Value {
    json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "RegionEndpoint",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"region": "eu-west-1", "target": {"loadBalancerArn": "arn"}},
    })
}

fn endpoints(api: &KubeApi) -> Api<DynamicObject> {
    Api::all_with(api.client("evenkeel/1"), &resource())
}

fn endpoints_of_shop(api: &KubeApi) -> Api<DynamicObject> {
    Api::namespaced_with(api.client("evenkeel/1"), "shop", &resource())
}

fn resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("evenkeel.dev", "v1alpha1", "RegionEndpoint");
    ApiResource::from_gvk(&kind)
}

fn leases(api: &KubeApi) -> Api<Lease> {
    Api::namespaced(api.client("evenkeel/1"), "default")
}

fn lease(holder: &str) -> Lease {
    let lease = json!({"metadata": {"name": "evenkeel"}, "spec": {"holderIdentity": holder}});
    serde_json::from_value(lease).unwrap()
}

/// Whether the future ends within an hour, which takes no time.
async fn ends<T>(future: impl Future<Output = T>) -> bool {
    let hour = Duration::from_hours(1);
    tokio::time::timeout(hour, future).await.is_ok()
}
