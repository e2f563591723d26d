//! Keeps a plan from making things worse: each action is kept only if the state after it is safe.
//!
//! Unsafe means worse than before *and* below the limit, so a repair is never refused. The guard folds over the list, so
//! every prefix of what remains is safe: cut off anywhere, nobody loses their Region.

use std::collections::BTreeMap;

use crate::global_accelerator::desired::desired;
use crate::global_accelerator::{Accelerator, Dial, EndpointHealth, Listener};
use crate::identity::Ownership;
use crate::names::{Hostname, ListenerArn, Region, ZoneId};
use crate::observed::Observed;
use crate::plan::{Action, Plan};
use crate::refusal::Refusal;
use crate::route53::{self, Answer, CheckStatus, RecordRouting, RecordSet};
use crate::settings::Settings;
use crate::validate::{App, Front, Lifecycle};
use crate::waiting::Waiting;

/// A way in: users enter by a name, or by an accelerator's address and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entrance {
    /// A hostname.
    Name(Hostname),
    /// A listener.
    Listener(ListenerArn),
}

/// Where an entrance leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Regions that are configured, with what is known of their health.
    pub regions: BTreeMap<Region, Health>,
    /// Whether the spec still wants this entrance.
    pub is_wanted: bool,
    /// Endpoint groups at full dial that are not known to be unhealthy.
    pub at_full_dial: usize,
}

/// What is known of a Region's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// What decides failover says so.
    Healthy,
    /// It says no.
    Unhealthy,
    /// It was not asked, or does not know.
    Unknown,
    /// Nothing decides; the Region always counts.
    NotChecked,
}

impl Serving {
    /// Regions that serve, as far as anybody knows: for what was, and for what is shown.
    pub fn hopeful(&self) -> usize {
        self.regions
            .values()
            .filter(|health| **health != Health::Unhealthy)
            .count()
    }

    /// Regions of which nobody knows whether they serve.
    fn unknown(&self) -> impl Iterator<Item = &Region> {
        let unknown = self.regions.iter();
        unknown
            .filter(|(_, health)| **health == Health::Unknown)
            .map(|(region, _)| region)
    }

    /// Regions that certainly serve: for what a change of ours may leave.
    fn certain(&self) -> usize {
        let certain = |health: &&Health| matches!(health, Health::Healthy | Health::NotChecked);
        self.regions.values().filter(certain).count()
    }
}

/// Where each entrance of the app leads.
pub fn entrances(
    app: &App,
    observed: &Observed,
    zone: &ZoneId,
    settings: &Settings,
) -> BTreeMap<Entrance, Serving> {
    let mut entrances = BTreeMap::new();
    let found =
        crate::global_accelerator::find(app, &observed.global_accelerator, &settings.installation);
    let accelerator = match found {
        Ok(Some((_, accelerator, Ownership::Ours | Ownership::Retakeable))) => Some(accelerator),
        Ok(Some((_, _, Ownership::NotOurs(_))) | None) | Err(_) => None,
    };
    for (arn, listener) in accelerator.into_iter().flat_map(Accelerator::listeners) {
        entrances.insert(
            Entrance::Listener(arn.clone()),
            behind_listener(app, listener),
        );
    }
    if let Some(records) = observed
        .route53
        .records
        .get(zone)
        .and_then(|read| read.known())
    {
        for (hostname, _) in route53::fenced(app, records) {
            let mut serving = Serving {
                is_wanted: app.hostnames.contains(&hostname),
                ..Serving::default()
            };
            for set in route53::addresses(records, &hostname) {
                serving
                    .regions
                    .extend(behind_set(app, &set, accelerator, observed));
            }
            if !serving.regions.is_empty() {
                entrances.insert(Entrance::Name(hostname), serving);
            }
        }
    }
    entrances
}

fn behind_listener(app: &App, listener: &Listener) -> Serving {
    let wishes = match &app.front {
        Front::Accelerator(wishes) => wishes.as_slice(),
        Front::Simple | Front::Latency => &[],
    };
    let mut serving = Serving {
        is_wanted: wishes
            .iter()
            .any(|wish| wish.protocol == listener.protocol && wish.ports.overlaps(&listener.ports)),
        ..Serving::default()
    };
    for (region, group) in listener.groups().filter(|(_, group)| group.takes_users()) {
        let health = group_health(group.health());
        serving.regions.insert(region.clone(), health);
        if group.settings.dial == Dial::FULL && health != Health::Unhealthy {
            serving.at_full_dial += 1;
        }
    }
    serving
}

