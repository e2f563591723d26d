//! Calls to Route 53 in words.

use std::collections::BTreeSet;

use super::fence::Fence;
use super::{Action, Answer, ChangeSet, CheckConfig, NameChange, RecordSet, registry};
use crate::describe::{Change, Description};
use crate::failure::Service;
use crate::identity::MarkState;
use crate::names::Region;

/// One call in words.
pub fn describe(action: &Action) -> Description {
    let service = Service::Route53;
    match action {
        Action::CreateHealthCheck { config, .. } => Description {
            change: Change::Create,
            kind: "health check",
            name: place(config),
            detail: check_text(config),
            parts: Vec::new(),
            service,
            call: "CreateHealthCheck",
        },
        Action::NameHealthCheck { after, .. } => Description {
            change: Change::Update,
            kind: "health check",
            name: region_in(after).unwrap_or(after).to_owned(),
            detail: "console name".to_owned(),
            parts: Vec::new(),
            service,
            call: "ChangeTagsForResource",
        },
        Action::DeleteHealthCheck { id, before } => Description {
            change: Change::Remove,
            kind: "health check",
            name: before.config.as_ref().map_or_else(|| id.to_string(), place),
            detail: before.config.as_ref().map(check_text).unwrap_or_default(),
            parts: Vec::new(),
            service,
            call: "DeleteHealthCheck",
        },
        Action::ChangeRecordSets(set) => Description {
            change: batch_change(set),
            kind: "record sets",
            name: set
                .names
                .keys()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            detail: format!("one batch of {}", set.elements()),
            parts: batch_parts(set),
            service,
            call: "ChangeResourceRecordSets",
        },
    }
}

/// The Region of the checked load balancer, as its DNS name says; else that name.
fn place(config: &CheckConfig) -> String {
    region_in(&config.fqdn).unwrap_or(&config.fqdn).to_owned()
}

/// The Region that a load balancer's DNS name names, alone or in a text.
fn region_in(text: &str) -> Option<&str> {
    text.split(['.', ' ', '/'])
        .find(|label| label.parse::<Region>().is_ok())
}

/// A check's content as plans and status say it: `HTTPS :443 /health 10s x2`.
pub fn check_text(config: &CheckConfig) -> String {
    let protocol = format!("{:?}", config.protocol);
    let path = config
        .path
        .as_deref()
        .map(|path| format!(" {path}"))
        .unwrap_or_default();
    let search = config
        .search_string
        .as_ref()
        .map(|wanted| format!(" for {wanted:?}"));
    let from = match config.checker_regions.len() {
        0 => String::new(),
        regions => format!(" from {regions} Regions"),
    };
    format!(
        "{protocol} :{}{path} {}s x{}{}{from}",
        config.port,
        config.interval_seconds,
        config.failure_threshold,
        search.unwrap_or_default()
    )
}

fn batch_change(set: &ChangeSet) -> Change {
    if set.names.values().all(|name| name.before.is_empty()) {
        Change::Create
    } else if set.names.values().all(|name| name.after.is_empty()) {
        Change::Remove
    } else {
        Change::Update
    }
}

/// What really changes: the batch repeats what stays.
fn batch_parts(set: &ChangeSet) -> Vec<String> {
    let mut parts = Vec::new();
    for (hostname, name) in &set.names {
        let of = if set.names.len() == 1 {
            String::new()
        } else {
            format!("{hostname} ")
        };
        let is_address = |set: &&RecordSet| set.is_address();
        let gone: Vec<&RecordSet> = name
            .before
            .difference(&name.after)
            .filter(is_address)
            .collect();
        let new: Vec<&RecordSet> = name
            .after
            .difference(&name.before)
            .filter(is_address)
            .collect();
        for set in &new {
            let replaces = gone.iter().any(|old| old.takes_place_of(set));
            let sign = if replaces { '~' } else { '+' };
            parts.push(format!("{sign} {of}{}", set_text(set)));
        }
        for set in gone {
            if !new.iter().any(|new| new.takes_place_of(set)) {
                parts.push(format!("- {of}{}", set_text(set)));
            }
        }
        let is_mark = |set: &&RecordSet| set.kind == "TXT" && Fence::parse(set).is_none();
        for mark in name.before.iter().filter(is_mark) {
            parts.push(format!("- TXT {} {}", mark.name, registry::text(mark)));
        }
        let (sign, fence) = fence_text(name);
        parts.push(format!("{sign} {of}{fence}"));
    }
    parts
}

fn set_text(set: &RecordSet) -> String {
    let target = match &set.answer {
        Answer::Alias { dns_name, .. } => format!("alias {dns_name}"),
        Answer::Values { ttl, values } => {
            let values = values.iter().cloned().collect::<Vec<_>>().join(" ");
            format!("{values} ttl {ttl}")
        }
    };
    let check = if set.health_check.is_some() {
        " checked"
    } else {
        ""
    };
    let region = set.region().map(|region| format!(" {region}"));
    let routing = match set.routing.to_string() {
        routing if routing.is_empty() => routing,
        routing => format!(" {routing}"),
    };
    format!(
        "{}{}{routing} {target}{check}",
        set.kind,
        region.unwrap_or_default()
    )
}

fn fence_text(name: &NameChange) -> (char, String) {
    let fence = |sets: &BTreeSet<RecordSet>| {
        sets.iter()
            .filter(|set| set.kind == "TXT")
            .find_map(Fence::parse)
    };
    let state = |state: MarkState| state.as_str();
    match (fence(&name.before), fence(&name.after)) {
        (None, Some(after)) => {
            let leads = |sets: &BTreeSet<RecordSet>| {
                let addresses = sets.iter().filter(|set| set.is_address());
                addresses.cloned().collect::<BTreeSet<_>>()
            };
            // The same sets without a fence are ours with the fence lost.
            let found = leads(&name.before);
            let adopts = !found.is_empty() && found != leads(&name.after);
            let how = if adopts { ", the name is adopted" } else { "" };
            let text = format!(
                "fence {}, revision {}{how}",
                state(after.mark.state),
                after.revision
            );
            ('+', text)
        }
        (Some(_), None) => ('-', "fence".to_owned()),
        (Some(before), Some(after)) if before.mark.state != after.mark.state => (
            '~',
            format!(
                "fence {} -> {}",
                state(before.mark.state),
                state(after.mark.state)
            ),
        ),
        (Some(before), Some(after)) if before.revision != after.revision => (
            '~',
            format!("fence revision {} -> {}", before.revision, after.revision),
        ),
        (Some(before), Some(after)) if before.mark != after.mark => ('~', "fence owner".to_owned()),
        (Some(_), Some(after)) => (' ', format!("fence stays at revision {}", after.revision)),
        (None, None) => (' ', "no fence".to_owned()),
    }
}
