//! The operator is killed, the API server is lost, a standby takes over: nothing is lost, and nothing is done twice.

use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Bench, eventually};
use crate::changes::settled;

const FIRST: &str = "evenkeel-0";
const SECOND: &str = "evenkeel-1";

pub(crate) async fn a_killed_operator_goes_on_where_it_was(bench: &mut Bench) {
    let known = bench.calls().len();
    bench.session.kill_operator(FIRST).await.unwrap();
    // A restart alone has nothing to do.
    let address = bench.start_operator(FIRST).await;
    says(&address, "acting").await;
    eventually("everything to be read", async || {
        let calls = bench.calls();
        let mut reads = calls.iter().skip(known);
        let is_read = reads.any(|call| call.operation == "ListEndpointGroups");
        is_read.then_some(()).ok_or(calls.len())
    })
    .await;
    assert_eq!(bench.writes_since(known), Vec::<String>::new());

    // It is killed where a change of three calls may just be in the middle.
    let known = bench.calls().len();
    let regions = json!([
        {"region": "us-east-1", "dialPercent": 100},
        {"region": "eu-west-1", "dialPercent": 40},
        {"region": "ap-northeast-1", "dialPercent": 30},
    ]);
    bench.replace("ekapp/shop", "regions", &regions).await;
    eventually("the first call", async || {
        let writes = bench.writes_since(known);
        if writes.is_empty() {
            Err(writes)
        } else {
            Ok(())
        }
    })
    .await;
    bench.session.kill_operator(FIRST).await.unwrap();
    bench.start_operator(FIRST).await;
    settled(bench, "ekapp/shop").await;
    assert_eq!(bench.writes_since(known), ["UpdateEndpointGroup"; 2]);
}

pub(crate) async fn a_lost_api_server_loses_nothing(bench: &mut Bench) {
    let known = bench.calls().len();
    bench.session.cluster.stop_apiserver().await.unwrap();
    let log = bench.session.operator_log(FIRST).unwrap().to_owned();
    eventually("the lease to be lost", async || {
        let log = std::fs::read_to_string(&log).unwrap();
        let is_lost = log.contains("the lease could not be renewed in time");
        is_lost
            .then_some(())
            .ok_or(log.lines().last().map(str::to_owned))
    })
    .await;
    bench.session.cluster.start_apiserver().await.unwrap();
    bench.turn_dial(50).await;
    settled(bench, "ekapp/shop").await;
    assert_eq!(bench.writes_since(known), ["UpdateEndpointGroup"]);
}

pub(crate) async fn a_standby_takes_over(bench: &mut Bench) {
    let address = bench.start_operator(SECOND).await;
    says(&address, "standing by: the lease is held by evenkeel-0").await;
    let known = bench.calls().len();
    bench.session.kill_operator(FIRST).await.unwrap();
    bench.turn_dial(80).await;
    settled(bench, "ekapp/shop").await;
    says(&address, "acting").await;
    assert_eq!(bench.writes_since(known), ["UpdateEndpointGroup"]);

    // One that is asked to stop lets go, and the next one acts at once.
    let address = bench.start_operator(FIRST).await;
    says(&address, "standing by: the lease is held by evenkeel-1").await;
    bench.session.stop_operator(SECOND).await.unwrap();
    says(&address, "acting").await;
}

/// Waits until the operator at that address says so.
pub(crate) async fn says(address: &str, what: &str) {
    eventually(&format!("{address} to be {what}"), async || {
        let said = readyz(address).await.unwrap_or_default();
        said.contains(what).then_some(()).ok_or(said)
    })
    .await;
}

async fn readyz(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
