//! How large a batch may be: elements and characters, of which an UPSERT costs twice.
//!
//! Source: "Quotas on `ChangeResourceRecordSets` requests", Route 53 Developer Guide.

use super::problem::Problem;
use super::shape::{Action, Change};

const MOST_ELEMENTS: usize = 1000;
const MOST_CHARACTERS: usize = 32_000;

pub(super) fn problems(changes: &[Change]) -> Vec<Problem> {
    let (mut elements, mut characters) = (0, 0);
    for Change { action, set } in changes {
        let cost = match action {
            Action::Create | Action::Delete => 1,
            Action::Upsert => 2,
        };
        // An alias counts as one element, and has no characters.
        elements += cost * set.values().len().max(1);
        characters += cost
            * set
                .values()
                .iter()
                .map(|value| value.chars().count())
                .sum::<usize>();
    }
    let mut problems = Vec::new();
    if elements > MOST_ELEMENTS {
        problems.push(Problem::TooManyElements);
    }
    if characters > MOST_CHARACTERS {
        problems.push(Problem::TooManyCharacters);
    }
    problems
}
