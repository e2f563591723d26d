//! `evenkeel run`: the operator in a cluster.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use evenkeel_core::identity::Installation;
use evenkeel_core::names::{Fleet, NameError, Writer};
use evenkeel_core::settings::Settings;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::Api;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::aws::{self, Aws, Budget, Metered, Share, WriteGate};
use crate::context::Clock;
use crate::health;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::operator::{Operator, State};
use crate::telemetry::{self, LogFormat};
use crate::timings::{AllTimings, Timing, TimingError};

/// How long what is in flight may take to end after a signal.
const GRACE: Duration = Duration::from_secs(25);

/// Runs the operator.
#[derive(Args, Clone, Debug)]
pub struct RunArguments {
    /// Kubeconfig of the cluster. Without it the pod's own service account is used; KUBECONFIG is never read
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Name in every mark. Default: the uid of the kube-system namespace
    #[arg(long, value_name = "NAME", env = "EVENKEEL_FLEET")]
    pub fleet: Option<Fleet>,
    /// Uids of the kube-system namespaces of clusters that this one replaces; what they owned is taken over
    #[arg(
        long,
        value_name = "UID",
        value_delimiter = ',',
        env = "EVENKEEL_FORMER_WRITERS"
    )]
    pub former_writers: Vec<Writer>,
    /// What it may do without a consent.
    #[command(flatten)]
    pub limits: Limits,
    /// Waits that differ from their defaults, for example poll=5s,sweep=5m
    #[arg(
        long,
        value_name = "NAME=DURATION",
        value_delimiter = ',',
        env = "EVENKEEL_TIMINGS"
    )]
    pub timings: Vec<Timing>,
    /// Share of the account's AWS call rates that this operator takes, 1 to 100; the rest is left to others
    #[arg(
        long,
        value_name = "PERCENT",
        env = "EVENKEEL_AWS_SHARE",
        default_value_t
    )]
    pub aws_share: Share,
    /// Namespace of the Lease, and the pod's own
    #[arg(
        long,
        value_name = "NAMESPACE",
        env = "POD_NAMESPACE",
        default_value = "evenkeel"
    )]
    pub namespace: String,
    /// Name of the Lease
    #[arg(long, value_name = "NAME", default_value = "evenkeel")]
    pub lease: String,
    /// Who holds the Lease: the pod's name, to which the process adds when it started. Default: the host's name
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub identity: Option<String>,
    /// Address of /livez, /readyz and /metrics
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// Form of the log lines
    #[arg(long, value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// What is logged, for example info or evenkeel=debug,kube=warn
    #[arg(
        long,
        value_name = "FILTER",
        env = "EVENKEEL_LOG",
        default_value = "info"
    )]
    pub log_level: String,
}

