//! POST.

use serde_json::{Value, json};

use super::Bench;
use super::bench::version;
use super::manifests::{default_status, endpoint, endpoint_with};

pub(crate) async fn a_new_object_gets_an_identity_and_defaults(bench: Bench) {
    let mut endpoint = endpoint_with(&json!({
        "name": "shop",
        "uid": "00000000-0000-0000-0000-000000000000",
        "generation": 7,
        "creationTimestamp": "2020-01-01T00:00:00Z",
        "deletionTimestamp": "2020-01-01T00:00:00Z",
        "labels": {},
    }));
    endpoint["status"] = json!({"observedGeneration": 5});
    let answer = bench.post("regionendpoints", &endpoint).await;
    assert_eq!(answer.code, 201);
    let created = answer.object();

    let metadata = &created["metadata"];
    let uid = metadata["uid"].as_str().unwrap();
    assert_eq!(uid.len(), 36, "{uid}");
    assert_ne!(uid, "00000000-0000-0000-0000-000000000000");
    let time = metadata["creationTimestamp"].as_str().unwrap();
    assert_eq!(time.len(), "2026-11-24T12:00:00Z".len(), "{time}");
    assert_ne!(time, "2020-01-01T00:00:00Z");
    assert_eq!(metadata["generation"], 1);
    assert_eq!(metadata["namespace"], bench.namespace.as_str());
    assert_eq!(metadata.get("deletionTimestamp"), None);
    assert_eq!(metadata.get("labels"), None);
    assert!(version(&created) > 0);
    assert_eq!(created["spec"]["maxDialPercent"], 100);
    assert_eq!(created["spec"]["weight"], 128);
    assert_eq!(created["status"], default_status());

    let read = bench.get("regionendpoints/shop").await.object();
    assert_eq!(read, created);
    let second = endpoint_with(&json!({"name": "second"}));
    let second = bench.post("regionendpoints", &second).await.object();
    assert_ne!(second["metadata"]["uid"], created["metadata"]["uid"]);
    assert!(version(&second) > version(&created));
}

pub(crate) async fn a_name_is_taken_once(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let again = bench.post("regionendpoints", &endpoint("shop")).await;
    assert_eq!(
        again.refused(409, "AlreadyExists"),
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "regionendpoints.evenkeel.dev \"shop\" already exists",
            "reason": "AlreadyExists",
            "details": {"name": "shop", "group": "evenkeel.dev", "kind": "regionendpoints"},
            "code": 409,
        })
    );
}

pub(crate) async fn an_object_needs_a_namespace(bench: Bench) {
    let path = "/apis/evenkeel.dev/v1alpha1/namespaces/nowhere/regionendpoints";
    let status = bench.post(path, &endpoint("shop")).await;
    let status = status.refused(404, "NotFound");
    assert_eq!(status["message"], "namespaces \"nowhere\" not found");
    assert_eq!(
        status["details"],
        json!({"name": "nowhere", "kind": "namespaces"})
    );
}

pub(crate) async fn an_object_needs_a_name_and_no_version(bench: Bench) {
    let nameless = bench
        .post("regionendpoints", &endpoint_with(&json!({})))
        .await;
    let cause = &nameless.refused(422, "Invalid")["details"]["causes"][0];
    assert_eq!(cause["field"], "metadata.name");
    assert_eq!(cause["reason"], "FieldValueRequired");

    let versioned = endpoint_with(&json!({"name": "shop", "resourceVersion": "5"}));
    let status = bench.post("regionendpoints", &versioned).await;
    assert_eq!(
        status.refused(500, "")["message"],
        "resourceVersion should not be set on objects to be created"
    );
}

pub(crate) async fn a_body_must_mean_the_object_of_its_path(bench: Bench) {
    let elsewhere = endpoint_with(&json!({"name": "shop", "namespace": "elsewhere"}));
    let status = bench.post("regionendpoints", &elsewhere).await;
    assert_eq!(
        status.refused(400, "BadRequest")["message"],
        "the namespace of the provided object does not match the namespace sent on the request"
    );

    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let status = bench.put("regionendpoints/shop", &endpoint("other")).await;
    assert_eq!(
        status.refused(400, "BadRequest")["message"],
        "the name of the object (other) does not match the name on the URL (shop)"
    );
}

pub(crate) async fn unknown_fields_and_nulls_are_dropped(bench: Bench) {
    let mut endpoint = endpoint("shop");
    endpoint["extra"] = json!(1);
    endpoint["spec"]["extra"] = json!({"deep": true});
    endpoint["spec"]["weight"] = Value::Null;
    endpoint["metadata"]["labels"] = Value::Null;
    let created = bench.post("regionendpoints", &endpoint).await.object();
    assert_eq!(created.get("extra"), None);
    assert_eq!(created["spec"].get("extra"), None);
    assert_eq!(created["spec"]["weight"], 128);
    assert_eq!(created["metadata"].get("labels"), None);
}

pub(crate) async fn a_strict_writer_is_told_of_unknown_fields(bench: Bench) {
    let mut endpoint = endpoint("shop");
    endpoint["spec"]["extra"] = json!(1);
    let path = "regionendpoints?fieldValidation=Strict";
    let status = bench.post(path, &endpoint).await;
    assert_eq!(
        status.refused(400, "BadRequest")["message"],
        "RegionEndpoint in version \"v1alpha1\" cannot be handled as a RegionEndpoint: strict decoding error: \
         unknown field \"spec.extra\""
    );
    endpoint["spec"]["extra"].take();
    endpoint["spec"].as_object_mut().unwrap().remove("extra");
    bench.post(path, &endpoint).await.object();
}