fn group_health(health: EndpointHealth) -> Health {
    match health {
        EndpointHealth::Healthy => Health::Healthy,
        EndpointHealth::Unhealthy => Health::Unhealthy,
        EndpointHealth::Initial => Health::Unknown,
    }
}

fn behind_set(
    app: &App,
    set: &RecordSet,
    accelerator: Option<&Accelerator>,
    observed: &Observed,
) -> BTreeMap<Region, Health> {
    let Answer::Alias { dns_name, .. } = &set.answer else {
        return BTreeMap::new();
    };
    if let Some(accelerator) = accelerator.filter(|accelerator| accelerator.dns_name == *dns_name) {
        let groups = accelerator
            .listeners()
            .flat_map(|(_, listener)| listener.groups());
        let taking = groups.filter(|(_, group)| group.takes_users());
        return taking
            .map(|(region, group)| (region.clone(), group_health(group.health())))
            .collect();
    }
    let region = match &set.routing {
        RecordRouting::Latency(region) => Some(region.clone()),
        RecordRouting::Simple | RecordRouting::Foreign(_) => region_of(app, dns_name),
    };
    let checks = observed.route53.health_checks.known();
    let health = match &set.health_check {
        None => Health::NotChecked,
        Some(id) => match checks
            .and_then(|checks| checks.get(id))
            .and_then(|check| check.status.known())
        {
            Some(CheckStatus::Healthy) => Health::Healthy,
            Some(CheckStatus::Unhealthy) => Health::Unhealthy,
            None => Health::Unknown,
        },
    };
    region.map(|region| (region, health)).into_iter().collect()
}

/// The Region of a load balancer's DNS name: as declared, else as the name itself says.
fn region_of(app: &App, dns_name: &str) -> Option<Region> {
    let declared = app.endpoints.iter().find(|(_, endpoints)| {
        endpoints
            .values()
            .any(|endpoint| endpoint.load_balancer.dns_name == dns_name)
    });
    declared
        .map(|(region, _)| region.clone())
        .or_else(|| dns_name.split('.').find_map(|label| label.parse().ok()))
}

/// Moves every action that would make things worse to what is refused, or to what waits.
pub(crate) fn app(
    app: &App,
    mut plan: Plan,
    observed: &Observed,
    zone: &ZoneId,
    settings: &Settings,
) -> Plan {
    // A committed deletion takes the app out on purpose.
    if app.lifecycle != Lifecycle::Living {
        return plan;
    }
    let mut state = observed.clone();
    let mut before = entrances(app, &state, zone, settings);
    for action in std::mem::take(&mut plan.actions) {
        let mut next = state.clone();
        next.after(&action, &action.predicted());
        let after = entrances(app, &next, zone, settings);
        match judge(app, &action, &before, &after) {
            Verdict::Safe => {
                plan.actions.push(action);
                state = next;
                before = after;
            }
            Verdict::NotYet(waiting) => {
                keep_timers(&mut plan, app, &before, &after);
                if !plan.waiting.contains(&waiting) {
                    plan.waiting.push(waiting);
                }
            }
            Verdict::Unsafe(refusal) => {
                keep_timers(&mut plan, app, &before, &after);
                plan.refused.push(refusal);
            }
        }
    }
    plan
}

/// A Region that does not leave after all has no timer.
fn keep_timers(
    plan: &mut Plan,
    app: &App,
    before: &BTreeMap<Entrance, Serving>,
    after: &BTreeMap<Entrance, Serving>,
) {
    for region in before
        .iter()
        .flat_map(|(entrance, serving)| lost(serving, after.get(entrance)))
    {
        if !app.memory.drains.contains_key(&region) {
            plan.drains.remove(&region);
            plan.waiting.retain(|waiting| {
                !matches!(waiting, Waiting::Draining { region: draining, .. } if *draining == region)
            });
        }
    }
}

enum Verdict {
    Safe,
    NotYet(Waiting),
    Unsafe(Refusal),
}

