//! An accelerator in a world, and short words for what is done with it.

use aws_sdk_globalaccelerator::types::{
    AcceleratorStatus, EndpointConfiguration, EndpointGroup, PortRange, Protocol,
};
use evenkeel_sim::Seed;

use crate::aws::Aws;

pub(crate) const US: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
pub(crate) const EU: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/f2f7dc8efc522ab2";

pub(crate) struct Accelerator {
    pub(crate) aws: Aws,
    pub(crate) client: aws_sdk_globalaccelerator::Client,
    pub(crate) arn: String,
}

impl Accelerator {
    /// A new accelerator in the example world.
    pub(crate) async fn example() -> Self {
        Self::of(Seed::example()).await
    }

    pub(crate) async fn of(seed: Seed) -> Self {
        let aws = Aws::new(seed);
        let client = aws.accelerators();
        let made = client
            .create_accelerator()
            .name("shop")
            .idempotency_token("accelerator");
        let made = made.send().await.unwrap();
        let arn = made
            .accelerator()
            .unwrap()
            .accelerator_arn()
            .unwrap()
            .to_owned();
        Self { aws, client, arn }
    }

    pub(crate) async fn listener(&self, from: i32, to: i32, protocol: Protocol) -> String {
        let made = self
            .client
            .create_listener()
            .accelerator_arn(&self.arn)
            .protocol(protocol);
        let made = made.port_ranges(ports(from, to)).send().await.unwrap();
        made.listener().unwrap().listener_arn().unwrap().to_owned()
    }

    /// A listener on TCP 443 with one endpoint in us-east-1.
    pub(crate) async fn group(&self) -> (String, EndpointGroup) {
        let listener = self.listener(443, 443, Protocol::Tcp).await;
        let made = self
            .client
            .create_endpoint_group()
            .listener_arn(&listener)
            .endpoint_group_region("us-east-1")
            .endpoint_configurations(endpoint(US))
            .send()
            .await
            .unwrap();
        (listener, made.endpoint_group.unwrap())
    }

    pub(crate) async fn status(&self) -> AcceleratorStatus {
        let found = self
            .client
            .describe_accelerator()
            .accelerator_arn(&self.arn)
            .send()
            .await;
        found
            .unwrap()
            .accelerator()
            .unwrap()
            .status()
            .unwrap()
            .clone()
    }

    pub(crate) async fn found(&self, group: &str) -> EndpointGroup {
        let found = self
            .client
            .describe_endpoint_group()
            .endpoint_group_arn(group)
            .send()
            .await;
        found.unwrap().endpoint_group.unwrap()
    }
}

pub(crate) fn ports(from: i32, to: i32) -> PortRange {
    PortRange::builder().from_port(from).to_port(to).build()
}

pub(crate) fn endpoint(id: &str) -> EndpointConfiguration {
    EndpointConfiguration::builder().endpoint_id(id).build()
}

pub(crate) fn weighted(id: &str, weight: i32) -> EndpointConfiguration {
    EndpointConfiguration::builder()
        .endpoint_id(id)
        .weight(weight)
        .build()
}
