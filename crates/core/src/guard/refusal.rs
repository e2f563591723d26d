//! What a guard refuses.

use std::fmt;

use crate::consent::Token;
use crate::names::Region;
use crate::refusal::listed;

/// Something that would make things worse than they may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardRefusal {
    /// No Region would be left.
    LastServingRegion {
        /// What would be done.
        change: String,
        /// The Regions that it takes out.
        regions: Vec<Region>,
        /// What allows it.
        consent: Token,
    },
    /// Fewer Regions would be left than the spec allows.
    BelowMinimum {
        /// What would be done.
        change: String,
        /// The Regions that it takes out.
        regions: Vec<Region>,
        /// Regions that would serve.
        after: usize,
        /// Regions that must.
        minimum: usize,
        /// What allows it.
        consent: Token,
    },
    /// No endpoint group of a listener would be left at full dial.
    NoGroupAtFullDial {
        /// What would be done.
        change: String,
    },
    /// More would be deleted at once than people delete on purpose.
    TooManyDeletions {
        /// What would be deleted.
        things: Vec<String>,
        /// How many may be.
        limit: usize,
        /// What allows it.
        consent: Token,
    },
}

impl GuardRefusal {
    /// The one word of it.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::LastServingRegion { .. } => "LastServingRegion",
            Self::BelowMinimum { .. } => "BelowMinimum",
            Self::NoGroupAtFullDial { .. } => "NoGroupAtFullDial",
            Self::TooManyDeletions { .. } => "TooManyDeletions",
        }
    }

    /// What was not changed.
    pub(crate) fn object(&self) -> String {
        match self {
            Self::LastServingRegion { regions, .. } | Self::BelowMinimum { regions, .. } => regions
                .iter()
                .map(Region::as_str)
                .collect::<Vec<_>>()
                .join(","),
            Self::NoGroupAtFullDial { change } => change.clone(),
            Self::TooManyDeletions { things, .. } => format!("{} deletions", things.len()),
        }
    }

    /// The consent that allows it.
    pub(crate) fn consent(&self) -> Option<&Token> {
        match self {
            Self::LastServingRegion { consent, .. }
            | Self::BelowMinimum { consent, .. }
            | Self::TooManyDeletions { consent, .. } => Some(consent),
            Self::NoGroupAtFullDial { .. } => None,
        }
    }
}

/// The fact, its cause and what to do, in lower case.
impl fmt::Display for GuardRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastServingRegion {
                change,
                regions,
                consent,
            } => write!(
                f,
                "{change} refused: it would take out {}, and no other Region serves; bring another one in first, or \
                 consent with {consent}",
                listed(regions)
            ),
            Self::BelowMinimum {
                change,
                regions,
                after,
                minimum,
                consent,
            } => write!(
                f,
                "{change} refused: without {} {after} would serve, and traffic.minServingRegions is {minimum}; bring \
                 another Region back, lower the minimum, or consent with {consent}",
                listed(regions)
            ),
            Self::NoGroupAtFullDial { change } => write!(
                f,
                "{change} refused: no serving endpoint group of the listener would be left at dial 100, and AWS does \
                 not say how it then splits users; keep one Region at 100"
            ),
            Self::TooManyDeletions {
                things,
                limit,
                consent,
            } => write!(
                f,
                "{} things would be deleted at once, and the limit is {limit}: {}; delete fewer, or consent with {consent}",
                things.len(),
                some(things)
            ),
        }
    }
}

/// The first few.
fn some(things: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = things.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    match things.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
