//! Which change sets go into one call, and whose fault it is if Route 53 refuses them all.
//!
//! A call is carried out whole or not at all, and so is a change set: it is never split. Sets are taken in the order in which
//! they came, up to the first that does not fit (next-fit): at most twice as many calls as there could be.

use std::collections::BTreeSet;

use super::{Answer, ChangeSet, MAX_ELEMENTS, RecordSet};
use crate::failure::{Failure, FailureKind};

/// How many characters of values one ChangeResourceRecordSets takes.
pub const MAX_CHARACTERS: usize = 32_000;

/// How many of the first sets fit into one call. A set that is too large by itself goes alone, and AWS says so.
pub fn fit<'a>(sets: impl IntoIterator<Item = &'a ChangeSet>) -> usize {
    let (mut elements, mut characters, mut count) = (0, 0, 0);
    let mut apps = BTreeSet::new();
    for set in sets {
        elements += set.elements();
        characters += set.characters();
        let is_full = elements > MAX_ELEMENTS || characters > MAX_CHARACTERS;
        // What an app changes next is told from what came of the first.
        if count > 0 && (is_full || apps.contains(&set.app)) {
            break;
        }
        apps.insert(&set.app);
        count += 1;
    }
    count
}

/// Whether a refusal may be the fault of one set among others, so that the others are worth another call.
pub fn may_be_one_of_many(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Stale | FailureKind::Rejected => failure.code != "NoSuchHostedZone",
        FailureKind::Throttled
        | FailureKind::Unavailable
        | FailureKind::Busy
        | FailureKind::Quota
        | FailureKind::Denied
        | FailureKind::NotSent
        | FailureKind::RateLimited { .. } => false,
    }
}

/// The calls in place of one that was refused: those that the message names alone, the others together; if it names nobody,
/// or everybody, each half. Whoever is refused alone has failed.
pub fn split(sets: &[&ChangeSet], message: &str) -> Vec<Vec<usize>> {
    let all = 0..sets.len();
    let words = words(message);
    let (named, others): (Vec<usize>, Vec<usize>) = all
        .clone()
        .partition(|&index| is_named(sets[index], &words));
    if named.is_empty() || others.is_empty() {
        let half = sets.len().div_ceil(2);
        let halves = [all.clone().take(half).collect(), all.skip(half).collect()];
        return halves
            .into_iter()
            .filter(|half: &Vec<usize>| !half.is_empty())
            .collect();
    }
    let alone = named.into_iter().map(|index| vec![index]);
    std::iter::once(others).chain(alone).collect()
}

/// The words of a message that may be names or ids, as record sets spell them.
fn words(message: &str) -> BTreeSet<String> {
    let is_between = |letter: char| letter.is_whitespace() || "[]'\",;()".contains(letter);
    let words = message.split(is_between).filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.strip_suffix('.')
                .unwrap_or(word)
                .to_ascii_lowercase()
                .replace("\\052", "*")
        })
        .collect()
}

fn is_named(set: &ChangeSet, words: &BTreeSet<String>) -> bool {
    set.deletions().chain(set.creations()).any(|set| {
        let check = set.health_check.as_ref();
        words.contains(&set.name)
            || check.is_some_and(|id| words.contains(&id.as_str().to_ascii_lowercase()))
    })
}

impl ChangeSet {
    /// How many characters AWS counts.
    pub fn characters(&self) -> usize {
        self.deletions()
            .chain(self.creations())
            .map(RecordSet::characters)
            .sum()
    }
}

impl RecordSet {
    fn characters(&self) -> usize {
        match &self.answer {
            Answer::Alias { .. } => 0,
            Answer::Values { values, .. } => values.iter().map(|value| value.chars().count()).sum(),
        }
    }
}

#[cfg(test)]
mod tests;
