//! Route 53 as Evenkeel sees it: record sets, health checks, and the calls that change them.
//!
//! Names are kept lower case, without a final dot, and with `*` for `\052`: the adapter normalises, so a comparison here
//! never finds a difference that is only a spelling.

mod after;
mod claim;
mod correction;
mod describe;
pub mod desired;
mod diff;
pub mod fence;
mod narrow;
pub mod pack;
mod refusal;
mod registry;
mod resolve;
mod routing;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

pub use after::{after, settle};
pub use correction::{corrected, digest_of};
pub use describe::{check_text, describe};
pub use diff::{Changes, Place, changes};
pub use fence::Handover;
pub use refusal::{NameRefusal, Way};
pub use routing::{Location, RecordRouting};
pub(crate) use standing::{addresses, fenced, has_alias};

use crate::crd::CheckProtocol;
use crate::failure::Read;
use crate::identity::{Installation, short_hash};
use crate::names::{ChangeId, Fleet, HealthCheckId, Hostname, ObjectKey, ZoneId};

/// The hosted zone of every accelerator's DNS name (AWS General Reference, Global Accelerator endpoints).
pub const ACCELERATOR_ZONE: &str = "Z2BJ6XQ5FK7U4H";

/// How many `ResourceRecord` elements one ChangeResourceRecordSets takes; CREATE and DELETE count one a value or alias.
pub const MAX_ELEMENTS: usize = 1_000;

/// One record set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordSet {
    /// The DNS name.
    pub name: String,
    /// `A`, `TXT`, ...
    pub kind: String,
    /// Tells the sets of one name and type apart.
    pub set_identifier: Option<String>,
    /// How Route 53 chooses this set.
    pub routing: RecordRouting,
    /// What it answers.
    pub answer: Answer,
    /// The check that takes it out of the answers.
    pub health_check: Option<HealthCheckId>,
}

/// What a record set answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// What another name answers at that moment.
    Alias {
        /// The hosted zone of that name.
        zone: String,
        /// That name.
        dns_name: String,
        /// Whether an unhealthy target takes this set out of the answers.
        evaluate_target_health: bool,
    },
    /// These values.
    Values {
        /// How long resolvers may keep them, in seconds.
        ttl: u32,
        /// The values, quoted as the record type wants them.
        values: BTreeSet<String>,
    },
}

/// The content of a check: the same content is the same check, for every app of the fleet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckConfig {
    /// The name that is resolved and asked; also the Host header and SNI.
    pub fqdn: String,
    /// How it is asked.
    pub protocol: CheckProtocol,
    /// Port, 1 to 65535.
    pub port: u16,
    /// Path, for HTTP and HTTPS.
    pub path: Option<String>,
    /// What the first 5,120 bytes of the answer must hold.
    pub search_string: Option<String>,
    /// Seconds between two requests of one checker, 10 or 30.
    pub interval_seconds: u16,
    /// Consecutive results of one checker that change its mind, 1 to 10.
    pub failure_threshold: u16,
    /// Where the checkers are; empty for everywhere.
    pub checker_regions: BTreeSet<String>,
}

/// A health check in AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// What its creator called it; ours carry fleet and content.
    pub caller_reference: String,
    /// Its content; nothing where it has settings that Evenkeel never makes.
    pub config: Option<CheckConfig>,
    /// Its console name, which is all that we tag it with.
    pub name_tag: Read<Option<String>>,
    /// The checks that a calculated one counts.
    pub children: BTreeSet<HealthCheckId>,
    /// What the checkers say; read only while a Region is about to be taken out.
    pub status: Read<CheckStatus>,
}

/// What the checkers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckStatus {
    /// More than 18 % of the checkers reach the endpoint.
    Healthy,
    /// They don't.
    Unhealthy,
}

/// How many health checks the account has, whoever made them, and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckQuota {
    /// How many there are.
    pub used: u64,
    /// How many AWS lets there be: 200, or what it was asked for (Amazon Route 53 Developer Guide, "Quotas").
    pub limit: u64,
}

