//! Where the edge sends new connections, and how long old ones stay.
//!
//! Sources: "Adjusting traffic flow with traffic dials", "How failover works for unhealthy
//! endpoints", "How AWS Global Accelerator works", Global Accelerator Developer Guide.

use aws_sdk_globalaccelerator::types::{ClientAffinity, Protocol};
use evenkeel_sim::{City, Connection};

use crate::accelerator::{EU, US, ports, weighted};
use crate::edge::{ALL, Edge, SECOND, WEST, counts};

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
