//! The status of a GlobalApp.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use super::conditions::{Conditions, Progress, Truth, Verdict, plan_verdicts};
use super::consents::consents;
use super::regions::{Parts, sets};
use super::{fleet, kept, last_error, whole_seconds};
use crate::consent::Token;
use crate::crd::{
    AcceleratorStatus, DnsStatus, GlobalApp, GlobalAppStatus, ListenerStatus, NameStatus,
};
use crate::entrance::{Entrance, Health, Serving, entrances};
use crate::failure::Failure;
use crate::global_accelerator::{self, Accelerator};
use crate::identity::{MarkState, Ownership};
use crate::names::{AcceleratorArn, Hostname, ZoneId};
use crate::observed::Observed;
use crate::plan::{Plan, zone};
use crate::refusal::Refusal;
use crate::route53::{self, Records};
use crate::settings::Settings;
use crate::validate::{App, Front, Lifecycle, Objections, Waits};

/// What a GlobalApp's status is made of.
pub struct AppReport<'a> {
    /// The object as it was read.
    pub object: &'a GlobalApp,
    /// The valid app, or what speaks against it.
    pub app: Result<&'a App, &'a Objections>,
    /// What is left to do.
    pub plan: &'a Plan,
    /// What is known of AWS now.
    pub observed: &'a Observed,
    /// The consents by which something was done just now.
    pub used: &'a BTreeSet<Token>,
    /// The names at which somebody else's change was undone just now.
    pub corrected: &'a BTreeSet<Hostname>,
    /// The call that failed, if one did.
    pub failure: Option<&'a Failure>,
}

/// The status of a GlobalApp.
pub fn app(report: &AppReport<'_>, settings: &Settings, now: Timestamp) -> GlobalAppStatus {
    let before = report.object.status.clone().unwrap_or_default();
    let mut status = GlobalAppStatus {
        observed_generation: report.object.metadata.generation,
        plan: Some(super::plan::plan(
            report.plan,
            &Waits::of(before.plan.as_ref()),
            now,
        )),
        consents: consents(report.object, report.plan, report.used, report.app.is_ok()),
        last_error: last_error(report.failure, before.last_error.as_ref(), now),
        // What can't be seen now stays as it was last seen.
        ..before.clone()
    };
    let mode = report.object.spec.mode;
    let commit = kept(report.plan, mode, before.fleet.as_ref());
    status.fleet = Some(fleet(before.fleet.as_ref(), commit, settings));
    let mut serving = None;
    if let Ok(app) = report.app {
        if let Ok(zone) = zone(app, report.observed) {
            serving = observed_parts(app, report, &zone, &before, settings, now, &mut status);
        }
        if let (Some(accelerator), Some(commit)) = (&mut status.accelerator, commit) {
            accelerator.nonce.clone_from(&commit.nonce);
        }
    }
    status.conditions = conditions(report, &before, serving.as_ref(), now);
    status
}

/// Serving Regions, of how many, and how many there must be.
struct Count {
    serving: usize,
    /// Of those, the ones that serve in the place of others.
    standing_in: usize,
    declared: usize,
    minimum: usize,
}

