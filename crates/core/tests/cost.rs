//! The needed calls of the example, against the numbers worked out by hand.
#![expect(
    clippy::disallowed_methods,
    reason = "the examples are files; core itself reads none"
)]

use std::path::Path;

use evenkeel_core::cost::{Needed, needed};
use evenkeel_core::waves::Declared;
use serde_json::Value;

#[test]
fn the_shop_needs_21_writes_and_26_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
    let mut declared = Declared::default();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for document in serde_saphyr::from_multiple::<Value>(&text).unwrap() {
            match document["kind"].as_str().unwrap() {
                "GlobalApp" => declared
                    .apps
                    .push(serde_json::from_value(document).unwrap()),
                "GlobalTable" => declared
                    .tables
                    .push(serde_json::from_value(document).unwrap()),
                _ => declared
                    .endpoints
                    .push(serde_json::from_value(document).unwrap()),
            }
        }
    }
    // Writes: 2 batches, 3 checks x 2, 1 accelerator + 1 listener + 3 groups, 1 table + ttl + 2 replicas x 3.
    // Reads: 3 load balancers, 1 zone by name, 3 lists, 3 tables, 4 before accelerator writes, 1 deployed, 5 active, 2 in sync.
    assert_eq!(
        needed(&declared),
        Needed {
            writes: 21,
            reads: 26
        }
    );
}
