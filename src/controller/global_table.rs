//! Reconciles a GlobalTable: validate, observe, plan, apply, report.

use std::sync::Arc;

use evenkeel_core::crd::{GlobalTable, GlobalTableStatus, Mode};
use evenkeel_core::dynamodb::Observed;
use evenkeel_core::failure::Failure;
use evenkeel_core::plan::{self, Plan};
use evenkeel_core::validate::{self, Lifecycle, Objections, Table};
use evenkeel_core::{schedule, status};
use kube::ResourceExt;
use kube::api::Api;
use kube::runtime::controller::Action;

use crate::apply::{Outcome, apply, deadline};
use crate::context::{Context, Guarded};
use crate::error::ReconcileError;
use crate::kube::finalizer;
use crate::report::{self, Happening, api, bounded, of_actions, of_transition};

pub(super) async fn reconcile(
    object: Arc<Guarded<GlobalTable>>,
    context: Arc<Context>,
) -> Result<Action, ReconcileError> {
    let object = match &object.0 {
        Ok(readable) => readable.clone(),
        Err(invalid) => return super::unreadable(&context, &object, &invalid.error).await,
    };
    let table = match validate::table(&object) {
        Ok(table) => table,
        Err(objections) => return objected(&context, &object, &objections).await,
    };
    let until = deadline(&context);
    let observed = context.observer.table(&table).await;
    let plan = plan::table(&table, &observed, &context.settings);
    let (object, outcome) = match table.mode {
        Mode::Plan => (object, Outcome::default()),
        Mode::Enforce => {
            let object = prepare(&context, &object, &table, &plan).await?;
            let outcome = apply(&context, &name(&object), &plan, until).await;
            (object, outcome)
        }
    };
    let table = validate::table(&object).unwrap_or(table);
    let observed = context.observer.known_tables(&table.name);
    let mut left = plan::table(&table, &observed, &context.settings);
    if let Some(failure) = &outcome.failure {
        let failure = context.failures.judged(&name(&object), failure.clone());
        left.add_failure(failure);
    }
    finish(&context, &object, &table, &observed, &left, &outcome).await
}

fn name(object: &GlobalTable) -> String {
    format!(
        "ektable/{} of {}",
        object.name_any(),
        object.namespace().unwrap_or_default()
    )
}

/// What must be in Kubernetes before the first AWS write: our finalizer, and the identity that goes into every mark.
async fn prepare(
    context: &Context,
    object: &GlobalTable,
    table: &Table,
    plan: &Plan,
) -> Result<GlobalTable, ReconcileError> {
    let Some(commit) = plan.commit.as_ref().filter(|_| !plan.actions.is_empty()) else {
        return Ok(object.clone());
    };
    if table.lifecycle != Lifecycle::Living {
        return Ok(object.clone());
    }
    let tables: Api<GlobalTable> = api(&context.client, &object.namespace().unwrap_or_default());
    let mut object = object.clone();
    if !finalizer::is_on(&object) {
        object = bounded(finalizer::add(&tables, &object))
            .await
            .map_err(changing(&object))?;
    }
    let before = object.status.clone();
    let mut after = before.clone().unwrap_or_default();
    after.fleet = Some(status::fleet(
        after.fleet.as_ref(),
        Some(commit),
        &context.settings,
    ));
    let written = report::status(context, &object, before.as_ref(), &after).await?;
    Ok(written.unwrap_or(object))
}

fn changing(object: &GlobalTable) -> impl FnOnce(kube::Error) -> ReconcileError + use<> {
    let object = object.name_any();
    move |source| ReconcileError::ChangeFinalizer { object, source }
}

async fn finish(
    context: &Context,
    object: &GlobalTable,
    table: &Table,
    observed: &Observed,
    left: &Plan,
    outcome: &Outcome,
) -> Result<Action, ReconcileError> {
    let failure = outcome.error();
    let reporting = status::TableReport {
        object,
        table: Ok(table),
        plan: left,
        observed,
        failure,
    };
    let after = status::table(&reporting, &context.settings, context.clock.now());
    write(context, object, &after, of_actions(&outcome.done)).await?;
    if table.lifecycle != Lifecycle::Living && left.is_empty() {
        let tables: Api<GlobalTable> =
            api(&context.client, &object.namespace().unwrap_or_default());
        bounded(finalizer::remove(&tables, object))
            .await
            .map_err(changing(object))?;
        return Ok(Action::await_change());
    }
    Ok(requeue(context, object, left, failure))
}

fn requeue(
    context: &Context,
    object: &GlobalTable,
    left: &Plan,
    failure: Option<&Failure>,
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
    let pause = schedule::next(left, failure, failures, false, timings, context.clock.now());
    super::requeue(context, pause)
}

/// Nothing is planned for a table that is not valid; what is in AWS stays as it is.
async fn objected(
    context: &Context,
    object: &GlobalTable,
    objections: &Objections,
) -> Result<Action, ReconcileError> {
    let plan = Plan::from(objections.clone());
    let observed = Observed::default();
    let reporting = status::TableReport {
        object,
        table: Err(objections),
        plan: &plan,
        observed: &observed,
        failure: None,
    };
    let after = status::table(&reporting, &context.settings, context.clock.now());
    write(context, object, &after, std::iter::empty()).await?;
    Ok(requeue(context, object, &plan, None))
}

async fn write(
    context: &Context,
    object: &GlobalTable,
    after: &GlobalTableStatus,
    done: impl Iterator<Item = Happening>,
) -> Result<(), ReconcileError> {
    let before = object.status.clone().unwrap_or_default();
    report::status(context, object, object.status.as_ref(), after).await?;
    let told = of_transition(
        (&before.conditions, before.plan.as_ref()),
        (&after.conditions, after.plan.as_ref()),
    );
    report::publish(context, object, done.chain(told)).await;
    Ok(())
}
