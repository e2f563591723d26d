//! GET of one and of all.

use serde_json::{Value, json};

use super::Bench;
use super::bench::version;
use super::manifests::{endpoint, lease};

pub(crate) async fn what_is_not_there_is_not_found(bench: Bench) {
    let path = "regionendpoints/shop";
    let mut versioned = endpoint("shop");
    versioned["metadata"]["resourceVersion"] = json!("1");
    let answers = [
        bench.get(path).await,
        bench.delete(path).await,
        bench.merge(path, &json!({"spec": {"weight": 1}})).await,
        bench.json_patch(path, &json!([])).await,
        bench.put(path, &versioned).await,
        bench.put(path, &endpoint("shop")).await,
        bench.get("regionendpoints/shop/status").await,
    ];
    for answer in answers {
        assert_eq!(
            answer.refused(404, "NotFound"),
            json!({
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Failure",
                "message": "regionendpoints.evenkeel.dev \"shop\" not found",
                "reason": "NotFound",
                "details": {"name": "shop", "group": "evenkeel.dev", "kind": "regionendpoints"},
                "code": 404,
            })
        );
    }
    for path in [
        "/nowhere",
        "/apis/evenkeel.dev/v1alpha1/namespaces/default/nothings",
    ] {
        let answer = bench.get(path).await;
        assert_eq!(answer.code, 404);
        assert_eq!(
            answer.body,
            Value::String("404 page not found\n".to_owned())
        );
    }
}

pub(crate) async fn a_list_is_in_order_and_says_its_version(bench: Bench) {
    for name in ["b", "c", "a"] {
        bench
            .post("regionendpoints", &endpoint(name))
            .await
            .object();
        bench.post("leases", &lease(name, "me")).await.object();
    }
    let list = bench.get("regionendpoints").await.object();
    assert_eq!(list["kind"], "RegionEndpointList");
    assert_eq!(list["apiVersion"], "evenkeel.dev/v1alpha1");
    let items = list["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|item| &item["metadata"]["name"]).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(items.iter().all(|item| version(item) <= version(&list)));
    assert_eq!(items[0], bench.get("regionendpoints/a").await.object());

    let everywhere = bench
        .get("/apis/evenkeel.dev/v1alpha1/regionendpoints")
        .await;
    let everywhere = everywhere.object();
    let everywhere = everywhere["items"].as_array().unwrap();
    assert!(items.iter().all(|item| everywhere.contains(item)));

    // The items of a built-in kind do not say their kind.
    let leases = bench.get("leases").await.object();
    assert_eq!(leases["kind"], "LeaseList");
    assert_eq!(leases["items"][0].get("kind"), None);

    let later = format!(
        "regionendpoints?resourceVersion={}",
        version(&list) + 1_000_000
    );
    bench.get(&later).await.refused(504, "Timeout");
}

pub(crate) async fn a_cluster_has_two_namespaces_from_the_start(bench: Bench) {
    let system = bench.get("/api/v1/namespaces/kube-system").await.object();
    assert_eq!(system["kind"], "Namespace");
    assert_eq!(system["metadata"]["uid"].as_str().unwrap().len(), 36);
    assert_eq!(system["status"]["phase"], "Active");
    assert_eq!(system["spec"]["finalizers"], json!(["kubernetes"]));
    assert_eq!(
        system["metadata"]["labels"],
        json!({"kubernetes.io/metadata.name": "kube-system"})
    );
    bench.get("/api/v1/namespaces/default").await.object();
    let missing = bench.get("/api/v1/namespaces/nowhere").await;
    let missing = missing.refused(404, "NotFound");
    assert_eq!(missing["message"], "namespaces \"nowhere\" not found");
}
