//! Where AWS does not say what it does, a knob says it.
//!
//! Sources: `ChangeResourceRecordSets` and `CreateHealthCheck`, Route 53 API Reference;
//! `UpdateAccelerator` and `CreateAccelerator`, AWS Global Accelerator API Reference; what they
//! leave open.

use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{HealthCheckConfig, HealthCheckType, RrType};
use evenkeel_sim::{Knobs, Seconds, Seed};

use crate::accelerator::Accelerator;
use crate::aws::{Aws, Refused};
use crate::checks::make;
use crate::zone::{Zone, a, create, delete, records, upsert};

fn seed(knobs: Knobs) -> Seed {
    Seed {
        knobs,
        ..Seed::example()
    }
}

fn with(knobs: Knobs) -> Aws {
    Aws::new(seed(knobs))
}

fn weighted(identifier: &str, ttl: i64) -> ResourceRecordSetBuilder {
    let set = a("www.example.com", "192.0.2.1").set_identifier(identifier);
    set.weight(1).ttl(ttl)
}

#[tokio::test]
async fn x01_a_batch_is_judged_as_it_leaves_the_zone_or_after_each_change() {
    for judges_each_change in [false, true] {
        let knobs = Knobs {
            judges_each_change,
            ..Knobs::default()
        };
        let zone = Zone::of(with(knobs)).await;
        zone.change([create(weighted("one", 60)), create(weighted("two", 60))])
            .await;
        // The first leaves the second with another time to live, until that follows.
        let sent = zone
            .send([upsert(weighted("one", 61)), upsert(weighted("two", 61))])
            .await;
        if judges_each_change {
            let (_, message) = sent.unwrap_err();
            let text = "SetIdentifier one cannot be created as weighted sets must contain the \
                        same TTL.]";
            assert!(message.ends_with(text), "{message}");
        } else {
            sent.unwrap();
        }
        let ttl = if judges_each_change { 60 } else { 61 };
        zone.change([
            delete(weighted("one", ttl)),
            delete(weighted("two", ttl)),
            create(weighted("one", 62)),
            create(weighted("two", 62)),
        ])
        .await;
    }
}

#[tokio::test]
async fn x02_values_are_deleted_in_any_order_or_in_theirs() {
    for orders_values in [false, true] {
        let knobs = Knobs {
            orders_values,
            ..Knobs::default()
        };
        let zone = Zone::of(with(knobs)).await;
        let set = |values: [&str; 2]| records("www.example.com", RrType::A, &values);
        let (here, turned) = (["192.0.2.1", "192.0.2.2"], ["192.0.2.2", "192.0.2.1"]);
        zone.change([create(set(here))]).await;
        let refused = zone.send([delete(set(turned))]).await.is_err();
        assert_eq!(refused, orders_values);
        if orders_values {
            zone.change([delete(set(here))]).await;
        }
    }
}

#[tokio::test]
async fn x03_the_reference_of_a_deleted_check_is_forgotten_after_days() {
    let zone = Zone::example().await;
    let again = async || {
        let config = HealthCheckConfig::builder()
            .r#type(HealthCheckType::Http)
            .fully_qualified_domain_name("www.example.org");
        make(&zone.client, "one", config).await
    };
    let first = again().await.unwrap();
    let gone = zone.client.delete_health_check().health_check_id(&first);
    gone.send().await.unwrap();
    zone.aws.pass(604_799);
    assert_eq!(again().await.unwrap_err().0, "HealthCheckAlreadyExists");
    zone.aws.pass(1);
    assert_ne!(again().await.unwrap(), first);
}

#[tokio::test]
async fn x04_a_transaction_is_in_progress_for_a_while() {
    let knobs = Knobs {
        transaction: Seconds(5),
        ..Knobs::default()
    };
    let shop = Accelerator::of(seed(knobs)).await;
    let update = || {
        let update = shop.client.update_accelerator().accelerator_arn(&shop.arn);
        update.enabled(false).send()
    };
    let refused = update().await.unwrap_err().into_service_error();
    assert!(refused.is_transaction_in_progress_exception());
    let delete = shop.client.delete_accelerator().accelerator_arn(&shop.arn);
    let (code, _) = delete.send().await.refused();
    assert_eq!(code, "TransactionInProgressException");
    // Those on listeners do not have this error.
    shop.group().await;
    shop.aws.pass(5);
    update().await.unwrap();
}

#[tokio::test]
async fn x05_a_token_is_forgotten_after_a_day() {
    let aws = Aws::example();
    let client = aws.accelerators();
    let create = async || {
        let create = client.create_accelerator().name("shop");
        let made = create.idempotency_token("one").send().await.unwrap();
        made.accelerator.unwrap().accelerator_arn.unwrap()
    };
    let first = create().await;
    aws.pass(86_399);
    assert_eq!(create().await, first);
    aws.pass(1);
    assert_ne!(create().await, first);
}

#[tokio::test]
async fn x06_a_token_with_other_parameters_is_refused_or_gives_what_it_made() {
    for tokens_must_match in [true, false] {
        let client = with(Knobs {
            tokens_must_match,
            ..Knobs::default()
        })
        .accelerators();
        let create = async |name: &str| {
            let create = client.create_accelerator().name(name);
            create.idempotency_token("one").send().await
        };
        let first = create("shop").await.unwrap();
        let second = create("other").await;
        if tokens_must_match {
            assert_eq!(second.refused().0, "InvalidArgumentException");
        } else {
            assert_eq!(second.unwrap().accelerator(), first.accelerator());
        }
    }
}
