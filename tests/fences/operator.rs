//! An operator, by its real code: what it makes of what it reads, and what it remembers of it.

use std::collections::BTreeSet;

use evenkeel_core::crd::GlobalApp;
use evenkeel_core::observed::Observed;
use evenkeel_core::plan::{self, Action, Effect, Plan};
use evenkeel_core::route53::{self, ChangeSet};
use evenkeel_core::settings::Settings;
use evenkeel_core::status;
use evenkeel_core::validate::{App, Lifecycle};
use evenkeel_core::waves::{self, Declared};
use jiff::Timestamp;

use crate::aws::Zone;
use crate::shown::Shown;

/// The object with the status that an operator knows.
pub(crate) type Object = Shown<GlobalApp>;

/// What an operator is about to send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Turn {
    read: Zone,
    plan: Shown<Plan>,
    pub(crate) set: Shown<ChangeSet>,
}

/// What came of a look at the zone.
pub(crate) struct Begun {
    pub(crate) knows: Object,
    /// Nothing if there is nothing to send.
    pub(crate) turn: Option<Turn>,
    /// The names that are as wanted.
    pub(crate) settled: BTreeSet<String>,
}

/// The code of every operator.
pub(crate) struct Code {
    pub(crate) settings: Settings,
    /// The endpoints, resolved.
    pub(crate) around: Declared,
    pub(crate) now: Timestamp,
}

impl Code {
    fn app(&self, object: &GlobalApp) -> App {
        waves::valid_app(object, &self.around, &self.settings, self.now).unwrap()
    }

    /// What `controller::global_app` does before the first call: reads, plans and commits.
    pub(crate) fn begin(&self, object: &Object, zone: &Zone) -> Begun {
        let app = self.app(object);
        let observed = &zone.read.observed;
        let plan = plan::app(&app, observed, &self.settings, self.now);
        let settled = plan.settled.iter().map(ToString::to_string).collect();
        let Some(set) = the_batch(&plan) else {
            return Begun {
                knows: self.report(object, observed, plan, &Plan::default()),
                turn: None,
                settled,
            };
        };
        Begun {
            knows: self.committed(object, &app, &plan),
            turn: Some(Turn {
                read: zone.clone(),
                set: Shown::of(set),
                plan: Shown::of(plan),
            }),
            settled,
        }
    }

    /// Without its first call, it has only told Kubernetes.
    fn committed(&self, object: &Object, app: &App, plan: &Plan) -> Object {
        let commit = plan.commit.as_ref();
        let Some(commit) = commit.filter(|_| app.lifecycle == Lifecycle::Living) else {
            return object.clone();
        };
        let mut object = GlobalApp::clone(object);
        let before = object.status.unwrap_or_default();
        object.status = Some(status::committed_app(before, commit, &self.settings));
        known(object)
    }

    /// What it does after: plans once more, from what it takes AWS to be now, and reports.
    pub(crate) fn finish(&self, object: &Object, turn: &Turn, is_done: bool) -> Object {
        let mut observed = turn.read.read.observed.clone();
        if is_done {
            let action = Action::Route53(route53::Action::ChangeRecordSets((*turn.set).clone()));
            // A change's id is not told: each would be a state of its own.
            observed.after(&action, &Effect::Done);
        }
        let left = plan::app(&self.app(object), &observed, &self.settings, self.now);
        self.report(object, &observed, left, &turn.plan)
    }

    fn report(&self, object: &Object, observed: &Observed, mut left: Plan, plan: &Plan) -> Object {
        let corrected = plan.names_corrected(&left);
        left.keep_drains_of(plan.clone(), self.now);
        let app = self.app(object);
        let report = status::AppReport {
            object,
            app: Ok(&app),
            plan: &left,
            observed,
            used: &BTreeSet::new(),
            corrected: &corrected,
            failure: None,
        };
        let status = status::app(&report, &self.settings, self.now);
        known(GlobalApp {
            status: Some(status),
            ..GlobalApp::clone(object)
        })
    }
}

/// An object as it is known. Its spec never changes in the hands of one operator.
pub(crate) fn known(object: GlobalApp) -> Object {
    let text = format!("{:?}", object.status);
    Shown::new(object, text)
}

/// The change of record sets. There is nothing else to do for these apps, and an app's names change in one batch.
fn the_batch(plan: &Plan) -> Option<ChangeSet> {
    let mut actions = plan.actions.iter();
    let set = actions.next().map(|action| match action {
        Action::Route53(route53::Action::ChangeRecordSets(set)) => set.clone(),
        Action::Route53(_) | Action::GlobalAccelerator(_) | Action::DynamoDb(_) => {
            panic!("not a change of record sets: {action:?}")
        }
    });
    assert!(actions.next().is_none(), "more than one call: {plan:?}");
    set
}
