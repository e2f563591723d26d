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
    wants: u32,
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

    /// When it will hold what is drawn, and what those before in the line want.
    pub(super) fn room(&mut self, draw: &Draw, asker: &str, now: Instant) -> Instant {
        self.room_for(draw, draw.tokens, asker, now)
    }

    fn room_for(&mut self, draw: &Draw, tokens: u32, asker: &str, now: Instant) -> Instant {
        let rate = &draw.rate;
        // What weighs more than the whole bucket would never be served.
        let tokens = tokens.min(rate.capacity - draw.reserve);
        let ahead = self.ahead(draw, asker, now);
        let needed = rate.interval * tokens.saturating_add(draw.reserve).saturating_add(ahead);
        let missing = self.full_at.saturating_duration_since(now);
        now + (missing + needed).saturating_sub(rate.interval * rate.capacity)
    }

    /// What those before in the line want.
    fn ahead(&mut self, draw: &Draw, asker: &str, now: Instant) -> u32 {
        if !draw.is_lined {
            return 0;
        }
        self.line.retain(|place| place.kept_until > now);
        let ahead = self.line.iter().take_while(|place| place.asker != asker);
        ahead.fold(0, |sum, place| sum.saturating_add(place.wants))
    }

    /// Takes what is drawn.
    pub(super) fn take(&mut self, draw: &Draw, asker: &str, now: Instant) {
        let tokens = draw.tokens.min(draw.rate.capacity - draw.reserve);
        self.full_at = self.full_at.max(now) + draw.rate.interval * tokens;
        let mut line = self.line.iter_mut();
        if let Some(place) = line.find(|place| place.asker == asker) {
            place.wants = place.wants.saturating_sub(tokens);
            place.kept_until = now + ENCORE;
        }
    }

    /// When whoever asks may come back for all that is wanted. Until then the place in the line is kept.
    pub(super) fn line_up(
        &mut self,
        draw: &Draw,
        (asker, wants): (&str, u32),
        now: Instant,
    ) -> Instant {
        if self.room(draw, asker, now) <= now {
            return now;
        }
        if !draw.is_lined {
            return self.room(draw, asker, now);
        }
        let room = self.room_for(draw, wants, asker, now);
        let kept_until = room + GRACE;
        let mut line = self.line.iter_mut();
        match line.find(|place| place.asker == asker) {
            Some(place) => (place.wants, place.kept_until) = (wants, kept_until),
            None => self.line.push(Place {
                asker: asker.to_owned(),
                wants,
                kept_until,
            }),
        }
        room
    }

    /// Empties it.
    pub(super) fn drain(&mut self, draw: &Draw, now: Instant) {
        self.full_at = now + draw.rate.interval * draw.rate.capacity;
    }
}
