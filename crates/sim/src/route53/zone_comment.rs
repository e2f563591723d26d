//! `UpdateHostedZoneComment`: a comment that is not given is deleted.
//!
//! Source: `UpdateHostedZoneComment`, Route 53 API Reference.

use serde::{Deserialize, Serialize};

use super::wire::{self, NAMESPACE};
use super::zones::{HostedZone, shown};
use super::{Asked, Error, Route53, schema};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateHostedZoneCommentRequest {
    comment: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateHostedZoneCommentResponse {
    hosted_zone: HostedZone,
}

impl Route53 {
    pub(super) fn update_hosted_zone_comment(
        &mut self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: UpdateHostedZoneCommentRequest =
            wire::read(&asked.body, &schema::UPDATE_HOSTED_ZONE_COMMENT)?;
        let mut constraints = Constraints::default();
        constraints.length("comment", request.comment.as_deref(), 0, 256);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let zone = self.zone_mut(&asked.subject)?;
        if zone.is_busy(context.now) {
            return Err(Error::PriorRequestNotComplete.into());
        }
        zone.comment = request.comment;
        let body = UpdateHostedZoneCommentResponse {
            hosted_zone: shown(zone),
        };
        Answer::xml("UpdateHostedZoneCommentResponse", NAMESPACE, &body)
    }
}
