//! What the interleavings of the real code come to: where fences hold, what breaks without them, and what they do not cover.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use stateright::{Checker, Model};

use crate::changes::Change;
use crate::design::Design;
use crate::interleavings::{
    ALWAYS_SERVED, NEWEST_ARRIVES, NEWEST_AT_REST, NO_FALLING_FENCE, NO_OLDER_PLAN, Rivals,
};
use crate::scenes::Start;

const ALL: [&str; 5] = [
    NO_OLDER_PLAN,
    NO_FALLING_FENCE,
    ALWAYS_SERVED,
    NEWEST_AT_REST,
    NEWEST_ARRIVES,
];

const SHARES: Change = Change::Shares(20);

/// Tries every interleaving. Says how many states there are, and which properties are broken.
fn explore(changes: &[Change], start: Start) -> (usize, BTreeSet<&'static str>) {
    let rivals = Rivals::of(changes, start, Design::Evenkeel);
    let checker = rivals.checker().spawn_bfs().join();
    let states = checker.unique_state_count();
    println!("{changes:?} from {start:?}: {states} states");
    let is_broken = |property: &&'static str| checker.discovery(property).is_some();
    (states, ALL.into_iter().filter(is_broken).collect())
}

/// Looks for the shortest way to break each of them.
fn breaks(changes: &[Change], start: Start, design: Design, properties: &[&'static str]) {
    for property in properties {
        let mut rivals = Rivals::of(changes, start, design);
        rivals.only = Some(*property);
        let checker = rivals.checker().spawn_bfs().join();
        let path = checker.discovery(property);
        let path = path.unwrap_or_else(|| panic!("{changes:?} {design:?} keeps: {property}"));
        println!(
            "{changes:?} {design:?} breaks {property:?} by {:?}",
            path.into_actions()
        );
    }
}

/// They break these and no others.
fn breaks_only(changes: &[Change], start: Start, properties: &[&'static str]) {
    let (_, broken) = explore(changes, start);
    assert_eq!(broken, properties.iter().copied().collect(), "{changes:?}");
    breaks(changes, start, Design::Evenkeel, properties);
}

#[test]
fn no_order_of_reads_and_writes_lets_an_older_plan_win() {
    let mut total = 0;
    let mut holds = |changes: &[Change], start| {
        let (states, broken) = explore(changes, start);
        assert_eq!(broken, BTreeSet::new(), "{changes:?} from {start:?}");
        total += states;
    };
    holds(&[Change::AddsName], Start::Live);
    for change in [SHARES, Change::Policy, Change::RemovesRegion] {
        holds(&[change], Start::Live);
        holds(&[change], Start::Nothing);
        let other = Change::Shares(80);
        holds(&[other, change], Start::Before);
        holds(&[change, other], Start::Before);
    }
    println!("{total} states in all");
    assert!(total > 1_000, "too little is tried");
}

#[test]
fn a_batch_that_does_not_say_what_it_replaces_is_overtaken() {
    let properties = [NO_OLDER_PLAN, NO_FALLING_FENCE, NEWEST_ARRIVES];
    breaks(&[SHARES], Start::Nothing, Design::Upsert, &properties);
}

#[test]
fn a_name_that_is_deleted_to_be_created_anew_is_gone_in_between() {
    let design = Design::DeletesFirst;
    breaks(&[SHARES], Start::Live, design, &[ALWAYS_SERVED]);
}

#[test]
fn who_does_not_read_again_never_gets_through() {
    let design = Design::NeverReadsAgain;
    breaks(&[SHARES], Start::Nothing, design, &[NEWEST_ARRIVES]);
}

#[test]
fn who_counts_on_from_the_fence_needs_no_newer_plan() {
    let properties = [NO_OLDER_PLAN, NEWEST_AT_REST];
    breaks(&[SHARES], Start::Live, Design::CountsUp, &properties);
}

// What follows is not wanted: it says what fences do not cover, so that nobody relies on it. Whoever mends one of them moves it up.

/// With a name goes its fence, and nothing tells that it ever was there.
#[test]
fn an_older_plan_brings_back_what_a_newer_one_has_deleted() {
    for change in [Change::DropsName, Change::Deletes] {
        breaks_only(&[change], Start::Live, &[NO_OLDER_PLAN]);
    }
}

/// A released name is there for whoever comes first.
#[test]
fn an_older_plan_retakes_what_a_newer_one_has_released() {
    breaks_only(&[Change::Releases], Start::Live, &[NO_OLDER_PLAN]);
}

/// A plan that finds a name as it wants it leaves the fence as it is: one in between may still come, until the next look.
#[test]
fn a_plan_that_changes_nothing_raises_no_fence() {
    let there_and_back = [SHARES, Change::Shares(50)];
    breaks_only(&there_and_back, Start::Before, &[NO_OLDER_PLAN]);
}

/// Revisions are committed without a compare-and-swap: who has not committed its plan yet gets one above all others.
#[test]
fn an_older_plan_that_is_committed_later_wins() {
    let plans = [SHARES, Change::Policy];
    let design = Design::Evenkeel;
    breaks(&plans, Start::Uncommitted, design, &[NO_OLDER_PLAN]);
}

/// Four generations of an app, in every order of its changes.
static ORDERS: LazyLock<Vec<Rivals>> = LazyLock::new(|| {
    let [shares, policy, regions] = [SHARES, Change::Policy, Change::RemovesRegion];
    let orders = [
        [shares, policy, regions],
        [shares, regions, policy],
        [policy, shares, regions],
        [policy, regions, shares],
        [regions, shares, policy],
        [regions, policy, shares],
    ];
    let rivals = |order: [Change; 3]| Rivals::of(&order, Start::Live, Design::Evenkeel);
    orders.map(rivals).into()
});

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// More operators, and more calls on their way, than can be tried in every order.
    #[test]
    fn many_operators_in_some_order(
        order in any::<prop::sample::Index>(),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let rivals = order.get(&ORDERS);
        let mut state = rivals.initial();
        for choice in choices {
            let mut steps = Vec::new();
            rivals.actions(&state, &mut steps);
            let step = steps[choice.index(steps.len())];
            state = rivals.next_state(&state, step).unwrap_or(state);
            prop_assert_eq!(&state.broken, &BTreeSet::new(), "by {:?}", step);
        }
        prop_assert!(rivals.arrives(&state));
    }
}
