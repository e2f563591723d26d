//! What is known of AWS, as far as one object needs it.

use crate::plan::{Action, Effect};
use crate::{dynamodb, global_accelerator, route53};

/// What is known of AWS. A part that could not be read is data, too: see [`crate::failure::Read`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Zones, record sets, health checks.
    pub route53: route53::Observed,
    /// Accelerators.
    pub global_accelerator: global_accelerator::Observed,
    /// The tables of one name.
    pub dynamodb: dynamodb::Observed,
}

impl Observed {
    /// Carries out an action: what we believe AWS shows right after the call.
    pub fn after(&mut self, action: &Action, effect: &Effect) {
        match action {
            Action::Route53(action) => route53::after(&mut self.route53, action, effect),
            Action::GlobalAccelerator(action) => {
                global_accelerator::after(&mut self.global_accelerator, action, effect);
            }
            Action::DynamoDb(action) => dynamodb::after(&mut self.dynamodb, action, effect),
        }
    }
}
