//! Every routing policy into every other, with one address family and with two: one batch, in which the name never goes
//! without a target.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use evenkeel_core::plan::Action;
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

/// The objects of an app with that policy.
fn objects(policy: &str, family: &str) -> String {
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
    let load_balancer = |region: &str, id: &str| {
        format!(
            "apiVersion: evenkeel.dev/v1alpha1\nkind: RegionEndpoint\nmetadata: {{name: {region}}}\n\
             spec: {{region: {region}, target: {{loadBalancerArn: \
             \"arn:aws:elasticloadbalancing:{region}:123456789012:loadbalancer/app/shop/{id}\"}}}}\n---\n"
        )
    };
    format!(
        "{}{}apiVersion: evenkeel.dev/v1alpha1\nkind: GlobalApp\nmetadata: {{name: api}}\nspec:\n  \
         hostnames: [api.example.com]\n  endpoints: {{names: {endpoints}}}\n  \
         dns: {{hostedZone: example.com, routing: {policy}, ipAddressType: {family}}}\n  \
         regions: {regions}\n",
        load_balancer("us-east-1", "50dc6c495c0c9188"),
        load_balancer("eu-west-1", "f2f7dc8efc522ab2"),
    )
}

fn parsed(policy: &str, family: &str) -> waves::Declared {
    declared(&serde_saphyr::from_multiple(&objects(policy, family)).unwrap())
}

/// The batches of a change of policy, and what they change.
fn change(before: &str, after: &str, families: [&str; 2]) -> String {
    let Balance {
        declared: settled,
        mut world,
    } = Balance::of(parsed(before, families[0]));
    let mut declared = with_statuses(parsed(after, families[1]), &settled);
    let mut batches = Vec::new();
    let mut effects = effect(1_000);
    let mut noted = |action: &Action| {
        if let Action::Route53(route53::Action::ChangeRecordSets(set)) = action {
            for name in set.names.values() {
                let leads = |set: &&route53::RecordSet| set.kind != "TXT";
                assert!(
                    name.after.iter().any(|set| leads(&set)),
                    "{before} -> {after}"
                );
            }
            batches.push(action.describe());
        }
        effects(action)
    };
    let now = NOW.parse().unwrap();
    let found = waves::waves(&mut declared, &mut world, &settings(), now, &mut noted).unwrap();
    let again = waves::waves(
        &mut declared,
        &mut world,
        &settings(),
        now,
        &mut effect(2_000),
    )
    .unwrap();
    let calls = |waves: &[waves::Wave]| {
        let plans = waves.iter().flat_map(|wave| &wave.plans);
        plans.map(|one| one.plan.actions.len()).sum::<usize>()
    };
    assert_eq!(
        calls(&again),
        0,
        "{before} -> {after}: an eternal difference"
    );
    assert_eq!(
        batches.len(),
        calls(&found),
        "{before} -> {after}: only batches"
    );
    let mut text = String::new();
    for batch in batches {
        writeln!(text, "  {}", batch.detail).unwrap();
        for part in &batch.parts {
            writeln!(text, "    {part}").unwrap();
        }
    }
    text
}

#[test]
fn every_policy_changes_into_every_other_in_one_batch() {
    let mut table = String::new();
    for families in [
        ["IPv4", "IPv4"],
        ["DualStack", "DualStack"],
        ["IPv4", "DualStack"],
    ] {
        for before in POLICIES {
            for after in POLICIES {
                let is_same = before == after && families[0] == families[1];
                let changed = change(before, after, families);
                let batches = changed
                    .lines()
                    .filter(|line| line.contains("one batch"))
                    .count();
                assert_eq!(
                    batches,
                    usize::from(!is_same),
                    "{before} -> {after}:\n{changed}"
                );
                // Two address families change as one does.
                if families == ["IPv4", "IPv4"] || before == after {
                    let [from, to] = families;
                    writeln!(table, "{before} {from} -> {after} {to}\n{changed}").unwrap();
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
