//! The whole path of an application in three Regions, from nothing to serving.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateReplicationGroupMemberAction, KeySchemaElement,
    KeyType, ReplicationGroupUpdate, ScalarAttributeType, TableStatus, TimeToLiveSpecification,
};
use aws_sdk_globalaccelerator::types::{
    AcceleratorStatus, EndpointConfiguration, HealthState, PortRange, Protocol, Tag,
};
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, HealthCheckConfig,
    HealthCheckType, ResourceRecordSet, ResourceRecordSetRegion, RrType,
};

use crate::aws::{Aws, Refused};

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
    let aws = Aws::example();
    let route53 = aws.route53();
    let zones = route53
        .list_hosted_zones_by_name()
        .dns_name("example.com")
        .send()
        .await
        .unwrap();
    let zone = zones.hosted_zones()[0].id().to_owned();
    let mut batch = ChangeBatch::builder();
    for (index, target) in targets(&aws).await.into_iter().enumerate() {
        let check = route53
            .create_health_check()
            .caller_reference(format!("check-{index}"))
            .health_check_config(
                HealthCheckConfig::builder()
                    .r#type(HealthCheckType::Https)
                    .fully_qualified_domain_name(&target.dns_name)
                    .resource_path("/health")
                    .request_interval(10)
                    .failure_threshold(2)
                    .build()
                    .unwrap(),
            )
            .send()
            .await
            .unwrap();
        let set = ResourceRecordSet::builder()
            .name("api.example.com")
            .r#type(RrType::A)
            .set_identifier(target.region)
            .region(ResourceRecordSetRegion::from(target.region))
            .health_check_id(check.health_check().unwrap().id())
            .alias_target(
                AliasTarget::builder()
                    .hosted_zone_id(target.zone)
                    .dns_name(target.dns_name)
                    .evaluate_target_health(true)
                    .build()
                    .unwrap(),
            )
            .build()
            .unwrap();
        let change = Change::builder()
            .action(ChangeAction::Create)
            .resource_record_set(set)
            .build();
        batch = batch.changes(change.unwrap());
    }
    let changed = route53
        .change_resource_record_sets()
        .hosted_zone_id(&zone)
        .change_batch(batch.build().unwrap())
        .send()
        .await
        .unwrap();
    let change = changed.change_info().unwrap();
    assert_eq!(*change.status(), ChangeStatus::Pending);
    aws.pass(30);
    let change = route53.get_change().id(change.id()).send().await.unwrap();
    assert_eq!(
        *change.change_info().unwrap().status(),
        ChangeStatus::Insync
    );
    let serving = aws.world(|world| world.serving_regions("api.example.com"));
    assert_eq!(
        serving.into_iter().collect::<Vec<_>>(),
        ["ap-northeast-1", "eu-west-1", "us-east-1"]
    );
}

