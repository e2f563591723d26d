//! Which operation a method and a path ask for, and who answers it.
//!
//! Source: the request syntax of each operation, Route 53 API Reference.

use std::collections::BTreeMap;

use http::Method;
use percent_encoding::percent_decode_str;

use super::{Error, Route53};
use crate::call::operations;
use crate::context::Context;
use crate::global_accelerator::GlobalAccelerator;
use crate::wire::xml::Node;
use crate::wire::{Answer, Request, ServiceError};

const VERSION: &str = "2013-04-01";
/// The Region that requests are signed for ("Amazon Route 53 endpoints and quotas", AWS General
/// Reference).
const HOME: &str = "us-east-1";

operations! {
    ListHostedZones reads,
    ListHostedZonesByName reads,
    CreateHostedZone writes,
    GetHostedZone reads,
    DeleteHostedZone writes,
    UpdateHostedZoneComment writes,
    UpdateHostedZoneFeatures writes,
    GetHostedZoneLimit reads,
    GetHostedZoneCount reads,
    ChangeResourceRecordSets writes,
    ListResourceRecordSets reads,
    GetChange reads,
    CreateHealthCheck writes,
    ListHealthChecks reads,
    GetHealthCheck reads,
    UpdateHealthCheck writes,
    DeleteHealthCheck writes,
    GetHealthCheckStatus reads,
    GetHealthCheckLastFailureReason reads,
    GetHealthCheckCount reads,
    GetCheckerIpRanges reads,
    ChangeTagsForResource writes,
    ListTagsForResource reads,
    ListTagsForResources reads,
    GetAccountLimit reads,
    TestDNSAnswer reads,
}

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    /// The id in the path, or for a creation the caller reference.
    pub(crate) subject: String,
    /// The other parameter in the path: the type of a tagged resource.
    pub(super) kind: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: bytes::Bytes,
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ServiceError> {
        if request.region != HOME {
            return Err(request.wrong_region());
        }
        let decoded = percent_decode_str(&request.path).decode_utf8_lossy();
        let segments: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
        let (version, path) = segments.split_first().unwrap_or((&"", &[]));
        let found = (*version == VERSION)
            .then(|| route(&request.method, path))
            .flatten();
        let (operation, kind, id) = found.ok_or(Error::UnknownOperation)?;
        let query: BTreeMap<String, String> = form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .collect();
        let subject = if operation == Operation::TestDNSAnswer {
            query.get("hostedzoneid").cloned().unwrap_or_default()
        } else if id.is_empty() {
            caller_reference(&request.body)
        } else {
            id.to_owned()
        };
        Ok(Self {
            operation,
            subject,
            kind: kind.to_owned(),
            query,
            body: request.body.clone(),
        })
    }
}

