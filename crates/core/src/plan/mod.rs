//! The plan: what can be done now, what waits, and what is refused. The controller applies it, `evenkeel plan` prints it,
//! status shows it, and the tests compare it: it is one value.

mod app;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;

use crate::consent::Token;
use crate::failure::Failure;
use crate::identity::{Mark, MarkState, Ownership};
use crate::names::{
    AcceleratorArn, ChangeId, EndpointGroupArn, HealthCheckId, Hostname, Incarnation, ListenerArn,
    Region, TableArn, TableId,
};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::validate::Identity;
use crate::waiting::Waiting;
use crate::{dynamodb, global_accelerator, route53};

pub use app::app;
pub(crate) use app::zone;
pub use table::table;

/// Stands for what only AWS's reply will say.
pub const KNOWN_AFTER_APPLY: &str = "(known after apply)";

/// One AWS API call, with before and after. Carrying it out takes no decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A call to Route 53.
    Route53(route53::Action),
    /// A call to Global Accelerator.
    GlobalAccelerator(global_accelerator::Action),
    /// A call to DynamoDB.
    DynamoDb(dynamodb::Action),
}

/// What a call brought about that could not be known before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Just what the action says.
    Done,
    /// A check.
    HealthCheckCreated {
        /// Its id.
        id: HealthCheckId,
    },
    /// A batch.
    RecordSetsChanged {
        /// The change to wait for.
        change: ChangeId,
    },
    /// An accelerator.
    AcceleratorCreated {
        /// Its ARN.
        arn: AcceleratorArn,
        /// Its DNS name.
        dns_name: String,
        /// Its static addresses.
        addresses: Vec<String>,
    },
    /// A listener.
    ListenerCreated {
        /// Its ARN.
        arn: ListenerArn,
    },
    /// An endpoint group.
    GroupCreated {
        /// Its ARN.
        arn: EndpointGroupArn,
    },
    /// A table.
    TableCreated {
        /// Its ARN.
        arn: TableArn,
        /// Its id.
        id: TableId,
    },
}

/// What will be done, what waits, and what is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The calls that can be made now, in order.
    pub actions: Vec<Action>,
    /// What waits for something that resolves by itself.
    pub waiting: Vec<Waiting>,
    /// What a person must settle.
    pub refused: Vec<Refusal>,
    /// What must be in the object's status before the first call.
    pub commit: Option<Commit>,
    /// When leaving endpoints of a Region may go.
    pub drains: BTreeMap<Region, Timestamp>,
    /// The consents without which it would be another plan.
    pub consented: BTreeSet<Token>,
    /// The names that are as wanted.
    pub settled: BTreeSet<Hostname>,
    /// The names at which somebody else's change is undone.
    pub corrected: BTreeSet<Hostname>,
}

/// What must be in the object's status before the first call on its behalf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The identity in every mark.
    pub incarnation: Incarnation,
    /// Number of this spec.
    pub revision: u64,
    /// Its digest.
    pub digest: String,
    /// The stored part of the accelerator's idempotency token, where one is to be created.
    pub nonce: Option<String>,
}

