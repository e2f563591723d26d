//! A session to test on: the charts on a real API server, a simulated AWS, operators, kubectl, and bounded waits.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use evenkeel::sandbox::aws::SimulatedAws;
use evenkeel::sandbox::session::{Options, Session};
use evenkeel::sandbox::tools::{self, Source};
use evenkeel_sim::{Call, Seed};
use serde_json::Value;
use tempfile::TempDir;

/// How many times faster than real time the world's time passes.
pub(crate) const SPEED: u32 = 20;

/// Nothing here takes longer, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// How often it is looked whether something has come true.
const POLL: Duration = Duration::from_millis(100);

/// The service account that the chart makes, as the API server calls it.
pub(crate) const SERVICE_ACCOUNT: &str = "system:serviceaccount:evenkeel:evenkeel";

/// Waits that are short in real time, and not divided by the world's speed.
const TIMINGS: [&str; 4] = [
    "timings.leaseDuration=4s",
    "timings.renewDeadline=3s",
    "timings.retryPeriod=500ms",
    "timings.lockDelay=2s",
];

/// A file of this repository.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The example's folder.
pub(crate) fn shop() -> String {
    path("examples/shop").display().to_string()
}

/// A session, and its folder.
pub(crate) struct Bench {
    pub(crate) session: Session,
    pub(crate) aws: SimulatedAws,
    folder: TempDir,
}

impl Bench {
    /// An installation on an AWS of its own.
    pub(crate) async fn start(values: &[&str]) -> Self {
        let aws = SimulatedAws::start(Seed::example(), SPEED).await.unwrap();
        Self::beside(aws, values).await
    }

    /// An installation on an AWS that others may use, too.
    pub(crate) async fn beside(aws: SimulatedAws, values: &[&str]) -> Self {
        let source = Source::from_environment(path(tools::DEFAULT_FOLDER));
        let programs = tools::cluster(&source, &mut |_| {}).await.unwrap();
        let helm = tools::helm(&source, &mut |_| {}).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            charts: path("charts"),
            values: TIMINGS
                .iter()
                .chain(values)
                .map(|value| (*value).to_owned())
                .collect(),
            binary: env!("CARGO_BIN_EXE_evenkeel").into(),
        };
        let session = Session::start(&programs, &helm, folder.path(), &aws, options)
            .await
            .unwrap();
        Self {
            session,
            aws,
            folder,
        }
    }

    /// Starts a pod's operator. Returns where it says how it is.
    pub(crate) async fn start_operator(&mut self, pod: &str) -> String {
        let address = self.session.start_operator(pod).await.unwrap();
        address.to_string()
    }

    /// What kubectl prints.
    pub(crate) async fn kubectl(&self, arguments: &[&str]) -> String {
        match self.session.kubectl(arguments).await {
            Ok(printed) => printed,
            Err(error) => panic!("{error}"),
        }
    }

    /// One object, such as `ekapp/shop`.
    pub(crate) async fn get(&self, object: &str) -> Value {
        let printed = self.kubectl(&["get", object, "--output=json"]).await;
        serde_json::from_str(&printed).unwrap()
    }

    /// Changes an object's spec: a JSON patch of one replacement.
    pub(crate) async fn replace(&self, object: &str, field: &str, value: &Value) {
        let patch =
            serde_json::json!([{"op": "add", "path": format!("/spec/{field}"), "value": value}]);
        let patch = format!("--patch={patch}");
        self.kubectl(&["patch", object, "--type=json", &patch])
            .await;
    }

    /// Turns the shop's dial of Europe.
    pub(crate) async fn turn_dial(&self, percent: u8) {
        self.replace("ekapp/shop", "regions/1/dialPercent", &percent.into())
            .await;
    }

    /// Waits until every object is Ready, as a user does.
    pub(crate) async fn wait_ready(&self) {
        let timeout = format!("--timeout={}s", PATIENCE.as_secs());
        let kinds = "ekapp,ektable,ekregion";
        let wait = ["wait", kinds, "--all", "--for=condition=Ready", &timeout];
        if let Err(error) = self.session.kubectl(&wait).await {
            let objects = self.kubectl(&["get", "evenkeel", "--output=wide"]).await;
            panic!("{error}\n{objects}");
        }
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.session.world().calls().to_vec()
    }

    /// The operations that have written something since the first `known` calls, in order.
    pub(crate) fn writes_since(&self, known: usize) -> Vec<String> {
        let calls = self.calls();
        let writes = calls.iter().skip(known).filter(|call| call.write);
        writes.map(|call| call.operation.clone()).collect()
    }

    /// Waits until the health checks of the example's three Regions were deleted since the first `known` calls.
    pub(crate) async fn until_health_checks_go(&self, known: usize) {
        eventually("the health checks to go", async || {
            let writes = self.writes_since(known);
            let deleted = writes.iter().filter(|call| *call == "DeleteHealthCheck");
            (deleted.count() == 3).then_some(()).ok_or(writes)
        })
        .await;
    }

    /// Waits until that much of the world's time has passed.
    pub(crate) async fn pass(&self, time: Duration) {
        let until = self.session.world().now() + time;
        eventually("the world's time to pass", async || {
            let now = self.session.world().now();
            (now >= until).then_some(()).ok_or(now)
        })
        .await;
    }

    /// Stops everything.
    pub(crate) async fn stop(self) {
        self.session.stop().await.unwrap();
        self.folder.close().unwrap();
    }
}

/// Calls may be a tenth more than are needed. Polls, which say "not yet", are counted apart.
pub(crate) fn are_worth_it(calls: usize, needed: usize) -> bool {
    calls * 100 <= needed * 110
}

/// Waits until it has come true, and returns what it gives. Else says what was there instead.
pub(crate) async fn eventually<T, E: std::fmt::Debug>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(instead) => assert!(
                Instant::now() < deadline,
                "waited in vain for {what}: {instead:#?}"
            ),
        }
        tokio::time::sleep(POLL).await;
    }
}

/// A condition of an object.
pub(crate) fn condition<'a>(object: &'a Value, kind: &str) -> &'a Value {
    let conditions = object["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions
        .find(|condition| condition["type"] == kind)
        .unwrap_or(&Value::Null)
}
