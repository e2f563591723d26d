//! What the interleavings begin with: who knows what, and what stands in the zone.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use evenkeel_core::identity::Installation;
use evenkeel_core::settings::Settings;
use evenkeel_core::waves::{self, Declared};
use jiff::Timestamp;

use crate::aws::{Account, Zone};
use crate::changes::{self, Change};
use crate::design::Design;
use crate::interleavings::{Kubernetes, Rivals};
use crate::operator::{Code, Object, known};

/// Where the operators begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The oldest plan is live.
    Live,
    /// Nothing is there yet, and each plan has its revision.
    Nothing,
    /// The plan before all of them is live.
    Before,
    /// The same, and none of them has a revision yet: each commits one for itself.
    Uncommitted,
}

impl Rivals {
    /// An operator for the plan before these changes, and one more for each: every one comes on top of those before it.
    pub(crate) fn of(changes: &[Change], start: Start, design: Design) -> Self {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let settings = Settings::of(Installation {
            fleet: "prod".parse().unwrap(),
            writer: "cluster-a".parse().unwrap(),
            former_writers: BTreeSet::new(),
        });
        let mut around = Declared {
            apps: vec![changes::app()],
            endpoints: changes::endpoints(),
            tables: Vec::new(),
        };
        let account = Account::new(settings.clone(), around.clone(), now);
        let empty = account.empty();
        waves::resolve_endpoints(&mut around, &empty.read, now);
        let code = Code {
            settings,
            around,
            now,
        };
        let app = known(changes::app());
        let (settled, live) = alone(&account, &code, &app, &empty);
        let (zone, before) = match start {
            Start::Live | Start::Before | Start::Uncommitted => (live, settled),
            Start::Nothing => (empty.clone(), code.begin(&app, &empty).knows),
        };
        let mut objects = vec![before];
        for change in changes {
            let last = &objects[objects.len() - 1];
            let object = known(change.make(last));
            objects.push(match start {
                Start::Live | Start::Before | Start::Nothing => code.begin(&object, &zone).knows,
                Start::Uncommitted => object,
            });
        }
        if matches!(start, Start::Before | Start::Uncommitted) {
            objects.remove(0);
        }
        // Whoever has to commit a revision first must be able to.
        let kubernetes = if start == Start::Uncommitted || design == Design::CountsUp {
            Kubernetes::WatchStopped
        } else {
            Kubernetes::CutOff
        };
        let must_serve = changes.iter().map(|change| change.must_serve());
        let must_serve = must_serve.reduce(|all, some| &all & &some);
        Self {
            account,
            code,
            design,
            kubernetes,
            start: zone,
            objects,
            must_serve: must_serve.unwrap_or_default(),
            only: None,
            goal: OnceLock::new(),
        }
    }
}

/// What an operator makes of a zone that nobody else writes, and what it knows then.
fn alone(account: &Account, code: &Code, object: &Object, zone: &Zone) -> (Object, Zone) {
    let begun = code.begin(object, zone);
    let Some(turn) = begun.turn else {
        return (begun.knows, zone.clone());
    };
    let zone = account.change(zone, &turn.set).unwrap();
    let object = code.finish(&begun.knows, &turn, true);
    alone(account, code, &object, &zone)
}
