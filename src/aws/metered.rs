//! Counts every HTTP attempt, and lets no write out that must not go.
//!
//! It sits under the SDK, because the SDK retries inside a call: what a call costs, and whether a late retry may still be
//! sent, can be seen only here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tokio::time::Instant;

/// Attempts so far, by service and operation.
pub type CallCounts = BTreeMap<(String, String), u64>;

/// Until when writes may be sent: as long as no other operator can hold the lease.
///
/// It is a time and no flag: a process that was stopped for a while may wake up in the middle of a call, before whoever would
/// lower a flag has had its turn.
#[derive(Clone, Debug, Default)]
pub struct WriteGate(Arc<Mutex<Option<Instant>>>);

impl WriteGate {
    /// Lets writes out until then.
    pub fn open_until(&self, until: Instant) {
        *self.until() = Some(until);
    }

    /// Lets no write out, not even a retry of one that was sent before.
    pub fn close(&self) {
        *self.until() = None;
    }

    /// Whether writes may be sent.
    pub fn is_open(&self) -> bool {
        self.until().is_some_and(|until| Instant::now() < until)
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why an attempt was not sent.
#[derive(Debug)]
pub(super) struct Refused {
    operation: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was not sent: this operator does not hold the lease",
            self.operation
        )
    }
}

impl std::error::Error for Refused {}

/// An HTTP client that counts attempts and keeps writes behind the gate.
#[derive(Clone, Debug)]
pub struct Metered {
    inner: SharedHttpClient,
    gate: WriteGate,
    counts: Arc<Mutex<CallCounts>>,
}

impl Metered {
    /// Wraps a client.
    pub fn new(inner: SharedHttpClient, gate: WriteGate) -> Self {
        Self {
            inner,
            gate,
            counts: Arc::default(),
        }
    }

    /// This as the client of an SDK configuration.
    pub fn into_client(self) -> SharedHttpClient {
        SharedHttpClient::new(self)
    }

    /// Attempts so far.
    pub fn counts(&self) -> CallCounts {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Which operation a request belongs to; requests for credentials belong to none.
#[derive(Clone, Debug)]
struct Operation {
    service: String,
    name: String,
}

impl Operation {
    /// Reads have these beginnings in every API that we use.
    fn is_read(&self) -> bool {
        ["Describe", "Get", "List"]
            .iter()
            .any(|verb| self.name.starts_with(verb))
    }
}

/// Hands the operation's name to the connector, which sees only requests.
#[derive(Debug)]
pub(super) struct Tag;

#[dyn_dispatch_hint]
impl Intercept for Tag {
    fn name(&self) -> &'static str {
        "Tag"
    }

    // For each attempt: what a request carries is lost when it is cloned for a retry.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(metadata) = config.load::<Metadata>() {
            let operation = Operation {
                service: metadata.service().into(),
                name: metadata.name().into(),
            };
            context.request_mut().add_extension(operation);
        }
        Ok(())
    }
}

/// Builds a client's configuration with the tag in it.
macro_rules! tagged {
    ($builder:expr, $sdk:ident) => {
        $builder.interceptor($crate::aws::metered::Tag).build()
    };
}
pub(super) use tagged;

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    metered: Metered,
}

impl HttpClient for Metered {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector {
            inner,
            metered: self.clone(),
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        if let Some(operation) = request.extensions().get::<Operation>() {
            if !operation.is_read() && !self.metered.gate.is_open() {
                let refused = Refused {
                    operation: operation.name.clone(),
                };
                // Without a kind it is not retried.
                return HttpConnectorFuture::ready(Err(ConnectorError::other(
                    refused.into(),
                    None,
                )));
            }
            let mut counts = self
                .metered
                .counts
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *counts
                .entry((operation.service.clone(), operation.name.clone()))
                .or_default() += 1;
        }
        match HttpRequest::try_from(request) {
            Ok(request) => self.inner.call(request),
            Err(error) => HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_gate_closes_by_itself() {
        let gate = WriteGate::default();
        assert!(!gate.is_open());
        gate.open_until(Instant::now() + Duration::from_secs(10));
        assert!(gate.is_open());
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!gate.is_open());
        gate.open_until(Instant::now() + Duration::from_secs(10));
        gate.close();
        assert!(!gate.is_open());
    }
}
