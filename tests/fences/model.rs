//! One name, two operators, three generations of its plan.

use stateright::{Model, Property};

pub(crate) const NO_OLDER_PLAN: &str = "no older plan wins";
pub(crate) const NEVER_EMPTY: &str = "the name has a target";
pub(crate) const FEW_CORRECTIONS: &str =
    "a stranger is corrected three times, but for calls in flight";
pub(crate) const NEWEST_AT_REST: &str =
    "at rest the newest plan is live, or a stranger was given up on";

/// The newest plan. The first is 1.
const GENERATIONS: u8 = 3;

/// How often an operator crashes, a reply is lost, and a stranger rewrites the name, in all.
const CRASHES: u8 = 2;
const LOST_REPLIES: u8 = 2;
const REWRITES: u8 = 5;

/// How often a stranger's change is undone within the hour that the model lasts.
const CORRECTIONS: u8 = 3;

/// How writers keep out of each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Design {
    /// Each batch deletes exactly the sets and the fence that were read, and fails whole if they are not there.
    CompareAndSwap,
    /// Whoever finds an older plan overwrites whatever there is then.
    CheckOnceThenUpsert,
    /// As above; older plans are deleted by whoever has looked once more whether they are live.
    RecheckBeforeCleanUp,
    /// Only the holder of a lease begins to write; what it sends may arrive after it lost the lease.
    LeaseWithoutFence,
    /// Plans are deleted that are older by two generations than the one just applied.
    CleanUpByAge,
}

/// What stands at the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// The generation of its record sets; none if there are none.
    sets: Option<u8>,
    /// Whether a stranger has changed them since.
    is_foreign: bool,
    /// The revision in its fence; 0 without one.
    fence: u8,
}

/// What an operator is about to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    /// These sets and this fence in the place of what was read.
    Apply { read: Name, generation: u8 },
    /// Nothing in the place of the sets of that generation.
    CleanUp { generation: u8 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Operator {
    /// The generation of the plan that it holds.
    holds: u8,
    pending: Option<Call>,
    /// What it believes to have applied last.
    applied: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    name: Name,
    operators: [Operator; 2],
    /// Who may begin to write, where there is a lease.
    holder: usize,
    /// The newest generation that was ever live.
    newest: u8,
    was_overtaken: bool,
    was_claimed: bool,
    crashes: u8,
    lost: u8,
    rewrites: u8,
    corrections: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// The operator learns of the next generation.
    Learn(usize),
    /// It reads the name, and makes a call of it.
    Plan(usize),
    /// The call arrives.
    Arrive(usize),
    /// The call arrives, and its reply is lost: it may be sent again.
    ArriveUnheard(usize),
    /// Whatever it has not sent is forgotten.
    Crash(usize),
    /// The other one gets the lease.
    PassLease,
    /// A stranger changes the sets and leaves the fence.
    Rewrite,
}

/// The model of a design.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zone {
    design: Design,
}

impl Zone {
    pub(crate) fn of(design: Design) -> Self {
        Self { design }
    }

    /// What the operator would send, given what it reads.
    fn plan(self, state: &State, who: usize) -> Option<Call> {
        let Operator { holds, applied, .. } = state.operators[who];
        let read = state.name;
        let apply = Call::Apply {
            read,
            generation: holds,
        };
        let is_older = read.sets.is_none_or(|live| live < holds);
        match self.design {
            Design::CompareAndSwap if read.fence > holds => None,
            Design::CompareAndSwap if read.is_foreign => {
                (state.corrections < CORRECTIONS).then_some(apply)
            }
            Design::CompareAndSwap => (read.fence < holds).then_some(apply),
            Design::LeaseWithoutFence if state.holder != who => None,
            Design::CheckOnceThenUpsert
            | Design::LeaseWithoutFence
            | Design::RecheckBeforeCleanUp
            | Design::CleanUpByAge
                if is_older =>
            {
                Some(apply)
            }
            Design::CheckOnceThenUpsert | Design::LeaseWithoutFence => None,
            // What it has replaced is not live, as far as it sees now.
            Design::RecheckBeforeCleanUp => {
                let old = applied.checked_sub(1).filter(|old| *old > 0)?;
                (read.sets != Some(old)).then_some(Call::CleanUp { generation: old })
            }
            Design::CleanUpByAge => {
                let old = applied.checked_sub(2).filter(|old| *old > 0)?;
                Some(Call::CleanUp { generation: old })
            }
        }
    }

