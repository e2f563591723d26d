//! Nothing is lost, split or reordered, and no call is larger than AWS takes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::failure::Service;
use crate::names::{HealthCheckId, ObjectKey, ZoneId};
use crate::route53::{NameChange, RecordRouting};

fn record(name: &str, characters: usize) -> RecordSet {
    RecordSet {
        name: name.to_owned(),
        kind: "TXT".to_owned(),
        set_identifier: None,
        routing: RecordRouting::Simple,
        answer: Answer::Values {
            ttl: 60,
            values: BTreeSet::from(["x".repeat(characters)]),
        },
        health_check: None,
    }
}

/// A set of that many elements, each of that many characters.
fn set(app: usize, elements: usize, characters: usize) -> ChangeSet {
    let names = (0..elements).map(|number| {
        let hostname = format!("name-{number}.app-{app}.example.com");
        let after = BTreeSet::from([record(&hostname, characters)]);
        let before = BTreeSet::new();
        (hostname.parse().unwrap(), NameChange { before, after })
    });
    ChangeSet {
        zone: ZoneId::new("Z1"),
        app: ObjectKey::new("default", format!("app-{app}")),
        names: names.collect::<BTreeMap<_, _>>(),
    }
}

/// Sets of some apps, in the order in which they came. An app may come again.
fn sets() -> impl Strategy<Value = Vec<ChangeSet>> {
    let one = (0..40_usize, 1..200_usize, 0..300_usize);
    vec(one, 1..25).prop_map(|all| {
        let all = all.into_iter();
        all.map(|(app, elements, characters)| {
            set(app, elements, characters.min(MAX_CHARACTERS / elements))
        })
        .collect()
    })
}

/// Whether the call is within AWS's limits.
fn is_legal(call: &[&ChangeSet]) -> bool {
    let elements: usize = call.iter().map(|set| set.elements()).sum();
    let characters: usize = call.iter().map(|set| set.characters()).sum();
    elements <= MAX_ELEMENTS && characters <= MAX_CHARACTERS
}

/// Sends calls until nothing is left, as the writer of a zone does: AWS refuses those with a bad set in them, and says that.
/// Returns the sets that landed, in order, those that were refused alone, and how many calls it took.
fn write(
    sets: &[ChangeSet],
    is_bad: impl Fn(&ChangeSet) -> bool,
    message: impl Fn(&[&ChangeSet]) -> String,
) -> (Vec<ChangeSet>, Vec<ChangeSet>, usize) {
    let (mut landed, mut refused, mut calls) = (Vec::new(), Vec::new(), 0);
    let mut rest = sets;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fit(rest));
        rest = later;
        let mut due: Vec<Vec<&ChangeSet>> = vec![now.iter().collect()];
        while let Some(call) = due.pop() {
            calls += 1;
            assert!(is_legal(&call));
            if !call.iter().any(|set| is_bad(set)) {
                landed.extend(call.into_iter().cloned());
            } else if let [alone] = call[..] {
                refused.push(alone.clone());
            } else {
                let parts = split(&call, &message(&call));
                let parts = parts.iter().rev();
                due.extend(parts.map(|part| part.iter().map(|&index| call[index]).collect()));
            }
        }
    }
    (landed, refused, calls)
}

