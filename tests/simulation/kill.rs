//! The operator dies at each of its calls in turn. The next one must reach what an undisturbed one reaches.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use evenkeel_kube_sim::{KubeApi, Moment};
use evenkeel_sim::World;
use serde_json::{Value, json};

use crate::rig::{AtRest, Rig};
use crate::scenarios::{self, Steps};
use crate::time;

/// Longer than the longest wait between two writes: a sweep of 5 minutes finds a health check that nothing uses, and the
/// first one later than 7 minutes after that deletes it.
const QUIET: Duration = Duration::from_mins(20);

/// How long a new operator waits for the lease of a dead one, and then looks at everything.
const WARM_UP: Duration = Duration::from_mins(3);

/// Takes the last step without a death, and then with one at each call in turn.
pub(crate) fn operators_may_die_in(scenario: &str, steps: Steps) {
    let (change, before) = steps.split_last().unwrap();
    let start = start(before);
    let (undisturbed, _) = run(scenario, &start, *change, None);
    for moment in [Moment::Before, Moment::After] {
        for call in 1.. {
            let death = (moment, call);
            let (end, has_died) = run(scenario, &start, *change, Some(death));
            if !has_died {
                assert!(call > 1, "{scenario}: no call was made");
                println!("{scenario}: {} calls {:?}", call - 1, moment);
                break;
            }
            let difference = json_patch::diff(&undisturbed, &end);
            assert!(
                difference.is_empty(),
                "{scenario}: died {death:?}, and it ended otherwise:\n{difference}"
            );
        }
    }
}

/// What was done before.
fn start(steps: Steps) -> AtRest {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        for step in steps {
            step(&rig.kube);
            rig.act(QUIET).await;
        }
        rig.rest()
    })
}

fn run(
    scenario: &str,
    start: &AtRest,
    change: fn(&KubeApi),
    death: Option<(Moment, usize)>,
) -> (Value, bool) {
    time::runtime().block_on(async {
        let mut rig = Rig::resume(start);
        // An operator that has seen everything meets the change.
        rig.act(WARM_UP).await;
        let floors = Floors::watch(&rig);
        change(&rig.kube);
        if let Some((moment, call)) = death {
            rig.death.appoint(moment, call);
        }
        rig.act(QUIET).await;
        let has_died = rig.death.is_over();
        floors.assert_held(&rig, &format!("{scenario}: died {death:?}"));
        (end(&rig), has_died)
    })
}

/// What a run came to: everything in AWS, and what people see of their objects.
fn end(rig: &Rig) -> Value {
    let mut aws = rig.aws.world().picture();
    mask(&mut aws);
    let kinds = ["GlobalApp", "GlobalTable", "RegionEndpoint"];
    let objects: BTreeMap<String, Value> = kinds
        .iter()
        .flat_map(|kind| rig.kube.list(kind))
        .map(|mut object| {
            mask(&mut object["status"]);
            let name = format!("{}/{}", object["kind"], object["metadata"]["name"]);
            let seen = json!({"spec": object["spec"], "status": object["status"]});
            (name, seen)
        })
        .collect();
    json!({"aws": aws, "kubernetes": objects})
}

/// Hides what depends on when something was done, or on how often AWS was asked.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                !name.ends_with("Time")
                    && !["nonce", "changeId", "changeState"].contains(&name.as_str())
            });
            fields.values_mut().for_each(mask);
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => {
            if let Some((before, after)) = text.split_once(" since=") {
                let after = after.split_once('"').map_or("", |(_, after)| after);
                *text = format!("{before} since=T\"{after}");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// In how many Regions each name serves: users of one port, and those of the port that serves in most.
type Serving = BTreeMap<(&'static str, Option<u16>), usize>;

/// The names and ports of the scenarios.
const HOSTNAMES: [&str; 3] = ["api.example.com", "shop.example.com", "store.example.com"];
const PORTS: [u16; 2] = [443, 8443];

fn serving(world: &World) -> Serving {
    let mut serving = Serving::new();
    for name in HOSTNAMES {
        for port in PORTS {
            let count = world.serving_regions_on(name, port).len();
            serving.insert((name, Some(port)), count);
            let most = serving.entry((name, None)).or_default();
            *most = count.max(*most);
        }
    }
    serving
}

/// The fewest Regions that ever served, as the world sees them itself.
struct Floors {
    start: Serving,
    fewest: Arc<Mutex<Serving>>,
}

impl Floors {
    fn watch(rig: &Rig) -> Self {
        let start = serving(&rig.aws.world());
        let fewest = Arc::new(Mutex::new(start.clone()));
        let seen = fewest.clone();
        rig.aws.watch(move |world| {
            let mut fewest = seen.lock().unwrap();
            for (users, count) in serving(world) {
                let least = fewest.entry(users).or_default();
                *least = count.min(*least);
            }
        });
        Self { start, fewest }
    }

    /// Never fewer than there were, nor than there are in the end, whichever is less.
    fn assert_held(&self, rig: &Rig, run: &str) {
        let end = serving(&rig.aws.world());
        for (users, fewest) in &*self.fewest.lock().unwrap() {
            let floor = self.start[users].min(end[users]);
            assert!(
                *fewest >= floor,
                "{run}: {users:?} served in {fewest} Regions, of {} before and {} after",
                self.start[users],
                end[users]
            );
        }
    }
}