fn lost(before: &Serving, after: Option<&Serving>) -> Vec<Region> {
    let stays = |region: &Region| after.is_some_and(|after| after.regions.contains_key(region));
    before
        .regions
        .keys()
        .filter(|region| !stays(region))
        .cloned()
        .collect()
}

fn judge(
    app: &App,
    action: &Action,
    before: &BTreeMap<Entrance, Serving>,
    after: &BTreeMap<Entrance, Serving>,
) -> Verdict {
    let limit = app.minimum.max(1);
    let change = || action.describe().to_string();
    let nothing = Serving::default();
    for (entrance, was) in before {
        let regions = lost(was, after.get(entrance));
        if !regions.is_empty() {
            // What is not wanted may go once what is wanted serves in its place.
            let is = match after.get(entrance) {
                Some(is) if was.is_wanted => is,
                Some(_) | None => replacement(entrance, after).unwrap_or(&nothing),
            };
            if let Some(waiting) = replacement_of_regions(app, entrance, was, is, &regions) {
                return Verdict::NotYet(waiting);
            }
            let floor = was.hopeful().min(limit);
            if is.certain() < floor {
                if is.hopeful() >= floor {
                    let regions = is.unknown().cloned().collect();
                    return Verdict::NotYet(Waiting::HealthUnknown { regions });
                }
                return Verdict::Unsafe(match is.hopeful() {
                    0 => Refusal::LastServingRegion {
                        change: change(),
                        regions,
                    },
                    after => Refusal::BelowMinimum {
                        change: change(),
                        regions,
                        after,
                        minimum: limit,
                    },
                });
            }
        }
        if let Some(is) = after.get(entrance)
            && is.is_wanted
            && was.at_full_dial > 0
            && is.at_full_dial == 0
        {
            return Verdict::Unsafe(Refusal::NoGroupAtFullDial { change: change() });
        }
    }
    Verdict::Safe
}

/// What leaves the app stays while others come, as long as fewer would serve without it than do now and are declared.
/// A Region that is declared and dialled to nothing goes at once: somebody wants it out.
fn replacement_of_regions(
    app: &App,
    entrance: &Entrance,
    was: &Serving,
    is: &Serving,
    lost: &[Region],
) -> Option<Waiting> {
    let leaves = |region: &&Region| !app.endpoints.contains_key(*region);
    let leaving: Vec<Region> = lost.iter().filter(leaves).cloned().collect();
    let takes_users = |region: &&Region| match entrance {
        Entrance::Name(_) => true,
        Entrance::Listener(_) => desired(app).is_some_and(|wanted| wanted.takes_users(region)),
    };
    let declared: Vec<&Region> = app.endpoints.keys().filter(takes_users).collect();
    let comes = |region: &&&Region| match (entrance, is.regions.get(**region)) {
        (_, None) => true,
        // Record sets come and go in one batch; an endpoint group is let in before another one goes.
        (Entrance::Listener(_), Some(health)) => *health == Health::Unknown,
        (Entrance::Name(_), Some(_)) => false,
    };
    let coming: Vec<Region> = declared
        .iter()
        .filter(comes)
        .map(|region| (*region).clone())
        .collect();
    let are_fewer = is.certain() < was.hopeful().min(declared.len());
    (!leaving.is_empty() && !coming.is_empty() && are_fewer)
        .then_some(Waiting::RegionReplacement { leaving, coming })
}

/// The weakest wanted entrance of the same kind: all of them must serve before an unwanted one goes.
fn replacement<'a>(gone: &Entrance, after: &'a BTreeMap<Entrance, Serving>) -> Option<&'a Serving> {
    let same_kind =
        |entrance: &Entrance| match (gone, entrance) {
            (Entrance::Name(_), Entrance::Name(_))
            | (Entrance::Listener(_), Entrance::Listener(_)) => entrance != gone,
            (Entrance::Name(_), Entrance::Listener(_))
            | (Entrance::Listener(_), Entrance::Name(_)) => false,
        };
    let wanted = after
        .iter()
        .filter(|(entrance, serving)| serving.is_wanted && same_kind(entrance));
    wanted
        .map(|(_, serving)| serving)
        .min_by_key(|serving| serving.certain())
}
