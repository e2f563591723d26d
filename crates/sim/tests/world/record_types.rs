//! Which types go with which policy, name and alias, and how many values and fields they have.
//!
//! Sources: `ResourceRecordSet`, Route 53 API Reference; "Supported DNS record types" and "Quotas",
//! Developer Guide; the texts as AWS sends them where they are known.

use aws_sdk_route53::types::{AliasTarget, RrType};
use evenkeel_sim::Seed;

use crate::aws::Aws;
use crate::zone::{Zone, a, alias, cname, create, delete, records, txt, upsert};

const IPV4: &str = "192.0.2.1";

#[tokio::test]
async fn k01_some_types_have_no_policy_but_simple() {
    let zone = Zone::example().await;
    for (kind, value) in [
        (RrType::Ns, "ns.example.org"),
        (RrType::Ds, "1 13 2 abcd"),
        (RrType::Cname, "www.example.org"),
    ] {
        let set = || records("sub.example.com", kind.clone(), &[value]).set_identifier("one");
        let text = zone.refusal([create(set().multi_value_answer(true))]).await;
        let expected = format!(
            "[RRSet of type {kind} with DNS name sub.example.com. is not permitted with multivalue \
             answer routing.]"
        );
        assert_eq!(text, expected);
        if kind != RrType::Cname {
            let text = zone.refusal([create(set().weight(1))]).await;
            assert!(text.contains("not permitted with weighted"), "{text}");
        }
    }
}

#[tokio::test]
async fn k02_there_is_one_soa_set_and_no_wildcard_of_name_servers() {
    let zone = Zone::example().await;
    let soa = "ns.example.org. admin.example.org. 1 7200 900 1209600 86400";
    let text = zone
        .refusal([create(records("sub.example.com", RrType::Soa, &[soa]))])
        .await;
    assert_eq!(text, "[A HostedZone must contain exactly one SOA record.]");
    let servers = records("*.example.com", RrType::Ns, &["ns.example.org"]);
    let text = zone.refusal([create(servers)]).await;
    let expected = "[RRSet of type NS with DNS name \\052.example.com. is not permitted as a \
                    wildcard.]";
    assert_eq!(text, expected);
    zone.change([upsert(records("example.com", RrType::Soa, &[soa]).ttl(900))])
        .await;
}

#[tokio::test]
async fn k03_sets_of_name_servers_are_no_aliases() {
    let zone = Zone::example().await;
    let servers = records("a.example.com", RrType::Ns, &["ns.example.org"]);
    zone.change([create(servers)]).await;
    let set = alias("b.example.com", &zone.id, "a.example.com").r#type(RrType::Ns);
    let text = zone.refusal([create(set)]).await;
    let expected = "[RRSet of type NS with DNS name b.example.com. is not permitted as an alias.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn k04_an_alias_does_not_target_itself() {
    let zone = Zone::example().await;
    let text = zone
        .refusal([create(alias("a.example.com", &zone.id, "a.example.com"))])
        .await;
    assert!(text.contains("but that target was not found"), "{text}");
}

#[tokio::test]
async fn k05_a_set_has_at_most_four_hundred_values() {
    let zone = Zone::example().await;
    let values: Vec<String> = (0..401)
        .map(|index| format!("192.0.{}.{}", index / 256, index % 256))
        .collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let text = zone
        .refusal([create(records("www.example.com", RrType::A, &values))])
        .await;
    assert_eq!(text, "[Cannot have more than 400 records in a RRSet.]");
    zone.change([create(records(
        "www.example.com",
        RrType::A,
        &values[..400],
    ))])
    .await;
}

#[tokio::test]
async fn k06_a_cname_has_one_value() {
    let zone = Zone::example().await;
    let two = ["a.example.org", "b.example.org"];
    let text = zone
        .refusal([create(records("www.example.com", RrType::Cname, &two))])
        .await;
    let expected = "[RRSet of type CNAME with DNS name www.example.com. must have one resource \
                    record.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn k07_values_have_as_many_fields_as_their_type() {
    let zone = Zone::example().await;
    for (kind, value, expected) in [
        (
            RrType::Mx,
            "mail.example.org",
            "MXRRDATANotTwoFields (MX record doesn't have 2 fields)",
        ),
        (
            RrType::Srv,
            "1 2 www.example.org",
            "SRVRRDATANotFourFields (SRV record doesn't have 4 fields)",
        ),
        (
            RrType::Caa,
            "0 issue",
            "CAARRDATANotThreeFields (CAA record doesn't have 3 fields)",
        ),
    ] {
        let set = records("sub.example.com", kind, &[value]);
        let text = zone.refusal([create(set)]).await;
        let expected = format!(
            "[Invalid Resource Record: FATAL problem: {expected} encountered with '{value}']"
        );
        assert_eq!(text, expected);
    }
    for (kind, value) in [
        (RrType::Mx, "10 mail.example.org"),
        (RrType::Srv, "1 10 5269 xmpp.example.org."),
        (RrType::Caa, "0 issue \"ca.example.net; account=230123\""),
        (
            RrType::Naptr,
            "100 50 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.org!\" .",
        ),
        (RrType::Sshfp, "1 1 09F6"),
        (RrType::Tlsa, "3 0 1 d2abde"),
        (RrType::Https, "1 . alpn=\"h3,h2\" port=8443"),
    ] {
        let name = format!("{}.example.com", kind.as_str().to_lowercase());
        zone.change([create(records(&name, kind, &[value]))]).await;
    }
}

