//! Random installations: what somebody might declare, one state after another.

use std::fmt;

use evenkeel_core::waves::Declared;
use evenkeel_sim::{LoadBalancerArn, Scheme, Seed, seed};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};

/// Runs that many random cases, the same ones every time. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for others.
pub(crate) fn runner(cases: u32, shrinks: u32) -> TestRunner {
    let given = |name| std::env::var(name).ok();
    let number = |text: String| text.parse().unwrap();
    let seed = given("PROPTEST_RNG_SEED").map_or(0, |text| text.parse().unwrap());
    TestRunner::new(ProptestConfig {
        cases: given("PROPTEST_CASES").map_or(cases, number),
        max_shrink_iters: shrinks,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    })
}

/// Where there are load balancers, two in each Region.
const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "ap-northeast-1", "ap-southeast-2"];

/// What is declared at one time.
#[derive(Clone)]
pub(crate) struct Shape(pub(crate) Vec<Value>);

/// One object a line.
impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for object in &self.0 {
            write!(
                f,
                "\n{} {} {}",
                object["kind"], object["metadata"]["name"], object["spec"]
            )?;
        }
        Ok(())
    }
}

impl Shape {
    /// The objects as the API server would hand them out.
    pub(crate) fn declared(&self) -> Declared {
        let mut declared = Declared::default();
        for object in &self.0 {
            let mut object = object.clone();
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            object["metadata"]["namespace"] = json!("default");
            object["metadata"]["uid"] = json!(format!("uid-{name}"));
            object["metadata"]["generation"] = json!(1);
            match object["kind"].as_str() {
                Some("GlobalApp") => declared.apps.push(serde_json::from_value(object).unwrap()),
                Some("RegionEndpoint") => declared
                    .endpoints
                    .push(serde_json::from_value(object).unwrap()),
                Some("GlobalTable") => declared
                    .tables
                    .push(serde_json::from_value(object).unwrap()),
                other => panic!("no such kind: {other:?}"),
            }
        }
        declared
    }
}

/// An account with the load balancers that shapes name, and the zone.
pub(crate) fn seed() -> Seed {
    let arns = REGIONS
        .iter()
        .flat_map(|region| [0, 1].map(|number| arn(region, number)));
    let load_balancers = arns.map(|arn| seed::LoadBalancer {
        arn: LoadBalancerArn::parse(&arn).unwrap(),
        dns_name: Some(dns_name(&arn)),
        scheme: Scheme::default(),
        healthy: true,
    });
    Seed {
        load_balancers: load_balancers.collect(),
        ..Seed::example()
    }
}

fn arn(region: &str, number: usize) -> String {
    let position = REGIONS.iter().position(|known| *known == region).unwrap();
    format!(
        "arn:aws:elasticloadbalancing:{region}:123456789012:loadbalancer/app/shop-{number}/{position:08x}{number:08x}"
    )
}

/// A name that the endpoint's own Region can be told from.
fn dns_name(arn: &str) -> String {
    let words: Vec<&str> = arn.split([':', '/']).collect();
    format!("{}.{}.elb.amazonaws.com", words[7], words[3])
}

/// How the endpoints of a state name their load balancers.
#[derive(Clone, Copy, Debug)]
enum Naming {
    Arn,
    /// By their DNS names in their zones.
    Alias,
    /// By their DNS names alone.
    Cname,
}

fn target(naming: Naming, region: &str, number: usize) -> Value {
    let arn = arn(region, number);
    // Elastic Load Balancing's own zones.
    let zone = match region {
        "us-east-1" => "Z35SXDOTRQ7X7K",
        "eu-west-1" => "Z32O12XQLNTSW2",
        "ap-northeast-1" => "Z14GRHDCWA56QT",
        _ => "Z1GM3OXH4ZPM65",
    };
    match naming {
        Naming::Arn => json!({"loadBalancerArn": arn}),
        Naming::Alias => json!({"hostname": dns_name(&arn), "hostedZoneId": zone}),
        Naming::Cname => json!({"hostname": dns_name(&arn)}),
    }
}