/// Whether a change has reached all name servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeState {
    /// Not yet.
    Pending,
    /// Yes.
    InSync,
}

impl ChangeState {
    /// The word in a status.
    pub(crate) fn as_status(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InSync => "InSync",
        }
    }

    /// Reads the word in a status.
    pub(crate) fn from_status(word: &str) -> Option<Self> {
        [Self::Pending, Self::InSync]
            .into_iter()
            .find(|state| state.as_status() == word)
    }
}

/// The last change of one app's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// How far it is.
    pub state: ChangeState,
}

/// What is known of Route 53.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The public zones of a name.
    pub zones_by_name: BTreeMap<String, Read<BTreeSet<ZoneId>>>,
    /// The record sets of a zone, by name.
    pub records: BTreeMap<ZoneId, Read<Records>>,
    /// Every health check of the account.
    pub health_checks: Read<BTreeMap<HealthCheckId, HealthCheck>>,
    /// How many more there may be; read only for an app that lacks one.
    pub check_quota: Read<CheckQuota>,
    /// Caller references that AWS has refused: those of deleted checks stay burnt.
    pub burnt_references: BTreeSet<String>,
    /// The last change of each app.
    pub changes: BTreeMap<ObjectKey, Change>,
}

/// The record sets of one zone, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// The zone's own name.
    pub zone_name: String,
    /// The sets of each name.
    pub sets: BTreeMap<String, BTreeSet<RecordSet>>,
}

/// One call that changes Route 53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// CreateHealthCheck. Idempotent: the same reference and content return the same check.
    CreateHealthCheck {
        /// The reference that makes it so.
        caller_reference: String,
        /// The content.
        config: CheckConfig,
    },
    /// ChangeTagsForResource: gives the check a name in the console.
    NameHealthCheck {
        /// The check.
        id: HealthCheckId,
        /// The name that it has.
        before: Option<String>,
        /// The name.
        after: String,
    },
    /// DeleteHealthCheck.
    DeleteHealthCheck {
        /// The check.
        id: HealthCheckId,
        /// What it is.
        before: Box<HealthCheck>,
    },
    /// ChangeResourceRecordSets.
    ChangeRecordSets(ChangeSet),
}

/// An indivisible change: everything that changes of one app's names in one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// The zone.
    pub zone: ZoneId,
    /// The app whose names these are.
    pub app: ObjectKey,
    /// Each name that changes.
    pub names: BTreeMap<Hostname, NameChange>,
}

/// The change of one name, with its fence. Whole before and after, so that the batch is a compare-and-swap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameChange {
    /// The sets that must be there exactly so, the fence among them.
    pub before: BTreeSet<RecordSet>,
    /// The sets that will be there, the fence among them.
    pub after: BTreeSet<RecordSet>,
}

impl ChangeSet {
    /// What is deleted, then what is created. There is no UPSERT: it would be blind to what it replaces.
    pub fn deletions(&self) -> impl Iterator<Item = &RecordSet> {
        self.names.values().flat_map(|change| &change.before)
    }

    /// See [`Self::deletions`].
    pub fn creations(&self) -> impl Iterator<Item = &RecordSet> {
        self.names.values().flat_map(|change| &change.after)
    }

    /// Whether some name leads somewhere no more.
    pub(crate) fn takes_out(&self) -> bool {
        self.names.values().any(|change| {
            let leads = |set: &&RecordSet| set.is_address();
            change.before.iter().filter(leads).any(|set| {
                let mut kept = change.after.iter().filter(leads);
                !kept.any(|kept| kept.leads_where(set))
            })
        })
    }

    /// The names that lead nowhere any more. A released name goes on as it is: only its fence is in the batch.
    pub(crate) fn deserted(&self) -> impl Iterator<Item = &Hostname> {
        let leads = |sets: &BTreeSet<RecordSet>| sets.iter().any(RecordSet::is_address);
        self.names
            .iter()
            .filter(move |(_, change)| leads(&change.before) && !leads(&change.after))
            .map(|(hostname, _)| hostname)
    }

