//! The shell of Evenkeel.

#[cfg(feature = "sandbox")]
pub mod sandbox;
