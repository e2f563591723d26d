//! What the SDK itself does with the world's errors: a quota is retried as if it were a throttle,
//! and a waiter looks at less than there is.
//!
//! Sources: "Retry behavior", AWS SDKs and Tools Reference Guide; `TableExists` and
//! `ResourceRecordSetsChanged`, waiters in the AWS SDK for Rust.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_route53::client::Waiters as _;
use aws_smithy_types::retry::RetryConfig;
use evenkeel_sim::{Effect, Fault, Quotas, Seed, Service};

use crate::accelerator::Accelerator;
use crate::aws::{Aws, HOME, Refused};
use crate::table::{EU, NAME, Table, creation, removing};
use crate::zone::{Zone, a, create};

/// As the SDK retries by default, but for the pause before each attempt.
fn standard() -> RetryConfig {
    RetryConfig::standard().with_initial_backoff(Duration::from_millis(1))
}

fn accelerators(aws: &Aws) -> aws_sdk_globalaccelerator::Client {
    let config = aws.accelerators().config().to_builder();
    let config = config.retry_config(standard());
    aws_sdk_globalaccelerator::Client::from_conf(config.build())
}

fn tables(aws: &Aws) -> aws_sdk_dynamodb::Client {
    let config = aws.tables(HOME).config().to_builder();
    let config = config.retry_config(standard());
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

fn calls(aws: &Aws, operation: &str) -> usize {
    aws.world(|world| {
        let calls = world.calls().iter();
        calls.filter(|call| call.operation == operation).count()
    })
}

fn refuse(service: Service, operation: &str, code: &str) -> Fault {
    Fault {
        service,
        operation: operation.to_owned(),
        skip: 0,
        times: 2,
        effect: Effect::Refuse {
            status: 400,
            code: code.to_owned(),
            message: String::new(),
        },
    }
}

#[tokio::test]
async fn q01_a_quota_is_tried_three_times_before_it_is_told() {
    let quotas = Quotas {
        accelerators: 0,
        tables: 0,
        ..Quotas::default()
    };
    let aws = Aws::new(Seed {
        quotas,
        ..Seed::empty()
    });
    let made = accelerators(&aws).create_accelerator().name("shop").send();
    assert_eq!(made.await.refused().0, "LimitExceededException");
    assert_eq!(calls(&aws, "CreateAccelerator"), 3);
    let made = creation(&tables(&aws), NAME).send().await;
    assert_eq!(made.refused().0, "LimitExceededException");
    assert_eq!(calls(&aws, "CreateTable"), 3);
}

#[tokio::test]
async fn q02_a_transaction_in_progress_is_waited_for() {
    let shop = Accelerator::example().await;
    let code = "TransactionInProgressException";
    let fault = refuse(Service::GlobalAccelerator, "UpdateAccelerator", code);
    shop.aws.world(|world| world.inject(fault));
    let update = accelerators(&shop.aws).update_accelerator();
    let update = update.accelerator_arn(&shop.arn).enabled(false);
    let updated = update.send().await.unwrap();
    assert_eq!(updated.accelerator().unwrap().enabled(), Some(false));
    assert_eq!(calls(&shop.aws, "UpdateAccelerator"), 3);
}

#[tokio::test]
async fn q03_what_is_in_use_or_wrong_is_told_at_once() {
    let table = Table::replicated();
    table.add("us-west-2").await;
    let before = calls(&table.0, "UpdateTable");
    let client = tables(&table.0);
    let busy = client.update_table().table_name(NAME);
    let busy = busy.deletion_protection_enabled(true).send().await;
    assert_eq!(busy.refused().0, "ResourceInUseException");
    assert_eq!(calls(&table.0, "UpdateTable"), before + 1);
    let wrong = client.update_table().table_name(NAME);
    let wrong = wrong.replica_updates(removing("eu-north-1")).send().await;
    assert_eq!(wrong.refused().0, "ValidationException");
    assert_eq!(calls(&table.0, "UpdateTable"), before + 2);
}

#[tokio::test]
async fn q04_a_busy_hosted_zone_is_waited_for() {
    let aws = Aws::example();
    let fault = refuse(
        Service::Route53,
        "ListHostedZones",
        "PriorRequestNotComplete",
    );
    aws.world(|world| world.inject(fault));
    let config = aws.route53().config().to_builder();
    let client = aws_sdk_route53::Client::from_conf(config.retry_config(standard()).build());
    client.list_hosted_zones().send().await.unwrap();
    assert_eq!(calls(&aws, "ListHostedZones"), 3);
}

#[tokio::test]
async fn q05_the_waiter_for_a_table_does_not_look_at_its_replicas() {
    let table = Table::replicated();
    table.update(HOME, vec![removing(EU)]).await.unwrap();
    table.0.pass(35);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 DELETING]");
    let wait = tables(&table.0).wait_until_table_exists();
    wait.table_name(NAME)
        .wait(Duration::from_mins(1))
        .await
        .unwrap();
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 DELETING]");
}

#[tokio::test(start_paused = true)]
async fn q06_the_waiter_for_a_change_waits_until_it_is_in_sync() {
    let zone = Zone::example().await;
    let sent = zone.send([create(a("www.example.com", "192.0.2.1"))]).await;
    let id = sent.unwrap().change_info.unwrap().id;
    let aws = zone.aws.clone();
    let clock = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            aws.pass(1);
        }
    });
    let wait = zone.client.wait_until_resource_record_sets_changed().id(id);
    wait.wait(Duration::from_mins(30)).await.unwrap();
    clock.abort();
    assert!(calls(&zone.aws, "GetChange") > 1);
}
