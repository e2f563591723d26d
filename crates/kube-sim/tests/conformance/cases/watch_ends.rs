//! How watches end, and what clients make of it.

use futures::StreamExt;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::watcher::{Config, Event, watcher};
use serde_json::json;

use super::Bench;
use super::bench::version;
use super::manifests::endpoint;

pub(crate) async fn a_watch_ends_when_its_time_is_over(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let mut watch = bench
        .watch("regionendpoints?watch=true&timeoutSeconds=2")
        .await;
    watch.expect("ADDED", &created).await;
    assert_eq!(watch.next().await, None);
}

pub(crate) async fn a_change_of_the_crd_ends_watches_and_expires_them(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let after = format!(
        "regionendpoints?watch=true&resourceVersion={}",
        version(&created)
    );
    let mut watch = bench.watch(&after).await;
    bench.change_crd("RegionEndpoint").await;
    assert_eq!(watch.next().await, None);

    let mut resumed = bench.watch(&after).await;
    let (kind, status) = resumed.event().await;
    assert_eq!(kind, "ERROR");
    let oldest = status["message"].as_str().unwrap();
    let oldest = oldest
        .rsplit_once('(')
        .unwrap()
        .1
        .trim_end_matches(')')
        .to_owned();
    assert_eq!(
        status,
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": format!("too old resource version: {} ({oldest})", version(&created)),
            "reason": "Expired",
            "code": 410,
        })
    );
    assert_eq!(resumed.next().await, None);

    // What was learned since is good, and so is a new list.
    let latest = format!("regionendpoints?watch=true&resourceVersion={oldest}");
    let mut anew = bench.watch(&latest).await;
    let second = bench
        .post("regionendpoints", &endpoint("second"))
        .await
        .object();
    anew.expect("ADDED", &second).await;
    let mut list = bench.watch("regionendpoints?watch=true").await;
    assert_eq!(list.event().await.0, "ADDED");
    list.expect("ADDED", &created).await;
}

pub(crate) async fn a_watcher_lists_anew_after_a_change_of_the_crd(bench: Bench) {
    let kind = GroupVersionKind::gvk("evenkeel.dev", "v1alpha1", "RegionEndpoint");
    let resource = ApiResource::from_gvk(&kind);
    let api: Api<DynamicObject> =
        Api::namespaced_with(bench.client.clone(), &bench.namespace, &resource);
    let events = watcher(api, Config::default().streaming_lists());
    let told = events.map(|event| match event {
        Ok(Event::Init) => "list begins".to_owned(),
        Ok(Event::InitApply(object)) => format!("listed {}", object.metadata.name.unwrap()),
        Ok(Event::InitDone) => "list ends".to_owned(),
        Ok(Event::Apply(object)) => format!("changed {}", object.metadata.name.unwrap()),
        Ok(Event::Delete(object)) => format!("deleted {}", object.metadata.name.unwrap()),
        Err(_) => "error".to_owned(),
    });
    let mut told = Box::pin(told);
    bench.post("regionendpoints", &endpoint("b")).await.object();
    bench.post("regionendpoints", &endpoint("a")).await.object();
    let first: Vec<_> = told.by_ref().take(4).collect().await;
    assert_eq!(first, ["list begins", "listed a", "listed b", "list ends"]);
    bench.delete("regionendpoints/a").await.object();
    assert_eq!(told.next().await.unwrap(), "deleted a");

    bench.change_crd("RegionEndpoint").await;
    bench.post("regionendpoints", &endpoint("c")).await.object();
    // A server that begins anew may also send clients away for a while: one error, or several.
    let mut after = Vec::new();
    while after.last().is_none_or(|last| last != "list ends") {
        after.push(told.next().await.unwrap());
    }
    let errors = after.iter().take_while(|told| *told == "error").count();
    assert!(errors > 0, "{after:?}");
    assert_eq!(
        after[errors..],
        ["list begins", "listed b", "listed c", "list ends"]
    );
}
