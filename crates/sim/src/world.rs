//! The world: an account, its services, and time that only moves when it is told to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use thiserror::Error;

use crate::call::Call;
use crate::dynamodb::DynamoDb;
use crate::elb::LoadBalancerArn;
use crate::endpoints::Endpoints;
use crate::fault::{Fault, Faults, Injection};
use crate::global_accelerator::GlobalAccelerator;
use crate::history::History;
use crate::ids::Ids;
use crate::journal::Journal;
use crate::knobs::Knobs;
use crate::picture::{self, Labels};
use crate::quotas::Quotas;
use crate::rates::{Buckets, Rates};
use crate::route53::{DnsView, Route53};
use crate::scenario::Timeline;
use crate::seed::Seed;
use crate::traffic::{Connections, Population};
use crate::{genesis, serving};

/// One AWS account, as its APIs show it. The same seed and the same requests at the same times give
/// the same bytes, in any process.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) now: Timestamp,
    pub(crate) began: Timestamp,
    pub(crate) account: String,
    pub(crate) knobs: Knobs,
    pub(crate) quotas: Quotas,
    pub(crate) rates: Rates,
    pub(crate) buckets: Buckets,
    pub(crate) ids: Ids,
    pub(crate) endpoints: Endpoints,
    pub(crate) route53: Route53,
    pub(crate) accelerators: GlobalAccelerator,
    pub(crate) tables: DynamoDb,
    pub(crate) population: Population,
    pub(crate) connections: Connections,
    pub(crate) faults: Faults,
    pub(crate) timeline: Timeline,
    pub(crate) history: History,
    pub(crate) calls: Vec<Call>,
    pub(crate) journal: Journal,
}

/// The kinds of ids that stand for something in the account.
const MADE: [&str; 6] = [
    "accelerator",
    "endpoint group",
    "health check",
    "hosted zone",
    "listener",
    "table",
];

/// A load balancer was named that is not in this world.
#[derive(Debug, Error)]
#[error("there is no load balancer {0:?}")]
pub struct NoSuchLoadBalancer(pub(crate) String);

impl NoSuchLoadBalancer {
    pub(crate) fn named(arn: &LoadBalancerArn) -> Self {
        Self(arn.to_string())
    }
}

impl World {
    /// A world as `seed` describes it, at rest.
    pub fn new(seed: Seed, now: Timestamp) -> Self {
        let Seed {
            number,
            account,
            zones,
            load_balancers,
            accelerators,
            tables,
            clients,
            quotas,
            rates,
            knobs,
        } = seed;
        let mut world = Self {
            now,
            began: now,
            account,
            knobs,
            quotas,
            rates,
            buckets: Buckets::default(),
            ids: Ids::new(number),
            endpoints: Endpoints::default(),
            route53: Route53::new(),
            accelerators: GlobalAccelerator::new(),
            tables: DynamoDb::new(),
            population: Population::new(clients, now),
            connections: Connections::default(),
            faults: Faults::default(),
            timeline: Timeline::default(),
            history: History::default(),
            calls: Vec::new(),
            journal: Journal::default(),
        };
        genesis::add_load_balancers(&mut world, load_balancers);
        genesis::add_zones(&mut world, zones);
        genesis::add_accelerators(&mut world, accelerators);
        genesis::add_tables(&mut world, tables);
        world
    }

