//! The plan for a GlobalTable.

use super::{Action, Commit, Plan, incarnation, revision};
use crate::crd::Mode;
use crate::dynamodb;
use crate::identity::Mark;
use crate::settings::Settings;
use crate::validate::{Lifecycle, Table};

/// The plan for a GlobalTable.
pub fn table(table: &Table, observed: &dynamodb::Observed, settings: &Settings) -> Plan {
    if table.mode == Mode::Plan && table.lifecycle != Lifecycle::Living {
        // What was only ever planned leaves AWS as it is.
        return Plan::default();
    }
    let marks = dynamodb::home(&table.regions, observed)
        .and_then(|(_, home)| Mark::from_tags(home.tags.known()?))
        .into_iter();
    let incarnation = incarnation(&table.identity, marks, settings);
    let desired = dynamodb::desired::desired(table);
    let changes = dynamodb::changes(table, desired.as_ref(), observed, &incarnation, settings);
    let mut plan = Plan {
        commit: Some(Commit {
            incarnation,
            revision: revision(&table.identity, 0),
            digest: table.identity.digest.clone(),
            nonce: None,
        }),
        ..Plan::default()
    };
    plan.add(changes, Action::DynamoDb);
    plan.escalated()
}
