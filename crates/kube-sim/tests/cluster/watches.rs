//! Watches that are cut, held back, or read bit by bit.

use std::cell::Cell;
use std::pin::pin;

use evenkeel_kube_sim::KubeApi;
use futures::{Stream, StreamExt};
use kube::api::{DynamicObject, WatchEvent, WatchParams};
use kube::runtime::watcher::{Config, Event, watcher};
use serde_json::json;

use crate::{cluster, endpoint, endpoints, ends};

/// A cluster with three endpoints.
fn shop() -> KubeApi {
    let api = cluster(1);
    api.add_namespace("shop");
    for name in ["a", "b", "c"] {
        api.apply(&endpoint(name)).unwrap();
    }
    api
}

/// What a watcher of kube-runtime tells.
fn told(api: &KubeApi) -> impl Stream<Item = String> {
    let name = |object: DynamicObject| object.metadata.name.unwrap();
    watcher(endpoints(api), Config::default().streaming_lists()).map(move |event| match event {
        Ok(Event::Init) => "list begins".to_owned(),
        Ok(Event::InitApply(object)) => format!("listed {}", name(object)),
        Ok(Event::InitDone) => "list ends".to_owned(),
        Ok(Event::Apply(object)) => format!("changed {}", name(object)),
        Ok(Event::Delete(object)) => format!("deleted {}", name(object)),
        Err(error) => format!("failed: {error}"),
    })
}

fn set_weight(api: &KubeApi, name: &str, weight: u32) {
    let edited = api.edit("RegionEndpoint", "shop", name, |object| {
        object["spec"]["weight"] = json!(weight);
    });
    edited.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_cut_is_taken_up_where_it_was() {
    let api = shop();
    let mut told = pin!(told(&api));
    assert_eq!(told.by_ref().take(5).count().await, 5);
    api.cut_watches("RegionEndpoint");
    set_weight(&api, "a", 1);
    assert_eq!(told.next().await.unwrap(), "changed a");
    let verbs: Vec<_> = api
        .requests()
        .iter()
        .map(|request| request.verb.to_string())
        .collect();
    assert_eq!(verbs, ["watch", "watch"]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_expires_begins_anew() {
    let api = shop();
    let mut told = pin!(told(&api));
    assert_eq!(told.by_ref().take(5).count().await, 5);
    api.expire_watches("RegionEndpoint");
    api.delete("RegionEndpoint", "shop", "b").unwrap();
    let after: Vec<_> = told.by_ref().take(5).collect().await;
    assert!(
        after[0].starts_with("failed: error returned by apiserver during watch"),
        "{after:?}"
    );
    assert_eq!(
        after[1..],
        ["list begins", "listed a", "listed c", "list ends"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_held_back_is_stale_until_it_is_released() {
    let api = shop();
    let mut told = pin!(told(&api));
    assert_eq!(told.by_ref().take(5).count().await, 5);
    api.hold_watches("RegionEndpoint");
    set_weight(&api, "a", 1);
    api.delete("RegionEndpoint", "shop", "b").unwrap();
    let minutes = std::time::Duration::from_mins(4);
    assert!(tokio::time::timeout(minutes, told.next()).await.is_err());
    assert_eq!(
        endpoints(&api)
            .list(&kube::api::ListParams::default())
            .await
            .unwrap()
            .items
            .len(),
        2
    );
    api.release_watches("RegionEndpoint");
    let after: Vec<_> = told.by_ref().take(2).collect().await;
    assert_eq!(after, ["changed a", "deleted b"]);
}

/// Else a controller that acts on half a list would pass every test.
#[tokio::test(start_paused = true)]
async fn others_run_while_a_list_arrives() {
    let api = shop();
    let turns = Cell::new(0);
    let parameters = WatchParams::default().initial_events();
    let mut seen = Vec::new();
    let read = async {
        let endpoints = endpoints(&api);
        let mut events = pin!(endpoints.watch(&parameters, "0").await.unwrap());
        while let Some(Ok(event)) = events.next().await {
            seen.push(turns.get());
            if matches!(event, WatchEvent::Bookmark(_)) {
                break;
            }
        }
    };
    let others = async {
        loop {
            turns.set(turns.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { biased; () = others => {}, () = read => {} }
    assert_eq!(seen.len(), 4);
    assert!(seen.is_sorted_by(|one, next| one < next), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_by_itself_after_its_time() {
    let api = shop();
    let parameters = WatchParams::default().timeout(240);
    let began = tokio::time::Instant::now();
    let endpoints = endpoints(&api);
    let events = endpoints.watch(&parameters, "0").await.unwrap();
    assert!(ends(events.count()).await);
    assert_eq!(began.elapsed().as_secs(), 240);
}
