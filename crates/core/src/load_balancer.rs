//! Load balancers, as Elastic Load Balancing describes them.

use crate::names::LoadBalancerArn;

/// An Application or Network Load Balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: LoadBalancerArn,
    /// Its DNS name, for aliases and health checks.
    pub dns_name: String,
    /// The hosted zone of that name, for aliases.
    pub zone: String,
    /// Application or network.
    pub kind: Kind,
    /// Whether the internet reaches it.
    pub scheme: Scheme,
}

/// What a load balancer balances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Requests.
    Application,
    /// Connections.
    Network,
}

/// Who reaches a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The internet.
    InternetFacing,
    /// Its network.
    Internal,
}

impl Kind {
    /// The word that status shows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "Application",
            Self::Network => "Network",
        }
    }
}

impl Scheme {
    /// The word that status shows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InternetFacing => "InternetFacing",
            Self::Internal => "Internal",
        }
    }
}
