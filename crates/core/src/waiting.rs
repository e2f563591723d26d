//! What is not done yet, and will be without anybody's help.
//!
//! One enum is the condition reason, the event reason and the printed text. "Not ready yet" is never an error.

use std::fmt;

use k8s_openapi::jiff::Timestamp;

use crate::failure::{Failure, Read};
use crate::names::{Hostname, Region};

/// Why a RegionEndpoint that an app lists can't serve it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointLack {
    /// The object does not exist.
    Existence,
    /// The object is being deleted.
    Permanence,
    /// The load balancer was not found yet.
    Target,
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// No RegionEndpoint is selected; for the first minutes, because manifests are applied one after another.
    NoEndpoints,
    /// A RegionEndpoint does not know its target yet, or does not exist yet.
    EndpointUnresolved {
        /// The RegionEndpoint.
        endpoint: String,
        /// What it lacks.
        lacks: EndpointLack,
    },
    /// A required table has no Active replica in that Region.
    DataNotReady {
        /// The Region that waits.
        region: Region,
        /// The GlobalTable.
        table: String,
        /// What its replica there is.
        state: String,
    },
    /// The accelerator rolls out its last change.
    AcceleratorDeploying {
        /// Its name in messages: the ARN, or the name that it will have.
        accelerator: String,
    },
    /// The accelerator has fewer endpoint groups than must serve before names point to it.
    AcceleratorBelowMinimum {
        /// Regions with an endpoint group now.
        regions: usize,
        /// Regions that it needs.
        minimum: usize,
    },
    /// A listener keeps serving until the ones that take its place do.
    ListenerReplacement {
        /// The ports that go later.
        ports: String,
    },
    /// Regions that leave serve until the ones that come do.
    RegionReplacement {
        /// Regions that go later.
        leaving: Vec<Region>,
        /// Regions that come, and endpoints that nobody has seen yet.
        coming: Vec<String>,
    },
    /// The old target of a Region stays until the new one is healthy.
    TargetWarming {
        /// The Region.
        region: Region,
    },
    /// A name keeps serving until the one that takes its place does.
    NameReplacement {
        /// The name that goes later.
        hostname: Hostname,
    },
    /// Route 53 carries the change to its name servers.
    RecordsPropagating {
        /// The change.
        change: String,
    },
    /// A leaving endpoint finishes what it began.
    Draining {
        /// Its Region.
        region: Region,
        /// When it goes.
        until: Timestamp,
    },
    /// Nobody knows yet whether the Regions that would remain are healthy.
    HealthUnknown {
        /// Regions that are not known to be healthy.
        regions: Vec<Region>,
    },
    /// The table changes.
    TableUpdating {
        /// The table.
        table: String,
        /// The Region of that replica.
        region: Region,
        /// DynamoDB's word.
        status: String,
    },
    /// A replica is being made.
    ReplicaCreating {
        /// The table.
        table: String,
        /// The replica's Region.
        region: Region,
    },
    /// A replica is going.
    ReplicaDeleting {
        /// The table.
        table: String,
        /// The replica's Region.
        region: Region,
    },
    /// DynamoDB takes one change of the time to live an hour.
    TtlCooldown {
        /// The table.
        table: String,
    },
    /// A part of AWS could not be read; nothing that removes anything is done.
    PartialObservation {
        /// What was not read.
        part: String,
        /// Why.
        failure: Option<Box<Failure>>,
    },
    /// AWS did not do a call, and will do it later.
    CallAgain(Box<Failure>),
    /// A call is held back, because AWS takes only so many in a time.
    RateLimited {
        /// The service and operation.
        call: String,
        /// When it can be sent.
        until: Timestamp,
    },
    /// A newer spec is in AWS than the one that this cluster has committed.
    SpecNotAgreed {
        /// The name whose fence says so.
        hostname: Hostname,
        /// The fence's revision.
        fenced: u64,
        /// The revision that this cluster committed.
        committed: u64,
    },
    /// Another object still uses this one.
    InUse {
        /// Who.
        by: String,
    },
}

impl Waiting {
    /// The one word of it.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoEndpoints => "NoEndpoints",
            Self::EndpointUnresolved { .. } => "EndpointUnresolved",
            Self::DataNotReady { .. } => "DataNotReady",
            Self::AcceleratorDeploying { .. } | Self::AcceleratorBelowMinimum { .. } => {
                "AcceleratorDeploying"
            }
            Self::NameReplacement { .. } | Self::RecordsPropagating { .. } => "RecordsPropagating",
            Self::ListenerReplacement { .. }
            | Self::RegionReplacement { .. }
            | Self::TargetWarming { .. }
            | Self::Draining { .. } => "Draining",
            Self::TableUpdating { .. } => "TableUpdating",
            Self::ReplicaCreating { .. } => "ReplicaCreating",
            Self::ReplicaDeleting { .. } => "ReplicaDeleting",
            Self::TtlCooldown { .. } => "TtlCooldown",
            Self::PartialObservation { .. } | Self::HealthUnknown { .. } => "PartialObservation",
            Self::CallAgain(failure) => failure.reason(),
            Self::RateLimited { .. } => "RateLimited",
            Self::SpecNotAgreed { .. } => "SpecNotAgreed",
            Self::InUse { .. } => "InUse",
        }
    }

    /// What waits, or is waited for.
    pub fn object(&self) -> String {
        match self {
            Self::NoEndpoints => "endpoints".to_owned(),
            Self::EndpointUnresolved { endpoint, .. } => format!("ekregion/{endpoint}"),
            Self::DataNotReady { region, .. }
            | Self::Draining { region, .. }
            | Self::TargetWarming { region } => region.to_string(),
            Self::ListenerReplacement { ports } => format!("listener {ports}"),
            Self::RegionReplacement { leaving, .. } => listed(leaving),
            Self::AcceleratorDeploying { accelerator } => accelerator.clone(),
            Self::AcceleratorBelowMinimum { .. } => "accelerator".to_owned(),
            Self::NameReplacement { hostname } | Self::SpecNotAgreed { hostname, .. } => {
                hostname.to_string()
            }
            Self::RecordsPropagating { change } => format!("change {change}"),
            Self::HealthUnknown { .. } => "health".to_owned(),
            Self::TableUpdating { table, region, .. }
            | Self::ReplicaCreating { table, region }
            | Self::ReplicaDeleting { table, region } => format!("{table} {region}"),
            Self::TtlCooldown { table } => table.clone(),
            Self::PartialObservation { part, .. } => part.clone(),
            Self::CallAgain(failure) => failure.service.to_string(),
            Self::RateLimited { call, .. } => call.clone(),
            Self::InUse { by } => by.clone(),
        }
    }

    /// When it ends, where that is known.
    pub fn until(&self) -> Option<Timestamp> {
        if let Self::Draining { until, .. } | Self::RateLimited { until, .. } = self {
            Some(*until)
        } else {
            None
        }
    }

    /// A part of AWS that is not known.
    pub(crate) fn unread<T>(part: impl Into<String>, read: Option<&Read<T>>) -> Self {
        let failure = read.and_then(Read::failure).cloned().map(Box::new);
        Self::PartialObservation {
            part: part.into(),
            failure,
        }
    }
}

