//! The example from nothing: in any order, at its price, quiet afterwards, and as kubectl shows it.

use std::time::Duration;

use evenkeel_core::cost::{Needed, needed};
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::bench::{Bench, are_worth_it, path, shop};

/// Apps before the table that they require and the endpoints that they name.
const REVERSED: [&str; 4] = ["shop", "sessions", "regions", "api"];

pub(crate) async fn manifests_in_any_order_cost_what_they_need(bench: &Bench) {
    for file in REVERSED {
        let file = path(&format!("examples/shop/{file}.yaml"));
        bench
            .kubectl(&["apply", "-f", &file.display().to_string()])
            .await;
    }
    bench.wait_ready().await;

    let declared = evenkeel::manifests::read(&[path("examples/shop")], "default").unwrap();
    let all = needed(&declared);
    let Needed { writes, reads } = all;
    assert_eq!((writes, reads), (21, 26), "what README.md says");
    let calls = bench.calls();
    let made = bench.writes_since(0);
    assert_eq!(made.len(), writes, "{made:#?}");
    let counted = calls.iter().filter(|call| !call.pending).count();
    assert!(
        are_worth_it(counted, all.total()),
        "{counted} calls, needed {}:\n{}",
        all.total(),
        calls
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    );
    println!(
        "creation: {} calls, {counted} without polls, needed {}",
        calls.len(),
        all.total()
    );
}

pub(crate) async fn nothing_is_written_while_nothing_changes(bench: &Bench) {
    // DynamoDB takes its time to turn expiry on; a sweep sees it.
    let wait = [
        "wait",
        "ektable/sessions",
        "--for=jsonpath={.status.ttl.state}=Enabled",
        "--timeout=120s",
    ];
    bench.kubectl(&wait).await;
    let (known, versions) = (bench.calls().len(), versions(bench).await);
    // Longer than a sweep: everything is read again.
    bench.pass(Duration::from_mins(6)).await;
    assert!(bench.calls().len() > known, "there was no sweep");
    assert_eq!(bench.writes_since(known), Vec::<String>::new());
    assert_eq!(
        self::versions(bench).await,
        versions,
        "a status was written"
    );
}

pub(crate) async fn the_same_manifests_again_change_nothing(bench: &Bench) {
    let (known, versions) = (bench.calls().len(), versions(bench).await);
    // In one go, as a folder, this time.
    let applied = bench.kubectl(&["apply", "-f", &shop()]).await;
    assert!(
        applied.lines().all(|line| line.ends_with(" unchanged")),
        "{applied}"
    );
    // It fails if there is a difference.
    let server_side = [
        "diff",
        "--server-side",
        "--field-manager=kubectl-client-side-apply",
    ];
    for diff in [&["diff"][..], &server_side] {
        let folder = shop();
        let diff = [diff, &["-f", &folder]].concat();
        assert_eq!(bench.kubectl(&diff).await, "");
    }
    assert_eq!(self::versions(bench).await, versions);
    assert_eq!(bench.writes_since(known), Vec::<String>::new());
}

/// Each object's generation and resourceVersion.
async fn versions(bench: &Bench) -> Vec<String> {
    let form = "--output=jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.generation} {.metadata.resourceVersion}{\"\\n\"}{end}";
    let printed = bench.kubectl(&["get", "evenkeel", form]).await;
    let versions: Vec<String> = printed.lines().map(str::to_owned).collect();
    assert_eq!(versions.len(), 6, "{versions:#?}");
    versions
}

pub(crate) async fn kubectl_shows_what_matters(bench: &Bench) {
    let tables = [
        (
            "ekapp",
            "\
NAME   READY   SERVING   REASON      HOSTNAME           AGE
api    True    3/3       Converged   api.example.com    AGE
shop   True    3/3       Converged   shop.example.com   AGE
",
        ),
        (
            "ekregion",
            "\
NAME             REGION           READY   HEALTHY   APPS   REASON     AGE
ap-northeast-1   ap-northeast-1   True    True      2      Resolved   AGE
eu-west-1        eu-west-1        True    True      2      Resolved   AGE
us-east-1        us-east-1        True    True      2      Resolved   AGE
",
        ),
        (
            "ektable",
            "\
NAME       TABLE      READY   REPLICAS   CONSISTENCY   REASON      AGE
sessions   sessions   True    3/3        Eventual      Converged   AGE
",
        ),
    ];
    for (kind, expected) in tables {
        let printed = bench.kubectl(&["get", kind]).await;
        assert_eq!(without_age(&printed), expected, "{kind}");
    }
    let all = bench.kubectl(&["get", "evenkeel", "--output=name"]).await;
    assert_eq!(all.lines().count(), 6, "{all}");

    let selector = "--field-selector=spec.region=eu-west-1";
    let found = bench
        .kubectl(&["get", "ekregion", selector, "--output=name"])
        .await;
    assert_eq!(found, "regionendpoint.evenkeel.dev/eu-west-1\n");

    let explained = bench
        .kubectl(&["explain", "ekapp.spec.traffic.minServingRegions"])
        .await;
    assert!(
        explained.contains("Unset: one fewer than the Regions"),
        "{explained}"
    );

    let table: Value = bench.get("ektable/sessions").await;
    assert_eq!(
        table["status"]["observedGeneration"],
        table["metadata"]["generation"]
    );
}

/// The last column is how old the object is.
fn without_age(printed: &str) -> String {
    let lines = printed.lines().map(|line| {
        let (rest, _) = line.rsplit_once(' ').unwrap();
        format!("{rest} AGE\n")
    });
    lines.collect()
}
