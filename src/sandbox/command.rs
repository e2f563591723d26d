//! `evenkeel sandbox`: a whole world on this machine, and the example in it.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use evenkeel_core::cost::{Needed, needed};
use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint, condition};
use evenkeel_core::waves::Declared;
use evenkeel_sim::Seed;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::api::ListParams;
use kube::{Api, ResourceExt};
use thiserror::Error;

use super::progress::{Build, Waves, verb};
use super::session::{self, NAMESPACE, Options, Session};
use super::tools::{self, Source};
use crate::manifests::{self, ManifestError};

/// The operator's pod.
const POD: &str = "evenkeel-0";

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
    /// A folder that is not ours.
    #[error("{} exists and is no sandbox's; name another one with --folder", .0.display())]
    Occupied(PathBuf),
    /// A folder could not be laid out.
    #[error("the folder {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
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
    lay_out(&arguments.folder)?;
    let mut build = Build::default();
    let source = Source::from_environment(arguments.tools.clone());
    let cluster = tools::cluster(&source, &mut |progress| build.report(progress)).await?;
    let helm = tools::helm(&source, &mut |progress| build.report(progress)).await?;

    verb(
        "Starting",
        "etcd, kube-apiserver and a simulated AWS (zone example.com, load balancers in 3 Regions)",
    );
    let options = Options {
        seed: Seed::example(),
        speed: arguments.speed,
        charts: arguments.charts.clone(),
        values: Vec::new(),
        binary: std::env::current_exe().map_err(|source| folder(&arguments.folder, source))?,
    };
    let mut session = Session::start(&cluster, &helm, &arguments.folder, options).await?;
    let ended = tokio::select! {
        ended = show(&mut session, &arguments, &declared) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    let began = Instant::now();
    verb(
        "Stopping",
        "evenkeel (it lets go of its lease), kube-apiserver, etcd",
    );
    let count = session.stop().await?;
    std::fs::remove_dir_all(&arguments.folder)
        .map_err(|source| folder(&arguments.folder, source))?;
    let took = began.elapsed().as_secs_f32();
    verb(
        "Stopped",
        &format!(
            "{count} processes in {took:.1} s; {} removed",
            arguments.folder.display()
        ),
    );
    ended
}

fn folder(folder: &Path, source: io::Error) -> SandboxError {
    SandboxError::Folder {
        folder: folder.to_owned(),
        source,
    }
}

/// Makes the folder anew. One that a killed sandbox left behind is removed; any other is left alone.
fn lay_out(path: &Path) -> Result<(), SandboxError> {
    const MARK: &str = "made-by-evenkeel-sandbox";
    if path.exists() {
        let is_empty = std::fs::read_dir(path)
            .map_err(|source| folder(path, source))?
            .next()
            .is_none();
        if !is_empty && !path.join(MARK).exists() {
            return Err(SandboxError::Occupied(path.to_owned()));
        }
        std::fs::remove_dir_all(path).map_err(|source| folder(path, source))?;
    }
    std::fs::create_dir_all(path).map_err(|source| folder(path, source))?;
    for file in [MARK, "empty-aws-file"] {
        std::fs::write(path.join(file), "").map_err(|source| folder(path, source))?;
    }
    Ok(())
}

