//! How a name in Route 53 is guarded against writers that are too late: a model in which every interleaving is tried.
//!
//! Two operators both believe for ever that they lead. Each holds a plan of some generation, reads the name's record sets, and
//! sends later what it made of them: in between, the other one, a stranger or a crash may come. Operators crash, and replies
//! get lost, a bounded number of times. What the model says of `CompareAndSwap` is what `crates/core/src/route53/diff.rs` does;
//! the other designs are in use elsewhere, and each is found to be wrong.
//!
//! `interleavings` tries the same with the operator's real code on the simulated Route 53, and `real` says what comes of it.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod aws;
mod changes;
mod design;
mod interleavings;
mod model;
mod operator;
mod real;
mod scenes;
mod shown;

use model::{Design, Zone};
use stateright::{Checker, Model};

/// Checks every state that can be reached; says how many there are.
fn check(design: Design) -> impl Checker<Zone> {
    let checker = Zone::of(design).checker().spawn_bfs().join();
    println!("{design:?}: {} states", checker.unique_state_count());
    checker
}

#[test]
fn a_compare_and_swap_of_sets_and_fence_is_never_overtaken() {
    let checker = check(Design::CompareAndSwap);
    checker.assert_properties();
    assert!(checker.unique_state_count() > 1_000, "too little is tried");
}

/// Each of them breaks one of these.
fn breaks(design: Design, properties: &[&'static str]) {
    let checker = check(design);
    let broken: Vec<_> = properties
        .iter()
        .filter(|property| checker.discovery(property).is_some())
        .collect();
    assert_eq!(
        broken.len(),
        properties.len(),
        "{design:?} breaks only {broken:?}"
    );
}

#[test]
fn checking_once_before_an_upsert_is_too_early() {
    breaks(Design::CheckOnceThenUpsert, &[model::NO_OLDER_PLAN]);
}

#[test]
fn checking_again_before_cleaning_up_is_still_too_early() {
    breaks(Design::RecheckBeforeCleanUp, &[model::NEVER_EMPTY]);
}

#[test]
fn a_lease_without_a_fence_lets_late_writes_through() {
    breaks(Design::LeaseWithoutFence, &[model::NO_OLDER_PLAN]);
}

#[test]
fn cleaning_up_by_age_takes_what_is_live() {
    breaks(Design::CleanUpByAge, &[model::NEVER_EMPTY]);
}
