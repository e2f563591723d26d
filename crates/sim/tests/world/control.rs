//! The control port, over a real socket.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use evenkeel_sim::http::Clock;
use evenkeel_sim::{Seed, World, control};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::aws::START;
use crate::front::ask;

const EU_ARN: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/f2f7dc8efc522ab2";

struct Port {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
}

impl Port {
    async fn open() -> Self {
        let origin = START.parse().unwrap();
        let world = Arc::new(Mutex::new(World::new(Seed::example(), origin)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Clock::starting(origin, 1);
        tokio::spawn(control::serve(listener, world.clone(), clock));
        Self { address, world }
    }

    /// The status and the body.
    async fn ask(&self, method: &str, path: &str, body: &str) -> (String, Value) {
        let response = ask(self.address, method, path, "none", "", body).await;
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-type: application/json"), "{head}");
        let status = head.split(' ').nth(1).unwrap().to_owned();
        (status, serde_json::from_str(body).unwrap())
    }

    async fn tell(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, told) = self.ask(method, path, body).await;
        assert_eq!(status, "200", "{told}");
        told
    }

    /// Lists the hosted zones, as a client would.
    fn list(&self) -> u16 {
        let request = crate::raw::signed(
            http::Method::GET,
            "/2013-04-01/hostedzone",
            "route53",
            "us-east-1",
        );
        let mut world = self.world.lock().unwrap();
        let now = world.now();
        let response = world.answer(now, request.body(bytes::Bytes::new()).unwrap());
        response.status().as_u16()
    }
}

#[tokio::test]
async fn time_jumps_when_it_is_told_to() {
    let port = Port::open().await;
    let told = port.tell("POST", "/advance", r#"{"seconds": 3600}"#).await;
    let passed = told["secondsSinceStart"].as_u64().unwrap();
    assert!((3600..3700).contains(&passed), "{told}");
    let told = port.tell("GET", "/time", "").await;
    assert!(
        told["now"].as_str().unwrap().starts_with("2026-11-24T13:"),
        "{told}"
    );
}

#[tokio::test]
async fn the_picture_the_calls_and_who_serves_are_shown() {
    let port = Port::open().await;
    for _ in 0..3 {
        assert_eq!(port.list(), 200);
    }
    let told = port.tell("GET", "/calls?since=2", "").await;
    assert_eq!(told["next"], 3);
    let [call] = told["calls"].as_array().unwrap().as_slice() else {
        panic!("one call: {told}")
    };
    assert_eq!(call["operation"], "ListHostedZones");
    assert_eq!(call["service"], "route53");
    assert_eq!(call["status"], 200);
    let told = port.tell("GET", "/picture", "").await;
    assert_eq!(told, port.world.lock().unwrap().picture());
    let told = port.tell("GET", "/serving/shop.example.com", "").await;
    assert_eq!(told["regions"], serde_json::json!([]));
}

#[tokio::test]
async fn faults_begin_and_end() {
    let port = Port::open().await;
    let event = r#"{"for": "1h", "call": {"service": "route53"}, "effect": "throttle"}"#;
    port.tell("POST", "/faults", event).await;
    assert_eq!(port.list(), 400);
    port.tell("DELETE", "/faults", "").await;
    assert_eq!(port.list(), 200);
}

#[tokio::test]
async fn a_load_balancer_fails_and_is_mended() {
    let port = Port::open().await;
    let path = format!("/load-balancers/{EU_ARN}");
    for healthy in [false, true] {
        port.tell("POST", &path, &format!(r#"{{"healthy": {healthy}}}"#))
            .await;
        let picture = port.world.lock().unwrap().picture();
        assert_eq!(picture["loadBalancers"][EU_ARN]["healthy"], healthy);
    }
    port.tell("POST", "/hosts/192.0.2.1", r#"{"answers": false}"#)
        .await;
}

#[tokio::test]
async fn clients_are_set_and_what_became_of_their_requests_is_told() {
    let port = Port::open().await;
    let clients = r#"[{"city": "Tokyo", "name": "shop.example.com", "perSecond": 5}]"#;
    port.tell("PUT", "/clients", clients).await;
    port.tell("POST", "/advance", r#"{"seconds": 60}"#).await;
    let told = port.tell("GET", "/traffic", "").await;
    let [tokyo] = told["clients"].as_array().unwrap().as_slice() else {
        panic!("{told}")
    };
    assert_eq!(tokyo["city"], "Tokyo");
    assert_eq!(tokyo["port"], 443);
    // Nothing answers for the name: every request is lost.
    let requests = &tokyo["requests"];
    assert!(requests["sent"].as_f64().unwrap() >= 300.0, "{told}");
    assert_eq!(requests["sent"], requests["lost"]);
    assert_eq!(told["requests"], *requests);
    assert_eq!(told["perSecond"]["lost"], 5.0);
    assert_eq!(told["perSecond"]["served"], serde_json::json!({}));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let port = Port::open().await;
    for (method, path, body, status, expected) in [
        (
            "POST",
            "/advance",
            r#"{"seconds": -1}"#,
            "400",
            "invalid value: integer `-1`",
        ),
        (
            "POST",
            "/advance",
            "soon",
            "400",
            "expected value at line 1",
        ),
        (
            "POST",
            "/faults",
            r#"{"effect": "throttle"}"#,
            "400",
            "this effect happens to calls",
        ),
        (
            "POST",
            "/faults",
            r#"{"effct": "throttle"}"#,
            "400",
            "unknown field `effct`",
        ),
        ("GET", "/calls?since=x", "", "400", "since=x is not since=N"),
        ("GET", "/calls?until=3", "", "400", "until=3 is not since=N"),
        (
            "POST",
            "/hosts/a",
            r#"{"answer": true}"#,
            "400",
            "unknown field `answer`",
        ),
        (
            "POST",
            "/load-balancers/none",
            r#"{"healthy": true}"#,
            "404",
            "there is no load balancer",
        ),
        (
            "PUT",
            "/clients",
            r#"[{"city": "Atlantis", "name": "a.example.com", "perSecond": 1}]"#,
            "400",
            "unknown variant `Atlantis`",
        ),
        ("GET", "/none", "", "404", "there is no such path"),
    ] {
        let (told, body) = port.ask(method, path, body).await;
        assert_eq!(told, status, "{path}: {body}");
        let error = body["error"].as_str().unwrap();
        assert!(error.contains(expected), "{path}: {error}");
    }
}
