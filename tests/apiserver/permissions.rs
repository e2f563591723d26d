//! What the operator asks of AWS and of the API server is exactly what it is permitted: in both directions.

use std::collections::BTreeSet;

use evenkeel_sim::Service;
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::bench::{Bench, SERVICE_ACCOUNT, path};

/// AWS demands these of the caller without being asked for them by name.
const IMPLICIT: [(&str, &str); 9] = [
    (
        "dynamodb:CreateTableReplica",
        "AWS makes replicas as the caller: UpdateTable with Create needs it",
    ),
    (
        "dynamodb:BatchWriteItem",
        "as above: the first copy of the items",
    ),
    ("dynamodb:DeleteItem", "as above"),
    ("dynamodb:GetItem", "as above"),
    ("dynamodb:PutItem", "as above"),
    ("dynamodb:Query", "as above"),
    ("dynamodb:Scan", "as above"),
    ("dynamodb:UpdateItem", "as above"),
    (
        "iam:CreateServiceLinkedRole",
        "the first accelerator and the first replica of an account make one",
    ),
];

/// AWS answers these without any permission.
const FREE: [(&str, &str); 1] = [(
    "sts:GetCallerIdentity",
    "no permissions are required (STS API Reference)",
)];

/// Requests that need a coincidence, so that a run may pass without them.
const RARE: [(&str, &str); 3] = [
    (
        "get evenkeel.dev/globalapps",
        "somebody else puts a finalizer on at the same instant",
    ),
    ("get evenkeel.dev/globaltables", "as above"),
    (
        "get evenkeel.dev/regionendpoints",
        "as above: two apps begin to use one endpoint",
    ),
];

pub(crate) fn aws_is_asked_what_the_policy_allows(bench: &Bench) {
    let policy = std::fs::read_to_string(path("deploy/iam/policy.json")).unwrap();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements
        .iter()
        .flat_map(|statement| words(&statement["Action"]));
    let allowed: BTreeSet<String> = actions.collect();

    let calls = bench.calls();
    let free = FREE.map(|(action, _)| action);
    let asked = calls.iter().map(|call| match call.service {
        Service::Route53
        | Service::GlobalAccelerator
        | Service::DynamoDb
        | Service::ElasticLoadBalancing
        | Service::Sts => format!("{}:{}", call.service.signing_name(), call.operation),
    });
    let asked = asked.filter(|action| !free.contains(&action.as_str()));
    let implicit = IMPLICIT.map(|(action, _)| action.to_owned());
    let needed: BTreeSet<String> = asked.chain(implicit).collect();
    assert_eq!(
        lines(&allowed),
        lines(&needed),
        "deploy/iam/policy.json, and what is needed"
    );
}

pub(crate) async fn the_api_server_is_asked_what_the_chart_allows(bench: &Bench) {
    let mut allowed = BTreeSet::new();
    for kind in ["clusterrole", "role"] {
        let role = [kind, "evenkeel", "--namespace=evenkeel", "--output=json"];
        let role = bench.kubectl(&[&["get"][..], &role].concat()).await;
        let role: Value = serde_json::from_str(&role).unwrap();
        for rule in role["rules"].as_array().unwrap() {
            allowed.extend(requests(rule));
        }
    }
    let asked = audited(bench);
    let rare = RARE.map(|(request, _)| request.to_owned()).into();
    let unused: BTreeSet<String> = &(&allowed - &asked) - &rare;
    let denied = &asked - &allowed;
    assert_eq!(
        (lines(&unused), lines(&denied)),
        (String::new(), String::new()),
        "allowed and never asked; asked and not allowed"
    );
}

/// Every request that a rule allows: `get /namespaces kube-system`.
fn requests(rule: &Value) -> Vec<String> {
    let mut requests = Vec::new();
    let mut names: Vec<String> = words(&rule["resourceNames"])
        .map(|name| format!(" {name}"))
        .collect();
    if names.is_empty() {
        names.push(String::new());
    }
    for group in words(&rule["apiGroups"]) {
        for resource in words(&rule["resources"]) {
            for verb in words(&rule["verbs"]) {
                requests.extend(
                    names
                        .iter()
                        .map(|name| format!("{verb} {group}/{resource}{name}")),
                );
            }
        }
    }
    requests
}

/// Every request of the operator's account, in the same words, granted or not: a server that has just started forbids for a
/// moment what its rules allow.
fn audited(bench: &Bench) -> BTreeSet<String> {
    let log = std::fs::read_to_string(bench.session.cluster.audit_log()).unwrap();
    let mut asked = BTreeSet::new();
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        if event["user"]["username"] != SERVICE_ACCOUNT {
            continue;
        }
        let object = &event["objectRef"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut request = format!(
            "{} {}/{}",
            text(&event["verb"]),
            text(&object["apiGroup"]),
            text(&object["resource"])
        );
        if object["subresource"].is_string() {
            request = format!("{request}/{}", text(&object["subresource"]));
        }
        // The rules for these name the objects.
        let is_named = ["namespaces", "leases"].contains(&text(&object["resource"]).as_str());
        if is_named && event["verb"] != "create" {
            request = format!("{request} {}", text(&object["name"]));
        }
        assert!(object.is_object(), "not a request for an object: {event:#}");
        asked.insert(request);
    }
    asked
}

fn words(list: &Value) -> impl Iterator<Item = String> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap().to_owned())
}

fn lines(set: &BTreeSet<String>) -> String {
    set.iter().map(|line| line.clone() + "\n").collect()
}
