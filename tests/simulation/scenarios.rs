//! What people do to the example, each time from the same start.

use evenkeel_kube_sim::KubeApi;
use evenkeel_sim::{LoadBalancerArn, Scheme, Seed, seed};
use serde_json::{Value, json};

use crate::rig::{QUIET, Rig};

/// What people do, one thing at a time. Everything but the last was done before.
pub(crate) type Steps = &'static [fn(&KubeApi)];

pub(crate) const OTHER_LOAD_BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop-new/0123456789abcdef";
const FOURTH_LOAD_BALANCER: &str = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/shop/fedcba9876543210";

/// The example's account, with a load balancer more in Europe and one in a fourth Region.
pub(crate) fn account() -> Seed {
    let mut seed = Seed::example();
    let more = [OTHER_LOAD_BALANCER, FOURTH_LOAD_BALANCER].map(|arn| seed::LoadBalancer {
        arn: LoadBalancerArn::parse(arn).unwrap(),
        dns_name: None,
        scheme: Scheme::default(),
        healthy: true,
    });
    seed.load_balancers.extend(more);
    seed
}

/// The manifests of `examples/shop`, in no order that would help.
fn example() -> Vec<Value> {
    let files = ["shop", "api", "sessions", "regions"];
    let texts = files.map(|file| {
        std::fs::read_to_string(format!(
            "{}/examples/shop/{file}.yaml",
            env!("CARGO_MANIFEST_DIR")
        ))
        .unwrap()
    });
    texts
        .iter()
        .flat_map(|text| serde_saphyr::from_multiple::<Value>(text).unwrap())
        .collect()
}

/// Changes the spec of one object.
fn spec(kube: &KubeApi, kind: &str, name: &str, change: impl FnOnce(&mut Value)) {
    kube.edit(kind, "default", name, |object| change(&mut object["spec"]))
        .unwrap();
}

pub(crate) fn apply_all(kube: &KubeApi) {
    for manifest in example() {
        kube.apply(&manifest).unwrap();
    }
}

/// The example, applied, and nothing left to do.
pub(crate) async fn at_rest() -> Rig {
    let mut rig = Rig::new(account());
    apply_all(&rig.kube);
    rig.act(QUIET).await;
    rig
}

pub(crate) fn apply_the_fourth_region(kube: &KubeApi) {
    let endpoint = json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "RegionEndpoint",
        "metadata": {"name": "ap-southeast-2"},
        "spec": {"region": "ap-southeast-2", "target": {"loadBalancerArn": FOURTH_LOAD_BALANCER}},
    });
    kube.apply(&endpoint).unwrap();
}

/// The example may do with two Regions of its three, and there is a fourth to take.
fn apply_three_of_four(kube: &KubeApi) {
    apply_all(kube);
    apply_the_fourth_region(kube);
    spec(kube, "GlobalApp", "shop", |spec| {
        spec["traffic"] = json!({"minServingRegions": 1});
    });
}

