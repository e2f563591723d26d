//! The simulated Kubernetes API is held against the real one: the same cases, and the same random requests, on a real
//! kube-apiserver.
#![cfg(feature = "sandbox")]
#![expect(
    clippy::unwrap_used,
    reason = "the steps of a test are functions, and one that fails fails the test"
)]

#[path = "../../crates/kube-sim/tests/conformance/cases/mod.rs"]
mod cases;
mod random;
mod real;

use std::panic::AssertUnwindSafe;

use evenkeel::sandbox::cluster::Cluster;
use evenkeel::sandbox::tools::{self, Source};
use futures::FutureExt;
use kube::Client;

use cases::Bench;

#[tokio::test]
async fn the_real_api_does_what_the_simulated_one_does() {
    let source = Source::from_environment(tools::DEFAULT_FOLDER);
    let tools = tools::cluster(&source, &mut |_| {}).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(&tools, folder.path()).await.unwrap();
    let client = real::client(&cluster).await;
    real::install_crds(&client).await;
    random::requests_are_answered_alike(&client).await;
    every_case_holds(&client).await;
    cluster.stop().await.unwrap();
}

async fn every_case_holds(client: &Client) {
    let mut failed = Vec::new();
    // One after the other: some change a CRD, which cuts every watch.
    for case in cases::all() {
        let crds = client.clone();
        let bench = Bench::new(client.clone(), case.name, move |kind| {
            Box::pin(real::change_crd(crds.clone(), kind))
        });
        let run = (case.run)(bench.await);
        // The panic's message is printed where it happens.
        if AssertUnwindSafe(run).catch_unwind().await.is_err() {
            failed.push(case.name);
        }
    }
    assert!(failed.is_empty(), "failed: {failed:#?}");
}
