//! What we believe AWS shows after each of our calls, held against what it shows.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use evenkeel::aws::{Aws, Budget, WriteGate};
use evenkeel::context::Clock;
use evenkeel::observe::Observer;
use evenkeel_core::failure::Read;
use evenkeel_core::identity::Installation;
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::KNOWN_AFTER_APPLY;
use evenkeel_core::settings::Settings;
use evenkeel_core::waiting::Waiting;
use evenkeel_core::waves::{self, Declared};
use evenkeel_core::{dynamodb, global_accelerator, route53};
use evenkeel_sim::World;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use kube::core::object::HasStatus;
use pretty_assertions::StrComparison;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::aws::SimulatedAws;
use crate::death::Death;
use crate::shapes::{self, Shape};
use crate::time;

/// More waves than this mean that nothing converges.
const MOST_WAVES: usize = 40;

/// How many random installations are tried.
const CASES: u32 = 64;

/// How often a failing one is made simpler.
const SHRINKS: u32 = 100;

/// Every call that a random installation can lead to.
const CALLS: [&str; 14] = [
    "ChangeResourceRecordSets",
    "ChangeTagsForResource",
    "CreateAccelerator",
    "CreateEndpointGroup",
    "CreateHealthCheck",
    "CreateListener",
    "CreateTable",
    "DeleteEndpointGroup",
    "DeleteListener",
    "TagResource",
    "UpdateEndpointGroup",
    "UpdateListener",
    "UpdateTable",
    "UpdateTimeToLive",
];

