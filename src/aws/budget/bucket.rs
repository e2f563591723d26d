//! One token bucket, and the line of those who found it empty.

use std::time::Duration;

use tokio::time::Instant;

use super::rates::Draw;

/// How much later than promised somebody may come and still have the place.
const GRACE: Duration = Duration::from_secs(10);

/// How long somebody who was served keeps the place, to ask for what else is needed.
const ENCORE: Duration = Duration::from_secs(1);

/// A token bucket. It is known by the time when it will be full, so that it needs no arithmetic on fractions.
#[derive(Debug)]
pub(super) struct Bucket {
    full_at: Instant,
    line: Vec<Place>,
}

/// A place in the line.
#[derive(Debug)]
struct Place {
    asker: String,
    /// Whoever has not come by then has lost it.
    kept_until: Instant,
}

impl Bucket {
    pub(super) fn full(now: Instant) -> Self {
        Self {
            full_at: now,
            line: Vec::new(),
        }
    }

    /// When it will hold what is drawn, and what those before in the line need.
    pub(super) fn room(&mut self, draw: &Draw, asker: &str, now: Instant) -> Instant {
        let rate = &draw.rate;
        // What weighs more than the whole bucket would never be served.
        let tokens = draw.tokens.min(rate.capacity - draw.reserve);
        let ahead = if draw.is_lined {
            self.line.retain(|place| place.kept_until > now);
            let place = self.line.iter().position(|place| place.asker == asker);
            u32::try_from(place.unwrap_or(self.line.len())).unwrap_or(u32::MAX)
        } else {
            0
        };
        let needed = rate.interval * tokens.saturating_add(draw.reserve).saturating_add(ahead);
        let missing = self.full_at.saturating_duration_since(now);
        now + (missing + needed).saturating_sub(rate.interval * rate.capacity)
    }

    /// Takes what is drawn.
    pub(super) fn take(&mut self, draw: &Draw, asker: &str, now: Instant) {
        let tokens = draw.tokens.min(draw.rate.capacity - draw.reserve);
        self.full_at = self.full_at.max(now) + draw.rate.interval * tokens;
        let mut line = self.line.iter_mut();
        if let Some(place) = line.find(|place| place.asker == asker) {
            place.kept_until = now + ENCORE;
        }
    }

    /// Whoever asks comes back then.
    pub(super) fn line_up(&mut self, draw: &Draw, asker: &str, now: Instant, room: Instant) {
        if !draw.is_lined || self.room(draw, asker, now) <= now {
            return;
        }
        let kept_until = room + GRACE;
        let mut line = self.line.iter_mut();
        match line.find(|place| place.asker == asker) {
            Some(place) => place.kept_until = kept_until,
            None => self.line.push(Place {
                asker: asker.to_owned(),
                kept_until,
            }),
        }
    }

    /// Empties it.
    pub(super) fn drain(&mut self, draw: &Draw, now: Instant) {
        self.full_at = now + draw.rate.interval * draw.rate.capacity;
    }
}
