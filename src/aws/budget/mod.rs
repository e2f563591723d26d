//! How many calls may go out: a share of what AWS allows the account, so that it throttles nobody.
//!
//! A call that finds no token is not sent, and nobody waits here for one: whoever asked learns when there will be room, and
//! comes back. A call draws from every bucket that AWS would draw from, or from none. That, and a bucket that is emptied by
//! an answer of AWS's, is why the buckets are our own and not those of a library.

mod asker;
mod bucket;
mod rates;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use tokio::time::Instant;

pub(crate) use asker::{asked_by, sooner, wants};
pub(super) use rates::is_read;

use self::bucket::Bucket;
use self::rates::{Draw, Key};
use super::metered::CallCounts;
use crate::context::Clock;

/// The share of AWS's rates that this operator takes, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(u8);

/// Leaves a fifth to whoever else calls on behalf of the account: people, pipelines, other controllers.
impl Default for Share {
    fn default() -> Self {
        Self(80)
    }
}

/// A share that is none.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a share; write it in percent, from 1 to 100")]
pub struct ShareError(String);

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let share = text.parse().ok().filter(|share| (1..=100).contains(share));
        share.map(Self).ok_or_else(|| ShareError(text.to_owned()))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One attempt that wants to go out.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The service's name in the SDK.
    pub(super) service: String,
    pub(super) operation: String,
    /// The host that answers: services have their rates in each Region.
    pub(super) host: String,
    /// Record sets that are created or deleted.
    pub(super) changes: u32,
}

/// Why an attempt did not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full {
    /// When there will be room.
    pub(super) until: Timestamp,
}

/// The buckets of one process. Clones share them.
#[derive(Clone, Debug)]
pub struct Budget(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    share: Share,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    buckets: BTreeMap<Key, Bucket>,
    held_back: CallCounts,
    throttled: CallCounts,
}

impl Budget {
    /// Full buckets of that share.
    pub fn new(share: Share, clock: Clock) -> Self {
        Self(Some(Arc::new(Shared {
            share,
            clock,
            state: Mutex::default(),
        })))
    }

    /// Everything may go out: for commands that make a few calls and end.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Takes what the attempt costs, or nothing.
    pub(super) fn draw(&self, attempt: &Attempt) -> Result<(), Full> {
        let Some(shared) = &self.0 else {
            return Ok(());
        };
        let now = Instant::now();
        let (asker, wants) = asker::name_and_wants();
        let draws = rates::draws(attempt, shared.share);
        let mut state = shared.state();
        let mut room = now;
        for draw in &draws {
            room = room.max(state.bucket(draw, now).room(draw, &asker, now));
        }
        if room <= now {
            for draw in &draws {
                state.bucket(draw, now).take(draw, &asker, now);
            }
            return Ok(());
        }
        for draw in &draws {
            let bucket = state.bucket(draw, now);
            room = room.max(bucket.line_up(draw, (&asker, wants), now));
        }
        *count(&mut state.held_back, attempt) += 1;
        drop(state);
        let pause = SignedDuration::try_from(room - now).unwrap_or(SignedDuration::MAX);
        let until = shared.clock.now().saturating_add(pause);
        let until = until.unwrap_or(Timestamp::MAX);
        asker::note(until);
        Err(Full { until })
    }

    /// AWS has throttled that attempt: somebody else spends, too. What it drew from is empty.
    pub(super) fn throttled(&self, attempt: &Attempt) {
        let Some(shared) = &self.0 else {
            return;
        };
        let now = Instant::now();
        let mut state = shared.state();
        *count(&mut state.throttled, attempt) += 1;
        for draw in rates::draws(attempt, shared.share) {
            state.bucket(&draw, now).drain(&draw, now);
        }
    }

    /// Attempts that were not sent, by service and operation.
    pub(crate) fn held_back(&self) -> CallCounts {
        let shared = self.0.as_ref();
        shared.map_or_else(CallCounts::new, |shared| shared.state().held_back.clone())
    }

