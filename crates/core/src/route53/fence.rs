//! The fence: one TXT record set beside each managed name, which says whose the name is and how new.
//!
//! It is replaced in the same batch as the name's record sets, by DELETE of what was read and CREATE of what is wanted.
//! Route 53 applies a batch whole or not at all, and refuses a DELETE that does not match: a stale writer's batch fails.

use std::collections::BTreeSet;

use k8s_openapi::jiff::Timestamp;

use super::{Answer, ChangeSet, NameChange, RecordRouting, RecordSet};
use crate::identity::{Mark, MarkState};
use crate::names::{Hostname, Incarnation};

/// How long a resolver may keep a fence; nobody resolves it.
const FENCE_TTL: u32 = 300;

/// What a fence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Whose the name is.
    pub mark: Mark,
    /// Number of the spec that the name's record sets carry out; never goes down.
    pub revision: u64,
    /// Since when the mark is in its state.
    pub since: Timestamp,
}

/// Names change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// What stood there was not ours, and is now.
    Adopted,
    /// It stays, and whoever wants it may have it.
    Released,
}

impl ChangeSet {
    /// Whether names of it change hands.
    pub fn handover(&self) -> Option<Handover> {
        let fence = |sets: &BTreeSet<RecordSet>| sets.iter().find_map(Fence::parse);
        let names = || self.names.values();
        let is_adopted = |NameChange { before, after }: &NameChange| {
            match (fence(before), fence(after)) {
                // A fence that was lost comes back beside what is there.
                (None, Some(_)) => !before.is_subset(after),
                (Some(was), Some(is)) => {
                    (was.mark.fleet, was.mark.owner) != (is.mark.fleet, is.mark.owner)
                }
                (_, None) => false,
            }
        };
        let is_released = |change: &NameChange| {
            fence(&change.after).is_some_and(|fence| fence.mark.state == MarkState::Released)
        };
        if names().any(is_adopted) {
            Some(Handover::Adopted)
        } else if names().any(is_released) {
            Some(Handover::Released)
        } else {
            None
        }
    }
}

impl Fence {
    /// The record set that says this, for that name.
    pub fn record_set(&self, hostname: &Hostname) -> RecordSet {
        let Self {
            mark:
                Mark {
                    state,
                    fleet,
                    owner,
                    incarnation,
                    writer,
                },
            revision,
            since,
        } = self;
        let state = state.as_str();
        // A TXT string holds 255 characters; two hold the longest names.
        let value = format!(
            "\"v=ek1 state={state} fleet={fleet} inc={incarnation} rev={revision} since={since:.0}\" \
             \"app={owner} writer={writer}\""
        );
        RecordSet {
            name: hostname.fence(),
            kind: "TXT".to_owned(),
            set_identifier: None,
            routing: RecordRouting::Simple,
            answer: Answer::Values {
                ttl: FENCE_TTL,
                values: BTreeSet::from([value]),
            },
            health_check: None,
        }
    }

    /// Reads a fence; `None` where the record set is something else.
    pub fn parse(set: &RecordSet) -> Option<Self> {
        let Answer::Values { values, .. } = &set.answer else {
            return None;
        };
        let [value] = values.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let words: Vec<(&str, &str)> = value
            .split('"')
            .flat_map(str::split_whitespace)
            .map(|word| word.split_once('='))
            .collect::<Option<_>>()?;
        let get = |key: &str| {
            words
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        if get("v")? != "ek1" {
            return None;
        }
        Some(Self {
            mark: Mark {
                state: MarkState::parse(get("state")?)?,
                fleet: get("fleet")?.to_owned(),
                owner: get("app")?.parse().ok()?,
                incarnation: Incarnation::new(get("inc")?),
                writer: get("writer")?.to_owned(),
            },
            revision: get("rev")?.parse().ok()?,
            since: get("since")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::ObjectKey;

    fn fence() -> Fence {
        Fence {
            mark: Mark {
                state: MarkState::Held,
                fleet: "prod".into(),
                owner: ObjectKey::new("shop", "api"),
                incarnation: Incarnation::new("3f2a8c1e-0000-4000-8000-000000000001"),
                writer: "9d1c0d3a-0000-4000-8000-000000000002".into(),
            },
            revision: 7,
            since: "2026-11-24T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_fence_is_two_quoted_strings() {
        let set = fence().record_set(&"api.example.com".parse().unwrap());
        assert_eq!(set.name, "_evenkeel.api.example.com");
        let Answer::Values { values, .. } = &set.answer else {
            panic!("{set:?}")
        };
        assert_eq!(
            values.first().unwrap(),
            "\"v=ek1 state=held fleet=prod inc=3f2a8c1e-0000-4000-8000-000000000001 rev=7 since=2026-11-24T10:00:00Z\" \
             \"app=shop/api writer=9d1c0d3a-0000-4000-8000-000000000002\""
        );
        assert_eq!(Fence::parse(&set), Some(fence()));
    }

    #[test]
    fn the_longest_fence_fits_its_strings() {
        let long = "x".repeat(63);
        let mut longest = fence();
        longest.mark.state = MarkState::Deleting;
        longest.mark.fleet = long.clone();
        longest.mark.owner = ObjectKey::new(long.clone(), long.clone());
        longest.mark.writer = long;
        longest.revision = u64::MAX;
        let set = longest.record_set(&"api.example.com".parse().unwrap());
        let Answer::Values { values, .. } = &set.answer else {
            panic!("{set:?}")
        };
        let value = values.first().unwrap();
        assert!(
            value.split('"').all(|string| string.len() <= 255),
            "{value}"
        );
        assert_eq!(Fence::parse(&set), Some(longest));
    }

    #[test]
    fn another_text_is_no_fence() {
        let mut set = fence().record_set(&"api.example.com".parse().unwrap());
        for text in [
            "\"v=spf1 -all\"",
            "\"heritage=external-dns,external-dns/owner=x\"",
            "\"v=ek2 state=held\"",
            "",
        ] {
            set.answer = Answer::Values {
                ttl: 300,
                values: BTreeSet::from([text.to_owned()]),
            };
            assert_eq!(Fence::parse(&set), None, "{text}");
        }
    }
}
