//! The `evenkeel` binary: everything is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    evenkeel::cli::main().await
}
