//! The plan for a GlobalApp: its accelerator first, then its names, then the guard over both.

use std::collections::BTreeSet;

use k8s_openapi::jiff::Timestamp;

use super::{Action, Commit, KNOWN_AFTER_APPLY, Plan, incarnation, revision};
use crate::crd::Mode;
use crate::entrance::{Entrance, Health, entrances};
use crate::failure::Read;
use crate::global_accelerator::desired::Desired;
use crate::global_accelerator::{Accelerator, AcceleratorStatus, Group, Listener};
use crate::identity::{Mark, Ownership};
use crate::names::{AcceleratorArn, Region, ZoneId};
use crate::observed::Observed;
use crate::refusal::Refusal;
use crate::route53::Records;
use crate::settings::Settings;
use crate::validate::{App, Lifecycle, ZoneRef};
use crate::waiting::Waiting;
use crate::{global_accelerator, guard, route53, validate};

/// Why nothing can be planned.
type Obstacle = Box<Plan>;

/// The plan for a GlobalApp.
pub fn app(app: &App, observed: &Observed, settings: &Settings, now: Timestamp) -> Plan {
    attempt(app, observed, settings, now)
        .unwrap_or_else(|obstacle| Plan {
            // Timers run while nobody can see.
            drains: app.memory.drains.clone(),
            ..*obstacle
        })
        .escalated()
}

fn attempt(
    app: &App,
    observed: &Observed,
    settings: &Settings,
    now: Timestamp,
) -> Result<Plan, Obstacle> {
    if app.mode == Mode::Plan && app.lifecycle != Lifecycle::Living {
        // What was only ever planned leaves AWS as it is.
        return Ok(Plan::default());
    }
    let nothing = Records::default();
    let (zone, records) = names_of(app, observed, &nothing)?;
    let found = global_accelerator::find(
        app,
        Some(records),
        &observed.global_accelerator,
        &settings.installation,
    )
    .map_err(|waiting| Plan::waits([*waiting]))?;
    let accelerator = found
        .as_ref()
        .and_then(|(_, accelerator, ownership)| match ownership {
            Ownership::Ours | Ownership::Retakeable => Some(*accelerator),
            Ownership::NotOurs(_) => None,
        });

    let fences: Vec<_> = route53::fenced(app, records)
        .map(|(_, fence)| fence)
        .collect();
    let is_new = app.identity.incarnation.is_none() && fences.is_empty() && accelerator.is_none();
    if is_new && app.lifecycle == Lifecycle::Living && awaits_named_endpoints(app, settings, now) {
        return Ok(Plan::waits(app.unresolved.iter().cloned()));
    }
    let tagged = accelerator.and_then(|accelerator| Mark::from_tags(accelerator.tags.known()?));
    let marks = fences.iter().map(|fence| fence.mark.clone()).chain(tagged);
    let incarnation = incarnation(&app.identity, marks, settings);
    let highest = fences.iter().map(|fence| fence.revision).max().unwrap_or(0);
    let revision = revision(&app.identity, highest);

    let wanted = global_accelerator::desired::desired(app);
    let is_needed = accelerator.is_some_and(|found| {
        route53::has_alias(app, records, |_, target| target == found.dns_name)
    });
    let mut front = global_accelerator::changes(
        app,
        found,
        wanted.as_ref(),
        is_needed,
        &incarnation,
        settings,
        now,
    );
    let target = accelerator
        .zip(wanted.as_ref())
        .and_then(|(accelerator, wanted)| {
            // A name that points to it already stays.
            if !is_needed {
                let serving = served_by_names(app, observed, &zone, settings);
                if let Some(waiting) = unready(app, accelerator, wanted, &serving) {
                    front.wait(waiting);
                    return None;
                }
            }
            Some(accelerator.dns_name.as_str())
        });
    let place = route53::Place {
        zone: &zone,
        records,
        accelerator: target,
        incarnation: &incarnation,
        revision,
    };
    let desired = route53::desired::desired(app);
    let names = route53::changes(app, &desired, &observed.route53, &place, settings, now);
    if accelerator.is_none() && names.refused.len() == app.hostnames.len() {
        // Nobody would ever come through an accelerator none of whose names can be had.
        front = global_accelerator::Changes::default();
    }

    let mut plan = Plan {
        waiting: app.unresolved.clone(),
        ..Plan::default()
    };
    // A Region that is wanted again is not leaving any more.
    let leaves =
        |region: &Region| !app.endpoints.contains_key(region) && !app.held.contains(region);
    let is_partial = |waiting: &Waiting| matches!(waiting, Waiting::PartialObservation { .. });
    // A timer that is over stays as long as nobody sees what it was for.
    let is_unseen = front.waiting.iter().any(is_partial);
    let leaving = app
        .memory
        .drains
        .iter()
        .filter(|(region, until)| (**until > now || is_unseen) && leaves(region));
    plan.drains
        .extend(leaving.map(|(region, until)| (region.clone(), *until)));
    plan.add(front, Action::GlobalAccelerator);
    plan.add(names, Action::Route53);
    let nonce = plan.actions.iter().find_map(|action| match action {
        Action::GlobalAccelerator(global_accelerator::Action::CreateAccelerator {
            nonce, ..
        }) => Some(nonce.clone()),
        Action::GlobalAccelerator(_) | Action::Route53(_) | Action::DynamoDb(_) => None,
    });
    plan.commit = Some(Commit {
        incarnation,
        revision,
        digest: app.identity.digest.clone(),
        nonce: nonce.or_else(|| app.memory.nonce.clone()),
    });
    Ok(guard::app(app, plan, observed, &zone, settings, now))
}

