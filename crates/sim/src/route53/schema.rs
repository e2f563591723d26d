//! The part of Route 53's XML schema that request bodies are held against.
//!
//! Source: the request syntax of each operation, Route 53 API Reference.

use crate::wire::Content::{All, Boolean, Integer, List, Text};
use crate::wire::{Element, optional, required};

pub(super) static CHANGE_RESOURCE_RECORD_SETS: Element = required(
    "ChangeResourceRecordSetsRequest",
    All(&[required(
        "ChangeBatch",
        All(&[
            optional("Comment", Text),
            required(
                "Changes",
                List(&required(
                    "Change",
                    All(&[
                        required("Action", Text),
                        required("ResourceRecordSet", All(RESOURCE_RECORD_SET)),
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
        All(&[
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
        List(&required("ResourceRecord", All(&[required("Value", Text)]))),
    ),
    optional(
        "AliasTarget",
        All(&[
            required("HostedZoneId", Text),
            required("DNSName", Text),
            required("EvaluateTargetHealth", Boolean),
        ]),
    ),
    optional("HealthCheckId", Text),
    optional("TrafficPolicyInstanceId", Text),
    optional(
        "CidrRoutingConfig",
        All(&[
            required("CollectionId", Text),
            required("LocationName", Text),
        ]),
    ),
    optional(
        "GeoProximityLocation",
        All(&[
            optional("AWSRegion", Text),
            optional("LocalZoneGroup", Text),
            optional(
                "Coordinates",
                All(&[required("Latitude", Text), required("Longitude", Text)]),
            ),
            optional("Bias", Integer),
        ]),
    ),
];

// What a health check is created and updated with.
const CHILD_HEALTH_CHECKS: Element = optional(
    "ChildHealthChecks",
    List(&optional("ChildHealthCheck", Text)),
);
const CHECKER_REGIONS: Element = optional("Regions", List(&optional("Region", Text)));
const ALARM_IDENTIFIER: Element = optional(
    "AlarmIdentifier",
    All(&[required("Region", Text), required("Name", Text)]),
);

pub(super) static CREATE_HEALTH_CHECK: Element = required(
    "CreateHealthCheckRequest",
    All(&[
        required("CallerReference", Text),
        required(
            "HealthCheckConfig",
            All(&[
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
                CHILD_HEALTH_CHECKS,
                optional("EnableSNI", Boolean),
                CHECKER_REGIONS,
                ALARM_IDENTIFIER,
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
        CHILD_HEALTH_CHECKS,
        optional("EnableSNI", Boolean),
        CHECKER_REGIONS,
        ALARM_IDENTIFIER,
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
            All(&[optional("VPCRegion", Text), optional("VPCId", Text)]),
        ),
        required("CallerReference", Text),
        optional(
            "HostedZoneConfig",
            All(&[optional("Comment", Text), optional("PrivateZone", Boolean)]),
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
                All(&[optional("Key", Text), optional("Value", Text)]),
            )),
        ),
        optional("RemoveTagKeys", List(&required("Key", Text))),
    ]),
);

pub(super) static LIST_TAGS_FOR_RESOURCES: Element = required(
    "ListTagsForResourcesRequest",
    All(&[required("ResourceIds", List(&required("ResourceId", Text)))]),
);
