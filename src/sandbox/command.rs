//! `evenkeel sandbox`: a whole world on this machine, and the example in it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use evenkeel_core::waves::Declared;
use evenkeel_sim::Seed;
use thiserror::Error;

use super::aws::SimulatedAws;
use super::closing;
use super::folder::{self, FolderError};
use super::progress::{Build, Waves, verb};
use super::readiness::unready;
use super::session::{self, NAMESPACE, Options, Session};
use super::tools::{self, Source};
use crate::manifests::{self, ManifestError};

/// The operator's pod.
pub(super) const POD: &str = "evenkeel-0";

/// How long the example may take to become ready, in the world's time.
const PATIENCE: Duration = Duration::from_mins(20);

/// Starts a simulated AWS, a real Kubernetes API server and the operator on this machine, and applies an example.
#[derive(Args, Clone, Debug)]
pub struct SandboxArguments {
    /// End when the example is ready: exit code 0 if everything became Ready
    #[arg(long)]
    pub once: bool,
    /// Folder of the manifests to apply
    #[arg(long, value_name = "FOLDER", default_value = "examples/shop")]
    pub examples: PathBuf,
    /// Folder of the charts
    #[arg(long, value_name = "FOLDER", default_value = "charts")]
    pub charts: PathBuf,
    /// How many times faster than real time the world's time passes
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub speed: u32,
    /// Folder of this run; made anew, and removed at the end
    #[arg(long, value_name = "FOLDER", default_value = ".sandbox")]
    pub folder: PathBuf,
    /// Folder of the built programs; kept
    #[arg(long, value_name = "FOLDER", default_value = tools::DEFAULT_FOLDER)]
    pub tools: PathBuf,
}

/// Why the sandbox ended.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The programs.
    #[error("the programs of the sandbox")]
    Tools(#[from] tools::Error),
    /// The installation.
    #[error("the sandbox")]
    Session(#[from] session::Error),
    /// The manifests.
    #[error("the example")]
    Manifests(#[from] ManifestError),
    /// The folder of this run.
    #[error("the folder of the sandbox")]
    Folder(#[from] FolderError),
    /// The simulated AWS has no address.
    #[error("the simulated AWS can't listen")]
    Listen(#[source] io::Error),
    /// This program can't be run again.
    #[error("this program has no path")]
    Binary(#[source] io::Error),
    /// The API server did not answer.
    #[error("the objects could not be read")]
    Read(#[source] kube::Error),
    /// Something did not become ready.
    #[error("not ready after {minutes} minutes of the world's time:\n{}", .left.join("\n"))]
    NotReady {
        /// How long it was waited for.
        minutes: u64,
        /// What is not ready, and why.
        left: Vec<String>,
    },
}

/// Runs the sandbox.
pub async fn run(arguments: SandboxArguments) -> Result<(), SandboxError> {
    let declared = manifests::read(std::slice::from_ref(&arguments.examples), "default")?;
    folder::make(&arguments.folder)?;
    let mut build = Build::default();
    let source = Source::from_environment(arguments.tools.clone());
    let cluster = tools::cluster(&source, &mut |progress| build.report(progress)).await?;
    let helm = tools::helm(&source, &mut |progress| build.report(progress)).await?;

    verb(
        "Starting",
        "etcd, kube-apiserver and a simulated AWS (zone example.com, load balancers in 3 Regions)",
    );
    let options = Options {
        charts: arguments.charts.clone(),
        values: Vec::new(),
        binary: std::env::current_exe().map_err(SandboxError::Binary)?,
    };
    let aws = SimulatedAws::start(Seed::example(), arguments.speed)
        .await
        .map_err(SandboxError::Listen)?;
    let mut session = Session::start(&cluster, &helm, &arguments.folder, &aws, options).await?;
    let ended = tokio::select! {
        ended = show(&mut session, &arguments, &declared) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    let began = Instant::now();
    verb(
        "Stopping",
        "evenkeel (it lets go of its lease), kube-apiserver, etcd",
    );
    let stopped = session.stop().await?;
    folder::remove(&arguments.folder)?;
    verb(
        "Stopped",
        &format!(
            "{} in {:.1} s; {} is removed",
            stopped.join(", "),
            began.elapsed().as_secs_f32(),
            arguments.folder.display()
        ),
    );
    ended
}

async fn show(
    session: &mut Session,
    arguments: &SandboxArguments,
    declared: &Declared,
) -> Result<(), SandboxError> {
    verb(
        "Starting",
        &format!(
            "evenkeel as service account {NAMESPACE}/evenkeel, RBAC on, world time x{}",
            arguments.speed
        ),
    );
    session.start_operator(POD).await?;
    verb(
        "Applying",
        &format!("{}: {}", arguments.examples.display(), counted(declared)),
    );
    session
        .kubectl(&["apply", "-f", &arguments.examples.display().to_string()])
        .await?;
    until_ready(session, arguments.speed).await?;
    closing::result(session, declared);
    if !arguments.once {
        closing::invitation(session, arguments).await?;
        // Until Ctrl-C.
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// Prints each wave, until everything is ready.
async fn until_ready(session: &mut Session, speed: u32) -> Result<(), SandboxError> {
    let log = session
        .operator_log(POD)
        .map(Path::to_owned)
        .unwrap_or_default();
    let mut waves = Waves::new(&log, speed);
    let client = session.cluster.client();
    let began = Instant::now();
    loop {
        session.check()?;
        let left = unready(&client).await.map_err(SandboxError::Read)?;
        waves.follow(left.first().map_or("nothing", |first| first.short.as_str()));
        if left.is_empty() {
            break;
        }
        if began.elapsed() > PATIENCE / speed {
            let minutes = PATIENCE.as_secs() / 60;
            return Err(SandboxError::NotReady {
                minutes,
                left: left.into_iter().map(|item| item.long).collect(),
            });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("  {:<21}everything is Ready", waves.now());
    Ok(())
}

fn counted(declared: &Declared) -> String {
    let number = |count: usize, kind: &str| match count {
        1 => format!("1 {kind}"),
        count => format!("{count} {kind}s"),
    };
    [
        number(declared.apps.len(), "GlobalApp"),
        number(declared.endpoints.len(), "RegionEndpoint"),
        number(declared.tables.len(), "GlobalTable"),
    ]
    .join(", ")
}
