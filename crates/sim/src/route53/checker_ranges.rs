//! `GetCheckerIpRanges`: where health checkers probe from.
//!
//! Sources: `GetCheckerIpRanges`, Route 53 API Reference; "IP address ranges of Amazon Route 53
//! servers", Developer Guide.

use serde::Serialize;

use super::Route53;
use super::wire::NAMESPACE;
use crate::wire::{Answer, ServiceError};

/// Of AWS's ranges, the one that holds every checker of this world.
const RANGES: [&str; 1] = ["15.177.0.0/18"];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetCheckerIpRangesResponse {
    checker_ip_ranges: Ranges,
}

#[derive(Serialize)]
struct Ranges {
    #[serde(rename = "member")]
    list: [&'static str; 1],
}

impl Route53 {
    pub(super) fn get_checker_ip_ranges() -> Result<Answer, ServiceError> {
        let body = GetCheckerIpRangesResponse {
            checker_ip_ranges: Ranges { list: RANGES },
        };
        Answer::xml("GetCheckerIpRangesResponse", NAMESPACE, &body)
    }
}
