//! A GlobalTable.

use std::collections::BTreeMap;

use kube::ResourceExt;

use super::{Identity, Lifecycle, Objections, Waits};
use crate::crd::{
    AttributeType, DeletionPolicy, GlobalTable, KeyAttribute, Mode, Preset, TimeToLive, Toggle,
};
use crate::digest;
use crate::dynamodb::{Keys, TableRefusal};
use crate::names::{ObjectKey, Region, TableId, TableName};
use crate::refusal::Refusal;

/// A valid GlobalTable.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Which object, and which spec.
    pub identity: Identity,
    /// Whether it is to be.
    pub lifecycle: Lifecycle,
    /// Whether AWS is to be changed.
    pub mode: Mode,
    /// The table's name.
    pub name: TableName,
    /// Its keys.
    pub keys: Keys,
    /// Its Regions, in the order of the spec; the first is where it is created. Never empty.
    pub regions: Vec<Region>,
    /// Expiry of items; unset: hands off.
    pub ttl: Option<TtlWish>,
    /// Whether each replica is protected against deletion.
    pub is_protected: bool,
    /// The `TableId` of each Region's table, as the status remembers it.
    pub known: BTreeMap<Region, TableId>,
    /// Replicas that the status has seen Active.
    pub was_ready: Vec<Region>,
    /// Since when things wait.
    pub waits: Waits,
}

/// How items shall expire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TtlWish {
    /// The attribute.
    pub attribute: String,
    /// On or off.
    pub enabled: bool,
}

/// Validates a GlobalTable.
pub fn table(object: &GlobalTable) -> Result<Table, Objections> {
    let mut objections = Objections::default();
    let spec = &object.spec;
    let status = object.status.clone().unwrap_or_default();
    let key = ObjectKey::new(object.namespace().unwrap_or_default(), object.name_any());
    let mut regions: Vec<Region> = Vec::new();
    for (index, replica) in spec.replicas.iter().enumerate() {
        match replica.region.parse() {
            Ok(region) if !regions.contains(&region) => regions.push(region),
            Ok(_) => {}
            Err(error) => objections.invalid(format!("spec.replicas[{index}].region"), error),
        }
    }
    if regions.is_empty() {
        objections.invalid("spec.replicas", "is empty");
    }
    let name = spec.table_name.parse::<TableName>();
    let keys = keys(object, &mut objections);
    let (name, keys) = match (name, keys) {
        (Ok(name), Some(keys)) => (name, keys),
        (Err(error), _) => {
            objections.invalid("spec.tableName", error);
            return Err(objections);
        }
        (Ok(_), None) => return Err(objections),
    };
    let ttl = match (&spec.ttl, spec.preset) {
        (
            Some(TimeToLive {
                attribute_name,
                state,
            }),
            _,
        ) => Some(TtlWish {
            attribute: attribute_name.clone(),
            enabled: *state == Toggle::Enabled,
        }),
        (None, Some(Preset::Session)) => Some(TtlWish {
            attribute: "ttl".to_owned(),
            enabled: true,
        }),
        (None, None) => None,
    };
    let replicas = || {
        status
            .replicas
            .iter()
            .filter_map(|replica| Some((replica.region.parse::<Region>().ok()?, replica)))
    };
    let table = Table {
        identity: Identity::new(
            key,
            object.metadata.uid.as_ref(),
            status.fleet.as_ref(),
            digest::of_spec("GlobalTable", spec),
        ),
        lifecycle: match object.metadata.deletion_timestamp {
            Some(_) => Lifecycle::Deleting(DeletionPolicy::Retain),
            None => Lifecycle::Living,
        },
        mode: spec.mode,
        name,
        keys,
        regions,
        ttl,
        is_protected: spec.deletion_protection == Toggle::Enabled,
        known: replicas()
            .filter_map(|(region, replica)| {
                Some((region, TableId::new(replica.table_id.as_deref()?)))
            })
            .collect(),
        was_ready: replicas()
            .filter(|(_, replica)| replica.ready)
            .map(|(region, _)| region)
            .collect(),
        waits: Waits::of(status.plan.as_ref()),
    };
    if objections.is_empty() {
        Ok(table)
    } else {
        Err(objections)
    }
}

fn keys(object: &GlobalTable, objections: &mut Objections) -> Option<Keys> {
    match (&object.spec.key_schema, object.spec.preset) {
        (Some(schema), _) => {
            if schema
                .sort_key
                .as_ref()
                .is_some_and(|sort| sort.name == schema.partition_key.name)
            {
                let attribute = schema.partition_key.name.clone();
                objections
                    .refused
                    .push(Refusal::Table(TableRefusal::AttributeTypeConflict {
                        attribute,
                    }));
                return None;
            }
            Some(Keys {
                partition: schema.partition_key.clone(),
                sort: schema.sort_key.clone(),
            })
        }
        (None, Some(Preset::Session)) => Some(Keys {
            partition: KeyAttribute {
                name: "session_id".to_owned(),
                kind: AttributeType::String,
            },
            sort: None,
        }),
        (None, None) => {
            objections.invalid("spec", "set exactly one of keySchema and preset");
            None
        }
    }
}
