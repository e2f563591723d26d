//! Keeps a plan from making things worse: each action is kept only if the state after it is safe.
//!
//! Unsafe means worse than before *and* below the limit, so a repair is never refused. The guard folds over the list, so
//! every prefix of what remains is safe: cut off anywhere, nobody loses their Region.

mod refusal;

use std::collections::{BTreeMap, BTreeSet};

pub use refusal::GuardRefusal;

use k8s_openapi::jiff::Timestamp;

use crate::consent::{Allows, Asker, Token};

use crate::entrance::{Entrance, Health, Serving, entrances};
use crate::global_accelerator::desired::desired;
use crate::names::{Region, ZoneId};
use crate::observed::Observed;
use crate::plan::{Action, Plan};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::validate::{App, Lifecycle};
use crate::waiting::Waiting;

/// Moves every action that would make things worse to what is refused, or to what waits.
pub(crate) fn app(
    app: &App,
    mut plan: Plan,
    observed: &Observed,
    zone: &ZoneId,
    settings: &Settings,
    now: Timestamp,
) -> Plan {
    let Some(incarnation) = plan
        .commit
        .as_ref()
        .map(|commit| commit.incarnation.clone())
    else {
        return plan;
    };
    let asker = app.asker(&incarnation, settings);
    // A committed deletion takes the app out on purpose.
    if app.lifecycle != Lifecycle::Living {
        return hold_back_many(app, plan, &asker, settings.max_deletions);
    }
    let mut state = observed.clone();
    let mut before = entrances(app, &state, zone, settings);
    for action in std::mem::take(&mut plan.actions) {
        let mut next = state.clone();
        next.after(&action, &action.predicted());
        let after = entrances(app, &next, zone, settings);
        match judge(app, &asker, &action, &before, &after) {
            Verdict::Safe(consented) => {
                plan.consented.extend(consented);
                plan.actions.push(action);
                state = next;
                before = after;
            }
            Verdict::NotYet(waiting) => {
                keep_timers(&mut plan, app, now, &before, &after);
                if !plan.waiting.contains(&waiting) {
                    plan.waiting.push(waiting);
                }
            }
            Verdict::Unsafe(refusal) => {
                keep_timers(&mut plan, app, now, &before, &after);
                plan.refused.push(Refusal::Guard(refusal));
            }
        }
    }
    hold_back_many(app, plan, &asker, settings.max_deletions)
}

/// Moves all deletions to what is refused, if they are more than people delete on purpose.
fn hold_back_many(app: &App, mut plan: Plan, asker: &Asker<'_>, limit: usize) -> Plan {
    let things: BTreeSet<String> = plan.actions.iter().flat_map(Action::deletions).collect();
    if things.len() <= limit {
        return plan;
    }
    let things: Vec<String> = things.into_iter().collect();
    let consent = asker.token(Allows::DeleteMany, &things.join("\n"));
    if app.consents.holds(&consent) {
        plan.consented.insert(consent);
        return plan;
    }
    plan.actions.retain(|action| action.deletions().is_empty());
    let refusal = Refusal::Guard(GuardRefusal::TooManyDeletions {
        things,
        limit,
        consent,
    });
    plan.refused.push(match app.lifecycle {
        Lifecycle::Living => refusal,
        Lifecycle::Deleting(_) => Refusal::Deletion(Box::new(refusal)),
    });
    plan
}

/// A Region that does not leave now keeps the timer that it had: one that it would have begun is not begun.
fn keep_timers(
    plan: &mut Plan,
    app: &App,
    now: Timestamp,
    before: &BTreeMap<Entrance, Serving>,
    after: &BTreeMap<Entrance, Serving>,
) {
    for region in before
        .iter()
        .flat_map(|(entrance, serving)| lost(serving, after.get(entrance)))
    {
        if let Some(until) = app.memory.drains.get(&region).filter(|until| **until > now) {
            plan.drains.insert(region, *until);
        } else {
            plan.drains.remove(&region);
            plan.waiting.retain(|waiting| {
                !matches!(waiting, Waiting::Draining { region: draining, .. } if *draining == region)
            });
        }
    }
}

enum Verdict {
    /// By these consents.
    Safe(BTreeSet<Token>),
    NotYet(Waiting),
    Unsafe(GuardRefusal),
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
    asker: &Asker<'_>,
    action: &Action,
    before: &BTreeMap<Entrance, Serving>,
    after: &BTreeMap<Entrance, Serving>,
) -> Verdict {
    let limit = app.minimum.max(1);
    let change = || action.describe().to_string();
    let nothing = Serving::default();
    let mut consented = BTreeSet::new();
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
                let names: Vec<&str> = regions.iter().map(Region::as_str).collect();
                let consent = asker.token(Allows::BelowMinimum, &names.join("\n"));
                if !app.consents.holds(&consent) {
                    return Verdict::Unsafe(match is.hopeful() {
                        0 => GuardRefusal::LastServingRegion {
                            change: change(),
                            regions,
                            consent,
                        },
                        after => GuardRefusal::BelowMinimum {
                            change: change(),
                            regions,
                            after,
                            minimum: limit,
                            consent,
                        },
                    });
                }
                consented.insert(consent);
            }
        }
        if let Some(is) = after.get(entrance)
            && is.is_wanted
            && was.at_full_dial > 0
            && is.at_full_dial == 0
        {
            return Verdict::Unsafe(GuardRefusal::NoGroupAtFullDial { change: change() });
        }
    }
    Verdict::Safe(consented)
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
    let stays = |region: &Region| app.endpoints.contains_key(region) || app.held.contains(region);
    let leaving: Vec<Region> = lost
        .iter()
        .filter(|region| !stays(region))
        .cloned()
        .collect();
    if leaving.is_empty() {
        return None;
    }
    let wanted = desired(app);
    let takes_users = |region: &&Region| match entrance {
        Entrance::Name(_) => true,
        Entrance::Listener(_) => {
            app.held.contains(*region) || wanted.as_ref().is_some_and(|it| it.takes_users(region))
        }
    };
    let declared: BTreeSet<&Region> = app.answering().into_iter().filter(takes_users).collect();
    let comes = |region: &&&Region| match (entrance, is.regions.get(**region)) {
        (_, None) => true,
        // Record sets come and go in one batch; an endpoint group is let in before another one goes.
        (Entrance::Listener(_), Some(health)) => *health == Health::Unknown,
        (Entrance::Name(_), Some(_)) => false,
    };
    let coming: Vec<String> = declared
        .iter()
        .filter(comes)
        .map(ToString::to_string)
        .chain(app.awaited.iter().map(|name| format!("ekregion/{name}")))
        .collect();
    let declared = declared.len() + app.awaited.len();
    let are_fewer = is.certain() < was.hopeful().min(declared);
    (!coming.is_empty() && are_fewer).then_some(Waiting::RegionReplacement { leaving, coming })
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
