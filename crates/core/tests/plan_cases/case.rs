//! Reads a case and runs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint};
use evenkeel_core::render::{self, Printed};
use evenkeel_core::waves::{self, Declared, World};
use kube::ResourceExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::balance::{Balance, NOW, effect, settings};
use crate::drift;

pub(crate) struct Case {
    directory: PathBuf,
}

pub(crate) struct Outcome {
    pub(crate) plan: String,
    pub(crate) status: String,
}

impl Case {
    pub(crate) fn read(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    fn documents(&self, file: &str) -> Vec<Value> {
        let path = self.directory.join(file);
        let Ok(text) = fs::read_to_string(&path) else {
            return Vec::new();
        };
        serde_saphyr::from_multiple(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn run(&self) -> Outcome {
        let before = self.documents("../before.yaml");
        let now = changed(&before, &self.documents("change.yaml"));
        let mut balance = Balance::of(declared(&before));
        for edit in self.documents("observed.yaml") {
            drift::apply(&edit, &mut balance);
        }
        let Balance {
            declared: settled,
            mut world,
        } = balance;
        let mut declared = with_statuses(declared(&now), &settled);
        let first = first_look(&declared, &world);
        let mut effects = effect(1_000);
        let waves = waves::waves(
            &mut declared,
            &mut world,
            &settings(),
            NOW.parse().unwrap(),
            &mut effects,
        )
        .unwrap();
        let printed = Printed {
            target: "AWS account 123456789012",
            waves: &waves,
            reads: 9,
        };
        Outcome {
            plan: render::text(&printed),
            status: first,
        }
    }
}

/// The objects after the change: each document is merged into the object of its kind and name (RFC 7386), or is new.
fn changed(before: &[Value], change: &[Value]) -> Vec<Value> {
    let mut objects = before.to_vec();
    for document in change {
        let same = |object: &&mut Value| {
            object["kind"] == document["kind"]
                && object["metadata"]["name"] == document["metadata"]["name"]
        };
        let mut document = document.clone();
        let is_absent = document.as_object_mut().unwrap().remove("absent").is_some();
        if is_absent {
            objects.retain(|object| {
                object["kind"] != document["kind"]
                    || object["metadata"]["name"] != document["metadata"]["name"]
            });
        } else if let Some(object) = objects.iter_mut().find(same) {
            json_patch::merge(object, &document);
        } else {
            objects.push(document);
        }
    }
    objects
}

/// The statuses before anything is done: what a person sees who looks now.
fn first_look(declared: &Declared, world: &World) -> String {
    let mut declared = declared.clone();
    let now = NOW.parse().unwrap();
    let plans = waves::look(&mut declared, world, &settings(), now);
    waves::write_statuses(&mut declared, world, &settings(), &plans, now);
    let mut shown = BTreeMap::new();
    for object in &declared.endpoints {
        let status = object.status.clone().unwrap_or_default();
        shown.insert(
            format!("ekregion/{}", object.name_any()),
            shorten(&json!(status)),
        );
    }
    for object in &declared.tables {
        let status = object.status.clone().unwrap_or_default();
        shown.insert(
            format!("ektable/{}", object.name_any()),
            shorten(&json!(status)),
        );
    }
    for object in &declared.apps {
        let status = object.status.clone().unwrap_or_default();
        shown.insert(
            format!("ekapp/{}", object.name_any()),
            shorten(&json!(status)),
        );
    }
    serde_saphyr::to_string(&shown).unwrap()
}

/// What a person reads first: conditions, counts, and what waits or is refused.
fn shorten(status: &Value) -> Value {
    let conditions = status["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|condition| {
            let text = |key: &str| condition[key].as_str().unwrap_or_default().to_owned();
            (
                text("type"),
                format!("{} {}: {}", text("status"), text("reason"), text("message")),
            )
        });
    let mut shown = json!({"conditions": conditions.collect::<BTreeMap<_, _>>()});
    let mut copy = |path: &str, name: &str| {
        if let Some(value) = status.pointer(path) {
            shown[name] = value.clone();
        }
    };
    copy("/regionsServing", "serving");
    copy("/replicasActive", "replicasActive");
    copy("/plan/summary", "plan");
    copy("/dns/names", "names");
    copy("/consents", "consents");
    let names = shown.get_mut("names").and_then(Value::as_array_mut);
    for name in names.into_iter().flatten() {
        name.as_object_mut().unwrap().remove("digest");
    }
    for (list, name) in [("regions", "regions"), ("replicas", "replicas")] {
        if let Some(items) = status[list].as_array() {
            let lines = items.iter().map(|item| {
                let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
                let until = item["nextStepTime"]
                    .as_str()
                    .map(|time| format!(" until {time}"));
                let dial = item["dialPercent"].as_i64();
                let dial =
                    dial.map(|dial| format!(" dial {dial} of {}", item["wantedDialPercent"]));
                let (until, dial) = (until.unwrap_or_default(), dial.unwrap_or_default());
                format!("{} {}{until}{dial}", text("region"), text("state"))
            });
            shown[name] = json!(lines.collect::<Vec<_>>());
        }
    }
    shown
}

/// The objects of these documents; each gets what the API server would give it.
pub(crate) fn declared(documents: &[Value]) -> Declared {
    let mut declared = Declared::default();
    for document in documents {
        let mut document = document.clone();
        let metadata = document["metadata"].as_object_mut().expect("metadata");
        let name = metadata["name"].as_str().expect("metadata.name").to_owned();
        metadata
            .entry("namespace")
            .or_insert_with(|| json!("default"));
        metadata
            .entry("uid")
            .or_insert_with(|| json!(format!("uid-{name}")));
        metadata.entry("generation").or_insert_with(|| json!(1));
        match document["kind"].as_str() {
            Some("GlobalApp") => declared.apps.push(parsed::<GlobalApp>(&document)),
            Some("RegionEndpoint") => declared.endpoints.push(parsed::<RegionEndpoint>(&document)),
            Some("GlobalTable") => declared.tables.push(parsed::<GlobalTable>(&document)),
            other => panic!("unknown kind {other:?}"),
        }
    }
    declared
}

fn parsed<T: DeserializeOwned>(document: &Value) -> T {
    serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{error}: {document}"))
}

/// Objects that were there before keep the status that they had.
pub(crate) fn with_statuses(mut declared: Declared, settled: &Declared) -> Declared {
    for object in &mut declared.apps {
        let same = settled
            .apps
            .iter()
            .find(|other| other.name_any() == object.name_any() && other.uid() == object.uid());
        object.status = object
            .status
            .take()
            .or_else(|| same.and_then(|same| same.status.clone()));
    }
    for object in &mut declared.tables {
        let same = settled
            .tables
            .iter()
            .find(|other| other.name_any() == object.name_any() && other.uid() == object.uid());
        object.status = object
            .status
            .take()
            .or_else(|| same.and_then(|same| same.status.clone()));
    }
    for object in &mut declared.endpoints {
        let same = settled
            .endpoints
            .iter()
            .find(|other| other.name_any() == object.name_any());
        object.status = object
            .status
            .take()
            .or_else(|| same.and_then(|same| same.status.clone()));
    }
    declared
}
