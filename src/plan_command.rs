//! `evenkeel plan`: every wave that manifests would bring about, without doing any of them.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use evenkeel_core::assumed;
use evenkeel_core::failure::Failure;
use evenkeel_core::identity::Installation;
use evenkeel_core::names::{Fleet, NameError, ObjectKey, Writer};
use evenkeel_core::plan::Action;
use evenkeel_core::render::{self, Printed};
use evenkeel_core::settings::Settings;
use evenkeel_core::waves::{self, Declared, Endless, World};
use jiff::Timestamp;
use kube::ResourceExt;
use thiserror::Error;

use crate::aws::{self, Aws, Budget, Metered, WriteGate};
use crate::limits::Limits;
use crate::manifests::{self, ManifestError};
use crate::observe::Observer;

/// The fleet of a plan that assumes that nothing exists.
const NO_FLEET: &str = "assumed";

/// The writer of marks that nobody has made yet.
const NO_WRITER: &str = "known-after-apply";

/// Prints every wave that manifests would bring about. Writes nothing, neither to AWS nor to a cluster.
///
/// Exit codes: 0 nothing to do, 2 changes, 1 something is refused, or an error.
#[derive(Args, Clone, Debug)]
pub struct PlanArguments {
    /// Manifests: files, folders (not those in them), or - for standard input
    #[arg(short = 'f', long, value_name = "PATH", required = true)]
    pub filename: Vec<PathBuf>,
    /// Namespace of objects that name none
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    /// Fleet of the operator that would apply them; unless its chart sets one, it is the uid of namespace kube-system
    #[arg(
        long,
        value_name = "NAME",
        env = "EVENKEEL_FLEET",
        required_unless_present = "assume_empty"
    )]
    pub fleet: Option<Fleet>,
    /// Cluster of that operator, as the uid of its kube-system namespace; needed only where clusters share a fleet
    #[arg(long, value_name = "UID")]
    pub writer: Option<Writer>,
    /// Plan for an AWS account that holds the hosted zones and load balancers, and nothing else; makes no AWS call
    #[arg(long, conflicts_with_all = ["fleet", "writer"])]
    pub assume_empty: bool,
    /// What it may do without a consent.
    #[command(flatten)]
    pub limits: Limits,
    /// Form of the plan
    #[arg(short, long, value_enum, default_value_t)]
    pub output: OutputFormat,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Why there is no plan.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The manifests.
    #[error("the manifests")]
    Manifests(#[from] ManifestError),
    /// AWS does not say who we are.
    #[error(
        "AWS does not say which account this is: {0}; set credentials, or plan with --assume-empty"
    )]
    Account(Failure),
    /// Several clusters have written marks of the fleet.
    #[error("objects of fleet {fleet} carry marks of several clusters; name the one to plan for with --writer: {}", .writers.join(", "))]
    Writers {
        /// The fleet.
        fleet: Fleet,
        /// The clusters.
        writers: Vec<String>,
    },
    /// A mark names no cluster.
    #[error("a mark names its cluster {writer:?}")]
    Writer {
        /// What it names.
        writer: String,
        /// Why it is none.
        source: NameError,
    },
    /// A bug.
    #[error(transparent)]
    Endless(#[from] Endless),
    /// The plan could not be written.
    #[error("standard output")]
    Print(#[source] io::Error),
}

/// Prints the plan. The exit code says what it comes to.
pub async fn run(arguments: PlanArguments) -> Result<ExitCode, PlanError> {
    let mut declared = match manifests::read(&arguments.filename, &arguments.namespace) {
        Ok(declared) => declared,
        Err(ManifestError::Mistakes { all }) => {
            anstream::eprintln!("{}\n\n{all}; no AWS call was made", all.styled());
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error.into()),
    };
    let now = Timestamp::now();
    let mut subject = match &arguments.fleet {
        Some(fleet) if !arguments.assume_empty => {
            Box::pin(read(fleet, arguments.writer.as_ref(), &mut declared, now)).await?
        }
        Some(_) | None => assume(&declared)?,
    };
    subject.settings.max_deletions = arguments.limits.max_deletions;
    let waves = waves::waves(
        &mut declared,
        &mut subject.world,
        &subject.settings,
        now,
        &mut Action::predicted,
    )?;
    let printed = Printed {
        target: &subject.target,
        waves: &waves,
        reads: subject.reads,
    };
    let text = match arguments.output {
        OutputFormat::Text => render::text(&printed),
        OutputFormat::Json => format!("{:#}\n", render::json(&printed)),
    };
    io::Write::write_all(&mut io::stdout(), text.as_bytes()).map_err(PlanError::Print)?;
    Ok(ExitCode::from(printed.outcome().exit_code()))
}

/// What is planned for.
struct Subject {
    /// In words.
    target: String,
    world: World,
    settings: Settings,
    /// How many calls it took to look.
    reads: usize,
}

fn assume(declared: &Declared) -> Result<Subject, PlanError> {
    let fleet = NO_FLEET.parse().map_err(|source| PlanError::Writer {
        writer: NO_FLEET.to_owned(),
        source,
    })?;
    Ok(Subject {
        target: "an AWS account that is assumed to be empty".to_owned(),
        world: assumed::empty_account(declared),
        settings: settings(fleet, writer_named(NO_WRITER)?),
        reads: 0,
    })
}

fn settings(fleet: Fleet, writer: Writer) -> Settings {
    Settings::of(Installation {
        fleet,
        writer,
        former_writers: BTreeSet::new(),
    })
}

/// Reads all that the objects need to know of AWS.
async fn read(
    fleet: &Fleet,
    writer: Option<&Writer>,
    declared: &mut Declared,
    now: Timestamp,
) -> Result<Subject, PlanError> {
    // The gate stays closed: nothing here writes, and nothing can.
    let metered = Metered::new(aws::https(), WriteGate::default(), Budget::unlimited());
    let aws = Arc::new(Aws::new(aws::config(metered.clone().into_client()).await));
    let account = aws.account().await.map_err(PlanError::Account)?;
    let at = aws.endpoint().map(|endpoint| format!(" at {endpoint}"));
    let target = format!("AWS account {account}{}", at.unwrap_or_default());

    // What is read does not depend on the writer, and who that is can only be read.
    let unsettled = settings(fleet.clone(), writer_named(NO_WRITER)?);
    let observer = Observer::new(aws, Arc::new(unsettled));
    let world = Box::pin(observer.everything(declared, now)).await;
    let writer = match writer {
        Some(writer) => writer.clone(),
        None => writer_of(fleet, declared, &world)?,
    };
    let settings = settings(fleet.clone(), writer);
    let world = Box::pin(observer.health_of_changing(declared, &settings, now)).await;
    let reads = metered.counts().values().sum::<u64>();
    Ok(Subject {
        target,
        world,
        settings,
        reads: usize::try_from(reads).unwrap_or(usize::MAX),
    })
}

fn writer_named(writer: &str) -> Result<Writer, PlanError> {
    writer.parse().map_err(|source| PlanError::Writer {
        writer: writer.to_owned(),
        source,
    })
}

/// The cluster that has marked what these objects own.
fn writer_of(fleet: &Fleet, declared: &Declared, world: &World) -> Result<Writer, PlanError> {
    let apps = declared
        .apps
        .iter()
        .map(|app| (app.namespace(), app.name_any()));
    let tables = declared
        .tables
        .iter()
        .map(|table| (table.namespace(), table.name_any()));
    let owners: BTreeSet<ObjectKey> = apps
        .chain(tables)
        .map(|(namespace, name)| ObjectKey::new(namespace.unwrap_or_default(), name))
        .collect();
    let marks = world
        .observed
        .marks()
        .filter(|mark| mark.fleet == fleet.as_str() && owners.contains(&mark.owner));
    let writers: BTreeSet<String> = marks.map(|mark| mark.writer).collect();
    let writers: Vec<String> = writers.into_iter().collect();
    match writers.as_slice() {
        [] => writer_named(NO_WRITER),
        [writer] => writer_named(writer),
        [_, _, ..] => Err(PlanError::Writers {
            fleet: fleet.clone(),
            writers,
        }),
    }
}
