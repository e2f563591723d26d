//! The simulated Kubernetes API is held against the real one: the same cases, on a real kube-apiserver.
#![cfg(feature = "sandbox")]
#![expect(
    clippy::unwrap_used,
    reason = "the steps of a test are functions, and one that fails fails the test"
)]

#[path = "../crates/kube-sim/tests/conformance/cases/mod.rs"]
mod cases;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use evenkeel::sandbox::cluster::Cluster;
use evenkeel::sandbox::tools::{self, Source};
use futures::{AsyncBufReadExt, FutureExt, StreamExt};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::time::Instant;

use cases::Bench;

/// Nothing here takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_real_api_does_what_the_simulated_one_does() {
    let source = Source::from_environment(tools::DEFAULT_FOLDER);
    let tools = tools::cluster(&source, &mut |_| {}).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(&tools, folder.path()).await.unwrap();
    install_crds(&cluster.client()).await;

    let client = client(&cluster).await;
    let mut failed = Vec::new();
    // One after the other: some change a CRD, which cuts every watch.
    for case in cases::all() {
        let crds = cluster.client();
        let bench = Bench::new(client.clone(), &case, move |kind| {
            Box::pin(change_crd(crds.clone(), kind))
        });
        let run = (case.run)(bench.await);
        // The panic's message is printed where it happens.
        if AssertUnwindSafe(run).catch_unwind().await.is_err() {
            failed.push(case.name);
        }
    }
    cluster.stop().await.unwrap();
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

/// A client that shows every refusal: the usual one tries some again by itself.
async fn client(cluster: &Cluster) -> Client {
    let kubeconfig = Kubeconfig::read_from(cluster.kubeconfig()).unwrap();
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let mut config = config.unwrap();
    config.default_retry = false;
    config.proxy_url = None;
    Client::try_from(config).unwrap()
}

fn crds(client: Client) -> Api<DynamicObject> {
    let kind = GroupVersionKind::gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
    Api::all_with(client, &ApiResource::from_gvk(&kind))
}

async fn install_crds(client: &Client) {
    let api = crds(client.clone());
    for manifest in evenkeel_core::crd::manifests() {
        let name = manifest.value["metadata"]["name"].as_str().unwrap();
        let parameters = PatchParams::apply("conformance");
        let patch = Patch::Apply(&manifest.value);
        api.patch(name, &parameters, &patch).await.unwrap();
        until_served(client, &manifest.value).await;
    }
}

/// Where the objects of a CRD are served.
fn objects_path(crd: &Value) -> String {
    let spec = &crd["spec"];
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    format!(
        "/apis/{}/{}/{}",
        word(&spec["group"]),
        word(&spec["versions"][0]["name"]),
        word(&spec["names"]["plural"])
    )
}

async fn until_served(client: &Client, crd: &Value) {
    let deadline = Instant::now() + PATIENCE;
    let path = objects_path(crd);
    loop {
        let request = http::Request::get(&path).body(Vec::new()).unwrap();
        if client.request_text(request).await.is_ok() {
            return;
        }
        assert!(Instant::now() < deadline, "{path} is not served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Changes what a CRD says of a kind's objects, and waits until the server has begun anew with them.
async fn change_crd(client: Client, kind: &'static str) {
    let crds = crds(client.clone());
    let name = format!("{}s.evenkeel.dev", kind.to_lowercase());
    let crd = json!(crds.get(&name).await.unwrap());
    let path = "/spec/versions/0/schema/openAPIV3Schema/description";
    let description = crd.pointer(path).and_then(Value::as_str);
    let description = format!("{} Changed.", description.unwrap_or_default());
    let patch = json!([{"op": "add", "path": path, "value": description}]);
    let patch: json_patch::Patch = serde_json::from_value(patch).unwrap();

    let watch = format!("{}?watch=true", objects_path(&crd));
    let watch = http::Request::get(watch).body(Vec::new()).unwrap();
    let watch = client.request_stream(watch).await.unwrap();
    let end = watch.lines().for_each(|_| std::future::ready(()));
    let (parameters, patch) = (PatchParams::default(), Patch::Json::<()>(patch));
    crds.patch(&name, &parameters, &patch).await.unwrap();
    tokio::time::timeout(PATIENCE, end).await.unwrap();
    until_served(&client, &crd).await;
}
