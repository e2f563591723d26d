//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::run::{self, RunArguments};

/// Keeps an application active-active across AWS Regions.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the operator
    Run(Box<RunArguments>),
}

/// Parses the command line and does what it says.
pub async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(arguments) => match Box::pin(run::run(*arguments)).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                run::print(&error);
                ExitCode::FAILURE
            }
        },
    }
}
