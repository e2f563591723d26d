//! One action in words: for the printed plan, status, events and refusals.

use std::collections::BTreeMap;
use std::fmt;

use crate::failure::Service;
use crate::identity::Mark;
use crate::plan::Action;
use crate::{dynamodb, global_accelerator, route53};

/// One action in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Whether something comes, changes or goes.
    pub change: Change,
    /// What kind of thing: `endpoint group`, `record sets`, ...
    pub kind: &'static str,
    /// Which one.
    pub name: String,
    /// From what to what, in short.
    pub detail: String,
    /// Each part of it, where it has several.
    pub parts: Vec<String>,
    /// The service.
    pub service: Service,
    /// The API operation.
    pub call: &'static str,
}

/// Whether something comes, changes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It comes.
    Create,
    /// It changes.
    Update,
    /// It goes.
    Remove,
}

impl Change {
    /// The sign in a printed plan.
    pub fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Update => '~',
            Self::Remove => '-',
        }
    }
}

impl Action {
    /// The action in words.
    pub fn describe(&self) -> Description {
        match self {
            Self::Route53(action) => route53::describe(action),
            Self::GlobalAccelerator(action) => global_accelerator::describe(action),
            Self::DynamoDb(action) => dynamodb::describe(action),
        }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        if self.detail.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.detail)
        }
    }
}

/// A mark in words.
pub(crate) fn mark_text(tags: &BTreeMap<String, String>) -> String {
    match Mark::from_tags(tags) {
        Some(mark) => format!("marked {}", mark.state.as_str()),
        None => "marks".to_owned(),
    }
}
