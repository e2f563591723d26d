//! The whole operator on random installations: it comes to rest, and leaves alone what is not its own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use evenkeel_kube_sim::Moment;
use evenkeel_sim::{Seconds, World, seed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use crate::floors::Floors;
use crate::outcome;
use crate::rig::{QUIET, Rig, WARM_UP};
use crate::shapes::{self, Shape};
use crate::time;

/// How many random installations are tried.
const CASES: u32 = 12;

/// How often a failing installation is made simpler: each try takes seconds.
const SHRINKS: u32 = 0;

/// Nothing that takes longer is a wait between two writes.
const LATER: Duration = Duration::from_hours(1);

#[test]
fn random_installations_come_to_rest_whenever_the_operator_dies() {
    shapes::runner(CASES, SHRINKS)
        .run(&installation(), |installation| {
            let undisturbed = installation.run(None)?;
            for death in &installation.deaths {
                let other = installation.run(Some(*death))?;
                let difference = json_patch::diff(&undisturbed, &other);
                prop_assert!(
                    difference.is_empty(),
                    "died {death:?}, and it ended otherwise:\n{difference}\n{undisturbed:#}"
                );
            }
            // Bytes, where the order of calls may not differ either.
            prop_assert_eq!(undisturbed, installation.run(None)?);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// What people declare, one state after another, in an account in which there may be something already.
#[derive(Clone, Debug)]
struct Installation {
    strangers: Strangers,
    /// Whether AWS is as strict as it may be where it does not say what it does.
    strict: bool,
    shapes: Vec<Shape>,
    /// During the last change.
    deaths: Vec<(Moment, usize)>,
}

/// Which things bear names that somebody may want for an app or a table.
#[derive(Clone, Debug)]
struct Strangers {
    record_set: bool,
    accelerator: bool,
    table: bool,
}

fn installation() -> impl Strategy<Value = Installation> {
    let seldom = || prop::bool::weighted(0.15);
    let strangers = (seldom(), seldom(), seldom());
    let moment = prop::sample::select(vec![Moment::Before, Moment::After]);
    let deaths = vec((moment, 1..40_usize), 1..3);
    let strict = prop::bool::ANY;
    (strangers, strict, vec(shapes::shape(), 1..4), deaths).prop_map(
        |((record_set, accelerator, table), strict, shapes, deaths)| Installation {
            strangers: Strangers {
                record_set,
                accelerator,
                table,
            },
            strict,
            shapes,
            deaths,
        },
    )
}

impl Installation {
    fn run(&self, death: Option<(Moment, usize)>) -> Result<Value, TestCaseError> {
        time::runtime().block_on(async {
            let mut seed = self.strangers.seed();
            if self.strict {
                seed.knobs.judges_each_change = true;
                seed.knobs.orders_values = true;
                seed.knobs.prior_request = Seconds(1);
                seed.knobs.transaction = Seconds(2);
            }
            let mut rig = Rig::new(seed);
            let strangers = self.strangers.picture(&rig.aws.world());
            let last = self.shapes.len() - 1;
            for (number, shape) in self.shapes.iter().enumerate() {
                rig.act(WARM_UP).await;
                let floors = Floors::watch(&rig);
                declare(&rig, shape);
                if let Some((moment, call)) = death.filter(|_| number == last) {
                    rig.death.appoint(moment, call);
                }
                rig.act(QUIET).await;
                prop_assert_eq!(
                    floors.broken(&rig),
                    None,
                    "state {}, died {:?}",
                    number,
                    death
                );
            }
            rig.death.cancel();
            rig.assert_the_dead_are_silent(&format!("died {death:?}"));
            if death.is_none() {
                self.assert_quiet(&mut rig).await?;
            }
            prop_assert_eq!(
                strangers,
                self.strangers.picture(&rig.aws.world()),
                "of somebody else"
            );
            Ok(outcome::of(&rig))
        })
    }

    /// Nothing is written later, however long.
    async fn assert_quiet(&self, rig: &mut Rig) -> Result<(), TestCaseError> {
        let (before, known) = (rig.death.last_call(), outcome::in_full(rig));
        rig.act(LATER).await;
        if rig.death.last_call() == before {
            return Ok(());
        }
        let difference = json_patch::diff(&known, &outcome::in_full(rig));
        let world = rig.aws.world();
        let writes = world.calls().iter().filter(|call| call.write);
        let writes: Vec<_> = writes.map(ToString::to_string).collect();
        let requests = rig.kube.requests();
        let requests = requests.iter().filter(|request| {
            request.is_write() && request.resource != "leases" && request.resource != "events"
        });
        let requests: Vec<_> = requests.map(ToString::to_string).collect();
        Err(TestCaseError::fail(format!(
            "there is no rest\n{difference}\n{:#?}\n{:#?}",
            &writes[writes.len().saturating_sub(20)..],
            &requests[requests.len().saturating_sub(20)..],
        )))
    }
}

impl Strangers {
    fn seed(&self) -> seed::Seed {
        let mut seed = shapes::seed();
        if self.record_set {
            seed.zones[0].record_sets.push(seed::RecordSet {
                name: serde_json::from_value(json!("store.example.com")).unwrap(),
                r#type: seed::SimpleType::A,
                ttl: 300,
                values: vec!["192.0.2.1".to_owned()],
            });
        }
        if self.accelerator {
            seed.accelerators.push(seed::Accelerator {
                name: "shop".to_owned(),
                tags: BTreeMap::from([("team".to_owned(), "other".to_owned())]),
            });
        }
        if self.table {
            let table = json!({"name": "sessions", "regions": ["us-east-1", "eu-west-1"]});
            seed.tables.push(serde_json::from_value(table).unwrap());
        }
        seed
    }

    /// What they look like.
    fn picture(&self, world: &World) -> Value {
        let picture = world.picture();
        let record_sets = picture["route53"]["zones"][0]["recordSets"]
            .as_array()
            .unwrap();
        let record_set = record_sets
            .iter()
            .find(|set| self.record_set && set["Name"] == "store.example.com.");
        let accelerators = picture["globalAccelerator"].as_array().unwrap();
        let accelerator = accelerators
            .iter()
            .find(|accelerator| accelerator["tags"]["team"] == "other");
        // Elsewhere the name is free.
        let theirs = ["us-east-1/sessions", "eu-west-1/sessions"];
        let tables = theirs.map(|table| &picture["dynamodb"][table]);
        let tables = self.table.then_some(tables);
        json!({"recordSet": record_set, "accelerator": accelerator, "tables": tables})
    }
}

/// Applies these manifests, and prunes what is not among them, in the order of GitOps tools: whoever still needs what goes is
/// known before it goes.
fn declare(rig: &Rig, shape: &Shape) {
    for manifest in &shape.0 {
        rig.kube.apply(manifest).unwrap();
    }
    let name = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&object["kind"]), text(&object["metadata"]["name"]))
    };
    let wanted: BTreeSet<_> = shape.0.iter().map(name).collect();
    for kind in ["GlobalApp", "GlobalTable", "RegionEndpoint"] {
        for object in rig.kube.list(kind) {
            let (_, name) = name(&object);
            if !wanted.contains(&(kind.to_owned(), name.clone())) {
                rig.kube.delete(kind, "default", &name).unwrap();
            }
        }
    }
}
