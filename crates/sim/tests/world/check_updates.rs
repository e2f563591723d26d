//! Health checks are changed by version; some elements can only be reset, some can never change.
//!
//! Source: `UpdateHealthCheck`, Route 53 API Reference.

use aws_sdk_route53::operation::update_health_check::builders::UpdateHealthCheckFluentBuilder;
use aws_sdk_route53::types::{
    HealthCheck, HealthCheckConfig, HealthCheckRegion, HealthCheckType, ResettableElementName,
};
use http::Method;

use crate::aws::Refused;
use crate::checks::make;
use crate::raw::{Sent, route53};
use crate::zone::Zone;

const ADDRESS: &str = "192.0.2.1";

async fn done(update: UpdateHealthCheckFluentBuilder) -> HealthCheck {
    update.send().await.unwrap().health_check.unwrap()
}

async fn refusal(update: UpdateHealthCheckFluentBuilder) -> (String, String) {
    update.send().await.refused()
}

/// A check of an address, and how to update it.
async fn of_address(zone: &Zone) -> impl Fn() -> UpdateHealthCheckFluentBuilder {
    let config = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Http)
        .ip_address(ADDRESS)
        .fully_qualified_domain_name("www.example.org")
        .resource_path("/ready")
        .regions(HealthCheckRegion::EuWest1)
        .regions(HealthCheckRegion::UsEast1)
        .regions(HealthCheckRegion::SaEast1);
    let id = make(&zone.client, "address", config).await.unwrap();
    update_of(zone, id)
}

fn update_of(zone: &Zone, id: String) -> impl Fn() -> UpdateHealthCheckFluentBuilder {
    let client = zone.client.clone();
    move || client.update_health_check().health_check_id(&id)
}

fn raw(zone: &Zone, id: &str, members: &str) -> Sent {
    let body = format!(
        "<UpdateHealthCheckRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         {members}</UpdateHealthCheckRequest>"
    );
    route53(&zone.aws, Method::POST, &format!("healthcheck/{id}"), &body)
}

#[tokio::test]
async fn u01_every_update_is_a_new_version_and_changes_what_it_gives() {
    let zone = Zone::example().await;
    let update = of_address(&zone).await;
    let check = done(update().failure_threshold(5).inverted(true)).await;
    assert_eq!(check.health_check_version(), 2);
    let config = check.health_check_config().unwrap();
    assert_eq!(config.failure_threshold(), Some(5));
    assert_eq!(config.inverted(), Some(true));
    assert_eq!(config.resource_path(), Some("/ready"));
    let check = done(update()).await;
    assert_eq!(check.health_check_version(), 3);
    assert_eq!(check.health_check_config(), Some(config));
    let found = zone.client.get_health_check().health_check_id(check.id());
    let found = found.send().await.unwrap().health_check.unwrap();
    assert_eq!(found, check);
}

#[tokio::test]
async fn u02_a_version_that_is_not_the_current_one_is_refused() {
    let zone = Zone::example().await;
    let update = of_address(&zone).await;
    done(update().health_check_version(1).port(8080)).await;
    for version in [1, 3] {
        let (code, message) = refusal(update().health_check_version(version).port(80)).await;
        assert_eq!(code, "HealthCheckVersionMismatch");
        let expected = "The value of HealthCheckVersion in the request doesn't match the value of \
                        HealthCheckVersion in the health check.";
        assert_eq!(message, expected);
    }
    let id = done(update()).await.id;
    let stale = "<HealthCheckVersion>1</HealthCheckVersion>";
    assert_eq!(raw(&zone, &id, stale).status, 409);
    assert_eq!(
        refusal(update().health_check_version(0)).await.0,
        "InvalidInput"
    );
}

#[tokio::test]
async fn u03_optional_elements_are_cleared_by_resetting_them() {
    let zone = Zone::example().await;
    let update = of_address(&zone).await;
    let check = done(
        update()
            .reset_elements(ResettableElementName::FullyQualifiedDomainName)
            .reset_elements(ResettableElementName::Regions)
            .reset_elements(ResettableElementName::ResourcePath),
    )
    .await;
    let config = check.health_check_config().unwrap();
    assert_eq!(config.fully_qualified_domain_name(), None);
    assert_eq!(config.resource_path(), None);
    assert_eq!(config.regions(), []);
    assert_eq!(config.ip_address(), Some(ADDRESS));
    let both = update()
        .reset_elements(ResettableElementName::ResourcePath)
        .resource_path("/");
    assert_eq!(refusal(both).await.0, "InvalidInput");
    let unknown = update().reset_elements(ResettableElementName::from("Port"));
    let (_, message) = refusal(unknown).await;
    assert!(message.contains("'resetElements.1.member'"), "{message}");
}

