//! What stands in the zone at a name: its fence, and the address sets. Whose the name is then, the diff decides.

use std::collections::BTreeSet;

use super::fence::Fence;
use super::{Answer, RecordSet, Records};
use crate::names::Hostname;
use crate::validate::App;

/// The fence of a name, or whatever else stands in its place.
pub(super) enum Guarding {
    /// Nothing.
    Open,
    /// A fence.
    Fence(Fence),
    /// Another TXT.
    Foreign(String),
}

/// What stands at a name's fence.
pub(super) fn guarding(records: &Records, hostname: &Hostname) -> Guarding {
    let sets = records.sets.get(&hostname.fence());
    let Some(set) = sets.into_iter().flatten().find(|set| set.kind == "TXT") else {
        return Guarding::Open;
    };
    match Fence::parse(set) {
        Some(fence) => Guarding::Fence(fence),
        None => Guarding::Foreign(match &set.answer {
            Answer::Values { values, .. } => values.iter().cloned().collect::<Vec<_>>().join(" "),
            Answer::Alias { dns_name, .. } => dns_name.clone(),
        }),
    }
}

/// The names of the zone whose fence says that they are this app's, with their fences.
pub(crate) fn fenced<'a>(
    app: &'a App,
    records: &'a Records,
) -> impl Iterator<Item = (Hostname, Fence)> + 'a {
    const FENCE: &str = "_evenkeel.";
    // A zone may hold ten thousand fences, and this is asked again and again: only those that may be its own are parsed.
    let owner = format!("app={}", app.identity.key);
    let fences = records.sets.range(FENCE.to_owned()..);
    let fences = fences.take_while(|(name, _)| name.starts_with(FENCE));
    let mine = fences.filter(move |(_, sets)| sets.iter().any(|set| set.mentions(&owner)));
    mine.filter_map(|(name, _)| {
        let rest = name.strip_prefix(FENCE)?;
        let text = rest
            .strip_prefix("_wildcard.")
            .map_or_else(|| rest.to_owned(), |rest| format!("*.{rest}"));
        let hostname: Hostname = text.parse().ok()?;
        match guarding(records, &hostname) {
            Guarding::Fence(fence) if fence.mark.owner == app.identity.key => {
                Some((hostname, fence))
            }
            Guarding::Fence(_) | Guarding::Open | Guarding::Foreign(_) => None,
        }
    })
}

impl RecordSet {
    /// Whether the text is in one of its values.
    fn mentions(&self, text: &str) -> bool {
        match &self.answer {
            Answer::Values { values, .. } => values.iter().any(|value| value.contains(text)),
            Answer::Alias { .. } => false,
        }
    }
}

/// Whether a name of the app is an alias whose zone and target are such.
pub(crate) fn has_alias(
    app: &App,
    records: &Records,
    is_such: impl Fn(&str, &str) -> bool,
) -> bool {
    fenced(app, records).any(|(hostname, _)| {
        addresses(records, &hostname).iter().any(|set| {
            matches!(&set.answer, Answer::Alias { zone, dns_name, .. } if is_such(zone, dns_name))
        })
    })
}

/// The address sets at a name: all that Evenkeel manages there.
pub(crate) fn addresses(records: &Records, hostname: &Hostname) -> BTreeSet<RecordSet> {
    records
        .sets
        .get(hostname.as_str())
        .into_iter()
        .flatten()
        .filter(|set| set.is_address())
        .cloned()
        .collect()
}

/// The TXT set where a name's fence belongs.
pub(super) fn fence_set<'a>(records: &'a Records, hostname: &Hostname) -> Option<&'a RecordSet> {
    records
        .sets
        .get(&hostname.fence())
        .into_iter()
        .flatten()
        .find(|set| set.kind == "TXT")
}
