//! AWS as a deterministic world.
