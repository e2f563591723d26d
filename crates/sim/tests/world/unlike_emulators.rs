//! What other emulators of Route 53 are known to get wrong, where no other file has it.
//!
//! Sources: `ChangeResourceRecordSets`, `HealthCheckConfig`, `CreateHealthCheck` and
//! `DeleteHealthCheck`, Route 53 API Reference; what moto 5.2, ministack 1.5 and fakecloud answer.

use std::collections::BTreeSet;

use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckType, InsufficientDataHealthStatus};
use http::Method;

use crate::aws::Refused;
use crate::check_types::{CONTROL, control, metric};
use crate::checks::make;
use crate::raw::route53;
use crate::zone::{Zone, a, create, delete, upsert};

const IPV4: &str = "192.0.2.1";

async fn config_of(zone: &Zone, id: &str) -> HealthCheckConfig {
    let found = zone.client.get_health_check().health_check_id(id);
    let check = found.send().await.unwrap().health_check.unwrap();
    check.health_check_config.unwrap()
}

#[tokio::test]
async fn m01_a_check_of_an_alarm_or_a_routing_control_comes_back_as_it_was_given() {
    let zone = Zone::example().await;
    let status = InsufficientDataHealthStatus::LastKnownStatus;
    let given = metric().insufficient_data_health_status(status.clone());
    let id = make(&zone.client, "metric", given).await.unwrap();
    let config = config_of(&zone, &id).await;
    let alarm = config.alarm_identifier().unwrap();
    assert_eq!(
        (alarm.name(), alarm.region().as_str()),
        ("errors", "eu-west-1")
    );
    assert_eq!(config.insufficient_data_health_status(), Some(&status));
    let id = make(&zone.client, "control", control()).await.unwrap();
    let config = config_of(&zone, &id).await;
    assert_eq!(config.routing_control_arn(), Some(CONTROL));
}

#[tokio::test]
async fn m02_a_check_is_deleted_once() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    let delete = || zone.client.delete_health_check().health_check_id(&id);
    delete().send().await.unwrap();
    let expected = format!("A health check with id {id} does not exist.");
    assert_eq!(
        delete().send().await.refused(),
        ("NoSuchHealthCheck".to_owned(), expected)
    );
}

#[tokio::test]
async fn m03_deleting_a_set_leaves_others_with_its_identifier() {
    let zone = Zone::example().await;
    let set = |name: &str| a(name, IPV4).set_identifier("eu").weight(1);
    zone.change(["s1.example.com", "s2.example.com"].map(|name| create(set(name))))
        .await;
    zone.change([delete(set("s1.example.com"))]).await;
    assert_eq!(zone.names().await, ["s2.example.com. A"]);
}

#[tokio::test]
async fn m04_a_set_is_deleted_once() {
    let zone = Zone::example().await;
    zone.change([create(a("www.example.com", IPV4))]).await;
    zone.change([delete(a("www.example.com", IPV4))]).await;
    let text = zone.refusal([delete(a("www.example.com", IPV4))]).await;
    assert!(text.ends_with("but it was not found]"), "{text}");
}

/// The SDK for Rust fails to read `True`.
#[tokio::test]
async fn m05_booleans_are_lower_case_on_the_wire() {
    let zone = Zone::example().await;
    let inverted = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Http)
        .fully_qualified_domain_name("www.example.org")
        .inverted(true);
    let id = make(&zone.client, "one", inverted).await.unwrap();
    let answer = route53(&zone.aws, Method::GET, &format!("healthcheck/{id}"), "");
    for element in ["<Inverted>true</Inverted>", "<Disabled>false</Disabled>"] {
        assert!(answer.body.contains(element), "{}", answer.body);
    }
}

#[tokio::test]
async fn m06_every_change_has_an_id_of_its_own() {
    let zone = Zone::example().await;
    let mut ids = BTreeSet::new();
    for _ in 0..3 {
        let sent = zone.send([upsert(a("www.example.com", IPV4))]).await;
        ids.insert(sent.unwrap().change_info().unwrap().id().to_owned());
    }
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn m07_a_deleted_check_frees_neither_its_reference_nor_another() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    let gone = zone.client.delete_health_check().health_check_id(id);
    gone.send().await.unwrap();
    let config = || {
        HealthCheckConfig::builder()
            .r#type(HealthCheckType::Http)
            .fully_qualified_domain_name("www.example.org")
    };
    let refused = make(&zone.client, "one", config()).await.unwrap_err();
    assert_eq!(refused.0, "HealthCheckAlreadyExists");
    make(&zone.client, "two", config()).await.unwrap();
}

#[tokio::test]
async fn m08_a_zone_is_created_again_by_its_reference_neither_with_its_name_nor_another() {
    let zone = Zone::example().await;
    let create = |name: &str| {
        let create = zone.client.create_hosted_zone().name(name);
        create.caller_reference("one").send()
    };
    create("example.org").await.unwrap();
    for name in ["example.org", "example.net"] {
        let (code, _) = create(name).await.refused();
        assert_eq!(code, "HostedZoneAlreadyExists", "{name}");
    }
}
