//! The shell of Evenkeel.

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
pub mod manifests;
pub mod metrics;
pub mod observe;
pub mod operator;
pub mod plan_command;
mod report;
pub mod run;
pub mod telemetry;
pub mod timings;

#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "sandbox")]
pub mod world_command;