fn of_app<'a>(sets: &'a [ChangeSet], app: &ObjectKey) -> Vec<&'a ChangeSet> {
    sets.iter().filter(|set| set.app == *app).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_each_apps_sets_stay_in_order(sets in sets()) {
        let (landed, refused, calls) = write(&sets, |_| false, |_| String::new());
        prop_assert!(refused.is_empty());
        prop_assert_eq!(landed, sets.clone());
        let mut again = sets.clone();
        again.sort_by(|a, b| a.app.cmp(&b.app));
        again.dedup_by(|a, b| a.app == b.app);
        if again.len() == sets.len() {
            // No two neighbours would have fitted into one call, so that less than twice the fewest are made.
            let elements: usize = sets.iter().map(ChangeSet::elements).sum();
            let characters: usize = sets.iter().map(ChangeSet::characters).sum();
            let parts = elements.div_ceil(MAX_ELEMENTS) + characters.div_ceil(MAX_CHARACTERS);
            prop_assert!(calls <= 2 * parts.max(1), "{calls} calls for {parts}");
        }
    }

    #[test]
    fn bad_sets_fail_alone_whether_or_not_the_message_names_them(
        sets in sets(),
        bad in vec(0..40_usize, 0..4),
        names in any::<bool>(),
    ) {
        let bad: BTreeSet<ObjectKey> = bad
            .into_iter()
            .map(|app| ObjectKey::new("default", format!("app-{app}")))
            .collect();
        let is_bad = |set: &ChangeSet| bad.contains(&set.app);
        let message = |call: &[&ChangeSet]| {
            let first = call.iter().find(|set| is_bad(set)).unwrap();
            let name = first.creations().next().unwrap().name.clone();
            if names {
                format!("[Tried to create resource record set [name='{name}.', type='TXT'] but it already exists]")
            } else {
                "[Something else is wrong]".to_owned()
            }
        };
        let (landed, refused, _) = write(&sets, is_bad, message);
        prop_assert!(landed.iter().all(|set| !is_bad(set)));
        prop_assert!(refused.iter().all(is_bad));
        for set in &sets {
            let came = of_app(&sets, &set.app);
            let went = if is_bad(set) { &refused } else { &landed };
            prop_assert_eq!(came, of_app(went, &set.app));
        }
    }
}

#[test]
fn a_thousand_sets_of_four_elements_take_four_calls() {
    let sets: Vec<ChangeSet> = (0..1_000).map(|app| set(app, 4, 1)).collect();
    let (_, _, calls) = write(&sets, |_| false, |_| String::new());
    assert_eq!(calls, 4);
}

#[test]
fn one_bad_set_among_many_costs_two_calls_if_it_is_named() {
    let sets: Vec<ChangeSet> = (0..250).map(|app| set(app, 4, 1)).collect();
    let is_bad = |set: &ChangeSet| set.app.name == "app-77";
    let message = |_: &[&ChangeSet]| {
        "[RRSet with DNS name name-2.app-77.example.com. is not permitted in zone example.com.]"
            .to_owned()
    };
    let (landed, refused, calls) = write(&sets, is_bad, message);
    assert_eq!((landed.len(), refused.len(), calls), (249, 1, 3));
}

#[test]
fn a_missing_check_is_the_fault_of_those_that_use_it() {
    let mut sets: Vec<ChangeSet> = (0..3).map(|app| set(app, 1, 1)).collect();
    let change = sets[1].names.values_mut().next().unwrap();
    let mut checked = record("name-0.app-1.example.com", 1);
    checked.health_check = Some(HealthCheckId::new("ABC-1"));
    change.after = BTreeSet::from([checked]);
    let sets: Vec<&ChangeSet> = sets.iter().collect();
    let parts = split(&sets, "A health check with id ABC-1 does not exist.");
    assert_eq!(parts, [vec![0, 2], vec![1]]);
}

#[test]
fn what_a_call_meets_as_a_whole_is_nobodys_fault() {
    let failure = |code: &str, status| Failure {
        service: Service::Route53,
        region: None,
        operation: "ChangeResourceRecordSets".to_owned(),
        code: code.to_owned(),
        message: String::new(),
        request_id: None,
        kind: FailureKind::of(code, "", Some(status)),
    };
    for (code, status, is_one) in [
        ("InvalidChangeBatch", 400, true),
        ("InvalidInput", 400, true),
        ("NoSuchHealthCheck", 404, true),
        ("NoSuchHostedZone", 404, false),
        ("Throttling", 400, false),
        ("PriorRequestNotComplete", 400, false),
        ("AccessDenied", 403, false),
        ("InternalFailure", 500, false),
    ] {
        assert_eq!(may_be_one_of_many(&failure(code, status)), is_one, "{code}");
    }
}
