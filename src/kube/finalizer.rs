//! Our finalizer, added just before the first AWS write and taken off when nothing is left.
//!
//! kube's own helper adds it at first sight, which is too early: an object whose first write is refused, or that is only
//! planned, must not hold its deletion up.

use std::fmt::Debug;

use evenkeel_core::crd::FINALIZER;
use kube::api::{Api, Patch, PatchParams};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::json;

/// Whether the object carries our finalizer.
pub(crate) fn is_on(object: &impl Resource) -> bool {
    object
        .meta()
        .finalizers
        .iter()
        .flatten()
        .any(|finalizer| finalizer == FINALIZER)
}

/// Puts it on. Somebody else may do the same at the same time: two apps that begin to use one endpoint.
pub(crate) async fn add<K>(api: &Api<K>, object: &K) -> Result<K, kube::Error>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    let mut object = object.clone();
    loop {
        if is_on(&object) {
            return Ok(object);
        }
        let before = object.meta().finalizers.clone().unwrap_or_default();
        let mut after = before.clone();
        after.push(FINALIZER.to_owned());
        match replace(api, &object, &before, &after).await {
            // The list is no longer as we knew it. It changes at most a few times: everybody adds once.
            Err(kube::Error::Api(status)) if status.is_invalid() => {
                object = api.get(&object.name_any()).await?;
                // Nothing may be added any more to what is being deleted.
                if object.meta().deletion_timestamp.is_some() && !is_on(&object) {
                    return Err(kube::Error::Api(status));
                }
            }
            answer => return answer,
        }
    }
}

/// Takes it off.
pub(crate) async fn remove<K>(api: &Api<K>, object: &K) -> Result<(), kube::Error>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    let before = object.meta().finalizers.clone().unwrap_or_default();
    let after: Vec<String> = before
        .iter()
        .filter(|finalizer| *finalizer != FINALIZER)
        .cloned()
        .collect();
    if before == after {
        return Ok(());
    }
    match replace(api, object, &before, &after).await {
        Ok(_) => Ok(()),
        // Gone already: that is what was wanted.
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}

async fn replace<K>(
    api: &Api<K>,
    object: &K,
    before: &[String],
    after: &[String],
) -> Result<K, kube::Error>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    // `test` of an absent list is a test for null.
    let expected = if before.is_empty() {
        json!(null)
    } else {
        json!(before)
    };
    let patch: json_patch::Patch = serde_json::from_value(json!([
        {"op": "test", "path": "/metadata/uid", "value": object.meta().uid},
        {"op": "test", "path": "/metadata/finalizers", "value": expected},
        {"op": "add", "path": "/metadata/finalizers", "value": after},
    ]))
    .map_err(kube::Error::SerdeError)?;
    api.patch(
        &object.name_any(),
        &PatchParams::default(),
        &Patch::Json::<()>(patch),
    )
    .await
}
