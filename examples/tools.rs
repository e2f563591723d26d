//! `make tools`: finds or builds the programs of the test bed and prints where they are.

use std::process::ExitCode;

use evenkeel::sandbox::tools::{self, Progress, Source};

#[tokio::main]
async fn main() -> ExitCode {
    match find_or_build().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  why: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn find_or_build() -> Result<(), tools::Error> {
    let source = Source::from_environment(tools::DEFAULT_FOLDER);
    let cluster = tools::cluster(&source, &mut show).await?;
    let helm = tools::helm(&source, &mut show).await?;
    for program in [cluster.etcd, cluster.kube_apiserver, cluster.kubectl, helm] {
        println!("{}", program.display());
    }
    Ok(())
}

fn show(progress: Progress<'_>) {
    match progress {
        Progress::Provided(folder) => eprintln!("Using the programs in {}", folder.display()),
        Progress::WaitingForOtherBuild => eprintln!("Waiting for another build"),
        Progress::Started { tools } => {
            let names: Vec<_> = tools.iter().map(|tool| tool.binary()).collect();
            eprintln!(
                "Building {} (the first time takes minutes)",
                names.join(", ")
            );
        }
        Progress::Downloading { module } => eprintln!("Downloading {module}"),
        // A line for every package would be thousands.
        Progress::Compiling {
            tool, done, total, ..
        } if done % 100 == 0 => {
            eprintln!(
                "Building {}: {done} of at most {total} packages",
                tool.binary()
            );
        }
        Progress::Compiling { .. } => {}
        Progress::Built { tool, took } => {
            eprintln!(
                "Built {} {} in {} s",
                tool.binary(),
                tool.version(),
                took.as_secs()
            );
        }
    }
}
