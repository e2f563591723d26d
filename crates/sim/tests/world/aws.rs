//! SDK clients whose requests a world answers in process, at a time that only the test moves.

use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use evenkeel_sim::{Command, Reply, Seed, World};
use jiff::{SignedDuration, Timestamp};

/// The world's beginning.
pub(crate) const START: &str = "2026-11-24T12:00:00Z";
pub(crate) const HOME: &str = "us-east-1";

/// A world, its time, and clients for it.
#[derive(Clone, Debug)]
pub(crate) struct Aws(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    world: World,
    now: Timestamp,
}

impl Aws {
    /// Without rates: most tests are not about how fast they ask.
    pub(crate) fn new(mut seed: Seed) -> Self {
        seed.rates.enforced = false;
        Self::with_rates(seed)
    }

    pub(crate) fn with_rates(seed: Seed) -> Self {
        Self::of(World::new(seed, START.parse().unwrap()))
    }

    pub(crate) fn of(world: World) -> Self {
        let now = world.now();
        Self(Arc::new(Mutex::new(Inner { world, now })))
    }

    pub(crate) fn example() -> Self {
        Self::new(Seed::example())
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.pass_millis(seconds * 1000);
    }

    pub(crate) fn pass_millis(&self, millis: i64) {
        let mut inner = self.0.lock().unwrap();
        inner.now += SignedDuration::from_millis(millis);
        let now = inner.now;
        inner.world.advance(now);
    }

    /// Lets time pass until nothing is in progress, and returns how many seconds that took.
    pub(crate) fn settle(&self) -> i64 {
        let mut inner = self.0.lock().unwrap();
        let began = inner.now;
        while let Some(next) = inner.world.next_change() {
            inner.now = next.max(inner.now);
            inner.world.advance(next);
        }
        inner.now.duration_since(began).as_secs()
    }

    pub(crate) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.0.lock().unwrap().world)
    }

    pub(crate) fn ask(&self, request: http::Request<Bytes>) -> Reply {
        let mut inner = self.0.lock().unwrap();
        let now = inner.now;
        inner.world.ask(now, request)
    }

    pub(crate) fn tell(&self, command: Command) -> Result<(), evenkeel_sim::Refused> {
        let mut inner = self.0.lock().unwrap();
        let now = inner.now;
        inner.world.tell(now, command)
    }

    pub(crate) fn answer(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let mut inner = self.0.lock().unwrap();
        let now = inner.now;
        inner.world.answer(now, request)
    }

    pub(crate) fn route53(&self) -> aws_sdk_route53::Client {
        aws_sdk_route53::Client::from_conf(
            aws_sdk_route53::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(aws_sdk_route53::config::Region::new("eu-west-1"))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(self.http_client())
                .build(),
        )
    }

    pub(crate) fn accelerators(&self) -> aws_sdk_globalaccelerator::Client {
        aws_sdk_globalaccelerator::Client::from_conf(
            aws_sdk_globalaccelerator::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(aws_sdk_globalaccelerator::config::Region::new("us-west-2"))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(self.http_client())
                .build(),
        )
    }

    pub(crate) fn tables(&self, region: &'static str) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(
            aws_sdk_dynamodb::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(aws_sdk_dynamodb::config::Region::new(region))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(self.http_client())
                .build(),
        )
    }

    pub(crate) fn load_balancers(
        &self,
        region: &'static str,
    ) -> aws_sdk_elasticloadbalancingv2::Client {
        aws_sdk_elasticloadbalancingv2::Client::from_conf(
            aws_sdk_elasticloadbalancingv2::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(aws_sdk_elasticloadbalancingv2::config::Region::new(region))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(self.http_client())
                .build(),
        )
    }

    pub(crate) fn identity(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(aws_sdk_sts::config::Region::new(HOME))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(self.http_client())
                .build(),
        )
    }

    fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.exchange(request))
    }
}

impl Aws {
    fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let request = request
            .map(|body| Bytes::copy_from_slice(body.bytes().expect("a body that is in memory")));
        let response = self.answer(request).map(SdkBody::from);
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

fn credentials() -> Credentials {
    Credentials::from_keys(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
    )
}

/// The code and the message of an error that a service answered.
pub(crate) trait Refused {
    fn refused(self) -> (String, String);
}

impl<T: std::fmt::Debug, E: ProvideErrorMetadata + std::fmt::Debug> Refused
    for Result<T, SdkError<E, HttpResponse>>
{
    fn refused(self) -> (String, String) {
        let error = self.expect_err("a refusal");
        let service = error.as_service_error().expect("an error of the service");
        (
            service.code().unwrap_or_default().to_owned(),
            service.message().unwrap_or_default().to_owned(),
        )
    }
}
