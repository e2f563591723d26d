//! DELETE, and finalizers.

use serde_json::json;

use super::Bench;
use super::bench::version;
use super::manifests::{endpoint, endpoint_status, endpoint_with};

const PATH: &str = "regionendpoints/shop";

pub(crate) async fn an_object_without_finalizers_is_gone_at_once(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let deleted = bench.delete(PATH).await.object();
    assert_eq!(
        deleted,
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Success",
            "details": {
                "name": "shop",
                "group": "evenkeel.dev",
                "kind": "regionendpoints",
                "uid": created["metadata"]["uid"],
            },
        })
    );
    bench.get(PATH).await.refused(404, "NotFound");

    let successor = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    assert_ne!(successor["metadata"]["uid"], created["metadata"]["uid"]);
    assert!(version(&successor) > version(&created) + 1);
}

pub(crate) async fn an_object_with_finalizers_is_marked_once(bench: Bench) {
    let created = create_with_finalizers(&bench).await;
    let marked = bench.delete(PATH).await.object();
    let metadata = &marked["metadata"];
    let time = metadata["deletionTimestamp"].as_str().unwrap();
    assert_eq!(time.len(), "2026-11-24T12:00:00Z".len(), "{time}");
    assert_eq!(metadata["deletionGracePeriodSeconds"], 0);
    assert_eq!(metadata["generation"], 2);
    assert_eq!(
        metadata["finalizers"],
        json!(["example.com/a", "example.com/b"])
    );
    assert!(version(&marked) > version(&created));

    assert_eq!(bench.delete(PATH).await.object(), marked);
    let unmark = json!({"metadata": {"deletionTimestamp": null}});
    let still = bench.merge(PATH, &unmark).await.object();
    assert_eq!(still["metadata"]["deletionTimestamp"], time);
}

pub(crate) async fn nobody_adds_a_finalizer_to_what_is_being_deleted(bench: Bench) {
    create_with_finalizers(&bench).await;
    bench.delete(PATH).await.object();
    for finalizers in [
        json!(["example.com/a", "example.com/b", "example.com/c"]),
        json!(["example.com/c"]),
    ] {
        let patch = json!([{"op": "add", "path": "/metadata/finalizers", "value": finalizers}]);
        let status = bench.json_patch(PATH, &patch).await.refused(422, "Invalid");
        assert_eq!(
            status["message"],
            "RegionEndpoint.evenkeel.dev \"shop\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be \
             added if the object is being deleted, found new finalizers []string{\"example.com/c\"}"
        );
        assert_eq!(
            status["details"]["causes"][0]["reason"],
            "FieldValueForbidden"
        );
        assert_eq!(
            status["details"]["causes"][0]["field"],
            "metadata.finalizers"
        );
    }
    let fewer = json!({"metadata": {"finalizers": ["example.com/b"]}});
    let object = bench.merge(PATH, &fewer).await.object();
    assert_eq!(object["metadata"]["finalizers"], json!(["example.com/b"]));
}

pub(crate) async fn what_is_being_deleted_can_still_change(bench: Bench) {
    create_with_finalizers(&bench).await;
    bench.delete(PATH).await.object();
    let patch = json!({"spec": {"weight": 5}});
    let object = bench.merge(PATH, &patch).await.object();
    assert_eq!(object["metadata"]["generation"], 3);
    let status = endpoint_status("shop", &json!({"observedGeneration": 3}));
    let object = bench
        .force("evenkeel", "regionendpoints/shop/status", &status)
        .await;
    let object = object.object();
    assert_eq!(object["status"]["observedGeneration"], 3);
    assert_eq!(object["metadata"]["generation"], 3);
}

pub(crate) async fn the_last_finalizer_takes_the_object_along(bench: Bench) {
    create_with_finalizers(&bench).await;
    let marked = bench.delete(PATH).await.object();
    let patch = json!([
        {"op": "test", "path": "/metadata/uid", "value": marked["metadata"]["uid"]},
        {"op": "test", "path": "/metadata/finalizers", "value": ["example.com/a", "example.com/b"]},
        {"op": "add", "path": "/metadata/finalizers", "value": []},
    ]);
    let answer = bench.json_patch(PATH, &patch).await;
    assert_eq!(answer.code, 200);
    let last = answer.object();
    assert_eq!(last["metadata"].get("finalizers"), None);
    assert_eq!(version(&last), version(&marked));
    bench.get(PATH).await.refused(404, "NotFound");
    bench
        .json_patch(PATH, &patch)
        .await
        .refused(404, "NotFound");
}

pub(crate) async fn a_deletion_may_name_the_object_that_it_means(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    for wrong in [json!({"uid": "another"}), json!({"resourceVersion": "1"})] {
        let status = bench.delete_if(PATH, &wrong).await.refused(409, "Conflict");
        let message = status["message"].as_str().unwrap();
        let begin = "Operation cannot be fulfilled on RegionEndpoint.evenkeel.dev \"shop\": the ";
        assert!(message.starts_with(begin), "{message}");
        assert_eq!(status["details"]["kind"], "RegionEndpoint");
    }
    let another = bench.delete_if(PATH, &json!({"uid": "another"})).await;
    let uid = created["metadata"]["uid"].as_str().unwrap();
    assert_eq!(
        another.refused(409, "Conflict")["message"],
        format!(
            "Operation cannot be fulfilled on RegionEndpoint.evenkeel.dev \"shop\": the UID in the precondition (another) \
             does not match the UID in record ({uid}). The object might have been deleted and then recreated"
        )
    );
    let right = json!({
        "uid": created["metadata"]["uid"],
        "resourceVersion": created["metadata"]["resourceVersion"],
    });
    bench.delete_if(PATH, &right).await.object();
    bench.get(PATH).await.refused(404, "NotFound");
}

async fn create_with_finalizers(bench: &Bench) -> serde_json::Value {
    let finalizers = ["example.com/a", "example.com/b"];
    let endpoint = endpoint_with(&json!({"name": "shop", "finalizers": finalizers}));
    bench.post("regionendpoints", &endpoint).await.object()
}
