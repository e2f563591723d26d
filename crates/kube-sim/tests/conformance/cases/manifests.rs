//! The objects that cases are about: valid under every rule of their CRDs.

use serde_json::{Value, json};

const TARGET: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef";

/// A RegionEndpoint as a person writes it.
pub(crate) fn endpoint(name: &str) -> Value {
    json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "RegionEndpoint",
        "metadata": {"name": name},
        "spec": {"region": "eu-west-1", "target": {"loadBalancerArn": TARGET}},
    })
}

/// A RegionEndpoint with other metadata; its name is among them.
pub(crate) fn endpoint_with(metadata: &Value) -> Value {
    let mut endpoint = endpoint("");
    endpoint["metadata"] = metadata.clone();
    endpoint
}

/// The configuration of a RegionEndpoint's status.
pub(crate) fn endpoint_status(name: &str, status: &Value) -> Value {
    json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "RegionEndpoint",
        "metadata": {"name": name},
        "status": status,
    })
}

/// The status of a RegionEndpoint that nobody has written.
pub(crate) fn default_status() -> Value {
    json!({
        "observedGeneration": 0,
        "conditions": [{
            "type": "Ready",
            "status": "Unknown",
            "reason": "Pending",
            "message": "waiting for Evenkeel",
            "lastTransitionTime": "1970-01-01T00:00:00Z",
        }],
    })
}

/// A condition of a status.
pub(crate) fn condition(kind: &str, status: &str) -> Value {
    json!({
        "type": kind,
        "status": status,
        "reason": "Because",
        "message": "a case says so",
        "lastTransitionTime": "2026-11-24T12:00:00Z",
    })
}

/// A GlobalApp with a set, a dictionary and a keyed list.
pub(crate) fn app(name: &str, hostnames: &[&str], labels: &Value, regions: &[&str]) -> Value {
    let regions: Vec<_> = regions
        .iter()
        .map(|region| json!({"region": region}))
        .collect();
    json!({
        "apiVersion": "evenkeel.dev/v1alpha1",
        "kind": "GlobalApp",
        "metadata": {"name": name},
        "spec": {
            "hostnames": hostnames,
            "endpoints": {"selector": {"matchLabels": labels}},
            "dns": {"hostedZone": "example.com", "routing": "Latency"},
            "regions": regions,
        },
    })
}

/// A Lease of one holder.
pub(crate) fn lease(name: &str, holder: &str) -> Value {
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name},
        "spec": {
            "holderIdentity": holder,
            "leaseDurationSeconds": 15,
            "leaseTransitions": 0,
            "renewTime": "2026-11-24T12:00:00.000000Z",
        },
    })
}

/// An Event about a RegionEndpoint.
pub(crate) fn event(name: &str, namespace: &str) -> Value {
    json!({
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": name},
        "eventTime": "2026-11-24T12:00:00.000000Z",
        "reportingController": "evenkeel",
        "reportingInstance": "evenkeel-0",
        "action": "Reconcile",
        "reason": "Created",
        "type": "Normal",
        "note": "a record set was created",
        "regarding": {
            "apiVersion": "evenkeel.dev/v1alpha1",
            "kind": "RegionEndpoint",
            "name": "shop",
            "namespace": namespace,
        },
    })
}
