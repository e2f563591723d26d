//! Two clusters on one AWS account: a stranger touches nothing; one that replaces the other takes over.

use std::collections::BTreeSet;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::bench::{Bench, condition, eventually, shop};

const POD: &str = "evenkeel-0";

/// What the marks name is theirs, in these three objects.
const OWNERS: [&str; 3] = ["ekapp/shop", "ekapp/api", "ektable/sessions"];

/// Calls that change marks, and nothing that users notice.
const MARKING: [&str; 2] = ["ChangeResourceRecordSets", "TagResource"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_built_anew_takes_over() {
    let mut first = Bench::start(&["fleet=shops"]).await;
    first.start_operator(POD).await;
    first.kubectl(&["apply", "-f", &shop()]).await;
    first.wait_ready().await;

    let mut second = Bench::beside(first.aws.clone(), &[]).await;
    a_stranger_sees_whose_it_is_and_touches_nothing(&mut second).await;
    let former = first.session.uid().await.unwrap();
    first.stop().await;
    a_successor_changes_marks_and_nothing_else(&mut second, &former).await;
    second.stop().await;
}

async fn a_stranger_sees_whose_it_is_and_touches_nothing(stranger: &mut Bench) {
    let known = stranger.calls().len();
    let before = stranger.session.world().picture();
    stranger.start_operator(POD).await;
    stranger.kubectl(&["apply", "-f", &shop()]).await;
    for object in OWNERS {
        let found = eventually(&format!("{object} to be NotOurs"), async || {
            let found = stranger.get(object).await;
            let is_refused = condition(&found, "Stalled")["reason"] == "NotOurs";
            is_refused
                .then_some(found.clone())
                .ok_or(found["status"].clone())
        })
        .await;
        for kind in ["Ready", "Accepted", "Programmed"] {
            let found = condition(&found, kind);
            assert_eq!(
                (&found["status"], &found["reason"]),
                (&"False".into(), &"NotOurs".into()),
                "{kind}"
            );
        }
        // Events follow the status.
        let name = object.rsplit('/').next().unwrap();
        let selector = format!("--field-selector=reason=NotOurs,involvedObject.name={name}");
        eventually(&format!("an event of {object}"), async || {
            let events = ["get", "events", "--output=name", &selector];
            let events = stranger.kubectl(&events).await;
            (!events.is_empty()).then_some(()).ok_or(events)
        })
        .await;
    }
    // Nor at the next sweep.
    stranger.pass(Duration::from_mins(6)).await;
    assert_eq!(stranger.writes_since(known), Vec::<String>::new());
    assert_eq!(stranger.session.world().picture(), before);
    // What was never taken up holds no object back.
    let finalizers = "--output=jsonpath={.items[*].metadata.finalizers}";
    assert_eq!(
        stranger
            .kubectl(&["get", "ekapp,ektable", finalizers])
            .await,
        ""
    );
}

async fn a_successor_changes_marks_and_nothing_else(successor: &mut Bench, former: &str) {
    let (known, before) = (successor.calls().len(), without_marks(successor));
    successor.session.stop_operator(POD).await.unwrap();
    let former = format!("formerWriters={{{former}}}");
    let values = ["fleet=shops", &former];
    successor.session.upgrade(&values).await.unwrap();
    successor.start_operator(POD).await;
    let ready = async {
        successor.wait_ready().await;
    };
    let watched = async {
        // As many looks as there are, at what users get meanwhile.
        loop {
            users_are_served(successor);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = ready => {}
        () = watched => {}
    }
    let calls: BTreeSet<String> = successor.writes_since(known).into_iter().collect();
    assert_eq!(calls, MARKING.map(str::to_owned).into());
    assert_eq!(without_marks(successor), before);
}

fn users_are_served(bench: &Bench) {
    let world = bench.session.world();
    for hostname in ["shop.example.com", "api.example.com"] {
        let serving = world.serving_regions(hostname);
        assert_eq!(serving.len(), 3, "{hostname}: {serving:?}");
    }
}

/// The world without what says whose it is: tags, and TXT records.
fn without_marks(bench: &Bench) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, value| name != "tags" && !(value["Type"] == "TXT"));
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => {
                items.retain(|item| item["Type"] != "TXT");
                items.iter_mut().for_each(strip);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut picture = bench.session.world().picture();
    strip(&mut picture);
    picture
}
