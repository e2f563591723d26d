//! The data plane.

mod world;
