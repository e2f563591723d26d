//! What can be wrong with one change of a batch: each variant is one text inside the brackets of
//! `InvalidChangeBatch`. Texts marked "modelled" were not seen on AWS; they follow the form of
//! their kin.

use thiserror::Error;

use super::name::{BadName, DnsName};
use super::record_set::{FailoverRole, Key, RecordType};
use crate::region::Region;

#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Problem {
    #[error("Number of records limit of 1000 exceeded.")]
    TooManyElements,
    /// Modelled.
    #[error("Number of characters limit of 32000 exceeded.")]
    TooManyCharacters,
    /// Modelled.
    #[error("Number of record sets limit of {0} exceeded for zone {1}")]
    TooManySets(usize, DnsName),
    #[error(
        "The request contains an invalid set of changes for a resource record set '{kind} {name}'"
    )]
    RepeatedChange { kind: RecordType, name: DnsName },
    #[error("Tried to create resource record set {0} but it already exists")]
    AlreadyExists(Key),
    #[error("Tried to delete resource record set {0} but it was not found")]
    NotFound(Key),
    #[error(
        "Tried to delete resource record set {0} but the values provided do not match the current \
         values"
    )]
    ValuesDiffer(Key),
    #[error("RRSet with DNS name {0} is not permitted in zone {1}")]
    OutsideZone(DnsName, DnsName),
    #[error("RRSet of type CNAME with DNS name {0} is not permitted at apex in zone {1}")]
    CnameAtApex(DnsName, DnsName),
    #[error(
        "RRSet of type CNAME with DNS name {0} is not permitted as it conflicts with other records \
         with the same DNS name in zone {1}"
    )]
    CnameBesideOthers(DnsName, DnsName),
    #[error(
        "RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of \
         type CNAME with the same DNS name already exists in zone {zone}"
    )]
    BesideCname {
        kind: RecordType,
        name: DnsName,
        zone: DnsName,
    },
    #[error("A HostedZone must contain exactly one SOA record.")]
    NoSoa,
    #[error("A HostedZone must contain at least one NS record for the zone itself.")]
    NoNs,
    #[error(
        "RRSet with DNS name {}, type {}, SetIdentifier {} cannot be created as a non-{policy} set \
         exists with the same name and type.", .key.name, .key.kind, shown(.key)
    )]
    OtherPolicy { key: Key, policy: &'static str },
    #[error(
        "RRSet with DNS name {}, type {}, SetIdentifier {} cannot be created because a non \
         multivalue answer rrset exists with the same name and type.",
        .0.name, .0.kind, shown(.0)
    )]
    OtherThanMultiValue(Key),
    #[error(
        "RRSet with DNS name {}, type {} cannot be created as other RRSets exist with the same \
         name and type.", .0.name, .0.kind
    )]
    SimpleBesideOthers(Key),
    #[error(
        "RRSet with DNS name {}, type {}, SetIdentifier {}, and Region Name={region} cannot be \
         created because a latency RRSet with the same name, type and region already exists.",
        .key.name, .key.kind, shown(.key)
    )]
    SameRegion { key: Key, region: Region },
    /// Modelled.
    #[error(
        "RRSet with DNS name {}, type {}, SetIdentifier {}, and Failover={role} cannot be created \
         because a failover RRSet with the same name, type and failover already exists.",
        .key.name, .key.kind, shown(.key)
    )]
    SameRole { key: Key, role: FailoverRole },
    /// Modelled.
    #[error(
        "RRSet with DNS name {}, type {}, SetIdentifier {} cannot be created because a geolocation \
         RRSet with the same name, type and location already exists.",
        .0.name, .0.kind, shown(.0)
    )]
    SameLocation(Key),
    #[error(
        "RRSet with DNS name {} and type {}, SetIdentifier {} cannot be created as weighted sets \
         must contain the same TTL.", .0.name, .0.kind, shown(.0)
    )]
    WeightedTtl(Key),
    /// Modelled.
    #[error(
        "Number of RRSets limit of {limit} exceeded for DNS name {}, type {}.", .key.name, .key.kind
    )]
    TooManySiblings { key: Key, limit: usize },
    /// Modelled.
    #[error(
        "RRSet of type {} with DNS name {} is not permitted with {policy} routing.",
        .key.kind, .key.name
    )]
    TypeOfPolicy { key: Key, policy: &'static str },
    /// Modelled.
    #[error("RRSet of type {} with DNS name {} is not permitted as an alias.", .0.kind, .0.name)]
    AliasOfType(Key),
    /// Modelled.
    #[error("RRSet of type NS with DNS name {} is not permitted as a wildcard.", .0.name)]
    WildcardNs(Key),
    /// Seen with an older quota.
    #[error("Cannot have more than {0} records in a RRSet.")]
    TooManyValues(usize),
    /// Modelled.
    #[error("RRSet of type {} with DNS name {} must have one resource record.", .0.kind, .0.name)]
    OneOfType(Key),
    /// The sentence of the API reference.
    #[error("You can only specify one ResourceRecord per {0} resource record set.")]
    OneValueOnly(&'static str),
    #[error(
        "Tried to create an alias that targets {target}, type {kind} in zone {zone}, but that \
         target was not found"
    )]
    AliasTargetNotFound {
        target: DnsName,
        kind: RecordType,
        zone: String,
    },
    #[error(
        "Tried to create an alias that targets {target}, type {kind} in zone {zone}, but the alias \
         target name does not lie within the target zone"
    )]
    AliasOutsideZone {
        target: DnsName,
        kind: RecordType,
        zone: String,
    },
    /// Modelled.
    #[error("EvaluateTargetHealth must be true for alias failover RRSet {0}.")]
    FailoverAliasWithoutHealth(Key),
    /// Modelled.
    #[error("EvaluateTargetHealth must be false for alias RRSet {0} that targets CloudFront.")]
    CloudFrontWithHealth(Key),
    /// Modelled.
    #[error("Alias RRSet {0} in a private hosted zone must not target CloudFront.")]
    CloudFrontInPrivateZone(Key),
    /// Modelled.
    #[error("Multivalue answer RRSet {0} must not be an alias.")]
    MultiValueAlias(Key),
    #[error("Invalid Resource Record: {0}")]
    BadName(#[from] BadName),
    #[error(
        "Invalid Resource Record: FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid \
         IPv4 address) encountered with '{0}'"
    )]
    BadIpv4(String),
    #[error(
        "Invalid Resource Record: FATAL problem: AAAARRDATAIllegalIPv6Address (Value is not a \
         valid IPv6 address) encountered with '{0}'"
    )]
    BadIpv6(String),
    #[error(
        "Invalid Resource Record: FATAL problem: InvalidCharacterString (Value should be enclosed \
         in quotation marks) encountered with '{0}'"
    )]
    Unquoted(String),
    #[error(
        "Invalid Resource Record: FATAL problem: CharacterStringTooLong (Value is too long) \
         encountered with '{0}'"
    )]
    LongString(String),
    /// Seen for MX; the other types follow its form.
    #[error(
        "Invalid Resource Record: FATAL problem: {kind}RRDATANot{word}Fields ({kind} record doesn't \
         have {count} fields) encountered with '{value}'"
    )]
    Fields {
        kind: RecordType,
        word: &'static str,
        count: usize,
        value: String,
    },
    #[error("Duplicate Resource Record: '{0}'")]
    DuplicateValue(String),
}

fn shown(key: &Key) -> &str {
    key.identifier.as_deref().unwrap_or("null")
}
