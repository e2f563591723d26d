//! Calls to DynamoDB in words.

use super::{Action, Call};
use crate::describe::{Change, Description, mark_text};
use crate::failure::Service;

/// One call in words.
pub fn describe(action: &Action) -> Description {
    let Action {
        table,
        region,
        call,
    } = action;
    let here = format!("{table} {region}");
    let (change, kind, name, detail, call) = match call {
        Call::CreateTable {
            keys, is_protected, ..
        } => {
            let protection = if *is_protected { ", protected" } else { "" };
            (
                Change::Create,
                "table",
                here,
                format!("on demand, key {keys}{protection}"),
                "CreateTable",
            )
        }
        Call::CreateReplica { replica } => (
            Change::Create,
            "replica",
            format!("{table} {replica}"),
            "inherits all settings".to_owned(),
            "UpdateTable",
        ),
        Call::UpdateTimeToLive {
            attribute, enabled, ..
        } => {
            let detail = if *enabled {
                format!("time to live on attribute {attribute}")
            } else {
                format!("time to live off (attribute {attribute})")
            };
            (Change::Update, "table", here, detail, "UpdateTimeToLive")
        }
        Call::SetDeletionProtection { is_protected } => {
            let detail = if *is_protected {
                "deletion protection off -> on"
            } else {
                "deletion protection on -> off"
            };
            (
                Change::Update,
                "table",
                here,
                detail.to_owned(),
                "UpdateTable",
            )
        }
        Call::TagTable { after, .. } => (
            Change::Update,
            "table",
            here,
            mark_text(after),
            "TagResource",
        ),
    };
    Description {
        change,
        kind,
        name,
        detail,
        parts: Vec::new(),
        service: Service::DynamoDb,
        call,
    }
}
