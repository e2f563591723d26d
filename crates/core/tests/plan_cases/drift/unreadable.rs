//! Parts of AWS that can't be read.

use evenkeel_core::failure::{Failure, FailureKind, Read, Service};
use evenkeel_core::names::ZoneId;

use super::accelerator::accelerator;
use crate::balance::{Balance, ZONE};

pub(crate) fn apply(balance: &mut Balance, part: &str, code: &str) {
    let failure = |service, operation: &str| Failure {
        service,
        region: None,
        operation: operation.to_owned(),
        code: code.to_owned(),
        message: "no".to_owned(),
        request_id: Some("6f0c1d2e".to_owned()),
        kind: FailureKind::of(
            code,
            "no",
            Some(if code == "InternalFailure" { 500 } else { 400 }),
        ),
    };
    let observed = &mut balance.world.observed;
    match part {
        "zone" => {
            let read = Read::Failed(failure(Service::Route53, "ListResourceRecordSets"));
            observed.route53.records.insert(ZoneId::new(ZONE), read);
        }
        "health checks" => {
            observed.route53.health_checks =
                Read::Failed(failure(Service::Route53, "ListHealthChecks"));
        }
        "accelerators" => {
            observed.global_accelerator.accelerators =
                Read::Failed(failure(Service::GlobalAccelerator, "ListAccelerators"));
        }
        "groups" => {
            let (_, accelerator) = accelerator(balance);
            for listener in accelerator.listeners.known_mut().unwrap().values_mut() {
                listener.groups =
                    Read::Failed(failure(Service::GlobalAccelerator, "ListEndpointGroups"));
            }
        }
        table => {
            let (table, region) = table.split_once(' ').unwrap();
            let read = Read::Failed(failure(Service::DynamoDb, "DescribeTable"));
            observed
                .dynamodb
                .get_mut(&table.parse().unwrap())
                .unwrap()
                .insert(region.parse().unwrap(), read);
        }
    }
}
