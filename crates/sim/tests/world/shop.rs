//! The whole path of an application in three Regions, from nothing to serving.

use aws_sdk_dynamodb::types::{TableStatus, TimeToLiveSpecification};
use aws_sdk_globalaccelerator::types::{AcceleratorStatus, HealthState, Protocol};
use aws_sdk_route53::types::{ChangeStatus, ResourceRecordSetRegion};

use crate::accelerator::{Accelerator, endpoint};
use crate::aws::{Aws, HOME};
use crate::table::{AP, EU, NAME, Table, creation};
use crate::zone::{Zone, alias, create};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];

struct Target {
    region: &'static str,
    arn: String,
    dns_name: String,
    zone: String,
}

async fn targets(aws: &Aws) -> Vec<Target> {
    let mut targets = Vec::new();
    for region in REGIONS {
        let found = aws
            .load_balancers(region)
            .describe_load_balancers()
            .send()
            .await
            .unwrap();
        let [only] = found.load_balancers() else {
            panic!("one load balancer in {region}")
        };
        targets.push(Target {
            region,
            arn: only.load_balancer_arn().unwrap().to_owned(),
            dns_name: only.dns_name().unwrap().to_owned(),
            zone: only.canonical_hosted_zone_id().unwrap().to_owned(),
        });
    }
    targets
}

#[tokio::test]
async fn latency_records_with_health_checks_serve_three_regions() {
    let zone = Zone::example().await;
    let mut changes = Vec::new();
    for Target {
        region,
        dns_name,
        zone: hosted_zone,
        ..
    } in targets(&zone.aws).await
    {
        let check = zone.check(region, &dns_name).await;
        let set = alias("api.example.com", &hosted_zone, &dns_name).set_identifier(region);
        let set = set
            .region(ResourceRecordSetRegion::from(region))
            .health_check_id(check);
        changes.push(create(set));
    }
    let sent = zone.send(changes).await.unwrap();
    let change = sent.change_info().unwrap();
    assert_eq!(*change.status(), ChangeStatus::Pending);
    zone.aws.pass(30);
    let change = zone
        .client
        .get_change()
        .id(change.id())
        .send()
        .await
        .unwrap();
    assert_eq!(
        *change.change_info().unwrap().status(),
        ChangeStatus::Insync
    );
    let serving = zone
        .aws
        .world(|world| world.serving_regions("api.example.com"));
    assert!(
        serving
            .iter()
            .eq(["ap-northeast-1", "eu-west-1", "us-east-1"])
    );
}

#[tokio::test]
async fn an_accelerator_with_an_alias_serves_three_regions() {
    let shop = Accelerator::example().await;
    let listener = shop.listener(443, 443, Protocol::Tcp).await;
    for Target { region, arn, .. } in targets(&shop.aws).await {
        let made = shop.client.create_endpoint_group().listener_arn(&listener);
        let made = made
            .endpoint_group_region(region)
            .endpoint_configurations(endpoint(&arn));
        made.send().await.unwrap();
    }
    assert_eq!(shop.status().await, AcceleratorStatus::InProgress);
    shop.aws.settle();
    assert_eq!(shop.status().await, AcceleratorStatus::Deployed);
    let groups = shop
        .client
        .list_endpoint_groups()
        .listener_arn(&listener)
        .send()
        .await
        .unwrap();
    for group in groups.endpoint_groups() {
        assert_eq!(
            group.endpoint_descriptions()[0].health_state(),
            Some(&HealthState::Healthy)
        );
    }
    let found = shop
        .client
        .describe_accelerator()
        .accelerator_arn(&shop.arn)
        .send()
        .await
        .unwrap();
    let name = found.accelerator().unwrap().dns_name().unwrap();
    let zone = Zone::of(shop.aws).await;
    zone.change([create(alias("shop.example.com", "Z2BJ6XQ5FK7U4H", name))])
        .await;
    assert_eq!(
        zone.aws
            .world(|world| world.serving_regions("shop.example.com"))
            .len(),
        3
    );
}

#[tokio::test]
async fn a_table_gets_two_replicas_then_time_to_live_and_protection() {
    let table = Table(Aws::example());
    creation(&table.client(HOME), NAME).send().await.unwrap();
    table.0.settle();
    for region in [EU, AP] {
        table.add(region).await;
        assert_eq!(table.0.settle(), 30);
    }
    let given = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("expires");
    let update = table.client(HOME).update_time_to_live().table_name(NAME);
    update
        .time_to_live_specification(given.build().unwrap())
        .send()
        .await
        .unwrap();
    for region in REGIONS {
        table.protect(region, true).await.unwrap();
        table.0.settle();
        let found = table.describe(region).await.unwrap();
        assert_eq!(found.table_status(), Some(&TableStatus::Active));
        assert_eq!(found.deletion_protection_enabled(), Some(true));
        let ttl = table
            .client(region)
            .describe_time_to_live()
            .table_name(NAME)
            .send()
            .await;
        let ttl = ttl.unwrap().time_to_live_description.unwrap();
        assert_eq!(ttl.attribute_name(), Some("expires"));
    }
}
