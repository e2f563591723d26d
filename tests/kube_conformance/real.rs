//! What is done to the real server beside the cases: CRDs.

use std::time::Duration;

use evenkeel::sandbox::cluster::Cluster;
use futures::{AsyncBufReadExt, StreamExt};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Nothing here takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that shows every refusal: the usual one tries some again by itself.
pub(crate) async fn client(cluster: &Cluster) -> Client {
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

pub(crate) async fn install_crds(client: &Client) {
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
pub(crate) async fn change_crd(client: Client, kind: &'static str) {
    let crds = crds(client.clone());
    let name = format!("{}s.evenkeel.dev", kind.to_lowercase());
    let crd = json!(crds.get(&name).await.unwrap());
    let field = "/spec/versions/0/schema/openAPIV3Schema/description";
    let description = crd.pointer(field).and_then(Value::as_str);
    let description = format!("{} Changed.", description.unwrap_or_default());
    let patch = json!([{"op": "add", "path": field, "value": description}]);
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
