//! The calls that bring an app's accelerator from what it is to what is wanted, as far as they can be made now.
//!
//! ```text
//!              wanted, not there     wanted, there          not wanted, there
//! accelerator  create                mark as ours           mark as released, once no name needs it
//! listener     create                update in place        its groups, then itself, once the wanted ones serve
//! group        create, if the data   update; raise before   weights to 0, wait, delete
//!              is ready there        lower
//! ```

use std::collections::BTreeMap;

use k8s_openapi::jiff::Timestamp;

use super::desired::Desired;
use super::groups::Groups;
use super::listeners::{TakenPorts, matching};
use super::{
    Accelerator, AcceleratorStatus, Action, EndpointHealth, Group, Listener, Observed,
    accelerator_name, idempotency_token,
};
use crate::identity::{Installation, Mark, MarkState, Ownership, Stranger};
use crate::names::{AcceleratorArn, Incarnation, ListenerArn, Region};
use crate::plan;
use crate::refusal::Refusal;
use crate::route53::{self, ACCELERATOR_ZONE, Records};
use crate::settings::Settings;
use crate::validate::{App, Front, Lifecycle, ListenerWish};
use crate::waiting::Waiting;

/// What the diff found.
pub type Changes = plan::Changes<Action>;

/// This app's accelerator, if it has one, and whose it is.
pub(crate) type Found<'a> = Option<(&'a AcceleratorArn, &'a Accelerator, Ownership)>;

/// Whether an accelerator has anything to do with the app. If not, it does not wait for Global Accelerator.
pub fn is_involved(app: &App, records: Option<&Records>) -> bool {
    let is_named = |records| route53::has_alias(app, records, |zone, _| zone == ACCELERATOR_ZONE);
    matches!(app.front, Front::Accelerator(_))
        || app.memory.accelerator.is_some()
        || app.memory.nonce.is_some()
        || records.is_some_and(is_named)
}

/// Finds this app's accelerator by its name and tags, if one has anything to do with it.
pub(crate) fn find<'a>(
    app: &App,
    records: Option<&Records>,
    observed: &'a Observed,
    installation: &Installation,
) -> Result<Found<'a>, Box<Waiting>> {
    if !is_involved(app, records) {
        return Ok(None);
    }
    let Some(accelerators) = observed.accelerators.known() else {
        return Err(Waiting::unread("accelerators", Some(&observed.accelerators)).into());
    };
    if let Some(arn) = &app.memory.accelerator
        && !accelerators.contains_key(arn)
        && !observed.gone.contains(arn)
    {
        // A list may lag behind; only AWS's word that it is gone counts.
        return Err(Waiting::unread::<()>(format!("accelerator {arn}"), None).into());
    }
    let names: Vec<String> = installation
        .fleets()
        .map(|fleet| accelerator_name(fleet, &app.identity.key))
        .collect();
    let mut stranger = None;
    for (arn, accelerator) in accelerators
        .iter()
        .filter(|(_, candidate)| names.contains(&candidate.name))
    {
        let Some(tags) = accelerator.tags.known() else {
            return Err(Waiting::unread(format!("tags of {arn}"), Some(&accelerator.tags)).into());
        };
        // Names are not unique: an unmarked namesake is none of our business.
        let Some(mark) = Mark::from_tags(tags) else {
            continue;
        };
        match installation.judge(&mark, &app.identity.key, app.identity.incarnation.as_ref()) {
            ours @ (Ownership::Ours | Ownership::Retakeable) => {
                return Ok(Some((arn, accelerator, ours)));
            }
            not_ours @ Ownership::NotOurs(_) => stranger = Some((arn, accelerator, not_ours)),
        }
    }
    Ok(stranger)
}

/// The calls that make this app's accelerator as wanted.
pub(crate) fn changes(
    app: &App,
    found: Found<'_>,
    desired: Option<&Desired>,
    is_needed_by_names: bool,
    incarnation: &Incarnation,
    settings: &Settings,
    now: Timestamp,
) -> Changes {
    let mut changes = Changes::default();
    let mark = |state| {
        settings
            .installation
            .mark(state, &app.identity.key, incarnation)
    };
    match (found, desired) {
        (None, None) => {}
        (None, Some(_)) => changes.create(app, &mark(MarkState::Held), incarnation, now),
        (Some((arn, _, Ownership::NotOurs(owner))), wanted) => {
            if wanted.is_some() {
                changes.refuse_stranger(arn, owner);
            }
        }
        (Some((arn, accelerator, _)), None) => {
            if app.lifecycle != Lifecycle::Living || !is_needed_by_names {
                changes.tag(arn, accelerator, &mark(MarkState::Released));
            }
        }
        (Some((arn, accelerator, _)), Some(desired)) => {
            changes.tag(arn, accelerator, &mark(MarkState::Held));
            changes.listeners(app, desired, arn, accelerator, settings, now);
            if accelerator.status == AcceleratorStatus::InProgress {
                changes.wait(Waiting::AcceleratorDeploying {
                    accelerator: arn.to_string(),
                });
            }
        }
    }
    changes
}

