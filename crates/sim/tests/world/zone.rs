//! A hosted zone in a world, and short words for what is changed in it.

use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsOutput;
use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, HealthCheckConfig, HealthCheckType,
    ResourceRecord, ResourceRecordSet, RrType,
};

use evenkeel_sim::{Knobs, Seconds, Seed};

use crate::aws::{Aws, Refused};

pub(crate) struct Zone {
    pub(crate) aws: Aws,
    pub(crate) client: aws_sdk_route53::Client,
    pub(crate) id: String,
}

impl Zone {
    /// The zone `example.com` of the example world.
    pub(crate) async fn example() -> Self {
        Self::of(Aws::example()).await
    }

    /// A zone that refuses another change for so many seconds after one.
    pub(crate) async fn busy_for(seconds: u32) -> Self {
        let knobs = Knobs {
            prior_request: Seconds(seconds),
            ..Knobs::default()
        };
        Self::of(Aws::new(Seed {
            knobs,
            ..Seed::example()
        }))
        .await
    }

    pub(crate) async fn of(aws: Aws) -> Self {
        let client = aws.route53();
        let zones = client.list_hosted_zones().send().await.unwrap();
        let id = zones.hosted_zones()[0]
            .id()
            .trim_start_matches("/hostedzone/")
            .to_owned();
        Self { aws, client, id }
    }

    pub(crate) async fn send(
        &self,
        changes: impl IntoIterator<Item = Change>,
    ) -> Result<ChangeResourceRecordSetsOutput, (String, String)> {
        let changes: Vec<Change> = changes.into_iter().collect();
        let batch = ChangeBatch::builder()
            .set_changes(Some(changes))
            .build()
            .unwrap();
        let sent = self
            .client
            .change_resource_record_sets()
            .hosted_zone_id(&self.id);
        match sent.change_batch(batch).send().await {
            Ok(output) => Ok(output),
            refused => Err(refused.refused()),
        }
    }

    /// Makes changes that are accepted.
    pub(crate) async fn change(&self, changes: impl IntoIterator<Item = Change>) {
        self.send(changes).await.unwrap();
    }

    /// The text with which changes are refused as `InvalidChangeBatch`.
    pub(crate) async fn refusal(&self, changes: impl IntoIterator<Item = Change>) -> String {
        let before = self.sets().await;
        let (code, message) = self.send(changes).await.unwrap_err();
        assert_eq!(code, "InvalidChangeBatch", "{message}");
        assert_eq!(self.sets().await, before, "a refused batch changes nothing");
        message
    }

    pub(crate) async fn sets(&self) -> Vec<ResourceRecordSet> {
        let listed = self
            .client
            .list_resource_record_sets()
            .hosted_zone_id(&self.id)
            .send()
            .await;
        let listed = listed.unwrap();
        assert!(!listed.is_truncated());
        listed.resource_record_sets
    }

    /// Names and types, as listed, without the zone's own.
    pub(crate) async fn names(&self) -> Vec<String> {
        let sets = self.sets().await.into_iter();
        let sets = sets.filter(|set| ![RrType::Soa, RrType::Ns].contains(&set.r#type));
        sets.map(|set| format!("{} {}", set.name, set.r#type))
            .collect()
    }

    /// A health check of an endpoint.
    pub(crate) async fn check(&self, reference: &str, name: &str) -> String {
        let config = HealthCheckConfig::builder()
            .r#type(HealthCheckType::Https)
            .fully_qualified_domain_name(name)
            .request_interval(10)
            .failure_threshold(2)
            .build()
            .unwrap();
        let made = self
            .client
            .create_health_check()
            .caller_reference(reference);
        let made = made.health_check_config(config).send().await.unwrap();
        made.health_check().unwrap().id().to_owned()
    }
}

pub(crate) fn create(set: ResourceRecordSetBuilder) -> Change {
    change(ChangeAction::Create, set)
}

pub(crate) fn delete(set: ResourceRecordSetBuilder) -> Change {
    change(ChangeAction::Delete, set)
}

pub(crate) fn upsert(set: ResourceRecordSetBuilder) -> Change {
    change(ChangeAction::Upsert, set)
}

fn change(action: ChangeAction, set: ResourceRecordSetBuilder) -> Change {
    Change::builder()
        .action(action)
        .resource_record_set(set.build().unwrap())
        .build()
        .unwrap()
}

/// A set of values with a time to live of 60 seconds.
pub(crate) fn records(name: &str, kind: RrType, values: &[&str]) -> ResourceRecordSetBuilder {
    let records = values
        .iter()
        .map(|value| ResourceRecord::builder().value(*value).build());
    let records = records.collect::<Result<Vec<_>, _>>().unwrap();
    ResourceRecordSet::builder()
        .name(name)
        .r#type(kind)
        .ttl(60)
        .set_resource_records(Some(records))
}

pub(crate) fn a(name: &str, value: &str) -> ResourceRecordSetBuilder {
    records(name, RrType::A, &[value])
}

pub(crate) fn txt(name: &str, value: &str) -> ResourceRecordSetBuilder {
    records(name, RrType::Txt, &[value])
}

pub(crate) fn cname(name: &str, value: &str) -> ResourceRecordSetBuilder {
    records(name, RrType::Cname, &[value])
}

pub(crate) fn alias(name: &str, zone: &str, target: &str) -> ResourceRecordSetBuilder {
    let target = AliasTarget::builder()
        .hosted_zone_id(zone)
        .dns_name(target)
        .evaluate_target_health(true)
        .build()
        .unwrap();
    ResourceRecordSet::builder()
        .name(name)
        .r#type(RrType::A)
        .alias_target(target)
}
