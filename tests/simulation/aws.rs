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
use evenkeel::aws::{self, Aws, Metered, WriteGate};
use evenkeel::context::Clock;
use evenkeel_sim::{Seed, World};
use jiff::Timestamp;

/// A simulated AWS, and its time.
#[derive(Clone)]
pub(crate) struct SimulatedAws {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

impl fmt::Debug for SimulatedAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedAws")
    }
}

impl SimulatedAws {
    pub(crate) fn new(seed: Seed, clock: Clock) -> Self {
        let world = World::new(seed, clock.now());
        Self {
            world: Arc::new(Mutex::new(world)),
            clock,
        }
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

    /// Clients of this AWS.
    pub(crate) async fn clients(&self, gate: WriteGate) -> Aws {
        let http = SharedHttpClient::new(self.clone());
        let config = aws::tuned(aws_config::defaults(aws_config::BehaviorVersion::latest()))
            .http_client(Metered::new(http, gate).into_client())
            .credentials_provider(Credentials::from_keys("simulated", "simulated", None))
            // Nothing of this machine decides what happens here.
            .profile_files(
                EnvConfigFiles::builder()
                    .with_contents(EnvConfigFileKind::Config, "")
                    .build(),
            )
            .load()
            .await;
        Aws::new(config)
    }

    fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let request = request
            .map(|body| Bytes::copy_from_slice(body.bytes().expect("a body that is in memory")));
        let answer = self.world().answer(self.clock.now(), request);
        HttpResponse::try_from(answer.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
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
        HttpConnectorFuture::ready(self.exchange(request))
    }
}
