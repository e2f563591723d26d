//! In which order the items of two lists come when one is applied over the other.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use super::element::Element;
use crate::schema::{ListMerge, Schema};

pub(super) type Identified<'a> = (Element, &'a Value);

/// The items of a list that can be told apart.
pub(super) fn identified<'a>(
    list: Option<&'a Value>,
    merge: &ListMerge,
    schema: &Schema,
) -> Vec<Identified<'a>> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items
        .filter_map(|item| Some((Element::of_item(item, merge, schema.items()).ok()?, item)))
        .collect()
}

/// Pairs the items of both lists. Applied items keep their order; where both lists have an item, those that only the
/// live list has stay on their side of it. This is the algorithm of structured-merge-diff, step by step.
pub(super) fn zip<'a>(
    live: &[Identified<'a>],
    applied: &[Identified<'a>],
) -> Vec<(Option<&'a Value>, Option<&'a Value>)> {
    let find = |list: &[Identified<'a>], wanted: &Element| {
        list.iter()
            .find_map(|(element, item)| (element == wanted).then_some(*item))
    };
    let mut shared: VecDeque<&Element> = applied
        .iter()
        .map(|(element, _)| element)
        .filter(|element| find(live, element).is_some())
        .collect();
    let mut next_shared = shared.pop_front();
    let mut done = BTreeSet::new();
    let (mut left, mut right) = (live.iter().peekable(), applied.iter().peekable());
    let mut pairs = Vec::new();
    while left.peek().is_some() || right.peek().is_some() {
        if let (Some((element, old)), Some((other, new))) = (left.peek(), right.peek()) {
            if element == other {
                pairs.push((Some(*old), Some(*new)));
                done.insert(element);
                left.next();
                right.next();
                next_shared = shared.pop_front();
                continue;
            }
            let comes_later = next_shared.is_some_and(|next| next != element);
            if comes_later && find(applied, element).is_some() {
                left.next();
                continue;
            }
        }
        if let Some((element, old)) = left.peek() {
            if find(applied, element).is_none() {
                pairs.push((Some(*old), None));
                left.next();
                continue;
            }
            if done.contains(element) {
                left.next();
            }
        }
        if let Some((element, new)) = right.next() {
            pairs.push((find(live, element), Some(*new)));
            done.insert(element);
            if next_shared == Some(element) {
                next_shared = shared.pop_front();
            }
        }
    }
    pairs
}