    /// What the call does when it arrives.
    fn arrive(self, state: &mut State, call: Call) {
        match call {
            Call::Apply { read, generation } => {
                if self.design == Design::CompareAndSwap && read != state.name {
                    return;
                }
                if state.name.is_foreign {
                    state.corrections += 1;
                }
                state.was_overtaken |= generation < state.newest;
                state.was_claimed = true;
                state.newest = state.newest.max(generation);
                state.name = Name {
                    sets: Some(generation),
                    is_foreign: false,
                    fence: generation,
                };
            }
            Call::CleanUp { generation } => {
                if state.name.sets == Some(generation) {
                    state.name.sets = None;
                }
            }
        }
    }
}

impl Zone {
    /// Whether the operators have nothing left to do.
    fn is_at_rest(self, state: &State) -> bool {
        let mut actions = Vec::new();
        self.actions(state, &mut actions);
        actions.iter().all(|action| *action == Action::Rewrite)
    }
}

impl Model for Zone {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let operator = Operator {
            holds: 1,
            pending: None,
            applied: 0,
        };
        vec![State {
            name: Name {
                sets: None,
                is_foreign: false,
                fence: 0,
            },
            operators: [operator; 2],
            holder: 0,
            newest: 0,
            was_overtaken: false,
            was_claimed: false,
            crashes: 0,
            lost: 0,
            rewrites: 0,
            corrections: 0,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (who, operator) in state.operators.iter().enumerate() {
            if operator.holds < GENERATIONS {
                actions.push(Action::Learn(who));
            }
            match operator.pending {
                None if self.plan(state, who).is_some() => actions.push(Action::Plan(who)),
                None => {}
                Some(_) => {
                    actions.push(Action::Arrive(who));
                    if state.lost < LOST_REPLIES {
                        actions.push(Action::ArriveUnheard(who));
                    }
                    if state.crashes < CRASHES {
                        actions.push(Action::Crash(who));
                    }
                }
            }
        }
        if self.design == Design::LeaseWithoutFence {
            actions.push(Action::PassLease);
        }
        // Strangers are the fence's own trouble: the other designs break without.
        let may_rewrite = self.design == Design::CompareAndSwap && state.rewrites < REWRITES;
        if may_rewrite && state.name.sets.is_some() {
            actions.push(Action::Rewrite);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Learn(who) => state.operators[who].holds += 1,
            Action::Plan(who) => state.operators[who].pending = self.plan(last, who),
            Action::Arrive(who) => {
                let call = state.operators[who].pending.take()?;
                self.arrive(&mut state, call);
                if let Call::Apply { generation, .. } = call {
                    state.operators[who].applied = generation;
                }
            }
            Action::ArriveUnheard(who) => {
                let call = state.operators[who].pending?;
                state.lost += 1;
                self.arrive(&mut state, call);
            }
            Action::Crash(who) => {
                state.crashes += 1;
                // What was sent may still arrive: that is `Arrive` before this. What was not sent never does.
                state.operators[who].pending = None;
                state.operators[who].applied = 0;
            }
            Action::PassLease => state.holder = 1 - state.holder,
            Action::Rewrite => {
                state.rewrites += 1;
                state.name.is_foreign = true;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(NO_OLDER_PLAN, |_: &Self, state: &State| {
                !state.was_overtaken
            }),
            Property::always(NEVER_EMPTY, |_, state: &State| {
                !state.was_claimed || state.name.sets.is_some()
            }),
        ];
        if self.design == Design::CompareAndSwap {
            properties.extend([
                // A call of the other operator's, or one that is sent again, may match by chance: strangers repeat themselves.
                Property::always(FEW_CORRECTIONS, |_, state: &State| {
                    state.corrections <= CORRECTIONS + 1 + state.lost
                }),
                Property::always(NEWEST_AT_REST, |model: &Self, state: &State| {
                    !model.is_at_rest(state)
                        || state.name.fence == GENERATIONS
                        || (state.name.is_foreign && state.corrections >= CORRECTIONS)
                }),
                // Otherwise the above would say little.
                Property::sometimes("a late batch fails", |_, state: &State| {
                    state.operators.iter().any(|operator| {
                        matches!(operator.pending, Some(Call::Apply { read, generation })
                            if read != state.name && generation < state.newest)
                    })
                }),
                Property::sometimes("a stranger is left alone in the end", |_, state: &State| {
                    state.name.is_foreign && state.corrections >= CORRECTIONS
                }),
            ]);
        }
        properties
    }
}