fn observed_parts(
    app: &App,
    report: &AppReport<'_>,
    zone: &ZoneId,
    before: &GlobalAppStatus,
    settings: &Settings,
    now: Timestamp,
    status: &mut GlobalAppStatus,
) -> Option<Count> {
    let observed = report.observed;
    let records = observed.route53.records.get(zone)?.known()?;
    let found = global_accelerator::find(
        app,
        Some(records),
        &observed.global_accelerator,
        &settings.installation,
    )
    .ok()?;
    let ours = found.and_then(|(arn, accelerator, ownership)| match ownership {
        Ownership::Ours | Ownership::Retakeable => Some((arn, accelerator)),
        Ownership::NotOurs(_) => None,
    });
    let entrances = entrances(app, observed, zone, settings);
    let wanted: Vec<&Serving> = entrances
        .values()
        .filter(|serving| serving.is_wanted)
        .collect();
    let sets = sets(app, records);
    let parts = Parts {
        app,
        plan: report.plan,
        before,
        accelerator: ours.map(|(_, accelerator)| accelerator),
        sets: &sets,
        wanted: route53::desired::of_each_name(app),
        entrances: &wanted,
        now,
    };
    status.regions = parts.regions();
    status.dns = Some(dns(app, report, zone, records, now));
    status.accelerator = ours.map(|(arn, accelerator)| accelerator_status(app, arn, accelerator));
    let names = entrances
        .iter()
        .filter(|(entrance, serving)| serving.is_wanted && matches!(entrance, Entrance::Name(_)));
    let all_names_there = names.count() == app.hostnames.len();
    // Somebody turned it off: nobody comes through, whatever is behind it.
    let is_off = matches!(app.front, Front::Accelerator(_))
        && ours.is_some_and(|(_, accelerator)| !accelerator.enabled);
    let declared = app.answering();
    let serves = |serving: &&Serving| {
        let regions = serving.regions.iter();
        let of_app = regions
            .filter(|(region, _)| app.endpoints.contains_key(region) || app.held.contains(region));
        let (meant, standing_in): (Vec<_>, Vec<_>) = of_app
            .filter(|(_, health)| **health != Health::Unhealthy)
            .map(|(region, _)| region)
            .partition(|region| declared.contains(region));
        let missing = declared.len() - meant.len();
        (
            meant.len() + standing_in.len().min(missing),
            standing_in.len().min(missing),
        )
    };
    let serving = wanted
        .iter()
        .map(serves)
        .min()
        .filter(|_| all_names_there && !is_off)
        .unwrap_or_default();
    let (serving, standing_in) = serving;
    status.regions_serving = Some(format!("{serving}/{}", declared.len()));
    Some(Count {
        serving,
        standing_in,
        declared: declared.len(),
        minimum: app.minimum,
    })
}

fn dns(
    app: &App,
    report: &AppReport<'_>,
    zone: &ZoneId,
    records: &Records,
    now: Timestamp,
) -> DnsStatus {
    let change = report.observed.route53.changes.get(&app.identity.key);
    let mut names: Vec<NameStatus> = Vec::new();
    let fenced: BTreeMap<_, _> = route53::fenced(app, records).collect();
    for hostname in app
        .hostnames
        .iter()
        .chain(fenced.keys().filter(|name| !app.hostnames.contains(*name)))
    {
        let mut refused = report.plan.refused.iter();
        let refused = refused.find(|refusal| refusal.is_of(hostname));
        let has_addresses = !route53::addresses(records, hostname).is_empty();
        let mark = fenced.get(hostname).map(|fence| fence.mark.state);
        let state = match (refused.map(Refusal::reason), mark) {
            (Some("HostnameConflict"), _) => "Conflict",
            (None, Some(MarkState::Released)) if app.lifecycle != Lifecycle::Living => "Released",
            (None | Some("ForeignChange"), Some(MarkState::Held)) if has_addresses => "Claimed",
            (None | Some("ForeignChange"), _) => "Pending",
            (Some(_), _) => "NotOurs",
        };
        let memory = app.memory.names.get(hostname).cloned().unwrap_or_default();
        let is_settled = report.plan.settled.contains(hostname);
        let digest = is_settled.then(|| route53::digest_of(&route53::addresses(records, hostname)));
        let just_now = report.corrected.contains(hostname).then_some(now);
        let corrected = route53::corrected(&memory.corrected, just_now, now);
        names.push(NameStatus {
            name: hostname.to_string(),
            state: state.to_owned(),
            message: refused.map(|refusal| super::truncated(&refusal.to_string(), 256)),
            digest: digest.or(memory.digest),
            corrected: corrected.into_iter().map(whole_seconds).collect(),
        });
    }
    DnsStatus {
        hosted_zone_id: Some(zone.to_string()),
        routing: Some(app.front.word().to_owned()),
        change_id: change.map(|change| change.id.to_string()),
        change_state: change.map(|change| change.state.as_status().to_owned()),
        names,
    }
}

