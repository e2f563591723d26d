//! AWS's SDK for Go against the world over HTTP: what another official client sends is understood, and understands the
//! answers.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{Seed, World};
use jiff::Timestamp;
use tokio::net::TcpListener;

const SAID: &str = "\
account: 123456789012
load balancers: 3
record sets: 5
refused: [Tried to delete resource record set [name='api.example.com.', type='A', set-identifier='ap-northeast-1'] but it was not found]
endpoints after the dial was turned: 1
accelerator: deployed and healthy
replicas: 2
refused: Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.
refused: Cannot delete table go-sessions in region eu-west-1 because it has deletion protection enabled. Disable deletion protection first.
";

#[tokio::test]
async fn the_sdk_for_go_builds_the_shop() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop");
    let built = Command::new("go")
        .current_dir(&folder)
        .args(["build", "-o"])
        .arg(&program)
        .arg("./shop")
        .status();
    assert!(built.unwrap().success(), "go build");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // A replica takes half a minute, and there are two.
    let clock = Clock::starting(Timestamp::UNIX_EPOCH, 60);
    let world = Arc::new(Mutex::new(World::new(Seed::example(), clock.now())));
    tokio::spawn(serve(listener, world, clock, std::future::pending()));

    let run = move || {
        Command::new(program)
            .env_clear()
            .env("AWS_ENDPOINT_URL", format!("http://{address}"))
            .env("AWS_ACCESS_KEY_ID", "go")
            .env("AWS_SECRET_ACCESS_KEY", "simulated")
            .output()
    };
    let run = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let complaint = String::from_utf8(run.stderr).unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), SAID, "{complaint}");
    assert!(run.status.success(), "{complaint}");
}
