//! Every metric, with its help text.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::aws::{CallCounts, Metered};

/// Labels of a reconcile.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub struct Kind {
    pub(crate) kind: &'static str,
}

/// Labels of an action.
#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub struct Call {
    pub(crate) service: &'static str,
    pub(crate) call: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Attempt {
    service: String,
    operation: String,
}

/// What the operator counts.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(crate) reconciles: Family<Kind, Counter>,
    pub(crate) reconcile_errors: Family<Kind, Counter>,
    pub(crate) actions: Family<Call, Counter>,
    pub(crate) action_failures: Family<Call, Counter>,
    pub(crate) status_writes: Counter,
    pub(crate) leading: Gauge,
}

impl Metrics {
    /// How many reconciles of a kind were begun.
    pub fn reconciles_of(&self, kind: &'static str) -> u64 {
        self.reconciles.get_or_create(&Kind { kind }).get()
    }

    /// Everything in the OpenMetrics text format.
    pub(crate) fn render(&self, metered: &Metered) -> Result<String, std::fmt::Error> {
        let Self {
            reconciles,
            reconcile_errors,
            actions,
            action_failures,
            status_writes,
            leading,
        } = self;
        let mut registry = Registry::with_prefix("evenkeel");
        registry.register(
            "reconciles",
            "Reconciles begun, by kind",
            reconciles.clone(),
        );
        registry.register(
            "reconcile_errors",
            "Reconciles that the API server kept from finishing, by kind",
            reconcile_errors.clone(),
        );
        registry.register(
            "actions",
            "Planned AWS calls that succeeded, by service and call",
            actions.clone(),
        );
        registry.register(
            "action_failures",
            "Planned AWS calls that failed, by service and call",
            action_failures.clone(),
        );
        registry.register(
            "status_writes",
            "Status writes sent to the API server",
            status_writes.clone(),
        );
        registry.register(
            "leading",
            "1 while this replica holds the lease and acts, 0 while it stands by",
            leading.clone(),
        );
        registry.register(
            "aws_http_attempts",
            "HTTP attempts sent to AWS, retries among them, by service and operation",
            family(metered.counts()),
        );
        registry.register(
            "aws_held_back",
            "HTTP attempts not sent, since AWS would have throttled them, by service and operation",
            family(metered.budget().held_back()),
        );
        registry.register(
            "aws_throttled",
            "HTTP attempts that AWS throttled: others spend the account's rates, too; by service and operation",
            family(metered.budget().throttles()),
        );
        let build: Family<Vec<(String, String)>, Gauge> = Family::default();
        build
            .get_or_create(&vec![(
                "version".to_owned(),
                env!("CARGO_PKG_VERSION").to_owned(),
            )])
            .set(1);
        registry.register_with_unit(
            "build",
            "1, with the version as a label",
            Unit::Other("info".to_owned()),
            build,
        );
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

fn family(counts: CallCounts) -> Family<Attempt, Counter> {
    let family: Family<Attempt, Counter> = Family::default();
    for ((service, operation), count) in counts {
        let counter = family.get_or_create_owned(&Attempt { service, operation });
        counter.inc_by(count);
    }
    family
}
