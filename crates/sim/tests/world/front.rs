//! The HTTP front, over a real socket. Nothing here depends on how fast anything is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{Seed, World};
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::aws::START;

#[tokio::test]
async fn one_address_serves_every_service_until_it_is_told_to_stop() {
    let origin = START.parse().unwrap();
    let world = Arc::new(Mutex::new(World::new(Seed::example(), origin)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(
        listener,
        world.clone(),
        Clock::starting(origin, 1),
        async {
            stopped.await.ok();
        },
    ));

    let zones = ask(address, "GET", "/2013-04-01/hostedzone", "route53", "", "").await;
    assert!(zones.starts_with("HTTP/1.1 200 OK"), "{zones}");
    assert!(zones.contains("<Name>example.com.</Name>"), "{zones}");

    let target = "X-Amz-Target: DynamoDB_20120810.ListTables\r\n";
    let tables = ask(address, "POST", "/", "dynamodb", target, "{}").await;
    assert!(tables.contains(r#"{"TableNames":[]}"#), "{tables}");

    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let identity = ask(address, "POST", "/", "sts", "", form).await;
    assert!(
        identity.contains("<Account>123456789012</Account>"),
        "{identity}"
    );

    let large = "x".repeat(1024 * 1024 + 1);
    let refused = ask(address, "POST", "/", "dynamodb", target, &large).await;
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert_eq!(world.lock().unwrap().calls().len(), 3);
}

/// A world that is served, and its clock.
async fn served(events: &str) -> (std::net::SocketAddr, Clock, oneshot::Sender<()>) {
    let origin = START.parse().unwrap();
    let mut world = World::new(Seed::example(), origin);
    world.play(serde_saphyr::from_str(events).unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = Clock::starting(origin, 1);
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(serve(
        listener,
        Arc::new(Mutex::new(world)),
        clock.clone(),
        async {
            stopped.await.ok();
        },
    ));
    (address, clock, stop)
}

async fn zones(address: std::net::SocketAddr) -> String {
    ask(address, "GET", "/2013-04-01/hostedzone", "route53", "", "").await
}

#[tokio::test]
async fn an_answer_that_never_comes_closes_the_connection_after_a_minute() {
    let (address, clock, _stop) =
        served("events: [{call: {service: route53}, effect: timeout}]").await;
    let asked = tokio::spawn(zones(address));
    while !asked.is_finished() {
        clock.skip(SignedDuration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert_eq!(asked.await.unwrap(), "");
    assert!(zones(address).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_slow_answer_is_slow_in_the_worlds_time() {
    let (address, clock, _stop) =
        served("events: [{call: {service: route53}, effect: {slow: {by: 1h}}}]").await;
    let asked = tokio::spawn(zones(address));
    while !asked.is_finished() {
        clock.skip(SignedDuration::from_mins(1));
        tokio::task::yield_now().await;
    }
    assert!(asked.await.unwrap().starts_with("HTTP/1.1 200 OK"));
    assert!(clock.now().duration_since(clock.origin()) >= SignedDuration::from_hours(1));
}

#[tokio::test]
async fn nobody_waits_for_an_answer_that_never_comes_when_the_world_ends() {
    let (address, _, stop) = served("events: [{call: {service: route53}, effect: timeout}]").await;
    let asked = tokio::spawn(zones(address));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    assert_eq!(asked.await.unwrap(), "");
}

/// Lets a second of real time pass, as far as the server can tell.
async fn a_second_passes() {
    tokio::time::advance(Duration::from_secs(1)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_body_that_is_sent_in_half_is_not_waited_for() {
    let (address, _, _stop) = served("events: []").await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: world\r\nContent-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answered = tokio::spawn(async move {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    tokio::time::pause();
    while !answered.is_finished() {
        a_second_passes().await;
    }
    tokio::time::resume();
    let answer = answered.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(zones(address).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_thousand_idle_connections_hinder_nobody_and_are_closed() {
    let (address, _, _stop) = served("events: []").await;
    let mut idle = Vec::new();
    for _ in 0..1_000 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    assert!(zones(address).await.starts_with("HTTP/1.1 200 OK"));
    let closed = tokio::spawn(async move {
        for mut stream in idle {
            // Closed without a word.
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        }
    });
    tokio::time::pause();
    while !closed.is_finished() {
        a_second_passes().await;
    }
    tokio::time::resume();
    closed.await.unwrap();
    assert!(zones(address).await.starts_with("HTTP/1.1 200 OK"));
}

pub(crate) async fn ask(
    address: std::net::SocketAddr,
    method: &str,
    path: &str,
    service: &str,
    headers: &str,
    body: &str,
) -> String {
    let scope = format!("AKIAIOSFODNN7EXAMPLE/20261124/us-east-1/{service}/aws4_request");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: world\r\nConnection: close\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    // A connection that is closed without an answer has none.
    stream.read_to_string(&mut response).await.ok();
    response
}
