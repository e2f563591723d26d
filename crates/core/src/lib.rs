//! What Evenkeel decides.
pub mod crd;
pub mod identity;
pub mod names;
