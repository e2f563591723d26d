//! Faults that a test injects into the answers of an operation.

use crate::call::Service;
use crate::wire::ServiceError;

/// Lets calls of one operation fail: the first `skip` are answered as usual, the next `times` are
/// not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The service.
    pub service: Service,
    /// The operation's name in the service's API reference.
    pub operation: String,
    /// How many calls to leave alone first.
    pub skip: u32,
    /// How many calls to let fail after that.
    pub times: u32,
    /// What happens to them.
    pub effect: Effect,
}

/// What happens to a call that a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is done, and this error is answered.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The message.
        message: String,
    },
    /// It is done, and yet answered with status 500: the caller can't know.
    LoseReply,
}

/// The faults of a world, in the order in which they were injected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    pending: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.pending.push(fault);
    }

    /// What happens to a call. Every fault for its operation counts it; the first one that is due
    /// acts.
    pub(crate) fn meet(&mut self, service: Service, operation: &str) -> Option<Effect> {
        let mut met = None;
        for fault in &mut self.pending {
            if fault.service != service || fault.operation != operation {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if fault.times > 0 && met.is_none() {
                fault.times -= 1;
                met = Some(fault.effect.clone());
            }
        }
        self.pending.retain(|fault| fault.times > 0);
        met
    }
}

/// What is answered for a reply that is lost.
pub(crate) fn lost() -> ServiceError {
    ServiceError::internal()
}
