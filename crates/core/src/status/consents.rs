//! `status.consents`: what came of the consents that an object carries.

use std::collections::BTreeSet;

use crate::consent::{Token, given};
use crate::crd::{ConsentStatus, GlobalApp};
use crate::plan::Plan;

/// As many as status shows.
const LIMIT: usize = 16;

/// Each consent. `used` are those by which something was done just now.
pub(super) fn consents(
    object: &GlobalApp,
    plan: &Plan,
    used: &BTreeSet<Token>,
    is_valid: bool,
) -> Vec<ConsentStatus> {
    let before = object.status.iter().flat_map(|status| &status.consents);
    let was = |token: &str| {
        let mut before = before.clone();
        before
            .find(|known| known.token == token)
            .map(|known| known.state.as_str())
    };
    let state = |token: &Token| {
        let was = was(&token.to_string());
        if plan.consented.contains(token) {
            "Accepted"
        } else if used.contains(token) || was == Some("Used") {
            "Used"
        } else if let (false, Some("Accepted")) = (is_valid, was) {
            // Nothing was planned, so nobody knows.
            "Accepted"
        } else {
            "Void"
        }
    };
    let consents = given(object).map(|(token, _)| ConsentStatus {
        token: token.to_string(),
        state: state(&token).to_owned(),
    });
    consents.take(LIMIT).collect()
}
