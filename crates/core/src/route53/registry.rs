//! The marks of other programs that manage names: external-dns, and Kuadrant, which keeps its form.
//!
//! external-dns says in a TXT beside each record set whose it is: `heritage=external-dns,external-dns/owner=...`. The TXT's name
//! is the record set's own, or has the record type before it (`a-api.example.com`), and what people configure before or after
//! the first label.

use std::collections::BTreeSet;

use super::{Answer, RecordSet, Records};
use crate::names::Hostname;

/// The TXT sets by which another program says that it keeps the name.
pub(super) fn marks(records: &Records, hostname: &Hostname) -> BTreeSet<RecordSet> {
    let of_name = records
        .sets
        .iter()
        .filter(|(name, sets)| is_beside(name, hostname) && !is_about_itself(name, sets, hostname));
    of_name
        .flat_map(|(_, sets)| sets)
        .filter(|set| set.kind == "TXT" && is_heritage(set))
        .cloned()
        .collect()
}

/// What a mark says.
pub(super) fn text(mark: &RecordSet) -> String {
    match &mark.answer {
        Answer::Values { values, .. } => values.iter().cloned().collect::<Vec<_>>().join(" "),
        Answer::Alias { dns_name, .. } => dns_name.clone(),
    }
}

/// Whether that may be the name of a TXT about the hostname.
fn is_beside(name: &str, hostname: &Hostname) -> bool {
    let Some((label, parent)) = hostname.as_str().split_once('.') else {
        return false;
    };
    let Some(own) = name
        .strip_suffix(parent)
        .and_then(|rest| rest.strip_suffix('.'))
    else {
        return false;
    };
    own == label || own.ends_with(&format!("-{label}")) || own.starts_with(&format!("{label}-"))
}

/// A TXT at a name that has addresses is about those.
fn is_about_itself(name: &str, sets: &BTreeSet<RecordSet>, hostname: &Hostname) -> bool {
    name != hostname.as_str() && sets.iter().any(RecordSet::is_address)
}

fn is_heritage(set: &RecordSet) -> bool {
    match &set.answer {
        Answer::Values { values, .. } => values
            .iter()
            .any(|value| value.trim_matches('"').starts_with("heritage=external-dns")),
        Answer::Alias { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route53::RecordRouting;

    fn txt(name: &str, value: &str) -> RecordSet {
        RecordSet {
            name: name.to_owned(),
            kind: "TXT".to_owned(),
            set_identifier: None,
            routing: RecordRouting::Simple,
            answer: Answer::Values {
                ttl: 300,
                values: BTreeSet::from([value.to_owned()]),
            },
            health_check: None,
        }
    }

    fn found(hostname: &str, sets: &[RecordSet]) -> Vec<String> {
        let mut records = Records::default();
        for set in sets {
            let at = records.sets.entry(set.name.clone()).or_default();
            at.insert(set.clone());
        }
        let hostname = hostname.parse().unwrap();
        let marks = marks(&records, &hostname);
        marks.into_iter().map(|set| set.name).collect()
    }

    const OWNER: &str = "\"heritage=external-dns,external-dns/owner=prod-eu,external-dns/resource=ingress/shop/api\"";

    #[test]
    fn a_registry_is_found_in_each_of_its_forms() {
        for name in [
            "api.example.com",
            "a-api.example.com",
            "cname-api.example.com",
            "kuadrant-2u0tx-a-api.example.com",
            "edns-aaaa-api.example.com",
            "api-edns.example.com",
        ] {
            assert_eq!(found("api.example.com", &[txt(name, OWNER)]), [name]);
        }
        assert_eq!(
            found("*.example.com", &[txt("a-*.example.com", OWNER)]),
            ["a-*.example.com"]
        );
    }

    #[test]
    fn a_registry_of_other_names_or_another_txt_is_none() {
        for name in [
            "example.com",
            "b.api.example.com",
            "a-shop.example.com",
            "a-apiary.example.com",
        ] {
            assert!(
                found("api.example.com", &[txt(name, OWNER)]).is_empty(),
                "{name}"
            );
        }
        assert!(
            found(
                "api.example.com",
                &[txt("api.example.com", "\"v=spf1 -all\"")]
            )
            .is_empty()
        );
        let other = RecordSet {
            kind: "A".to_owned(),
            ..txt("my-api.example.com", "192.0.2.1")
        };
        assert!(
            found(
                "api.example.com",
                &[other, txt("my-api.example.com", OWNER)]
            )
            .is_empty()
        );
    }
}
