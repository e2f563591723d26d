//! The health of endpoints: unknown at first, then that of their load balancer.
//!
//! Sources: `EndpointDescription`, AWS Global Accelerator API Reference; "Changing health check
//! options" and "How failover works for unhealthy endpoints", Developer Guide.

use aws_sdk_globalaccelerator::types::HealthState;

use crate::accelerator::{Accelerator, US, endpoint, weighted};

fn set_health(shop: &Accelerator, healthy: bool) {
    shop.aws
        .world(|world| world.set_load_balancer_health(US, healthy))
        .unwrap();
}

#[tokio::test]
async fn g11_a_new_endpoint_is_initial_before_its_health_is_known() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let health = async || state(&shop, arn).await;
    assert_eq!(health().await, HealthState::Initial);
    shop.aws.pass(19);
    assert_eq!(health().await, HealthState::Initial);
    shop.aws.pass(1);
    assert_eq!(health().await, HealthState::Healthy);
    set_health(&shop, false);
    shop.aws.pass(29);
    assert_eq!(health().await, HealthState::Healthy);
    shop.aws.pass(1);
    assert_eq!(health().await, HealthState::Unhealthy);
}

#[tokio::test]
async fn g12_an_endpoint_that_stays_keeps_its_health() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    shop.aws.settle();
    let update = shop.client.update_endpoint_group();
    let update = update.endpoint_group_arn(group.endpoint_group_arn().unwrap());
    let changed = update
        .endpoint_configurations(weighted(US, 0))
        .send()
        .await
        .unwrap();
    let [only] = changed.endpoint_group().unwrap().endpoint_descriptions() else {
        panic!("one endpoint")
    };
    assert_eq!(only.health_state(), Some(&HealthState::Healthy));
}

#[tokio::test]
async fn g17_an_endpoint_that_comes_back_is_initial_again() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    let update = || shop.client.update_endpoint_group().endpoint_group_arn(arn);
    shop.aws.pass(10);
    update()
        .set_endpoint_configurations(Some(Vec::new()))
        .send()
        .await
        .unwrap();
    update()
        .endpoint_configurations(endpoint(US))
        .send()
        .await
        .unwrap();
    shop.aws.pass(19);
    let found = shop.found(arn).await;
    assert_eq!(
        found.endpoint_descriptions()[0].health_state(),
        Some(&HealthState::Initial)
    );
    shop.aws.pass(1);
    let found = shop.found(arn).await;
    assert_eq!(
        found.endpoint_descriptions()[0].health_state(),
        Some(&HealthState::Healthy)
    );
}

#[tokio::test]
async fn g25_a_new_endpoint_that_fails_its_first_checks_is_unhealthy() {
    let shop = Accelerator::example().await;
    let set = |healthy| set_health(&shop, healthy);
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    shop.aws.pass(10);
    set(false);
    shop.aws.pass(9);
    assert_eq!(state(&shop, arn).await, HealthState::Initial);
    shop.aws.pass(1);
    assert_eq!(state(&shop, arn).await, HealthState::Unhealthy);
}

#[tokio::test]
async fn g26_a_failure_that_is_over_before_it_is_detected_changes_nothing() {
    let shop = Accelerator::example().await;
    let set = |healthy| set_health(&shop, healthy);
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    shop.aws.settle();
    set(false);
    shop.aws.pass(29);
    set(true);
    shop.aws.pass(60);
    assert_eq!(state(&shop, arn).await, HealthState::Healthy);
    set(false);
    shop.aws.pass(30);
    assert_eq!(state(&shop, arn).await, HealthState::Unhealthy);
    set(true);
    shop.aws.pass(30);
    assert_eq!(state(&shop, arn).await, HealthState::Healthy);
}

#[tokio::test]
async fn g27_a_load_balancer_is_healthy_while_every_target_group_has_a_healthy_target() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    for (name, registered, healthy, expected) in [
        ("web", 3, 1, HealthState::Healthy),
        ("api", 2, 0, HealthState::Unhealthy),
        ("api", 2, 2, HealthState::Healthy),
        ("web", 3, 0, HealthState::Unhealthy),
        ("web", 3, 3, HealthState::Healthy),
    ] {
        shop.aws
            .world(|world| world.set_targets(US, name, registered, healthy))
            .unwrap();
        shop.aws.settle();
        assert_eq!(state(&shop, arn).await, expected, "{name} {healthy}");
    }
}

#[tokio::test]
async fn g28_a_health_check_of_the_group_does_not_judge_a_load_balancer() {
    let shop = Accelerator::example().await;
    let (_, group) = shop.group().await;
    let arn = group.endpoint_group_arn().unwrap();
    shop.aws.settle();
    let update = shop.client.update_endpoint_group().endpoint_group_arn(arn);
    let update = update.health_check_interval_seconds(10).threshold_count(1);
    update.send().await.unwrap();
    set_health(&shop, false);
    shop.aws.pass(29);
    assert_eq!(state(&shop, arn).await, HealthState::Healthy);
    shop.aws.pass(1);
    assert_eq!(state(&shop, arn).await, HealthState::Unhealthy);
}

async fn state(shop: &Accelerator, arn: &str) -> HealthState {
    let found = shop.found(arn).await;
    let [only] = found.endpoint_descriptions() else {
        panic!("one endpoint")
    };
    assert_eq!(only.health_reason(), None, "the model promises nothing");
    only.health_state().unwrap().clone()
}