#[test]
fn aws_shows_what_we_believe_it_shows_after_each_call() {
    let calls = RefCell::new(BTreeSet::new());
    let result = shapes::runner(CASES, SHRINKS).run(&vec(shapes::shape(), 1..4), |shapes| {
        calls
            .borrow_mut()
            .extend(time::runtime().block_on(carry_out_all(&shapes))?);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(
        calls.into_inner().into_iter().collect::<Vec<_>>(),
        CALLS,
        "what was tried"
    );
}

fn settings() -> Settings {
    Settings::of(Installation {
        fleet: "fleet-1".parse().unwrap(),
        writer: "writer-1".parse().unwrap(),
        former_writers: BTreeSet::new(),
    })
}

/// An installation without Kubernetes: its objects, and a loop that carries out their plans.
struct Installed {
    simulated: SimulatedAws,
    clock: Clock,
    aws: Arc<Aws>,
    settings: Arc<Settings>,
    declared: Declared,
    calls: BTreeSet<&'static str>,
    last_wave: String,
}

/// Declares one shape after another. Returns the calls that were made.
async fn carry_out_all(shapes: &[Shape]) -> Result<BTreeSet<&'static str>, TestCaseError> {
    let clock = time::clock();
    let simulated = SimulatedAws::new(
        World::new(shapes::seed(), clock.now()),
        clock.clone(),
        Death::default(),
    );
    let gate = WriteGate::default();
    gate.open_until(tokio::time::Instant::now() + std::time::Duration::from_hours(1_000_000));
    let mut installed = Installed {
        aws: Arc::new(
            simulated
                .clients(gate, Budget::unlimited(), "agreement")
                .await,
        ),
        simulated,
        clock,
        settings: Arc::new(settings()),
        declared: Declared::default(),
        calls: BTreeSet::new(),
        last_wave: String::new(),
    };
    for (number, shape) in shapes.iter().enumerate() {
        installed.declare(number, shape);
        let mut waves = 0;
        while installed.wave().await? {
            waves += 1;
            prop_assert!(
                waves < MOST_WAVES,
                "no end in sight:\n{}",
                installed.last_wave
            );
        }
    }
    Ok(installed.calls)
}

impl Installed {
    /// Declares the shape, and nothing else. What is not in it any more is deleted.
    fn declare(&mut self, number: usize, shape: &Shape) {
        let mut new = shape.declared();
        let before = std::mem::take(&mut self.declared);
        replace(&mut new.apps, before.apps, number);
        replace(&mut new.tables, before.tables, number);
        let mut endpoints = before.endpoints;
        endpoints.retain(|old| new.endpoints.iter().any(|new| is_same(new, old)));
        replace(&mut new.endpoints, endpoints, number);
        self.declared = new;
    }

    /// One wave, and all that it leads to. Whether there may be another one.
    async fn wave(&mut self) -> Result<bool, TestCaseError> {
        let now = self.clock.now();
        let mut world = self.observer().everything(&mut self.declared, now).await;
        let plans = waves::look(&mut self.declared, &world, &self.settings, now);
        self.last_wave = format!("{plans:#?}");
        let actions: Vec<_> = plans
            .iter()
            .flat_map(|one| one.plan.actions.clone())
            .collect();
        for action in &actions {
            self.calls.insert(action.describe().call);
            let effect = self.aws.carry_out(action).await;
            let failed = |failure| TestCaseError::fail(format!("{}: {failure}", action.describe()));
            world.observed.after(action, &effect.map_err(failed)?);
            self.compare(&world.observed, &format!("after {}", action.describe()))
                .await?;
        }
        world.observed.settle(&actions);
        self.sleep_until(self.simulated.quiet_at()).await;
        self.compare(&world.observed, "when all is settled").await?;
        waves::write_statuses(
            &mut self.declared,
            &world,
            &self.settings,
            &plans,
            self.clock.now(),
        );
        let waiting = plans.iter().flat_map(|one| &one.plan.waiting);
        let due = waiting
            .filter_map(Waiting::until)
            .min()
            .filter(|due| *due > self.clock.now());
        if let Some(due) = due {
            self.sleep_until(due).await;
        }
        Ok(due.is_some() || !actions.is_empty())
    }

    async fn sleep_until(&self, time: Timestamp) {
        let pause = time.duration_since(self.clock.now());
        tokio::time::sleep(pause.try_into().unwrap_or_default()).await;
    }

    /// Somebody who looks for the first time.
    fn observer(&self) -> Observer {
        Observer::new(self.aws.clone(), self.settings.clone())
    }

    async fn compare(&self, believed: &Observed, when: &str) -> Result<(), TestCaseError> {
        let mut declared = self.declared.clone();
        let shown = self
            .observer()
            .everything(&mut declared, self.clock.now())
            .await;
        agree(believed, &shown.observed, when)
    }
}

fn is_same(one: &impl ResourceExt, other: &impl ResourceExt) -> bool {
    one.name_any() == other.name_any()
}

/// Keeps what goes on, with its status and its uid; deletes the rest. What had been deleted before is gone by now.
fn replace<K>(new: &mut Vec<K>, old: Vec<K>, number: usize)
where
    K: ResourceExt + HasStatus<Status: Clone>,
{
    for object in new.iter_mut() {
        object.meta_mut().uid = Some(format!("uid-{}-{number}", object.name_any()));
    }
    for mut object in old {
        if object.meta().deletion_timestamp.is_some() {
            continue;
        }
        if let Some(same) = new.iter_mut().find(|new| is_same(*new, &object)) {
            same.meta_mut().uid = object.uid();
            same.status_mut().clone_from(&object.status().cloned());
        } else {
            object.meta_mut().deletion_timestamp = Some(Time(time::START.parse().unwrap()));
            new.push(object);
        }
    }
}

fn agree(believed: &Observed, shown: &Observed, when: &str) -> Result<(), TestCaseError> {
    let (mut believed, mut shown) = (believed.clone(), shown.clone());
    route53(&mut believed.route53, &mut shown.route53);
    accelerators(
        &mut believed.global_accelerator,
        &mut shown.global_accelerator,
    );
    tables(&mut believed.dynamodb, &mut shown.dynamodb);
    let (believed, shown) = (format!("{believed:#?}"), format!("{shown:#?}"));
    prop_assert!(
        believed == shown,
        "{when}\n{}",
        StrComparison::new(&believed, &shown)
    );
    Ok(())
}

/// What one of the two does not know is not compared.
fn both<T>(one: &mut Read<T>, other: &mut Read<T>) -> bool {
    let is_known = one.known().is_some() && other.known().is_some();
    if !is_known {
        *one = Read::NotRead;
        *other = Read::NotRead;
    }
    is_known
}

fn route53(believed: &mut route53::Observed, shown: &mut route53::Observed) {
    // A looker-on knows of no change but from statuses.
    believed.changes.clear();
    shown.changes.clear();
    both(&mut believed.health_checks, &mut shown.health_checks);
    both(&mut believed.check_quota, &mut shown.check_quota);
    let shown = shown.health_checks.known_mut();
    for (id, check) in believed.health_checks.known_mut().into_iter().flatten() {
        if let Some(shown) = shown.as_ref().and_then(|all| all.get(id)) {
            let mut name = shown.name_tag.clone();
            if !both(&mut check.name_tag, &mut name) {
                check.name_tag = shown.name_tag.clone();
            }
        }
    }
}

fn accelerators(
    believed: &mut global_accelerator::Observed,
    shown: &mut global_accelerator::Observed,
) {
    both(&mut believed.accelerators, &mut shown.accelerators);
    let (Some(believed), Some(shown)) = (
        believed.accelerators.known_mut(),
        shown.accelerators.known_mut(),
    ) else {
        return;
    };
    for (arn, one) in believed {
        let Some(other) = shown.get_mut(arn) else {
            continue;
        };
        both(&mut one.tags, &mut other.tags);
        both(&mut one.listeners, &mut other.listeners);
        let (Some(one), Some(other)) = (one.listeners.known_mut(), other.listeners.known_mut())
        else {
            continue;
        };
        for (arn, one) in one {
            if let Some(other) = other.get_mut(arn) {
                both(&mut one.groups, &mut other.groups);
            }
        }
    }
}

fn tables(
    believed: &mut std::collections::BTreeMap<evenkeel_core::names::TableName, dynamodb::Observed>,
    shown: &mut std::collections::BTreeMap<evenkeel_core::names::TableName, dynamodb::Observed>,
) {
    for (name, members) in believed {
        let Some(shown) = shown.get_mut(name) else {
            continue;
        };
        for (region, one) in members {
            let Some(other) = shown.get_mut(region) else {
                continue;
            };
            both(one, other);
            if let (Some(Some(one)), Some(Some(other))) = (one.known_mut(), other.known_mut()) {
                both(&mut one.tags, &mut other.tags);
                both(&mut one.ttl, &mut other.ttl);
                if one.id.as_str() == KNOWN_AFTER_APPLY {
                    one.id = other.id.clone();
                }
            }
        }
    }
}