/// Why the operator could not run.
#[derive(Debug, Error)]
pub enum RunError {
    /// A log filter that is none.
    #[error("--log-level {filter:?} is not a filter")]
    LogLevel {
        /// The filter.
        filter: String,
        /// Why.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Timings that don't fit together.
    #[error("--timings")]
    Timings(#[source] TimingError),
    /// A kubeconfig that can't be used.
    #[error("the kubeconfig {} can't be used", file.display())]
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// Why.
        source: kube::config::KubeconfigError,
    },
    /// No service account.
    #[error("not in a cluster, and no --kubeconfig was given")]
    InCluster(#[source] kube::config::InClusterError),
    /// No client.
    #[error("no client for the cluster")]
    Client(#[source] kube::Error),
    /// The cluster's identity is unknown.
    #[error("the uid of the kube-system namespace could not be read")]
    ReadWriter(#[source] kube::Error),
    /// The uid is no uid.
    #[error("the kube-system namespace has no usable uid")]
    Writer(#[source] NameError),
    /// No server for health and metrics.
    #[error("no server on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// No signal handlers.
    #[error("signals can't be received")]
    Signals(#[source] std::io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(arguments: RunArguments) -> Result<(), RunError> {
    telemetry::start(arguments.log_format, &arguments.log_level).map_err(|source| {
        RunError::LogLevel {
            filter: arguments.log_level.clone(),
            source,
        }
    })?;
    let timings = AllTimings::with(&arguments.timings).map_err(RunError::Timings)?;
    let client = client(arguments.kubeconfig.as_ref()).await?;
    let settings = settings(&client, &arguments, &timings).await?;
    let gate = WriteGate::default();
    let budget = Budget::new(arguments.aws_share, Clock::system());
    let metered = Metered::new(aws::https(), gate.clone(), budget);
    let aws = Arc::new(Aws::new(aws::config(metered.clone().into_client()).await));
    match aws.account().await {
        Ok(account) => info!(account, "AWS answers"),
        // Without it the operator still runs: each object says what it could not read.
        Err(failure) => warn!(%failure, "AWS does not say which account this is"),
    }
    info!(
        version = env!("CARGO_PKG_VERSION"),
        fleet = %settings.installation.fleet,
        writer = %settings.installation.writer,
        "started"
    );
    let metrics = Arc::new(Metrics::default());
    let stop = CancellationToken::new();
    let (state, watched) = watch::channel(State::Starting);
    let operator = Operator {
        client,
        aws,
        gate,
        settings: Arc::new(settings),
        clock: Clock::system(),
        metrics: metrics.clone(),
        namespace: arguments.namespace,
        terms: timings.terms(arguments.lease, own_identity(arguments.identity)),
        lock_delay: timings.lock_delay,
    };
    let server = async {
        let served = health::serve(arguments.listen, watched, metrics, metered, stop.clone()).await;
        // Nobody would see how the operator does: it lets go of its lease, and ends with the reason.
        if served.is_err() {
            stop.cancel();
        }
        served
    };
    let operating = operator.run(stop.clone(), state);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(RunError::Signals)?;
    let signalled = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        info!("stopping: what is in flight is finished, then the lease is let go");
        stop.cancel();
        tokio::time::sleep(GRACE).await;
        warn!("stopped without waiting any longer; the lease expires by itself");
    };
    let address = arguments.listen;
    tokio::select! {
        () = signalled => Ok(()),
        ended = async { tokio::join!(server, operating).0 } => {
            ended.map_err(|source| RunError::Listen { address, source })
        }
    }
}

/// Tells this process from any other that may want the lease, also from one before it in the same pod: what that one has sent may
/// still arrive.
fn own_identity(name: Option<String>) -> String {
    let host = || std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.unwrap_or_else(host);
    let name = match name.trim() {
        "" => "evenkeel",
        name => name,
    };
    let started = Timestamp::now().as_millisecond();
    format!("{name}_{started}-{}", std::process::id())
}

/// The client of the cluster: of the file that was named, else of the pod's service account.
async fn client(kubeconfig: Option<&PathBuf>) -> Result<Client, RunError> {
    let mut config = match kubeconfig {
        Some(file) => {
            let failed = |source| RunError::Kubeconfig {
                file: file.clone(),
                source,
            };
            let kubeconfig = Kubeconfig::read_from(file).map_err(failed)?;
            let config =
                Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
            config.map_err(|source| RunError::Kubeconfig {
                file: file.clone(),
                source,
            })?
        }
        None => Config::incluster().map_err(RunError::InCluster)?,
    };
    // The client's own retries may last minutes; a late status or lease write is worse than a failed one.
    config.default_retry = false;
    Client::try_from(config).map_err(RunError::Client)
}

async fn settings(
    client: &Client,
    arguments: &RunArguments,
    timings: &AllTimings,
) -> Result<Settings, RunError> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let system = namespaces
        .get("kube-system")
        .await
        .map_err(RunError::ReadWriter)?;
    let uid = system.metadata.uid.unwrap_or_default();
    let writer: Writer = uid.parse().map_err(RunError::Writer)?;
    let fleet = match &arguments.fleet {
        Some(fleet) => fleet.clone(),
        None => uid.parse().map_err(RunError::Writer)?,
    };
    let former_writers: BTreeSet<Writer> = arguments.former_writers.iter().cloned().collect();
    Ok(Settings {
        installation: Installation {
            fleet,
            writer,
            former_writers,
        },
        timings: timings.core,
        max_deletions: arguments.limits.max_deletions,
    })
}
