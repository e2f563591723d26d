//! Port overrides send a listener's port to another port of the endpoints. They are held against
//! the whole accelerator: another listener may come to use a port that an override already uses.
//!
//! Source: "Overriding listener ports", Global Accelerator Developer Guide. AWS's texts are not
//! documented.

use std::collections::BTreeSet;

use super::{Accelerator, Error};

pub(super) fn check(accelerator: &Accelerator) -> Result<(), Error> {
    let mut used = BTreeSet::new();
    for listener in accelerator.listeners.values() {
        for group in listener.groups.values() {
            for pair in &group.port_overrides {
                let (from, to) = (pair.listener_port, pair.endpoint_port);
                if !listener
                    .port_ranges
                    .iter()
                    .any(|range| range.contains(from))
                {
                    return invalid(&format!(
                        "Port {from} is not in a port range of the listener"
                    ));
                }
                let mut ranges = accelerator
                    .listeners
                    .values()
                    .flat_map(|other| &other.port_ranges);
                if ranges.any(|range| range.contains(to)) {
                    return invalid(&format!("Port {to} is in a port range of a listener"));
                }
                if !used.insert((group.region, to)) {
                    return invalid(&format!("Port {to} is overridden to more than once"));
                }
            }
        }
    }
    Ok(())
}

fn invalid(problem: &str) -> Result<(), Error> {
    Err(Error::InvalidArgument(format!(
        "Invalid port override: {problem}"
    )))
}
