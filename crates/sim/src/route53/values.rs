//! The values of record sets, by type.
//!
//! Source: "Supported DNS record types", Route 53 Developer Guide.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::name::DnsName;
use super::problem::Problem;
use super::record_set::{RecordSet, RecordType, Routing};

/// A string in a TXT value holds at most this many characters.
const LONGEST_STRING: usize = 255;

pub(super) fn problems(set: &RecordSet) -> Vec<Problem> {
    let values = set.values();
    let mut problems: Vec<Problem> = values
        .iter()
        .filter_map(|value| problem(set.key.kind, value))
        .collect();
    let mut seen = BTreeSet::new();
    problems.extend(
        values
            .iter()
            .find(|value| !seen.insert(*value))
            .map(|value| Problem::DuplicateValue(value.clone())),
    );
    let chooses_one = matches!(set.routing, Routing::Weighted(_) | Routing::Latency(_));
    if values.len() > 1 && chooses_one {
        problems.push(Problem::OneValueOnly(set.routing.policy()));
    }
    problems
}

fn problem(kind: RecordType, value: &str) -> Option<Problem> {
    match kind {
        RecordType::A => value
            .parse::<Ipv4Addr>()
            .is_err()
            .then(|| Problem::BadIpv4(value.to_owned())),
        RecordType::Aaaa => value
            .parse::<Ipv6Addr>()
            .is_err()
            .then(|| Problem::BadIpv6(value.to_owned())),
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => {
            DnsName::parse(value).err().map(Problem::BadName)
        }
        RecordType::Txt | RecordType::Spf => character_strings(value),
        // Their syntax is not held against anything: no answer here depends on it.
        RecordType::Caa
        | RecordType::Ds
        | RecordType::Https
        | RecordType::Mx
        | RecordType::Naptr
        | RecordType::Soa
        | RecordType::Srv
        | RecordType::Sshfp
        | RecordType::Svcb
        | RecordType::Tlsa => None,
    }
}

/// One or more strings in quotation marks. A backslash escapes the next character.
fn character_strings(value: &str) -> Option<Problem> {
    let mut characters = value.trim().chars();
    let unquoted = || Some(Problem::Unquoted(value.to_owned()));
    let mut strings = 0;
    loop {
        match characters.next() {
            None if strings > 0 => return None,
            Some(' ') if strings > 0 => continue,
            Some('"') => strings += 1,
            None | Some(_) => return unquoted(),
        }
        let mut length = 0;
        loop {
            match characters.next() {
                None => return unquoted(),
                Some('"') => break,
                Some('\\') => {
                    characters.next();
                    length += 1;
                }
                Some(_) => length += 1,
            }
        }
        if length > LONGEST_STRING {
            return Some(Problem::LongString(value.to_owned()));
        }
    }
}