#[tokio::test]
async fn k08_a_multivalue_set_beside_a_simple_one_is_refused_in_its_own_words() {
    let zone = Zone::example().await;
    zone.change([create(txt("a.example.com", "\"one\""))]).await;
    let set = txt("a.example.com", "\"two\"").set_identifier("two");
    let text = zone.refusal([create(set.multi_value_answer(true))]).await;
    let expected = "[RRSet with DNS name a.example.com., type TXT, SetIdentifier two cannot be \
                    created because a non multivalue answer rrset exists with the same name and \
                    type.]";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn k09_a_set_whose_check_was_deleted_can_be_deleted_and_not_written_again() {
    let zone = Zone::example().await;
    let id = zone.check("one", "www.example.org").await;
    let set = || {
        a("www.example.com", IPV4)
            .set_identifier("one")
            .weight(1)
            .health_check_id(&id)
    };
    zone.change([create(set())]).await;
    let deleted = zone.client.delete_health_check().health_check_id(&id);
    deleted.send().await.unwrap();
    let refused = zone.send([upsert(set().weight(2))]).await;
    assert_eq!(refused.unwrap_err().0, "NoSuchHealthCheck");
    zone.change([delete(set())]).await;
    assert_eq!(zone.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn k10_a_private_zone_has_no_alias_to_cloudfront() {
    let seed: Seed =
        serde_saphyr::from_str("zones: [{name: corp.example, private: true}]").unwrap();
    let zone = Zone::of(Aws::new(seed)).await;
    let target = AliasTarget::builder()
        .hosted_zone_id("Z2FDTNDATAQYW2")
        .dns_name("d111111abcdef8.cloudfront.net")
        .evaluate_target_health(false);
    let set = cname("www.corp.example", "unused")
        .r#type(RrType::A)
        .set_ttl(None)
        .set_resource_records(None)
        .alias_target(target.build().unwrap());
    let text = zone.refusal([create(set)]).await;
    assert!(text.contains("must not target CloudFront"), "{text}");
}

#[tokio::test]
async fn k11_a_policy_is_swapped_when_all_siblings_change_in_one_batch() {
    let zone = Zone::example().await;
    let weighted = |identifier: &str| {
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .weight(1)
    };
    let many = |identifier: &str| {
        a("www.example.com", IPV4)
            .set_identifier(identifier)
            .multi_value_answer(true)
    };
    zone.change([create(weighted("one")), create(weighted("two"))])
        .await;
    let text = zone.refusal([upsert(many("one"))]).await;
    assert!(text.contains("non multivalue answer"), "{text}");
    let swap = [
        delete(weighted("one")),
        delete(weighted("two")),
        create(many("one")),
        create(many("two")),
    ];
    zone.change(swap).await;
}

#[tokio::test]
async fn k12_a_set_is_records_or_an_alias_or_a_traffic_policy_instance() {
    let zone = Zone::example().await;
    let both = a("www.example.com", IPV4)
        .traffic_policy_instance_id("7a92ff9a-0000-4000-a000-000000000000");
    let (code, message) = zone.send([create(both)]).await.unwrap_err();
    assert_eq!(code, "InvalidInput");
    assert!(message.contains("but found more than one"), "{message}");
    for (incomplete, missing) in [
        (a("www.example.com", IPV4).set_ttl(None), "TTL"),
        (
            a("www.example.com", IPV4).set_resource_records(None),
            "ResourceRecords",
        ),
    ] {
        let (code, message) = zone.send([create(incomplete)]).await.unwrap_err();
        assert_eq!(code, "InvalidInput");
        let expected = format!(
            "Invalid request: Missing field '{missing}' in Change with [Action=CREATE, \
             Name=www.example.com, Type=A, SetIdentifier=null]"
        );
        assert_eq!(message, expected);
    }
}
