//! The world: an account, its services, and time that only moves when it is told to.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use thiserror::Error;

use crate::asked::Asked;
use crate::call::Call;
use crate::context::Context;
use crate::dynamodb::DynamoDb;
use crate::elb::{self, LoadBalancerArn};
use crate::endpoints::Endpoints;
use crate::fault::{self, Effect, Fault, Faults};
use crate::global_accelerator::GlobalAccelerator;
use crate::ids::Ids;
use crate::knobs::Knobs;
use crate::quotas::Quotas;
use crate::rates::{Buckets, Rates};
use crate::region::Region;
use crate::route53::Route53;
use crate::seed::Seed;
use crate::wire::{self, Answer, ServiceError, Unreadable};
use crate::{genesis, picture, serving, sts};

/// One AWS account, as its APIs show it. The same seed and the same requests at the same times give
/// the same bytes, in any process.
#[derive(Clone, Debug)]
pub struct World {
    now: Timestamp,
    account: String,
    knobs: Knobs,
    quotas: Quotas,
    rates: Rates,
    buckets: Buckets,
    pub(crate) ids: Ids,
    pub(crate) endpoints: Endpoints,
    pub(crate) route53: Route53,
    pub(crate) accelerators: GlobalAccelerator,
    pub(crate) tables: DynamoDb,
    faults: Faults,
    calls: Vec<Call>,
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
pub struct NoSuchLoadBalancer(String);

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
            quotas,
            rates,
            knobs,
        } = seed;
        let mut world = Self {
            now,
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
            faults: Faults::default(),
            calls: Vec::new(),
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

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Answers one HTTP request as AWS would at `now`.
    pub fn answer(&mut self, now: Timestamp, request: Request<Bytes>) -> Response<Bytes> {
        self.advance(now);
        let request_id = self.ids.uuid("request");
        match wire::Request::read(request) {
            Ok(request) => {
                let service = request.service;
                let outcome = self.serve(&request);
                wire::response(service, &request_id, &outcome)
            }
            Err(Unreadable { service, error }) => wire::response(service, &request_id, &Err(error)),
        }
    }

    /// Lets everything that happens by itself up to `now` happen, in its order.
    pub fn advance(&mut self, now: Timestamp) {
        while let Some(next) = self.next_change().filter(|next| *next <= now) {
            self.route53.advance(next, &self.endpoints);
            self.accelerators.advance(next, &self.endpoints);
            self.tables.advance(next, &mut self.ids);
        }
        self.now = self.now.max(now);
    }

    /// When the next thing will happen by itself, if anything is in progress.
    pub fn next_change(&self) -> Option<Timestamp> {
        let services = [
            self.route53.next_change(),
            self.accelerators.next_change(),
            self.tables.next_change(),
        ];
        services.into_iter().flatten().min()
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
        self.serving(hostname, None)
    }

    /// The same, for users of one port: an alias to an accelerator serves it on the listener that has it, if one does.
    pub fn serving_regions_on(&self, hostname: &str, port: u16) -> BTreeSet<String> {
        self.serving(hostname, Some(port))
    }

    fn serving(&self, hostname: &str, port: Option<u16>) -> BTreeSet<String> {
        let view = serving::View {
            route53: &self.route53,
            accelerators: &self.accelerators,
            endpoints: &self.endpoints,
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

    /// Lets calls fail.
    pub fn inject(&mut self, fault: Fault) {
        self.faults.add(fault);
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

    fn endpoints_changed(&mut self) {
        self.route53.endpoints_changed(self.now, &self.endpoints);
        self.accelerators
            .endpoints_changed(self.now, &self.knobs, &self.endpoints);
    }

    /// Answers a request that is signed for a service, and logs the call.
    fn serve(&mut self, request: &wire::Request) -> Result<Answer, ServiceError> {
        let asked = Asked::read(request);
        let outcome = match &asked {
            Ok(asked) => self.carry_out(asked, request),
            Err(error) => Err(error.clone()),
        };
        let (operation, write, subject) = match &asked {
            Ok(asked) => (
                asked.operation().to_owned(),
                asked.writes(),
                asked.subject(request),
            ),
            Err(_) => (unknown_operation(request), false, String::new()),
        };
        self.calls.push(Call {
            at: self.now,
            service: request.service,
            region: request.region.clone(),
            operation,
            write,
            pending: outcome.as_ref().is_ok_and(|answer| answer.pending),
            status: outcome
                .as_ref()
                .map_or_else(|error| error.status, |answer| answer.status),
            error: outcome.as_ref().err().map(|error| error.code.clone()),
            subject,
            principal: request.principal.clone(),
        });
        outcome
    }

    fn carry_out(
        &mut self,
        asked: &Asked,
        request: &wire::Request,
    ) -> Result<Answer, ServiceError> {
        match self.faults.meet(request.service, asked.operation()) {
            None => self.dispatch(asked, request),
            Some(Effect::Refuse {
                status,
                code,
                message,
            }) => Err(ServiceError::new(status, &code, message)),
            Some(Effect::LoseReply) => self.dispatch(asked, request).and(Err(fault::lost())),
        }
    }

    fn dispatch(&mut self, asked: &Asked, request: &wire::Request) -> Result<Answer, ServiceError> {
        let region = Region::named(&request.region).ok_or_else(|| request.wrong_region())?;
        self.buckets
            .draw(&self.rates, self.now, request, asked.operation())?;
        let mut context = Context {
            now: self.now,
            region,
            account: &self.account,
            knobs: &self.knobs,
            quotas: &self.quotas,
            endpoints: &self.endpoints,
            ids: &mut self.ids,
        };
        match asked {
            Asked::Route53(asked) => self.route53.answer(&mut context, asked, &self.accelerators),
            Asked::GlobalAccelerator(asked) => self.accelerators.answer(&mut context, asked),
            Asked::DynamoDb(asked) => self.tables.answer(&mut context, asked),
            Asked::ElasticLoadBalancing(operation) => elb::answer(&context, *operation, request),
            Asked::Sts(operation) => sts::answer(&context, *operation, &request.principal),
        }
    }
}

/// What to log of a request that asks for no operation that there is.
fn unknown_operation(request: &wire::Request) -> String {
    if request.target.is_empty() {
        format!("{} {}", request.method, request.path)
    } else {
        request.target.clone()
    }
}
