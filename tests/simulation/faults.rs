//! Every single fault at every call to Route 53, while one app is created, changed in each way, and deleted: it ends as without
//! a fault, and meanwhile nobody loses a Region.

use std::collections::BTreeMap;

use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{Effect, Fault, Pages, Service, seed};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::floors::Floors;
use crate::outcome;
use crate::rig::{AtRest, QUIET, Rig, WARM_UP};
use crate::scenarios;
use crate::time;

/// What may happen to a call.
fn effects() -> [Effect; 9] {
    let minute = SignedDuration::from_mins(1);
    [
        Effect::Throttle,
        Effect::Unavailable,
        Effect::LoseReply,
        Effect::Silence,
        Effect::Unanswered,
        Effect::Late(minute),
        Effect::Slow(SignedDuration::from_secs(3)),
        Effect::Twice,
        Effect::Lag {
            by: minute,
            pages: Pages::All,
        },
    ]
}

/// One app on three Regions; a fourth is there to join.
fn apply(kube: &KubeApi) {
    scenarios::apply_all(kube);
    scenarios::apply_the_fourth_region(kube);
    for (kind, name) in [("GlobalApp", "shop"), ("GlobalTable", "sessions")] {
        kube.delete(kind, "default", name).unwrap();
    }
}

fn edit(kube: &KubeApi, change: impl FnOnce(&mut Value)) {
    kube.edit("GlobalApp", "default", "api", |object| {
        change(&mut object["spec"]);
    })
    .unwrap();
}

fn delete(kube: &KubeApi, policy: &str) {
    edit(kube, |spec| spec["deletionPolicy"] = json!(policy));
    kube.delete("GlobalApp", "default", "api").unwrap();
}

type Step = fn(&KubeApi);

/// A test for each change: what is done while a call goes wrong, and what was done before.
macro_rules! changes {
    ($($name:ident: $before:expr, $change:expr)*) => {
        $(
            #[test]
            fn $name() {
                any_call_may_fail_in_any_way(stringify!($name), &$before, $change);
            }
        )*
    };
}

changes! {
    create: [], apply

    add_a_region: [apply], |kube| {
        let names = json!(["us-east-1", "eu-west-1", "ap-northeast-1", "ap-southeast-2"]);
        edit(kube, |spec| spec["endpoints"]["names"] = names);
    }

    remove_a_region: [apply], |kube| {
        let names = json!(["us-east-1", "eu-west-1"]);
        edit(kube, |spec| spec["endpoints"]["names"] = names);
    }

    change_the_policy: [apply], |kube| {
        edit(kube, |spec| spec["dns"]["routing"] = json!("Weighted"));
    }

    change_a_target: [apply], |kube| {
        kube.edit("RegionEndpoint", "default", "eu-west-1", |object| {
            object["spec"]["target"]["loadBalancerArn"] = json!(scenarios::OTHER_LOAD_BALANCER);
        })
        .unwrap();
    }

    take_over: [apply], |kube| {
        edit(kube, |spec| {
            spec["hostnames"] = json!(["api.example.com", "legacy.example.com"]);
            spec["dns"]["adoptionPolicy"] = json!("AdoptOrCreate");
        });
    }

    release: [apply], |kube| delete(kube, "Retain")

    delete_all: [apply], |kube| delete(kube, "Delete")
}

/// Of the reads of one operation, so many: later ones only look again.
const READS: u32 = 2;

fn any_call_may_fail_in_any_way(what: &str, before: &[Step], change: Step) {
    let start = start(before);
    let (undisturbed, calls) = run(what, &start, change, None);
    let mut runs = 0;
    for (operation, count) in calls {
        let is_read = operation.starts_with("List") || operation.starts_with("Get");
        let count = if is_read { count.min(READS) } else { count };
        for (skip, effect) in (0..count).flat_map(|skip| effects().map(|effect| (skip, effect))) {
            let fault = Fault {
                service: Service::Route53,
                operation: operation.clone(),
                skip,
                times: 1,
                effect,
            };
            let (end, _) = run(what, &start, change, Some(&fault));
            let difference = json_patch::diff(&undisturbed, &end);
            assert!(
                difference.is_empty(),
                "{what}, {fault:?}: it ended otherwise:\n{difference}"
            );
            runs += 1;
        }
    }
    assert!(runs > 0, "{what}: Route 53 was not called");
    println!("{what}: {runs} runs");
}

fn account() -> seed::Seed {
    let mut seed = scenarios::account();
    seed.zones[0].record_sets.push(seed::RecordSet {
        name: serde_json::from_value(json!("legacy.example.com")).unwrap(),
        r#type: seed::SimpleType::A,
        ttl: 300,
        values: vec!["192.0.2.1".to_owned()],
    });
    seed
}

fn start(steps: &[Step]) -> AtRest {
    time::runtime().block_on(async {
        let mut rig = Rig::new(account());
        for step in steps {
            step(&rig.kube);
            rig.act(QUIET).await;
        }
        rig.rest()
    })
}

/// The end, and how often each operation of Route 53 was called after the change.
fn run(
    what: &str,
    start: &AtRest,
    change: Step,
    fault: Option<&Fault>,
) -> (Value, BTreeMap<String, u32>) {
    time::runtime().block_on(async {
        let mut rig = Rig::resume(start);
        rig.act(WARM_UP).await;
        let floors = Floors::watch(&rig);
        let known = rig.aws.world().calls().len();
        change(&rig.kube);
        if let Some(fault) = fault {
            rig.aws.world().inject(fault.clone());
        }
        rig.act(QUIET).await;
        assert_eq!(floors.broken(&rig), None, "{what}, {fault:?}");
        let mut calls = BTreeMap::new();
        for call in &rig.aws.world().calls()[known..] {
            if call.service == Service::Route53 {
                *calls.entry(call.operation.clone()).or_default() += 1;
            }
        }
        (outcome::of(&rig), calls)
    })
}