#[tokio::test]
async fn u04_children_are_replaced_or_reset() {
    let zone = Zone::example().await;
    let [one, two] = [
        zone.check("one", "a.example.org").await,
        zone.check("two", "b.example.org").await,
    ];
    let config = HealthCheckConfig::builder()
        .r#type(HealthCheckType::Calculated)
        .child_health_checks(&one)
        .health_threshold(1);
    let id = make(&zone.client, "both", config).await.unwrap();
    let update = update_of(&zone, id.clone());
    let check = done(
        update()
            .child_health_checks(&one)
            .child_health_checks(&two)
            .health_threshold(2),
    )
    .await;
    let config = check.health_check_config().unwrap();
    assert_eq!(config.child_health_checks(), [one, two]);
    assert_eq!(config.health_threshold(), Some(2));
    assert_eq!(
        refusal(update().child_health_checks(&id)).await.0,
        "InvalidInput"
    );
    let reset = update().reset_elements(ResettableElementName::ChildHealthChecks);
    let check = done(reset).await;
    assert_eq!(
        check.health_check_config().unwrap().child_health_checks(),
        [] as [String; 0]
    );
}

#[tokio::test]
async fn u05_what_can_not_change_is_no_member_of_the_request() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    for member in [
        "<Type>TCP</Type>",
        "<RequestInterval>30</RequestInterval>",
        "<MeasureLatency>true</MeasureLatency>",
        "<RoutingControlArn>arn</RoutingControlArn>",
    ] {
        let answer = raw(&zone, &id, member);
        assert_eq!(answer.status, 400);
        let expected = "<Code>InvalidInput</Code><Message>Invalid XML ; cvc-complex-type.2.4.a";
        assert!(answer.body.contains(expected), "{}", answer.body);
    }
}

#[tokio::test]
async fn u06_an_address_is_changed_but_neither_added_nor_left_out() {
    let zone = Zone::example().await;
    let update = of_address(&zone).await;
    let check = done(update().ip_address("192.0.2.2")).await;
    let config = check.health_check_config().unwrap();
    assert_eq!(config.ip_address(), Some("192.0.2.2"));
    let named = update_of(&zone, zone.check("name", "www.example.org").await);
    assert_eq!(refusal(named().ip_address(ADDRESS)).await.0, "InvalidInput");
    let nowhere = named().reset_elements(ResettableElementName::FullyQualifiedDomainName);
    assert_eq!(refusal(nowhere).await.0, "InvalidInput");
}

#[tokio::test]
async fn u07_a_check_that_is_refused_stays_as_it_was() {
    let zone = Zone::example().await;
    let update = of_address(&zone).await;
    let before = zone.aws.world(|world| world.picture());
    for refused in [
        update().failure_threshold(11),
        update().health_threshold(1),
        update().search_string("ready"),
        update().ip_address("10.0.0.1"),
        update().regions(HealthCheckRegion::EuWest1),
    ] {
        assert_eq!(refusal(refused).await.0, "InvalidInput");
    }
    assert_eq!(before, zone.aws.world(|world| world.picture()));
    let unknown = zone.client.update_health_check().health_check_id("none");
    assert_eq!(
        refusal(unknown).await,
        (
            "NoSuchHealthCheck".to_owned(),
            "A health check with id none does not exist.".to_owned()
        )
    );
}

#[tokio::test]
async fn u08_a_reference_is_held_against_the_settings_as_they_are_now() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    done(update_of(&zone, id.clone())().fully_qualified_domain_name("www.example.net")).await;
    let config = |name: &str| {
        HealthCheckConfig::builder()
            .r#type(HealthCheckType::Https)
            .fully_qualified_domain_name(name)
            .request_interval(10)
            .failure_threshold(2)
    };
    let again = make(&zone.client, "one", config("www.example.net")).await;
    assert_eq!(again.unwrap(), id);
    let before = make(&zone.client, "one", config("www.example.org")).await;
    assert_eq!(before.unwrap_err().0, "HealthCheckAlreadyExists");
}
