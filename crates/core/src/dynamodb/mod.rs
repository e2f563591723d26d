//! DynamoDB global tables (version 2019.11.21) as Evenkeel sees them, and the calls that change them.
//!
//! DynamoDB serialises: one replica action per table is in flight, and another one gets `ResourceInUseException`.

mod after;
mod describe;
pub mod desired;
mod diff;
mod members;
mod refusal;

use std::collections::BTreeMap;
use std::fmt;

pub use after::{after, settle};
pub use describe::describe;
pub use diff::{Changes, changes, home};
pub use refusal::TableRefusal;

use crate::crd::{AttributeType, KeyAttribute};
use crate::failure::Read;
use crate::names::{Region, TableArn, TableId, TableName};

/// What is known of one table name, in each Region that was asked.
pub type Observed = BTreeMap<Region, Read<Option<Table>>>;

/// A table in one Region: a table by itself, or a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its ARN.
    pub arn: TableArn,
    /// Tells it from its re-created namesake.
    pub id: TableId,
    /// What it does.
    pub status: TableStatus,
    /// Its keys.
    pub keys: Keys,
    /// The other members of the global table. DynamoDB never lists the Region that was asked.
    pub replicas: BTreeMap<Region, TableStatus>,
    /// Whether it is strongly consistent (MRSC).
    pub is_strong: bool,
    /// Whether it is protected against deletion, in this Region.
    pub is_protected: bool,
    /// Expiry of its items; one for all replicas.
    pub ttl: Read<Ttl>,
    /// Its tags in this Region, which say whose it is.
    pub tags: Read<BTreeMap<String, String>>,
}

/// What a table or replica does. DynamoDB's `TableStatus` and `ReplicaStatus` in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableStatus {
    /// Serves.
    Active,
    /// Is being made.
    Creating,
    /// Serves, and changes.
    Updating,
    /// Goes.
    Deleting,
    /// A state that it does not leave by itself.
    Broken(Broken),
    /// A state that we don't know: it changes.
    Other(String),
}

/// A state that a table does not leave by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// The replica could not be made.
    CreationFailed,
    /// The account has disabled the Region.
    RegionDisabled,
    /// The KMS key can't be used; the replica is dropped after 20 hours.
    KeyInaccessible,
    /// Archived, because its key was inaccessible for 7 days.
    Archived,
    /// A policy denies replication; the replica is dropped after 20 hours.
    ReplicationNotAuthorized,
}

/// A table's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The partition key.
    pub partition: KeyAttribute,
    /// The sort key.
    pub sort: Option<KeyAttribute>,
}

/// Expiry of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ttl {
    /// How far it is.
    pub state: TtlState,
    /// The attribute, while there is one.
    pub attribute: Option<String>,
}

impl Ttl {
    /// Whether DynamoDB is still at it.
    pub fn is_moving(&self) -> bool {
        matches!(self.state, TtlState::Enabling | TtlState::Disabling)
    }
}

/// How far a change of the time to live is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TtlState {
    /// Being turned on.
    Enabling,
    /// On.
    Enabled,
    /// Being turned off.
    Disabling,
    /// Off.
    Disabled,
}

/// One call that changes DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The table.
    pub table: TableName,
    /// The Region whose endpoint is called.
    pub region: Region,
    /// The call.
    pub call: Call,
}

/// The call of an [`Action`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// CreateTable, on demand. Not idempotent, but the name is.
    CreateTable {
        /// Its keys.
        keys: Keys,
        /// Whose it is.
        tags: BTreeMap<String, String>,
        /// Whether it is protected against deletion.
        is_protected: bool,
    },
    /// UpdateTable with one replica Create.
    CreateReplica {
        /// The new member's Region.
        replica: Region,
    },
    /// UpdateTimeToLive.
    UpdateTimeToLive {
        /// What it is.
        before: Ttl,
        /// The attribute.
        attribute: String,
        /// On or off.
        enabled: bool,
    },
    /// UpdateTable with DeletionProtectionEnabled alone.
    SetDeletionProtection {
        /// The protection that it gets; it has the other.
        is_protected: bool,
    },
    /// TagResource in this Region.
    TagTable {
        /// The table in this Region.
        arn: TableArn,
        /// The marks that it has.
        before: BTreeMap<String, String>,
        /// The marks that it gets; others stay.
        after: BTreeMap<String, String>,
    },
}

