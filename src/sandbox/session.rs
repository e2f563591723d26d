//! One installation on this machine: a cluster, the charts, and the operator as they say it runs, on a simulated AWS.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

use evenkeel_core::settings::Timings;
use evenkeel_sim::World;
use jiff::SignedDuration;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use serde_json::json;
use thiserror::Error;

use super::aws::SimulatedAws;
use super::cluster::{self, Cluster, Process, ProcessError};
use super::template::Template;
use super::tools::ClusterTools;

/// Where the charts are installed, and the operator's service account is.
pub const NAMESPACE: &str = "evenkeel";

/// The name of the release, and so of everything in it.
const RELEASE: &str = "evenkeel";

/// What stands for the user's AWS settings, which are never read.
const EMPTY_FILE: &str = "empty-aws-file";

/// How long the operator may take to finish what is in flight.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// Why a session could not go on.
#[derive(Debug, Error)]
pub enum Error {
    /// The cluster.
    #[error("the cluster")]
    Cluster(#[from] cluster::Error),
    /// The file that stands for AWS settings.
    #[error("{EMPTY_FILE} could not be written")]
    WriteEmptyFile(#[source] io::Error),
    /// No free address of this machine.
    #[error("no address is free")]
    Listen(#[source] io::Error),
    /// A process of ours.
    #[error("the operator")]
    Process(#[from] ProcessError),
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
    /// The cluster's uid could not be read.
    #[error("the namespace kube-system could not be read")]
    ReadCluster(#[source] kube::Error),
    /// The chart's Deployment is not as expected.
    #[error("the chart's Deployment has no container")]
    NoContainer,
}

/// How a session differs from the chart's defaults.
#[derive(Clone, Debug)]
pub struct Options {
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
    aws: SimulatedAws,
    operators: Vec<(String, Process)>,
    folder: PathBuf,
    options: Options,
    helm: PathBuf,
}

impl Session {
    /// Starts the cluster and installs the charts. No operator runs yet.
    pub async fn start(
        tools: &ClusterTools,
        helm: &Path,
        folder: &Path,
        aws: &SimulatedAws,
        options: Options,
    ) -> Result<Self, Error> {
        let cluster = Cluster::start(tools, folder).await?;
        std::fs::write(folder.join(EMPTY_FILE), "").map_err(Error::WriteEmptyFile)?;
        let session = Self {
            cluster,
            aws: aws.clone(),
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
        self.aws.world()
    }

    /// The environment with which any AWS client reaches the world.
    pub fn aws_environment(&self) -> Vec<(&'static str, String)> {
        self.aws.environment(&self.folder.join(EMPTY_FILE))
    }

    /// The uid of the namespace kube-system: the cluster's identity, and its fleet unless the chart names one.
    pub async fn uid(&self) -> Result<String, Error> {
        let namespaces: Api<Namespace> = Api::all(self.cluster.client());
        let system = namespaces.get("kube-system").await;
        let uid = system.map_err(Error::ReadCluster)?.metadata.uid;
        Ok(uid.unwrap_or_default())
    }

    /// Installs the chart anew, with these values more. Operators that run go on as they were started.
    pub async fn upgrade(&mut self, values: &[&str]) -> Result<(), Error> {
        let more = values.iter().map(|value| (*value).to_owned());
        self.options.values.extend(more);
        self.install().await
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
        if self.aws.speed() > 1 {
            arguments.push(format!("--set-json=timings={}", timings(self.aws.speed())));
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
    /// the account that a pod would have mounted, and the address is a free one of this machine. Returns that.
    pub async fn start_operator(&mut self, pod: &str) -> Result<SocketAddr, Error> {
        let listen = free_address().map_err(Error::Listen)?;
        let deployments: Api<Deployment> = Api::namespaced(self.cluster.client(), NAMESPACE);
        let deployment = deployments
            .get(RELEASE)
            .await
            .map_err(Error::ReadDeployment)?;
        let template = Template::of(deployment).ok_or(Error::NoContainer)?;
        let kubeconfig = self.folder.join(format!("{pod}.kubeconfig"));
        self.cluster
            .service_account_kubeconfig(NAMESPACE, &template.account, &kubeconfig)
            .await?;

        let mut command = self.cluster.command(&self.options.binary);
        command.env_remove("KUBECONFIG");
        template.fill(&mut command, pod, listen);
        command.arg("--kubeconfig").arg(&kubeconfig);
        let process = self.cluster.spawn(pod, command)?;
        self.operators.push((pod.to_owned(), process));
        Ok(listen)
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
        if let Some(process) = self.take(pod) {
            process.stop(STOP_PATIENCE).await?;
        }
        Ok(())
    }

    /// Kills a pod's operator where it stands.
    pub async fn kill_operator(&mut self, pod: &str) -> Result<(), Error> {
        if let Some(process) = self.take(pod) {
            process.kill().await?;
        }
        Ok(())
    }

    fn take(&mut self, pod: &str) -> Option<Process> {
        let index = self.operators.iter().position(|(name, _)| name == pod)?;
        Some(self.operators.remove(index).1)
    }

    /// Stops everything. Returns what that was.
    pub async fn stop(mut self) -> Result<Vec<String>, Error> {
        let mut stopped = Vec::new();
        while let Some((pod, process)) = self.operators.pop() {
            process.stop(STOP_PATIENCE).await?;
            stopped.push(pod);
        }
        self.cluster.stop().await?;
        stopped.extend(["kube-apiserver", "etcd"].map(str::to_owned));
        Ok(stopped)
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// The operator's waits for a world that runs that many times faster, as the chart's `timings`.
fn timings(speed: u32) -> serde_json::Value {
    let Timings {
        poll,
        sweep,
        slow_sweep,
        // A call takes as long as it takes, so how old a read may be and the deadline are in real time.
        verify: _,
        drain_delay,
        endpoints_grace,
        no_endpoints_grace,
        unreferenced,
        plan_deadline: _,
        batch: _,
    } = Timings::default();
    let faster =
        |wait: SignedDuration| format!("{}ms", (wait.as_millis() / i128::from(speed)).max(1));
    json!({
        "poll": faster(poll),
        "sweep": faster(sweep),
        "slowSweep": faster(slow_sweep),
        "drainDelay": faster(drain_delay),
        "endpointsGrace": faster(endpoints_grace),
        "noEndpointsGrace": faster(no_endpoints_grace),
        "unreferenced": faster(unreferenced),
    })
}