/// The fact and its cause, in lower case.
impl fmt::Display for Waiting {
    #[expect(clippy::too_many_lines, reason = "one text for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEndpoints => f.write_str("no RegionEndpoint of this namespace is selected yet"),
            Self::EndpointUnresolved { endpoint, lacks } => {
                let lacks = match lacks {
                    EndpointLack::Existence => "does not exist in this namespace yet",
                    EndpointLack::Permanence => {
                        "is being deleted; it can serve once it is applied anew"
                    }
                    EndpointLack::Target => "target not known yet; see its Resolved condition",
                };
                write!(f, "ekregion/{endpoint}: {lacks}")
            }
            Self::DataNotReady {
                region,
                table,
                state,
            } => {
                write!(f, "{region} waits for ektable/{table}: replica {state}")
            }
            Self::AcceleratorDeploying { accelerator } => {
                write!(
                    f,
                    "accelerator {accelerator}: deploying; usually under 5 minutes"
                )
            }
            Self::AcceleratorBelowMinimum { regions, minimum } => write!(
                f,
                "the names wait for endpoint groups of the accelerator: {regions} of the {minimum} Regions that must serve"
            ),
            Self::ListenerReplacement { ports } => {
                write!(
                    f,
                    "listener {ports}: stays until the listeners that replace it serve"
                )
            }
            Self::RegionReplacement { leaving, coming } => write!(
                f,
                "{}: stays until {} serves in its place",
                listed(leaving),
                coming.join(", ")
            ),
            Self::TargetWarming { region } => {
                write!(
                    f,
                    "{region}: the old target leaves once the new one is healthy"
                )
            }
            Self::NameReplacement { hostname } => {
                write!(f, "{hostname}: stays until the names that replace it serve")
            }
            Self::RecordsPropagating { change } => {
                write!(
                    f,
                    "change {change}: on its way to all name servers; usually under 60 seconds"
                )
            }
            Self::Draining { region, until } => {
                write!(
                    f,
                    "{region}: gets no new users, leaves at {}",
                    clock(*until)
                )
            }
            Self::HealthUnknown { regions } => write!(
                f,
                "not known to be healthy: {}; nothing that takes a Region out will be done",
                listed(regions)
            ),
            Self::TableUpdating {
                table,
                region,
                status,
            } => {
                write!(f, "table {table} in {region}: {status}")
            }
            Self::ReplicaCreating { table, region } => {
                write!(
                    f,
                    "replica {region} of {table}: being created; about a minute, longer if the table holds items"
                )
            }
            Self::ReplicaDeleting { table, region } => {
                write!(f, "replica {region} of {table}: being deleted")
            }
            Self::TtlCooldown { table } => {
                write!(
                    f,
                    "table {table}: DynamoDB takes one change of the time to live an hour"
                )
            }
            Self::PartialObservation {
                part,
                failure: Some(failure),
            } => {
                write!(
                    f,
                    "{part}: read failed; nothing that removes anything will be done ({failure})"
                )
            }
            Self::PartialObservation {
                part,
                failure: None,
            } => {
                write!(
                    f,
                    "{part}: not read yet; nothing that removes anything will be done"
                )
            }
            Self::CallAgain(failure) => write!(f, "{}: {failure}", failure.consequence()),
            Self::RateLimited { call, until } => write!(
                f,
                "{call}: held back, since AWS takes only so many in a time; next try at {}",
                clock(*until)
            ),
            Self::SpecNotAgreed {
                hostname,
                fenced,
                committed,
            } => write!(
                f,
                "{hostname}: its fence in AWS carries revision {fenced}, this cluster committed {committed}: a newer \
                 plan was applied; if this cluster was restored from a backup, change the spec to commit it anew"
            ),
            Self::InUse { by } => write!(f, "used by {by}"),
        }
    }
}

fn listed(regions: &[Region]) -> String {
    let regions: Vec<_> = regions.iter().map(Region::as_str).collect();
    regions.join(", ")
}

/// A time of day to the second, as messages say it: a message must not change while nothing happens.
pub(crate) fn clock(time: Timestamp) -> String {
    let text = format!("{time:.0}");
    text.split_once('T')
        .map_or(text.clone(), |(_, clock)| clock.to_owned())
}
