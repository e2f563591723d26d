//! The same requests make the same bytes.

use std::pin::pin;

use futures::AsyncReadExt;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;

use crate::{cluster, endpoint, endpoints_of_shop, lease, leases};

/// A run, as its log, its watch and its state tell it.
async fn run() -> (Vec<String>, String, String) {
    let api = cluster(7);
    api.add_namespace("shop");
    let path = "/apis/evenkeel.dev/v1alpha1/regionendpoints?watch=true&timeoutSeconds=60";
    let watch = http::Request::get(path).body(Vec::new()).unwrap();
    let mut watch = pin!(api.client("watcher").request_stream(watch).await.unwrap());

    let names = ["c", "a", "b"];
    for name in names {
        api.apply(&endpoint(name)).unwrap();
    }
    let (endpoints, parameters) = (
        endpoints_of_shop(&api),
        PatchParams::apply("evenkeel").force(),
    );
    let status = Patch::Apply(json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "RegionEndpoint",
        "status": {"observedGeneration": 1},
    }));
    let writes = names.map(|name| endpoints.patch_status(name, &parameters, &status));
    futures::future::join_all(writes).await;
    leases(&api)
        .create(&PostParams::default(), &lease("one"))
        .await
        .unwrap();
    api.delete("RegionEndpoint", "shop", "a").unwrap();

    let mut told = String::new();
    watch.read_to_string(&mut told).await.unwrap();
    let log = api.requests().iter().map(ToString::to_string).collect();
    let state = [
        api.list("Namespace"),
        api.list("RegionEndpoint"),
        api.list("Lease"),
    ];
    (log, told, json!(state).to_string())
}

#[test]
fn the_same_requests_make_the_same_bytes() {
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build();
            runtime.unwrap().block_on(run())
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0].1.lines().count(), 7);
}
