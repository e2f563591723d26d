//! The simulated AWS of the sandbox: a world behind an address of this machine. Several installations may share it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use evenkeel_sim::http::{Clock, serve};
use evenkeel_sim::{Seed, World};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A world that is served. Clones share it; it ends with the last of them.
#[derive(Clone)]
pub struct SimulatedAws(Arc<Served>);

struct Served {
    world: Arc<Mutex<World>>,
    clock: Clock,
    speed: u32,
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl SimulatedAws {
    /// Serves a world that begins so, and whose time passes `speed` times as fast as real time.
    pub async fn start(beginning: Seed, speed: u32) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let clock = Clock::starting(Timestamp::now(), speed);
        let world = Arc::new(Mutex::new(World::new(beginning, clock.now())));
        let until = std::future::pending();
        let serving = tokio::spawn(serve(listener, world.clone(), clock.clone(), until));
        Ok(Self(Arc::new(Served {
            world,
            clock,
            speed,
            address,
            serving,
        })))
    }

    /// The world, as it is now.
    pub fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.0.clock.now());
        world
    }

    /// How many times faster than real time its time passes.
    pub fn speed(&self) -> u32 {
        self.0.speed
    }

    /// The environment with which any AWS client reaches it. `empty` is an empty file, in place of the user's settings.
    pub fn environment(&self, empty: &Path) -> Vec<(&'static str, String)> {
        let nothing = empty.display().to_string();
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.0.address)),
            ("AWS_ACCESS_KEY_ID", "SANDBOX".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_CONFIG_FILE", nothing.clone()),
            ("AWS_SHARED_CREDENTIALS_FILE", nothing),
        ]
    }
}
