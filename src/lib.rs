//! The shell of Evenkeel: all that is not decided but done. What is decided is in `evenkeel_core`.
//!
//! ```text
//!    Kubernetes objects                                     AWS
//!             |                                              |
//!       gather                                               |
//!             |                                              |
//!       core::validate ----- what to read -------------> observe   over aws
//!             |                                              |
//!       core::plan <------------------------------------- Observed
//!             |
//!       Plan { actions, waiting, refused }
//!        /               |                \
//!     apply         plan_command       core::status -> report
//! ```
//!
//! [`run`] is the process: the lease, the ports, the end. [`operator`] is what runs in it, and can be run without it: a controller for
//! each kind, each one walk along this path.

mod apply;
pub mod aws;
pub mod cli;
pub mod context;
mod controller;
pub mod crd_command;
pub mod error;
mod gather;
pub mod health;
pub mod kube;
pub mod limits;
pub mod manifests;
pub mod metrics;
pub mod observe;
pub mod operator;
pub mod plan_command;
mod report;
pub mod run;
pub mod telemetry;
pub mod timings;
mod zones;

#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "sandbox")]
pub mod world_command;
#[cfg(feature = "sandbox")]
mod world_state;