fn accelerator_status(
    app: &App,
    arn: &AcceleratorArn,
    accelerator: &Accelerator,
) -> AcceleratorStatus {
    let is_wanted = matches!(app.front, Front::Accelerator(_));
    let state = match accelerator.status {
        _ if !is_wanted => "Retained",
        _ if !accelerator.enabled => "Disabled",
        global_accelerator::AcceleratorStatus::Deployed => "Deployed",
        global_accelerator::AcceleratorStatus::InProgress => "InProgress",
    };
    let listeners = app.front.listeners().iter().filter_map(|wish| {
        let same = |found: &global_accelerator::Listener| {
            found.protocol == wish.protocol && found.ports == wish.ports
        };
        let (arn, _) = accelerator.listeners().find(|(_, found)| same(found))?;
        Some(ListenerStatus {
            name: wish.name.clone(),
            arn: arn.to_string(),
        })
    });
    AcceleratorStatus {
        arn: Some(arn.to_string()),
        dns_name: Some(accelerator.dns_name.clone()),
        ip_addresses: accelerator.addresses.clone(),
        state: Some(state.to_owned()),
        nonce: app.memory.nonce.clone(),
        listeners: listeners.collect(),
    }
}

fn conditions(
    report: &AppReport<'_>,
    before: &GlobalAppStatus,
    count: Option<&Count>,
    now: Timestamp,
) -> Vec<k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition> {
    let verdicts = plan_verdicts(report.plan, report.object.spec.mode);
    let serving = count.map_or_else(
        || Verdict::new(Truth::Unknown, "HealthUnknown", "not read yet"),
        serving_verdict,
    );
    let mut conditions =
        Conditions::new(&before.conditions, report.object.metadata.generation, now);
    conditions.set("Accepted", &verdicts.accepted);
    conditions.set("Programmed", &verdicts.programmed);
    conditions.set("SpecAgreed", &verdicts.agreed);
    conditions.set("Serving", &serving);
    let ready = if report.object.metadata.deletion_timestamp.is_some() {
        deleting(report.plan)
    } else if let Some(obstacle) = verdicts.obstacle {
        Verdict {
            status: Truth::False,
            ..obstacle
        }
    } else if serving.status == Truth::True {
        let reason = if serving.reason == "PartlyServing" {
            "PartlyServing"
        } else {
            "Converged"
        };
        Verdict::new(Truth::True, reason, serving.message.clone())
    } else {
        Verdict {
            status: Truth::False,
            ..serving
        }
    };
    let progress = match verdicts.progress {
        Progress::Done if ready.status != Truth::True => {
            Progress::Moving(ready.reason, ready.message.clone())
        }
        progress @ (Progress::Done | Progress::Moving(..) | Progress::Stuck(..)) => progress,
    };
    conditions.finish(&ready, &progress)
}

/// Ready while an object is being deleted.
pub(super) fn deleting(plan: &Plan) -> Verdict {
    let detail = match (plan.refused.first(), plan.waiting.first()) {
        (Some(refusal), _) => {
            return Verdict::new(Truth::False, "DeletionRefused", refusal.to_string());
        }
        (None, Some(waiting)) => format!("deleting: {waiting}"),
        (None, None) => "deleting".to_owned(),
    };
    Verdict::new(Truth::False, "Deleting", detail)
}

fn serving_verdict(count: &Count) -> Verdict {
    let Count {
        serving,
        standing_in,
        declared,
        minimum,
    } = *count;
    if serving >= minimum.min(declared.max(1)) && serving > 0 {
        if standing_in > 0 {
            let message = format!(
                "{} of {declared} Regions serving, {standing_in} standing in, minimum {minimum}",
                serving - standing_in
            );
            Verdict::new(Truth::True, "PartlyServing", message)
        } else if serving == declared {
            let message = match declared {
                1 => "1 Region serving".to_owned(),
                _ => format!("all {declared} Regions serving"),
            };
            Verdict::new(Truth::True, "AllServing", message)
        } else {
            let message = format!("{serving} of {declared} Regions serving, minimum {minimum}");
            Verdict::new(Truth::True, "PartlyServing", message)
        }
    } else {
        Verdict::new(
            Truth::False,
            "BelowMinimum",
            format!("{serving} Regions serving, minimum {minimum}"),
        )
    }
}
