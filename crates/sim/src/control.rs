//! The control port: what a test harness asks of a world and does to it, as JSON over HTTP. It is
//! no part of AWS, so it has an address of its own.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post, put};
use bytes::Bytes;
use http::{HeaderName, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::command::Command;
use crate::http::{Clock, lock};
use crate::traffic::{Report, Tally};
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
        .route("/traffic", get(traffic))
        .route("/clients", put(clients))
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
        world.pass(self.clock.now());
        world
    }

    /// Tells the world something.
    fn tell(&self, command: Command) -> Result<Told, Told> {
        let done = lock(&self.world).tell(self.clock.now(), command);
        done.map_err(|error| refused(StatusCode::NOT_FOUND, &error.to_string()))?;
        Ok(told(&json!({})))
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

/// What became of the clients' requests, in requests and in requests a second.
async fn traffic(State(control): State<Control>) -> Told {
    let Report {
        until,
        total,
        each,
        rate,
    } = control.world().traffic();
    let each = each.iter().map(|(clients, tally)| {
        let mut shown = json!(clients);
        shown["requests"] = shown_of(tally);
        shown
    });
    told(&json!({
        "until": until.to_string(),
        "clients": each.collect::<Vec<_>>(),
        "requests": shown_of(&total),
        "perSecond": shown_of(&rate),
    }))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to nine thousand million requests"
)]
fn shown_of(tally: &Tally) -> Value {
    let Tally { sent, lost, served } = tally;
    let whole = |millionths: &u64| json!(*millionths as f64 / 1e6);
    let served = served
        .iter()
        .map(|(region, amount)| (*region, whole(amount)));
    json!({ "sent": whole(sent), "lost": whole(lost), "served": served.collect::<BTreeMap<_, _>>() })
}

async fn clients(State(control): State<Control>, body: Bytes) -> Result<Told, Told> {
    control.tell(Command::Clients(read(&body)?))
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
    control.tell(Command::Happen(read(&body)?))
}

async fn mend(State(control): State<Control>) -> Result<Told, Told> {
    control.tell(Command::Mend)
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
    control.tell(Command::LoadBalancer { arn, healthy })
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
    control.tell(Command::Host { host, answers })
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