    /// How many elements AWS counts.
    pub fn elements(&self) -> usize {
        self.deletions()
            .chain(self.creations())
            .map(RecordSet::elements)
            .sum()
    }
}

impl RecordSet {
    /// Whether users are led by it: all that Evenkeel manages at a name.
    pub(crate) fn is_address(&self) -> bool {
        matches!(self.kind.as_str(), "A" | "AAAA" | "CNAME")
    }

    /// The name that it leads to.
    pub(crate) fn leads_to(&self) -> Option<&str> {
        match &self.answer {
            Answer::Alias { dns_name, .. } => Some(dns_name),
            Answer::Values { values, .. } if self.kind == "CNAME" => {
                values.first().map(String::as_str)
            }
            Answer::Values { .. } => None,
        }
    }

    /// Whether users of that set come to the same Region by this one, or to the same target if it stands for none.
    fn leads_where(&self, other: &Self) -> bool {
        match other.region() {
            Some(region) => self.is_of(&region),
            None => self.answer == other.answer,
        }
    }

    /// Whether AWS tells the two apart by nothing.
    fn takes_place_of(&self, other: &Self) -> bool {
        self.kind == other.kind && self.set_identifier == other.set_identifier
    }

    fn elements(&self) -> usize {
        match &self.answer {
            Answer::Alias { .. } => 1,
            Answer::Values { values, .. } => values.len(),
        }
    }
}

impl CheckConfig {
    /// The part of the caller reference that says the content.
    pub fn hash(&self) -> String {
        let protocol = match self.protocol {
            CheckProtocol::HTTPS => "HTTPS",
            CheckProtocol::HTTP => "HTTP",
            CheckProtocol::TCP => "TCP",
        };
        let path = self.path.as_deref().unwrap_or_default();
        let Self {
            fqdn,
            protocol: _,
            port,
            path: _,
            search_string,
            interval_seconds,
            failure_threshold,
            checker_regions,
        } = self;
        let mut content =
            format!("{fqdn}\n{protocol}\n{port}\n{path}\n{interval_seconds}\n{failure_threshold}");
        // Only what is set, so that a setting that is new here changes no older check.
        if let Some(text) = search_string {
            content.push_str("\nsearch ");
            content.push_str(text);
        }
        for region in checker_regions {
            content.push_str("\nfrom ");
            content.push_str(region);
        }
        short_hash(26, &content)
    }
}

/// The beginning of the caller references of that fleet's checks.
fn reference_prefix(fleet: &str) -> String {
    format!("ek-{}-", short_hash(13, fleet))
}

/// The caller reference of the n-th try at a check with this content.
///
/// A deleted check's reference stays burnt for days, so n counts up until one is not refused.
pub fn caller_reference(fleet: &Fleet, config: &CheckConfig, n: u32) -> String {
    format!("{}{}-{n}", reference_prefix(fleet.as_str()), config.hash())
}

/// Whether a check of that caller reference is this fleet's, or that of a cluster which this one replaces.
pub fn is_ours(installation: &Installation, caller_reference: &str) -> bool {
    installation
        .fleets()
        .any(|fleet| caller_reference.starts_with(&reference_prefix(fleet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_reference_says_fleet_and_content_within_64_characters() {
        let config = CheckConfig {
            fqdn: "shop-1.us-east-1.elb.amazonaws.com".into(),
            protocol: CheckProtocol::HTTPS,
            port: 443,
            path: Some("/health".into()),
            search_string: None,
            interval_seconds: 10,
            failure_threshold: 2,
            checker_regions: BTreeSet::new(),
        };
        let fleet: Fleet = "prod".parse().unwrap();
        let reference = caller_reference(&fleet, &config, u32::MAX);
        assert!(reference.len() <= 64, "{reference}");
        assert!(
            reference.starts_with("ek-4ssx5sf6vbdcb-")
                || reference.starts_with(&reference_prefix("prod"))
        );
        let changed = CheckConfig {
            port: 8443,
            ..config.clone()
        };
        assert_ne!(config.hash(), changed.hash());
    }
}
