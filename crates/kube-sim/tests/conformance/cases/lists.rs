//! Server-side apply of lists, sets and dictionaries.

use serde_json::{Value, json};

use super::Bench;
use super::manifests::{app, condition, default_status, endpoint, endpoint_status};

const STATUS: &str = "regionendpoints/shop/status";

fn types(object: &Value) -> Vec<&str> {
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let types = conditions.iter();
    types
        .map(|condition| condition["type"].as_str().unwrap())
        .collect()
}

fn with_conditions(conditions: &[Value]) -> Value {
    endpoint_status("shop", &json!({"conditions": conditions}))
}

pub(crate) async fn items_with_keys_are_applied_one_by_one(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let one = with_conditions(&[condition("Ready", "True"), condition("Healthy", "True")]);
    bench.force("evenkeel", STATUS, &one).await.object();
    let foreign = with_conditions(&[condition("Audited", "True")]);
    let object = bench.apply("auditor", STATUS, &foreign).await.object();
    assert_eq!(types(&object), ["Ready", "Healthy", "Audited"]);

    let changed = with_conditions(&[condition("Ready", "False")]);
    let object = bench.force("evenkeel", STATUS, &changed).await.object();
    assert_eq!(
        object["status"]["conditions"],
        json!([condition("Ready", "False"), condition("Audited", "True")])
    );
    let none = with_conditions(&[]);
    let object = bench.force("evenkeel", STATUS, &none).await.object();
    assert_eq!(
        object["status"]["conditions"],
        json!([condition("Audited", "True")])
    );
}

pub(crate) async fn applied_items_keep_their_order_among_others(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let apply = async |manager: &str, types: &[&str]| {
        let conditions: Vec<_> = types.iter().map(|kind| condition(kind, "True")).collect();
        let config = with_conditions(&conditions);
        bench.force(manager, STATUS, &config).await.object()
    };
    let object = apply("evenkeel", &["B", "A"]).await;
    assert_eq!(types(&object), ["Ready", "B", "A"]);
    let object = apply("evenkeel", &["A", "C", "B"]).await;
    assert_eq!(types(&object), ["Ready", "A", "C", "B"]);
    let object = apply("another", &["X", "C", "Y"]).await;
    assert_eq!(types(&object), ["Ready", "A", "X", "C", "B", "Y"]);
    let object = apply("evenkeel", &["B", "C", "A"]).await;
    assert_eq!(types(&object), ["Ready", "X", "B", "Y", "C", "A"]);
    let object = apply("evenkeel", &["D", "A", "C"]).await;
    assert_eq!(types(&object), ["Ready", "X", "Y", "D", "A", "C"]);
}

pub(crate) async fn sets_and_dictionaries_are_applied_value_by_value(bench: Bench) {
    let path = "globalapps/shop";
    let first = app(
        "shop",
        &["b.example.com", "a.example.com"],
        &json!({"tier": "front", "team": "shop"}),
        &["eu-west-1", "us-east-1"],
    );
    let object = bench.apply("kubectl", path, &first).await.object();
    assert_eq!(
        object["metadata"]["managedFields"][0]["fieldsV1"],
        json!({"f:spec": {
            "f:dns": {"f:hostedZone": {}, "f:routing": {}},
            "f:endpoints": {"f:selector": {"f:matchLabels": {"f:team": {}, "f:tier": {}}}},
            "f:hostnames": {"v:\"a.example.com\"": {}, "v:\"b.example.com\"": {}},
            "f:regions": {
                "k:{\"region\":\"eu-west-1\"}": {".": {}, "f:region": {}},
                "k:{\"region\":\"us-east-1\"}": {".": {}, "f:region": {}},
            },
        }})
    );

    let second = app(
        "shop",
        &["c.example.com", "a.example.com"],
        &json!({"tier": "front"}),
        &["us-east-1"],
    );
    let object = bench.apply("kubectl", path, &second).await.object();
    let spec = &object["spec"];
    assert_eq!(spec["hostnames"], json!(["c.example.com", "a.example.com"]));
    assert_eq!(
        spec["endpoints"]["selector"]["matchLabels"],
        json!({"tier": "front"})
    );
    assert_eq!(spec["regions"], json!([{"region": "us-east-1"}]));

    let mut third = second.clone();
    third["spec"].as_object_mut().unwrap().remove("regions");
    third["spec"]["traffic"] = json!({"minServingRegions": 1});
    let object = bench.apply("kubectl", path, &third).await.object();
    assert_eq!(object["spec"].get("regions"), None);
    assert_eq!(object["spec"]["traffic"]["minServingRegions"], 1);
    third["spec"].as_object_mut().unwrap().remove("traffic");
    let object = bench.apply("kubectl", path, &third).await.object();
    assert_eq!(object["spec"]["traffic"].get("minServingRegions"), None);
}

pub(crate) async fn an_item_must_have_its_keys_once(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let twice = with_conditions(&[condition("Ready", "True"), condition("Ready", "False")]);
    let message = bench
        .force("evenkeel", STATUS, &twice)
        .await
        .refused(500, "");
    let message = message["message"].as_str().unwrap();
    let end = ": .status.conditions: duplicate entries for key [type=\"Ready\"]";
    assert!(message.ends_with(end), "{message}");

    let nameless = with_conditions(&[json!({"status": "True"})]);
    let message = bench
        .force("evenkeel", STATUS, &nameless)
        .await
        .refused(500, "");
    let message = message["message"].as_str().unwrap();
    let end = ": .status.conditions: element 0: associative list with keys has an element that omits all key fields \
               [\"type\"] (and doesn't have default values for any key fields)";
    assert!(message.ends_with(end), "{message}");
}

pub(crate) async fn an_application_of_nothing_brings_the_default_status_back(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let apply = async |status: Value| {
        let config = endpoint_status("shop", &status);
        bench.force("evenkeel", STATUS, &config).await.object()["status"].take()
    };
    let status = json!({"observedGeneration": 1, "conditions": [condition("Ready", "True")]});
    assert_eq!(apply(status.clone()).await, status);
    assert_eq!(apply(json!({})).await, default_status());
    // The default's condition is nobody's, and stays.
    let status = json!({"observedGeneration": 1, "conditions": [condition("Healthy", "True")]});
    assert_eq!(
        apply(status).await,
        json!({
            "observedGeneration": 1,
            "conditions": [default_status()["conditions"][0], condition("Healthy", "True")],
        })
    );
}
