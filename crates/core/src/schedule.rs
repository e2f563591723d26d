//! When to look at an object again: now, soon, or at the next sweep. Changes of Kubernetes objects come by themselves.

use k8s_openapi::jiff::{SignedDuration, Timestamp};

use crate::failure::{Failure, FailureKind, Read};
use crate::plan::Plan;
use crate::settings::Timings;
use crate::waiting::Waiting;

/// The longest pause between two tries of the same failing call.
const LONGEST_BACKOFF: i32 = 24;

/// How long to leave the object alone, given what is left to do. `failures` counts the failed tries in a row; `is_watched`
/// says that whatever the object stands on is read without it, and that a difference wakes it.
pub fn next(
    plan: &Plan,
    failure: Option<&Failure>,
    failures: u32,
    is_watched: bool,
    timings: &Timings,
    now: Timestamp,
) -> SignedDuration {
    if let Some(failure) = failure {
        return after_failure(failure.kind, failures, timings);
    }
    let is_held_back = |waiting: &Waiting| matches!(waiting, Waiting::RateLimited { .. });
    if !plan.actions.is_empty() && !plan.waiting.iter().any(is_held_back) {
        return SignedDuration::ZERO;
    }
    let rest = if is_watched && plan.refused.is_empty() {
        timings.slow_sweep
    } else {
        timings.sweep
    };
    let waiting = plan.waiting.iter();
    let waiting = waiting.map(|waiting| after_waiting(waiting, timings, now));
    // A status shows a timer until it is over.
    let timers = plan.drains.values().filter(|until| **until > now);
    let timers = timers.map(|until| until.duration_since(now).min(rest));
    waiting.chain(timers).min().unwrap_or(rest)
}

/// How long to leave a RegionEndpoint alone.
pub fn endpoint<T>(target: &Read<T>, failures: u32, timings: &Timings) -> SignedDuration {
    match target {
        Read::Known(_) => timings.sweep,
        Read::NotRead => timings.poll,
        Read::Failed(failure) => after_failure(failure.kind, failures, timings),
    }
}

/// The one place where a failed call becomes a pause.
fn after_failure(kind: FailureKind, failures: u32, timings: &Timings) -> SignedDuration {
    let doubled = 1_i32
        .checked_shl(failures.saturating_sub(1))
        .unwrap_or(LONGEST_BACKOFF);
    let backoff = timings.poll * doubled.clamp(1, LONGEST_BACKOFF);
    match kind {
        // What we believed was wrong, so the next look plans something else; if it does not, slow down.
        FailureKind::Stale if failures <= 1 => SignedDuration::ZERO,
        FailureKind::Stale
        | FailureKind::Throttled
        | FailureKind::Unavailable
        | FailureKind::Busy
        | FailureKind::NotSent
        | FailureKind::RateLimited { .. } => backoff,
        // Trying again helps nobody before a person has acted.
        FailureKind::Quota | FailureKind::Denied | FailureKind::Rejected => timings.sweep,
    }
}

fn after_waiting(waiting: &Waiting, timings: &Timings, now: Timestamp) -> SignedDuration {
    match waiting {
        Waiting::Draining { until, .. } | Waiting::RateLimited { until, .. } => {
            until.duration_since(now).max(SignedDuration::ZERO)
        }
        Waiting::AcceleratorDeploying { .. }
        | Waiting::AcceleratorBelowMinimum { .. }
        | Waiting::ListenerReplacement { .. }
        | Waiting::RecordsPropagating { .. }
        | Waiting::TargetWarming { .. }
        | Waiting::RegionReplacement { .. }
        | Waiting::HealthUnknown { .. }
        | Waiting::TableUpdating { .. }
        | Waiting::ReplicaCreating { .. }
        | Waiting::ReplicaDeleting { .. }
        | Waiting::PartialObservation { .. }
        | Waiting::CallAgain(_) => timings.poll,
        Waiting::EndpointUnresolved { .. } => timings.endpoints_grace,
        Waiting::NoEndpoints => timings.no_endpoints_grace,
        // Another object's change wakes this one.
        Waiting::DataNotReady { .. }
        | Waiting::NameReplacement { .. }
        | Waiting::SpecNotAgreed { .. }
        | Waiting::TtlCooldown { .. }
        | Waiting::InUse { .. } => timings.sweep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{self, Call};
    use crate::failure::Service;
    use crate::plan::Action;

    fn pause(kind: FailureKind, failures: u32) -> i64 {
        after_failure(kind, failures, &Timings::default()).as_secs()
    }

    #[test]
    fn a_failing_call_is_tried_ever_more_slowly_up_to_two_minutes() {
        let pauses: Vec<i64> = (1..=8)
            .map(|failures| pause(FailureKind::Throttled, failures))
            .collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 120, 120, 120]);
        assert_eq!(pause(FailureKind::Unavailable, u32::MAX), 120);
    }

    #[test]
    fn what_only_a_person_mends_is_not_tried_before_the_sweep() {
        assert_eq!(pause(FailureKind::Quota, 1), 300);
        assert_eq!(pause(FailureKind::Denied, 9), 300);
    }

    #[test]
    fn a_wrong_belief_is_corrected_at_once_but_not_for_ever() {
        assert_eq!(pause(FailureKind::Stale, 1), 0);
        assert_eq!(pause(FailureKind::Stale, 3), 20);
    }

    #[test]
    fn a_call_that_is_held_back_is_tried_when_there_is_room_and_what_moves_is_looked_at_meanwhile()
    {
        let now = Timestamp::UNIX_EPOCH;
        let held_back = Failure {
            service: Service::DynamoDb,
            region: None,
            operation: "TagResource".to_owned(),
            code: "RateLimited".to_owned(),
            message: String::new(),
            request_id: None,
            kind: FailureKind::RateLimited {
                until: now + SignedDuration::from_secs(90),
                was_sent: false,
            },
        };
        let mut plan = Plan {
            actions: vec![Action::DynamoDb(dynamodb::Action {
                table: "sessions".parse().unwrap(),
                region: "eu-west-1".parse().unwrap(),
                call: Call::SetDeletionProtection { is_protected: true },
            })],
            ..Plan::default()
        };
        let pause = |plan: &Plan| next(plan, None, 0, false, &Timings::default(), now).as_secs();
        assert_eq!(pause(&plan), 0);
        plan.add_failure(held_back);
        assert_eq!(pause(&plan), 90);
        plan.wait(Waiting::ReplicaCreating {
            table: "sessions".to_owned(),
            region: "eu-west-1".parse().unwrap(),
        });
        assert_eq!(pause(&plan), 5);
    }
}
