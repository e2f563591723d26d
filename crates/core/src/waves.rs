//! Every wave that would be done, by carrying out each plan on what is believed of AWS until nothing is left.
//!
//! The plan command prints this. It decides nothing of its own: each wave is planned by the same functions as in the
//! controller, from statuses that the same functions wrote.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use crate::crd::{GlobalApp, GlobalTable, RegionEndpoint};
use crate::failure::Read;
use crate::load_balancer::LoadBalancer;
use crate::names::{LoadBalancerArn, ObjectKey};
use crate::observed::Observed;
use crate::plan::{self, Action, Effect, Plan};
use crate::settings::Settings;
use crate::status::{self, AppReport, EndpointReport, TableReport};
use crate::validate::{self, Objections};
use crate::waiting::Waiting;

/// Looking more often than this means that the plan runs in a circle.
const MOST_LOOKS: usize = 500;

/// The plan runs in a circle: a bug of ours, and never one that a caller could mend.
#[derive(Debug, thiserror::Error)]
#[error(
    "the plan has no end: still at work after {MOST_LOOKS} looks at what it leads to; please report this"
)]
pub struct Endless;

/// The declared objects, with the statuses that they have.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The apps.
    pub apps: Vec<GlobalApp>,
    /// The endpoints.
    pub endpoints: Vec<RegionEndpoint>,
    /// The tables.
    pub tables: Vec<GlobalTable>,
}

/// What is believed of AWS.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// What apps and tables need.
    pub observed: Observed,
    /// What endpoints need.
    pub load_balancers: BTreeMap<LoadBalancerArn, Read<Option<LoadBalancer>>>,
}

/// One wave: what can be done at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// When it would begin.
    pub at: Timestamp,
    /// The plan of each object that has one.
    pub plans: Vec<ObjectPlan>,
}

/// The plan of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPlan {
    /// Its kind.
    pub kind: &'static str,
    /// Namespace and name.
    pub key: ObjectKey,
    /// What would be done, waits or is refused.
    pub plan: Plan,
}

/// Carries everything out. Returns the waves; the last one has no actions, and says what still waits or is refused.
pub fn waves(
    declared: &mut Declared,
    world: &mut World,
    settings: &Settings,
    mut now: Timestamp,
    effect: &mut dyn FnMut(&Action) -> Effect,
) -> Result<Vec<Wave>, Endless> {
    let mut waves = Vec::new();
    for _ in 0..MOST_LOOKS {
        let plans = look(declared, world, settings, now);
        let actions: Vec<Action> = plans
            .iter()
            .flat_map(|one| one.plan.actions.clone())
            .collect();
        let due = plans
            .iter()
            .flat_map(|one| &one.plan.waiting)
            .filter_map(Waiting::until)
            .min();
        for action in &actions {
            world.observed.after(action, &effect(action));
        }
        world.observed.settle(&actions);
        write_statuses(declared, world, settings, &carried_out(&plans, now), now);
        let is_last = actions.is_empty() && due.is_none_or(|due| due <= now);
        if !actions.is_empty() || is_last {
            waves.push(Wave { at: now, plans });
        }
        if is_last {
            return Ok(waves);
        }
        // Between waves only timers pass: how long AWS takes is not ours to say.
        if let (true, Some(due)) = (actions.is_empty(), due) {
            now = due;
        }
    }
    Err(Endless)
}

/// The plans once their actions are done: what a timer that is over was for is done, too.
fn carried_out(plans: &[ObjectPlan], now: Timestamp) -> Vec<ObjectPlan> {
    let mut plans = plans.to_vec();
    for one in &mut plans {
        if !one.plan.actions.is_empty() {
            one.plan.drains.retain(|_, until| *until > now);
        }
    }
    plans
}

/// Plans one wave: what every object would do now.
pub fn look(
    declared: &mut Declared,
    world: &World,
    settings: &Settings,
    now: Timestamp,
) -> Vec<ObjectPlan> {
    resolve_endpoints(declared, world, now);
    plans(declared, world, settings, now)
}