    /// The time up to which everything has happened. It never goes back.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When it began.
    pub fn began(&self) -> Timestamp {
        self.began
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Lets everything that happens by itself up to `now` happen, in its order.
    pub fn advance(&mut self, now: Timestamp) {
        while let Some(next) = self.next_change().filter(|next| *next <= now) {
            self.send_requests(next);
            self.now = self.now.max(next);
            self.route53.advance(next);
            self.accelerators.advance(next, &self.endpoints);
            self.tables.advance(next, &mut self.ids);
            self.remember();
            while let Some(due) = self.timeline.take(next) {
                self.come_to_pass(due);
            }
        }
        self.send_requests(now);
        self.now = self.now.max(now);
    }

    /// When the next thing will happen by itself, if anything is in progress.
    pub fn next_change(&self) -> Option<Timestamp> {
        let parts = [
            self.route53.next_change(),
            self.accelerators.next_change(),
            self.tables.next_change(),
            self.timeline.next(),
        ];
        parts.into_iter().flatten().min()
    }

    /// Every call that reached a service, in order.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How many of each were ever made, whatever became of them: hosted zones, health checks, accelerators, listeners,
    /// endpoint groups, and tables, each replica being one.
    pub fn made(&self) -> BTreeMap<&'static str, u64> {
        let drawn = self.ids.drawn().iter();
        let things = drawn.filter(|(kind, _)| MADE.contains(kind));
        things.map(|(kind, count)| (*kind, *count)).collect()
    }

    /// The Regions to which new users of this name are sent, and which serve them: through record
    /// sets that are healthy, to load balancers that are; for an alias to an accelerator, the
    /// Regions that serve on every listener. A change that is PENDING counts as made. Fail-open is
    /// not serving.
    pub fn serving_regions(&self, hostname: &str) -> BTreeSet<String> {
        self.serving(hostname, None, DnsView::New)
    }

    /// The same, for users of one port: an alias to an accelerator serves it on the listener that has it, if one does.
    pub fn serving_regions_on(&self, hostname: &str, port: u16) -> BTreeSet<String> {
        self.serving(hostname, Some(port), DnsView::New)
    }

    pub(crate) fn serving(
        &self,
        hostname: &str,
        port: Option<u16>,
        dns: DnsView,
    ) -> BTreeSet<String> {
        let view = serving::View {
            route53: &self.route53,
            accelerators: &self.accelerators,
            endpoints: &self.endpoints,
            dns,
            port,
        };
        let regions = view.regions(hostname);
        regions
            .into_iter()
            .map(|region| region.to_string())
            .collect()
    }

    /// The state of everything, for comparing two runs: sorted, without times, and with labels made
    /// of names instead of generated ids and addresses.
    pub fn picture(&self) -> serde_json::Value {
        picture::of(self)
    }

    /// The id that the world made up for what a picture labels so, such as `zone:example.com.`; or
    /// the ARN behind `accelerator-arn:NAME`, `listener-arn:NAME/PORT` and
    /// `endpoint-group-arn:NAME/PORT/REGION`.
    pub fn id_of(&self, label: &str) -> Option<String> {
        let mut labels = Labels::default();
        self.route53.label(&mut labels);
        self.accelerators.label(&mut labels);
        self.accelerators.name_arns(&mut labels);
        labels.id_of(label).map(str::to_owned)
    }

    /// Lets calls fail.
    pub fn inject(&mut self, fault: Fault) {
        self.add_fault((fault, self.now).into());
    }

    pub(crate) fn add_fault(&mut self, injection: Injection) {
        self.faults.add(injection);
        self.remember();
    }

    /// A load balancer's targets become healthy or unhealthy, now. Health checks and endpoints
    /// follow in their own time.
    pub fn set_load_balancer_health(
        &mut self,
        arn: &str,
        healthy: bool,
    ) -> Result<(), NoSuchLoadBalancer> {
        let parsed = LoadBalancerArn::parse(arn);
        let found = parsed.is_some_and(|arn| self.endpoints.set_health(&arn, healthy));
        if !found {
            return Err(NoSuchLoadBalancer(arn.to_owned()));
        }
        self.endpoints_changed();
        Ok(())
    }

    /// A host name or an address starts or stops to answer, now.
    pub fn set_host_answers(&mut self, host: &str, answers: bool) {
        self.endpoints.set_answers(host, answers);
        self.endpoints_changed();
    }

    pub(crate) fn endpoints_changed(&mut self) {
        self.route53.endpoints_changed(self.now, &self.endpoints);
        self.accelerators
            .endpoints_changed(self.now, &self.knobs, &self.endpoints);
    }
}
