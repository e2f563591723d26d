//! The part of Route 53's XML schema that request bodies are held against, in the order that it
//! demands.
//!
//! The members of a request itself come in any order: AWS's SDKs send them by name.
//!
//! Source: the request syntax of each operation, Route 53 API Reference.

use crate::wire::Content::{All, Boolean, Integer, List, Sequence, Text};
use crate::wire::{Element, optional, required};

pub(super) static CHANGE_RESOURCE_RECORD_SETS: Element = required(
    "ChangeResourceRecordSetsRequest",
    All(&[required(
        "ChangeBatch",
        Sequence(&[
            optional("Comment", Text),
            required(
                "Changes",
                List(&required(
                    "Change",
                    Sequence(&[
                        required("Action", Text),
                        required("ResourceRecordSet", Sequence(RESOURCE_RECORD_SET)),
                    ]),
                )),
            ),
        ]),
    )]),
);

static RESOURCE_RECORD_SET: &[Element] = &[
    required("Name", Text),
    required("Type", Text),
    optional("SetIdentifier", Text),
    optional("Weight", Integer),
    optional("Region", Text),
    optional(
        "GeoLocation",
        Sequence(&[
            optional("ContinentCode", Text),
            optional("CountryCode", Text),
            optional("SubdivisionCode", Text),
        ]),
    ),
    optional("Failover", Text),
    optional("MultiValueAnswer", Boolean),
    optional("TTL", Integer),
    optional(
        "ResourceRecords",
        List(&required(
            "ResourceRecord",
            Sequence(&[required("Value", Text)]),
        )),
    ),
    optional(
        "AliasTarget",
        Sequence(&[
            required("HostedZoneId", Text),
            required("DNSName", Text),
            required("EvaluateTargetHealth", Boolean),
        ]),
    ),
    optional("HealthCheckId", Text),
    optional("TrafficPolicyInstanceId", Text),
    optional(
        "CidrRoutingConfig",
        Sequence(&[
            required("CollectionId", Text),
            required("LocationName", Text),
        ]),
    ),
    optional(
        "GeoProximityLocation",
        Sequence(&[
            optional("AWSRegion", Text),
            optional("LocalZoneGroup", Text),
            optional(
                "Coordinates",
                Sequence(&[required("Latitude", Text), required("Longitude", Text)]),
            ),
            optional("Bias", Integer),
        ]),
    ),
];

pub(super) static CREATE_HEALTH_CHECK: Element = required(
    "CreateHealthCheckRequest",
    All(&[
        required("CallerReference", Text),
        required(
            "HealthCheckConfig",
            Sequence(&[
                optional("IPAddress", Text),
                optional("Port", Integer),
                required("Type", Text),
                optional("ResourcePath", Text),
                optional("FullyQualifiedDomainName", Text),
                optional("SearchString", Text),
                optional("RequestInterval", Integer),
                optional("FailureThreshold", Integer),
                optional("MeasureLatency", Boolean),
                optional("Inverted", Boolean),
                optional("Disabled", Boolean),
                optional("HealthThreshold", Integer),
                optional(
                    "ChildHealthChecks",
                    List(&optional("ChildHealthCheck", Text)),
                ),
                optional("EnableSNI", Boolean),
                optional("Regions", List(&optional("Region", Text))),
                optional(
                    "AlarmIdentifier",
                    Sequence(&[required("Region", Text), required("Name", Text)]),
                ),
                optional("InsufficientDataHealthStatus", Text),
                optional("RoutingControlArn", Text),
            ]),
        ),
    ]),
);

pub(super) static UPDATE_HEALTH_CHECK: Element = required(
    "UpdateHealthCheckRequest",
    All(&[
        optional("HealthCheckVersion", Integer),
        optional("IPAddress", Text),
        optional("Port", Integer),
        optional("ResourcePath", Text),
        optional("FullyQualifiedDomainName", Text),
        optional("SearchString", Text),
        optional("FailureThreshold", Integer),
        optional("Inverted", Boolean),
        optional("Disabled", Boolean),
        optional("HealthThreshold", Integer),
        optional(
            "ChildHealthChecks",
            List(&optional("ChildHealthCheck", Text)),
        ),
        optional("EnableSNI", Boolean),
        optional("Regions", List(&optional("Region", Text))),
        optional(
            "AlarmIdentifier",
            Sequence(&[required("Region", Text), required("Name", Text)]),
        ),
        optional("InsufficientDataHealthStatus", Text),
        optional(
            "ResetElements",
            List(&optional("ResettableElementName", Text)),
        ),
    ]),
);

pub(super) static CREATE_HOSTED_ZONE: Element = required(
    "CreateHostedZoneRequest",
    All(&[
        required("Name", Text),
        optional(
            "VPC",
            Sequence(&[optional("VPCRegion", Text), optional("VPCId", Text)]),
        ),
        required("CallerReference", Text),
        optional(
            "HostedZoneConfig",
            Sequence(&[optional("Comment", Text), optional("PrivateZone", Boolean)]),
        ),
        optional("DelegationSetId", Text),
    ]),
);

pub(super) static UPDATE_HOSTED_ZONE_COMMENT: Element = required(
    "UpdateHostedZoneCommentRequest",
    All(&[optional("Comment", Text)]),
);

pub(super) static UPDATE_HOSTED_ZONE_FEATURES: Element = required(
    "UpdateHostedZoneFeaturesRequest",
    All(&[optional("EnableAcceleratedRecovery", Boolean)]),
);

pub(super) static CHANGE_TAGS_FOR_RESOURCE: Element = required(
    "ChangeTagsForResourceRequest",
    All(&[
        optional(
            "AddTags",
            List(&required(
                "Tag",
                Sequence(&[optional("Key", Text), optional("Value", Text)]),
            )),
        ),
        optional("RemoveTagKeys", List(&required("Key", Text))),
    ]),
);

pub(super) static LIST_TAGS_FOR_RESOURCES: Element = required(
    "ListTagsForResourcesRequest",
    All(&[required("ResourceIds", List(&required("ResourceId", Text)))]),
);
