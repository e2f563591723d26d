//! `UpdateHealthCheck`: what can be changed of a health check, and what can be reset.
//!
//! `Type`, `RequestInterval`, `MeasureLatency` and `RoutingControlArn` are no members of the
//! request, so that the schema refuses them. Where AWS is silent: an element can't be given and
//! reset in one request.
//!
//! Source: `UpdateHealthCheck`, Route 53 API Reference.

use serde::Deserialize;

use super::health_check::{AlarmIdentifier, CheckerRegions, Children, HealthCheckConfig};
use super::health_checks::updated;
use super::wire;
use super::{Asked, Error, Route53, health_config, schema};
use crate::context::Context;
use crate::wire::{Answer, Constraints, ServiceError};
use crate::words::words;

words! {
    ResettableElementName {
        FullyQualifiedDomainName "FullyQualifiedDomainName", Regions "Regions",
        ResourcePath "ResourcePath", ChildHealthChecks "ChildHealthChecks",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateHealthCheckRequest {
    health_check_version: Option<i64>,
    #[serde(rename = "IPAddress")]
    ip_address: Option<String>,
    port: Option<i64>,
    resource_path: Option<String>,
    fully_qualified_domain_name: Option<String>,
    search_string: Option<String>,
    failure_threshold: Option<i64>,
    inverted: Option<bool>,
    disabled: Option<bool>,
    health_threshold: Option<i64>,
    child_health_checks: Option<Children>,
    #[serde(rename = "EnableSNI")]
    enable_sni: Option<bool>,
    regions: Option<CheckerRegions>,
    alarm_identifier: Option<AlarmIdentifier>,
    insufficient_data_health_status: Option<String>,
    reset_elements: Option<ResetElements>,
}

#[derive(Deserialize)]
struct ResetElements {
    #[serde(rename = "ResettableElementName", default)]
    list: Vec<String>,
}

impl Route53 {
    /// Every update counts, also one that changes nothing. A version that is given must be the
    /// current one.
    pub(super) fn update_health_check(
        &mut self,
        context: &Context<'_>,
        asked: &Asked,
    ) -> Result<Answer, ServiceError> {
        let request: UpdateHealthCheckRequest =
            wire::read(&asked.body, &schema::UPDATE_HEALTH_CHECK)?;
        let reset = request.reset()?;
        let check = self.check(&asked.subject)?;
        let version = request.health_check_version.map(u64::try_from);
        if version.is_some_and(|version| version != Ok(check.version)) {
            return Err(Error::HealthCheckVersionMismatch.into());
        }
        if request.ip_address.is_some() && check.config.ip_address.is_none() {
            return Err(
                Error::invalid_parameter("IPAddress can't be added to a health check").into(),
            );
        }
        if let Some(children) = &request.child_health_checks {
            self.check_children(children)?;
        }
        let changed = request.over(&reset, check.config.clone());
        let (_, config) = health_config::accept(changed, "")?;
        let check = self
            .checks
            .get_mut(&asked.subject)
            .ok_or_else(|| Error::NoSuchHealthCheck(asked.subject.clone()))?;
        check.config = config;
        check.version += 1;
        let answer = updated(check);
        // Checkers now probe something else, or in another rhythm.
        self.watch(&asked.subject, context.now, context.endpoints);
        answer
    }
}

impl UpdateHealthCheckRequest {
    /// What is to be reset, which is what this request has besides settings.
    fn reset(&self) -> Result<Vec<ResettableElementName>, Error> {
        let names = self.reset_elements.iter().flat_map(|names| &names.list);
        let mut constraints = Constraints::default();
        let version = self.health_check_version;
        constraints.between("healthCheckVersion", version, 1, i64::MAX);
        let names: Vec<ResettableElementName> = names
            .enumerate()
            .filter_map(|(index, name)| {
                let at = format!("resetElements.{}.member", index + 1);
                constraints.word(&at, Some(name))
            })
            .collect();
        constraints.verdict().map_err(Error::InvalidInput)?;
        match names.iter().find(|name| self.gives(**name)) {
            Some(twice) => Err(Error::invalid_parameter(&format!(
                "{twice} can't be given and reset in one request"
            ))),
            None => Ok(names),
        }
    }

    fn gives(&self, element: ResettableElementName) -> bool {
        match element {
            ResettableElementName::FullyQualifiedDomainName => {
                self.fully_qualified_domain_name.is_some()
            }
            ResettableElementName::Regions => self.regions.is_some(),
            ResettableElementName::ResourcePath => self.resource_path.is_some(),
            ResettableElementName::ChildHealthChecks => self.child_health_checks.is_some(),
        }
    }

    /// The settings with what is reset taken away and what is given put over them. Regions that are
    /// reset are those of the default, which are not listed.
    fn over(
        self,
        reset: &[ResettableElementName],
        mut config: HealthCheckConfig,
    ) -> HealthCheckConfig {
        for element in reset {
            match element {
                ResettableElementName::FullyQualifiedDomainName => {
                    config.fully_qualified_domain_name = None;
                }
                ResettableElementName::Regions => config.regions = None,
                ResettableElementName::ResourcePath => config.resource_path = None,
                ResettableElementName::ChildHealthChecks => config.child_health_checks = None,
            }
        }
        let Self {
            health_check_version: _,
            ip_address,
            port,
            resource_path,
            fully_qualified_domain_name,
            search_string,
            failure_threshold,
            inverted,
            disabled,
            health_threshold,
            child_health_checks,
            enable_sni,
            regions,
            alarm_identifier,
            insufficient_data_health_status,
            reset_elements: _,
        } = self;
        HealthCheckConfig {
            ip_address: ip_address.or(config.ip_address),
            port: port.or(config.port),
            resource_path: resource_path.or(config.resource_path),
            fully_qualified_domain_name: fully_qualified_domain_name
                .or(config.fully_qualified_domain_name),
            search_string: search_string.or(config.search_string),
            failure_threshold: failure_threshold.or(config.failure_threshold),
            inverted: inverted.or(config.inverted),
            disabled: disabled.or(config.disabled),
            health_threshold: health_threshold.or(config.health_threshold),
            child_health_checks: child_health_checks.or(config.child_health_checks),
            enable_sni: enable_sni.or(config.enable_sni),
            regions: regions.or(config.regions),
            alarm_identifier: alarm_identifier.or(config.alarm_identifier),
            insufficient_data_health_status: insufficient_data_health_status
                .or(config.insufficient_data_health_status),
            ..config
        }
    }
}
