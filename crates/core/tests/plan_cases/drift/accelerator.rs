//! What happens to the accelerator behind our back.

use evenkeel_core::global_accelerator::{Accelerator, Dial, EndpointHealth, Group};
use evenkeel_core::names::{AcceleratorArn, Region};
use serde::Deserialize;

use super::parsed;
use crate::balance::Balance;

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Edit {
    /// Turns a dial.
    Dial { region: String, percent: u8 },
    /// Changes the weight of all endpoints of a group.
    Weight { region: String, weight: u8 },
    /// Adds an endpoint to a group.
    AddEndpoint { region: String, id: String },
    /// Removes a group.
    RemoveGroup { region: String },
    /// Sets a tag of the accelerator.
    TagAccelerator { key: String, value: String },
    /// Deletes the accelerator; AWS says that it is gone.
    DeleteAccelerator {},
    /// Turns the accelerator off.
    DisableAccelerator {},
    /// Hides the accelerator from a list.
    HideAccelerator {},
    /// Sets the health of all endpoints of a group.
    GroupHealth { region: String, health: String },
}

pub(crate) fn apply(edit: Edit, balance: &mut Balance) {
    match edit {
        Edit::Dial {
            region: text,
            percent,
        } => group(balance, &parsed(&text)).settings.dial = Dial::percent(percent),
        Edit::Weight {
            region: text,
            weight,
        } => {
            for endpoint in group(balance, &parsed(&text))
                .settings
                .endpoints
                .values_mut()
            {
                endpoint.weight = weight;
            }
        }
        Edit::AddEndpoint { region: text, id } => {
            let group = group(balance, &parsed(&text));
            let like = *group.settings.endpoints.values().next().unwrap();
            group.settings.endpoints.insert(id.clone(), like);
            group.health.insert(id, EndpointHealth::Healthy);
        }
        Edit::RemoveGroup { region: text } => {
            let (_, accelerator) = accelerator(balance);
            let listener = accelerator
                .listeners
                .known_mut()
                .unwrap()
                .values_mut()
                .next()
                .unwrap();
            listener
                .groups
                .known_mut()
                .unwrap()
                .remove(&parsed(&text))
                .unwrap();
        }
        Edit::TagAccelerator { key, value } => {
            accelerator(balance)
                .1
                .tags
                .known_mut()
                .unwrap()
                .insert(key, value);
        }
        Edit::DeleteAccelerator {} => {
            let (arn, _) = accelerator(balance);
            let observed = &mut balance.world.observed.global_accelerator;
            observed.accelerators.known_mut().unwrap().remove(&arn);
            observed.gone.insert(arn);
        }
        Edit::DisableAccelerator {} => {
            accelerator(balance).1.enabled = false;
        }
        Edit::HideAccelerator {} => {
            let (arn, _) = accelerator(balance);
            balance
                .world
                .observed
                .global_accelerator
                .accelerators
                .known_mut()
                .unwrap()
                .remove(&arn);
        }
        Edit::GroupHealth {
            region: text,
            health,
        } => {
            let health = match health.as_str() {
                "Healthy" => EndpointHealth::Healthy,
                "Unhealthy" => EndpointHealth::Unhealthy,
                "Initial" => EndpointHealth::Initial,
                other => panic!("{other}"),
            };
            group(balance, &parsed(&text))
                .health
                .values_mut()
                .for_each(|is| *is = health);
        }
    }
}

pub(crate) fn accelerator(balance: &mut Balance) -> (AcceleratorArn, &mut Accelerator) {
    let accelerators = balance
        .world
        .observed
        .global_accelerator
        .accelerators
        .known_mut()
        .unwrap();
    let (arn, accelerator) = accelerators.iter_mut().next().unwrap();
    (arn.clone(), accelerator)
}

fn group<'a>(balance: &'a mut Balance, region: &Region) -> &'a mut Group {
    let listeners = accelerator(balance).1.listeners.known_mut().unwrap();
    listeners
        .values_mut()
        .next()
        .unwrap()
        .groups
        .known_mut()
        .unwrap()
        .get_mut(region)
        .unwrap()
}
