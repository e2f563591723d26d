//! The HTTP front: one address for every service and Region, in real time or faster.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::wire::LARGEST_REQUEST;
use crate::world::World;

/// A body that takes longer than this to arrive is not waited for.
const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// The world's time: it starts at `origin` and passes `speed` times as fast as real time.
#[derive(Clone, Debug)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
    speed: u32,
}

impl Clock {
    /// A clock that starts now.
    pub fn starting(origin: Timestamp, speed: u32) -> Self {
        Self {
            origin,
            started: Instant::now(),
            speed,
        }
    }

    /// The world's time.
    pub fn now(&self) -> Timestamp {
        let passed = self.started.elapsed().saturating_mul(self.speed);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        self.origin.checked_add(passed).unwrap_or(Timestamp::MAX)
    }
}

/// Serves `world` on `listener` until `shutdown` completes and the requests in flight are answered.
pub async fn serve(
    listener: TcpListener,
    world: Arc<Mutex<World>>,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = Router::new()
        .fallback(answer)
        .with_state(Front { world, clock });
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}

#[derive(Clone)]
struct Front {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

async fn answer(State(front): State<Front>, request: Request) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    // One byte more than is served, so that the world itself refuses what is too large.
    let read = tokio::time::timeout(SLOWEST_BODY, to_bytes(body, LARGEST_REQUEST + 1)).await;
    let body = match read {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Ok(refused(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => return Ok(refused(StatusCode::REQUEST_TIMEOUT)),
    };
    let request = http::Request::from_parts(parts, body);
    let response = {
        // A panic elsewhere leaves the world as it was before or after a call, never in between.
        let mut world = front.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.answer(front.clock.now(), request)
    };
    Ok(response.map(Body::from))
}

fn refused(status: StatusCode) -> Response {
    let mut response = Response::new(Body::from(Bytes::new()));
    *response.status_mut() = status;
    response
}
