//! A whole world on one machine: the programs that it needs and the processes that it runs.
//!
//! Nothing here reads a user's kubeconfig, cluster or AWS settings.

pub mod cluster;
pub mod command;
mod progress;
pub mod session;
pub mod tools;
