//! On whose behalf calls are made: whoever is refused has a place in the line, and comes back when there is room.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};

/// One that asks for calls, while it does.
struct Asker {
    name: String,
    /// How many calls like the next one it needs.
    wants: Cell<u32>,
    /// When there is room for the first call that it could not make.
    refused: Cell<Option<Timestamp>>,
}

tokio::task_local! {
    static ASKER: Asker;
}

/// Carries out the future on behalf of that object.
pub(crate) async fn asked_by<F: Future>(name: String, future: F) -> F::Output {
    let asker = Asker {
        name,
        wants: Cell::new(1),
        refused: Cell::default(),
    };
    ASKER.scope(asker, future).await
}

/// Says how many calls like the next one are needed: whoever needs three comes back when there is room for three.
pub(crate) fn wants(calls: usize) {
    let calls = u32::try_from(calls).unwrap_or(u32::MAX).max(1);
    // Nobody in particular needs one at a time.
    let _ = ASKER.try_with(|asker| asker.wants.set(calls));
}

/// The pause of an object that is reconciled now: no longer than until there is room for what was refused to it.
pub(crate) fn sooner(pause: SignedDuration, now: Timestamp) -> SignedDuration {
    let refused = ASKER.try_with(|asker| asker.refused.get()).ok().flatten();
    refused.map_or(pause, |until| {
        let room = until.duration_since(now).max(SignedDuration::ZERO);
        room.min(pause)
    })
}

/// Who asks, and for how many calls. What is done for nobody in particular asks as one.
pub(super) fn name_and_wants() -> (String, u32) {
    let named = ASKER.try_with(|asker| (asker.name.clone(), asker.wants.get()));
    named.unwrap_or((String::new(), 1))
}

/// Notes that something was refused until then.
pub(super) fn note(until: Timestamp) {
    // Nobody in particular comes back by itself.
    let _ = ASKER.try_with(|asker| {
        let before = asker.refused.get();
        let first = before.map_or(until, |before| before.min(until));
        asker.refused.set(Some(first));
    });
}
