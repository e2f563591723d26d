//! The rules for alias targets: the target lies in the zone that is named, and is there.
//!
//! Source: "Values specific for simple alias records", Route 53 Developer Guide; `AliasTarget`, API
//! Reference.

use super::draft::Draft;
use super::problem::Problem;
use super::record_set::{Alias, Key, RecordSet, Routing};
use super::zone::Zone;
use crate::context::Context;
use crate::elb::{Kind, zones};
use crate::global_accelerator::{self, GlobalAccelerator};
use crate::region::Region;

const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";
const CLOUDFRONT_SUFFIX: &str = ".cloudfront.net.";

pub(super) fn problem(
    draft: &Draft<'_>,
    zone: &Zone,
    context: &Context<'_>,
    accelerators: &GlobalAccelerator,
    set: &RecordSet,
) -> Option<Problem> {
    let alias = set.alias()?;
    let key = &set.key;
    combination(set, alias, zone).or_else(|| {
        let found = match Target::of(alias, zone) {
            Target::SameZone => same_zone(draft, zone, set, alias),
            Target::Accelerator => place(
                alias
                    .target
                    .as_str()
                    .ends_with(global_accelerator::DNS_SUFFIX),
                accelerators.is_named(alias.target.as_str()),
            ),
            Target::LoadBalancer(region, kind) => load_balancer(context, region, kind, alias),
            Target::CloudFront => place(alias.target.as_str().ends_with(CLOUDFRONT_SUFFIX), true),
            Target::Unknown => Found::No,
        };
        found.problem(key, alias)
    })
}

/// Where the target is, by the hosted zone that the alias names.
enum Target {
    SameZone,
    Accelerator,
    LoadBalancer(Region, Kind),
    CloudFront,
    Unknown,
}

impl Target {
    fn of(alias: &Alias, zone: &Zone) -> Self {
        match alias.zone.as_str() {
            own if own == zone.id => Self::SameZone,
            global_accelerator::HOSTED_ZONE => Self::Accelerator,
            CLOUDFRONT_ZONE => Self::CloudFront,
            other => zones::of_zone(other).map_or(Self::Unknown, |(region, kind)| {
                Self::LoadBalancer(region, kind)
            }),
        }
    }
}

enum Found {
    Yes,
    No,
    Outside,
}

impl Found {
    fn problem(self, key: &Key, alias: &Alias) -> Option<Problem> {
        let (target, kind, zone) = (alias.target.clone(), key.kind, alias.zone.clone());
        match self {
            Self::Yes => None,
            Self::No => Some(Problem::AliasTargetNotFound { target, kind, zone }),
            Self::Outside => Some(Problem::AliasOutsideZone { target, kind, zone }),
        }
    }
}

fn place(within: bool, there: bool) -> Found {
    match (within, there) {
        (false, _) => Found::Outside,
        (true, false) => Found::No,
        (true, true) => Found::Yes,
    }
}

/// A target in the same zone has the same type, and is another set than the alias or its siblings.
fn same_zone(draft: &Draft<'_>, zone: &Zone, set: &RecordSet, alias: &Alias) -> Found {
    let mut named = draft.named(&alias.target);
    let there = alias.target != set.key.name && named.any(|other| other.key.kind == set.key.kind);
    place(alias.target.is_within(&zone.name), there)
}

fn load_balancer(context: &Context<'_>, region: Region, kind: Kind, alias: &Alias) -> Found {
    let named = context.endpoints.named(alias.target.as_str());
    let there = named.is_some_and(|found| (found.arn.region(), found.arn.kind()) == (region, kind));
    place(
        alias
            .target
            .as_str()
            .ends_with(&zones::suffix(region, kind)),
        there,
    )
}

fn combination(set: &RecordSet, alias: &Alias, zone: &Zone) -> Option<Problem> {
    let key = set.key.clone();
    match (&set.routing, alias.evaluate_target_health) {
        (Routing::MultiValue, _) => Some(Problem::MultiValueAlias(key)),
        (Routing::Failover(_), false) => Some(Problem::FailoverAliasWithoutHealth(key)),
        (_, _) if alias.zone == CLOUDFRONT_ZONE && zone.private => {
            Some(Problem::CloudFrontInPrivateZone(key))
        }
        (_, true) if alias.zone == CLOUDFRONT_ZONE => Some(Problem::CloudFrontWithHealth(key)),
        (_, _) => None,
    }
}
