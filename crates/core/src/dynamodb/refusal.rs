//! What will not be done to a table until a person acts.

use std::fmt;

use crate::names::Region;

/// Something that was refused for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableRefusal {
    /// Data would be lost.
    ReplicaNotListed {
        /// The table.
        table: String,
        /// The replica's Region.
        region: Region,
    },
    /// The table's keys are others than declared.
    KeySchemaMismatch {
        /// The table.
        table: String,
        /// What AWS has.
        observed: String,
        /// What the spec says.
        declared: String,
    },
    /// One attribute can't have two types.
    AttributeTypeConflict {
        /// The attribute.
        attribute: String,
    },
    /// The table is strongly consistent.
    ConsistencyMismatch {
        /// The table.
        table: String,
    },
    /// A table that is no replica has the name.
    NameTakenInRegion {
        /// The table.
        table: String,
        /// The Region.
        region: Region,
    },
    /// The table that we made is gone.
    TableVanished {
        /// The table.
        table: String,
        /// Its `TableId`.
        table_id: String,
    },
    /// A replica is in a state that it does not leave by itself.
    ReplicaBroken {
        /// The condition reason.
        reason: &'static str,
        /// The table.
        table: String,
        /// The Region.
        region: Region,
        /// DynamoDB's word.
        status: String,
    },
    /// Another attribute expires the items.
    TtlAttributeInUse {
        /// The table.
        table: String,
        /// The attribute in use.
        observed: String,
        /// The declared attribute.
        declared: String,
    },
}

impl TableRefusal {
    /// The one word of it.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::TtlAttributeInUse { .. } => "RejectedByAws",
            Self::ReplicaNotListed { .. } => "ConsentRequired",
            Self::KeySchemaMismatch { .. } => "KeySchemaMismatch",
            Self::AttributeTypeConflict { .. } => "AttributeTypeConflict",
            Self::ConsistencyMismatch { .. } => "ConsistencyMismatch",
            Self::NameTakenInRegion { .. } => "NameTakenInRegion",
            Self::TableVanished { .. } => "TableVanished",
            Self::ReplicaBroken { reason, .. } => reason,
        }
    }

    /// What was not changed.
    pub(crate) fn object(&self) -> String {
        match self {
            Self::ReplicaNotListed { table, region }
            | Self::NameTakenInRegion { table, region }
            | Self::ReplicaBroken { table, region, .. } => format!("{table} {region}"),
            Self::KeySchemaMismatch { table, .. }
            | Self::ConsistencyMismatch { table }
            | Self::TableVanished { table, .. }
            | Self::TtlAttributeInUse { table, .. } => table.clone(),
            Self::AttributeTypeConflict { attribute } => attribute.clone(),
        }
    }

    /// Whether the spec itself is at fault.
    pub(crate) fn concerns_the_spec(&self) -> bool {
        match self {
            Self::KeySchemaMismatch { .. }
            | Self::AttributeTypeConflict { .. }
            | Self::ConsistencyMismatch { .. }
            | Self::NameTakenInRegion { .. }
            | Self::TtlAttributeInUse { .. } => true,
            Self::ReplicaNotListed { .. }
            | Self::TableVanished { .. }
            | Self::ReplicaBroken { .. } => false,
        }
    }
}

/// The fact, its cause and what to do, in lower case.
impl fmt::Display for TableRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReplicaNotListed { table, region } => write!(
                f,
                "replica {region} of {table} left the list; it keeps its data and stays a replica: list it again, or \
                 remove it with the AWS CLI"
            ),
            Self::KeySchemaMismatch {
                table,
                observed,
                declared,
            } => write!(
                f,
                "table {table} has the keys {observed}, the spec says {declared}; key schemas can't change"
            ),
            Self::AttributeTypeConflict { attribute } => {
                write!(
                    f,
                    "the attribute {attribute:?} can't be both partition key and sort key"
                )
            }
            Self::ConsistencyMismatch { table } => write!(
                f,
                "table {table} is strongly consistent (MRSC), the spec says Eventual; DynamoDB fixes that for good"
            ),
            Self::NameTakenInRegion { table, region } => write!(
                f,
                "a table {table} that is no replica exists in {region}, and DynamoDB makes no replica over it: rename \
                 spec.tableName, or delete that table"
            ),
            Self::TableVanished { table, table_id } => write!(
                f,
                "table {table} (TableId {table_id}) is gone; no empty one is created in its place: restore it, or \
                 delete and re-create this GlobalTable"
            ),
            Self::ReplicaBroken {
                table,
                region,
                status,
                ..
            } => {
                write!(
                    f,
                    "replica {region} of {table} is {status}, which it does not leave by itself"
                )
            }
            Self::TtlAttributeInUse {
                table,
                observed,
                declared,
            } => write!(
                f,
                "table {table} expires items by the attribute {observed:?}, the spec says {declared:?}; first set \
                 ttl.state to Disabled"
            ),
        }
    }
}
