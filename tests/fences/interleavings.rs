//! The operator's real code in the place of the rules: operators that hold plans of several generations for ever read one
//! zone, plan, and send what they planned, in every order.
//!
//! Only the newest learns anything. The others are cut off from Kubernetes, or their watch has stopped: their object stays as
//! it was, with its status.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use evenkeel_core::crd::GlobalApp;
use evenkeel_core::failure::Read;
use evenkeel_core::route53::fence::Fence;
use evenkeel_core::route53::{ChangeSet, RecordSet};
use stateright::{Model, Property};

use crate::aws::{Account, Standing, Zone};
use crate::design::Design;
use crate::operator::{Code, Object, Turn, known};
use crate::shown::Shown;

pub(crate) const NO_OLDER_PLAN: &str = "no older plan changes a name after a newer one";
pub(crate) const NO_FALLING_FENCE: &str = "no fence's revision goes down";
pub(crate) const ALWAYS_SERVED: &str = "a name that served and is wanted serves";
pub(crate) const NEWEST_AT_REST: &str = "when nobody has anything to do, the newest plan is live";
pub(crate) const NEWEST_ARRIVES: &str = "left alone, the newest operator carries out its plan";

/// More turns than an operator needs that is alone.
const TURNS: usize = 6;

/// Why an older operator learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kubernetes {
    /// It can't write there either: whatever has to be committed first is not sent.
    CutOff,
    /// What it writes arrives.
    WatchStopped,
}

/// Operators at one zone.
pub(crate) struct Rivals {
    pub(crate) account: Account,
    pub(crate) code: Code,
    pub(crate) design: Design,
    pub(crate) kubernetes: Kubernetes,
    /// Where they begin.
    pub(crate) start: Zone,
    /// What each knows at first, the newest last.
    pub(crate) objects: Vec<Object>,
    /// The names that must lead somewhere all the time.
    pub(crate) must_serve: BTreeSet<&'static str>,
    /// The one property that is checked; else all of them. The search for one ends at the shortest way to break it.
    pub(crate) only: Option<&'static str>,
    pub(crate) goal: OnceLock<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Operator {
    pub(crate) knows: Object,
    pub(crate) turn: Option<Turn>,
    /// A request of a turn that is over: it was given up, and is still on its way.
    late: Option<Shown<ChangeSet>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) zone: Zone,
    pub(crate) operators: Vec<Operator>,
    /// The newest that has changed each name, or found it as it wants it.
    newest: BTreeMap<String, usize>,
    /// The highest revision of each fence that was ever there.
    highest: BTreeMap<String, u64>,
    pub(crate) broken: BTreeSet<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The operator reads the zone, and plans.
    Plan(usize),
    /// What it planned arrives, and it hears what came of it.
    Send(usize),
    /// The same, but the reply is lost: it is sent again.
    SendUnheard(usize),
    /// It gives up, and the request is still on its way.
    GiveUp(usize),
    /// Then it arrives.
    ArriveLate(usize),
}

impl Rivals {
    /// An operator reads and plans.
    fn begin(&self, state: &mut State, who: usize) {
        let zone = match self.design {
            Design::NeverReadsAgain => &self.start,
            Design::Evenkeel | Design::Upsert | Design::CountsUp | Design::DeletesFirst => {
                &state.zone
            }
        };
        let knows = self.design.revised(&state.operators[who].knows);
        let begun = self.code.begin(&knows, zone);
        for name in begun.settled {
            let newest = state.newest.entry(name).or_insert(who);
            *newest = who.max(*newest);
        }
        if self.report(state, who, begun.knows) {
            state.operators[who].turn = begun.turn;
        }
    }

    /// An operator writes a status. Says whether it could.
    fn report(&self, state: &mut State, who: usize, after: Object) -> bool {
        let newest = self.objects.len() - 1;
        if who == newest {
            state.operators[who].knows = after;
            return true;
        }
        let is_news = state.operators[who].knows != after;
        if is_news && self.kubernetes == Kubernetes::WatchStopped {
            let told = GlobalApp {
                status: after.status.clone(),
                ..GlobalApp::clone(&state.operators[newest].knows)
            };
            state.operators[newest].knows = known(told);
        }
        !is_news || self.kubernetes == Kubernetes::WatchStopped
    }

    fn end(&self, state: &mut State, who: usize, is_done: bool) {
        if let Some(turn) = state.operators[who].turn.take() {
            let knows = self
                .code
                .finish(&state.operators[who].knows, &turn, is_done);
            self.report(state, who, knows);
        }
    }

    /// A batch arrives. Says whether it is carried out.
    fn arrive(&self, state: &mut State, who: usize, set: &ChangeSet) -> bool {
        let set = self.design.sent(set, &state.zone);
        let Some(after) = self.account.change(&state.zone, &set) else {
            return false;
        };
        for hostname in set.names.keys() {
            let newest = state.newest.entry(hostname.to_string()).or_insert(who);
            if *newest > who {
                state.broken.insert(NO_OLDER_PLAN);
            }
            *newest = who.max(*newest);
        }
        for (hostname, revision) in revisions(&after) {
            let highest = state.highest.entry(hostname).or_insert(revision);
            if *highest > revision {
                state.broken.insert(NO_FALLING_FENCE);
            }
            *highest = revision.max(*highest);
        }
        let is_lost = |name: &str| {
            let leads = |zone: &Standing| !zone.world.serving_regions(name).is_empty();
            leads(&state.zone) && !leads(&after)
        };
        if self.must_serve.iter().any(|name| is_lost(name)) {
            state.broken.insert(ALWAYS_SERVED);
        }
        state.zone = after;
        true
    }

