//! The command line.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::crd_command::{self, CrdArguments};
use crate::error::chain;
use crate::plan_command::{self, PlanArguments};
use crate::run::{self, RunArguments};
#[cfg(feature = "sandbox")]
use crate::sandbox::command::{self as sandbox, SandboxArguments};
#[cfg(feature = "sandbox")]
use crate::world_command::{self, WorldArguments};

/// Keeps an application active-active across AWS Regions.
#[derive(Debug, Parser)]
#[command(
    name = "evenkeel",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print every wave that manifests would bring about; writes nothing
    Plan(Box<PlanArguments>),
    /// Run a whole world on this machine: a simulated AWS, a real API server, the operator and an example
    #[cfg(feature = "sandbox")]
    Sandbox(Box<SandboxArguments>),
    /// Serve a simulated AWS on this machine
    #[cfg(feature = "sandbox")]
    World(WorldArguments),
    /// Print the CustomResourceDefinitions
    Crd(CrdArguments),
    /// Run the operator in a cluster
    Run(Box<RunArguments>),
}

/// Parses the command line and does what it says.
pub async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // There is nobody left to tell if the terminal is gone.
            let _ = error.print();
            // clap's own exit code for a mistake is 2, which for a plan means changes.
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match arguments.command {
        Command::Plan(arguments) => {
            let planned = Box::pin(plan_command::run(*arguments)).await;
            planned.unwrap_or_else(|error| failed(&error))
        }
        Command::Run(arguments) => exit(Box::pin(run::run(*arguments)).await),
        Command::Crd(arguments) => exit(crd_command::run(&arguments)),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => exit(Box::pin(sandbox::run(*arguments)).await),
        #[cfg(feature = "sandbox")]
        Command::World(arguments) => exit(world_command::run(arguments).await),
    }
}

/// Success, or the error with all its causes.
fn exit<E: Error>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn Error) -> ExitCode {
    eprintln!("error: {}", chain(error));
    ExitCode::FAILURE
}
