//! How fast calls may come: token buckets of the account, of each action, and of Route 53's changes.
//!
//! A call is throttled unless every bucket that it draws from holds enough, and then it draws from
//! none of them. Arithmetic is exact: a bucket holds whole parts of a token, so that no run depends
//! on how often somebody looked.
//!
//! Sources: "Quotas" and "Throttling of API requests", Route 53 Developer Guide; "Quotas", DynamoDB
//! Developer Guide. Global Accelerator, Elastic Load Balancing and STS publish no rates: none here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Service;
use crate::wire::xml::Node;
use crate::wire::{Request, ServiceError};

/// The published rates of calls, and how far they are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Rates {
    /// Whether calls are throttled at all (default true).
    pub enforced: bool,
    /// Capacities and refills in percent of AWS's defaults (default 100): less for an account that
    /// others use too, more for one whose quotas were raised. A capacity is at least one call.
    pub percent: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            enforced: true,
            percent: 100,
        }
    }
}

/// A bucket's size in tokens, and its refill in tokens per 1,000 seconds.
#[derive(Clone, Copy)]
struct Limit {
    capacity: u32,
    refill: u32,
}

/// The parts of one token: nanoseconds times thousandths of a token times percent.
const TOKEN: u128 = 1_000_000_000 * 1000 * 100;

/// What one bucket is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Every call of Route 53.
    Account,
    /// What is changed in Route 53.
    Changes,
    /// One operation, in one Region.
    Action {
        service: Service,
        region: String,
        operation: &'static str,
    },
}

#[derive(Clone, Debug)]
struct Level {
    parts: u128,
    at: Timestamp,
}

/// The buckets of an account that are not known to be full.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets(BTreeMap<Key, Level>);

impl Buckets {
    /// Draws for one call, or throttles it.
    pub(crate) fn draw(
        &mut self,
        rates: &Rates,
        now: Timestamp,
        request: &Request,
        operation: &'static str,
    ) -> Result<(), ServiceError> {
        if !rates.enforced {
            return Ok(());
        }
        let mut drawn = Vec::new();
        for (key, limit, tokens) in draws(request, operation) {
            let full = full(limit, rates);
            let held = self
                .0
                .get(&key)
                .map_or(full, |level| refilled(level, limit, rates, now).min(full));
            // What weighs more than the whole bucket needs a full one: it would never be served.
            let needed = (u128::from(tokens) * TOKEN).min(full);
            let left = held.checked_sub(needed);
            drawn.push((
                key,
                left.ok_or_else(|| ServiceError::throttled(request.service))?,
            ));
        }
        for (key, parts) in drawn {
            self.0.insert(key, Level { parts, at: now });
        }
        Ok(())
    }
}

fn full(limit: Limit, rates: &Rates) -> u128 {
    let scaled = u128::from(limit.capacity) * u128::from(rates.percent) * (TOKEN / 100);
    scaled.max(TOKEN)
}

fn refilled(level: &Level, limit: Limit, rates: &Rates, now: Timestamp) -> u128 {
    let passed = now.duration_since(level.at).as_nanos();
    let passed = u128::try_from(passed).unwrap_or_default();
    level.parts + passed * u128::from(limit.refill) * u128::from(rates.percent)
}

/// The buckets that a call draws from, and how many tokens from each.
fn draws(request: &Request, operation: &'static str) -> Vec<(Key, Limit, u32)> {
    let action = |limit| {
        let key = Key::Action {
            service: request.service,
            region: request.region.clone(),
            operation,
        };
        (key, limit, 1)
    };
    match request.service {
        Service::Route53 => {
            let mut draws = vec![
                (Key::Account, ROUTE53, 1),
                action(route53_action(operation)),
            ];
            let changes = weight(operation, &request.body);
            if changes > 0 {
                draws.push((Key::Changes, ROUTE53_CHANGES, changes));
            }
            draws
        }
        Service::DynamoDb => dynamodb_action(operation).map(action).into_iter().collect(),
        Service::GlobalAccelerator | Service::ElasticLoadBalancing | Service::Sts => Vec::new(),
    }
}

const fn limit(capacity: u32, refill: u32) -> Limit {
    Limit { capacity, refill }
}

const ROUTE53: Limit = limit(50, 10_000);
const ROUTE53_CHANGES: Limit = limit(1500, 100_000);

fn route53_action(operation: &str) -> Limit {
    match operation {
        "CreateHealthCheck" => limit(50, 500),
        "UpdateHealthCheck" => limit(50, 5000),
        "DeleteHealthCheck" => limit(15, 3000),
        "GetHealthCheckStatus" | "GetHealthCheckLastFailureReason" => limit(4, 1000),
        "CreateHostedZone" => limit(40, 2000),
        "DeleteHostedZone" => limit(40, 5000),
        _ => ROUTE53,
    }
}

/// The capacities are unspecified: one second's calls.
fn dynamodb_action(operation: &str) -> Option<Limit> {
    match operation {
        "DescribeTimeToLive" | "ListTagsOfResource" => Some(limit(10, 10_000)),
        "TagResource" | "UntagResource" => Some(limit(5, 5000)),
        _ => None,
    }
}

/// What a call weighs in Route 53's change throughput: CREATE 1, DELETE 1, UPSERT 2, a zone made or
/// deleted 2. A body that is no batch changes nothing.
fn weight(operation: &str, body: &[u8]) -> u32 {
    match operation {
        "CreateHostedZone" | "DeleteHostedZone" => 2,
        "ChangeResourceRecordSets" => {
            let text = std::str::from_utf8(body).unwrap_or_default();
            Node::parse(text).map_or(0, |root| batch_weight(&root))
        }
        _ => 0,
    }
}

fn batch_weight(node: &Node) -> u32 {
    let own = match node.child_text("Action") {
        Some("UPSERT") => 2,
        Some(_) => 1,
        None => 0,
    };
    own + node.children.iter().map(batch_weight).sum::<u32>()
}
