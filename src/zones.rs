//! One writer a zone: collects for a moment what apps want to change in it, and sends as much as fits in one call.
//!
//! What goes together, and whose fault a refusal is, the core says (`route53::pack`). An app waits here no longer than the
//! collecting and the calls take: if AWS would throttle a call, its apps are told when to come back. Until then, so is every
//! other app of the zone: they come back together, and fill calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use evenkeel_core::failure::{Failure, FailureKind};
use evenkeel_core::names::ZoneId;
use evenkeel_core::plan::{Action, Effect};
use evenkeel_core::route53::{self, ChangeSet, pack};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::debug;

use crate::apply::not_sent;
use crate::context::Context;

/// Of what is collected in that time of quiet, nothing more is expected soon.
const PARTS_OF_QUIET: u32 = 6;

/// A call that could not be answered within this time of the deadline is not sent.
const LEAST: Duration = Duration::from_secs(2);

/// What an app wants to change.
struct Wish {
    set: ChangeSet,
    deadline: Instant,
    answer: oneshot::Sender<Result<Effect, Failure>>,
}

/// Where apps bring their change sets.
pub(crate) struct Zones(mpsc::UnboundedSender<Wish>);

/// Where they arrive.
pub(crate) struct Wishes(mpsc::UnboundedReceiver<Wish>);

impl Zones {
    pub(crate) fn new() -> (Self, Wishes) {
        let (wish, wishes) = mpsc::unbounded_channel();
        (Self(wish), Wishes(wishes))
    }

    /// Has a set carried out, together with those of others, and says what came of it. What landed is folded into what is
    /// known by then.
    pub(crate) async fn change(
        &self,
        set: &ChangeSet,
        deadline: Instant,
    ) -> Result<Effect, Failure> {
        let (answer, answered) = oneshot::channel();
        let wish = Wish {
            set: set.clone(),
            deadline,
            answer,
        };
        // Nobody listens only while everything stops.
        let _ = self.0.send(wish);
        let stopping = |_| {
            Err(not_sent(
                &action(set),
                "Stopping",
                "the operator stops",
                FailureKind::NotSent,
            ))
        };
        answered.await.unwrap_or_else(stopping)
    }
}

/// Writes all zones, as long as it is polled: nothing is sent when the operator is no more.
pub(crate) async fn run(mut wishes: Wishes, context: Arc<Context>) {
    let mut zones: BTreeMap<ZoneId, mpsc::UnboundedSender<Wish>> = BTreeMap::new();
    let mut writers = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            Some(()) = writers.next() => {}
            wish = wishes.0.recv() => {
                let Some(wish) = wish else { return };
                let zone = zones.entry(wish.set.zone.clone()).or_insert_with_key(|zone| {
                    let (sender, receiver) = mpsc::unbounded_channel();
                    writers.push(write(zone.clone(), receiver, context.clone()));
                    sender
                });
                // Its writer ends only with all of this.
                let _ = zone.send(wish);
            }
        }
    }
}

/// The writer of one zone.
async fn write(zone: ZoneId, mut wishes: mpsc::UnboundedReceiver<Wish>, context: Arc<Context>) {
    let mut collected = VecDeque::new();
    let mut held_back = None;
    loop {
        if collected.is_empty() {
            let Some(wish) = wishes.recv().await else {
                return;
            };
            collected.push_back(wish);
        }
        collect(&mut collected, &mut wishes, &context).await;
        if let Some(until) = held_back.filter(|until| context.clock.now() < *until) {
            for wish in collected.drain(..) {
                hold_back(wish, until, &context);
            }
            continue;
        }
        let count = pack::fit(collected.iter().map(|wish| &wish.set));
        let batch: Vec<Wish> = collected.drain(..count).collect();
        debug!(%zone, apps = batch.len(), "sending a batch");
        held_back = send(&zone, batch, &context).await;
    }
}

/// Tells a wish to come back.
fn hold_back(wish: Wish, until: Timestamp, context: &Context) {
    let was_sent = false;
    let failure = not_sent(
        &action(&wish.set),
        "RateLimited",
        "another change of the zone waits for room, too",
        FailureKind::RateLimited { until, was_sent },
    );
    settle(wish, Err(failure), context);
}

