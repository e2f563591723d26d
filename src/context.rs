//! What every reconcile shares: clients, stores, what is known of AWS, settings, time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use evenkeel_core::crd::{GlobalApp, GlobalTable, RegionEndpoint};
use evenkeel_core::failure::{Failure, FailureKind};
use evenkeel_core::settings::Settings;
use jiff::Timestamp;
use kube::Client;
use kube::core::DeserializeGuard;
use kube::runtime::events::Recorder;
use kube::runtime::reflector::Store;

use crate::aws::Aws;
use crate::metrics::Metrics;
use crate::observe::Observer;
use crate::zones::Zones;

/// An object as it is watched: one that a newer CRD let in must not blind us to the rest.
pub(crate) type Guarded<K> = DeserializeGuard<K>;

/// The time of day. Tests bring their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks that function.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The system's clock.
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What every reconcile shares.
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) aws: Arc<Aws>,
    pub(crate) observer: Observer,
    pub(crate) zones: Zones,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Clock,
    pub(crate) recorder: Recorder,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) apps: Store<Guarded<GlobalApp>>,
    pub(crate) endpoints: Store<Guarded<RegionEndpoint>>,
    pub(crate) tables: Store<Guarded<GlobalTable>>,
    pub(crate) failures: Failures,
}

/// How often in a row an object's calls have failed: pauses grow with it.
#[derive(Default)]
pub(crate) struct Failures(Mutex<BTreeMap<String, u32>>);

/// AWS has said no to what we read anew this many times: reading once more helps nobody.
const LASTING: u32 = 6;

impl Failures {
    /// The failure as a person should see it: one that stays although all was read again is AWS's last word.
    pub(crate) fn judged(&self, object: &str, mut failure: Failure) -> Failure {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = counts.get(object).copied().unwrap_or_default();
        if failure.kind == FailureKind::Stale && before >= LASTING {
            failure.kind = FailureKind::Rejected;
        }
        failure
    }

    /// Counts one more, or begins anew.
    pub(crate) fn count(&self, object: &str, has_failed: bool) -> u32 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !has_failed {
            counts.remove(object);
            return 0;
        }
        let count = counts.entry(object.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count
    }
}
