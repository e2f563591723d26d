//! The status of a RegionEndpoint: what its target is, and who uses it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use super::conditions::{Conditions, Progress, Truth, Verdict};
use super::last_error;
use crate::crd::{
    AppUse, GlobalApp, RegionEndpoint, RegionEndpointStatus, RegionStatus, TargetStatus,
};
use crate::failure::Read;
use crate::load_balancer::LoadBalancer;
use crate::validate::selected;

/// What a RegionEndpoint's status is made of.
pub struct EndpointReport<'a> {
    /// The object as it was read.
    pub object: &'a RegionEndpoint,
    /// The load balancer that its spec names, if it names one.
    pub target: &'a Read<Option<LoadBalancer>>,
    /// The GlobalApps of its namespace.
    pub apps: &'a [GlobalApp],
}

/// The apps that use that endpoint, with what they say of its Region.
pub fn users<'a>(
    name: &'a str,
    apps: &'a [GlobalApp],
) -> impl Iterator<Item = (&'a GlobalApp, &'a RegionStatus)> {
    apps.iter().filter_map(move |app| {
        let regions = &app.status.as_ref()?.regions;
        Some((
            app,
            regions
                .iter()
                .find(|region| region.endpoints.iter().any(|endpoint| endpoint == name))?,
        ))
    })
}

/// Whether some app that selects the endpoint was changed since its status was written: nobody knows yet whether it serves
/// users from there, for instance because it takes back what it once released.
pub fn is_undecided(endpoint: &RegionEndpoint, apps: &[GlobalApp]) -> bool {
    let is_behind = |app: &&GlobalApp| {
        let seen = app
            .status
            .as_ref()
            .and_then(|status| status.observed_generation);
        seen.unwrap_or_default() < app.metadata.generation.unwrap_or_default()
    };
    apps.iter()
        .filter(is_behind)
        .any(|app| !selected(&app.spec.endpoints, std::slice::from_ref(endpoint)).is_empty())
}

/// The status of a RegionEndpoint.
pub fn endpoint(report: &EndpointReport<'_>, now: Timestamp) -> RegionEndpointStatus {
    let before = report.object.status.clone().unwrap_or_default();
    let name = report.object.name_any();
    let mut apps: Vec<AppUse> = users(&name, report.apps)
        .map(|(app, region)| AppUse {
            namespace: app.namespace().unwrap_or_default(),
            name: app.name_any(),
            state: region.state.clone(),
            dial_percent: region.dial_percent,
        })
        .collect();
    apps.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    RegionEndpointStatus {
        observed_generation: report.object.metadata.generation,
        conditions: conditions(report, &before, now),
        last_error: last_error(report.target.failure(), before.last_error.as_ref(), now),
        target: target(report, &before),
        app_count: i32::try_from(apps.len()).ok(),
        apps,
    }
}

/// The target. What is not seen now stays as it was last seen: silence is not absence.
fn target(report: &EndpointReport<'_>, before: &RegionEndpointStatus) -> Option<TargetStatus> {
    let spec = &report.object.spec.target;
    if let Some(hostname) = &spec.hostname {
        return Some(TargetStatus {
            kind: "Hostname".to_owned(),
            dns_name: hostname.clone(),
            hosted_zone_id: spec.hosted_zone_id.clone(),
            ..TargetStatus::default()
        });
    }
    let same = |known: &&TargetStatus| spec.load_balancer_arn == known.load_balancer_arn;
    match report.target {
        Read::Known(Some(found)) => Some(TargetStatus {
            load_balancer_arn: Some(found.arn.to_string()),
            kind: found.kind.as_str().to_owned(),
            scheme: Some(found.scheme.as_str().to_owned()),
            dns_name: found.dns_name.clone(),
            hosted_zone_id: Some(found.zone.clone()),
        }),
        Read::Known(None) | Read::NotRead | Read::Failed(_) => {
            before.target.as_ref().filter(same).cloned()
        }
    }
}

fn conditions(
    report: &EndpointReport<'_>,
    before: &RegionEndpointStatus,
    now: Timestamp,
) -> Vec<Condition> {
    let object = report.object;
    let mut conditions = Conditions::new(&before.conditions, object.metadata.generation, now);
    conditions.set(
        "SpecAgreed",
        &Verdict::new(
            Truth::True,
            "SingleCluster",
            "this cluster alone declares it",
        ),
    );
    let resolved = resolved(report);
    conditions.set("Resolved", &resolved);
    conditions.set("Healthy", &health(report));
    let (ready, progress) = ready(report, &resolved);
    conditions.finish(&ready, &progress)
}

