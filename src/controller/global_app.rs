//! Reconciles a GlobalApp: gather, validate, observe, plan, apply, report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evenkeel_core::consent::{self, Token};
use evenkeel_core::crd::{GlobalApp, GlobalAppStatus, Mode, RegionEndpoint};
use evenkeel_core::failure::Failure;
use evenkeel_core::names::Hostname;
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::{self, Plan};
use evenkeel_core::validate::{App, Lifecycle, Objections};
use evenkeel_core::{schedule, status};
use kube::ResourceExt;
use kube::api::Api;
use kube::runtime::controller::Action;

use crate::apply::{Outcome, apply, deadline};
use crate::context::{Context, Guarded};
use crate::error::ReconcileError;
use crate::gather;
use crate::kube::finalizer;
use crate::observe::is_watched;
use crate::report::{self, Happening, api, bounded, of_actions, of_transition};

pub(super) async fn reconcile(
    object: Arc<Guarded<GlobalApp>>,
    context: Arc<Context>,
) -> Result<Action, ReconcileError> {
    let object = match &object.0 {
        Ok(readable) => readable.clone(),
        Err(invalid) => return super::unreadable(&context, &object, &invalid.error).await,
    };
    let app = match gather::valid_app(&context, &object) {
        Ok(app) => app,
        Err(objections) => return objected(&context, &object, &objections).await,
    };
    let until = deadline(&context);
    let (observed, plan) = plan_freshly(&context, &app).await;
    let (object, app, outcome) = match app.mode {
        Mode::Plan => (object, app, Outcome::default()),
        Mode::Enforce => {
            let object = prepare(&context, &object, &app, &plan).await?;
            let app = gather::valid_app(&context, &object).unwrap_or(app);
            let outcome = apply(&context, &name(&object), &plan, until).await;
            (object, app, outcome)
        }
    };
    let observed = if outcome.done.is_empty() {
        observed
    } else {
        context.observer.known(&app)
    };
    let mut left = plan::app(&app, &observed, &context.settings, context.clock.now());
    let used = plan.consents_used(&left, &outcome.done);
    let corrected = plan.names_corrected(&left);
    left.keep_drains_of(plan, context.clock.now());
    if let Some(failure) = &outcome.failure {
        let failure = context.failures.judged(&name(&object), failure.clone());
        left.add_failure(failure);
    }
    let done = Done {
        outcome,
        used,
        corrected,
    };
    finish(&context, &object, &app, &observed, &left, &done).await
}

fn name(object: &GlobalApp) -> String {
    format!(
        "ekapp/{} of {}",
        object.name_any(),
        object.namespace().unwrap_or_default()
    )
}

/// Plans from what is known of AWS; where a Region is about to be taken out, from what its neighbours' health is just now.
async fn plan_freshly(context: &Context, app: &App) -> (Observed, Plan) {
    let observed = context.observer.app(app).await;
    let plan = plan::app(app, &observed, &context.settings, context.clock.now());
    let takes_out = plan.takes_out() && app.lifecycle == Lifecycle::Living;
    if !takes_out && !plan.awaits_health() {
        return (observed, plan);
    }
    let observed = context.observer.health(app).await;
    let plan = plan::app(app, &observed, &context.settings, context.clock.now());
    (observed, plan)
}

/// What must be in Kubernetes before the first AWS write: our finalizers, and the identity that goes into every mark.
async fn prepare(
    context: &Context,
    object: &GlobalApp,
    app: &App,
    plan: &Plan,
) -> Result<GlobalApp, ReconcileError> {
    let Some(commit) = plan.commit.as_ref().filter(|_| !plan.actions.is_empty()) else {
        return Ok(object.clone());
    };
    if app.lifecycle != Lifecycle::Living {
        return Ok(object.clone());
    }
    let namespace = object.namespace().unwrap_or_default();
    let apps: Api<GlobalApp> = api(&context.client, &namespace);
    let mut object = object.clone();
    if !finalizer::is_on(&object) {
        object = bounded(finalizer::add(&apps, &object))
            .await
            .map_err(changing(&object.name_any()))?;
    }
    let endpoints: Api<RegionEndpoint> = api(&context.client, &namespace);
    for endpoint in gather::endpoints(context, &namespace) {
        let is_used = app
            .endpoints
            .values()
            .any(|endpoints| endpoints.contains_key(&endpoint.name_any()));
        if is_used && !finalizer::is_on(&endpoint) {
            bounded(finalizer::add(&endpoints, &endpoint))
                .await
                .map_err(changing(&endpoint.name_any()))?;
        }
    }
    let before = object.status.clone();
    let after = status::committed_app(
        before.clone().unwrap_or_default(),
        commit,
        &context.settings,
    );
    let written = report::status(context, &object, before.as_ref(), &after).await?;
    Ok(written.unwrap_or(object))
}

fn changing(object: &str) -> impl FnOnce(kube::Error) -> ReconcileError + use<> {
    let object = object.to_owned();
    move |source| ReconcileError::ChangeFinalizer { object, source }
}