async fn show(
    session: &mut Session,
    arguments: &SandboxArguments,
    declared: &Declared,
) -> Result<(), SandboxError> {
    let listen = free_address().map_err(|source| folder(&arguments.folder, source))?;
    verb(
        "Starting",
        &format!(
            "evenkeel as service account {NAMESPACE}/evenkeel, RBAC on, world time x{}",
            arguments.speed
        ),
    );
    session.start_operator(POD, listen).await?;
    let log = session
        .operator_log(POD)
        .map(Path::to_owned)
        .unwrap_or_default();
    verb(
        "Applying",
        &format!("{}: {}", arguments.examples.display(), counted(declared)),
    );
    session
        .kubectl(&["apply", "-f", &arguments.examples.display().to_string()])
        .await?;

    let mut waves = Waves::new(&log, arguments.speed);
    let patience = PATIENCE / arguments.speed;
    let began = Instant::now();
    loop {
        session.check()?;
        let left = left(session).await?;
        waves.follow(left.first().map_or("nothing", |first| first.short.as_str()));
        if left.is_empty() {
            break;
        }
        if began.elapsed() > patience {
            let minutes = PATIENCE.as_secs() / 60;
            return Err(SandboxError::NotReady {
                minutes,
                left: left.into_iter().map(|item| item.long).collect(),
            });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("  {:<21}everything is Ready", waves.now());
    close(session, arguments, declared)?;
    if !arguments.once {
        // Until Ctrl-C.
        std::future::pending::<()>().await;
    }
    Ok(())
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

fn counted(declared: &Declared) -> String {
    let Declared {
        apps,
        endpoints,
        tables,
    } = declared;
    format!(
        "{} GlobalApps, {} RegionEndpoints, {} GlobalTables",
        apps.len(),
        endpoints.len(),
        tables.len()
    )
}

/// One object that is not ready.
struct Left {
    short: String,
    long: String,
}

/// What is not ready yet.
async fn left(session: &Session) -> Result<Vec<Left>, SandboxError> {
    let client = session.cluster.client();
    let all = ListParams::default();
    let tables = Api::<GlobalTable>::all(client.clone())
        .list(&all)
        .await
        .map_err(SandboxError::Read)?;
    let apps = Api::<GlobalApp>::all(client.clone())
        .list(&all)
        .await
        .map_err(SandboxError::Read)?;
    let endpoints = Api::<RegionEndpoint>::all(client)
        .list(&all)
        .await
        .map_err(SandboxError::Read)?;
    let mut left = Vec::new();
    for object in &apps {
        let conditions = object
            .status
            .as_ref()
            .map(|status| status.conditions.as_slice());
        left.extend(unready(
            "ekapp",
            &object.name_any(),
            object.metadata.generation,
            conditions,
        ));
    }
    for object in &tables {
        let conditions = object
            .status
            .as_ref()
            .map(|status| status.conditions.as_slice());
        left.extend(unready(
            "ektable",
            &object.name_any(),
            object.metadata.generation,
            conditions,
        ));
    }
    for object in &endpoints {
        let conditions = object
            .status
            .as_ref()
            .map(|status| status.conditions.as_slice());
        left.extend(unready(
            "ekregion",
            &object.name_any(),
            object.metadata.generation,
            conditions,
        ));
    }
    Ok(left)
}

fn unready(
    kind: &str,
    name: &str,
    generation: Option<i64>,
    conditions: Option<&[Condition]>,
) -> Option<Left> {
    let ready = condition(conditions.unwrap_or_default(), "Ready");
    if ready.is_some_and(|ready| ready.status == "True" && ready.observed_generation == generation)
    {
        return None;
    }
    let (reason, message) = ready.map_or(("Pending", "not seen yet"), |ready| {
        (ready.reason.as_str(), ready.message.as_str())
    });
    Some(Left {
        short: format!("{kind}/{name} ({reason})"),
        long: format!("  {kind}/{name}: {reason}: {message}"),
    })
}

/// The closing screen.
fn close(
    session: &Session,
    arguments: &SandboxArguments,
    declared: &Declared,
) -> Result<(), SandboxError> {
    let made = session
        .world()
        .calls()
        .iter()
        .filter(|call| !call.pending)
        .count();
    let Needed { writes, reads } = needed(declared);
    println!(
        "\n     Serving {}",
        serving(session, declared).join("\n             ")
    );
    println!(
        "     AWS calls {made}, needed {} ({writes} writes, {reads} reads)",
        writes + reads
    );
    if arguments.once {
        return Ok(());
    }
    let environment = write_environment(session, arguments)?;
    println!(
        "\n  In a second terminal:   . {}      (sets KUBECONFIG, AWS_ENDPOINT_URL, PATH)\n",
        environment.display()
    );
    println!("    look at it     kubectl get ekapp,ekregion,ektable");
    println!("    ask            kubectl describe ekapp shop");
    println!(
        "    change it      edit {0}/shop.yaml       evenkeel plan -f {0}",
        arguments.examples.display()
    );
    println!(
        "                   kubectl apply -f {}",
        arguments.examples.display()
    );
    println!(
        "    be AWS         aws route53 list-health-checks        (if the AWS CLI is installed)"
    );
    println!(
        "    its log        tail -f {}/{POD}.log",
        arguments.folder.display()
    );
    println!("\n  Ctrl-C stops everything; nothing is left behind.");
    Ok(())
}

/// Which Regions serve each name, as the world itself sees it.
fn serving(session: &Session, declared: &Declared) -> Vec<String> {
    let world = session.world();
    let hostnames = declared.apps.iter().flat_map(|app| &app.spec.hostnames);
    hostnames
        .map(|hostname| {
            let regions: Vec<String> = world.serving_regions(hostname).into_iter().collect();
            format!(
                "{hostname} in {} Regions: {}",
                regions.len(),
                regions.join(", ")
            )
        })
        .collect()
}

/// A file for `.`, so that a second terminal sees the same world.
fn write_environment(
    session: &Session,
    arguments: &SandboxArguments,
) -> Result<PathBuf, SandboxError> {
    let failed = |source| folder(&arguments.folder, source);
    let file = arguments.folder.join("env");
    let absolute = std::path::absolute(&arguments.tools)
        .map_err(failed)?
        .join("bin");
    let own = std::env::current_exe().map_err(failed)?;
    let own = own.parent().map(Path::to_owned).unwrap_or_default();
    let kubeconfig = std::path::absolute(session.cluster.kubeconfig()).map_err(failed)?;
    let mut lines = vec![format!("export KUBECONFIG={}", kubeconfig.display())];
    for (name, value) in session.aws_environment() {
        let value = if name.ends_with("_FILE") {
            std::path::absolute(&value)
                .map_err(failed)?
                .display()
                .to_string()
        } else {
            value
        };
        lines.push(format!("export {name}={value}"));
    }
    lines.push(format!(
        "export PATH={}:{}:$PATH",
        own.display(),
        absolute.display()
    ));
    std::fs::write(
        &file,
        lines.join(
            "
",
        ) + "
",
    )
    .map_err(failed)?;
    Ok(file)
}
