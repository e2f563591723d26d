//! `spec.accelerator`: what an application's Global Accelerator listens on.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crd::LABEL_PATTERN;

/// One Global Accelerator.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accelerator {
    /// What the accelerator listens on. Matched in AWS by protocol and ports, so renaming one is free. 1 to 10.
    #[schemars(length(min = 1, max = 10))]
    #[x_kube(
        merge_strategy = ListMerge::Map(vec!["name".into()]),
        validation = Rule::new("self.all(a, !has(a.ports) || self.all(b, a.name == b.name || a.protocol != b.protocol || !has(b.ports) || a.ports.all(p, !(p in b.ports))))")
            .message("two listeners of one protocol may not share a port")
    )]
    pub listeners: Vec<Listener>,
}

/// One listener of an accelerator.
#[derive(Clone, Debug, Deserialize, KubeSchema, PartialEq, Serialize)]
#[x_kube(validation = Rule::new("has(self.ports)").message("set `ports`"))]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// A name for messages.
    #[schemars(length(min = 1, max = 63), regex(pattern = LABEL_PATTERN))]
    pub name: String,
    /// The protocol that users speak.
    pub protocol: ListenerProtocol,
    /// The ports that users connect to, 1 to 65535. At most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10), inner(range(min = 1, max = 65535)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub ports: Option<Vec<i32>>,
    /// Whether one user's connections all reach one endpoint: SourceIP, or None (also when unset).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_affinity: Option<ClientAffinity>,
}

/// The protocol of a listener.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum ListenerProtocol {
    /// Connections.
    TCP,
    /// Datagrams.
    UDP,
}

/// Whether one user's connections all reach one endpoint.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
pub enum ClientAffinity {
    /// By the five-tuple: each connection for itself.
    #[default]
    None,
    /// By the two-tuple of addresses.
    SourceIP,
}
