//! Elastic Load Balancing: what load balancers are.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::error::SdkError;
use aws_sdk_elasticloadbalancingv2::operation::describe_load_balancers::DescribeLoadBalancersError;
use aws_sdk_elasticloadbalancingv2::types;
use evenkeel_core::failure::{Failure, Service};
use evenkeel_core::load_balancer::{Kind, LoadBalancer, Scheme};
use evenkeel_core::names::{LoadBalancerArn, Region};

use super::{Aws, failure};

/// DescribeLoadBalancers takes this many ARNs at once.
pub(crate) const BATCH: usize = 20;

impl Aws {
    /// The load balancers of these ARNs, at most `BATCH` of them, all in that Region. Those that do not exist are absent.
    pub async fn load_balancers(
        &self,
        region: &Region,
        arns: &[LoadBalancerArn],
    ) -> Result<BTreeMap<LoadBalancerArn, LoadBalancer>, Failure> {
        let client = self.regional(region).load_balancing;
        let texts = arns.iter().map(ToString::to_string).collect();
        match client
            .describe_load_balancers()
            .set_load_balancer_arns(Some(texts))
            .send()
            .await
        {
            Ok(reply) => Ok(reply
                .load_balancers()
                .iter()
                .filter_map(load_balancer)
                .collect()),
            // One missing ARN fails the whole call, and AWS does not say which.
            Err(error) if is_not_found(&error) && arns.len() > 1 => {
                let mut found = BTreeMap::new();
                for arn in arns {
                    found.extend(
                        Box::pin(self.load_balancers(region, std::slice::from_ref(arn))).await?,
                    );
                }
                Ok(found)
            }
            Err(error) if is_not_found(&error) => Ok(BTreeMap::new()),
            Err(error) => Err(failure::in_region(
                Service::LoadBalancing,
                region,
                "DescribeLoadBalancers",
                &error,
            )),
        }
    }
}

fn is_not_found(error: &SdkError<DescribeLoadBalancersError>) -> bool {
    error
        .as_service_error()
        .is_some_and(DescribeLoadBalancersError::is_load_balancer_not_found_exception)
}

fn load_balancer(found: &types::LoadBalancer) -> Option<(LoadBalancerArn, LoadBalancer)> {
    let arn: LoadBalancerArn = found.load_balancer_arn()?.parse().ok()?;
    let described = LoadBalancer {
        arn: arn.clone(),
        dns_name: found.dns_name()?.to_ascii_lowercase(),
        zone: found.canonical_hosted_zone_id()?.to_owned(),
        kind: if found.r#type()?.as_str() == "network" {
            Kind::Network
        } else {
            Kind::Application
        },
        scheme: if found.scheme()?.as_str() == "internal" {
            Scheme::Internal
        } else {
            Scheme::InternetFacing
        },
    };
    Some((arn, described))
}
