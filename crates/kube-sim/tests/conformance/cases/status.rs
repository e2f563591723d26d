//! The status, which has a path of its own.

use serde_json::json;

use super::Bench;
use super::bench::version;
use super::manifests::{condition, default_status, endpoint, endpoint_status};

pub(crate) async fn the_status_has_its_own_path(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let both = json!({"spec": {"weight": 9}, "status": {"observedGeneration": 9}});
    let object = bench.merge("regionendpoints/shop", &both).await.object();
    assert_eq!(object["spec"]["weight"], 9);
    assert_eq!(object["status"], default_status());

    let mut replacement = object.clone();
    replacement["status"] = json!({"observedGeneration": 9});
    let replaced = bench
        .put("regionendpoints/shop", &replacement)
        .await
        .object();
    assert_eq!(replaced, object);

    let mut config = endpoint("shop");
    config["status"] = json!({"observedGeneration": 9});
    let applied = bench
        .force("kubectl", "regionendpoints/shop", &config)
        .await
        .object();
    assert_eq!(applied["status"], default_status());
}

pub(crate) async fn the_path_of_the_status_changes_nothing_else(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let everything = json!({
        "metadata": {
            "labels": {"tier": "front"},
            "finalizers": ["evenkeel.dev/finalizer"],
            "uid": "00000000-0000-0000-0000-000000000000",
        },
        "spec": {"weight": 9},
        "status": {"observedGeneration": 1},
    });
    let object = bench
        .merge("regionendpoints/shop/status", &everything)
        .await
        .object();
    assert_eq!(object["spec"]["weight"], 128);
    assert_eq!(object["metadata"].get("labels"), None);
    assert_eq!(object["metadata"].get("finalizers"), None);
    assert_ne!(object["metadata"]["uid"], everything["metadata"]["uid"]);
    assert_eq!(object["metadata"]["generation"], 1);
    assert_eq!(object["status"]["observedGeneration"], 1);
    assert_eq!(
        object["status"]["conditions"],
        default_status()["conditions"]
    );
}

pub(crate) async fn a_status_can_be_replaced(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let mut wanted = created.clone();
    wanted["spec"]["weight"] = json!(9);
    wanted["status"] = json!({"conditions": [condition("Ready", "True")], "extra": 1});
    let replaced = bench
        .put("regionendpoints/shop/status", &wanted)
        .await
        .object();
    assert_eq!(
        replaced["status"],
        json!({"conditions": [condition("Ready", "True")]})
    );
    assert_eq!(replaced["spec"]["weight"], 128);
    assert!(version(&replaced) > version(&created));

    let stale = bench.put("regionendpoints/shop/status", &wanted).await;
    stale.refused(409, "Conflict");
    let read = bench.get("regionendpoints/shop/status").await.object();
    assert_eq!(read, replaced);
}

pub(crate) async fn a_removed_status_becomes_the_default(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let status = endpoint_status("shop", &json!({"observedGeneration": 3}));
    bench
        .merge("regionendpoints/shop/status", &status)
        .await
        .object();
    let removal = json!([{"op": "remove", "path": "/status"}]);
    let object = bench
        .json_patch("regionendpoints/shop/status", &removal)
        .await;
    assert_eq!(object.object()["status"], default_status());
}
