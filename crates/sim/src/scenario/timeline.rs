//! What a scenario lets happen by itself, in order of time. Events of the same instant happen in the
//! order in which they were put here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Deed;
use crate::elb::LoadBalancerArn;
use crate::endpoints::Alarm;
use crate::wire::Request;

#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline {
    due: BTreeMap<(Timestamp, u64), Due>,
    put: u64,
}

#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// Something happens.
    Happen(Deed),
    /// Something is over.
    Mend(Mend),
    /// A request arrives that was on its way.
    Deliver(Request),
}

/// What is as before.
#[derive(Clone, Debug)]
pub(crate) enum Mend {
    Healthy(Vec<LoadBalancerArn>),
    Answering(String),
    /// Hosts answer at once.
    Fast(Vec<String>),
    Alarm(Alarm),
    RoutingControl(String),
}

impl Timeline {
    pub(crate) fn put(&mut self, at: Timestamp, due: Due) {
        self.due.insert((at, self.put), due);
        self.put += 1;
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn take(&mut self, now: Timestamp) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        self.due.pop_first().map(|(_, due)| due)
    }

    /// Forgets what has not happened, and returns what would have ended. A request on its way still
    /// arrives.
    pub(crate) fn clear(&mut self) -> Vec<Mend> {
        let mut mends = Vec::new();
        for (key, due) in std::mem::take(&mut self.due) {
            match due {
                Due::Happen(_) => {}
                Due::Mend(mend) => mends.push(mend),
                Due::Deliver(_) => {
                    self.due.insert(key, due);
                }
            }
        }
        mends
    }
}
