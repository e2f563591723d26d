//! A watch that hands out objects only when the store behind it is complete.
//!
//! After a watch has expired (any change of the CRD does that), a stock controller is handed each object of the new list
//! while the store still holds the old one: it reconciles the old spec, drops objects that it can't find, and nobody tells
//! it again. Here the objects of a list are held back until the list is whole.

use futures::{Stream, StreamExt, stream};
use kube::runtime::watcher::{self, Event};

/// The objects of a watch; those of a list only after `InitDone`. Put it behind `reflect`.
pub(crate) fn after_init<K: Clone>(
    events: impl Stream<Item = watcher::Result<Event<K>>>,
) -> impl Stream<Item = watcher::Result<K>> {
    let buffered = events.scan(Vec::<K>::new(), |held, event| {
        let out = match event {
            Ok(Event::Init) => {
                held.clear();
                Vec::new()
            }
            Ok(Event::InitApply(object)) => {
                held.push(object);
                Vec::new()
            }
            Ok(Event::InitDone) => std::mem::take(held).into_iter().map(Ok).collect(),
            Ok(Event::Apply(object)) => vec![Ok(object)],
            Ok(Event::Delete(_)) => Vec::new(),
            Err(error) => vec![Err(error)],
        };
        std::future::ready(Some(stream::iter(out)))
    });
    buffered.flatten()
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn a_list_is_held_back_until_it_is_whole() {
        let events = vec![
            Event::Init,
            Event::InitApply(1),
            Event::InitApply(2),
            Event::InitDone,
            Event::Apply(3),
            Event::Init,
            Event::InitApply(4),
            // Cut off here: the list begins anew.
            Event::Init,
            Event::InitApply(5),
            Event::InitDone,
            Event::Delete(5),
        ];
        let out: Vec<i32> = block_on(
            after_init(stream::iter(events.into_iter().map(Ok)))
                .map(Result::unwrap)
                .collect(),
        );
        assert_eq!(out, [1, 2, 3, 5]);
    }
}
