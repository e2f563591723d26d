//! A GlobalApp with the objects that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use super::endpoints::{Chosen, endpoint_names};
use super::front::{Front, front, of_each};
use super::{Identity, Lifecycle, Memory, Objections, Target, Waits, target};
use crate::consent::{Asker, Consents};
use crate::crd::{
    AdoptionPolicy, FailoverRole, GlobalApp, GlobalAppSpec, GlobalTable, HealthCheck,
    IpAddressType, Mode, RegionEndpoint,
};
use crate::digest;
use crate::global_accelerator::Dial;
use crate::names::{Hostname, Incarnation, LoadBalancerArn, NameError, ObjectKey, Region, ZoneId};
use crate::settings::{Settings, Timings};
use crate::waiting::Waiting;

/// A valid GlobalApp.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Which object, and which spec.
    pub identity: Identity,
    /// Whether it is to be.
    pub lifecycle: Lifecycle,
    /// Whether AWS is to be changed.
    pub mode: Mode,
    /// Its names.
    pub hostnames: BTreeSet<Hostname>,
    /// Where they are published.
    pub zone: ZoneRef,
    /// How users are spread.
    pub front: Front,
    /// Seconds that resolvers may keep an answer.
    pub ttl_seconds: u32,
    /// Whether an unhealthy target leaves the answers.
    pub evaluate_target_health: bool,
    /// Which addresses names have.
    pub ip_address_type: IpAddressType,
    /// How endpoints are checked.
    pub health_check: Option<HealthCheck>,
    /// The endpoints whose target is known, by Region and name. None that is being deleted.
    pub endpoints: BTreeMap<Region, BTreeMap<String, Endpoint>>,
    /// Endpoints that are still to be resolved.
    pub unresolved: Vec<Waiting>,
    /// Regions of those endpoints: what serves there stays as it is, since not knowing is no reason to remove.
    pub held: BTreeSet<Region>,
    /// Endpoints that are listed and that nobody has seen yet.
    pub awaited: BTreeSet<String>,
    /// The name of each load balancer's RegionEndpoint, also of those that leave.
    pub endpoint_names: BTreeMap<LoadBalancerArn, String>,
    /// The wanted dial, where it is not 100.
    pub dials: BTreeMap<Region, Dial>,
    /// What a Region needs before users are sent there.
    pub requires: Vec<Requirement>,
    /// Regions that must go on serving.
    pub minimum: usize,
    /// What the status remembers.
    pub memory: Memory,
    /// What happens to record sets that are there already.
    pub adoption: AdoptionPolicy,
    /// What people allow.
    pub consents: Consents,
}

/// Where names are published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneRef {
    /// The zone of that id.
    Id(ZoneId),
    /// The one public zone of that name.
    Name(String),
}

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it sends users.
    pub target: Target,
    /// Share among the endpoints of its Region, 0 to 255.
    pub weight: u8,
    /// Ceiling of the dial.
    pub max_dial: Dial,
    /// What its check asks, if not the target's own name.
    pub check_hostname: Option<String>,
    /// Its own check, in place of the app's.
    pub health_check: Option<HealthCheck>,
}

/// A required table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The GlobalTable.
    pub table: String,
    /// What its replicas are, and whether users may be sent there.
    pub replicas: BTreeMap<Region, (String, bool)>,
    /// Whether the object exists.
    pub exists: bool,
}

/// Validates a GlobalApp, given every RegionEndpoint and GlobalTable of its namespace.
pub fn app(
    object: &GlobalApp,
    endpoints: &[RegionEndpoint],
    tables: &[GlobalTable],
    timings: &Timings,
    now: Timestamp,
) -> Result<App, Objections> {
    let mut objections = Objections::default();
    let spec = &object.spec;
    let status = object.status.clone().unwrap_or_default();
    let key = ObjectKey::new(object.namespace().unwrap_or_default(), object.name_any());
    let lifecycle = match object.metadata.deletion_timestamp {
        Some(_) => Lifecycle::Deleting(spec.deletion_policy),
        None => Lifecycle::Living,
    };
    let waits = Waits::of(status.plan.as_ref());
    let front = front(spec, &mut objections);
    let mut chosen = Chosen::new(spec, &status, endpoints, &mut objections);
    match lifecycle {
        Lifecycle::Living => {
            chosen.object(&front, &status, &waits, timings, now, &mut objections);
        }
        // Nothing that goes waits for something to come.
        Lifecycle::Deleting(_) => chosen.unresolved.clear(),
    }
    let app = App {
        identity: Identity::new(
            key,
            object.metadata.uid.as_ref(),
            status.fleet.as_ref(),
            digest::of_spec("GlobalApp", spec),
        ),
        lifecycle,
        mode: spec.mode,
        hostnames: parsed(&spec.hostnames, "spec.hostnames", &mut objections),
        zone: zone(spec, &mut objections),
        minimum: minimum(spec, &front, chosen.regions),
        front,
        ttl_seconds: u32::try_from(spec.dns.ttl_seconds).unwrap_or(60),
        evaluate_target_health: spec.dns.evaluate_target_health,
        ip_address_type: spec.dns.ip_address_type,
        health_check: spec.health_check.clone(),
        endpoints: chosen.resolved,
        unresolved: chosen.unresolved,
        held: chosen.held,
        awaited: chosen.awaited,
        endpoint_names: endpoint_names(endpoints),
        dials: dials(spec, &mut objections),
        requires: requires(spec, tables),
        memory: Memory::of(&status, waits),
        adoption: spec.dns.adoption_policy,
        consents: Consents::of(object),
    };
    if lifecycle == Lifecycle::Living {
        object_to_spread(&app, spec, &mut objections);
    }
    if objections.is_empty() {
        Ok(app)
    } else {
        Err(objections)
    }
}

