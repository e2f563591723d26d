//! In how many Regions users are served, whatever happens: as the world sees it by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use evenkeel_sim::World;
use serde_json::Value;

use crate::rig::Rig;

/// Users of one port, or those of the port that serves in most Regions.
type Users = (&'static str, Option<u16>);

/// In how many Regions each name serves.
type Serving = BTreeMap<Users, usize>;

/// The names and ports of every run.
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

/// How many Regions the app of that name lists.
fn declared(rig: &Rig, hostname: &str) -> usize {
    let apps = rig.kube.list("GlobalApp");
    let wants = |app: &&Value| {
        let hostnames = app["spec"]["hostnames"].as_array();
        hostnames.is_some_and(|all| all.iter().any(|name| name == hostname))
    };
    let names = apps
        .iter()
        .find(wants)
        .map(|app| &app["spec"]["endpoints"]["names"]);
    names.and_then(Value::as_array).map_or(usize::MAX, Vec::len)
}

/// The fewest Regions that ever served, as the world sees them itself.
pub(crate) struct Floors {
    start: Serving,
    /// With the call after which it was so.
    fewest: Arc<Mutex<BTreeMap<Users, (usize, String)>>>,
}

impl Floors {
    pub(crate) fn watch(rig: &Rig) -> Self {
        let start = serving(&rig.aws.world());
        let unmoved = start
            .iter()
            .map(|(users, count)| (*users, (*count, String::new())));
        let fewest = Arc::new(Mutex::new(unmoved.collect::<BTreeMap<_, _>>()));
        let seen = fewest.clone();
        rig.aws.watch(move |world| {
            let mut fewest = seen.lock().unwrap();
            for (users, count) in serving(world) {
                if count < fewest[&users].0 {
                    let call = world.calls().last().unwrap().to_string();
                    fewest.insert(users, (count, call));
                }
            }
        });
        Self { start, fewest }
    }

    /// Never fewer than there were, nor than there are in the end, nor than are declared, whichever is least. Else says where
    /// there were.
    pub(crate) fn broken(&self, rig: &Rig) -> Option<String> {
        let end = serving(&rig.aws.world());
        let fewest = self.fewest.lock().unwrap();
        fewest.iter().find_map(|(users, (fewest, call))| {
            let (before, after) = (self.start[users], end[users]);
            // What serves beside the declared ones may only be there because its removal was refused.
            (*fewest < before.min(after).min(declared(rig, users.0))).then(|| {
                format!(
                    "{users:?} served in {fewest} Regions, of {before} before and {after} after, since {call}"
                )
            })
        })
    }
}