/// Resolves the endpoints by what is known of their load balancers.
pub fn resolve_endpoints(declared: &mut Declared, world: &World, now: Timestamp) {
    let unknown = Read::NotRead;
    for endpoint in &mut declared.endpoints {
        let arn = endpoint
            .spec
            .target
            .load_balancer_arn
            .as_deref()
            .and_then(|arn| arn.parse().ok());
        let target = arn
            .and_then(|arn: LoadBalancerArn| world.load_balancers.get(&arn))
            .unwrap_or(&unknown);
        let report = EndpointReport {
            object: endpoint,
            target,
            apps: &declared.apps,
        };
        endpoint.status = Some(status::endpoint(&report, now));
    }
}

fn key(object: &impl ResourceExt) -> ObjectKey {
    ObjectKey::new(object.namespace().unwrap_or_default(), object.name_any())
}

fn of_namespace<T: ResourceExt + Clone>(objects: &[T], namespace: Option<&str>) -> Vec<T> {
    objects
        .iter()
        .filter(|object| object.namespace().as_deref() == namespace)
        .cloned()
        .collect()
}

/// Validates a GlobalApp among the objects around it.
pub fn valid_app(
    app: &GlobalApp,
    declared: &Declared,
    settings: &Settings,
    now: Timestamp,
) -> Result<validate::App, Objections> {
    let namespace = app.namespace();
    let endpoints = of_namespace(&declared.endpoints, namespace.as_deref());
    let tables = of_namespace(&declared.tables, namespace.as_deref());
    validate::app(app, &endpoints, &tables, &settings.timings, now)
}

fn plans(
    declared: &Declared,
    world: &World,
    settings: &Settings,
    now: Timestamp,
) -> Vec<ObjectPlan> {
    let nothing = BTreeMap::new();
    let tables = declared.tables.iter().map(|object| {
        let plan = match validate::table(object) {
            Ok(table) => plan::table(
                &table,
                world.observed.dynamodb.get(&table.name).unwrap_or(&nothing),
                settings,
            ),
            Err(objections) => objections.into(),
        };
        ObjectPlan {
            kind: "GlobalTable",
            key: key(object),
            plan,
        }
    });
    let apps = declared.apps.iter().map(|object| {
        let plan = match valid_app(object, declared, settings, now) {
            Ok(app) => plan::app(&app, &world.observed, settings, now),
            Err(objections) => objections.into(),
        };
        ObjectPlan {
            kind: "GlobalApp",
            key: key(object),
            plan,
        }
    });
    tables.chain(apps).collect()
}

/// Writes what the controller would have written after the wave: the next one is planned from it.
pub fn write_statuses(
    declared: &mut Declared,
    world: &World,
    settings: &Settings,
    plans: &[ObjectPlan],
    now: Timestamp,
) {
    let nothing = BTreeMap::new();
    let plan_of =
        |kind: &str, key: &ObjectKey| plans.iter().find(|one| one.kind == kind && one.key == *key);
    for index in 0..declared.tables.len() {
        let object = &declared.tables[index];
        let Some(one) = plan_of("GlobalTable", &key(object)) else {
            continue;
        };
        let table = validate::table(object);
        let observed = table
            .as_ref()
            .ok()
            .and_then(|table| world.observed.dynamodb.get(&table.name));
        let report = TableReport {
            object,
            table: table.as_ref(),
            plan: &one.plan,
            observed: observed.unwrap_or(&nothing),
            failure: None,
        };
        let status = status::table(&report, settings, now);
        declared.tables[index].status = Some(status);
    }
    for index in 0..declared.apps.len() {
        let object = &declared.apps[index];
        let Some(one) = plan_of("GlobalApp", &key(object)) else {
            continue;
        };
        let app = valid_app(object, declared, settings, now);
        let report = AppReport {
            used: &BTreeSet::new(),
            corrected: &BTreeSet::new(),
            object,
            app: app.as_ref(),
            plan: &one.plan,
            observed: &world.observed,
            failure: None,
        };
        let status = status::app(&report, settings, now);
        declared.apps[index].status = Some(status);
    }
}
