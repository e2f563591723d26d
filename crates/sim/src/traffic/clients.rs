//! Clients: how many requests they send, who serves them, and what is lost. Nothing happens for a
//! single request: between two changes of the world every share is constant, so amounts are computed
//! for the time between, and no request is forgotten.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::resolver::{Resolved, Resolvers};
use super::{City, route};
use crate::route53::answer::NameServer;
use crate::shares::split;

/// Clients in one city that send requests to a port of a name, each on a new connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Clients {
    /// Where they are.
    pub city: City,
    /// The name that they use.
    pub name: String,
    /// The TCP port (default 443).
    #[serde(default = "https")]
    pub port: u16,
    /// Requests per second.
    pub per_second: u32,
}

fn https() -> u16 {
    443
}

/// Requests, in millionths of one: a request a second for a microsecond is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that were sent.
    pub sent: u64,
    /// Those that no healthy endpoint answered.
    pub lost: u64,
    /// Those that were answered, by Region; `elsewhere` for values that belong to no Region.
    pub served: BTreeMap<&'static str, u64>,
}

/// What became of the requests since the clients were set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Until then.
    pub until: Timestamp,
    /// All of them.
    pub total: Tally,
    /// Those of each group of clients, in the order in which they were set.
    pub each: Vec<(Clients, Tally)>,
    /// What every second carries now.
    pub rate: Tally,
}

impl Tally {
    fn add(&mut self, amount: u64, served: Option<&'static str>) {
        self.sent += amount;
        match served {
            Some(region) if amount > 0 => *self.served.entry(region).or_default() += amount,
            Some(_) => {}
            None => self.lost += amount,
        }
    }

    fn join(&mut self, other: &Self) {
        self.sent += other.sent;
        self.lost += other.lost;
        for (region, amount) in &other.served {
            *self.served.entry(region).or_default() += amount;
        }
    }

    /// What was added since an earlier tally of the same clients.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let served = self.served.iter().map(|(region, amount)| {
            let before = earlier.served.get(region).copied().unwrap_or_default();
            (*region, amount.saturating_sub(before))
        });
        Self {
            sent: self.sent.saturating_sub(earlier.sent),
            lost: self.lost.saturating_sub(earlier.lost),
            served: served.filter(|(_, amount)| *amount > 0).collect(),
        }
    }
}

/// The clients of a world, and what became of their requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Population {
    clients: Vec<(Clients, Tally)>,
    pub(super) resolvers: Resolvers,
    until: Timestamp,
}

impl Population {
    pub(crate) fn new(clients: Vec<Clients>, now: Timestamp) -> Self {
        let clients = clients.into_iter().map(|it| (it, Tally::default()));
        Self {
            clients: clients.collect(),
            resolvers: Resolvers::default(),
            until: now,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Lets clients send until then, while the world is as it is.
    pub(crate) fn send(&mut self, server: &NameServer<'_>, until: Timestamp) {
        let since = self.until;
        if until <= since {
            return;
        }
        self.until = until;
        // Clients of one city ask one resolver.
        let mut told: BTreeMap<(City, &str), Vec<(SignedDuration, Resolved)>> = BTreeMap::new();
        for (clients, tally) in &mut self.clients {
            let Clients {
                city,
                name,
                port: _,
                per_second: _,
            } = &*clients;
            let resolvers = &mut self.resolvers;
            let pieces = told
                .entry((*city, name))
                .or_insert_with(|| resolvers.during(server, *city, name, since, until));
            for (length, resolved) in pieces {
                let micros = u64::try_from(length.as_micros()).unwrap_or_default();
                let amount = u64::from(clients.per_second).saturating_mul(micros);
                deliver(server, clients, resolved, amount, tally);
            }
        }
    }

    pub(crate) fn report(&self, server: &NameServer<'_>) -> Report {
        let (mut total, mut rate) = (Tally::default(), Tally::default());
        for (clients, tally) in &self.clients {
            total.join(tally);
            let resolved = self
                .resolvers
                .now(server, clients.city, &clients.name, self.until);
            let amount = u64::from(clients.per_second) * 1_000_000;
            deliver(server, clients, &resolved, amount, &mut rate);
        }
        Report {
            until: self.until,
            total,
            each: self.clients.clone(),
            rate,
        }
    }
}

fn deliver(
    server: &NameServer<'_>,
    clients: &Clients,
    resolved: &Resolved,
    amount: u64,
    tally: &mut Tally,
) {
    let weights: Vec<u64> = resolved.shares.iter().map(|(share, _)| *share).collect();
    let parts = split(amount, &weights).into_iter().zip(&resolved.shares);
    for (amount, (_, outcome)) in parts {
        for (amount, served) in route::serve(server, clients.city, clients.port, outcome, amount) {
            tally.add(amount, served);
        }
    }
}