    /// What the newest operator makes of it, if nobody else does anything any more.
    fn alone(&self, state: &State) -> Zone {
        let mut state = state.clone();
        let who = self.objects.len() - 1;
        for _ in 0..TURNS {
            self.begin(&mut state, who);
            let Some(turn) = state.operators[who].turn.clone() else {
                break;
            };
            let is_done = self.arrive(&mut state, who, &turn.set);
            self.end(&mut state, who, is_done);
        }
        state.zone
    }

    pub(crate) fn initial(&self) -> State {
        let operator = |object: &Object| Operator {
            knows: object.clone(),
            turn: None,
            late: None,
        };
        State {
            operators: self.objects.iter().map(operator).collect(),
            newest: BTreeMap::new(),
            highest: revisions(&self.start).collect(),
            zone: self.start.clone(),
            broken: BTreeSet::new(),
        }
    }

    /// Whether nothing is on its way.
    fn is_quiet(state: &State) -> bool {
        let mut operators = state.operators.iter();
        operators.all(|operator| operator.turn.is_none() && operator.late.is_none())
    }

    fn is_at_rest(&self, state: &State) -> bool {
        let mut operators = state.operators.iter();
        Self::is_quiet(state)
            && operators.all(|operator| {
                let begun = self.code.begin(&operator.knows, &state.zone);
                begun.turn.is_none()
            })
    }

    /// Whether the zone is as the newest plan has it.
    fn is_newest_live(&self, zone: &Zone) -> bool {
        let goal = || live(&self.alone(&self.initial()));
        live(zone) == *self.goal.get_or_init(goal)
    }

    /// Whether the newest plan comes about from here.
    pub(crate) fn arrives(&self, state: &State) -> bool {
        self.is_newest_live(&self.alone(state))
    }
}

fn sets(zone: &Zone) -> impl Iterator<Item = &RecordSet> {
    let zones = zone.read.observed.route53.records.values();
    let zones = zones.filter_map(Read::known);
    zones.flat_map(|records| records.sets.values().flatten())
}

/// The fences of a zone.
fn revisions(zone: &Zone) -> impl Iterator<Item = (String, u64)> {
    sets(zone).filter_map(|set| {
        let hostname = set.name.strip_prefix("_evenkeel.")?.to_owned();
        Some((hostname, Fence::parse(set)?.revision))
    })
}

/// All that stands in a zone, but for revisions: a name that is as a newer plan wants it keeps the fence that it has.
fn live(zone: &Zone) -> String {
    let shown = |set: &RecordSet| match Fence::parse(set) {
        Some(fence) => format!("{} {:?}", set.name, fence.mark),
        None => format!("{set:?}"),
    };
    sets(zone).map(shown).collect::<Vec<_>>().join("\n")
}

impl Model for Rivals {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.initial()]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (who, operator) in state.operators.iter().enumerate() {
            match operator.turn {
                None => steps.push(Step::Plan(who)),
                Some(_) => steps.extend([Step::Send(who), Step::SendUnheard(who)]),
            }
            match operator.late {
                None if operator.turn.is_some() => steps.push(Step::GiveUp(who)),
                None => {}
                Some(_) => steps.push(Step::ArriveLate(who)),
            }
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Plan(who) => self.begin(&mut state, who),
            Step::Send(who) => {
                let set = state.operators[who].turn.clone()?.set;
                let is_done = self.arrive(&mut state, who, &set);
                self.end(&mut state, who, is_done);
            }
            Step::SendUnheard(who) => {
                let set = state.operators[who].turn.clone()?.set;
                self.arrive(&mut state, who, &set);
            }
            Step::GiveUp(who) => {
                state.operators[who].late = Some(state.operators[who].turn.clone()?.set);
                self.end(&mut state, who, false);
            }
            Step::ArriveLate(who) => {
                let set = state.operators[who].late.take()?;
                self.arrive(&mut state, who, &set);
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always(NO_OLDER_PLAN, |_: &Self, state: &State| {
                !state.broken.contains(NO_OLDER_PLAN)
            }),
            Property::always(NO_FALLING_FENCE, |_: &Self, state: &State| {
                !state.broken.contains(NO_FALLING_FENCE)
            }),
            Property::always(ALWAYS_SERVED, |_: &Self, state: &State| {
                !state.broken.contains(ALWAYS_SERVED)
            }),
            Property::always(NEWEST_AT_REST, |rivals: &Self, state: &State| {
                !rivals.is_at_rest(state) || rivals.is_newest_live(&state.zone)
            }),
            Property::always(NEWEST_ARRIVES, |rivals: &Self, state: &State| {
                !Self::is_quiet(state) || rivals.arrives(state)
            }),
        ];
        all.retain(|property| self.only.is_none_or(|only| only == property.name));
        all
    }
}
