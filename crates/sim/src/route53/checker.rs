//! Health checkers: each probes by its own clock, and changes its mind after enough consecutive
//! probes agree. Nothing happens per probe: when an endpoint starts to answer otherwise, the time at
//! which each checker changes its mind follows from its next probe.
//!
//! Source: "How Amazon Route 53 determines whether a health check is healthy", Developer Guide.

use jiff::{SignedDuration, Timestamp};

use super::health_config::CheckerRegion;
use crate::draw;
use crate::words::Word;

/// Two checkers in each Region report (`GetHealthCheckStatus` shows sixteen by default).
pub(super) const CHECKERS_IN_A_REGION: usize = 2;
/// More than this share of the checkers, in percent, must report healthy. AWS says that it might
/// change.
const NEEDED_PERCENT: usize = 18;

/// What a probe sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It passes.
    Good,
    /// An HTTP status that is neither 2xx nor 3xx.
    Unavailable,
    /// The answer does not hold the search string.
    WithoutMatch,
    /// No connection, known after this long.
    NoConnection(SignedDuration),
    /// A connection, and no answer, known after this long.
    NoAnswer(SignedDuration),
}

impl Seen {
    pub(super) fn passes(self) -> bool {
        self == Self::Good
    }

    /// How long a probe lasts before its result is known. One that is answered is known at once.
    fn known_after(self) -> SignedDuration {
        match self {
            Self::Good | Self::Unavailable | Self::WithoutMatch => SignedDuration::ZERO,
            Self::NoConnection(length) | Self::NoAnswer(length) => length,
        }
    }
}

/// How often checkers probe, and how many probes have to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rhythm {
    pub(super) interval: SignedDuration,
    pub(super) threshold: i32,
}

impl Rhythm {
    /// From the first probe of a streak to the last.
    fn streak(self) -> SignedDuration {
        self.interval.saturating_mul(self.threshold.max(1) - 1)
    }
}

/// One checker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checker {
    pub(super) region: CheckerRegion,
    /// The second of its Region, or the first.
    pub(super) number: usize,
    /// When in each interval it probes.
    phase: u64,
    healthy: bool,
    /// The first of the last consecutive probes that disagree with `healthy`.
    streak: Option<Timestamp>,
    /// What its last probe saw while it reported a failure, before the last turn.
    failed: Option<(Seen, Timestamp)>,
}

/// Every checker of a check, and what they have seen since when.
#[derive(Clone, Debug)]
pub(super) struct Checkers {
    pub(super) list: Vec<Checker>,
    pub(super) seen: Seen,
    /// The last thing seen that did not pass.
    pub(super) bad: Seen,
    since: Timestamp,
    rhythm: Rhythm,
}

impl Checkers {
    /// The checkers of a new check. They report healthy until they know better. The checkers are not
    /// coordinated: the phases are drawn from the check's id, which is drawn from the seed.
    pub(super) fn new(id: &str, regions: &[CheckerRegion], rhythm: Rhythm, now: Timestamp) -> Self {
        let checkers = regions.iter().flat_map(|region| {
            (0..CHECKERS_IN_A_REGION).map(move |number| Checker {
                region: *region,
                number,
                phase: draw::from(&["health checker", id, region.word(), &number.to_string()]),
                healthy: true,
                streak: None,
                failed: None,
            })
        });
        Self {
            list: checkers.collect(),
            seen: Seen::Good,
            bad: Seen::Unavailable,
            since: now,
            rhythm,
        }
    }

    /// Probes from now on see something else, or come in another rhythm. Checkers in Regions that
    /// are new start as healthy.
    pub(super) fn turn(&mut self, now: Timestamp, seen: Seen) {
        let (since, before, rhythm) = (self.since, self.seen, self.rhythm);
        let failures: Vec<_> = self
            .list
            .iter()
            .map(|it| self.last_failure(it, now))
            .collect();
        for (checker, failed) in self.list.iter_mut().zip(failures) {
            checker.failed = failed;
            checker.catch_up(since, before, rhythm, now);
        }
        self.since = now;
        self.seen = seen;
        if !seen.passes() {
            self.bad = seen;
        }
    }

