//! Consents: what a person allows by an annotation, once, and what would be refused without.
//!
//! A token says what is allowed, and is bound to the object, to the thing in AWS as it is, and to the part of the spec that asks
//! for it: when any of them changes, the token allows nothing any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kube::ResourceExt;
use serde::Serialize;

use crate::crd::GlobalApp;
use crate::digest;
use crate::identity::short_hash;
use crate::names::{Fleet, Incarnation, ObjectKey};

/// What the key of an annotation begins with that is a consent; its token follows.
pub const PREFIX: &str = "consent.evenkeel.dev/";

/// What a consent allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allows {
    /// To take over names that carry somebody else's mark.
    TakeOver,
    /// To take out Regions, though fewer than the minimum would serve.
    BelowMinimum,
    /// To delete more objects in one plan than the threshold.
    DeleteMany,
}

impl Allows {
    fn as_str(self) -> &'static str {
        match self {
            Self::TakeOver => "take-over",
            Self::BelowMinimum => "below-minimum",
            Self::DeleteMany => "delete-many",
        }
    }
}

/// Names one consent: `below-minimum.k3v2q7mfxa4dp`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token(String);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The consents that an object carries, and the parts of its spec to which they are bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents {
    given: BTreeSet<Token>,
    parts: BTreeMap<Allows, String>,
}

impl Consents {
    pub(crate) fn of(object: &GlobalApp) -> Self {
        let spec = &object.spec;
        let parts = [
            (
                Allows::TakeOver,
                part(&(&spec.hostnames, spec.dns.adoption_policy)),
            ),
            (Allows::BelowMinimum, part(&(&spec.traffic, &spec.regions))),
            (Allows::DeleteMany, part(&spec.hostnames)),
        ];
        Self {
            given: given(object).map(|(token, _)| token).collect(),
            parts: parts.into(),
        }
    }

    /// Whether the object carries that token.
    pub(crate) fn holds(&self, token: &Token) -> bool {
        self.given.contains(token)
    }
}

fn part(value: &impl Serialize) -> String {
    digest::hex(&serde_json::to_string(value).unwrap_or_default())
}

/// Each consent that the object carries, and why.
pub fn given(object: &GlobalApp) -> impl Iterator<Item = (Token, &str)> {
    let annotations = object.annotations().iter();
    annotations.filter_map(|(key, why)| {
        let token = key.strip_prefix(PREFIX)?;
        Some((Token(token.to_owned()), why.as_str()))
    })
}

/// On whose behalf something is asked for.
pub(crate) struct Asker<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) owner: &'a ObjectKey,
    pub(crate) incarnation: &'a Incarnation,
    pub(crate) consents: &'a Consents,
}

impl Asker<'_> {
    /// The token that allows that for this thing in AWS.
    pub(crate) fn token(&self, allows: Allows, thing: &str) -> Token {
        let Self {
            fleet,
            owner,
            incarnation,
            consents,
        } = self;
        let action = allows.as_str();
        let part = consents.parts.get(&allows).map_or("", String::as_str);
        let content =
            format!("{fleet}\nGlobalApp\n{owner}\n{incarnation}\n{action}\n{thing}\n{part}");
        Token(format!("{action}.{}", short_hash(13, &content)))
    }
}
