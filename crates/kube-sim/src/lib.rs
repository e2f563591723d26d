//! The Kubernetes API in process, for tests that must run the same way every time.
//!
//! A [`KubeApi`] answers what `kube::Client` sends: no sockets, no real time, no randomness. Times come from a clock that
//! the test gives, waits are tokio's, and with its clock paused they take none. It serves a few built-in kinds and
//! those of the CustomResourceDefinitions that it is given: with their defaults, but without their rules, which a
//! test of the rules asks a real API server about.
//!
//! One request goes through `service` (log and faults), `route`, `handle`, and then `read`, or `write` with `patch`
//! and `ownership`, into the `store`, which tells its watches. `refusal` has all the words. This crate knows nothing
//! of those who use it.

mod api;
mod checks;
mod cluster;
mod handle;
mod hook;
mod kind;
mod object;
mod ownership;
mod patch;
mod people;
mod read;
mod refusal;
mod reply;
mod request;
mod route;
mod schema;
mod service;
mod store;
mod write;

pub use api::KubeApi;
pub use hook::{Hook, Moment, Verdict};
pub use kind::UnusableCrd;
pub use reply::Reply;
pub use request::{Request, Verb};
pub use service::{Disconnected, KubeService};
