//! Leases, which are taken by comparing and swapping.

use serde_json::{Value, json};

use super::Bench;
use super::bench::version;
use super::manifests::lease;

fn at(lease: &Value, object: &Value) -> Value {
    let mut lease = lease.clone();
    lease["metadata"]["resourceVersion"] = object["metadata"]["resourceVersion"].clone();
    lease
}

pub(crate) async fn a_lease_is_taken_by_whoever_saw_its_last_version(bench: Bench) {
    let first = bench
        .post("leases", &lease("evenkeel", "one"))
        .await
        .object();
    assert_eq!(first["metadata"].get("generation"), None);
    let second = bench.post("leases", &lease("evenkeel", "two")).await;
    assert_eq!(
        second.refused(409, "AlreadyExists")["message"],
        "leases.coordination.k8s.io \"evenkeel\" already exists"
    );

    let taken = at(&lease("evenkeel", "two"), &first);
    let taken = bench.put("leases/evenkeel", &taken).await.object();
    assert_eq!(taken["spec"]["holderIdentity"], "two");
    assert_eq!(taken["metadata"]["uid"], first["metadata"]["uid"]);
    let late = at(&lease("evenkeel", "three"), &first);
    let late = bench.put("leases/evenkeel", &late).await;
    assert_eq!(
        late.refused(409, "Conflict")["message"],
        "Operation cannot be fulfilled on leases.coordination.k8s.io \"evenkeel\": the object has been modified; please \
         apply your changes to the latest version and try again"
    );
    let blind = bench
        .put("leases/evenkeel", &lease("evenkeel", "three"))
        .await;
    blind.refused(422, "Invalid");

    // A renewal in the same microsecond is none.
    let same = at(&lease("evenkeel", "two"), &taken);
    let same = bench.put("leases/evenkeel", &same).await.object();
    assert_eq!(version(&same), version(&taken));
    assert_eq!(bench.get("leases/evenkeel").await.object(), taken);
}

pub(crate) async fn a_lease_is_let_go_of_by_an_empty_holder(bench: Bench) {
    let mut held = bench
        .post("leases", &lease("evenkeel", "one"))
        .await
        .object();
    held["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("managedFields");
    held["spec"]["holderIdentity"] = json!("");
    let free = bench.put("leases/evenkeel", &held).await.object();
    assert_eq!(free["spec"]["holderIdentity"], "");
    assert!(version(&free) > version(&held));
}

pub(crate) async fn a_lease_can_be_created_by_a_replacement(bench: Bench) {
    let answer = bench
        .put("leases/evenkeel", &lease("evenkeel", "one"))
        .await;
    assert_eq!(answer.code, 201);
    let mut stale = lease("other", "one");
    stale["metadata"]["resourceVersion"] = json!("1");
    let answer = bench.put("leases/other", &stale).await;
    assert_eq!(answer.code, 201);
    bench.delete("leases/other").await.object();
}

pub(crate) async fn a_lease_lasts_some_time(bench: Bench) {
    let mut lease = lease("evenkeel", "one");
    lease["spec"]["leaseDurationSeconds"] = json!(0);
    let refused = bench.post("leases", &lease).await.refused(422, "Invalid");
    assert_eq!(
        refused["details"]["causes"][0],
        json!({
            "reason": "FieldValueInvalid",
            "message": "Invalid value: 0: must be greater than 0",
            "field": "spec.leaseDurationSeconds",
        })
    );
}
