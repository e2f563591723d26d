//! Record sets that say the same in another spelling are no difference: nobody writes.

use std::time::Duration;

use evenkeel_sim::Scenario;
use serde_json::{Value, json};

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

/// The apex, a wildcard, and names of several labels, by aliases and by CNAME.
fn declare(rig: &Rig) {
    scenarios::apply_all(&rig.kube);
    rig.kube
        .edit("GlobalApp", "default", "api", |object| {
            object["spec"]["hostnames"] =
                json!(["example.com", "*.example.com", "a.b.example.com"]);
        })
        .unwrap();
    let edge = |region: &str| {
        json!({
            "apiVersion": "evenkeel.dev/v1alpha1",
            "kind": "RegionEndpoint",
            "metadata": {"name": format!("edge-{region}")},
            "spec": {"region": region, "target": {"hostname": format!("edge-{region}.example.net")}},
        })
    };
    let app = json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "GlobalApp",
        "metadata": {"name": "edge"},
        "spec": {
            "hostnames": ["edge.example.com", "*.edge.example.com"],
            "endpoints": {"names": ["edge-us-east-1", "edge-eu-west-1"]},
            "dns": {"hostedZone": "example.com", "routing": "Weighted"},
            "healthCheck": {"type": "HTTPS", "port": 443, "path": "/health"},
        },
    });
    for object in [edge("us-east-1"), edge("eu-west-1"), app] {
        rig.kube.apply(&object).unwrap();
    }
}

/// Every record set of the zone that Evenkeel made, upserted as it is but for its spelling.
fn respelled(rig: &Rig) -> Scenario {
    let picture = rig.aws.world().picture();
    let sets = picture["route53"]["zones"][0]["recordSets"]
        .as_array()
        .unwrap();
    // The zone's own are shown otherwise.
    let ours = sets.iter().filter(|set| set["Name"].is_string());
    let changes: Vec<Value> = ours
        .map(|set| {
            let mut set = set.clone();
            let name = set["Name"].as_str().unwrap().to_uppercase();
            set["Name"] = json!(name.trim_end_matches('.').replace("\\052", "*"));
            // What the world makes up is written as a label.
            let alias = set["AliasTarget"]["DNSName"].as_str().unwrap_or_default();
            if alias.contains("elb.amazonaws.com") {
                let alias = alias.trim_end_matches('.').to_uppercase();
                set["AliasTarget"]["DNSName"] = json!(format!("{alias}."));
            }
            if let Some(values) = set.get_mut("ResourceRecords") {
                *values = values["ResourceRecord"].clone();
            }
            json!({"Action": "UPSERT", "ResourceRecordSet": set})
        })
        .collect();
    let parameters =
        json!({"HostedZoneId": "zone:example.com.", "ChangeBatch": {"Changes": changes}});
    let console = json!({"service": "route53", "operation": "ChangeResourceRecordSets", "parameters": parameters});
    serde_json::from_value(json!({"events": [{"effect": {"console": console}}]})).unwrap()
}

#[test]
fn another_spelling_is_no_difference() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        declare(&rig);
        rig.act(QUIET).await;
        let scenario = respelled(&rig);
        rig.aws.world().play(scenario).unwrap();
        let calls = rig.aws.world().calls().to_vec();
        let last = calls.last().unwrap();
        assert_eq!(
            (last.principal.as_str(), last.status),
            ("console", 200),
            "{last}"
        );
        rig.act(Duration::from_hours(1)).await;
        let world = rig.aws.world();
        let later: Vec<_> = world.calls()[calls.len()..]
            .iter()
            .filter(|call| call.write)
            .collect();
        assert!(later.is_empty(), "{later:#?}");
        for app in ["api", "edge"] {
            let app = rig.kube.get("GlobalApp", "default", app).unwrap();
            assert_eq!(app["status"]["conditions"][0]["status"], "True", "{app:#}");
        }
    });
}