/// Waits for more, until a call is full, or nothing has come for a moment.
async fn collect(
    collected: &mut VecDeque<Wish>,
    wishes: &mut mpsc::UnboundedReceiver<Wish>,
    context: &Context,
) {
    let most = Duration::try_from(context.settings.timings.batch).unwrap_or_default();
    let until = Instant::now() + most;
    loop {
        while let Ok(wish) = wishes.try_recv() {
            collected.push_back(wish);
        }
        if pack::fit(collected.iter().map(|wish| &wish.set)) < collected.len() {
            return;
        }
        let quiet = Instant::now() + most / PARTS_OF_QUIET;
        match tokio::time::timeout_at(quiet.min(until), wishes.recv()).await {
            Ok(Some(wish)) => collected.push_back(wish),
            Ok(None) | Err(_) => return,
        }
    }
}

/// Sends the batch; if it is refused for the sake of some, the others again. Returns when there will be room, if there was
/// none.
async fn send(zone: &ZoneId, batch: Vec<Wish>, context: &Context) -> Option<Timestamp> {
    // No read of the zone may come between the call and what is made of it.
    let _turn = context.observer.zone_turn(zone).await;
    let mut due = VecDeque::from([batch]);
    let mut held_back = None;
    while let Some(batch) = due.pop_front() {
        let batch = in_time(batch);
        let Some(deadline) = batch.iter().map(|wish| wish.deadline).min() else {
            continue;
        };
        let sets: Vec<&ChangeSet> = batch.iter().map(|wish| &wish.set).collect();
        // When the deadline comes, the call is dropped: no retry of it is sent later. It may have happened.
        let calling = context.aws.change_record_sets(zone, &sets);
        let answer = match tokio::time::timeout_at(deadline, calling).await {
            Ok(answer) => answer,
            Err(_) => Err(not_sent(
                &action(&batch[0].set),
                "Timeout",
                "no answer before the plan's deadline",
                FailureKind::Unavailable,
            )),
        };
        match answer {
            Err(failure) if batch.len() > 1 && pack::may_be_one_of_many(&failure) => {
                let parts = pack::split(&sets, &failure.message);
                for part in divide(batch, &parts).into_iter().rev() {
                    due.push_front(part);
                }
            }
            answer => {
                let failure = answer.as_ref().err();
                held_back = failure.and_then(Failure::held_back_until);
                for wish in batch {
                    settle(wish, answer.clone(), context);
                }
            }
        }
    }
    held_back
}

/// The wishes of which somebody still wants to hear, and whose plan is not too old.
fn in_time(batch: Vec<Wish>) -> Vec<Wish> {
    let (in_time, late): (Vec<Wish>, Vec<Wish>) = batch
        .into_iter()
        .filter(|wish| !wish.answer.is_closed())
        .partition(|wish| Instant::now() + LEAST < wish.deadline);
    for Wish { set, answer, .. } in late {
        let failure = not_sent(
            &action(&set),
            "TooLate",
            "the plan is too old",
            FailureKind::NotSent,
        );
        // Whoever asked may be gone.
        let _ = answer.send(Err(failure));
    }
    in_time
}

/// The wishes in these parts.
fn divide(batch: Vec<Wish>, parts: &[Vec<usize>]) -> Vec<Vec<Wish>> {
    let mut batch: Vec<Option<Wish>> = batch.into_iter().map(Some).collect();
    let take = |index: &usize| batch.get_mut(*index).and_then(Option::take);
    let mut take = take;
    parts
        .iter()
        .map(|part| part.iter().filter_map(&mut take).collect())
        .collect()
}

/// Notes what came of a wish, and tells it.
fn settle(wish: Wish, answer: Result<Effect, Failure>, context: &Context) {
    let action = action(&wish.set);
    match &answer {
        Ok(effect) => context.observer.fold(&action, effect),
        Err(failure) if failure.may_have_happened() => context.observer.failed(&action, failure),
        Err(_) => {}
    }
    // Whoever asked may be gone; what happened is known all the same.
    let _ = wish.answer.send(answer);
}

fn action(set: &ChangeSet) -> Action {
    Action::Route53(route53::Action::ChangeRecordSets(set.clone()))
}