impl Action {
    /// What the call will bring about, with stand-ins for what only AWS's reply says.
    pub fn predicted(&self) -> Effect {
        let stand_in = || format!("{KNOWN_AFTER_APPLY} {}", self.describe().name);
        match self {
            Self::Route53(route53::Action::CreateHealthCheck { config, .. }) => {
                Effect::HealthCheckCreated {
                    id: HealthCheckId::new(format!("{KNOWN_AFTER_APPLY} {}", config.hash())),
                }
            }
            Self::Route53(route53::Action::ChangeRecordSets(_)) => Effect::RecordSetsChanged {
                change: ChangeId::new(KNOWN_AFTER_APPLY),
            },
            Self::Route53(
                route53::Action::NameHealthCheck { .. } | route53::Action::DeleteHealthCheck { .. },
            ) => Effect::Done,
            Self::GlobalAccelerator(action) => match action {
                global_accelerator::Action::CreateAccelerator { .. } => {
                    Effect::AcceleratorCreated {
                        arn: AcceleratorArn::new(stand_in()),
                        dns_name: KNOWN_AFTER_APPLY.to_owned(),
                        addresses: Vec::new(),
                    }
                }
                global_accelerator::Action::CreateListener { .. } => Effect::ListenerCreated {
                    arn: ListenerArn::new(stand_in()),
                },
                global_accelerator::Action::CreateGroup { listener, .. } => Effect::GroupCreated {
                    arn: EndpointGroupArn::new(format!("{} of {listener}", stand_in())),
                },
                global_accelerator::Action::TagAccelerator { .. }
                | global_accelerator::Action::UpdateListener { .. }
                | global_accelerator::Action::DeleteListener { .. }
                | global_accelerator::Action::UpdateGroup { .. }
                | global_accelerator::Action::DeleteGroup { .. } => Effect::Done,
            },
            Self::DynamoDb(action) => match &action.call {
                dynamodb::Call::CreateTable { .. } => Effect::TableCreated {
                    arn: TableArn::new(stand_in()),
                    id: TableId::new(KNOWN_AFTER_APPLY),
                },
                dynamodb::Call::CreateReplica { .. }
                | dynamodb::Call::UpdateTimeToLive { .. }
                | dynamodb::Call::SetDeletionProtection { .. }
                | dynamodb::Call::TagTable { .. } => Effect::Done,
            },
        }
    }
}

impl Action {
    /// What is gone after the call that users may miss, by kind and name.
    pub(crate) fn deletions(&self) -> Vec<String> {
        let itself = || {
            let words = self.describe();
            vec![format!("{} {}", words.kind, words.name)]
        };
        match self {
            Self::Route53(route53::Action::ChangeRecordSets(set)) => set
                .deserted()
                .map(|hostname| format!("record sets {hostname}"))
                .collect(),
            Self::GlobalAccelerator(
                global_accelerator::Action::DeleteListener { .. }
                | global_accelerator::Action::DeleteGroup { .. },
            ) => itself(),
            Self::GlobalAccelerator(
                global_accelerator::Action::CreateAccelerator { .. }
                | global_accelerator::Action::TagAccelerator { .. }
                | global_accelerator::Action::CreateListener { .. }
                | global_accelerator::Action::UpdateListener { .. }
                | global_accelerator::Action::CreateGroup { .. }
                | global_accelerator::Action::UpdateGroup { .. },
            )
            // A health check goes when nobody uses it; of a table nothing is ever deleted.
            | Self::Route53(
                route53::Action::CreateHealthCheck { .. }
                | route53::Action::NameHealthCheck { .. }
                | route53::Action::DeleteHealthCheck { .. },
            )
            | Self::DynamoDb(_) => Vec::new(),
        }
    }
}

