//! Global tables version 2017.11.29: AWS makes no new ones, so its operations find none, in any
//! Region. A global table of the current version is none of these.
//!
//! Source: "Global tables version 2017.11.29 (Legacy)", Amazon DynamoDB Developer Guide; the texts
//! as AWS sends them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Error;
use crate::wire::{Answer, Constraints, ServiceError, json};

/// The two operations that settings have do not say first what was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Table,
    Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateGlobalTable {
    global_table_name: Option<String>,
    replication_group: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateGlobalTable {
    global_table_name: Option<String>,
    replica_updates: Option<Vec<Value>>,
}

/// Whatever settings are asked for: the table is not there.
#[derive(Deserialize)]
struct OfGlobalTable {
    #[serde(rename = "GlobalTableName")]
    name: Option<String>,
    #[serde(flatten)]
    _settings: Value,
}

pub(super) fn create(body: &[u8]) -> Result<Answer, ServiceError> {
    let input: CreateGlobalTable = json::read(body).map_err(Error::from)?;
    let mut constraints = Constraints::default();
    constraints.required_text("globalTableName", input.global_table_name, 3, 255);
    constraints.required("replicationGroup", input.replication_group);
    constraints.verdict().map_err(Error::Constraint)?;
    Err(Error::LegacyVersion.into())
}

/// A Create is refused before the table is looked for.
pub(super) fn update(body: &[u8]) -> Result<Answer, ServiceError> {
    let input: UpdateGlobalTable = json::read(body).map_err(Error::from)?;
    let mut constraints = Constraints::default();
    let name = constraints.required_text("globalTableName", input.global_table_name, 3, 255);
    let updates = constraints.required("replicaUpdates", input.replica_updates);
    constraints.verdict().map_err(Error::Constraint)?;
    if updates.iter().any(|update| update.get("Create").is_some()) {
        return Err(Error::LegacyVersion.into());
    }
    Err(not_found(About::Table, &name).into())
}

pub(super) fn of(about: About, body: &[u8]) -> Result<Answer, ServiceError> {
    let input: OfGlobalTable = json::read(body).map_err(Error::from)?;
    let mut constraints = Constraints::default();
    let name = constraints.required_text("globalTableName", input.name, 3, 255);
    constraints.verdict().map_err(Error::Constraint)?;
    Err(not_found(about, &name).into())
}

pub(super) fn list() -> Result<Answer, ServiceError> {
    Answer::json(&json!({ "GlobalTables": [] }))
}

fn not_found(about: About, name: &str) -> Error {
    let text = format!("Global table with name: '{name}' does not exist.");
    Error::GlobalTableNotFound(match about {
        About::Table => format!("Global table not found: {text}"),
        About::Settings => text,
    })
}
