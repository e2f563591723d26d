//! Who owns what after a create, an update or a patch: `managedFields`.

use serde_json::{Value, json};

use super::Bench;
use super::manifests::{endpoint_status, endpoint_with};

const PATH: &str = "regionendpoints/shop";

/// Managers with their fields, in order.
fn owners(object: &Value) -> Vec<(String, Value)> {
    let owners = object["metadata"]["managedFields"]
        .as_array()
        .unwrap()
        .iter();
    let owners = owners.map(|entry| {
        let word = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let writer = format!(
            "{} {} {}",
            word("manager"),
            word("operation"),
            word("subresource")
        );
        (writer.trim_end().to_owned(), entry["fieldsV1"].clone())
    });
    let mut owners: Vec<_> = owners.collect();
    // Those of another second come later.
    owners.sort_by(|one, other| one.0.cmp(&other.0));
    owners
}

/// What the creator of an endpoint owns of its spec: also what was filled in.
fn whole_spec() -> Value {
    json!({
        ".": {},
        "f:maxDialPercent": {},
        "f:region": {},
        "f:target": {".": {}, "f:loadBalancerArn": {}},
        "f:weight": {},
    })
}

pub(crate) async fn a_writer_owns_what_it_has_written(bench: Bench) {
    let endpoint = endpoint_with(&json!({
        "name": "shop",
        "labels": {"tier": "front"},
        "finalizers": ["example.com/a"],
    }));
    let object = bench.post("regionendpoints", &endpoint).await.object();
    let fields = json!({
        "f:metadata": {
            "f:finalizers": {".": {}, "v:\"example.com/a\"": {}},
            "f:labels": {".": {}, "f:tier": {}},
        },
        "f:spec": whole_spec(),
    });
    assert_eq!(owners(&object), [("conformance Update".to_owned(), fields)]);
}

pub(crate) async fn a_writer_takes_what_it_changes(bench: Bench) {
    let endpoint = endpoint_with(&json!({"name": "shop", "labels": {"tier": "front"}}));
    bench.post("regionendpoints", &endpoint).await.object();
    let patch = json!({
        "metadata": {"labels": {"tier": null, "team": "shop"}},
        "spec": {"weight": 5, "maxDialPercent": 100},
    });
    let object = bench
        .merge_as("editor/2 (linux)", PATH, &patch)
        .await
        .object();
    let mut left = whole_spec();
    left.as_object_mut().unwrap().remove("f:weight");
    assert_eq!(
        owners(&object),
        [
            (
                "conformance Update".to_owned(),
                json!({"f:metadata": {"f:labels": {}}, "f:spec": left}),
            ),
            (
                "editor Update".to_owned(),
                json!({"f:metadata": {"f:labels": {"f:team": {}}}, "f:spec": {"f:weight": {}}}),
            ),
        ]
    );

    let named = format!("{PATH}?fieldManager=named");
    let patch = json!({"metadata": {"labels": null}, "spec": {"weight": 6}});
    let object = bench.merge(&named, &patch).await.object();
    assert_eq!(
        owners(&object)[1],
        (
            "named Update".to_owned(),
            json!({"f:spec": {"f:weight": {}}})
        )
    );
    assert_eq!(owners(&object).len(), 2);
}

pub(crate) async fn a_writer_is_told_apart_by_the_part_it_writes(bench: Bench) {
    let endpoint = endpoint_with(&json!({"name": "shop"}));
    bench.post("regionendpoints", &endpoint).await.object();
    let patch = json!({"status": {"observedGeneration": 1}});
    bench
        .merge("regionendpoints/shop/status", &patch)
        .await
        .object();
    let status = endpoint_status("shop", &json!({"appCount": 1}));
    let object = bench
        .apply("conformance", "regionendpoints/shop/status", &status)
        .await
        .object();
    let status_of = |fields: Value| json!({"f:status": fields});
    assert_eq!(
        owners(&object),
        [
            (
                "conformance Apply status".to_owned(),
                status_of(json!({"f:appCount": {}}))
            ),
            (
                "conformance Update".to_owned(),
                json!({"f:spec": whole_spec()})
            ),
            (
                "conformance Update status".to_owned(),
                status_of(json!({"f:observedGeneration": {}})),
            ),
        ]
    );
}
