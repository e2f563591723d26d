//! The HTTP front: one address for every service and Region, in real time or faster. An answer that
//! is late in the world is late here; one that never comes leaves the connection open for a while,
//! and then it is closed.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::serve::Reply;
use crate::wire::LARGEST_REQUEST;
use crate::world::World;

/// More connections than these wait until one ends.
const MOST_CONNECTIONS: usize = 2048;
/// A connection on which no request begins for this long is closed. SDKs close theirs after 90
/// seconds at the latest.
const LONGEST_IDLE: Duration = Duration::from_secs(100);
/// A body that takes longer than this to arrive is not waited for.
const SLOWEST_BODY: Duration = Duration::from_secs(30);
/// For this long of the world's time a connection stays open on which no answer will come: longer
/// than the time that clients usually wait.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_secs(60);

/// The world's time: it starts at `origin` and passes `speed` times as fast as real time. Clones
/// share it.
#[derive(Clone, Debug)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
    speed: u32,
    /// The time that was skipped.
    skipped: Arc<watch::Sender<SignedDuration>>,
}

impl Clock {
    /// A clock that starts now.
    pub fn starting(origin: Timestamp, speed: u32) -> Self {
        Self {
            origin,
            started: Instant::now(),
            speed,
            skipped: Arc::new(watch::Sender::new(SignedDuration::ZERO)),
        }
    }

    /// The world's time.
    pub fn now(&self) -> Timestamp {
        let passed = self.started.elapsed().saturating_mul(self.speed);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let passed = passed.saturating_add(*self.skipped.borrow());
        self.origin.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// The world's time at which it began.
    pub fn origin(&self) -> Timestamp {
        self.origin
    }

    /// Lets this much time pass at once.
    pub fn skip(&self, length: SignedDuration) {
        self.skipped
            .send_modify(|skipped| *skipped = skipped.saturating_add(length));
    }

    /// Waits until the world's time is `at`.
    pub async fn reaches(&self, at: Timestamp) {
        let mut skipped = self.skipped.subscribe();
        loop {
            let left = at.duration_since(self.now());
            let Ok(left) = Duration::try_from(left) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left.div_f64(f64::from(self.speed.max(1)))) => {}
                // The sender lives as long as this clock.
                _ = skipped.changed() => {}
            }
        }
    }
}

/// Nothing is answered: the connection is closed.
#[derive(Debug, Error)]
#[error("no answer")]
struct NoAnswer;

/// Serves `world` on `listener` until `shutdown` completes and the requests in flight are answered.
pub async fn serve(
    listener: TcpListener,
    world: Arc<Mutex<World>>,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let front = Front {
        world,
        clock,
        stopping: Arc::new(watch::Sender::new(false)),
    };
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(front.clone().converse(stream));
                }
                // The client is gone already, or there are too many: the next one may do better.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = connections.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    front.stopping.send_replace(true);
    while connections.join_next().await.is_some() {}
    Ok(())
}

#[derive(Clone)]
struct Front {
    world: Arc<Mutex<World>>,
    clock: Clock,
    stopping: Arc<watch::Sender<bool>>,
}

impl Front {
    /// Answers the requests on one connection. When this stops, the one in flight is the last.
    async fn converse(self, stream: TcpStream) {
        let mut stopping = self.stopping.subscribe();
        let service = service_fn(move |request| self.clone().answer(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(LONGEST_IDLE)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            // How it ended is its client's concern.
            _ = connection.as_mut() => return,
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, NoAnswer> {
        let (parts, body) = request.into_parts();
        // One byte more than is served, so that the world itself refuses what is too large.
        let read = to_bytes(Body::new(body), LARGEST_REQUEST + 1);
        let body = match tokio::time::timeout(SLOWEST_BODY, read).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return Ok(refused(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => return Ok(refused(StatusCode::REQUEST_TIMEOUT)),
        };
        let request = Request::from_parts(parts, body);
        let reply = lock(&self.world).ask(self.clock.now(), request);
        match reply {
            Reply::Answer(response) => Ok(response.map(Body::from)),
            Reply::At(at, response) => {
                self.wait(at).await;
                Ok(response.map(Body::from))
            }
            Reply::Never => {
                let now = self.clock.now();
                let at = now.checked_add(LONGEST_SILENCE).unwrap_or(Timestamp::MAX);
                self.wait(at).await;
                Err(NoAnswer)
            }
        }
    }

    /// Waits, but not longer than this serves.
    async fn wait(&self, at: Timestamp) {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            () = self.clock.reaches(at) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}

/// A panic elsewhere leaves the world as it was before or after a call, never in between.
pub(crate) fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::new()));
    *response.status_mut() = status;
    response
}