/// Whether the target is known. A hostname is what it is: users' resolvers look it up, Evenkeel does not.
fn resolved(report: &EndpointReport<'_>) -> Verdict {
    let spec = &report.object.spec;
    if let Some(hostname) = &spec.target.hostname {
        let how = match &spec.target.hosted_zone_id {
            Some(zone) => format!("hostname {hostname}, as an alias in zone {zone}"),
            None => format!("hostname {hostname}, by CNAME"),
        };
        return Verdict::new(Truth::True, "Resolved", how);
    }
    let arn = spec.target.load_balancer_arn.as_deref().unwrap_or_default();
    let region = &spec.region;
    match report.target {
        Read::Known(Some(found)) => Verdict::new(
            Truth::True,
            "Resolved",
            format!("{} load balancer {}", found.kind.as_str(), found.dns_name),
        ),
        Read::Known(None) => Verdict::new(
            Truth::False,
            "TargetNotFound",
            format!(
                "load balancer {arn} does not exist in {region}; mend spec.target, or create it"
            ),
        ),
        Read::NotRead => Verdict::new(Truth::Unknown, "Pending", "not read yet"),
        Read::Failed(failure) => Verdict::new(
            Truth::Unknown,
            failure.reason(),
            format!("{}: {failure}", failure.consequence()),
        ),
    }
}

fn ready(report: &EndpointReport<'_>, resolved: &Verdict) -> (Verdict, Progress) {
    let name = report.object.name_any();
    if report.object.metadata.deletion_timestamp.is_some() {
        let refused = users(&name, report.apps).find_map(|(app, region)| {
            let plan = app.status.as_ref()?.plan.as_ref()?;
            let item = plan
                .refused
                .iter()
                .find(|item| item.object.split(',').any(|word| word == region.region))?;
            Some(format!("ekapp/{}: {}", app.name_any(), item.message))
        });
        if let Some(message) = refused {
            let verdict = Verdict::new(Truth::False, "DeletionRefused", message.clone());
            return (verdict, Progress::Stuck("DeletionRefused", message));
        }
        let by: Vec<String> = users(&name, report.apps)
            .map(|(app, _)| format!("ekapp/{}", app.name_any()))
            .collect();
        let leaving = if by.is_empty() {
            String::new()
        } else {
            format!(": leaving {}", by.join(", "))
        };
        let message = format!("deleting{leaving}");
        return (
            Verdict::new(Truth::False, "Deleting", message.clone()),
            Progress::Moving("Deleting", message),
        );
    }
    match resolved.status {
        Truth::True => (
            Verdict::new(Truth::True, "Resolved", resolved.message.clone()),
            Progress::Done,
        ),
        Truth::False => (
            resolved.clone(),
            Progress::Stuck(resolved.reason, resolved.message.clone()),
        ),
        Truth::Unknown => {
            let ready = Verdict {
                status: Truth::False,
                ..resolved.clone()
            };
            (
                ready,
                Progress::Moving(resolved.reason, resolved.message.clone()),
            )
        }
    }
}

/// What decides failover says, in the apps that use it: the worst of them.
fn health(report: &EndpointReport<'_>) -> Verdict {
    let name = report.object.name_any();
    let all: Vec<(String, &RegionStatus)> = users(&name, report.apps)
        .map(|(app, region)| (app.name_any(), region))
        .collect();
    if let Some((app, region)) = all.iter().find(|(_, region)| region.health == "Unhealthy") {
        let message = format!("ekapp/{app}: {} says unhealthy", region.health_source);
        return Verdict::new(Truth::False, "RegionUnhealthy", message);
    }
    match all.iter().find(|(_, region)| region.health == "Healthy") {
        Some((app, region)) => Verdict::new(
            Truth::True,
            "Healthy",
            format!("ekapp/{app}: {} says healthy", region.health_source),
        ),
        None if all.is_empty() => Verdict::new(Truth::Unknown, "Pending", "no app uses it"),
        None => Verdict::new(
            Truth::Unknown,
            "HealthUnknown",
            "nothing that was read says so",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn app(generation: i64, seen: Option<i64>, endpoint: &str) -> GlobalApp {
        serde_json::from_value(json!({
            "metadata": {"name": "shop", "generation": generation},
            "spec": {
                "hostnames": ["shop.example.com"],
                "endpoints": {"names": [endpoint]},
                "dns": {"hostedZone": "example.com", "routing": "Latency"},
            },
            "status": {"observedGeneration": seen, "conditions": []},
        }))
        .unwrap()
    }

    #[test]
    fn an_endpoint_awaits_the_apps_that_have_just_selected_it() {
        let endpoint: RegionEndpoint = serde_json::from_value(json!({
            "metadata": {"name": "eu-west-1"},
            "spec": {
                "region": "eu-west-1",
                "target": {"loadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1"},
            },
        }))
        .unwrap();
        let cases = [
            (app(1, None, "eu-west-1"), true),
            (app(3, Some(2), "eu-west-1"), true),
            (app(3, Some(3), "eu-west-1"), false),
            (app(3, Some(2), "us-east-1"), false),
        ];
        for (app, expected) in cases {
            let apps = std::slice::from_ref(&app);
            assert_eq!(is_undecided(&endpoint, apps), expected, "{app:?}");
        }
    }
}
