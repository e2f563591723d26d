//! Which objects are not ready yet, and why.

use std::fmt::Debug;

use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint, condition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::api::ListParams;
use kube::{Api, Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;

/// One object that is not ready.
pub(super) struct Unready {
    /// `ekapp/shop (AcceleratorDeploying)`
    pub(super) short: String,
    /// The same with the message.
    pub(super) long: String,
}

/// All that is not ready yet: apps first, since they wait for the rest.
pub(super) async fn unready(client: &Client) -> Result<Vec<Unready>, kube::Error> {
    let mut all = of_kind(client, "ekapp", |app: &GlobalApp| {
        Some(&app.status.as_ref()?.conditions)
    })
    .await?;
    let tables = of_kind(client, "ektable", |table: &GlobalTable| {
        Some(&table.status.as_ref()?.conditions)
    });
    all.extend(tables.await?);
    let endpoints = of_kind(client, "ekregion", |endpoint: &RegionEndpoint| {
        Some(&endpoint.status.as_ref()?.conditions)
    });
    all.extend(endpoints.await?);
    Ok(all)
}

async fn of_kind<K>(
    client: &Client,
    kind: &str,
    conditions: fn(&K) -> Option<&Vec<Condition>>,
) -> Result<Vec<Unready>, kube::Error>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned,
{
    let objects = Api::<K>::all(client.clone());
    let objects = objects.list(&ListParams::default()).await?;
    let unready = objects.iter().filter_map(|object| {
        let conditions = conditions(object).map_or(&[][..], Vec::as_slice);
        one(kind, object, conditions)
    });
    Ok(unready.collect())
}

fn one(kind: &str, object: &impl ResourceExt, conditions: &[Condition]) -> Option<Unready> {
    let name = object.name_any();
    let ready = condition(conditions, "Ready");
    let generation = object.meta().generation;
    if ready.is_some_and(|ready| ready.status == "True" && ready.observed_generation == generation)
    {
        return None;
    }
    let (reason, message) = ready.map_or(("Pending", "not seen yet"), |ready| {
        (ready.reason.as_str(), ready.message.as_str())
    });
    Some(Unready {
        short: format!("{kind}/{name} ({reason})"),
        long: format!("  {kind}/{name}: {reason}: {message}"),
    })
}
