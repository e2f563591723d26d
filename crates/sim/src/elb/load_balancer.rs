//! A load balancer: its ARN, from which most of the rest follows, and whether it is healthy.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::region::Region;

/// The ARN of an Application or Network Load Balancer, such as
/// `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoadBalancerArn {
    region: Region,
    account: String,
    kind: Kind,
    name: String,
    id: String,
}

/// The types of load balancers that traffic can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An Application Load Balancer.
    Application,
    /// A Network Load Balancer.
    Network,
}

/// Whether a load balancer has public addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// It has public addresses.
    #[default]
    InternetFacing,
    /// It is reachable only from its VPC.
    Internal,
}

/// A string that is not the ARN of an Application or Network Load Balancer.
#[derive(Debug, Error)]
#[error("{0:?} is not the ARN of an Application or Network Load Balancer")]
pub struct NotALoadBalancerArn(String);

impl LoadBalancerArn {
    /// Reads an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("arn:aws:elasticloadbalancing:")?;
        let mut parts = rest.splitn(3, ':');
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let mut resource = resource.strip_prefix("loadbalancer/")?.split('/');
        let (kind, name, id) = (resource.next()?, resource.next()?, resource.next()?);
        let kind = match kind {
            "app" => Kind::Application,
            "net" => Kind::Network,
            _ => return None,
        };
        let digits = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let complete = resource.next().is_none() && digits && !name.is_empty();
        complete.then_some(Self {
            region: Region::named(region)?,
            account: account.to_owned(),
            kind,
            name: name.to_owned(),
            id: id.to_owned(),
        })
    }

    /// The Region that it is in.
    pub fn region(&self) -> Region {
        self.region
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The load balancer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The DNS name that Elastic Load Balancing would give it.
    pub(crate) fn dns_name(&self, scheme: Scheme) -> String {
        let Self {
            region,
            account: _,
            kind,
            name,
            id,
        } = self;
        let prefix = match scheme {
            Scheme::InternetFacing => "",
            Scheme::Internal => "internal-",
        };
        match kind {
            Kind::Application => {
                let number = u64::from_str_radix(id, 16).unwrap_or_default() % 10_000_000_000;
                format!("{prefix}{name}-{number:010}.{region}.elb.amazonaws.com")
            }
            Kind::Network => format!("{prefix}{name}-{id}.elb.{region}.amazonaws.com"),
        }
    }
}

impl fmt::Display for LoadBalancerArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            region,
            account,
            kind,
            name,
            id,
        } = self;
        let kind = match kind {
            Kind::Application => "app",
            Kind::Network => "net",
        };
        write!(
            formatter,
            "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{kind}/{name}/{id}"
        )
    }
}

impl TryFrom<String> for LoadBalancerArn {
    type Error = NotALoadBalancerArn;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NotALoadBalancerArn(text))
    }
}

impl From<LoadBalancerArn> for String {
    fn from(arn: LoadBalancerArn) -> Self {
        arn.to_string()
    }
}

/// A load balancer as this world has it.
#[derive(Clone, Debug)]
pub(crate) struct LoadBalancer {
    pub(crate) arn: LoadBalancerArn,
    pub(crate) dns_name: String,
    pub(crate) scheme: Scheme,
    /// Every target group with targets has a healthy one.
    pub(crate) healthy: bool,
}
