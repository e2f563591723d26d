//! `/livez`, `/readyz` and `/metrics`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State as Extract;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::aws::Metered;
use crate::metrics::Metrics;
use crate::operator::State;

#[derive(Clone)]
struct Shared {
    state: watch::Receiver<State>,
    metrics: Arc<Metrics>,
    metered: Metered,
}

/// Serves until the token is cancelled.
pub async fn serve(
    address: SocketAddr,
    state: watch::Receiver<State>,
    metrics: Arc<Metrics>,
    metered: Metered,
    stop: CancellationToken,
) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let router = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_page))
        .with_state(Shared {
            state,
            metrics,
            metered,
        });
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

/// A standby is ready: it can take over at any time, and a rolling update must not wait for it to lead.
async fn readyz(Extract(shared): Extract<Shared>) -> impl IntoResponse {
    let state = shared.state.borrow().clone();
    match state {
        State::Starting => (
            StatusCode::SERVICE_UNAVAILABLE,
            "starting: asking for the lease\n".to_owned(),
        ),
        State::Leading => (
            StatusCode::SERVICE_UNAVAILABLE,
            "leading: reading the objects\n".to_owned(),
        ),
        State::StandingBy { why } => (StatusCode::OK, format!("standing by: {why}\n")),
        State::Acting => (StatusCode::OK, "acting\n".to_owned()),
    }
}

async fn metrics_page(Extract(shared): Extract<Shared>) -> impl IntoResponse {
    let content_type = [(
        header::CONTENT_TYPE,
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
    )];
    match shared.metrics.render(&shared.metered) {
        Ok(text) => (StatusCode::OK, content_type, text),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            content_type,
            error.to_string(),
        ),
    }
}
