//! An accelerator with a group in each of some Regions, and short words for what its edge does.

use std::collections::BTreeMap;

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, Protocol};
use evenkeel_sim::{City, Clients, Connection, Seed};

use crate::accelerator::{Accelerator, EU, US, weighted};

pub(crate) const AP: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shop/73e2d6bc24d8a067";
pub(crate) const WEST: &str =
    "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/0123456789abcdef";
pub(crate) const SECOND: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/second/0123456789abcdef";

/// From New York us-east-1 is the closest, then us-west-2, eu-west-1 and ap-northeast-1.
pub(crate) const ALL: [(&str, &str); 4] = [
    ("us-east-1", US),
    ("us-west-2", WEST),
    ("eu-west-1", EU),
    ("ap-northeast-1", AP),
];

pub(crate) struct Edge {
    pub(crate) shop: Accelerator,
    pub(crate) name: String,
}

impl Edge {
    /// A listener on 443 with a group of one endpoint in each Region, with these dials.
    pub(crate) async fn of(dials: &[(&str, f32)]) -> Self {
        let mut seed = Seed::example();
        let more = format!("loadBalancers: [{{arn: '{WEST}'}}, {{arn: '{SECOND}'}}]");
        let more: Seed = serde_saphyr::from_str(&more).unwrap();
        seed.load_balancers.extend(more.load_balancers);
        let shop = Accelerator::of(seed).await;
        let listener = shop.listener(443, 443, Protocol::Tcp).await;
        for (region, dial) in dials {
            let (_, arn) = ALL.iter().find(|(name, _)| name == region).unwrap();
            let made = shop.client.create_endpoint_group().listener_arn(&listener);
            let made = made
                .endpoint_group_region(*region)
                .traffic_dial_percentage(*dial);
            made.endpoint_configurations(weighted(arn, 128))
                .send()
                .await
                .unwrap();
        }
        let found = shop
            .client
            .describe_accelerator()
            .accelerator_arn(&shop.arn);
        let found = found.send().await.unwrap();
        let name = found.accelerator().unwrap().dns_name().unwrap().to_owned();
        shop.aws.settle();
        Self { shop, name }
    }

    /// Of 100 clients in a city, how many each Region serves.
    pub(crate) fn served(&self, city: City) -> BTreeMap<&'static str, u64> {
        let clients = Clients {
            city,
            name: self.name.clone(),
            port: 443,
            per_second: 100,
        };
        let rate = self.shop.aws.world(|world| {
            world.set_clients(vec![clients]);
            world.traffic().rate
        });
        let mut served = rate.served;
        if rate.lost > 0 {
            served.insert("lost", rate.lost);
        }
        served
            .into_iter()
            .map(|(region, amount)| (region, amount / 1_000_000))
            .collect()
    }

    pub(crate) fn fail(&self, arns: &[&str]) {
        for arn in arns {
            self.shop
                .aws
                .world(|world| world.set_load_balancer_health(arn, false))
                .unwrap();
        }
        self.shop.aws.settle();
    }

    /// Endpoints that are unhealthy at the edge and yet answer: what fail-open is good for.
    pub(crate) fn recover_unseen(&self, arn: &str) {
        self.shop
            .aws
            .world(|world| world.set_load_balancer_health(arn, true))
            .unwrap();
    }

    pub(crate) async fn listener(&self) -> String {
        let listeners = self.shop.client.list_listeners();
        let listeners = listeners.accelerator_arn(&self.shop.arn).send().await;
        let listeners = listeners.unwrap();
        listeners.listeners()[0].listener_arn().unwrap().to_owned()
    }

    /// The ARN of the group in a Region.
    pub(crate) async fn group(&self, region: &str) -> String {
        let groups = self.shop.client.list_endpoint_groups();
        let groups = groups.listener_arn(self.listener().await).send().await;
        let groups = groups.unwrap();
        let mut groups = groups.endpoint_groups().iter();
        let group = groups
            .find(|it| it.endpoint_group_region() == Some(region))
            .unwrap();
        group.endpoint_group_arn().unwrap().to_owned()
    }

    pub(crate) async fn endpoints(&self, region: &str, endpoints: Vec<EndpointConfiguration>) {
        let update = self.shop.client.update_endpoint_group();
        let update = update.endpoint_group_arn(self.group(region).await);
        update
            .set_endpoint_configurations(Some(endpoints))
            .send()
            .await
            .unwrap();
    }

    pub(crate) async fn dial(&self, region: &str, percent: f32) {
        let update = self.shop.client.update_endpoint_group();
        let update = update.endpoint_group_arn(self.group(region).await);
        let update = update.traffic_dial_percentage(percent);
        update.send().await.unwrap();
    }

    pub(crate) fn send(&self, connection: &Connection) -> Option<&'static str> {
        self.shop.aws.world(|world| world.send(connection))
    }

    pub(crate) fn connection(&self, client: u32) -> Connection {
        Connection {
            city: City::NewYork,
            client,
            accelerator: self.name.clone(),
            port: 443,
            udp: false,
        }
    }
}

pub(crate) fn counts<const N: usize>(
    counts: [(&'static str, u64); N],
) -> BTreeMap<&'static str, u64> {
    counts.into()
}
