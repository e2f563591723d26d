//! Counts every HTTP attempt, and lets none out that must not go: no write without the lease, and nothing that AWS would
//! throttle.
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
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use tokio::time::Instant;

use super::budget::{Attempt, Budget, is_read};

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
    pub(super) why: Why,
}

/// What kept an attempt from going out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    /// Another operator may hold the lease.
    Lease,
    /// The budget is used up.
    Budget {
        /// When there will be room.
        until: Timestamp,
        /// Whether an earlier attempt at the same call was sent.
        is_retry: bool,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Why::Lease => "this operator does not hold the lease",
            Why::Budget { .. } => "AWS would throttle it",
        };
        write!(f, "{} was not sent: {why}", self.operation)
    }
}

impl std::error::Error for Refused {}

/// An HTTP client that counts attempts, keeps writes behind the gate, and everything within the budget.
#[derive(Clone, Debug)]
pub struct Metered {
    inner: SharedHttpClient,
    gate: WriteGate,
    budget: Budget,
    counts: Arc<Mutex<CallCounts>>,
}

impl Metered {
    /// Wraps a client.
    pub fn new(inner: SharedHttpClient, gate: WriteGate, budget: Budget) -> Self {
        Self {
            inner,
            gate,
            budget,
            counts: Arc::default(),
        }
    }

    /// What the attempts are paid from.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
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
    is_retry: bool,
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
            let attempts = config.load::<RequestAttempts>();
            let operation = Operation {
                service: metadata.service().into(),
                name: metadata.name().into(),
                is_retry: attempts.is_some_and(|attempts| attempts.attempts() > 1),
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
        let operation = request.extensions().get::<Operation>().cloned();
        let attempt = operation.map(|operation| (attempt(&operation, &request), operation));
        if let Some((attempt, operation)) = &attempt
            && let Err(refused) = self.metered.admit(attempt, operation)
        {
            // Without a kind it is not retried.
            return HttpConnectorFuture::ready(Err(ConnectorError::other(refused.into(), None)));
        }
        let sent = match HttpRequest::try_from(request) {
            Ok(request) => self.inner.call(request),
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let Some((attempt, _)) = attempt else {
            return sent;
        };
        let budget = self.metered.budget.clone();
        HttpConnectorFuture::new(async move {
            let (response, throttles) = heard(sent.await?).await?;
            if throttles {
                budget.throttled(&attempt);
            }
            Ok(response)
        })
    }
}

impl Metered {
    /// Counts the attempt, if it may go out.
    fn admit(&self, attempt: &Attempt, operation: &Operation) -> Result<(), Refused> {
        let refused = |why| Refused {
            operation: operation.name.clone(),
            why,
        };
        if !is_read(&operation.name) && !self.gate.is_open() {
            return Err(refused(Why::Lease));
        }
        self.budget.draw(attempt).map_err(|full| {
            refused(Why::Budget {
                until: full.until,
                is_retry: operation.is_retry,
            })
        })?;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts
            .entry((operation.service.clone(), operation.name.clone()))
            .or_default() += 1;
        Ok(())
    }
}

fn attempt(operation: &Operation, request: &http::Request<SdkBody>) -> Attempt {
    let changes = match operation.name.as_str() {
        "ChangeResourceRecordSets" => changes(request.body().bytes().unwrap_or_default()),
        _ => 0,
    };
    Attempt {
        service: operation.service.clone(),
        operation: operation.name.clone(),
        host: request.uri().host().unwrap_or_default().to_owned(),
        changes,
    }
}

/// How many record sets a batch creates and deletes.
fn changes(body: &[u8]) -> u32 {
    let text = str::from_utf8(body).unwrap_or_default();
    u32::try_from(text.matches("<Action>").count()).unwrap_or(u32::MAX)
}

/// The response, and whether AWS says in it that calls come too fast. Errors are short: they are read whole.
async fn heard(mut response: HttpResponse) -> Result<(HttpResponse, bool), ConnectorError> {
    if response.status().is_success() {
        return Ok((response, false));
    }
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    let read = ByteStream::new(body).collect().await;
    let bytes = read.map_err(|error| ConnectorError::io(error.into()))?;
    let bytes = bytes.into_bytes();
    let text = String::from_utf8_lossy(&bytes);
    let words = [
        "Throttling",
        "Throttled",
        "Rate exceeded",
        "TooManyRequests",
    ];
    let throttles = words.iter().any(|words| text.contains(words));
    *response.body_mut() = SdkBody::from(bytes);
    Ok((response, throttles))
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
