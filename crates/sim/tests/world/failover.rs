//! What the edge does while dials, health, weights and affinity change: overflow, failover, and the
//! connections that are open meanwhile.
//!
//! Sources: "Adjusting traffic flow with traffic dials", "How failover works for unhealthy
//! endpoints", "Endpoint weights" and "Client affinity", Global Accelerator Developer Guide; "How
//! quickly does failover happen?", Global Accelerator FAQ.

use aws_sdk_globalaccelerator::types::{ClientAffinity, HealthState};
use evenkeel_sim::{City, Clients};

use crate::accelerator::{EU, US, endpoint, weighted};
use crate::edge::{Edge, SECOND, WEST, counts};

#[tokio::test]
async fn d22_the_documented_example_of_two_groups_at_half() {
    let edge = Edge::of(&[("us-east-1", 50.0), ("eu-west-1", 50.0)]).await;
    let clients = [City::NewYork, City::London].map(|city| Clients {
        city,
        name: edge.name.clone(),
        port: 443,
        per_second: 50,
    });
    edge.shop
        .aws
        .world(|world| world.set_clients(clients.into()));
    edge.shop.aws.pass(1);
    let report = edge.shop.aws.world(|world| world.traffic());
    let quarter = 25_000_000;
    for (clients, tally) in report.each {
        let expected = counts([("eu-west-1", quarter), ("us-east-1", quarter)]);
        assert_eq!(tally.served, expected, "{}", clients.city);
    }
    let halves = counts([("eu-west-1", 2 * quarter), ("us-east-1", 2 * quarter)]);
    assert_eq!((report.total.served, report.total.lost), (halves, 0));
}

#[tokio::test]
async fn d23_a_dial_turns_new_connections_away_and_neither_old_ones_nor_checks() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    let old = edge.connection(1);
    assert_eq!(edge.send(&old), Some("us-east-1"));
    edge.dial("us-east-1", 0.0).await;
    edge.shop.aws.pass(339);
    assert_eq!(edge.send(&old), Some("us-east-1"), "an open connection");
    assert_eq!(edge.send(&edge.connection(2)), Some("eu-west-1"));
    let group = edge.shop.found(&edge.group("us-east-1").await).await;
    let state = |group: &aws_sdk_globalaccelerator::types::EndpointGroup| {
        let [only] = group.endpoint_descriptions() else {
            panic!("one endpoint")
        };
        only.health_state().unwrap().clone()
    };
    assert_eq!(state(&group), HealthState::Healthy);
    edge.fail(&[US]);
    let group = edge.shop.found(&edge.group("us-east-1").await).await;
    assert_eq!(state(&group), HealthState::Unhealthy, "checks go on");
}

#[tokio::test]
async fn d24_a_connection_stays_with_an_endpoint_whose_weight_is_zero() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    let old = edge.connection(1);
    assert_eq!(edge.send(&old), Some("us-east-1"));
    edge.endpoints("us-east-1", vec![weighted(US, 0)]).await;
    assert_eq!(edge.send(&old), Some("us-east-1"));
    assert_eq!(edge.send(&edge.connection(2)), Some("eu-west-1"));
}

#[tokio::test]
async fn d25_failing_open_takes_every_endpoint_of_the_closest_group_whatever_its_weight() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    edge.endpoints("us-east-1", vec![weighted(US, 0), weighted(SECOND, 10)])
        .await;
    edge.shop.aws.settle();
    edge.fail(&[US, SECOND, EU]);
    assert_eq!(edge.served(City::NewYork), counts([("lost", 100)]));
    edge.recover_unseen(US);
    let half = counts([("lost", 50), ("us-east-1", 50)]);
    assert_eq!(edge.served(City::NewYork), half);
    edge.recover_unseen(SECOND);
    assert_eq!(edge.served(City::NewYork), counts([("us-east-1", 100)]));
}

