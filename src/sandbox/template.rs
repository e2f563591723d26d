//! The pod template of the chart's Deployment, read as a kubelet would: what is run, as whom, and in which environment.

use std::net::SocketAddr;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Container;
use tokio::process::Command;

use super::session::NAMESPACE;

/// The template of the operator's pods.
pub(super) struct Template {
    /// The service account.
    pub(super) account: String,
    container: Container,
}

impl Template {
    /// The template; nothing if it has no container.
    pub(super) fn of(deployment: Deployment) -> Option<Self> {
        let spec = deployment.spec?.template.spec?;
        Some(Self {
            account: spec.service_account_name.unwrap_or_default(),
            container: spec.containers.into_iter().next()?,
        })
    }

    /// Gives a command the container's arguments and environment, as that pod has them, but for the address.
    pub(super) fn fill(self, command: &mut Command, pod: &str, listen: SocketAddr) {
        for argument in self.container.args.into_iter().flatten() {
            if argument.starts_with("--listen=") {
                command.arg(format!("--listen={listen}"));
            } else {
                command.arg(argument);
            }
        }
        for variable in self.container.env.into_iter().flatten() {
            let field = variable
                .value_from
                .and_then(|from| from.field_ref)
                .map(|field| field.field_path);
            let value = match (variable.value, field.as_deref()) {
                (Some(value), _) => value,
                (None, Some("metadata.name")) => pod.to_owned(),
                (None, Some("metadata.namespace")) => NAMESPACE.to_owned(),
                (None, _) => continue,
            };
            command.env(variable.name, value);
        }
    }
}
