//! What people do.

use serde_json::{Value, json};

use crate::{cluster, endpoint};

#[tokio::test(start_paused = true)]
async fn a_person_applies_edits_and_deletes() {
    let api = cluster(1);
    let nowhere = api.apply(&endpoint("eu")).unwrap_err();
    assert_eq!(nowhere.message, "namespaces \"shop\" not found");
    api.add_namespace("shop");
    let applied = api.apply(&endpoint("eu")).unwrap();
    assert_eq!(
        applied["metadata"]["creationTimestamp"],
        "2026-11-24T12:00:00Z"
    );
    api.apply(&endpoint("ap")).unwrap();

    let mut changed = endpoint("eu");
    changed["spec"]["weight"] = json!(5);
    assert_eq!(api.apply(&changed).unwrap()["metadata"]["generation"], 2);
    let without = api.apply(&endpoint("eu")).unwrap();
    assert_eq!(without["spec"]["weight"], 128);
    let taken = api.apply_as("helm", &changed).unwrap();
    assert_eq!(taken["spec"]["weight"], 5);

    let held = api.edit("RegionEndpoint", "shop", "eu", |object| {
        object["metadata"]["finalizers"] = json!(["example.com/a"]);
        object["status"] = json!({"appCount": 9});
    });
    assert_eq!(held.unwrap()["status"].get("appCount"), None);
    let reported = api.edit_status("RegionEndpoint", "shop", "eu", |object| {
        object["status"] = json!({"appCount": 9});
        object["spec"]["weight"] = json!(9);
    });
    assert_eq!(reported.unwrap()["spec"]["weight"], 5);

    api.delete("RegionEndpoint", "shop", "ap").unwrap();
    api.delete("RegionEndpoint", "shop", "eu").unwrap();
    assert_eq!(api.get("RegionEndpoint", "shop", "ap"), None);
    let left = api.list("RegionEndpoint");
    assert_eq!(left.len(), 1);
    assert_eq!(
        left[0]["metadata"]["deletionTimestamp"],
        "2026-11-24T12:00:00Z"
    );
    assert_eq!(left[0], api.get("RegionEndpoint", "shop", "eu").unwrap());

    let gone = api.delete("RegionEndpoint", "shop", "ap").unwrap_err();
    assert!(gone.is_not_found());
    assert!(api.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_mistyped_field_of_a_person_is_refused() {
    let api = cluster(1);
    api.add_namespace("shop");
    let mut mistyped = endpoint("eu");
    mistyped["spec"]["wieght"] = json!(5);
    assert!(
        api.apply(&mistyped)
            .unwrap_err()
            .message
            .contains(".spec.wieght")
    );
    api.apply(&endpoint("eu")).unwrap();
    let edited = api.edit("RegionEndpoint", "shop", "eu", |object| {
        object["spec"]["wieght"] = json!(5);
    });
    assert!(edited.unwrap_err().message.contains("spec.wieght"));
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "a kind that this cluster serves")]
async fn a_mistyped_kind_is_an_error_of_the_test() {
    cluster(1).list("RegionEndpoints");
}

#[tokio::test(start_paused = true)]
async fn two_clusters_have_no_uid_in_common() {
    let uids = |number| -> Vec<Value> {
        let api = cluster(number);
        api.add_namespace("shop");
        api.apply(&endpoint("eu")).unwrap();
        let objects = [api.list("Namespace"), api.list("RegionEndpoint")].concat();
        let uids = objects
            .iter()
            .map(|object| object["metadata"]["uid"].clone());
        uids.collect()
    };
    let (one, two) = (uids(1), uids(2));
    assert_eq!(one.len(), 4);
    assert!(one.iter().all(|uid| !two.contains(uid)), "{one:?} {two:?}");
    assert_eq!(one, uids(1));
}
