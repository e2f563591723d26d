//! Watches, as long as nothing ends them.

use serde_json::{Value, json};

use super::Bench;
use super::bench::{Watch, version};
use super::manifests::{endpoint, endpoint_with};

const ALL: &str = "/apis/evenkeel.dev/v1alpha1/regionendpoints?watch=true";

/// A watch from the version of an object on.
async fn watch_after(bench: &Bench, object: &Value) -> Watch {
    let path = format!(
        "regionendpoints?watch=true&resourceVersion={}",
        version(object)
    );
    bench.watch(&path).await
}

pub(crate) async fn a_watch_tells_every_change_once(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let mut watch = watch_after(&bench, &created).await;
    let other = bench
        .post("regionendpoints", &endpoint("other"))
        .await
        .object();
    let labels = json!({"metadata": {"labels": {"tier": "front"}}});
    let changed = bench.merge("regionendpoints/other", &labels).await.object();
    bench.merge("regionendpoints/other", &labels).await.object();
    let status = json!({"status": {"observedGeneration": 1}});
    let reported = bench
        .merge("regionendpoints/shop/status", &status)
        .await
        .object();
    bench.delete("regionendpoints/other").await.object();

    watch.expect("ADDED", &other).await;
    watch.expect("MODIFIED", &changed).await;
    watch.expect("MODIFIED", &reported).await;
    let (kind, gone) = watch.event().await;
    assert_eq!(kind, "DELETED");
    assert!(version(&gone) > version(&reported));
    let mut last = changed;
    last["metadata"]["resourceVersion"] = gone["metadata"]["resourceVersion"].clone();
    assert_eq!(gone, last);
}

pub(crate) async fn the_end_of_an_object_shows_its_last_state(bench: Bench) {
    let endpoint = endpoint_with(&json!({"name": "shop", "finalizers": ["example.com/a"]}));
    let created = bench.post("regionendpoints", &endpoint).await.object();
    let mut watch = watch_after(&bench, &created).await;
    let marked = bench.delete("regionendpoints/shop").await.object();
    bench.delete("regionendpoints/shop").await.object();
    let patch = json!({"metadata": {"finalizers": null, "labels": {"tier": "front"}}});
    bench.merge("regionendpoints/shop", &patch).await.object();

    watch.expect("MODIFIED", &marked).await;
    let (kind, gone) = watch.event().await;
    assert_eq!(kind, "DELETED");
    assert!(version(&gone) > version(&marked));
    let mut last = marked;
    last["metadata"]["resourceVersion"] = gone["metadata"]["resourceVersion"].clone();
    assert_eq!(gone, last);
}

pub(crate) async fn a_streaming_list_tells_what_is_there_and_its_end(bench: Bench) {
    let mut there = Vec::new();
    for name in ["b", "a"] {
        there.push(
            bench
                .post("regionendpoints", &endpoint(name))
                .await
                .object(),
        );
    }
    for any in ["", "0"] {
        let path = format!(
            "regionendpoints?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan\
             &allowWatchBookmarks=true&resourceVersion={any}"
        );
        let mut watch = bench.watch(&path).await;
        watch.expect("ADDED", &there[1]).await;
        watch.expect("ADDED", &there[0]).await;
        let (kind, end) = watch.event().await;
        assert_eq!(kind, "BOOKMARK");
        assert_eq!(end["kind"], "RegionEndpoint");
        assert!(version(&end) >= version(&there[1]));
        assert_eq!(
            end["metadata"]["annotations"],
            json!({"k8s.io/initial-events-end": "true"})
        );
        let weight = json!({"spec": {"weight": version(&end) % 100}});
        let changed = bench.merge("regionendpoints/a", &weight).await.object();
        watch.expect("MODIFIED", &changed).await;
        there[1] = changed;
    }
}

pub(crate) async fn a_watch_without_a_version_begins_with_what_is_there(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    for path in [
        "regionendpoints?watch=1",
        "regionendpoints?watch=true&resourceVersion=0",
    ] {
        let mut watch = bench.watch(path).await;
        watch.expect("ADDED", &created).await;
    }
}

pub(crate) async fn a_watch_resumes_after_the_version_that_it_names(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let mut states = vec![created];
    for weight in 1..=3 {
        let patch = json!({"spec": {"weight": weight}});
        states.push(bench.merge("regionendpoints/shop", &patch).await.object());
    }
    for seen in 0..3 {
        let mut watch = watch_after(&bench, &states[seen]).await;
        for state in &states[seen + 1..] {
            watch.expect("MODIFIED", state).await;
        }
    }
}

pub(crate) async fn a_watch_of_one_namespace_sees_no_other(bench: Bench) {
    let neighbour = format!("{}-2", &bench.namespace[..20]);
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": neighbour},
    });
    bench.post("/api/v1/namespaces", &namespace).await.object();
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let mut here = watch_after(&bench, &created).await;
    let path = format!("{ALL}&resourceVersion={}", version(&created));
    let mut everywhere = bench.watch(&path).await;

    let there = format!("/apis/evenkeel.dev/v1alpha1/namespaces/{neighbour}/regionendpoints");
    let other = bench.post(&there, &endpoint("shop")).await.object();
    let second = bench
        .post("regionendpoints", &endpoint("second"))
        .await
        .object();
    here.expect("ADDED", &second).await;
    everywhere.expect("ADDED", &other).await;
    everywhere.expect("ADDED", &second).await;
}

pub(crate) async fn a_streaming_list_says_which_version_will_do(bench: Bench) {
    let path = "regionendpoints?watch=true&sendInitialEvents=true&allowWatchBookmarks=true";
    let status = bench.get(path).await.refused(422, "Invalid");
    assert_eq!(
        status["message"],
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting \
         resourceVersionMatch to NotOlderThan"
    );
}
