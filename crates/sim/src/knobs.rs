//! Durations, and choices that AWS leaves unspecified. The defaults are what was measured or what
//! the AWS documentation calls usual; a seed can change each of them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A whole number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

impl Seconds {
    pub(crate) fn after(self, start: Timestamp) -> Timestamp {
        let length = SignedDuration::from_secs(i64::from(self.0));
        start.checked_add(length).unwrap_or(Timestamp::MAX)
    }
}

/// How long things take, and what AWS does where its documentation is silent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Knobs {
    /// A Route 53 change is PENDING for this long (default 30). "Changes generally propagate within
    /// 60 seconds" (Route 53 API Reference, `ChangeResourceRecordSets`).
    pub propagation: Seconds,
    /// After a change, the zone refuses another one with `PriorRequestNotComplete` for this long
    /// (default 0: one request at a time is never refused). The window is unspecified.
    pub prior_request: Seconds,
    /// A batch is judged after each of its changes, not as it leaves the zone (default false).
    /// Which of the two AWS does is unspecified.
    pub judges_each_change: bool,
    /// A DELETE must repeat the values in their order, too (default false; unspecified).
    pub orders_values: bool,
    /// The caller reference of a deleted health check is refused for this long (default 604,800, a
    /// week). "A number of days" (Route 53 API Reference, `CreateHealthCheck`).
    pub deleted_reference: Seconds,
    /// An accelerator is `IN_PROGRESS` for this long after the last mutation of it or of anything
    /// below it (default 60). AWS publishes no duration; most updates take a minute or two.
    pub accelerator_deployment: Seconds,
    /// After a change of an accelerator or of anything below it, the accelerator itself can neither
    /// be changed nor deleted for this long (`TransactionInProgressException`; default 0). What
    /// makes AWS answer this is unspecified.
    pub transaction: Seconds,
    /// What an idempotency token made is remembered for this long (default 86,400, a day;
    /// unspecified).
    pub token_memory: Seconds,
    /// A token that comes again with other parameters is refused (default true); otherwise it gives
    /// what it made. Unspecified.
    pub tokens_must_match: bool,
    /// A new endpoint's `HealthState` is INITIAL for this long (default 20; unspecified).
    pub endpoint_initial: Seconds,
    /// An endpoint's `HealthState` follows its load balancer's health after this long (default 30,
    /// "about 30 seconds" in the Global Accelerator FAQ).
    pub endpoint_detection: Seconds,
    /// A new table is CREATING for this long (default 8).
    pub table_creation: Seconds,
    /// A table without replicas is DELETING for this long (default 8).
    pub table_deletion: Seconds,
    /// A new replica appears in `Replicas` this long after the call (default 6).
    pub replica_listed: Seconds,
    /// A new replica's table can be described in its own Region this long after the call (default
    /// 10).
    pub replica_described: Seconds,
    /// A new replica of an empty table is ACTIVE this long after the call (default 30; measured 14
    /// to 49).
    pub replica_active: Seconds,
    /// Deleting a replica keeps the table that was asked UPDATING for this long (default 35;
    /// measured 31 to 47).
    pub replica_deletion_updating: Seconds,
    /// A deleted replica leaves `Replicas` this long after the call (default 150; measured 121 to
    /// 244).
    pub replica_unlisted: Seconds,
    /// A deleted replica's table is gone this long after it left `Replicas` (default 20; measured
    /// 10 to 35).
    pub replica_gone: Seconds,
    /// A change of deletion protection on a member of a global table keeps it UPDATING for this
    /// long (default 36; measured 34 to 39). A table without replicas changes at once.
    pub protection_change: Seconds,
    /// Changing deletion protection again within this time is throttled (default 15).
    pub protection_pause: Seconds,
    /// Time to live is ENABLING or DISABLING for this long (default 5; documented as up to an hour,
    /// and often too short to be seen).
    pub ttl_change: Seconds,
    /// Time to live can't be modified again within this time (default 1800; the quota page says
    /// once an hour).
    pub ttl_pause: Seconds,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            propagation: Seconds(30),
            prior_request: Seconds(0),
            judges_each_change: false,
            orders_values: false,
            deleted_reference: Seconds(604_800),
            accelerator_deployment: Seconds(60),
            transaction: Seconds(0),
            token_memory: Seconds(86_400),
            tokens_must_match: true,
            endpoint_initial: Seconds(20),
            endpoint_detection: Seconds(30),
            table_creation: Seconds(8),
            table_deletion: Seconds(8),
            replica_listed: Seconds(6),
            replica_described: Seconds(10),
            replica_active: Seconds(30),
            replica_deletion_updating: Seconds(35),
            replica_unlisted: Seconds(150),
            replica_gone: Seconds(20),
            protection_change: Seconds(36),
            protection_pause: Seconds(15),
            ttl_change: Seconds(5),
            ttl_pause: Seconds(1800),
        }
    }
}
