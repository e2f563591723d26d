//! Events of events.k8s.io.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use serde_json::{Value, json};

use super::Bench;
use super::manifests::event;

pub(crate) async fn an_event_is_published_and_counted(bench: Bench) {
    let event = event("shop.1", &bench.namespace);
    let created = bench.post("events", &event).await.object();
    for field in ["action", "eventTime", "note", "reason", "regarding", "type"] {
        assert_eq!(created[field], event[field], "{field}");
    }
    let mut again = event.clone();
    again["series"] = json!({"count": 2, "lastObservedTime": "2026-11-24T12:00:01.000000Z"});
    let counted = bench.merge("events/shop.1", &again).await.object();
    assert_eq!(counted["series"], again["series"]);
    let missing = bench.merge("events/shop.2", &again["series"]).await;
    assert_eq!(
        missing.refused(404, "NotFound")["message"],
        "events.events.k8s.io \"shop.2\" not found"
    );
}

pub(crate) async fn an_event_does_not_change_its_story(bench: Bench) {
    let event = event("shop.1", &bench.namespace);
    bench.post("events", &event).await.object();
    let status = bench
        .merge("events/shop.1", &json!({"note": "another"}))
        .await;
    assert_eq!(
        status.refused(422, "Invalid")["message"],
        "Event \"shop.1\" is invalid: message: Invalid value: \"another\": field is immutable"
    );
}

pub(crate) async fn an_event_is_complete_and_short(bench: Bench) {
    for (field, value, faulty, reason) in [
        (
            "note",
            json!("x".repeat(1025)),
            "message",
            "FieldValueInvalid",
        ),
        // 600 characters: what counts are bytes.
        (
            "note",
            json!("é".repeat(600)),
            "message",
            "FieldValueInvalid",
        ),
        (
            "reason",
            json!("x".repeat(129)),
            "reason",
            "FieldValueInvalid",
        ),
        ("reason", json!(""), "reason", "FieldValueRequired"),
        ("action", json!(""), "action", "FieldValueRequired"),
        ("type", json!("Strange"), "type", "FieldValueInvalid"),
        ("eventTime", Value::Null, "eventTime", "FieldValueRequired"),
        (
            "reportingInstance",
            json!(""),
            "reportingInstance",
            "FieldValueRequired",
        ),
    ] {
        let mut event = event("shop.1", &bench.namespace);
        event[field] = value;
        let status = bench.post("events", &event).await.refused(422, "Invalid");
        let cause = &status["details"]["causes"][0];
        assert_eq!(cause["field"], faulty);
        assert_eq!(cause["reason"], reason);
    }
    let mut longest = event("shop.1", &bench.namespace);
    longest["note"] = json!("x".repeat(1024));
    bench.post("events", &longest).await.object();
}

pub(crate) async fn a_recorder_publishes_and_counts(bench: Bench) {
    let reporter = Reporter {
        controller: "evenkeel".to_owned(),
        instance: Some("evenkeel-0".to_owned()),
    };
    let recorder = Recorder::new(bench.client.clone(), reporter);
    let about = ObjectReference {
        kind: Some("RegionEndpoint".to_owned()),
        name: Some("shop".to_owned()),
        namespace: Some(bench.namespace.clone()),
        ..ObjectReference::default()
    };
    for note in ["first", "second"] {
        let event = Event {
            type_: EventType::Normal,
            reason: "Created".to_owned(),
            note: Some(note.to_owned()),
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        recorder.publish(&event, &about).await.unwrap();
    }
    // The recorder takes the second for the first once more, and its note is lost.
    let events = bench.get("events").await.object();
    let events = events["items"].as_array().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["note"], "first");
    assert_eq!(events[0]["series"]["count"], 2);
}