impl Table {
    /// This description, with what a description leaves out and was known before: tags and time to live.
    ///
    /// A replica that was absent when last read is new, and DynamoDB gives it neither tags nor protection. A table by itself
    /// may be the one that we made without hearing so: its tags are read.
    #[must_use]
    pub fn remembering(mut self, before: Option<&Read<Option<Self>>>) -> Self {
        match before.and_then(Read::known) {
            Some(Some(known)) if known.id == self.id || known.status == TableStatus::Creating => {
                self.tags = known.tags.clone();
                self.ttl = known.ttl.clone();
            }
            Some(None) if !self.replicas.is_empty() => self.tags = Read::Known(BTreeMap::new()),
            Some(_) | None => {}
        }
        self
    }
}

impl TableStatus {
    /// Reads DynamoDB's word.
    pub fn parse(word: &str) -> Self {
        match word {
            "ACTIVE" => Self::Active,
            "CREATING" => Self::Creating,
            "UPDATING" => Self::Updating,
            "DELETING" => Self::Deleting,
            "CREATION_FAILED" => Self::Broken(Broken::CreationFailed),
            "REGION_DISABLED" => Self::Broken(Broken::RegionDisabled),
            "INACCESSIBLE_ENCRYPTION_CREDENTIALS" => Self::Broken(Broken::KeyInaccessible),
            "ARCHIVED" => Self::Broken(Broken::Archived),
            "REPLICATION_NOT_AUTHORIZED" => Self::Broken(Broken::ReplicationNotAuthorized),
            // ARCHIVING among them: it ends as ARCHIVED.
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word that status shows.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Creating => "Creating",
            Self::Updating => "Updating",
            Self::Deleting => "Deleting",
            Self::Broken(broken) => broken.as_str(),
            Self::Other(word) if word == "ARCHIVING" => "Archiving",
            Self::Other(_) => "Unknown",
        }
    }
}

impl fmt::Display for TableStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(word) => f.write_str(word),
            Self::Active | Self::Creating | Self::Updating | Self::Deleting | Self::Broken(_) => {
                f.write_str(self.as_str())
            }
        }
    }
}

impl Broken {
    /// The word that status shows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreationFailed => "CreationFailed",
            Self::RegionDisabled => "RegionDisabled",
            Self::KeyInaccessible => "KeyInaccessible",
            Self::Archived => "Archived",
            Self::ReplicationNotAuthorized => "ReplicationNotAuthorized",
        }
    }

    /// The condition reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::CreationFailed => "ReplicaFailed",
            Self::RegionDisabled => "RegionDisabled",
            Self::KeyInaccessible | Self::Archived => "KeyInaccessible",
            Self::ReplicationNotAuthorized => "ReplicationNotAuthorized",
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", attribute_text(&self.partition))?;
        match &self.sort {
            Some(sort) => write!(f, " + {}", attribute_text(sort)),
            None => Ok(()),
        }
    }
}

/// A key attribute as messages and status say it: `session_id (String)`.
pub fn attribute_text(attribute: &KeyAttribute) -> String {
    let kind = match attribute.kind {
        AttributeType::String => "String",
        AttributeType::Number => "Number",
        AttributeType::Binary => "Binary",
    };
    format!("{} ({kind})", attribute.name)
}

impl Ttl {
    /// No expiry.
    pub fn disabled() -> Self {
        Self {
            state: TtlState::Disabled,
            attribute: None,
        }
    }

    /// Whether items expire, or will.
    pub fn is_on(&self) -> bool {
        match self.state {
            TtlState::Enabling | TtlState::Enabled => true,
            TtlState::Disabling | TtlState::Disabled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(replicas: &[&str]) -> Table {
        let replicas = replicas
            .iter()
            .map(|region| (region.parse().unwrap(), TableStatus::Active));
        Table {
            arn: TableArn::new("arn:aws:dynamodb:us-east-1:123456789012:table/sessions"),
            id: TableId::new("id-1"),
            status: TableStatus::Active,
            keys: Keys {
                partition: KeyAttribute {
                    name: "id".to_owned(),
                    kind: AttributeType::String,
                },
                sort: None,
            },
            replicas: replicas.collect(),
            is_strong: false,
            is_protected: true,
            ttl: Read::NotRead,
            tags: Read::NotRead,
        }
    }

    #[test]
    fn a_replica_that_was_absent_has_no_tags_and_a_table_may_be_ours() {
        let absent = Read::Known(None);
        let tags = |replicas: &[&str]| table(replicas).remembering(Some(&absent)).tags;
        assert_eq!(tags(&["us-east-1"]), Read::Known(BTreeMap::new()));
        // CreateTable whose answer got lost: taken for unmarked, it would be another's for an hour.
        assert_eq!(tags(&[]), Read::NotRead);
    }
}
