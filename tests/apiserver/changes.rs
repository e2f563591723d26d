//! One change of the spec at a time: what it costs in AWS, and that it is reported.

use evenkeel_sim::Call;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bench::{Bench, condition, eventually};

/// Changes one field, and waits until that generation is Ready. Returns what was written to AWS.
async fn change(bench: &Bench, object: &str, field: &str, value: &Value) -> Vec<String> {
    let known = bench.calls().len();
    let before = bench.get(object).await["metadata"]["generation"].as_i64();
    bench.replace(object, field, value).await;
    settled(bench, object).await;
    let after = bench.get(object).await;
    assert_eq!(
        after["metadata"]["generation"].as_i64(),
        before.map(|number| number + 1)
    );
    assert_eq!(
        after["status"]["observedGeneration"],
        after["metadata"]["generation"]
    );
    bench.writes_since(known)
}

/// Waits until the object's newest generation is Ready, and nothing is left to do for it or for the apps.
pub(crate) async fn settled(bench: &Bench, object: &str) {
    for object in [object, "ekapp/shop", "ekapp/api"] {
        eventually(&format!("{object} to settle"), async || {
            let found = bench.get(object).await;
            let ready = condition(&found, "Ready");
            let is_ready = ready["status"] == "True"
                && ready["observedGeneration"] == found["metadata"]["generation"]
                && condition(&found, "Reconciling").is_null();
            is_ready.then_some(()).ok_or(found["status"].clone())
        })
        .await;
    }
}

pub(crate) async fn a_weight_is_one_call(bench: &Bench) {
    let known = bench.calls().len();
    bench
        .replace("ekregion/eu-west-1", "weight", &json!(64))
        .await;
    // The endpoint itself has nothing to do; the app that uses it carries the change out.
    let group = eventually("the weight to be in AWS", async || {
        let world = bench.session.world();
        let text = world.picture()["globalAccelerator"].to_string();
        if text.contains(r#""Weight":64"#) {
            Ok(())
        } else {
            Err(text)
        }
    });
    group.await;
    settled(bench, "ekregion/eu-west-1").await;
    assert_eq!(bench.writes_since(known), ["UpdateEndpointGroup"]);
    assert_eq!(last_write(bench).region, "us-west-2");
    let endpoint = bench.get("ekregion/eu-west-1").await;
    assert_eq!(
        endpoint["status"]["observedGeneration"],
        endpoint["metadata"]["generation"]
    );
}

pub(crate) async fn a_dial_is_one_call(bench: &Bench) {
    let writes = change(bench, "ekapp/shop", "regions/1/dialPercent", &json!(50)).await;
    assert_eq!(writes, ["UpdateEndpointGroup"]);
    let shop = bench.get("ekapp/shop").await;
    let regions = shop["status"]["regions"].as_array().unwrap();
    let europe = regions
        .iter()
        .find(|region| region["region"] == "eu-west-1")
        .unwrap();
    assert_eq!(europe["dialPercent"], 50, "{europe:#}");
    let events = bench
        .kubectl(&[
            "events",
            "--for=globalapps.evenkeel.dev/shop",
            "--types=Normal",
        ])
        .await;
    // Further ones of the same call are folded into the first.
    assert!(
        events.contains("Updated") && events.contains("endpoint group eu-west-1"),
        "{events}"
    );
}

pub(crate) async fn a_listener_changes_comes_and_goes(bench: &Bench) {
    let affinity = "accelerator/listeners/0/clientAffinity";
    let writes = change(bench, "ekapp/shop", affinity, &json!("SourceIP")).await;
    assert_eq!(writes, ["UpdateListener"]);

    let listeners = bench.get("ekapp/shop").await["spec"]["accelerator"]["listeners"].clone();
    let mut more = listeners.clone();
    let admin = json!({"name": "admin", "protocol": "TCP", "ports": [8443]});
    more.as_array_mut().unwrap().push(admin);
    let writes = change(bench, "ekapp/shop", "accelerator/listeners", &more).await;
    let group = "CreateEndpointGroup";
    assert_eq!(writes, ["CreateListener", group, group, group]);

    let mut writes = change(bench, "ekapp/shop", "accelerator/listeners", &listeners).await;
    writes.dedup();
    assert_eq!(
        writes.last().map(String::as_str),
        Some("DeleteListener"),
        "{writes:?}"
    );
    assert!(
        writes.contains(&"DeleteEndpointGroup".to_owned()),
        "{writes:?}"
    );
}

pub(crate) async fn another_health_check_replaces_the_first(bench: &Bench) {
    let threshold = "healthCheck/failureThreshold";
    let known = bench.calls().len();
    let writes = change(bench, "ekapp/api", threshold, &json!(3)).await;
    let created = writes.iter().filter(|call| *call == "CreateHealthCheck");
    assert_eq!(created.count(), 3, "{writes:?}");
    bench.until_health_checks_go(known).await;
}

pub(crate) async fn a_region_leaves_and_comes_back(bench: &Bench) {
    let serving = || {
        bench
            .session
            .world()
            .serving_regions("api.example.com")
            .len()
    };
    let names = json!(["us-east-1", "eu-west-1"]);
    let writes = change(bench, "ekapp/api", "endpoints/names", &names).await;
    assert_eq!(
        (writes, serving()),
        (vec!["ChangeResourceRecordSets".to_owned()], 2)
    );
    let names = json!(["us-east-1", "eu-west-1", "ap-northeast-1"]);
    change(bench, "ekapp/api", "endpoints/names", &names).await;
    assert_eq!(serving(), 3);
}

fn last_write(bench: &Bench) -> Call {
    let calls = bench.calls();
    calls.into_iter().rfind(|call| call.write).unwrap()
}
