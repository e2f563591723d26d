//! The conditions, and the one order in which reasons reach Ready.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use k8s_openapi::jiff::Timestamp;

use super::{MESSAGE, truncated, whole_seconds};
use crate::crd::Mode;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::waiting::Waiting;

/// What a condition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Truth,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// A condition's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl Verdict {
    pub(super) fn new(status: Truth, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            message: message.into(),
        }
    }

    pub(super) fn refused(refusal: &Refusal) -> Self {
        Self::new(Truth::False, refusal.reason(), refusal.to_string())
    }

    pub(super) fn waiting(waiting: &Waiting) -> Self {
        let status = match waiting {
            Waiting::PartialObservation { .. } | Waiting::CallAgain(_) => Truth::Unknown,
            Waiting::NoEndpoints
            | Waiting::EndpointUnresolved { .. }
            | Waiting::DataNotReady { .. }
            | Waiting::AcceleratorDeploying { .. }
            | Waiting::AcceleratorBelowMinimum { .. }
            | Waiting::ListenerReplacement { .. }
            | Waiting::TargetWarming { .. }
            | Waiting::NameReplacement { .. }
            | Waiting::RecordsPropagating { .. }
            | Waiting::Draining { .. }
            | Waiting::RegionReplacement { .. }
            | Waiting::HealthUnknown { .. }
            | Waiting::TableUpdating { .. }
            | Waiting::ReplicaCreating { .. }
            | Waiting::ReplicaDeleting { .. }
            | Waiting::TtlCooldown { .. }
            | Waiting::RateLimited { .. }
            | Waiting::SpecNotAgreed { .. }
            | Waiting::InUse { .. } => Truth::False,
        };
        Self::new(status, waiting.reason(), waiting.to_string())
    }
}

/// Builds the list; a condition that keeps its status keeps its time.
pub(super) struct Conditions<'a> {
    before: &'a [Condition],
    generation: Option<i64>,
    now: Timestamp,
    list: Vec<Condition>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(before: &'a [Condition], generation: Option<i64>, now: Timestamp) -> Self {
        Self {
            before,
            generation,
            now,
            list: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, kind: &str, verdict: &Verdict) {
        let status = match verdict.status {
            Truth::True => "True",
            Truth::False => "False",
            Truth::Unknown => "Unknown",
        };
        let before = self
            .before
            .iter()
            .find(|condition| condition.type_ == kind && condition.status == status);
        self.list.push(Condition {
            type_: kind.to_owned(),
            status: status.to_owned(),
            reason: verdict.reason.to_owned(),
            message: truncated(&verdict.message, MESSAGE),
            observed_generation: self.generation,
            last_transition_time: before.map_or_else(
                || whole_seconds(self.now),
                |condition| condition.last_transition_time.clone(),
            ),
        });
    }

    /// Ready, with Reconciling or Stalled beside it: never both, since kstatus reads them before Ready.
    pub(super) fn finish(mut self, ready: &Verdict, progress: &Progress) -> Vec<Condition> {
        match progress {
            Progress::Done => {}
            Progress::Moving(reason, message) => {
                self.set(
                    "Reconciling",
                    &Verdict::new(Truth::True, reason, message.clone()),
                );
            }
            Progress::Stuck(reason, message) => {
                self.set(
                    "Stalled",
                    &Verdict::new(Truth::True, reason, message.clone()),
                );
            }
        }
        self.set("Ready", ready);
        self.list.sort_by_key(|condition| rank(&condition.type_));
        self.list
    }
}

fn rank(kind: &str) -> usize {
    let order = [
        "Ready",
        "Reconciling",
        "Stalled",
        "Accepted",
        "Programmed",
        "SpecAgreed",
    ];
    order
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(order.len())
}

