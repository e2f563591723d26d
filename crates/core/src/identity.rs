//! Who owns what: the identity behind every mark in AWS, and the deterministic names that carry it.
//!
//! Identity is (fleet, kind, namespace/name, incarnation). The mark's form belongs to each service;
//! what a mark means for us is decided here, in [`Installation::judge`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::names::{Fleet, Incarnation, ObjectKey, Writer};

/// This installation, as its marks say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Whose marks are ours.
    pub fleet: Fleet,
    /// The cluster that this operator writes for.
    pub writer: Writer,
    /// Clusters that this one replaces; what they owned is taken over.
    pub former_writers: BTreeSet<Writer>,
}

/// What every mark says, in whatever form its service offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whether the object is still held.
    pub state: MarkState,
    /// The fleet whose object it is.
    pub fleet: String,
    /// The object that declares it.
    pub owner: ObjectKey,
    /// That object's identity over re-creations.
    pub incarnation: Incarnation,
    /// The cluster that wrote the mark.
    pub writer: String,
}

/// Whether somebody still declares what the mark is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkState {
    /// Declared by a living object.
    Held,
    /// Its object was deleted with policy Retain; the next of the same name takes it back.
    Released,
    /// Its object is going, and this name waits for what hangs on it.
    Deleting,
}

impl MarkState {
    /// The word in the mark.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Released => "released",
            Self::Deleting => "deleting",
        }
    }

    /// The state that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Held, Self::Released, Self::Deleting]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// Whose an AWS object is, seen from one declared object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Ours: same fleet, an accepted writer, same object, same incarnation.
    Ours,
    /// Ours again as soon as it is marked anew: released, or written by a cluster that we replace.
    Retakeable,
    /// Somebody else's; never changed.
    NotOurs(Stranger),
}

/// Who else owns an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// It carries no mark of ours.
    Unmarked,
    /// Another program's registry has it: external-dns, or one that keeps the same records.
    Registry {
        /// The name of the registry's TXT.
        name: String,
        /// What it says.
        text: String,
    },
    /// It carries a mark that is no mark of Evenkeel's.
    Foreign(String),
    /// It stands among ours, with a routing policy that Evenkeel does not write.
    Policy(String),
    /// Another fleet's.
    Fleet(String),
    /// Another cluster's of the same fleet.
    Writer(String),
    /// Another object's of this installation.
    Owner(ObjectKey),
    /// An earlier object's of the same name, which still holds it.
    Incarnation(Incarnation),
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmarked => write!(f, "carries no Evenkeel mark"),
            Self::Registry { name, text } => {
                write!(f, "is kept by external-dns, by its TXT {name} {text}")
            }
            Self::Foreign(mark) => write!(f, "carries the mark {mark:?}"),
            Self::Policy(policy) => write!(
                f,
                "has the routing policy {policy}, which Evenkeel does not write"
            ),
            Self::Fleet(fleet) => write!(f, "belongs to the fleet {fleet:?}"),
            Self::Writer(writer) => write!(
                f,
                "was written by the cluster {writer:?} (if this cluster replaces it, add it to formerWriters)"
            ),
            Self::Owner(owner) => write!(f, "belongs to {owner}"),
            Self::Incarnation(incarnation) => {
                write!(
                    f,
                    "is still held by an earlier object of this name (incarnation {incarnation})"
                )
            }
        }
    }
}

impl Installation {
    /// Whether that mark's fleet is this one, or the default fleet of a cluster that this one replaces.
    pub fn is_our_fleet(&self, fleet: &str) -> bool {
        self.fleets().any(|ours| ours == fleet)
    }

    /// The fleets whose marks are ours: this one, and the default fleets of replaced clusters.
    ///
    /// A cluster's fleet is by default its own uid, so a rebuilt cluster meets marks of that name.
    pub fn fleets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.fleet.as_str()).chain(self.former_writers.iter().map(Writer::as_str))
    }

    /// Whose the marked object is, for the object `owner` of that incarnation.
    ///
    /// A missing incarnation means that none was settled yet: then the mark's own counts.
    pub fn judge(
        &self,
        mark: &Mark,
        owner: &ObjectKey,
        incarnation: Option<&Incarnation>,
    ) -> Ownership {
        if !self.is_our_fleet(&mark.fleet) {
            return Ownership::NotOurs(Stranger::Fleet(mark.fleet.clone()));
        }
        let replaced = self
            .former_writers
            .iter()
            .any(|former| former.as_str() == mark.writer);
        if mark.writer != self.writer.as_str() && !replaced {
            return Ownership::NotOurs(Stranger::Writer(mark.writer.clone()));
        }
        if mark.owner != *owner {
            return Ownership::NotOurs(Stranger::Owner(mark.owner.clone()));
        }
        let same_incarnation = incarnation.is_none_or(|settled| *settled == mark.incarnation);
        match mark.state {
            MarkState::Released => Ownership::Retakeable,
            MarkState::Held | MarkState::Deleting if !same_incarnation => {
                Ownership::NotOurs(Stranger::Incarnation(mark.incarnation.clone()))
            }
            MarkState::Held | MarkState::Deleting
                if replaced || mark.fleet != self.fleet.as_str() =>
            {
                Ownership::Retakeable
            }
            MarkState::Held | MarkState::Deleting => Ownership::Ours,
        }
    }

    /// The mark that this installation puts on what that object owns.
    pub fn mark(&self, state: MarkState, owner: &ObjectKey, incarnation: &Incarnation) -> Mark {
        Mark {
            state,
            fleet: self.fleet.to_string(),
            owner: owner.clone(),
            incarnation: incarnation.clone(),
            writer: self.writer.to_string(),
        }
    }
}

