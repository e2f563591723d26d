//! The world, held against what AWS documents: through the unmodified AWS SDK for Rust in process,
//! and as bytes where the SDK can't go. Cases are numbered within their file, and named as
//! sentences.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod accelerator;
mod accelerator_lists;
mod accelerators;
mod alias_rules;
mod aws;
mod calls;
mod change_input;
mod change_rules;
mod check_health;
mod checks;
mod control;
mod document;
mod endpoint_groups;
mod endpoints;
mod front;
mod listeners;
mod load_balancers;
mod mistakes;
mod outages;
mod pictures;
mod policy_rules;
mod properties;
mod rates;
mod raw;
mod record_lists;
mod record_properties;
mod replicas;
mod replicas_removed;
mod scenario;
mod seeds;
mod serving;
mod shop;
mod table;
mod table_keys;
mod table_tags;
mod tables;
mod time_to_live;
mod value_rules;
mod wire;
mod zone;
mod zones;
