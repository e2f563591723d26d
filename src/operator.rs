//! One operator process: stands by, takes the lease, acts, and lets go of it.

use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::settings::Settings;
use kube::Client;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::aws::{Aws, WriteGate};
use crate::context::Clock;
use crate::controller::{self, Parts};
use crate::error::chain;
use crate::kube::lease::{Attempt, Candidate, Terms};
use crate::metrics::Metrics;

/// What an operator is made of.
pub struct Operator {
    /// The cluster.
    pub client: Client,
    /// AWS.
    pub aws: Arc<Aws>,
    /// Lets writes out only while the lease is held.
    pub gate: WriteGate,
    /// The installation's settings.
    pub settings: Arc<Settings>,
    /// The time of day.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The namespace of the lease.
    pub namespace: String,
    /// How the lease is kept.
    pub terms: Terms,
    /// How long a new holder waits, if its predecessor did not let go: a last write may still be in flight.
    pub lock_delay: Duration,
}

/// What the operator does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It asks for the lease.
    Starting,
    /// Another one acts.
    StandingBy {
        /// Who holds the lease, or why nobody knows.
        why: String,
    },
    /// It holds the lease, and reads the objects.
    Leading,
    /// It acts.
    Acting,
}

impl Operator {
    /// Runs until the token is cancelled, and lets go of the lease when its last write has been answered.
    pub async fn run(self, stop: CancellationToken, state: watch::Sender<State>) {
        let mut candidate = Candidate::new(
            self.client.clone(),
            &self.namespace,
            self.terms.clone(),
            self.clock.clone(),
        );
        while !stop.is_cancelled() {
            match candidate.attempt().await {
                Ok(Attempt::Held {
                    until,
                    is_taken_over,
                }) => {
                    info!(lease = self.terms.name, is_taken_over, "holding the lease");
                    Box::pin(self.lead(&mut candidate, until, is_taken_over, &stop, &state)).await;
                }
                Ok(Attempt::HeldBy(holder)) => {
                    self.stand_by(&state, format!("the lease is held by {holder}"));
                }
                Err(error) => self.stand_by(&state, chain(&error)),
            }
            tokio::select! {
                () = tokio::time::sleep(self.terms.retry) => {}
                () = stop.cancelled() => {}
            }
        }
        if let Err(error) = candidate.release().await {
            warn!(
                error = chain(&error),
                "the lease was not let go of; another replica waits for it to expire"
            );
        }
    }

    fn stand_by(&self, state: &watch::Sender<State>, why: String) {
        let standing_by = State::StandingBy { why };
        state.send_if_modified(|state| {
            let is_new = *state != standing_by;
            if is_new {
                info!(lease = self.terms.name, state = ?standing_by, "standing by; nothing is written");
                *state = standing_by;
            }
            is_new
        });
    }

    /// Acts while the lease is held.
    async fn lead(
        &self,
        candidate: &mut Candidate,
        until: Instant,
        is_taken_over: bool,
        stop: &CancellationToken,
        state: &watch::Sender<State>,
    ) {
        let now = Instant::now();
        let quiet_until = if is_taken_over {
            now + self.lock_delay
        } else {
            now
        };
        let end = stop.child_token();
        let (listed, mut is_listed) = watch::channel(false);
        self.gate.open_until(until);
        self.metrics.leading.set(1);
        state.send_replace(State::Leading);
        let parts = Parts {
            client: self.client.clone(),
            aws: self.aws.clone(),
            settings: self.settings.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
            instance: self.terms.identity.clone(),
            quiet_until,
        };
        let controllers = controller::run(parts, end.clone(), listed);
        let announce = async {
            if is_listed.wait_for(|listed| *listed).await.is_ok() {
                state.send_replace(State::Acting);
            }
            std::future::pending::<()>().await;
        };
        let renew = async {
            self.renew(candidate, until).await;
            // First no write goes out any more, then everything ends.
            self.gate.close();
            end.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = controllers => {}
            () = renew => {}
            () = announce => {}
        }
        self.gate.close();
        self.metrics.leading.set(0);
        state.send_replace(State::Starting);
    }

    /// Renews the lease until it is lost.
    async fn renew(&self, candidate: &mut Candidate, mut until: Instant) {
        loop {
            tokio::time::sleep(
                self.terms
                    .retry
                    .min(until.saturating_duration_since(Instant::now())),
            )
            .await;
            if Instant::now() >= until {
                warn!(
                    lease = self.terms.name,
                    "the lease could not be renewed in time; nothing is written any more"
                );
                return;
            }
            match tokio::time::timeout_at(until, candidate.attempt()).await {
                Ok(Ok(Attempt::Held { until: later, .. })) => {
                    until = later;
                    self.gate.open_until(until);
                }
                Ok(Ok(Attempt::HeldBy(holder))) if holder != self.terms.identity => {
                    warn!(
                        lease = self.terms.name,
                        holder, "the lease was lost; nothing is written any more"
                    );
                    return;
                }
                Ok(Ok(Attempt::HeldBy(_))) | Err(_) => {}
                Ok(Err(error)) => warn!(
                    error = chain(&error),
                    "the lease was not renewed; tried again soon"
                ),
            }
        }
    }
}
