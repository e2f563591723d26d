//! Record sets are what accepted batches made of them: nothing is lost or invented, what is refused
//! changes nothing, and pages show everything once.

use std::collections::BTreeMap;

use http::Method;
use proptest::prelude::*;
use proptest::sample::select;

use crate::aws::Aws;
use crate::raw::{Sent, route53};

const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

/// One change of a small zone: what it does, to which of a few sets, with which of a few values.
pub(crate) type Change = (&'static str, &'static str, Option<&'static str>, u8);

fn change() -> impl Strategy<Value = Change> {
    (
        select(vec!["CREATE", "DELETE", "UPSERT"]),
        select(vec!["a.example.com.", "b.example.com.", "b-c.example.com."]),
        select(vec![None, Some("one"), Some("two")]),
        1..4_u8,
    )
}

fn element((action, name, identifier, value): &Change) -> String {
    let identifier = identifier.map_or(String::new(), |identifier| {
        format!("<SetIdentifier>{identifier}</SetIdentifier><Weight>1</Weight>")
    });
    format!(
        "<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>A</Type>\
         {identifier}<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.{value}</Value>\
         </ResourceRecord></ResourceRecords></ResourceRecordSet></Change>"
    )
}

pub(crate) fn send(aws: &Aws, zone: &str, changes: &[Change]) -> Sent {
    route53(
        aws,
        Method::POST,
        &format!("hostedzone/{zone}/rrset/"),
        &body(changes),
    )
}

/// The request for these changes.
pub(crate) fn body(changes: &[Change]) -> String {
    let changes: String = changes.iter().map(element).collect();
    format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"{NAMESPACE}\"><ChangeBatch><Changes>{changes}\
         </Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    )
}

pub(crate) fn zone(aws: &Aws) -> String {
    let listed = route53(aws, Method::GET, "hostedzone", "").body;
    text(&listed, "Id")[0]
        .trim_start_matches("/hostedzone/")
        .to_owned()
}

/// The texts of all elements of a name.
fn text<'a>(body: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = body.split(open.as_str()).skip(1);
    parts
        .filter_map(|part| part.split_once(close.as_str()).map(|(text, _)| text))
        .collect()
}

/// Every set of the zone by pages of a size: name and identifier -> value.
fn listed(aws: &Aws, zone: &str, size: usize) -> Vec<(String, Option<String>, String)> {
    let mut sets = Vec::new();
    let mut start = String::new();
    loop {
        let path = format!("hostedzone/{zone}/rrset?maxitems={size}{start}");
        let page = route53(aws, Method::GET, &path, "").body;
        for set in text(&page, "ResourceRecordSet") {
            if text(set, "Type") == ["A"] {
                let identifier = text(set, "SetIdentifier").first().map(ToString::to_string);
                let entry = (text(set, "Name")[0], identifier, text(set, "Value")[0]);
                sets.push((entry.0.to_owned(), entry.1, entry.2.to_owned()));
            }
        }
        let Some(name) = text(&page, "NextRecordName").first().copied() else {
            return sets;
        };
        start = format!("&name={name}&type={}", text(&page, "NextRecordType")[0]);
        if let Some(identifier) = text(&page, "NextRecordIdentifier").first() {
            start = format!("{start}&identifier={identifier}");
        }
    }
}

/// What the changes of an accepted batch leave.
fn apply(model: &mut BTreeMap<(String, Option<String>), String>, changes: &[Change]) {
    for (action, name, identifier, value) in changes {
        let key = ((*name).to_owned(), identifier.map(str::to_owned));
        if *action == "DELETE" {
            model.remove(&key);
        } else {
            model.insert(key, format!("192.0.2.{value}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn record_sets_are_what_accepted_batches_made_of_them(
        batches in prop::collection::vec(prop::collection::vec(change(), 1..5), 1..12),
        size in 1..7_usize,
    ) {
        let aws = Aws::example();
        let zone = zone(&aws);
        let mut model = BTreeMap::new();
        for changes in &batches {
            let before = aws.world(|world| world.picture());
            let answer = send(&aws, &zone, changes);
            if answer.status == 200 {
                apply(&mut model, changes);
            } else {
                prop_assert!(answer.body.contains("<Code>InvalidChangeBatch</Code>"));
                prop_assert_eq!(before, aws.world(|world| world.picture()));
            }
            let sets = listed(&aws, &zone, size);
            let found: BTreeMap<_, _> = sets
                .iter()
                .map(|(name, identifier, value)| ((name.clone(), identifier.clone()), value.clone()))
                .collect();
            prop_assert_eq!(found.len(), sets.len(), "pages show a set once");
            prop_assert_eq!(&found, &model);
        }
    }
}
