//! The shell of Evenkeel.

pub mod aws;

#[cfg(feature = "sandbox")]
pub mod sandbox;
