//! Health checks: create, list, get, count, delete, and how healthy they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::health_check::{CheckType, Children, HealthCheck, HealthCheckConfig};
use super::health_config;
use super::page::{self, Page};
use super::wire::{self, NAMESPACE};
use super::{Asked, Error, Event, Route53, schema};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};

/// The largest page.
const LARGEST_PAGE: usize = 1000;
/// The page that is sent unless a size is asked for.
const USUAL_PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateHealthCheckRequest {
    caller_reference: String,
    health_check_config: HealthCheckConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WithHealthCheck<'a> {
    health_check: Shown<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'a> {
    id: &'a str,
    caller_reference: &'a str,
    health_check_config: &'a HealthCheckConfig,
    health_check_version: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListHealthChecksResponse<'a> {
    health_checks: ShownChecks<'a>,
    marker: &'a str,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<&'a str>,
    max_items: usize,
}

#[derive(Serialize)]
struct ShownChecks<'a> {
    #[serde(rename = "HealthCheck")]
    list: Vec<Shown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetHealthCheckCountResponse {
    health_check_count: usize,
}

#[derive(Serialize)]
struct DeleteHealthCheckResponse {}

impl Route53 {
    /// A caller reference names one check: with the same settings the live check is returned; with
    /// others, or for days after the check was deleted, the reference is refused.
    pub(super) fn create_health_check(
        &mut self,
        context: &mut Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: CreateHealthCheckRequest =
            wire::read(&asked.body, &schema::CREATE_HEALTH_CHECK)?;
        let reference = request.caller_reference;
        let mut constraints = Constraints::default();
        constraints.length("callerReference", Some(&reference), 1, 64);
        constraints.verdict().map_err(Error::InvalidInput)?;
        let (kind, config) =
            health_config::accept(request.health_check_config, "healthCheckConfig.")?;
        let named = self.check_references.get(&reference);
        if let Some(check) = named.and_then(|id| self.checks.get(id)) {
            return if check.config == config {
                created(check)
            } else {
                Err(Error::HealthCheckAlreadyExists.into())
            };
        }
        let forgotten = |deleted| context.knobs.deleted_reference.after(deleted) <= context.now;
        let deleted = self.burnt_references.get(&reference).copied();
        if deleted.is_some_and(|deleted| !forgotten(deleted)) {
            return Err(Error::HealthCheckAlreadyExists.into());
        }
        if let Some(children) = &config.child_health_checks {
            self.check_children(children)?;
        }
        if self.checks.len() >= context.quotas.health_checks {
            return Err(Error::TooManyHealthChecks.into());
        }
        let id = context.ids.uuid("health check");
        let check = HealthCheck {
            id: id.clone(),
            caller_reference: reference.clone(),
            kind,
            checkers: config.checkers(&id, context.now),
            config,
            version: 1,
            passing: true,
            tags: BTreeMap::new(),
        };
        let answer = created(&check);
        self.check_references.insert(reference, id.clone());
        self.checks.insert(id.clone(), check);
        self.watch(&id, context.now, context.endpoints);
        answer
    }

    /// Children exist, and are not calculated themselves. (The texts are modelled. Neither operation
    /// answers `NoSuchHealthCheck` for a child.)
    pub(super) fn check_children(&self, children: &Children) -> Result<(), Error> {
        for id in &children.list {
            let Some(child) = self.checks.get(id) else {
                let text = format!("The child health check {id} does not exist.");
                return Err(Error::invalid_parameter(&text));
            };
            if child.kind == CheckType::Calculated {
                let text = "Calculated health checks must not have calculated child health checks.";
                return Err(Error::invalid_parameter(text));
            }
        }
        Ok(())
    }

    pub(super) fn list_health_checks(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let size = match asked.query.get("maxitems") {
            Some(_) => page::size(asked, LARGEST_PAGE)?,
            None => USUAL_PAGE,
        };
        let marker = asked.query.get("marker").map_or("", String::as_str);
        // `NoSuchHealthCheck` is no error of this operation.
        if !marker.is_empty() && !self.checks.contains_key(marker) {
            return Err(Error::InvalidInput(format!("The marker {marker} is not valid.")).into());
        }
        let page = Page::of(
            self.checks
                .range(marker.to_owned()..)
                .map(|(_, check)| check),
            size,
        );
        let body = ListHealthChecksResponse {
            health_checks: ShownChecks {
                list: page.entries.into_iter().map(shown).collect(),
            },
            marker,
            is_truncated: page.next.is_some(),
            next_marker: page.next.map(|check| check.id.as_str()),
            max_items: size,
        };
        Answer::xml("ListHealthChecksResponse", NAMESPACE, &body)
    }

    pub(super) fn get_health_check(&self, asked: &Asked) -> Result<Answer, ServiceError> {
        let check = self.check(&asked.subject)?;
        let body = WithHealthCheck {
            health_check: shown(check),
        };
        Answer::xml("GetHealthCheckResponse", NAMESPACE, &body)
    }

    pub(super) fn get_health_check_count(&self) -> Result<Answer, ServiceError> {
        let body = GetHealthCheckCountResponse {
            health_check_count: self.checks.len(),
        };
        Answer::xml("GetHealthCheckCountResponse", NAMESPACE, &body)
    }

    /// A check that records refer to can be deleted: Route 53 does not stop it.
    pub(super) fn delete_health_check(
        &mut self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let reference = self.check(&asked.subject)?.caller_reference.clone();
        self.checks.remove(&asked.subject);
        self.check_references.remove(&reference);
        self.burnt_references.insert(reference, context.now);
        self.agenda.cancel(&Event::Judged {
            check: asked.subject.clone(),
        });
        Answer::xml(
            "DeleteHealthCheckResponse",
            NAMESPACE,
            &DeleteHealthCheckResponse {},
        )
    }
}

fn created(check: &HealthCheck) -> Result<Answer, ServiceError> {
    let body = WithHealthCheck {
        health_check: shown(check),
    };
    let location = format!(
        "https://route53.amazonaws.com/2013-04-01/healthcheck/{}",
        check.id
    );
    Ok(Answer::xml("CreateHealthCheckResponse", NAMESPACE, &body)?.created(location))
}

pub(super) fn updated(check: &HealthCheck) -> Result<Answer, ServiceError> {
    let body = WithHealthCheck {
        health_check: shown(check),
    };
    Answer::xml("UpdateHealthCheckResponse", NAMESPACE, &body)
}

fn shown(check: &HealthCheck) -> Shown<'_> {
    Shown {
        id: &check.id,
        caller_reference: &check.caller_reference,
        health_check_config: &check.config,
        health_check_version: check.version,
    }
}
