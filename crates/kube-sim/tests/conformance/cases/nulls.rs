//! Nulls in applied configurations. Elsewhere they are dropped without a word.

use serde_json::{Value, json};

use super::Bench;
use super::manifests::{condition, endpoint, endpoint_status, endpoint_with};

const PATH: &str = "regionendpoints/shop";
const STATUS: &str = "regionendpoints/shop/status";

pub(crate) async fn an_applied_null_is_refused_where_none_may_be(bench: Bench) {
    let created = bench
        .post("regionendpoints", &endpoint("shop"))
        .await
        .object();
    for (status, field, message) in [
        (
            json!({"observedGeneration": null}),
            "status.observedGeneration",
            "Invalid value: \"null\": observedGeneration in body must be of type integer: \"null\"",
        ),
        (
            json!({"lastError": null}),
            "status.lastError",
            "Invalid value: \"null\": lastError in body must be of type object: \"null\"",
        ),
        (
            json!({"lastError": {"code": null}}),
            "status.lastError.code",
            "Invalid value: \"null\": lastError.code in body must be of type string: \"null\"",
        ),
        (
            json!({"conditions": [{"type": "Healthy", "message": null}]}),
            "status.conditions[1].message",
            "Invalid value: \"null\": conditions[1].message in body must be of type string: \"null\"",
        ),
    ] {
        let config = endpoint_status("shop", &status);
        let refused = bench.force("evenkeel", STATUS, &config).await;
        let cause = &refused.refused(422, "Invalid")["details"]["causes"][0];
        assert_eq!(cause["field"], field);
        assert_eq!(cause["message"], message);
        assert_eq!(cause["reason"], "FieldValueTypeInvalid");
    }
    assert_eq!(bench.get(PATH).await.object(), created);
}

pub(crate) async fn an_applied_null_becomes_the_default(bench: Bench) {
    let mut config = endpoint("shop");
    config["spec"]["weight"] = json!(5);
    bench.apply("kubectl", PATH, &config).await.object();
    config["spec"]["weight"] = Value::Null;
    let object = bench.apply("kubectl", PATH, &config).await.object();
    assert_eq!(object["spec"]["weight"], 128);
}

pub(crate) async fn an_applied_null_for_a_list_or_a_dictionary_applies_none_of_it(bench: Bench) {
    let labels = endpoint_with(&json!({"name": "shop", "labels": {"tier": "front"}}));
    bench.apply("kubectl", PATH, &labels).await.object();
    let none = endpoint_with(&json!({"name": "shop", "labels": null}));
    let object = bench.apply("kubectl", PATH, &none).await.object();
    assert_eq!(object["metadata"].get("labels"), None);

    let status = endpoint_status(
        "shop",
        &json!({"conditions": [condition("Healthy", "True")]}),
    );
    bench.apply("another", STATUS, &status).await.object();
    let none = endpoint_status("shop", &json!({"conditions": null}));
    let object = bench.apply("evenkeel", STATUS, &none).await.object();
    assert_eq!(
        object["status"]["conditions"][1],
        condition("Healthy", "True")
    );
}
