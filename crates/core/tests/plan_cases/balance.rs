//! A world in balance: everything declared was carried out on an empty AWS, and has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_core::failure::Read;
use evenkeel_core::identity::Installation;
use evenkeel_core::load_balancer::{Kind, LoadBalancer, Scheme};
use evenkeel_core::names::{
    AcceleratorArn, ChangeId, EndpointGroupArn, HealthCheckId, ListenerArn, LoadBalancerArn,
    TableArn, TableId, ZoneId,
};
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::{Action, Effect};
use evenkeel_core::route53::Records;
use evenkeel_core::settings::Settings;
use evenkeel_core::waves::{self, Declared, World};
use evenkeel_core::{dynamodb, global_accelerator, route53};

pub(crate) const NOW: &str = "2026-11-24T10:00:00Z";
pub(crate) const ZONE: &str = "Z0EXAMPLE";

pub(crate) struct Balance {
    pub(crate) declared: Declared,
    pub(crate) world: World,
}

pub(crate) fn settings() -> Settings {
    Settings::of(Installation {
        fleet: "prod".parse().unwrap(),
        writer: "cluster-a".parse().unwrap(),
        former_writers: BTreeSet::from(["cluster-old".parse().unwrap()]),
    })
}

impl Balance {
    pub(crate) fn of(mut declared: Declared) -> Self {
        let mut world = empty();
        let before = "2026-11-01T00:00:00Z".parse().unwrap();
        waves::waves(
            &mut declared,
            &mut world,
            &settings(),
            before,
            &mut effect(0),
        )
        .unwrap();
        Self { declared, world }
    }
}

/// An account with a zone, the load balancers of the example, and nothing else; every part of it was read.
fn empty() -> World {
    let zone = ZoneId::new(ZONE);
    let mut observed = Observed::default();
    observed.route53.zones_by_name.insert(
        "example.com".to_owned(),
        Read::Known(BTreeSet::from([zone.clone()])),
    );
    let records = Records {
        zone_name: "example.com".to_owned(),
        sets: BTreeMap::new(),
    };
    observed.route53.records.insert(zone, Read::Known(records));
    observed.route53.health_checks = Read::Known(BTreeMap::new());
    observed.global_accelerator.accelerators = Read::Known(BTreeMap::new());
    for table in ["sessions", "orders"] {
        let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"];
        let absent = regions
            .iter()
            .map(|region| (region.parse().unwrap(), Read::Known(None)));
        observed
            .dynamodb
            .insert(table.parse().unwrap(), absent.collect());
    }
    let load_balancers = [
        ("us-east-1", "50dc6c495c0c9188"),
        ("eu-west-1", "f2f7dc8efc522ab2"),
        ("eu-west-1", "aaaaaaaaaaaaaaaa"),
        ("ap-northeast-1", "73e2d6bc24d8a067"),
    ];
    World {
        observed,
        load_balancers: load_balancers
            .iter()
            .map(|(region, id)| {
                let text = format!(
                    "arn:aws:elasticloadbalancing:{region}:123456789012:loadbalancer/app/shop/{id}"
                );
                let arn: LoadBalancerArn = text.parse().unwrap();
                let found = LoadBalancer {
                    arn: arn.clone(),
                    dns_name: format!("shop-{}.{region}.elb.amazonaws.com", &id[..4]),
                    zone: format!("ZELB{region}"),
                    kind: Kind::Application,
                    scheme: Scheme::InternetFacing,
                };
                (arn, Read::Known(Some(found)))
            })
            .collect(),
    }
}

/// Replies with ids that count up from there.
pub(crate) fn effect(first: u32) -> impl FnMut(&Action) -> Effect {
    let mut n = first;
    move |action| {
        n += 1;
        match action {
            Action::Route53(route53::Action::CreateHealthCheck { .. }) => {
                Effect::HealthCheckCreated {
                    id: HealthCheckId::new(format!("check-{n}")),
                }
            }
            Action::Route53(route53::Action::ChangeRecordSets(_)) => Effect::RecordSetsChanged {
                change: ChangeId::new(format!("C{n}")),
            },
            Action::GlobalAccelerator(global_accelerator::Action::CreateAccelerator { .. }) => {
                Effect::AcceleratorCreated {
                    arn: AcceleratorArn::new(format!("acc-{n}")),
                    dns_name: format!("a{n}.awsglobalaccelerator.com"),
                    addresses: vec!["192.0.2.1".to_owned(), "198.51.100.1".to_owned()],
                }
            }
            Action::GlobalAccelerator(global_accelerator::Action::CreateListener { .. }) => {
                Effect::ListenerCreated {
                    arn: ListenerArn::new(format!("listener-{n}")),
                }
            }
            Action::GlobalAccelerator(global_accelerator::Action::CreateGroup { .. }) => {
                Effect::GroupCreated {
                    arn: EndpointGroupArn::new(format!("group-{n}")),
                }
            }
            Action::DynamoDb(dynamodb::Action {
                table,
                region,
                call: dynamodb::Call::CreateTable { .. },
            }) => Effect::TableCreated {
                arn: TableArn::new(format!(
                    "arn:aws:dynamodb:{region}:123456789012:table/{table}"
                )),
                id: TableId::new(format!("table-{n}")),
            },
            Action::Route53(_) | Action::GlobalAccelerator(_) | Action::DynamoDb(_) => Effect::Done,
        }
    }
}
