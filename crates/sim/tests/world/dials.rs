//! Where the edge sends new connections, and how long old ones stay.
//!
//! Sources: "Adjusting traffic flow with traffic dials", "How failover works for unhealthy
//! endpoints", "How AWS Global Accelerator works", Global Accelerator Developer Guide.

use std::collections::BTreeMap;

use aws_sdk_globalaccelerator::types::{ClientAffinity, EndpointConfiguration, Protocol};
use evenkeel_sim::{City, Clients, Connection, Seed};

use crate::accelerator::{Accelerator, EU, US, ports, weighted};

const AP: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shop/73e2d6bc24d8a067";
const WEST: &str =
    "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/0123456789abcdef";
const SECOND: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/second/0123456789abcdef";

/// From New York us-east-1 is the closest, then us-west-2, eu-west-1 and ap-northeast-1.
const ALL: [(&str, &str); 4] = [
    ("us-east-1", US),
    ("us-west-2", WEST),
    ("eu-west-1", EU),
    ("ap-northeast-1", AP),
];

struct Edge {
    shop: Accelerator,
    name: String,
}

impl Edge {
    /// A listener on 443 with a group of one endpoint in each Region, with these dials.
    async fn of(dials: &[(&str, f32)]) -> Self {
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
    fn served(&self, city: City) -> BTreeMap<&'static str, u64> {
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

    fn fail(&self, arns: &[&str]) {
        for arn in arns {
            self.shop
                .aws
                .world(|world| world.set_load_balancer_health(arn, false))
                .unwrap();
        }
        self.shop.aws.settle();
    }

    /// Endpoints that are unhealthy at the edge and yet answer: what fail-open is good for.
    fn recover_unseen(&self, arn: &str) {
        self.shop
            .aws
            .world(|world| world.set_load_balancer_health(arn, true))
            .unwrap();
    }

    async fn endpoints(&self, region: &str, endpoints: Vec<EndpointConfiguration>) {
        let listeners = self
            .shop
            .client
            .list_listeners()
            .accelerator_arn(&self.shop.arn);
        let listeners = listeners.send().await.unwrap();
        let listener = listeners.listeners()[0].listener_arn().unwrap();
        let groups = self
            .shop
            .client
            .list_endpoint_groups()
            .listener_arn(listener);
        let groups = groups.send().await.unwrap();
        let mut groups = groups.endpoint_groups().iter();
        let group = groups
            .find(|it| it.endpoint_group_region() == Some(region))
            .unwrap();
        let update = self.shop.client.update_endpoint_group();
        let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
        update
            .set_endpoint_configurations(Some(endpoints))
            .send()
            .await
            .unwrap();
    }

    fn send(&self, connection: &Connection) -> Option<&'static str> {
        self.shop.aws.world(|world| world.send(connection))
    }

    fn connection(&self, client: u32) -> Connection {
        Connection {
            city: City::NewYork,
            client,
            accelerator: self.name.clone(),
            port: 443,
            udp: false,
        }
    }
}

fn counts<const N: usize>(counts: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    counts.into()
}

#[tokio::test]
async fn d01_two_groups_at_half_serve_half_of_their_own_and_half_of_the_other() {
    let edge = Edge::of(&[("us-east-1", 50.0), ("eu-west-1", 50.0)]).await;
    let halves = counts([("us-east-1", 50), ("eu-west-1", 50)]);
    assert_eq!(edge.served(City::NewYork), halves);
    assert_eq!(edge.served(City::London), halves);
}

#[tokio::test]
async fn d02_a_dial_lets_in_that_much_and_the_rest_goes_to_the_next_group() {
    let edge = Edge::of(&[("us-east-1", 20.0), ("us-west-2", 0.0), ("eu-west-1", 10.0)]).await;
    let expected = counts([("us-east-1", 20), ("eu-west-1", 80)]);
    assert_eq!(edge.served(City::NewYork), expected);
    let alone = Edge::of(&[("us-east-1", 20.0), ("eu-west-1", 0.0)]).await;
    assert_eq!(alone.served(City::NewYork), counts([("us-east-1", 100)]));
    let closed = Edge::of(&[("us-east-1", 0.0)]).await;
    assert_eq!(closed.served(City::NewYork), counts([("lost", 100)]));
}

#[tokio::test]
async fn d03_a_dial_of_zero_still_receives_failover() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 0.0)]).await;
    assert_eq!(edge.served(City::London), counts([("us-east-1", 100)]));
    edge.fail(&[US]);
    assert_eq!(edge.served(City::London), counts([("eu-west-1", 100)]));
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
}

