//! Every routing policy into every other, with one address family and with two, and every kind of target into every other:
//! one batch, in which the name never goes without a target; also where the name is somebody else's before.

use std::fmt::{self, Write};
use std::fs;
use std::path::Path;

use evenkeel_core::crd::AdoptionPolicy;
use evenkeel_core::failure::Read;
use evenkeel_core::plan::{Action, Effect};
use evenkeel_core::route53;
use evenkeel_core::waves;

use crate::balance::{Balance, NOW, effect, settings};
use crate::case::{declared, with_statuses};

const POLICIES: [&str; 6] = [
    "Simple",
    "Latency",
    "Weighted",
    "Failover",
    "Geolocation",
    "Geoproximity",
];

/// What an app is like.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    policy: &'static str,
    family: &'static str,
    target: Target,
}

/// What the endpoints name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    LoadBalancer,
    AliasOfName,
    Cname,
}

impl Shape {
    const fn new(policy: &'static str, family: &'static str, target: Target) -> Self {
        Self {
            policy,
            family,
            target,
        }
    }

    /// The objects of such an app.
    fn objects(self) -> String {
        let Self { policy, family, .. } = self;
        let regions = match policy {
            "Weighted" => "[{region: us-east-1, weight: 90}, {region: eu-west-1, weight: 10}]",
            "Failover" => {
                "[{region: us-east-1, failoverRole: Primary}, {region: eu-west-1, failoverRole: Secondary}]"
            }
            "Geolocation" => {
                "[{region: us-east-1, geolocations: [{country: '*'}, {country: US, subdivision: CA}]}, \
                 {region: eu-west-1, geolocations: [{continent: EU}, {country: ZA}]}]"
            }
            "Geoproximity" => "[{region: eu-west-1, bias: 20}]",
            _ => "[]",
        };
        let endpoints = if policy == "Simple" {
            "[us-east-1]"
        } else {
            "[us-east-1, eu-west-1]"
        };
        // Whoever has one target needs no check to choose by.
        let check = if self.target == Target::Cname && policy != "Simple" {
            "  healthCheck: {type: TCP, port: 443}\n"
        } else {
            ""
        };
        format!(
            "{}{}apiVersion: evenkeel.dev/v1alpha1\nkind: GlobalApp\nmetadata: {{name: api}}\nspec:\n  \
             hostnames: [api.example.com]\n  endpoints: {{names: {endpoints}}}\n  \
             dns: {{hostedZone: example.com, routing: {policy}, ipAddressType: {family}}}\n  \
             regions: {regions}\n{check}",
            self.endpoint("us-east-1", "50dc6c495c0c9188"),
            self.endpoint("eu-west-1", "f2f7dc8efc522ab2"),
        )
    }

    fn endpoint(self, region: &str, id: &str) -> String {
        let target = match self.target {
            Target::LoadBalancer => format!(
                "loadBalancerArn: \"arn:aws:elasticloadbalancing:{region}:123456789012:loadbalancer/app/shop/{id}\""
            ),
            Target::AliasOfName => format!("hostname: {region}.example.net, hostedZoneId: ZNET"),
            Target::Cname => format!("hostname: {region}.example.net"),
        };
        format!(
            "apiVersion: evenkeel.dev/v1alpha1\nkind: RegionEndpoint\nmetadata: {{name: {region}}}\n\
             spec: {{region: {region}, target: {{{target}}}}}\n---\n"
        )
    }

    fn declared(self) -> waves::Declared {
        declared(&serde_saphyr::from_multiple(&self.objects()).unwrap())
    }

    /// Another type of record set, another shape of the sets, or another answer.
    fn differs(self, other: Self) -> bool {
        // A CNAME stands for both families.
        let are_names = self.target == Target::Cname && other.target == Target::Cname;
        (Self {
            family: other.family,
            ..self
        }) != other
            || (self.family != other.family && !are_names)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.policy, self.family)?;
        match self.target {
            Target::LoadBalancer => Ok(()),
            Target::AliasOfName => f.write_str(", aliases of names"),
            Target::Cname => f.write_str(", CNAMEs"),
        }
    }
}

/// The checkers reach everything.
fn all_healthy(world: &mut waves::World) {
    let checks = world.observed.route53.health_checks.known_mut();
    for check in checks.into_iter().flat_map(|checks| checks.values_mut()) {
        check.status = Read::Known(route53::CheckStatus::Healthy);
    }
}

/// Whose the names are before the change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Ours,
    /// Somebody's who leaves no marks; they are to be adopted.
    Unmarked,
    /// Another fleet's; they are to be adopted, and a person consents.
    Marked,
}

/// What is declared and what is in AWS before the change.
fn before_change(
    before: Shape,
    after: Shape,
    standing: Standing,
) -> (waves::Declared, waves::World) {
    let Balance {
        declared: settled,
        mut world,
    } = Balance::of(before.declared());
    if standing == Standing::Ours {
        return (with_statuses(after.declared(), &settled), world);
    }
    let records = world.observed.route53.records.values_mut().next().unwrap();
    let fence = records
        .known_mut()
        .unwrap()
        .sets
        .remove("_evenkeel.api.example.com");
    let mut declared = after.declared();
    declared.apps[0].spec.dns.adoption_policy = AdoptionPolicy::AdoptOrCreate;
    if standing == Standing::Marked {
        let mut fence = fence.unwrap().pop_first().unwrap();
        let route53::Answer::Values { values, .. } = &mut fence.answer else {
            panic!("a fence has values");
        };
        *values = values
            .iter()
            .map(|text| text.replace("fleet=prod", "fleet=other"))
            .collect();
        let sets = &mut records.known_mut().unwrap().sets;
        sets.insert(fence.name.clone(), [fence].into());
        consent(&mut declared, &world);
    }
    (declared, world)
}

