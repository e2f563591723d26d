//! What goes and what stays when objects are deleted, and that nothing holds them up for ever.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::bench::{Bench, PATIENCE};
use crate::changes::settled;

async fn delete(bench: &Bench, object: &str) {
    let timeout = format!("--timeout={}s", PATIENCE.as_secs());
    // It returns when the object is gone, and so its finalizer.
    bench.kubectl(&["delete", object, &timeout]).await;
}

fn serving(bench: &Bench, hostname: &str) -> BTreeSet<String> {
    bench.session.world().serving_regions(hostname)
}

/// Everything of a service that the world holds, as text.
fn holds(bench: &Bench, service: &str) -> String {
    bench.session.world().picture()[service].to_string()
}

pub(crate) async fn delete_takes_the_names_away(bench: &Bench) {
    assert_eq!(serving(bench, "api.example.com").len(), 3);
    bench
        .replace("ekapp/api", "deletionPolicy", &json!("Delete"))
        .await;
    settled(bench, "ekapp/api").await;
    let known = bench.calls().len();
    delete(bench, "ekapp/api").await;
    assert!(serving(bench, "api.example.com").is_empty());
    assert!(!holds(bench, "route53").contains("api.example.com"));
    assert_eq!(
        bench.writes_since(known).first().map(String::as_str),
        Some("ChangeResourceRecordSets")
    );
    // Health checks are shared; they go when nothing has used them for a while.
    bench.until_health_checks_go(known).await;
    let events = bench
        .kubectl(&["events", "--for=globalapps.evenkeel.dev/api"])
        .await;
    assert!(events.contains("Deleted"), "{events}");
    assert_eq!(serving(bench, "shop.example.com").len(), 3, "another app");
}

pub(crate) async fn retain_leaves_users_served(bench: &Bench) {
    let known = bench.calls().len();
    delete(bench, "ekapp/shop").await;
    assert_eq!(serving(bench, "shop.example.com").len(), 3);
    let accelerators = holds(bench, "globalAccelerator");
    assert!(accelerators.contains("released"), "{accelerators}");
    assert!(holds(bench, "route53").contains("released"));

    delete(bench, "ektable/sessions").await;
    let tables = holds(bench, "dynamodb");
    assert!(tables.contains("released"), "{tables}");
    let marks: BTreeSet<String> = bench.writes_since(known).into_iter().collect();
    assert_eq!(
        marks,
        ["ChangeResourceRecordSets", "TagResource"]
            .map(str::to_owned)
            .into()
    );

    for region in ["us-east-1", "eu-west-1", "ap-northeast-1"] {
        delete(bench, &format!("ekregion/{region}")).await;
    }
    assert_eq!(
        bench.kubectl(&["get", "evenkeel", "--output=name"]).await,
        ""
    );
    assert_eq!(serving(bench, "shop.example.com").len(), 3);
}
