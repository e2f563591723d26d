//! Server-side apply of an object, and of its status.

use serde_json::{Value, json};

use super::Bench;
use super::bench::version;
use super::manifests::{condition, default_status, endpoint, endpoint_status, endpoint_with};

const PATH: &str = "regionendpoints/shop";
const STATUS: &str = "regionendpoints/shop/status";

pub(crate) async fn an_application_creates_what_is_not_there(bench: Bench) {
    let config = endpoint_with(&json!({"name": "shop", "labels": {"tier": "front"}}));
    let answer = bench.apply("kubectl", PATH, &config).await;
    assert_eq!(answer.code, 201);
    let created = answer.object();
    assert_eq!(created["metadata"]["generation"], 1);
    assert_eq!(created["spec"]["weight"], 128);
    assert_eq!(created["status"], default_status());
    let owners = &created["metadata"]["managedFields"];
    assert_eq!(
        *owners,
        json!([{
            "apiVersion": "evenkeel.dev/v1alpha1",
            "fieldsType": "FieldsV1",
            // Defaults are nobody's.
            "fieldsV1": {
                "f:metadata": {"f:labels": {"f:tier": {}}},
                "f:spec": {"f:region": {}, "f:target": {"f:loadBalancerArn": {}}},
            },
            "manager": "kubectl",
            "operation": "Apply",
            "time": owners[0]["time"],
        }])
    );
    let again = bench.apply("kubectl", PATH, &config).await;
    assert_eq!(again.code, 200);

    // There is no status of what is not there.
    let status = endpoint_status("other", &json!({"observedGeneration": 1}));
    let answer = bench
        .force("evenkeel", "regionendpoints/other/status", &status)
        .await;
    answer.refused(404, "NotFound");
}

pub(crate) async fn an_application_of_the_same_changes_nothing(bench: Bench) {
    bench
        .apply("kubectl", PATH, &endpoint("shop"))
        .await
        .object();
    let status = endpoint_status(
        "shop",
        &json!({
            "observedGeneration": 1,
            "conditions": [condition("Ready", "True"), condition("Healthy", "True")],
        }),
    );
    let before = bench.force("evenkeel", STATUS, &status).await.object();
    assert_eq!(
        bench.force("evenkeel", STATUS, &status).await.object(),
        before
    );
    assert_eq!(
        bench
            .apply("kubectl", PATH, &endpoint("shop"))
            .await
            .object(),
        before
    );
}

pub(crate) async fn a_field_that_is_no_longer_applied_goes(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let apply = async |status: Value| {
        let config = endpoint_status("shop", &status);
        bench.force("evenkeel", STATUS, &config).await.object()["status"].take()
    };
    let whole = json!({
        "observedGeneration": 1,
        "conditions": [condition("Ready", "True"), condition("Healthy", "True")],
        "lastError": {"code": "Throttling", "message": "slow down"},
        "appCount": 3,
    });
    assert_eq!(apply(whole.clone()).await, whole);

    let mut less = whole.clone();
    less["lastError"] = json!({"code": "Throttling"});
    less["conditions"] = json!([condition("Ready", "True")]);
    less.as_object_mut().unwrap().remove("appCount");
    assert_eq!(apply(less.clone()).await, less);

    less.as_object_mut().unwrap().remove("lastError");
    less["conditions"] = json!([{"type": "Ready", "status": "True"}]);
    assert_eq!(apply(less.clone()).await, less);

    let least = json!({"observedGeneration": 1});
    assert_eq!(apply(least.clone()).await, least);
}

pub(crate) async fn a_field_that_somebody_else_applies_stays(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let one = endpoint_status("shop", &json!({"observedGeneration": 1, "appCount": 3}));
    bench.force("evenkeel", STATUS, &one).await.object();
    let same = endpoint_status("shop", &json!({"appCount": 3}));
    bench.apply("another", STATUS, &same).await.object();

    let none = endpoint_status("shop", &json!({"observedGeneration": 1}));
    let object = bench.force("evenkeel", STATUS, &none).await.object();
    assert_eq!(object["status"]["appCount"], 3);
    let gone = endpoint_status("shop", &json!({}));
    let object = bench.force("another", STATUS, &gone).await.object();
    assert_eq!(object["status"].get("appCount"), None);
    assert_eq!(object["status"]["observedGeneration"], 1);
}

pub(crate) async fn managers_of_different_parts_do_not_meet(bench: Bench) {
    let config = endpoint_with(&json!({"name": "shop", "labels": {"tier": "front"}}));
    bench.apply("helm", PATH, &config).await.object();
    let status = endpoint_status("shop", &json!({"observedGeneration": 1, "appCount": 3}));
    bench.apply("evenkeel", STATUS, &status).await.object();
    let added = json!({"metadata": {"finalizers": ["evenkeel.dev/finalizer"]}});
    bench.merge_as("evenkeel/1", PATH, &added).await.object();

    let mut config = endpoint("shop");
    config["spec"]["weight"] = json!(5);
    config["status"] = json!({"appCount": 7});
    let object = bench.apply("helm", PATH, &config).await.object();
    assert_eq!(object["metadata"].get("labels"), None);
    assert_eq!(
        object["metadata"]["finalizers"],
        json!(["evenkeel.dev/finalizer"])
    );
    assert_eq!(object["spec"]["weight"], 5);
    assert_eq!(object["status"]["appCount"], 3);

    let object = bench.apply("helm", PATH, &endpoint("shop")).await.object();
    assert_eq!(object["spec"]["weight"], 128);
}

