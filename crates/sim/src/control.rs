//! The control port: what a test harness asks of a world and does to it, as JSON over HTTP. It is
//! no part of AWS, so it has an address of its own.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderName, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::http::{Clock, lock};
use crate::scenario::Event;
use crate::world::World;

/// Serves the control port of `world` on `listener` for ever.
pub async fn serve(
    listener: TcpListener,
    world: Arc<Mutex<World>>,
    clock: Clock,
) -> io::Result<()> {
    let router = Router::new()
        .route("/time", get(time))
        .route("/picture", get(picture))
        .route("/calls", get(calls))
        .route("/serving/{hostname}", get(serving))
        .route("/advance", post(advance))
        .route("/faults", post(add_event).delete(mend))
        .route("/load-balancers/{*arn}", post(load_balancer))
        .route("/hosts/{host}", post(host))
        .fallback(async || refused(StatusCode::NOT_FOUND, "there is no such path"))
        .with_state(Control { world, clock });
    axum::serve(listener, router).await
}

#[derive(Clone)]
struct Control {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

/// What is answered: JSON, also when it is an error.
type Told = (StatusCode, [(HeaderName, &'static str); 1], String);

impl Control {
    /// The world, as it is now.
    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        world.advance(self.clock.now());
        world
    }
}

async fn time(State(control): State<Control>) -> Told {
    let (now, origin) = (control.clock.now(), control.clock.origin());
    told(&json!({
        "now": now.to_string(),
        "secondsSinceStart": now.duration_since(origin).as_secs(),
    }))
}

async fn picture(State(control): State<Control>) -> Told {
    told(&control.world().picture())
}

/// The calls from number `since` on (default 0), and the number from which to ask next.
async fn calls(State(control): State<Control>, RawQuery(query): RawQuery) -> Result<Told, Told> {
    let query = query.unwrap_or_default();
    let mut since = 0;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let number = value.parse::<usize>().ok().filter(|_| name == "since");
        since = number.ok_or_else(|| {
            let reason = format!("{name}={value} is not since=N, where N is a number of calls");
            refused(StatusCode::BAD_REQUEST, &reason)
        })?;
    }
    let world = control.world();
    let calls = world.calls();
    Ok(told(&json!({
        "calls": calls.get(since..).unwrap_or_default(),
        "next": calls.len(),
    })))
}

async fn serving(State(control): State<Control>, Path(hostname): Path<String>) -> Told {
    let regions = control.world().serving_regions(&hostname);
    told(&json!({ "regions": regions }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

async fn advance(state: State<Control>, body: Bytes) -> Result<Told, Told> {
    let Advance { seconds } = read(&body)?;
    state.clock.skip(SignedDuration::from_secs(seconds.into()));
    // Lets what is due happen, before it is answered.
    drop(state.world());
    Ok(time(state).await)
}

async fn add_event(State(control): State<Control>, body: Bytes) -> Result<Told, Told> {
    let event: Event = read(&body)?;
    let scheduled = control.world().schedule(event);
    scheduled.map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))?;
    Ok(told(&json!({})))
}

async fn mend(State(control): State<Control>) -> Told {
    control.world().mend();
    told(&json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Health {
    healthy: bool,
}

async fn load_balancer(
    State(control): State<Control>,
    Path(arn): Path<String>,
    body: Bytes,
) -> Result<Told, Told> {
    let Health { healthy } = read(&body)?;
    let found = control.world().set_load_balancer_health(&arn, healthy);
    found.map_err(|error| refused(StatusCode::NOT_FOUND, &error.to_string()))?;
    Ok(told(&json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Host {
    answers: bool,
}

async fn host(
    State(control): State<Control>,
    Path(host): Path<String>,
    body: Bytes,
) -> Result<Told, Told> {
    let Host { answers } = read(&body)?;
    control.world().set_host_answers(&host, answers);
    Ok(told(&json!({})))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Told> {
    serde_json::from_slice(body)
        .map_err(|error| refused(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn told(body: &Value) -> Told {
    write(StatusCode::OK, body)
}

fn refused(status: StatusCode, reason: &str) -> Told {
    write(status, &json!({ "error": reason }))
}

fn write(status: StatusCode, body: &Value) -> Told {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, format!("{body}\n"))
}