/// Something that may be declared.
pub(crate) fn shape() -> impl Strategy<Value = Shape> {
    regions().prop_flat_map(|regions| {
        let apps = (
            option::of(api(&regions)),
            option::weighted(0.8, shop(&regions)),
        );
        let policy = prop::sample::select(vec!["Retain", "Delete"]);
        (endpoints(regions), apps, option::of(table()), policy).prop_map(
            |(endpoints, (api, shop), table, policy)| {
                let apps = api.into_iter().chain(shop).map(|mut app| {
                    app["spec"]["deletionPolicy"] = json!(policy);
                    app
                });
                Shape(endpoints.into_iter().chain(apps).chain(table).collect())
            },
        )
    })
}

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "evenkeel.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

fn regions() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(REGIONS.to_vec(), 1..=REGIONS.len())
}

fn endpoints(regions: Vec<&'static str>) -> impl Strategy<Value = Vec<Value>> {
    let weight = prop_oneof![3 => Just(128), 1 => 1..=255];
    let dial = prop_oneof![3 => Just(100), 1 => 0..=100];
    let own_check = option::weighted(0.2, check());
    let naming =
        prop_oneof![6 => Just(Naming::Arn), 1 => Just(Naming::Alias), 1 => Just(Naming::Cname)];
    let choices = vec((0..2_usize, weight, dial, own_check), regions.len());
    (naming, choices).prop_map(move |(naming, choices)| {
        let endpoints = regions.iter().zip(choices);
        endpoints
            .map(|(region, (number, weight, dial, own_check))| {
                let target = target(naming, region, number);
                let mut spec = json!({"region": region, "target": target, "weight": weight, "maxDialPercent": dial});
                if let Some(check) = own_check {
                    spec["healthCheck"] = check;
                    spec["healthCheckHostname"] = json!(format!("{region}.example.net"));
                }
                object("RegionEndpoint", region, &spec)
            })
            .collect()
    })
}

