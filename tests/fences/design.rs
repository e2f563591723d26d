//! How operators write, in the interleavings of the real code: as Evenkeel does, or with one thing of it left out.

use std::collections::BTreeSet;

use evenkeel_core::crd::GlobalApp;
use evenkeel_core::failure::Read;
use evenkeel_core::route53::{ChangeSet, RecordSet};

use crate::aws::Zone;
use crate::operator::{Object, known};

/// How operators write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Design {
    /// As it is.
    Evenkeel,
    /// A batch says only what is to be there: an UPSERT of each set, and a DELETE of what is too much.
    Upsert,
    /// The zone is read once.
    NeverReadsAgain,
    /// The revision is that of the fence, and one more.
    CountsUp,
    /// What is to change goes in one batch, and comes in the next.
    DeletesFirst,
}

impl Design {
    /// What an operator goes by.
    pub(crate) fn revised(self, object: &Object) -> Object {
        if self != Self::CountsUp {
            return object.clone();
        }
        let mut object = GlobalApp::clone(object);
        if let Some(fleet) = object
            .status
            .as_mut()
            .and_then(|status| status.fleet.as_mut())
        {
            fleet.revision = None;
        }
        known(object)
    }

    /// The batch that arrives. An UPSERT is a DELETE of what is there at that moment, whatever it is, and a CREATE.
    pub(crate) fn sent(self, set: &ChangeSet, zone: &Zone) -> ChangeSet {
        let mut set = set.clone();
        match self {
            Self::Upsert => say_what_is_there(&mut set, zone),
            Self::DeletesFirst => {
                let replaced = set.names.values_mut();
                for change in replaced.filter(|change| !change.before.is_empty()) {
                    change.after.clear();
                }
            }
            Self::Evenkeel | Self::NeverReadsAgain | Self::CountsUp => {}
        }
        set
    }
}

/// Each set takes the place of whatever is there.
fn say_what_is_there(set: &mut ChangeSet, zone: &Zone) {
    let records = zone.read.observed.route53.records.get(&set.zone);
    let records = records.and_then(Read::known).unwrap();
    for change in set.names.values_mut() {
        let place = |set: &RecordSet| {
            (
                set.name.clone(),
                set.kind.clone(),
                set.set_identifier.clone(),
            )
        };
        let all = change.before.iter().chain(&change.after);
        let places: BTreeSet<_> = all.map(place).collect();
        let there = records.sets.values().flatten();
        let there = there.filter(|set| places.contains(&place(set)));
        change.before = there.cloned().collect();
    }
}
