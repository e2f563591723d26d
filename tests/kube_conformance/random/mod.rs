//! Random requests, sent to both servers: the answers, and what a watch tells of them, must be the same.
//!
//! What differs by nature is left out: uids, times and the numbers of versions. That a version has moved is not.

mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use evenkeel_kube_sim::KubeApi;
use jiff::Timestamp;
use kube::Client;
use serde_json::{Value, json};

use crate::cases::Bench;
use crate::cases::bench::Answer;
use crate::cases::manifests::endpoint;

use requests::{Random, Request, Way};

const NAMESPACE: &str = "random_requests";
const REQUESTS: usize = 1_500;

/// Sends the same requests to both.
pub(crate) async fn requests_are_answered_alike(real: &Client) {
    let crds: Vec<_> = evenkeel_core::crd::manifests()
        .into_iter()
        .map(|manifest| manifest.value)
        .collect();
    let api = KubeApi::new(1, &crds, Timestamp::now).unwrap();
    let unchanged = |_| -> crate::cases::Running { Box::pin(std::future::ready(())) };
    let simulated = Bench::new(api.client("conformance/1"), NAMESPACE, unchanged).await;
    let real = Bench::new(real.clone(), NAMESPACE, unchanged).await;
    let mut sides = [Side::new(simulated).await, Side::new(real).await];

    let mut random = Random(1);
    for step in 0..REQUESTS {
        let request = Request::draw(&mut random);
        within_one_second().await;
        let [simulated, real] = &mut sides;
        let answers = (simulated.send(&request).await, real.send(&request).await);
        assert_eq!(answers.0, answers.1, "request {step}: {request:?}");
    }
    let [simulated, real] = &mut sides;
    assert_eq!(
        simulated.told().await,
        real.told().await,
        "what watches tell"
    );
}

/// Waits for the next second if this one is nearly over: who wrote in an earlier second than whom decides some answers.
async fn within_one_second() {
    let left = 1_000 - Timestamp::now().subsec_millisecond();
    if left < 100 {
        let left = Duration::from_millis(u64::from(left.unsigned_abs()) + 5);
        tokio::time::sleep(left).await;
    }
}

/// One server, and what has been seen of it.
struct Side {
    bench: Bench,
    watch: crate::cases::bench::Watch,
    /// The last version of each object.
    versions: BTreeMap<String, String>,
}

impl Side {
    async fn new(bench: Bench) -> Self {
        let watch = bench.watch("regionendpoints?watch=true").await;
        Self {
            bench,
            watch,
            versions: BTreeMap::new(),
        }
    }

    async fn send(&mut self, request: &Request) -> Value {
        let Request {
            way,
            path,
            body,
            at_version,
        } = request;
        let mut body = body.clone();
        if *at_version {
            let version = self.versions.get(object_path(path));
            body["metadata"]["resourceVersion"] = json!(version.map_or("1", String::as_str));
        }
        let answer = match way {
            Way::Get => self.bench.get(path).await,
            Way::Post => self.bench.post(path, &body).await,
            Way::Put => self.bench.put(path, &body).await,
            Way::Merge(agent) => self.bench.merge_as(agent, path, &body).await,
            Way::JsonPatch => self.bench.json_patch(path, &body).await,
            Way::Apply(manager) => self.bench.apply(manager, path, &body).await,
            Way::Force(manager) => self.bench.force(manager, path, &body).await,
            Way::Delete => self.bench.delete(path).await,
        };
        self.comparable(path, answer)
    }

    fn comparable(&mut self, path: &str, answer: Answer) -> Value {
        if answer.code >= 300 {
            let body = &answer.body;
            let message = match answer.code {
                422 => json!(faults(body)),
                _ => body["message"].clone(),
            };
            return json!([answer.code, body["reason"], message]);
        }
        let version = answer.body["metadata"]["resourceVersion"].as_str();
        let key = object_path(path).to_owned();
        let before = self.versions.get(&key).cloned();
        let has_moved = version.map(str::to_owned) != before;
        if let Some(version) = version {
            self.versions.insert(key, version.to_owned());
        }
        json!([answer.code, has_moved, without_nature(answer.body)])
    }

    /// Every event of the watch, up to one that nothing else causes.
    async fn told(&mut self) -> Vec<(String, Value)> {
        let last = self.bench.post("regionendpoints", &endpoint("last")).await;
        last.object();
        let mut told = Vec::new();
        loop {
            let (kind, object) = self.watch.event().await;
            if object["metadata"]["name"] == "last" {
                return told;
            }
            told.push((kind, without_nature(object)));
        }
    }
}

/// What is wrong with which fields. The real server says some things twice, and in any order; and that it did not go on
/// to its CEL rules.
fn faults(status: &Value) -> BTreeSet<String> {
    let causes = status["details"]["causes"].as_array().into_iter().flatten();
    let causes = causes.filter(|cause| cause["field"] != "<nil>");
    causes.map(ToString::to_string).collect()
}

/// The object's own path: of a subresource, too.
fn object_path(path: &str) -> &str {
    path.trim_end_matches("/status")
}

/// An object without what no two servers share.
fn without_nature(mut object: Value) -> Value {
    if let Some(details) = object.get_mut("details") {
        details["uid"].take();
    }
    let Some(metadata) = object.get_mut("metadata") else {
        return object;
    };
    for name in ["uid", "resourceVersion", "creationTimestamp"] {
        metadata[name].take();
    }
    if metadata.get("deletionTimestamp").is_some() {
        metadata["deletionTimestamp"] = json!("some time");
    }
    let owners = metadata
        .get_mut("managedFields")
        .and_then(Value::as_array_mut);
    if let Some(owners) = owners {
        for owner in owners.iter_mut() {
            owner["time"].take();
        }
        // Sorted by time, and seconds pass.
        owners.sort_by_key(ToString::to_string);
    }
    object
}