    /// Attempts that AWS throttled, by service and operation.
    pub(crate) fn throttles(&self) -> CallCounts {
        let shared = self.0.as_ref();
        shared.map_or_else(CallCounts::new, |shared| shared.state().throttled.clone())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn bucket(&mut self, draw: &Draw, now: Instant) -> &mut Bucket {
        self.buckets
            .entry(draw.key.clone())
            .or_insert_with(|| Bucket::full(now))
    }
}

fn count<'a>(counts: &'a mut CallCounts, attempt: &Attempt) -> &'a mut u64 {
    counts
        .entry((attempt.service.clone(), attempt.operation.clone()))
        .or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn budget(share: u8) -> Budget {
        let began = Instant::now();
        let clock = Clock::new(move || {
            Timestamp::UNIX_EPOCH + SignedDuration::try_from(began.elapsed()).unwrap()
        });
        Budget::new(Share(share), clock)
    }

    fn route53(operation: &str, changes: u32) -> Attempt {
        Attempt {
            service: "Route 53".to_owned(),
            operation: operation.to_owned(),
            host: "route53.amazonaws.com".to_owned(),
            changes,
        }
    }

    async fn served(budget: &Budget, asker: &str, attempt: &Attempt) -> usize {
        let all = async {
            (0..10_000)
                .take_while(|_| budget.draw(attempt).is_ok())
                .count()
        };
        asked_by(asker.to_owned(), all).await
    }

    async fn refused(budget: &Budget, asker: &str, attempt: &Attempt) -> i64 {
        let ask = async { budget.draw(attempt) };
        let full = asked_by(asker.to_owned(), ask).await.unwrap_err();
        full.until.as_millisecond()
    }

    #[test]
    fn a_share_is_a_percentage() {
        assert_eq!("80".parse(), Ok(Share::default()));
        for wrong in ["0", "101", "80%", ""] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_of_the_published_rates_goes_out() {
        let budget = budget(80);
        let create = route53("CreateHealthCheck", 0);
        assert_eq!(served(&budget, "a", &create).await, 40);
        // One every 2 s, of which four in five.
        assert_eq!(refused(&budget, "a", &create).await, 2_500);
        tokio::time::advance(Duration::from_millis(2_499)).await;
        assert_eq!(served(&budget, "a", &create).await, 0);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(served(&budget, "a", &create).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_by_one_bucket_is_drawn_from_none() {
        let budget = budget(100);
        let big = route53("ChangeResourceRecordSets", 1_000);
        assert_eq!(served(&budget, "a", &big).await, 1);
        let small = route53("ChangeResourceRecordSets", 1);
        // Not 50: each call has drawn from the account, and the refused one has not.
        assert_eq!(served(&budget, "a", &small).await, 49);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_leave_room_for_writes() {
        let budget = budget(100);
        let read = route53("ListHostedZones", 0);
        assert_eq!(served(&budget, "a", &read).await, 38);
        let write = route53("ChangeResourceRecordSets", 2);
        assert_eq!(served(&budget, "b", &write).await, 12);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_are_served_in_order() {
        let budget = budget(100);
        let create = route53("CreateHealthCheck", 0);
        assert!((0..50).all(|_| budget.draw(&create).is_ok()));
        assert_eq!(refused(&budget, "b", &create).await, 2_000);
        assert_eq!(refused(&budget, "c", &create).await, 4_000);
        assert_eq!(refused(&budget, "d", &create).await, 6_000);
        // Asking again changes nothing.
        assert_eq!(refused(&budget, "c", &create).await, 4_000);
        tokio::time::advance(Duration::from_secs(2)).await;
        // Nobody takes what was promised to b.
        assert_eq!(served(&budget, "d", &create).await, 0);
        assert_eq!(served(&budget, "b", &create).await, 1);
        // b has not got all that it needs: it stays first.
        assert_eq!(refused(&budget, "b", &create).await, 4_000);
        assert_eq!(refused(&budget, "c", &create).await, 6_000);
        // Whoever does not come loses the place.
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(served(&budget, "e", &create).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_throttles_empties_the_buckets() {
        let budget = budget(100);
        let write = route53("ChangeResourceRecordSets", 1);
        budget.throttled(&write);
        assert_eq!(refused(&budget, "a", &write).await, 100);
        let counted = budget.throttles();
        let throttled = ("Route 53".to_owned(), write.operation.clone());
        assert_eq!(counted, CallCounts::from([(throttled.clone(), 1)]));
        assert_eq!(budget.held_back(), counted);
    }

    #[tokio::test(start_paused = true)]
    async fn services_have_their_rates_in_each_region() {
        let budget = budget(100);
        let ask = |region: &str| Attempt {
            service: "DynamoDB".to_owned(),
            operation: "DescribeTimeToLive".to_owned(),
            host: format!("dynamodb.{region}.amazonaws.com"),
            changes: 0,
        };
        assert_eq!(served(&budget, "a", &ask("us-east-1")).await, 10);
        assert_eq!(served(&budget, "a", &ask("eu-west-1")).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn the_largest_batch_fits_into_the_smallest_share() {
        let budget = budget(1);
        let big = route53("ChangeResourceRecordSets", 1_000);
        assert_eq!(served(&budget, "a", &big).await, 1);
    }
}
