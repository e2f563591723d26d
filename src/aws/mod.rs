//! The AWS adapters: SDK types to core types and back, one function per action. Nothing is decided here.

mod budget;
mod dynamodb;
mod failure;
mod global_accelerator;
mod load_balancing;
mod metered;
mod route53;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use evenkeel_core::failure::Failure;
use evenkeel_core::names::Region;
use evenkeel_core::plan::{Action, Effect};

pub use budget::{Budget, Share, ShareError};
pub(crate) use budget::{asked_by, sooner, wants};
pub(crate) use load_balancing::BATCH as LOAD_BALANCERS_BATCH;
pub use metered::{CallCounts, Metered, WriteGate};
pub(crate) use route53::{Begun, HealthChecks, RecordStart, TAGS_BATCH};

/// How long one HTTP attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long one call may take, with its attempts. A new lease holder waits longer than this before its first write.
pub const OPERATION: Duration = Duration::from_secs(15);

/// Clients for every service and Region.
pub struct Aws {
    route53: aws_sdk_route53::Client,
    global_accelerator: aws_sdk_globalaccelerator::Client,
    sts: aws_sdk_sts::Client,
    regional: Mutex<BTreeMap<Region, Regional>>,
    config: SdkConfig,
}

/// Clients of services that have an endpoint in each Region.
#[derive(Clone)]
struct Regional {
    dynamodb: aws_sdk_dynamodb::Client,
    load_balancing: aws_sdk_elasticloadbalancingv2::Client,
}

/// The ordinary configuration: environment, profile, web identity, container or instance credentials.
pub async fn config(http: SharedHttpClient) -> SdkConfig {
    tuned(aws_config::defaults(BehaviorVersion::v2026_01_12()))
        .http_client(http)
        .load()
        .await
}

/// The timeouts and retries that every client of ours has.
pub fn tuned(loader: aws_config::ConfigLoader) -> aws_config::ConfigLoader {
    // Credentials come from STS of the Region where we run: no other Region's failure may take them away. Global services
    // ignore the Region; an unset one must not stop them.
    let here = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(aws_config::Region::new("us-east-1"));
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    loader
        .region(here)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts)
}

/// HTTPS with ring and the machine's root certificates; plain HTTP where an endpoint says so.
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https()
}

impl Aws {
    /// Clients of that configuration.
    pub fn new(config: SdkConfig) -> Self {
        let route53 = aws_sdk_route53::config::Builder::from(&config)
            .region(aws_sdk_route53::config::Region::new("us-east-1"));
        let route53 = metered::tagged!(route53, aws_sdk_route53);
        let accelerators = aws_sdk_globalaccelerator::config::Builder::from(&config);
        // The only control plane; another Region would not be refused by the SDK, but by nobody answering.
        let accelerators =
            accelerators.region(aws_sdk_globalaccelerator::config::Region::new("us-west-2"));
        let accelerators = metered::tagged!(accelerators, aws_sdk_globalaccelerator);
        Self {
            route53: aws_sdk_route53::Client::from_conf(route53),
            global_accelerator: aws_sdk_globalaccelerator::Client::from_conf(accelerators),
            sts: aws_sdk_sts::Client::new(&config),
            regional: Mutex::default(),
            config,
        }
    }

    fn regional(&self, region: &Region) -> Regional {
        let mut regional = self.regional.lock().unwrap_or_else(PoisonError::into_inner);
        regional
            .entry(region.clone())
            .or_insert_with(|| Regional::new(&self.config, region))
            .clone()
    }

    /// Where calls go, if not to AWS itself.
    pub fn endpoint(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// The account of our credentials.
    pub async fn account(&self) -> Result<String, Failure> {
        let reply = self.sts.get_caller_identity().send().await;
        let reply = reply.map_err(|error| failure::of_sts(&error))?;
        Ok(reply.account().unwrap_or_default().to_owned())
    }

    /// Carries out one action. There is no choice left to make.
    pub async fn carry_out(&self, action: &Action) -> Result<Effect, Failure> {
        match action {
            Action::Route53(action) => route53::carry_out(&self.route53, action).await,
            Action::GlobalAccelerator(action) => {
                global_accelerator::carry_out(&self.global_accelerator, action).await
            }
            Action::DynamoDb(action) => {
                dynamodb::carry_out(&self.regional(&action.region).dynamodb, action).await
            }
        }
    }
}

impl Regional {
    fn new(config: &SdkConfig, region: &Region) -> Self {
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(config)
            .region(aws_sdk_dynamodb::config::Region::new(region.to_string()));
        let dynamodb = metered::tagged!(dynamodb, aws_sdk_dynamodb);
        let load_balancing = aws_sdk_elasticloadbalancingv2::config::Builder::from(config).region(
            aws_sdk_elasticloadbalancingv2::config::Region::new(region.to_string()),
        );
        let load_balancing = metered::tagged!(load_balancing, aws_sdk_elasticloadbalancingv2);
        Self {
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb),
            load_balancing: aws_sdk_elasticloadbalancingv2::Client::from_conf(load_balancing),
        }
    }
}