    /// The same checkers after a change of the check's settings.
    pub(super) fn reconfigured(mut self, other: Self, now: Timestamp) -> Self {
        self.turn(now, self.seen);
        let mut list = other.list;
        for checker in &mut list {
            let mut before = self.list.iter();
            let same = before.find(|it| it.region == checker.region && it.number == checker.number);
            if let Some(same) = same {
                checker.healthy = same.healthy;
                checker.failed = same.failed;
            }
        }
        Self {
            list,
            rhythm: other.rhythm,
            ..self
        }
    }

    /// When the checkers, taken together, stop to say `passing`, if they will.
    pub(super) fn turns_at(&self, passing: bool) -> Option<Timestamp> {
        let mut flips: Vec<Timestamp> = self.list.iter().filter_map(|it| self.flips(it)).collect();
        flips.sort_unstable();
        flips.into_iter().find(|at| self.verdict(*at) != passing)
    }

    /// Whether enough checkers report healthy at a time that is not before the last turn.
    pub(super) fn verdict(&self, at: Timestamp) -> bool {
        let healthy = self.list.iter().filter(|it| self.reports(it, at)).count();
        healthy * 100 > self.list.len() * NEEDED_PERCENT
    }

    /// Whether that checker reports healthy at that time.
    pub(super) fn reports(&self, checker: &Checker, at: Timestamp) -> bool {
        let flipped = self.flips(checker).is_some_and(|flip| flip <= at);
        checker.healthy != flipped
    }

    /// What a checker saw, and when, the last time that it reported a failure.
    pub(super) fn last_failure(
        &self,
        checker: &Checker,
        at: Timestamp,
    ) -> Option<(Seen, Timestamp)> {
        if self.seen.passes() || self.reports(checker, at) {
            return checker.failed;
        }
        Some((self.seen, self.last_probe(checker, at)))
    }

    /// The last probe of a checker at or before that time.
    pub(super) fn last_probe(&self, checker: &Checker, at: Timestamp) -> Timestamp {
        let next = checker.probe_from(at, self.rhythm);
        if next == at {
            return at;
        }
        next.checked_sub(self.rhythm.interval).unwrap_or(at)
    }

    /// When a checker will have seen enough to change its mind.
    fn flips(&self, checker: &Checker) -> Option<Timestamp> {
        checker.flips(self.since, self.seen, self.rhythm)
    }
}

impl Checker {
    /// The first probe at or after `start`.
    fn probe_from(&self, start: Timestamp, rhythm: Rhythm) -> Timestamp {
        let interval = i64::try_from(rhythm.interval.as_micros()).unwrap_or(i64::MAX);
        let interval = interval.max(1);
        let phase = i64::try_from(self.phase % interval.unsigned_abs()).unwrap_or_default();
        let wait = (phase - start.as_microsecond()).rem_euclid(interval);
        let start_of_microsecond = Timestamp::from_microsecond(start.as_microsecond());
        let probe = start_of_microsecond
            .unwrap_or(start)
            .checked_add(SignedDuration::from_micros(wait));
        probe.unwrap_or(Timestamp::MAX)
    }

    fn flips(&self, since: Timestamp, seen: Seen, rhythm: Rhythm) -> Option<Timestamp> {
        if seen.passes() == self.healthy {
            return None;
        }
        let first = self
            .streak
            .unwrap_or_else(|| self.probe_from(since, rhythm));
        let length = rhythm.streak().saturating_add(seen.known_after());
        Some(first.checked_add(length).unwrap_or(Timestamp::MAX))
    }

    /// Takes in what was seen from `since` until just before `now`. A probe that has not yet timed
    /// out by then is not a failure: the endpoint answers in time.
    fn catch_up(&mut self, since: Timestamp, seen: Seen, rhythm: Rhythm, now: Timestamp) {
        if self.flips(since, seen, rhythm).is_some_and(|at| at <= now) {
            self.healthy = seen.passes();
            self.streak = None;
        } else if self.probe_from(since, rhythm) < now {
            let first = self.probe_from(since, rhythm);
            let disagrees = seen.passes() != self.healthy;
            self.streak = disagrees.then(|| self.streak.unwrap_or(first));
        }
    }
}

/// The Regions that are named, or every one that checkers are in.
pub(super) fn regions(named: Option<&Vec<String>>) -> Vec<CheckerRegion> {
    let all = CheckerRegion::WORDS.iter().copied();
    let words: Vec<&str> = named.map_or_else(
        || all.collect(),
        |named| named.iter().map(String::as_str).collect(),
    );
    words.into_iter().filter_map(CheckerRegion::parse).collect()
}
