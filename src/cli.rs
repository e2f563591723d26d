//! The command line.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::crd_command::{self, CrdArguments};
use crate::error::chain;
use crate::run::{self, RunArguments};
#[cfg(feature = "sandbox")]
use crate::sandbox::command::{self as sandbox, SandboxArguments};
#[cfg(feature = "sandbox")]
use crate::world_command::{self, WorldArguments};

/// Keeps an application active-active across AWS Regions.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the operator in a cluster
    Run(Box<RunArguments>),
    /// Print the CustomResourceDefinitions
    Crd(CrdArguments),
    /// Run a whole world on this machine: a simulated AWS, a real API server, the operator and an example
    #[cfg(feature = "sandbox")]
    Sandbox(Box<SandboxArguments>),
    /// Serve a simulated AWS on this machine
    #[cfg(feature = "sandbox")]
    World(WorldArguments),
}

/// Parses the command line and does what it says.
pub async fn main() -> ExitCode {
    match Arguments::parse().command {
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
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}
