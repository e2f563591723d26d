//! How fast AWS lets an account call, and what each call draws from.
//!
//! Sources: "Quotas" and "Throttling of API requests", Amazon Route 53 Developer Guide; "Quotas", Amazon DynamoDB Developer
//! Guide. Global Accelerator and Elastic Load Balancing publish no rates; they are taken to be those of Route 53.

use std::time::Duration;

use super::{Attempt, Share};

/// The name of a bucket: the host that keeps it, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Every call.
    Account(String),
    /// Record sets that are created and deleted.
    Changes(String),
    /// One operation.
    Operation(String, String),
}

/// The size of a bucket, and how often it gets a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) capacity: u32,
    pub(super) interval: Duration,
}

/// What is taken from one bucket.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    pub(super) key: Key,
    pub(super) rate: Rate,
    pub(super) tokens: u32,
    /// What must stay in it.
    pub(super) reserve: u32,
    /// Whether those who find it empty are served in the order in which they came.
    pub(super) is_lined: bool,
}

/// A published rate: so many calls at once, and then one each so many milliseconds.
const fn rate(capacity: u32, milliseconds: u32) -> (u32, u32) {
    (capacity, milliseconds)
}

const ROUTE53: (u32, u32) = rate(50, 100);
const ROUTE53_CHANGES: (u32, u32) = rate(1_500, 10);

/// The operations of Route 53 that have less than the account.
fn route53(operation: &str) -> Option<(u32, u32)> {
    match operation {
        "CreateHealthCheck" => Some(rate(50, 2_000)),
        "DeleteHealthCheck" => Some(rate(15, 334)),
        "GetHealthCheckStatus" => Some(rate(4, 1_000)),
        _ => None,
    }
}

/// The operations of DynamoDB that are rare; the others have 2,500 a second. The capacity is one second's calls.
fn dynamodb(operation: &str) -> Option<(u32, u32)> {
    match operation {
        "DescribeTimeToLive" | "ListTagsOfResource" => Some(rate(10, 100)),
        "TagResource" | "UntagResource" => Some(rate(5, 200)),
        _ => None,
    }
}

/// What the attempt draws from each bucket.
pub(super) fn draws(attempt: &Attempt, share: Share) -> Vec<Draw> {
    let Attempt {
        service,
        operation,
        host,
        changes,
    } = attempt;
    let of_operation = |published: Option<(u32, u32)>| {
        published.map(|published| Draw {
            key: Key::Operation(host.clone(), operation.clone()),
            rate: shared(published, share),
            tokens: 1,
            reserve: 0,
            is_lined: true,
        })
    };
    let of_account = |published| {
        let rate = shared(published, share);
        // What is read for a write must leave it room: else a small share would read again and again, and never write.
        let rate = Rate {
            capacity: rate.capacity.max(2),
            ..rate
        };
        // Reads come in crowds, and a check's console name holds nothing up: the rest is for what changes something.
        let gives_way = is_read(operation) || operation == "ChangeTagsForResource";
        Draw {
            key: Key::Account(host.clone()),
            rate,
            tokens: 1,
            reserve: if gives_way {
                (rate.capacity / 4).max(1)
            } else {
                0
            },
            is_lined: gives_way,
        }
    };
    match service.as_str() {
        "Route 53" => {
            let of_changes = (*changes > 0).then(|| Draw {
                key: Key::Changes(host.clone()),
                rate: shared(ROUTE53_CHANGES, share),
                tokens: *changes,
                reserve: 0,
                is_lined: false,
            });
            let mut draws = vec![of_account(ROUTE53)];
            draws.extend(of_operation(route53(operation)));
            draws.extend(of_changes);
            draws
        }
        "DynamoDB" => of_operation(dynamodb(operation)).into_iter().collect(),
        _ => vec![of_account(ROUTE53)],
    }
}

/// Reads have these beginnings in every API that we use.
pub(crate) fn is_read(operation: &str) -> bool {
    ["Describe", "Get", "List"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// That share of a rate: at least one call at once.
fn shared((capacity, milliseconds): (u32, u32), Share(percent): Share) -> Rate {
    let percent = u32::from(percent);
    Rate {
        capacity: (capacity * percent / 100).max(1),
        interval: Duration::from_millis(u64::from(milliseconds)) * 100 / percent,
    }
}
