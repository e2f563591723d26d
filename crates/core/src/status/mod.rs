//! What a status says: a pure function of what was declared, what is known of AWS, and the plan.
//!
//! It holds nothing that moves while nothing happens: a converged object is not written.

mod app;
mod conditions;
mod consents;
mod endpoint;
mod plan;
mod regions;
mod table;

pub use app::{AppReport, app};
pub use endpoint::{EndpointReport, endpoint, is_undecided, users};
pub use table::{TableReport, table};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;

use crate::crd::{AcceleratorStatus, FleetStatus, GlobalAppStatus, LastError, Mode};
use crate::failure::Failure;
use crate::plan::{Commit, Plan};
use crate::settings::Settings;

/// The longest message, in characters.
const MESSAGE: usize = 1_024;

/// A Kubernetes time holds whole seconds; more would differ from what is stored, for ever.
pub(crate) fn whole_seconds(time: Timestamp) -> Time {
    Time(Timestamp::from_second(time.as_second()).unwrap_or(time))
}

/// Cuts a text on a character boundary.
pub(crate) fn truncated(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

/// The error that blocks; the time of its first occurrence stays.
fn last_error(
    failure: Option<&Failure>,
    before: Option<&LastError>,
    now: Timestamp,
) -> Option<LastError> {
    let failure = failure?;
    let mut error = LastError {
        time: None,
        service: failure.service.to_string(),
        call: failure.operation.clone(),
        code: failure.code.clone(),
        message: truncated(&failure.message, MESSAGE),
        request_id: failure.request_id.clone(),
    };
    let same = |before: &&LastError| {
        (&before.service, &before.call, &before.code) == (&error.service, &error.call, &error.code)
    };
    match before.filter(same) {
        // The same error again: not even its request id moves.
        Some(before) => return Some(before.clone()),
        None => error.time = Some(whole_seconds(now)),
    }
    Some(error)
}

/// Who writes AWS, and which spec is carried out.
pub fn fleet(
    before: Option<&FleetStatus>,
    commit: Option<&Commit>,
    settings: &Settings,
) -> FleetStatus {
    let before = before.cloned().unwrap_or_default();
    FleetStatus {
        name: Some(settings.installation.fleet.to_string()),
        writer: Some(settings.installation.writer.to_string()),
        incarnation: commit
            .map(|commit| commit.incarnation.to_string())
            .or(before.incarnation),
        revision: commit
            .and_then(|commit| i64::try_from(commit.revision).ok())
            .or(before.revision),
        spec_digest: commit
            .map(|commit| commit.digest.clone())
            .or(before.spec_digest),
    }
}

/// What a status keeps of a plan's commit. An object that is refused before its first write keeps nothing: if it is to take
/// over what is there later on, it goes on under the identity in those marks, not under one of its own.
fn kept<'a>(plan: &'a Plan, mode: Mode, before: Option<&FleetStatus>) -> Option<&'a Commit> {
    let is_known = before.is_some_and(|before| before.incarnation.is_some());
    let is_refused = !plan.refused.is_empty() && plan.actions.is_empty();
    let commit = plan.commit.as_ref();
    commit.filter(|_| mode == Mode::Enforce && (is_known || !is_refused))
}

/// The status of a GlobalApp with what must be in it before the first AWS write.
pub fn committed_app(
    mut status: GlobalAppStatus,
    commit: &Commit,
    settings: &Settings,
) -> GlobalAppStatus {
    status.fleet = Some(fleet(status.fleet.as_ref(), Some(commit), settings));
    let known = status
        .accelerator
        .as_ref()
        .and_then(|accelerator| accelerator.nonce.clone());
    if commit.nonce != known {
        // A new nonce is for a new accelerator: the old one's ARN must not be taken for it.
        status.accelerator = Some(AcceleratorStatus {
            nonce: commit.nonce.clone(),
            ..AcceleratorStatus::default()
        });
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;

    #[test]
    fn what_is_refused_before_its_first_write_keeps_no_identity() {
        let commit = Commit {
            incarnation: crate::names::Incarnation::new("incarnation-1"),
            revision: 1,
            digest: "digest".to_owned(),
            nonce: None,
        };
        let refused = Plan {
            refused: vec![Refusal::Invalid {
                field: "spec".to_owned(),
                message: "no".to_owned(),
            }],
            commit: Some(commit.clone()),
            ..Plan::default()
        };
        let known = FleetStatus {
            incarnation: Some("incarnation-1".to_owned()),
            ..FleetStatus::default()
        };
        assert_eq!(kept(&refused, Mode::Enforce, None), None);
        assert_eq!(
            kept(&refused, Mode::Enforce, Some(&FleetStatus::default())),
            None
        );
        assert_eq!(kept(&refused, Mode::Enforce, Some(&known)), Some(&commit));
        let fine = Plan {
            refused: Vec::new(),
            ..refused
        };
        assert_eq!(kept(&fine, Mode::Enforce, None), Some(&commit));
        assert_eq!(kept(&fine, Mode::Plan, Some(&known)), None);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(truncated("aéb", 2), "aé");
        assert_eq!(truncated("ab", 2), "ab");
    }
}
