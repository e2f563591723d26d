//! The values of record sets, by type.
//!
//! Source: "Supported DNS record types", Route 53 Developer Guide.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::name::DnsName;
use super::problem::Problem;
use super::record_set::{RecordSet, RecordType, Routing};

/// "Records in a record set" ("Quotas", Developer Guide).
const MOST_VALUES: usize = 400;
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
    if values.len() > MOST_VALUES {
        problems.push(Problem::TooManyValues(MOST_VALUES));
    }
    if values.len() > 1 && [RecordType::Cname, RecordType::Soa].contains(&set.key.kind) {
        problems.push(Problem::OneOfType(set.key.clone()));
    }
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
        RecordType::Mx => fields(kind, 2, "Two", value),
        RecordType::Caa | RecordType::Sshfp => fields(kind, 3, "Three", value),
        RecordType::Ds | RecordType::Srv | RecordType::Tlsa => fields(kind, 4, "Four", value),
        RecordType::Naptr => fields(kind, 6, "Six", value),
        RecordType::Soa => fields(kind, 7, "Seven", value),
        // Any number of parameters may follow their priority and target.
        RecordType::Https | RecordType::Svcb => None,
    }
}

/// The value has so many fields. What is in them is not looked at: no answer here depends on it.
fn fields(kind: RecordType, count: usize, word: &'static str, value: &str) -> Option<Problem> {
    let (mut found, mut quoted, mut within) = (0, false, false);
    for character in value.chars() {
        quoted ^= character == '"';
        let blank = character.is_whitespace() && !quoted;
        found += usize::from(!blank && !within);
        within = !blank;
    }
    (found != count).then(|| Problem::Fields {
        kind,
        word,
        count,
        value: value.to_owned(),
    })
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
