//! The simulated AWS behind the operator's own SDK clients, without sockets.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_credential_types::Credentials;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use evenkeel::aws::{self, Aws, Budget, Metered, WriteGate};
use evenkeel::context::Clock;
use evenkeel_kube_sim::Moment;
use evenkeel_sim::World;
use jiff::Timestamp;

use crate::death::Death;

/// Looks at the world after every call that may have changed it.
type Onlooker = Box<dyn FnMut(&World) + Send>;

/// A simulated AWS, and its time.
#[derive(Clone)]
pub(crate) struct SimulatedAws {
    world: Arc<Mutex<World>>,
    clock: Clock,
    death: Death,
    onlooker: Arc<Mutex<Option<Onlooker>>>,
}

impl fmt::Debug for SimulatedAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedAws")
    }
}

impl SimulatedAws {
    pub(crate) fn new(world: World, clock: Clock, death: Death) -> Self {
        Self {
            world: Arc::new(Mutex::new(world)),
            clock,
            death,
            onlooker: Arc::default(),
        }
    }

    /// Shows the world to that function after every call that may have changed it.
    pub(crate) fn watch(&self, onlooker: impl FnMut(&World) + Send + 'static) {
        *self.onlooker.lock().unwrap() = Some(Box::new(onlooker));
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap();
        world.advance(self.clock.now());
        world
    }

    /// When nothing will be in progress any more.
    pub(crate) fn quiet_at(&self) -> Timestamp {
        let mut world = self.world().clone();
        while let Some(next) = world.next_change() {
            world.advance(next);
        }
        world.now()
    }

    /// Clients of this AWS, for one process.
    pub(crate) async fn clients(&self, gate: WriteGate, budget: Budget, process: &str) -> Aws {
        let http = SharedHttpClient::new(self.clone());
        let files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
        let config = aws::tuned(aws_config::defaults(aws_config::BehaviorVersion::latest()))
            .http_client(Metered::new(http, gate, budget).into_client())
            .credentials_provider(Credentials::from_keys(process, "simulated", None))
            // Nothing of this machine decides what happens here.
            .profile_files(files.build())
            .load()
            .await;
        Aws::new(config)
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let request = request
            .map(|body| Bytes::copy_from_slice(body.bytes().expect("a body that is in memory")));
        let is_write = is_write(&request);
        if is_write && self.death.meets(Moment::Before) {
            std::future::pending::<()>().await;
        }
        let answer = self.world().answer(self.clock.now(), request);
        if is_write {
            if let Some(onlooker) = &mut *self.onlooker.lock().unwrap() {
                onlooker(&self.world());
            }
            if self.death.meets(Moment::After) {
                std::future::pending::<()>().await;
            }
        }
        HttpResponse::try_from(answer.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

/// Whether a request changes something: Route 53 says so by its method, the others by the operation's name.
fn is_write(request: &http::Request<Bytes>) -> bool {
    if let Some(target) = request.headers().get("x-amz-target") {
        let operation = target.to_str().unwrap().rsplit('.').next().unwrap();
        return !["Describe", "List"]
            .iter()
            .any(|verb| operation.starts_with(verb));
    }
    let is_query = request
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    // Elastic Load Balancing and STS are only read.
    !is_query
        && request.method() != http::Method::GET
        && !request.uri().path().ends_with("/tags/healthcheck")
}

impl HttpClient for SimulatedAws {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SimulatedAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}
