//! The data plane: where clients are.

pub(crate) mod places;
mod world;

pub use places::City;
