//! What Route 53 answers resolvers in different cities.
//!
//! Sources: "Choosing a routing policy", "How Amazon Route 53 chooses records when health checking
//! is configured", "How health checks work in complex configurations", Route 53 Developer Guide;
//! `TestDNSAnswer`, API Reference.

use std::collections::BTreeMap;

use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{
    Coordinates, GeoLocation, GeoProximityLocation, ResourceRecordSetFailover as Failover,
    ResourceRecordSetRegion as Latency, RrType,
};
use evenkeel_sim::City;

use crate::aws::Refused;
use crate::zone::{Zone, a, alias, cname, create, txt};

const NAME: &str = "www.example.com";

fn set(id: &str) -> ResourceRecordSetBuilder {
    a(NAME, &format!("192.0.2.{id}")).set_identifier(id)
}

/// The last octet of each answer, and its share in millionths.
fn shares(zone: &Zone, city: City) -> BTreeMap<String, u64> {
    let answers = zone.aws.world(|world| world.answer_for(city, NAME, "A"));
    assert_eq!(
        answers.iter().map(|it| it.millionths).sum::<u64>(),
        1_000_000
    );
    let mut shares = BTreeMap::new();
    for answer in answers {
        let octets: Vec<_> = answer
            .values
            .iter()
            .map(|it| it.rsplit('.').next().unwrap())
            .collect();
        *shares.entry(octets.join("+")).or_default() += answer.millionths;
    }
    shares
}

/// The answer, if every resolver of the city gets the same.
fn only(zone: &Zone, city: City) -> String {
    let shares = shares(zone, city);
    assert_eq!(shares.len(), 1, "{shares:?}");
    shares.into_keys().next().unwrap()
}

/// A health check whose endpoint can be made to fail.
async fn check(zone: &Zone, id: &str) -> String {
    zone.check(id, &format!("{id}.example.org")).await
}

fn answers(zone: &Zone, id: &str, answers: bool) {
    let host = format!("{id}.example.org");
    zone.aws
        .world(|world| world.set_host_answers(&host, answers));
    zone.aws.settle();
}

#[tokio::test]
async fn n01_each_city_is_answered_the_region_with_the_least_latency() {
    let zone = Zone::example().await;
    let mut changes = Vec::new();
    for (id, region) in [
        ("1", Latency::UsEast1),
        ("2", Latency::EuWest1),
        ("3", Latency::ApNortheast1),
    ] {
        let check = check(&zone, id).await;
        changes.push(create(set(id).region(region).health_check_id(check)));
    }
    zone.change(changes).await;
    zone.aws.settle();
    for (city, id) in [
        (City::NewYork, "1"),
        (City::SaoPaulo, "1"),
        (City::London, "2"),
        (City::Johannesburg, "2"),
        (City::Tokyo, "3"),
        (City::Sydney, "3"),
    ] {
        assert_eq!(only(&zone, city), id, "{city}");
    }
    answers(&zone, "2", false);
    assert_eq!(only(&zone, City::London), "1", "the next by latency");
    answers(&zone, "1", false);
    assert_eq!(only(&zone, City::London), "3");
    answers(&zone, "3", false);
    assert_eq!(
        only(&zone, City::London),
        "2",
        "all unhealthy is all healthy"
    );
}

#[tokio::test]
async fn n02_weights_are_proportions_and_zero_is_the_last_resort() {
    let zone = Zone::example().await;
    let mut changes = Vec::new();
    for (id, weight) in [("1", 1), ("2", 3), ("3", 0), ("4", 0)] {
        let check = check(&zone, id).await;
        changes.push(create(set(id).weight(weight).health_check_id(check)));
    }
    zone.change(changes).await;
    zone.aws.settle();
    let shares = |expected: [(&str, u64); 2]| {
        let expected = BTreeMap::from(expected.map(|(id, share)| (id.to_owned(), share)));
        assert_eq!(shares(&zone, City::London), expected);
    };
    shares([("1", 250_000), ("2", 750_000)]);
    answers(&zone, "2", false);
    assert_eq!(only(&zone, City::London), "1");
    answers(&zone, "1", false);
    shares([("3", 500_000), ("4", 500_000)]);
    answers(&zone, "4", false);
    assert_eq!(only(&zone, City::London), "3");
    answers(&zone, "3", false);
    shares([("1", 250_000), ("2", 750_000)]);
}

#[tokio::test]
async fn n03_when_both_are_unhealthy_the_primary_answers() {
    let zone = Zone::example().await;
    let (one, two) = (check(&zone, "1").await, check(&zone, "2").await);
    zone.change([
        create(set("1").failover(Failover::Primary).health_check_id(one)),
        create(set("2").failover(Failover::Secondary).health_check_id(two)),
    ])
    .await;
    zone.aws.settle();
    assert_eq!(only(&zone, City::London), "1");
    answers(&zone, "1", false);
    assert_eq!(only(&zone, City::London), "2");
    answers(&zone, "2", false);
    assert_eq!(only(&zone, City::London), "1");
}

