//! The world, held against what AWS documents: through the unmodified AWS SDK for Rust in process,
//! and as bytes where the SDK can't go. Cases are numbered within their file, and named as
//! sentences.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod accelerator;
mod accelerator_changes;
mod accelerator_lists;
mod accelerator_tokens;
mod accelerator_wire;
mod accelerators;
mod alias_rules;
mod answers;
mod aws;
mod calls;
mod change_input;
mod change_rules;
mod check_health;
mod check_types;
mod check_updates;
mod checks;
mod conformance;
mod control;
mod detection;
mod dials;
mod document;
mod edge;
mod endpoint_groups;
mod endpoint_health;
mod endpoints;
mod failover;
mod front;
mod garbage;
mod go_sdk;
mod group_limits;
mod identity;
mod last_failures;
mod legacy_tables;
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
mod record_locations;
mod record_properties;
mod record_types;
mod replica_rules;
mod replicas;
mod replicas_removed;
mod retries;
mod scenario;
mod seeds;
mod serving;
mod shop;
mod table;
mod table_keys;
mod table_tags;
mod tables;
mod time_to_live;
mod told_checks;
mod trace;
mod traffic;
mod traffic_properties;
mod unlike_emulators;
mod unspecified;
mod value_rules;
mod views;
mod wire;
mod zone;
mod zone_features;
mod zones;