fn delete_all(kube: &KubeApi) {
    for object in example() {
        let text = |pointer: &str| {
            object
                .pointer(pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        kube.delete(&text("/kind"), "default", &text("/metadata/name"))
            .unwrap();
    }
}

/// A test for each scenario.
macro_rules! scenarios {
    ($($name:ident: $steps:expr)*) => {
        $(
            #[test]
            fn $name() {
                crate::kill::operators_may_die_in(stringify!($name), &$steps);
            }
        )*
    };
}

scenarios! {
    the_example_is_applied: [apply_all]

    a_weight_changes: [apply_all, |kube| {
        spec(kube, "RegionEndpoint", "us-east-1", |spec| {
            spec["weight"] = json!(64);
        });
    }]

    a_dial_is_turned_down: [apply_all, |kube| {
        spec(kube, "GlobalApp", "shop", |spec| {
            spec["regions"][1]["dialPercent"] = json!(40);
        });
    }]

    a_region_leaves_both_apps: [apply_all, |kube| {
        for app in ["shop", "api"] {
            spec(kube, "GlobalApp", app, |spec| {
                spec["endpoints"]["names"] = json!(["us-east-1", "eu-west-1"]);
            });
        }
    }]

    a_regionendpoint_is_deleted_while_it_is_used: [apply_all, |kube| {
        kube.delete("RegionEndpoint", "default", "ap-northeast-1")
            .unwrap();
    }]

    more_regions_leave_than_may: [apply_all, |kube| {
        spec(kube, "GlobalApp", "shop", |spec| {
            spec["endpoints"]["names"] = json!(["eu-west-1"]);
        });
    }]

    a_fourth_region_joins: [apply_all, |kube| {
        apply_the_fourth_region(kube);
        let names = json!(["us-east-1", "eu-west-1", "ap-northeast-1", "ap-southeast-2"]);
        for app in ["shop", "api"] {
            spec(kube, "GlobalApp", app, |spec| {
                spec["endpoints"]["names"] = names.clone();
            });
        }
        let replica = json!({"region": "ap-southeast-2"});
        spec(kube, "GlobalTable", "sessions", |spec| {
            spec["replicas"].as_array_mut().unwrap().push(replica);
        });
    }]

    a_region_is_replaced_by_another: [apply_three_of_four, |kube| {
        for app in ["shop", "api"] {
            spec(kube, "GlobalApp", app, |spec| {
                spec["endpoints"]["names"] = json!(["us-east-1", "eu-west-1", "ap-southeast-2"]);
            });
        }
        let replica = json!({"region": "ap-southeast-2"});
        spec(kube, "GlobalTable", "sessions", |spec| {
            spec["replicas"].as_array_mut().unwrap().push(replica);
        });
    }]

    a_region_gets_another_load_balancer: [apply_all, |kube| {
        spec(kube, "RegionEndpoint", "eu-west-1", |spec| {
            spec["target"]["loadBalancerArn"] = json!(OTHER_LOAD_BALANCER);
        });
    }]

    the_health_check_changes: [apply_all, |kube| {
        spec(kube, "GlobalApp", "api", |spec| {
            spec["healthCheck"]["path"] = json!("/ready");
        });
    }]

    the_health_check_goes: [apply_all, |kube| {
        spec(kube, "GlobalApp", "api", |spec| {
            spec.as_object_mut().unwrap().remove("healthCheck");
        });
    }]

    names_come_and_go: [apply_all, |kube| {
        spec(kube, "GlobalApp", "shop", |spec| {
            spec["hostnames"] = json!(["store.example.com"]);
        });
        spec(kube, "GlobalApp", "api", |spec| {
            spec["hostnames"] = json!(["api.example.com", "*.api.example.com"]);
        });
    }]

    a_listener_moves_to_another_port: [apply_all, |kube| {
        spec(kube, "GlobalApp", "shop", |spec| {
            spec["accelerator"]["listeners"][0]["ports"] = json!([8443]);
        });
    }]

    an_app_gets_an_accelerator: [apply_all, |kube| {
        spec(kube, "GlobalApp", "api", |spec| {
            spec["dns"].as_object_mut().unwrap().remove("routing");
            spec["accelerator"] =
                json!({"listeners": [{"name": "https", "protocol": "TCP", "ports": [443]}]});
        });
    }]

    an_app_gives_up_its_accelerator: [apply_all, |kube| {
        spec(kube, "GlobalApp", "shop", |spec| {
            spec["dns"]["routing"] = json!("Latency");
            let spec = spec.as_object_mut().unwrap();
            spec.remove("accelerator");
            spec.remove("regions");
        });
    }]

    a_table_is_no_longer_protected_and_a_replica_leaves_its_list: [apply_all, |kube| {
        spec(kube, "GlobalTable", "sessions", |spec| {
            spec["deletionProtection"] = json!("Disabled");
            spec["replicas"].as_array_mut().unwrap().pop();
        });
    }]

    everything_is_deleted_and_retained: [apply_all, delete_all]

    everything_is_deleted_names_and_all: [apply_all, |kube| {
        for app in ["shop", "api"] {
            spec(kube, "GlobalApp", app, |spec| {
                spec["deletionPolicy"] = json!("Delete");
            });
        }
        delete_all(kube);
    }]

    what_was_deleted_and_retained_is_applied_again: [apply_all, delete_all, apply_all]
}