/// The app carries the consent that its plan asks for.
fn consent(declared: &mut waves::Declared, world: &waves::World) {
    let mut seen = declared.clone();
    let now = NOW.parse().unwrap();
    let plans = waves::look(&mut seen, world, &settings(), now);
    let token = plans
        .iter()
        .flat_map(|one| &one.plan.refused)
        .find_map(evenkeel_core::refusal::Refusal::consent)
        .unwrap();
    let key = format!("{}{token}", evenkeel_core::consent::PREFIX);
    let annotations = &mut declared.apps[0].metadata.annotations;
    annotations
        .get_or_insert_default()
        .insert(key, "INC-42".to_owned());
}

/// The batches of a change, and what they change.
fn change(before: Shape, after: Shape, standing: Standing) -> String {
    let (mut declared, mut world) = before_change(before, after, standing);
    let mut actions = Vec::new();
    // What is new is let in at once; some changes wait until it is known to be healthy.
    for round in 0..2 {
        let mut effects = effect(1_000 * (round + 1));
        let mut noted = |action: &Action| {
            actions.push(action.clone());
            effects(action)
        };
        let now = NOW.parse().unwrap();
        waves::waves(&mut declared, &mut world, &settings(), now, &mut noted).unwrap();
        all_healthy(&mut world);
    }
    let before_and_after = format!("{before} -> {after}");
    let mut never = |action: &Action| -> Effect {
        panic!("{before_and_after}: an eternal difference: {action:?}")
    };
    let now = NOW.parse().unwrap();
    waves::waves(&mut declared, &mut world, &settings(), now, &mut never).unwrap();
    let mut batches = Vec::new();
    for action in &actions {
        match action {
            Action::Route53(route53::Action::ChangeRecordSets(set)) => {
                let leads = |set: &route53::RecordSet| set.kind != "TXT";
                for name in set.names.values() {
                    assert!(name.after.iter().any(leads), "{before_and_after}");
                }
                batches.push(action.describe());
            }
            Action::Route53(
                route53::Action::CreateHealthCheck { .. } | route53::Action::NameHealthCheck { .. },
            ) => {}
            Action::Route53(route53::Action::DeleteHealthCheck { .. })
            | Action::GlobalAccelerator(_)
            | Action::DynamoDb(_) => panic!("{before_and_after}: {action:?}"),
        }
    }
    let mut text = String::new();
    for batch in batches {
        writeln!(text, "  {}", batch.detail).unwrap();
        for part in &batch.parts {
            writeln!(text, "    {part}").unwrap();
        }
    }
    text
}

/// Changes that say what all of their kind look like.
fn is_told(before: Shape, after: Shape) -> bool {
    if before.target == Target::LoadBalancer && after.target == Target::LoadBalancer {
        // Two address families change as one does.
        return (before.family, after.family) == ("IPv4", "IPv4") || before.policy == after.policy;
    }
    before.family == after.family && before.policy == after.policy && before.policy == "Latency"
}

#[test]
fn every_shape_changes_into_every_other_in_one_batch() {
    let targets = [Target::LoadBalancer, Target::AliasOfName, Target::Cname];
    let mut table = String::new();
    for families in [
        ["IPv4", "IPv4"],
        ["DualStack", "DualStack"],
        ["IPv4", "DualStack"],
    ] {
        for (from, to) in pairs(&targets) {
            for (old, new) in pairs(&POLICIES) {
                let before = Shape::new(old, families[0], from);
                let after = Shape::new(new, families[1], to);
                for standing in [Standing::Unmarked, Standing::Marked] {
                    let changed = change(before, after, standing);
                    let what = format!("{standing:?} {before} -> {after}:\n{changed}");
                    assert_eq!(batches(&changed), 1, "{what}");
                }
                let changed = change(before, after, Standing::Ours);
                assert_eq!(
                    batches(&changed),
                    usize::from(before.differs(after)),
                    "{before} -> {after}:\n{changed}"
                );
                if is_told(before, after) {
                    writeln!(table, "{before} -> {after}\n{changed}").unwrap();
                }
            }
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan_cases/policies.txt");
    if std::env::var_os("UPDATE_CASES").is_some() {
        fs::write(&file, &table).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == table,
        "{} is stale: UPDATE_CASES=1 writes it anew; read the diff",
        file.display()
    );
}

fn batches(changed: &str) -> usize {
    let lines = changed.lines();
    lines.filter(|line| line.contains("one batch")).count()
}

fn pairs<T: Copy>(all: &[T]) -> Vec<(T, T)> {
    let with = |one: T| all.iter().map(move |other| (one, *other));
    all.iter().flat_map(|one| with(*one)).collect()
}