/// What speaks against the way in which users are to be spread over the endpoints. An app that goes needs none.
fn object_to_spread(app: &App, spec: &GlobalAppSpec, objections: &mut Objections) {
    app.front.object(objections);
    target::object(
        &app.front,
        &app.hostnames,
        spec.dns.hosted_zone.as_deref(),
        &app.endpoints,
        app.health_check.is_some(),
        objections,
    );
    for (name, endpoint) in app.endpoints.values().flatten() {
        let host = endpoint.check_hostname.as_ref();
        if host.is_some_and(|host| app.hostnames.iter().any(|own| own.as_str() == host)) {
            objections.invalid(
                format!("ekregion/{name} spec.healthCheckHostname"),
                "is a hostname of this app: its health would decide what it answers to its own check",
            );
        }
    }
}

fn zone(spec: &GlobalAppSpec, objections: &mut Objections) -> ZoneRef {
    ZoneRef::of(spec).unwrap_or_else(|| {
        objections.invalid("spec.dns", "set exactly one of hostedZoneId and hostedZone");
        ZoneRef::Name(String::new())
    })
}

impl ZoneRef {
    /// What the spec says, if it does.
    pub fn of(spec: &GlobalAppSpec) -> Option<Self> {
        let by_id = spec.dns.hosted_zone_id.as_ref();
        let by_name = || spec.dns.hosted_zone.clone().map(Self::Name);
        by_id.map(|id| Self::Id(ZoneId::new(id))).or_else(by_name)
    }
}

fn parsed<T: FromStr<Err = NameError> + Ord>(
    texts: &[String],
    field: &str,
    objections: &mut Objections,
) -> BTreeSet<T> {
    let mut values = BTreeSet::new();
    for (index, text) in texts.iter().enumerate() {
        match text.parse() {
            Ok(value) => {
                values.insert(value);
            }
            Err(error) => objections.invalid(format!("{field}[{index}]"), error),
        }
    }
    values
}

fn minimum(spec: &GlobalAppSpec, front: &Front, regions: usize) -> usize {
    match spec.traffic.min_serving_regions {
        Some(minimum) => usize::try_from(minimum).unwrap_or(1).max(1),
        None => front.answering(regions).saturating_sub(1).max(1),
    }
}

fn dials(spec: &GlobalAppSpec, objections: &mut Objections) -> BTreeMap<Region, Dial> {
    of_each(spec, objections, |wish| {
        let percent = u8::try_from(wish.dial_percent?).unwrap_or(100);
        Some(Dial::percent(percent))
    })
}

fn requires(spec: &GlobalAppSpec, tables: &[GlobalTable]) -> Vec<Requirement> {
    let requirement = |name: &String| {
        let table = tables.iter().find(|table| table.name_any() == *name);
        let replicas = table
            .and_then(|table| table.status.as_ref())
            .into_iter()
            .flat_map(|status| &status.replicas);
        Requirement {
            table: name.clone(),
            replicas: replicas
                .filter_map(|replica| {
                    Some((
                        replica.region.parse().ok()?,
                        (replica.state.clone(), replica.ready),
                    ))
                })
                .collect(),
            exists: table.is_some(),
        }
    };
    spec.requires
        .iter()
        .flatten()
        .map(|required| requirement(&required.name))
        .collect()
}

impl App {
    /// Who asks for consents on its behalf.
    pub(crate) fn asker<'a>(
        &'a self,
        incarnation: &'a Incarnation,
        settings: &'a Settings,
    ) -> Asker<'a> {
        Asker {
            fleet: &settings.installation.fleet,
            owner: &self.identity.key,
            incarnation,
            consents: &self.consents,
        }
    }

    /// The Regions to which users are to be sent; not those that only stand by.
    pub(crate) fn answering(&self) -> BTreeSet<&Region> {
        let all = self.endpoints.keys().chain(&self.held);
        let is_weighty = |region: &Region, weights: &BTreeMap<Region, u8>| {
            let endpoints = self
                .endpoints
                .get(region)
                .into_iter()
                .flat_map(BTreeMap::values);
            let own = || endpoints.into_iter().any(|endpoint| endpoint.weight > 0);
            weights.get(region).map_or_else(own, |weight| *weight > 0)
        };
        let answers = |region: &&Region| match &self.front {
            Front::Accelerator(_) | Front::Simple | Front::Latency | Front::Geoproximity(_) => true,
            Front::Weighted(weights) => is_weighty(region, weights),
            Front::Failover(roles) => roles.get(*region) == Some(&FailoverRole::Primary),
            Front::Geolocation(users) => users.contains_key(*region),
        };
        let answering: BTreeSet<&Region> = all.clone().filter(answers).collect();
        if answering.is_empty() {
            return all.collect();
        }
        answering
    }
}

impl Requirement {
    /// Why that Region must wait for this table.
    pub fn waiting(&self, region: &Region) -> Option<Waiting> {
        let state = match self.replicas.get(region) {
            Some((_, true)) => return None,
            Some((state, false)) => state.clone(),
            None if self.exists => "Absent".to_owned(),
            None => "Absent, and no such GlobalTable exists".to_owned(),
        };
        Some(Waiting::DataNotReady {
            region: region.clone(),
            table: self.table.clone(),
            state,
        })
    }
}
