//! The names of things, parsed once: after [`crate::validate`] no bare string travels.
//!
//! Names that users write are checked here. Names that AWS invents (ARNs, ids) are opaque and taken as they come.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is not a name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text:?} is not {expected}")]
pub struct NameError {
    text: String,
    expected: &'static str,
}

/// A string newtype that anything may be put in: AWS chose it.
macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

/// A string newtype whose text passed `$check`.
macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident, $expected:literal, $check:expr);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NameError { text: text.to_owned(), expected: $expected })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

opaque! {
    /// Id of a hosted zone, without the `/hostedzone/` that replies carry.
    ZoneId,
    /// Id of a Route 53 change, without the `/change/` that replies carry.
    ChangeId,
    /// Id of a Route 53 health check.
    HealthCheckId,
    /// ARN of an accelerator.
    AcceleratorArn,
    /// ARN of an accelerator's listener.
    ListenerArn,
    /// ARN of a listener's endpoint group.
    EndpointGroupArn,
    /// ARN of a table in one Region.
    TableArn,
    /// `TableId`: tells a table from its re-created namesake.
    TableId,
    /// `metadata.uid` of the object that was committed first; the identity in every mark.
    Incarnation,
}

checked! {
    /// A Region, for example `eu-west-1`.
    Region, "a Region such as eu-west-1", is_region;
    /// A fleet's name: one installation, or several that share a fleet table.
    Fleet, "a fleet name (a DNS label of at most 63 characters)", is_label;
    /// The cluster that wrote a mark: the uid of its `kube-system` namespace.
    Writer, "a writer (a DNS label of at most 63 characters)", is_label;
    /// A DNS name, lower case and without a final dot; `*.` may stand first.
    Hostname, "a lower-case DNS name without a final dot", is_hostname;
    /// ARN of an Application or Network Load Balancer.
    LoadBalancerArn, "the ARN of an application or network load balancer", is_load_balancer_arn;
    /// Name of a DynamoDB table.
    TableName, "a table name (3 to 255 of a-z A-Z 0-9 _ . -)", is_table_name;
}

fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [first, middle @ .., number] = parts.as_slice() else {
        return false;
    };
    let lower = |part: &&str, longest: usize| {
        (2..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase())
    };
    text.len() <= 25
        && lower(first, 4)
        && (1..=3).contains(&middle.len())
        && middle.iter().all(|part| lower(part, 12))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_hostname(text: &str) -> bool {
    let rest = text.strip_prefix("*.").unwrap_or(text);
    text.len() <= 253 && rest.contains('.') && rest.split('.').all(is_label)
}

fn is_load_balancer_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &[arn, partition, service, region, account, resource] = parts.as_slice() else {
        return false;
    };
    arn == "arn"
        && partition == "aws"
        && service == "elasticloadbalancing"
        && is_region(region)
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && (resource.starts_with("loadbalancer/app/") || resource.starts_with("loadbalancer/net/"))
}

fn is_table_name(text: &str) -> bool {
    (3..=255).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

impl LoadBalancerArn {
    /// The Region that the ARN names.
    pub fn region(&self) -> Region {
        Region(self.0.split(':').nth(3).unwrap_or_default().to_owned())
    }

    /// Its kind in ARNs, `app` or `net`, and its name.
    pub fn kind_and_name(&self) -> (&str, &str) {
        let mut parts = self.0.split('/').skip(1);
        (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        )
    }
}

impl TableArn {
    /// The ARN that a replica of this table has in another Region: DynamoDB keeps account and name.
    #[must_use]
    pub fn in_region(&self, region: &Region) -> Self {
        let mut parts: Vec<&str> = self.0.splitn(6, ':').collect();
        if let Some(part) = parts.get_mut(3) {
            *part = region.as_str();
        }
        Self(parts.join(":"))
    }
}

impl Hostname {
    /// The name of the TXT record set that marks this name as ours.
    ///
    /// Beside the name, not at it: a TXT beside a CNAME would be refused, and at an apex it would mix with SPF.
    pub fn fence(&self) -> String {
        match self.0.strip_prefix("*.") {
            Some(rest) => format!("_evenkeel._wildcard.{rest}"),
            None => format!("_evenkeel.{}", self.0),
        }
    }

    /// Whether this name lies in the zone of that name.
    pub fn is_in(&self, zone: &str) -> bool {
        self.0 == zone
            || self
                .0
                .strip_suffix(zone)
                .is_some_and(|rest| rest.ends_with('.'))
    }
}

/// A Kubernetes object of a kind that is known from where the key stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ObjectKey {
    /// `metadata.namespace`
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}

impl ObjectKey {
    /// The object of that name in that namespace.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl FromStr for ObjectKey {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.split_once('/') {
            Some((namespace, name))
                if !namespace.is_empty() && !name.is_empty() && !name.contains('/') =>
            {
                Ok(Self::new(namespace, name))
            }
            _ => Err(NameError {
                text: text.to_owned(),
                expected: "NAMESPACE/NAME",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_look_like_regions() {
        for text in [
            "us-east-1",
            "ap-northeast-1",
            "us-gov-west-1",
            "eusc-de-east-1",
        ] {
            assert_eq!(text.parse::<Region>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "us-east",
            "US-east-1",
            "us-east-one",
            "us--1",
            "us-east-1 ",
            "us-east-123",
        ] {
            assert!(text.parse::<Region>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn hostnames_are_lower_case_without_a_final_dot() {
        for text in [
            "shop.example.com",
            "*.example.com",
            "a.b",
            "xn--bcher-kva.example",
        ] {
            assert!(text.parse::<Hostname>().is_ok(), "{text:?}");
        }
        for text in [
            "example",
            "shop.example.com.",
            "Shop.example.com",
            "a.*.com",
            "-a.b",
            "a..b",
            "*.",
            "_x.y.z",
        ] {
            assert!(text.parse::<Hostname>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_wildcard_has_its_own_fence() {
        let fence = |text: &str| text.parse::<Hostname>().unwrap().fence();
        assert_eq!(fence("shop.example.com"), "_evenkeel.shop.example.com");
        assert_eq!(
            fence("*.shop.example.com"),
            "_evenkeel._wildcard.shop.example.com"
        );
    }

    #[test]
    fn a_name_lies_in_its_zone_by_labels() {
        let name: Hostname = "shop.example.com".parse().unwrap();
        assert!(name.is_in("example.com") && name.is_in("shop.example.com"));
        assert!(!name.is_in("ample.com") && !name.is_in("other.com"));
    }

    #[test]
    fn a_load_balancer_arn_names_its_region() {
        let text = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef";
        assert_eq!(
            text.parse::<LoadBalancerArn>().unwrap().region().as_str(),
            "eu-west-1"
        );
        assert!(
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/y"
                .parse::<LoadBalancerArn>()
                .is_err()
        );
    }

    #[test]
    fn a_replica_has_the_arn_of_its_region() {
        let arn = TableArn::new("arn:aws:dynamodb:us-east-1:123456789012:table/sessions");
        let region = "eu-west-1".parse().unwrap();
        assert_eq!(
            arn.in_region(&region).as_str(),
            "arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"
        );
    }
}
