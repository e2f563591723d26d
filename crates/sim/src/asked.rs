//! Which operation of which service a request asks for.

use crate::call::Service;
use crate::wire::{Request, ServiceError};
use crate::{dynamodb, elb, global_accelerator, route53, sts};

/// Whether an operation changes something, or `None` if it is not served.
pub(crate) fn writes(service: Service, operation: &str) -> Option<bool> {
    match service {
        Service::Route53 => route53::Operation::named(operation).map(route53::Operation::writes),
        Service::GlobalAccelerator => global_accelerator::Operation::named(operation)
            .map(global_accelerator::Operation::writes),
        Service::DynamoDb => dynamodb::Operation::named(operation).map(dynamodb::Operation::writes),
        Service::ElasticLoadBalancing => {
            elb::Operation::named(operation).map(elb::Operation::writes)
        }
        Service::Sts => sts::Operation::named(operation).map(sts::Operation::writes),
    }
}

/// A request whose operation is known.
#[derive(Debug)]
pub(crate) enum Asked {
    Route53(route53::Asked),
    GlobalAccelerator(global_accelerator::Asked),
    DynamoDb(dynamodb::Asked),
    ElasticLoadBalancing(elb::Operation),
    Sts(sts::Operation),
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ServiceError> {
        match request.service {
            Service::Route53 => route53::Asked::read(request).map(Self::Route53),
            Service::GlobalAccelerator => {
                global_accelerator::Asked::read(request).map(Self::GlobalAccelerator)
            }
            Service::DynamoDb => dynamodb::Asked::read(request).map(Self::DynamoDb),
            Service::ElasticLoadBalancing => {
                elb::operation(request).map(Self::ElasticLoadBalancing)
            }
            Service::Sts => sts::operation(request).map(Self::Sts),
        }
    }

    pub(crate) fn operation(&self) -> &'static str {
        match self {
            Self::Route53(asked) => asked.operation.name(),
            Self::GlobalAccelerator(asked) => asked.operation.name(),
            Self::DynamoDb(asked) => asked.operation.name(),
            Self::ElasticLoadBalancing(operation) => operation.name(),
            Self::Sts(operation) => operation.name(),
        }
    }

    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Route53(asked) => asked.operation.writes(),
            Self::GlobalAccelerator(asked) => asked.operation.writes(),
            Self::DynamoDb(asked) => asked.operation.writes(),
            Self::ElasticLoadBalancing(operation) => operation.writes(),
            Self::Sts(operation) => operation.writes(),
        }
    }

    pub(crate) fn subject(&self, request: &Request) -> String {
        match self {
            Self::Route53(asked) => asked.subject.clone(),
            Self::GlobalAccelerator(asked) => asked.subject.clone(),
            Self::DynamoDb(asked) => asked.subject.clone(),
            Self::ElasticLoadBalancing(_) => elb::subject(request),
            Self::Sts(_) => String::new(),
        }
    }
}
