//! A whole world on one machine: the programs that it needs and the processes that it runs.
//!
//! Nothing here reads a user's kubeconfig, cluster or AWS settings.

pub mod aws;
mod closing;
pub mod cluster;
pub mod command;
mod folder;
mod progress;
mod readiness;
pub mod session;
mod template;
pub mod tools;