pub(crate) async fn the_value_of_another_is_a_conflict(bench: Bench) {
    let config = |tier: &str| endpoint_with(&json!({"name": "shop", "labels": {"tier": tier}}));
    let created = bench
        .apply("kubectl", PATH, &config("front"))
        .await
        .object();
    let status = bench
        .apply("helm", PATH, &config("back"))
        .await
        .refused(409, "Conflict");
    assert_eq!(
        status,
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "Apply failed with 1 conflict: conflict with \"kubectl\": .metadata.labels.tier",
            "reason": "Conflict",
            "details": {"causes": [{
                "reason": "FieldManagerConflict",
                "message": "conflict with \"kubectl\"",
                "field": ".metadata.labels.tier",
            }]},
            "code": 409,
        })
    );
    assert_eq!(bench.get(PATH).await.object(), created);

    // The same value is shared, and a taken one is no longer the other's.
    bench.apply("helm", PATH, &config("front")).await.object();
    let taken = bench.force("helm", PATH, &config("back")).await.object();
    assert_eq!(taken["metadata"]["labels"], json!({"tier": "back"}));
    let back = bench.apply("kubectl", PATH, &config("front")).await;
    back.refused(409, "Conflict");
    let without = bench
        .apply("kubectl", PATH, &endpoint("shop"))
        .await
        .object();
    assert_eq!(without["metadata"]["labels"], json!({"tier": "back"}));
}

pub(crate) async fn several_conflicts_are_listed_by_manager(bench: Bench) {
    bench
        .apply("kubectl", PATH, &endpoint("shop"))
        .await
        .object();
    let labels = json!({"metadata": {"labels": {"tier": "front", "team": "shop"}}});
    bench.merge_as("edit/1", PATH, &labels).await.object();
    let status = endpoint_status("shop", &json!({"conditions": [condition("Ready", "True")]}));
    bench.apply("evenkeel", STATUS, &status).await.object();

    let labels = json!({"name": "shop", "labels": {"tier": "back", "team": "back"}});
    let status = bench.apply("helm", PATH, &endpoint_with(&labels)).await;
    assert_eq!(
        status.refused(409, "Conflict")["message"],
        "Apply failed with 2 conflicts: conflicts with \"edit\" using evenkeel.dev/v1alpha1:\n\
         - .metadata.labels.team\n- .metadata.labels.tier"
    );
    let status = endpoint_status(
        "shop",
        &json!({"conditions": [condition("Ready", "False")]}),
    );
    let status = bench.apply("another", STATUS, &status).await;
    assert_eq!(
        status.refused(409, "Conflict")["message"],
        "Apply failed with 1 conflict: conflict with \"evenkeel\" with subresource \"status\": \
         .status.conditions[type=\"Ready\"].status"
    );
}

pub(crate) async fn an_application_says_what_and_whose_it_is(bench: Bench) {
    let anonymous = bench.send_config(PATH, &endpoint("shop")).await;
    let anonymous = anonymous.refused(422, "Invalid");
    assert_eq!(
        anonymous["message"],
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
    );

    let mut other = endpoint("shop");
    other["kind"] = json!("GlobalApp");
    let other = bench.apply("kubectl", PATH, &other).await;
    assert_eq!(
        other.refused(400, "BadRequest")["message"],
        "invalid object type: evenkeel.dev/v1alpha1, Kind=GlobalApp"
    );

    let other = bench.apply("kubectl", PATH, &endpoint("other")).await;
    other.refused(400, "BadRequest");
    let managed = endpoint_with(&json!({"name": "shop", "managedFields": []}));
    let managed = bench.apply("kubectl", PATH, &managed).await;
    assert_eq!(
        managed.refused(400, "BadRequest")["message"],
        "metadata.managedFields must be nil"
    );
}

pub(crate) async fn an_application_may_name_the_object_that_it_means(bench: Bench) {
    let config = endpoint_with(&json!({"name": "shop", "uid": "another"}));
    let missing = bench.apply("kubectl", PATH, &config).await;
    assert_eq!(
        missing.refused(409, "Conflict")["message"],
        "Operation cannot be fulfilled on regionendpoints.evenkeel.dev \"shop\": uid mismatch: the provided object \
         specified uid another, and no existing object was found"
    );
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let wrong = bench.apply("kubectl", PATH, &config).await;
    wrong.refused(422, "Invalid");

    // A version is a fence for the status too; a uid is none.
    let mut status = endpoint_status("shop", &json!({"observedGeneration": 1}));
    status["metadata"]["uid"] = json!("another");
    let object = bench.force("evenkeel", STATUS, &status).await.object();
    assert_eq!(object["status"]["observedGeneration"], 1);
    status["metadata"] = json!({"name": "shop", "resourceVersion": "1"});
    status["status"]["observedGeneration"] = json!(2);
    bench
        .force("evenkeel", STATUS, &status)
        .await
        .refused(409, "Conflict");
    status["metadata"]["resourceVersion"] = json!(version(&object).to_string());
    bench.force("evenkeel", STATUS, &status).await.object();
}

pub(crate) async fn an_application_has_no_unknown_fields(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let status = endpoint_status("shop", &json!({"extra": 1}));
    let status = bench
        .force("evenkeel", STATUS, &status)
        .await
        .refused(500, "");
    let message = status["message"].as_str().unwrap();
    assert!(
        message.starts_with("failed to create typed patch object ("),
        "{message}"
    );
    assert!(
        message.ends_with(": .status.extra: field not declared in schema"),
        "{message}"
    );
}
