//! `evenkeel world`: the simulated AWS behind one address.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{Seed, World};
use jiff::Timestamp;
use thiserror::Error;
use tokio::net::TcpListener;

/// Serves a simulated AWS: Route 53, Global Accelerator, DynamoDB, Elastic Load Balancing and STS.
#[derive(Args, Clone, Debug)]
pub struct WorldArguments {
    /// Address to listen on; every service and Region is behind it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4566")]
    pub listen: SocketAddr,
    /// YAML file that says what exists at the start. Default: zone example.com and a load balancer in three Regions
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// How many times faster than real time its time passes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub speed: u32,
}

/// Why the world could not be served.
#[derive(Debug, Error)]
pub enum WorldError {
    /// The seed file could not be read.
    #[error("the seed {} could not be read", file.display())]
    ReadSeed {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The seed file says something else than a seed.
    #[error("the seed {} is not understood", file.display())]
    ParseSeed {
        /// The file.
        file: PathBuf,
        /// Why.
        source: Box<serde_saphyr::Error>,
    },
    /// The address can't be used.
    #[error("{address} can't be listened on")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// Serves until Ctrl-C, and prints one line a call.
pub async fn run(arguments: WorldArguments) -> Result<(), WorldError> {
    let seed = match &arguments.seed {
        None => Seed::example(),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|source| WorldError::ReadSeed {
                file: file.clone(),
                source,
            })?;
            serde_saphyr::from_str(&text).map_err(|source| WorldError::ParseSeed {
                file: file.clone(),
                source: source.into(),
            })?
        }
    };
    let listen = |source| WorldError::Listen {
        address: arguments.listen,
        source,
    };
    let listener = TcpListener::bind(arguments.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let clock = Clock::starting(Timestamp::now(), arguments.speed);
    let world = Arc::new(Mutex::new(World::new(seed, clock.now())));
    println!(
        "a simulated AWS at http://{address}, time x{}; no call reaches the real one",
        arguments.speed
    );
    println!(
        "  export AWS_ENDPOINT_URL=http://{address} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION=us-east-1"
    );
    let log = print_calls(world.clone());
    let stop = async {
        // Without a handler Ctrl-C ends the process, which is what it asks for.
        let _ = tokio::signal::ctrl_c().await;
    };
    tokio::select! {
        served = serve(listener, world, clock, stop) => served.map_err(listen),
        () = log => Ok(()),
    }
}

async fn print_calls(world: Arc<Mutex<World>>) {
    let mut printed = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let new: Vec<String> = {
            let world = world.lock().unwrap_or_else(PoisonError::into_inner);
            world
                .calls()
                .iter()
                .skip(printed)
                .map(ToString::to_string)
                .collect()
        };
        printed += new.len();
        for call in new {
            println!("{call}");
        }
    }
}
