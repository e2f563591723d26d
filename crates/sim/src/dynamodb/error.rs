//! Every error that DynamoDB answers here. Almost all rules about replicas are
//! `ValidationException`s, told apart by their text only; the texts, typographic quotes included,
//! were seen on AWS.
//!
//! Source: the errors of each operation, Amazon DynamoDB API Reference.

use thiserror::Error;

use crate::region::Region;
use crate::wire::ServiceError;
use crate::wire::json::Malformed;

#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Error {
    #[error("{0}")]
    Serialization(String),
    /// "N validation errors detected: ..."
    #[error("{0}")]
    Constraint(String),
    #[error("One or more parameter values were invalid: {0}")]
    Invalid(String),
    #[error("One or more parameter values were invalid: The parameter {0} is not supported")]
    Unserved(String),
    #[error("Requested resource not found: Table: {0} not found")]
    TableNotFound(String),
    #[error("Requested resource not found: ResourceArn: {0} not found")]
    ArnNotFound(String),
    #[error("Table already exists: {0}")]
    TableExists(String),
    #[error("Attempt to change a resource which is still in use: Table is being created: {0}")]
    BeingCreated(String),
    #[error("Attempt to change a resource which is still in use: Table is being deleted: {0}")]
    BeingDeleted(String),
    #[error("Attempt to change a resource which is still in use: Table: {0} is being used.")]
    BeingUsed(String),
    #[error("The resource which you are attempting to change is in use.")]
    InUse,
    #[error(
        "Subscriber limit exceeded: There is a limit of 500 concurrent control plane operations"
    )]
    TooManyOperations,
    #[error("Subscriber limit exceeded: Only {0} tables can be created in one Region")]
    TooManyTables(usize),
    #[error(
        "Resource cannot be deleted as it is currently protected against deletion. Disable \
         deletion protection first."
    )]
    Protected,
    #[error(
        "Cannot delete table {name} in region {region} because it has deletion protection enabled. \
         Disable deletion protection first."
    )]
    ReplicaProtected { name: String, region: Region },
    #[error(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) \
         being added to the table in the last 24 hours."
    )]
    ActedAsSource,
    #[error("There are no actions specified in the Replica Update Action of the request.")]
    NoReplicaAction,
    #[error("Update table operation with more than one type of replica actions not allowed.")]
    MixedReplicaActions,
    #[error(
        "Update table operation with more than one create or delete replica actions not allowed"
    )]
    ManyReplicaActions,
    #[error(
        "Only Replica Create actions are supported when MultiRegionConsistency parameter is \
         provided."
    )]
    ConsistencyOfDeletion,
    #[error("MultiRegionConsistency parameter is unsupported on existing global table")]
    ConsistencyOfMember,
    #[error(
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, \
         DeleteTable, or UpdateTable as required."
    )]
    LocalRegion,
    #[error(
        "Region {0} is not supported. The latest version of global tables are only supported in \
         the following regions: [{regions}]", regions = all_regions()
    )]
    UnsupportedRegion(String),
    #[error(
        "Failed to create a the new replica of table with name: \u{2018}{0}\u{2019} because one or \
         more replicas already existed as tables."
    )]
    ReplicaNameTaken(String),
    #[error(
        "Update global table operation failed because one or more replicas were not part of the \
         global table. Please retry the request without these replicas: [{0}]."
    )]
    NotAMember(Region),
    #[error(
        "Create/Update/Delete of replica is not allowed while the replica is being added to table \
         with name: \u{2018}{name}\u{2019} in region: \u{2018}{region}\u{2019}."
    )]
    BeingAdded { name: String, region: Region },
    #[error("Table write capacity should either be Pay-Per-Request or AutoScaled.")]
    NotAutoScaled,
    #[error(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
         GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, \
         ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, \
         OnDemandThroughput, WarmThroughput or TableClass is required"
    )]
    NothingToUpdate,
    #[error("Rate exceeded")]
    Throttled,
    #[error("Table already has an enabled stream: TableName: {0}")]
    StreamEnabled(String),
    #[error("Table has no stream to disable: TableName: {0}")]
    NoStream(String),
    #[error("TimeToLive is already enabled")]
    TtlEnabled,
    #[error("TimeToLive is already disabled")]
    TtlDisabled,
    #[error("TimeToLive is active on a different AttributeName: current AttributeName is {0}")]
    TtlOnOtherAttribute(String),
    #[error("Time to live has been modified multiple times within a fixed interval")]
    TtlPause,
    #[error("Cannot describe time to live while table is in {0} state: Current table state is {0}")]
    TtlUndescribed(&'static str),
    #[error("Invalid TableArn: Invalid ResourceArn provided as input {0}")]
    InvalidArn(String),
    #[error("Atleast one Tag needs to be provided as Input.")]
    NoTags,
    #[error("Atleast one Tag Key needs to be provided as Input.")]
    NoTagKeys,
    #[error("The Tag Key provided is invalid, Key: {0}")]
    TagKey(String),
    #[error("The Tag Value provided is invalid, Value: {0}")]
    TagValue(String),
    #[error("Tag Key cannot be prefixed with aws:, Key: {0}")]
    ReservedTagKey(String),
    #[error("Duplicate Tag Keys provided as input: Duplicate Tag Key found {0}")]
    DuplicateTagKey(String),
    #[error("Number of Tags exceed the current limit for the provided ResourceArn")]
    TooManyTags,
    #[error(
        "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is \
         not supported. We recommend using DynamoDB global tables version 2019.11.21, instead of \
         version 2017.11.29 (Legacy)."
    )]
    LegacyVersion,
    #[error("{0}")]
    GlobalTableNotFound(String),
    /// The text of the framework beneath DynamoDB has none.
    #[error("")]
    UnknownOperation,
}

