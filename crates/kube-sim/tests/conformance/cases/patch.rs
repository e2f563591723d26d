//! JSON patches and merge patches.

use serde_json::{Value, json};

use super::Bench;
use super::bench::version;
use super::manifests::endpoint;

const PATH: &str = "regionendpoints/shop";

pub(crate) async fn a_json_patch_tests_before_it_changes(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let patch = |uid: &Value| {
        json!([
            {"op": "add", "path": "/spec/weight", "value": 5},
            {"op": "test", "path": "/metadata/uid", "value": uid},
            {"op": "add", "path": "/metadata/finalizers", "value": ["evenkeel.dev/finalizer"]},
        ])
    };
    let wrong = bench.json_patch(PATH, &patch(&json!("another"))).await;
    assert_eq!(
        wrong.refused(422, "Invalid"),
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "the server rejected our request due to an error in our request",
            "reason": "Invalid",
            "details": {},
            "code": 422,
        })
    );
    assert_eq!(bench.get(PATH).await.object(), created);

    let right = bench
        .json_patch(PATH, &patch(&created["metadata"]["uid"]))
        .await;
    let patched = right.object();
    assert_eq!(patched["spec"]["weight"], 5);
    assert_eq!(
        patched["metadata"]["finalizers"],
        json!(["evenkeel.dev/finalizer"])
    );
}

pub(crate) async fn a_test_for_null_passes_where_a_field_is_missing(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let add = |expected: &Value, wanted: &Value| {
        json!([
            {"op": "test", "path": "/metadata/finalizers", "value": expected},
            {"op": "add", "path": "/metadata/finalizers", "value": wanted},
        ])
    };
    let one = json!(["evenkeel.dev/finalizer"]);
    let two = json!(["evenkeel.dev/finalizer", "example.com/another"]);
    bench
        .json_patch(PATH, &add(&json!([]), &one))
        .await
        .refused(422, "Invalid");
    bench
        .json_patch(PATH, &add(&json!(null), &one))
        .await
        .object();
    bench
        .json_patch(PATH, &add(&json!(null), &two))
        .await
        .refused(422, "Invalid");
    bench
        .json_patch(PATH, &add(&two, &one))
        .await
        .refused(422, "Invalid");
    let object = bench.json_patch(PATH, &add(&one, &two)).await.object();
    assert_eq!(object["metadata"]["finalizers"], two);

    // Where the parent is missing too, there is nothing to test.
    let deep = json!([{"op": "test", "path": "/metadata/missing/deeper", "value": null}]);
    bench.json_patch(PATH, &deep).await.refused(422, "Invalid");
}

pub(crate) async fn a_json_patch_adds_moves_and_removes(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let patch = json!([
        {"op": "add", "path": "/metadata/annotations", "value": {"a/b": "1", "c~d": "2"}},
        {"op": "test", "path": "/metadata/annotations/a~1b", "value": "1"},
        {"op": "copy", "from": "/metadata/annotations/a~1b", "path": "/metadata/annotations/copied"},
        {"op": "move", "from": "/metadata/annotations/c~0d", "path": "/metadata/annotations/moved"},
        {"op": "remove", "path": "/metadata/annotations/a~1b"},
        // Copied and replaced, though they are not there.
        {"op": "copy", "from": "/metadata/labels", "path": "/metadata/ownerReferences"},
        {"op": "replace", "path": "/metadata/annotations/fresh", "value": "3"},
        {"op": "add", "path": "/metadata/finalizers", "value": ["example.com/b"]},
        {"op": "add", "path": "/metadata/finalizers/0", "value": "example.com/a"},
        {"op": "add", "path": "/metadata/finalizers/-", "value": "example.com/d"},
        {"op": "replace", "path": "/metadata/finalizers/2", "value": "example.com/c"},
        {"op": "remove", "path": "/metadata/finalizers/1"},
    ]);
    let object = bench.json_patch(PATH, &patch).await.object();
    let metadata = &object["metadata"];
    assert_eq!(
        metadata["annotations"],
        json!({"copied": "1", "moved": "2", "fresh": "3"})
    );
    assert_eq!(
        metadata["finalizers"],
        json!(["example.com/a", "example.com/c"])
    );
}

pub(crate) async fn a_json_patch_that_does_not_fit_changes_nothing(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    for patch in [
        json!([{"op": "remove", "path": "/metadata/labels"}]),
        json!([{"op": "add", "path": "/metadata/labels/tier", "value": "front"}]),
        json!([{"op": "test", "path": "/metadata/labels", "value": {}}]),
        json!([{"op": "move", "from": "/metadata/labels", "path": "/metadata/annotations"}]),
    ] {
        let patch = json!([
            {"op": "add", "path": "/spec/weight", "value": 5},
            patch[0],
        ]);
        bench.json_patch(PATH, &patch).await.refused(422, "Invalid");
    }
    bench
        .json_patch(PATH, &json!({"op": "add"}))
        .await
        .refused(400, "BadRequest");
    assert_eq!(bench.get(PATH).await.object(), created);
}

pub(crate) async fn a_merge_patch_removes_by_null(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let patch = json!({
        "metadata": {"labels": {"tier": "front", "team": "shop"}},
        "spec": {"weight": 5},
    });
    bench.merge(PATH, &patch).await.object();
    let patch = json!({
        "metadata": {"labels": {"tier": null, "missing": null}},
        "spec": {"weight": null},
    });
    let object = bench.merge(PATH, &patch).await.object();
    assert_eq!(object["metadata"]["labels"], json!({"team": "shop"}));
    assert_eq!(object["spec"]["weight"], 128);
    let object = bench
        .merge(PATH, &json!({"metadata": {"labels": null}}))
        .await
        .object();
    assert_eq!(object["metadata"].get("labels"), None);
}

pub(crate) async fn a_patch_may_name_the_version_that_it_means(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let patch = |version: &Value, weight: u32| json!({"metadata": {"resourceVersion": version}, "spec": {"weight": weight}});
    let first = &created["metadata"]["resourceVersion"];
    let patched = bench.merge(PATH, &patch(first, 1)).await.object();
    assert!(version(&patched) > version(&created));
    bench
        .merge(PATH, &patch(first, 2))
        .await
        .refused(409, "Conflict");
    let status =
        json!({"metadata": {"resourceVersion": first}, "status": {"observedGeneration": 1}});
    let stale = bench.merge("regionendpoints/shop/status", &status).await;
    stale.refused(409, "Conflict");
    let version = json!([{"op": "replace", "path": "/metadata/resourceVersion", "value": first}]);
    bench
        .json_patch(PATH, &version)
        .await
        .refused(409, "Conflict");
}

pub(crate) async fn a_patch_must_be_of_a_known_kind(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let answer = bench
        .send("PATCH", PATH, "application/json", "{}", "conformance/1")
        .await;
    answer.refused(415, "UnsupportedMediaType");
    let kind = "application/merge-patch+json";
    let answer = bench
        .send("PATCH", PATH, kind, "nonsense", "conformance/1")
        .await;
    answer.refused(400, "BadRequest");
}
