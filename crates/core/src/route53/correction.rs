//! Undoing what somebody else did to our names, and when to stop: two programs that undo each other's changes for ever help
//! nobody, and use up the account's calls.

use std::collections::BTreeSet;

use k8s_openapi::jiff::{SignedDuration, Timestamp};

use super::RecordSet;
use super::diff::Diff;
use crate::digest;
use crate::names::Hostname;
use crate::refusal::Refusal;

/// So often within [`WINDOW`].
const CORRECTIONS: usize = 3;

/// See [`CORRECTIONS`].
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// What a status remembers of a name's record sets. Another version may write another digest for the same sets: it is compared only
/// where the sets are not as wanted, and then costs one correction of three.
pub fn digest_of(sets: &BTreeSet<RecordSet>) -> String {
    digest::hex(&format!("{sets:?}"))
}

/// The corrections that still count, with one of just now.
pub fn corrected(before: &[Timestamp], now: Option<Timestamp>, at: Timestamp) -> Vec<Timestamp> {
    let recent = before.iter().copied().filter(|time| counts(*time, at));
    recent.chain(now).collect()
}

fn counts(time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time) < WINDOW
}

impl Diff<'_> {
    /// Whether somebody else has changed the name since it was last as wanted.
    pub(super) fn is_foreign(&self, hostname: &Hostname, there: &BTreeSet<RecordSet>) -> bool {
        let memory = self.app.memory.names.get(hostname);
        let known = memory.and_then(|memory| memory.digest.as_ref());
        known.is_some_and(|known| *known != digest_of(there))
    }

    /// Whether their change may be undone now. Else says since when it stays.
    pub(super) fn may_correct(&mut self, hostname: &Hostname) -> bool {
        let memory = self.app.memory.names.get(hostname);
        let all = memory.map(|memory| memory.corrected.as_slice());
        let recent = corrected(all.unwrap_or_default(), None, self.now);
        match recent.first() {
            Some(first) if recent.len() >= CORRECTIONS => {
                self.found.refused.push(Refusal::ForeignChange {
                    hostname: hostname.clone(),
                    times: recent.len(),
                    until: *first + WINDOW,
                });
                false
            }
            _ => {
                self.found.corrected.insert(hostname.clone());
                true
            }
        }
    }
}