impl Plan {
    /// Whether nothing is to be done, awaited or settled.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty() && self.waiting.is_empty() && self.refused.is_empty()
    }

    fn waits(waiting: impl IntoIterator<Item = Waiting>) -> Self {
        Self {
            waiting: waiting.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether it would take out a Region, if only the health of the others were known.
    pub fn awaits_health(&self) -> bool {
        self.waiting
            .iter()
            .any(|waiting| matches!(waiting, Waiting::HealthUnknown { .. }))
    }

    /// Whether it takes users away from somewhere.
    pub fn takes_out(&self) -> bool {
        self.actions.iter().any(|action| match action {
            Action::Route53(route53::Action::ChangeRecordSets(set)) => set.takes_out(),
            Action::GlobalAccelerator(action) => global_accelerator::lowers(action),
            Action::Route53(_) | Action::DynamoDb(_) => false,
        })
    }

    /// The consents by which something was done, and that are not needed any more.
    pub fn consents_used(&self, left: &Self, done: &[Action]) -> BTreeSet<Token> {
        if done.is_empty() {
            return BTreeSet::new();
        }
        self.consented
            .difference(&left.consented)
            .cloned()
            .collect()
    }

    /// The names at which somebody else's change was undone just now.
    pub fn names_corrected(&self, left: &Self) -> BTreeSet<Hostname> {
        self.corrected
            .intersection(&left.settled)
            .cloned()
            .collect()
    }

    /// Takes over the timers that an earlier plan has begun: what it took out of service is not seen any more.
    pub fn keep_drains_of(&mut self, earlier: Self, now: Timestamp) {
        let running = earlier.drains.into_iter().filter(|(_, until)| *until > now);
        self.drains.extend(running);
    }

    /// Adds what a call, made or tried, was answered.
    pub fn add_failure(&mut self, failure: Failure) {
        let failure = Box::new(failure);
        if let Some(until) = failure.held_back_until() {
            let call = format!("{}:{}", failure.service, failure.operation);
            self.waiting.insert(0, Waiting::RateLimited { call, until });
        } else if failure.needs_a_person() {
            self.refused.insert(0, Refusal::Call(failure));
        } else {
            self.waiting.insert(0, Waiting::CallAgain(failure));
        }
    }

    /// What no waiting mends is refused: a read that is not allowed, for example.
    fn escalated(mut self) -> Self {
        self.waiting.retain(|waiting| {
            let Waiting::PartialObservation {
                failure: Some(failure),
                ..
            } = waiting
            else {
                return true;
            };
            if failure.needs_a_person() {
                self.refused.push(Refusal::Call(failure.clone()));
            }
            !failure.needs_a_person()
        });
        self
    }

    /// Adds what one service's diff found.
    fn add<A>(&mut self, changes: Changes<A>, action: impl Fn(A) -> Action) {
        self.actions.extend(changes.actions.into_iter().map(action));
        for waiting in changes.waiting {
            self.wait(waiting);
        }
        self.refused.extend(changes.refused);
        self.drains.extend(changes.drains);
        self.consented.extend(changes.consented);
        self.settled.extend(changes.settled);
        self.corrected.extend(changes.corrected);
    }

    /// Adds what waits, once.
    pub(crate) fn wait(&mut self, waiting: Waiting) {
        if !self.waiting.contains(&waiting) {
            self.waiting.push(waiting);
        }
    }
}

/// What the diff of one service found.
#[derive(Clone, Debug)]
pub struct Changes<A> {
    /// The calls, in order.
    pub actions: Vec<A>,
    /// What waits.
    pub waiting: Vec<Waiting>,
    /// What a person must settle.
    pub refused: Vec<Refusal>,
    /// When leaving endpoints of a Region may go.
    pub drains: BTreeMap<Region, Timestamp>,
    /// The consents without which these would be other calls.
    pub consented: BTreeSet<Token>,
    /// The names that are as wanted.
    pub settled: BTreeSet<Hostname>,
    /// The names at which somebody else's change is undone.
    pub corrected: BTreeSet<Hostname>,
}

impl<A> Default for Changes<A> {
    fn default() -> Self {
        Self {
            actions: Vec::new(),
            waiting: Vec::new(),
            refused: Vec::new(),
            drains: BTreeMap::new(),
            consented: BTreeSet::new(),
            settled: BTreeSet::new(),
            corrected: BTreeSet::new(),
        }
    }
}

impl<A> Changes<A> {
    /// Adds what waits, once.
    pub(crate) fn wait(&mut self, waiting: Waiting) {
        if !self.waiting.contains(&waiting) {
            self.waiting.push(waiting);
        }
    }
}

/// The identity for every mark: the settled one, else the one that AWS carries, else the object's own uid.
fn incarnation(
    identity: &Identity,
    marks: impl Iterator<Item = Mark>,
    settings: &Settings,
) -> Incarnation {
    let ours = marks.filter(|mark| {
        let judged = settings.installation.judge(mark, &identity.key, None);
        matches!(judged, Ownership::Ours | Ownership::Retakeable)
    });
    // A held mark before a released one; then the same choice in every run.
    let best = ours.min_by_key(|mark| (mark.state != MarkState::Held, mark.incarnation.clone()));
    identity
        .incarnation
        .clone()
        .or_else(|| best.map(|mark| mark.incarnation))
        .unwrap_or_else(|| Incarnation::new(&identity.uid))
}

/// The revision of the spec: the committed one, or the next after all that was ever written.
fn revision(identity: &Identity, highest: u64) -> u64 {
    match &identity.committed {
        Some((revision, digest)) if *digest == identity.digest => *revision,
        Some((revision, _)) => highest.max(*revision) + 1,
        None => highest + 1,
    }
}