fn all_regions() -> String {
    let names: Vec<&str> = Region::all().map(Region::name).collect();
    names.join(", ")
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::Type(text) => Self::Serialization(text),
            Malformed::Unserved(path) => Self::Unserved(path),
        }
    }
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::Serialization(_) => "SerializationException",
            Error::UnknownOperation => "UnknownOperationException",
            Error::TableNotFound(_) | Error::ArnNotFound(_) => "ResourceNotFoundException",
            Error::TableExists(_)
            | Error::BeingCreated(_)
            | Error::BeingDeleted(_)
            | Error::BeingUsed(_)
            | Error::InUse => "ResourceInUseException",
            Error::TooManyOperations | Error::TooManyTables(_) => "LimitExceededException",
            Error::Throttled => "ThrottlingException",
            Error::GlobalTableNotFound(_) => "GlobalTableNotFoundException",
            Error::Constraint(_)
            | Error::Invalid(_)
            | Error::Unserved(_)
            | Error::Protected
            | Error::ReplicaProtected { .. }
            | Error::ActedAsSource
            | Error::NoReplicaAction
            | Error::MixedReplicaActions
            | Error::ManyReplicaActions
            | Error::ConsistencyOfDeletion
            | Error::ConsistencyOfMember
            | Error::LegacyVersion
            | Error::LocalRegion
            | Error::UnsupportedRegion(_)
            | Error::ReplicaNameTaken(_)
            | Error::NotAMember(_)
            | Error::BeingAdded { .. }
            | Error::NotAutoScaled
            | Error::NothingToUpdate
            | Error::StreamEnabled(_)
            | Error::NoStream(_)
            | Error::TtlEnabled
            | Error::TtlDisabled
            | Error::TtlOnOtherAttribute(_)
            | Error::TtlPause
            | Error::TtlUndescribed(_)
            | Error::InvalidArn(_)
            | Error::NoTags
            | Error::NoTagKeys
            | Error::TagKey(_)
            | Error::TagValue(_)
            | Error::ReservedTagKey(_)
            | Error::DuplicateTagKey(_)
            | Error::TooManyTags => "ValidationException",
        };
        Self::new(400, code, error.to_string())
    }
}
