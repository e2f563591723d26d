//! Route 53 behind the operator's own adapter: what is read of a zone, and what a batch does to it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use evenkeel::aws::{self, Aws};
use evenkeel::observe::Observer;
use evenkeel_core::plan::Action;
use evenkeel_core::route53::{self, ChangeSet};
use evenkeel_core::settings::Settings;
use evenkeel_core::waves::{self, Declared};
use evenkeel_sim::{Rates, Seed, World};
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

use crate::shown::Shown;

/// An account at one moment.
pub(crate) struct Standing {
    pub(crate) world: World,
    /// What an operator reads of it.
    pub(crate) read: waves::World,
}

/// The accounts in which the same is read are one.
pub(crate) type Zone = Shown<Standing>;

/// The simulated AWS that the adapter's requests come to.
#[derive(Clone)]
struct Wire {
    world: Arc<Mutex<World>>,
    now: Timestamp,
}

/// Reads and changes accounts.
pub(crate) struct Account {
    runtime: Runtime,
    wire: Wire,
    aws: Arc<Aws>,
    settings: Arc<Settings>,
    /// What any operator would read for.
    declared: Declared,
    /// What came of each batch in each zone.
    known: Mutex<BTreeMap<(String, String), Option<Zone>>>,
}

impl Account {
    pub(crate) fn new(settings: Settings, declared: Declared, now: Timestamp) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let seed = Seed {
            // Time stands still here, and a bucket would never fill.
            rates: Rates {
                enforced: false,
                ..Rates::default()
            },
            ..Seed::example()
        };
        let wire = Wire {
            world: Arc::new(Mutex::new(World::new(seed, now))),
            now,
        };
        let aws = Arc::new(runtime.block_on(wire.clients()));
        Self {
            runtime,
            wire,
            aws,
            settings: Arc::new(settings),
            declared,
            known: Mutex::default(),
        }
    }

    /// The account before anything was done.
    pub(crate) fn empty(&self) -> Zone {
        self.standing()
    }

    /// The batch arrives; nothing if Route 53 refuses it.
    pub(crate) fn change(&self, zone: &Zone, set: &ChangeSet) -> Option<Zone> {
        let key = (zone.text().to_owned(), format!("{set:?}"));
        let mut known = self.known.lock().unwrap();
        known
            .entry(key)
            .or_insert_with(|| {
                *self.wire.world.lock().unwrap() = zone.world.clone();
                let action = Action::Route53(route53::Action::ChangeRecordSets(set.clone()));
                let answer = self.runtime.block_on(self.aws.carry_out(&action));
                answer.is_ok().then(|| self.standing())
            })
            .clone()
    }

    /// What stands in the world just now.
    fn standing(&self) -> Zone {
        let observer = Observer::new(self.aws.clone(), self.settings.clone());
        let mut declared = self.declared.clone();
        let read = self
            .runtime
            .block_on(Box::pin(observer.everything(&mut declared, self.wire.now)));
        let text = format!("{:#?}", read.observed.route53.records);
        let world = self.wire.world.lock().unwrap().clone();
        Shown::new(Standing { world, read }, text)
    }
}

impl Wire {
    async fn clients(&self) -> Aws {
        let files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
        let config = aws::tuned(aws_config::defaults(aws_config::BehaviorVersion::latest()))
            .http_client(self.clone())
            .credentials_provider(Credentials::from_keys("operator", "simulated", None))
            // Nothing of this machine decides what happens here.
            .profile_files(files.build())
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
        let answer = self.world.lock().unwrap().answer(self.now, request);
        HttpResponse::try_from(answer.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.exchange(request))
    }
}
