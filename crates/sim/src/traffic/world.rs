//! How a world's endpoints behave.

use jiff::SignedDuration;

use crate::endpoints::Pace;
use crate::world::World;

impl World {
    /// How long a host name or an address takes to accept a connection, and then to answer a
    /// request, from now on.
    pub fn set_host_pace(&mut self, host: &str, connect: SignedDuration, answer: SignedDuration) {
        self.endpoints.set_pace(host, Pace { connect, answer });
        self.endpoints_changed();
    }

    /// What a host name or an address answers from now on. Until it is set, every search string is
    /// found in it.
    pub fn set_host_body(&mut self, host: &str, body: &str) {
        self.endpoints.set_body(host, body.to_owned());
        self.endpoints_changed();
    }
}