#[tokio::test]
async fn n04_the_smallest_location_answers_and_then_the_larger_ones() {
    let zone = Zone::example().await;
    let location = GeoLocation::builder;
    let mut changes = Vec::new();
    for (id, location) in [
        ("1", location().country_code("US").subdivision_code("CA")),
        ("2", location().country_code("US")),
        ("3", location().continent_code("NA")),
        ("4", location().country_code("*")),
    ] {
        let check = check(&zone, id).await;
        changes.push(create(
            set(id)
                .geo_location(location.build())
                .health_check_id(check),
        ));
    }
    zone.change(changes).await;
    zone.aws.settle();
    assert_eq!(only(&zone, City::LosAngeles), "1");
    assert_eq!(only(&zone, City::NewYork), "2");
    assert_eq!(only(&zone, City::Tokyo), "4");
    for (down, next) in [("1", "2"), ("2", "3"), ("3", "4"), ("4", "1")] {
        answers(&zone, down, false);
        assert_eq!(only(&zone, City::LosAngeles), next, "without {down}");
    }
}

#[tokio::test]
async fn n05_no_location_is_no_answer() {
    let zone = Zone::example().await;
    let europe = GeoLocation::builder().continent_code("EU").build();
    zone.change([create(set("1").geo_location(europe))]).await;
    zone.aws.settle();
    assert_eq!(only(&zone, City::London), "1");
    assert_eq!(only(&zone, City::Tokyo), "");
}

/// London is 5,900 km from us-east-1 and 470 km from eu-west-1.
#[tokio::test]
async fn n06_a_bias_stretches_and_shrinks_distances() {
    let zone = Zone::example().await;
    let near = |bias| {
        let location = GeoProximityLocation::builder()
            .aws_region("eu-west-1")
            .bias(bias);
        set("1").geo_proximity_location(location.build())
    };
    let ashburn = Coordinates::builder().latitude("39.04").longitude("-77.49");
    let far = GeoProximityLocation::builder()
        .coordinates(ashburn.build().unwrap())
        .bias(90);
    zone.change([
        create(near(0)),
        create(set("2").geo_proximity_location(far.build())),
    ])
    .await;
    zone.aws.settle();
    assert_eq!(only(&zone, City::London), "1", "470 km, and 590 of 5,900");
    assert_eq!(only(&zone, City::NewYork), "2");
    zone.change([crate::zone::upsert(near(-50))]).await;
    zone.aws.settle();
    assert_eq!(
        only(&zone, City::London),
        "2",
        "705 of 470 km, and 590 of 5,900"
    );
}

#[tokio::test]
async fn n07_up_to_eight_healthy_values_are_answered_together() {
    let zone = Zone::example().await;
    let mut changes = Vec::new();
    for id in 1..=9 {
        let id = id.to_string();
        let check = check(&zone, &id).await;
        changes.push(create(
            set(&id).multi_value_answer(true).health_check_id(check),
        ));
    }
    zone.change(changes).await;
    zone.aws.settle();
    assert_eq!(only(&zone, City::London), "1+2+3+4+5+6+7+8");
    answers(&zone, "2", false);
    assert_eq!(only(&zone, City::London), "1+3+4+5+6+7+8+9");
}

async fn load_balancer(zone: &Zone, region: &'static str) -> (String, String, String) {
    let found = zone
        .aws
        .load_balancers(region)
        .describe_load_balancers()
        .send()
        .await
        .unwrap();
    let found = &found.load_balancers()[0];
    let text = |given: Option<&str>| given.unwrap().to_owned();
    (
        text(found.canonical_hosted_zone_id()),
        text(found.dns_name()),
        text(found.load_balancer_arn()),
    )
}

#[tokio::test]
async fn n08_an_alias_is_as_healthy_as_its_target_if_it_evaluates_it() {
    let zone = Zone::example().await;
    let (us_zone, us, arn) = load_balancer(&zone, "us-east-1").await;
    let (eu_zone, eu, _) = load_balancer(&zone, "eu-west-1").await;
    // A tree: a latency set for each Region, and behind one of them weights.
    let leaf = alias("us.example.com", &us_zone, &us)
        .set_identifier("1")
        .weight(1);
    let branch = |name: &str, target_zone: &str, target: &str, region: Latency| {
        alias(name, target_zone, target)
            .set_identifier(region.as_str())
            .region(region)
    };
    zone.change([
        create(leaf),
        create(branch(NAME, &zone.id, "us.example.com", Latency::UsEast1)),
        create(branch(NAME, &eu_zone, &eu, Latency::EuWest1)),
    ])
    .await;
    zone.aws.settle();
    let target = || {
        let answers = zone
            .aws
            .world(|world| world.answer_for(City::NewYork, NAME, "A"));
        let [only] = answers.as_slice() else {
            panic!("one answer")
        };
        assert_eq!((only.ttl, only.code), (60, "NOERROR"));
        only.target.clone().unwrap()
    };
    assert_eq!(target(), us);
    zone.aws
        .world(|world| world.set_load_balancer_health(&arn, false))
        .unwrap();
    assert_eq!(
        target(),
        eu,
        "the branch is left though its own sets have no check"
    );
}

