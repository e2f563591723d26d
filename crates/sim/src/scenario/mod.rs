//! Scenarios: what goes wrong, and when, as data. An event has a trigger, a time or a call, and an
//! effect; it becomes faults that calls meet, or entries of the world's timeline.

mod console;
mod event;
mod happening;
mod length;
mod play;
mod timeline;
mod xml;

use serde::{Deserialize, Serialize};

pub use event::{Event, Mistake};
pub(crate) use happening::Deed;
pub use play::Impossible;
pub(crate) use play::after;
pub(crate) use timeline::{Due, Timeline};

/// What goes wrong, and when. The order of the events matters only for those that meet the same
/// call: the first acts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The events.
    pub events: Vec<Event>,
}