#[tokio::test]
async fn an_accelerator_with_an_alias_serves_three_regions() {
    let aws = Aws::example();
    let client = aws.accelerators();
    let made = client
        .create_accelerator()
        .name("shop")
        .idempotency_token("token")
        .tags(Tag::builder().key("app").value("shop").build().unwrap())
        .send()
        .await
        .unwrap();
    let accelerator = made.accelerator().unwrap();
    assert_eq!(accelerator.status(), Some(&AcceleratorStatus::InProgress));
    let arn = accelerator.accelerator_arn().unwrap();
    let listener = client
        .create_listener()
        .accelerator_arn(arn)
        .protocol(Protocol::Tcp)
        .port_ranges(PortRange::builder().from_port(443).to_port(443).build())
        .send()
        .await
        .unwrap();
    let listener = listener.listener().unwrap().listener_arn().unwrap();
    for target in targets(&aws).await {
        client
            .create_endpoint_group()
            .listener_arn(listener)
            .endpoint_group_region(target.region)
            .endpoint_configurations(
                EndpointConfiguration::builder()
                    .endpoint_id(target.arn)
                    .build(),
            )
            .send()
            .await
            .unwrap();
    }
    aws.settle();
    let found = client
        .describe_accelerator()
        .accelerator_arn(arn)
        .send()
        .await
        .unwrap();
    assert_eq!(
        found.accelerator().unwrap().status(),
        Some(&AcceleratorStatus::Deployed)
    );
    let groups = client
        .list_endpoint_groups()
        .listener_arn(listener)
        .send()
        .await
        .unwrap();
    for group in groups.endpoint_groups() {
        assert_eq!(
            group.endpoint_descriptions()[0].health_state(),
            Some(&HealthState::Healthy)
        );
    }

    let route53 = aws.route53();
    let zones = route53.list_hosted_zones().send().await.unwrap();
    let set = ResourceRecordSet::builder()
        .name("shop.example.com")
        .r#type(RrType::A)
        .alias_target(
            AliasTarget::builder()
                .hosted_zone_id("Z2BJ6XQ5FK7U4H")
                .dns_name(accelerator.dns_name().unwrap())
                .evaluate_target_health(true)
                .build()
                .unwrap(),
        )
        .build()
        .unwrap();
    let change = Change::builder()
        .action(ChangeAction::Create)
        .resource_record_set(set)
        .build();
    route53
        .change_resource_record_sets()
        .hosted_zone_id(zones.hosted_zones()[0].id())
        .change_batch(
            ChangeBatch::builder()
                .changes(change.unwrap())
                .build()
                .unwrap(),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(
        aws.world(|world| world.serving_regions("shop.example.com"))
            .len(),
        3
    );
}

#[tokio::test]
async fn a_table_gets_two_replicas_then_protection_and_time_to_live() {
    let aws = Aws::example();
    let client = aws.tables("us-east-1");
    client
        .create_table()
        .table_name("sessions")
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name("id")
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap(),
        )
        .key_schema(
            KeySchemaElement::builder()
                .attribute_name("id")
                .key_type(KeyType::Hash)
                .build()
                .unwrap(),
        )
        .send()
        .await
        .unwrap();
    aws.settle();
    for region in ["eu-west-1", "ap-northeast-1"] {
        let create = CreateReplicationGroupMemberAction::builder()
            .region_name(region)
            .build()
            .unwrap();
        client
            .update_table()
            .table_name("sessions")
            .replica_updates(ReplicationGroupUpdate::builder().create(create).build())
            .send()
            .await
            .unwrap();
        assert_eq!(aws.settle(), 30);
    }
    let specification = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("expires");
    client
        .update_time_to_live()
        .table_name("sessions")
        .time_to_live_specification(specification.build().unwrap())
        .send()
        .await
        .unwrap();
    for region in REGIONS {
        let client = aws.tables(region);
        client
            .update_table()
            .table_name("sessions")
            .deletion_protection_enabled(true)
            .send()
            .await
            .unwrap();
        aws.settle();
        let found = client
            .describe_table()
            .table_name("sessions")
            .send()
            .await
            .unwrap();
        let table = found.table().unwrap();
        assert_eq!(table.table_status(), Some(&TableStatus::Active));
        assert_eq!(table.deletion_protection_enabled(), Some(true));
        let others: Vec<_> = table
            .replicas()
            .iter()
            .filter_map(|it| it.region_name())
            .collect();
        assert_eq!(others.len(), 2);
        assert!(!others.contains(&region));
        let ttl = client
            .describe_time_to_live()
            .table_name("sessions")
            .send()
            .await
            .unwrap();
        let ttl = ttl.time_to_live_description().unwrap();
        assert_eq!(ttl.attribute_name(), Some("expires"));
    }
}

#[tokio::test]
async fn the_caller_is_told_who_it_is() {
    let identity = Aws::example()
        .identity()
        .get_caller_identity()
        .send()
        .await
        .unwrap();
    assert_eq!(identity.account(), Some("123456789012"));
    assert_eq!(identity.user_id(), Some("AKIAIOSFODNN7EXAMPLE"));
}

#[tokio::test]
async fn a_load_balancer_that_is_not_there_refuses_the_request() {
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/none/0123456789abcdef";
    let client = Aws::example().load_balancers("eu-west-1");
    let found = client
        .describe_load_balancers()
        .load_balancer_arns(arn)
        .send()
        .await;
    let (code, message) = found.refused();
    assert_eq!(code, "LoadBalancerNotFound");
    assert_eq!(message, "One or more load balancers not found");
}