/// What came of a plan.
struct Done {
    outcome: Outcome,
    /// The consents by which it was done.
    used: BTreeSet<Token>,
    /// The names at which somebody else's change was undone.
    corrected: BTreeSet<Hostname>,
}

async fn finish(
    context: &Context,
    object: &GlobalApp,
    app: &App,
    observed: &Observed,
    left: &Plan,
    done: &Done,
) -> Result<Action, ReconcileError> {
    let Done {
        outcome,
        used,
        corrected,
    } = done;
    let now = context.clock.now();
    let failure = outcome.error();
    let reporting = status::AppReport {
        object,
        app: Ok(app),
        plan: left,
        observed,
        used,
        corrected,
        failure,
    };
    let after = status::app(&reporting, &context.settings, now);
    write(context, object, &after, of_actions(&outcome.done)).await?;
    let is_gone = app.lifecycle != Lifecycle::Living && left.is_empty();
    if is_gone {
        let apps: Api<GlobalApp> = api(&context.client, &object.namespace().unwrap_or_default());
        bounded(finalizer::remove(&apps, object))
            .await
            .map_err(changing(&object.name_any()))?;
        return Ok(Action::await_change());
    }
    let is_watched = is_watched(app, observed);
    Ok(requeue(context, object, left, failure, is_watched))
}

fn requeue(
    context: &Context,
    object: &GlobalApp,
    left: &Plan,
    failure: Option<&Failure>,
    is_watched: bool,
) -> Action {
    let failures = context.failures.count(&name(object), failure.is_some());
    // What is only planned is not done at once either.
    let left = match object.spec.mode {
        Mode::Plan => &Plan {
            actions: Vec::new(),
            ..left.clone()
        },
        Mode::Enforce => left,
    };
    let timings = &context.settings.timings;
    let now = context.clock.now();
    let pause = schedule::next(left, failure, failures, is_watched, timings, now);
    super::requeue(context, pause)
}

/// Nothing is planned for an app that is not valid; what is in AWS stays as it is.
async fn objected(
    context: &Context,
    object: &GlobalApp,
    objections: &Objections,
) -> Result<Action, ReconcileError> {
    let plan = Plan::from(objections.clone());
    let observed = Observed::default();
    let reporting = status::AppReport {
        object,
        app: Err(objections),
        plan: &plan,
        observed: &observed,
        used: &BTreeSet::new(),
        corrected: &BTreeSet::new(),
        failure: None,
    };
    let after = status::app(&reporting, &context.settings, context.clock.now());
    write(context, object, &after, std::iter::empty()).await?;
    Ok(requeue(context, object, &plan, None, false))
}

async fn write(
    context: &Context,
    object: &GlobalApp,
    after: &GlobalAppStatus,
    done: impl Iterator<Item = Happening>,
) -> Result<(), ReconcileError> {
    let before = object.status.clone().unwrap_or_default();
    report::status(context, object, object.status.as_ref(), after).await?;
    let told = of_transition(
        (&before.conditions, before.plan.as_ref()),
        (&after.conditions, after.plan.as_ref()),
    );
    let of_consents = of_consents(object, &before, after);
    report::publish(
        context,
        object,
        done.chain(told)
            .chain(of_consents)
            .chain(of_regions(&before, after)),
    )
    .await;
    Ok(())
}

/// Consents by which something was done, or that lost their meaning before.
fn of_consents(
    object: &GlobalApp,
    before: &GlobalAppStatus,
    after: &GlobalAppStatus,
) -> Vec<Happening> {
    let given: BTreeMap<String, &str> = consent::given(object)
        .map(|(token, why)| (token.to_string(), why))
        .collect();
    let was = |token: &str| {
        let known = before.consents.iter().find(|known| known.token == token);
        known.map(|known| known.state.as_str())
    };
    let told = after.consents.iter().filter_map(|consent| {
        let why = given.get(&consent.token).copied().unwrap_or_default();
        let note = format!("{}: {why}", consent.token);
        match (was(&consent.token), consent.state.as_str()) {
            (Some("Used"), "Used") => None,
            (_, "Used") => Some(Happening::normal("ConsentUsed", note)),
            (Some("Accepted"), "Void") => Some(Happening::warning("ConsentVoid", note)),
            _ => None,
        }
    });
    told.collect()
}

/// Regions that AWS has taken out of service, or brought back.
fn of_regions(before: &GlobalAppStatus, after: &GlobalAppStatus) -> Vec<Happening> {
    let mut happenings = Vec::new();
    for region in &after.regions {
        let was = before
            .regions
            .iter()
            .find(|was| was.region == region.region)
            .map(|was| was.health.as_str());
        let note = format!(
            "{}: {} says {}",
            region.region,
            region.health_source,
            region.health.to_lowercase()
        );
        match (was, region.health.as_str()) {
            (Some("Unhealthy"), "Healthy") => {
                happenings.push(Happening::normal("RegionHealthy", note));
            }
            (Some("Unhealthy"), "Unhealthy") => {}
            (_, "Unhealthy") => happenings.push(Happening::warning("RegionUnhealthy", note)),
            _ => {}
        }
    }
    happenings
}
