//! Resolvers: one in each city, which remembers an answer for as long as its time to live says.
//!
//! A resolver here stands for all of its city: it remembers how the city's clients are divided among
//! the outcomes, and asks again when that has expired. (In truth each resolver asks at its own time,
//! and a city moves gradually; the last clients move when they do here.)

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::City;
use crate::route53::answer::{NameServer, Outcome};
use crate::route53::{DnsName, RecordType};

/// CNAMEs are followed this far.
const DEEPEST: usize = 8;
/// What an answer is divided into.
const WHOLE: u64 = 1_000_000;

/// How a city's clients are divided among what a name leads to, in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) shares: Vec<(u64, Outcome)>,
    /// Seconds, never zero: nobody asks twice in one.
    ttl: u32,
}

#[derive(Clone, Debug)]
struct Cached {
    resolved: Resolved,
    expires: Timestamp,
}

/// Every city's resolver.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolvers {
    cached: BTreeMap<(City, String), Cached>,
}

impl Resolvers {
    /// What a city's clients are told from `start` to `end`, during which the name servers answer
    /// the same: pieces of that time, each with its length.
    pub(crate) fn during(
        &mut self,
        server: &NameServer<'_>,
        city: City,
        name: &str,
        start: Timestamp,
        end: Timestamp,
    ) -> Vec<(SignedDuration, Resolved)> {
        let fresh = resolve(server, city, name);
        let entry = self.cached.entry((city, name.to_owned()));
        let cached = entry.or_insert_with(|| Cached {
            expires: fresh.expires(start),
            resolved: fresh.clone(),
        });
        let mut pieces = Vec::new();
        let stale = cached.expires.min(end).duration_since(start);
        if cached.resolved != fresh && cached.expires > start {
            pieces.push((stale, cached.resolved.clone()));
        }
        let rest = if cached.resolved == fresh || cached.expires <= start {
            end.duration_since(start)
        } else {
            end.duration_since(start).saturating_sub(stale)
        };
        // It asks again whenever its answer expires, and is told the same from then on.
        if cached.expires <= end {
            let passed = end.duration_since(cached.expires).as_secs();
            let ttl = i64::from(fresh.ttl);
            let asked = SignedDuration::from_secs(passed - passed.rem_euclid(ttl));
            let asked = cached.expires.checked_add(asked).unwrap_or(end);
            cached.expires = fresh.expires(asked);
            cached.resolved = fresh.clone();
        }
        if rest > SignedDuration::ZERO {
            pieces.push((rest, fresh));
        }
        pieces
    }

    /// What a city's clients are told at this moment.
    pub(crate) fn now(
        &self,
        server: &NameServer<'_>,
        city: City,
        name: &str,
        at: Timestamp,
    ) -> Resolved {
        let cached = self.cached.get(&(city, name.to_owned()));
        let cached = cached.filter(|cached| cached.expires > at);
        cached.map_or_else(
            || resolve(server, city, name),
            |cached| cached.resolved.clone(),
        )
    }
}

impl Resolved {
    fn expires(&self, asked: Timestamp) -> Timestamp {
        let length = SignedDuration::from_secs(i64::from(self.ttl));
        asked.checked_add(length).unwrap_or(Timestamp::MAX)
    }
}

/// Asks the name servers, and follows CNAMEs.
fn resolve(server: &NameServer<'_>, city: City, name: &str) -> Resolved {
    let mut resolved = Resolved {
        shares: Vec::new(),
        ttl: u32::MAX,
    };
    match DnsName::parse(name) {
        Ok(name) => follow(server, city, &name, WHOLE, DEEPEST, &mut resolved),
        Err(_bad) => resolved.shares.push((WHOLE, Outcome::NoSuchName)),
    }
    resolved.ttl = resolved.ttl.max(1);
    resolved
}

fn follow(
    server: &NameServer<'_>,
    city: City,
    name: &DnsName,
    amount: u64,
    depth: usize,
    resolved: &mut Resolved,
) {
    if let Some(found) = server.endpoints.named(name.as_str()) {
        let outcome = Outcome::LoadBalancer(found.arn.clone());
        return resolved.shares.push((amount, outcome));
    }
    if server.accelerators.is_named(name.as_str()) {
        return resolved
            .shares
            .push((amount, Outcome::Accelerator(name.clone())));
    }
    for share in server.answer(name, RecordType::A, city, amount) {
        resolved.ttl = resolved.ttl.min(share.ttl);
        if let (Outcome::Name(next), Some(depth)) = (&share.outcome, depth.checked_sub(1)) {
            follow(server, city, next, share.amount, depth, resolved);
        } else {
            resolved.shares.push((share.amount, share.outcome));
        }
    }
}
