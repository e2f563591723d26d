//! `evenkeel world`: the simulated AWS behind one address.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::Args;
use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::scenario::Event;
use evenkeel_sim::{Entry, NoSuchLoadBalancer, Scenario, Seed, World, control};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::Spanned;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::world_state::{StateError, StateFile};

/// Serves a simulated AWS: Route 53, Global Accelerator, DynamoDB, Elastic Load Balancing and STS.
#[derive(Args, Clone, Debug)]
pub struct WorldArguments {
    /// Address to listen on; every service and Region is behind it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4566")]
    pub listen: SocketAddr,
    /// YAML file that says what exists at the start. Default: zone example.com and a load balancer in three Regions
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// YAML file that says what goes wrong, and when (docs/world.md)
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// File that keeps the world: created if it is not there, else gone on with
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Address of the control port, such as 127.0.0.1:4567 (docs/world.md). Default: none
    #[arg(long, value_name = "ADDRESS")]
    pub control: Option<SocketAddr>,
    /// How many times faster than real time its time passes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub speed: u32,
}

/// Why the world could not be served.
#[derive(Debug, Error)]
pub enum WorldError {
    /// A file could not be read.
    #[error("{} could not be read", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file says something else than it should.
    #[error("{} is not understood", file.display())]
    Parse {
        /// The file.
        file: PathBuf,
        /// Why, and where.
        source: Box<serde_saphyr::Error>,
    },
    /// An event of the scenario can't happen in this world.
    #[error("{}: the event at line {line} can't happen", file.display())]
    Play {
        /// The file.
        file: PathBuf,
        /// Where the event begins.
        line: u64,
        /// Why.
        source: NoSuchLoadBalancer,
    },
    /// The address can't be used.
    #[error("{address} can't be listened on")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// No signal handlers.
    #[error("signals can't be received")]
    Signals(#[source] io::Error),
    /// The state file can't be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// A world goes on with what it began with.
    #[error("{} holds a world, with a seed and a scenario of its own: leave out --seed and --scenario, or name another file", file.display())]
    Begun {
        /// The file.
        file: PathBuf,
    },
}

/// A scenario whose events know where they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    events: Vec<Spanned<Event>>,
}

/// Serves until Ctrl-C or SIGTERM, and prints one line a call.
pub async fn run(arguments: WorldArguments) -> Result<(), WorldError> {
    let (mut world, mut state) = open(&arguments)?;
    if state.is_some() {
        world.keep_journal();
    }
    let clock = Clock::starting(world.began(), arguments.speed);
    clock.skip(world.now().duration_since(world.began()));
    let mut printed = world.calls().len();
    let world = Arc::new(Mutex::new(world));
    let mut terminate = signal(SignalKind::terminate()).map_err(WorldError::Signals)?;
    let (listener, address) = listen(arguments.listen).await?;
    println!(
        "a simulated AWS at http://{address}, time x{}; no call reaches the real one",
        arguments.speed
    );
    println!(
        "  export AWS_ENDPOINT_URL=http://{address} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION=us-east-1"
    );
    if let Some(address) = arguments.control {
        let (listener, address) = listen(address).await?;
        println!("  control port at http://{address}");
        tokio::spawn(control::serve(listener, world.clone(), clock.clone()));
    }
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    };
    let mut told = async |world: &Mutex<World>| {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            tell(world, &mut printed, state.as_mut())?;
        }
    };
    let served = tokio::select! {
        served = serve(listener, world.clone(), clock.clone(), stop) => {
            served.map_err(|source| WorldError::Listen { address, source })
        }
        failed = told(&world) => failed,
    };
    lock(&world).pass(clock.now());
    tell(&world, &mut printed, state.as_mut())?;
    served
}

/// The world of the state file, or a new one.
fn open(arguments: &WorldArguments) -> Result<(World, Option<StateFile>), WorldError> {
    let (mut state, found) = match &arguments.state {
        None => (None, None),
        Some(file) => {
            let (state, world) = StateFile::open(file)?;
            if world.is_some() && (arguments.seed.is_some() || arguments.scenario.is_some()) {
                return Err(WorldError::Begun { file: file.clone() });
            }
            (Some(state), world)
        }
    };
    if let Some(world) = found {
        return Ok((world, state));
    }
    let seed = match &arguments.seed {
        None => Seed::example(),
        Some(file) => read(file)?,
    };
    let at = Timestamp::now();
    let mut world = World::new(seed.clone(), at);
    let scenario = match &arguments.scenario {
        None => Scenario::default(),
        Some(file) => play(&mut world, file)?,
    };
    if let Some(state) = &mut state {
        let seed = Box::new(seed);
        state.append(&[Entry::Began { at, seed, scenario }])?;
    }
    Ok((world, state))
}

fn read<T: DeserializeOwned>(file: &PathBuf) -> Result<T, WorldError> {
    let text = std::fs::read_to_string(file).map_err(|source| WorldError::Read {
        file: file.clone(),
        source,
    })?;
    serde_saphyr::from_str(&text).map_err(|source| WorldError::Parse {
        file: file.clone(),
        source: source.into(),
    })
}

fn play(world: &mut World, file: &PathBuf) -> Result<Scenario, WorldError> {
    let Written { events } = read(file)?;
    let places = events.iter().map(|event| event.referenced.line());
    let lines: Vec<u64> = places.collect();
    let events = events.into_iter().map(|event| event.value).collect();
    let scenario = Scenario { events };
    world
        .play(scenario.clone())
        .map_err(|impossible| WorldError::Play {
            file: file.clone(),
            line: lines.get(impossible.index).copied().unwrap_or_default(),
            source: impossible.source,
        })?;
    Ok(scenario)
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), WorldError> {
    let failed = |source| WorldError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Prints the calls since the last time, and adds to the state what happened since.
fn tell(
    world: &Mutex<World>,
    printed: &mut usize,
    state: Option<&mut StateFile>,
) -> Result<(), WorldError> {
    let (calls, entries) = {
        let mut world = lock(world);
        let new = world.calls().iter().skip(*printed).cloned();
        (new.collect::<Vec<_>>(), world.take_journal())
    };
    *printed += calls.len();
    for call in calls {
        println!("{call}");
    }
    if let Some(state) = state {
        state.append(&entries)?;
    }
    Ok(())
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}
