//! Reconciles a RegionEndpoint: finds its load balancer, says who uses it, and lets it go when nobody does.

use std::sync::Arc;

use evenkeel_core::crd::{RegionEndpoint, RegionEndpointStatus, TargetStatus, condition};
use evenkeel_core::failure::Read;
use evenkeel_core::names::LoadBalancerArn;
use evenkeel_core::schedule;
use evenkeel_core::status::{self, EndpointReport, users};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::ResourceExt;
use kube::api::Api;
use kube::runtime::controller::Action;

use crate::context::{Context, Guarded};
use crate::error::ReconcileError;
use crate::gather;
use crate::kube::finalizer;
use crate::report::{self, Happening, api, bounded};

pub(super) async fn reconcile(
    object: Arc<Guarded<RegionEndpoint>>,
    context: Arc<Context>,
) -> Result<Action, ReconcileError> {
    let object = match &object.0 {
        Ok(readable) => readable.clone(),
        Err(invalid) => return super::unreadable(&context, &object, &invalid.error).await,
    };
    let namespace = object.namespace().unwrap_or_default();
    let target = match arn(&object) {
        Some(arn) => {
            context
                .observer
                .load_balancer(&arn, &others(&context))
                .await
        }
        None => Read::Known(None),
    };
    let apps = gather::apps(&context, &namespace);
    let reporting = EndpointReport {
        object: &object,
        target: &target,
        apps: &apps,
    };
    let after = status::endpoint(&reporting, context.clock.now());
    report::status(&context, &object, object.status.as_ref(), &after).await?;
    let before = object.status.clone().unwrap_or_default();
    report::publish(&context, &object, of_transition(&before, &after)).await;

    let may_be_used =
        users(&object.name_any(), &apps).next().is_some() || status::is_undecided(&object, &apps);
    if object.metadata.deletion_timestamp.is_some() && !may_be_used {
        let endpoints: Api<RegionEndpoint> = api(&context.client, &namespace);
        let name = object.name_any();
        let removed = bounded(finalizer::remove(&endpoints, &object)).await;
        removed.map_err(|source| ReconcileError::ChangeFinalizer {
            object: name,
            source,
        })?;
        return Ok(Action::await_change());
    }
    let failures = context.failures.count(
        &format!("ekregion/{namespace}/{}", object.name_any()),
        target.failure().is_some(),
    );
    let timings = &context.settings.timings;
    let pause = schedule::endpoint(&target, failures, timings);
    Ok(super::requeue(&context, pause))
}

fn arn(object: &RegionEndpoint) -> Option<LoadBalancerArn> {
    object
        .spec
        .target
        .load_balancer_arn
        .as_deref()?
        .parse()
        .ok()
}

/// Every load balancer that some RegionEndpoint names: they are read together.
fn others(context: &Context) -> Vec<LoadBalancerArn> {
    let all = gather::valid(&context.endpoints, None);
    all.iter().filter_map(arn).collect()
}

/// What stays the same while the target does.
fn target(known: &TargetStatus) -> &str {
    known.load_balancer_arn.as_ref().unwrap_or(&known.dns_name)
}

fn of_transition(before: &RegionEndpointStatus, after: &RegionEndpointStatus) -> Vec<Happening> {
    let mut happenings = Vec::new();
    if let (Some(was), Some(is)) = (&before.target, &after.target)
        && target(was) != target(is)
    {
        let note = format!("{} -> {}", target(was), target(is));
        happenings.push(Happening::normal("TargetChanged", note));
    }
    let resolved = |conditions: &[Condition]| {
        condition(conditions, "Resolved").map(|resolved| resolved.status.clone())
    };
    if resolved(&after.conditions).as_deref() == Some("False")
        && resolved(&before.conditions).as_deref() != Some("False")
    {
        let note = condition(&after.conditions, "Resolved")
            .map(|resolved| resolved.message.clone())
            .unwrap_or_default();
        happenings.push(Happening::warning("TargetNotFound", note));
    }
    happenings
}