/// Whether something still moves, or a person must act.
pub(super) enum Progress {
    Done,
    Moving(&'static str, String),
    Stuck(&'static str, String),
}

/// What the plan says of Accepted and Programmed, and whether anything moves.
pub(super) struct PlanVerdicts {
    pub(super) accepted: Verdict,
    pub(super) programmed: Verdict,
    pub(super) agreed: Verdict,
    pub(super) progress: Progress,
    /// The first thing that speaks against Ready.
    pub(super) obstacle: Option<Verdict>,
}

/// Reads a plan. What is in it is what is left to do.
pub(super) fn plan_verdicts(plan: &Plan, mode: Mode) -> PlanVerdicts {
    let spec_fault = plan
        .refused
        .iter()
        .find(|refusal| refusal.concerns_the_spec());
    let no_endpoints = plan
        .waiting
        .iter()
        .find(|waiting| matches!(waiting, Waiting::NoEndpoints));
    let disagreed = plan
        .waiting
        .iter()
        .find(|waiting| matches!(waiting, Waiting::SpecNotAgreed { .. }));
    let accepted = match (spec_fault, no_endpoints) {
        (Some(refusal), _) => Verdict::refused(refusal),
        (None, Some(waiting)) => Verdict::waiting(waiting),
        (None, None) => Verdict::new(Truth::True, "Accepted", "the spec makes sense"),
    };
    let agreed = match disagreed {
        Some(waiting) => Verdict::waiting(waiting),
        None => Verdict::new(
            Truth::True,
            "SingleCluster",
            "this cluster alone declares it",
        ),
    };
    let to_do = plan.actions.len();
    let plan_mode = (mode == Mode::Plan && to_do > 0).then(|| {
        Verdict::new(
            Truth::False,
            "PlanMode",
            format!("mode is Plan: {} not made", changes(to_do)),
        )
    });
    let refused = plan.refused.first().map(Verdict::refused);
    let waiting = plan.waiting.first().map(Verdict::waiting);
    let pending = (to_do > 0).then(|| {
        Verdict::new(
            Truth::False,
            "Pending",
            format!("{} to make", changes(to_do)),
        )
    });
    let programmed = plan_mode
        .clone()
        .or_else(|| refused.clone())
        .or_else(|| waiting.clone())
        .or(pending.clone());
    // Whatever is left to do stands behind a call that only a person can mend.
    let is_blocked = plan
        .refused
        .iter()
        .any(|refusal| matches!(refusal, Refusal::Call(_)));
    let moving = waiting
        .clone()
        .or(pending.filter(|_| !is_blocked))
        .filter(|_| plan_mode.is_none());
    let progress = match (&moving, plan_mode.as_ref().or(refused.as_ref())) {
        (Some(verdict), _) => Progress::Moving(verdict.reason, verdict.message.clone()),
        (None, Some(verdict)) => Progress::Stuck(verdict.reason, verdict.message.clone()),
        (None, None) => Progress::Done,
    };
    let first_false = |verdict: &Verdict| (verdict.status != Truth::True).then(|| verdict.clone());
    PlanVerdicts {
        obstacle: first_false(&agreed)
            .or_else(|| first_false(&accepted))
            .or_else(|| programmed.clone()),
        programmed: programmed.unwrap_or_else(|| {
            Verdict::new(Truth::True, "Programmed", "AWS equals the committed spec")
        }),
        accepted,
        agreed,
        progress,
    }
}

pub(super) fn changes(count: usize) -> String {
    if count == 1 {
        "1 change".to_owned()
    } else {
        format!("{count} changes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{self, Call};
    use crate::failure::{Failure, FailureKind, Service};
    use crate::plan::Action;

    /// A plan of one action whose last call failed that way, as its conditions tell.
    fn after(kind: FailureKind) -> (Verdict, Progress) {
        let mut plan = Plan {
            actions: vec![Action::DynamoDb(dynamodb::Action {
                table: "sessions".parse().unwrap(),
                region: "eu-west-1".parse().unwrap(),
                call: Call::SetDeletionProtection { is_protected: true },
            })],
            ..Plan::default()
        };
        plan.add_failure(Failure {
            service: Service::DynamoDb,
            region: Some("eu-west-1".to_owned()),
            operation: "UpdateTable".to_owned(),
            code: "AnyException".to_owned(),
            message: "AWS's words".to_owned(),
            request_id: None,
            kind,
        });
        let verdicts = plan_verdicts(&plan, Mode::Enforce);
        (verdicts.programmed, verdicts.progress)
    }

    #[test]
    fn a_call_that_only_a_person_can_mend_stalls_the_object_though_more_is_to_do() {
        for (kind, reason) in [
            (FailureKind::Denied, "AccessDenied"),
            (FailureKind::Quota, "QuotaExceeded"),
            (FailureKind::Rejected, "RejectedByAws"),
        ] {
            let (programmed, progress) = after(kind);
            assert_eq!(
                (programmed.status, programmed.reason),
                (Truth::False, reason)
            );
            assert!(matches!(progress, Progress::Stuck(stalled, _) if stalled == reason));
        }
    }

    #[test]
    fn a_call_that_mends_itself_leaves_the_object_reconciling() {
        for (kind, reason) in [
            (FailureKind::Throttled, "Throttled"),
            (FailureKind::Unavailable, "ControlPlaneUnavailable"),
        ] {
            let (programmed, progress) = after(kind);
            assert_eq!(
                (programmed.status, programmed.reason),
                (Truth::Unknown, reason)
            );
            assert!(matches!(progress, Progress::Moving(moving, _) if moving == reason));
        }
    }

    #[test]
    fn a_call_that_is_held_back_is_known_not_to_be_done_and_goes_on_by_itself() {
        let until = Timestamp::UNIX_EPOCH;
        let was_sent = false;
        let (programmed, progress) = after(FailureKind::RateLimited { until, was_sent });
        assert_eq!(
            (programmed.status, programmed.reason),
            (Truth::False, "RateLimited")
        );
        assert_eq!(
            programmed.message,
            "dynamodb:UpdateTable: held back, since AWS takes only so many in a time; next try at 00:00:00Z"
        );
        assert!(matches!(progress, Progress::Moving("RateLimited", _)));
    }
}
