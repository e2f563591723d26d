//! Which of several replicas acts: a Lease that one holds and renews.
//!
//! A lease is no fence: a holder that was paused may believe in it for too long. So the holder's own deadline is shorter
//! than the lease and counted from before the renewal was sent; after it no write leaves (see [`crate::aws::WriteGate`]).
//! Another's lease counts as expired only when it has not moved for its whole duration on *our* clock: two clocks that
//! disagree do no harm.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, ObjectMeta, PostParams};
use kube::{Client, ResourceExt};
use thiserror::Error;
use tokio::time::Instant;

use crate::context::Clock;

/// How a lease is kept.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The Lease's name.
    pub name: String,
    /// Who we are: the pod's name.
    pub identity: String,
    /// How long others wait for a sign of life.
    pub duration: Duration,
    /// How long the holder acts after its last renewal; less than `duration`.
    pub renew_deadline: Duration,
    /// How often it is renewed, and tried for.
    pub retry: Duration,
}

/// Why a lease could not be taken or renewed.
#[derive(Debug, Error)]
pub enum LeaseError {
    /// The API server did not answer, or said no.
    #[error("the Lease {name} could not be {verb}")]
    Call {
        /// The Lease.
        name: String,
        /// `read`, `created` or `written`.
        verb: &'static str,
        /// Why.
        source: kube::Error,
    },
    /// The API server did not answer in time.
    #[error("the API server did not answer within {0:?}")]
    Timeout(Duration),
}

/// What an attempt to take or renew the lease came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// We hold it until that instant, at least.
    Held {
        /// When the holder must stop by itself.
        until: Instant,
        /// Whether it was taken over from a holder that did not let go of it.
        is_taken_over: bool,
    },
    /// Somebody else does.
    HeldBy(String),
}

/// One replica's view of the lease.
pub struct Candidate {
    api: Api<Lease>,
    terms: Terms,
    clock: Clock,
    /// The other holder's lease as last seen to move, and when.
    seen: Option<(Option<String>, Instant)>,
}

impl Candidate {
    /// A candidate for the Lease of that namespace.
    pub fn new(client: Client, namespace: &str, terms: Terms, clock: Clock) -> Self {
        Self {
            api: Api::namespaced(client, namespace),
            terms,
            clock,
            seen: None,
        }
    }

    /// Takes or renews the lease once.
    pub async fn attempt(&mut self) -> Result<Attempt, LeaseError> {
        let bound = self.terms.retry.max(Duration::from_secs(1)) * 2;
        let attempt = tokio::time::timeout(bound, self.attempt_unbounded()).await;
        attempt.unwrap_or(Err(LeaseError::Timeout(bound)))
    }

    async fn attempt_unbounded(&mut self) -> Result<Attempt, LeaseError> {
        // What we may do is counted from before we asked: the answer may take its time.
        let asked = Instant::now();
        let until = asked + self.terms.renew_deadline;
        let found = self
            .api
            .get_opt(&self.terms.name)
            .await
            .map_err(self.error("read"))?;
        let Some(found) = found else {
            let lease = Lease {
                metadata: self.metadata(None),
                spec: Some(self.spec(0)),
            };
            return match self.api.create(&PostParams::default(), &lease).await {
                // Whose lease was there before may still act: somebody deleted it under its holder.
                Ok(_) => Ok(Attempt::Held {
                    until,
                    is_taken_over: self.seen.take().is_some(),
                }),
                Err(kube::Error::Api(status)) if status.is_already_exists() => {
                    Ok(Attempt::HeldBy("another".to_owned()))
                }
                Err(error) => Err(self.error("created")(error)),
            };
        };
        let spec = found.spec.clone().unwrap_or_default();
        let holder = spec
            .holder_identity
            .clone()
            .filter(|holder| !holder.is_empty());
        let transitions = spec.lease_transitions.unwrap_or(0);
        let (next, is_taken_over) = match holder {
            Some(holder) if holder == self.terms.identity => (transitions, false),
            Some(holder) if !self.has_expired(&found, &spec) => return Ok(Attempt::HeldBy(holder)),
            Some(_) => (transitions + 1, true),
            None => (transitions + 1, false),
        };
        // The resourceVersion makes it a compare-and-swap.
        let lease = Lease {
            metadata: self.metadata(found.resource_version()),
            spec: Some(self.spec(next)),
        };
        match self
            .api
            .replace(&self.terms.name, &PostParams::default(), &lease)
            .await
        {
            Ok(_) => {
                self.seen = None;
                Ok(Attempt::Held {
                    until,
                    is_taken_over,
                })
            }
            Err(kube::Error::Api(status)) if status.is_conflict() => {
                Ok(Attempt::HeldBy("another".to_owned()))
            }
            Err(error) => Err(self.error("written")(error)),
        }
    }

    /// Lets go of the lease, so that the next holder need not wait. Only after the last write has been answered.
    pub async fn release(&self) -> Result<(), LeaseError> {
        let found = self
            .api
            .get_opt(&self.terms.name)
            .await
            .map_err(self.error("read"))?;
        let Some(mut lease) = found else {
            return Ok(());
        };
        let spec = lease.spec.get_or_insert_with(LeaseSpec::default);
        if spec.holder_identity.as_deref() != Some(self.terms.identity.as_str()) {
            return Ok(());
        }
        spec.holder_identity = Some(String::new());
        lease.metadata.managed_fields = None;
        match self
            .api
            .replace(&self.terms.name, &PostParams::default(), &lease)
            .await
        {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_conflict() => Ok(()),
            Err(error) => Err(self.error("written")(error)),
        }
    }

    /// Whether the other's lease has not moved for its whole duration, by our clock.
    fn has_expired(&mut self, lease: &Lease, spec: &LeaseSpec) -> bool {
        let version = lease.resource_version();
        let duration = spec
            .lease_duration_seconds
            .and_then(|seconds| u64::try_from(seconds).ok());
        let duration = duration.map_or(self.terms.duration, Duration::from_secs);
        match &self.seen {
            Some((seen, since)) if *seen == version => since.elapsed() > duration,
            _ => {
                self.seen = Some((version, Instant::now()));
                false
            }
        }
    }

    fn metadata(&self, resource_version: Option<String>) -> ObjectMeta {
        ObjectMeta {
            name: Some(self.terms.name.clone()),
            resource_version,
            ..ObjectMeta::default()
        }
    }

    fn spec(&self, transitions: i32) -> LeaseSpec {
        LeaseSpec {
            holder_identity: Some(self.terms.identity.clone()),
            lease_duration_seconds: i32::try_from(self.terms.duration.as_secs().max(1)).ok(),
            renew_time: Some(MicroTime(self.clock.now())),
            lease_transitions: Some(transitions),
            ..LeaseSpec::default()
        }
    }

    fn error(&self, verb: &'static str) -> impl FnOnce(kube::Error) -> LeaseError + use<> {
        let name = self.terms.name.clone();
        move |source| LeaseError::Call { name, verb, source }
    }
}
