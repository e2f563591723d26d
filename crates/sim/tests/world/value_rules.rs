//! Values are held against their type.
//!
//! Sources: `ChangeResourceRecordSets` and `ResourceRecordSet`, Route 53 API Reference; "Values
//! that you specify when you create or edit records", Developer Guide; the texts as AWS sends them.

use aws_sdk_route53::types::RrType;

use crate::zone::{Zone, create, records, txt};

const IPV4: &str = "192.0.2.1";

#[tokio::test]
async fn c28_values_are_held_against_their_type() {
    let zone = Zone::example().await;
    let fatal = "Invalid Resource Record: FATAL problem:";
    let long = format!("\"{}\"", "x".repeat(256));
    for (kind, value, expected) in [
        (
            RrType::A,
            "192.0.2",
            "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with \
             '192.0.2'",
        ),
        (
            RrType::Aaaa,
            "2001:db8::g",
            "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address) encountered with \
             '2001:db8::g'",
        ),
        (
            RrType::Cname,
            "",
            "DomainNameEmpty (Domain name is empty) encountered with ''",
        ),
        (
            RrType::Cname,
            "a b",
            "UnsupportedCharacter (Value contains unsupported characters) encountered with 'a b'",
        ),
        (
            RrType::Txt,
            "text",
            "InvalidCharacterString (Value should be enclosed in quotation marks) encountered \
             with 'text'",
        ),
        (
            RrType::Txt,
            long.as_str(),
            &format!("CharacterStringTooLong (Value is too long) encountered with '{long}'"),
        ),
    ] {
        let text = zone
            .refusal([create(records("www.example.com", kind, &[value]))])
            .await;
        assert_eq!(text, format!("[{fatal} {expected}]"));
    }
}

#[tokio::test]
async fn c29_a_value_appears_once_in_a_set() {
    let zone = Zone::example().await;
    let set = records("www.example.com", RrType::A, &[IPV4, IPV4]);
    assert_eq!(
        zone.refusal([create(set)]).await,
        format!("[Duplicate Resource Record: '{IPV4}']")
    );
}

#[tokio::test]
async fn c30_several_strings_and_escaped_quotes_are_one_txt_value() {
    let zone = Zone::example().await;
    zone.change([create(txt(
        "www.example.com",
        r#""v=ek1 state=held" "say \"hello\"""#,
    ))])
    .await;
    let sets = zone.sets().await;
    let set = sets.iter().find(|set| set.r#type == RrType::Txt).unwrap();
    assert_eq!(
        set.resource_records()[0].value(),
        r#""v=ek1 state=held" "say \"hello\"""#
    );
}
