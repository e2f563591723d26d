//! AWS writes: the plan's actions in order, until one fails or time is up. No choice is left to make here.

use std::time::Duration;

use evenkeel_core::failure::{Failure, FailureKind};
use evenkeel_core::plan::{Action, Plan};
use evenkeel_core::route53;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::aws;
use crate::context::Context;
use crate::observe::Ground;

/// What came of a plan.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What was done.
    pub(crate) done: Vec<Action>,
    /// What stopped it.
    pub(crate) failure: Option<Failure>,
}

impl Outcome {
    /// What is to be told as a failure. A call that was held back has not failed.
    pub(crate) fn error(&self) -> Option<&Failure> {
        let failure = self.failure.as_ref();
        failure.filter(|failure| failure.held_back_until().is_none())
    }
}

/// Until when the writes of a plan made now may be sent.
pub(crate) fn deadline(context: &Context) -> Instant {
    let bound = Duration::try_from(context.settings.timings.plan_deadline).unwrap_or_default();
    Instant::now() + bound
}

/// Carries out the plan.
pub(crate) async fn apply(
    context: &Context,
    object: &str,
    plan: &Plan,
    deadline: Instant,
) -> Outcome {
    let mut outcome = Outcome::default();
    for (index, action) in plan.actions.iter().enumerate() {
        let words = action.describe();
        let rest = plan.actions[index..].iter();
        aws::wants(
            rest.filter(|other| other.describe().call == words.call)
                .count(),
        );
        match carry_out(context, action, deadline).await {
            Ok(()) => {
                info!(object, call = words.call, what = %words, "done");
                outcome.done.push(action.clone());
            }
            Err(failure) => {
                if failure.held_back_until().is_some() {
                    debug!(object, call = words.call, what = %words, "held back");
                } else {
                    warn!(object, call = words.call, what = %words, %failure, "stopped");
                }
                outcome.failure = Some(failure);
                return outcome;
            }
        }
    }
    outcome
}

async fn carry_out(context: &Context, action: &Action, deadline: Instant) -> Result<(), Failure> {
    match context.observer.ground(action).await {
        Ground::Holds => {}
        Ground::Changed => {
            let message = "AWS is no longer as the plan found it";
            return Err(not_sent(action, "Changed", message, FailureKind::Stale));
        }
        Ground::NotRead { until } => {
            let message = "what it changes could not be read again";
            let was_sent = false;
            let kind = FailureKind::RateLimited { until, was_sent };
            return Err(not_sent(action, "RateLimited", message, kind));
        }
    }
    // Apps share checks: whoever comes second finds it made.
    let _turn = if let Action::Route53(route53::Action::CreateHealthCheck {
        caller_reference,
        ..
    }) = action
    {
        let Some(turn) = context.observer.creation_turn(caller_reference).await else {
            return Ok(());
        };
        Some(turn)
    } else {
        None
    };
    if Instant::now() >= deadline {
        return Err(not_sent(
            action,
            "TooLate",
            "the plan is too old",
            FailureKind::NotSent,
        ));
    }
    if let Action::Route53(route53::Action::ChangeRecordSets(set)) = action {
        return context.zones.change(set, deadline).await.map(|_| ());
    }
    // When the deadline comes, the call is dropped: no retry of it is sent later. It may have happened.
    let sent = tokio::time::timeout_at(deadline, context.aws.carry_out(action)).await;
    match sent {
        Ok(Ok(effect)) => {
            context.observer.fold(action, &effect);
            Ok(())
        }
        Ok(Err(failure)) => {
            if failure.may_have_happened() {
                context.observer.failed(action, &failure);
            }
            Err(failure)
        }
        Err(_) => {
            let failure = not_sent(
                action,
                "Timeout",
                "no answer before the plan's deadline",
                FailureKind::Unavailable,
            );
            context.observer.failed(action, &failure);
            Err(failure)
        }
    }
}

/// A call that was not made, or not answered.
pub(crate) fn not_sent(action: &Action, code: &str, message: &str, kind: FailureKind) -> Failure {
    let words = action.describe();
    Failure {
        service: words.service,
        region: None,
        operation: words.call.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
        request_id: None,
        kind,
    }
}