/// Mostly endpoints that exist.
fn names(regions: &[&'static str]) -> impl Strategy<Value = Value> + use<> {
    let existing = prop::sample::subsequence(regions.to_vec(), 1..=regions.len());
    prop_oneof![9 => existing, 1 => self::regions()].prop_map(|names| json!({"names": names}))
}

fn api(regions: &[&'static str]) -> impl Strategy<Value = Value> + use<> {
    let dns = (
        prop::sample::select(vec![60, 300]),
        any::<bool>(),
        prop::sample::select(vec!["IPv4", "DualStack"]),
    );
    let policy = (
        prop::sample::select(vec![
            "Latency",
            "Weighted",
            "Failover",
            "Geolocation",
            "Geoproximity",
        ]),
        vec(0..=255_u16, REGIONS.len()),
    );
    (names(regions), dns, policy, option::of(check()), 1..=2).prop_map(
        |(endpoints, (ttl, evaluates, family), (policy, numbers), check, minimum)| {
            let mut spec = json!({
                "hostnames": ["api.example.com"],
                "endpoints": endpoints,
                "dns": {"hostedZone": "example.com", "routing": policy, "ttlSeconds": ttl,
                    "evaluateTargetHealth": evaluates || policy == "Failover", "ipAddressType": family},
                "traffic": {"minServingRegions": minimum},
                "regions": wishes(policy, &numbers),
            });
            if let Some(check) = check {
                spec["healthCheck"] = check;
            }
            object("GlobalApp", "api", &spec)
        },
    )
}

/// What a policy needs to know of each Region, also of those without an endpoint.
fn wishes(policy: &str, numbers: &[u16]) -> Vec<Value> {
    let each = REGIONS.iter().zip(numbers).enumerate();
    let wish = each.filter_map(|(index, (region, number))| {
        let continent = ["NA", "EU", "AS", "OC"][index];
        let (field, value) = match (policy, index) {
            // One in four stands by.
            ("Weighted", _) => ("weight", json!(number.saturating_sub(64))),
            ("Failover", 0) => ("failoverRole", json!("Primary")),
            ("Failover", 1) => ("failoverRole", json!("Secondary")),
            ("Geolocation", 0) => (
                "geolocations",
                json!([{"country": "*"}, {"continent": continent}]),
            ),
            ("Geolocation", _) => ("geolocations", json!([{"continent": continent}])),
            ("Geoproximity", _) => ("bias", json!(i32::from(*number) % 199 - 99)),
            _ => return None,
        };
        Some(json!({"region": region, field: value}))
    });
    wish.collect()
}

fn check() -> impl Strategy<Value = Value> {
    let search = option::of(Just("ready"));
    let checkers = option::of(prop::sample::subsequence(
        vec!["us-east-1", "us-west-2", "eu-west-1", "sa-east-1"],
        3..=4,
    ));
    let rhythm = (prop::sample::select(vec![10, 30]), 1..=10);
    (rhythm, any::<bool>(), search, checkers).prop_map(
        |((interval, threshold), secure, search, checkers)| {
            let kind = if secure { "HTTPS" } else { "HTTP" };
            let mut check = json!({"type": kind, "port": 443, "path": "/health",
                "intervalSeconds": interval, "failureThreshold": threshold});
            if let Some(search) = search {
                check["searchString"] = json!(search);
            }
            if let Some(checkers) = checkers {
                check["checkerRegions"] = json!(checkers);
            }
            check
        },
    )
}

fn shop(regions: &[&'static str]) -> impl Strategy<Value = Value> + use<> {
    let affinity = prop::sample::select(vec!["None", "SourceIP"]);
    let listener = prop::sample::select(vec![("https", 443), ("admin", 8443)]);
    let listeners = btree_map(listener, affinity, 1..=2);
    let dials = vec((prop::sample::select(REGIONS.to_vec()), 0..=100), 0..3);
    (names(regions), listeners, dials, any::<bool>(), 1..=2, 1..=2_usize).prop_map(
        |(endpoints, listeners, dials, requires, minimum, hostnames)| {
            let listeners = listeners.iter().map(|((name, port), affinity)| {
                json!({"name": name, "protocol": "TCP", "ports": [port], "clientAffinity": affinity})
            });
            let hostnames = &["shop.example.com", "store.example.com"][..hostnames];
            let dials: std::collections::BTreeMap<_, _> = dials.into_iter().collect();
            let mut spec = json!({
                "hostnames": hostnames,
                "endpoints": endpoints,
                "dns": {"hostedZone": "example.com"},
                "accelerator": {"listeners": listeners.collect::<Vec<_>>()},
                "traffic": {"minServingRegions": minimum},
                "regions": dials.iter().map(|(region, dial)| json!({"region": region, "dialPercent": dial})).collect::<Vec<_>>(),
            });
            if requires {
                spec["requires"] = json!([{"kind": "GlobalTable", "name": "sessions"}]);
            }
            object("GlobalApp", "shop", &spec)
        },
    )
}

fn table() -> impl Strategy<Value = Value> + use<> {
    (regions(), any::<bool>(), any::<bool>()).prop_map(|(regions, preset, protected)| {
        let replicas: Vec<Value> = regions
            .iter()
            .map(|region| json!({"region": region}))
            .collect();
        let protection = if protected { "Enabled" } else { "Disabled" };
        let mut spec =
            json!({"tableName": "sessions", "replicas": replicas, "deletionProtection": protection});
        if preset {
            spec["preset"] = json!("Session");
        } else {
            spec["keySchema"] = json!({"partitionKey": {"name": "session_id", "type": "String"}});
        }
        object("GlobalTable", "sessions", &spec)
    })
}
