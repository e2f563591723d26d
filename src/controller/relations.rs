//! Which object's change wakes which other object.
//!
//! ```text
//! RegionEndpoint  ->  the GlobalApps that select it, or still use it
//! GlobalTable     ->  the GlobalApps that require it
//! GlobalApp       ->  the RegionEndpoints that it uses, that say it does, or that are being deleted;
//!                     the GlobalApps that want a name of another's
//! ```
//! Events come from the watch that also fills the store, after the store has them: whoever is woken sees the change.

use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint};
use evenkeel_core::validate::selected;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use kube::ResourceExt;
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::watcher::Event;

use crate::context::Guarded;
use crate::gather::valid;

type Wake<K> = UnboundedSender<ObjectRef<Guarded<K>>>;
type Wakeup<K> = UnboundedReceiver<ObjectRef<Guarded<K>>>;

/// Where wake-ups are sent.
pub(super) struct Wakes {
    apps: Wake<GlobalApp>,
    endpoints: Wake<RegionEndpoint>,
    /// No object wakes a table; the stream must only not end.
    _tables: Wake<GlobalTable>,
}

/// Where wake-ups arrive.
pub(super) struct Wakeups {
    pub(super) apps: Wakeup<GlobalApp>,
    pub(super) endpoints: Wakeup<RegionEndpoint>,
    pub(super) tables: Wakeup<GlobalTable>,
}

impl Wakes {
    pub(super) fn new() -> (Self, Wakeups) {
        let (apps, apps_wakeup) = unbounded();
        let (endpoints, endpoints_wakeup) = unbounded();
        let (tables, tables_wakeup) = unbounded();
        let wakes = Self {
            apps,
            endpoints,
            _tables: tables,
        };
        (
            wakes,
            Wakeups {
                apps: apps_wakeup,
                endpoints: endpoints_wakeup,
                tables: tables_wakeup,
            },
        )
    }
}

/// Which object's change wakes which other object.
pub(super) struct Relations {
    pub(super) apps: Store<Guarded<GlobalApp>>,
    pub(super) endpoints: Store<Guarded<RegionEndpoint>>,
    pub(super) wakes: Wakes,
}

impl Relations {
    /// A RegionEndpoint has changed.
    pub(super) fn endpoint(&self, event: &Event<Guarded<RegionEndpoint>>) {
        each(event, |changed| {
            let name = changed.name_any();
            let uses = |app: &GlobalApp| {
                let one = changed
                    .0
                    .as_ref()
                    .ok()
                    .map(std::slice::from_ref)
                    .unwrap_or_default();
                let regions = app.status.iter().flat_map(|status| &status.regions);
                app.spec
                    .endpoints
                    .names
                    .iter()
                    .flatten()
                    .any(|listed| *listed == name)
                    || !selected(&app.spec.endpoints, one).is_empty()
                    || regions
                        .into_iter()
                        .any(|region| region.endpoints.contains(&name))
            };
            self.wake_apps(changed.namespace().as_deref(), uses);
        });
    }

    /// A GlobalTable has changed.
    pub(super) fn table(&self, event: &Event<Guarded<GlobalTable>>) {
        each(event, |changed| {
            let name = changed.name_any();
            let requires = |app: &GlobalApp| {
                app.spec
                    .requires
                    .iter()
                    .flatten()
                    .any(|required| required.name == name)
            };
            self.wake_apps(changed.namespace().as_deref(), requires);
        });
    }

    /// A GlobalApp has changed.
    pub(super) fn app(&self, event: &Event<Guarded<GlobalApp>>) {
        self.wake_claimants(event);
        each(event, |changed| {
            let name = changed.name_any();
            let status = changed.0.as_ref().ok().and_then(|app| app.status.as_ref());
            let used: Vec<&String> = status
                .iter()
                .flat_map(|status| &status.regions)
                .flat_map(|r| &r.endpoints)
                .collect();
            for endpoint in valid(&self.endpoints, changed.namespace().as_deref()) {
                let mut apps = endpoint.status.iter().flat_map(|status| &status.apps);
                let awaits_its_apps = endpoint.metadata.deletion_timestamp.is_some();
                if awaits_its_apps
                    || used.contains(&&endpoint.name_any())
                    || apps.any(|app| app.name == name)
                {
                    wake(&self.wakes.endpoints, &endpoint);
                }
            }
        });
    }

    /// A name that was let go is free: whoever waits for one looks again, in whatever namespace.
    fn wake_claimants(&self, event: &Event<Guarded<GlobalApp>>) {
        let (Event::Apply(changed) | Event::Delete(changed)) = event else {
            return;
        };
        let changed = (changed.namespace(), changed.name_any());
        let lacks_a_name = |app: &GlobalApp| {
            let dns = app.status.iter().flat_map(|status| &status.dns);
            dns.flat_map(|dns| &dns.names)
                .any(|name| name.state == "Conflict")
        };
        for object in self.apps.state() {
            let Ok(app) = &object.0 else { continue };
            if lacks_a_name(app) && (app.namespace(), app.name_any()) != changed {
                wake(&self.wakes.apps, app);
            }
        }
    }

    /// What the app stands on has changed in AWS.
    pub(super) fn wake_app(&self, app: &GlobalApp) {
        wake(&self.wakes.apps, app);
    }

    fn wake_apps(&self, namespace: Option<&str>, concerns: impl Fn(&GlobalApp) -> bool) {
        for app in valid(&self.apps, namespace)
            .iter()
            .filter(|app| concerns(app))
        {
            wake(&self.wakes.apps, app);
        }
    }
}

/// Each object that an event brings. A list brings them again: what changed while the watch was cut is among them.
fn each<K>(event: &Event<Guarded<K>>, wake: impl Fn(&Guarded<K>)) {
    match event {
        Event::Apply(object) | Event::Delete(object) | Event::InitApply(object) => wake(object),
        Event::Init | Event::InitDone => {}
    }
}

fn wake<K>(wakes: &Wake<K>, object: &K)
where
    K: ResourceExt<DynamicType = ()>,
    Guarded<K>: kube::runtime::reflector::Lookup<DynamicType = ()>,
{
    let reference =
        ObjectRef::new(&object.name_any()).within(&object.namespace().unwrap_or_default());
    // Nobody listens only while everything stops.
    let _ = wakes.unbounded_send(reference);
}
