//! One installation on this machine: a cluster, a simulated AWS, the charts, and the operator as they say it runs.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use evenkeel_core::settings::Timings;
use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{Seed, World};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::cluster::{self, Cluster, Process, ProcessError};
use super::tools::ClusterTools;

/// Where the charts are installed, and the operator's service account is.
pub const NAMESPACE: &str = "evenkeel";

/// The name of the release, and so of everything in it.
const RELEASE: &str = "evenkeel";

/// How long the operator may take to finish what is in flight.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// Why a session could not go on.
#[derive(Debug, Error)]
pub enum Error {
    /// The cluster.
    #[error("the cluster")]
    Cluster(#[from] cluster::Error),
    /// A process of ours.
    #[error("the operator")]
    Process(#[from] ProcessError),
    /// The world's address.
    #[error("the simulated AWS can't listen")]
    ListenWorld(#[source] io::Error),
    /// A program could not be started.
    #[error("{program} could not be started")]
    Start {
        /// The program.
        program: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A program said no.
    #[error("{command} failed: {said}")]
    Failed {
        /// What was run.
        command: String,
        /// What it said.
        said: String,
    },
    /// The chart's Deployment could not be read.
    #[error("the chart's Deployment could not be read")]
    ReadDeployment(#[source] kube::Error),
    /// The chart's Deployment is not as expected.
    #[error("the chart's Deployment has no container")]
    NoContainer,
}

/// How a session differs from the chart's defaults.
#[derive(Clone, Debug)]
pub struct Options {
    /// What exists in AWS at the start.
    pub seed: Seed,
    /// How many times faster than real time AWS's time passes; the operator's waits are divided by it.
    pub speed: u32,
    /// The folder of the charts `evenkeel` and `evenkeel-crds`.
    pub charts: PathBuf,
    /// More values for the chart `evenkeel`, as `helm --set` takes them.
    pub values: Vec<String>,
    /// The binary of the operator.
    pub binary: PathBuf,
}

/// One installation.
pub struct Session {
    /// The cluster.
    pub cluster: Cluster,
    world: Arc<Mutex<World>>,
    clock: Clock,
    world_address: SocketAddr,
    stop_world: Option<oneshot::Sender<()>>,
    serving_world: JoinHandle<io::Result<()>>,
    operators: Vec<(String, Process)>,
    folder: PathBuf,
    options: Options,
    helm: PathBuf,
}

impl Session {
    /// Starts the cluster and the world, and installs the charts. No operator runs yet.
    pub async fn start(
        tools: &ClusterTools,
        helm: &Path,
        folder: &Path,
        options: Options,
    ) -> Result<Self, Error> {
        let cluster = Cluster::start(tools, folder).await?;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(Error::ListenWorld)?;
        let world_address = listener.local_addr().map_err(Error::ListenWorld)?;
        let clock = Clock::starting(Timestamp::now(), options.speed);
        let world = Arc::new(Mutex::new(World::new(options.seed.clone(), clock.now())));
        let (stop_world, stopped) = oneshot::channel();
        let until = async {
            // The sender may be gone, which means the same.
            let _ = stopped.await;
        };
        let serving_world = tokio::spawn(serve(listener, world.clone(), clock.clone(), until));
        let session = Self {
            cluster,
            world,
            clock,
            world_address,
            stop_world: Some(stop_world),
            serving_world,
            operators: Vec::new(),
            folder: folder.to_owned(),
            options,
            helm: helm.to_owned(),
        };
        session.install().await?;
        Ok(session)
    }

    /// The world, as it is now.
    pub fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.clock.now());
        world
    }

    /// The world's time.
    pub fn world_time(&self) -> Timestamp {
        self.clock.now()
    }

    /// The environment with which any AWS client reaches the world.
    pub fn aws_environment(&self) -> Vec<(&'static str, String)> {
        let nothing = self.folder.join("empty-aws-file").display().to_string();
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.world_address)),
            ("AWS_ACCESS_KEY_ID", "SANDBOX".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_CONFIG_FILE", nothing.clone()),
            ("AWS_SHARED_CREDENTIALS_FILE", nothing),
        ]
    }

    async fn install(&self) -> Result<(), Error> {
        let crds = self.options.charts.join("evenkeel-crds");
        let chart = self.options.charts.join("evenkeel");
        let environment: Vec<_> = self
            .aws_environment()
            .into_iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let mut arguments: Vec<String> = [
            "upgrade",
            "--install",
            RELEASE,
            &chart.display().to_string(),
            "--namespace",
            NAMESPACE,
            "--create-namespace",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--set-json=env={}", json!(environment)));
        if self.options.speed > 1 {
            arguments.push(format!(
                "--set-json=timings={}",
                timings(self.options.speed)
            ));
        }
        arguments.extend(
            self.options
                .values
                .iter()
                .map(|value| format!("--set={value}")),
        );
        self.helm(
            &[
                "upgrade",
                "--install",
                "evenkeel-crds",
                &crds.display().to_string(),
                "--namespace",
                NAMESPACE,
                "--create-namespace",
            ]
            .map(str::to_owned),
        )
        .await?;
        self.helm(&arguments).await
    }

    async fn helm(&self, arguments: &[String]) -> Result<(), Error> {
        let mut command = self.cluster.command(&self.helm);
        command.args(arguments);
        let output = command.output().await.map_err(|source| Error::Start {
            program: "helm",
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::Failed {
            command: format!("helm {}", arguments.join(" ")),
            said,
        })
    }

    /// Runs kubectl as administrator; returns what it printed.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String, Error> {
        let output = self.cluster.kubectl().args(arguments).output().await;
        let output = output.map_err(|source| Error::Start {
            program: "kubectl",
            source,
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::Failed {
            command: format!("kubectl {}", arguments.join(" ")),
            said,
        })
    }

    /// Starts one pod's operator: the binary with the arguments, environment and service account that the chart's
    /// Deployment names. There is no kubelet, so two things differ: a kubeconfig with a token of that account stands for
    /// the account that a pod would have mounted, and the address is a free one of this machine.
    pub async fn start_operator(&mut self, pod: &str, listen: SocketAddr) -> Result<(), Error> {
        let deployments: Api<Deployment> = Api::namespaced(self.cluster.client(), NAMESPACE);
        let deployment = deployments
            .get(RELEASE)
            .await
            .map_err(Error::ReadDeployment)?;
        let spec = deployment
            .spec
            .and_then(|spec| spec.template.spec)
            .ok_or(Error::NoContainer)?;
        let account = spec.service_account_name.clone().unwrap_or_default();
        let container = spec
            .containers
            .into_iter()
            .next()
            .ok_or(Error::NoContainer)?;
        let kubeconfig = self.folder.join(format!("{pod}.kubeconfig"));
        self.cluster
            .service_account_kubeconfig(NAMESPACE, &account, &kubeconfig)
            .await?;

        let mut command = self.cluster.command(&self.options.binary);
        command.env_remove("KUBECONFIG");
        for argument in container.args.iter().flatten() {
            if argument.starts_with("--listen=") {
                command.arg(format!("--listen={listen}"));
            } else {
                command.arg(argument);
            }
        }
        command.arg("--kubeconfig").arg(&kubeconfig);
        for variable in container.env.into_iter().flatten() {
            let field = variable
                .value_from
                .and_then(|from| from.field_ref)
                .map(|field| field.field_path);
            let value = match (variable.value, field.as_deref()) {
                (Some(value), _) => value,
                (None, Some("metadata.name")) => pod.to_owned(),
                (None, Some("metadata.namespace")) => NAMESPACE.to_owned(),
                (None, _) => continue,
            };
            command.env(variable.name, value);
        }
        let process = self.cluster.spawn(pod, command)?;
        self.operators.push((pod.to_owned(), process));
        Ok(())
    }

    /// The log of a pod's operator.
    pub fn operator_log(&self, pod: &str) -> Option<&Path> {
        self.operators
            .iter()
            .find(|(name, _)| name == pod)
            .map(|(_, process)| process.log())
    }

    /// Says whether every operator still runs.
    pub fn check(&mut self) -> Result<(), Error> {
        for (_, process) in &mut self.operators {
            process.check()?;
        }
        Ok(())
    }

    /// Stops a pod's operator: SIGTERM, and time to finish.
    pub async fn stop_operator(&mut self, pod: &str) -> Result<(), Error> {
        let index = self.operators.iter().position(|(name, _)| name == pod);
        if let Some(index) = index {
            let (_, process) = self.operators.remove(index);
            process.stop(STOP_PATIENCE).await?;
        }
        Ok(())
    }

    /// Stops everything. Returns how many processes that were.
    pub async fn stop(mut self) -> Result<usize, Error> {
        let count = self.operators.len() + self.cluster.process_ids().len();
        while let Some((_, process)) = self.operators.pop() {
            process.stop(STOP_PATIENCE).await?;
        }
        drop(self.stop_world.take());
        self.serving_world.abort();
        self.cluster.stop().await?;
        Ok(count)
    }
}

/// The operator's waits for a world that runs that many times faster, as the chart's `timings`.
fn timings(speed: u32) -> serde_json::Value {
    let Timings {
        poll,
        sweep,
        slow_sweep,
        verify,
        drain_delay,
        endpoints_grace,
        no_endpoints_grace,
        unreferenced,
        // A call takes as long as it takes: the deadline is in real time.
        plan_deadline: _,
    } = Timings::default();
    let faster =
        |wait: SignedDuration| format!("{}ms", (wait.as_millis() / i128::from(speed)).max(1));
    json!({
        "poll": faster(poll),
        "sweep": faster(sweep),
        "slowSweep": faster(slow_sweep),
        "verify": faster(verify),
        "drainDelay": faster(drain_delay),
        "endpointsGrace": faster(endpoints_grace),
        "noEndpointsGrace": faster(no_endpoints_grace),
        "unreferenced": faster(unreferenced),
    })
}
