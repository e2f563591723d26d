//! What an AWS account would say that holds nothing of ours: a plan for it needs no AWS at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Read;
use crate::load_balancer::{Kind, LoadBalancer, Scheme};
use crate::names::{LoadBalancerArn, Region, TableName, ZoneId};
use crate::observed::Observed;
use crate::plan::KNOWN_AFTER_APPLY;
use crate::route53::Records;
use crate::waves::{Declared, World};

/// An account that has the zones and the load balancers that are declared, and nothing else.
pub fn empty_account(declared: &Declared) -> World {
    World {
        observed: observed(declared),
        load_balancers: load_balancers(declared),
    }
}

fn load_balancers(declared: &Declared) -> BTreeMap<LoadBalancerArn, Read<Option<LoadBalancer>>> {
    let arns = declared.endpoints.iter().filter_map(|endpoint| {
        let arn = endpoint.spec.target.load_balancer_arn.as_deref()?;
        arn.parse::<LoadBalancerArn>().ok()
    });
    arns.map(|arn| {
        let assumed = load_balancer(&arn);
        (arn, Read::Known(Some(assumed)))
    })
    .collect()
}

/// The load balancer of that ARN. AWS chooses a number that is part of its DNS name; here that is a `*`.
fn load_balancer(arn: &LoadBalancerArn) -> LoadBalancer {
    let region = arn.region();
    let (kind, dns_name) = match arn.kind_and_name() {
        ("net", name) => (
            Kind::Network,
            format!("{name}-*.elb.{region}.amazonaws.com"),
        ),
        (_, name) => (
            Kind::Application,
            format!("{name}-*.{region}.elb.amazonaws.com"),
        ),
    };
    LoadBalancer {
        arn: arn.clone(),
        dns_name,
        zone: KNOWN_AFTER_APPLY.to_owned(),
        kind,
        scheme: Scheme::InternetFacing,
    }
}

fn observed(declared: &Declared) -> Observed {
    let mut observed = Observed::default();
    let route53 = &mut observed.route53;
    route53.health_checks = Read::Known(BTreeMap::new());
    for app in &declared.apps {
        let dns = &app.spec.dns;
        let (id, zone_name) = match (&dns.hosted_zone_id, &dns.hosted_zone) {
            (Some(id), _) => (ZoneId::new(id), common_domain(&app.spec.hostnames)),
            (None, Some(name)) => {
                let id = ZoneId::new(format!("{KNOWN_AFTER_APPLY} {name}"));
                let ids = BTreeSet::from([id.clone()]);
                route53.zones_by_name.insert(name.clone(), Read::Known(ids));
                (id, name.clone())
            }
            (None, None) => continue,
        };
        let records = Records {
            zone_name,
            ..Records::default()
        };
        route53.records.insert(id, Read::Known(records));
    }
    observed.global_accelerator.accelerators = Read::Known(BTreeMap::new());
    for table in &declared.tables {
        let Ok(name) = table.spec.table_name.parse::<TableName>() else {
            continue;
        };
        let regions = table.spec.replicas.iter();
        let regions = regions.filter_map(|replica| replica.region.parse::<Region>().ok());
        let members = regions.map(|region| (region, Read::Known(None)));
        observed.dynamodb.entry(name).or_default().extend(members);
    }
    observed
}

/// The domain that all these names lie in: a zone that is known by its id alone must at least be that.
fn common_domain(hostnames: &[String]) -> String {
    let labels = |name: &String| name.rsplit('.').map(str::to_owned).collect::<Vec<_>>();
    let common = hostnames.iter().map(labels).reduce(|common, other| {
        let same = common.iter().zip(&other).take_while(|(a, b)| a == b);
        same.map(|(label, _)| label.clone()).collect()
    });
    let mut common = common.unwrap_or_default();
    common.reverse();
    common.join(".")
}
