//! What AWS refuses is shown under its reason, and goes away when AWS does it after all.

use std::sync::{Arc, Mutex};

use evenkeel_core::crd::GlobalApp;
use evenkeel_sim::{Effect, Fault, Service};
use futures::StreamExt;
use kube::Api;
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::bench::{Bench, condition, eventually};
use crate::changes::settled;

fn refuse(bench: &Bench, times: u32, status: u16, code: &str) {
    bench.session.world().inject(Fault {
        service: Service::GlobalAccelerator,
        operation: "UpdateEndpointGroup".to_owned(),
        skip: 0,
        times,
        effect: Effect::Refuse {
            status,
            code: code.to_owned(),
            message: format!("{code} for a test"),
        },
    });
}

/// Every version of the app from now on: what is shown for a moment is seen, too.
struct Versions {
    seen: Arc<Mutex<Vec<Value>>>,
    watching: JoinHandle<()>,
}

impl Versions {
    async fn of_shop(bench: &Bench) -> Self {
        let api: Api<GlobalApp> = Api::namespaced(bench.session.cluster.client(), "default");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let versions = seen.clone();
        let config = watcher::Config::default().fields("metadata.name=shop");
        let mut objects = Box::pin(watcher(api, config).touched_objects());
        let watching = tokio::spawn(async move {
            while let Some(object) = objects.next().await {
                versions.lock().unwrap().push(json!(object.unwrap()));
            }
        });
        let versions = Self { seen, watching };
        versions.with("the first version", |_| true).await;
        versions
    }

    async fn with(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        eventually(what, async || {
            let seen = self.seen.lock().unwrap();
            let found = seen.iter().find(|version| is_it(version));
            found.cloned().ok_or_else(|| seen.last().cloned())
        })
        .await
    }

    /// Waits for a version with that reason in this condition.
    async fn showing(&self, kind: &str, reason: &str) -> Value {
        self.with(&format!("{kind} with {reason}"), |version| {
            let found = condition(version, kind);
            found["status"] == "True" && found["reason"] == reason
        })
        .await
    }
}

impl Drop for Versions {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

async fn healed(bench: &Bench) {
    settled(bench, "ekapp/shop").await;
    let status = bench.get("ekapp/shop").await["status"].clone();
    assert!(status["lastError"].is_null(), "{status:#}");
}

pub(crate) async fn a_denied_call_is_shown_and_heals(bench: &Bench) {
    let versions = Versions::of_shop(bench).await;
    refuse(bench, 1, 400, "AccessDeniedException");
    bench.turn_dial(60).await;
    let shop = versions.showing("Stalled", "AccessDenied").await;
    let (ready, programmed) = (condition(&shop, "Ready"), condition(&shop, "Programmed"));
    assert_eq!(
        (&ready["status"], &ready["reason"]),
        (&json!("False"), &json!("AccessDenied"))
    );
    assert_eq!(programmed["status"], "False");
    let message = ready["message"].as_str().unwrap();
    assert!(
        message.contains("globalaccelerator:UpdateEndpointGroup"),
        "{message}"
    );
    // Users are served meanwhile.
    assert_eq!(condition(&shop, "Serving")["status"], "True");
    assert_eq!(shop["status"]["lastError"]["code"], "AccessDeniedException");
    let events = [
        "events",
        "--for=globalapps.evenkeel.dev/shop",
        "--types=Warning",
    ];
    let events = bench.kubectl(&events).await;
    assert!(events.contains("AwsError"), "{events}");
    healed(bench).await;
}

pub(crate) async fn a_throttled_call_is_shown_and_heals(bench: &Bench) {
    // The SDK tries three times by itself: two of ours fail.
    let versions = Versions::of_shop(bench).await;
    refuse(bench, 6, 400, "ThrottlingException");
    bench.turn_dial(70).await;
    let shop = versions.showing("Reconciling", "Throttled").await;
    assert!(condition(&shop, "Stalled").is_null());
    assert_eq!(condition(&shop, "Ready")["reason"], "Throttled");
    healed(bench).await;
}