#[tokio::test]
async fn d26_what_a_dial_lets_in_fails_over_whatever_the_other_dials() {
    let edge = Edge::of(&[
        ("us-east-1", 50.0),
        ("us-west-2", 0.0),
        ("eu-west-1", 100.0),
    ])
    .await;
    let overflow = counts([("eu-west-1", 50), ("us-east-1", 50)]);
    assert_eq!(edge.served(City::NewYork), overflow);
    edge.fail(&[US]);
    let failover = counts([("eu-west-1", 50), ("us-west-2", 50)]);
    assert_eq!(edge.served(City::NewYork), failover);
    edge.fail(&[WEST]);
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
}

#[tokio::test]
async fn d27_traffic_leaves_and_comes_back_about_thirty_seconds_after_the_endpoint() {
    let edge = Edge::of(&[("us-east-1", 100.0), ("eu-west-1", 100.0)]).await;
    let aws = &edge.shop.aws;
    let set = |healthy| {
        aws.world(|world| world.set_load_balancer_health(US, healthy))
            .unwrap();
    };
    set(false);
    aws.pass(29);
    assert_eq!(edge.served(City::NewYork), counts([("lost", 100)]));
    aws.pass(1);
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
    set(true);
    aws.pass(29);
    assert_eq!(edge.served(City::NewYork), counts([("eu-west-1", 100)]));
    aws.pass(1);
    assert_eq!(edge.served(City::NewYork), counts([("us-east-1", 100)]));
}

#[tokio::test]
async fn d28_a_new_endpoint_takes_nothing_before_it_is_healthy() {
    let edge = Edge::of(&[("us-east-1", 100.0)]).await;
    let create = edge.shop.client.create_endpoint_group();
    let create = create.listener_arn(edge.listener().await);
    let create = create.endpoint_group_region("eu-west-1");
    let create = create.endpoint_configurations(endpoint(EU));
    create.send().await.unwrap();
    edge.shop.aws.pass(19);
    assert_eq!(edge.served(City::London), counts([("us-east-1", 100)]));
    edge.shop.aws.pass(1);
    assert_eq!(edge.served(City::London), counts([("eu-west-1", 100)]));
}

#[tokio::test]
async fn d29_a_disabled_accelerator_accepts_no_connection() {
    let edge = Edge::of(&[("us-east-1", 100.0)]).await;
    let enable = |enabled| {
        let update = edge.shop.client.update_accelerator();
        let update = update.accelerator_arn(&edge.shop.arn);
        update.enabled(enabled).send()
    };
    enable(false).await.unwrap();
    assert_eq!(edge.served(City::NewYork), counts([("lost", 100)]));
    assert_eq!(edge.send(&edge.connection(1)), None);
    enable(true).await.unwrap();
    assert_eq!(edge.served(City::NewYork), counts([("us-east-1", 100)]));
}

/// Sixteen clients, each of which connects eight times: without affinity all of them land in one
/// group eight times with a probability of less than one in 10^33.
#[tokio::test]
async fn d30_source_ip_affinity_keeps_a_client_with_its_endpoint() {
    let edge = Edge::of(&[("us-east-1", 50.0), ("eu-west-1", 50.0)]).await;
    let connect = |client| {
        edge.shop.aws.pass(341);
        edge.send(&edge.connection(client)).unwrap()
    };
    let is_constant = |client| {
        let first = connect(client);
        (0..7).all(|_| connect(client) == first)
    };
    assert!(!(0..16).all(is_constant), "five-tuple affinity");
    let update = edge.shop.client.update_listener();
    let update = update.listener_arn(edge.listener().await);
    let update = update.client_affinity(ClientAffinity::SourceIp);
    update.send().await.unwrap();
    assert!((0..16).all(is_constant), "two-tuple affinity");
    let near = (0..16).filter(|client| connect(*client) == "us-east-1");
    assert!((1..16).contains(&near.count()), "clients are spread");
}
