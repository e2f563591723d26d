//! `TestDNSAnswer`: what a resolver somewhere is answered.
//!
//! Source: `TestDNSAnswer`, Route 53 API Reference. A resolver's address stands for a city, as
//! `City::of` says; without one, "TestDnsAnswer uses the IP address of a DNS resolver in the AWS US
//! East (N. Virginia) Region".

use std::net::IpAddr;

use serde::Serialize;

use super::answer::{DnsAnswer, NameServer};
use super::record_set::RecordType;
use super::wire::NAMESPACE;
use super::{Asked, DnsName, DnsView, Error, Route53};
use crate::context::Context;
use crate::global_accelerator::GlobalAccelerator;
use crate::traffic::City;
use crate::wire::{Answer, Constraints, ServiceError};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TestDnsAnswerResponse<'a> {
    nameserver: &'a str,
    record_name: &'a str,
    record_type: &'a str,
    record_data: RecordData<'a>,
    response_code: &'a str,
    protocol: &'a str,
}

#[derive(Serialize)]
struct RecordData<'a> {
    #[serde(rename = "RecordDataEntry")]
    list: &'a [String],
}

impl Route53 {
    /// One of the possible answers is drawn, each as often as its share says.
    pub(super) fn test_dns_answer(
        &self,
        context: &mut Context<'_>,
        asked: &Asked,
        accelerators: &GlobalAccelerator,
    ) -> Result<Answer, ServiceError> {
        let given = |key: &str| asked.query.get(key).map(String::as_str);
        let mut constraints = Constraints::default();
        let kind: RecordType = constraints.required_word("recordType", given("recordtype"));
        constraints.length("recordName", given("recordname"), 0, 1024);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let zone = self.zone(&asked.subject)?;
        let text = given("recordname").unwrap_or_default();
        let name = DnsName::parse(text).map_err(|bad| Error::InvalidInput(bad.to_string()))?;
        if !name.is_within(&zone.name) {
            let text = format!("{name} does not lie in the hosted zone {}", zone.id);
            return Err(Error::InvalidInput(text).into());
        }
        let (subnet, resolver) = (given("edns0clientsubnetip"), given("resolverip"));
        let city = city(subnet.or(resolver))?;
        let server = NameServer {
            route53: self,
            accelerators,
            endpoints: context.endpoints,
            view: DnsView::Old,
        };
        let answers = server.describe(city, name.as_str(), kind.word());
        let drawn = context.ids.below("dns answer", 1_000_000);
        let Some(answer) = nth(answers, drawn) else {
            return Err(Error::InvalidInput("no answer".to_owned()).into());
        };
        let body = TestDnsAnswerResponse {
            nameserver: zone.name_servers.first().map_or("", String::as_str),
            record_name: name.as_str(),
            record_type: answer.kind,
            record_data: RecordData {
                list: &answer.values,
            },
            response_code: answer.code,
            protocol: "UDP",
        };
        Answer::xml("TestDNSAnswerResponse", NAMESPACE, &body)
    }
}

/// The answer into whose share a number below a million falls.
fn nth(answers: Vec<DnsAnswer>, number: u64) -> Option<DnsAnswer> {
    let mut left = number;
    answers.into_iter().find(|answer| {
        let here = left < answer.millionths;
        left = left.saturating_sub(answer.millionths);
        here
    })
}

fn city(address: Option<&str>) -> Result<City, Error> {
    let Some(text) = address else {
        return Ok(City::Ashburn);
    };
    let address: Result<IpAddr, _> = text.parse();
    let bad = |_| Error::InvalidInput(format!("{text} is not a valid IP address"));
    address.map(City::of).map_err(bad)
}
