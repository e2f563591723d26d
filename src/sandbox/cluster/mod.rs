//! A real Kubernetes API on this machine: etcd and kube-apiserver, with RBAC and an audit log.
//!
//! No controllers run: a Deployment gets no pod, a deleted namespace stays `Terminating`, and
//! owner references delete nothing.

mod credentials;
mod error;
mod files;
mod flags;
mod kubeconfig;
mod ports;
mod process;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kube::Client;
use tokio::process::Command;

pub use error::Error;
pub use kubeconfig::client;
pub use process::{Error as ProcessError, Process};

use credentials::Credentials;
use files::Files;
use kubeconfig::User;
use ports::Ports;
use process::{Group, tail};

use super::tools::ClusterTools;

/// A start takes 3 s on two idle cores; a busy machine gets a long time.
const READY_PATIENCE: Duration = Duration::from_mins(2);
const READY_POLL: Duration = Duration::from_millis(50);

/// How long a server may take to end before it is killed. kube-apiserver takes 1 s with open watches.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// A running cluster. Dropping it, or the end of this process in any way, kills its processes.
pub struct Cluster {
    apiserver: Option<Process>,
    etcd: Process,
    group: Group,
    tools: ClusterTools,
    files: Files,
    ports: Ports,
    authority: String,
    client: Client,
}

impl Cluster {
    /// Starts a cluster and waits until it is ready. Everything that it writes is in `folder`.
    pub async fn start(tools: &ClusterTools, folder: &Path) -> Result<Self, Error> {
        let unwritable = |source| Error::LayOutFolder {
            folder: folder.to_owned(),
            source,
        };
        let files = Files::below(folder).map_err(unwritable)?;
        let ports = Ports::reserve().map_err(Error::ReservePort)?;
        let credentials = Credentials::generate().map_err(Error::MakeCredentials)?;
        files.create(&credentials).map_err(unwritable)?;
        let admin = User::Certificate(&credentials.admin);
        kubeconfig::write(
            &files.kubeconfig,
            &ports.url(),
            &credentials.authority,
            &admin,
        )?;

        let group = Group::start()?;
        let mut etcd = server(&tools.etcd, flags::etcd(&files, &ports), &files);
        let mut cluster = Self {
            apiserver: None,
            etcd: group.spawn("etcd", &mut etcd, files.log_of("etcd"))?,
            client: kubeconfig::client(&files.kubeconfig).await?,
            authority: credentials.authority,
            tools: tools.clone(),
            group,
            files,
            ports,
        };
        cluster.start_apiserver().await?;
        Ok(cluster)
    }

    /// A client of the administrator.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The address of the API server, which a restart keeps.
    pub fn url(&self) -> String {
        self.ports.url()
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> &Path {
        &self.files.kubeconfig
    }

    /// Every request that the API server answered: one `audit.k8s.io/v1` Event a line, in JSON,
    /// at level Metadata.
    pub fn audit_log(&self) -> &Path {
        &self.files.audit_log
    }

    /// Process ids of the servers that run.
    pub fn process_ids(&self) -> Vec<u32> {
        self.apiserver
            .iter()
            .chain([&self.etcd])
            .filter_map(Process::id)
            .collect()
    }

    /// A command that sees this cluster as administrator, and of the caller's environment only
    /// `PATH`. It ends with the cluster at the latest.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", &self.files.home)
            .env("KUBECONFIG", &self.files.kubeconfig)
            .stdin(Stdio::null());
        self.group.adopt(&mut command);
        command
    }

    /// kubectl as administrator.
    pub fn kubectl(&self) -> Command {
        self.command(&self.tools.kubectl)
    }

    /// Starts a further server beside the cluster's own; it logs to `NAME.log` in the folder.
    pub fn spawn(&self, name: &str, mut command: Command) -> Result<Process, Error> {
        let log = self.files.log_of(name);
        Ok(self.group.spawn(name, &mut command, log)?)
    }

    /// Writes a kubeconfig with a fresh token of an existing service account.
    pub async fn service_account_kubeconfig(
        &self,
        namespace: &str,
        name: &str,
        path: &Path,
    ) -> Result<(), Error> {
        let token = kubeconfig::token(&self.client, namespace, name).await?;
        kubeconfig::write(path, &self.url(), &self.authority, &User::Token(&token))
    }

    /// Stops kube-apiserver and leaves its data: to its clients, the API server is lost.
    pub async fn stop_apiserver(&mut self) -> Result<(), Error> {
        if let Some(apiserver) = self.apiserver.take() {
            apiserver.stop(STOP_PATIENCE).await?;
        }
        Ok(())
    }

    /// Starts kube-apiserver at its old address over its old data, and waits until it is ready.
    ///
    /// One that runs is stopped first.
    pub async fn start_apiserver(&mut self) -> Result<(), Error> {
        self.stop_apiserver().await?;
        let flags = flags::kube_apiserver(&self.files, &self.ports);
        let mut command = server(&self.tools.kube_apiserver, flags, &self.files);
        let log = self.files.log_of("kube-apiserver");
        let apiserver = self
            .group
            .spawn("kube-apiserver", &mut command, log.clone())?;
        let apiserver = self.apiserver.insert(apiserver);
        let ready = ready(&mut self.etcd, apiserver, &self.client);
        match tokio::time::timeout(READY_PATIENCE, ready).await {
            Ok(ready) => Ok(ready?),
            Err(_) => Err(Error::AwaitReady { tail: tail(&log) }),
        }
    }

    /// Stops everything in order, so that the API server does not complain of a lost etcd.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop_apiserver().await?;
        self.etcd.stop(STOP_PATIENCE).await?;
        Ok(self.group.end().await?)
    }
}

async fn ready(
    etcd: &mut Process,
    apiserver: &mut Process,
    client: &Client,
) -> Result<(), ProcessError> {
    loop {
        etcd.check()?;
        apiserver.check()?;
        let request = http::Request::get("/readyz").body(Vec::new());
        if let Ok(request) = request
            && client.request_text(request).await.is_ok()
        {
            return Ok(());
        }
        tokio::time::sleep(READY_POLL).await;
    }
}

fn server(program: &Path, arguments: Vec<String>, files: &Files) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().current_dir(&files.home);
    command
}
