//! Every case, on the API in process and virtual time.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod cases;

use std::panic::{AssertUnwindSafe, catch_unwind};

use cases::{Bench, Case};
use evenkeel_kube_sim::KubeApi;
use tokio::time::Instant;

#[test]
fn the_simulated_api_does_what_the_real_one_does() {
    let failed: Vec<&str> = cases::all()
        .into_iter()
        // The panic's message is printed where it happens.
        .filter(|case| catch_unwind(AssertUnwindSafe(|| run(case))).is_err())
        .map(|case| case.name)
        .collect();
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

/// Each case has its own cluster and its own time.
fn run(case: &Case) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let start: jiff::Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let crds: Vec<_> = evenkeel_core::crd::manifests()
            .into_iter()
            .map(|manifest| manifest.value)
            .collect();
        let api = KubeApi::new(1, &crds, move || start + began.elapsed()).unwrap();
        let client = api.client("conformance/1");
        let bench = Bench::new(client, case.name, move |kind| {
            api.expire_watches(kind);
            Box::pin(std::future::ready(()))
        });
        (case.run)(bench.await).await;
    });
}