impl Changes {
    fn create(&mut self, app: &App, mark: &Mark, incarnation: &Incarnation, now: Timestamp) {
        // A token is never used again after a deletion: AWS does not say what it then returns.
        let nonce = match (&app.memory.nonce, &app.memory.accelerator) {
            (Some(nonce), None) => nonce.clone(),
            (None, _) | (Some(_), Some(_)) => now.as_second().to_string(),
        };
        self.actions.push(Action::CreateAccelerator {
            name: accelerator_name(&mark.fleet, &app.identity.key),
            idempotency_token: idempotency_token(incarnation, &nonce),
            tags: mark.to_tags(),
            nonce,
        });
    }

    fn refuse_stranger(&mut self, arn: &AcceleratorArn, owner: Stranger) {
        self.refused.push(Refusal::NotOurs {
            object: format!("accelerator {arn}"),
            owner,
            remedy: "delete it, or take its evenkeel.dev tags off",
        });
    }

    fn tag(&mut self, arn: &AcceleratorArn, accelerator: &Accelerator, mark: &Mark) {
        let Some(tags) = accelerator.tags.known() else {
            return;
        };
        let after = mark.to_tags();
        let before: BTreeMap<String, String> = tags
            .iter()
            .filter(|(key, _)| after.contains_key(*key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        if before != after {
            self.actions.push(Action::TagAccelerator {
                arn: arn.clone(),
                before,
                after,
            });
        }
    }

    fn listeners(
        &mut self,
        app: &App,
        desired: &Desired,
        arn: &AcceleratorArn,
        accelerator: &Accelerator,
        settings: &Settings,
        now: Timestamp,
    ) {
        let Some(listeners) = accelerator.listeners.known() else {
            self.wait(Waiting::unread(
                format!("listeners of {arn}"),
                Some(&accelerator.listeners),
            ));
            return;
        };
        let matched = matching(&desired.listeners, listeners);
        let mut groups = Groups {
            app,
            desired,
            settings,
            now,
            raises: Vec::new(),
            lowers: Vec::new(),
        };
        let mut calls = Vec::new();
        for wish in &desired.listeners {
            match matched.get(&wish.name) {
                None => calls.push(Action::CreateListener {
                    accelerator: arn.clone(),
                    protocol: wish.protocol,
                    ports: wish.ports.clone(),
                    affinity: wish.affinity,
                }),
                Some(listener) => {
                    let found = &listeners[*listener];
                    if found.ports != wish.ports || found.affinity != wish.affinity {
                        calls.push(Action::UpdateListener {
                            accelerator: arn.clone(),
                            listener: (*listener).clone(),
                            before: (found.ports.clone(), found.affinity),
                            after: (wish.ports.clone(), wish.affinity),
                        });
                    }
                    groups.of_listener(listener, found, accelerator, self);
                }
            }
        }
        let mut taken = TakenPorts::of(listeners);
        self.actions.extend(taken.free(&mut calls));
        self.actions.append(&mut groups.raises);
        self.actions.append(&mut groups.lowers);
        let unwanted = listeners
            .iter()
            .filter(|(listener, _)| !matched.values().any(|kept| kept == listener));
        for (listener, found) in unwanted {
            let is_removed = self.remove_listener(
                app,
                desired,
                &matched,
                (arn, accelerator),
                (listener, found),
            );
            if is_removed {
                taken.release(listener);
            }
        }
        // What else is in the way waits, and is told.
        self.actions.extend(taken.free(&mut calls));
    }

    /// Whether the listener goes now.
    fn remove_listener(
        &mut self,
        app: &App,
        desired: &Desired,
        matched: &BTreeMap<String, &ListenerArn>,
        (arn, accelerator): (&AcceleratorArn, &Accelerator),
        (listener, found): (&ListenerArn, &Listener),
    ) -> bool {
        let Some(groups) = found.groups.known() else {
            self.wait(Waiting::unread(
                format!("endpoint groups of {listener}"),
                Some(&found.groups),
            ));
            return false;
        };
        // What serves here and is wanted serves there first: a Region that stays is never away for a while.
        let moves = |(region, group): &(&Region, &Group)| {
            group.takes_users()
                && group.health() != EndpointHealth::Unhealthy
                && desired.takes_users(region)
        };
        let replaces = |wish: &ListenerWish| {
            let kept = matched
                .get(&wish.name)
                .and_then(|kept| accelerator.listeners.known()?.get(*kept));
            kept.is_some_and(|kept| {
                let taking = kept.groups().filter(|(_, group)| group.takes_users());
                taking.count() >= app.minimum
                    && groups
                        .iter()
                        .filter(moves)
                        .all(|(region, _)| kept.group(region).is_some_and(Group::serves))
            })
        };
        if !desired.listeners.iter().all(replaces) {
            self.wait(Waiting::ListenerReplacement {
                ports: found.ports.to_string(),
            });
            return false;
        }
        for (region, group) in groups {
            self.actions.push(Action::DeleteGroup {
                listener: listener.clone(),
                region: region.clone(),
                group: group.arn.clone(),
                before: group.settings.clone(),
            });
        }
        self.actions.push(Action::DeleteListener {
            accelerator: arn.clone(),
            listener: listener.clone(),
            before: found.ports.clone(),
        });
        true
    }
}
