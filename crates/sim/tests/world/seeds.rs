//! Worlds as seeds describe them.

use evenkeel_sim::Seed;

use crate::accelerator::US;
use crate::aws::{Aws, HOME};
use crate::table::{EU, NAME, Table};
use crate::zone::Zone;

#[tokio::test]
async fn p06_a_seed_is_read_from_yaml_and_its_names_are_checked() {
    let seed = r#"
number: 7
account: "111122223333"
zones:
- name: example.com
  recordSets:
  - {name: www.example.com, type: A, values: [192.0.2.1]}
loadBalancers:
- arn: arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop/0123456789abcdef
  scheme: internal
  healthy: false
accelerators:
- {name: old, tags: {app: other}}
tables:
- {name: sessions, regions: [us-east-1, eu-west-1], deletionProtection: true}
quotas: {healthChecks: 10}
knobs: {propagation: 5}
"#;
    let zone = Zone::of(Aws::new(serde_saphyr::from_str(seed).unwrap())).await;
    assert_eq!(zone.names().await, ["www.example.com. A"]);
    let found = zone
        .aws
        .load_balancers(EU)
        .describe_load_balancers()
        .send()
        .await
        .unwrap();
    let name = found.load_balancers()[0].dns_name().unwrap();
    assert_eq!(
        name,
        "internal-shop-0123456789abcdef.elb.eu-west-1.amazonaws.com"
    );
    let listed = zone
        .aws
        .accelerators()
        .list_accelerators()
        .send()
        .await
        .unwrap();
    assert_eq!(listed.accelerators()[0].name(), Some("old"));
    let table = Table(zone.aws.clone());
    assert_eq!(table.status(EU).await, "ACTIVE [us-east-1 ACTIVE]");
    assert_eq!(table.delete(EU).await.unwrap_err().0, "ValidationException");
    for wrong in [
        "colour: red",
        "zones: [{name: ''}]",
        "loadBalancers: [{arn: 'arn:aws:s3:::bucket'}]",
        "tables: [{name: sessions, regions: [mars-north-1]}]",
    ] {
        assert!(serde_saphyr::from_str::<Seed>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn p10_a_load_balancer_that_is_not_there_can_not_fail() {
    let aws = Aws::example();
    let missing = US.replace("shop", "none");
    let error = aws
        .world(|world| world.set_load_balancer_health(&missing, false))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("there is no load balancer {missing:?}")
    );
}

#[tokio::test]
async fn p12_nothing_is_in_progress_in_a_new_world() {
    let table = Table::replicated();
    assert_eq!(table.0.world(|world| world.next_change()), None);
    assert_eq!(table.status(HOME).await, "ACTIVE [eu-west-1 ACTIVE]");
    assert_eq!(table.describe(HOME).await.unwrap().table_name(), Some(NAME));
}
