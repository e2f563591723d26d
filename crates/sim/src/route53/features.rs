//! Accelerated recovery of a public hosted zone: `UpdateHostedZoneFeatures`, and the states that it
//! passes through.
//!
//! Sources: `UpdateHostedZoneFeatures` and `HostedZoneFeatures`, Route 53 API Reference;
//! "Accelerated recovery for managing public DNS records", Developer Guide. Where AWS is silent: the
//! way back takes as long as the way there, and while a zone is on its way its features can't be
//! changed again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::wire::{self, NAMESPACE};
use super::zone::Zone;
use super::{Asked, Error, Event, Route53, schema, zone_id};
use crate::context::Context;
use crate::knobs::Seconds;
use crate::wire::{Answer, ServiceError};
use crate::words::words;

/// How long a zone is ENABLING or DISABLING before it is locked. AWS publishes no duration.
const UNLOCKED: Seconds = Seconds(60);
/// How long a zone is locked: some minutes.
const LOCKED: Seconds = Seconds(180);

words! {
    AcceleratedRecoveryStatus {
        Enabling "ENABLING", EnableFailed "ENABLE_FAILED",
        EnablingLocked "ENABLING_HOSTED_ZONE_LOCKED", Enabled "ENABLED", Disabling "DISABLING",
        DisableFailed "DISABLE_FAILED", Disabled "DISABLED",
        DisablingLocked "DISABLING_HOSTED_ZONE_LOCKED",
    }
}

impl AcceleratedRecoveryStatus {
    /// What comes next by itself, and after how long.
    fn next(self) -> Option<(Self, Seconds)> {
        match self {
            Self::Enabling => Some((Self::EnablingLocked, UNLOCKED)),
            Self::EnablingLocked => Some((Self::Enabled, LOCKED)),
            Self::Disabling => Some((Self::DisablingLocked, UNLOCKED)),
            Self::DisablingLocked => Some((Self::Disabled, LOCKED)),
            Self::Enabled | Self::EnableFailed | Self::Disabled | Self::DisableFailed => None,
        }
    }

    /// Changes of the zone are refused.
    fn is_locked(self) -> bool {
        matches!(self, Self::EnablingLocked | Self::DisablingLocked)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateHostedZoneFeaturesRequest {
    enable_accelerated_recovery: Option<bool>,
}

#[derive(Serialize)]
struct UpdateHostedZoneFeaturesResponse {}

/// `HostedZoneFeatures`. Nothing fails in this world, so that there are no `FailureReasons`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HostedZoneFeatures {
    accelerated_recovery_status: AcceleratedRecoveryStatus,
}

impl HostedZoneFeatures {
    /// A zone whose features were never changed shows none.
    pub(super) fn of(zone: &Zone) -> Option<Self> {
        zone.recovery.map(|status| Self {
            accelerated_recovery_status: status,
        })
    }
}

impl Zone {
    /// Whether changes are refused: an earlier one, or one of the zone's features, is being made.
    pub(super) fn is_busy(&self, now: Timestamp) -> bool {
        self.busy_until.is_some_and(|until| until > now)
            || self
                .recovery
                .is_some_and(AcceleratedRecoveryStatus::is_locked)
    }

    /// Whether accelerated recovery keeps the zone from being deleted.
    pub(super) fn is_recoverable(&self) -> bool {
        self.recovery
            .is_some_and(|status| status != AcceleratedRecoveryStatus::Disabled)
    }
}

impl Route53 {
    pub(super) fn update_hosted_zone_features(
        &mut self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: UpdateHostedZoneFeaturesRequest =
            wire::read(&asked.body, &schema::UPDATE_HOSTED_ZONE_FEATURES)?;
        let id = zone_id(&asked.subject).to_owned();
        let zone = self.zone_mut(&id)?;
        if let Some(enable) = request.enable_accelerated_recovery {
            if zone.private {
                let text = "Accelerated recovery is available for public hosted zones only.";
                return Err(Error::InvalidInput(text.to_owned()).into());
            }
            let current = zone.recovery;
            if current.is_some_and(|status| status.next().is_some()) {
                return Err(Error::PriorRequestNotComplete.into());
            }
            let enabled = current == Some(AcceleratedRecoveryStatus::Enabled);
            if enable != enabled {
                let begun = if enable {
                    AcceleratedRecoveryStatus::Enabling
                } else {
                    AcceleratedRecoveryStatus::Disabling
                };
                self.enter(context.now, id, begun);
            }
        }
        Answer::xml(
            "UpdateHostedZoneFeaturesResponse",
            NAMESPACE,
            &UpdateHostedZoneFeaturesResponse {},
        )
    }

    /// A zone goes on to what comes next by itself.
    pub(super) fn features_proceed(&mut self, at: Timestamp, id: String) {
        let current = self.zones.get(&id).and_then(|zone| zone.recovery);
        if let Some((next, _)) = current.and_then(AcceleratedRecoveryStatus::next) {
            self.enter(at, id, next);
        }
    }

    fn enter(&mut self, at: Timestamp, id: String, status: AcceleratedRecoveryStatus) {
        if let Some(zone) = self.zones.get_mut(&id) {
            zone.recovery = Some(status);
        }
        if let Some((_, length)) = status.next() {
            self.agenda
                .set(length.after(at), Event::FeaturesProceed { zone: id });
        }
    }
}