#[tokio::test]
async fn n12_a_load_balancer_needs_a_healthy_target_in_every_group_that_has_targets() {
    let zone = Zone::example().await;
    let (us_zone, us, arn) = load_balancer(&zone, "us-east-1").await;
    let primary = alias(NAME, &us_zone, &us).set_identifier("1");
    zone.change([
        create(primary.failover(Failover::Primary)),
        create(set("2").failover(Failover::Secondary)),
    ])
    .await;
    zone.aws.settle();
    let up = |group: &str, registered: u32, healthy: u32| {
        let told = |world: &mut evenkeel_sim::World| {
            world.set_targets(&arn, group, registered, healthy).unwrap();
            world.answer_for(City::London, NAME, "A")
        };
        zone.aws.world(told)[0].target.is_some()
    };
    assert!(up("web", 3, 1));
    assert!(up("admin", 0, 0), "a group without targets does not count");
    assert!(!up("admin", 1, 0));
    assert!(!up("web", 3, 3));
    assert!(up("admin", 1, 1));
    let missing = zone
        .aws
        .world(|world| world.set_targets("arn:aws:s3:::none", "web", 1, 1));
    assert!(missing.is_err());
}

#[tokio::test]
async fn n09_testing_an_answer_gives_what_the_resolver_would_get() {
    let zone = Zone::example().await;
    zone.change([
        create(set("1").region(Latency::UsEast1)),
        create(set("2").region(Latency::ApNortheast1)),
        create(cname("alias.example.com", "www.example.org")),
        create(txt("text.example.com", "\"text\"")),
    ])
    .await;
    zone.aws.settle();
    let test = |name: &str| {
        let test = zone.client.test_dns_answer().hosted_zone_id(&zone.id);
        test.record_name(name).record_type(RrType::A)
    };
    let home = test(NAME).send().await.unwrap();
    assert_eq!(home.record_data(), ["192.0.2.1"]);
    assert_eq!((home.response_code(), home.protocol()), ("NOERROR", "UDP"));
    assert_eq!(home.record_name(), "www.example.com.");
    let tokyo = City::Tokyo.resolver().to_string();
    let there = test(NAME).resolver_ip(&tokyo).send().await.unwrap();
    assert_eq!(there.record_data(), ["192.0.2.2"]);
    let subnet = test(NAME)
        .resolver_ip("198.18.0.53")
        .edns0_client_subnet_ip(&tokyo);
    let there = subnet.edns0_client_subnet_mask("24").send().await.unwrap();
    assert_eq!(there.record_data(), ["192.0.2.2"]);
    let other = test("alias.example.com").send().await.unwrap();
    assert_eq!(
        (other.record_type(), other.record_data()),
        (&RrType::Cname, &["www.example.org.".to_owned()][..])
    );
    let nothing = test("text.example.com").send().await.unwrap();
    assert_eq!(
        (nothing.response_code(), nothing.record_data().len()),
        ("NOERROR", 0)
    );
    let none = test("none.example.com").send().await.unwrap();
    assert_eq!(none.response_code(), "NXDOMAIN");
    let outside = test("www.example.org").send().await;
    assert_eq!(outside.refused().0, "InvalidInput");
    let missing = zone.client.test_dns_answer().hosted_zone_id("Z0");
    let missing = missing
        .record_name(NAME)
        .record_type(RrType::A)
        .send()
        .await;
    assert_eq!(missing.refused().0, "NoSuchHostedZone");
}

/// Of 400 draws with 1 to 3, 100 are expected with a standard deviation of 8.7.
#[tokio::test]
async fn n10_tested_answers_are_drawn_by_their_weights() {
    let zone = Zone::example().await;
    zone.change([create(set("1").weight(1)), create(set("2").weight(3))])
        .await;
    zone.aws.settle();
    let mut first = 0;
    for _ in 0..400 {
        let test = zone.client.test_dns_answer().hosted_zone_id(&zone.id);
        let drawn = test
            .record_name(NAME)
            .record_type(RrType::A)
            .send()
            .await
            .unwrap();
        first += i32::from(drawn.record_data() == ["192.0.2.1"]);
    }
    assert!((first - 100).abs() < 35, "{first}");
}

#[tokio::test]
async fn n11_latencies_between_cities_and_regions_are_plausible() {
    let latency = |city: City, region: &str| {
        city.latency_to(evenkeel_sim::Region::named(region).unwrap()) / 1000
    };
    assert_eq!(latency(City::Tokyo, "ap-northeast-1"), 5);
    assert!((60..120).contains(&latency(City::London, "us-east-1")));
    assert!((90..200).contains(&latency(City::Singapore, "ap-southeast-2")));
    for city in City::ALL {
        assert_eq!(City::of(city.resolver()), city);
    }
}
