//! What a world starts with. A seed is data (YAML in files); every name and ARN in it is checked
//! when it is read, so that a world can be made of any seed. It can state what a person could never
//! create through the API: it is not held against the services' own rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dynamodb::{AttributeType, KeyAttribute};
use crate::elb::{LoadBalancerArn, Scheme};
use crate::knobs::Knobs;
use crate::quotas::Quotas;
use crate::rates::Rates;
use crate::region::Region;
use crate::route53::DnsName;
use crate::traffic::Clients;

/// The account of the examples in AWS's documentation.
const EXAMPLE_ACCOUNT: &str = "123456789012";

/// What a world starts with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Seed {
    /// From which every generated id is drawn (default 0).
    #[serde(default)]
    pub number: u64,
    /// The account id (default 123456789012).
    #[serde(default = "example_account")]
    pub account: String,
    /// Route 53 hosted zones.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Application and Network Load Balancers.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Accelerators without listeners.
    #[serde(default)]
    pub accelerators: Vec<Accelerator>,
    /// DynamoDB tables.
    #[serde(default)]
    pub tables: Vec<Table>,
    /// Clients that send requests.
    #[serde(default)]
    pub clients: Vec<Clients>,
    /// The account's quotas.
    #[serde(default)]
    pub quotas: Quotas,
    /// How fast calls may come.
    #[serde(default)]
    pub rates: Rates,
    /// How long things take.
    #[serde(default)]
    pub knobs: Knobs,
}

/// A hosted zone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Zone {
    /// Its name, such as `example.com`.
    pub name: DnsName,
    /// Whether it is private (default false).
    #[serde(default)]
    pub private: bool,
    /// Simple record sets in it, besides SOA and NS.
    #[serde(default)]
    pub record_sets: Vec<RecordSet>,
}

/// A simple record set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RecordSet {
    /// Its full name.
    pub name: DnsName,
    /// Its type.
    pub r#type: SimpleType,
    /// Its time to live in seconds (default 300).
    #[serde(default = "usual_ttl")]
    pub ttl: u32,
    /// Its values, as Route 53 writes them.
    pub values: Vec<String>,
}

/// The types of record sets that a seed can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SimpleType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    #[serde(rename = "AAAA")]
    Aaaa,
    /// Another name.
    #[serde(rename = "CNAME")]
    Cname,
    /// Texts in quotation marks.
    #[serde(rename = "TXT")]
    Txt,
}

/// A load balancer. Its type and Region are in its ARN.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: LoadBalancerArn,
    /// Its DNS name (default: as Elastic Load Balancing would name it).
    #[serde(default)]
    pub dns_name: Option<String>,
    /// Whether it has public addresses (default internet-facing).
    #[serde(default)]
    pub scheme: Scheme,
    /// Whether every target group has a healthy target (default true).
    #[serde(default = "yes")]
    pub healthy: bool,
}

/// An accelerator: enabled, deployed, without listeners.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Accelerator {
    /// Its name.
    pub name: String,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A table on demand, in one Region or replicated.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its Regions. The first is the source of the others.
    pub regions: Vec<Region>,
    /// Its partition key (default: `id`, a string).
    #[serde(default = "usual_key")]
    pub partition_key: KeyAttribute,
    /// Its sort key.
    #[serde(default)]
    pub sort_key: Option<KeyAttribute>,
    /// Whether it is protected in each Region (default false).
    #[serde(default)]
    pub deletion_protection: bool,
    /// Its tags in each Region.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Seed {
    /// An account with nothing in it.
    pub fn empty() -> Self {
        Self {
            number: 0,
            account: example_account(),
            zones: Vec::new(),
            load_balancers: Vec::new(),
            accelerators: Vec::new(),
            tables: Vec::new(),
            clients: Vec::new(),
            quotas: Quotas::default(),
            rates: Rates::default(),
            knobs: Knobs::default(),
        }
    }

    /// The zone `example.com`, and a healthy, internet-facing Application Load Balancer `shop` in
    /// each of us-east-1, eu-west-1 and ap-northeast-1.
    pub fn example() -> Self {
        let ids = [
            ("us-east-1", "50dc6c495c0c9188"),
            ("eu-west-1", "f2f7dc8efc522ab2"),
            ("ap-northeast-1", "73e2d6bc24d8a067"),
        ];
        let load_balancers = ids.into_iter().filter_map(|(region, id)| {
            let arn = format!(
                "arn:aws:elasticloadbalancing:{region}:{EXAMPLE_ACCOUNT}:loadbalancer/app/shop/{id}"
            );
            let arn = LoadBalancerArn::parse(&arn)?;
            Some(LoadBalancer {
                arn,
                dns_name: None,
                scheme: Scheme::default(),
                healthy: true,
            })
        });
        let zones = DnsName::parse("example.com").into_iter();
        Self {
            zones: zones
                .map(|name| Zone {
                    name,
                    private: false,
                    record_sets: Vec::new(),
                })
                .collect(),
            load_balancers: load_balancers.collect(),
            ..Self::empty()
        }
    }
}

/// The example.
impl Default for Seed {
    fn default() -> Self {
        Self::example()
    }
}

fn example_account() -> String {
    EXAMPLE_ACCOUNT.to_owned()
}

fn usual_ttl() -> u32 {
    300
}

fn usual_key() -> KeyAttribute {
    KeyAttribute {
        name: "id".to_owned(),
        r#type: AttributeType::S,
    }
}

fn yes() -> bool {
    true
}