/// The zone of that app and what is in it; of an app that goes after its zone, nothing.
fn names_of<'a>(
    app: &App,
    observed: &'a Observed,
    nothing: &'a Records,
) -> Result<(ZoneId, &'a Records), Obstacle> {
    if app.lifecycle != Lifecycle::Living && is_zone_gone(app, observed) {
        // Its names went with it. Nothing is left to change there, so the id is never sent.
        return Ok((ZoneId::new("gone"), nothing));
    }
    let zone = zone(app, observed)?;
    let records = records(app, observed, &zone)?;
    Ok((zone, records))
}

/// Whether AWS says that there is no such zone.
fn is_zone_gone(app: &App, observed: &Observed) -> bool {
    match &app.zone {
        ZoneRef::Id(id) => observed
            .route53
            .records
            .get(id)
            .and_then(Read::failure)
            .is_some_and(|failure| failure.code == "NoSuchHostedZone"),
        ZoneRef::Name(name) => observed
            .route53
            .zones_by_name
            .get(name)
            .and_then(Read::known)
            .is_some_and(BTreeSet::is_empty),
    }
}

/// The zone of that app, or why it is not known.
pub(crate) fn zone(app: &App, observed: &Observed) -> Result<ZoneId, Obstacle> {
    let name = match &app.zone {
        ZoneRef::Id(id) => return Ok(id.clone()),
        ZoneRef::Name(name) => name,
    };
    let read = observed.route53.zones_by_name.get(name);
    let Some(ids) = read.and_then(Read::known) else {
        return Err(Plan::waits([Waiting::unread(format!("zone {name}"), read)]).into());
    };
    let refusal = match ids.iter().collect::<Vec<_>>()[..] {
        [id] => return Ok(id.clone()),
        [] => Refusal::HostedZoneNotFound { zone: name.clone() },
        [_, _, ..] => Refusal::HostedZoneAmbiguous {
            zone: name.clone(),
            ids: ids.clone(),
        },
    };
    Err(Plan {
        refused: vec![refusal],
        ..Plan::default()
    }
    .into())
}

/// What is in the zone, or why it is not known.
fn records<'a>(app: &App, observed: &'a Observed, zone: &ZoneId) -> Result<&'a Records, Obstacle> {
    let read = observed.route53.records.get(zone);
    let Some(records) = read.and_then(Read::known) else {
        return Err(Plan::waits([Waiting::unread(format!("zone {zone}"), read)]).into());
    };
    let outside = app
        .hostnames
        .iter()
        .filter(|hostname| !hostname.is_in(&records.zone_name));
    let outside = outside.map(|hostname| Refusal::NameOutsideZone {
        hostname: hostname.clone(),
        zone: records.zone_name.clone(),
    });
    // The name of a zone that is given by its id is known only now.
    let at_apex = validate::cnames_at_apex(app, &records.zone_name);
    let refused: Vec<Refusal> = outside.chain(at_apex).collect();
    if refused.is_empty() || app.lifecycle != Lifecycle::Living {
        Ok(records)
    } else {
        Err(Plan {
            refused,
            ..Plan::default()
        }
        .into())
    }
}

fn awaits_named_endpoints(app: &App, settings: &Settings, now: Timestamp) -> bool {
    let grace = settings.timings.endpoints_grace;
    app.unresolved
        .iter()
        .any(|waiting| now.duration_since(app.memory.waits.since(waiting, now)) < grace)
}

/// The Regions that users of the app's names reach now, as far as anybody knows.
fn served_by_names(
    app: &App,
    observed: &Observed,
    zone: &ZoneId,
    settings: &Settings,
) -> BTreeSet<Region> {
    entrances(app, observed, zone, settings)
        .into_iter()
        .filter(|(entrance, _)| matches!(entrance, Entrance::Name(_)))
        .flat_map(|(_, serving)| serving.regions)
        .filter(|(_, health)| *health != Health::Unhealthy)
        .map(|(region, _)| region)
        .collect()
}

/// Why names may not point to the accelerator yet: an alias to an empty one would be worse than none, and one to fewer
/// Regions than the names serve now would take those from users for a while.
fn unready(
    app: &App,
    accelerator: &Accelerator,
    wanted: &Desired,
    serving: &BTreeSet<Region>,
) -> Option<Waiting> {
    let listeners: Vec<&Listener> = accelerator.listeners().map(|(_, found)| found).collect();
    let is_complete = listeners.len() >= wanted.listeners.len().max(1);
    let ready = |region: &&Region, is_ready: fn(&Group) -> bool| {
        is_complete
            && listeners
                .iter()
                .all(|listener| listener.group(region).is_some_and(is_ready))
    };
    let minimum = app.minimum.min(wanted.groups.len());
    let regions = wanted
        .groups
        .keys()
        .filter(|region| ready(region, Group::takes_users))
        .count();
    let kept = || serving.iter().filter(|region| wanted.takes_users(region));
    let kept_ready = kept().filter(|region| ready(region, Group::serves)).count();
    for (regions, minimum) in [(regions, minimum), (kept_ready, kept().count())] {
        if regions < minimum || !is_complete {
            return Some(Waiting::AcceleratorBelowMinimum { regions, minimum });
        }
    }
    match accelerator.status {
        AcceleratorStatus::Deployed => None,
        AcceleratorStatus::InProgress => {
            let arn = app
                .memory
                .accelerator
                .as_ref()
                .map_or(KNOWN_AFTER_APPLY, AcceleratorArn::as_str);
            Some(Waiting::AcceleratorDeploying {
                accelerator: arn.to_owned(),
            })
        }
    }
}
