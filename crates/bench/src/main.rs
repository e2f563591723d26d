//! How fast the world is, one line a figure. `make bench` runs it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise, and prints"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{City, Clients, Rates, Seed, World};
use http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(3);

const APPS: usize = 1_000;

fn main() {
    println!(
        "engine: {:.0} calls/s in process",
        per_second(&mut engine())
    );
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    println!(
        "http: {:.0} requests/s over 8 connections",
        runtime.block_on(over_http())
    );
    println!(
        "time: {:.1} simulated hours/s with {APPS} apps",
        hours_per_second()
    );
}

/// A seed in which nothing is throttled or used up.
fn seed() -> Seed {
    let mut seed = Seed::example();
    seed.rates = Rates {
        enforced: false,
        ..Rates::default()
    };
    seed.quotas.health_checks = 3 * APPS;
    seed
}

fn request(method: Method, path: &str, body: String) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("/2013-04-01/{path}"))
        .header("Authorization", AUTHORIZATION)
        .body(Bytes::from(body))
        .unwrap()
}

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
     Credential=bench/20261124/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0";

fn zone(world: &mut World) -> String {
    let listed = ask(world, request(Method::GET, "hostedzone", String::new()));
    between(&listed, "<Id>/hostedzone/", "</Id>").to_owned()
}

fn ask(world: &mut World, request: Request<Bytes>) -> String {
    let answer = world.answer(world.now(), request);
    let body = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(answer.status().is_success(), "{body}");
    body
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

/// One call: a change of a record set, then a list of the zone, in turn.
fn engine() -> impl FnMut() {
    let mut world = World::new(seed(), Timestamp::UNIX_EPOCH);
    let zone = zone(&mut world);
    let mut count = 0_u64;
    move || {
        count += 1;
        let path = format!("hostedzone/{zone}/rrset");
        let request = if count.is_multiple_of(2) {
            request(Method::GET, &path, String::new())
        } else {
            let set = format!(
                "<Name>app.example.com</Name><Type>A</Type><TTL>60</TTL><ResourceRecords>\
                 <ResourceRecord><Value>192.0.2.{}</Value></ResourceRecord></ResourceRecords>",
                count % 250
            );
            request(Method::POST, &path, batch("UPSERT", &[set]))
        };
        ask(&mut world, request);
    }
}

fn batch(action: &str, sets: &[String]) -> String {
    let mut changes = String::new();
    for set in sets {
        write!(
            changes,
            "<Change><Action>{action}</Action><ResourceRecordSet>{set}</ResourceRecordSet></Change>"
        )
        .unwrap();
    }
    format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <ChangeBatch><Changes>{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    )
}

fn per_second(call: &mut impl FnMut()) -> f64 {
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < SPAN {
        call();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

async fn over_http() -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = Clock::starting(Timestamp::UNIX_EPOCH, 1);
    let world = Arc::new(Mutex::new(World::new(seed(), clock.now())));
    tokio::spawn(serve(listener, world, clock, std::future::pending()));
    let start = Instant::now();
    let clients: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let request = format!(
                    "GET /2013-04-01/hostedzone HTTP/1.1\r\nHost: world\r\nAuthorization: {AUTHORIZATION}\r\n\r\n"
                );
                let (mut count, mut buffer) = (0_u32, vec![0; 16_384]);
                while start.elapsed() < SPAN {
                    stream.write_all(request.as_bytes()).await.unwrap();
                    let mut read = 0;
                    loop {
                        read += stream.read(&mut buffer[read..]).await.unwrap();
                        if buffer[..read].ends_with(b"</ListHostedZonesResponse>") {
                            break;
                        }
                    }
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for client in clients {
        count += client.await.unwrap();
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

/// Each app has latency records in three Regions, each with a health check; a Region goes dark for a quarter of each hour, and
/// somebody in each city uses an app.
fn hours_per_second() -> f64 {
    let mut world = World::new(seed(), Timestamp::UNIX_EPOCH);
    let zone = zone(&mut world);
    for app in 0..APPS {
        let sets: Vec<String> = ["us-east-1", "eu-west-1", "ap-northeast-1"]
            .iter()
            .enumerate()
            .map(|(number, region)| record(&mut world, app, number, region))
            .collect();
        let path = format!("hostedzone/{zone}/rrset");
        ask(
            &mut world,
            request(Method::POST, &path, batch("CREATE", &sets)),
        );
    }
    let clients = City::ALL.iter().enumerate().map(|(number, city)| Clients {
        city: *city,
        name: format!("app-{number}.example.com"),
        port: 443,
        per_second: 10,
    });
    world.set_clients(clients.collect());
    let (start, mut hours) = (Instant::now(), 0_u32);
    while start.elapsed() < SPAN {
        for (answers, minutes) in [(false, 15), (true, 45)] {
            for host in hosts("eu-west-1") {
                world.set_host_answers(&host, answers);
            }
            let then = world.now() + SignedDuration::from_mins(minutes);
            world.advance(then);
        }
        hours += 1;
    }
    f64::from(hours) / start.elapsed().as_secs_f64()
}

/// The checked host is one of ten in its Region, as apps share load balancers.
fn hosts(region: &str) -> Vec<String> {
    (0..10)
        .map(|number| format!("lb-{number}.{region}.example.net"))
        .collect()
}

fn record(world: &mut World, app: usize, number: usize, region: &str) -> String {
    let host = &hosts(region)[app % 10];
    let config: BTreeMap<&str, String> = BTreeMap::from([
        ("FailureThreshold", "2".to_owned()),
        ("FullyQualifiedDomainName", host.clone()),
        ("Port", "443".to_owned()),
        ("RequestInterval", "10".to_owned()),
        ("ResourcePath", "/health".to_owned()),
        ("Type", "HTTPS".to_owned()),
    ]);
    let mut members = String::new();
    for (name, value) in config {
        write!(members, "<{name}>{value}</{name}>").unwrap();
    }
    let body = format!(
        "<CreateHealthCheckRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <CallerReference>{app}-{number}</CallerReference>\
         <HealthCheckConfig>{members}</HealthCheckConfig></CreateHealthCheckRequest>"
    );
    let made = ask(world, request(Method::POST, "healthcheck", body));
    let check = between(&made, "<Id>", "</Id>");
    format!(
        "<Name>app-{app}.example.com</Name><Type>A</Type><SetIdentifier>{region}</SetIdentifier><Region>{region}</Region>\
         <TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.{number}</Value></ResourceRecord></ResourceRecords>\
         <HealthCheckId>{check}</HealthCheckId>"
    )
}