#[tokio::test]
async fn d04_after_three_groups_the_closest_fails_open() {
    let edge = Edge::of(&ALL.map(|(region, _)| (region, 100.0))).await;
    edge.fail(&[US, WEST]);
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
    edge.fail(&[EU]);
    let lost = counts([("lost", 100)]);
    assert_eq!(
        edge.served(City::NewYork),
        lost,
        "the fourth group is not tried"
    );
    edge.recover_unseen(US);
    assert_eq!(edge.served(City::NewYork), counts([("us-east-1", 100)]));
}

#[tokio::test]
async fn d05_weights_divide_what_a_group_takes_and_zero_takes_nothing() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    edge.endpoints("us-east-1", vec![weighted(US, 30), weighted(SECOND, 10)])
        .await;
    edge.shop.aws.settle();
    edge.shop
        .aws
        .world(|world| world.set_load_balancer_health(SECOND, false))
        .unwrap();
    let unseen = counts([("lost", 25), ("us-east-1", 75)]);
    assert_eq!(edge.served(City::NewYork), unseen, "before the edge knows");
    edge.shop.aws.settle();
    assert_eq!(edge.served(City::NewYork), counts([("us-east-1", 100)]));
    edge.endpoints("us-east-1", vec![weighted(US, 0), weighted(SECOND, 10)])
        .await;
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
}

#[tokio::test]
async fn d06_a_connection_stays_with_an_endpoint_that_is_removed() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    let old = edge.connection(1);
    assert_eq!(edge.send(&old), Some("us-east-1"));
    edge.endpoints("us-east-1", Vec::new()).await;
    edge.shop.aws.pass(339);
    assert_eq!(edge.send(&old), Some("us-east-1"));
    assert_eq!(
        edge.send(&edge.connection(2)),
        Some("eu-west-1"),
        "a new connection"
    );
    edge.shop.aws.pass(340);
    assert_eq!(edge.send(&old), Some("eu-west-1"), "340 seconds idle");
}

#[tokio::test]
async fn d07_a_connection_stays_with_an_endpoint_that_is_unhealthy() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    let old = edge.connection(1);
    assert_eq!(edge.send(&old), Some("us-east-1"));
    edge.fail(&[US]);
    assert_eq!(edge.send(&old), None);
    assert_eq!(edge.send(&edge.connection(2)), Some("eu-west-1"));
}

#[tokio::test]
async fn d08_udp_is_idle_after_thirty_seconds() {
    let edge = Edge::of(&[("us-east-1", 100.0)]).await;
    let made = edge
        .shop
        .client
        .create_listener()
        .accelerator_arn(&edge.shop.arn);
    let made = made.protocol(Protocol::Udp).port_ranges(ports(443, 443));
    let listener = made
        .client_affinity(ClientAffinity::SourceIp)
        .send()
        .await
        .unwrap();
    let listener = listener.listener().unwrap().listener_arn().unwrap();
    let mut groups = Vec::new();
    for (region, arn) in [("us-east-1", US), ("eu-west-1", EU)] {
        let made = edge
            .shop
            .client
            .create_endpoint_group()
            .listener_arn(listener);
        let made = made.endpoint_group_region(region);
        let made = made
            .endpoint_configurations(weighted(arn, 1))
            .send()
            .await
            .unwrap();
        groups.push(
            made.endpoint_group()
                .unwrap()
                .endpoint_group_arn()
                .unwrap()
                .to_owned(),
        );
    }
    edge.shop.aws.settle();
    let udp = Connection {
        udp: true,
        ..edge.connection(1)
    };
    assert_eq!(edge.send(&udp), Some("us-east-1"));
    let gone = edge
        .shop
        .client
        .delete_endpoint_group()
        .endpoint_group_arn(&groups[0]);
    gone.send().await.unwrap();
    edge.shop.aws.pass(29);
    assert_eq!(edge.send(&udp), Some("us-east-1"));
    edge.shop.aws.pass(30);
    assert_eq!(edge.send(&udp), Some("eu-west-1"));
}

/// 200 new connections at a dial of 30 %: 60 are expected in the closest group, with a standard
/// deviation of 6.5.
#[tokio::test]
async fn d09_single_connections_are_divided_as_the_dial_says() {
    let edge = Edge::of(&[("us-east-1", 30.0), ("eu-west-1", 100.0)]).await;
    let near = (0..200).filter(|client| edge.send(&edge.connection(*client)) == Some("us-east-1"));
    let near = near.count();
    assert!((40..80).contains(&near), "{near}");
}
