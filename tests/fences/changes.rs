//! The app of the interleavings, and what its people may change in it.

use std::collections::BTreeSet;

use evenkeel_core::crd::{GlobalApp, RegionEndpoint};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Both names, as the older plan has them.
pub(crate) const NAMES: [&str; 2] = ["api.example.com", "www.example.com"];

/// What a newer plan wants otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// So many of a hundred users come to us-east-1.
    Shares(u8),
    Policy,
    RemovesRegion,
    AddsName,
    DropsName,
    /// The object is deleted, and what it owns with it.
    Deletes,
    /// The object is deleted, and its names go on as they are.
    Releases,
}

impl Change {
    /// Makes it, in the next generation of the object.
    pub(crate) fn make(self, object: &GlobalApp) -> GlobalApp {
        let change = match self {
            Self::Shares(share) => json!({
                "dns": {"routing": "Weighted"},
                "endpoints": {"names": ["us-east-1", "eu-west-1"]},
                "regions": [
                    {"region": "us-east-1", "weight": share},
                    {"region": "eu-west-1", "weight": 100 - share}],
            }),
            Self::Policy => json!({"dns": {"routing": "Latency"}, "regions": null}),
            Self::RemovesRegion => json!({"endpoints": {"names": ["us-east-1"]}, "regions": null}),
            Self::AddsName => json!({"hostnames": [NAMES[0], NAMES[1], "new.example.com"]}),
            Self::DropsName => json!({"hostnames": [NAMES[0]]}),
            Self::Deletes => json!({"deletionPolicy": "Delete"}),
            Self::Releases => json!({"deletionPolicy": "Retain"}),
        };
        let mut all = serde_json::to_value(object).unwrap();
        json_patch::merge(&mut all["spec"], &change);
        if matches!(self, Self::Deletes | Self::Releases) {
            all["metadata"]["deletionTimestamp"] = json!("2026-11-24T10:00:00Z");
        }
        let generation = object.metadata.generation.unwrap_or_default() + 1;
        all["metadata"]["generation"] = json!(generation);
        parsed(all)
    }

    /// The names that must lead somewhere all the time.
    pub(crate) fn must_serve(self) -> BTreeSet<&'static str> {
        match self {
            Self::Shares(_) | Self::Policy | Self::RemovesRegion | Self::Releases => NAMES.into(),
            Self::AddsName => [NAMES[0], NAMES[1], "new.example.com"].into(),
            Self::DropsName => [NAMES[0]].into(),
            Self::Deletes => BTreeSet::new(),
        }
    }
}

/// The app at first.
pub(crate) fn app() -> GlobalApp {
    parsed(json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "GlobalApp",
        "metadata": {"name": "shop", "namespace": "shop", "uid": "uid-shop", "generation": 1},
        "spec": {
            "hostnames": NAMES,
            "endpoints": {"names": ["us-east-1", "eu-west-1"]},
            "dns": {"hostedZone": "example.com", "routing": "Weighted"},
            "regions": [
                {"region": "us-east-1", "weight": 50}, {"region": "eu-west-1", "weight": 50}],
        },
    }))
}

/// Where it runs: load balancers of the example account.
pub(crate) fn endpoints() -> Vec<RegionEndpoint> {
    let endpoint = |(region, id): (&str, &str)| {
        let arn = format!(
            "arn:aws:elasticloadbalancing:{region}:123456789012:loadbalancer/app/shop/{id}"
        );
        parsed(json!({
            "apiVersion": "evenkeel.dev/v1alpha1",
            "kind": "RegionEndpoint",
            "metadata": {"name": region, "namespace": "shop", "uid": region, "generation": 1},
            "spec": {"region": region, "target": {"loadBalancerArn": arn}},
        }))
    };
    let all = [
        ("us-east-1", "50dc6c495c0c9188"),
        ("eu-west-1", "f2f7dc8efc522ab2"),
    ];
    all.into_iter().map(endpoint).collect()
}

fn parsed<T: DeserializeOwned>(object: Value) -> T {
    serde_json::from_value(object).unwrap()
}
