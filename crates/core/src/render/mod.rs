//! A whole plan for people and for programs: the same waves, as text and as JSON.

mod json;
mod text;

pub use json::json;
pub use text::{text, wrapped};

use crate::waves::Wave;

/// What is printed.
pub struct Printed<'a> {
    /// What the plan is for: `AWS account 123456789012`, `sandbox world`, ...
    pub target: &'a str,
    /// The waves; the last one has no actions.
    pub waves: &'a [Wave],
    /// How many reads the plan took.
    pub reads: usize,
}

/// What a plan comes to, which is also its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to do: 0.
    NothingToDo,
    /// Changes: 2.
    Changes,
    /// Something is refused: 1.
    Refused,
}

impl Printed<'_> {
    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        if self
            .waves
            .iter()
            .flat_map(|wave| &wave.plans)
            .any(|one| !one.plan.refused.is_empty())
        {
            Outcome::Refused
        } else if self.calls() > 0 {
            Outcome::Changes
        } else {
            Outcome::NothingToDo
        }
    }

    /// How many calls.
    pub fn calls(&self) -> usize {
        self.waves
            .iter()
            .flat_map(|wave| &wave.plans)
            .map(|one| one.plan.actions.len())
            .sum()
    }

    /// What is left when everything that can be done is done.
    fn last(&self) -> Option<&Wave> {
        self.waves.last()
    }
}

impl Outcome {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::NothingToDo => 0,
            Self::Refused => 1,
            Self::Changes => 2,
        }
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NothingToDo => "NothingToDo",
            Self::Changes => "Changes",
            Self::Refused => "Refused",
        }
    }
}