/// The tag keys of a mark, on accelerators and tables.
mod tag {
    pub(super) const FLEET: &str = "evenkeel.dev/fleet";
    pub(super) const APP: &str = "evenkeel.dev/app";
    pub(super) const INCARNATION: &str = "evenkeel.dev/incarnation";
    pub(super) const WRITER: &str = "evenkeel.dev/writer";
    pub(super) const STATE: &str = "evenkeel.dev/state";
}

impl Mark {
    /// The mark as tags.
    pub fn to_tags(&self) -> BTreeMap<String, String> {
        let Self {
            state,
            fleet,
            owner,
            incarnation,
            writer,
        } = self;
        BTreeMap::from([
            (tag::FLEET.to_owned(), fleet.clone()),
            (tag::APP.to_owned(), owner.to_string()),
            (tag::INCARNATION.to_owned(), incarnation.to_string()),
            (tag::WRITER.to_owned(), writer.clone()),
            (tag::STATE.to_owned(), state.as_str().to_owned()),
        ])
    }

    /// Reads a mark from tags; `None` where there is none.
    pub fn from_tags(tags: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            state: MarkState::parse(tags.get(tag::STATE)?)?,
            fleet: tags.get(tag::FLEET)?.clone(),
            owner: tags.get(tag::APP)?.parse().ok()?,
            incarnation: Incarnation::new(tags.get(tag::INCARNATION)?),
            writer: tags.get(tag::WRITER)?.clone(),
        })
    }
}

/// The first `characters` of the base32 SHA-256 of the text, in a-z and 2-7.
///
/// Join parts by line breaks: no name holds one, so no two lists of parts read the same.
pub fn short_hash(characters: usize, text: &str) -> String {
    let mut hash = BASE32_NOPAD
        .encode(&Sha256::digest(text))
        .to_ascii_lowercase();
    hash.truncate(characters);
    hash
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn installation() -> Installation {
        Installation {
            fleet: "prod".parse().unwrap(),
            writer: "cluster-a".parse().unwrap(),
            former_writers: BTreeSet::from(["cluster-old".parse().unwrap()]),
        }
    }

    fn judged(change: impl FnOnce(&mut Mark)) -> Ownership {
        let ours = installation();
        let owner = ObjectKey::new("shop", "api");
        let incarnation = Incarnation::new("uid-1");
        let mut mark = ours.mark(MarkState::Held, &owner, &incarnation);
        change(&mut mark);
        ours.judge(&mark, &owner, Some(&incarnation))
    }

    #[test]
    fn a_mark_is_ours_only_as_a_whole() {
        assert_eq!(judged(|_| {}), Ownership::Ours);
        assert_eq!(
            judged(|m| m.fleet = "x".into()),
            Ownership::NotOurs(Stranger::Fleet("x".into()))
        );
        assert_eq!(
            judged(|m| m.writer = "x".into()),
            Ownership::NotOurs(Stranger::Writer("x".into()))
        );
        let other = ObjectKey::new("shop", "other");
        assert_eq!(
            judged(|m| m.owner = other.clone()),
            Ownership::NotOurs(Stranger::Owner(other.clone()))
        );
        let old = Incarnation::new("uid-0");
        assert_eq!(
            judged(|m| m.incarnation = old.clone()),
            Ownership::NotOurs(Stranger::Incarnation(old.clone()))
        );
    }

    #[test]
    fn what_was_released_is_retaken_whatever_its_incarnation() {
        assert_eq!(
            judged(|m| {
                m.state = MarkState::Released;
                m.incarnation = Incarnation::new("uid-0");
            }),
            Ownership::Retakeable
        );
    }

    #[test]
    fn a_rebuilt_cluster_retakes_what_its_predecessor_wrote() {
        assert_eq!(
            judged(|m| m.writer = "cluster-old".into()),
            Ownership::Retakeable
        );
        assert_eq!(
            judged(|m| {
                m.writer = "cluster-old".into();
                m.fleet = "cluster-old".into();
            }),
            Ownership::Retakeable
        );
    }

    #[test]
    fn hashes_are_lower_case_base32() {
        // printf prod | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c -13
        assert_eq!(short_hash(13, "prod"), "m5kk7frsuj2f5");
    }
}
