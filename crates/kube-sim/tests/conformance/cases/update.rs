//! PUT, and what holds for every change of an object.

use serde_json::json;

use super::Bench;
use super::bench::version;
use super::manifests::{default_status, endpoint};

pub(crate) async fn a_replacement_names_the_version_that_it_replaces(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let blind = bench.put("regionendpoints/shop", &endpoint("shop")).await;
    let blind = blind.refused(422, "Invalid");
    assert_eq!(
        blind["message"],
        "regionendpoints.evenkeel.dev \"shop\" is invalid: metadata.resourceVersion: Invalid value: 0: must be \
         specified for an update"
    );
    assert_eq!(
        blind["details"]["causes"][0]["field"],
        "metadata.resourceVersion"
    );

    let mut wanted = created.clone();
    wanted["spec"]["weight"] = json!(5);
    let replaced = bench.put("regionendpoints/shop", &wanted).await.object();
    assert_eq!(replaced["spec"]["weight"], 5);
    assert!(version(&replaced) > version(&created));

    wanted["spec"]["weight"] = json!(6);
    let stale = bench.put("regionendpoints/shop", &wanted).await;
    assert_eq!(
        stale.refused(409, "Conflict"),
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "Operation cannot be fulfilled on regionendpoints.evenkeel.dev \"shop\": the object has been \
                        modified; please apply your changes to the latest version and try again",
            "reason": "Conflict",
            "details": {"name": "shop", "group": "evenkeel.dev", "kind": "regionendpoints"},
            "code": 409,
        })
    );
    assert_eq!(bench.get("regionendpoints/shop").await.object(), replaced);
}

pub(crate) async fn a_replacement_may_name_the_uid_that_it_means(bench: Bench) {
    let mut endpoint = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    endpoint["metadata"]["uid"] = json!("00000000-0000-0000-0000-000000000000");
    let status = bench.put("regionendpoints/shop", &endpoint).await;
    let message = status.refused(409, "Conflict")["message"].to_string();
    assert!(
        message.contains("UID in precondition: 00000000-0000-0000-0000-000000000000"),
        "{message}"
    );

    endpoint["metadata"].as_object_mut().unwrap().remove("uid");
    endpoint["spec"]["weight"] = json!(1);
    let replaced = bench.put("regionendpoints/shop", &endpoint).await.object();
    assert_eq!(replaced["spec"]["weight"], 1);
}

pub(crate) async fn a_write_that_changes_nothing_is_none(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let labels = json!({"metadata": {"labels": {"tier": "front"}}});
    let before = bench.merge("regionendpoints/shop", &labels).await.object();
    let answers = [
        bench.merge("regionendpoints/shop", &labels).await,
        bench.json_patch("regionendpoints/shop", &json!([])).await,
        bench.put("regionendpoints/shop", &before).await,
        bench.put("regionendpoints/shop/status", &before).await,
        bench
            .merge_as("another/1", "regionendpoints/shop", &labels)
            .await,
        bench
            .merge("regionendpoints/shop", &json!({"extra": 1}))
            .await,
    ];
    for answer in answers {
        assert_eq!(answer.object(), before);
    }
}

/// A default that is filled in is not yet stored.
pub(crate) async fn the_first_write_stores_the_default_status(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let first = bench
        .json_patch("regionendpoints/shop", &json!([]))
        .await
        .object();
    assert!(version(&first) > version(&created));
    assert_eq!(first["status"], default_status());
    assert_eq!(first["metadata"]["generation"], 1);
    let second = bench
        .json_patch("regionendpoints/shop", &json!([]))
        .await
        .object();
    assert_eq!(second, first);
}

pub(crate) async fn the_generation_counts_changes_of_the_spec(bench: Bench) {
    bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    for (patch, generation) in [
        (json!({"metadata": {"labels": {"tier": "front"}}}), 1),
        (
            json!({"metadata": {"finalizers": ["evenkeel.dev/finalizer"]}}),
            1,
        ),
        (json!({"spec": {"weight": 128}}), 1),
        (json!({"spec": {"weight": 5}}), 2),
        (
            json!({"spec": {"weight": 6}, "metadata": {"generation": 70}}),
            3,
        ),
        (json!({"spec": {"weight": null}}), 4),
    ] {
        let object = bench.merge("regionendpoints/shop", &patch).await.object();
        assert_eq!(object["metadata"]["generation"], generation, "{patch}");
    }
    let status = json!({"status": {"observedGeneration": 4}});
    let object = bench
        .merge("regionendpoints/shop/status", &status)
        .await
        .object();
    assert_eq!(object["metadata"]["generation"], 4);
}

pub(crate) async fn identity_does_not_change(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    let uid = json!({"metadata": {"uid": "00000000-0000-0000-0000-000000000000"}});
    let status = bench.merge("regionendpoints/shop", &uid).await;
    let cause = &status.refused(422, "Invalid")["details"]["causes"][0];
    assert_eq!(cause["field"], "metadata.uid");
    assert_eq!(
        cause["message"],
        "Invalid value: \"00000000-0000-0000-0000-000000000000\": field is immutable"
    );

    for metadata in [json!({"name": "other"}), json!({"namespace": "elsewhere"})] {
        let patch = json!({"metadata": metadata});
        let answer = bench.merge("regionendpoints/shop", &patch).await;
        answer.refused(400, "BadRequest");
    }

    let kept = json!({"metadata": {
        "creationTimestamp": "2020-01-01T00:00:00Z",
        "generation": 100,
        "uid": null,
    }});
    let after = bench.merge("regionendpoints/shop", &kept).await.object();
    for field in [
        "creationTimestamp",
        "generation",
        "uid",
        "name",
        "namespace",
    ] {
        assert_eq!(
            after["metadata"][field], created["metadata"][field],
            "{field}"
        );
    }
}
