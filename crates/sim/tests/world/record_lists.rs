//! `ListResourceRecordSets`, `GetChange`, and how names come back.
//!
//! Sources: `ListResourceRecordSets` and `GetChange`, Route 53 API Reference; "DNS domain name
//! format", Developer Guide.

use aws_sdk_route53::types::{ChangeStatus, RrType};

use crate::aws::Refused;
use crate::zone::{Zone, a, create, records, txt};

const IPV4: &str = "192.0.2.1";

#[tokio::test]
async fn l01_a_new_zone_has_its_soa_and_ns_sets() {
    let zone = Zone::example().await;
    let sets = zone.sets().await;
    let kinds: Vec<&str> = sets.iter().map(|set| set.r#type.as_str()).collect();
    assert_eq!(kinds, ["NS", "SOA"]);
    assert_eq!(sets[0].resource_records().len(), 4);
    assert_eq!((sets[0].ttl, sets[1].ttl), (Some(172_800), Some(900)));
    assert!(
        sets[1].resource_records()[0]
            .value()
            .ends_with(" 1 7200 900 1209600 86400")
    );
}

#[tokio::test]
async fn l02_names_come_back_lower_case_with_a_trailing_dot_and_octal_codes() {
    let zone = Zone::example().await;
    zone.change([
        create(a("*.WWW.Example.com", IPV4)),
        create(a("a!b_c.example.com", IPV4)),
    ])
    .await;
    let expected = ["a\\041b_c.example.com. A", "\\052.www.example.com. A"];
    assert_eq!(zone.names().await, expected);
    let again = zone
        .refusal([create(a("\\052.www.example.com.", IPV4))])
        .await;
    assert!(again.contains("already exists"), "{again}");
}

#[tokio::test]
async fn l03_sets_are_sorted_by_reversed_name_then_type_then_identifier() {
    let zone = Zone::example().await;
    let weighted = |identifier| {
        a("b.example.com", IPV4)
            .set_identifier(identifier)
            .weight(1)
    };
    zone.change([
        create(a("z.example.com", IPV4)),
        create(a("a.z.example.com", IPV4)),
        create(a("a-b.example.com", IPV4)),
        create(a("a.example.com", IPV4)),
        create(weighted("two")),
        create(weighted("one")),
        create(txt("b.example.com", "\"text\"")),
        create(records("b.example.com", RrType::Aaaa, &["2001:db8::1"])),
        create(a("example.com", IPV4)),
    ])
    .await;
    // A hyphen sorts before the dot that ends a label.
    let expected = [
        "example.com. A",
        "a-b.example.com. A",
        "a.example.com. A",
        "b.example.com. A",
        "b.example.com. A",
        "b.example.com. AAAA",
        "b.example.com. TXT",
        "z.example.com. A",
        "a.z.example.com. A",
    ];
    assert_eq!(zone.names().await, expected);
    let sets = zone.sets().await;
    let identifiers: Vec<_> = sets.iter().filter_map(|set| set.set_identifier()).collect();
    assert_eq!(identifiers, ["one", "two"]);
}

#[tokio::test]
async fn l04_pages_go_on_within_the_sets_of_one_name() {
    let zone = Zone::example().await;
    let weighted = |index: usize| {
        create(
            a("w.example.com", IPV4)
                .set_identifier(format!("{index:02}"))
                .weight(1),
        )
    };
    zone.change((0..5).map(weighted)).await;
    let (mut name, mut kind, mut identifier) = (None, None, None);
    let mut seen = Vec::new();
    loop {
        let page = zone
            .client
            .list_resource_record_sets()
            .hosted_zone_id(&zone.id)
            .set_start_record_name(name)
            .set_start_record_type(kind)
            .set_start_record_identifier(identifier)
            .max_items(2)
            .send()
            .await
            .unwrap();
        assert_eq!(page.max_items(), 2);
        seen.extend(
            page.resource_record_sets()
                .iter()
                .map(|set| set.set_identifier.clone()),
        );
        if !page.is_truncated() {
            break;
        }
        name = page.next_record_name;
        kind = page.next_record_type;
        identifier = page.next_record_identifier;
    }
    let identifiers: Vec<String> = seen.into_iter().flatten().collect();
    assert_eq!(identifiers, ["00", "01", "02", "03", "04"]);
}

#[tokio::test]
async fn l05_a_type_needs_a_name_and_an_identifier_needs_both() {
    let zone = Zone::example().await;
    let list = || {
        zone.client
            .list_resource_record_sets()
            .hosted_zone_id(&zone.id)
    };
    let (code, _) = list().start_record_type(RrType::A).send().await.refused();
    assert_eq!(code, "InvalidInput");
    let name_only = list()
        .start_record_name("www.example.com")
        .start_record_identifier("one");
    assert_eq!(name_only.send().await.refused().0, "InvalidInput");
}

#[tokio::test]
async fn l06_a_page_holds_at_most_three_hundred() {
    let zone = Zone::example().await;
    zone.change((0..301).map(|index| create(a(&format!("n{index:03}.example.com"), IPV4))))
        .await;
    let list = zone
        .client
        .list_resource_record_sets()
        .hosted_zone_id(&zone.id);
    let page = list.max_items(1000).send().await.unwrap();
    assert_eq!(page.resource_record_sets().len(), 300);
    assert_eq!(page.next_record_name(), Some("n298.example.com."));
}

#[tokio::test]
async fn l07_a_set_is_listed_while_its_change_is_pending() {
    let zone = Zone::example().await;
    let sent = zone
        .send([create(a("www.example.com", IPV4))])
        .await
        .unwrap();
    assert_eq!(*sent.change_info().unwrap().status(), ChangeStatus::Pending);
    assert_eq!(zone.names().await, ["www.example.com. A"]);
}

#[tokio::test]
async fn l08_a_change_is_pending_until_it_has_propagated_and_insync_ever_after() {
    let zone = Zone::example().await;
    let sent = zone
        .send([create(a("www.example.com", IPV4))])
        .await
        .unwrap();
    let id = sent.change_info().unwrap().id();
    assert!(id.starts_with("/change/C"), "{id}");
    let status = async || {
        let change = zone.client.get_change().id(id).send().await.unwrap();
        change.change_info().unwrap().status().clone()
    };
    zone.aws.pass(29);
    assert_eq!(status().await, ChangeStatus::Pending);
    zone.aws.pass(1);
    assert_eq!(status().await, ChangeStatus::Insync);
    zone.aws.pass(100_000);
    assert_eq!(status().await, ChangeStatus::Insync);
}

#[tokio::test]
async fn l09_a_change_that_is_not_there() {
    let zone = Zone::example().await;
    let (code, _) = zone
        .client
        .get_change()
        .id("C0000000000000")
        .send()
        .await
        .refused();
    assert_eq!(code, "NoSuchChange");
}

#[tokio::test]
async fn l10_the_comment_of_a_batch_comes_back() {
    use aws_sdk_route53::types::ChangeBatch;
    let zone = Zone::example().await;
    let batch = ChangeBatch::builder()
        .comment("by hand")
        .changes(create(a("w.example.com", IPV4)));
    let sent = zone
        .client
        .change_resource_record_sets()
        .hosted_zone_id(&zone.id);
    let sent = sent
        .change_batch(batch.build().unwrap())
        .send()
        .await
        .unwrap();
    let id = sent.change_info().unwrap().id();
    let change = zone.client.get_change().id(id).send().await.unwrap();
    assert_eq!(change.change_info().unwrap().comment(), Some("by hand"));
}

#[tokio::test]
async fn l11_a_zone_that_is_still_busy_refuses_another_change() {
    let zone = Zone::busy_for(2).await;
    zone.change([create(a("a.example.com", IPV4))]).await;
    let (code, message) = zone
        .send([create(a("b.example.com", IPV4))])
        .await
        .unwrap_err();
    assert_eq!(code, "PriorRequestNotComplete");
    let expected =
        "The request was rejected because Route 53 was still processing a prior request.";
    assert_eq!(message, expected);
    zone.aws.pass(2);
    zone.change([create(a("b.example.com", IPV4))]).await;
}
