//! One installation in one process: a Kubernetes API, AWS, operators that come and go, and people.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use evenkeel::aws::{Budget, Share, WriteGate};
use evenkeel::context::Clock;
use evenkeel::metrics::Metrics;
use evenkeel::operator::{Operator, State};
use evenkeel::timings::AllTimings;
use evenkeel_core::crd;
use evenkeel_core::identity::Installation;
use evenkeel_core::settings::Settings;
use evenkeel_kube_sim::{KubeApi, Verdict};
use evenkeel_sim::{Seed, World};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::aws::SimulatedAws;
use crate::death::Death;
use crate::time;

/// Longer than the longest wait between two writes: a sweep of 5 minutes finds a health check that nothing uses, and the
/// first one later than 7 minutes after that deletes it.
pub(crate) const QUIET: Duration = Duration::from_mins(20);

/// How long a new operator waits for the lease of a dead one, and then looks at everything.
pub(crate) const WARM_UP: Duration = Duration::from_mins(3);

/// What takes longer never ends.
const LONGEST: Duration = Duration::from_hours(12);

/// The namespace of the lease.
const NAMESPACE: &str = "evenkeel";

/// The operator's waits: the defaults, but for those that would make a run long.
fn timings() -> AllTimings {
    let shorter = [
        // A lease that is renewed every 2 s is most of what would happen.
        "leaseDuration=1m",
        "renewDeadline=45s",
        "retryPeriod=20s",
        // Longer than a leaving Region drains, as the default is.
        "unreferenced=7m",
    ];
    AllTimings::with(&shorter.map(|timing| timing.parse().unwrap())).unwrap()
}

/// Everything that outlives an operator.
pub(crate) struct Rig {
    clock: Clock,
    pub(crate) aws: SimulatedAws,
    pub(crate) kube: KubeApi,
    pub(crate) death: Death,
    /// What operators take of AWS's rates.
    pub(crate) share: Share,
    /// What all operators have counted.
    pub(crate) metrics: Arc<Metrics>,
    pods: Pods,
}

/// An installation at rest: no operator runs.
pub(crate) struct AtRest {
    world: World,
    kube: KubeApi,
    pods: Pods,
}

impl Rig {
    pub(crate) fn new(seed: Seed) -> Self {
        let clock = time::clock();
        let manifests: Vec<Value> = crd::manifests()
            .into_iter()
            .map(|manifest| manifest.value)
            .collect();
        let now = clock.clone();
        let kube = KubeApi::new(1, &manifests, move || now.now()).unwrap();
        kube.add_namespace(NAMESPACE);
        let world = World::new(seed, clock.now());
        Self::with(world, kube, clock, Pods::default())
    }

    /// Goes on where another rig came to rest.
    pub(crate) fn resume(from: &AtRest) -> Self {
        let clock = time::clock_from(from.world.now());
        let now = clock.clone();
        let kube = from.kube.fork(move || now.now());
        Self::with(from.world.clone(), kube, clock, from.pods.clone())
    }

    fn with(world: World, kube: KubeApi, clock: Clock, pods: Pods) -> Self {
        let death = Death::default();
        let judge = death.clone();
        kube.set_hook(move |request, moment| {
            // The lease is renewed again and again, and events tell what was done: neither changes anything.
            let counts =
                request.is_write() && !["leases", "events"].contains(&request.resource.as_str());
            if counts && judge.meets(moment) {
                Verdict::Hang
            } else {
                Verdict::Pass
            }
        });
        Self {
            aws: SimulatedAws::new(world, clock.clone(), death.clone()),
            kube,
            death,
            share: Share::default(),
            metrics: Arc::new(Metrics::default()),
            clock,
            pods,
        }
    }

    /// Ends this rig.
    pub(crate) fn rest(self) -> AtRest {
        AtRest {
            world: self.aws.world().clone(),
            kube: self.kube,
            pods: self.pods,
        }
    }

    /// One operator process, from its start. Dropping it is `kill -9`.
    async fn operator(&self, pod: &str) {
        let uid = self.kube.get("Namespace", "", "kube-system").unwrap()["metadata"]["uid"].clone();
        let uid = uid.as_str().unwrap();
        let gate = WriteGate::default();
        let budget = Budget::new(self.share, self.clock.clone());
        let timings = timings();
        let settings = Settings {
            timings: timings.core,
            ..Settings::of(Installation {
                fleet: uid.parse().unwrap(),
                writer: uid.parse().unwrap(),
                former_writers: BTreeSet::new(),
            })
        };
        let (state, _watched) = watch::channel(State::Starting);
        let operator = Operator {
            client: self.kube.client(pod),
            aws: Arc::new(self.aws.clients(gate.clone(), budget, pod).await),
            gate,
            settings: Arc::new(settings),
            clock: self.clock.clone(),
            metrics: Arc::clone(&self.metrics),
            namespace: NAMESPACE.to_owned(),
            terms: timings.terms("evenkeel".to_owned(), pod.to_owned()),
            lock_delay: timings.lock_delay,
        };
        Box::pin(operator.run(CancellationToken::new(), state)).await;
    }

    /// Lets operators act until nothing was changed for that long; the next one starts when one has died.
    pub(crate) async fn act(&mut self, quiet: Duration) {
        let started = Instant::now();
        let (death, aws, kube) = (self.death.clone(), self.aws.clone(), self.kube.clone());
        let end = async {
            loop {
                let last = death.last_call().map_or(started, |last| last.max(started));
                if last.elapsed() >= quiet {
                    return;
                }
                assert!(
                    started.elapsed() < LONGEST,
                    "there is no end to the changes:\n{}",
                    latest_writes(&aws, &kube)
                );
                tokio::time::sleep_until(last + quiet).await;
            }
        };
        tokio::pin!(end);
        loop {
            let pod = self.pods.next();
            tokio::select! {
                biased;
                () = self.death.came() => {}
                () = self.operator(&pod) => panic!("an operator has ended by itself"),
                () = &mut end => return,
            }
        }
    }

    /// Each operator signs its calls with its own name. None may come after those of a later one.
    pub(crate) fn assert_the_dead_are_silent(&self, run: &str) {
        let world = self.aws.world();
        let mut latest = 0;
        for call in world.calls() {
            let number = call.principal.trim_start_matches("evenkeel-");
            let number: usize = number.parse().unwrap();
            assert!(number >= latest, "{run}: a dead operator calls: {call}");
            latest = number;
        }
    }
}

/// What was written last, to AWS and to Kubernetes.
fn latest_writes(aws: &SimulatedAws, kube: &KubeApi) -> String {
    let world = aws.world();
    let calls = world.calls().iter().filter(|call| call.write);
    let calls = calls.map(ToString::to_string);
    let requests = kube.requests();
    let requests = requests.iter().filter(|request| {
        request.is_write() && request.resource != "leases" && request.resource != "events"
    });
    let requests = requests.map(ToString::to_string);
    let mut lines: Vec<String> = calls.chain(requests).collect();
    // Each begins with its time.
    lines.sort_unstable();
    let kept = lines.len().saturating_sub(40);
    lines.split_off(kept).join("\n")
}

/// The names of one operator after another.
#[derive(Clone, Default)]
struct Pods(usize);

impl Pods {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("evenkeel-{}", self.0)
    }
}
