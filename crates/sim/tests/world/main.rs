//! The world, held against what AWS documents: through the unmodified AWS SDK for Rust in process,
//! and as bytes where the SDK can't go.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod accelerator;
mod accelerators;
mod aws;
mod change_input;
mod change_rules;
mod checks;
mod endpoint_groups;
mod front;
mod inspection;
mod properties;
mod raw;
mod record_lists;
mod replicas;
mod serving;
mod shop;
mod table;
mod tables;
mod time_to_live;
mod wire;
mod zone;
mod zones;
