//! Kubernetes reads: the objects around an object, from the stores of the watches.

use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint};
use evenkeel_core::validate::{self, App, Objections};
use kube::ResourceExt;
use kube::runtime::reflector::{Lookup, Store};

use crate::context::{Context, Guarded};

/// Every RegionEndpoint of the namespace.
pub(crate) fn endpoints(context: &Context, namespace: &str) -> Vec<RegionEndpoint> {
    valid(&context.endpoints, Some(namespace))
}

/// Every GlobalTable of the namespace.
pub(crate) fn tables(context: &Context, namespace: &str) -> Vec<GlobalTable> {
    valid(&context.tables, Some(namespace))
}

/// Every GlobalApp of the namespace.
pub(crate) fn apps(context: &Context, namespace: &str) -> Vec<GlobalApp> {
    valid(&context.apps, Some(namespace))
}

/// The app among the objects around it, as far as it is valid.
pub(crate) fn valid_app(context: &Context, object: &GlobalApp) -> Result<App, Objections> {
    let namespace = ResourceExt::namespace(object).unwrap_or_default();
    validate::app(
        object,
        &endpoints(context, &namespace),
        &tables(context, &namespace),
        &context.settings.timings,
        context.clock.now(),
    )
}

/// The objects that could be read, in order of their names: a store's own order differs from process to process.
pub(crate) fn valid<K>(store: &Store<Guarded<K>>, namespace: Option<&str>) -> Vec<K>
where
    K: ResourceExt + Clone + 'static,
    Guarded<K>: Lookup<DynamicType: std::hash::Hash + Eq + Clone + Default>,
{
    let objects = store.state();
    let mut objects: Vec<K> = objects
        .iter()
        .filter_map(|object| object.0.as_ref().ok())
        .filter(|object| namespace.is_none() || object.namespace().as_deref() == namespace)
        .cloned()
        .collect();
    objects.sort_by_key(|object| (object.namespace(), object.name_any()));
    objects
}
