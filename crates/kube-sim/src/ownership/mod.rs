//! Which manager owns which field of an object, and server-side apply, which lives by it.
//!
//! The rules are those of structured-merge-diff: `fields` says what an object has, `compare` what a write changes,
//! `managers` whose it is, and `apply` merges and prunes accordingly.

mod apply;
mod compare;
mod element;
mod field_set;
mod fields;
mod managers;
mod merge;
mod order;

pub(crate) use apply::{Application, Unapplied, apply};
pub(crate) use compare::compare;
pub(crate) use element::Unidentified;
pub(crate) use managers::{Manager, Managers, Operation};
