//! A table in one Region.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::group::GroupId;
use crate::region::Region;
use crate::words::{Word, words};

words! {
    TableStatus { Creating "CREATING", Updating "UPDATING", Deleting "DELETING", Active "ACTIVE" }
}
words! { BillingMode { Provisioned "PROVISIONED", PayPerRequest "PAY_PER_REQUEST" } }
words! { KeyType { Hash "HASH", Range "RANGE" } }
words! {
    StreamViewType {
        NewImage "NEW_IMAGE", OldImage "OLD_IMAGE", NewAndOldImages "NEW_AND_OLD_IMAGES",
        KeysOnly "KEYS_ONLY",
    }
}
words! { MultiRegionConsistency { Eventual "EVENTUAL", Strong "STRONG" } }
words! { TableClass { Standard "STANDARD", InfrequentAccess "STANDARD_INFREQUENT_ACCESS" } }
words! {
    TtlStatus {
        Enabling "ENABLING", Disabling "DISABLING", Enabled "ENABLED", Disabled "DISABLED",
    }
}

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

impl Word for AttributeType {
    const WORDS: &'static [&'static str] = &["S", "N", "B"];
    const STAND_IN: Self = Self::S;

    fn parse(word: &str) -> Option<Self> {
        match word {
            "S" => Some(Self::S),
            "N" => Some(Self::N),
            "B" => Some(Self::B),
            _ => None,
        }
    }
}

/// A key attribute: its name and type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub r#type: AttributeType,
}

/// Where a table is. Two tables of one name in two Regions may or may not be replicas of each
/// other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) region: Region,
    pub(crate) name: String,
}

impl Place {
    pub(super) fn arn(&self, account: &str) -> String {
        let Self { region, name } = self;
        format!("arn:aws:dynamodb:{region}:{account}:table/{name}")
    }

    pub(super) fn in_region(&self, region: Region) -> Self {
        Self {
            region,
            name: self.name.clone(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(super) place: Place,
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) status: TableStatus,
    pub(super) partition_key: KeyAttribute,
    pub(super) sort_key: Option<KeyAttribute>,
    pub(super) billing: Billing,
    /// Shown only if it was ever given.
    pub(super) class: Option<TableClass>,
    pub(super) stream: Option<Stream>,
    pub(super) ttl: TimeToLive,
    pub(super) deletion_protection: bool,
    pub(super) protection_changed: Option<Timestamp>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) group: Option<GroupId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Billing {
    PayPerRequest,
    Provisioned { read: i64, write: i64 },
}

/// A stream stays named after it was turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) enabled: bool,
    pub(super) view: StreamViewType,
    /// When it was turned on, which is its label.
    pub(super) label: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TimeToLive {
    pub(super) status: TtlStatus,
    pub(super) attribute: Option<String>,
    pub(super) changed: Option<Timestamp>,
}

impl TimeToLive {
    /// What was being changed is changed.
    pub(super) fn settle(&mut self) {
        self.status = match self.status {
            TtlStatus::Enabling | TtlStatus::Enabled => TtlStatus::Enabled,
            TtlStatus::Disabling | TtlStatus::Disabled => TtlStatus::Disabled,
        };
        if self.status == TtlStatus::Disabled {
            self.attribute = None;
        }
    }
}

impl Table {
    /// A table on demand, without anything optional.
    pub(crate) fn new(
        place: Place,
        id: String,
        created: Timestamp,
        partition_key: KeyAttribute,
    ) -> Self {
        Self {
            place,
            id,
            created,
            status: TableStatus::Active,
            partition_key,
            sort_key: None,
            billing: Billing::PayPerRequest,
            class: None,
            stream: None,
            ttl: TimeToLive {
                status: TtlStatus::Disabled,
                attribute: None,
                changed: None,
            },
            deletion_protection: false,
            protection_changed: None,
            tags: BTreeMap::new(),
            group: None,
        }
    }

    /// A replica of this table. Deletion protection and tags are not synchronised; time to live,
    /// keys, billing and table class are ("Global tables settings synchronization", Developer
    /// Guide).
    pub(super) fn replica(&self, region: Region, id: String, created: Timestamp) -> Self {
        let mut replica = Self::new(
            self.place.in_region(region),
            id,
            created,
            self.partition_key.clone(),
        );
        replica.sort_key.clone_from(&self.sort_key);
        replica.billing = self.billing;
        replica.class = self.class;
        replica.ttl = self.ttl.clone();
        replica.group = self.group;
        replica.status = TableStatus::Creating;
        replica
    }

    /// Turns the stream on that replication needs. One that is on keeps its view.
    pub(super) fn ensure_stream(&mut self, now: Timestamp) {
        if !self.stream.is_some_and(|stream| stream.enabled) {
            let view = StreamViewType::NewAndOldImages;
            self.stream = Some(Stream {
                enabled: true,
                view,
                label: now,
            });
        }
    }

    pub(crate) fn protected(mut self, deletion_protection: bool) -> Self {
        self.deletion_protection = deletion_protection;
        self
    }

    pub(crate) fn tagged(mut self, tags: BTreeMap<String, String>) -> Self {
        self.tags = tags;
        self
    }

    pub(crate) fn sorted_by(mut self, sort_key: Option<KeyAttribute>) -> Self {
        self.sort_key = sort_key;
        self
    }
}
