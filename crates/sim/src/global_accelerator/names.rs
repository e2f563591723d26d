//! Names for what has only a generated ARN, for those who write about it beforehand.

use super::GlobalAccelerator;
use crate::picture::Labels;

impl GlobalAccelerator {
    /// `accelerator-arn:shop`, `listener-arn:shop/443` by its first port, and
    /// `endpoint-group-arn:shop/443/eu-west-1`.
    pub(crate) fn name_arns(&self, labels: &mut Labels) {
        for accelerator in self.accelerators.values() {
            let name = &accelerator.name;
            labels.put(
                accelerator.arn.to_string(),
                format!("accelerator-arn:{name}"),
            );
            for listener in accelerator.listeners.values() {
                let ports = listener.port_ranges.iter().map(|range| range.from_port);
                let listener_name = format!("{name}/{}", ports.min().unwrap_or_default());
                let label = format!("listener-arn:{listener_name}");
                labels.put(listener.arn.to_string(), label);
                for group in listener.groups.values() {
                    let label = format!("endpoint-group-arn:{listener_name}/{}", group.region);
                    labels.put(group.arn.to_string(), label);
                }
            }
        }
    }
}
