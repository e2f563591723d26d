//! Route 53: writes, one call an action; but change sets of one zone go together.

use aws_sdk_route53::Client;
use aws_sdk_route53::types::{self, Tag, TagResourceType};
use evenkeel_core::failure::{Failure, Service};
use evenkeel_core::names::{ChangeId, HealthCheckId, ZoneId};
use evenkeel_core::plan::Effect;
use evenkeel_core::route53::{Action, ChangeSet};

use super::failed;
use super::wire::{batch, last_segment, sdk_config};
use crate::aws::{Aws, failure};

pub(in crate::aws) async fn carry_out(client: &Client, action: &Action) -> Result<Effect, Failure> {
    match action {
        Action::CreateHealthCheck {
            caller_reference,
            config,
        } => {
            let wanted = sdk_config(config).map_err(|error| {
                failure::unbuildable(Service::Route53, None, "CreateHealthCheck", &error)
            })?;
            let request = client
                .create_health_check()
                .caller_reference(caller_reference)
                .health_check_config(wanted);
            let reply = request
                .send()
                .await
                .map_err(|error| failed("CreateHealthCheck", &error))?;
            let id = reply.health_check().map(types::HealthCheck::id);
            let id =
                id.ok_or_else(|| failure::unreadable(Service::Route53, None, "CreateHealthCheck"))?;
            Ok(Effect::HealthCheckCreated {
                id: HealthCheckId::new(id),
            })
        }
        Action::NameHealthCheck { id, after, .. } => {
            let tag = Tag::builder().key("Name").value(after).build();
            let request = client
                .change_tags_for_resource()
                .resource_type(TagResourceType::Healthcheck)
                .resource_id(id.as_str())
                .add_tags(tag);
            request
                .send()
                .await
                .map_err(|error| failed("ChangeTagsForResource", &error))?;
            Ok(Effect::Done)
        }
        Action::DeleteHealthCheck { id, .. } => {
            let request = client.delete_health_check().health_check_id(id.as_str());
            request
                .send()
                .await
                .map_err(|error| failed("DeleteHealthCheck", &error))?;
            Ok(Effect::Done)
        }
        Action::ChangeRecordSets(set) => change_record_sets(client, &set.zone, &[set]).await,
    }
}

async fn change_record_sets(
    client: &Client,
    zone: &ZoneId,
    sets: &[&ChangeSet],
) -> Result<Effect, Failure> {
    const OPERATION: &str = "ChangeResourceRecordSets";
    let batch = batch(sets)
        .map_err(|error| failure::unbuildable(Service::Route53, None, OPERATION, &error))?;
    let request = client
        .change_resource_record_sets()
        .hosted_zone_id(zone.as_str())
        .change_batch(batch);
    let reply = request
        .send()
        .await
        .map_err(|error| failed(OPERATION, &error))?;
    let change = reply.change_info().map(types::ChangeInfo::id);
    let change = change.ok_or_else(|| failure::unreadable(Service::Route53, None, OPERATION))?;
    Ok(Effect::RecordSetsChanged {
        change: ChangeId::new(last_segment(change)),
    })
}

impl Aws {
    /// Carries out change sets of one zone in one call.
    pub async fn change_record_sets(
        &self,
        zone: &ZoneId,
        sets: &[&ChangeSet],
    ) -> Result<Effect, Failure> {
        change_record_sets(&self.route53, zone, sets).await
    }
}