/// The operation, the type and the id in the path.
fn route<'a>(method: &Method, path: &[&'a str]) -> Option<(Operation, &'a str, &'a str)> {
    let (get, post, delete) = (
        method == Method::GET,
        method == Method::POST,
        method == Method::DELETE,
    );
    let (operation, kind, id) = match *path {
        ["hostedzone"] if get => (Operation::ListHostedZones, "", ""),
        ["hostedzone"] if post => (Operation::CreateHostedZone, "", ""),
        ["hostedzone", id] if get => (Operation::GetHostedZone, "", id),
        ["hostedzone", id] if delete => (Operation::DeleteHostedZone, "", id),
        ["hostedzone", id] if post => (Operation::UpdateHostedZoneComment, "", id),
        ["hostedzone", id, "features"] if post => (Operation::UpdateHostedZoneFeatures, "", id),
        ["hostedzonelimit", id, kind] if get => (Operation::GetHostedZoneLimit, kind, id),
        ["hostedzonecount"] if get => (Operation::GetHostedZoneCount, "", ""),
        ["hostedzone", id, "rrset"] if get => (Operation::ListResourceRecordSets, "", id),
        ["hostedzone", id, "rrset"] if post => (Operation::ChangeResourceRecordSets, "", id),
        ["hostedzonesbyname"] if get => (Operation::ListHostedZonesByName, "", ""),
        ["change", id] if get => (Operation::GetChange, "", id),
        ["healthcheck"] if get => (Operation::ListHealthChecks, "", ""),
        ["healthcheck"] if post => (Operation::CreateHealthCheck, "", ""),
        ["healthcheck", id] if get => (Operation::GetHealthCheck, "", id),
        ["healthcheck", id] if post => (Operation::UpdateHealthCheck, "", id),
        ["healthcheck", id] if delete => (Operation::DeleteHealthCheck, "", id),
        ["healthcheck", id, "status"] if get => (Operation::GetHealthCheckStatus, "", id),
        ["healthcheck", id, "lastfailurereason"] if get => {
            (Operation::GetHealthCheckLastFailureReason, "", id)
        }
        ["healthcheckcount"] if get => (Operation::GetHealthCheckCount, "", ""),
        ["checkeripranges"] if get => (Operation::GetCheckerIpRanges, "", ""),
        ["tags", kind, id] if post => (Operation::ChangeTagsForResource, kind, id),
        ["tags", kind, id] if get => (Operation::ListTagsForResource, kind, id),
        ["tags", kind] if post => (Operation::ListTagsForResources, kind, kind),
        ["testdnsanswer"] if get => (Operation::TestDNSAnswer, "", ""),
        ["accountlimit", kind] if get => (Operation::GetAccountLimit, kind, kind),
        _ => return None,
    };
    Some((operation, kind, id))
}

fn caller_reference(body: &[u8]) -> String {
    let root = std::str::from_utf8(body)
        .ok()
        .and_then(|text| Node::parse(text).ok());
    let reference = root
        .as_ref()
        .and_then(|root| root.child_text("CallerReference"));
    reference.unwrap_or_default().to_owned()
}

impl Route53 {
    pub(crate) fn answer(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
        accelerators: &GlobalAccelerator,
    ) -> Result<Answer, ServiceError> {
        match asked.operation {
            Operation::ListHostedZones => self.list_hosted_zones(asked),
            Operation::ListHostedZonesByName => self.list_hosted_zones_by_name(asked),
            Operation::CreateHostedZone => self.create_hosted_zone(context, asked),
            Operation::GetHostedZone => self.get_hosted_zone(asked),
            Operation::DeleteHostedZone => self.delete_hosted_zone(context, asked),
            Operation::UpdateHostedZoneComment => self.update_hosted_zone_comment(context, asked),
            Operation::UpdateHostedZoneFeatures => self.update_hosted_zone_features(context, asked),
            Operation::GetHostedZoneLimit => self.get_hosted_zone_limit(context, asked),
            Operation::GetHostedZoneCount => self.get_hosted_zone_count(),
            Operation::ChangeResourceRecordSets => {
                self.change_resource_record_sets(context, asked, accelerators)
            }
            Operation::ListResourceRecordSets => self.list_resource_record_sets(asked),
            Operation::GetChange => self.get_change(asked),
            Operation::CreateHealthCheck => self.create_health_check(context, asked),
            Operation::ListHealthChecks => self.list_health_checks(asked),
            Operation::GetHealthCheck => self.get_health_check(asked),
            Operation::UpdateHealthCheck => self.update_health_check(context, asked),
            Operation::DeleteHealthCheck => self.delete_health_check(context, asked),
            Operation::GetHealthCheckStatus => self.get_health_check_status(context, asked),
            Operation::GetHealthCheckLastFailureReason => {
                self.get_health_check_last_failure_reason(context, asked)
            }
            Operation::GetHealthCheckCount => self.get_health_check_count(),
            Operation::GetCheckerIpRanges => Self::get_checker_ip_ranges(),
            Operation::ChangeTagsForResource => self.change_tags_for_resource(asked),
            Operation::ListTagsForResource => self.list_tags_for_resource(asked),
            Operation::ListTagsForResources => self.list_tags_for_resources(asked),
            Operation::TestDNSAnswer => self.test_dns_answer(context, asked, accelerators),
            Operation::GetAccountLimit => self.get_account_limit(context, asked),
        }
    }
}
