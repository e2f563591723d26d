//! Whose a wanted name is, and how one that is not ours yet becomes so.

use std::collections::BTreeSet;

use super::diff::Diff;
use super::fence::Fence;
use super::standing::{Guarding, fence_set, guarding};
use super::{NameChange, RecordSet, Way, registry};
use crate::consent::Allows;
use crate::crd::AdoptionPolicy;
use crate::identity::{Ownership, Stranger};
use crate::names::Hostname;

/// Whose a wanted name is.
pub(super) enum Claim {
    /// Nobody's, or ours with the fence lost.
    Free,
    /// Ours, by that fence.
    Ours(Fence, Ownership),
    /// Somebody else's, with what says so.
    Theirs(Stranger, BTreeSet<RecordSet>),
}

impl Diff<'_> {
    /// Whose the name is. It need not be known what it will be: an app without a name must not build anything for it first.
    pub(super) fn judge(&self, hostname: &Hostname, there: &BTreeSet<RecordSet>) -> Claim {
        let records = self.place.records;
        let fence_itself = || fence_set(records, hostname).cloned().into_iter().collect();
        match guarding(records, hostname) {
            Guarding::Open if self.is_taken(hostname, there) => {
                let marks = registry::marks(records, hostname);
                let owner = match marks.first() {
                    None => Stranger::Unmarked,
                    Some(mark) => Stranger::Registry {
                        name: mark.name.clone(),
                        text: registry::text(mark),
                    },
                };
                Claim::Theirs(owner, marks)
            }
            Guarding::Open => Claim::Free,
            Guarding::Foreign(text) => Claim::Theirs(Stranger::Foreign(text), fence_itself()),
            Guarding::Fence(fence) => {
                let app = &self.app.identity;
                let judge = &self.settings.installation;
                match judge.judge(&fence.mark, &app.key, Some(self.place.incarnation)) {
                    Ownership::NotOurs(owner) => Claim::Theirs(owner, fence_itself()),
                    ours @ (Ownership::Ours | Ownership::Retakeable) => Claim::Ours(fence, ours),
                }
            }
        }
    }

    /// Whether the spec wants what stands there, and a person has consented where it carries somebody's mark.
    pub(super) fn may_take_over(
        &mut self,
        hostname: &Hostname,
        owner: &Stranger,
        marks: &BTreeSet<RecordSet>,
    ) -> bool {
        let way = match (self.app.adoption, owner) {
            (_, Stranger::Policy(_)) => Way::None,
            (AdoptionPolicy::Never, _) => Way::Adopt,
            (AdoptionPolicy::AdoptOrCreate, Stranger::Unmarked) => return true,
            (AdoptionPolicy::AdoptOrCreate, _) => {
                let marks: Vec<String> = marks.iter().map(registry::text).collect();
                let thing = format!("{hostname}\n{}", marks.join("\n"));
                let asker = self.app.asker(self.place.incarnation, self.settings);
                let token = asker.token(Allows::TakeOver, &thing);
                if self.app.consents.holds(&token) {
                    self.found.consented.insert(token);
                    return true;
                }
                Way::Consent(token)
            }
        };
        self.refuse(hostname, owner.clone(), way);
        false
    }

    /// A name that was somebody else's, with their marks: they go in the same batch, or whoever reads them would take the name
    /// for theirs.
    pub(super) fn take_over(
        &mut self,
        hostname: &Hostname,
        there: &BTreeSet<RecordSet>,
        marks: BTreeSet<RecordSet>,
        mut after: BTreeSet<RecordSet>,
    ) {
        if let Some(what) = there.iter().find_map(RecordSet::foreign_policy) {
            let policy = Stranger::Policy(what.to_owned());
            return self.refuse(hostname, policy, Way::None);
        }
        let mut before = there.clone();
        before.extend(marks);
        after.insert(self.fence(self.now).record_set(hostname));
        self.set
            .insert(hostname.clone(), NameChange { before, after });
    }

    /// Whether something stands at a name without a fence that we can't have written.
    fn is_taken(&self, hostname: &Hostname, there: &BTreeSet<RecordSet>) -> bool {
        !(there.is_empty() || self.app.memory.claimed.contains(hostname))
    }

    /// A name without a fence: free, or somebody else's, or ours with the fence lost.
    pub(super) fn claim(
        &mut self,
        hostname: &Hostname,
        there: &BTreeSet<RecordSet>,
        after: BTreeSet<RecordSet>,
    ) {
        if !there.is_empty() && *there != after {
            // They were ours, and somebody has changed them since their fence was lost.
            if !self.may_take_over(hostname, &Stranger::Unmarked, &BTreeSet::new()) {
                return;
            }
        }
        // A name that we had has lost its fence, or everything.
        if self.app.memory.claimed.contains(hostname) && !self.may_correct(hostname) {
            return;
        }
        let fence = self.fence(self.now).record_set(hostname);
        self.change(hostname, there.clone(), after, Some(fence));
    }
}
